from collections import Counter
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from microhedge.folders import folder
from microhedge.market import Market
from microhedge.origin import Basis
from microhedge.sources.bundled import bundled
from microhedge.sources.checks import Row, check, check_shipped, describe
from microhedge.sources.findings import CODES, Code, Finding


@pytest.fixture(scope="module")
def shipped() -> tuple[Finding, ...]:
    return check_shipped()


def of(findings: tuple[Finding, ...], code: Code, symbol: str) -> list[Finding]:
    return [f for f in findings if (f.code, f.symbol) == (code, symbol)]


def test_the_stale_bar_of_apple_is_found(shipped: tuple[Finding, ...]) -> None:
    (found,) = of(shipped, "stale-bar", "AAPL")
    assert found.day == date(2003, 1, 29)


# Closes that differ between the vendors on single days, listed when the files were chosen
# (AAPL 2009-03-24, 0.31 %, was found by this check).
@pytest.mark.parametrize(
    ("symbol", "days"),
    [
        ("MSFT", [date(2006, 6, 9), date(2007, 5, 1), date(2009, 3, 24)]),
        ("AAPL", [date(2003, 1, 29), date(2006, 6, 9), date(2009, 3, 24)]),
    ],
)
def test_wrong_closes_are_found_by_the_second_source(
    shipped: tuple[Finding, ...], symbol: str, days: list[date]
) -> None:
    assert [f.day for f in of(shipped, "close-disagrees", symbol)] == days


def test_the_second_source_says_what_microsoft_closed_at(shipped: tuple[Finding, ...]) -> None:
    found = of(shipped, "close-disagrees", "MSFT")
    (wrong,) = [f for f in found if f.day == date(2007, 5, 1)]
    # 30.40 is the close in every other record of the day
    assert "30.1925" in wrong.sentence
    assert "30.40" in wrong.sentence


def test_all_380_sub_cent_closes_are_counted(shipped: tuple[Finding, ...]) -> None:
    assert sum(f.count for f in shipped if f.code == "sub-cent-close") == 380


# Share of sessions on which the index file's open is the close before, per year.
def test_years_without_an_opening_print_of_the_index_are_found(
    shipped: tuple[Finding, ...],
) -> None:
    found = of(shipped, "open-repeats-close", "SPX")
    share = {f.day.year: f.sentence.split()[7] for f in found}
    assert set(share) == {*range(1999, 2008), 2012, 2013}
    assert {share[year] for year in range(1999, 2006)} <= {"95%", "96%", "97%", "98%"}
    assert (share[2006], share[2007], share[2012]) == ("43%", "16%", "25%")


def test_early_apple_is_too_coarse_to_use(shipped: tuple[Finding, ...]) -> None:
    (found,) = of(shipped, "rounding-noise", "AAPL")
    assert found.day == date(1990, 1, 2)
    assert "rounded to 0.001" in found.sentence


def test_the_early_years_of_range_resources_are_no_prices(shipped: tuple[Finding, ...]) -> None:
    assert of(shipped, "unchanged-closes", "RRC")
    assert [f.day for f in of(shipped, "suspected-split", "RRC")] == [date(1990, 4, 10)]


def test_62_sessions_without_a_treasury_curve_are_counted(shipped: tuple[Finding, ...]) -> None:
    (gap,) = of(shipped, "reference-gap", "CMT3M")
    (off,) = of(shipped, "reference-off-session", "CMT3M")
    assert (gap.count, off.count) == (62, 10)


def test_the_ends_of_rates_and_volatility_are_stated(shipped: tuple[Finding, ...]) -> None:
    assert [f.day for f in of(shipped, "reference-short", "CMT3M")] == [date(2019, 8, 27)]
    assert [f.day for f in of(shipped, "reference-short", "VIX")] == [
        date(1990, 1, 2),
        date(2019, 1, 4),
    ]


def test_apple_of_september_2000_is_confirmed_by_the_second_source() -> None:
    # −51.9 % after a profit warning: a real fall that looks like a split
    market = bundled()
    assert "AAPL" not in {f.symbol for f in check(market) if f.code == "unexplained-return"}
    alone = market.series("AAPL", "raw")
    assert alone is not None
    found = of(check(Market([alone])), "unexplained-return", "AAPL")
    assert [f.day for f in found] == [date(2000, 9, 29)]


def test_nothing_else_is_claimed_about_the_shipped_files(shipped: tuple[Finding, ...]) -> None:
    assert Counter(f.code for f in shipped) == {
        "stale-bar": 1,
        "unchanged-closes": 1,
        "close-disagrees": 6,
        "suspected-split": 1,
        "unexplained-return": 2,  # AMD 2016-04-22 and RRC 1998-10-19; AMD's is genuine
        "sub-cent-close": 5,
        "open-repeats-close": 11,
        "rounding-noise": 6,
        "reference-gap": 1,
        "reference-off-session": 1,
        "reference-short": 3,
    }


def test_bars_without_actions_are_reported_as_left_out(tmp_path: Path) -> None:
    for path in folder("data").glob("*.parquet*"):
        if not path.name.startswith("corporate_actions"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert [f.code for f in check_shipped(tmp_path)][-1] == "bars-left-out"


def test_findings_come_in_the_order_of_their_kinds_and_read_as_a_line(
    shipped: tuple[Finding, ...],
) -> None:
    assert get_args(Code) == CODES
    order = [(CODES.index(f.code), f.symbol, f.day) for f in shipped]
    assert order == sorted(order)
    assert all("\n" not in str(f) for f in shipped)
    assert str(shipped[0]).startswith("stale-bar AAPL 2003-01-29: ")


@pytest.mark.parametrize(
    ("symbol", "basis", "splits", "dividends"),
    [
        ("AAPL", "raw", 4, 45),
        ("MSFT", "raw", 1, 38),  # 37 payment days, one of them a dividend and a special
        ("IBM", "raw", 0, 52),
        ("NVDA", "raw", 1, 43),
        ("GOOG", "raw", 0, 0),
        ("AAPL", "total_return", 0, 0),
    ],
)
def test_the_list_counts_actions(symbol: str, basis: Basis, splits: int, dividends: int) -> None:
    (row,) = [r for r in describe(bundled()) if (r.symbol, r.basis) == (symbol, basis)]
    assert (row.splits, row.dividends) == (splits, dividends)


def test_the_list_ends_with_the_references() -> None:
    assert describe(bundled())[-1] == Row(
        "CMT3M",
        "reference",
        date(1990, 1, 2),
        date(2019, 8, 26),
        7419,
        0,
        0,
        "zipline-reloaded 3.2.1",
    )
