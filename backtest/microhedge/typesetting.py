"""How does a template with its values become a PDF, in a process that ends with the document?

Typst keeps some 25 MB of every document that it sets for as long as its process lives, beside
what it needs to set one.  `typeset` therefore asks a process of its own, which loads nothing but
Typst; `python -m microhedge.typesetting` is that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from microhedge.errors import ReportError


def typeset(
    template: str,
    inputs: Mapping[str, str],
    *,
    fonts: str,
    standards: Sequence[str],
    timestamp: datetime,
) -> bytes:
    """Return the PDF of a template file with its inputs, set in the fonts of one folder alone.

    Raises ReportError for an error or a warning of Typst: a missing glyph, an unknown font, an
    image without description.
    """
    job = {
        "template": template,
        "inputs": dict(inputs),
        "fonts": fonts,
        "standards": list(standards),
        "timestamp": timestamp.isoformat(),
    }
    done = subprocess.run(
        [sys.executable, "-m", "microhedge.typesetting"],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip() or "nothing came out"
        raise ReportError(f"the document could not be set: {said.splitlines()[-1]}")
    return done.stdout


def _set(job: Mapping[str, Any]) -> bytes:
    import typst  # noqa: PLC0415 - the asking process has no use for it

    folder = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[job["fonts"]]
    )
    compiler = typst.Compiler(job["template"], font_paths=folder, sys_inputs=job["inputs"])
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        pdf_standards=job["standards"],
        timestamp=datetime.fromisoformat(job["timestamp"]),
    )
    if warnings:
        raise ReportError(_line(warnings[0]))
    if not isinstance(pdf, bytes):
        raise ReportError("Typst returned no document")
    return pdf


def _line(found: Any) -> str:
    """Return a diagnostic on one line, with its hints."""
    hints = "; ".join(found.hints or ())
    return " ".join(f"{found.message}{f' ({hints})' if hints else ''}".split())


def main() -> int:
    """Set the job of standard input and write the document to standard output."""
    import typst  # noqa: PLC0415

    try:
        pdf = _set(json.load(sys.stdin.buffer))
    except typst.TypstError as error:
        sys.stderr.write(_line(error))
        return 1
    except ReportError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
