"""Where do the report and the charts of a comparison go?"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from microhedge.cli.outcome import note
from microhedge.errors import ParameterError, ReportError

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.language import Language
    from microhedge.reporting.pictures import Kind
    from microhedge.reporting.render import Paper


def draw(
    found: Comparison,
    *,
    report: Path | None,
    charts: Path | None,
    charts_as: Kind,
    paper: Paper,
    language: Path | None = None,
) -> None:
    """Write what was asked for of the report (a file) and its charts (a folder)."""
    if report is None and charts is None:
        return
    # matplotlib and typst cost more than a whole run
    try:
        from microhedge.reporting import write_charts, write_report
    except ValueError as error:  # matplotlib refuses an MPLBACKEND that it does not know
        raise ReportError(f"the charts cannot be drawn: {error}") from None
    spoken = told(language)
    if report is not None:
        with whole(report) as part:
            write_report(found, part, paper=paper, language=spoken)
    if charts is not None:
        write_charts(found, charts, kind=charts_as, language=spoken)


def told(language: Path | None) -> Language | None:
    """Read a language, and say how much of a document it leaves in English."""
    if language is None:
        return None
    from microhedge.reporting.catalogue import messages, read_language, unsaid

    found = read_language(language)
    if left := len(unsaid(found)):
        note(f"{left:,} of {len(messages()):,} messages are not in {language}: they stay English")
    return found


def beside(result: Path, suffix: str) -> Path:
    """Return the file beside a result that is called as it is, with another end."""
    if result.is_dir():
        raise ParameterError(f"{result} is a folder: name a file in it, as --save writes them")
    return result.with_suffix(suffix)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a file beside *path* to write to, which takes its place only once it is complete.

    Raises OSError with the name that was asked for, not that of the file beside it.
    """
    try:
        with _beside(path) as part:
            yield part
    except OSError as error:
        if error.filename is None or error.errno == errno.ENAMETOOLONG:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
