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

from microhedge.errors import ReportError
from microhedge.reporting import style
from microhedge.reporting.packing import packed
from microhedge.typesetting import typeset

Paper = Literal["a4", "letter"]
PAPERS: Mapping[Paper, str] = {"a4": "a4", "letter": "us-letter"}
"""Each paper by the name that Typst has for it."""
STANDARDS = ("a-2a", "ua-1")
"""Archive level with tags, and accessibility: Typst refuses a document that breaks either."""


def render(
    model: Mapping[str, Any],
    *,
    paper: Paper = "a4",
    timestamp: datetime | date,
    template: str = "report.typ",
) -> bytes:
    """Return the PDF of a model; the same model, paper and timestamp give the same bytes.

    `timestamp` goes into the document's metadata in place of the clock; `template` is one of
    this folder.

    Raises
    ------
    ReportError
        The paper is unknown, or Typst reports an error or a warning: a missing glyph, an unknown
        font, an image without description.
    """
    if paper not in PAPERS:
        raise ReportError(f"paper was {paper!r}; known are {' and '.join(PAPERS)}")
    inputs = {"model": json.dumps(model, ensure_ascii=False), "paper": PAPERS[paper]}
    found = resources.files("microhedge.reporting").joinpath(template)
    with (
        tempfile.TemporaryDirectory(prefix="microhedge-") as name,
        resources.as_file(found) as path,
    ):
        # the font package holds every face twice, and which of two equal ones wins would depend
        # on the order of its folder: with copies of those in use every machine sets the same bytes
        for face in (*map(style.face, style.FACES), style.mono()):
            shutil.copyfile(face, Path(name) / face.name)
        return packed(
            typeset(
                str(path),
                inputs,
                fonts=name,
                standards=STANDARDS,
                timestamp=_moment(timestamp),
            )
        )


def _moment(timestamp: datetime | date) -> datetime:
    if isinstance(timestamp, datetime):
        return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=UTC)
    return datetime(timestamp.year, timestamp.month, timestamp.day, tzinfo=UTC)
