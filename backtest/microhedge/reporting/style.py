"""What does everything look like?  Colours, sizes, and the figure that every chart starts from.

Charts are drawn with matplotlib's object interface only.  The fonts are named by file on every
piece of text, and the settings are in force only while a figure is made or written: neither
the caller's settings nor the list of installed fonts is touched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from numpy.typing import ArrayLike, NDArray

from microhedge.errors import ReportError

FAMILY = "Source Sans Pro"
FACES = {400: "Regular", 600: "Semibold", 700: "Bold"}
PALETTE = {
    "ink": "#1B1D21",
    "muted": "#5F6670",
    "rule": "#C9CDD3",
    "grid": "#E6E8EB",
    "tint": "#F3F5F8",
    "unhedged": "#3A3C3F",
    "hedge": "#376FCB",
    "second": "#B1521F",
    "selling": "#0E8761",
    "third": "#A64C8F",
    "shadow": "#DADDE2",
    "faded": "#ABB1B9",
}
SIZE = 7.5
"""Text in charts, points; charts are embedded at their own size."""
WIDTH = 493.2
"""Text width of the page, points (174 mm, on A4 and on US Letter)."""
GUTTER = 18.0
"""Between two exhibits side by side, points."""
HALF = (WIDTH - GUTTER) / 2
MOST_POINTS = 700
"""A line is thinned to this many points; at the width of a page the difference cannot be seen."""

RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "microhedge",
    "path.simplify": True,
    "path.simplify_threshold": 0.1,
    "axes.unicode_minus": True,
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one strategy is drawn, on every page: colour, width in points, dash, marker."""

    colour: str
    width: float
    dash: tuple[float, tuple[float, ...]] | str = "solid"
    marker: str = "o"


STROKES = {
    "unhedged": Stroke(PALETTE["unhedged"], 1.0),
    "hedge": Stroke(PALETTE["hedge"], 1.7, marker="s"),
    "second": Stroke(PALETTE["second"], 1.1, (0, (4.5, 1.6)), "^"),
    "third": Stroke(PALETTE["third"], 1.1, (0, (5, 1.5, 1, 1.5)), "v"),
    "selling": Stroke(PALETTE["selling"], 1.3, (0, (1, 1.1)), "D"),
}
HEDGE_STROKES = ("hedge", "second", "third")


@cache
def face(weight: int = 400) -> Path:
    """Return the font file of a weight (400, 600 or 700).

    Raises ReportError where the package that brings it has lost it.
    """
    folder = Path(font_source_sans_pro.font_directory)
    return _there(folder / f"SourceSansPro-{FACES[weight]}.ttf", "font-source-sans-pro")


@cache
def mono() -> Path:
    """Return the font file of commands, which matplotlib ships for its own labels.

    Raises ReportError where it is gone.
    """
    return _there(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf", "matplotlib")


def _there(path: Path, package: str) -> Path:
    if not path.is_file():
        raise ReportError(f"the report's font {path} is gone: reinstall {package}")
    return path


@cache
def font(weight: int = 400, size: float = SIZE) -> FontProperties:
    """Return the report's font, named by its file."""
    return FontProperties(family=FAMILY, weight=weight, size=size, fname=str(face(weight)))


def lacking(text: str, weight: int = 400) -> list[str]:
    """Return the characters of a text that the report's font does not have."""
    glyphs = get_font(str(face(weight)))
    seen = dict.fromkeys(text.replace("\n", ""))
    return [char for char in seen if glyphs.get_char_index(ord(char)) == 0]


def settable(text: str, weight: int = 400) -> str:
    """Return a text with a question mark for every character that the font does not have."""
    for char in lacking(text, weight):
        text = text.replace(char, "?")
    return text


def text_width(text: str, weight: int = 400, size: float = SIZE) -> float:
    """Return the width of the longest line of a text, points, as paper shows it: unhinted."""
    glyphs = get_font(str(face(weight)))
    glyphs.set_size(size, 72)
    widths = [0.0]
    for line in text.split("\n"):
        glyphs.set_text(settable(line, weight), 0.0, flags=LoadFlags.NO_HINTING)
        widths.append(glyphs.get_width_height()[0] / 64.0)
    return max(widths)


@contextmanager
def settings() -> Iterator[None]:
    """Put matplotlib's own defaults and `RC` in force, and the caller's settings back after."""
    changed: Any = {**_defaults(), **RC}
    with mpl.rc_context(changed):
        yield


@cache
def _defaults() -> dict[str, Any]:
    """Return the factory settings, without the backend: asking for that one loads a window."""
    return {
        key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")
    }


def figure(width: float, height: float) -> Figure:
    """Return an empty transparent figure of a size in points, without any layout engine."""
    fig = Figure(figsize=(width / 72.0, height / 72.0), dpi=72)
    fig.patch.set_alpha(0.0)
    return fig


def axes(
    fig: Figure,
    *,
    left: float,
    right: float,
    top: float,
    bottom: float,
    grid: str = "y",
) -> Axes:
    """Return axes inside a figure with margins in points, dressed in the house style."""
    width, height = (72.0 * inches for inches in fig.get_size_inches())
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    ax = fig.add_axes(box)
    ax.patch.set_alpha(0.0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(color=PALETTE["rule"], linewidth=0.7)
    ax.tick_params(length=0, labelsize=SIZE, labelcolor=PALETTE["muted"], pad=4)
    ax.tick_params(axis="x", length=2.5, color=PALETTE["muted"], width=0.5, pad=3)
    ax.set_axisbelow(True)
    for axis in grid:
        getattr(ax, f"{axis}axis").grid(True, color=PALETTE["grid"], linewidth=0.6)
    return ax


def ticks(ax: Axes, axis: str, at: Sequence[float], labels: Sequence[str]) -> None:
    """Put ticks at positions, with text in the report's font."""
    which = getattr(ax, f"{axis}axis")
    which.set_ticks(list(at), labels=[settable(label) for label in labels])
    which.set_ticks([], minor=True)
    for label in which.get_ticklabels():
        label.set(fontproperties=font(), color=PALETTE["muted"], parse_math=False)


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    colour: str = PALETTE["muted"],
    weight: int = 400,
    size: float = SIZE,
    align: str = "left",
    vertical: str = "center",
    shift: tuple[float, float] = (0.0, 0.0),
    within: str = "data",
) -> None:
    """Write a text at data (or axes) coordinates, moved by `shift` points.

    A name that came from a user is inert: nothing in it is read as mathematics.
    """
    ax.annotate(
        settable(text, weight),
        (x, y),
        xytext=shift,
        xycoords="data" if within == "data" else "axes fraction",
        textcoords="offset points",
        ha=align,
        va=vertical,
        color=colour,
        fontproperties=font(weight, size),
        annotation_clip=False,
        parse_math=False,
        linespacing=1.05,
    )


def spread(positions: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Move positions apart to at least `gap`, as little as possible, inside low…high.

    Positions that are too close form a block around the mean of their wishes; blocks that touch
    are merged (pool adjacent violators).  The order is kept; equal wishes keep their sequence.
    """
    wish = np.asarray(positions, dtype=np.float64)
    order = np.argsort(wish, kind="stable")
    blocks: list[tuple[float, int]] = []  # (mean of wish - offset, members)
    for rank, item in enumerate(order):
        mean, size = float(wish[item]) - rank * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean = (before * members + mean * size) / (members + size)
            size += members
        blocks.append((mean, size))
    base = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    placed = np.clip(base, low, max(low, high - (len(wish) - 1) * gap)) + gap * np.arange(len(wish))
    out = np.empty_like(wish)
    out[order] = placed
    return out


def end_labels(ax: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Name lines at their last visible point: (x, y, text, colour), never one over another.

    The limits of the axes must be final: positions are computed from them.
    """
    if not ends:
        return
    height = float(ax.bbox.height)  # points: figures have 72 dots to the inch
    scale, frame = ax.transData, ax.transAxes.inverted()
    share = [float(frame.transform(scale.transform((x, y)))[1]) for x, y, _, _ in ends]
    lifted = spread([height * s for s in share], SIZE * 1.3, 0.0, height)
    for (_, _, text, colour), y in zip(ends, lifted, strict=True):
        write(
            ax, 1.0, float(y) / height, text,
            colour=colour, weight=600, shift=(5.0, 0.0), within="axes",
        )  # fmt: skip


def thin(length: int, most: int = MOST_POINTS) -> NDArray[np.intp]:
    """Return at most `most` row numbers out of `length`, first and last included."""
    if length <= most:
        return np.arange(length, dtype=np.intp)
    return np.unique(np.linspace(0, length - 1, most).astype(np.intp))


def png(fig: Figure, *, dpi: float = 200.0) -> bytes:
    """Write a figure as a picture of so many dots to the inch; the same figure, the same bytes."""
    buffer = io.BytesIO()
    with settings(), mpl.rc_context({"text.hinting": "none"}):
        fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def svg(fig: Figure, *, outlined: bool = False) -> str:
    """Write a figure as SVG text; the same figure gives the same text in any process.

    With `outlined` the letters are shapes on the figure's own background, and no font is needed.
    """
    buffer = io.StringIO()
    with settings(), mpl.rc_context({"svg.fonttype": "path" if outlined else "none"}):
        fig.savefig(
            buffer,
            format="svg",
            transparent=not outlined,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return buffer.getvalue()
