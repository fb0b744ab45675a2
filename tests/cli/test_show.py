"""How numbers are printed in a terminal."""

from __future__ import annotations

import pytest

from microhedge.cli.correlation import _number
from microhedge.cli.results import _percent
from microhedge.cli.show import percent


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0004, "0.0%"), (-0.0006, "−0.1%"), (0.0004, "0.0%"), (-12.5, "−1,250.0%")],
)
def test_what_is_next_to_nothing_has_no_sign(value: float, text: str) -> None:
    assert percent(value) == _percent(value) == text
    assert percent(None) == _percent(float("nan")) == "–"


def test_a_statistic_next_to_nothing_has_no_sign() -> None:
    assert (_number(-0.0004), _number(-0.0006)) == ("0.000", "−0.001")
