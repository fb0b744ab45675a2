"""`microhedge new`: start a strategy of one's own from one that there is."""

from __future__ import annotations

import inspect
import keyword
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from microhedge.cli.options import Sections, debug_option
from microhedge.cli.outcome import say

_EXAMPLES: Final = {"peer": "MSFT", "peers": "MSFT+NVDA", "bond": "MOODYS-BAA"}
"""Shipped symbols for what a strategy requires, so that the commands shown run as they stand."""


def _body(name: str, source: str) -> None:
    from microhedge.declaration import dashed, parameters
    from microhedge.errors import ParameterError
    from microhedge.loading import load

    module = _module_of(name)
    path = Path(f"{module}.py")
    if path.exists():
        raise ParameterError(f"{path} exists and is never overwritten: choose another name")
    strategy = load(source)
    old, new = strategy.__name__, "".join(part.capitalize() for part in module.split("_"))
    text = Path(inspect.getfile(strategy)).read_text(encoding="utf-8")
    text = re.sub(rf"\b{old}\b", new, text)
    text = text.replace(f"microhedge run {dashed(strategy)}", f"microhedge run {path}")
    # whole or not at all, even if this process is killed
    part = Path(f".{module}-{os.getpid()}.py")
    try:
        part.write_text(text, encoding="utf-8")
        load(f"{part}:{new}")
        _place(part, path)
    finally:
        part.unlink(missing_ok=True)
    say(f"{path} holds {new}, a copy of {dashed(strategy)}; next:")
    needed = [one.name for one in parameters(strategy) if one.is_required]
    given = "".join(f" --{one} {_EXAMPLES.get(one, one.upper())}" for one in needed)
    say(f"  microhedge run {path} --holding AAPL{given}")
    say(f"  microhedge check {path} --holding AAPL{given}")


def _place(part: Path, path: Path) -> None:
    """Give a file its name; one that has come into being since is not overwritten either."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as exFAT
        with path.open("x", encoding="utf-8") as file:
            file.write(part.read_text(encoding="utf-8"))


def _module_of(name: str) -> str:
    """Return the module's name, or refuse one that Python would not or should not import."""
    from microhedge.errors import ParameterError

    module = name.removesuffix(".py").replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", module) or keyword.iskeyword(module):
        near = re.sub(r"[^a-z0-9]+", "-", name.removesuffix(".py").lower()).strip("-") or "hedge"
        good = near if near[0].isalpha() and not keyword.iskeyword(near) else f"my-{near}"
        raise ParameterError(
            f"{name!r} is no name for a strategy: small letters, digits and dashes, starting with "
            f"a letter, such as {good}"
        )
    if not Path(f"{module}.py").exists() and find_spec(module) is not None:
        raise ParameterError(
            f"{name!r} would hide the module {module} from every script beside it: "
            f"choose another name, such as my-{module.replace('_', '-')}"
        )
    return module


command = Sections(
    "new",
    arguments=[click.Argument(["name"])],
    sections={
        "Strategy": [
            click.Option(
                ["--from", "source"],
                default="protective-put",
                metavar="STRATEGY|FILE",
                help="What it starts as a copy of.  [protective-put]",
            )
        ],
        "Output": [debug_option()],
    },
    callback=_body,
    help="Write NAME.py here, a strategy that runs as it stands and is yours to change.\n\n"
    "A file that exists is never overwritten.",
)
