"""`microhedge list`: which strategies there are, and what each takes."""

from __future__ import annotations

import json

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.declaration import Parameter


def _body(as_json: bool) -> None:
    from microhedge.loading import registered

    found = registered()
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
    width = max((len(p.name) for each in found for p in each.parameters), default=0)
    for each in found:
        if each.error is not None:
            note(f"{each.name}: {each.error}")
            continue
        say(f"{each.name}\n  {each.summary}")
        for parameter in each.parameters:
            value = "required" if parameter.is_required else str(parameter.default)
            say(f"    {parameter.name:<{width}}  {value:<9} {parameter.help}".rstrip())
        say("")


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
    sections={"Output": [json_option(), debug_option()]},
    callback=_body,
    help="List the shipped strategies and those in ./strategies.",
)
