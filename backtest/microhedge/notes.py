"""What must be known to read a comparison rightly?

Each note is a fact of this run in one sentence, under a code by which a reader can find it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from microhedge.analysis.performance import annual_return
from microhedge.bonds_told import bonds_told
from microhedge.calendar import to_date
from microhedge.conditions import condition
from microhedge.costs import Costs
from microhedge.endings_told import ended_told, options_told
from microhedge.engine import Setup, simulate
from microhedge.events import NOTHING_SHORT
from microhedge.hedge import Hedge
from microhedge.runs import Run


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
) -> tuple[Note, ...]:
    """Collect the notes of a comparison, most weighty first; `of_prices` are those of a source."""
    found = [
        *_ruined(runs),
        *(Note(*each) for each in ended_told(runs)),
        *_used_up(yardsticks, setup),
        *_models(setup),
        *_earnings(setup),
        *_futures(runs, setup),
        *(Note(*each) for each in bonds_told(hedges, runs, setup)),
        *(Note(*each) for each in options_told(runs, setup)),
        *_margin(runs),
        *_lapsed(runs),
        *_conditional(hedges, runs, setup),
        *_rates(hedges, runs, setup),
        *_bases(hedges, setup),
        *_rest(setup),
        *_costs(setup.costs),
        *_volume(runs, setup),
        *_sessions(setup),
        *(Note("prices", text) for text in of_prices),
    ]
    found.append(
        Note(
            "survivors",
            "Every company in the shipped data survived: that flatters keeping the share and "
            "selling puts, and works against buying them.",
        )
    )
    return tuple(found)


def _models(setup: Setup) -> list[Note]:
    found = []
    for symbol, model in setup.prices.models.items():
        quoted = symbol in setup.prices.quoted
        text = f"Every option premium on {symbol} is a model price ({model.name})"
        if quoted:
            text = f"Option premiums on {symbol} without a quote are model prices ({model.name})"
        text += f", {model.error}." if model.error else "."
        found.append(Note("model-prices", text))
        if model.fitted:
            found.append(
                Note(
                    "fitted",
                    f"The volatility model of {symbol}: {model.fitted}; results of those years "
                    "are in sample.",
                )
            )
    return found


def _earnings(setup: Setup) -> list[Note]:
    """Say what is known of earnings dates, or that a proxy is blind to gaps."""
    found = []
    tape = setup.tape
    for symbol, model in setup.prices.models.items():
        known = tape.earnings.get(symbol)
        if known is not None:
            inside = sum(int(tape.day[tape.begin]) < day <= int(tape.day[-1]) for day in known.days)
            found.append(
                Note(
                    "earnings",
                    f"The earnings dates of {symbol} are a schedule of the user's, {inside} of "
                    f"them inside the run; options over each are priced before it with a move of "
                    f"{100 * known.move:g}%, as if it had been announced by then.",
                )
            )
        # a model with a warm-up is made of past prices
        elif model.warmup and tape.basis[symbol] != "price_index":
            found.append(
                Note(
                    "gaps",
                    f"The volatility of {symbol} is made from past prices: it is too low before a "
                    "gap and too high after it. The report and the JSON (gaps) tell the result "
                    "without the three largest; --earnings takes dates that were announced.",
                )
            )
    return found


def _futures(runs: Sequence[Run], setup: Setup) -> list[Note]:
    """Say what the prices of futures are made of: nobody quoted them."""
    tape = setup.tape
    found = []
    for symbol in dict.fromkeys(symbol for run in runs for symbol in run.futures):
        paid = "the dividends that were expected on each evening"
        if tape.basis[symbol] == "price_index":
            paid = f"the {100 * tape.index_dividend:.2f}% a year that {symbol} is taken to yield"
        text = (
            f"Every price of a future on {symbol} is a model price, the spot with its carry. It "
            f"takes the 3-month rate and {paid}; a basis, a spread of the financing rate and a "
            "special demand to be short are not in it."
        )
        found.append(Note("model-futures", text))
    return found


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
            left = "each closes what is short without cover"
            if bare:
                left += (
                    f", and on {bare} of them nothing was: the loan stayed, where a broker would "
                    "have sold shares"
                )
            found.append(
                Note(
                    "margin-calls",
                    f"{run.name}: {calls:.0f} margin {'call' if calls == 1 else 'calls'}, the "
                    f"largest for {largest:,.0f}; {left}. More cash or a smaller weight avoids "
                    "them.",
                )
            )
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
            text = f"{run.name}: on {when} {log['text'][k]}; nothing was held from then on."
            found.append(Note("ruin", text))
    return found


def _used_up(yardsticks: Sequence[Run], setup: Setup) -> list[Note]:
    """Say which yardstick would have used the account up; its returns know nothing of that."""
    dates = setup.tape.dates[setup.tape.begin :]
    return [
        Note(
            "ruin",
            f"{one.name} would have used the account up by "
            f"{dates[int(np.argmax(one.equity <= 0.0))]}; its returns are those of the holding "
            "with the hedge, as if it could go on.",
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
            found.append(
                Note(
                    "lapsed",
                    f"{run.name}: {_many(len(lapsed), 'order')} lapsed, the first because: "
                    f"{log['text'][lapsed[0]]}.",
                )
            )
        unfit = np.flatnonzero(log["code"] == "no-contracts")
        if len(unfit) and not len(run.result.tables["fills"]["role"]):
            found.append(
                Note(
                    "no-contracts",
                    f"{run.name} never held anything: {log['text'][unfit[0]]} (one is on 100 "
                    "shares, or 100 times an index).",
                )
            )
        open_closes = run.stats["uncovered_sessions"]
        if open_closes:
            found.append(
                Note(
                    "uncovered",
                    f"{run.name}: on {_many(open_closes, 'session')} less than half of what was "
                    "wanted was covered.",
                )
            )
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
        found.append(
            Note(
                "when",
                f"{run.name} is held when {hedge.when}: on {int(active.sum()):,} of "
                f"{len(active):,} evenings, in {spells:,} {'spell' if spells == 1 else 'spells'}; "
                "outside them it is closed at the next fill, and nothing counts as uncovered.",
            )
        )
    return found


def _rates(hedges: Sequence[Hedge], runs: Sequence[Run], setup: Setup) -> list[Note]:
    """Say how long the rate is held, and what a point more or less would change."""
    tape = setup.tape
    unknown = int(np.count_nonzero(tape.rate_age[tape.begin :] < 0))
    if unknown:
        text = f"No 3-month rate is known on {unknown:,} sessions: they count with a rate of 0%."
        return [Note("unknown-rate", text)]
    count = int(np.count_nonzero(tape.held[tape.begin :]))
    if count == 0:
        return []
    last = int(np.argmax(tape.held))
    text = (
        f"The 3-month rate ends on {tape.dates[last - int(tape.rate_age[last])]}; "
        f"{count:,} sessions use its last value, {100 * tape.rate[-1]:.2f}%."
    )
    changes = []
    for hedge, run in zip(hedges, runs, strict=True):
        moved = [_annual(hedge, setup, shift, run) for shift in (-0.01, 0.01)]
        changes.append(f"{run.name} {_points(moved[0])} and {_points(moved[1])}")
    text += (
        " One point less and one more would change the annual return by: "
        + "; ".join(changes)
        + " points."
    )
    return [Note("held-rate", text)]


def _annual(hedge: Hedge, setup: Setup, shift: float, run: Run) -> float:
    """Change of the annual return with the held rate moved."""
    tape = setup.tape.with_rate_shift(shift)
    moved = simulate(hedge, replace(setup, tape=tape, prices=setup.prices.on(tape)))
    before, after = run.stats["annual_return"], annual_return(moved.returns, moved.day)
    return 0.0 if before is None or after is None else after - before


def _points(change: float) -> str:
    return f"{100 * change:+.2f}".replace("-", "−")


def _rest(setup: Setup) -> list[Note]:
    """Say what the shares of the rest are, all together: they are held and never traded."""
    basket, tape = setup.portfolio.rest, setup.tape
    if basket is None:
        return []
    found = []
    adjusted = [symbol for symbol in basket.symbols if tape.basis[symbol] == "total_return"]
    if adjusted:
        text = (
            f"{len(adjusted)} of the {len(basket.parts)} shares that the rest of the account holds "
            "are on total-return prices: their dividends are inside the price."
        )
        if basket.unit == "shares":
            text += (
                " A share of them is a unit of the adjusted price, so their worth is not that of "
                "as many shares as traded; a file by value has the money right."
            )
        found.append(Note("total-return", text))
    if setup.portfolio.file is None:
        found.append(
            Note("rest", "The rest of the account was given from Python, and no command spells it.")
        )
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
            instead = "; --value gives the holding as money instead" if as_shares else ""
            found.append(
                Note(
                    "adjusted-holding",
                    f"{symbol} is on total-return prices: a share is a unit of the adjusted price, "
                    f"{price:,.2f} at the start, with its dividends inside{instead}.",
                )
            )
        elif basis == "total_return":
            found.append(
                Note(
                    "total-return",
                    f"{symbol} is on total-return prices: its dividends are inside the price and "
                    "its shares are fractions sized by value.",
                )
            )
        elif basis == "price_index":
            found.append(
                Note(
                    "index-yield",
                    f"{symbol} is a price index; it is taken to yield "
                    f"{100 * setup.tape.index_dividend:.2f}% a year, which a short owes.",
                )
            )
    return found


def _costs(costs: Costs) -> list[Note]:
    usual, own = asdict(Costs()), asdict(costs)
    changed = [f"{name} {own[name]:g}" for name in own if own[name] != usual[name]]
    if not changed:
        return []
    return [
        Note("costs", f"Not the usual costs: {', '.join(changed)}."),
    ]


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
                text = f"No volume of {symbol} is known: its orders fill whole, without impact."
                found.append(Note("volume", text))
        parts = int(np.count_nonzero(log["code"] == "partly-filled"))
        if parts:
            text = f"{run.name}: {_many(parts, 'fill')} took part of an order; the rest waited."
            found.append(Note("partly-filled", text))
    return list(dict.fromkeys(found))


def _sessions(setup: Setup) -> list[Note]:
    return [
        Note("dropped", f"{symbol}: {count} sessions are missing from the others and left out.")
        for symbol, count in setup.tape.dropped.items()
        if count
    ]


def _many(count: float, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,.0f} {noun}s"
