"""Is every wrong line, and every broken strategy file, answered in one line and a known code?

Command lines and files are mutated at random and read in this process, up to the point where
prices would be loaded.  While they are, no other program may be started and nothing be written
outside of the folder in which they are typed.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import click
from prove.figures import Figure

from microhedge.cli import prices
from microhedge.cli.app import root
from microhedge.cli.outcome import perform
from microhedge.declaration import parameters
from microhedge.errors import MicrohedgeError
from microhedge.folders import strategy_files
from microhedge.loading import load
from microhedge.sources import bundled, yahoo
from microhedge.sources.yahoo import snapshot
from microhedge.sources.yahoo.cache import path_of

LINES = [
    line.split()
    for line in (
        "run protective-put --holding AAPL --start 2015-01-02 --end 2016-01-04 --moneyness 0.9",
        "run pair-short --holding MSFT --peer IBM --shares 10 --json --no-bands",
        "run index-short --holding AAPL --calendar XNYS --genuine 2015-01-02 --fill next_open",
        "compare AAPL --shares 1000 --weight 0.4 --with protective-put:moneyness=0.9,tranches=2",
        "compare AAPL --value 1e6 --cash 100 --with pair-short:peer=MSFT --vol constant:0.25",
        "compare AAPL --with index-short --report out/a.pdf --save out/a.mhr --details --audit",
        "correlation KO PEP --split 2012-12-31 --start 2000-01-03 --json",
        "diagnose AAPL --weight 0.4",
        "find-hedge XOM --start 2010-01-04",
        "check protective-put --holding AAPL --cuts 5 --seed 1 --vol vix",
        "new my-hedge --from protective-put",
        "list --json",
        "data list",
        "data check AAPL --json",
        "data check acme.csv --symbol ACME",
        "data fetch AAPL IBM --start 2000-01-01 --refresh",
        "data snapshot AAPL --out chains",
        "data chains quotes --symbol AAPL",
        "demo --report a.pdf",
        "doctor --json",
        "completion bash",
        "sweep pair-short --holding KO --peer PEP,PG --window 252,504 --out ko --dry-run",
        "sweep protective-put --holding AAPL --moneyness 0.8:0.95:0.05 --phases 3 --sample 5",
        "sweep run.toml --fresh",
        "results ko --sort annual_return --top 5 --csv ko.csv",
        "--version",
        "--help",
    )
]
HOSTILE = [
    "", " ", "-", "--", "---", "=", ":", ",", "\n", "\t", "'", '"', "\\", "%s%n", "{0}", "\x1b[31m",
    "nan", "inf", "-inf", "-1", "0", "1e308", "1e400", "0x10", "1_000", "40%", "1,000", "٣", "½",
    "999999999999999999999", "0001-01-01", "9999-12-31", "2015-02-30", "20150102", "2015-W01-1",
    "../../etc/passwd", "/etc/passwd", "~", "~root/x", "/dev/null", "/proc/self/mem", "CON", ".",
    "; touch pwned", "$(touch pwned)", "`touch pwned`", "| tee pwned", "&& touch pwned", "> pwned",
    "constant:", "constant:nan", "constant:-1", "a" * 300, "\udcff", "\U0001f600", "\u202e",
    "protective-put:=", "protective-put:,", "os:system", "os.path:join", "json:JSONEncoder",
]  # fmt: skip
TOML = """strategy = "protective-put"
holding = "AAPL"
out = "swept"
start = 2015-01-02

[sweep]
moneyness = {from = 0.80, to = 0.95, step = 0.05}
tenor = [91, 182]
shares = 1000
dry_run = true

[costs]
spread_rate = [0.02, 0.03]
"""
CODES = {0, 1, 2, 3}
WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"}
STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"}


class Watch:
    """What this process does to the machine while it is on; an audit hook can only be added."""

    def __init__(self) -> None:
        self.place: Path | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.place is None:
            return
        if event in STARTS or event.startswith("socket.connect"):
            if event == "subprocess.Popen" and arguments[1][1:] in ASKED:
                return
            self.seen.append(f"{event} {arguments!r}")
        elif event in WRITES or (event == "open" and _to_write(arguments)):
            path = Path(os.path.abspath(os.fsdecode(arguments[0])))
            if path != Path(os.devnull) and not path.is_relative_to(self.place):
                self.seen.append(f"{event} {path}")


# by click for `completion bash`, and by Python's `platform` for `doctor`
ASKED = (["--norc", "-c", 'echo "${BASH_VERSION}"'], ["-p"])


def _to_write(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = arguments
    if isinstance(path, int):
        return False
    if mode is not None:
        return any(sign in mode for sign in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


WATCH = Watch()


def mutated(words: list[str], dice: random.Random) -> list[str]:
    """A line with up to three of its words dropped, doubled, swapped, broken or replaced."""
    line = list(words)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(line)) if line else 0
        kind = dice.randrange(7)
        if kind == 0 and line:
            del line[at]
        elif kind == 1:
            line.insert(at, dice.choice(HOSTILE))
        elif kind == 2 and line:
            line[at] = dice.choice(HOSTILE)
        elif kind == 3 and line:
            line.insert(at, line[at])
        elif kind == 4 and line:
            other = dice.randrange(len(line))
            line[at], line[other] = line[other], line[at]
        elif kind == 5 and line:
            line[at] = _broken(line[at], dice)
        else:
            line.insert(at, dice.choice(dice.choice(LINES)))
    return line


def _broken(word: str, dice: random.Random) -> str:
    at = dice.randint(0, len(word))
    return word[:at] + dice.choice((dice.choice(HOSTILE), "", chr(dice.randint(1, 0x2FF)))) + word[
        at + dice.randint(0, 2) :
    ]  # fmt: skip


@contextlib.contextmanager
def _stopped_before_prices() -> Iterator[None]:
    def reached(*_: Any, **__: Any) -> Any:
        raise click.exceptions.Exit(0)

    with contextlib.ExitStack() as stack:
        for module, name in (
            (prices, "_market"),
            (sys.modules["microhedge.sources.bundled"], "bundled"),
            (yahoo, "yahoo"),
            (snapshot, "snapshot"),
        ):
            stack.enter_context(mock.patch.object(module, name, reached))
        stack.enter_context(mock.patch("microhedge.installation._yahoo", return_value="no"))
        yield


def lines(count: int, first: int = 0) -> tuple[Counter[int], list[str]]:
    """Type mutated lines; how they ended, and what broke a rule."""
    ends: Counter[int] = Counter()
    wrong: list[str] = []
    with _typing() as place:
        for number in range(first, first + count):
            dice = random.Random(number)
            _judge(number, mutated(dice.choice(LINES), dice), place, ends, wrong)
    return ends, wrong


def tomls(count: int, first: int = 0) -> tuple[Counter[int], list[str]]:
    """Sweep by mutated files; how they ended, and what broke a rule."""
    ends: Counter[int] = Counter()
    wrong: list[str] = []
    with _typing() as place:
        for number in range(first, first + count):
            dice = random.Random(number)
            (place / "run.toml").write_bytes(_text(TOML, dice))
            _judge(number, ["sweep", "run.toml"], place, ends, wrong)
    return ends, wrong


@contextlib.contextmanager
def _typing() -> Iterator[Path]:
    """A folder to type in, where nothing is loaded and nothing compiled is kept."""
    before = Path.cwd()
    bundled()  # what is loaded once, before anything is watched
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    with tempfile.TemporaryDirectory() as folder, _stopped_before_prices():
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
            sys.dont_write_bytecode = quiet


def _judge(number: int, line: list[str], place: Path, ends: Counter[int], wrong: list[str]) -> None:
    code, said = _typed(line, place)
    ends[code] += 1
    errors = [each for each in said.splitlines() if each.startswith("error: ")]
    surprised = "(--debug shows where)" in said or "Traceback" in said
    known = code in CODES and len(errors) == (code != 0)
    if surprised or not known or WATCH.seen:
        wrong.append(f"{number}: {line!r}: {code} {said.strip()[-300:]} {WATCH.seen}")
        WATCH.seen.clear()


def _typed(line: list[str], place: Path) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    WATCH.place = place
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = perform(root, line, name="microhedge")
    finally:
        WATCH.place = None
    return code, err.getvalue()


def files(count: int, first: int = 0) -> tuple[Counter[str], list[str]]:
    """Load mutated strategy files; how they ended, and what broke a rule."""
    sources = [path.read_text(encoding="utf-8") for path in strategy_files().values()]
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.py"
        for number in range(first, first + count):
            dice = random.Random(number)
            path.write_bytes(_text(dice.choice(sources), dice))
            known = set(sys.modules)
            WATCH.place = Path(folder)
            try:
                with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of the mutated text, to its author
                    parameters(load(str(path)))
                ends["loaded"] += 1
            except MicrohedgeError as error:
                ends[type(error).__name__] += 1
                if error.exit_code not in (2, 3) or "\n" in str(error):
                    wrong.append(f"{number}: {error.exit_code} {error}")
            except Exception as error:
                wrong.append(f"{number}: {type(error).__name__}: {error}")
            finally:
                WATCH.place = None
            if WATCH.seen:
                wrong.append(f"{number}: {WATCH.seen}")
                WATCH.seen.clear()
            for name in set(sys.modules) - known:
                del sys.modules[name]
    return ends, wrong


def _text(source: str, dice: random.Random) -> bytes:
    """A strategy's text with some words swapped, dropped or replaced, or bytes that are no text."""
    rows = source.splitlines()
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(rows))
        kind = dice.randrange(5)
        if kind == 0:
            del rows[at]
        elif kind == 1:
            rows.insert(at, rows[dice.randrange(len(rows))])
        elif kind == 2:
            rows[at] = _broken(rows[at], dice)
        elif kind == 3:
            words = rows[at].split(" ")
            words[dice.randrange(len(words))] = dice.choice((*HOSTILE, "Hedge", "int", "=", "None"))
            rows[at] = " ".join(words)
        else:
            rows[at] = rows[at][4:]
    text = "\n".join(rows).encode("utf-8", "surrogateescape")
    return text if dice.random() < 0.95 else text[: len(text) // 2] + b"\xff\x00" + text[:9]


def outside(count: int) -> int:
    """How many hostile symbols would be kept outside of the cache's own folder."""
    place = Path("/cache")
    dice = random.Random(0)
    names = [_broken(dice.choice(HOSTILE), dice) for _ in range(count)]
    names = [name for name in names if name.isascii() or name.isprintable()]
    return sum(path_of(place, name).parent != place / "yahoo" for name in names)


def figures(count: int) -> list[Figure]:
    """Of ten, seven lines, two strategy files and one sweep file."""
    typed, wrong_lines = lines(count * 7 // 10)
    read, wrong_files = files(count * 2 // 10)
    swept, wrong_tomls = tomls(count // 10)
    for each in (*wrong_lines[:20], *wrong_files[:20], *wrong_tomls[:20]):
        print(each, file=sys.stderr)
    ways = ", ".join(f"{name} {times:,}" for name, times in read.most_common())
    escaped = outside(10_000)
    return [
        _none(
            "command lines that end otherwise than in one line and a known code",
            f"{typed.total():,} lines ({_codes(typed)})",
            len(wrong_lines),
        ),
        _none(
            "strategy files that end otherwise than loaded or in one line",
            f"{read.total():,} files ({ways})",
            len(wrong_files),
        ),
        _none(
            "files of a sweep (TOML) that end otherwise than in one line and a known code",
            f"{swept.total():,} files ({_codes(swept)})",
            len(wrong_tomls),
        ),
        _none("symbols that would leave the cache's folder", "10,000 names", escaped),
    ]


def _codes(ends: Counter[int]) -> str:
    return "exit code " + ", ".join(f"{code}: {times:,}" for code, times in sorted(ends.items()))


def _none(what: str, tried: str, found: int) -> Figure:
    return Figure(what, tried, str(found), "0", found == 0)
