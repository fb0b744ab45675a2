"""What did the shorts, futures or bonds of a hedge do in each calendar year?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from microhedge.language import say
from microhedge.reporting import findings, findings_of_trades, numbers
from microhedge.reporting.casting import in_units
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.inputs import Run, Subject, Year
from microhedge.reporting.numbers import DASH, count

MOST_BESIDE = 2
"""Symbols that stand side by side; of more, each has rows of its own."""
MOST_NAME = 6
"""Characters of a symbol that the head of a narrow column has room for."""
MOST_PLAIN, MOST_TOTAL = 1e8, 1e9
"""Amounts of a year, and totals, from which on money is told in larger units."""


class _Unit(NamedTuple):
    """What amounts of money are divided by, and their decimal places."""

    size: float
    places: int


class _Sums(NamedTuple):
    """Interest, costs and net of all legs: of each year, and of all years."""

    of_year: dict[int, tuple[float, float, float]]
    total: Sequence[float]


def linear(subject: Subject, run: Run) -> Block:
    """Return the trades, the money traded, the ratio and the result of each leg by year."""
    symbols = _symbols(run)
    years = sorted({year.year for year in run.years})
    trades = [sum(y.trades for y in run.years if y.year == year) for year in years]
    unit, word = _unit(run, symbols)
    totals = [_of_year(run, year) for year in years]
    total = [sum(column) for column in zip(*totals, strict=True)]
    sums = _Sums(dict(zip(years, totals, strict=True)), total)
    beside = len(symbols) == 1 or (
        len(symbols) <= MOST_BESIDE and all(len(symbol) <= MOST_NAME for symbol in symbols)
    )
    columns, rows, rules, bold = (_beside if beside else _below)(run, sums, unit)
    return table(
        columns,
        rows,
        finding=findings_of_trades.rebalances(
            list(zip(years, trades, strict=True)), total[2], subject.currency, noun=_noun(run)
        ),
        sub=say(
            "{label}. Money in {in_units}; {explained}.",
            label=findings.upper(findings.the(run.label)),
            in_units=in_units(word, subject.currency),
            explained=_explained(run),
        ),
        bold=bold,
        rules=rules,
        size=7.6,
    )


def _unit(run: Run, symbols: Sequence[str]) -> tuple[_Unit, str]:
    """Return the unit in which every amount has room in its column, and its word."""
    amounts = [value for year in run.years for value in (year.traded, year.result or 0.0)]
    sums = [sum(y.traded for y in run.years if y.symbol == symbol) for symbol in symbols]
    plainly = max(map(abs, amounts), default=0.0) < MOST_PLAIN and max(sums, default=0.0) < (
        MOST_TOTAL
    )
    unit, places, word = (1.0, 0, "") if plainly else numbers.money_unit(amounts)
    return _Unit(unit, places), word


def _symbols(run: Run) -> list[str]:
    return list(dict.fromkeys(year.symbol for year in run.years))


def _of_year(run: Run, year: int) -> tuple[float, float, float]:
    """Return interest, costs and net of all legs in a year."""
    legs = [one for one in run.years if one.year == year]
    interest, costs = run.interest.get(year, 0.0), sum(one.costs or 0.0 for one in legs)
    return interest, costs, sum(one.result or 0.0 for one in legs) + interest - costs


_Table = tuple[list[Column], list[list[str]], list[int], list[int]]


def _beside(run: Run, sums: _Sums, unit: _Unit) -> _Table:
    """Return a row a year, the legs side by side."""
    columns = [Column(say("Year"), "left")]
    for symbol in _symbols(run):
        name = numbers.shortened(symbol, 13)
        heads = (say("trades"), say("traded"), say("ratio"), say("result"))
        # what is counted needs less room than what is paid
        for head, width in zip(heads, ("0.7fr", "1.25fr", "0.7fr", "1.15fr"), strict=True):
            columns.append(Column(f"{name} {head}", width=width))
    columns += [
        Column(say("Interest"), width="0.9fr"),
        Column(say("Costs"), width="0.9fr"),
        Column(say("Net"), width="1.2fr"),
    ]
    rows = []
    for year, three in sums.of_year.items():
        legs = {one.symbol: one for one in run.years if one.year == year}
        cells = [text for symbol in _symbols(run) for text in _leg(legs.get(symbol), unit)]
        rows.append([str(year), *cells, *_amounts(three, unit)])
    last = [
        text
        for symbol in _symbols(run)
        for text in _sums([year for year in run.years if year.symbol == symbol], unit)
    ]
    rows.append([say("Total"), *last, *_amounts(sums.total, unit)])
    return columns, rows, [len(rows) - 1], [len(rows) - 1]


def _below(run: Run, sums: _Sums, unit: _Unit) -> _Table:
    """Return a row for each leg of a year, and one for all of them."""
    columns = [
        Column(say("Year"), "left"),
        Column(say("Symbol"), "left", "1fr"),
        Column(say("Trades")),
        *(
            Column(head, width="1fr")
            for head in (
                say("Traded"),
                say("Ratio"),
                say("Result"),
                say("Interest"),
                say("Costs"),
                say("Net"),
            )
        ),
    ]
    rows: list[list[str]] = []
    rules, bold = [], []

    def leg(head: str, symbol: str, cells: list[str], costs: float) -> list[str]:
        spent = numbers.money(costs, unit=unit.size, places=unit.places)
        return [head, numbers.shortened(symbol, 13), *cells, "", spent, ""]

    for year, three in sums.of_year.items():
        legs = [one for one in run.years if one.year == year]
        rules.append(len(rows))
        rows += [leg(str(year), one.symbol, _leg(one, unit), one.costs or 0.0)
                 for one in legs]  # fmt: skip
        rows.append([str(year), say("all"), *_sums(legs, unit),
                     *_amounts(three, unit)])  # fmt: skip
    rules.append(len(rows))
    for symbol in _symbols(run):
        mine = [year for year in run.years if year.symbol == symbol]
        spent = sum(one.costs or 0.0 for one in mine)
        rows.append(leg(say("Total"), symbol, _sums(mine, unit), spent))
    bold.append(len(rows))
    rows.append([say("Total"), say("all"), *_sums(run.years, unit),
                 *_amounts(sums.total, unit)])  # fmt: skip
    return columns, rows, rules[1:], bold


def _noun(run: Run) -> str:
    if any(year.is_bond for year in run.years):
        return say("bonds")
    return say("futures") if all(year.is_future for year in run.years) else say("shorts")


def _explained(run: Run) -> str:
    """Say what the columns of shorts and futures hold."""
    kinds = {"bond" if year.is_bond else "future" if year.is_future else "" for year in run.years}
    bond = say(
        "ratio: mean value of the bonds sold short over the holding's, negative where they were "
        "bought; result with coupons; interest on the proceeds, less that on the money for bought "
        "ones; costs: spreads and borrow"
    )
    short = say(
        "ratio: mean value of the short over the holding's; result with dividends owed; interest "
        "on the proceeds; costs: spreads, commissions and borrow"
    )
    future = say(
        "futures at model prices, settled in cash at every close, which is their result; ratio: "
        "mean value that they are short of over the holding's; a roll is two trades; they have no "
        "proceeds to earn interest"
    )
    return "; ".join(
        text for kind, text in (("", short), ("future", future), ("bond", bond)) if kind in kinds
    )


def _leg(year: Year | None, unit: _Unit) -> list[str]:
    if year is None:
        return [DASH] * 4
    return [
        count(year.trades),
        numbers.money(year.traded, unit=unit.size, places=unit.places),
        numbers.ratio(year.ratio),
        numbers.money(year.result, unit=unit.size, places=unit.places, signed=True),
    ]


def _amounts(values: Sequence[float], unit: _Unit) -> list[str]:
    interest, costs, net = values
    return [
        numbers.money(interest, unit=unit.size, places=unit.places),
        numbers.money(costs, unit=unit.size, places=unit.places),
        numbers.money(net, unit=unit.size, places=unit.places, signed=True),
    ]


def _sums(years: Sequence[Year], unit: _Unit) -> list[str]:
    results = [year.result for year in years if year.result is not None]
    return [
        count(sum(year.trades for year in years)),
        numbers.money(sum(year.traded for year in years), unit=unit.size, places=unit.places),
        "",
        numbers.money(sum(results), unit=unit.size, places=unit.places, signed=True)
        if results
        else DASH,
    ]
