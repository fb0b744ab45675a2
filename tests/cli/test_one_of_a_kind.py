"""One share, one row and one split are told as one."""

from pathlib import Path

from .conftest import Typed

PRICES = """\
date,close,stock splits
2019-01-03,50,2
2019-01-02,100,0
2019-01-04,51,0
2019-01-04,51,0
"""


def test_a_file_with_one_of_each_is_told_so(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "abc.csv").write_text(PRICES, encoding="utf-8")
    told = typed("data", "check", "abc.csv", "--basis", "raw").out
    assert "3 of 4 rows, 2019-01-02 to 2019-01-04, USD, 1 split, 0 dividends" in told
    assert "4 rows were once out of order and have been sorted" in told
    assert "1 row repeats another row of the same date; one of each was kept" in told


def test_one_share_is_held(typed: Typed) -> None:
    line = "run index-short --holding AAPL --shares 1 --start 2014-01-02 --end 2014-12-31"
    assert typed(*line.split()).out.startswith("AAPL, 1 share, 2014-01-02 to 2014-12-31, ")
