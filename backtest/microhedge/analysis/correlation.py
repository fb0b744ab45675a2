"""Did the correlation that a hedge leaned on hold up?  Three tests and one verdict.

A verdict is given afterwards: it uses the whole sample and never reaches a strategy.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign
from typing import Literal

from scipy.special import stdtrit

from microhedge.analysis.classical import fisher, jennrich
from microhedge.analysis.drift import DRAWS, WINDOW, drift_of
from microhedge.analysis.lasting_break import lasting_break_of, since
from microhedge.analysis.rolling import CorrelationPaths, correlation_paths
from microhedge.analysis.sample import Sample
from microhedge.analysis.shift import MARGIN, shift_of
from microhedge.analysis.test_result import TestResult
from microhedge.analysis.wording import decimal, percent, signed
from microhedge.tape import Floats
from microhedge.told import Told, joined, told

State = Literal["held", "weakened", "broken", "unstable", "inconclusive"]

KEEP = 0.5
"""Part of the variance it explained that a relation must keep, or it is broken."""

KEEP_SPELL = 2.0 / 3.0
"""The same for one spell in twenty; below it a relation that drifts is unstable."""

USEFUL = 0.25
"""Part of the holding's variance that a relation must explain to be worth a hedge."""

_ALPHA = 0.05
_EARLY = 0.05  # of the sample: a break dated so much before the split still counts as after it
_SPELL = 1.645  # one in twenty


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationResult:
    """What became of a relation: the state, the numbers that decided it, the tests, the paths.

    `expected` and `realised` are the correlations of devolatilised normal scores before and
    after the split, `since_break` that after a lasting break which falls after it, if there is
    one.  `change_bound` is the one-sided 95 % bound of the loss: the change, in the direction of
    `expected`, is above it.  `drift_sd` is the standard deviation of the drift and `bad_spell`
    what one spell in twenty falls to.  `strengthened` tells that it became stronger for good,
    `useful` that it explains a quarter of the variance or more: what held is not always good.

    `tests` are T1 (shift), T2 (lasting break), T3 (drift), `adjusted` their p-values after Holm.
    `classical` holds what a textbook would have computed: for comparison, never for a verdict.
    `split` is the first row after the sample on which the relation was relied on, `break_row`
    the one that T2 dates.  `reason` says which part of the rule decided.
    """

    state: State
    reason: str
    split: int
    expected: float
    realised: float
    since_break: float | None
    break_row: int | None
    change_bound: float
    drift_sd: float
    bad_spell: float
    strengthened: bool
    useful: bool
    tests: tuple[TestResult, ...]
    adjusted: tuple[float | None, ...]
    classical: tuple[TestResult, ...]
    paths: CorrelationPaths
    sentence: str


def judge(
    y: Floats, x: Floats, split: int, *, draws: int = DRAWS, seed: int = 0
) -> CorrelationResult:
    """Judge the relation between the simple returns of a holding and of its hedge.

    Rows before `split` are the sample that the hedge was chosen on.  The first that applies,
    with p-values after Holm at 5 % and everything in the direction of the first correlation:

    1. *fell*: T1 rejects with a fall, or T2 with a date after the split (or within 5 % of the
       sample before it) and a lower correlation since.
    2. broken: it fell, and changed its sign or explains less than half of what it explained.
    3. weakened: it fell, and a fall of more than 0.10 cannot be excluded.
    4. unstable: T2 or T3 rejects, and in one spell of 60 sessions in twenty it explains less
       than two thirds of what it explained.
    5. held: a fall of more than 0.10 is excluded at 95 %, which is more than not being shown.
    6. inconclusive: everything else.

    Raises NotCovered and BadData as `microhedge.analysis.shift.shift` does.
    """
    sample = Sample.of(y, x, split)
    tests = shift_of(sample), lasting_break_of(sample), drift_of(sample, draws=draws, seed=seed)
    adjusted = holm(tuple(test.pvalue for test in tests))
    seen = _seen(sample, tests, adjusted)
    state, reason = _state(seen)
    return CorrelationResult(
        state=state,
        reason=reason,
        split=split,
        expected=seen.expected,
        realised=seen.realised,
        since_break=seen.since_break,
        break_row=tests[1].row,
        change_bound=seen.bound,
        drift_sd=seen.drift_sd,
        bad_spell=seen.bad_spell,
        strengthened=seen.rose,
        useful=seen.realised**2 >= USEFUL,
        tests=tests,
        adjusted=adjusted,
        classical=(fisher(y, x, split), jennrich(y, x, split)),
        paths=correlation_paths(y, x),
        sentence=_sentence(state, seen),
    )


def holm(pvalues: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Adjust p-values for their number by Holm's step-down rule; a None stays and counts not.

    Reference: Holm 1979, Scandinavian Journal of Statistics 6:65.
    """
    known = sorted((p, i) for i, p in enumerate(pvalues) if p is not None)
    adjusted: list[float | None] = [None] * len(pvalues)
    floor = 0.0
    for step, (p, i) in enumerate(known):
        floor = max(floor, min(1.0, p * (len(known) - step)))
        adjusted[i] = floor
    return tuple(adjusted)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The numbers that the rule looks at; `sign` is that of the first correlation.

    `bound` and `bad_spell` are in its direction; `fell`, `rose` and `moves` are what the tests
    say after Holm.
    """

    sign: float
    expected: float
    realised: float
    since_break: float | None
    bound: float
    drift_sd: float
    bad_spell: float
    fell: bool
    rose: bool
    moves: bool

    @property
    def last(self) -> float:
        """The latest level: since the break where there was one, else after the split."""
        return self.realised if self.since_break is None else self.since_break


def _seen(
    sample: Sample, tests: tuple[TestResult, ...], adjusted: tuple[float | None, ...]
) -> _Seen:
    t1, t2, t3 = tests
    rejects = [p is not None and p < _ALPHA for p in adjusted]
    before, after = (part.value for part in t1.parts)
    sign = copysign(1.0, before)
    change = sign * (after - before)
    bound = change
    if t1.estimate is not None and t1.estimate.standard_error is not None and t1.df is not None:
        bound -= float(stdtrit(t1.df, 1.0 - _ALPHA)) * t1.estimate.standard_error
    since_break = None
    if rejects[1] and t2.row is not None and t2.row >= sample.split - _EARLY * sample.n:
        since_break = since(sample, t2.row)
    late = 0.0 if since_break is None else sign * (since_break - before)
    drift_sd = 0.0 if t3.estimate is None else t3.estimate.value
    return _Seen(
        sign=sign,
        expected=before,
        realised=after,
        since_break=since_break,
        bound=bound,
        drift_sd=drift_sd,
        bad_spell=max(0.0, sign * after - _SPELL * drift_sd),
        fell=(rejects[0] and change < 0.0) or late < 0.0,
        rose=(rejects[0] and change > 0.0) or (late > 0.0 and change > 0.0),
        moves=rejects[1] or rejects[2],
    )


def _state(seen: _Seen) -> tuple[State, str]:
    """Apply the rule; the first that fits."""
    explained = seen.expected**2
    last = seen.sign * seen.last
    if seen.fell and (last <= 0.0 or last**2 < KEEP * explained):
        return "broken", "fell for good, to less than half of the variance explained"
    if seen.fell and seen.bound <= -MARGIN:
        return "weakened", f"fell for good, and by more than {MARGIN:.2f} is not excluded"
    if seen.moves and seen.bad_spell**2 < KEEP_SPELL * explained:
        return "unstable", "drifts, in one spell in twenty below two thirds of what was promised"
    if seen.bound > -MARGIN:
        return "held", f"a fall of more than {MARGIN:.2f} is excluded at 95%"
    return "inconclusive", f"a fall of more than {MARGIN:.2f} is neither shown nor excluded"


def _sentence(state: State, seen: _Seen) -> Told:
    """Say the verdict so that it can be read alone."""
    verdict = _verdict(state, seen)
    if seen.realised**2 >= USEFUL:
        return verdict
    useless = told(
        "At that level it explains {part} of the variance, too little to hedge with.",
        part=percent(seen.realised**2),
    )
    return joined(" ", (verdict, useless))


def _verdict(state: State, seen: _Seen) -> Told:
    levels = told(
        "{before} before the split, {after} after it",
        before=decimal(seen.expected),
        after=decimal(seen.realised),
    )
    if seen.since_break is not None and decimal(seen.since_break) != decimal(seen.realised):
        late = decimal(seen.since_break)
        levels = told("{levels}, {late} since it changed", levels=levels, late=late)
    if state in ("broken", "weakened"):
        kept = percent(seen.last**2 / seen.expected**2) if seen.expected else told("none")
        if state == "weakened":
            return told(
                "The correlation weakened: {levels}; it keeps {kept} of the variance it explained.",
                levels=levels,
                kept=kept,
            )
        if seen.sign * seen.last <= 0.0:
            return told("The correlation broke: {levels}; it changed its sign.", levels=levels)
        return told(
            "The correlation broke: {levels}; it now explains {kept} of the variance that it "
            "explained.",
            levels=levels,
            kept=kept,
        )
    if state == "unstable":
        return told(
            "The correlation is unstable: {levels}, and it drifts: in one spell of {window} "
            "sessions in twenty it is {weak} or weaker.",
            levels=levels,
            window=WINDOW,
            weak=decimal(seen.sign * seen.bad_spell),
        )
    margin = decimal(MARGIN)
    fall = told("a fall of more than {margin}", margin=margin)
    if seen.expected < 0.0:
        fall = told("a fall in strength of more than {margin}", margin=margin)
    bound = signed(seen.bound, 2 if abs(seen.bound + MARGIN) >= 0.005 else 3)
    if state == "inconclusive":
        return told(
            "Inconclusive: {levels}; {fall} is neither shown nor excluded (95% bound {bound}).",
            levels=levels,
            fall=fall,
            bound=bound,
        )
    held = told("The correlation held")
    return told(
        "{held}: {levels}; {fall} can be excluded at 95% (bound {bound}).",
        held=told("The correlation held and became stronger") if seen.rose else held,
        levels=levels,
        fall=fall,
        bound=bound,
    )
