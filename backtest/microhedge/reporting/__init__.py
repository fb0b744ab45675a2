"""How is a comparison shown?  One PDF, made from the numbers of a comparison alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from microhedge.language import Language, speaking
from microhedge.reporting.catalogue import language_of
from microhedge.reporting.model import model
from microhedge.reporting.pictures import write_charts
from microhedge.reporting.reading import closing_day, read
from microhedge.reporting.render import Paper, render

if TYPE_CHECKING:
    from microhedge.comparison import Comparison

__all__ = ["write_charts", "write_report"]


def write_report(
    comparison: Comparison,
    path: str | os.PathLike[str],
    *,
    paper: Paper = "a4",
    language: Language | str | os.PathLike[str] | None = None,
) -> Path:
    """Write the report of a comparison, replacing an older file whole or not at all.

    The document is stamped with the day after the last session, never with the clock: the same
    comparison gives the same bytes.  `paper` is "a4" or "letter", which is US letter; `language`
    is one that was read, or its file; English without it.  A folder that is not there is made.
    Returns the path.

    Raises
    ------
    ReportError
        The comparison holds no hedge or a value that cannot be shown, or the document cannot be
        set; nothing is left at the path then, or what was there before.
    BadData, UnknownName
        The file of the language breaks a rule, or says something for a message that there is not.
    """
    target = Path(path)
    with speaking(language_of(language)):
        subject = read(comparison)
        pdf = render(model(subject), paper=paper, timestamp=closing_day(subject))
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(pdf)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target
