"""How do strings become a PDF?  One Typst template, checked standards, no clock."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from microhedge.errors import ReportError
from microhedge.report import style

Paper = Literal["a4", "us-letter"]
PAPERS: tuple[Paper, ...] = ("a4", "us-letter")
ARCHIVE: Literal["a-2a"] = "a-2a"
ACCESS: Literal["ua-1"] = "ua-1"
"""Archive level with tags, and accessibility: Typst refuses a document that breaks either."""


def render(model: Mapping[str, Any], *, paper: Paper = "a4", timestamp: datetime | date) -> bytes:
    """Return the PDF of a model; the same model, paper and timestamp give the same bytes.

    `timestamp` goes into the document's metadata in place of the clock.

    Raises
    ------
    ReportError
        The paper is unknown, or Typst reports an error or a warning: a missing glyph, an unknown
        font, an image without description.
    """
    if paper not in PAPERS:
        raise ReportError(f"paper was {paper!r}; known are {' and '.join(PAPERS)}")
    template = resources.files("microhedge.report").joinpath("report.typ").read_bytes()
    inputs = {"model": json.dumps(model, ensure_ascii=False), "paper": paper}
    with tempfile.TemporaryDirectory(prefix="microhedge-") as folder:
        compiler = typst.Compiler(template, font_paths=_fonts(Path(folder)), sys_inputs=inputs)
        try:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=[ARCHIVE, ACCESS], timestamp=_moment(timestamp)
            )
        except typst.TypstError as error:
            raise ReportError(f"the document could not be set: {_line(error)}") from error
    if warnings:
        raise ReportError(f"the document was set with a warning: {_line(warnings[0])}")
    if not isinstance(pdf, bytes):
        raise ReportError("the document came out empty")
    return pdf


def _fonts(folder: Path) -> typst.Fonts:
    """Return the report's faces alone.

    The font package holds every face twice, and which of two equal ones wins would depend on
    the order of its folder: the faces in use are copied, so that every machine sets the same bytes.
    """
    for weight in style.FACES:
        shutil.copyfile(style.face(weight), folder / style.face(weight).name)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)]
    )


def _moment(timestamp: datetime | date) -> datetime:
    if isinstance(timestamp, datetime):
        return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=UTC)
    return datetime(timestamp.year, timestamp.month, timestamp.day, tzinfo=UTC)


def _line(found: Any) -> str:
    """Return a diagnostic on one line, with its hints."""
    hints = "; ".join(found.hints or ())
    return " ".join(f"{found.message}{f' ({hints})' if hints else ''}".split())
