"""Which sentence is true of the calendar years, and of the falls that a hedge went through?"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say
from microhedge.reporting.findings import the, upper
from microhedge.reporting.numbers import count, percent, spoken_points

SAVED = 0.01
"""What a hedge saved of a fall is worth the name from one point on."""


def by_year(label: str, years: Sequence[tuple[int, float, float]]) -> str:
    """Say in how many years a hedge ended ahead; each is a year, the holding's and its return."""
    leads = [(hedged - alone, year) for year, alone, hedged in years]
    start = upper(the(label))
    if len(leads) == 1:
        return say(
            "In {year} {label} stood {lead} against keeping all.",
            label=the(label),
            lead=spoken_points(leads[0][0]),
            year=leads[0][1],
        )
    ahead = sum(1 for lead, _ in leads if lead > 0.0)
    best, worst = max(leads), min(leads)
    return say(
        "{start} ended {ahead} of {years} calendar years ahead of keeping all; at best {best} "
        "({when}), at worst {worst} ({then}).",
        start=start,
        ahead=count(ahead) if ahead else say("none"),
        years=count(len(leads)),
        best=spoken_points(best[0]),
        when=best[1],
        worst=spoken_points(worst[0]),
        then=worst[1],
    )


def in_falls(label: str, falls: Sequence[tuple[float, float]]) -> str:
    """Say in how many falls a hedge saved a point; each is the holding's loss and the hedged."""
    if not falls:
        return say("The holding fell in none of the windows below.")
    start = upper(the(label))
    saved = sum(1 for alone, hedged in falls if hedged - alone >= SAVED)
    alone, hedged = min(falls)
    deepest = say(
        "in the deepest, {alone}, it came to {hedged}", alone=percent(alone), hedged=percent(hedged)
    )
    if len(falls) == 1:
        return say(
            "{start} came to {hedged} where the holding alone came to {alone}.",
            start=start,
            hedged=percent(hedged),
            alone=percent(alone),
        )
    if saved == 0:
        return say(
            "{start} saved a point in none of {falls} falls; {deepest}.",
            start=start,
            falls=count(len(falls)),
            deepest=deepest,
        )
    return say(
        "{start} saved a point or more in {saved} of {falls} falls; {deepest}.",
        start=start,
        saved=count(saved),
        falls=count(len(falls)),
        deepest=deepest,
    )
