"""Did the relation hold that a hedge leaned on, or that two symbols had?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from microhedge.analysis.correlation import CorrelationResult, State, judge
from microhedge.analysis.premises import EXPECTED, PremiseScore, PremiseScores, score_premises
from microhedge.analysis.sample import LEAST
from microhedge.analysis.test_result import TestResult
from microhedge.calendar import day_number, to_date
from microhedge.errors import NotCovered, UsageError
from microhedge.given import day
from microhedge.instruments import BondIndex
from microhedge.market import Market
from microhedge.premise import Fit
from microhedge.runs import Run
from microhedge.tape import Days, Floats, Tape
from microhedge.told import told

NONE_LEANED_ON = told("leans on no correlation")


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """The relation of a holding with what it was hedged by, before and after it was relied on.

    `factors` are the symbols on the other side and `weights` how they are added up (the betas
    of the first premise).  `day`, `y` and `x` are the sample: the returns of the holding and of
    Σ weight · factor from the first premise's window to the end.  `split` is the first session
    after the premise.  Without a `judged` result, `reason` says why there is none.
    """

    holding: str
    factors: tuple[str, ...]
    weights: Mapping[str, float]
    reason: str
    day: Days
    y: Floats
    x: Floats
    split: date | None = None
    judged: CorrelationResult | None = None
    premises: PremiseScores | None = None
    fits: tuple[Fit, ...] = ()
    fit_days: Days | None = None

    @property
    def state(self) -> State | None:
        """The verdict: "held", "weakened", "broken", "unstable", or "inconclusive".

        None where the relation was not judged; `reason` says why.
        """
        return None if self.judged is None else self.judged.state

    @property
    def sentence(self) -> str:
        """What can be said of the relation, in one sentence."""
        return self.reason if self.judged is None else self.judged.sentence

    def document(self) -> dict[str, Any]:
        """Return the relation as one JSON-able element."""
        judged = self.judged
        if judged is None:
            return {"state": None, "reason": self.reason}
        scored = self.premises
        return {
            "holding": self.holding,
            "factors": list(self.factors),
            "split": None if self.split is None else str(self.split),
            "sessions": len(self.y),
            "state": judged.state,
            "reason": judged.reason,
            "expected": judged.expected,
            "realised": judged.realised,
            "since_break": judged.since_break,
            "change_bound": judged.change_bound,
            "drift_sd": judged.drift_sd,
            "bad_spell": judged.bad_spell,
            "strengthened": judged.strengthened,
            "useful": judged.useful,
            "tests": [
                self._test(test, holm)
                for test, holm in zip(judged.tests, judged.adjusted, strict=True)
            ],
            "classical": [self._test(test, None) for test in judged.classical],
            "premises": None
            if scored is None
            else {
                "scored": scored.n,
                "share_kept": scored.share,
                "expected": EXPECTED,
                "pvalue": scored.pvalue,
                "worst": None if scored.worst is None else self._premise(scored.worst),
                "sentence": scored.sentence,
            },
            "sentence": judged.sentence,
        }

    def date_of(self, row: int | None) -> date | None:
        """Return the day of a row of the sample."""
        return None if row is None else to_date(int(self.day[row]))

    def _premise(self, score: PremiseScore) -> dict[str, Any]:
        # rows of a score are those of the tape, on which the sample ends
        first = self.fits[0].row - self.split_row + 1 if self.fits else 0
        return {
            "date": str(self.date_of(score.row - first)),
            "until": str(self.date_of(score.last - first)),
            "promised": score.promised,
            "realised": score.realised,
            "interval": [score.low, score.high],
            "kept": score.kept,
        }

    @property
    def split_row(self) -> int:
        """Row of the sample that is the first after the premise."""
        return 0 if self.judged is None else self.judged.split

    def _test(self, test: TestResult, holm: float | None) -> dict[str, Any]:
        change, dated = test.estimate, self.date_of(test.row)
        return {
            "name": test.name,
            "question": test.question,
            "null": test.null,
            "alternative": test.alternative,
            "method": test.method,
            "reference": test.reference,
            "critical": {f"{level:g}": value for level, value in test.critical} or None,
            "date": None if dated is None else str(dated),
            "sentence": test.sentence or None,
            "statistic": test.statistic,
            "pvalue": test.pvalue,
            "holm": holm,
            "estimate": None if change is None else change.value,
            "interval": None if change is None or change.low is None else [change.low, change.high],
            "levels": [
                {"value": p.value, "low": p.low, "high": p.high, "n": p.n} for p in test.parts
            ],
            "valid": test.valid,
            "caveat": test.caveat or None,
        }


def correlation(
    market: Market,
    a: str,
    b: str,
    *,
    split: date | str,
    start: date | str | None = None,
    end: date | str | None = None,
) -> Relation:
    """Judge the correlation of two symbols before and after a date fixed beforehand.

    `split` is the last day of what was known.  Days are dates, or texts as 2015-01-02.  Raises
    the data errors of `Market.tape`, and NotCovered when a side of the split has fewer than 60
    sessions.
    """
    if a == b:
        raise UsageError(f"{a} and {b} are the same symbol: name two")
    tape = market.tape([a, b], start=start, end=end)
    tape.need_daily("the correlation of two symbols")
    if found := _monthly(tape, (a, b)):
        raise NotCovered(f"{found[0]} moves once a month, and the tests need daily returns")
    first = max(tape.begin, 1)
    parted = day("split", split)
    row = int(np.searchsorted(tape.day, day_number(parted), side="right"))
    y, x = tape.returns(a)[first:], tape.returns(b)[first:]
    sides = max(row - first, 0), len(tape) - max(row, first)
    if min(sides) < LEAST:
        raise NotCovered(
            f"{sides[0]} common sessions before the split and {sides[1]} after it: a test of the "
            f"correlation needs {LEAST} on each side, and {a} and {b} have prices in common from "
            f"{tape.dates[0]} to {tape.dates[-1]}"
        )
    return Relation(
        holding=a,
        factors=(b,),
        weights=MappingProxyType({b: 1.0}),
        reason="",
        day=tape.day[first:],
        y=y,
        x=x,
        split=parted,
        judged=judge(y, x, row - first),
    )


def relation_of(run: Run, tape: Tape, holding: str) -> Relation:
    """Judge the relation that a hedge's premises recorded, split at the first of them."""
    fits = _fits(run, tape, holding)
    nothing = np.zeros(0)
    if not fits:
        days, why = tape.day[:0], NONE_LEANED_ON
        if run.unrecorded:
            why = told(
                "not judged: {symbols} was traded, but no premise was recorded; "
                "now.expect(now.regress(...)) in the strategy records one",
                symbols=", ".join(run.unrecorded),
            )
        return Relation(holding, (), MappingProxyType({}), why, days, nothing, nothing)
    first = fits[0]
    weights = {name: beta for name, beta in first.betas.items() if beta != 0.0}
    begin = first.row - first.sessions + 1
    # nothing can be said of a share beyond its end
    last = min([len(tape), *(tape.ended.get(name, len(tape)) for name in (holding, *first.betas))])
    day = tape.day[begin:last]
    y = tape.returns(holding)[begin:last]
    x = sum((b * tape.returns(s)[begin:last] for s, b in weights.items()), np.zeros(len(y)))
    factors = {name: tape.returns(name)[:last] for fit in fits for name in fit.betas}
    relation = Relation(
        holding=holding,
        factors=tuple(first.betas),
        weights=MappingProxyType(weights),
        reason="",
        day=day,
        y=y,
        x=x,
        split=tape.dates[first.row],
        fits=fits,
        fit_days=tape.day[[fit.row for fit in fits]],
    )
    if monthly := _monthly(tape, weights):
        why = told(
            "{symbol} moves once a month, and the tests of the relation need daily returns",
            symbol=monthly[0],
        )
        return replace(relation, reason=why)
    fewest = min(first.sessions, last - 1 - first.row)
    if not weights:
        why = told(
            "the first fit found no factor with a positive coefficient: nothing was leaned on"
        )
        return replace(relation, reason=why)
    if fewest < LEAST:
        why = told(
            "{fewest} common sessions on a side of the split; {least} are needed to judge",
            fewest=fewest,
            least=LEAST,
        )
        return replace(relation, reason=why)
    judged = judge(y, x, first.sessions)
    scores = score_premises(fits, tape.returns(holding)[:last], factors)
    return replace(relation, judged=judged, premises=scores)


def _monthly(tape: Tape, symbols: Iterable[str]) -> list[str]:
    """Return the bonds among some symbols whose yield is known by the month alone."""
    return [s for s in symbols if isinstance(b := tape.bonds.get(s), BondIndex) and b.monthly]


def _fits(run: Run, tape: Tape, holding: str) -> tuple[Fit, ...]:
    """Return the premises of a run, oldest first."""
    if run.result is None:
        return ()
    table = run.result.tables["premises"]
    names = [column.removeprefix("beta/") for column in table if column.startswith("beta/")]
    return tuple(
        Fit(
            symbol=holding,
            betas=MappingProxyType(
                {
                    n: float(table[f"beta/{n}"][k])
                    for n in names
                    if np.isfinite(table[f"beta/{n}"][k])
                }
            ),
            correlation=float(table["correlation"][k]),
            r_squared=float(table["r_squared"][k]),
            sessions=int(table["sessions"][k]),
            row=int(table["session"][k]) + tape.begin,
        )
        for k in range(len(table["session"]))
    )
