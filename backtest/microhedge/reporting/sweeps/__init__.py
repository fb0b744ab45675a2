"""How is a sweep shown?  One PDF, made from the numbers of a judged sweep alone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from microhedge.language import Language, speaking
from microhedge.reporting.catalogue import language_of
from microhedge.reporting.render import Paper, render
from microhedge.reporting.sweeps.model import model
from microhedge.reporting.sweeps.reading import read

if TYPE_CHECKING:
    from microhedge.sweeping.judgement import Judged

__all__ = ["sweep_report"]


def sweep_report(
    judged: Judged,
    path: str | os.PathLike[str],
    *,
    paper: Paper = "a4",
    language: Language | str | os.PathLike[str] | None = None,
) -> Path:
    """Write the report of a judged sweep, replacing an older file whole or not at all.

    Stamped with the day after the last session: the same sweep gives the same bytes.  `language`
    is one that was read, or its file; English without it.  Raises ReportError for a value that
    cannot be shown or a document that cannot be set, BadData or UnknownName for what is wrong in
    the file of the language.
    """
    target = Path(path)
    with speaking(language_of(language)):
        subject = read(judged)
        pdf = render(model(subject), paper=paper, timestamp=subject.end + timedelta(days=1))
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(pdf)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target
