"""Which sentence is true of the exposure that a hedge left, by the model?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting.findings import listed, the, upper
from microhedge.reporting.inputs_exposure import Range, Slopes
from microhedge.reporting.numbers import percent, ratio

LITTLE = 0.10
"""Less than a tenth of small moves offset is little protection against them."""
STEADY = 0.05
"""Parts that stay within five points hardly moved."""
NOTHING = 0.005
"""Less than half a percent reads as nothing."""


def offset(label: str, delta: Range, holding: str, on: str | None) -> str:
    """Say which part of small moves a hedge offset by its delta, on average and at the extremes.

    `delta` is the net delta, a part of the holding; `on` names what the options are on, if that is
    not the holding.
    """
    what = holding if on is None else on
    mean, least, most = 1.0 - delta.mean, 1.0 - delta.most, 1.0 - delta.least
    if most - least < STEADY:
        if abs(mean) < NOTHING:
            return say(
                "By the model {label} offset nothing of small moves of {what}.",
                label=the(label),
                what=what,
            )
        if mean > 0.0:
            return say(
                "By the model {label} offset about {mean} of small moves of {what} throughout.",
                label=the(label),
                mean=percent(mean, 0),
                what=what,
            )
        return say(
            "By the model {label} added about {mean} to small moves of {what} throughout.",
            label=the(label),
            mean=percent(-mean, 0),
            what=what,
        )
    if mean <= -NOTHING:
        return say(
            "By the model {label} added {mean} to small moves of {what} on average, and between "
            "{low} and {high}.",
            label=the(label),
            mean=percent(-mean, 0),
            what=what,
            low=percent(-most, 0),
            high=percent(-least, 0),
        )
    return say(
        "By the model {label} offset {mean} of small moves of {what} on average, from {least} to "
        "{most}.",
        label=the(label),
        mean=percent(mean, 0),
        what=what,
        least=percent(least, 0),
        most=percent(most, 0),
    )


def counted(label: str, one: Slopes) -> str:
    """Return the name of what a delta counts: the hedge, or its options where it holds more."""
    return say("Options of {label}", label=the(label)) if one.what else label


def little_offset(hedges: Sequence[tuple[str, Slopes]]) -> str:
    """Say at how many closes each hedge offset less than a tenth of small moves."""
    bar, names = percent(LITTLE, 0), listed([the(label) for label, _ in hedges])
    thin = [(label, one.little) for label, one in hedges if one.little > 0.0]
    if not thin:
        return upper(
            say("{names} offset {bar} of small moves or more at every close.", names=names, bar=bar)
        )
    if all(one.little == 1.0 for _, one in hedges):
        return upper(
            say(
                "{names} offset less than {bar} of small moves at every close.",
                names=names,
                bar=bar,
            )
        )
    parts = [
        say("at {part} of closes by {label}", label=the(label), part=_part(part))
        for label, part in thin
    ]
    return say("Less than {bar} of small moves was offset {parts}.", parts=listed(parts), bar=bar)


def _part(part: float) -> str:
    if part < NOTHING:
        return say("under 1%")
    if 1.0 - NOTHING < part < 1.0:
        return say("over 99%")
    return percent(part, 0)


def held(label: str, one: Range) -> str:
    """Say what a hedge without options stood for, as a part of the money held."""
    if one.most - one.least < STEADY:
        return say(
            "{start} stood for about {mean} of the money held throughout.",
            start=upper(the(label)),
            mean=ratio(one.mean),
        )
    return say(
        "{start} stood for {mean} of the money held on average, from {least} to {most}.",
        start=upper(the(label)),
        mean=ratio(one.mean),
        least=ratio(one.least),
        most=ratio(one.most),
    )


def ended(hedges: Sequence[tuple[str, Range]]) -> str:
    """Say what hedges without options stood for at the last close."""
    known = [(label, one.end) for label, one in hedges if one.end is not None]
    if not known:
        return say("At the last close nothing was held.")
    first, *others = (
        say("{label} for {end}", label=the(label), end=ratio(end))
        if number
        else say("{label} stood for {end}", label=the(label), end=ratio(end))
        for number, (label, end) in enumerate(known)
    )
    return say("At the last close {parts} of the money held.", parts=listed([first, *others]))
