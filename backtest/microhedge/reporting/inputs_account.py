"""What does a report read of the account around the holding?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from microhedge.analysis.contributions import Contribution
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True)
class Kept:
    """How the whole account did beside one run, from its equity; None where it has none."""

    annual_return: float | None
    annual_volatility: float | None
    tail_loss: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """By how much a run cut the account's tail loss, at each weight and at this account's own."""

    path: Floats
    here: float


@dataclass(frozen=True, slots=True)
class Reach:
    """What a hedge took from the account's variance.

    `net_of_market` is what it took once its market part is undone, `matters_from` the least
    weight at which it takes a tenth, None if there is none.
    """

    removed: float
    net_of_market: float
    matters_from: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """The account that the holding is a part of; mappings are by the name of the run.

    `sentence` is the diagnosis.  `rest` names what else it holds: the index, or a basket, of which
    `count` are the shares and `largest` the one that weighs most, with its part of the account at
    the start; `even` where all weigh alike.  `end_weight` is the holding's own part at the last
    close with nothing done.  `weights` are those of the cuts.  `parts` split the variance of
    keeping all and of the runs, `index_short` with a short of the index in the holding's beta of
    this window, and `sold` with all of the holding sold into the rest.
    """

    sentence: str
    rest: str
    count: int
    largest: tuple[str, float] | None
    even: bool
    end_weight: float | None
    weights: Floats
    kept: Mapping[str, Kept]
    cuts: Mapping[str, Cut]
    reach: Mapping[str, Reach]
    parts: Mapping[str, Contribution]
    index_short: Contribution
    sold: Contribution
