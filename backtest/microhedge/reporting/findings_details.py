"""Which sentence is true of a hedge that was looked into?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from microhedge.language import say
from microhedge.reporting.findings import listed, the, upper
from microhedge.reporting.findings_of_relations import p_text
from microhedge.reporting.inputs_details import Bounded, Joint, Tried
from microhedge.reporting.numbers import count, percent

REMOVED = ("semivariance", "value_at_risk", "shortfall")
"""Measures of risk with an interval."""

Risks = Sequence[tuple[str, Mapping[str, Bounded]]]


def measured(hedges: Risks) -> str:
    """Say how much of the tail each hedge removed."""
    parts = [
        say("{label} {value}", label=the(label), value=percent(value, 0))
        for label, risk in hedges
        if (value := risk["shortfall"].value) is not None
    ]
    if not parts:
        return say("The holding bore no loss that a hedge could have removed.")
    return say(
        "Removed of the expected shortfall of the worst 5% of days: {parts}.", parts=listed(parts)
    )


def beyond_chance(hedges: Risks) -> str:
    """Say by how many measures each hedge removed risk beyond chance."""
    parts = []
    for label, risk in hedges:
        bounds = [one for name in REMOVED if (one := risk[name].bounds) is not None]
        if not bounds:
            continue
        sure = sum(low > 0.0 for low, _ in bounds)
        parts.append(
            say(
                "{label} by {sure} of {measures} measures",
                label=the(label),
                sure=count(sure) if sure else say("none"),
                measures=count(len(bounds)),
            )
        )
    if not parts:
        return say("The sample is too short to bound what was removed.")
    return say("Risk was removed beyond chance: {parts}.", parts=listed(parts))


def scores_of(label: str, before: str, after: str, p: float | None) -> str:
    """Say whether the correlation of normal scores is another one after the designation."""
    told = (
        say("there is nothing to test")
        if p is None
        else say("a change (p {p})", p=p_text(p))
        if p < 0.05
        else say("no change is shown (p {p})", p=p_text(p))
    )
    return say(
        "{label}: scores correlate {before} before and {after} after; {told}.",
        label=upper(the(label)),
        before=before,
        after=after,
        told=told,
    )


def joint(moves: Sequence[Joint], p: float | None) -> str:
    """Say whether joint falls correlate otherwise than joint rises."""
    if p is None:
        return say("Too few joint moves to compare falls with rises.")
    if p >= 0.05:
        return say(
            "No difference between joint falls and joint rises is shown (p {p}).", p=p_text(p)
        )
    both = [
        (one.falls.value, one.rises.value)
        for one in moves
        if one.falls.value is not None and one.rises.value is not None
    ]
    more = sum(fall - rise for fall, rise in both)
    return (
        say("Joint falls correlate more than joint rises (p {p}).", p=p_text(p))
        if more > 0.0
        else say("Joint falls correlate less than joint rises (p {p}).", p=p_text(p))
    )


def forecasts(tests: Sequence[Tried], label: str) -> str:
    """Say whether the ratio fitted on the past was worth more than no hedge."""
    first = tests[0]
    if first.p is None:
        return say("{label}: what its ratio was worth cannot be tested.", label=upper(the(label)))
    if first.p < 0.05:
        return say(
            "{label}: its trailing ratio was worth more than no hedge (p {p}).",
            label=upper(the(label)),
            p=p_text(first.p),
        )
    return say(
        "{label}: that its trailing ratio was worth more than no hedge is not shown (p {p}).",
        label=upper(the(label)),
        p=p_text(first.p),
    )
