"""What the README and the pages in docs/ show is run.

Python blocks are executed, the commands of microhedge in console blocks must succeed, and every
line of a text block must stand in what the command before it printed.  Where a page asks Yahoo, a
server on this machine answers; where it reads a file of prices, there is one, and so there is the
strategy that docs/own-strategy.md puts into a file.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

TESTS = Path(__file__).parent / "tests"
PLACES = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])


def run_commands(example: Example) -> None:
    """Run each line of a console block that starts with `microhedge`, and refuse a failure."""
    text = str(example.parsed).replace("\\\n", " ")
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] != ["microhedge"]:
            continue
        asks = "yahoo" in words or words[1:3] in (["data", "fetch"], ["data", "snapshot"])
        whose = "served" if asks else "microhedge.cli"
        words, kept = (words[:-2], words[-1]) if words[-2:-1] == [">"] else (words, None)
        done = subprocess.run(
            [sys.executable, "-c", f"from {whose} import entry; entry()", *words[1:]],
            cwd=example.namespace["place"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"COLUMNS": "100", "PYTHONPATH": PLACES},
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        example.namespace["printed"] = done.stdout
        if kept is not None:
            (Path(str(example.namespace["place"])) / kept).write_text(done.stdout, "utf-8")


def compare_output(example: Example) -> None:
    """Refuse a text block that shows what the command does not print (any more)."""
    printed = str(example.namespace["printed"]).splitlines()
    for line in str(example.parsed).splitlines():
        assert line in printed or not line, line


def _in_an_empty_folder(namespace: dict[str, object]) -> None:
    namespace["before"] = Path.cwd()
    namespace["place"] = place = tempfile.mkdtemp()
    os.chdir(place)
    from served import write_file, write_index  # noqa: PLC0415 - for these pages alone

    write_file(Path(place) / "acme.csv")
    for name in ("spx.csv", "stoxx.csv"):
        write_index(Path(place) / name)
    page = (Path(__file__).parent / "docs" / "own-strategy.md").read_text("utf-8")
    own = page.partition("```python\n")[2].partition("```")[0]
    (Path(place) / "near_high.py").write_text(own, "utf-8")


def _back(namespace: dict[str, object]) -> None:
    os.chdir(str(namespace["before"]))
    shutil.rmtree(str(namespace["place"]))


pytest_collect_file = Sybil(
    parsers=[
        SkipParser(),
        PythonCodeBlockParser(),
        CodeBlockParser("console", run_commands),
        CodeBlockParser("text", compare_output),
    ],
    patterns=["README.md", "docs/*.md"],
    setup=_in_an_empty_folder,
    teardown=_back,
).pytest()
