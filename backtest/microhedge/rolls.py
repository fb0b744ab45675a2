"""Each option that the hedge held or wrote: opened when, at what, closed or settled, for what?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from microhedge.evening import Fill
from microhedge.instruments import Option
from microhedge.ledger import ENDED, Cause, Rows

End = Literal["sold", "bought", "expired", "assigned", "exercised", "ended", "open"]

_ENDS: dict[Cause, End] = {
    Cause.EXPIRY: "expired",
    Cause.ASSIGNMENT: "assigned",
    Cause.EXERCISE: "exercised",
    Cause.MERGER: "ended",
    Cause.DELISTING: "ended",
}

_WHYS: dict[Cause, str] = {cause: cause.name.lower() for cause in ENDED}


@dataclass(frozen=True, slots=True)
class Roll:
    """One contract's life in a role.

    `premium` is what was paid at the mid and `received` what came back at the mid or at
    settlement (money), both negative for a written contract; `costs` are spreads, commissions and
    fees of both ends.  `contract` and `contracts` (negative: written) are those opened, `final`
    and `final_contracts` what adjustments made of them.
    `why` is what ended it: the clause of a roll policy, "expiry", "assignment", "exercise",
    "merger", "delisting", "condition", "margin-call", or "strategy" for an order that named no
    clause; nothing while it is open.
    `source` is "quote" if every price of the life was a quote, "model" if one was the model's.
    """

    role: str
    contract: Option
    contracts: float
    opened: int
    spot: float
    volatility: float
    premium: float
    final: Option
    final_contracts: float
    closed: int
    received: float
    costs: float
    end: End
    source: Literal["model", "quote"] = "model"
    why: str = ""

    @property
    def net(self) -> float:
        """Money gained or lost over the life, costs included."""
        return self.received - self.premium - self.costs


def rolls(rows: Rows, fills: Sequence[Fill]) -> tuple[Roll, ...]:
    """Follow every option of the hedge through the ledger, oldest first."""
    traded = {(f.row, f.role, f.quantity > 0): f for f in fills if isinstance(f.instrument, Option)}
    # what is bought back where a new set is opened was ended by nothing that a policy says
    reasons = {(f.row, f.role, f.instrument): f.why for f in fills if f.why != "opening"}
    modelled = {(f.row, f.role, f.instrument) for f in fills if f.source == "model"}
    alive: dict[str, Roll] = {}
    done: list[Roll] = []
    for i in range(len(rows.session)):
        account = rows.accounts[rows.account[i]]
        item = rows.instruments[rows.instrument[i]] if rows.instrument[i] >= 0 else None
        if not isinstance(item, Option):
            continue
        role = account.removeprefix("hedge/")
        cause, quantity = Cause(rows.cause[i]), float(rows.quantity[i])
        cost = float(rows.spread[i] + rows.commission[i] + rows.fee[i])
        if cause is Cause.TRADE and role not in alive:
            fill = traded[int(rows.session[i]), role, quantity > 0]
            alive[role] = Roll(
                role=role,
                contract=item,
                contracts=quantity,
                opened=int(rows.session[i]),
                spot=fill.spot,
                volatility=float("nan") if fill.volatility is None else fill.volatility,
                premium=-float(rows.cash[i]),
                final=item,
                final_contracts=quantity,
                closed=-1,
                received=0.0,
                costs=cost,
                end="open",
                source="quote" if fill.source == "quote" else "model",
            )
        elif cause is Cause.ADJUST and quantity * alive[role].contracts > 0:
            alive[role] = replace(alive[role], final=item, final_contracts=quantity)
        elif cause is Cause.TRADE or cause in ENDED:
            one = alive.pop(role)
            row = int(rows.session[i])
            closed_by_model = cause is Cause.TRADE and (row, role, item) in modelled
            done.append(
                replace(
                    one,
                    closed=row,
                    received=float(rows.cash[i]),
                    costs=one.costs + cost,
                    end=_ENDS.get(cause, "sold" if quantity < 0 else "bought"),
                    source="model" if closed_by_model else one.source,
                    why=_WHYS.get(cause) or reasons.get((row, role, item)) or "strategy",
                )
            )
    found = [*done, *alive.values()]
    return tuple(sorted(found, key=lambda r: (r.opened, r.role)))
