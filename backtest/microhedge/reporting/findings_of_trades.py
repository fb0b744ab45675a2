"""Which sentence is true of what was traded?

The adjectives and their thresholds are those of `findings`.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.language import say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.findings import FEW
from microhedge.reporting.numbers import count, percent


def called(calls: int, largest: float, share: float, sessions: int, currency: str) -> str:
    """Say how often the margin rule was broken, and the worst of it beside the account."""
    times = say("once") if calls == 1 else say("{calls} times", calls=calls)
    worst = say(
        "at worst {largest} was missing, {share}",
        largest=numbers.spoken_money(largest, currency),
        share=percent(share, 0),
    )
    return say(
        "The margin rule was broken {times} in {sessions} sessions; {worst} of the account.",
        times=times,
        sessions=count(sessions),
        worst=worst,
    )


def rolls_paid(net: Sequence[float], received: Sequence[float], *, legs: bool = False) -> str:
    """Say how many completed rolls brought in more than they cost, and how uneven they were.

    With `legs` one is called a leg: several options are opened in one roll then.
    """
    if not net:
        return say("No leg was completed.") if legs else say("No roll was completed.")
    total = sum(received)
    if total <= 0 and len(net) == 1:
        if legs:
            return say("The only leg expired worthless.")
        return say("The only roll expired worthless.")
    many = (
        say_count("{n} completed leg", "{n} completed legs", len(net))
        if legs
        else say_count("{n} completed roll", "{n} completed rolls", len(net))
    )
    if total <= 0:
        return say("None of {many} brought in anything.", many=many)
    winners = count(sum(1 for value in net if value > 0))
    start = (
        say("{winners} of {many} brought in more than they cost", winners=winners, many=many)
        if len(net) > 1
        else say("{winners} of {many} brought in more than it cost", winners=winners, many=many)
    )
    if len(net) < FEW:
        return start + "."
    best = sum(sorted(received, reverse=True)[:3]) / total
    return say(
        "{start}; the best three brought {best} of what the completed ones received.",
        start=start,
        best=percent(best, 0),
    )


def rebalances(
    per_year: Sequence[tuple[int, int]], net: float, currency: str, *, noun: str = "shorts"
) -> str:
    """Say how often the shorts traded and what came of it; `per_year` are (year, trades)."""
    total = sum(trades for _, trades in per_year)
    if total == 0:
        return say("The {noun} never traded.", noun=noun)
    busiest = max(per_year, key=lambda year: year[1])
    many = say_count("{n} trade", "{n} trades", total)
    years = say_count("{n} calendar year", "{n} calendar years", len(per_year))
    verb = say("brought in") if net > 0 else say("lost")
    return say(
        "{many} in {years}, most in {busiest0} ({busiest1}); the {noun} {verb} {net} net.",
        many=many,
        years=years,
        busiest0=busiest[0],
        busiest1=count(busiest[1]),
        noun=noun,
        verb=verb,
        net=numbers.spoken_money(abs(net), currency),
    )


def came_back(
    paid: float, received: float, share: float, currency: str, *, premiums: float | None = None
) -> str:
    """Say which share of the premiums with their costs came back: in money, and roll by roll.

    `share` weighs each roll by what it cost in percent of the holding at the time.  `premiums`
    are those inside `paid`, None where options were written: the part of them that came back is
    the one that the causes of the cost state.
    """
    if paid <= 0:
        return say("No premium was paid.")
    came, spent = received / paid, numbers.spoken_money(paid, currency)
    verb = say("brought in") if came >= 1.0 else say("brought back")
    rest = say(
        "{came} of premiums and costs together, {spent}; with each roll in percent of the holding "
        "on its day, {share}",
        came=percent(came, 0),
        spent=spent,
        share=percent(share, 0),
    )
    if premiums is None or premiums <= 0:
        return say("In money the options {verb} {rest}.", verb=verb, rest=rest)
    return say(
        "In money the options {verb} {alone} of their premiums, {rest}.",
        verb=verb,
        alone=percent(received / premiums, 0),
        rest=rest,
    )
