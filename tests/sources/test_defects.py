from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData
from microhedge.exchange import Exchange, new_york
from microhedge.market import Market
from microhedge.series import Reference, Series
from microhedge.sources import price_defects
from microhedge.sources.bundled import bundled
from microhedge.sources.checks import check, describe
from microhedge.sources.findings import Finding
from microhedge.tape import Action, Kind

LONDON: Final = "Europe/London"
DAYS = sessions(day_number(date(2010, 1, 4)), day_number(date(2011, 12, 30)))
ROW = 200  # where a defect is planted


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


def test_a_planted_stale_bar_is_found_on_its_day() -> None:
    one = clean()
    found = only(with_bars(one, lambda n: changed(getattr(one, n), r1=getattr(one, n)[ROW])))
    assert (found.code, found.day) == ("stale-bar", to_date(int(DAYS[ROW + 1])))


def test_bars_of_one_defect_are_one_finding_that_lists_the_first() -> None:
    one = clean()
    every = np.arange(len(DAYS))
    rows = np.where(every % 40 < 5, every // 40 * 40, every)
    filled = only(with_bars(one, lambda n: getattr(one, n)[rows]))
    # four of each forty sessions repeat the first of them
    count = int(np.count_nonzero(np.diff(rows) == 0))
    assert (filled.code, filled.day, filled.count) == ("stale-bar", to_date(int(DAYS[1])), count)
    days = [str(to_date(int(day))) for day in DAYS[2:5]]
    assert filled.sentence.endswith(f"likewise {count - 1} more: {', '.join(days)}, …")
    few = only(replace(one, high=changed(one.high, r0=1.0, r3=2.0)))
    assert (few.code, few.count) == ("impossible-bar", 2)
    assert few.sentence.endswith(f"and likewise 1 more: {to_date(int(DAYS[ROW + 3]))}")


def test_a_high_below_the_low_on_most_sessions_asks_whether_the_columns_are_swapped() -> None:
    one = clean()
    found = only(replace(one, high=one.low, low=one.high))
    assert (found.code, found.count) == ("impossible-bar", len(DAYS))
    assert found.sentence.endswith(f"below the low on {len(DAYS)} sessions: columns swapped?")


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


def one_day(before: float, opened: float, closed: float) -> Series:
    """Closes of `before` up to a day that opened and closed lower, and later ones near it."""
    one, later = clean(), np.arange(len(DAYS)) >= ROW
    level = np.round(
        np.where(later, closed, before) * (1.0 + 0.001 * (np.arange(len(DAYS)) % 3)), 2
    )
    level[ROW - 1], level[ROW] = before, closed
    opens = np.round(level * 1.002, 2)
    opens[ROW] = opened
    high, low = np.maximum(opens, level), np.minimum(opens, level)
    return replace(one, close=level, open=opens, high=high, low=low)


@pytest.mark.parametrize(
    ("before", "opened", "closed", "found"),
    [
        # 2:1, and the session rose or fell by so much that its close is off the ratio
        pytest.param(73.36, 36.82, 37.51, "suspected-split", id="rose by 2 % within the day"),
        pytest.param(73.36, 36.82, 39.20, "suspected-split", id="rose by 6 % within the day"),
        pytest.param(73.36, 36.82, 34.20, "suspected-split", id="fell by 7 % within the day"),
        pytest.param(73.36, 37.45, 38.15, "suspected-split", id="opened 2 % above the ratio"),
        pytest.param(10.00, 19.80, 21.20, "suspected-split", id="a reverse split"),
        pytest.param(73.36, np.nan, 37.51, "unexplained-return", id="no open, off the ratio"),
        pytest.param(73.36, 73.36, 37.51, "unexplained-return", id="the open is filled"),
        pytest.param(73.36, np.nan, 36.82, "suspected-split", id="no open, on the ratio"),
        # real days: Apple warned on 2000-09-28, GameStop was squeezed on 2021-01-29
        pytest.param(53.50, 28.19, 25.75, "unexplained-return", id="AAPL 2000-09-29"),
        pytest.param(193.60, 379.71, 325.00, "unexplained-return", id="GME 2021-01-29"),
    ],
)
def test_a_split_that_is_not_recorded_shows_in_the_open_whatever_the_session_did_after_it(
    before: float, opened: float, closed: float, found: str
) -> None:
    large = price_defects.large_returns(one_day(before, opened, closed), None)
    assert [(f.code, f.day) for f in large] == [(found, to_date(int(DAYS[ROW])))]


def test_a_fall_without_an_open_names_the_split_that_it_may_be() -> None:
    (found,) = price_defects.large_returns(one_day(73.36, np.nan, 37.51), None)
    assert found.sentence.startswith("-48.9% in one session")
    assert found.sentence.endswith("as a 2:1 split may be missing")


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
    found = {
        acts: [f.day for f in check(Market([replace(raw, actions=acts)])) if "special" in f.code]
        for acts in (merged, raw.actions)
    }
    assert found == {merged: [date(2004, 11, 15)], raw.actions: []}


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


def test_days_that_a_calendar_does_not_reach_are_counted_and_not_judged() -> None:
    known = Exchange("XXXX", LONDON, time(16, 30), DAYS[10:-5].copy(), "made up")
    found = check(Market([clean()], exchange=known))
    assert [(f.code, f.day, f.count) for f in found] == [("calendar-short", to_date(DAYS[0]), 15)]
    assert "are outside the calendar of XXXX, which runs from 2010-01-19 to" in found[0].sentence


def test_a_session_that_is_still_open_is_found() -> None:
    last = to_date(int(DAYS[-1]))  # Friday, 30 December 2011: New York closed at 21:00 UTC
    found = [
        [
            (f.code, f.day)
            for f in price_defects.unfinished_session(
                clean(), new_york(), datetime(2011, 12, 30, hour, minute, tzinfo=UTC)
            )
        ]
        for hour, minute in ((15, 0), (21, 29), (21, 30))
    ]
    assert found == [[("unfinished-session", last)], [("unfinished-session", last)], []]
