"""What does a bond pay, on its coupon dates, at its maturity and in a default?

The holder is paid and whoever is short pays.  A bond that ends leaves the account for what it
pays: its face at maturity, the recovered part of it in a default, where the interest that had
accrued is lost.  Days are those of the tape: what falls between sessions is paid on the next one.
"""

from __future__ import annotations

from microhedge.books import Books
from microhedge.events import Entry, Phase
from microhedge.instruments import Debt
from microhedge.ledger import Cause
from microhedge.orders import Wanted
from microhedge.tape import PAID_OUT, Action


def pay(
    books: Books,
    row: int,
    held: tuple[str, Debt, float],
    action: Action,
    wanted: list[Wanted],
    log: list[Entry],
) -> bool:
    """Post what an account's bonds pay; tell whether that concerns the hedge.

    `held` is the account, its bond and how many of it.  Of a bond that ended nothing is wanted any
    more.
    """
    account, bond, quantity = held
    ends = action.kind in PAID_OUT
    cause = Cause.COUPON
    if ends:
        cause = Cause.DEFAULT if action.kind == "default" else Cause.EXPIRY
    books.post(
        row,
        Phase.ACTIONS,
        account,
        cause,
        instrument=bond,
        quantity=-quantity if ends else 0.0,
        cash=quantity * action.value,
    )
    if not ends:
        return False
    role = account.removeprefix("hedge/")
    wanted.append(Wanted(row, role, bond.symbol, 0.0))
    if action.kind == "default":
        text = f"{bond} defaulted: {action.value:.2f} of each 100 was recovered"
        log.append(Entry(row, Phase.ACTIONS, "defaulted", text))
    else:
        log.append(Entry(row, Phase.ACTIONS, "matured", f"{bond} paid its face"))
    return True
