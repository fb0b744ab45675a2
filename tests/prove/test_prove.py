"""The short form of `make prove`; what sees the future is in tests/test_causality.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from prove import bad_input, faults, surroundings
from prove.figures import Figure, aligned, keep, markdown
from prove.money import prove
from prove.money_figures import chunk

posix = pytest.mark.skipif(sys.platform != "linux", reason="signals, limits and /proc of Linux")


def test_random_runs_add_up_and_equal_the_plain_loop() -> None:
    found = prove(0, 24, 12)
    assert found["counts"]["runs"] == found["counts"]["read back"] == 24
    assert found["counts"]["loops"] >= 3
    assert max(found["worst"].values()) <= 1e-9, found["where"]


def test_the_order_of_hashes_changes_no_byte() -> None:
    digests = {chunk((0, 6), 0, seed)["digest"] for seed in (1, 2)}
    assert len(digests) == 1


def test_a_mutated_line_ends_in_one_line_and_a_known_code() -> None:
    ends, wrong = bad_input.lines(600)
    assert wrong == []
    assert ends[2] > 300


def test_a_mutated_strategy_file_loads_or_is_refused_in_one_line() -> None:
    ends, wrong = bad_input.files(150)
    assert wrong == []
    assert 0 < ends["loaded"] < ends.total()


def test_a_mutated_file_of_a_sweep_ends_in_one_line_and_a_known_code() -> None:
    ends, wrong = bad_input.tomls(150, 1_900)
    assert wrong == []
    assert {0, 2} <= set(ends)


def test_no_symbol_leaves_the_folder_of_the_cache() -> None:
    assert bad_input.outside(500) == 0


def test_what_is_watched_for_is_seen(tmp_path: Path) -> None:
    # without this, the tests above could pass by watching nothing
    bad_input.WATCH.place = tmp_path / "inside"
    try:
        (tmp_path / "outside").write_text("x")
        subprocess.run([sys.executable, "-c", ""], check=True)
    finally:
        bad_input.WATCH.place = None
    seen, bad_input.WATCH.seen[:] = list(bad_input.WATCH.seen), []
    assert any(each.startswith("open") and each.endswith("outside") for each in seen)
    assert any(each.startswith("subprocess.Popen") for each in seen)


@posix
@pytest.mark.parametrize("what", ["result", "cache", "strategy"])
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(what: str) -> None:
    broken, _ = faults.killed(what, 2)
    assert broken == 0


@posix
@pytest.mark.parametrize(("option", "size"), [("--save", 1), ("--report", 4096)])
def test_a_full_disk_loses_nothing(option: str, size: int) -> None:
    assert faults.refused(option, size, b"old") is None


@posix
@pytest.mark.parametrize("place", ["/proc", "/dev/null"])
def test_where_nothing_can_be_written_the_answer_names_the_file(place: str) -> None:
    assert faults.unwritable(place, "--save") is None


def test_a_run_and_its_report_have_the_same_bytes_wherever_they_are_made() -> None:
    odd = [
        "the C locale",
        "a graphical backend of matplotlib",
        "backtrader, which chooses a backend with windows",
        "a clock of the year 2000",
    ]
    assert surroundings.differing(odd) == []


def test_a_missing_font_is_named_in_one_line() -> None:
    assert surroundings.fontless() is None


def test_a_page_keeps_what_stands_around_a_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- it -->\nformer\n<!-- end of it -->\nafter\n", encoding="utf-8")
    figures = [Figure("runs", "3", "0", "1e-9", True), Figure("more", "1", "2", "0", False)]
    keep(page, "it", markdown(figures))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- it -->\n")
    assert text.endswith("<!-- end of it -->\nafter\n")
    assert "| more | 1 | 2 | 0 | NO |" in text
    assert "former" not in text
    assert aligned(figures).splitlines()[1].split() == ["runs", "3", "0", "1e-9", "yes"]
    with pytest.raises(ValueError, match="has no place for 'that'"):
        keep(page, "that", "x")
