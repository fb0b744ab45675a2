"""What must be read with care, in type of the same size as the rest?"""

from __future__ import annotations

from microhedge.report import findings, numbers
from microhedge.report.inputs import Bands, Subject
from microhedge.report.numbers import count, percent


def care(subject: Subject) -> list[str]:
    """Return the sentences of the box "Read with care", of the same type size as the rest."""
    found = []
    for run in subject.hedges:
        if not run.uses_options:
            continue
        model = (run.premium_source or {}).get("model", 0.0)
        if model > 0:
            share = "All" if model >= 0.9995 else percent(model, 0) + " of"
            error = f", with an error of {run.model_error}" if run.model_error else ""
            found.append(f"{share} premiums of {findings.the(run.label)} are model prices{error}.")
        rolls = run.stat("rolls") or 0
        if rolls < findings.FEW:
            found.append(f"{numbers.plural(rolls, 'completed roll')}: no inference.")
        if subject.bands.get(run.name, Bands()).phases is None:
            name = findings.the(run.label)
            found.append(f"Other roll dates and volatilities of ±20% were not run for {name}.")
    loan = subject.hedges[0].stat("largest_debit_share") or 0.0
    if loan >= findings.BARELY:
        found.append(
            "Returns reinvest premiums and dividends pro rata; the account kept every share and "
            f"borrowed up to {percent(loan, 0)} of the holding instead, so its ending value "
            "differs."
        )
    for run in subject.hedges:
        open_days = run.stat("uncovered_sessions") or 0
        if open_days > 0:
            found.append(
                f"{findings.upper(findings.the(run.label))} left "
                f"{count(open_days)} of {count(len(subject.days))} sessions uncovered."
            )
        if run.never_traded is not None:
            found.append(f"{findings.upper(findings.the(run.label))} never traded.")
    return [*found, *subject.care]
