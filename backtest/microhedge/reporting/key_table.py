"""The table of page 1: keep all, each hedge, and the two ways of selling, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting import findings, numbers
from microhedge.reporting.casting import in_units, span
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.inputs import Bands, Run, Subject
from microhedge.reporting.numbers import DASH, NOT_RUN, a_year, percent

ROOMY = 6
"""So many columns leave no room for three numbers in a cell; more share the width evenly."""


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
        [say("Ending value, {named}", named=named)]
        + [numbers.money(value, unit=unit, places=places) for value in finals],
        [say("Result of the hedge, {named}", named=named)]
        + [numbers.money(value, unit=unit, places=places, signed=True) for value in made],
    ]
    for label, name, write in (
        (say("Annual return"), "annual_return", a_year),
        (say("Worst day"), "worst_day", percent),
        (say("Worst quarter"), "worst_quarter", percent),
        (say("Deepest loss"), "max_drawdown", percent),
        (say("Share of losses borne, falling periods"), "losses_borne", lambda x: percent(x, 0)),
        (say("Share of gains kept, rising periods"), "gains_kept", lambda x: percent(x, 0)),
        (say("Gross paid a year"), "gross_per_year", a_year),
        (say("Net cost a year"), "cost_per_year", a_year),
    ):
        rows.append([label, *(write(run.stat(name)) for run in runs)])
    if any(run.uses_options for run in subject.hedges):
        rows += _joined(subject, runs) if len(runs) < ROOMY else _split(subject, runs)
    rows += [
        [say("Largest cash need / loan, of the holding"), *(_need(run) for run in runs)],
        [say("Cover of what was wanted, mean / least"), *(_cover(run) for run in runs)],
        [
            say("Portfolio's worst month"),
            *(percent(run.stat("portfolio_worst_month")) for run in runs),
        ],
    ]
    if subject.weight < 1.0:
        removed = [percent(run.stat("portfolio_variance_removed")) for run in runs]
        rows.append([say("Portfolio's variance removed"), *removed])
    crowded = len(runs) > ROOMY
    columns = [Column(say("Measure"), "left", "2.7fr" if crowded else "1fr")]
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
        sub=say("{span}, after costs. Shaded: the hedge under review.", span=span(subject)),
        note=_interest(subject, review),
        size=7.2 if crowded else 8.0,
    )


def _interest(subject: Subject, review: Run) -> str:
    """Say what lies between the ending values beside the result of the hedge; "" for nothing."""
    ours, alone = review.stat("final_equity"), subject.unhedged.stat("final_equity")
    made = review.stat("hedge_profit")
    if ours is None or alone is None or made is None or abs(ours - alone - made) < 1.0:
        return ""
    return say(
        "Ending values differ by the result of the hedge and by interest on the cash that it took "
        "or brought in: {currency} {interest} for {label}.",
        currency=subject.currency,
        interest=numbers.money(ours - alone - made, signed=True),
        label=findings.the(review.label),
    )


def _joined(subject: Subject, runs: Sequence[Run]) -> list[list[str]]:
    """Return what reruns cost, in a line for roll dates and a line for volatilities."""
    return [
        [
            say("… over roll dates, least / median / most"),
            *(_line(_phases(subject, run)) for run in runs),
        ],
        [say("… at volatility −20% / +20%"), *(_line(_vols(subject, run)) for run in runs)],
    ]


def _line(cells: tuple[str, ...]) -> str:
    return cells[0] if cells[0] in (DASH, say(NOT_RUN)) else " / ".join(cells)


def _split(subject: Subject, runs: Sequence[Run]) -> list[list[str]]:
    """Return the same with a number to each line, where cells must be short."""
    heads = (say("least of the roll dates"), say("median of them"), say("most of them"))
    cells = [(*_phases(subject, run), *_vols(subject, run)) for run in runs]
    return [
        [f"… {head}", *(cell[n] for cell in cells)]
        for n, head in enumerate((*heads, say("at volatility −20%"), say("at volatility +20%")))
    ]


def _phases(subject: Subject, run: Run) -> tuple[str, ...]:
    """Return the least, median and greatest cost over roll dates."""
    if run.kind != "hedge" or not run.uses_options:
        return (DASH,) * 3
    found = (subject.bands.get(run.name, Bands()).phases or {}).get("cost_per_year")
    return (say(NOT_RUN),) * 3 if found is None else tuple(a_year(value) for value in found)


def _vols(subject: Subject, run: Run) -> tuple[str, ...]:
    """Return the cost at the model's volatility less and more a fifth."""
    if run.kind != "hedge" or not run.uses_options:
        return (DASH,) * 2
    bands = subject.bands.get(run.name, Bands())
    low, high = ((side or {}).get("cost_per_year") for side in (bands.vol_minus, bands.vol_plus))
    return (say(NOT_RUN),) * 2 if low is None or high is None else (a_year(low), a_year(high))


def _need(run: Run) -> str:
    need, loan = run.stat("largest_cash_need_share"), run.stat("largest_debit_share")
    if run.kind != "hedge" or need is None:
        return DASH
    return f"{percent(need, 0)} / {percent(loan, 0)}"


def _cover(run: Run) -> str:
    mean, least = run.stat("cover_mean"), run.stat("cover_min")
    return DASH if mean is None or least is None else f"{percent(mean, 0)} / {percent(least, 0)}"
