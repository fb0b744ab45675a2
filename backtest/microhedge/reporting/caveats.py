"""What must be read with care, in type of the same size as the rest?"""

from __future__ import annotations

from microhedge.reporting import findings, numbers
from microhedge.reporting.inputs import Bands, Run, Subject
from microhedge.reporting.numbers import count, percent


def care(subject: Subject) -> list[str]:
    """Return the sentences of the box "Read with care", the most weighty first."""
    found = _models(subject)
    bare = [run for run in subject.hedges if run.uses_options and _untried(subject, run)]
    if bare:
        found.append(f"Other roll dates and volatilities of ±20% were not run for {_all(bare)}.")
    for run in subject.hedges:
        rolls = run.stat("rolls") or 0.0
        if run.uses_options and rolls < findings.FEW:
            name = findings.upper(findings.the(run.label))
            found.append(f"{name} has {numbers.plural(rolls, 'completed roll')}: no inference.")
    loan = subject.hedges[0].stat("largest_debit_share") or 0.0
    if subject.reinvested and loan >= findings.BARELY:
        found.append(
            "Returns reinvest premiums and dividends pro rata; the account kept every share and "
            f"borrowed up to {percent(loan, 0)} of the holding instead, so its ending value "
            "differs."
        )
    for run in subject.hedges:
        name, sessions = findings.upper(findings.the(run.label)), count(len(subject.days))
        open_days = run.stat("uncovered_sessions") or 0.0
        if open_days > 0:
            found.append(f"{name} left {count(open_days)} of {sessions} sessions uncovered.")
        if run.never_traded is not None:
            found.append(f"{name} never traded.")
    return [*found, *subject.care]


def _models(subject: Subject) -> list[str]:
    """Say whose premiums come from a model; hedges that share model and error share a sentence."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in subject.hedges:
        model = (run.premium_source or {}).get("model", 0.0)
        if run.uses_options and model > 0:
            share = "All" if model >= 0.9995 else percent(model, 0) + " of"
            groups.setdefault((share, run.model_error), []).append(run)
    return [
        f"{share} premiums of {_all(runs)} are model prices"
        + (f", with an error of {error}." if error else ".")
        for (share, error), runs in groups.items()
    ]


def _untried(subject: Subject, run: Run) -> bool:
    return subject.bands.get(run.name, Bands()).phases is None


def _all(runs: list[Run]) -> str:
    if len(runs) > 3:
        return f"the {len(runs)} hedges with options"
    return findings.listed([findings.the(run.label) for run in runs])
