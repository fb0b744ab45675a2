"""Which sentence is true of the course of a relation: its break, its parts, its falls?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.calendar import to_date
from microhedge.language import say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.findings import the, upper
from microhedge.reporting.findings_of_falls import SAVED
from microhedge.reporting.inputs_correlation import Change, Fall, Fluctuation, Moves, Offset
from microhedge.reporting.numbers import count, p_value, percent, ratio

ENOUGH = 60
"""Sessions from which on a fall can be told from calm sessions: those of a test's side."""

LOW, HIGH = 0.80, 1.25


def broke(found: Fluctuation, split: int) -> str:
    """Say whether the path of the test for a break left its boundary, and what is shown by it.

    `split` is the day of the designation.
    """
    sizes = {"statistic": ratio(found.statistic), "boundary": ratio(found.boundary)}
    day = numbers.in_words(to_date(int(found.days[found.row])))
    if not found.crossed:
        return say(
            "The path stayed inside its 5% boundary ({statistic} against {boundary}): no lasting "
            "change is shown, and {day} is only where it went farthest.",
            day=day,
            **sizes,
        )
    if not found.proven:
        return say(
            "The path left its 5% boundary ({statistic} against {boundary}), but not beyond what "
            "three tests allow (Holm p = {holm}): a change on {day} is not shown.",
            day=day,
            holm=p_value(found.holm),
            **sizes,
        )
    early = int(found.days[found.row]) <= split
    when = say("before the designation") if early else say("after the designation")
    if found.before is None or found.after is None:
        return say(
            "The path left its 5% boundary ({statistic} against {boundary}): a lasting change, "
            "dated {day}, {when}, too close to an end to be measured.",
            day=day,
            when=when,
            **sizes,
        )
    return say(
        "The path left its 5% boundary ({statistic} against {boundary}): a lasting change, dated "
        "{day}, {when}, from {before} to {after}.",
        day=day,
        when=when,
        before=ratio(found.before),
        after=ratio(found.after),
        **sizes,
    )


def which_part(found: Change) -> str:
    """Say by which factors the best hedge ratio changed, and which of them are beyond chance."""
    if found.total is None or found.correlation is None:
        return say(
            "The correlation changed its sign, from {before} to {after}: no ratio of the kind "
            "first fitted was right afterwards.",
            before=ratio(found.signs[0]),
            after=ratio(found.signs[1]),
        )
    start = say(
        "The best ratio came to {total} times the first, {correlation} by the correlation and "
        "{volatility} by the volatilities",
        total=ratio(found.total.value),
        correlation=times(found.correlation.value),
        volatility=times(found.volatility.value),
    )
    moved = found.correlation.moved, found.volatility.moved
    if moved == (True, True):
        against = (found.correlation.value - 1.0) * (found.volatility.value - 1.0) < 0.0
        told = say("both moved, against each other") if against else say("both moved, one way")
    elif moved == (True, False):
        told = say("what moved is the correlation")
    elif moved == (False, True):
        told = say("what moved is the ratio of volatilities, not the correlation")
    else:
        told = say("neither by more than chance")
    return say("{start}: {told}.", start=start, told=told)


def times(value: float) -> str:
    """Write a factor: "×1.20"."""
    return "×" + ratio(value)


def offset_came(found: Offset, last: float) -> str:
    """Say what the hedge offset since its first trade, and how often within the corridor."""
    if last < 0.0:
        start = say(
            "Since its first trade the hedge added {size} to what the holding did",
            size=percent(-last, 0),
        )
    elif LOW <= last <= HIGH:
        start = say(
            "Since its first trade the hedge offset {last} of what the holding did, inside the "
            "customary corridor",
            last=percent(last, 0),
        )
    else:
        start = say(
            "Since its first trade the hedge offset {last} of what the holding did, {side} the "
            "customary corridor",
            last=percent(last, 0),
            side=say("below") if last < LOW else say("above"),
        )
    return say(
        "{start}; {inside} of {counted} month-ends lay inside.",
        start=start,
        inside=count(found.inside) if found.inside else say("none"),
        counted=count(found.counted),
    )


def removed_against(
    removed: float | None,
    bounds: tuple[float, float] | None,
    promised: float,
    *,
    beside: bool = False,
) -> str:
    """Compare the variance removed out of sample with what the correlation had promised.

    Where options stood `beside` what leaned on it, both are only told.
    """
    due = percent(promised, 0)
    if removed is None:
        return say("{due} of the variance was promised; what came is not defined.", due=due)
    if removed < 0.0:
        came = say(
            "Out of sample the hedge added {size} to the variance", size=percent(-removed, 0)
        )
    else:
        came = say(
            "Out of sample the hedge removed {size} of the variance", size=percent(removed, 0)
        )
    if bounds is None:
        return say("{came}; {due} was promised.", came=came, due=due)
    low, high = bounds
    sure = say("95% interval {interval}", interval=numbers.interval(bounds, 0))
    if beside:
        return say(
            "{came} ({sure}), its options included; the correlation alone had promised {due}.",
            came=came,
            sure=sure,
            due=due,
        )
    if low > promised:
        told = say("more than the {due} promised", due=due)
    elif high < promised:
        told = say("less than the {due} promised", due=due)
    else:
        told = say("as far as can be told as much as the {due} promised", due=due)
    return say("{came} ({sure}), {told}.", came=came, sure=sure, told=told)


def against_calm(fall: Fall) -> str:
    """Say in a cell whether a correlation was another one than in calm sessions."""
    if fall.correlation is None or fall.calm is None or fall.bounds is None:
        return numbers.DASH
    if fall.n < ENOUGH:
        return say("undecided")
    side = _side(fall)
    return say("weaker") if side < 0 else say("stronger") if side > 0 else say("not told apart")


def _side(fall: Fall) -> int:
    """Return −1 for a correlation that is weaker than in calm sessions beyond chance, 1, or 0."""
    if fall.bounds is None or fall.calm is None or fall.n < ENOUGH:
        return 0
    sign = -1 if fall.calm < 0.0 else 1
    return sign * (int(fall.bounds[0] > fall.calm) - int(fall.bounds[1] < fall.calm))


def in_falls(falls: Sequence[Fall], label: str) -> str:
    """Say in how many falls the correlation was weaker than in calm sessions, and who saved."""
    told = [
        one for one in falls if one.n >= ENOUGH and one.bounds is not None and one.calm is not None
    ]
    weaker = sum(_side(one) < 0 for one in told)
    if not told and any(one.n >= ENOUGH and one.bounds is not None for one in falls):
        start = say("No calm sessions are left to compare the correlation in the falls with")
    elif not told:
        start = say(
            "No fall has the {enough} sessions that its correlation would need", enough=ENOUGH
        )
    elif weaker:
        start = say_count(
            "In {weaker} of {n} fall long enough to tell the correlation was weaker than in calm "
            "sessions",
            "In {weaker} of {n} falls long enough to tell the correlation was weaker than in calm "
            "sessions",
            len(told),
            weaker=count(weaker),
        )
    else:
        start = say_count(
            "In the {n} fall long enough to tell the correlation was not weaker than in calm "
            "sessions",
            "In none of {n} falls long enough to tell was the correlation weaker than in calm "
            "sessions",
            len(told),
        )
    saved = [one.saved for one in falls if one.saved is not None and one.fall < 0.0]
    if not saved:
        return say("{start}.", start=start)
    ahead = sum(one >= SAVED for one in saved)
    return say(
        "{start}; {label} saved a point or more in {ahead} of {falls} in which the holding fell.",
        start=start,
        label=the(label),
        ahead=count(ahead) if ahead else say("none"),
        falls=say("the {n}", n=count(len(saved))) if len(saved) > 1 else say("the one"),
    )


def on_large_moves(found: Moves, label: str) -> str:
    """Say how much of the largest moves a hedge took away, beside what it took of the others."""
    low, high = found.bounds
    if high < found.others:
        told = say("it missed more of them")
    elif low > found.others:
        told = say("it took more of them")
    else:
        told = say("the difference is within chance")
    return say(
        "{label} offset {offset} (95% interval {interval}) of the holding's {n} largest moves of "
        "one session, up or down, and {others} of all other moves: {told}.",
        label=upper(the(label)),
        offset=percent(found.offset, 0),
        interval=numbers.interval(found.bounds, 0),
        n=count(found.n),
        others=percent(found.others, 0),
        told=told,
    )
