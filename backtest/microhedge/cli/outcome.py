"""How a command ends: its exit code, and one line for what went wrong.

0 done · 1 a run failed · 2 usage · 3 data missing or refused · 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

import click

INTERRUPTED = 130
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""How every command answers -h."""


@dataclass(slots=True)
class State:
    """What one command line asks of its own error handling."""

    debug: bool = False


def perform(command: click.Command, arguments: Sequence[str] | None, *, name: str | None) -> int:
    """Run *command* and return its exit code; every error becomes one line on stderr."""
    state = State()
    try:
        code = command.main(
            args=None if arguments is None else list(arguments),
            prog_name=name,
            standalone_mode=False,
            obj=state,
        )
        say("", end="")  # a reader that left early is noticed here, not at interpreter exit
        return code if isinstance(code, int) else 0
    except (click.Abort, KeyboardInterrupt) as stop:
        return _fail(str(stop) or "stopped", INTERRUPTED, state)
    except click.MissingParameter as error:
        path = error.ctx.command_path if error.ctx else "microhedge"
        message = f"{error.format_message().rstrip('.')}: see `{path} --help`"
        return _fail(message, error.exit_code, state)
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code, state)
    except Exception as error:
        return _fail(*_told(error), state)


def say(text: str, *, end: str = "\n") -> None:
    """Print a result to stdout; a reader that closed the pipe does not stop the command.

    Raises OSError where the file that stdout was sent to cannot take it.
    """
    if sys.stdout is None:  # closed before the start, as by >&-
        return
    try:
        sys.stdout.write(text + end)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget()
    except OSError as error:
        _forget()
        raise OSError(error.errno, error.strerror, "standard output") from None


def _forget() -> None:
    """Drop what is still to be written, so that no second error follows at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Print what is said along the way to stderr, where it cannot mix with a result."""
    click.echo(text, err=True)


def _told(error: Exception) -> tuple[str, int]:
    from microhedge.errors import MicrohedgeError, unread

    if isinstance(error, MicrohedgeError):
        return str(error), error.exit_code
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"a name of {len(str(error.filename))} characters is too long for a file", 2
    if isinstance(error, FileNotFoundError) and error.filename is None and _is_nowhere():
        return "the folder in which this was typed is gone: change to another", 2
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {unread(error)}", 1
    if isinstance(error, OSError) and error.strerror:
        return error.strerror, 1
    return f"unexpected {type(error).__name__}: {error} (--debug shows where)", 1


def _is_nowhere() -> bool:
    """Tell whether the current folder has been removed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _fail(message: str, code: int, state: State) -> int:
    if state.debug:
        traceback.print_exc()
    line = " ".join(message.split())
    note(line if code == INTERRUPTED else f"error: {line}")
    return code
