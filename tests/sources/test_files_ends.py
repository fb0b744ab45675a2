"""Files whose share ends: read, laid on a longer window, and run to the window's end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

import microhedge as mh
from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData, NotCovered
from microhedge.loading import load
from microhedge.market import Market
from microhedge.sources import bundled
from microhedge.sources.files.importing import import_prices
from microhedge.sources.files.market import file_market
from microhedge.tape import Action

LAST = date(2013, 3, 1)


def write(
    place: Path, column: str, value: str = "128.00", *, symbol: str = "PEER", at: int = -1
) -> Path:
    """Prices as traded up to a Friday in March 2013, with a cell in a column of its own."""
    days = sessions(day_number(date(2009, 1, 2)), day_number(LAST))
    draw = np.random.default_rng(3)
    close = 100.0 * np.exp(np.cumsum(draw.normal(0.0, 0.01, len(days))))
    cells = [""] * len(days)
    cells[at] = value
    rows = [
        f"{to_date(int(each))},{price:.2f},0,0,{cell}"
        for each, price, cell in zip(days, close, cells, strict=True)
    ]
    path = place / f"{symbol}.csv"
    path.write_text("\n".join([f"date,close,dividends,stock_splits,{column}", *rows]))
    return path


@pytest.mark.parametrize(
    ("column", "kind"),
    [("Merger", "merger"), ("deal_price", "merger"), ("Delisting", "delisting")],
)
def test_a_cell_on_the_last_row_ends_the_share_on_the_next_session(
    tmp_path: Path, column: str, kind: str
) -> None:
    found = import_prices(write(tmp_path, column))
    (series,) = found.series
    # the Monday after
    assert series.end == Action(day_number(date(2013, 3, 4)), kind, 128.0)  # type: ignore[arg-type]
    assert f"{kind} at 128 after 2013-03-01" in "\n".join(found.understood.lines())
    assert not [one for one in found.findings if one.code == "odd-action"]


@pytest.mark.parametrize(
    ("value", "at", "said"),
    [("128", -2, "which must be its last row"), ("-1", -1, "give the money")],
)
def test_an_end_that_cannot_be_is_refused(tmp_path: Path, value: str, at: int, said: str) -> None:
    with pytest.raises(BadData, match=said):
        import_prices(write(tmp_path, "merger", value, at=at))


def test_an_end_of_adjusted_prices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="it needs prices as traded"):
        import_prices(write(tmp_path, "merger"), basis="total_return")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    place = tmp_path_factory.mktemp("ends")
    return file_market([write(place, "merger")], beside=bundled())[0]


def test_a_window_goes_on_behind_a_share_that_ended(market: Market) -> None:
    tape = market.tape(["PEER", "SPX"], end=date(2014, 1, 3))
    row = tape.ended["PEER"]
    assert tape.dates[row] == date(2013, 3, 4)
    assert set(tape.close["PEER"][row:].tolist()) == {128.0}
    assert np.isnan(tape.open["PEER"][row:]).all()
    # nothing moves the money
    assert tape.returns("PEER")[row] == pytest.approx(128.0 / tape.close["PEER"][row - 1] - 1.0)
    assert not tape.returns("PEER")[row + 1 :].any()
    # where a share came from is told up to its last price
    (source,) = [one for one in tape.sources if one.symbol == "PEER"]
    assert source.span is not None
    assert source.span[1] == LAST


def test_a_window_that_opens_behind_the_end_is_refused(market: Market) -> None:
    with pytest.raises(NotCovered, match="PEER ended on 2013-03-01, before the first decision"):
        market.tape(["PEER", "SPX"], start=date(2013, 6, 3), end=date(2014, 1, 3))


def test_a_share_that_just_stops_ends_the_window_and_a_longer_one_is_refused(
    tmp_path: Path,
) -> None:
    market = file_market([write(tmp_path, "merger", "")], beside=bundled())[0]
    assert market.tape(["PEER", "SPX"]).dates[-1] == LAST
    with pytest.raises(NotCovered, match="lies after the last price of PEER"):
        market.tape(["PEER", "SPX"], end=date(2014, 1, 3))


def test_a_comparison_ends_the_hedge_with_its_peer_and_judges_nothing_behind_it(
    market: Market,
) -> None:
    hedge = load("pair-short")(holding="AAPL", peer="PEER", window=252)  # type: ignore[call-arg]
    found = mh.compare(
        [hedge],
        market,
        mh.Portfolio(shares=1_000),
        start=date(2011, 1, 3),
        end=date(2014, 1, 3),
    )
    told = [note.text for note in found.notes if note.code == "ended"]
    assert told == [
        "On 2013-03-04 PEER was bought out at 128 a share: what was held of it is money.",
        "On 2013-03-04 the hedge ends with PEER.",
    ]
    assert to_date(int(found.relations["pair-short"].day[-1])) == LAST
    result = found.result
    assert result.curves["short_stock"][-1] == 0.0
    assert abs(result.attribution["residual"]) < 1e-6


def test_a_holding_that_was_bought_out_is_cash_to_the_end_of_every_column(market: Market) -> None:
    hedge = load("protective-put")(holding="PEER")
    found = mh.compare(
        [hedge],
        market,
        mh.Portfolio(shares=1_000),
        start=date(2012, 1, 3),
        end=date(2013, 12, 31),
        deliver=True,
    )
    assert found.unhedged.result is not None
    assert found.unhedged.result.curves["holding"][-1] == 0.0
    assert found.unhedged.result.curves["proceeds"][-1] == 128_000.0
    for run in found.runs:
        assert np.isfinite(run.returns).all(), run.name
        # what cash earns in a night, but for what was put into the index
        assert run.kind == "sell-diversify" or abs(run.returns[-1]) < 1e-4, run.name
