"""Which money stands in the sleeve where shares of the holding stood?

Shares that were delivered, called away or paid out are money until they are bought back.  It
belongs to the sleeve, so that what was hedged is not worth nothing from then on: it is put aside
at the price of the share on that day, earns the credit rate, which is paid out, and leaves with
the shares that are bought.
"""

from __future__ import annotations

import numpy as np

from microhedge.instruments import Stock
from microhedge.ledger import HOLDING, Cause, Rows
from microhedge.tape import Floats, Tape

_WENT = (Cause.ASSIGNMENT, Cause.EXERCISE, Cause.MERGER, Cause.DELISTING)


def proceeds(rows: Rows, tape: Tape) -> Floats | None:
    """Return the money put aside at each close; None where no share ever went."""
    mine = (rows.account == rows.accounts.index(HOLDING)) & (rows.quantity != 0.0)
    went = mine & np.isin(rows.cause, [int(cause) for cause in _WENT])
    if not went.any():
        return None
    begin, size = tape.begin, len(tape) - tape.begin
    moved = went | (mine & (rows.cause == int(Cause.TRADE)) & (rows.quantity > 0.0))
    out = np.zeros(size)
    shares = money = 0.0
    for row in np.unique(rows.session[moved]).tolist():
        now = moved & (rows.session == row)
        items = rows.instruments[int(rows.instrument[now][0])]
        index = tape.split_index(items.symbol)[row] if isinstance(items, Stock) else 1.0
        net = -float(rows.quantity[now].sum()) / index
        if net > 0.0:
            shares, money = shares + net, money + float(rows.cash[now].sum())
        elif shares > 0.0:
            left = max(1.0 + net / shares, 0.0)
            shares, money = shares * left, money * left
        out[row - begin :] = money
    return out
