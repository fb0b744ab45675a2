"""What is data and what is assumption, where does the test end, and how is it run again?"""

from __future__ import annotations

from microhedge.language import say
from microhedge.reporting import findings
from microhedge.reporting.exhibits import Column, Page, bullets, table, typewriter
from microhedge.reporting.inputs import Subject


def page(subject: Subject) -> Page:
    """Return the last page: inputs by kind, limits in full sentences, and the command."""
    items = table(
        [
            Column(say("Item"), "left"),
            Column(say("Value"), "left", "1.3fr"),
            Column(say("Kind"), "left"),
            Column(say("Source"), "left", "1fr"),
        ],
        [[item.item, item.value, say(item.kind), item.source] for item in subject.items],
        finding=findings.assumed([item.kind for item in subject.items]),
        sub=say("Kind: data, quote, model, assumption or rule of the test."),
        size=8.0,
    )
    reproduce = typewriter(
        say("Reproduce"),
        [
            f"$ {subject.command} --report report.pdf",
            f"microhedge {subject.version}   {subject.versions}   seed {subject.seed}",
            f"config  sha256 {subject.config_hash}",
            f"data    sha256 {subject.data_hash}",
        ],
    )
    return Page(
        title=say("Data, assumptions and how to reproduce"),
        nav=say("Data and assumptions"),
        label="data",
        lead="",
        body=(items, bullets(say("Limits of this test"), subject.limits), reproduce),
    )
