"""Which sentence is true of these numbers?

Every function turns numbers into one sentence, and each adjective has a threshold written here.
Nothing on a page that states a result is typed by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.reporting import numbers
from microhedge.reporting.inputs import Answer
from microhedge.reporting.numbers import a_year, count, percent, plain, points, ratio

LEVEL = 0.01
"""Two final values within 1 % of one another are level."""
BARELY = 0.05
"""A change of less than five points is no change worth the name …"""
SLIGHT = 0.15
"""… unless it is a larger part than this of a loss that was small itself."""
HALVED = (0.45, 0.55)
FEW = 8
"""Fewer rolls or spans than this carry no inference."""


def the(label: str) -> str:
    """Return a hedge's label as the middle of a sentence needs it: "the protective put"."""
    return f"the {lower(label)}"


def lower(label: str) -> str:
    """Return a label as the middle of a sentence needs it: "keeping all", "selling 29% once".

    A first word that is an abbreviation keeps its capitals.
    """
    for order, noun in (("Keep ", "keeping "), ("Sell ", "selling ")):
        if label.startswith(order):
            return noun + label.removeprefix(order)
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def upper(sentence: str) -> str:
    """Return a sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def listed(parts: Sequence[str]) -> str:
    """Join parts as prose does: "a, b and c"."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def headline(label: str, worked: Answer | None, selling: Answer | None) -> str:
    """Say in one line what can be said: did the hedge work, and was selling better?"""
    if worked in (None, "unclear", "not_applicable"):
        return "Not enough to be sure"
    did = {
        "yes": "did its job",
        "likely": "probably did its job",
        "partly": "cut gains as much as losses",
        "no": "did not do its job",
    }[str(worked)]
    joint = "and" if worked in ("no", "partly") else "but"
    than = {
        "yes": f", {joint} selling was better",
        "likely": f", {joint} selling was probably better",
        "partly": f", {joint} selling was better in part",
        "no": ", and selling was not better" if worked != "no" else ", but selling was no better",
    }.get(str(selling), "; whether selling was better is not clear")
    return f"{upper(the(label))} {did}{than}"


def shares_kept(label: str, borne: float | None, kept: float | None) -> str:
    """Compare what a hedge left of the losses with what it left of the gains."""
    if borne is None or kept is None:
        return f"What {the(label)} left of losses and gains cannot be measured on this window."
    losses, gains, start = percent(borne, 0), percent(kept, 0), upper(the(label))
    if kept - borne >= BARELY:
        return f"{start} kept more of the gains ({gains}) than it took of the losses ({losses})."
    if borne - kept >= BARELY:
        return f"{start} kept less of the gains ({gains}) than it took of the losses ({losses})."
    return f"{start} took about as much of the losses ({losses}) as it kept of the gains ({gains})."


def losses_answer(borne: float | None) -> str:
    """Answer "How much of the fall did you still take?"."""
    if borne is None:
        return numbers.DASH
    if borne < 0.0:
        return "None of it"
    if borne >= 1.005:
        return f"More: {percent(borne, 0)}"
    return f"{percent(borne, 0)} of it"


def losses_reason(
    alone: float | None, hedged: float | None, worst: tuple[float | None, float | None]
) -> str:
    """Say how the deepest loss and the worst quarter compare with keeping all."""
    return (
        f"Deepest loss {percent(hedged)}, {percent(alone)} unhedged. "
        f"Worst quarter {percent(worst[1])}, {percent(worst[0])} unhedged."
    )


def cost_answer(cost: float | None) -> str:
    """Answer "What did it cost?" in percent of the holding a year."""
    if cost is None:
        return numbers.DASH
    if cost < 0.0 and a_year(cost) != a_year(0.0):
        return f"Earned {a_year(-cost)} a year"
    return f"{a_year(cost)} a year"


def cost_reason(gross: float | None, need: str, need_share: float | None) -> str:
    """Say what was paid before anything came back, and how much cash it took at most."""
    share = percent(need_share, 0)
    return f"Gross {a_year(gross)} a year. Largest cash need {need}, {share} of the holding."


def called(count: int, largest: float, share: float, sessions: int, currency: str) -> str:
    """Say how often the margin rule was broken, and the worst of it beside the account."""
    times = "once" if count == 1 else f"{count} times"
    worst = f"at worst {numbers.spoken_money(largest, currency)} was missing, {percent(share, 0)}"
    return f"The margin rule was broken {times} in {sessions:,} sessions; {worst} of the account."


def break_even(factor: float | None) -> str:
    """Say at which multiple of the model's volatility selling once returns as much."""
    return "no vol ×0.5 to ×2" if factor is None else f"vol ×{numbers.ratio(factor)}"


def selling_answer(difference: float | None) -> str:
    """Answer "What would selling have done?": its annual return less the hedge's."""
    if difference is None:
        return numbers.DASH
    if points(difference) == points(0.0):
        return "The same return"
    return f"{points(difference)} points"


def finish(ends: Sequence[tuple[str, float]]) -> str:
    """Say which line finished highest and which lowest; `ends` are (label, value of 100)."""
    low, high = min(ends, key=lambda end: end[1]), max(ends, key=lambda end: end[1])
    if low[1] > 0 and high[1] / low[1] - 1.0 < LEVEL:
        return f"All lines finished level, near {plain(high[1])}."
    best, least = plain(high[1]), plain(low[1])
    return f"{upper(high[0])} finished highest, at {best}; {low[0]} lowest, at {least}."


def _barely(change: float, loss: float) -> bool:
    return abs(change) < BARELY and abs(change) <= SLIGHT * abs(loss)


def deepest(alone: float, hedged: Sequence[tuple[str, float]]) -> str:
    """Say what each hedge did to the deepest loss (fractions, negative)."""
    parts = []
    for label, depth in hedged:
        share, change = depth / alone if alone else 1.0, depth - alone
        if HALVED[0] <= share <= HALVED[1]:
            parts.append(f"{label} halved it to {percent(depth, 0)}")
        elif _barely(change, alone):
            parts.append(f"{label} barely moved it ({percent(depth, 0)})")
        else:
            verb = "cut it to" if change > 0 else "deepened it to"
            parts.append(f"{label} {verb} {percent(depth, 0)}")
    return f"The deepest loss was {percent(alone, 0)}: {listed(parts)}."


def worst_days(alone: Sequence[float], hedged: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Say which share of the loss of the worst sessions each hedge paid back."""
    total = -sum(alone)
    parts = []
    for label, days in hedged:
        share = (sum(days) + total) / total if total > 0 else 0.0
        if abs(share) < BARELY:
            parts.append(f"{label} hardly mattered ({percent(share, 0)})")
        elif share > 0:
            parts.append(f"{label} paid back {percent(share, 0)}")
        else:
            parts.append(f"{label} added {percent(-share, 0)}")
    return f"Of the loss on the {plain(len(alone))} worst sessions, {listed(parts)}."


def without_gaps(leads: Sequence[tuple[str, float | None, float | None]]) -> str:
    """Say what the largest moves did to each hedge's lead over keeping all, in points a year.

    `leads` are (label, lead on all sessions, lead without the largest moves).
    """
    parts = []
    for label, every, without in leads:
        if every is None or without is None:
            parts.append(f"{label} has no yearly return to compare")
            continue
        now, then = points(every), points(without)
        if every > 0.0 >= without:
            parts.append(f"{label} was ahead of keeping all only through them ({now}, not {then})")
        elif abs(without - every) < LEVEL:
            parts.append(f"{label} stood nearly the same against keeping all ({now} and {then})")
        else:
            parts.append(f"{label} stood at {then} points a year against keeping all, not {now}")
    return f"Without the holding's largest moves, {listed(parts)}."


def against_keeping(ends: Sequence[tuple[str, float]]) -> str:
    """Say where each hedge ended against keeping all = 100."""
    parts = []
    for label, value in ends:
        word = "ahead of" if value > 100 * (1 + LEVEL) else "behind"
        if abs(value / 100 - 1) <= LEVEL:
            parts.append(f"{label} ended level with keeping all")
        else:
            parts.append(f"{label} ended {word} keeping all, at {plain(value)}")
    return upper(listed(parts)) + "."


def band_kept(inside: float, low: float, high: float, band: tuple[float, float]) -> str:
    """Say how often the rolling correlation stayed where a constant one would.

    A band that spans half of all correlations, or more, is kept by nearly anything.
    Sampling alone leaves one window in twenty outside; twice that is within its own error.
    """
    ran = f"it ran from {ratio(low)} to {ratio(high)}"
    share = percent(1.0 - inside, 0)
    if band[1] - band[0] >= 1.0:
        wide = f"from {ratio(band[0])} to {ratio(band[1])}"
        return f"The band, {wide}, is too wide to say much: the rolling correlation {ran[3:]}."
    if inside >= 0.90:
        return f"The rolling correlation kept to its band, {share} of the time outside; {ran}."
    if inside > 0.5:
        return f"The rolling correlation left its band {share} of the time; {ran}."
    return f"The rolling correlation was outside its band most of the time ({share}); {ran}."


def ratios_moved(ranges: Sequence[tuple[str, float, float]]) -> str:
    """Say how far the hedge ratio on each factor moved; `ranges` are (factor, least, most)."""
    parts = []
    for factor, low, high in ranges:
        if high - low < 0.2 * max(abs(high), abs(low), 1e-12):
            parts.append(f"{factor} hardly moved ({ratio(low)} to {ratio(high)})")
        else:
            parts.append(f"{factor} moved between {ratio(low)} and {ratio(high)}")
    return f"The ratio on {listed(parts)}."


def rolls_paid(net: Sequence[float], received: Sequence[float], *, noun: str = "roll") -> str:
    """Say how many completed rolls brought in more than they cost, and how uneven they were.

    `noun` is what one is called: a "leg" where several options are opened in one roll.
    """
    if not net:
        return f"No {noun} was completed."
    many = numbers.plural(len(net), f"completed {noun}")
    total = sum(received)
    if total <= 0:
        return (
            f"None of {many} brought in anything."
            if len(net) > 1
            else f"The only {noun} expired worthless."
        )
    winners = sum(1 for value in net if value > 0)
    start = f"{count(winners)} of {many} brought in more than it cost"
    if len(net) > 1:
        start = f"{count(winners)} of {many} brought in more than they cost"
    if len(net) < FEW:
        return start + "."
    best = sum(sorted(received, reverse=True)[:3]) / total
    return f"{start}; the best three brought {percent(best, 0)} of all cash received."


def rebalances(
    per_year: Sequence[tuple[int, int]], net: float, currency: str, *, noun: str = "shorts"
) -> str:
    """Say how often the shorts traded and what came of it; `per_year` are (year, trades)."""
    total = sum(trades for _, trades in per_year)
    if total == 0:
        return f"The {noun} never traded."
    busiest = max(per_year, key=lambda year: year[1])
    many = numbers.plural(total, "trade")
    years = numbers.plural(len(per_year), "calendar year")
    verb = "brought in" if net > 0 else "lost"
    return (
        f"{many} in {years}, most in {busiest[0]} ({count(busiest[1])}); "
        f"the {noun} {verb} {numbers.spoken_money(abs(net), currency)} net."
    )


def assumed(kinds: Sequence[str]) -> str:
    """Say how much of the report rests on models and assumptions."""
    soft = sum(1 for kind in kinds if kind in ("model", "assumption"))
    return f"{count(soft)} of {count(len(kinds))} inputs are models or assumptions."


def quarter_and_cost(
    label: str, alone: float | None, hedged: float | None, cost: float | None
) -> str:
    """Say what the hedge did to the worst quarter, and at which cost a year."""
    if alone is None or hedged is None:
        return f"What {the(label)} did to the worst quarter cannot be measured on this window."
    pair = f"from {percent(alone, 0)} to {percent(hedged, 0)}"
    if alone >= 0.0:
        start = f"The holding fell in no quarter; {the(label)} made the least of them {pair}"
    elif _barely(hedged - alone, alone):
        start = f"{upper(the(label))} barely moved the worst quarter ({pair})"
    else:
        verb = "cut" if hedged > alone else "deepened"
        start = f"{upper(the(label))} {verb} the worst quarter {pair}"
    if cost is None:
        return start + "."
    if points(cost) == points(0.0):
        return start + " and cost nothing, net."
    return f"{start} and {'cost' if cost > 0 else 'earned'} {a_year(abs(cost))} a year."


def sold_instead(
    sold: float | None, sale: float, hedge: float, depth: tuple[float | None, float | None]
) -> str:
    """Compare a sale decided beforehand with the hedge: values of 100, deepest losses."""
    start = f"Selling {percent(sold, 0)} at the start instead"
    deep = f"with a deepest loss of {percent(depth[0])} against {percent(depth[1])}"
    if hedge > 0 and abs(sale / hedge - 1.0) < LEVEL:
        return f"{start} would have ended level, near {plain(sale)} for 100 held, {deep}."
    word = "ahead" if sale > hedge else "behind"
    values = f"{plain(sale)} against {plain(hedge)} for 100 held"
    return f"{start} would have ended {word}, at {values}, {deep}."


def sold_reason(sold: float | None, sale: float | None, hedge: float | None) -> str:
    """Say in a card what the sale was and how deep its worst loss went."""
    return (
        f"A year over completed periods, for selling {percent(sold, 0)} once and keeping cash. "
        f"Deepest loss {percent(sale)}, hedge {percent(hedge)}."
    )


def leaned_on(relation: str, promised: float, came: float, like_selling: float | None) -> str:
    """Say in a card what relation was leaned on, what was promised and what came."""
    text = f"{relation}: {ratio(promised)} promised, {ratio(came)} came."
    if like_selling is not None:
        text += f" The variance it removed is like selling {percent(like_selling, 0)}."
    return text


def p_text(value: float | None) -> str:
    """Write a p-value inside a sentence: "= 0.290" or "<0.001"."""
    if value is None:
        return numbers.DASH
    return numbers.p_value(value) if value < 0.001 else f"= {numbers.p_value(value)}"


def below_high(shares: Sequence[tuple[str, float]]) -> str:
    """Say how long each line spent more than ten percent below its high."""
    (first, alone), *others = shares
    parts = [f"{label} {percent(share, 0)}" for label, share in others]
    return (
        f"{upper(first)} spent {percent(alone, 0)} of the sessions more than 10% below the high, "
        f"{listed(parts)}."
    )


def best_return(returns: Sequence[tuple[str, float]]) -> str:
    """Say which run had the highest annual return."""
    if not returns:
        return "No run has an annual return on this window."
    label, value = max(returns, key=lambda pair: pair[1])
    if sum(a_year(other) == a_year(value) for _, other in returns) > 1:
        return f"No single run had the highest annual return ({a_year(value)})."
    return f"{upper(label)} had the highest annual return, {a_year(value)}."


def came_back(paid: float, received: float, share: float, currency: str) -> str:
    """Say which share of the premiums with their costs came back: in money, and roll by roll.

    `share` weighs each roll by what it cost in percent of the holding at the time.
    """
    if paid <= 0:
        return "No premium was paid."
    came, spent = received / paid, numbers.spoken_money(paid, currency)
    verb = "brought in" if share >= 1.0 else "brought back"
    return (
        f"In percent of the holding the options {verb} {percent(share, 0)} of what they cost; "
        f"in money, {percent(came, 0)} of {spent}."
    )


def promised_sale(promised: float, like_selling: float | None) -> str:
    """Compare the sale that the correlation promised to equal with the one it came to."""
    due = percent(1.0 - (1.0 - promised**2) ** 0.5, 0)
    if like_selling is None:
        return f"The relation promised as much as selling {due}; what came equals no sale."
    came = percent(like_selling, 0)
    if due == came:
        return f"The relation promised as much as selling {due} of the holding, and that came."
    return f"The relation promised as much as selling {due} of the holding; {came} came."


def no_correlation(names: Sequence[str], reason: str) -> str:
    """Say which hedges lean on no correlation, and why."""
    verb = "leans" if len(names) == 1 else "lean"
    return f"{upper(listed(names))} {verb} on no correlation: {reason}"
