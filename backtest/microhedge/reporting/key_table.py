"""The table of page 1: keep all, each hedge, and the two ways of selling, side by side."""

from __future__ import annotations

from microhedge.reporting import findings, numbers
from microhedge.reporting.casting import in_units, span
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.inputs import Bands, Run, Subject
from microhedge.reporting.numbers import DASH, NOT_RUN, a_year, percent

ROOMY = 6
"""More columns than this share the width evenly, in smaller type."""


def key_table(subject: Subject) -> Block:
    """Return the key table: keep all, each hedge, sell once, sell and diversify."""
    review = subject.hedges[0]
    yardsticks = [subject.yardstick(kind, review) for kind in ("sell-once", "sell-diversify")]
    runs = (subject.unhedged, *subject.hedges, *(run for run in yardsticks if run))
    finals = [run.stat("final_equity") for run in runs]
    unit, places, word = numbers.money_unit([value for value in finals if value is not None])
    named = in_units(word, subject.currency)
    made = [run.stat("hedge_profit") for run in runs]
    rows = [
        [f"Ending value of the account, {named}"]
        + [numbers.money(value, unit=unit, places=places) for value in finals],
        [f"Result of the hedge in money, {named}"]
        + [numbers.money(value, unit=unit, places=places, signed=True) for value in made],
    ]
    for label, name, write in (
        ("Annual return", "annual_return", a_year),
        ("Worst day", "worst_day", percent),
        ("Worst quarter", "worst_quarter", percent),
        ("Deepest loss", "max_drawdown", percent),
        ("Share of losses borne, falling periods", "losses_borne", lambda x: percent(x, 0)),
        ("Share of gains kept, rising periods", "gains_kept", lambda x: percent(x, 0)),
        ("Gross paid a year", "gross_per_year", a_year),
        ("Net cost a year", "cost_per_year", a_year),
    ):
        rows.append([label, *(write(run.stat(name)) for run in runs)])
    if any(run.uses_options for run in subject.hedges):
        rows += [
            ["… over roll dates, least / median / most", *(_phases(subject, run) for run in runs)],
            ["… at volatility −20% / +20%", *(_vols(subject, run) for run in runs)],
        ]
    rows += [
        ["Largest cash need / loan, of the holding", *(_need(run) for run in runs)],
        ["Cover, mean / least", *(_cover(run) for run in runs)],
        ["Portfolio's worst month", *(percent(run.stat("portfolio_worst_month")) for run in runs)],
    ]
    if subject.weight < 1.0:
        removed = [percent(run.stat("portfolio_variance_removed")) for run in runs]
        rows.append(["Portfolio's variance removed", *removed])
    crowded = len(runs) > ROOMY
    columns = [Column("", "left", "2.7fr" if crowded else "1fr")]
    columns += [
        Column(run.label, width="1fr" if crowded else "auto", tinted=run is review) for run in runs
    ]
    return table(
        columns,
        rows,
        finding=findings.quarter_and_cost(
            review.label,
            subject.unhedged.stat("worst_quarter"),
            review.stat("worst_quarter"),
            review.stat("cost_per_year"),
        ),
        sub=f"{span(subject)}, after costs. Shaded: the hedge under review.",
        size=7.2 if crowded else 8.0,
    )


def _phases(subject: Subject, run: Run) -> str:
    if run.kind != "hedge" or not run.uses_options:
        return DASH
    found = (subject.bands.get(run.name, Bands()).phases or {}).get("cost_per_year")
    return NOT_RUN if found is None else " / ".join(a_year(value) for value in found)


def _vols(subject: Subject, run: Run) -> str:
    if run.kind != "hedge" or not run.uses_options:
        return DASH
    bands = subject.bands.get(run.name, Bands())
    low, high = ((side or {}).get("cost_per_year") for side in (bands.vol_minus, bands.vol_plus))
    return NOT_RUN if low is None or high is None else f"{a_year(low)} / {a_year(high)}"


def _need(run: Run) -> str:
    need, loan = run.stat("largest_cash_need_share"), run.stat("largest_debit_share")
    if run.kind != "hedge" or need is None:
        return DASH
    return f"{percent(need, 0)} / {percent(loan, 0)}"


def _cover(run: Run) -> str:
    mean, least = run.stat("cover_mean"), run.stat("cover_min")
    return DASH if mean is None or least is None else f"{percent(mean, 0)} / {percent(least, 0)}"
