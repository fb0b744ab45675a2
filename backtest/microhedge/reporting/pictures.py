"""How are the charts of a report had one by one?  As figures to work on, or as files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure

from microhedge.language import Language, speaking
from microhedge.reporting import style
from microhedge.reporting.catalogue import language_of
from microhedge.reporting.exhibits import parts
from microhedge.reporting.model import exhibits
from microhedge.reporting.reading import read

if TYPE_CHECKING:
    from microhedge.comparison import Comparison

Kind = Literal["svg", "png"]


def charts(
    comparison: Comparison, *, language: Language | str | os.PathLike[str] | None = None
) -> dict[str, Figure]:
    """Return the charts of a comparison's report, by name and in its order.

    Names are "growth", "drawdowns", "against-unhedged", "calendar-years", "payoffs",
    "selling-once", "causes"; where option hedges were run again "reruns"; with a rest of the
    account "portfolio-tail" and "portfolio-variance"; for the first hedge with completed
    puts "floors-NAME", for each with options "rolls-NAME", and for each that leans on a
    correlation "correlation-NAME", "break-NAME", "ratio-parts-NAME", "variance-removed-NAME",
    "dollar-offset-NAME", "premises-NAME" and "ratios-NAME", with the name of its run; with
    details also "scores-NAME" and "joint-moves-NAME".  "greeks" are those of all option hedges, and
    "held" is what the others stood for where no correlation shows it.  A chart that the report
    leaves out is not there.

    The figures are the caller's own: `figure.savefig("growth.png", dpi=200)`.  They have 72 dots
    to the inch and the size that they have on paper; pyplot and its settings are not touched.
    `language` is one that was read, or its file; English without it.

    Raises
    ------
    ReportError
        The comparison holds no hedge or a value that cannot be drawn.
    """
    found = {}
    with speaking(language_of(language)):
        for name, figure in _figures(comparison):
            figure.patch.set(facecolor="white", alpha=1.0)
            found[name] = figure
    return found


def write_charts(
    comparison: Comparison,
    folder: str | os.PathLike[str],
    *,
    kind: Kind = "svg",
    language: Language | str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write the charts of a comparison's report as files of their own, and return their paths.

    They are numbered in the order of the report ("01-growth.svg"), older files of these names
    are replaced and others left alone.  In "svg" letters are outlines, so that no font is needed;
    a "png" has 200 dots to the inch.  The same comparison gives the same bytes.  `language` is as
    in `charts`.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (name, figure) in enumerate(charts(comparison, language=language).items(), start=1):
        path = target / f"{number:02}-{re.sub(r'[^A-Za-z0-9.=_-]+', '-', name).strip('-')}.{kind}"
        drawn = style.png(figure) if kind == "png" else style.svg(figure, outlined=True).encode()
        path.write_bytes(drawn)
        written.append(path)
    return written


def _figures(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    body, pages = exhibits(read(comparison))
    blocks = [*body, *(block for page in pages for block in page.body)]
    for block in (part for one in blocks for part in parts(one)):
        if block["kind"] == "chart":
            yield block["name"], block["figures"][0]
