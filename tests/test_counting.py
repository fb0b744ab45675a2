"""A number is said with the form of its noun that it takes."""

import pytest

from microhedge.counting import count_of


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows")],
)
def test_one_takes_the_noun_and_every_other_number_its_plural(number: int, said: str) -> None:
    assert count_of(number, "row") == said


@pytest.mark.parametrize(("number", "said"), [(1, "1 expiry"), (3, "3 expiries")])
def test_a_plural_of_its_own_is_taken_as_it_is(number: int, said: str) -> None:
    assert count_of(number, "expiry", "expiries") == said
