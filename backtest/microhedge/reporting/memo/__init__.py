"""How is a hedge documented?  Two pages and the calculations behind them, from a saved comparison.

The memo describes a backtest: HYPOTHETICAL lies across both pages, and no number is judged.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from microhedge.errors import BadData, unread
from microhedge.language import Language, speaking
from microhedge.reporting.catalogue import language_of
from microhedge.reporting.memo.calculations import table
from microhedge.reporting.memo.facts import Facts, facts
from microhedge.reporting.memo.gate import classification_of, framework_of, gate
from microhedge.reporting.memo.model import Subject, model, tidied
from microhedge.reporting.memo.prospective import regression
from microhedge.reporting.memo.retrospective import legs, look_back
from microhedge.reporting.render import Paper, render

if TYPE_CHECKING:
    from microhedge.comparison import Comparison

__all__ = ["write_memo"]


def write_memo(
    comparison: Comparison,
    path: str | os.PathLike[str],
    *,
    framework: str = "economic",
    classification: str | None = None,
    hedge: str | None = None,
    relationship: str = "",
    paper: Paper = "a4",
    saved: str | os.PathLike[str] | None = None,
    language: Language | str | os.PathLike[str] | None = None,
) -> Path:
    """Write the memo of one hedge of a comparison, and its calculations as CSV beside it.

    The path of the PDF is returned.  The same comparison and arguments give the same bytes.

    Parameters
    ----------
    path
        Of the PDF; the CSV has the same name with `.csv`.  Older files are replaced.
    framework
        "economic" (no framework is asked about), "ifrs9" or "us-gaap".
    classification
        Of the share: "fvoci" or "fvtpl"; IFRS 9 needs it to decide.
    hedge
        The name of the hedge's run; the first one without it.
    relationship
        Why the instrument moves against the item, in the user's words, at most 2,000 characters;
        INCOMPLETE stands in its place where there are none.
    paper
        "a4" or "us-letter".
    saved
        The file from which the comparison was read, for its hash.
    language
        One that was read, or its file; English without it.  The calculations are for programs and
        keep their English heads.

    Raises
    ------
    UnknownName
        No such framework, classification, hedge, or message of the language.
    BadData
        The file of the language breaks a rule.
    ParameterError
        The relationship has more than 2,000 characters.
    NotCovered
        The hedge never traded, has no completed roll, or nothing after its designation.
    ReportError
        The comparison holds no hedge, or the document cannot be set.
    """
    target = Path(path)
    asked, kind = framework_of(framework), classification_of(classification)
    words = tidied(relationship)
    spoken = language_of(language)
    found = facts(comparison, hedge)
    before, after = regression(found), look_back(found)
    completed = legs(found) if found.uses_options else ()
    calculations = table(found, before, after, completed)
    named = [("csv", sha256(calculations).hexdigest())]
    if saved is not None:
        named.append(("file", _digest(Path(saved))))
    with speaking(spoken):
        subject = Subject(
            framework=asked,
            classification=kind,
            gate=gate(asked, kind, found.instrument, received=_received(found)),
            facts=found,
            regression=before,
            lookback=after,
            legs=completed,
            relationship=words,
            files=tuple(named),
        )
        closing = found.day(-1) + timedelta(days=1)
        pdf = render(model(subject), paper=paper, timestamp=closing, template="memo.typ")
    _write({target: pdf, target.with_suffix(".csv"): calculations})
    return target


def _received(found: Facts) -> bool:
    """Tell whether the first options brought a net premium in."""
    mine = found.legs["opened"] == found.first
    return float(found.legs["premium"][mine].sum()) < 0.0


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise BadData(f"{path}: {unread(error)}") from None


def _write(contents: dict[Path, bytes]) -> None:
    """Write files that belong together, each whole or not at all."""
    with ExitStack() as stack:
        partial = {}
        for target, content in contents.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}.partial")
            stack.callback(part.unlink, missing_ok=True)
            part.write_bytes(content)
            partial[part] = target
        for part, target in partial.items():
            os.replace(part, target)
