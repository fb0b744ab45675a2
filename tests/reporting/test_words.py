"""A document can be had in another language: nothing it says passes by the catalogue."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import pypdf
import pytest
from labels import boxes, clashes, clipped
from sweep_folders import written

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.language import Language, speaking
from microhedge.loading import load
from microhedge.reporting import write_report
from microhedge.reporting.catalogue import messages
from microhedge.reporting.exhibits import parts
from microhedge.reporting.inputs import Subject
from microhedge.reporting.model import exhibits, model
from microhedge.reporting.naming import hedge_labels
from microhedge.reporting.reading import read
from microhedge.reporting.render import Paper, render
from microhedge.reporting.sweeps.model import model as sweep_model
from microhedge.reporting.sweeps.reading import read as read_sweep
from microhedge.sweeping import explorer
from microhedge.sweeping.judgement import judge

from .pseudo import accented, english, pseudo, said_in, texts_of
from .test_hard_cases import hedges, heights

UNSAID = (
    "svgs", "kind", "align", "widths", "palette", "mark", "ref", "label", "lang", "region", "name",
    "keywords", "author", "lines", "footer",
)  # fmt: skip
"""Parts of a document that hold no sentence, or are copied into a command line."""


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    hedges = [
        declared(load("protective-put"), {"holding": "AAPL", "tenor": 91}),
        declared(load("index-peer-short"), {"holding": "AAPL", "peer": "MSFT"}),
    ]
    return mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=1000, weight=0.4),
        start=date(2010, 1, 4),
        end=date(2012, 6, 29),
    )


def shown(document: dict[str, Any]) -> list[str]:
    """Every text of a document, those inside its charts too."""
    blocks = [*document["front"], *(block for page in document["pages"] for block in page["body"])]
    flat = [one for b in blocks for one in ((b["left"], b["right"]) if "left" in b else (b,))]
    drawn = [text for one in flat for svg in one.get("svgs", [])[:1] for text in said_in(svg)]
    return texts_of(document, UNSAID) + drawn


def data_of(comparison: mh.Comparison) -> set[str]:
    """What the run calls by a name: strategies, files, parameters, models."""
    names = {"index_dividend", "costs", "weight", "sha256", "VIX"}
    names |= {*hedge_labels([run.name for run in comparison.hedges]).values()}
    for run in comparison.hedges:
        names |= {run.name, run.name.partition("[")[0]}
        for key, value in run.parameters_in_use.items():
            names.add(f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}")
    for source in comparison.tape.sources:
        names |= {source.source, source.sha256[:8]}
        names |= {name for name, _ in source.origin.files}
        names |= {digest[:8] for _, digest in source.origin.files}
    return {name for name in names if name} | {"fill=next_close", "returns=sleeve", "put/", "call/"}


def tongue(path: Path) -> str:
    """The language that a document declares."""
    return str(pypdf.PdfReader(path).root_object["/Lang"])


def digits(texts: list[str]) -> list[str]:
    """The digits of every text, without the marks between them."""
    return [re.sub(r"\D", "", text) for text in texts]


def test_a_report_in_another_language_has_no_english_label_and_the_same_numbers(
    found: mh.Comparison,
) -> None:
    with speaking(pseudo()):
        other = model(read(found))
    said = shown(other)
    assert english(said, data_of(found)) == set()
    assert len(said) > 600
    plain = model(read(found))
    assert digits(texts_of(other, UNSAID)) == digits(texts_of(plain, UNSAID))
    assert any(re.fullmatch(r"−\d+,\d %", text) for text in said)
    assert other["meta"]["lang"] == "eo"


def test_a_file_of_results_leaves_the_same_report_in_another_language(
    found: mh.Comparison, tmp_path: Path
) -> None:
    again = mh.load_comparison(found.save(tmp_path / "run.mhr"))
    with speaking(pseudo()):
        assert texts_of(model(read(again))) == texts_of(model(read(found)))
    assert again.save(tmp_path / "again.mhr").read_bytes() == (tmp_path / "run.mhr").read_bytes()


def test_a_sweep_in_another_language_has_no_english_label(tmp_path: Path) -> None:
    def lead(at: Any) -> float:
        return 0.05 - 0.4 * abs(float(at["moneyness"]) - 0.9)

    def fails(at: Any) -> str | None:
        return "×" if at["tenor"] == 91 and at["moneyness"] == 0.8 else None

    axes: dict[str, list[float]] = {"moneyness": [0.8, 0.85, 0.9, 0.95], "tenor": [91, 182]}
    judged = judge(written(tmp_path, axes, lead=lead, noise=0.01, phases=2, fails=fails))
    with speaking(pseudo()):
        told = sweep_model(read_sweep(judged))
    given = {"moneyness", "Moneyness", "tenor", "Protective put", "made up"}
    assert english(shown(told), given) == set()
    path = mh.sweep_report(judged, tmp_path / "report.pdf", language=pseudo())
    assert tongue(path) == "eo"


@pytest.mark.parametrize(
    ("name", "own", "holding"),
    [("pair-short", {"peer": "PFE"}, "MRK"), ("collar", {}, "META")],
)
def test_a_memo_in_another_language_keeps_to_two_pages_and_its_report_has_no_english(
    name: str, own: dict[str, Any], holding: str, tmp_path: Path
) -> None:
    start, end = (2003, 2005) if holding == "MRK" else (2021, 2022)
    comparison = mh.compare(
        [declared(load(name), {"holding": holding, **own})],
        mh.data.bundled(),
        mh.Portfolio(shares=1000, weight=0.4),
        start=date(start, 1, 4),
        end=date(end, 6, 30),
    )
    path = mh.memo(
        comparison, tmp_path / "memo.pdf", framework="ifrs9", classification="fvoci",
        language=pseudo(),
    )  # fmt: skip
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert len(pages) == 2
    assert all(accented("HYPOTHETICAL") in page for page in pages)
    front = pages[0].replace("\n", " ")
    (run,) = comparison.hedges
    given = {f"{key} {value}" for key, value in (run.parameters or {}).items()}
    given |= {name, name.capitalize().replace("-", " "), "microhedge"}
    assert english([re.sub(r"\b[0-9a-f]{8}\b", "", front)], given) == set()
    with speaking(pseudo()):
        assert english(shown(model(read(comparison))), data_of(comparison)) == set()
    # what programs read stays as it is
    assert path.with_suffix(".csv").read_text().startswith("part,")


def test_labels_of_another_language_stand_apart_on_page_1(found: mh.Comparison) -> None:
    language = pseudo()
    with speaking(language):
        pdf = render(model(read(found)), timestamp=date(2012, 7, 2))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert accented("Read with care.") in " ".join(pages[0].split())
    assert pages[0].count(accented("Counted")) >= 3
    assert f"1 {accented('of')} {len(pages)}" in pages[0]


def test_labels_of_another_language_do_not_overlap_in_charts(found: mh.Comparison) -> None:
    with speaking(pseudo()):
        body, pages = exhibits(read(found))
    blocks = [
        part for one in (*body, *(b for page in pages for b in page.body)) for part in parts(one)
    ]
    looked = 0
    for block in blocks:
        for figure in block["figures"][:1] if block["kind"] == "chart" else ():
            assert clashes(figure) + clipped(figure) == [], block["name"]
            looked += len(boxes(figure))
    assert looked > 60


@pytest.mark.parametrize(("count", "paper"), [(1, "letter"), (3, "a4")])
def test_nothing_overlaps_on_page_1_in_another_language(
    build: Callable[..., Subject], count: int, paper: Paper
) -> None:
    with speaking(pseudo()):
        document = model(hedges(build(count=2600, rolls=9), count, "A put of a name"))
    pdf = render(document, paper=paper, timestamp=date(2012, 7, 2))
    year, caption, contents = heights(
        pdf, "2008", accented("Table").upper() + " 1", accented("Data and assumptions")
    )
    assert caption is not None
    assert contents is not None
    assert caption > contents > 40.0
    assert year is None or year > caption + 10.0


def test_documents_of_two_threads_do_not_disturb_each_other(sample: Subject) -> None:
    def title(language: Language | None) -> str:
        with speaking(language):
            return str(model(sample)["meta"]["verdict-title"])

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(title, [None, pseudo(), None, pseudo()]))
    assert told == ["Verdict", accented("Verdict")] * 2


def test_the_language_of_a_report_is_that_of_its_file(found: mh.Comparison, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('[language]\ntag = "pt-BR"\ndecimal = ","\ngrouping = "."\n[words]\n'
                    '"Verdict" = "Veredicto"\n', encoding="utf-8")  # fmt: skip
    path = write_report(found, tmp_path / "report.pdf", language=file)
    assert tongue(path) == "pt-BR"
    front = pypdf.PdfReader(path).pages[0].extract_text()
    assert "veredicto" in front.lower()
    assert "Worst quarter" in front
    assert re.search(r"−\d+,\d%", front)


# ---- nothing that is shown passes by the catalogue --------------------------------------------

SAYING = {"say", "say_count", "mark", "told", "told_count"}
TOLD = (
    "notes", "bonds_told", "endings_told", "models_told", "logged", "judgement",
    "analysis/luck_wording", "analysis/premises", "sweeping/judgement",
)  # fmt: skip
"""Modules of the engine that have no other sentences than those that documents show."""
SETTLED = {
    "stat", "get", "startswith", "removeprefix", "removesuffix", "split", "join", "partition",
    "replace", "fullmatch", "compile", "sub", "sorted", "cast", "getattr", "version", "joinpath",
    "fit", "_one_of", "typeset", "rfind", "TypeVar", "with_name",
}  # fmt: skip
"""Calls whose texts are no words of a page."""
NAMED = {"name", "width", "colour", "align", "vertical", "within", "where", "xycoords",
         "textcoords", "linestyle", "template"}  # fmt: skip
EXCUSED = {
    "not asked", "not eligible", "without use",  # states of the gate, never shown
    "USD", "CMT3M", "VIX",
    "U+", "sha256", "microhedge", "config", "data", "run", "sweep", "fill", "returns", "python",
    "seed", "report", "pdf", "hedge", "notional", "value", "profit", "costs", "borrow",
    "SourceSansPro",
}  # fmt: skip
"""Names that are the same in every language, and keys."""
QUIET = ("style", "render", "packing", "catalogue", "pictures", "memo/calculations")
"""Modules that set no text."""


def literals(tree: ast.AST) -> Iterator[str]:
    """Every text of a module that might be shown and is not said."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise | ast.arguments | ast.AnnAssign) and not getattr(
            node, "value", None
        ):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in SAYING:
                yield from (t for one in node.keywords for t in literals(one))
                continue
            if name in SETTLED:
                continue
        if isinstance(node, ast.keyword) and node.arg in NAMED:
            continue
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
            "__all__", "hint",
        ):  # fmt: skip
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            yield from (t for p in node.values if isinstance(p, ast.FormattedValue)
                        for t in literals(ast.Module([ast.Expr(p.value)], [])))  # fmt: skip
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from literals(node)


def prose(text: str) -> bool:
    """Whether a text reads as a label or a sentence: a capital first, or words with spaces."""
    rest = text
    for known in EXCUSED:
        rest = re.sub(rf"\b{re.escape(known)}\b", "", rest)
    return bool(re.search(r"\b[A-Z][a-z]|[a-z]{2} +[a-z]{2}|[a-z]{3}[.,;:] *$|^[;,] *[a-z]", rest))


def test_no_text_that_is_shown_passes_by_the_catalogue() -> None:
    folder = Path(str(resources.files("microhedge.reporting")))
    missed = {}
    for path in sorted(folder.rglob("*.py")):
        module = path.relative_to(folder).with_suffix("").as_posix()
        if module not in QUIET:
            tree = ast.parse(path.read_bytes())
            missed[module] = [text for text in literals(tree) if prose(text)]
    assert {module: texts for module, texts in missed.items() if texts} == {}


def test_no_sentence_of_the_engine_is_finished_past_the_catalogue() -> None:
    package = resources.files("microhedge")
    missed = {}
    for module in TOLD:
        tree = ast.parse(package.joinpath(f"{module}.py").read_bytes())
        missed[module] = [text for text in literals(tree) if prose(text)]
    assert {module: texts for module, texts in missed.items() if texts} == {}


def test_what_passes_by_would_be_seen() -> None:
    source = (
        'def f(x):\n    """Doc text."""\n    return table(Column("Worst day"), sub=f"of {x} days")'
    )
    assert [text for text in literals(ast.parse(source)) if prose(text)] == [
        "Worst day",
        "of  days",
    ]
    assert prose("Loss from the previous high")
    assert "Worst day" in messages()


# ---- the page of a sweep ----------------------------------------------------------------------


def test_the_page_of_a_sweep_is_had_in_another_language(tmp_path: Path) -> None:
    def lead(at: Any) -> float:
        return 0.05 - 0.4 * abs(float(at["moneyness"]) - 0.9)

    axes: dict[str, list[float]] = {"moneyness": [0.8, 0.85, 0.9, 0.95], "tenor": [91, 182]}
    judged = judge(written(tmp_path, axes, lead=lead, noise=0.01, phases=2))
    text = explorer.page(judged, pseudo())
    assert '<html lang="eo">' in text
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    data = json.loads(scripts[0])
    told = [*texts_of([one["name"] for one in data["metrics"]]), data["legend"], data["tie"]]
    shell = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    told += [unescape(part) for part in re.findall(r">([^<>]+)<", shell)]
    told += [unescape(part) for part in re.findall(r'aria-label="([^"]*)"', shell)]
    given = {"protective put", "results.parquet", "moneyness", "tenor"}
    # the name of the file is among the words of the frame
    given |= {accented("results.parquet"), "JavaScript"}
    assert english(told, given) == set()
    assert f'"{accented("No cell was tried here.")}"' in scripts[1]
    assert '.toFixed(m.places).replace(".", ",")' in scripts[1]
    assert 'toLocaleString("eo")' in scripts[1]


def test_every_text_of_the_script_and_of_the_frame_is_a_message() -> None:
    folder = resources.files("microhedge.sweeping")
    script = folder.joinpath("explorer.js").read_text(encoding="utf-8")
    frame = folder.joinpath("explorer.html").read_text(encoding="utf-8")
    for text in explorer._SCRIPT:
        assert f'"{text}"' in script, text
    for text in explorer._FRAME:
        assert text in frame, text
    literals = set(re.findall(r'"((?:[^"\\\n]|\\.)*)"', script))
    shown = {one for one in literals if re.match(r"[A-Z][a-z]| [a-z]+ |[a-z]+ [a-z]+( |$)", one)}
    keys = {one for one in shown if re.match(r"(Arrow|Home|End)|linear|use strict", one)}
    assert shown - keys <= set(explorer._SCRIPT)
    assert set(explorer._SCRIPT) | set(explorer._FRAME) <= set(messages())
