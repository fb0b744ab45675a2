"""An account read from a file: its columns, its weights, and what is wrong with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from microhedge.basket import Basket
from microhedge.errors import BadData, ParameterError, UsageError
from microhedge.sources import portfolio


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text)
    return path


def test_the_holding_s_own_line_gives_its_weight(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,weight\nXOM,0.25\nKO,0.5\nPG,0.25\n")
    found = portfolio(path, "XOM", shares=100, cash=5.0)
    assert (found.weight, found.shares, found.cash) == (0.25, 100, 5.0)
    assert found.rest == Basket.by_weight({"KO": 0.5, "PG": 0.25})
    assert found.file == str(path)


def test_rounded_weights_are_read_as_parts_of_their_sum(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,weight\nXOM,0.333\nKO,0.333\nPG,0.333\n")
    assert portfolio(path, "XOM", shares=1).weight == pytest.approx(1 / 3)


@pytest.mark.parametrize("unit", ["shares", "value"])
def test_shares_and_money_give_the_size_of_the_holding(tmp_path: Path, unit: str) -> None:
    path = written(tmp_path, f"# mine\nSymbol;{unit.title()}\nKO;200\n\nXOM;30\n")
    found = portfolio(path, "XOM")
    assert getattr(found, unit) == 30.0
    assert found.rest is not None
    assert (found.rest.unit, found.rest.parts) == (unit, (("KO", 200.0),))
    with pytest.raises(UsageError, match=rf"gives the {unit} of XOM"):
        portfolio(path, "XOM", shares=1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("symbol,weight\nXOM,5\nKO,95\n", "add up to 100.* 0.05 for 5 per", id="cent"),
        pytest.param("symbol,weight\nXOM,0.2\nKO,0.2\n", "add up to 0.4, not to 1$", id="sum"),
        pytest.param("symbol,weight\nXOM,0.5\nKO,x\n", "line 3: weight 'x' is no pos", id="text"),
        pytest.param("symbol,shares\nXOM,1\nKO,-2\n", "line 3: shares '-2'", id="short"),
        pytest.param("symbol,shares\nXOM,1\nXOM,2\n", "line 3: XOM is there twice", id="twice"),
        pytest.param("symbol,shares\n,1\n", "line 2: the symbol is missing", id="nameless"),
        pytest.param("symbol,shares\nXOM\n", "line 2: 1 cell, where the head has 2", id="cells"),
        pytest.param("ticker,weight\nXOM,1\n", "the first line is ticker, weight", id="head"),
        pytest.param("symbol,weight,shares\n", "one of weight, shares and value", id="both"),
        pytest.param("", "the first line is empty", id="empty"),
        pytest.param("symbol,weight\nXOM,1\n", "XOM is its only share", id="alone"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadData, match=says):
        portfolio(written(tmp_path, text), "XOM", shares=1)


def test_a_holding_without_a_line_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,weight\nMSFT,0.5\nKO,0.5\n")
    with pytest.raises(ParameterError, match=r"no line for MSTF.*MSFT"):
        portfolio(path, "MSTF", shares=1)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="there is no such file"):
        portfolio(tmp_path / "none.csv", "XOM", shares=1)
