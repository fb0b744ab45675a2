"""Records that data tools are known to have spoiled: GME's squeeze, and FB that became META."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from sources.yahoo_server import Bar, Desk, Listed, serving

from microhedge.errors import NotCovered, UnknownSymbol
from microhedge.market import Market
from microhedge.series import Series
from microhedge.sources import bundled
from microhedge.sources.checks import check
from microhedge.sources.files import Refused, file_market, import_prices

# GameStop on the NYSE as traded, before its 4:1 split of 2022-07-22: day, open, high, low, close.
# A vendor's tool "repaired" splits into these days; −60.0 % on 2 February is 5:2 to the cent.
GME = """\
date,open,high,low,close
2021-01-21,39.23,44.75,37.00,43.03
2021-01-22,42.59,76.76,42.32,65.01
2021-01-25,96.73,159.18,61.13,76.79
2021-01-26,88.56,150.00,80.20,147.98
2021-01-27,354.83,380.00,249.00,347.51
2021-01-28,265.00,483.00,112.25,193.60
2021-01-29,379.71,413.98,250.00,325.00
2021-02-01,316.56,322.00,212.00,225.00
2021-02-02,140.76,158.00,74.22,90.00
2021-02-03,112.01,113.40,85.25,92.41
2021-02-04,91.19,91.50,53.33,53.50
2021-02-05,54.04,95.00,51.09,63.77
"""
CLOSES = [float(line.rpartition(",")[2]) for line in GME.splitlines()[1:]]
LARGE = [f"2021-{day}" for day in ("01-22", "01-26", "01-27", "01-28", "01-29", "02-02", "02-04")]
"""Sessions that rose by more than half or fell by more than 40 %; all were real."""


def jumps(*series: Series) -> list[tuple[str, str]]:
    found = check(Market(series))
    return [
        (f.code, str(f.day)) for f in found if f.code in {"suspected-split", "unexplained-return"}
    ]


def test_the_squeeze_of_gamestop_is_read_as_it_was_and_its_jumps_are_told(tmp_path: Path) -> None:
    path = tmp_path / "GME.csv"
    path.write_text(GME)
    (series,) = import_prices(path, basis="raw").series
    assert series.close.tolist() == CLOSES
    assert series.actions == ()
    assert jumps(series) == [("unexplained-return", day) for day in LARGE]


def test_the_squeeze_of_gamestop_comes_through_yahoo_as_it_was(tmp_path: Path) -> None:
    def quarter(text: str) -> float:
        return float(np.float32(float(text) / 4))

    split, bars = date(2022, 7, 22), dict[date, Bar]()
    for line in GME.splitlines()[1:]:
        day, *prices = line.split(",")
        first, high, low, close = map(quarter, prices)
        bars[date.fromisoformat(day)] = (first, high, low, close, 1000)
    with serving() as server:
        server.listed["GME"] = Listed(bars, splits={split: (4, 1)})
        market = Desk(server, tmp_path).market("GME", now=datetime(2022, 7, 25, 3, tzinfo=UTC))
    series = market.series("GME", "raw")
    assert series is not None
    assert series.close.tolist() == CLOSES


@pytest.mark.parametrize(
    "opened",
    [
        pytest.param("88.10", id="a split is in the open"),
        pytest.param("225.00", id="the close before stands for an open"),
        pytest.param("", id="no open"),
    ],
)
def test_a_fall_by_a_whole_ratio_that_the_open_does_not_explain_away_is_refused(
    tmp_path: Path, opened: str
) -> None:
    path = tmp_path / "GME.csv"
    path.write_text(GME.replace("140.76,158.00", f"{opened},225.00"))
    with pytest.raises(Refused, match=r"2021-02-02: .* an unrecorded 5:2 split") as caught:
        import_prices(path, basis="raw")
    assert caught.value.code == "unrecorded-split"
    remedy = "column 'Stock Splits' (2 where one share became two), or vouch for the day (--genuine"
    assert f"{remedy} 2021-02-02)" in str(caught.value)


# FB was called META from 2022-06-09 on; closes of the shipped bars
RENAMED = """\
date,symbol,close,dividends,splits
2022-06-06,FB,194.25,0,0
2022-06-07,FB,195.65,0,0
2022-06-08,FB,196.64,0,0
2022-06-09,META,184.00,0,0
2022-06-10,META,175.57,0,0
2022-06-13,META,164.26,0,0
"""


@pytest.fixture
def renamed(tmp_path: Path) -> Market:
    path = tmp_path / "both.csv"
    path.write_text(RENAMED)
    return file_market([path], basis="raw")[0]


def test_two_symbols_are_two_histories_and_no_run_crosses_from_one_to_the_other(
    renamed: Market,
) -> None:
    shipped = bundled().series("META", "raw")
    old, new = (renamed.series(symbol, "raw") for symbol in ("FB", "META"))
    assert shipped is not None
    assert old is not None
    assert new is not None
    assert (old.last, new.first) == (date(2022, 6, 8), date(2022, 6, 9))
    joined = [*old.close.tolist(), *new.close.tolist()]
    row = int(np.searchsorted(shipped.day, old.day[0]))
    assert shipped.close[row : row + 6].tolist() == joined
    with pytest.raises(NotCovered, match="the first common session of META is 2022-06-09"):
        renamed.tape(["META"], start=date(2022, 6, 7))
    with pytest.raises(NotCovered, match="after the last price of FB, 2022-06-08"):
        renamed.tape(["FB"], end=date(2022, 6, 13))


def test_the_old_symbol_of_a_shipped_share_is_refused_by_name() -> None:
    with pytest.raises(UnknownSymbol, match="no prices for 'FB'"):
        bundled().tape(["FB"])
