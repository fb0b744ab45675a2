"""How is a tagged document made small?  Its objects are put into compressed object streams.

Every cell of a table is an object of the tag tree, some 160 bytes with its line in the index, and
Typst writes them as plain text: they are two thirds of a report.  Object streams and the
compressed index are those of ISO 32000-1, 7.5.7 and 7.5.8, which PDF/A-2 allows.
"""

from __future__ import annotations

import re
import zlib

from microhedge.errors import ReportError

TOGETHER = 500
"""Objects in one stream: more hardly make a document smaller."""

_LINE = 20  # bytes of one object in a plain index
_FIELDS = "[1 4 2]"  # bytes of the three numbers of a line in a compressed one


def packed(pdf: bytes) -> bytes:
    """Return the document with every object that is not itself a stream in compressed streams.

    A document without a plain index is packed already and returned as it is.  Raises ReportError
    for one whose index does not lead to its objects.
    """
    index = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    if not pdf.startswith(b"xref", index):
        return pdf
    head, objects, rest = _objects(pdf, index)
    streams = {n: body for n, body in objects.items() if body.endswith(b"endstream")}
    plain = [n for n in objects if n not in streams]
    lines = {0: (0, 0, 65535)}
    first = max(objects) + 1
    groups = [plain[k : k + TOGETHER] for k in range(0, len(plain), TOGETHER)]
    for number, group in enumerate(groups, start=first):
        streams[number] = _together([(n, objects[n]) for n in group])
        lines |= {n: (2, number, place) for place, n in enumerate(group)}
    out = bytearray(head)
    for number, body in streams.items():
        lines[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    last = first + len(groups)
    lines[last] = (1, len(out), 0)
    rows = b"".join(
        kind.to_bytes(1) + one.to_bytes(4) + two.to_bytes(2)
        for kind, one, two in (lines.get(n, (0, 0, 65535)) for n in range(last + 1))
    )
    entries = f"/Type/XRef/Size {last + 1}/W{_FIELDS}{rest}"
    out += b"%d 0 obj\n%b\nendobj\n" % (last, _stream(entries, rows))
    out += b"startxref\n%d\n%%%%EOF" % lines[last][1]
    return bytes(out)


def _objects(pdf: bytes, index: int) -> tuple[bytes, dict[int, bytes], str]:
    """Return what comes before all objects, these by number, and the trailer but for its count."""
    head = re.compile(rb"xref\s+0 (\d+)\s+").match(pdf, index)
    trailer = re.compile(rb"trailer\s*<<(.*)>>\s*startxref", re.DOTALL).search(pdf, index)
    if head is None or trailer is None:
        raise ReportError("the document has an index that this version cannot pack")
    begin, count = head.end(), int(head[1])
    lines = [pdf[begin + _LINE * n :][:_LINE] for n in range(count)]
    starts = {n: int(line[:10]) for n, line in enumerate(lines) if line[17:18] == b"n"}
    ordered = sorted(starts.items(), key=lambda each: each[1])
    ends = [at for _, at in ordered[1:]] + [index]
    found = {}
    for (number, start), end in zip(ordered, ends, strict=True):
        text = pdf[start:end].rstrip()
        opening = b"%d 0 obj" % number
        if not (text.startswith(opening) and text.endswith(b"endobj")):
            raise ReportError(f"the document's index does not lead to its object {number}")
        found[number] = text[len(opening) : -len(b"endobj")].strip()
    return (
        pdf[: ordered[0][1]],
        found,
        re.sub(r"/Size \d+", "", trailer[1].decode("latin-1")).strip(),
    )


def _together(objects: list[tuple[int, bytes]]) -> bytes:
    """Return an object stream: number and place of each object, then the objects."""
    places, body = [], bytearray()
    for number, content in objects:
        places.append(f"{number} {len(body)}")
        body += content + b"\n"
    table = " ".join(places).encode() + b"\n"
    return _stream(f"/Type/ObjStm/N {len(objects)}/First {len(table)}", table + body)


def _stream(entries: str, content: bytes) -> bytes:
    data = zlib.compress(content, 9)
    head = f"<<{entries}/Filter/FlateDecode/Length {len(data)}>>\nstream\n".encode("latin-1")
    return head + data + b"\nendstream"
