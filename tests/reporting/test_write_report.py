"""The whole way on shipped prices: a comparison in, a document out."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pypdf
import pytest

import microhedge as mh
from microhedge import loading
from microhedge.errors import ReportError
from microhedge.reporting import write_report
from microhedge.reporting.inputs import Correlation, Leans
from microhedge.reporting.model import model
from microhedge.reporting.reading import closing_day, read


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    """AAPL from before Lehman to after it: a put ladder, and index and MSFT short."""
    put, short = loading.load("protective-put"), loading.load("index-peer-short")
    return mh.compare(
        [put(holding="AAPL"), short(holding="AAPL", peer="MSFT")],  # type: ignore[call-arg]
        mh.data.bundled(),
        mh.Portfolio(shares=1000, weight=0.4),
        start=date(2007, 1, 3),
        end=date(2010, 6, 30),
    )


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "report.pdf"


def test_a_report_is_written_where_it_was_asked_for(found: mh.Comparison, target: Path) -> None:
    assert write_report(found, target) == target
    pages = pypdf.PdfReader(io.BytesIO(target.read_bytes())).pages
    front = " ".join(pages[0].extract_text().split())
    assert "AAPL: protective put against the alternatives" in front
    assert "3 Jan 2007 – 30 Jun 2010" in front
    assert [path.name for path in target.parent.iterdir()] == ["report.pdf"]


def test_the_same_comparison_gives_the_same_bytes(found: mh.Comparison, target: Path) -> None:
    first = write_report(found, target).read_bytes()
    assert write_report(found, target).read_bytes() == first


def test_a_report_that_fails_leaves_the_old_one(
    found: mh.Comparison, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.parent.mkdir()
    target.write_bytes(b"the report of yesterday")

    def broken(*_: object, **__: object) -> bytes:
        raise ReportError("no")

    monkeypatch.setattr(sys.modules["microhedge.reporting"], "render", broken)
    with pytest.raises(ReportError):
        write_report(found, target)
    assert target.read_bytes() == b"the report of yesterday"
    assert [path.name for path in target.parent.iterdir()] == ["report.pdf"]


def test_the_rolls_of_the_report_add_up_to_the_result_of_the_hedge(found: mh.Comparison) -> None:
    review = read(found).hedges[0]
    assert sum(roll.net for roll in review.rolls) == pytest.approx(review.stats["hedge_profit"])


def test_the_years_of_the_shorts_add_up_to_the_result_of_the_hedge(found: mh.Comparison) -> None:
    short = read(found).hedges[1]
    net = sum((year.result or 0.0) - (year.costs or 0.0) for year in short.years)
    net += sum(short.interest.values())
    assert net == pytest.approx(short.stats["hedge_profit"])


def test_rolls_are_counted_once_they_are_completed(found: mh.Comparison) -> None:
    review = read(found).hedges[0]
    done = [roll for roll in review.rolls if roll.closed is not None]
    assert len(done) == review.stats["rolls"]
    assert all(roll.ending == "open" for roll in review.rolls if roll.closed is None)


def test_the_share_of_losses_on_the_page_is_that_of_the_document(found: mh.Comparison) -> None:
    document = found.document()
    run = next(run for run in document["runs"] if run["name"] == "protective-put")
    borne = run["stats"]["losses_borne"]
    assert model(read(found))["cards"][0]["a"] == f"{100 * borne:.0f}% of it"


def test_the_verdict_on_the_page_is_that_of_the_document(found: mh.Comparison) -> None:
    sentence = found.document()["verdict"]["protective-put"]["sentence"]
    assert model(read(found))["verdict"]["sentence"].startswith(sentence)


def test_a_put_leans_on_nothing_and_a_short_on_its_premises(found: mh.Comparison) -> None:
    subject = read(found)
    put, short = (subject.correlations[run.name] for run in subject.hedges)
    assert isinstance(put, Leans)
    assert put.on_none
    assert isinstance(short, Correlation)
    assert short.split == date(2007, 1, 3)
    assert short.in_sample == 504
    assert set(short.betas) == {"SPX", "MSFT"}
    assert len(short.fit_days) == len(short.betas["SPX"]) == 42  # one a month, January 2007 on


class Bare(mh.Hedge):
    """Half as much of the index short as is held, and not a word why."""

    index: str = "SPX"

    def on_session(self, now: mh.Session) -> None:
        if now.new_month:
            now.short(self.index, value=0.5 * now.value)


def test_a_short_that_recorded_no_premise_was_not_judged_rather_than_free_of_one() -> None:
    found = mh.compare(
        [Bare(holding="AAPL")],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2007, 1, 3),
        end=date(2008, 6, 30),
    )
    subject = read(found)
    lean = subject.correlations["bare"]
    assert isinstance(lean, Leans)
    assert not lean.on_none
    assert lean.reason.startswith("Not judged: SPX was traded, but no premise was recorded")
    document = model(subject)
    assert document["cards"][2]["a"] == "Not judged"
    texts = [b["text"] for page in document["pages"] for b in page["body"] if b["kind"] == "text"]
    assert not any("leans on no correlation" in text for text in texts)


def test_the_stamp_is_the_day_after_the_last_session(found: mh.Comparison) -> None:
    assert closing_day(read(found)) == date(2010, 7, 1)


def test_every_source_of_prices_is_named_on_the_last_page(found: mh.Comparison) -> None:
    text = " ".join(f"{item.item} {item.source}" for item in read(found).items)
    for one in found.tape.sources:
        assert ("Interest rate" if one.symbol == "CMT3M" else f"Prices, {one.symbol}") in text
        assert one.sha256[:8] in text


def test_notes_name_the_hedges_as_the_pages_do(found: mh.Comparison) -> None:
    for sentence in (*read(found).limits, *read(found).care):
        assert "index-peer-short" not in sentence


def test_the_window_is_split_into_what_the_paths_show(found: mh.Comparison) -> None:
    subject = read(found)
    for run in subject.runs:
        assert len(run.growth) == len(subject.days)
        assert run.growth[0] == 1.0
        assert np.all(np.isfinite(run.growth))


def test_a_comparison_loads_neither_drawing_nor_typesetting() -> None:
    script = (
        "import sys, microhedge.comparison, microhedge.cli.app\n"
        "print(sorted({'matplotlib', 'typst'} & {m.split('.')[0] for m in sys.modules}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "[]"


def test_the_name_report_stays_the_function_beside_its_package() -> None:
    assert "microhedge.reporting.model" in sys.modules
    assert mh.report is write_report
