"""What did it cost, and was selling cheaper?  Selling once, causes, reruns, and every run."""

from __future__ import annotations

from microhedge.by_cause import CAUSES
from microhedge.language import say
from microhedge.reporting import (
    beside_selling,
    charts_cost,
    findings,
    findings_cost,
    table_of_runs,
)
from microhedge.reporting.beside_selling import CHARTED, traded
from microhedge.reporting.casting import spoken, strokes
from microhedge.reporting.charts_cost import Steps, Strip
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.inputs_cost import Cost
from microhedge.reporting.numbers import DASH, a_year, percent, points
from microhedge.reporting.style import STROKES


def page(subject: Subject) -> Page:
    """Return the page of costs; it has every run also where no hedge traded."""
    found = subject.cost
    body, lead = [], ""
    if found is None:
        body.append(
            notice(
                say("Not shown: what the hedge cost"),
                say("No hedge traded, so that none cost anything and no sale stands for one."),
            )
        )
    else:
        review = _run(subject, found.of)
        lead = _lead(subject, review)
        body += beside_selling.blocks(subject, found, review)
        body += _causes(subject, found, review)
        body += _reruns(subject, found)
    return Page(
        title=say("What did it cost, and was selling cheaper?"),
        nav=say("Cost"),
        label="cost",
        lead=lead,
        body=(*body, table_of_runs.everything(subject)),
    )


def _run(subject: Subject, name: str) -> Run:
    return next(run for run in subject.runs if run.name == name)


def _lead(subject: Subject, review: Run) -> str:
    sale = subject.yardstick("sell-once", review)
    cost = findings_cost.net(
        review.label,
        review.stat("cost_per_year"),
        review.stat("gross_per_year") if review.uses_options else None,
    )
    told = findings_cost.sold_beforehand(
        None if sale is None else sale.sold,
        review.estimates.get("selling_lead"),
        review.intervals.get("selling_lead"),
        (None if sale is None else sale.stat("tail_loss"), review.stat("tail_loss")),
    )
    return f"{cost} {told}".strip()


# ---- causes -----------------------------------------------------------------------------------


def _causes(subject: Subject, found: Cost, review: Run) -> list[Block]:
    every = traded(subject, found)
    shown = every[:CHARTED]
    blocks = [_bars(subject, found, review, shown)]
    if len(every) > len(shown):
        blocks.append(_all_causes(found, every))
    return blocks


def _rows(found: Cost, runs: list[Run]) -> list[str]:
    return [cause for cause in CAUSES if any(cause in found.causes[run.name] for run in runs)]


def _bars(subject: Subject, found: Cost, review: Run, runs: list[Run]) -> Block:
    look, names = strokes(subject), _rows(found, runs)
    steps = [
        Steps(
            run.label,
            tuple(found.causes[run.name].get(name) for name in names),
            -(run.stat("cost_per_year") or 0.0),
            look.get(run.name, STROKES["third"]),
        )
        for run in runs
    ]
    return chart(
        [charts_cost.causes([*map(_cause, names), say("Net a year")], steps)],
        name="causes",
        finding=findings_cost.causes(
            review.label, found.causes[review.name], review.stat("cost_per_year")
        ),
        sub=say(
            "Points of the holding's mean value a year, prices at the mid; each bar starts where "
            "the one above ended. Negative: paid."
        ),
        alt=say("Bars of what the hedge gained and paid, points a year. ")
        + "; ".join(
            say(
                "{run}: {parts}, net {net}",
                run=spoken(run),
                parts=", ".join(
                    f"{findings.lower(_cause(name))} {points(value)}"
                    for name, value in zip(names, one.parts, strict=True)
                    if value is not None
                ),
                net=points(one.net),
            )
            for run, one in zip(runs, steps, strict=True)
        )
        + ".",
        note=_interest(runs, names),
    )


def _interest(runs: list[Run], names: list[str]) -> str:
    """Say which interest is in the cost, and which is not."""
    told = []
    if "interest" in names:
        told.append(
            say("Interest: on the proceeds of shorts, less that on the money for bought bonds.")
        )
    if any(run.uses_options for run in runs):
        told.append(
            say("Interest on the cash that premiums took is the account's, and no part of this.")
        )
    return " ".join(told)


def _cause(name: str) -> str:
    return say(findings_cost.CAUSES[name])


def _all_causes(found: Cost, runs: list[Run]) -> Block:
    rows = [
        [_cause(name), *(points(found.causes[run.name].get(name)) for run in runs)]
        for name in _rows(found, runs)
    ]
    nets = [run.stat("cost_per_year") for run in runs]
    rows.append([say("Net a year"), *(points(None if net is None else -net) for net in nets)])
    known = [(run.label, net) for run, net in zip(runs, nets, strict=True) if net is not None]
    return table(
        [
            Column(say("Cause"), "left", "1.6fr"),
            *(Column(run.label, width="1fr") for run in runs),
        ],
        rows,
        finding=findings_cost.cheapest(known),
        sub=say(
            "Points of the holding's mean value a year, for every hedge. A dash: no such cause."
        ),
        bold=[len(rows) - 1],
        rules=[len(rows) - 1],
        size=7.6,
    )


# ---- reruns -----------------------------------------------------------------------------------


def _reruns(subject: Subject, found: Cost) -> list[Block]:
    """Return the reruns of the first hedges with options, and a notice where there are none."""
    options = [run for run in traded(subject, found) if run.uses_options]
    runs = [run for run in options if run.name in found.reruns][:CHARTED]
    if not options:
        return []
    if not runs:
        return [
            notice(
                say("Not shown: other roll dates and volatilities"),
                say("They were not run: `--bands`, or `with_bands()` from Python, runs them."),
            )
        ]
    look = strokes(subject)
    strips = []
    for run in runs:
        one = found.reruns[run.name]
        even = say("even at {vol}", vol=findings.break_even(one.even)) if one.lead_by_vol else ""
        words = say("Roll dates"), say("Volatility")
        strips.append(
            Strip(
                words
                if len(runs) == 1
                else (f"{run.label}: {words[0]}", f"{run.label}: {words[1]}"),
                (one.costs, one.leads),
                (one.cost_by_vol, one.lead_by_vol),
                even,
                look.get(run.name, STROKES["third"]),
            )
        )
    first = found.reruns[runs[0].name]
    return [
        chart(
            [
                charts_cost.reruns(
                    strips,
                    ends=(percent(-0.2, 0), percent(0.2, 0, signed=True)),
                    titles=(
                        say("Cost a year"),
                        say("Selling once less the hedge, points a year"),
                    ),
                )
            ],
            name="reruns",
            finding=findings_cost.depends(runs[0].label, first),
            sub=say(
                "The hedge run again, a mark for each: its first evening put off over one roll "
                "interval, and every model volatility {low} and {high}. Filled: as it was.",
                low=percent(-0.2, 0),
                high=percent(0.2, 0, signed=True),
            ),
            alt=say("Strips of reruns. ")
            + "; ".join(
                say(
                    "{run}: cost {least} to {most} over roll dates, {low} to {high} over "
                    "volatilities, {even}",
                    run=spoken(run),
                    least=a_year(min(found.reruns[run.name].costs)),
                    most=a_year(max(found.reruns[run.name].costs)),
                    low=a_year(min(found.reruns[run.name].cost_by_vol)),
                    high=a_year(max(found.reruns[run.name].cost_by_vol)),
                    even=strip.even or DASH,
                )
                for run, strip in zip(runs, strips, strict=True)
            )
            + ".",
            note=say(
                "Roll dates are measured from the last of the starts, volatilities over the whole "
                "period. Even: the multiple of the model's volatility at which selling once, fixed "
                "beforehand, returns as much."
            ),
        )
    ]
