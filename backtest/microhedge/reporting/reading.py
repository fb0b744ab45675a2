"""What does a comparison say, in the terms that a report reads?

The only module of the report that knows the engine's results.  It copies, selects and names;
whatever is a statistic was computed where it is defined.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from microhedge.analysis.effectiveness import period_returns
from microhedge.calendar import to_date
from microhedge.document import BANDED
from microhedge.gaps import gaps_of
from microhedge.language import say
from microhedge.logged import quoted
from microhedge.reporting.findings import upper
from microhedge.reporting.inputs import (
    Bands,
    Correlation,
    Gaps,
    Leans,
    Premise,
    Run,
    Subject,
    Test,
    Verdict,
)
from microhedge.reporting.naming import label
from microhedge.reporting.numbers import in_words, ratio
from microhedge.reporting.provenance import caveats, items, limits, tools
from microhedge.reporting.reading_account import account_of
from microhedge.reporting.reading_correlation import course_of
from microhedge.reporting.reading_cost import cost_of
from microhedge.reporting.reading_details import details_of
from microhedge.reporting.reading_exposure import exposures_of
from microhedge.reporting.reading_protection import protection_of
from microhedge.reporting.trades import (
    interest_by_year,
    margin_calls,
    option_rolls,
    short_years,
    uncovered,
)
from microhedge.scorecard import index_of, roll_bounds
from microhedge.told import retold
from microhedge.version import __version__

if TYPE_CHECKING:
    from microhedge import runs
    from microhedge.analysis.bootstrap import Interval, Intervals
    from microhedge.analysis.test_result import TestResult
    from microhedge.bands import Outcome
    from microhedge.comparison import Comparison
    from microhedge.relation import Relation

CURRENCY = "USD"


def read(comparison: Comparison) -> Subject:
    """Return everything that a report says about a comparison."""
    hedges = comparison.hedges
    return Subject(
        holding=comparison.holding,
        shares=comparison.shares,
        value=value_of(comparison),
        weight=comparison.weight,
        currency=currency_of(comparison),
        days=comparison.day,
        runs=tuple(_run(run, comparison) for run in comparison.runs),
        correlations={run.name: _relation(run, comparison) for run in hedges},
        verdicts={
            name: Verdict(found.worked, found.selling_better, retold(found.sentence))
            for name, found in comparison.judgements.items()
        },
        bands={run.name: _bands(run, comparison) for run in hedges},
        items=items(comparison),
        care=caveats(comparison),
        limits=limits(comparison),
        command=comparison.command + (" --details" if comparison.details is not None else ""),
        config_hash=comparison.config_hash,
        data_hash=comparison.data_hash,
        version=__version__,
        versions=tools(),
        seed=comparison.seed,
        reinvested=comparison.returns == "sleeve",
        splits=_splits(comparison),
        account=account_of(comparison),
        protection=protection_of(comparison),
        details=details_of(comparison),
        exposures=exposures_of(comparison),
        cost=cost_of(comparison),
    )


def value_of(comparison: Comparison) -> float | None:
    """Return the holding as money where it was given so and its shares are no real ones."""
    adjusted = comparison.tape.basis[comparison.holding] != "raw"
    return comparison.portfolio.value if adjusted else None


def _splits(comparison: Comparison) -> tuple[tuple[int, float], ...]:
    tape = comparison.tape
    first = int(tape.day[tape.begin])
    return tuple(
        (int(one.day), float(one.value))
        for one in tape.actions.get(comparison.holding, ())
        if one.kind == "split" and first < one.day <= int(tape.day[-1])
    )


def _bands(run: runs.Run, comparison: Comparison) -> Bands:
    found = (comparison.bands or {}).get(run.name)
    if found is None:
        return Bands()
    spreads = {name: found.spread(name) for name in BANDED}
    return Bands(
        phases={name: one for name, one in spreads.items() if one is not None},
        vol_minus=_numbers(found.vol_minus_20),
        vol_plus=_numbers(found.vol_plus_20),
        break_even_vol=found.break_even_vol,
    )


def _numbers(found: Outcome) -> dict[str, float]:
    every = ((name, getattr(found, name)) for name in BANDED)
    return {name: value for name, value in every if value is not None}


def closing_day(subject: Subject) -> date:
    """Return the day that stamps the document: the one after the last session."""
    return to_date(int(subject.days[-1])) + timedelta(days=1)


def currency_of(comparison: Comparison) -> str:
    """Return the currency of the holding's prices."""
    of = {one.symbol: one.currency for one in comparison.tape.sources}
    return of.get(comparison.holding) or CURRENCY


def _run(run: runs.Run, comparison: Comparison) -> Run:
    result = run.result if run.kind == "hedge" else None
    traded = result is not None and len(result.tables["fills"]["role"]) > 0
    falling = rising = None
    if result is not None:
        alone = period_returns(comparison.unhedged.returns, roll_bounds(result))
        falling, rising = int(np.sum(alone < 0.0)), int(np.sum(alone > 0.0))
    models = () if result is None else tuple(result.config["models"].values())
    judged = comparison.judgements.get(run.name)
    return Run(
        name=run.name,
        label=label(run, [one.name for one in comparison.hedges]),
        kind=run.kind,
        of=run.of,
        returns=run.returns,
        growth=run.growth,
        stats=run.stats,
        parameters=_parameters(run, comparison.holding),
        sold=run.sold,
        intervals={} if judged is None else _intervals(judged.intervals),
        estimates={} if judged is None else _estimates(judged.intervals),
        falling=falling,
        rising=rising,
        rolls=() if result is None else option_rolls(result),
        years=() if result is None else short_years(result),
        interest={} if result is None else interest_by_year(result),
        uncovered=() if result is None else uncovered(result),
        calls=() if result is None else margin_calls(result),
        premium_source=run.premium_source,
        pricing="; ".join(_pricing(model) for model in models) if run.uses_options else "",
        model_error="; ".join(retold(str(m["error"])) for m in models if m["error"])
        if run.uses_options
        else "",
        rolled=run.rolled or {},
        never_traded=None if result is None or traded else _reason(result.tables["log"]["text"]),
        gaps=None if result is None or not traded else _gaps(run, comparison),
    )


def _gaps(run: runs.Run, comparison: Comparison) -> Gaps | None:
    found = gaps_of(run, comparison.unhedged)
    if found is None:
        return None
    return Gaps(
        moves=tuple((one.day, one.unhedged, one.hedged) for one in found.left_out),
        every=asdict(found.every),
        without=asdict(found.without),
    )


def _named(found: Intervals) -> dict[str, Interval]:
    """Name what was bounded as the pages do; selling is measured against the hedge."""
    return {
        "losses_borne": found.losses_borne,
        "gains_kept": found.gains_kept,
        "variance_removed": found.variance_removed,
        "return_lead": found.over_unhedged,
        "selling_lead": found.over_sale.negative(),
    }


def _intervals(found: Intervals) -> dict[str, tuple[float, float]]:
    return {
        name: (one.low, one.high)
        for name, one in _named(found).items()
        if one.low is not None and one.high is not None
    }


def _estimates(found: Intervals) -> dict[str, float]:
    return {name: one.estimate for name, one in _named(found).items() if one.estimate is not None}


def _pricing(model: dict[str, str | None]) -> str:
    fitted = f", {retold(model['fitted'])}" if model["fitted"] else ""
    return say("Model prices ({name}){fitted}", name=retold(str(model["name"])), fitted=fitted)


def _parameters(run: runs.Run, holding: str) -> dict[str, str]:
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in run.parameters_in_use.items()
        if not (name == "holding" and value == holding)
    }


def _reason(log: np.ndarray[tuple[int], np.dtype[np.str_]]) -> str:
    return retold(quoted(log[0])) if len(log) else say("the hedge never placed an order.")


def _relation(run: runs.Run, comparison: Comparison) -> Correlation | Leans:
    found = comparison.relations[run.name]
    if found.judged is None or found.split is None or found.premises is None:
        recorded = not run.unrecorded
        on_none = recorded and not found.fits
        return Leans(_why(run, found), on_none=on_none, recorded=recorded)
    judged = found.judged
    robust = judged.tests[0]
    before, after = robust.parts
    raw = judged.classical[0].parts
    fit_days = found.fit_days if found.fit_days is not None else found.day[:0]
    day = comparison.tape.day
    return Correlation(
        relation=_both_sides(found),
        split=found.split,
        days=found.day,
        path=judged.paths.short,
        context=judged.paths.context,
        level=judged.paths.level,
        band=(judged.paths.low, judged.paths.high),
        expected=before.value,
        realised=after.value,
        plain=(raw[0].value, raw[1].value),
        in_sample=before.n,
        out_of_sample=after.n,
        tests=(
            *(
                _test(one, found, holm)
                for one, holm in zip(judged.tests, judged.adjusted, strict=True)
            ),
            *(_test(one, found, None) for one in judged.classical),
        ),
        state=judged.state,
        sentence=retold(judged.sentence),
        premises=tuple(
            Premise(int(day[one.row]), one.promised, one.realised, one.low, one.high)
            for one in found.premises.scores
        ),
        scored=retold(found.premises.sentence),
        fit_days=fit_days,
        betas={
            name: np.array([fit.betas.get(name, 0.0) for fit in found.fits], dtype=np.float64)
            for name in found.factors
        },
        removed=run.stats["variance_removed"],
        like_selling=run.stats["sell_equivalent"],
        course=course_of(run, found, comparison),
        beside=_on_itself(run),
    )


def _on_itself(run: runs.Run) -> bool:
    """Tell whether a hedge held options on the holding itself."""
    result = run.result
    rolls = 0 if result is None else len(result.tables["rolls"]["role"])
    return result is not None and any(index_of(result, k) is None for k in range(rolls))


def _why(run: runs.Run, found: Relation) -> str:
    if run.unrecorded:
        return upper(f"{retold(found.reason)}.")
    if not found.fits and run.uses_options:
        return say("options pay by the price of the holding itself.")
    if not found.fits and run.futures == (found.holding,):
        return say("the future moves with the price of the holding itself.")
    if not found.fits:
        return say("it traded nothing beside the holding.")
    return f"{retold(found.reason)}."


def _both_sides(found: Relation) -> str:
    """Spell the relation: "AAPL with 0.71 SPX + 0.44 MSFT"; one factor needs no weight."""
    if len(found.weights) == 1:
        return say("{holding} with {next}", holding=found.holding, next=next(iter(found.weights)))
    parts = [f"{ratio(weight)} {name}" for name, weight in found.weights.items()]
    return say("{holding} with {join}", holding=found.holding, join=" + ".join(parts))


def _test(found: TestResult, relation: Relation, holm: float | None) -> Test:
    change = found.estimate
    bounds = None
    if change is not None and change.low is not None and change.high is not None:
        bounds = (change.low, change.high)
    # the parts of a test that dates a break lie on its sides, not on those of the split
    sides = [part.value for part in found.parts if found.row is None]
    before, after = sides if len(sides) == 2 else (None, None)
    return Test(
        name=found.name,
        before=before,
        after=after,
        statistic=found.statistic,
        p=found.pvalue,
        interval=bounds if found.valid else None,
        sentence=found.sentence,
        valid=found.valid,
        caveat=retold(found.caveat),
        holm=holm,
        note=_note(found, relation),
    )


def _note(found: TestResult, relation: Relation) -> str:
    """Say what a test found beside its numbers: a date, or how far the correlation drifts."""
    dated = relation.date_of(found.row)
    if dated is not None:
        return say("largest departure dated {dated}", dated=in_words(dated))
    if found.estimate is not None and not found.parts and relation.judged is not None:
        spell = relation.judged.bad_spell
        return say(
            "drifts by {value}; {spell} in one spell in twenty",
            value=ratio(found.estimate.value),
            spell=ratio(spell),
        )
    return retold(found.caveat)
