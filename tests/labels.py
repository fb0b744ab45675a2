"""Do the texts of a chart stand apart, and within it?"""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

AIR = 0.75
"""Points by which the boxes of two texts may touch: letters do not fill theirs."""


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every visible text of a figure and where it stands, points from the left below.

    Letters are as wide as in the document, not rounded to the dots of a screen.
    """
    with mpl.rc_context({"text.hinting": "none"}):
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
        return [
            (text.get_text(), text.get_window_extent().padded(-AIR))
            for text in figure.findobj(Text)
            if isinstance(text, Text) and text.get_visible() and text.get_text().strip()
        ]


def clashes(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that overlap."""
    return [(a, b) for (a, x), (b, y) in combinations(boxes(figure), 2) if x.overlaps(y)]


def clipped(figure: Figure) -> list[str]:
    """Return the texts that leave the figure."""
    width, height = (72.0 * size for size in figure.get_size_inches())
    return [
        text
        for text, box in boxes(figure)
        if min(box.x0, box.y0) < 0.0 or box.x1 > width or box.y1 > height
    ]
