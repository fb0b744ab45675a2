"""Where does each input come from, what kind is it, and what does it leave out?"""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from microhedge.instruments import BondIndex
from microhedge.language import mark, say, say_count
from microhedge.reporting import assumptions, findings, numbers
from microhedge.reporting.inputs import Item
from microhedge.reporting.naming import hedge_labels
from microhedge.reporting.numbers import percent, plain
from microhedge.told import first, retold

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.origin import Source

RATE = "CMT3M"
BASES = {
    "raw": mark("daily bars as traded"),
    "total_return": mark("closes adjusted for splits and dividends"),
    "price_index": mark("price index"),
    "bond": mark("full prices of a bond"),
}
ON_PAGE_1 = (
    "ruin",
    "model-futures",
    "bond-direction",
    "model-bonds",
    "margin-calls",
    "adjusted-holding",
    "held-rate",
    "survivors",
)
FILLS = {
    "next_close": mark("at the close of the session after the decision"),
    "next_open": mark("at the open after the decision where it is genuine, else at the close"),
    "close": mark("at the close of the decision itself, as published indices do"),
}


def tools() -> str:
    """Return the versions that decide the numbers and the look."""
    python = ".".join(map(str, sys.version_info[:3]))
    found = [f"{name} {version(name)}" for name in ("numpy", "scipy", "matplotlib", "typst")]
    return "   ".join([f"python {python}", *found])


def caveats(comparison: Comparison) -> tuple[str, ...]:
    """Return the notes that belong on page 1, each by its first sentence."""
    return tuple(
        _named(first(note.text), comparison) for note in comparison.notes if note.code in ON_PAGE_1
    )


def _named(text: str, comparison: Comparison) -> str:
    """Return a note with its runs called as everywhere else in the report."""
    text = retold(text)
    for name, label in sorted(_labels(comparison).items(), key=lambda one: -len(one[0])):
        words = findings.the(label).replace("\\", r"\\")
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w\[-])", words, text)
    return findings.upper(text)


def _labels(comparison: Comparison) -> dict[str, str]:
    return hedge_labels([run.name for run in comparison.hedges])


def limits(comparison: Comparison) -> tuple[str, ...]:
    """Return every note of the comparison, and what no test of this kind can show."""
    few = (
        say(
            "One holding and one period: the intervals know the sampling error of this period and "
            "nothing of another."
        ),
    )
    alone = (
        say(
            "The holding was taken as the whole account: with its weight, or the other holdings, "
            "the report shows what the account around it notices."
        ),
    )
    notes = (_named(note.text, comparison) for note in comparison.notes)
    return (*notes, *(alone if comparison.portfolio.is_all else ()), *few)


def items(comparison: Comparison) -> tuple[Item, ...]:
    """Return the inputs of a comparison: what, which value, of which kind, from where."""
    tape, labels = comparison.tape, _labels(comparison)
    held = _only_held(comparison)
    found = [
        Item(
            say("Prices, {symbol}", symbol=one.symbol),
            f"{say(BASES[one.basis])}, {_span(one)}",
            "model" if isinstance(tape.bonds.get(one.symbol), BondIndex) else "data",
            _proved(one),
        )
        for one in tape.sources
        if one.symbol in tape.close and one.symbol not in held
    ]
    found += [
        Item(
            say("Series, {symbol}", symbol=one.symbol),
            say("points, {span}", span=_span(one))
            if one.symbol == "VIX"
            else say("a fraction a year, {span}", span=_span(one)),
            "data",
            _proved(one),
        )
        for one in tape.sources
        if one.basis == "reference" and one.symbol != RATE
    ]
    found += [
        Item(
            say("Quotes, {symbol}", symbol=one.symbol),
            say(
                "{value} of {value_2} rows, {span}",
                value=plain(one.origin.kept or 0),
                value_2=plain(one.origin.rows or 0),
                span=_span(one),
            ),
            "quote",
            _proved(one),
        )
        for one in tape.sources
        if one.basis == "quotes"
    ]
    return (
        *found,
        *_held(comparison, held),
        *(
            Item(
                say("Yield of {symbol}", symbol=symbol),
                say(
                    "{index_dividend} a year, owed by a short",
                    index_dividend=percent(tape.index_dividend, 2),
                ),
                "assumption",
                "index_dividend",
            )
            for symbol, basis in tape.basis.items()
            if basis == "price_index"
        ),
        *_sessions(comparison),
        _rate(comparison),
        *assumptions.models(comparison),
        *assumptions.futures(comparison),
        *assumptions.bonds(comparison),
        *assumptions.costs_of(
            comparison.costs, options=any(run.uses_options for run in comparison.hedges)
        ),
        *(
            Item(
                say("Hedge, {labels}", labels=findings.lower(labels[run.name])),
                ", ".join(f"{name} {value}" for name, value in run.parameters_in_use.items()),
                "rule",
                str(run.hedge),
            )
            for run in comparison.hedges
        ),
        Item(say("Fills"), say(FILLS[comparison.fill]), "rule", f"fill={comparison.fill}"),
        Item(
            say("Returns"),
            _returns(comparison),
            "rule",
            f"returns={comparison.returns}",
        ),
        *_rest(comparison),
    )


def _only_held(comparison: Comparison) -> frozenset[str]:
    """Return the shares of the rest that no hedge trades."""
    basket = comparison.portfolio.rest
    fills = [str(name) for one in comparison.results for name in one.tables["fills"]["instrument"]]
    # a contract is written after its underlying
    traded = {name.split(" ", 1)[0] for name in fills} | {comparison.setup.rules.rest}
    return frozenset(() if basket is None else basket.symbols) - traded


def _held(comparison: Comparison, symbols: frozenset[str]) -> list[Item]:
    """Return the prices of what is only held, one line for each source and basis."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in comparison.tape.sources:
        if one.symbol in symbols:
            groups.setdefault((one.basis, one.source), []).append(one.symbol)
    first, last = comparison.tape.dates[0], comparison.tape.dates[-1]
    found = []
    for (basis, source), names in groups.items():
        several = len(names) > 1
        found.append(
            Item(
                say("Prices, {names} held", names=len(names))
                if several
                else say("Prices, {names0}", names0=names[0]),
                (", ".join(names) + ": " if several else "")
                + say(
                    "{bases}, {first} to {last}", bases=say(BASES[basis]), first=first, last=last
                ),
                "data",
                source,
            )
        )
    return found


def _sessions(comparison: Comparison) -> list[Item]:
    exchange = comparison.tape.exchange
    if exchange.is_new_york:
        return []
    return [
        Item(say("Sessions"), say("those of {code}", code=exchange.code), "rule", exchange.source)
    ]


def _span(source: Source) -> str:
    return (
        say("none inside the run")
        if source.span is None
        else say("{first} to {last}", first=source.span[0], last=source.span[1])
    )


def _proved(source: Source) -> str:
    """Name a source with the hash that proves it: of its one file, else of the values."""
    if len(source.origin.files) != 1:
        return f"{source.source}, sha256 {source.sha256[:8]}"
    ((name, digest),) = source.origin.files
    return f"{name}, sha256 {digest[:8]}"


def _rate(comparison: Comparison) -> Item:
    tape = comparison.tape
    run = slice(tape.begin, None)
    low, high = float(np.min(tape.rate[run])), float(np.max(tape.rate[run]))
    held = int(np.count_nonzero(tape.held[run]))
    value = say("3-month Treasury, {low}", low=percent(low, 2))
    if percent(high, 2) != percent(low, 2):
        value += say(" to {high}", high=percent(high, 2))
    if held:
        value += say_count(
            "; last value held for {held} session",
            "; last value held for {held} sessions",
            held,
            held=plain(held),
        )
    known = next((one for one in tape.sources if one.symbol == RATE), None)
    if known is None:
        value = say("{low} a year on every session", low=percent(low, 2))
        return Item(say("Interest rate"), value, "assumption", "rate")
    return Item(
        say("Interest rate"),
        value,
        "assumption" if held == len(comparison.day) else "data",
        _proved(known),
    )


def _returns(comparison: Comparison) -> str:
    if comparison.returns == "account":
        return say("of the account's equity")
    return say("of the holding with its hedge, premiums and dividends reinvested pro rata")


def _rest(comparison: Comparison) -> list[Item]:
    portfolio = comparison.portfolio
    if portfolio.is_all:
        return []
    basket = portfolio.rest
    rest = comparison.setup.rules.rest if basket is None else basket.name
    share = percent(1.0 - comparison.weight, 0)
    cash = say(", and cash of {cash}", cash=numbers.plain(portfolio.cash)) if portfolio.cash else ""
    return [
        Item(
            say("Rest of the portfolio"),
            say("{share} in {rest}, bought and held{cash}", share=share, rest=rest, cash=cash),
            "assumption" if basket is None else "rule",
            "weight" if basket is None else say("given by {unit}", unit=basket.unit),
        )
    ]
