"""Which exchange is meant by a code such as XLON, and when does it trade?

New York is built in.  Every other exchange is looked up in exchange_calendars, the optional
extra `calendars`, which is imported only then.
"""

from __future__ import annotations

import warnings
from datetime import date, time
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from microhedge.calendar import FIRST_YEAR
from microhedge.errors import NotCovered, UnknownName, UsageError, nearest
from microhedge.exchange import NEW_YORK, Exchange, new_york

AT_HOME: Final = frozenset({NEW_YORK, "NYSE", "NASDAQ", "XNAS", "BATS", "ARCX", "OOTC", "XASE"})
"""Codes of the US share markets, which keep New York's sessions."""


def exchange(code: str | Exchange | None) -> Exchange:
    """Return an exchange by its market identifier, or New York without one.

    Raises UsageError for another exchange where the extra is not installed, and UnknownName for
    a code that exchange_calendars does not have, with the nearest it has, and NotCovered for one
    that it has and fails to make.
    """
    if isinstance(code, Exchange):
        return code
    if code is None or code.upper() in AT_HOME:
        return new_york()
    return _foreign(code.upper())


@cache
def _foreign(code: str) -> Exchange:
    try:
        import exchange_calendars  # noqa: PLC0415 - an extra, with half a second of imports
    except ImportError as error:
        raise UsageError(
            f"the sessions of {code} come from exchange_calendars, which is not installed: "
            "pip install 'microhedge[calendars]'; XNYS is built in"
        ) from error
    known = exchange_calendars.get_calendar_names(include_aliases=True)
    names = {name.upper(): exchange_calendars.resolve_alias(name) for name in known}
    if code not in names:
        raise UnknownName(
            f"no exchange has the code {code!r}{nearest(code, known)}; "
            "they are those of exchange_calendars, as in XLON, XETR or XTKS"
        )
    name, source = names[code], f"exchange_calendars {version('exchange_calendars')}"
    with warnings.catch_warnings():
        # building a calendar uses what pandas 4 will change
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        try:
            since = _earliest(exchange_calendars.get_calendar(name).bound_min())
            # its own default starts only twenty years ago
            found = exchange_calendars.get_calendar(name, start=since)
        except (ValueError, NotImplementedError) as error:
            # with pandas 3.1, calendars with the Orthodox Easter and that of Tel Aviv
            said = str(error)[:60]
            raise NotCovered(f"{source} cannot make its calendar {name} here: {said}") from error
    days = found.sessions.to_numpy().astype("datetime64[D]").astype(np.int32)
    closes = found.close_times[-1][1] if found.close_offset == 0 else time.max
    return Exchange(name, str(found.tz), closes, days, source)


def _earliest(bound: Any) -> date:
    """Return the first day to ask for; some calendars know nothing before a day of their own."""
    first = date(FIRST_YEAR, 1, 1)
    return first if bound is None else max(first, bound.date())
