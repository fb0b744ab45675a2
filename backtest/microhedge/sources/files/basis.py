"""On which basis are a file's prices: as traded, an index, or adjusted for what was paid?

Vendors mean four things by "Close".  The evidence is an adjusted close beside it, whether the
recorded splits show as jumps, and whether closes are whole cents, which adjusted prices are not.
Nothing is guessed: without evidence the basis must be declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number, to_date
from microhedge.origin import Basis
from microhedge.sources.files.declared import Declared
from microhedge.sources.files.refusals import Refused
from microhedge.sources.files.rows import Rows
from microhedge.sources.findings import Finding
from microhedge.tape import Action

Floats = NDArray[np.float64]

SAME: Final = 1e-6
"""Relative difference of a close from its adjusted one that rounding explains."""
DECIMAL_SINCE: Final = day_number(date(2001, 4, 9))
"""US prices are in cents from here on, and were in fractions of a dollar before."""
FEWEST: Final = 20
"""Closes that must lie after that day for the test of cents."""
IN_CENTS: Final = frozenset(["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "SEK", "NOK", "DKK"])
"""Currencies whose shares are quoted in whole hundredths for the most part, or finer."""
WHOLE: Final = 0.9
"""Share of whole cents among prices as traded; a few print between cents."""
LARGEST_SPLIT: Final = 10_000.0
"""New shares for an old one, or old ones for a new one."""
CLEAR: Final = 0.2
"""Logarithm of a split ratio; a smaller split does not stand out from a day's return."""


@dataclass(frozen=True, slots=True, eq=False)
class Based:
    """Prices on one basis with the actions that belong to them, and why it is this basis."""

    basis: Basis
    why: str
    columns: Mapping[str, Floats]
    actions: tuple[Action, ...]
    findings: tuple[Finding, ...]


def based(rows: Rows, declared: Declared, currency: str) -> Based:
    """Decide the basis of one symbol; Refused when nothing tells it, or the data contradict."""
    close, adjusted = rows.columns.get("close"), rows.columns.get("adjusted")
    if adjusted is not None and not np.isfinite(adjusted).all():
        adjusted = _incomplete(rows, adjusted)
    wanted = declared.basis
    if wanted == "total_return":
        return _total(rows, adjusted, "declared")
    if wanted == "price_index":
        return _plain(rows, "price_index", "declared")
    same = close is not None and adjusted is not None and np.allclose(close, adjusted, SAME, 0.0)
    recorded = {role for role in ("dividend", "split") if role in rows.columns}
    events = _actions(rows, np.ones(len(rows.day)))
    if wanted == "raw":
        return _declared_raw(rows, close, same=same, recorded=bool(recorded), events=events)
    if rows.symbol.startswith("^") and (adjusted is None or same):
        return _plain(rows, "price_index", "the caret in its name marks an index")
    if close is None:
        return _total(rows, adjusted, "its only price is called adjusted")
    if same and (len(recorded) < 2 or any(action.kind == "dividend" for action in events)):
        return _total(rows, adjusted, "the close equals the adjusted close")
    if recorded:
        raw = _as_traded(rows)
        cents = _cents(rows, raw.columns["close"], currency)
        if cents or (adjusted is not None and not same and cents is None):
            return raw
        if adjusted is not None and cents is None:
            return _total(rows, adjusted, "the close equals the adjusted close")
        if adjusted is not None:
            why = "closes are no whole cents, so a later split is in them; the adjusted close is"
            return _total(rows, adjusted, f"{why} sound")
        if cents is False:
            return _total(rows, adjusted, "closes are no whole cents: adjusted by the vendor")
    elif adjusted is not None:
        return _total(rows, adjusted, "an adjusted close, and no splits or dividends with it")
    looks = {
        True: "; its closes are whole cents, as prices as traded are",
        False: "; its closes are no whole cents, as adjusted prices are",
        None: "",
    }[_cents(rows, close, currency)]
    raise Refused(
        f"nothing tells whether the close of {rows.symbol} is as traded or adjusted{looks}: "
        "declare basis='raw', 'total_return' or 'price_index'",
        "basis-unknown",
    )


def _declared_raw(
    rows: Rows, close: Floats | None, *, same: bool, recorded: bool, events: tuple[Action, ...]
) -> Based:
    if close is None or (same and any(a.kind == "dividend" for a in events)):
        what = (
            "it has only an adjusted close"
            if close is None
            else ("its close equals its adjusted close although dividends were paid")
        )
        raise Refused(
            f"{rows.symbol} is declared raw and {what}: declare basis='total_return'",
            "basis-contradicted",
        )
    if recorded:
        return _as_traded(rows, "declared")
    sentence = "as traded, without splits and dividends: what was paid is missing from returns"
    found = Finding("no-actions", rows.symbol, to_date(int(rows.day[0])), len(rows.day), sentence)
    return Based("raw", "declared", _prices(rows, None), (), (found,))


def _total(rows: Rows, adjusted: Floats | None, why: str) -> Based:
    if adjusted is None:
        if _split_style(rows) == "traded":
            raise Refused(
                f"{rows.symbol} is declared total_return and its splits are jumps in the close: "
                "declare basis='raw'",
                "basis-contradicted",
            )
        return _plain(rows, "total_return", why)
    close = rows.columns.get("close")
    factor = np.ones(len(rows.day)) if close is None else adjusted / close
    return Based("total_return", why, {**_prices(rows, factor), "close": adjusted}, (), ())


def _plain(rows: Rows, basis: Basis, why: str) -> Based:
    return Based(basis, why, _prices(rows, None), (), ())


def _as_traded(rows: Rows, why: str | None = None) -> Based:
    """Return prices as traded; split-adjusted ones are multiplied by the splits after them."""
    style = _split_style(rows)
    splits = _column(rows, "split")
    later = np.ones(len(rows.day))
    found: list[Finding] = []
    reason = "splits and dividends beside a close"
    if style == "adjusted":
        later[:-1] = np.cumprod(splits[:0:-1])[::-1]
        count = int(np.count_nonzero(splits[1:] != 1.0))
        reason = "splits beside a close that shows no jump at them: multiplied back"
        sentence = (
            f"prices before {count} recorded splits were multiplied back to what was traded; "
            "a split after the last row of the file would be missing"
        )
        when = to_date(int(rows.day[1:][splits[1:] != 1.0][0]))
        found.append(Finding("un-split", rows.symbol, when, count, sentence))
    elif style == "traded":
        reason = "splits that are jumps in the close"
    columns = _prices(rows, later)
    actions = _actions(rows, later)
    return Based("raw", why or reason, columns, actions, tuple(found))


def _split_style(rows: Rows) -> str | None:
    """Tell whether the recorded splits are jumps in the close; None without a split."""
    splits = _column(rows, "split")
    at = np.flatnonzero(splits[1:] != 1.0) + 1
    close = rows.columns.get("close")
    if not len(at) or close is None:
        return None
    ratio, fell = np.log(splits[at]), np.log(close[at - 1] / close[at])
    traded = np.abs(fell - ratio) < np.abs(fell)
    clear = np.abs(ratio) > CLEAR
    if not clear.any():
        return "adjusted" if "adjusted" in rows.columns else "traded"
    if traded[clear].all():
        return "traded"
    if not traded[clear].any():
        return "adjusted"
    when = [to_date(int(rows.day[at[clear][traded[clear] == kind][0]])) for kind in (True, False)]
    raise Refused(
        f"the split of {rows.symbol} on {when[0]} is a jump in the close and the one on {when[1]} "
        "is not: use prices that treat all splits alike",
        "splits-mixed",
    )


def _prices(rows: Rows, factor: Floats | None) -> dict[str, Floats]:
    columns = dict(rows.columns)
    if "close" not in columns:
        columns["close"] = columns["adjusted"]
    wanted: tuple[str, ...] = ("open", "high", "low", "close", "volume")
    prices = {role: columns[role] for role in wanted if role in columns}
    if factor is None:
        return prices
    return {r: v / factor if r == "volume" else v * factor for r, v in prices.items()}


def _actions(rows: Rows, later: Floats) -> tuple[Action, ...]:
    splits = _column(rows, "split")
    paid = (np.nan_to_num(rows.columns[r]) for r in ("dividend", "gains") if r in rows.columns)
    money = np.add.reduce([np.zeros(len(rows.day)), *paid]) * later
    for role, values, least, most in (
        ("split", splits, 1.0 / LARGEST_SPLIT, LARGEST_SPLIT),
        ("dividend", money, 0.0, np.inf),
    ):
        bad = (values < least) | (values > most)
        if bad.any():
            row = int(np.argmax(bad))
            raise Refused(
                f"{rows.symbol} has a {role} of {values[row]:g} on "
                f"{to_date(int(rows.day[row]))}: it must lie between {least:g} and {most:g}",
                "bad-action",
            )
    made = [
        Action(int(rows.day[r]), "split", float(splits[r])) for r in np.flatnonzero(splits != 1)
    ]
    made += [Action(int(rows.day[r]), "dividend", float(money[r])) for r in np.flatnonzero(money)]
    return tuple(sorted(made, key=lambda a: (a.day, a.kind != "split")))


def _column(rows: Rows, role: str) -> Floats:
    """Return the split ratio of each row, 1.0 where there is none."""
    values = np.nan_to_num(rows.columns.get(role, np.zeros(len(rows.day))))
    return np.where(values == 0.0, 1.0, values)


def _cents(rows: Rows, close: Floats, currency: str) -> bool | None:
    """Tell whether closes are whole cents; None where that tells nothing.

    Too few rows tell nothing, nor do fractions of a cent outside the US, where exchanges have
    finer ticks; whole cents do, as an adjustment leaves none.
    """
    tested = close[rows.day >= DECIMAL_SINCE] * 100.0
    if currency not in IN_CENTS or len(tested) < FEWEST:
        return None
    # single precision leaves a ten-millionth part beside the decimal number
    whole = np.abs(tested - np.rint(tested)) < np.minimum(1e-3 + 2.4e-7 * tested, 0.1)
    return bool(np.mean(whole) >= WHOLE) or (False if currency == "USD" else None)


def _incomplete(rows: Rows, adjusted: Floats) -> Floats | None:
    """Return None for an adjusted close that is empty; refuse one with holes."""
    missing = ~np.isfinite(adjusted)
    if missing.all():
        return None
    when = to_date(int(rows.day[int(np.argmax(missing))]))
    raise Refused(
        f"{rows.symbol} has a close and no adjusted close on {when}: fill it, or remove the column",
        "no-close",
    )
