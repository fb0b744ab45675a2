"""Is anything lost when a writer is killed, the disk is full, or nothing may be written?"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from prove.figures import Figure

TESTS = Path(__file__).parent.parent
RUN = "run protective-put --holding AAPL --start 2020-01-02 --end 2020-12-31 --no-bands"

# each writes the same file again and again, old or new, until it is killed
WRITERS = {
    "result": """
from microhedge.cli.documents import whole
from microhedge.engine import simulate
from prove.random_runs import case
made = [case(1), case(3)]
results = [simulate(one.hedge, one.setup) for one in made]
def write(k):
    with whole(place / "kept.mhr") as part:
        results[k].save(part)
""",
    "cache": """
import pyarrow as pa
from microhedge.sources.parquet import replace_whole
tables = [pa.table({"a": list(range(n))}) for n in (40_000, 50_000)]
def write(k):
    replace_whole(tables[k], place / "kept.parquet")
""",
    "strategy": """
from microhedge.cli.new import _body
os.chdir(place)
def write(k):
    Path("kept.py").unlink(missing_ok=True)
    _body("kept", ("protective-put", "index-short")[k])
""",
}
FRAME = """
import os, sys
from pathlib import Path
place = Path(sys.argv[1])
sys.path[:0] = [{tests!r}]
{writer}
write(0)
print("ready", file=sys.stderr, flush=True)
while True:
    write(1); write(0)
"""


def wholes(what: str, place: Path) -> set[bytes]:
    """The two contents that the file may have."""
    script = FRAME.format(tests=str(TESTS), writer=WRITERS[what]).partition("write(0)\n")[0]
    found = set()
    for k in (0, 1):
        _python(f"{script}\nwrite({k})", place).check_returncode()
        (file,) = (path for path in place.iterdir() if path.name.startswith("kept."))
        found.add(file.read_bytes())
    return found


def killed(what: str, times: int) -> tuple[int, int]:
    """Kill a writer at a random moment; how many files were broken, and left over."""
    dice = random.Random(what)
    broken = left = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        allowed = wholes(what, place)
        for _ in range(times):
            writer = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    FRAME.format(tests=str(TESTS), writer=WRITERS[what]),
                    folder,
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            assert writer.stderr is not None
            assert writer.stderr.readline() == b"ready\n", writer.stderr.read()
            try:
                writer.wait(dice.uniform(0.0, 0.1))
            except subprocess.TimeoutExpired:
                writer.send_signal(signal.SIGKILL)
            writer.wait()
            writer.stderr.close()
            for path in place.iterdir():
                if path.name.startswith("kept.") and path.suffix != ".part":
                    broken += path.read_bytes() not in allowed
                else:
                    left += 1
                    path.unlink()
    return broken, left


def _python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def refused(option: str, bytes_at_most: int, old: bytes) -> str | None:
    """Run with room for a few bytes only; what is wrong with the answer, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kept"
        target.write_bytes(old)
        code = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_at_most},) * 2); "
            "from microhedge.cli import entry; entry(sys.argv[1:])"
        )
        line = [*RUN.split(), option, str(target)]
        done = _python(code, *line)
        errors = [each for each in done.stderr.splitlines() if each.startswith("error: ")]
        if done.returncode != 1 or len(errors) != 1 or "Traceback" in done.stderr:
            return f"{done.returncode}: {done.stderr}"
        if target.read_bytes() != old:
            return "the old file is gone"
        rest = [path.name for path in Path(folder).iterdir() if path != target]
        return f"left {rest}" if rest else None


def unwritable(place: str, option: str) -> str | None:
    """Ask for a file where none can be made; what is wrong with the answer."""
    target = f"{place}/kept"
    done = _python(
        "from microhedge.cli import entry; import sys; entry(sys.argv[1:])",
        *RUN.split(),
        option,
        target,
    )
    errors = [each for each in done.stderr.splitlines() if each.startswith("error: ")]
    if done.returncode not in (1, 2) or len(errors) != 1 or target not in errors[0]:
        return f"{done.returncode}: {done.stderr}"
    return None


def figures(kills: int) -> list[Figure]:
    """Kill each writer so often, fill the disk of each file, and write where nobody may."""
    found = []
    for what in WRITERS:
        broken, left = killed(what, kills)
        found.append(
            Figure(
                f"kill -9 while a {what} is written: files neither old nor new",
                f"{kills} kills, {left} left an unfinished file beside",
                f"{broken}",
                "0",
                broken == 0,
            )
        )
    tries = [(option, size) for option in ("--save", "--report") for size in (0, 1, 4096)]
    wrong = [said for option, size in tries if (said := refused(option, size, b"old"))]
    found.append(
        Figure(
            "a full disk: the old file lost, a part left, or more than one line",
            f"{len(tries)} runs",
            f"{len(wrong)}",
            "0",
            not wrong,
        )
    )
    places = ["/proc", "/dev/null"] if os.path.exists("/proc/self") else ["/dev/null"]
    bad = [s for at in places for o in ("--save", "--report") if (s := unwritable(at, o))]
    found.append(
        Figure(
            "a folder in which nothing can be written: not one line that names the file",
            f"{2 * len(places)} runs",
            f"{len(bad)}",
            "0",
            not bad,
        )
    )
    for each in (*wrong, *bad):
        print(each, file=sys.stderr)
    return found
