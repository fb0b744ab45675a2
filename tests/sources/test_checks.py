from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData
from microhedge.folders import folder
from microhedge.market import Market, Reference, Series
from microhedge.sources.bundled import bundled
from microhedge.sources.checks import Row, check, check_shipped, describe
from microhedge.sources.findings import CODES, Code, Finding
from microhedge.tape import Action, Basis, Kind

DAYS = sessions(day_number(date(2010, 1, 4)), day_number(date(2011, 12, 30)))
ROW = 200  # where a defect is planted


@pytest.fixture(scope="module")
def shipped() -> tuple[Finding, ...]:
    return check_shipped()


def clean(symbol: str = "XYZ", seed: int = 7) -> Series:
    """Two years of whole-cent bars of a share near 100 that trades every session."""
    random = np.random.default_rng(seed)
    close = np.round(100.0 * np.exp(np.cumsum(random.normal(0.0, 0.012, len(DAYS)))), 2)
    opens = np.round(close * np.exp(random.normal(0.0, 0.006, len(DAYS))), 2)
    return Series(
        symbol=symbol,
        basis="raw",
        day=DAYS.copy(),
        close=close,
        open=opens,
        actions=(),
        source="made up",
        sha256="",
        high=np.maximum(opens, close) + 0.10,
        low=np.minimum(opens, close) - 0.10,
        volume=np.full(len(DAYS), 1e6),
    )


def adjusted(series: Series) -> Series:
    none = np.full(len(series.day), np.nan)
    return replace(
        series,
        basis="total_return",
        open=none,
        high=None,
        low=None,
        volume=None,
        actions=(),
        close=series.close.copy(),
    )


def changed(column: NDArray[np.float64] | None, **rows: float) -> NDArray[np.float64]:
    assert column is not None
    values = column.copy()
    for name, value in rows.items():
        values[ROW + int(name[1:])] = value
    return values


def with_bars(series: Series, price: Callable[[str], NDArray[np.float64]]) -> Series:
    return replace(
        series, close=price("close"), open=price("open"), high=price("high"), low=price("low")
    )


def codes(*series: Series, references: tuple[Reference, ...] = ()) -> list[str]:
    return [finding.code for finding in check(Market(series, references))]


def only(series: Series, *others: Series) -> Finding:
    (finding,) = check(Market([series, *others]))
    return finding


def test_a_clean_series_gives_no_finding() -> None:
    assert codes(clean(), clean("ABC", seed=8)) == []


def test_a_clean_series_with_actions_and_a_second_source_gives_no_finding() -> None:
    one = clean()
    later = one.day >= one.day[ROW]
    day = int(one.day[ROW])
    acts = (Action(day, "split", 2.0), Action(int(one.day[300]), "dividend", 0.25))
    split = replace(
        with_bars(one, lambda n: np.round(np.where(later, 0.5, 1.0) * getattr(one, n), 2)),
        actions=acts,
    )
    total = one.close * np.where(one.day >= one.day[300], 1.0 + 0.25 / split.close[300], 1.0)
    assert codes(split, replace(adjusted(one), close=total)) == []


# --- what is known to be wrong in the shipped files ---


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


# --- planted defects ---


def test_a_planted_stale_bar_is_found_on_its_day() -> None:
    one = clean()
    found = only(with_bars(one, lambda n: changed(getattr(one, n), r1=getattr(one, n)[ROW])))
    assert (found.code, found.day) == ("stale-bar", to_date(int(DAYS[ROW + 1])))


def test_an_equal_close_alone_is_no_stale_bar() -> None:
    one = clean()
    close = one.close[ROW]
    moved = replace(
        one,
        close=changed(one.close, r1=close),
        high=changed(one.high, r1=close + 9.0),
        low=changed(one.low, r1=close - 9.0),
    )
    assert codes(moved) == []


def unapplied_two_for_one_on_a_day_that_rose(one: Series) -> Series:
    # half the price and a good day: less than 50 % down
    level = 0.5 * 1.012 * one.close[ROW - 1] / one.close[ROW]
    later = one.day >= one.day[ROW]
    return with_bars(one, lambda n: np.round(np.where(later, level, 1.0) * getattr(one, n), 2))


def unapplied_split(one: Series) -> Series:
    later = one.day >= one.day[ROW]
    return with_bars(one, lambda n: np.round(np.where(later, 0.25, 1.0) * getattr(one, n), 2))


def recorded_split_of_adjusted_prices(one: Series) -> Series:
    return replace(one, actions=(Action(int(one.day[ROW]), "split", 4.0),))


def crash_and_recovery(one: Series) -> Series:
    return replace(
        one,
        close=changed(one.close, r0=30.0),
        open=changed(one.open, r0=30.1),
        high=changed(one.high, r0=30.2),
        low=changed(one.low, r0=29.9),
    )


def high_below_the_close(one: Series) -> Series:
    return replace(one, high=changed(one.high, r0=one.close[ROW] - 5.0))


def low_above_the_open(one: Series) -> Series:
    return replace(one, low=changed(one.low, r0=one.open[ROW] + 5.0))


def negative_low(one: Series) -> Series:
    return replace(one, low=changed(one.low, r0=-1.0))


def no_trades(one: Series) -> Series:
    return replace(one, volume=changed(one.volume, r0=0.0, r1=0.0))


def fractions_of_a_cent(one: Series) -> Series:
    return replace(one, close=changed(one.close, r0=one.close[ROW] + 0.0025))


def opens_filled_with_the_close_before(one: Series) -> Series:
    opens = np.r_[one.open[0], one.close[:-1]]
    high, low = np.maximum(opens, one.close) + 0.1, np.minimum(opens, one.close) - 0.1
    return replace(one, open=opens, high=high, low=low)


def dividend_on_a_saturday(one: Series) -> Series:
    return replace(one, actions=(Action(day_number(date(2010, 6, 5)), "dividend", 0.2),))


def dividend_larger_than_half_the_price(one: Series) -> Series:
    return replace(one, actions=(Action(int(one.day[ROW]), "dividend", 60.0),))


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (unapplied_split, {"suspected-split": 1}),
        (unapplied_two_for_one_on_a_day_that_rose, {"suspected-split": 1}),
        (recorded_split_of_adjusted_prices, {"suspected-split": 1}),
        (crash_and_recovery, {"unexplained-return": 2}),
        (high_below_the_close, {"impossible-bar": 1}),
        (low_above_the_open, {"impossible-bar": 1}),
        (negative_low, {"impossible-bar": 1}),
        (no_trades, {"no-volume": 1}),
        (fractions_of_a_cent, {"sub-cent-close": 1}),
        (opens_filled_with_the_close_before, {"open-repeats-close": 2}),
        (dividend_on_a_saturday, {"odd-action": 1}),
        (dividend_larger_than_half_the_price, {"odd-action": 1, "unexplained-return": 1}),
    ],
)
def test_a_planted_defect_is_found_and_nothing_else(
    plant: Callable[[Series], Series], expected: dict[str, int]
) -> None:
    assert Counter(codes(plant(clean()))) == expected


def test_missing_and_extra_sessions_are_told_from_the_calendar() -> None:
    one = clean()
    days = np.delete(one.day, [ROW, ROW + 1])
    saturday = int(np.searchsorted(days, day_number(date(2011, 6, 4))))
    days = np.insert(days, saturday, day_number(date(2011, 6, 4))).astype(np.int32)
    rows = np.arange(len(days))
    bars = {n: getattr(one, n)[rows] for n in ("open", "high", "low", "close", "volume")}
    found = check(Market([replace(one, day=days, **bars)]))
    assert [(f.code, f.count) for f in found] == [("missing-session", 2), ("extra-session", 1)]
    assert "2011-06-04" in found[1].sentence


def test_a_day_that_occurs_twice_is_refused_before_any_check() -> None:
    one = clean()
    twice = one.day.copy()
    twice[ROW] = twice[ROW - 1]
    with pytest.raises(BadData, match="out of order or twice"):
        replace(one, day=twice)


def test_a_close_away_from_the_second_source_is_found() -> None:
    one = clean()
    second = adjusted(one)
    off = replace(second, close=changed(second.close, r0=second.close[ROW] * 1.006))
    found = only(one, off)
    assert (found.code, found.count) == ("close-disagrees", 1)
    assert "-0.60%" in found.sentence


def test_a_lasting_difference_between_two_sources_is_no_wrong_close() -> None:
    one = clean()
    level = np.where(one.day >= one.day[ROW], 1.01, 1.0)
    second = adjusted(one)
    found = check(Market([one, replace(second, close=second.close * level)]))
    assert [f.code for f in found] == []


def test_a_long_run_of_one_close_is_found_once() -> None:
    one = adjusted(clean())
    filled = one.close.copy()
    filled[ROW : ROW + 12] = filled[ROW]
    filled[ROW + 50 : ROW + 60] = filled[ROW + 50]
    found = only(replace(one, close=filled))
    assert (found.code, found.count) == ("unchanged-closes", 22)
    assert "longest of 12" in found.sentence


def test_coarse_decimals_of_a_small_price_are_found() -> None:
    one = adjusted(clean())
    small = np.round(one.close / 250.0, 3)
    found = only(replace(one, close=small))
    assert (found.code, found.count) == ("rounding-noise", len(DAYS))


def test_prices_with_all_their_decimals_are_not_coarse() -> None:
    one = adjusted(clean())
    assert codes(replace(one, close=one.close / 251.3)) == []


def test_one_series_under_two_names_is_found() -> None:
    found = check(Market([clean(), replace(clean(), symbol="ZZZ")]))
    assert [(f.code, f.symbol) for f in found] == [("same-as-another", "ZZZ")]
    assert "XYZ" in found[0].sentence


def test_the_special_dividend_of_microsoft_is_suspected_where_it_is_not_marked() -> None:
    raw = bundled().series("MSFT", "raw")
    assert raw is not None
    day = day_number(date(2004, 11, 15))
    others = [a for a in raw.actions if a.day != day]
    merged = tuple(sorted([*others, Action(day, "dividend", 3.08)], key=lambda a: a.day))
    found = of(check(Market([replace(raw, actions=merged)])), "suspected-special", "MSFT")
    assert [f.day for f in found] == [date(2004, 11, 15)]
    assert of(check(Market([raw])), "suspected-special", "MSFT") == []


def test_a_dividend_before_a_split_is_compared_in_the_same_shares() -> None:
    # 1.00, then 10:1, then 0.10 twice: the same dividend throughout
    one = clean()
    later = one.day >= one.day[ROW]
    days = [int(one.day[row]) for row in (ROW - 60, ROW, ROW + 60, ROW + 120)]
    kinds: tuple[Kind, ...] = ("dividend", "split", "dividend", "dividend")
    acts = tuple(map(Action, days, kinds, (1.0, 10.0, 0.1, 0.1)))
    split = with_bars(one, lambda n: np.round(np.where(later, 0.1, 1.0) * getattr(one, n), 2))
    assert codes(replace(split, actions=acts)) == []


def test_gaps_in_a_reference_are_counted_with_the_longest_carry() -> None:
    kept = np.delete(DAYS, [ROW, ROW + 1, ROW + 2, ROW + 9])
    rate = Reference("CMT3M", kept, np.full(len(kept), 0.01), "made up", "")
    (found,) = check(Market([clean()], [rate]))
    assert (found.code, found.count) == ("reference-gap", 4)
    assert "over 3 sessions at most" in found.sentence


def test_a_reference_that_ends_early_says_how_many_sessions_it_is_carried() -> None:
    rate = Reference("CMT3M", DAYS[:-30], np.full(len(DAYS) - 30, 0.01), "made up", "")
    (found,) = check(Market([clean()], [rate]))
    assert (found.code, found.count) == ("reference-short", 30)


def test_an_empty_reference_is_no_error() -> None:
    nothing = Reference("VIX", DAYS[:0], np.empty(0), "made up", "")
    assert check(Market([clean()], [nothing])) == ()
    assert [row.symbol for row in describe(Market([clean()], [nothing]))] == ["XYZ"]


def test_findings_come_in_the_order_of_their_kinds_and_read_as_a_line(
    shipped: tuple[Finding, ...],
) -> None:
    assert get_args(Code) == CODES
    order = [(CODES.index(f.code), f.symbol, f.day) for f in shipped]
    assert order == sorted(order)
    assert all("\n" not in str(f) for f in shipped)
    assert str(shipped[0]).startswith("stale-bar AAPL 2003-01-29: ")


# --- what is there ---


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
