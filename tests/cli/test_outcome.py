"""How a command ends when something goes wrong."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import click
import pytest

from microhedge.cli.outcome import perform
from microhedge.errors import LedgerError, NotCovered, ParameterError


def ends_with(error: BaseException, *arguments: str) -> int:
    @click.command()
    @click.option("--shares", type=float)
    def command(shares: float | None) -> None:
        raise error

    return perform(command, arguments, name="it")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ParameterError("cover must be at most 1, was 2"), 2, "cover must be at most 1, was 2"),
        (NotCovered("start 1990-01-02 is\ntoo early"), 3, "start 1990-01-02 is too early"),
        (LedgerError("residual 3"), 1, "residual 3"),
        (OSError(28, "No space left on device", "a.pdf"), 1, "a.pdf: No space left on device"),
        (ZeroDivisionError("x"), 1, "unexpected ZeroDivisionError: x (--debug shows where)"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    error: Exception, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_with(error) == code
    assert capsys.readouterr().err == f"error: {line}\n"


def test_a_mistyped_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(AssertionError(), "--shres", "3") == 2
    assert "Did you mean" in capsys.readouterr().err
    assert ends_with(AssertionError(), "--shares", "many") == 2
    assert capsys.readouterr().err.startswith("error: Invalid value for '--shares': 'many'")


def test_an_interrupt_says_stopped_and_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.strip() == "stopped"


def test_the_interrupt_of_a_real_process_is_answered_the_same(tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent("""
        import signal, sys, time
        import click
        from microhedge.cli.outcome import perform

        # as in a terminal: a background job of a script starts with interrupts ignored
        signal.signal(signal.SIGINT, signal.default_int_handler)

        @click.command()
        def slow():
            print("ready", flush=True)
            time.sleep(60)

        sys.exit(perform(slow, [], name="slow"))
        """),
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "stopped")


def test_a_reader_that_left_does_not_stop_the_command(tmp_path: Path) -> None:
    script = tmp_path / "talks.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        import click
        from microhedge.cli.outcome import perform, say

        @click.command()
        def talks():
            for _ in range(2000):
                say("a line that nobody reads " * 10)
            Path({str(tmp_path / "done")!r}).touch()

        sys.exit(perform(talks, [], name="talks"))
        """),
        encoding="utf-8",
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, str(script)],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "done").exists()


def test_a_terminal_without_the_minus_sign_is_no_obstacle() -> None:
    code = "from microhedge.cli import entry; entry()"
    line = "run protective-put --holding AAPL --start 2014-01-02 --end 2014-12-31"
    done = subprocess.run(
        [sys.executable, "-c", code, *line.split()],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        timeout=60,
        check=True,
    )
    assert b"AAPL, 1,000 shares, 2014-01-02 to 2014-12-31" in done.stdout
    assert b" ?" in done.stdout
