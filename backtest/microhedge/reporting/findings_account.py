"""Which sentence is true of the account around the holding?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting import findings
from microhedge.reporting.numbers import percent, plain

FELT = 0.0005
"""A cut below a twentieth of a point is none."""
ALIKE = 0.01
"""Two parts of a variance within one point are alike."""


def cut_here(label: str, weight: float, cut: float, least: float | None) -> str:
    """Say what a hedge does to the tail loss at this weight, and from which weight it matters.

    It matters from where it takes a tenth of the account's variance; `least` is None where it
    takes that at no weight.
    """
    where, start = percent(weight, 0), findings.the(label)
    size = plain(abs(100.0 * cut), 1 if abs(cut) >= 0.01 else 2)
    if abs(cut) < FELT:
        text = say(
            "At {where} {start} left the portfolio's tail loss as it was",
            where=where,
            start=start,
        )
    elif cut > 0.0:
        text = say(
            "At {where} {start} cut the portfolio's tail loss by {size} points",
            where=where,
            start=start,
            size=size,
        )
    else:
        text = say(
            "At {where} {start} added {size} points to the portfolio's tail loss",
            where=where,
            start=start,
            size=size,
        )
    if least is None:
        return say("{text}; at no weight does it take a tenth of the variance.", text=text)
    return say(
        "{text}; from a weight of {least} on it takes a tenth of the variance.",
        text=text,
        least=percent(least, 0),
    )


def smallest_tail(tails: Sequence[tuple[str, float]], keeping: float | None) -> str:
    """Say what left this portfolio the smallest tail loss; `tails` are without keeping all.

    Those that read alike in the table are alike.
    """
    if keeping is None or not tails:
        return say("The tail loss of this portfolio cannot be compared on this window.")
    best = max(value for _, value in tails)
    kept = percent(keeping)
    if best <= keeping or percent(best) == kept:
        return say(
            "Nothing here left this portfolio a smaller tail loss than keeping all ({kept}).",
            kept=kept,
        )
    first = [label for label, value in tails if percent(value) == percent(best)]
    return say(
        "{first} left this portfolio the smallest tail loss, {best} against {kept} of keeping all.",
        first=findings.upper(findings.listed(first)),
        best=percent(best),
        kept=kept,
    )


def variance_taken(
    holding: str, weight: float, share: float, label: str, removed: float, by_index: float
) -> str:
    """Compare the holding's part of the risk with what the hedge and a short of the index took."""
    carried = say(
        "{holding} is {weight} of the portfolio and {share} of its variance",
        holding=holding,
        weight=percent(weight, 0),
        share=percent(share, 0),
    )
    taken, short, start = percent(removed, 0), percent(by_index, 0), findings.the(label)
    if removed < -ALIKE:
        return say(
            "{carried}; {start} added {added}.",
            carried=carried,
            start=start,
            added=percent(-removed, 0),
        )
    if abs(removed - by_index) <= ALIKE:
        return say(
            "{carried}; {start} took {taken}, about what a short of the index takes ({short}).",
            carried=carried,
            start=start,
            taken=taken,
            short=short,
        )
    if removed > by_index:
        return say(
            "{carried}; {start} took {taken}, more than a short of the index takes ({short}).",
            carried=carried,
            start=start,
            taken=taken,
            short=short,
        )
    return say(
        "{carried}; {start} took {taken}, less than a short of the index takes ({short}).",
        carried=carried,
        start=start,
        taken=taken,
        short=short,
    )


def without_market(parts: Sequence[tuple[str, float]]) -> str:
    """Say what each hedge took of the account's variance besides its market part."""
    said = [say("{label} {taken}", label=label, taken=percent(taken, 1)) for label, taken in parts]
    return say(
        "Part of what a hedge takes is the market, which a short of the index takes too. "
        "Without it: {parts}.",
        parts="; ".join(said),
    )
