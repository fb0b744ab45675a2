"""Of what is an account's variance made: how much is the holding, and how much the rest?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.effectiveness import minimum_variance_ratio
from microhedge.analysis.performance import tail_loss
from microhedge.errors import BadData
from microhedge.tape import Days, Floats


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the holding (with its hedge) and the rest bring to an account's variance.

    Both are parts of a variance that was chosen as the whole: marginal contributions
    w·cov(part, account) over it.  Negative for what dampens the account.
    """

    holding: float
    rest: float

    @property
    def removed(self) -> float:
        """Part of the whole that is gone."""
        return 1.0 - self.holding - self.rest


def contribution(weight: float, held: Floats, rest: Floats, *, whole: Floats) -> Contribution:
    """Split the variance of weight · held + (1 − weight) · rest, as parts of that of `whole`.

    All are daily returns, weights are held constant.  Raises BadData where `whole` never moves.
    """
    variance = float(whole.var())
    if not variance > 0.0:
        raise BadData("an account that does not move has no risk to share out")
    account = weight * held + (1.0 - weight) * rest
    centred = account - account.mean()
    return Contribution(
        holding=weight * float(np.mean(centred * (held - held.mean()))) / variance,
        rest=(1.0 - weight) * float(np.mean(centred * (rest - rest.mean()))) / variance,
    )


def short_in_beta(held: Floats, index: Floats) -> Floats:
    """Return the holding with a short of the index in its least-squares beta of this window."""
    beta = minimum_variance_ratio(held, index)
    return held if beta is None else held - beta * index


def tail_cut(
    weight: float, unhedged: Floats, hedged: Floats, rest: Floats, day: Days
) -> float | None:
    """Return by how much a hedge lifts the account's tail loss.

    That is the mean of the worst 5 % of months.  Daily returns, weights held constant; positive
    where the account loses less.  None without a month.
    """
    kept = (1.0 - weight) * rest
    before = tail_loss(weight * unhedged + kept, day)
    after = tail_loss(weight * hedged + kept, day)
    return None if before is None or after is None else after - before
