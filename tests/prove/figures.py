"""One line of what was proven, and how a page of such lines is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """What was tried and how often, the worst that was found, and what it may be at most."""

    what: str
    tried: str
    found: str
    bound: str
    holds: bool

    def row(self) -> list[str]:
        return [self.what, self.tried, self.found, self.bound, "yes" if self.holds else "NO"]


def line(what: str, against: str, off: float, most: float, sign: str = "g") -> Figure:
    """How far a number of ours is off one from outside, and how far it may be."""
    return Figure(what, against, f"{off:.2{sign}}", f"{most:g}", bool(off <= most))


HEAD = ["what", "on, or against", "found", "at most", "holds"]


def aligned(figures: Sequence[Figure]) -> str:
    """A table for a terminal."""
    rows = [HEAD, *(figure.row() for figure in figures)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def markdown(figures: Sequence[Figure]) -> str:
    """A table for a page."""
    rows = [HEAD, ["---"] * len(HEAD), *(figure.row() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def keep(page: Path, part: str, text: str) -> None:
    """Replace what stands between the two marks of a part on a page."""
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->"
    whole = page.read_text(encoding="utf-8")
    before, _, rest = whole.partition(begin)
    _, _, after = rest.partition(end)
    if not rest or not after:
        raise ValueError(f"{page} has no place for {part!r}: {begin.strip()} … {end}")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", encoding="utf-8")
