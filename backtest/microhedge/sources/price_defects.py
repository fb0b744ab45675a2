"""Detectors of bad prices: each looks at one series for one kind of defect and repairs nothing.

The thresholds were set on the shipped prices and say what they let pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.counting import count_of
from microhedge.exchange import Exchange
from microhedge.series import Series
from microhedge.sources.findings import Code, Finding

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

RUN: Final = 10
"""Equal closes in a row; traded stocks at eighths of a dollar reach six."""
JUMP: Final = 0.5
"""Return in a day; genuine ones exist, so a second source can confirm them."""
FALL: Final = 0.4
"""Fall in a day; also what a 2:1 split leaves of a session that rose by a fifth."""
SPLIT_RATIOS: Final = (
    *((whole, 1) for whole in (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50, 100)),
    (5, 2),
    (7, 2),
)
"""None that moves a price by less than half: a fall by a third is more often news than 3:2."""
SPLIT_TOLERANCE: Final = 0.02
OPENED: Final = 0.2
"""Relative; a split is in the price at the open already, and a fall within the session is not."""
OPENING_TOLERANCE: Final = 0.03
"""Of a split ratio at the open; a share as a whole moves less overnight than in a day."""
CALM: Final = 0.1
"""Relative; GameStop opened at almost twice its close of the day before and then fell by 14 %."""
NEAR: Final = 0.1
"""Of a split ratio; without an open, the move of the session that a split may hide in."""
SLACK: Final = 1e-6
"""Relative; prices stored in single precision differ by less."""
CENT_SLACK: Final = 1e-3
"""Of a cent; the finest print has a hundredth of a cent."""
OPEN_SHARE: Final = 0.125
"""Of the sessions of a year; stocks open on the previous close on up to 11 % of them."""
COARSE: Final = 1e-3
"""Smallest step of a rounded price against the price: noise of a return."""


def stale_bars(series: Series) -> Iterator[Finding]:
    """Find bars whose open, high, low and close all repeat the session before: one finding."""
    if series.high is None or series.low is None:
        return
    columns = (series.open, series.high, series.low, series.close)
    same = np.logical_and.reduce([np.diff(column) == 0.0 for column in columns])
    rows = np.flatnonzero(same) + 1
    if len(rows):
        bar = ", ".join(f"{column[rows[0]]:g}" for column in columns)
        sentence = f"open, high, low and close ({bar}) all repeat the session before"
        yield _finding("stale-bar", series, rows[0], len(rows), sentence + _also(series, rows))


def unchanged_closes(series: Series) -> Iterator[Finding]:
    """Find runs of ten and more equal closes; one finding for a series, with its longest run."""
    changed = np.flatnonzero(np.diff(series.close, prepend=-1.0))
    length = np.diff(changed, append=len(series.close))
    long = length >= RUN
    if not long.any():
        return
    first, last = changed[long][0], changed[long][-1] + length[long][-1] - 1
    sentence = (
        f"{count_of(int(long.sum()), 'run')} of {RUN} or more equal closes up to "
        f"{_date(series, last)}, the longest of {length.max()} sessions: "
        "hardly traded, or filled forward"
    )
    yield _finding("unchanged-closes", series, first, int(length[long].sum()), sentence)


def large_returns(series: Series, second: Series | None) -> Iterator[Finding]:
    """Find returns that no recorded action explains and no second source confirms.

    `second` holds the same symbol on another basis, if there is one.
    """
    factor, opening = total_factors(series), total_factors(series, series.open)
    large = (np.abs(factor - 1.0) > JUMP) | (factor < 1.0 - FALL)
    if second is not None:
        _, mine, other = np.intersect1d(series.day, second.day, return_indices=True)
        ratio = factor[mine] / total_factors(second)[other]
        large[mine] &= np.abs(ratio - 1.0) > SPLIT_TOLERANCE
    for row in np.flatnonzero(large):
        moved = f"{factor[row] - 1.0:+.1%} in one session"
        within = _moved_within(series, int(row))
        calm = within is not None and within < CALM
        split = _split_ratio(opening[row], OPENING_TOLERANCE) if calm else None
        if split is not None:
            moved += f", {opening[row] - 1.0:+.1%} at its open,"
        elif within is None or within <= OPENED:
            split = _split_ratio(factor[row], SPLIT_TOLERANCE)
        if split is not None:
            sentence = f"{moved} is what an unrecorded {split} split looks like"
            yield _finding("suspected-split", series, row, 1, sentence)
        else:
            sentence = f"{moved}, no recorded action explains it: compare with another source"
            near = None if within is not None else _split_ratio(factor[row], NEAR)
            sentence += "" if near is None else f", as a {near} split may be missing"
            yield _finding("unexplained-return", series, row, 1, sentence)


def impossible_bars(series: Series) -> Iterator[Finding]:
    """Find bars whose high or low does not contain the other prices, or is not positive.

    It is one finding, which asks whether high and low are swapped where they are on most sessions.
    """
    opens = np.where(np.isfinite(series.open), series.open, series.close)
    bad = opens <= 0.0
    if series.high is not None:
        bad |= series.high < np.maximum(opens, series.close) * (1.0 - SLACK)
    if series.low is not None:
        bad |= (series.low > np.minimum(opens, series.close) * (1.0 + SLACK)) | (series.low <= 0.0)
    rows = np.flatnonzero(bad)
    if len(rows):
        columns = {"open": opens, "high": series.high, "low": series.low, "close": series.close}
        bar = ", ".join(f"{n} {c[rows[0]]:g}" for n, c in columns.items() if c is not None)
        sentence = f"{bar} cannot be one session's bar" + _also(series, rows)
        if series.high is not None and series.low is not None:
            under = np.count_nonzero(series.high < series.low)
            if 2 * under > len(series.day):
                sentence += f"; the high is below the low on {under} sessions: columns swapped?"
        yield _finding("impossible-bar", series, rows[0], len(rows), sentence)


def no_volume(series: Series) -> Iterator[Finding]:
    """Count sessions with a price and no trade."""
    if series.volume is not None:
        rows = np.flatnonzero(~(series.volume > 0.0))
        if len(rows):
            sentence = f"{count_of(len(rows), 'session')} with a price and no volume"
            yield _finding("no-volume", series, rows[0], len(rows), sentence)


def wrong_sessions(series: Series, exchange: Exchange) -> Iterator[Finding]:
    """Compare the days with the exchange's calendar, between the first and the last one."""
    expected = exchange.sessions(int(series.day[0]), int(series.day[-1]))
    known = (series.day >= exchange.days[0]) & (series.day <= exchange.days[-1])
    if not known.all():
        first, last = (to_date(int(exchange.days[row])) for row in (0, -1))
        count = int(np.count_nonzero(~known))
        sentence = (
            f"{count_of(count, 'day is', 'days are')} outside the calendar of {exchange.code}, "
            f"which runs from {first} to {last}: what is a session there is not known"
        )
        yield _finding("calendar-short", series, int(np.argmin(known)), count, sentence)
    kinds: tuple[tuple[Code, NDArray[np.int32], tuple[str, str]], ...] = (
        (
            "missing-session",
            np.setdiff1d(expected, series.day),
            ("session has no price", "sessions have no price"),
        ),
        (
            "extra-session",
            np.setdiff1d(series.day[known], expected),
            ("price on a day without trading", "prices on days without trading"),
        ),
    )
    for code, days, what in kinds:
        if len(days):
            sentence = f"{count_of(len(days), *what)} at {exchange.code}: {_listed(days)}"
            yield Finding(code, series.symbol, to_date(int(days[0])), len(days), sentence)


def unfinished_session(series: Series, exchange: Exchange, now: datetime) -> Iterator[Finding]:
    """Find a last row whose session is not over yet."""
    if int(series.day[-1]) > exchange.last_finished(now):
        sentence = f"the session was not over at {exchange.code} when the prices were read"
        yield _finding("unfinished-session", series, -1, 1, sentence)


def sub_cent_closes(series: Series) -> Iterator[Finding]:
    """Count closes as traded that are no whole number of cents."""
    if series.basis == "raw":
        cents = series.close * 100.0
        rows = np.flatnonzero(np.abs(cents - np.rint(cents)) > CENT_SLACK)
        if len(rows):
            sentence = (
                f"{count_of(len(rows), 'close is', 'closes are')} no whole cents, the first is "
                f"{series.close[rows[0]]:g}: "
                "legitimate prints, or prices that are still adjusted"
            )
            yield _finding("sub-cent-close", series, rows[0], len(rows), sentence)


def repeated_opens(series: Series) -> Iterator[Finding]:
    """Find years in which the open is the previous close too often to be an opening print."""
    same = np.zeros(len(series.day), dtype=bool)
    same[1:] = np.abs(series.open[1:] / series.close[:-1] - 1.0) < SLACK
    year = series.day.astype("datetime64[D]").astype("datetime64[Y]")
    for one in np.unique(year[same]):
        inside = year == one
        share = np.count_nonzero(same & inside) / np.count_nonzero(inside)
        if share > OPEN_SHARE:
            rows = np.flatnonzero(same & inside)
            sentence = f"the open is the previous close on {share:.0%} of the sessions of {one}"
            yield _finding("open-repeats-close", series, rows[0], len(rows), sentence)


def rounding_noise(series: Series) -> Iterator[Finding]:
    """Find adjusted closes so small that the decimals kept make returns noisy."""
    step = price_step(series)
    rows = np.flatnonzero(step / series.close > COARSE)
    if len(rows):
        lowest = float(series.close.min())
        sentence = (
            f"closes are rounded to {step:g}, up to {step / lowest:.2%} of the price "
            f"(lowest {lowest:.3f}); coarser than {COARSE:.1%} until {_date(series, rows[-1])}"
        )
        yield _finding("rounding-noise", series, rows[0], len(rows), sentence)


def total_factors(series: Series, price: Floats | None = None) -> Floats:
    """Return the total-return factor of each session, 1.0 on the first.

    It leads from the close before to the close, or to `price` of the session.
    """
    price = series.close if price is None else price
    split, paid = np.ones(len(series.day)), np.zeros(len(series.day))
    for action in series.actions:
        row = int(np.searchsorted(series.day, action.day))
        if 0 < row < len(series.day):
            if action.kind == "split":
                split[row] *= action.value
            else:
                paid[row] += action.value
    factor = np.ones(len(series.day))
    factor[1:] = (price[1:] + paid[1:]) * split[1:] / series.close[:-1]
    return factor


def price_step(series: Series) -> float:
    """Return the step to which adjusted closes are rounded: 0.01 to 0.0001, or 0 if none."""
    if series.basis == "total_return":
        for step in (1e-2, 1e-3, 1e-4):
            scaled = series.close / step
            # single precision leaves a hundred-millionth part beside the decimal number
            if np.all(np.abs(scaled - np.rint(scaled)) < 2e-3 + 1.2e-7 * scaled):
                return step
    return 0.0


def _moved_within(series: Series, row: int) -> float | None:
    """Return how far a session opened from where it closed; None where its open is no print."""
    opened, close, before = series.open[row], series.close[row], series.close[row - 1]
    filled = not np.isfinite(opened) or abs(opened / before - 1.0) < SLACK
    return None if filled else abs(float(opened / close) - 1.0)


def _split_ratio(factor: float, tolerance: float) -> str | None:
    for new, old in SPLIT_RATIOS:
        if abs(factor * new / old - 1.0) < tolerance:
            return f"{new}:{old}"
        if abs(factor * old / new - 1.0) < tolerance:
            return f"{old}:{new}"
    return None


def _finding(code: Code, series: Series, row: int | np.intp, count: int, sentence: str) -> Finding:
    return Finding(code, series.symbol, to_date(int(series.day[row])), count, sentence)


def _date(series: Series, row: int | np.intp) -> str:
    return str(to_date(int(series.day[row])))


def _also(series: Series, rows: Rows) -> str:
    """Say on how many sessions after the first of these the same was found."""
    more = rows[1:]
    return f", and likewise {len(more):,} more: {_listed(series.day[more])}" if len(more) else ""


def _listed(days: NDArray[np.int32]) -> str:
    shown = ", ".join(str(to_date(day)) for day in days[:3].tolist())
    return shown + (", …" if len(days) > 3 else "")
