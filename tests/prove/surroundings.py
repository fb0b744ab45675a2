"""Does a run come out the same wherever it is started, and does what is missing say so?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from prove.figures import Figure

RUN = "run protective-put --holding AAPL --start 2020-01-02 --end 2020-12-31"

ODD: Mapping[str, Mapping[str, str]] = {
    "the C locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a graphical backend of matplotlib": {"MPLBACKEND": "TkAgg", "DISPLAY": ":99"},
    "no home and nowhere to keep anything": {
        "HOME": "/proc",
        "XDG_CACHE_HOME": "/proc",
        "MPLCONFIGDIR": "/proc",
    },
    "the other side of the date line": {"TZ": "Pacific/Kiritimati"},
    "a terminal twenty columns wide": {"COLUMNS": "20", "LINES": "3", "TERM": "dumb"},
}
"""What is set in the environment of a process."""

BEFORE: Mapping[str, str] = {
    "a clock of the year 2000": (
        "import datetime, time\n"
        "time.time = lambda: 946_684_800.0\n"
        "class Then(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return cls(2000, 1, 1, tzinfo=tz)\n"
        "datetime.datetime = Then\n"
    ),
    "processes that are spawned": (
        "import multiprocessing\nmultiprocessing.set_start_method('spawn')\n"
    ),
    # what importing backtrader.plot does (1.9.78.123, plot/__init__.py, line 35), with nothing to
    # show a window on
    "backtrader, which chooses a backend with windows": (
        "import os, matplotlib\nos.environ.pop('DISPLAY', None)\nmatplotlib.use('TKAgg')\n"
    ),
    "matplotlib in use, with a style of its own": (
        "import matplotlib\n"
        "matplotlib.use('svg')\n"
        "matplotlib.rcParams.update({'font.size': 30, 'axes.grid': True})\n"
    ),
}
"""What is done in a process before microhedge is imported."""

FONTLESS = "import font_source_sans_pro\nfont_source_sans_pro.font_directory = '/nowhere'\n"


def made(
    place: Path, *, env: Mapping[str, str] | None = None, before: str = "", bands: bool = False
) -> tuple[int, str, tuple[bytes, ...]]:
    """Run in a process of its own, without a terminal; its code, errors, and what it wrote."""
    targets = [place / name for name in ("kept.mhr", "kept.pdf")]
    for target in targets:
        target.unlink(missing_ok=True)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{before}\nimport sys\nfrom microhedge.cli import entry\nentry(sys.argv[1:])",
            *RUN.split(),
            *([] if bands else ["--no-bands"]),
            *("--save", "kept.mhr", "--report", "kept.pdf"),
        ],
        cwd=place,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    written = tuple(path.read_bytes() for path in targets if path.exists())
    return done.returncode, done.stderr, written


def differing(odd: Sequence[str], *, bands: bool = False) -> list[str]:
    """Name the surroundings in which the result or the report has other bytes."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        usual = made(place, bands=bands)
        assert len(usual[2]) == 2, usual[1]
        for name in odd:
            found = made(place, env=ODD.get(name), before=BEFORE.get(name, ""), bands=bands)
            if found[0] or "Traceback" in found[1] or found[2] != usual[2]:
                wrong.append(f"{name}: {found[1]}")
    return wrong


def fontless() -> str | None:
    """Take the report's font away; what is wrong with the answer, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        code, said, written = made(Path(folder), before=FONTLESS)
    errors = [line for line in said.splitlines() if line.startswith("error: ")]
    if code != 1 or len(errors) != 1 or "font" not in errors[0] or "Traceback" in said:
        return f"{code}: {said}"
    return None if len(written) < 2 else "a report was written"


def figures() -> list[Figure]:
    """Start the same run in every surroundings, and once without the report's font."""
    wrong = [*differing([*ODD, *BEFORE]), *differing(["processes that are spawned"], bands=True)]
    lost = fontless()
    for each in (*wrong, *([lost] if lost else [])):
        print(each, file=sys.stderr)
    return [
        Figure(
            "other bytes of the result or its report in odd surroundings",
            "; ".join([*ODD, *BEFORE]),
            f"{len(wrong)}",
            "0",
            not wrong,
        ),
        Figure(
            "the report's font is missing: not one line that says so",
            "1 run",
            f"{int(lost is not None)}",
            "0",
            lost is None,
        ),
    ]
