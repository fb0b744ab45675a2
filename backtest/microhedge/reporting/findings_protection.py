"""Which sentence is true of the job that a hedge did, by period, by test and by put?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.analysis.by_move import Move
from microhedge.analysis.offsets import EXPLAINED, HIGH, LOW
from microhedge.calendar import to_date
from microhedge.language import mark, say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.findings import listed, the, upper
from microhedge.reporting.inputs_protection import Floors, Tests
from microhedge.reporting.numbers import count, percent, points, spoken_points

ALIKE = 0.0005
"""Means within a twentieth of a point read alike."""
MOVES = (
    mark("fell more than 10%"),
    mark("fell 5 to 10%"),
    mark("fell up to 5%"),
    mark("rose up to 10%"),
    mark("rose more than 10%"),
)
"""What the holding did in each range of `analysis.by_move`."""


def periods(number: int, *, rolls: bool) -> str:
    """Count periods: "44 roll periods", "1 month"."""
    if rolls:
        return say_count("{n} roll period", "{n} roll periods", number)
    return say_count("{n} month", "{n} months", number)


def completed(number: int, *, rolls: bool) -> str:
    """Count periods that are over: "44 completed roll periods", "1 complete month"."""
    if rolls:
        return say_count("{n} completed roll period", "{n} completed roll periods", number)
    return say_count("{n} complete month", "{n} complete months", number)


def share_of_losses(
    label: str,
    borne: float | None,
    kept: float | None,
    bounds: tuple[tuple[float, float] | None, tuple[float, float] | None],
    span: str,
) -> str:
    """Say what was borne and kept over the completed periods, with the intervals of both."""
    start, parts = upper(the(label)), []
    if borne is not None:
        parts.append(say("bore {borne} of the losses", borne=_sure(borne, bounds[0])))
    if kept is not None:
        parts.append(say("kept {kept} of the gains", kept=_sure(kept, bounds[1])))
    if not parts:
        return say("{start} completed no period in which the holding moved.", start=start)
    return say("{start} {parts} over {span}.", start=start, parts=listed(parts), span=span)


def _sure(value: float, bounds: tuple[float, float] | None) -> str:
    if bounds is None:
        return percent(value, 0)
    low, high = (percent(bound, 0) for bound in bounds)
    return say(
        "{value} (95% interval {low} to {high})", value=percent(value, 0), low=low, high=high
    )


def above_the_line(
    hedges: Sequence[tuple[str, int, int]], falls: int, rises: int, holding: str
) -> str:
    """Count the periods in which each hedge ended above keeping all: (label, in falls, in rises).

    `falls` and `rises` are how many periods there were of each.
    """
    if not falls and not rises:
        return upper(say("{holding} moved in none of the periods.", holding=holding))
    if not rises:
        moved = say_count(
            "{holding} fell in its only period", "{holding} fell in all {n} periods",
            falls, holding=holding,
        )  # fmt: skip
    elif not falls:
        moved = say_count(
            "{holding} rose in its only period", "{holding} rose in all {n} periods",
            rises, holding=holding,
        )  # fmt: skip
    else:
        moved = say_count(
            "{holding} fell in {n} period and rose in {rises}",
            "{holding} fell in {n} periods and rose in {rises}",
            falls,
            holding=holding,
            rises=count(rises),
        )
    parts = []
    for number, (label, below, over) in enumerate(hedges):
        times = [_number(n) for n, of in ((below, falls), (over, rises)) if of]
        parts.append(
            say("{label} in {times}", label=the(label), times=listed(times))
            if number
            else say("{label} stood above keeping all in {times}", label=the(label),
                     times=listed(times))
        )  # fmt: skip
    return upper(say("{moved}: {parts} of them.", moved=moved, parts=", ".join(parts)))


def _number(number: int) -> str:
    return count(number) if number else say("none")


def where_ahead(label: str, moves: Sequence[Move], holding: str) -> str:
    """Say after which moves the first hedge was ahead of keeping all on average."""
    leads = [
        (one.hedged[0] - one.unhedged, number)
        for number, one in enumerate(moves)
        if one.unhedged is not None and one.hedged[0] is not None
    ]
    start = upper(the(label))
    if not leads:
        return say("No period was completed.")
    ahead = [(lead, n) for lead, n in leads if lead > ALIKE]
    if not ahead:
        return say(
            "{start} was ahead of keeping all on average after no size of move.", start=start
        )
    if len(ahead) == len(leads):
        return say("{start} was ahead of keeping all on average after every move.", start=start)
    parts = [
        say(
            "{move} ({lead} in {times})",
            move=say(MOVES[n]),
            lead=spoken_points(lead),
            times=count(moves[n].count),
        )
        for lead, n in ahead
    ]
    return say(
        "{start} was ahead of keeping all on average only where {holding} {moves}.",
        start=start,
        holding=holding,
        moves=_or(parts),
    )


def _or(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return say("{most} or {last}", most=", ".join(parts[:-1]), last=parts[-1])


def bars_met(found: Tests) -> int:
    """Count the customary bars that a hedge met: offset, every period, R² and slope."""
    return sum(
        (
            found.offset is not None and LOW <= found.offset <= HIGH,
            bool(found.counted) and found.inside == found.counted,
            found.r_squared is not None and found.r_squared >= EXPLAINED,
            found.slope is not None and -HIGH <= found.slope <= -LOW,
        )
    )


def customary(hedges: Sequence[tuple[str, Tests]]) -> str:
    """Say how many of the four customary bars each hedge met."""
    tested = [(label, bars_met(one)) for label, one in hedges if one.slope is not None]
    if not tested:
        return say("No hedge can be held against the customary bars on this window.")
    if len(tested) > 1 and not any(bars for _, bars in tested):
        return say("None of these hedges meets any of the four customary bars.")
    (first, bars), *others = tested
    met = [
        say("{label} meets {bars} of the four customary bars", label=the(first), bars=_number(bars))
    ]
    met += [say("{label} {bars}", label=the(label), bars=_number(n)) for label, n in others]
    return say("{met}.", met=upper(listed(met)))


def floors_held(found: Floors, label: str) -> str:
    """Say how many floors were tested, and how many of these held."""
    puts, tested = len(found.puts), found.tested
    what = say("the shares") if found.on is None else found.on
    if not tested:
        return say_count(
            "In the one completed put of {label} {what} did not fall below the floor.",
            "In none of {n} completed puts of {label} did {what} fall below the floor.",
            puts,
            label=the(label),
            what=what,
        )
    broken = sum(1 for put in tested if not put.held)
    kept = say("held every time") if not broken else _kept(len(tested) - broken)
    text = say(
        "{what} fell below the floor of {tested} of {puts} completed puts; it {kept}",
        what=upper(what),
        tested=count(len(tested)),
        puts=count(puts),
        kept=kept,
    )
    if puts == 1:
        text = say(
            "{what} fell below the floor of the one completed put; it {kept}",
            what=upper(what),
            kept=kept,
        )
    deepest = min(tested, key=lambda put: put.unhedged)
    return say(
        "{text}: at worst {unhedged} became {delivered}.",
        text=text,
        unhedged=percent(deepest.unhedged),
        delivered=percent(deepest.delivered),
    )


def _kept(number: int) -> str:
    if not number:
        return say("never held")
    return say_count("held {n} time", "held {n} times", number)


def worst_miss(found: Floors) -> str:
    """Say which put delivered least of its promise, and why."""
    if found.worst is None:
        return say("No put missed its floor.")
    return say(
        "Worst miss: {missing} points, ended {day}; {why}.",
        missing=points(-found.worst.missing),
        day=numbers.in_words(to_date(found.worst.day)),
        why=found.worst.why,
    )


def who_held(hedges: Sequence[tuple[str, Floors]]) -> str:
    """Say of several hedges whose floors held whenever they were tested."""
    missed = [label for label, found in hedges if found.worst is not None]
    if not any(found.tested for _, found in hedges):
        return say("No floor was tested.")
    if not missed:
        return say("Every floor that was tested held.")
    names = listed([the(label) for label in missed])
    return say("Not every floor held: {names} missed one or more.", names=names)
