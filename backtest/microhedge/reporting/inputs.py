"""What exactly does a report read?

The pages know nothing of engines, ledgers or markets: `reading` fills these values from a
comparison, and the tests fill them by hand.  A value that the run does not have is None, and
the page then says so; nothing here is computed by the report itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from microhedge.language import mark
from microhedge.reporting.inputs_account import Account
from microhedge.reporting.inputs_correlation import Course
from microhedge.reporting.inputs_cost import Cost
from microhedge.reporting.inputs_details import Looked
from microhedge.reporting.inputs_exposure import Exposures
from microhedge.reporting.inputs_protection import Protection

Floats = NDArray[np.float64]
Days = NDArray[np.int32]
SOURCES = (mark("model"), mark("quote"), mark("price"))
"""Where the price of a fill is from."""
KINDS = (mark("data"), mark("quote"), mark("model"), mark("assumption"), mark("rule"))
STATES = (
    mark("held"),
    mark("weakened"),
    mark("broken"),
    mark("unstable"),
    mark("inconclusive"),
)
ENDINGS = (mark("sold"), mark("bought"), mark("expired"), mark("assigned"), mark("open"))
TESTS = (
    mark("T1 shift"),
    mark("T2 lasting break"),
    mark("T3 drift"),
    mark("Fisher z"),
    mark("Jennrich"),
)
"""The tests of a relation, as the analysis names them."""
WHYS = (
    mark("opening"),
    mark("monetise"),
    mark("days-before"),
    mark("hold-to-expiry"),
    mark("delta-drift"),
    mark("moneyness-drift"),
    mark("condition"),
    mark("margin-call"),
    mark("strategy"),
    mark("expiry"),
    mark("assignment"),
    mark("exercise"),
    mark("merger"),
    mark("delisting"),
)
"""What ends an option, as the engine names it."""
Answer = Literal["yes", "likely", "partly", "no", "unclear", "not_applicable"]
Ending = Literal["sold", "bought", "expired", "assigned", "open"]


@dataclass(frozen=True, slots=True)
class Roll:
    """One option leg from its opening to its end; money is in the account's currency.

    `contracts` and `strike` are those of the opening (a later split changes both), `paid` is
    the premium at the mid and `received` what came back at the mid or at settlement (0 for a
    worthless one; its mark while it is open, and then the roll is not a completed one).  Of a
    written option, whose `contracts` are negative, the premium was `received`, and what closing
    it took was `paid`.
    `costs` are spreads, commissions and fees of both ends, `held` is the value of the whole
    holding at the opening.  `vol` is the implied volatility
    behind the premium, a fraction; `source` says where the premium came from.
    """

    role: str
    right: str
    opened: date
    closed: date | None
    expiry: date
    contracts: float
    spot: float
    strike: float
    vol: float | None
    paid: float
    received: float
    costs: float
    held: float
    ending: Ending
    source: str

    @property
    def net(self) -> float:
        """What came in, less what was paid and the costs."""
        return self.received - self.paid - self.costs


@dataclass(frozen=True, slots=True)
class Year:
    """What a short leg, or one of futures, did in one calendar year.

    `trades` counts its fills, `traded` is their money value, `ratio` the mean of the short's
    value over the holding's (of a future what it stands for; negative where bonds are bought),
    `result` the leg's profit or loss with dividends owed, `costs` spreads, commissions and borrow
    fees (positive is paid).
    """

    year: int
    symbol: str
    trades: int
    traded: float
    ratio: float | None
    result: float | None
    costs: float | None
    is_future: bool = False
    is_bond: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A margin call: by how much the rule was broken, what was short, when it was short again."""

    day: date
    missing: float
    equity: float
    short: float
    again: date | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """A hedge with and without the largest moves of the holding from one close to the next.

    `moves` are (day, return of the holding, return with the hedge); `every` and `without` hold
    "lead" (annual return less the holding's), "cost_per_year", "losses_borne" and "max_drawdown"
    on all sessions, and on those that are left.
    """

    moves: tuple[tuple[int, float, float], ...]
    every: Mapping[str, float | None]
    without: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One column of the report: the holding alone, a hedge, or a yardstick.

    `label` names it on every page.  `growth` starts at 1; `returns[0]` is 0.  `stats` uses the
    names of the definitions.  `sold` is the fraction sold beforehand of a selling yardstick,
    `intervals` hold 95 % bounds by name of the statistic; "return_lead" (the hedge's annual
    return less the holding's) and "selling_lead" (the sale's less the hedge's) have their point
    in `estimates`, both over the completed roll periods alone.  `uncovered` are the first and
    last days of spans that the hedge left open, `interest` is what the proceeds of its shorts
    earned by calendar year.  `pricing` says in a sentence how premiums were made and
    `model_error` how far the model has been from quotes ("±3.3 vol points").  `never_traded` is
    the first reason on record, for a hedge that never did.  `rolled` counts what ended its rolls.
    `gaps` show what is left of a hedge without the largest moves of the holding.
    """

    name: str
    label: str
    kind: str
    of: str | None
    returns: Floats
    growth: Floats
    stats: Mapping[str, float | None]
    parameters: Mapping[str, str] = field(default_factory=dict)
    sold: float | None = None
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    estimates: Mapping[str, float] = field(default_factory=dict)
    falling: int | None = None
    rising: int | None = None
    rolls: tuple[Roll, ...] = ()
    years: tuple[Year, ...] = ()
    interest: Mapping[int, float] = field(default_factory=dict)
    uncovered: tuple[tuple[int, int], ...] = ()
    calls: tuple[Call, ...] = ()
    premium_source: Mapping[str, float] | None = None
    pricing: str = ""
    model_error: str = ""
    never_traded: str | None = None
    rolled: Mapping[str, int] = field(default_factory=dict)
    gaps: Gaps | None = None

    def stat(self, name: str) -> float | None:
        """Return a statistic as a finite number, None where the run has none."""
        value = self.stats.get(name)
        return value if value is not None and np.isfinite(value) else None

    @property
    def uses_options(self) -> bool:
        """Whether premiums, rolls and an implied volatility are part of this run."""
        return bool(self.rolls) or bool(self.premium_source)


@dataclass(frozen=True, slots=True)
class Test:
    """One statistical test of the relation, ready to be shown; `sentence` is its plain answer.

    `holm` is its p-value adjusted for the number of tests, `note` what else it found.
    """

    __test__ = False  # no test case, though pytest looks for the name

    name: str
    before: float | None
    after: float | None
    statistic: float | None
    p: float | None
    interval: tuple[float, float] | None
    sentence: str
    valid: bool = True
    caveat: str = ""
    holm: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Premise:
    """What one dated fit promised for the span after it, and what came of it."""

    day: int
    promised: float
    realised: float
    low: float
    high: float

    @property
    def kept(self) -> bool:
        """Whether the realised correlation lies inside the prediction interval."""
        return self.low <= self.realised <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """The relation that a hedge leaned on: as it was on `split`, and as it came afterwards.

    `relation` names both sides ("AAPL with 0.71 SPX + 0.44 MSFT").  `path` and `context` are
    the 60- and 252-session correlations, NaN until their window is full; `level` and `band` are
    what a constant correlation would show in windows of 60.  `expected` and `realised` are the
    correlations before and after the split, the pair that the robust test compares, `plain` those
    of the returns as they are, whose squares are parts of the variance.  `state` is the verdict and
    `sentence` what it rests on.  `premises` are the dated fits that could be scored and `scored`
    the sentence about them.  `betas` hold the ratio on each factor by day of fit.  `removed` is the
    variance removed out of sample, after costs.  `course`
    is what became of the relation part by part.  `beside` tells that options on the holding stood
    beside what leaned on it, so that what was removed is more than the relation's.
    """

    relation: str
    split: date
    days: Days
    path: Floats
    context: Floats
    level: float
    band: tuple[float, float]
    expected: float
    realised: float
    plain: tuple[float, float]
    in_sample: int
    out_of_sample: int
    tests: tuple[Test, ...]
    state: str
    sentence: str
    premises: tuple[Premise, ...]
    scored: str
    fit_days: Days
    betas: Mapping[str, Floats]
    removed: float | None
    like_selling: float | None
    course: Course | None = None
    beside: bool = False

    @property
    def kept(self) -> float | None:
        """Share of the premises whose realised correlation fell inside their interval."""
        found = [premise.kept for premise in self.premises]
        return sum(found) / len(found) if found else None


@dataclass(frozen=True, slots=True)
class Leans:
    """Why a hedge has no correlation page: it leans on none, or it could not be judged.

    Without `recorded` the hedge traded another symbol and recorded no premise.
    """

    reason: str
    on_none: bool = True
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison concluded about one hedge; None where it could not.

    `sentence` is the conclusion in its own words, shown on page 1 where there is one.
    """

    worked: Answer | None
    selling_better: Answer | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """The same hedge under other roll dates and other volatilities; None means not run."""

    phases: Mapping[str, tuple[float, float, float]] | None = None  # name: min, median, max
    vol_minus: Mapping[str, float] | None = None
    vol_plus: Mapping[str, float] | None = None
    break_even_vol: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the data page; `kind` is data, quote, model, assumption or rule."""

    item: str
    value: str
    kind: Literal["data", "quote", "model", "assumption", "rule"]
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Everything a report says is said about this: one holding, one window, several runs.

    `runs` holds the unhedged holding first, then the hedges in the order asked for, then the
    yardsticks.  `reinvested` tells returns of the holding with its hedge, everything reinvested
    pro rata, from returns of the account's equity.  `account` is None where the holding is all of
    it, `protection`, `exposures` and `cost` where no hedge traded; `details` are empty where nobody
    asked for them.  `value` is what the holding was worth at the start, for one that was given as
    money of an adjusted price; `splits` are the holding's, each a day and the new shares for an old
    one.  `care` are full sentences for the first page, `limits` for the last.
    """

    holding: str
    shares: float
    weight: float
    currency: str
    days: Days
    runs: tuple[Run, ...]
    correlations: Mapping[str, Correlation | Leans]
    verdicts: Mapping[str, Verdict]
    bands: Mapping[str, Bands]
    items: tuple[Item, ...]
    care: tuple[str, ...]
    limits: tuple[str, ...]
    command: str
    config_hash: str
    data_hash: str
    version: str
    versions: str
    seed: int
    reinvested: bool = True
    value: float | None = None
    splits: tuple[tuple[int, float], ...] = ()
    account: Account | None = None
    protection: Protection | None = None
    details: Mapping[str, Looked] = field(default_factory=dict)
    exposures: Exposures | None = None
    cost: Cost | None = None

    @property
    def unhedged(self) -> Run:
        """The holding alone."""
        return self.runs[0]

    @property
    def hedges(self) -> tuple[Run, ...]:
        """The hedges, the one under review first."""
        return tuple(run for run in self.runs if run.kind == "hedge")

    def yardstick(self, kind: str, of: Run) -> Run | None:
        """Return the yardstick of a kind that belongs to a hedge (or to all), if it was run."""
        found = [run for run in self.runs if run.kind == kind and run.of in (of.name, None)]
        return found[0] if found else None
