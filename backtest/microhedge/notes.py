"""What must be known to read a comparison rightly?

Each note is a fact of this run in one sentence, under a code by which a reader can find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from microhedge.analysis.performance import annual_return
from microhedge.analysis.wording import percent
from microhedge.bonds_told import bonds_told
from microhedge.calendar import to_date
from microhedge.conditions import condition
from microhedge.costs import Costs
from microhedge.endings_told import ended_told, options_told
from microhedge.engine import Setup, simulate
from microhedge.events import NOTHING_SHORT
from microhedge.hedge import Hedge
from microhedge.logged import quoted
from microhedge.models_told import models_told
from microhedge.origin import Basis
from microhedge.runs import Run
from microhedge.tape import Tape
from microhedge.told import Told, figure, joined, told, told_count

SHARES: tuple[Basis, ...] = ("raw", "total_return")
"""Prices of shares, not of an index, a bond or a rate."""


@dataclass(frozen=True, slots=True)
class Note:
    """A fact that qualifies the result."""

    code: str
    text: str


def notes(
    hedges: Sequence[Hedge],
    runs: Sequence[Run],
    setup: Setup,
    yardsticks: Sequence[Run] = (),
    of_prices: Sequence[str] = (),
    bounds: Iterable[str] = (),
) -> tuple[Note, ...]:
    """Collect the notes of a comparison, most weighty first.

    `of_prices` are those of a source, `bounds` say which prices cut the window short.
    """
    found = [
        *_ruined(runs),
        *(Note(*each) for each in ended_told(runs)),
        *_used_up(yardsticks, setup),
        *(Note(*each) for each in models_told(runs, setup)),
        *(Note(*each) for each in bonds_told(hedges, runs, setup)),
        *(Note(*each) for each in options_told(runs, setup)),
        *_unrecorded(runs),
        *_margin(runs),
        *_lapsed(runs),
        *_conditional(hedges, runs, setup),
        *_rates(hedges, runs, setup),
        *(Note("window", text) for text in bounds),
        *_bases(hedges, setup),
        *_rest(setup),
        *_costs(setup.costs),
        *_volume(runs, setup),
        *_sessions(setup),
        *(Note("prices", text) for text in of_prices),
    ]
    if _shipped(setup.tape):
        found.append(
            Note(
                "survivors",
                told(
                    "Every company in the shipped data survived: that flatters keeping the share "
                    "and selling puts, and works against buying them."
                ),
            )
        )
    return tuple(found)


def _shipped(tape: Tape) -> bool:
    """Whether a share of the run is of the shipped data: neither fetched nor read from a file."""
    shares = [one for one in tape.sources if one.basis in SHARES]
    return not shares or any(one.origin.fetched is None and not one.origin.files for one in shares)


def _unrecorded(runs: Sequence[Run]) -> list[Note]:
    """Say which hedge traded another symbol without a premise by which it could be judged."""
    return [
        Note(
            "unrecorded",
            told(
                "{name} traded {symbols} and recorded no premise, so the correlation it leans on "
                "was not judged; now.expect(now.regress(...)) in the strategy records one.",
                name=run.name,
                symbols=", ".join(run.unrecorded),
            ),
        )
        for run in runs
        if run.unrecorded
    ]


def _margin(runs: Sequence[Run]) -> list[Note]:
    found = []
    for run in runs:
        calls, largest = run.stats["margin_calls"], run.stats["max_call"]
        if calls and run.result is not None:
            log = run.result.tables["log"]
            bare = sum(
                code == "margin-call" and text.endswith(NOTHING_SHORT)
                for code, text in zip(log["code"].tolist(), log["text"].tolist(), strict=True)
            )
            closed = told("each closes what is short without cover")
            if bare:
                closed = told(
                    "{closed}, and on {bare} of them nothing was: the loan stayed, where a broker "
                    "would have sold shares",
                    closed=closed,
                    bare=bare,
                )
            called = told_count(
                "{name}: {n} margin call, the largest for {largest}; {closed}.",
                "{name}: {n} margin calls, the largest for {largest}; {closed}.",
                calls,
                n=figure(f"{calls:.0f}"),
                name=run.name,
                largest=figure(f"{largest:,.0f}"),
                closed=closed,
            )
            advice = told("More cash or a smaller weight avoids them.")
            found.append(Note("margin-calls", joined(" ", (called, advice))))
    return found


def _ruined(runs: Sequence[Run]) -> list[Note]:
    """Say where an account was closed: its returns of the holding end there, and look calm."""
    found = []
    for run in runs:
        if run.result is None:
            continue
        log = run.result.tables["log"]
        for k in np.flatnonzero(log["code"] == "ruin"):
            when = to_date(int(run.result.day[log["session"][k]]))
            text = told(
                "{name}: on {when} {what}; nothing was held from then on.",
                name=run.name,
                when=when,
                what=quoted(log["text"][k]),
            )
            found.append(Note("ruin", text))
    return found


def _used_up(yardsticks: Sequence[Run], setup: Setup) -> list[Note]:
    """Say which yardstick would have used the account up; its returns know nothing of that."""
    dates = setup.tape.dates[setup.tape.begin :]
    return [
        Note(
            "ruin",
            told(
                "{name} would have used the account up by {day}; its returns are those of the "
                "holding with the hedge, as if it could go on.",
                name=one.name,
                day=dates[int(np.argmax(one.equity <= 0.0))],
            ),
        )
        for one in yardsticks
        if one.equity is not None and float(one.equity.min()) <= 0.0
    ]


def _lapsed(runs: Sequence[Run]) -> list[Note]:
    found = []
    for run in runs:
        if run.result is None:
            continue
        log = run.result.tables["log"]
        lapsed = np.flatnonzero(log["code"] == "unfilled")
        if len(lapsed):
            text = told_count(
                "{name}: {n} order lapsed, the first because: {reason}.",
                "{name}: {n} orders lapsed, the first because: {reason}.",
                len(lapsed),
                name=run.name,
                reason=quoted(log["text"][lapsed[0]]),
            )
            found.append(Note("lapsed", text))
        unfit = np.flatnonzero(log["code"] == "no-contracts")
        if len(unfit) and not len(run.result.tables["fills"]["role"]):
            text = told(
                "{name} never held anything: {reason} (one is on 100 shares, or 100 times an "
                "index).",
                name=run.name,
                reason=quoted(log["text"][unfit[0]]),
            )
            found.append(Note("no-contracts", text))
        open_closes = run.stats["uncovered_sessions"]
        if open_closes:
            text = told_count(
                "{name}: on {n} session less than half of what was wanted was covered.",
                "{name}: on {n} sessions less than half of what was wanted was covered.",
                open_closes,
                name=run.name,
            )
            found.append(Note("uncovered", text))
    return found


def _conditional(hedges: Sequence[Hedge], runs: Sequence[Run], setup: Setup) -> list[Note]:
    """Say how much of the time a conditional hedge may be held, and in how many spells."""
    found = []
    tape = setup.tape
    for hedge, run in zip(hedges, runs, strict=True):
        asked = condition(hedge.when)
        if asked is None:
            continue
        active = asked(tape, setup.holding)[tape.begin :]
        spells = int(np.count_nonzero(np.diff(active.astype(int)) > 0)) + int(active[0])
        text = told_count(
            "{name} is held when {when}: on {active} of {evenings} evenings, in {n} spell; outside "
            "them it is closed at the next fill, and nothing counts as uncovered.",
            "{name} is held when {when}: on {active} of {evenings} evenings, in {n} spells; "
            "outside them it is closed at the next fill, and nothing counts as uncovered.",
            spells,
            name=run.name,
            when=hedge.when,
            active=figure(f"{int(active.sum()):,}"),
            evenings=figure(f"{len(active):,}"),
        )
        found.append(Note("when", text))
    return found


def _rates(hedges: Sequence[Hedge], runs: Sequence[Run], setup: Setup) -> list[Note]:
    """Say how long the rate is held, and what a point more or less would change."""
    tape = setup.tape
    unknown = int(np.count_nonzero(tape.rate_age[tape.begin :] < 0))
    if unknown:
        text = told_count(
            "No 3-month rate is known on {unknown} session: it counts with a rate of {rate}.",
            "No 3-month rate is known on {unknown} sessions: they count with a rate of {rate}.",
            unknown,
            unknown=figure(f"{unknown:,}"),
            rate=percent(0.0),
        )
        return [Note("unknown-rate", text)]
    count = int(np.count_nonzero(tape.held[tape.begin :]))
    if count == 0:
        return []
    last = int(np.argmax(tape.held))
    ends = told_count(
        "The 3-month rate ends on {day}; {count} session uses its last value, {rate}.",
        "The 3-month rate ends on {day}; {count} sessions use its last value, {rate}.",
        count,
        day=tape.dates[last - int(tape.rate_age[last])],
        count=figure(f"{count:,}"),
        rate=figure(f"{100 * tape.rate[-1]:.2f}%"),
    )
    changes = []
    for hedge, run in zip(hedges, runs, strict=True):
        less, more = (_annual(hedge, setup, shift, run) for shift in (-0.01, 0.01))
        change = told("{less} and {more}", less=_points(less), more=_points(more))
        changes.append(joined(" ", (run.name, change)))
    change = told(
        "One point less and one more would change the annual return by: {changes} points.",
        changes=joined("; ", changes),
    )
    return [Note("held-rate", joined(" ", (ends, change)))]


def _annual(hedge: Hedge, setup: Setup, shift: float, run: Run) -> float:
    """Change of the annual return with the held rate moved."""
    tape = setup.tape.with_rate_shift(shift)
    moved = simulate(hedge, replace(setup, tape=tape, prices=setup.prices.on(tape)))
    before, after = run.stats["annual_return"], annual_return(moved.returns, moved.day)
    return 0.0 if before is None or after is None else after - before


def _points(change: float) -> Told:
    return figure(f"{100 * change:+.2f}".replace("-", "−"))


def _rest(setup: Setup) -> list[Note]:
    """Say what the shares of the rest are, all together: they are held and never traded."""
    basket, tape = setup.portfolio.rest, setup.tape
    if basket is None:
        return []
    found = []
    adjusted = [symbol for symbol in basket.symbols if tape.basis[symbol] == "total_return"]
    if adjusted:
        text = told(
            "{adjusted} of the {count} shares that the rest of the account holds are on "
            "total-return prices: their dividends are inside the price.",
            adjusted=len(adjusted),
            count=len(basket.parts),
        )
        if basket.unit == "shares":
            units = told(
                "A share of them is a unit of the adjusted price, so their worth is not that of as "
                "many shares as traded; a file by value has the money right."
            )
            text = joined(" ", (text, units))
        found.append(Note("total-return", text))
    if setup.portfolio.file is None:
        text = told("The rest of the account was given from Python, and no command spells it.")
        found.append(Note("rest", text))
    return found


def _bases(hedges: Sequence[Hedge], setup: Setup) -> list[Note]:
    found = []
    tape = setup.tape
    traded = {setup.rules.rest, *(symbol for hedge in hedges for symbol in hedge.symbols)}
    for symbol, basis in tape.basis.items():
        if symbol not in traded:
            continue
        if basis == "total_return" and symbol == setup.holding:
            price = float(tape.close[symbol][tape.begin])
            as_shares = setup.portfolio.value is None
            text = told(
                "{symbol} is on total-return prices: a share is a unit of the adjusted price, "
                "{price} at the start, with its dividends inside{instead}.",
                symbol=symbol,
                price=figure(f"{price:,.2f}"),
                instead=told("; its size can be given as money instead") if as_shares else "",
            )
            found.append(Note("adjusted-holding", text))
        elif basis == "total_return":
            text = told(
                "{symbol} is on total-return prices: its dividends are inside the price and its "
                "shares are fractions sized by value.",
                symbol=symbol,
            )
            found.append(Note("total-return", text))
        elif basis == "price_index":
            text = told(
                "{symbol} is a price index; it is taken to yield {rate} a year, which a short "
                "owes.",
                symbol=symbol,
                rate=percent(tape.index_dividend, 2),
            )
            found.append(Note("index-yield", text))
    return found


def _costs(costs: Costs) -> list[Note]:
    usual, own = asdict(Costs()), asdict(costs)
    changed = [f"{name} {own[name]:g}" for name in own if own[name] != usual[name]]
    if not changed:
        return []
    return [Note("costs", told("Not the usual costs: {changed}.", changed=", ".join(changed)))]


def _volume(runs: Sequence[Run], setup: Setup) -> list[Note]:
    """Say which shares were traded without a known volume, though their size should count."""
    if not setup.costs.needs_volume:
        return []
    found = []
    for run in runs:
        if run.result is None:
            continue
        fills, log = run.result.tables["fills"], run.result.tables["log"]
        traded = dict.fromkeys(fills["instrument"][fills["source"] == "price"].tolist())
        for symbol in traded:
            if symbol not in setup.tape.volume:
                text = told(
                    "No volume of {symbol} is known: its orders fill whole, without impact.",
                    symbol=symbol,
                )
                found.append(Note("volume", text))
        parts = int(np.count_nonzero(log["code"] == "partly-filled"))
        if parts:
            text = told_count(
                "{name}: {n} fill took part of an order; the rest waited.",
                "{name}: {n} fills took part of an order; the rest waited.",
                parts,
                name=run.name,
            )
            found.append(Note("partly-filled", text))
    return list(dict.fromkeys(found))


def _sessions(setup: Setup) -> list[Note]:
    return [
        Note(
            "dropped",
            told_count(
                "{symbol}: {count} session is missing from the others and left out.",
                "{symbol}: {count} sessions are missing from the others and left out.",
                count,
                symbol=symbol,
                count=count,
            ),
        )
        for symbol, count in setup.tape.dropped.items()
        if count
    ]
