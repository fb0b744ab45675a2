"""The page of the site that shows every command's help leaves none out."""

from __future__ import annotations

from commands_page import page

from microhedge.cli.app import COMMANDS
from microhedge.folders import strategy_files


def test_every_command_and_every_strategy_has_its_help() -> None:
    found = page()
    for name in COMMANDS:
        assert f"## microhedge {name}\n\n```\nUsage: microhedge {name} " in found
    for name in strategy_files():
        assert f"## microhedge run {name}\n" in found
    assert "## microhedge data check\n" in found
    assert found.count("```\n") == 2 * found.count("\n## ")
    # both names of the help option, here and, since click keeps it, in whatever comes after
    assert found.count("-h, --help ") == found.count("\n## ")
