"""The document: two pages, tagged, HYPOTHETICAL across both, and its calculations beside it."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdf
import pytest

import microhedge as mh
from microhedge.errors import ParameterError, ReportError
from microhedge.reporting.memo.calculations import COLUMNS
from microhedge.reporting.memo.facts import facts
from microhedge.reporting.memo.retrospective import look_back

from .conftest import compared

WORDS = "Both sell medicines in the same markets, under the same rules. "
LONG = (WORDS * 40)[:2000]


def texts(path: Path) -> list[str]:
    return [
        " ".join(page.extract_text().split())
        for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
    ]


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.with_suffix(".csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def written(pair: mh.Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("memo") / "pair.pdf"
    return mh.memo(pair, target, framework="ifrs9", classification="fvoci", relationship=WORDS)


def test_the_gate_is_first_and_the_sections_follow(written: Path) -> None:
    front, back = texts(written)
    assert front.index("could be applied under IFRS 9") < front.index("1 Draft designation")
    for title in (
        "2 Economic relationship",
        "3 Dates of knowledge",
        "4 Prospective test, on data from before the designation alone",
        "5 Retrospective offset",
    ):
        assert title in front
    for title in ("Cumulative change since", "6 Rebalancing log", "7 Calculations"):
        assert title in back
    assert WORDS.strip() in front
    assert "INCOMPLETE" not in front


@pytest.mark.parametrize(
    ("name", "paper", "words"),
    [
        ("pair", "a4", ""),
        ("pair", "letter", "W" * 2000),
        ("ladder", "letter", LONG),
        ("ladder", "a4", "W" * 2000),
        ("collar", "letter", "W" * 2000),
        ("collar", "a4", LONG),
    ],
)
def test_a_memo_has_two_pages_whatever_was_written_into_it(
    name: str, paper: Any, words: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    target = mh.memo(
        request.getfixturevalue(name),
        tmp_path / "a.pdf",
        framework="ifrs9",
        classification="fvoci",
        relationship=words,
        paper=paper,
    )
    pages = texts(target)
    assert len(pages) == 2
    assert all("HYPOTHETICAL" in page for page in pages)
    assert "1 of 2" in pages[0]
    tall = 841.89 if paper == "a4" else 792.0
    box = pypdf.PdfReader(target).pages[0].mediabox
    assert float(box.height) == pytest.approx(tall, abs=0.1)


def test_words_are_complete_up_to_2000_characters_and_refused_beyond(
    pair: mh.Comparison, tmp_path: Path
) -> None:
    target = mh.memo(pair, tmp_path / "a.pdf", relationship=LONG)
    assert LONG.strip() in " ".join(texts(target))
    with pytest.raises(ParameterError, match=r"relationship has 2,001 characters; .* 2,000"):
        mh.memo(pair, tmp_path / "b.pdf", relationship="x" * 2001)
    assert not (tmp_path / "b.pdf").exists()


def test_the_log_has_the_first_and_the_last_trades(ladder: mh.Comparison, tmp_path: Path) -> None:
    target = mh.memo(ladder, tmp_path / "a.pdf")
    front, back = texts(target)
    assert "5 Retrospective offset" in front
    assert sum(row["part"] == "trade" for row in rows(target)) > 16
    log = back[back.index("6 Rebalancing log") : back.index("7 Calculations")]
    assert len(re.findall(r"\b20\d\d-\d\d-\d\d [A-Z]+ 20\d\d-", log)) == 16
    # long words of the user leave room for the two ends alone
    longer = texts(mh.memo(ladder, tmp_path / "b.pdf", relationship=LONG))
    text = longer[-1]
    log = text[text.index("6 Rebalancing log") : text.index("7 Calculations")]
    assert len(re.findall(r"\b20\d\d-\d\d-\d\d [A-Z]+ 20\d\d-", log)) == 2


def test_what_is_missing_is_called_incomplete(pair: mh.Comparison, tmp_path: Path) -> None:
    relation = replace(pair.relations["pair-short"], fits=())
    bare = replace(pair, relations={"pair-short": relation})
    front = texts(mh.memo(bare, tmp_path / "a.pdf", relationship=" \n"))[0]
    assert "in the words of the user INCOMPLETE 3 Dates" in front
    assert "INCOMPLETE: the hedge recorded no relation before its designation" in front


def test_nothing_passes_and_nothing_fails(written: Path) -> None:
    told = " ".join(texts(written)).lower()
    for word in ("pass", "fail", "effective hedge", "highly effective"):
        assert word not in told


def test_the_mark_is_an_artifact_and_the_rest_is_tagged(written: Path) -> None:
    reader = pypdf.PdfReader(written)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    content = written.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    for page in reader.pages:
        drawn = page.get_contents()
        assert drawn is not None
        # what is drawn first is the mark, turned, between the marks of an artifact
        first = drawn.get_data().split(b"EMC")[0]
        assert b"/Artifact" in first
        assert b"BT" in first
        assert b"0.58778" in first  # cos 54°, the turn of the diagonal


def test_every_font_is_embedded(written: Path) -> None:
    names = set()
    for page in pypdf.PdfReader(written).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            names.add(str(inner["/BaseFont"]).split("+")[-1])
    assert all(name.startswith(("SourceSansPro", "DejaVuSansMono")) for name in names)


def test_another_process_writes_the_same_bytes(
    pair: mh.Comparison, written: Path, tmp_path: Path
) -> None:
    saved = pair.save(tmp_path / "pair.mhr")
    script = (
        "import sys, microhedge as mh\n"
        "mh.memo(mh.load_comparison(sys.argv[1]), sys.argv[2], framework='ifrs9', "
        "classification='fvoci', relationship=sys.argv[3])"
    )
    again = tmp_path / "again.pdf"
    subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(saved), str(again), WORDS],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert again.read_bytes() == written.read_bytes()
    assert again.with_suffix(".csv").read_bytes() == written.with_suffix(".csv").read_bytes()


def test_hashes_are_those_of_the_files(pair: mh.Comparison, tmp_path: Path) -> None:
    saved = pair.save(tmp_path / "pair.mhr")
    back = texts(mh.memo(pair, tmp_path / "a.pdf", saved=saved))[1]
    for digest in (
        sha256((tmp_path / "a.csv").read_bytes()).hexdigest(),
        sha256(saved.read_bytes()).hexdigest(),
        pair.config_hash,
        pair.data_hash,
        pair.result.hash,
    ):
        assert digest in back


def test_the_calculations_are_a_table_of_their_own(pair: mh.Comparison, written: Path) -> None:
    found = rows(written)
    assert tuple(found[0]) == COLUMNS
    counted = Counter(row["part"] for row in found)
    fills = pair.result.tables["fills"]["role"]
    assert counted == {"regression": 1008, "period": 36, "trade": len(fills)}
    seen = look_back(facts(pair))
    periods = [row for row in found if row["part"] == "period"]
    item = sum(float(row["change_of_item"]) for row in periods)
    hedge = sum(float(row["change_of_hedge"]) for row in periods)
    assert item == pytest.approx(seen.item.sum())
    assert float(periods[-1]["cumulative_offset"]) == pytest.approx(-hedge / item)
    assert f"{-100.0 * hedge / item:.1f}%".replace("-", "−") in texts(written)[1]


def test_the_legs_of_a_ladder_and_its_adjustments_are_in_the_table(
    ladder: mh.Comparison, tmp_path: Path
) -> None:
    found = rows(mh.memo(ladder, tmp_path / "a.pdf"))
    counted = Counter(row["part"] for row in found)
    assert counted["leg"] == int((ladder.result.tables["rolls"]["closed"] >= 0).sum())
    assert counted["adjustment"] == 3  # three puts at the split of 4:1
    assert "regression" not in counted


def test_what_was_known_when_is_told(ladder: mh.Comparison, tmp_path: Path) -> None:
    front = texts(mh.memo(ladder, tmp_path / "a.pdf"))[0]
    assert "fitted on 20 US stocks, 2010–2016 known before the designation" in front
    assert "all premiums are model prices" in front
    assert "Designation, the first fill 2020-01-03" in front


def test_a_constant_from_after_the_designation_was_not_known(
    ladder: mh.Comparison, tmp_path: Path
) -> None:
    run = ladder.hedges[0]
    assert run.result is not None
    models = {"AAPL": {"name": "x", "error": "", "fitted": "fitted on US stocks, 2018–2020"}}
    later = replace(run.result, config={**run.result.config, "models": models})
    runs = (ladder.runs[0], replace(run, result=later), *ladder.runs[2:])
    front = texts(mh.memo(replace(ladder, runs=runs), tmp_path / "a.pdf"))[0]
    assert "2018–2020 not known at the designation" in front


@pytest.mark.parametrize(
    "hostile", ["#set page(fill: red)", "$x$", "<svg onload=1>", "../x", "@ref *b* _i_ \\ `raw`"]
)
def test_hostile_words_are_inert(hostile: str, pair: mh.Comparison, tmp_path: Path) -> None:
    run = replace(pair.hedges[0], name=hostile)
    found = replace(
        pair,
        runs=(pair.runs[0], run, *pair.runs[2:]),
        relations={hostile: pair.relations["pair-short"]},
        command=f"microhedge run {hostile}",
    )
    target = mh.memo(found, tmp_path / "a.pdf", relationship=hostile)
    front, back = texts(target)
    assert front.count(hostile) >= 2
    assert hostile in back
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.pdf"]


def test_letters_that_the_font_lacks_become_question_marks(
    pair: mh.Comparison, tmp_path: Path
) -> None:
    front = texts(mh.memo(pair, tmp_path / "a.pdf", relationship="Öl und 石油"))[0]
    assert "Öl und ??" in front


def test_a_comparison_without_a_hedge_is_refused(pair: mh.Comparison, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="a memo needs a hedge"):
        mh.memo(replace(pair, runs=pair.runs[:1]), tmp_path / "a.pdf")


def test_an_option_on_the_index_has_a_regression_and_no_one_sided_offset(tmp_path: Path) -> None:
    found = compared("index-put", "AAPL", date(2016, 1, 4), date(2017, 12, 29), shares=20_000.0)
    front, back = texts(mh.memo(found, tmp_path / "a.pdf"))
    assert "purchased puts on SPX; European exercise, settled in cash" in front
    assert "Slope on SPX" in front
    assert "that come with those of SPX beyond the strikes" in front
    made = [row for row in rows(tmp_path / "a.pdf") if row["part"] == "leg"]
    assert all(row["change_of_item"] == "" for row in made)
    fell = sum(float(row["change_of_hedge"]) for row in made)
    assert f"Purchased puts {len(made)} – {fell:+,.0f} –".replace("+0", "0") in front + back
