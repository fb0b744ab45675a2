"""What does the user own around the holding?"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from microhedge.basket import Basket
from microhedge.errors import ParameterError
from microhedge.given import check_number
from microhedge.tape import Tape

_EXAMPLES = {"shares": "1000", "value": "50000", "weight": "0.4", "cash": "10000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The holding's size and its place in the account.

    Give `shares` or `value` (money at the close of the first session).  `weight` is the share
    of the holding in the invested portfolio, holding plus rest.  The rest is bought and held: in
    `rest`, else in the index.  A basket of shares or of money says itself what the rest is worth,
    and so the holding's weight.  `cash` comes on top; `file` is where all this was read.
    """

    shares: float | None = None
    value: float | None = None
    weight: float = 1.0
    cash: float = 0.0
    rest: Basket | None = None
    file: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for name, example in _EXAMPLES.items():
            if (given := getattr(self, name)) is not None:
                check_number(name, given, example)
        if (self.shares is None) == (self.value is None):
            raise ParameterError("give the holding as shares or as value, one of the two")
        size = self.shares if self.shares is not None else self.value
        name = "shares" if self.shares is not None else "value"
        if size is None or not (isfinite(size) and size > 0.0):
            raise ParameterError(f"{name} {size}: a holding is a positive number, such as 1000")
        if not 0.0 < self.weight <= 1.0:
            hint = f": did you mean {self.weight / 100:g}?" if 2.0 <= self.weight <= 100.0 else ""
            raise ParameterError(
                f"weight {self.weight:g} is not a fraction of the portfolio, "
                f"above 0 and at most 1{hint}"
            )
        if self.rest is not None and self.weighs_itself != (self.weight == 1.0):
            raise ParameterError(
                "a basket by shares or by value gives the holding its weight: leave weight out"
                if self.weighs_itself
                else "with a rest by weight the holding needs its own weight, such as weight=0.05"
            )
        if not (isfinite(self.cash) and self.cash >= 0.0):
            raise ParameterError(f"cash {self.cash}: the cash of the account is 0 or more")

    def shares_at(self, price: float, *, whole: bool) -> float:
        """Return the shares held at the first close."""
        if self.shares is not None:
            return float(self.shares)
        size = (self.value or 0.0) / price
        if not whole:
            return size
        if size < 1.0:
            raise ParameterError(
                f"value {self.value:g} buys no share at {price:.2f}: choose at least that"
            )
        return float(int(size))

    @property
    def weighs_itself(self) -> bool:
        """Whether the rest says what it is worth, and so what the holding weighs."""
        return self.rest is not None and self.rest.unit != "weight"

    @property
    def is_all(self) -> bool:
        """Whether the holding is the whole portfolio."""
        return self.rest is None and self.weight >= 1.0

    def bought(self, tape: Tape, worth: float, index: str) -> tuple[tuple[str, float], ...]:
        """Return the rest as (symbol, units) beside a holding that is `worth` at the first close.

        Without a basket the rest is in the index.
        """
        if self.is_all:
            return ()
        rest = Basket.by_weight({index: 1.0}) if self.rest is None else self.rest
        return rest.units(tape, worth * (1.0 / self.weight - 1.0))

    def weight_at(self, tape: Tape, worth: float) -> float:
        """Return the holding's weight at the first close, where it is `worth`."""
        if self.rest is None or not self.weighs_itself:
            return self.weight
        return worth / (worth + float(self.rest.values(tape, None).sum()))

    def config(self) -> dict[str, Any]:
        """Return all that decides a run, as plain JSON values."""
        plain: dict[str, Any] = {
            "shares": self.shares,
            "value": self.value,
            "weight": self.weight,
            "cash": self.cash,
        }
        if self.rest is not None:
            plain["rest"] = {"unit": self.rest.unit, "parts": dict(self.rest.parts)}
        return plain
