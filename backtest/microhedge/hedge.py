"""What is a strategy, and what does it declare?

A strategy subclasses `Hedge`, declares its parameters as annotated attributes and places orders
from `on_session`.  It is frozen and holds no state: what it needs to remember is in the session
it is handed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar

from microhedge.conditions import ALWAYS, condition
from microhedge.declaration import Range, _Declared, declared, warmup
from microhedge.errors import ParameterError
from microhedge.orders import Strike
from microhedge.session import Session
from microhedge.together import check_together

__all__ = ["Hedge", "Session", "returns_needed"]

ITSELF = "holding"
"""What a text parameter says in place of the holding's symbol."""


def returns_needed(hedge: Hedge) -> int:
    """Return how many returns must lie before the first evening: of its windows and condition."""
    found = condition(hedge.when)
    return max(warmup(hedge), 0 if found is None else found.warmup)


class Hedge(_Declared, ABC):
    """A strategy that hedges one holding.

    Parameters are annotated class attributes; `Sessions` marks a window that must lie before
    the first decision.  A parameter of type `str` names a symbol that the run needs, or several
    joined by +, unless it says "holding", which is the holding itself; one with a `Choice` names
    none.

    Every hedge has two more.  `when` is a condition (see `conditions`): outside it the engine
    closes what is open at the next fill and does not wake the hedge.  With `excess_over` only
    what the holding weighs above that part of the invested portfolio, at the close on which an
    order is placed, is covered or sold short.

    Where a hedge has both, `tenor` must exceed `roll` by 18 days, or it would roll every evening.
    What a roll policy says of tranches, budget and gain stands in place of those parameters, and a
    `delta` in place of `moneyness`; to set both is refused.  A hedge that writes options and buys
    none says `buys = False`: a budget, which pays for what is bought, is then refused at once.
    """

    buys: ClassVar[bool] = True  # any option, so that a budget has something to pay for

    holding: str  # the symbol to protect
    when: str = ALWAYS  # when it is held: dates, or drawdown>0.10, or vol>0.80
    excess_over: Annotated[float, Range(ge=0, lt=1)] = 0.0  # weight that is left unhedged

    @abstractmethod
    def on_session(self, now: Session) -> None:
        """Look at the evening and place orders for the next session."""

    def __post_init__(self) -> None:
        super().__post_init__()
        condition(self.when)  # refused before anything is run
        for name in self.symbols[1:]:
            if name == self.holding:
                raise ParameterError(
                    f"{name} is the holding itself: hedge it with another symbol, a put or a future"
                )
        check_together(self)

    @property
    def strike(self) -> Strike:
        """How `moneyness`, or `delta` where it is set, chooses the strike."""
        delta = getattr(self, "delta", 0.0)
        return Strike(delta=delta) if delta else Strike(moneyness=getattr(self, "moneyness", 1.0))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The holding, then every other symbol that a parameter names."""
        others = [
            symbol
            for each in declared(type(self))
            if each.kind is str and each.choice is None and each.name not in {"holding", "when"}
            for symbol in getattr(self, each.name).split("+")
            if symbol != ITSELF
        ]
        return (self.holding, *others)
