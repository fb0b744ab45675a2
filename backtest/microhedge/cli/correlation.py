"""`microhedge correlation`: did the correlation of two symbols hold after a date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.options import Sections, date_if, date_of, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.prices import market_of, price_options
from microhedge.cli.show import percent, table, wrapped

if TYPE_CHECKING:
    from microhedge.analysis.test_result import TestResult
    from microhedge.relation import Relation
    from microhedge.relation_details import Details


def _body(
    *,
    a: str,
    b: str,
    split: str,
    start: str | None,
    end: str | None,
    as_json: bool,
    plot: str | None,
    **given: Any,
) -> None:
    from microhedge.relation import correlation
    from microhedge.relation_details import details

    found = correlation(
        market_of(given, (a, b), rated=True),
        a,
        b,
        split=date_of("split", split),
        start=date_if("start", start),
        end=date_if("end", end),
    )
    if plot is not None:
        _draw(found, Path(plot))
    more = details(found)
    if as_json:
        document = {**found.document(), "details": None if more is None else more.document()}
        say(json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False))
    else:
        say(_told(found, more))


def _told(found: Relation, more: Details | None) -> str:
    """Return the verdict, the tests behind it, what else is known, and what a textbook says."""
    judged = found.judged
    if judged is None or more is None:
        return wrapped(found.sentence)
    head = (
        f"{found.holding} with {found.factors[0]}, {found.date_of(0)} to "
        f"{found.date_of(len(found.day) - 1)}, {len(found.day):,} returns, split {found.split}"
    )
    rows = [["", "statistic", "p", "p of three"]]
    rows += [
        [test.name, _number(test.statistic), _number(test.pvalue), _number(holm)]
        for test, holm in zip(judged.tests, judged.adjusted, strict=True)
    ]
    said = [_with_date(test, found) for test in judged.tests]
    textbook = [
        f"for comparison, {test.name}: p {_number(test.pvalue)}, {test.caveat}."
        for test in judged.classical
    ]
    caveats = [f"note: {test.caveat}." for test in judged.tests if test.caveat]
    caveats.append(f"note: {more.breaks.caveat}.")
    parts = [
        [head],
        [judged.sentence],
        [table(rows)],
        said,
        list(more.sentences),
        [table(_crises(more))],
        textbook,
        caveats,
    ]
    return "\n\n".join("\n".join(map(wrapped, part)) for part in parts if part)


def _crises(more: Details) -> list[list[str]]:
    """Return the falls of the holding, then those of the market, as rows of words."""
    rows = [["", "sessions", "fall", "correlation", "adjusted", "variance removed"]]
    return rows + [
        [
            one.window.name,
            str(one.n),
            percent(one.fall),
            _number(one.correlation),
            _number(one.adjusted),
            percent(one.effectiveness),
        ]
        for one in more.crises
    ]


def _with_date(test: TestResult, found: Relation) -> str:
    dated = found.date_of(test.row)
    when = "" if dated is None else f" The largest departure is dated {dated}."
    return f"{test.name}: {test.sentence}{when}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return "<0.001" if 0.0 <= value < 0.0005 else f"{round(value, 3) + 0.0:.3f}".replace("-", "−")


def _draw(found: Relation, target: Path) -> None:
    """Write the rolling correlation with its band as SVG."""
    from microhedge.calendar import day_number
    from microhedge.errors import UsageError
    from microhedge.reporting import charts, style
    from microhedge.reporting.numbers import ratio

    judged = found.judged
    if target.suffix != ".svg":
        raise UsageError(f"--plot {target}: the chart is SVG; name a file ending in .svg")
    if judged is None or found.split is None:
        raise UsageError(f"there is nothing to plot: {found.sentence}")
    paths = judged.paths
    figure = charts.rolling_correlation(
        found.day,
        paths.short,
        paths.context,
        level=paths.level,
        band=(paths.low, paths.high),
        split=day_number(found.split),
        labels=(
            f"{paths.window} sessions",
            f"{paths.context_window} sessions",
            f"Level {ratio(paths.level)}",
            f"Split, {found.split}",
        ),
    )
    target.write_text(style.svg(figure), encoding="utf-8")


command = Sections(
    "correlation",
    arguments=[click.Argument(["a"]), click.Argument(["b"])],
    sections={
        "Window": [
            click.Option(
                ["--split"], required=True, metavar="DATE", help="Last day of what was known."
            ),
            click.Option(["--start"], metavar="DATE", help="First session.  [the first common]"),
            click.Option(["--end"], metavar="DATE", help="Last session.  [the last common]"),
        ],
        "Prices": price_options(),
        "Output": [
            click.Option(["--plot"], metavar="SVG", help="Draw the rolling correlation."),
            json_option(),
            debug_option(),
        ],
    },
    callback=_body,
    help="Ask whether the correlation of A and B held after a date.",
)
