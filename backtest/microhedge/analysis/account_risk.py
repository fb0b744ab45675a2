"""What did a hedge take from the risk of the whole account, and was it only the market?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.concentration import MATTERS, Concentration
from microhedge.analysis.wording import percent
from microhedge.tape import Floats

_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class AccountRisk:
    """Parts of an account's variance before and after a hedge of one holding in it.

    `before` and `after` have the holding, and the holding with its hedge, beside the rest.
    `removed` is the part of the account's variance that the hedge took away, `by_index` what a
    short of the rest in the holding's own beta would have taken, and `net_of_market` what the
    hedge takes once its market part is undone: what is left is about the holding alone.
    `matters_from` is the least weight at which `removed` is a tenth; None if there is none.
    """

    before: Concentration
    after: Concentration
    removed: float
    by_index: float
    net_of_market: float
    matters_from: float | None
    sentence: str


def account_risk(weight: float, unhedged: Floats, hedged: Floats, rest: Floats) -> AccountRisk:
    """Measure an account that holds the part `weight` in the holding; all are daily returns.

    Weights are held constant.  Raises as `Concentration` does.
    """
    before = Concentration.of(weight, unhedged, rest)
    centred = rest - rest.mean()
    change = hedged - unhedged
    spread = float(centred @ centred)
    beta = float(centred @ (change - change.mean())) / spread if spread > 0.0 else 0.0
    removed = _removed(weight, unhedged, hedged, rest)
    net = _removed(weight, unhedged, unhedged + change - beta * centred, rest)
    least = _least(unhedged, hedged, rest)
    own = f"without its market part {percent(net)}"
    reach = "at no weight a tenth" if least is None else f"a tenth from {percent(least)} on"
    return AccountRisk(
        before=before,
        after=Concentration.of(weight, hedged, rest),
        removed=removed,
        by_index=before.removed_by_index,
        net_of_market=net,
        matters_from=least,
        sentence=(
            f"At {percent(weight)} of the account the hedge changed its variance by "
            f"{percent(-removed)}, {own}; a short of the rest in the holding's beta would have "
            f"by {percent(-before.removed_by_index)}. It takes {reach}."
        ),
    )


def _removed(weight: float, unhedged: Floats, hedged: Floats, rest: Floats) -> float:
    kept = (1.0 - weight) * rest
    return 1.0 - float((weight * hedged + kept).var()) / float((weight * unhedged + kept).var())


def _least(unhedged: Floats, hedged: Floats, rest: Floats) -> float | None:
    """Bisect for the weight at which a tenth of the variance goes, from the moments alone."""
    moments = np.cov(np.array([unhedged, hedged, rest]), ddof=0)

    def removed(weight: float) -> float:
        before, after = (
            weight**2 * moments[k, k]
            + (1 - weight) ** 2 * moments[2, 2]
            + 2 * weight * (1 - weight) * moments[k, 2]
            for k in (0, 1)
        )
        return float(1.0 - after / before) if before > 0.0 else 0.0

    low, high = 0.0, 1.0
    if removed(high) < MATTERS:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if removed(middle) >= MATTERS else (middle, high)
    return high
