"""What does the user own around the holding?"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from microhedge.errors import ParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The holding's size and its place in the account.

    Give `shares` or `value` (money at the close of the first session).  `weight` is the share
    of the holding in the invested portfolio, holding plus rest; the rest is bought and held in
    the index.  `cash` comes on top.
    """

    shares: float | None = None
    value: float | None = None
    weight: float = 1.0
    cash: float = 0.0

    def __post_init__(self) -> None:
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
