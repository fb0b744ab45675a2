"""The page of a sweep: what it holds, that names are inert, and what a browser makes of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sweep_folders import written

from microhedge.sweeping import explorer
from microhedge.sweeping.explorer import inert, page, sweep_page
from microhedge.sweeping.judgement import judge

HOSTILE = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "a&amp;b\u2028c"]
GRID: Mapping[str, Sequence[Any]] = {
    "moneyness": [0.8, 0.9, 1.0],
    "tenor": [30, 91],
    "roll": [5, 30],
}
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to show the page in")


def clash(at: Mapping[str, Any]) -> str | None:
    return "roll 30 is not below tenor 30" if at["roll"] == at["tenor"] else None


class Tags(HTMLParser):
    """Every tag of a page and the text of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data


def parsed(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    return found


def data_of(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(parsed(text).scripts[0])
    return told


def shown(path: Path, wish: str = "") -> str:
    """The page's document after its script ran."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000",
         f"--user-data-dir={path.parent / 'profile'}", "--dump-dom", f"{path.as_uri()}#{wish}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("three")
    made = written(folder / "sweep", GRID, lead=lambda at: 0.1 * at["moneyness"], fails=clash)
    return sweep_page(judge(made), folder / "page.html")


def test_json_is_inert_in_html_and_says_the_same() -> None:
    text = inert({"name": HOSTILE})
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {"name": HOSTILE}


def test_hostile_names_and_errors_are_no_markup(tmp_path: Path) -> None:
    made = written(
        tmp_path,
        {"peer": HOSTILE},
        holding=HOSTILE[0],
        hedge=HOSTILE[1],
        fails=lambda at: HOSTILE[0] if at["peer"] == HOSTILE[1] else None,
    )
    text = page(judge(made))
    tags = [tag for tag, _ in parsed(text).tags]
    assert tags.count("script") == 2
    assert "img" not in tags
    told = data_of(text)
    assert told["axes"][0]["labels"] == HOSTILE
    assert told["errors"] == [HOSTILE[0]]


def test_the_page_loads_nothing_from_anywhere(three: Path) -> None:
    text = three.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//\w+\.", text.split("<script>")[0])
    for tag, attributes in parsed(text).tags:
        assert tag not in {"link", "img", "iframe"}
        assert "src" not in attributes
    assert "default-src 'none'" in text


def test_the_luck_sentences_stand_before_the_map(three: Path) -> None:
    text = three.read_text(encoding="utf-8")
    places = [text.index(part) for part in ("Certified: ", "Of 12 cells the best", "<main")]
    assert places == sorted(places)


def test_the_data_hold_every_cell_and_its_numbers(three: Path) -> None:
    told = data_of(three.read_text(encoding="utf-8"))
    assert told["count"] == 12
    assert told["flat"] is None
    assert [axis["name"] for axis in told["axes"]] == ["moneyness", "tenor", "roll"]
    by = {one["key"]: one for one in told["metrics"]}
    # 0.05 + 0.01·sin(0.8 + 30 + 5) = 0.05 − 0.01·0.947 = 0.0405 a year, in tenths of a per cent
    assert by["annual_return"]["values"][0] == 41
    assert [cell for cell, _ in told["failed"]] == [1, 5, 9]
    assert told["errors"] == ["roll 30 is not below tenor 30"]
    assert by["advantage"]["values"][1] is None
    assert told["best"] in told["ties"]


def test_without_a_judgement_there_is_no_advantage_and_no_best(tmp_path: Path) -> None:
    text = page(judge(written(tmp_path, GRID, done=5)))
    told = data_of(text)
    assert "Not judged: 5 of 12 cells are done" in text
    assert told["best"] is None
    assert told["ties"] == []
    assert "advantage" not in {one["key"] for one in told["metrics"]}


def test_five_thousand_cells_fit_in_200_kb(tmp_path: Path) -> None:
    axes: Mapping[str, Sequence[Any]] = {"a": list(range(100)), "b": [k / 100 for k in range(50)]}
    text = page(judge(written(tmp_path, axes, sessions=60, kept=False)))
    assert data_of(text)["count"] == 5000
    # no advantage without returns: two columns of the seven are missing, some 6 bytes a cell each
    assert len(text.encode()) + 2 * 6 * 5000 < 200_000


def test_of_more_cells_than_fit_some_are_shown_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "MOST", 7)
    judged = judge(written(tmp_path, GRID, lead=lambda at: 0.1 * at["moneyness"]))
    text = page(judged)
    told = data_of(text)
    assert told["count"] == 7
    assert told["flat"] == sorted(set(told["flat"]))
    assert "7 of them are shown" in text
    assert told["best"] is not None


@browser
def test_every_cell_is_drawn_and_those_that_failed_are_crossed(three: Path) -> None:
    dom = shown(three, "x=moneyness&y=tenor&at.roll=30")
    cells = re.findall(r'<td [^>]*data-cells="1"[^>]*>([^<]*)</td>', dom)
    assert len(cells) == 6
    assert cells.count("×") == 3
    mean = shown(three, "x=moneyness&y=roll&at.tenor=none&m=cost_per_year")
    assert len(re.findall(r"<td [^>]*data-cells=", mean)) == 6


@browser
def test_a_cell_that_is_pointed_at_tells_its_numbers(three: Path) -> None:
    dom = shown(three, "x=moneyness&y=tenor&at.roll=5&cell=1,2")
    told = re.sub("<[^>]+>", "", dom[dom.index('id="told"') :].split("</div>")[0])
    assert "moneyness 1, tenor 91, roll 5: advantage over selling +" in told
    failed = shown(three, "x=moneyness&y=tenor&at.roll=30&cell=0,0")
    assert "failed: roll 30 is not below tenor 30." in failed


@browser
def test_the_table_lists_every_cell(three: Path) -> None:
    dom = shown(three, "list=1")
    listed = dom[dom.index('id="list"') :].split("</table>")[0]
    assert listed.count("<tr>") == 13


@browser
def test_a_browser_takes_hostile_names_for_text(tmp_path: Path) -> None:
    made = written(tmp_path / "sweep", {"peer": HOSTILE}, holding=HOSTILE[0])
    dom = shown(sweep_page(judge(made), tmp_path / "page.html"), "cell=0,1")
    assert "<img" not in dom
    assert dom.count("<script") == 2
    assert "peer &lt;img src=x onerror=alert(2)&gt;" in dom
