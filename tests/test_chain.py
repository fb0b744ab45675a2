import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from microhedge.calendar import day_number, listed_expiries, monthly_expiry, to_date
from microhedge.chain import Grid, choose_expiry, listed_strike, select, strike_step
from microhedge.errors import NoContract
from microhedge.instruments import Option, Right

TODAY = day_number(date(2014, 6, 2))

rights = st.sampled_from(["C", "P"])
grids = st.sampled_from(["liquid", "standard", "index"])
targets = st.integers(1_000, 600_000).map(lambda number: number / 100)
days_inside = st.integers(day_number(date(1973, 4, 26)), day_number(date(2090, 1, 1)))


def is_listed(strike: float, grid: Grid) -> bool:
    """Tell whether a strike is on a grid, from its intervals as they are written down."""
    bands: dict[Grid, list[tuple[float, float, str]]] = {
        "liquid": [(0, 200, "1"), (200, 500, "2.5"), (500, math.inf, "5")],
        # Cboe's and the OCC's intervals for any share
        "standard": [(0, 25, "2.5"), (25, 200, "5"), (200, math.inf, "10")],
        "index": [(0, math.inf, "5")],
    }
    return any(
        low <= strike <= high and Fraction(strike) % Fraction(step) == 0
        for low, high, step in bands[grid]
    )


@pytest.mark.parametrize(
    ("moneyness", "right", "grid", "strike"),
    [
        # the spot is 103.20: 98.04 and 113.52 are wished
        (0.95, "P", "liquid", 98.0),
        (0.95, "P", "index", 95.0),
        (1.10, "C", "index", 115.0),
        (1.10, "C", "liquid", 114.0),
    ],
)
def test_puts_are_struck_at_or_below_and_calls_at_or_above(
    moneyness: float, right: Right, grid: Grid, strike: float
) -> None:
    # the convention of Cboe's PPUT, CLL and BXM indices
    assert listed_strike(moneyness * 103.2, 103.2, right, grid=grid) == strike


@pytest.mark.parametrize(
    ("spot", "moneyness", "right", "strike"),
    [
        (250.0, 0.90, "P", 225.0),
        (100.0, 1.10, "C", 110.0),  # 110.00000000000001 in binary
        (50.0, 1.10, "C", 55.0),  # 55.00000000000001
        (90.0, 0.70, "P", 63.0),  # 62.99999999999999
        (30.0, 1.10, "C", 33.0),
        (200.0, 1.00, "P", 200.0),
        (200.0, 1.00, "C", 200.0),
    ],
)
def test_a_wish_that_is_a_strike_on_paper_gets_it(
    spot: float, moneyness: float, right: Right, strike: float
) -> None:
    assert listed_strike(moneyness * spot, spot, right, grid="liquid", max_gap=0.01) == strike


@given(strike=st.integers(1, 400), percent=st.integers(50, 150), right=rights)
def test_a_product_that_is_a_whole_strike_is_never_missed_by_rounding(
    strike: int, percent: int, right: Right
) -> None:
    spot = strike * 100 / percent
    target = percent / 100 * spot
    assume(is_listed(strike, "liquid"))
    assert listed_strike(target, spot, right) == strike


@pytest.mark.parametrize(
    ("target", "grid", "below", "above"),
    [
        (13.30, "liquid", 13, 14),
        (199.50, "liquid", 199, 200),
        (201.00, "liquid", 200, 202.5),
        (499.00, "liquid", 497.5, 500),
        (501.00, "liquid", 500, 505),
        (24.00, "standard", 22.5, 25),
        (26.00, "standard", 25, 30),
        (199.00, "standard", 195, 200),
        (201.00, "standard", 200, 210),
        (5947.11, "index", 5945, 5950),
    ],
)
def test_strikes_keep_their_intervals_across_the_bands(
    target: float, grid: Grid, below: float, above: float
) -> None:
    assert listed_strike(target, target, "P", grid=grid, max_gap=1.0) == below
    assert listed_strike(target, target, "C", grid=grid, max_gap=1.0) == above


@pytest.mark.parametrize("strike", [495.0, 500.0, 505.0])
def test_strikes_that_traded_on_apple_before_its_split_are_listed(strike: float) -> None:
    # AAPL, June 2014, in LEAN's sample data
    assert listed_strike(strike, strike, "P") == strike


@given(target=targets, right=rights, grid=grids)
def test_a_put_is_never_above_its_target_nor_a_call_below(
    target: float, right: Right, grid: Grid
) -> None:
    strike = listed_strike(target, target, right, grid=grid, max_gap=1.0)
    assert is_listed(strike, grid)
    assert strike <= target if right == "P" else strike >= target


@given(target=targets, grid=grids)
def test_no_listed_strike_lies_between_the_two_around_a_target(target: float, grid: Grid) -> None:
    below = listed_strike(target, target, "P", grid=grid, max_gap=1.0)
    above = listed_strike(target, target, "C", grid=grid, max_gap=1.0)
    halves = range(math.floor(below * 2) + 1, math.ceil(above * 2))
    assert not [half / 2 for half in halves if is_listed(half / 2, grid)]
    assert above == below or above - below == strike_step(target, grid=grid)


def test_the_step_at_a_limit_is_that_of_the_band_below() -> None:
    steps = [strike_step(level) for level in (199.0, 200.0, 200.5, 500.0, 500.5)]
    assert steps == [1.0, 1.0, 2.5, 2.5, 5.0]


def test_a_call_can_be_snapped_down_so_that_a_collar_keeps_its_credit() -> None:
    assert listed_strike(106.28, 100.0, "C", snap="down") == 106
    assert listed_strike(94.20, 100.0, "P", snap="up") == 95


def test_a_continuous_grid_gives_the_target_itself() -> None:
    assert listed_strike(93.0712, 98.0, "P", grid="continuous") == 93.0712


def test_a_strike_far_from_the_wish_is_no_contract() -> None:
    # 3.80 is wished of a share at 4.00, and 3 is a fifth of its price away
    with pytest.raises(NoContract, match=r"at or below 3\.80 .* the nearest is 3"):
        listed_strike(3.80, 4.00, "P")
    assert listed_strike(3.80, 4.00, "P", max_gap=0.25) == 3


@pytest.mark.parametrize("target", [0.0, -5.0, math.nan, math.inf])
def test_a_target_that_is_no_price_is_no_contract(target: float) -> None:
    with pytest.raises(NoContract, match="above 0"):
        listed_strike(target, 100.0, "P")


def test_a_put_below_the_first_strike_is_no_contract() -> None:
    with pytest.raises(NoContract, match="the nearest is 0"):
        listed_strike(0.50, 100.0, "P")


@pytest.mark.parametrize(
    ("days", "expiry"),
    [
        # from 2 June 2014: 18, 46, 74, 109, …, 228 days to the third Fridays
        (30, date(2014, 6, 20)),
        (33, date(2014, 7, 18)),
        (90, date(2014, 8, 15)),
        (92, date(2014, 9, 19)),
        (230, date(2015, 1, 16)),
        (590, date(2016, 1, 15)),
    ],
)
def test_the_nearest_expiry_is_chosen(days: int, expiry: date) -> None:
    assert to_date(choose_expiry(TODAY, days)) == expiry


def test_a_tie_goes_to_the_later_expiry() -> None:
    # 18 and 46 days are both 14 days from 32
    assert to_date(choose_expiry(TODAY, 32)) == date(2014, 7, 18)


def test_a_taken_expiry_leaves_the_next_nearest() -> None:
    july = frozenset({monthly_expiry(2014, 7)})
    assert to_date(choose_expiry(TODAY, 46, taken=july)) == date(2014, 8, 15)


def test_no_expiry_near_the_wished_tenor_is_no_contract() -> None:
    # the last expiry listed is 592 days away; five years are not within half of themselves
    with pytest.raises(NoContract, match="from 2014-06-02"):
        choose_expiry(TODAY, 1_825)
    near = frozenset(day for day in listed_expiries(TODAY) if day < TODAY + 100)
    with pytest.raises(NoContract, match="within 45 days of 30 days"):
        choose_expiry(TODAY, 30, taken=near)


def test_an_expiry_is_accepted_up_to_half_of_a_long_tenor() -> None:
    only = listed_expiries(TODAY)[-1]
    others = frozenset(listed_expiries(TODAY)) - {only}
    far = only - TODAY
    assert choose_expiry(TODAY, far * 2 / 3, taken=others) == only
    with pytest.raises(NoContract):
        choose_expiry(TODAY, far * 2 / 3 - 1, taken=others)


@given(data=st.data(), day=days_inside, days=st.integers(1, 800))
def test_the_choice_is_free_and_no_free_expiry_is_nearer(
    data: st.DataObject, day: int, days: int
) -> None:
    listed = listed_expiries(day)
    taken = frozenset(data.draw(st.sets(st.sampled_from(listed))))
    free = [expiry for expiry in listed if expiry not in taken]
    distances = [abs(expiry - day - days) for expiry in free]
    if not free or min(distances) > max(45, days / 2):
        with pytest.raises(NoContract):
            choose_expiry(day, days, taken=taken)
    else:
        chosen = choose_expiry(day, days, taken=taken)
        assert chosen in free
        nearest = [e for e, gap in zip(free, distances, strict=True) if gap == min(distances)]
        assert chosen == max(nearest)


@given(day=days_inside, rungs=st.integers(1, 4), tenor=st.integers(1, 4))
def test_the_rungs_of_a_ladder_never_meet(day: int, rungs: int, tenor: int) -> None:
    # opened at staggered tenors, each rung is renewed for the full one on its last day
    days = 30 * rungs * tenor if rungs * tenor <= 8 else 30 * rungs
    held: dict[int, int] = {}
    for rung in range(1, rungs + 1):
        held[rung] = choose_expiry(day, days * rung / rungs, taken=frozenset(held.values()))
    for _ in range(6 * rungs):
        due = min(held, key=lambda rung: held[rung])
        today = held.pop(due)
        held[due] = choose_expiry(today, days, taken=frozenset(held.values()))
        assert len(set(held.values())) == rungs


def test_a_put_on_apple_is_selected_by_tenor_and_moneyness() -> None:
    # AAPL closed at 628.65 on 2 June 2014; 95 % is 597.22
    option = select("AAPL", "P", day=TODAY, spot=628.65, days=90, moneyness=0.95)
    assert option == Option("AAPL", "P", 595.0, date(2014, 8, 15))


def test_an_index_option_is_selected_as_european_and_settled_on_the_opening_print() -> None:
    option = select(
        "SPX",
        "C",
        day=TODAY,
        spot=1924.97,
        days=46,
        moneyness=1.02,
        grid="index",
        style="european",
        settle="cash",
    )
    when = date(2014, 7, 18)
    expected = Option("SPX", "C", 1965.0, when, style="european", settle="cash", am=True)
    assert option == expected


def test_a_cheap_share_is_struck_in_whole_dollars() -> None:
    option = select("AAPL", "P", day=day_number(date(2003, 4, 1)), spot=14.16, days=45, moneyness=1)
    assert option == Option("AAPL", "P", 14.0, date(2003, 5, 16))
