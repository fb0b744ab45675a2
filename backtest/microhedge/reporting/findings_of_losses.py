"""Which sentence is true of the losses: their depth, the worst sessions, the largest moves?"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting.findings import BARELY, LEVEL, barely, listed, upper
from microhedge.reporting.numbers import percent, plain, points

HALVED = (0.45, 0.55)


def deepest(alone: float, hedged: Sequence[tuple[str, float]]) -> str:
    """Say what each hedge did to the deepest loss (fractions, negative)."""
    parts = []
    for label, depth in hedged:
        share, change = depth / alone if alone else 1.0, depth - alone
        if HALVED[0] <= share <= HALVED[1]:
            parts.append(say("{label} halved it to {depth}", label=label, depth=percent(depth, 0)))
        elif barely(change, alone):
            deeper = change < 0.0 and percent(depth, 0) != percent(alone, 0)
            parts.append(
                say(
                    "{label} made it a little deeper ({depth})",
                    label=label,
                    depth=percent(depth, 0),
                )
                if deeper
                else say("{label} barely moved it ({depth})", label=label, depth=percent(depth, 0))
            )
        else:
            verb = say("cut it to") if change > 0 else say("deepened it to")
            parts.append(f"{label} {verb} {percent(depth, 0)}")
    return say(
        "The deepest loss was {alone}: {parts}.", alone=percent(alone, 0), parts=listed(parts)
    )


def worst_days(alone: Sequence[float], hedged: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Say which share of the loss of the worst sessions each hedge paid back."""
    total = -sum(alone)
    parts = []
    for label, days in hedged:
        share = (sum(days) + total) / total if total > 0 else 0.0
        if abs(share) < BARELY:
            parts.append(
                say("{label} hardly mattered ({share})", label=label, share=percent(share, 0))
            )
        elif share > 0:
            parts.append(say("{label} paid back {share}", label=label, share=percent(share, 0)))
        else:
            parts.append(say("{label} added {share}", label=label, share=percent(-share, 0)))
    return say(
        "Of the loss on the {alone} worst sessions, {parts}.",
        alone=plain(len(alone)),
        parts=listed(parts),
    )


def without_gaps(leads: Sequence[tuple[str, float | None, float | None]]) -> str:
    """Say what the largest moves did to each hedge's lead over keeping all, in points a year.

    `leads` are (label, lead on all sessions, lead without the largest moves).
    """
    parts = []
    for label, every, without in leads:
        if every is None or without is None:
            parts.append(say("{label} has no yearly return to compare", label=label))
            continue
        now, then = points(every), points(without)
        if every > 0.0 >= without:
            parts.append(
                say(
                    "{label} was ahead of keeping all only through them ({now}, not {then})",
                    label=label,
                    now=now,
                    then=then,
                )
            )
        elif abs(without - every) < LEVEL:
            parts.append(
                say(
                    "{label} stood nearly the same against keeping all ({now} and {then})",
                    label=label,
                    now=now,
                    then=then,
                )
            )
        else:
            parts.append(
                say(
                    "{label} stood at {then} points a year against keeping all, not {now}",
                    label=label,
                    then=then,
                    now=now,
                )
            )
    return say("Without the holding's largest moves, {parts}.", parts=listed(parts))


def against_keeping(ends: Sequence[tuple[str, float]]) -> str:
    """Say where each hedge ended against keeping all = 100."""
    parts = []
    for label, value in ends:
        word = say("ahead of") if value > 100 * (1 + LEVEL) else say("behind")
        if abs(value / 100 - 1) <= LEVEL:
            parts.append(say("{label} ended level with keeping all", label=label))
        else:
            parts.append(
                say(
                    "{label} ended {word} keeping all, at {value}",
                    label=label,
                    word=word,
                    value=plain(value),
                )
            )
    return upper(listed(parts)) + "."


def below_high(shares: Sequence[tuple[str, float]]) -> str:
    """Say how long each line spent more than ten percent below its high."""
    (first, alone), *others = shares
    parts = [f"{label} {percent(share, 0)}" for label, share in others]
    return say(
        "{first} spent {alone} of the sessions more than 10% below the high, {parts}.",
        first=upper(first),
        alone=percent(alone, 0),
        parts=listed(parts),
    )
