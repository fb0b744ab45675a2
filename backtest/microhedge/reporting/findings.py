"""Which sentence is true of these numbers?

Every function turns numbers into one sentence, and each adjective has a threshold written here.
Nothing on a page that states a result is typed by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import language, say
from microhedge.reporting import numbers
from microhedge.reporting.inputs import Answer
from microhedge.reporting.numbers import a_year, count, percent, plain, points, portion

LEVEL = 0.01
"""Two final values within 1 % of one another are level."""
BARELY = 0.05
"""A change of less than five points is no change worth the name …"""
SLIGHT = 0.15
"""… unless it is a larger part than this of a loss that was small itself."""
MINE = "my "
"""A strategy that is called so takes no article: "my hedge" cut losses, not "the my hedge"."""
FEW = 8
"""Fewer rolls or spans than this carry no inference."""


def the(label: str) -> str:
    """Return a hedge's label as the middle of a sentence needs it: "the protective put"."""
    if label.casefold().startswith(MINE):
        return lower(label)
    return say("the {label}", label=lower(label))


def lower(label: str) -> str:
    """Return a label as the middle of a sentence needs it: "keeping all", "selling 29% once".

    A first word that is an abbreviation keeps its capitals.
    """
    for order, noun in ((say("Keep "), say("keeping ")), (say("Sell "), say("selling "))):
        if label.startswith(order):
            return noun + label.removeprefix(order)
    if language().capitals or not label[1:2].islower():
        return label
    return label[:1].lower() + label[1:]


def upper(sentence: str) -> str:
    """Return a sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def listed(parts: Sequence[str]) -> str:
    """Join parts as prose does: "a, b and c"."""
    if len(parts) == 1:
        return parts[0]
    return say("{most} and {last}", most=", ".join(parts[:-1]), last=parts[-1])


def headline(label: str, worked: Answer | None, selling: Answer | None) -> str:
    """Say in one line what can be said: did the hedge work, and was selling better?"""
    if worked in (None, "unclear", "not_applicable"):
        return {
            "yes": say(
                "Selling was better; whether {label} cut losses is not clear", label=the(label)
            ),
            "likely": say(
                "Selling was probably better; whether {label} cut losses is not clear",
                label=the(label),
            ),
            "no": say(
                "Selling was not better; whether {label} cut losses is not clear", label=the(label)
            ),
        }.get(str(selling), say("Not enough to be sure"))
    did = {
        "yes": say("did its job"),
        "likely": say("probably did its job"),
        "partly": say("cut gains as much as losses"),
        "no": say("did not do its job"),
    }[str(worked)]
    joint = say("and") if worked in ("no", "partly") else say("but")
    than = {
        "yes": say(", {joint} selling was better", joint=joint),
        "likely": say(", {joint} selling was probably better", joint=joint),
        "partly": say(", {joint} selling was better in part", joint=joint),
        "no": say(", and selling was not better")
        if worked != "no"
        else say(", but selling was no better"),
    }.get(str(selling), say("; whether selling was better is not clear"))
    return f"{upper(the(label))} {did}{than}"


def shares_kept(label: str, borne: float | None, kept: float | None) -> str:
    """Compare what a hedge left of the losses with what it left of the gains."""
    if borne is None or kept is None:
        return say(
            "What {label} left of losses and gains cannot be measured on this window.",
            label=the(label),
        )
    losses, gains, start = percent(borne, 0), percent(kept, 0), upper(the(label))
    if kept - borne >= BARELY:
        return say(
            "{start} kept more of the gains ({gains}) than it took of the losses ({losses}).",
            start=start,
            gains=gains,
            losses=losses,
        )
    if borne - kept >= BARELY:
        return say(
            "{start} kept less of the gains ({gains}) than it took of the losses ({losses}).",
            start=start,
            gains=gains,
            losses=losses,
        )
    return say(
        "{start} took about as much of the losses ({losses}) as it kept of the gains ({gains}).",
        start=start,
        losses=losses,
        gains=gains,
    )


def losses_answer(borne: float | None) -> str:
    """Answer "How much of the fall did you still take?"."""
    if borne is None:
        return numbers.DASH
    if borne < 0.0:
        return say("None of it")
    if borne >= 1.005:
        return say("More: {borne}", borne=percent(borne, 0))
    return say("{borne} of it", borne=percent(borne, 0))


def losses_reason(
    alone: float | None, hedged: float | None, worst: tuple[float | None, float | None]
) -> str:
    """Say how the deepest loss and the worst quarter compare with keeping all."""
    return say(
        "Deepest loss {hedged}, {alone} unhedged. Worst quarter {worst1}, {worst0} unhedged.",
        hedged=percent(hedged),
        alone=percent(alone),
        worst1=percent(worst[1]),
        worst0=percent(worst[0]),
    )


def cost_answer(cost: float | None) -> str:
    """Answer "What did it cost?" in percent of the holding a year."""
    if cost is None:
        return numbers.DASH
    if cost < 0.0 and a_year(cost) != a_year(0.0):
        return say("Earned {cost} a year", cost=a_year(-cost))
    return say("{cost} a year", cost=a_year(cost))


def cost_reason(gross: float | None, need: str, need_share: float | None) -> str:
    """Say what was paid before anything came back, and how much cash it took at most."""
    share = percent(need_share, 0)
    return say(
        "Gross {gross} a year. Largest cash need {need}, {share} of the holding.",
        gross=a_year(gross),
        need=need,
        share=share,
    )


def break_even(factor: float | None) -> str:
    """Say at which multiple of the model's volatility selling once returns as much."""
    return (
        say("no vol ×0.5 to ×2")
        if factor is None
        else say("vol ×{factor}", factor=numbers.ratio(factor))
    )


def selling_answer(difference: float | None) -> str:
    """Answer "What would selling have done?": its annual return less the hedge's."""
    if difference is None:
        return numbers.DASH
    if points(difference) == points(0.0):
        return say("The same return")
    return say("{difference} points", difference=points(difference))


def finish(ends: Sequence[tuple[str, float]]) -> str:
    """Say which line finished highest and which lowest; `ends` are (label, value of 100)."""
    low, high = min(ends, key=lambda end: end[1]), max(ends, key=lambda end: end[1])
    if low[1] > 0 and high[1] / low[1] - 1.0 < LEVEL:
        return say("All lines finished level, near {high1}.", high1=plain(high[1]))
    best, least = plain(high[1]), plain(low[1])
    return say(
        "Of the lines drawn, {high0} finished highest, at {best}; {low0} lowest, at {least}.",
        high0=high[0],
        best=best,
        low0=low[0],
        least=least,
    )


def barely(change: float, loss: float) -> bool:
    """Tell whether a change of a loss is none worth the name."""
    return abs(change) < BARELY and abs(change) <= SLIGHT * abs(loss)


def assumed(kinds: Sequence[str]) -> str:
    """Say how much of the report rests on models and assumptions."""
    soft = sum(1 for kind in kinds if kind in ("model", "assumption"))
    return say(
        "{soft} of {kinds} inputs are models or assumptions.",
        soft=count(soft),
        kinds=count(len(kinds)),
    )


def quarter_and_cost(
    label: str, alone: float | None, hedged: float | None, cost: float | None
) -> str:
    """Say what the hedge did to the worst quarter, and at which cost a year."""
    if alone is None or hedged is None:
        return say(
            "What {label} did to the worst quarter cannot be measured on this window.",
            label=the(label),
        )
    pair = say("from {alone} to {hedged}", alone=percent(alone, 0), hedged=percent(hedged, 0))
    if alone >= 0.0:
        start = say(
            "The holding fell in no quarter; {label} made the least of them {pair}",
            label=the(label),
            pair=pair,
        )
    elif barely(hedged - alone, alone):
        start = say(
            "{label} barely moved the worst quarter ({pair})", label=upper(the(label)), pair=pair
        )
    else:
        verb = say("cut") if hedged > alone else say("deepened")
        start = say(
            "{label} {verb} the worst quarter {pair}", label=upper(the(label)), verb=verb, pair=pair
        )
    if cost is None:
        return start + "."
    if points(cost) == points(0.0):
        return start + say(" and cost nothing, net.")
    return say(
        "{start} and {word} {cost} a year.",
        start=start,
        word=say("cost") if cost > 0 else say("earned"),
        cost=a_year(abs(cost)),
    )


def sold_instead(
    sold: float | None, sale: float, hedge: float, depth: tuple[float | None, float | None]
) -> str:
    """Compare a sale decided beforehand with the hedge: values of 100, deepest losses."""
    start = say("Selling {sold} at the start instead", sold=portion(sold))
    deep = say(
        "with a deepest loss of {depth0} against {depth1}",
        depth0=percent(depth[0]),
        depth1=percent(depth[1]),
    )
    if hedge > 0 and abs(sale / hedge - 1.0) < LEVEL:
        return say(
            "{start} would have ended level, near {sale} for 100 held, {deep}.",
            start=start,
            sale=plain(sale),
            deep=deep,
        )
    word = say("ahead") if sale > hedge else say("behind")
    values = say("{sale} against {hedge} for 100 held", sale=plain(sale), hedge=plain(hedge))
    return say(
        "{start} would have ended {word}, at {values}, {deep}.",
        start=start,
        word=word,
        values=values,
        deep=deep,
    )


def sold_reason(sold: float | None, sale: float | None, hedge: float | None) -> str:
    """Say in a card what the sale was and how deep its worst loss went."""
    return say(
        "A year over completed periods, for selling {sold} once and keeping cash. Deepest loss "
        "{sale}, hedge {hedge}.",
        sold=portion(sold),
        sale=percent(sale),
        hedge=percent(hedge),
    )


def best_return(returns: Sequence[tuple[str, float]]) -> str:
    """Say which run had the highest annual return."""
    if not returns:
        return say("No run has an annual return on this window.")
    label, value = max(returns, key=lambda pair: pair[1])
    alike = [name for name, other in returns if a_year(other) == a_year(value)]
    if len(alike) > 3:
        return say(
            "{n} runs shared the highest annual return, {value}.",
            n=count(len(alike)),
            value=a_year(value),
        )
    if len(alike) > 1:
        return say(
            "{labels} shared the highest annual return, {value}.",
            labels=upper(listed(alike)),
            value=a_year(value),
        )
    return say(
        "{label} had the highest annual return, {value}.", label=upper(label), value=a_year(value)
    )
