"""The part sold beside a hedge takes as much risk away as the position that was first taken."""

from __future__ import annotations

import numpy as np
import pytest

import microhedge as mh
from microhedge.comparison import Comparison
from microhedge.desk import FillRule

PUT = mh.days_before(30)


class Short(mh.Hedge):
    """Be short a part of the least-variance ratio."""

    peer: str = "PEP"
    part: float = 1.0
    window: mh.Sessions = 504
    states: bool = True

    def on_session(self, now: mh.Session) -> None:
        if now.number:
            return
        fit = now.regress(self.holding, on=self.peer, sessions=self.window)
        if self.states:
            now.expect(fit)
        now.short(self.peer, value=self.part * fit.betas[self.peer] * now.value)


class Late(mh.Hedge):
    """State a premise, wait, state another, and be short by that."""

    peer: str = "PEP"

    def on_session(self, now: mh.Session) -> None:
        if now.number in (0, 100):
            now.expect(now.regress(self.holding, on=self.peer, sessions=252))
        if now.number == 100:
            now.short(self.peer, value=0.5 * now.value)


class IndexPut(mh.Hedge):
    """Own one put on the index, on no premise."""

    index: str = "SPX"

    def on_session(self, now: mh.Session) -> None:
        for rung in now.due("put", tenor=365, roll=PUT):
            now.roll(rung, now.put(moneyness=1.0, days=rung.days, on=self.index), cover=2.0)


class Both(mh.Hedge):
    """Own puts on the holding, and be short a peer."""

    peer: str = "PEP"

    def on_session(self, now: mh.Session) -> None:
        if now.number == 0:
            now.short(self.peer, value=0.4 * now.value)
        for rung in now.due("put", tenor=365, roll=PUT):
            now.roll(rung, now.put(moneyness=1.0, days=rung.days))


def played(hedge: mh.Hedge, fill: FillRule = "next_close", start: str = "2014-01-02") -> Comparison:
    return mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=100_000, weight=0.4),
        fill=fill,
        start=start,
        end="2020-12-31" if start > "2015" else "2015-06-01",
    )


def sold(found: Comparison) -> float | None:
    return next((run.sold for run in found.runs if run.kind == "sell-once"), None)


def sample(found: Comparison, symbol: str, sessions: int, before: int = 0) -> np.ndarray:
    """The returns up to the evening of session `before`."""
    tape = found.tape
    end = tape.begin + before + 1
    return np.asarray(tape.returns(symbol)[end - sessions : end])


@pytest.mark.parametrize("part", [1.0, 0.5, 0.25])
def test_half_a_short_stands_beside_the_sale_that_removes_what_it_removed(part: float) -> None:
    found = played(Short(holding="KO", part=part))
    rho = np.corrcoef(sample(found, "KO", 504), sample(found, "PEP", 504))[0, 1]
    # a part s of the least-variance ratio removes R²·(2s − s²); shares are whole, the price moved
    removed = rho**2 * (2.0 * part - part**2)
    assert sold(found) == pytest.approx(1.0 - np.sqrt(1.0 - removed), abs=0.003)


def test_a_position_filled_at_the_close_it_was_decided_on_has_its_own_premise() -> None:
    found = played(Short(holding="KO"), "close")
    rho = np.corrcoef(sample(found, "KO", 504), sample(found, "PEP", 504))[0, 1]
    assert sold(found) == pytest.approx(1.0 - np.sqrt(1.0 - rho**2), abs=1e-9)


def test_puts_filled_at_the_open_count_their_delta_in_shares() -> None:
    class Puts(mh.Hedge):
        """Own one put."""

        def on_session(self, now: mh.Session) -> None:
            for rung in now.due("put", tenor=91, roll=PUT):
                now.roll(rung, now.put(moneyness=1.9, days=rung.days))

    # bought at the open of a day that closed 5 % higher; so deep in the money a put is a short
    found = played(Puts(holding="AAPL"), "next_open", "2020-03-12")
    assert sold(found) == pytest.approx(1.0, abs=0.005)


def test_twice_the_ratio_and_more_takes_no_risk_away_and_nothing_is_sold() -> None:
    assert sold(played(Short(holding="KO", part=2.5))) == 0.0


def test_a_short_on_no_premise_is_sized_by_the_year_before_it() -> None:
    found = played(Short(holding="KO", states=False))
    own, peer = sample(found, "KO", 252), sample(found, "PEP", 252)
    row, close = found.tape.begin + 1, found.tape.close
    shares = found.result.tables["fills"]["quantity"][0] / 100_000
    weight = shares * close["PEP"][row] / close["KO"][row]
    left = np.std(own + weight * peer) / np.std(own)
    assert sold(found) == pytest.approx(1.0 - left, abs=1e-9)


def test_the_premise_that_counts_is_the_last_before_the_position() -> None:
    found = played(Late(holding="KO"))
    own, peer = sample(found, "KO", 252, 100), sample(found, "PEP", 252, 100)
    assert sold(found) == pytest.approx(1.0 - np.std(own - 0.5 * peer) / np.std(own), abs=0.002)


def test_a_put_on_the_index_takes_away_no_more_than_the_index_moves() -> None:
    found = played(IndexPut(holding="KO"))
    part = sold(found)
    assert part is not None
    rho = np.corrcoef(sample(found, "KO", 252), sample(found, "SPX", 252))[0, 1]
    assert 0.0 < part <= 1.0 - np.sqrt(1.0 - rho**2)


def test_puts_and_a_short_count_together() -> None:
    found = played(Both(holding="AAPL", peer="MSFT"))
    own, peer = sample(found, "AAPL", 252), sample(found, "MSFT", 252)
    part = sold(found)
    assert part is not None
    # the delta of a put for a year at the money lies between −0.6 and −0.3
    low, high = (1.0 - np.std((1.0 - d) * own - 0.4 * peer) / np.std(own) for d in (0.3, 0.6))
    assert low < part < high
