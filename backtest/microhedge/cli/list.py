"""`microhedge list`: which strategies there are, and what each takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.declaration import Parameter

if TYPE_CHECKING:
    from microhedge.loading import Registered


def _body(named: tuple[str, ...], as_json: bool) -> None:
    found = _chosen(named)
    if as_json:
        documents = [
            {
                "name": each.name,
                "summary": each.summary,
                "error": each.error,
                "parameters": [_document(parameter) for parameter in each.parameters],
            }
            for each in found
        ]
        say(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    sound = [each for each in found if each.error is None]
    for each in found:
        if each.error is not None:
            note(f"{each.name}: {each.error}")
    if named:
        say("\n\n".join(map(_parameters, sound)))
        return
    width = max((len(each.name) for each in sound), default=0)
    for each in sound:
        say(f"{each.name:<{width}}  {each.summary.partition(': ')[2] or each.summary}")
    say(
        "\nWhat one takes: microhedge list NAME. How it does: microhedge run NAME --holding AAPL.\n"
        "A copy that is yours to change: microhedge new my-hedge --from NAME."
    )


def _chosen(named: Sequence[str]) -> list[Registered]:
    """Return all strategies, or those named in that order; raises UnknownName for another."""
    from microhedge.errors import UnknownName, nearest
    from microhedge.loading import registered

    found = registered()
    known = {each.name: each for each in found}
    for name in named:
        if name not in known:
            hint = nearest(name, known) or f"; there are {', '.join(known)}"
            raise UnknownName(f"no strategy named {name!r}{hint}")
    return [known[name] for name in named] if named else found


def _parameters(each: Registered) -> str:
    width = max((len(one.name) for one in each.parameters), default=0)
    rows = [
        f"    {one.name:<{width}}  {'required' if one.is_required else str(one.default):<10}  "
        f"{one.help}".rstrip()
        for one in each.parameters
    ]
    return "\n".join([each.name, f"  {each.summary}", *rows])


def _document(parameter: Parameter) -> dict[str, object]:
    from microhedge.plain import plain

    return {
        "name": parameter.name,
        "type": parameter.kind.__name__,
        "required": parameter.is_required,
        "default": plain(parameter.default),
        "range": str(parameter.range) if parameter.range else None,
        "help": parameter.help,
    }


command = Sections(
    "list",
    arguments=[click.Argument(["named"], nargs=-1, metavar="[STRATEGY]...")],
    sections={"Output": [json_option(), debug_option()]},
    callback=_body,
    help="List the shipped strategies and those in ./strategies; of those named, the parameters.",
)
