"""Does the account still carry its shorts and its debit?

Account level, after the maintenance rules for margin accounts (Regulation T, FINRA 4210):
equity = stocks + cash with accruals − shorts − written options (long options have no loan
value); required = 0.30 · short stock + D / 3 + what uncovered written options and futures need,
where D is the debit beyond the proceeds of the shorts.  `written` knows which written options are
covered.  Futures, which are worth nothing after their daily settlement, need a part of the value
that they stand for, as much at their opening as afterwards: a hedger's initial margin.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from microhedge.costs import Costs
from microhedge.tape import Floats

Value = TypeVar("Value", float, Floats)


def shortfall(
    long: Value,
    short: Value,
    cash: Value,
    costs: Costs,
    written: Value | float = 0.0,
    uncovered: Value | float = 0.0,
) -> Value:
    """Return required − equity; positive is a call.

    `long` and `short` are the values of long stock and of short stock (≥ 0), `cash` the balance
    with accruals, proceeds of the shorts included.  `written` is what written options are worth
    and `uncovered` what is required for those without cover and for futures (≥ 0).
    """
    gap = short - cash
    debit = (gap if gap > 0.0 else 0.0) if isinstance(gap, float) else np.maximum(gap, 0.0)
    required = costs.margin_short * short + costs.margin_debit * debit + uncovered
    missing: Value = required - (long + cash - short - written)
    return missing
