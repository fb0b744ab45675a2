"""Which sentence is true of the relation that a hedge leaned on?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting import findings, numbers
from microhedge.reporting.numbers import percent, ratio


def band_kept(inside: float, low: float, high: float, band: tuple[float, float]) -> str:
    """Say how often the rolling correlation stayed where a constant one would.

    A band that spans half of all correlations, or more, is kept by nearly anything.
    Sampling alone leaves one window in twenty outside; twice that is within its own error.
    """
    ran = say("it ran from {low} to {high}", low=ratio(low), high=ratio(high))
    share = percent(1.0 - inside, 0)
    if band[1] - band[0] >= 1.0:
        return say(
            "The band, from {least} to {most}, is too wide to say much: "
            "the rolling correlation ran from {low} to {high}.",
            least=ratio(band[0]),
            most=ratio(band[1]),
            low=ratio(low),
            high=ratio(high),
        )
    if inside >= 0.90:
        return say(
            "The rolling correlation kept to its band, {share} of the time outside; {ran}.",
            share=share,
            ran=ran,
        )
    if inside > 0.5:
        return say(
            "The rolling correlation left its band {share} of the time; {ran}.",
            share=share,
            ran=ran,
        )
    return say(
        "The rolling correlation was outside its band most of the time ({share}); {ran}.",
        share=share,
        ran=ran,
    )


def ratios_moved(ranges: Sequence[tuple[str, float, float]]) -> str:
    """Say how far the hedge ratio on each factor moved; `ranges` are (factor, least, most)."""
    parts = []
    for factor, low, high in ranges:
        if high - low < 0.2 * max(abs(high), abs(low), 1e-12):
            parts.append(
                say(
                    "{factor} hardly moved ({low} to {high})",
                    factor=factor,
                    low=ratio(low),
                    high=ratio(high),
                )
            )
        else:
            parts.append(
                say(
                    "{factor} moved between {low} and {high}",
                    factor=factor,
                    low=ratio(low),
                    high=ratio(high),
                )
            )
    return say("The ratio on {parts}.", parts=findings.listed(parts))


def leaned_on(
    relation: str,
    promised: float,
    came: float,
    like_selling: float | None,
    *,
    beside: bool = False,
) -> str:
    """Say in a card what relation was leaned on, what was promised and what came.

    `beside` tells that options did their part of what was removed.
    """
    text = say(
        "{relation}: {promised} promised, {came} came.",
        relation=relation,
        promised=ratio(promised),
        came=ratio(came),
    )
    if like_selling is not None:
        size = percent(like_selling, 0)
        text += (
            say(" With its options the hedge removed variance like selling {size}.", size=size)
            if beside
            else say(" The variance it removed is like selling {size}.", size=size)
        )
    return text


def p_text(value: float | None) -> str:
    """Write a p-value inside a sentence: "= 0.290" or "<0.001"."""
    if value is None:
        return numbers.DASH
    return numbers.p_value(value) if value < 0.001 else f"= {numbers.p_value(value)}"


def promised_sale(promised: float, like_selling: float | None, *, beside: bool = False) -> str:
    """Compare the sale that the correlation promised to equal with the one it came to.

    `promised` is the correlation of returns; `beside` tells that options came on top of it.
    """
    due = percent(1.0 - (1.0 - promised**2) ** 0.5, 0)
    if like_selling is None:
        return say(
            "The relation promised as much as selling {due}; what came equals no sale.", due=due
        )
    came = percent(like_selling, 0)
    if beside:
        return say(
            "The relation promised as much as selling {due} of the holding; {came} came, options "
            "included.",
            due=due,
            came=came,
        )
    if due == came:
        return say(
            "The relation promised as much as selling {due} of the holding, and that came.", due=due
        )
    return say(
        "The relation promised as much as selling {due} of the holding; {came} came.",
        due=due,
        came=came,
    )


def no_correlation(names: Sequence[str], reason: str) -> str:
    """Say which hedges lean on no correlation, and why."""
    verb = say("leans") if len(names) == 1 else say("lean")
    return say(
        "{names} {verb} on no correlation: {reason}",
        names=findings.upper(findings.listed(names)),
        verb=verb,
        reason=reason,
    )
