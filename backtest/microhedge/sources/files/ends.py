"""How does a share of a file end: bought out for cash, or delisted?

The cell stands on the last row of the share, in a column of its own, with the money that one share
became; it does on the session after that row.  An empty cell or a zero says nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from microhedge.calendar import to_date
from microhedge.exchange import Exchange
from microhedge.origin import Basis
from microhedge.sources.files.refusals import Refused
from microhedge.sources.files.rows import Rows
from microhedge.tape import Action, Kind

_ROLES: Final[tuple[Kind, ...]] = ("merger", "delisting")


def end_of(rows: Rows, basis: Basis, exchange: Exchange) -> tuple[Action, ...]:
    """Return the merger or delisting of one symbol; Refused where it cannot be one."""
    found = [
        (row, role, float(rows.columns[role][row]))
        for role in _ROLES
        if role in rows.columns
        for row in np.flatnonzero(np.nan_to_num(rows.columns[role]) != 0.0).tolist()
    ]
    for row, role, value in found:
        when = to_date(int(rows.day[row]))
        if row != len(rows.day) - 1 or len(found) > 1:
            raise Refused(
                f"{rows.symbol} has a {role} on {when}, which must be its last row: "
                "leave out what comes after it",
                "bad-action",
            )
        if not value > 0.0:
            raise Refused(
                f"{rows.symbol} has a {role} of {value:g} on {when}: give the money that a share "
                "became, such as its last price",
                "bad-action",
            )
        if basis != "raw":
            raise Refused(
                f"{rows.symbol} has a {role} and adjusted prices: it needs prices as traded",
                "bad-action",
            )
    last = int(rows.day[-1])
    return tuple(Action(exchange.next_session(last), role, value) for _, role, value in found)
