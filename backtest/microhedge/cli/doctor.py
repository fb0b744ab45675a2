"""`microhedge doctor`: is all that is needed on this machine?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.counting import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microhedge.installation import Installation


def _body(*, online: bool, as_json: bool) -> int:
    from microhedge.installation import inspect

    found = inspect(online=online)
    if as_json:
        say(json.dumps(found.document(), indent=2, ensure_ascii=False))
    else:
        say("\n".join(_lines(found)))
    return 1 if found.problems else 0


def _lines(found: Installation) -> Iterator[str]:
    yield f"microhedge    {found.version}  {found.place}"
    yield f"Python        {found.python}  {found.executable}"
    yield f"platform      {found.platform}, {count_of(found.cores, 'core')}"
    for each in found.dependencies:
        if each.extra is None:
            mark = "" if each.fits else f"  needs {each.wanted}"
            yield f"  {each.name:<22} {each.version or '-'}{mark}"
    for name, there in found.extras.items():
        how = "installed" if there else f"not installed (pip install 'microhedge[{name}]')"
        yield f"extra         {name}: {how}"
    kept = f"{found.cache_bytes / 1e6:,.1f} MB" if found.cache_bytes else "empty"
    unwritable = "" if found.cache_writable else ", nothing may be written there"
    yield f"cache         {found.cache or 'none'}, {kept}{unwritable}"
    yield f"fonts         {', '.join(found.fonts) or 'none'}"
    yield f"shipped data  {count_of(len(found.shipped), 'file')}, each as its metadata describe it"
    yield f"Yahoo         {found.yahoo or 'not asked (--online)'}"
    yield ""
    if found.problems:
        yield from (f"to do: {problem}" for problem in found.problems)
    else:
        yield "All that is needed is here."


command = Sections(
    "doctor",
    sections={
        "Installation": [
            click.Option(["--online"], is_flag=True, help="Ask Yahoo too, once."),
        ],
        "Output": [json_option(), debug_option()],
    },
    callback=_body,
    help="Look whether all that is needed is on this machine.\n\n"
    "Exit code 0 if it is, 1 if not, with a line on each thing that is to be done.",
)
