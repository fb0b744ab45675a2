"""Which sentence is true of what a hedge cost, of selling instead, and of what both depend on?

Each adjective has a threshold written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from microhedge.frontier import Beside
from microhedge.language import mark, say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.findings import listed, the, upper
from microhedge.reporting.inputs_cost import Reruns
from microhedge.reporting.numbers import a_year, percent, points, portion

LEVEL = 0.0005
"""Returns a year within a twentieth of a point read alike."""

CAUSES: Mapping[str, str] = {
    "premiums": mark("Premiums paid"),
    "payoffs": mark("Sold, settled or open"),
    "written": mark("Premiums received"),
    "written_back": mark("Bought back or settled"),
    "shorts": mark("Price of the shorts"),
    "futures": mark("Settlement of futures"),
    "bonds": mark("Price of the bonds"),
    "dividends": mark("Dividends owed"),
    "coupons": mark("Coupons"),
    "interest": mark("Interest"),
    "borrow": mark("Borrow fees"),
    "spreads": mark("Half-spreads"),
    "fees": mark("Commissions and fees"),
    "rest": mark("Cash from adjustments"),
}
"""The causes of `by_cause`, as a row of the report names them."""
SPOKEN: Mapping[str, str] = {
    "premiums": mark("the premiums"),
    "payoffs": mark("what the options brought back"),
    "written": mark("the premiums received"),
    "written_back": mark("what the written options took"),
    "shorts": mark("the price of the shorts"),
    "futures": mark("the settlement of futures"),
    "bonds": mark("the price of the bonds"),
    "dividends": mark("the dividends owed"),
    "coupons": mark("the coupons"),
    "interest": mark("the interest"),
    "borrow": mark("the borrow fees"),
    "spreads": mark("the half-spreads"),
    "fees": mark("commissions and fees"),
    "rest": mark("the cash from adjustments"),
}
"""The same as a sentence names them."""


def net(label: str, cost: float | None, gross: float | None) -> str:
    """Say what a hedge cost or earned a year, and what was paid gross where that is given."""
    start = upper(the(label))
    if cost is None:
        return say("What {label} cost cannot be told on this window.", label=the(label))
    paid = "" if gross is None else say("; {gross} was paid gross", gross=a_year(gross))
    if points(cost) == points(0.0):
        return say("{start} cost nothing, net{paid}.", start=start, paid=paid)
    return say(
        "{start} {word} {cost} of the holding a year, net{paid}.",
        start=start,
        word=say("cost") if cost > 0.0 else say("earned"),
        cost=a_year(abs(cost)),
        paid=paid,
    )


def sold_beforehand(
    part: float | None,
    lead: float | None,
    bounds: tuple[float, float] | None,
    tails: tuple[float | None, float | None],
) -> str:
    """Say what the sale fixed beforehand returned beside the hedge, and what it left of the tail.

    `lead` is the sale's annual return less the hedge's, over completed periods; `tails` are the
    tail losses of sale and hedge.
    """
    if part is None or lead is None:
        return ""
    start = (
        say("Keeping all, as nothing was to be sold beforehand,")
        if part == 0.0
        else say("Selling {part} once, fixed beforehand,", part=portion(part))
    )
    sure = (
        say(" (too few periods for an interval)")
        if bounds is None
        else say(" (95% interval {low} to {high})", low=points(bounds[0]), high=points(bounds[1]))
    )
    returned = (
        say("{start} returned the same{sure}", start=start, sure=sure)
        if abs(lead) < LEVEL
        else say(
            "{start} returned {lead} points a year {word}{sure}",
            start=start,
            lead=numbers.plain(100.0 * abs(lead), 1),
            word=say("more") if lead > 0.0 else say("less"),
            sure=sure,
        )
    )
    if None in tails:
        return returned + "."
    return say(
        "{returned}, with a tail loss of {sale} against {hedge}.",
        returned=returned,
        sale=percent(tails[0]),
        hedge=percent(tails[1]),
    )


def beside_selling(
    label: str,
    found: Beside,
    hedge: tuple[float | None, float | None],
    alone: tuple[float | None, float | None],
) -> str:
    """Say where a hedge lies beside the line of selling once; pairs are (return, tail loss)."""
    start = upper(the(label))
    (ours, tail), (theirs, without) = hedge, alone
    if ours is None or tail is None or theirs is None or without is None:
        return say("{start} cannot be placed beside selling on this window.", start=start)
    if without >= 0.0:
        return say(
            "The holding lost nothing in its worst months ({without}), so that there is no tail "
            "loss to place {label} by. Choose a longer window.",
            without=percent(without, signed=True),
            label=the(label),
        )
    if found.same_tail is None or found.ahead is None:
        why = (
            say("did not cut the tail loss")
            if tail <= without
            else say("had less of a tail loss than cash")
        )
        return say(
            "{start} {why} ({tail}, {without} unhedged), so that no sale is its match; it returned "
            "{apart} keeping all.",
            start=start,
            why=why,
            tail=percent(tail),
            without=percent(without),
            apart=_than(ours - theirs),
        )
    part = percent(found.same_tail.part, 0)
    if abs(found.ahead) < LEVEL:
        return say(
            "{start} lies on the line of selling once: the sale with its tail loss, of {part}, "
            "returned the same.",
            start=start,
            part=part,
        )
    gap = numbers.plain(100.0 * abs(found.ahead), 1)
    where = say("above") if found.ahead > 0.0 else say("below")
    lead = found.lead
    if lead.low is None or lead.high is None:
        return say(
            "{start} lies {gap} points a year {where} the sale with its tail loss ({part} sold); "
            "too few periods to say how sure that is.",
            start=start,
            gap=gap,
            where=where,
            part=part,
        )
    ends = {"low": points(lead.low), "high": points(lead.high)}
    if _beyond_luck(found):
        return say(
            "{start} lies {gap} points a year {where} the sale with its tail loss ({part} sold), "
            "beyond luck: 95% interval {low} to {high}.",
            start=start,
            gap=gap,
            where=where,
            part=part,
            **ends,
        )
    return say(
        "{start} lies {gap} points a year {where} the sale with its tail loss ({part} sold), but "
        "which was cheaper is undecided: 95% interval {low} to {high}.",
        start=start,
        gap=gap,
        where=where,
        part=part,
        **ends,
    )


def _beyond_luck(found: Beside) -> bool:
    """Tell whether the interval lies on the side of the gap, all of it."""
    return found.lead.side() == (1 if (found.ahead or 0.0) > 0.0 else -1)


def _than(apart: float) -> str:
    """Compare annual returns: "1.2 points a year less than"."""
    if abs(apart) < LEVEL:
        return say("as much as")
    return say(
        "{apart} points a year {word} than",
        apart=numbers.plain(100.0 * abs(apart), 1),
        word=say("more") if apart > 0.0 else say("less"),
    )


def how_many_above(hedges: Sequence[tuple[str, Beside]]) -> str:
    """Count the hedges that lie above the sale with their tail loss, and those beyond luck."""
    placed = [(label, one) for label, one in hedges if one.ahead is not None]
    if not placed:
        return say("None of these hedges cut the tail loss, so that no sale is their match.")
    above = [(label, one) for label, one in placed if (one.ahead or 0.0) > 0.0]
    sure = [label for label, one in placed if _beyond_luck(one)]
    if len(placed) == 1 < len(hedges):
        return say(
            "Only {label} cut the tail loss; it lies {where} the sale with the same, {sure} luck.",
            label=the(placed[0][0]),
            where=say("above") if above else say("below"),
            sure=say("beyond") if sure else say("within"),
        )
    told = say_count(
        "Above the sale with the same tail loss: {above} of {n} hedge that cut it",
        "Above the sale with the same tail loss: {above} of {n} hedges that cut it",
        len(placed),
        above=numbers.count(len(above)) if above else say("none"),
    )
    if not sure:
        return say("{told}; no gap is beyond luck.", told=told)
    return say(
        "{told}; beyond luck is the gap of {sure}.",
        told=told,
        sure=listed([the(label) for label in sure]),
    )


def causes(label: str, parts: Mapping[str, float], cost: float | None) -> str:
    """Say what came back of the premiums, or which cause weighed most, and what that left."""
    start = the(label)
    if cost is None:
        return say("What {label} cost cannot be told on this window.", label=start)
    if not parts:
        return say("Nothing that {label} did cost or earned anything.", label=start)
    paid, back = -parts.get("premiums", 0.0), parts.get("payoffs", 0.0)
    if paid > 0.0 and "written" not in parts:
        told = say(
            "In money the options of {label} brought back {share} of their premiums, before costs",
            label=start,
            share=percent(back / paid, 0),
        )
    else:
        cause, value = max(parts.items(), key=lambda part: abs(part[1]))
        told = say(
            "{cause} moved the result of {label} most, by {value} points a year",
            cause=upper(say(SPOKEN[cause])),
            label=start,
            value=points(value),
        )
    if points(cost) == points(0.0):
        return say("{told}; net it cost nothing.", told=told)
    return say(
        "{told}; net it {word} {cost} a year.",
        told=told,
        word=say("cost") if cost > 0.0 else say("earned"),
        cost=a_year(abs(cost)),
    )


def cheapest(costs: Sequence[tuple[str, float]]) -> str:
    """Say which hedge cost least and which most a year."""
    if not costs:
        return say("No cost can be told on this window.")
    (low, least), (high, most) = (pick(costs, key=lambda one: one[1]) for pick in (min, max))
    if points(least) == points(most):
        return say("Every hedge cost {cost} a year.", cost=a_year(least))
    return say(
        "{low} cost least, {least} a year, and {high} most, {most}.",
        low=upper(the(low)),
        least=a_year(least),
        high=the(high),
        most=a_year(most),
    )


def depends(label: str, found: Reruns) -> str:
    """Say what moves the cost more, the roll date or the volatility, and whether selling led."""
    by_date, by_vol = (max(each) - min(each) for each in (found.costs, found.cost_by_vol))
    earned = max(*found.costs, *found.cost_by_vol) < 0.0
    dates = say(
        "{span} over {dates}",
        span=_span(found.costs, turned=earned),
        dates=say_count("{n} roll date", "{n} roll dates", len(found.costs)),
    )
    vols = say("{span} over volatilities of ±20%", span=_span(found.cost_by_vol, turned=earned))
    first, second = (dates, vols) if by_date > by_vol else (vols, dates)
    told = say(
        "{start} {word} {first} and {second} a year",
        start=upper(the(label)),
        word=say("earned") if earned else say("cost"),
        first=first,
        second=second,
    )
    # the run as it was is among the roll dates already: of the volatilities it is not counted again
    leads = [*found.leads, *(found.lead_by_vol or ())[::2]]
    if not leads:
        return told + "."
    ahead = sum(lead > 0.0 for lead in leads)
    if ahead == len(leads):
        return say("{told}; selling once returned more in every one of them.", told=told)
    if not ahead:
        return say("{told}; selling once returned more in none of them.", told=told)
    return say(
        "{told}; selling once returned more in {ahead} of {leads}.",
        told=told,
        ahead=numbers.count(ahead),
        leads=numbers.count(len(leads)),
    )


def _span(values: Sequence[float], *, turned: bool) -> str:
    low, high = min(values), max(values)
    if turned:
        low, high = -high, -low
    return say("{least} to {most}", least=a_year(low), most=a_year(high))
