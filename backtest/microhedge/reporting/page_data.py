"""What is data and what is assumption, where does the test end, and how is it run again?"""

from __future__ import annotations

from microhedge.reporting import findings
from microhedge.reporting.exhibits import Column, Page, bullets, table, typewriter
from microhedge.reporting.inputs import Subject


def page(subject: Subject) -> Page:
    """Return the last page: inputs by kind, limits in full sentences, and the command."""
    items = table(
        [
            Column("Item", "left"),
            Column("Value", "left", "1.3fr"),
            Column("Kind", "left"),
            Column("Source", "left", "1fr"),
        ],
        [[item.item, item.value, item.kind, item.source] for item in subject.items],
        finding=findings.assumed([item.kind for item in subject.items]),
        sub="Kind: data, quote, model, assumption or rule of the test.",
        size=8.0,
    )
    reproduce = typewriter(
        "Reproduce",
        [
            f"$ {subject.command} --report report.pdf",
            f"microhedge {subject.version}   {subject.versions}   seed {subject.seed}",
            f"config  sha256 {subject.config_hash}",
            f"data    sha256 {subject.data_hash}",
        ],
    )
    return Page(
        title="Data, assumptions and how to reproduce",
        nav="Data and assumptions",
        label="data",
        lead="",
        body=(items, bullets("Limits of this test", subject.limits), reproduce),
    )
