"""The four questions of page 1: an answer, a number, and how sure it is."""

from __future__ import annotations

from microhedge.language import say, say_count
from microhedge.reporting import findings, findings_of_relations, numbers
from microhedge.reporting.exhibits import Block
from microhedge.reporting.inputs import Answer, Bands, Leans, Run, Subject, Verdict
from microhedge.reporting.numbers import DASH, TOO_FEW, count, percent

MARKS: dict[Answer | None, str] = {
    "yes": "full",
    "likely": "half",
    "partly": "half",
    "no": "empty",
    "unclear": "unclear",
    "not_applicable": "dash",
    None: "unclear",
}
LEADS = ("return_lead", "selling_lead")
STATES = {"held": "full", "weakened": "half", "unstable": "half", "broken": "empty"}


def _sure(
    run: Run, bands: Bands, name: str, counted: str, *, sampled: tuple[str, str] | None = None
) -> list[list[str]]:
    """Return the four lines that say how sure a number is.

    `sampled` are label and name of the sampling interval where it is not that of `name` itself.
    """
    label, key = sampled or (say("Sampling 95%"), name)
    found = run.intervals.get(key)
    text = numbers.lead(found) if key in LEADS else numbers.interval(found, 0)
    if found is None and key in run.estimates:
        text = say(TOO_FEW)
    rows = [[say("Counted"), counted], [label, text]]
    if run.uses_options:
        phases = (bands.phases or {}).get(name)
        low, high = (bands.vol_minus or {}).get(name), (bands.vol_plus or {}).get(name)
        ends = None if low is None or high is None else (low, high)
        shown = numbers.lead if name in LEADS else numbers.interval
        rows.append([say("Roll dates"), shown(phases and (phases[0], phases[2]))])
        rows.append([say("Vol ±20%"), shown(ends)])
        if name == "selling_lead" and bands.vol_plus is not None:
            rows.append([say("Break-even"), findings.break_even(bands.break_even_vol)])
    return rows


def cards(subject: Subject) -> list[Block]:
    """Return the four questions with answer, number and how sure."""
    review = subject.hedges[0]
    found = subject.verdicts.get(review.name, Verdict(None, None))
    bands = subject.bands.get(review.name, Bands())
    alone = subject.unhedged
    rolls = review.stat("rolls")
    periods = (
        DASH
        if review.falling is None
        else say_count("{n} falling period", "{n} falling periods", review.falling)
    )
    counted = periods
    if rolls:
        many = say_count("{n}\N{NO-BREAK SPACE}roll", "{n}\N{NO-BREAK SPACE}rolls", rolls)
        counted = f"{periods}, {many}"
    need = review.stat("largest_cash_need")
    return [
        {
            "q": say("How much of the fall did you still take?"),
            "mark": MARKS[found.worked],
            "a": findings.losses_answer(review.stat("losses_borne")),
            "why": findings.losses_reason(
                alone.stat("max_drawdown"),
                review.stat("max_drawdown"),
                (alone.stat("worst_quarter"), review.stat("worst_quarter")),
            ),
            "sure": _sure(review, bands, "losses_borne", counted),
            "ref": "losses",
        },
        {
            "q": say("What did it cost?"),
            "mark": "",
            "a": findings.cost_answer(review.stat("cost_per_year")),
            "why": findings.cost_reason(
                review.stat("gross_per_year"),
                numbers.spoken_money(need, subject.currency),
                review.stat("largest_cash_need_share"),
            ),
            "sure": _sure(
                review,
                bands,
                "cost_per_year",
                say("every fill") if rolls else say("every trade"),
                sampled=(say("Return, 95%"), "return_lead"),
            ),
            "ref": "cost",
        },
        _reliance(subject, review),
        _selling(subject, review, found, _sure_of_selling(subject, review, bands, counted)),
    ]


def _sure_of_selling(subject: Subject, review: Run, bands: Bands, counted: str) -> list[list[str]]:
    """Return how sure the lead of selling is, with that over the whole window above its reruns."""
    rows = _sure(review, bands, "selling_lead", counted)
    selling = subject.yardstick("sell-once", review)
    whole = None if selling is None else _whole(selling, review)
    if whole is not None and "selling_lead" in (bands.vol_plus or {}):
        text = say("{difference} pts", difference=numbers.points(whole))
        rows.insert(2, [say("Whole window"), text])
        for row in rows[3:5]:
            row[0] = f"… {findings.lower(row[0])}"
    return rows


def _selling(subject: Subject, review: Run, found: Verdict, sure: list[list[str]]) -> Block:
    """Return the card on the sale beside the hedge; of none sold there is no number."""
    selling = subject.yardstick("sell-once", review)
    card: Block = {
        "q": say("What would selling have done?"),
        "mark": MARKS[found.selling_better],
        "ref": "cost",
    }
    if found.selling_better == "not_applicable" and selling is not None and selling.sold == 0.0:
        why = say(
            "By what was known, the first position took no risk away: nothing was to be sold."
        )
        return {**card, "a": say("No sale"), "why": why, "sure": []}
    return {
        **card,
        "a": findings.selling_answer(_lead(selling, review)),
        "why": findings.sold_reason(
            selling.sold, selling.stat("max_drawdown"), review.stat("max_drawdown")
        )
        if selling
        else say("No sale was run beside this hedge."),
        "sure": sure,
    }


def _lead(selling: Run | None, review: Run) -> float | None:
    """Return the annual return of selling less that of the hedge, over completed periods."""
    if selling is None:
        return None
    if "selling_lead" in review.estimates:
        return review.estimates["selling_lead"]
    return _whole(selling, review)


def _whole(selling: Run, review: Run) -> float | None:
    """Return the annual return of selling less that of the hedge, over the whole window."""
    ours, theirs = review.stat("annual_return"), selling.stat("annual_return")
    return None if ours is None or theirs is None else theirs - ours


def _reliance(subject: Subject, review: Run) -> Block:
    """Return the card on what the hedge leaned on."""
    lean = subject.correlations.get(review.name, Leans(say("No relation was recorded.")))
    card: Block = {"q": say("What did it rely on?")}
    if isinstance(lean, Leans):
        sure = []
        if review.premium_source is not None:
            sure.append(
                [
                    say("Modelled"),
                    say(
                        "{model} of premiums",
                        model=percent(review.premium_source.get("model", 0.0), 0),
                    ),
                ]
            )
        if review.model_error:
            sure.append([say("Model error"), review.model_error])
        answer = say("No correlation") if lean.on_none else say("Not measured")
        if not lean.recorded:
            answer = say("Not judged")
        reason = review.pricing if lean.on_none and review.pricing else lean.reason
        return {**card, "mark": "dash", "a": answer, "why": reason, "sure": sure, "ref": "data"}
    judged = [
        findings_of_relations.p_text(test.holm).removeprefix("= ")
        for test in lean.tests
        if test.valid
    ]
    since = say(
        "{out_of_sample} sessions since {split}",
        out_of_sample=count(lean.out_of_sample),
        split=numbers.in_words(lean.split),
    )
    return {
        **card,
        "mark": STATES.get(lean.state, "unclear"),
        "a": findings.upper(say(lean.state)),
        "why": findings_of_relations.leaned_on(
            lean.relation,
            lean.expected,
            lean.realised,
            lean.like_selling,
            beside=lean.beside,
        ),
        "sure": [
            [say("Counted"), since],
            [say("Shift, break, drift"), "p " + ", ".join(judged)],
            [
                say("Premises"),
                say("{kept} came true", kept=percent(lean.kept, 0))
                if lean.kept is not None
                else DASH,
            ],
        ],
        "ref": "correlation",
    }
