"""Recalls, bans and squeezes of a short, against numbers that a hand can follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import acting, arrange, day, lay, lines, noted, sessions

import microhedge as mh
from microhedge.costs import Costs
from microhedge.declaration import build
from microhedge.engine import simulate
from microhedge.errors import NotCovered, ParameterError, UsageError
from microhedge.hedge import Session
from microhedge.lending import Ban, Lending
from microhedge.loading import load
from microhedge.result import Result
from microhedge.series import Series
from microhedge.stressing import Squeeze, StressTest, squeezed
from microhedge.tape import Tape

COUNT = 40


def flat(count: int = COUNT) -> Tape:
    return lay({"AAA": [100.0] * count, "BBB": [50.0] * count})


def short_hundred(now: Session) -> None:
    now.short("BBB", value=5_000.0)


def played(lending: Lending, *, costs: Costs | None = None, count: int = COUNT) -> Result:
    setup = arrange(flat(count), cash=1e6, costs=costs or Costs.none())
    return simulate(acting(short_hundred), replace(setup, lending=lending))


# recalls


def test_a_recalled_short_is_bought_in_at_the_close_for_the_whole_spread_and_blocked() -> None:
    seed = next(
        n
        for n in range(999)
        if [row for row, names in Lending(8.0, seed=n).recalls(flat()).items() if "BBB" in names]
        == [10]
    )
    costs = replace(Costs.none(), stock_spread_bp=10.0)
    found = played(Lending(8.0, blocked=5, seed=seed), costs=costs)
    traded = [(row, quantity, paid) for row, _, _, cause, quantity, _, paid in
              lines(found, "hedge/") if cause == "trade"]  # fmt: skip
    # half-spreads of 5 cents a share: 5 to sell 100, 10 to be bought in, 5 to sell them again
    assert traded == [(1, -100.0, 5.0), (10, 100.0, 10.0), (16, -100.0, 5.0)]
    assert noted(found) == [(10, "recalled"), *((row, "unfilled") for row in range(11, 16))]
    assert found.tables["log"]["amount"][0] == 5_000.0
    assert abs(found.attribution["residual"]) < 1e-9
    # the closes of sessions 10 to 15 were without the short that was wanted
    assert int((found.curves["cover"][1:] < 0.5).sum()) == 6


def test_recalls_come_at_their_rate_and_from_their_seed_alone() -> None:
    tape = flat(2_000)
    years = (int(tape.day[-1]) - int(tape.day[0])) / 365
    per_seed = [
        sum("BBB" in names for names in Lending(0.5, seed=n).recalls(tape).values())
        for n in range(200)
    ]
    # a Poisson number of half a year's each: its mean within four standard errors
    expected = 0.5 * years
    assert np.mean(per_seed) == pytest.approx(expected, abs=4 * (expected / 200) ** 0.5 + 0.05)
    assert Lending(0.5, seed=3).recalls(tape) == Lending(0.5, seed=3).recalls(tape)
    assert Lending(0.5, seed=3).recalls(tape) != Lending(0.5, seed=4).recalls(tape)
    assert Lending().recalls(tape) == {}


def test_a_run_without_stress_is_the_same_and_says_nothing_of_lending() -> None:
    plain = simulate(acting(short_hundred), arrange(flat(), cash=1e6))
    quiet = played(Lending(seed=9))
    assert quiet.curves["equity"].tolist() == plain.curves["equity"].tolist()
    assert "lending" not in quiet.config
    assert played(Lending(8.0)).config["lending"]["recall_rate"] == 8.0


# bans


def test_new_shorts_are_refused_on_the_days_of_a_ban_and_old_ones_stay() -> None:
    # the third session is 2024-01-04; the first order would fill on 2024-01-03
    late = played(Lending(bans=(Ban(day("2024-01-03"), day("2024-01-05"), ("BBB",)),)))
    assert [line[0] for line in lines(late, "hedge/") if line[3] == "trade"] == [4]
    assert noted(late) == [(1, "unfilled"), (2, "unfilled"), (3, "unfilled")]
    assert late.tables["log"]["text"][0] == "BBB may not be sold short until 2024-01-05"
    old = played(Lending(bans=(Ban(day("2024-01-05"), day("2024-01-31")),)))
    assert [line[0] for line in lines(old, "hedge/") if line[3] == "trade"] == [1]
    other = played(Lending(bans=(Ban(day("2024-01-01"), day("2024-12-31"), ("CCC",)),)))
    assert noted(other) == []


def test_a_short_may_be_closed_and_cut_in_a_ban() -> None:
    def act(now: Session) -> None:
        now.short("BBB", value=[5_000.0, 5_000.0, 2_500.0, 4_000.0, 0.0][min(now.number, 4)])

    setup = arrange(flat(), cash=1e6)
    lending = Lending(bans=(Ban(day("2024-01-04"), day("2024-01-31")),))
    found = simulate(acting(act), replace(setup, lending=lending))
    traded = [line[4] for line in lines(found, "hedge/") if line[3] == "trade"]
    assert traded == [-100.0, 50.0, 50.0]  # the order for 80 was refused


# squeezes


def test_a_squeezed_share_rises_evenly_from_its_day_and_keeps_its_returns_afterwards() -> None:
    tape = flat()
    found = squeezed(tape, "BBB", 10, Squeeze(date(2024, 1, 17), 2.0, 4))
    close = found.close["BBB"]
    assert close[:10].tolist() == [50.0] * 10
    assert close[10:15] == pytest.approx([50 * 2 ** (k / 4) for k in (1, 2, 3, 4, 4)])
    assert found.close["AAA"].tolist() == tape.close["AAA"].tolist()
    assert found.returns("BBB")[14:].tolist() == [0.0] * 26


def test_a_squeeze_is_replayed_on_the_book_with_its_margin_call_by_hand() -> None:
    # 100 shares of BBB short at 50 against 100 of AAA at 100
    class Pair(mh.Hedge):
        peer: str

        def on_session(self, now: Session) -> None:
            if not now.fills(self.peer):
                now.short(self.peer, value=5_000.0)

    found = mh.stress(
        Pair(holding="AAA", peer="BBB"),
        _market(),
        mh.Portfolio(shares=100),
        squeeze=Squeeze(date(2024, 3, 1), 2.0, 1),
        costs=Costs.none(),
        rate=0.0,
    )
    base, tight = found.lines
    # × 2 takes 5,000 of a holding of 10,000; equity 5,000 ≥ 0.3 · 10,000 + (10,000 − 5,000)/3
    assert (base.ending_value, base.loss) == (10_000.0, 0.0)
    assert tight.ending_value == pytest.approx(5_000.0)
    assert tight.loss == pytest.approx(0.5)
    assert tight.margin_calls == 0
    assert tight.hedge_profit == pytest.approx(-5_000.0)
    found = mh.stress(
        Pair(holding="AAA", peer="BBB"),
        _market(),
        mh.Portfolio(shares=100),
        squeeze=Squeeze(date(2024, 3, 1), 2.2, 1),
        costs=Costs.none(),
        rate=0.0,
    )
    # × 2.2: equity 4,000 < 0.3 · 11,000 + 6,000/3 = 5,300: a call for 1,300
    assert found.lines[1].margin_calls == 1
    assert found.lines[1].largest_call == pytest.approx(1_300.0)
    assert not found.lines[1].ruined


def _market() -> mh.Market:
    axis = np.array(sessions("2023-01-03", 360), np.int32)
    nothing = np.full(360, np.nan)
    prices = {"AAA": 100.0, "BBB": 50.0, "SPX": 4_000.0}
    return mh.Market(
        Series(
            name,
            "price_index" if name == "SPX" else "raw",
            axis,
            np.full(360, price),
            nothing.copy(),
            (),
            "made up",
            name * 8,
        )
        for name, price in prices.items()
    )


def test_up_to_its_day_a_stressed_run_is_the_base_run_and_a_seed_repeats_it() -> None:
    hedge = build(load("pair-short"), {"holding": "BAC", "peer": "JPM"})
    window = (date(2007, 10, 9), date(2009, 3, 9))

    def ask() -> StressTest:
        return mh.stress(
            hedge,
            mh.data.bundled(),
            mh.Portfolio(shares=1000),
            recall=2.0,
            bans=[Ban(day("2008-09-19"), day("2008-10-08"), ("JPM", "BAC"))],
            squeeze=Squeeze(date(2008, 6, 2), 2.0, 5),
            start=window[0],
            end=window[1],
            seed=1,
        )

    first, again = ask(), ask()
    assert first.document() == again.document()
    base, recalled, banned, tight = first.results
    alone = mh.run(hedge, mh.data.bundled(), mh.Portfolio(shares=1000), start=window[0],
                   end=window[1])  # fmt: skip
    assert base == alone.result
    for one, cut in ((banned, "2008-09-18"), (tight, "2008-05-30")):
        upto = int(np.searchsorted(base.day, day(cut))) + 1
        assert one.curves["equity"][:upto].tolist() == base.curves["equity"][:upto].tolist()
    assert first.lines[1].recalls > 0
    assert first.lines[1].unhedged > first.lines[0].unhedged
    assert (first.lines[3].loss or 0.0) > 0.3
    assert recalled.config != base.config


def test_a_hedge_that_is_recalled_does_not_look_ahead() -> None:
    tape = flat(120)
    banned = Lending(bans=(Ban(day("2024-02-01"), day("2024-03-01")),))
    for lending in (Lending(6.0, blocked=3, seed=2), banned):
        whole = simulate(acting(short_hundred), replace(arrange(tape, cash=1e6), lending=lending))
        for length in (40, 77, 100):
            part = simulate(
                acting(short_hundred), replace(arrange(flat(length), cash=1e6), lending=lending)
            )
            for name in ("cash", "short_stock"):
                ours, theirs = part.curves[name][: length - 1], whole.curves[name][: length - 1]
                assert ours.tolist() == theirs.tolist()


# requests that cannot be played


def test_a_stress_that_cannot_be_is_refused() -> None:
    market, portfolio = _market(), mh.Portfolio(shares=100)
    put = build(load("protective-put"), {"holding": "AAA"})
    with pytest.raises(UsageError, match="no stress is named"):
        mh.stress(put, market, portfolio)
    with pytest.raises(UsageError, match="name a hedge that sells shares short"):
        mh.stress(
            put,
            market,
            portfolio,
            squeeze=Squeeze(date(2024, 3, 1)),
            rate=0.0,
            vol="constant:0.2",
        )
    with pytest.raises(ParameterError, match="a squeeze by 0"):
        Squeeze(date(2024, 3, 1), 0.0)
    with pytest.raises(ParameterError, match="a squeeze over 0 sessions"):
        Squeeze(date(2024, 3, 1), 2.0, 0)
    with pytest.raises(ParameterError, match="a recall rate of -1"):
        Lending(-1.0)


def test_a_squeeze_outside_of_the_run_is_refused() -> None:
    class Pair(mh.Hedge):
        def on_session(self, now: Session) -> None:
            now.short("SPX", value=1_000.0)

    ask = Pair(holding="AAA"), _market(), mh.Portfolio(shares=100)
    with pytest.raises(NotCovered, match="does not lie inside"):
        mh.stress(*ask, squeeze=Squeeze(date(2030, 3, 1)), rate=0.0)
    with pytest.raises(UsageError, match="never short of BBB: it was of SPX"):
        mh.stress(*ask, squeeze=Squeeze(date(2024, 3, 1), symbol="BBB"), rate=0.0)


def test_an_account_that_was_ruined_ends_with_nothing_at_all() -> None:
    found = mh.stress(
        build(load("pair-short"), {"holding": "AAPL", "peer": "MSFT"}),
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        squeeze=Squeeze(date(2015, 6, 1), 20.0, 3),
        start=date(2014, 1, 2),
        end=date(2015, 12, 31),
    )
    base, squeezed_run = found.lines
    assert (base.ruined, squeezed_run.ruined) == (False, True)
    assert squeezed_run.ending_value == 0.0
    result = found.results[1]
    (closed,) = result.tables["log"]["session"][result.tables["log"]["code"] == "ruin"]
    assert set(result.curves["equity"][closed:].tolist()) == {0.0}
    # what it owed before is not hidden: it was booked as the ruin's
    assert result.attribution["ruin"] > 0.0
    assert abs(result.attribution["residual"]) <= 1e-9


def test_the_cash_of_a_run_is_that_of_its_ledger_to_the_last_bit() -> None:
    setup = arrange(flat(), cash=1e4, costs=Costs(), sigma=0.3)
    result = simulate(acting(short_hundred), setup)
    rows = result.tables["ledger"]
    cash, path = 0.0, {}
    for k, session in enumerate(rows["session"].tolist()):
        cash += float(rows["cash"][k] - rows["spread"][k] - rows["commission"][k] - rows["fee"][k])
        path[session] = cash
    assert {k: float(result.curves["cash"][k]) for k in path} == path
