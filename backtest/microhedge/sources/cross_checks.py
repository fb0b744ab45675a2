"""Detectors that need a second series: another source, the corporate actions, or the rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import sessions, to_date
from microhedge.counting import count_of
from microhedge.series import Reference, Series
from microhedge.sources.findings import Finding
from microhedge.sources.price_defects import price_step, total_factors
from microhedge.tape import ENDS

APART: Final = 0.0025
"""Relative; beyond the rounding of the adjusted price.  Vendors' closes differ by less."""
NEIGHBOURS: Final = 5
"""Sessions on either side whose median difference is the normal one."""
TOO_LARGE: Final = 0.5
"""Dividend against the close before it."""
SPECIAL: Final = 3.0
"""Times the median of the dividends around it."""

TWIN: Final = 60
"""Sessions; two stocks do not share that many closes."""


def closes_disagree(raw: Series, adjusted: Series) -> Iterator[Finding]:
    """Find single closes that leave the level at which two sources of a symbol agree.

    The total return built from prices as traded and their actions is laid over the adjusted
    series.  Its distance from the median of the neighbouring sessions shows a wrong close in
    either; lasting differences, as between two ways to reinvest a dividend, do not show.
    """
    day, mine, other = np.intersect1d(raw.day, adjusted.day, return_indices=True)
    if len(day) <= 2 * NEIGHBOURS:
        return
    growth = np.cumprod(total_factors(raw))[mine]
    apart = np.log(growth / adjusted.close[other])
    padded = np.pad(apart, NEIGHBOURS, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURS + 1)
    apart -= np.median(around, axis=1)
    allowed = APART + price_step(adjusted) / adjusted.close[other]
    for row in np.flatnonzero(np.abs(apart) > allowed):
        close = raw.close[mine[row]]
        sentence = (
            f"close {close:g} is {apart[row]:+.2%} away from the adjusted series "
            f"({adjusted.source}), which says {close / np.exp(apart[row]):.2f}"
        )
        yield Finding("close-disagrees", raw.symbol, to_date(int(day[row])), 1, sentence)


def twins(series: Iterable[Series]) -> Iterator[Finding]:
    """Find symbols whose last sixty closes are those of another: one was filed under two names."""
    seen: dict[bytes, str] = {}
    for one in series:
        tail = one.day[-TWIN:].tobytes() + one.close[-TWIN:].tobytes()
        other = seen.setdefault(tail, one.symbol)
        if other != one.symbol:
            rows = one.day[-TWIN:]
            sentence = f"the last {len(rows)} closes are those of {other}"
            yield Finding("same-as-another", one.symbol, to_date(int(rows[0])), len(rows), sentence)


def odd_actions(series: Series) -> Iterator[Finding]:
    """Find actions outside the sessions of their series, and impossible amounts."""
    for action in series.actions:
        if action.kind in ENDS:
            continue  # it comes after the last session
        when, row = to_date(action.day), int(np.searchsorted(series.day, action.day))
        what = f"{action.kind} of {action.value:g}"
        if row == len(series.day) or series.day[row] != action.day:
            yield Finding("odd-action", series.symbol, when, 1, f"{what} on a day without a price")
        elif action.value <= 0.0:
            yield Finding("odd-action", series.symbol, when, 1, f"{what} is not positive")
        elif action.kind == "dividend" and action.value > TOO_LARGE * series.close[max(row - 1, 0)]:
            sentence = f"{what} is more than half of the close before it"
            yield Finding("odd-action", series.symbol, when, 1, sentence)


def suspected_specials(series: Series) -> Iterator[Finding]:
    """Find regular dividends that stand out from the two before and the two after them."""
    dividends = [a for a in series.actions if a.kind == "dividend"]
    splits = [a for a in series.actions if a.kind == "split"]
    amount = np.array(
        [d.value / np.prod([s.value for s in splits if s.day > d.day]) for d in dividends]
    )
    for number, dividend in enumerate(dividends):
        around = np.r_[amount[max(number - 2, 0) : number], amount[number + 1 : number + 3]]
        if len(around) >= 2 and amount[number] > SPECIAL * np.median(around):
            sentence = (
                f"dividend of {dividend.value:g} is {amount[number] / np.median(around):.0f} times "
                "those around it: part of it may be special"
            )
            when = to_date(dividend.day)
            yield Finding("suspected-special", series.symbol, when, 1, sentence)


def reference_gaps(reference: Reference) -> Iterator[Finding]:
    """Count sessions without a value, and values without a session, inside a reference."""
    expected = sessions(int(reference.day[0]), int(reference.day[-1]))
    gaps = np.setdiff1d(expected, reference.day)
    if len(gaps):
        # a gap that follows another without a value between them is carried further
        row = np.searchsorted(reference.day, gaps)
        longest = int(np.unique(row, return_counts=True)[1].max())
        missing = count_of(len(gaps), "session has no value", "sessions have no value")
        sentence = (
            f"{missing}; the last one before is carried forward, "
            f"over {count_of(longest, 'session')} at most"
        )
        yield Finding("reference-gap", reference.name, to_date(int(gaps[0])), len(gaps), sentence)
    extra = np.setdiff1d(reference.day, expected)
    if len(extra):
        sentence = f"{count_of(len(extra), 'value')} on days on which the exchange was closed"
        when = to_date(int(extra[0]))
        yield Finding("reference-off-session", reference.name, when, len(extra), sentence)


def reference_short(reference: Reference, day: NDArray[np.int32]) -> Iterator[Finding]:
    """Count the sessions with prices that lie before or after a reference."""
    first, last = int(reference.day[0]), int(reference.day[-1])
    before, after = day[day < first], day[day > last]
    if len(before):
        none = count_of(len(before), "earlier session has", "earlier sessions have")
        sentence = f"begins on {to_date(first)}: {none} no value"
        when = to_date(int(before[0]))
        yield Finding("reference-short", reference.name, when, len(before), sentence)
    if len(after):
        none = count_of(len(after), "later session has", "later sessions have")
        own = "its own" if len(after) == 1 else "their own"
        sentence = f"ends on {to_date(last)}: {none} no value of {own}"
        when = to_date(int(after[0]))
        yield Finding("reference-short", reference.name, when, len(after), sentence)
