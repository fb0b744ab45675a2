"""How much of an account's risk is one holding, and how much of that could a hedge take away?

An account holds the part w in the holding and the rest in something else; s and q are their
volatilities and r their correlation, of daily returns.  Shares are parts of the account's
variance, w²s² + (1 − w)²q² + 2w(1 − w)sqr.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from microhedge.errors import BadData, ParameterError
from microhedge.tape import Floats

MATTERS = 0.10
"""Part of the account's variance from which on taking it away matters."""

_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Concentration:
    """One holding in an account: its weight, and the moments of daily returns.

    `holding` and `rest` are volatilities (any unit, the same), `correlation` theirs with each
    other.  Raises ParameterError for a weight outside 0 … 1, BadData where nothing moves.
    """

    weight: float
    holding: float
    rest: float
    correlation: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= 1.0:
            hint = f": did you mean {self.weight / 100:g}?" if 2.0 <= self.weight <= 100.0 else ""
            raise ParameterError(
                f"weight {self.weight:g} is not a fraction of the account, 0 to 1{hint}"
            )
        if not (self.holding > 0.0 and self.rest >= 0.0 and self.variance > 0.0):
            raise BadData("an account that does not move has no risk to share out")

    @classmethod
    def of(cls, weight: float, holding: Floats, rest: Floats) -> Concentration:
        """Measure the moments of two rows of returns."""
        s, q = float(holding.std()), float(rest.std())
        cross = float(np.mean((holding - holding.mean()) * (rest - rest.mean())))
        return cls(weight, s, q, cross / (s * q) if s > 0.0 and q > 0.0 else 0.0)

    @property
    def variance(self) -> float:
        """Variance of the account."""
        w, s, q = self.weight, self.holding, self.rest
        return w * w * s * s + (1 - w) ** 2 * q * q + 2 * w * (1 - w) * s * q * self.correlation

    @property
    def share(self) -> float:
        """Part of the account's variance that the holding contributes; the rest adds up to 1.

        w·(w·s² + (1 − w)·s·q·r) over the variance; negative for a holding that dampens it.
        """
        w, s, q = self.weight, self.holding, self.rest
        return w * (w * s * s + (1 - w) * s * q * self.correlation) / self.variance

    @property
    def own(self) -> float:
        """Part of the holding's own variance that the rest does not explain: 1 − r²."""
        return 1.0 - self.correlation**2

    @property
    def removed_by_selling(self) -> float:
        """Part of the account's variance that goes if the holding is sold into the rest."""
        return 1.0 - self.rest**2 / self.variance

    @property
    def removed_by_cash(self) -> float:
        """Part of the account's variance that goes if the holding is sold for cash."""
        return 1.0 - ((1.0 - self.weight) * self.rest) ** 2 / self.variance

    def removed_by_hedge(self, explained: float, with_rest: float) -> float:
        """Part of the account's variance that a short of another instrument takes away.

        The short has the least-squares ratio of the holding on the instrument, which explains
        `explained` of the holding's variance (R²) and has the correlation `with_rest` with the
        rest of the account.  Part of what it takes is the market that both are in, which
        `removed_by_index` takes more cheaply.
        """
        if not 0.0 <= explained <= 1.0:
            raise ParameterError(f"explained {explained:g}: a part of the variance is 0 to 1")
        w, s, q = self.weight, self.holding, self.rest
        r = self.correlation - sqrt(explained) * with_rest
        left = (
            w * w * s * s * (1.0 - explained) + (1 - w) ** 2 * q * q + 2 * w * (1 - w) * s * q * r
        )
        return 1.0 - left / self.variance

    @property
    def removed_by_index(self) -> float:
        """The same of a short of the rest itself, in the holding's beta: the macro hedge."""
        return self.removed_by_hedge(self.correlation**2, 1.0 if self.correlation >= 0 else -1.0)

    @property
    def removed_own(self) -> float:
        """Part of the account's variance that the holding's own movements are.

        No hedge that leaves the market alone can take away more.
        """
        return self.weight**2 * self.holding**2 * self.own / self.variance

    def matters_from(self, removed: float = MATTERS) -> float | None:
        """Least weight from which the holding's own movements are a part of the variance.

        None where not even an account of nothing else reaches it.
        """
        low, high = 0.0, 1.0
        if Concentration(1.0, self.holding, self.rest, self.correlation).removed_own < removed:
            return None
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            at = Concentration(middle, self.holding, self.rest, self.correlation)
            low, high = (low, middle) if at.removed_own >= removed else (middle, high)
        return high
