"""A sweep that was stopped, however, goes on where it ended and comes to the same table."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from time import monotonic, sleep

import pytest
from grid_jobs import cheap

from microhedge.errors import SweepError, UsageError
from microhedge.sweeping.driver import carry_out
from microhedge.sweeping.journal import JOURNAL
from microhedge.sweeping.results import Sweep

TESTS = Path(__file__).parents[1]

DRIVER = """
import multiprocessing, signal, sys
from pathlib import Path

# as in a terminal: a background job of a script starts with interrupts ignored
signal.signal(signal.SIGINT, signal.default_int_handler)

from grid_jobs import cheap
from microhedge.sweeping.driver import Stopped, carry_out

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    try:
        carry_out(cheap(days=60), workers=2, out=Path(sys.argv[1]))
    except Stopped as stop:
        sys.exit(str(stop))
"""


def content(found: Sweep) -> tuple[bytes, bytes]:
    table, returns = found.folder / "results.parquet", found.folder / "returns.f4"
    return table.read_bytes(), returns.read_bytes()


def started(folder: Path) -> subprocess.Popen[str]:
    """Start the sweep in a process group of its own, and wait until some cells are done."""
    script = folder.with_name("driver.py")
    script.write_text(textwrap.dedent(DRIVER), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(TESTS)])},
    )
    until = monotonic() + 60
    while lines(folder) < 60:
        assert process.poll() is None, process.communicate()[1]
        assert monotonic() < until
        sleep(0.01)
    return process


def lines(folder: Path) -> int:
    path = folder / JOURNAL
    return path.read_bytes().count(b"\n") if path.exists() else 0


def members(group: int) -> list[int]:
    """Living processes of a group."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                state, _, owner = (place / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(owner) == group and state != "Z":
                found.append(int(place.name))
    return found


def test_a_sweep_that_was_killed_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = started(folder)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    before = lines(folder)
    assert 60 <= before < 961
    with (folder / JOURNAL).open("ab") as file:
        file.write(b'{"cell":7,"torn')
    again = carry_out(cheap(days=60), workers=0, out=folder)
    assert lines(folder) == 961  # every cell once, and the line that names the sweep
    assert content(again) == content(carry_out(cheap(days=60), out=tmp_path / "whole"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_an_interrupt_stops_at_once_says_how_far_and_leaves_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    process = started(folder)
    began = monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the workers as well
    _, said = process.communicate(timeout=30)
    assert monotonic() - began < 10.0
    done = lines(folder) - 1
    assert said == f"stopped; {done:,} of 960 cells are done: the same command goes on\n"
    until = monotonic() + 10
    while members(process.pid) and monotonic() < until:
        sleep(0.05)
    assert members(process.pid) == []


def test_a_finished_sweep_has_nothing_left_to_do(tmp_path: Path) -> None:
    first = carry_out(cheap(days=2), workers=0, out=tmp_path)
    journal, before = (tmp_path / JOURNAL).read_bytes(), content(first)
    again = carry_out(cheap(days=2), workers=0, out=tmp_path)
    assert (tmp_path / JOURNAL).read_bytes() == journal
    assert content(again) == before


def test_another_sweep_is_not_mixed_into_a_folder_unless_it_starts_again(tmp_path: Path) -> None:
    carry_out(cheap(days=2), workers=0, out=tmp_path)
    with pytest.raises(UsageError, match="holds another sweep: its axes and cells differ"):
        carry_out(cheap(days=3), workers=0, out=tmp_path)
    assert len(carry_out(cheap(days=3), workers=0, out=tmp_path, fresh=True).frame) == 48


def test_a_full_disk_is_one_line_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = os.write, iter(range(10_000))

    def write(file: int, data: bytes) -> int:
        if next(count) == 10:
            raise OSError(28, "No space left on device")
        return real(file, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        with pytest.raises(SweepError, match=r"No space left on device; 9 of 32 cells are kept"):
            carry_out(cheap(days=2), workers=0, out=tmp_path)
    again = carry_out(cheap(days=2), workers=0, out=tmp_path)
    assert lines(tmp_path) == 33
    assert len(again.frame) == 32


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        textwrap.dedent("""
        import microhedge as mh

        class Mine(mh.Hedge):
            part: float = 0.5

            def on_session(self, now):
                if now.new_month:
                    now.short("SPX", value=self.part * now.value)

        mh.sweep(
            Mine(holding="KO"), mh.data.bundled(), mh.Portfolio(shares=1000),
            {"part": "0.1:0.4:0.1"}, workers=2,
        )
        """),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert 'put the call under `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
    guarded = script.read_text(encoding="utf-8").replace("mh.sweep(", "found = mh.sweep(")
    guarded = guarded.replace("found =", 'if __name__ == "__main__":\n    found =')
    script.write_text(f"{guarded}\n    print(list(found.frame['status']))\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "['ok', 'ok', 'ok', 'ok']", done.stderr


def test_a_worker_loads_nothing_that_only_a_report_needs(tmp_path: Path) -> None:
    script = f"""
import pickle, sys
from microhedge.sweeping.cell import run_chunk
from microhedge.sweeping.build import build
done = run_chunk({str(tmp_path / "job")!r}, build(), (0, 1))
print(len(done.cells), [cell.error for cell in done.cells])
print(sorted(sys.modules))
"""
    import pickle

    from microhedge.sweeping.plan import travelling

    (tmp_path / "job").write_bytes(pickle.dumps(travelling(cheap())))
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
    ).stdout
    assert told.startswith("2 [None, None]\n")
    for heavy in ("pandas", "pyarrow", "statsmodels", "matplotlib", "typst", "click", "joblib"):
        assert f"'{heavy}'" not in told, heavy


def test_a_worker_with_other_code_is_refused(tmp_path: Path) -> None:
    from microhedge.sweeping.cell import run_chunk

    with pytest.raises(SweepError, match=r"the sweep is of 9\.9\.9.*install the same on both"):
        run_chunk(b"", "9.9.9+abc", (0,))
