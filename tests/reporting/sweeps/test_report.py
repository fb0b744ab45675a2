"""The report of sweeps of every shape: its words, its exhibits, and the document."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from sweep_folders import written

from microhedge.errors import ReportError
from microhedge.reporting.exhibits import parts
from microhedge.reporting.sweeps import sweep_report
from microhedge.reporting.sweeps.charts import shade
from microhedge.reporting.sweeps.model import model
from microhedge.reporting.sweeps.planes import effects, pairs, plane
from microhedge.reporting.sweeps.reading import read
from microhedge.sweeping.judgement import judge

Axes = Mapping[str, Sequence[Any]]

STRIKES = [0.8, 0.85, 0.9, 0.95]
TWO: Axes = {"moneyness": STRIKES, "tenor": [91, 182]}
THREE: Axes = {**TWO, "roll": [5, 30]}
FOUR: Axes = {**THREE, "peer": ["MSFT", "IBM"]}


def hill(at: Mapping[str, Any]) -> float:
    return 0.05 - 0.4 * abs(float(at["moneyness"]) - 0.9)


def clash(at: Mapping[str, Any]) -> str | None:
    return "tenor 91 is too short" if at["tenor"] == 91 and at["moneyness"] == 0.8 else None


def document(folder: Path, axes: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    return model(read(judge(written(folder, axes, **options))))


def blocks(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    outer = [*told["front"], *(block for page in told["pages"] for block in page["body"])]
    return [one for block in outer for one in parts(block)]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


def words(told: Mapping[str, Any]) -> str:
    return " ".join(
        [told["verdict"]["headline"], told["verdict"]["sentence"]]
        + [str(block.get("finding", block.get("text", ""))) for block in blocks(told)]
    )


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("certified")
    return document(folder, TWO, lead=hill, noise=0.01, phases=2, fails=clash)


def test_the_page_says_what_the_judgement_says(certified: dict[str, Any]) -> None:
    assert certified["verdict"]["headline"] == "The best cell beats selling by more than luck"
    assert certified["verdict"]["sentence"].startswith("Certified: ")
    answers = [card["a"] for card in certified["cards"]]
    assert answers[0] == "Yes, certified"
    assert answers[3] == "Moneyness"
    assert certified["cards"][0]["sure"][3] == ["Cells tried", "8"]


def test_the_opposite_and_the_undecided_are_told_as_such(tmp_path: Path) -> None:
    worse = document(tmp_path / "worse", TWO, lead=lambda at: hill(at) - 0.1)
    assert worse["verdict"]["headline"] == "No cell is shown to beat selling"
    assert worse["cards"][0]["a"] == "Not shown"
    assert "No eligible cell beat selling; the least bad" in words(worse)
    spike = document(
        tmp_path / "spike",
        {"moneyness": [0.8, 0.84, 0.88, 0.92, 0.96, 1.0]},
        lead=lambda at: 0.05 * (at["moneyness"] == 0.88),
        noise=0.01,
    )
    assert spike["verdict"]["headline"] == "Not enough to be sure"
    assert spike["cards"][0]["a"] == "Inconclusive"
    assert spike["cards"][2]["sure"][3] == ["A spike", "yes"]


def test_figures_and_tables_are_numbered_in_reading_order(certified: dict[str, Any]) -> None:
    numbers = [block["number"] for block in blocks(certified) if "number" in block]
    assert numbers[:3] == ["Figure 1", "Figure 2", "Figure 3"]
    assert [one for one in numbers if one.startswith("Table")] == [
        f"Table {k + 1}" for k in range(sum(one.startswith("Table") for one in numbers))
    ]


def test_failed_cells_are_crossed_and_listed_with_their_error(certified: dict[str, Any]) -> None:
    listed = [block for block in blocks(certified) if block.get("finding") == "1 cell of 8 failed."]
    assert listed[0]["rows"] == [["1", "tenor 91 is too short"]]
    assert "Crossed: failed." in certified["front"][0]["sub"]


def test_the_ranking_holds_every_eligible_cell_best_first(certified: dict[str, Any]) -> None:
    table = certified["pages"][0]["body"][0]
    assert table["finding"] == "All 7 eligible cells."
    assert table["head"][:5] == ["#", "moneyness", "tenor", "Advantage", "Std. error"]
    assert table["rows"][0][1] == "0.9"
    lead = [float(row[3].replace("−", "-")) for row in table["rows"]]
    assert lead == sorted(lead, reverse=True)
    assert {row[-1] for row in table["rows"]} == {"40%"}


@pytest.mark.parametrize(
    ("axes", "charts"),
    [({"moneyness": STRIKES}, 3), ({"peer": ["A", "B", "C"]}, 3), (TWO, 3), (THREE, 3), (FOUR, 3)],
)
def test_any_number_of_axes_has_its_page_1(
    tmp_path: Path, axes: Mapping[str, Any], charts: int
) -> None:
    told = document(tmp_path, axes, lead=lambda at: hill({"moneyness": 0.9, **at}))
    drawn = [one for block in told["front"] for one in parts(block)]
    assert len(drawn) == charts
    for block in drawn:
        assert block["kind"] == "chart"
        assert block["alt"]
        assert "nan" not in block["alt"]


def test_three_axes_are_a_map_for_each_pair(tmp_path: Path) -> None:
    subject = read(judge(written(tmp_path, THREE, lead=hill)))
    assert sorted(pairs(subject)) == [(0, 1), (0, 2), (1, 2)]
    shown = plane(subject, 0, 1)
    assert shown.mean(subject.advantage).shape == (2, 4)
    assert all(len(rows) == 1 for rows in shown.rows.values())
    assert subject.best is not None
    place = subject.at[subject.best]
    held = {int(subject.at[row, 2]) for rows in shown.rows.values() for row in rows}
    assert held == {int(place[2])}


def test_the_effect_of_an_axis_is_the_spread_of_its_means(tmp_path: Path) -> None:
    subject = read(judge(written(tmp_path, TWO, lead=hill, noise=0.0)))
    by_strike, by_tenor = effects(subject)
    # e^0.05 against e^0.01
    assert by_strike.size == pytest.approx(np.exp(0.05) - np.exp(0.01), abs=5e-3)
    assert by_tenor.size < 1e-4


def test_one_cell_and_roll_dates_alone(tmp_path: Path) -> None:
    one = document(tmp_path / "one", {"moneyness": [0.9]}, lead=hill)
    assert one["cards"][1]["a"] == "No choice"
    waits = document(tmp_path / "waits", {"wait": [0, 5]}, lead=lambda _: 0.05)
    assert waits["front"][0]["finding"] == "One cell: nothing but its roll dates was varied."
    assert waits["cards"][3]["a"] == "Roll dates"


def test_where_nothing_is_judged_no_cell_is_ranked(tmp_path: Path) -> None:
    told = document(tmp_path, TWO, done=5)
    assert told["verdict"]["headline"] == "Not judged"
    assert told["cards"] == []
    assert "no cell is called the best" in words(told)
    assert told["pages"][0]["body"][0]["kind"] == "notice"


def test_where_nothing_protects_the_numbers_are_shown_without_a_map_of_advantage(
    tmp_path: Path,
) -> None:
    told = document(tmp_path, TWO, fraction=0.05, fails=clash)
    assert told["verdict"]["headline"] == "No cell protected enough to be compared with selling"
    assert [row[:2] for row in told["front"][0]["rows"]] == [
        ["1", "failed, or lost everything"],
        ["7", "removed less than 25% of the tail loss"],
    ]
    assert told["front"][0]["rows"][1][2] == "Strikes nearer to the price, or more cover."
    # nothing is said twice, and no exhibit is empty
    assert sum("no protection to compare" in text for text in strings(told)) == 1
    assert all(block.get("rows", [1]) for block in blocks(told))
    assert [page["nav"] for page in told["pages"]] == ["Cells", "Data and assumptions"]
    nearest = told["pages"][0]["body"][0]
    assert nearest["finding"].startswith("Nearest to 25%: moneyness 0.")
    removed = [float(row[2].rstrip("%")) for row in nearest["rows"]]
    assert removed == sorted(removed, reverse=True)
    assert len(removed) == 7


def test_what_added_to_the_tail_loss_is_counted_apart(tmp_path: Path) -> None:
    made = written(tmp_path, {"peer": ["A", "B", "C"]}, hedge="pair-short", fraction=0.05)
    judged = judge(made)
    assert judged.luck is not None
    cells = replace(judged.luck.cells, removed=np.array([-0.02, -0.01, 0.06]))
    told = model(read(replace(judged, luck=replace(judged.luck, cells=cells))))
    assert [row[:2] for row in told["front"][0]["rows"]] == [
        ["1", "removed less than 25% of the tail loss"],
        ["2", "added to the tail loss"],
    ]
    assert "options" not in str(told["front"][0])
    assert told["pages"][0]["body"][0]["finding"] == (
        "Nearest to 25%: peer C removed 6% of the tail loss."
    )


def test_a_sweep_without_options_names_no_volatility(tmp_path: Path) -> None:
    def items(folder: Path, axes: Axes) -> list[str]:
        told = document(folder, axes)
        tables = [one for one in blocks(told) if one.get("head") == ["Item", "Value", "Kind"]]
        return [row[0] for row in tables[0]["rows"]]

    assert "Implied volatility" in items(tmp_path / "puts", TWO)
    assert "Implied volatility" not in items(tmp_path / "shorts", {"peer": ["A", "B"]})


def test_where_every_cell_failed_their_errors_and_the_inputs_are_all(tmp_path: Path) -> None:
    told = document(tmp_path, TWO, fails=lambda _: "no quotes")
    assert told["verdict"]["headline"] == "Every cell failed"
    assert [page["nav"] for page in told["pages"]] == ["Data and assumptions"]
    assert told["front"][0]["rows"] == [["8", "no quotes"]]


def test_colours_go_from_pale_to_full() -> None:
    assert shade(0.0, True) == shade(0.0, False) == "#f4f2ef"
    assert shade(1.0, True) == "#376fcb"
    assert shade(-1.0, True) == "#b1521f"
    assert shade(2.0, False) == shade(1.0, False)


SHAPES: dict[str, dict[str, Any]] = {
    "one axis": {"axes": {"moneyness": STRIKES}, "lead": hill},
    "words": {"axes": {"peer": ["#set text(red)", "$x^2$", "<b>é&"]}},
    "two axes": {"axes": TWO, "lead": hill, "phases": 2},
    "three axes": {"axes": THREE, "lead": hill, "fails": clash},
    "four axes": {"axes": FOUR, "lead": hill},
    "many values": {"axes": {"moneyness": STRIKES, "tenor": list(range(30, 330, 10))}},
    "all failed": {"axes": TWO, "fails": lambda _: "*bold* #x `code` <script>"},
    "one cell": {"axes": {"moneyness": [0.9]}, "lead": hill},
    "roll dates": {"axes": {"wait": [0, 5]}},
    "nothing protects": {"axes": TWO, "fraction": 0.05},
    "unfinished": {"axes": TWO, "done": 3},
    "short": {"axes": TWO, "sessions": 600, "lead": hill},
    "hostile": {"axes": {"peer": ["A", "B"]}, "holding": "#x $y$ *z*", "hedge": "`q`-<r>"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_whole_document(tmp_path: Path, shape: str) -> None:
    options = {**SHAPES[shape]}
    made = written(tmp_path / "sweep", options.pop("axes"), **options)
    path = sweep_report(judge(made), tmp_path / "out" / "report.pdf")
    reader = pypdf.PdfReader(path)
    assert 2 <= len(reader.pages) <= 4
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Verdict" in reader.pages[0].extract_text() or "VERDICT" in text
    for word in ("nan", "None", "inf "):
        assert f" {word}" not in text
    assert sorted(one.name for one in path.parent.iterdir()) == ["report.pdf"]


def test_names_stand_in_the_document_as_they_are(tmp_path: Path) -> None:
    axes = {"peer": ["#set text(red)", "$x^2$"]}
    made = written(tmp_path / "sweep", axes, holding="#x $y$ *z*", lead=lambda _: 0.05)
    path = sweep_report(judge(made), tmp_path / "report.pdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "#x $y$ *z*" in text
    assert "#set text(red)" in text


def test_a_name_that_the_font_lacks_is_refused_by_name(tmp_path: Path) -> None:
    made = written(tmp_path / "sweep", {"peer": ["騰訊", "B"]})
    with pytest.raises(ReportError, match="騰"):
        sweep_report(judge(made), tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


def test_the_document_is_tagged_embedded_and_the_same_each_time(tmp_path: Path) -> None:
    made = written(tmp_path / "sweep", TWO, lead=hill)
    first = sweep_report(judge(made), tmp_path / "a.pdf").read_bytes()
    second = sweep_report(judge(made), tmp_path / "b.pdf").read_bytes()
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    reader = pypdf.PdfReader(io.BytesIO(first))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first
    assert [image.name for page in reader.pages for image in page.images] == []
    assert reader.metadata is not None
    assert reader.metadata.title == "AAPL: which protective put, if any?"
    front = " ".join(reader.pages[0].extract_text().split())
    assert "earned" in front
    assert "probability of backtest overfitting" in front


def test_us_letter_keeps_page_1_on_one_page(tmp_path: Path) -> None:
    made = written(tmp_path / "sweep", FOUR, lead=hill)
    path = sweep_report(judge(made), tmp_path / "a.pdf", paper="us-letter")
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert "Which cells stand out?" in pages[1]
