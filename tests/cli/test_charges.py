"""A cost is read from its words: a fraction, or a per cent with its sign."""

import json

import pytest

from microhedge.cli.charges import costs_of, split_pair
from microhedge.errors import ParameterError

from .conftest import Typed


@pytest.mark.parametrize(
    ("words", "fee"),
    [
        ("borrow=0.02", 0.02),
        ("borrow=2%", 0.02),
        ("borrow=237%", 2.37),
        ("borrow = 1000 %", 10.0),
        ("borrow=1", 1.0),
    ],
)
def test_a_per_cent_is_the_fraction_that_it_is(words: str, fee: float) -> None:
    assert costs_of([words]).borrow == fee


def test_several_values_are_read_one_by_one() -> None:
    assert split_pair("borrow=1%,250%") == ("borrow", "0.01,2.5")
    assert split_pair("stock-impact=0:2:0.5") == ("stock_impact", "0:2:0.5")


def test_a_bare_fee_above_one_is_not_guessed() -> None:
    said = r"borrow=5 can be 5% or 500% a year: write it with its sign, as in borrow=5%"
    with pytest.raises(ParameterError, match=said):
        costs_of(["borrow=5"])


def test_what_is_no_number_stays_as_it_was_typed() -> None:
    with pytest.raises(ParameterError, match="'much' is not a number"):
        costs_of(["borrow=much"])


def test_the_command_that_makes_a_run_again_spells_a_fee_that_is_read_back(typed: Typed) -> None:
    line = "run index-short --holding AAPL --start 2014-01-02 --end 2014-12-31 --json"
    told = json.loads(typed(*line.split(), "--cost", "borrow=237%").out)
    assert "--cost borrow=237%" in told["reproduce"]


def test_a_cost_in_basis_points_takes_no_per_cent_for_a_hundredth() -> None:
    with pytest.raises(ParameterError, match="as in stock_slippage_bp=500"):
        costs_of(["stock_slippage_bp=5%"])
    assert costs_of(["stock_slippage_bp=5"]).stock_slippage_bp == 5.0


def test_a_fee_without_end_is_refused_as_such() -> None:
    with pytest.raises(ParameterError, match="borrow was inf"):
        costs_of(["borrow=inf"])
