"""What must be read with care, in type of the same size as the rest?"""

from __future__ import annotations

from microhedge.language import say, say_count
from microhedge.reporting import findings
from microhedge.reporting.inputs import Bands, Run, Subject
from microhedge.reporting.numbers import count, percent


def care(subject: Subject) -> list[str]:
    """Return the sentences of the box "Read with care", the most weighty first."""
    found = _models(subject)
    bare = [run for run in subject.hedges if run.uses_options and _untried(subject, run)]
    if bare:
        found.append(
            say(
                "Other roll dates and volatilities of ±20% were not run for {bare}.",
                bare=_all(bare),
            )
        )
    if any(_outside(subject, run) for run in subject.hedges):
        found.append(
            say(
                "Runs over roll dates are measured from the last of their starts on, so that their "
                "range need not hold the number above it."
            )
        )
    for run in subject.hedges:
        rolls = run.stat("rolls") or 0.0
        if run.uses_options and rolls < findings.FEW:
            name = findings.upper(findings.the(run.label))
            found.append(
                say(
                    "{name} has {rolls}: no inference.",
                    name=name,
                    rolls=say_count("{n} completed roll", "{n} completed rolls", rolls),
                )
            )
    loan = subject.hedges[0].stat("largest_debit_share") or 0.0
    if subject.reinvested and loan >= findings.BARELY:
        found.append(
            say(
                "Returns reinvest premiums and dividends pro rata; the account kept every share "
                "and borrowed up to {loan} of the holding instead, so ending values can rank "
                "otherwise than returns.",
                loan=percent(loan, 0),
            )
        )
    for run in subject.hedges:
        name, sessions = findings.upper(findings.the(run.label)), count(len(subject.days))
        open_days = run.stat("uncovered_sessions") or 0.0
        if open_days > 0:
            found.append(
                say(
                    "{name}: on {open_days} of {sessions} sessions less than half of what was "
                    "wanted was covered.",
                    name=name,
                    open_days=count(open_days),
                    sessions=sessions,
                )
            )
        if run.never_traded is not None:
            found.append(say("{name} never traded.", name=name))
    return [*found, *subject.care]


def _models(subject: Subject) -> list[str]:
    """Say whose premiums come from a model; hedges that share model and error share a sentence."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in subject.hedges:
        model = (run.premium_source or {}).get("model", 0.0)
        if run.uses_options and model > 0:
            share = say("All") if model >= 0.9995 else say("{share} of", share=percent(model, 0))
            groups.setdefault((share, run.model_error), []).append(run)
    return [
        say("{share} premiums of {runs} are model prices", share=share, runs=_all(runs))
        + (say(" (error: {error}).", error=error) if error else ".")
        for (share, error), runs in groups.items()
    ]


def _untried(subject: Subject, run: Run) -> bool:
    return subject.bands.get(run.name, Bands()).phases is None


def _outside(subject: Subject, run: Run) -> bool:
    """Whether the cost of a hedge lies outside of those over its roll dates."""
    cost = run.stat("cost_per_year")
    over = (subject.bands.get(run.name, Bands()).phases or {}).get("cost_per_year")
    return cost is not None and over is not None and not over[0] <= cost <= over[-1]


def _all(runs: list[Run]) -> str:
    if len(runs) > 3:
        return say("the {runs} hedges with options", runs=len(runs))
    return findings.listed([findings.the(run.label) for run in runs])
