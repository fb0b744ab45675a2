import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.calendar import day_number
from microhedge.errors import BadData, ParameterError
from microhedge.instruments import (
    Option,
    Right,
    Stock,
    exercise_threshold,
    rung_contracts,
    whole_contracts,
)

EXPIRY = date(2014, 6, 20)
SINCE_2009 = day_number(date(2012, 12, 6))
BEFORE_2009 = day_number(date(2004, 11, 15))

# strikes before Apple's split of 7 for 1 and those quoted after 9 June 2014, in LEAN's sample data
APPLE = ((495, 70.71), (500, 71.43), (505, 72.14))
# SEC release 34-54514 (September 2004, 21 October 2006) and OCC's memo for June 2008
THRESHOLDS = (
    (date(2004, 8, 20), 0.75),
    (date(2004, 9, 17), 0.25),
    (date(2006, 9, 15), 0.25),
    (date(2006, 10, 20), 0.05),
    (date(2008, 5, 16), 0.05),
    (date(2008, 6, 20), 0.01),
    (date(2024, 6, 21), 0.01),
)

rights = st.sampled_from(["C", "P"])
cents = st.integers(50, 200_000).map(lambda number: number / 100)
spots = st.floats(0.01, 5_000)

# The payoff of a position is a difference of two amounts of this order, each rounded once.
ROUNDING = 1e-12


def put(strike: float, *, deliverable: float = 100.0) -> Option:
    return Option("XYZ", "P", strike, EXPIRY, deliverable=deliverable)


def call(strike: float) -> Option:
    return Option("XYZ", "C", strike, EXPIRY)


def test_a_contract_pays_its_intrinsic_value_on_a_hundred_shares() -> None:
    # Hull, Options, Futures, and Other Derivatives, ch. 10: the put struck at 70, share at 55,
    # gains 1,500 on a contract; the call struck at 100, share at 115, gains 1,500
    assert put(70).payoff(55) == 1_500
    assert call(100).payoff(115) == 1_500
    assert put(70).payoff(71) == 0
    assert call(100).payoff(99) == 0


def test_contracts_are_named_by_share_expiry_right_and_strike() -> None:
    assert str(Option("AAPL", "P", 645.0, EXPIRY)) == "AAPL 2014-06-20 P 645"
    assert str(Option("AAPL", "C", 92.14, EXPIRY)) == "AAPL 2014-06-20 C 92.14"
    assert str(Option("SPX", "P", 12_345.5, EXPIRY)) == "SPX 2014-06-20 P 12345.5"
    assert str(put(5, deliverable=10)) == "XYZ 2014-06-20 P 5 (delivers 10)"
    assert str(Stock("AAPL")) == "AAPL"


def test_the_sign_of_a_right_is_that_of_the_pricing_functions() -> None:
    assert call(100).sign == 1
    assert put(100).sign == -1


def test_apples_split_of_seven_makes_21_contracts_of_three() -> None:
    # the clearing house's adjustment of AAPL on 9 June 2014: 7 for 1, strike 645 became 92.14
    old = Option("AAPL", "P", 645.0, EXPIRY)
    new, factor = old.after_split(7)
    assert new == Option("AAPL", "P", 92.14, EXPIRY)
    assert 3 * factor == 21
    before = 3 * old.payoff(600)
    after = 21 * new.payoff(600 / 7)
    assert after == pytest.approx(before, rel=0.0005)


@pytest.mark.parametrize(("old", "new"), APPLE)
def test_apples_strikes_after_the_split_are_those_that_traded(old: float, new: float) -> None:
    assert call(old).after_split(7)[0].strike == new


def test_a_reverse_split_leaves_the_strike_and_delivers_fewer_shares() -> None:
    # OCC rules: 1 for 10 turns 100 shares into 10; 100 · 5 is still paid for them
    new, factor = put(5).after_split(0.1)
    assert (new.strike, new.deliverable, new.multiplier, factor) == (5, 10, 100, 1)
    assert new.payoff(40) == 100 * 5 - 10 * 40


def test_an_odd_split_leaves_the_strike_and_delivers_more_shares() -> None:
    # SEC release 34-55258 (February 2007): nothing is rounded, 3 for 2 delivers 150 shares
    new, factor = call(60).after_split(1.5)
    assert (new.strike, new.deliverable, factor) == (60, 150, 1)


def test_a_share_that_gave_1231_for_1000_delivers_123_1_against_the_same_strike() -> None:
    # XLF on 2016-09-19, when real estate was spun off: a payout that sources book as a split
    new, factor = put(24).after_split(1.231)
    assert (new.strike, new.multiplier, factor) == (24, 100, 1)
    assert new.deliverable == pytest.approx(123.1)
    # in the money where 123.1 shares are worth less than 2,400
    assert new.payoff(19.0) == pytest.approx(2_400 - 123.1 * 19.0)


def test_a_split_of_one_for_one_changes_nothing() -> None:
    assert call(92.145).after_split(1.0) == (call(92.145), 1)


def test_a_whole_split_of_an_adjusted_contract_keeps_its_shares() -> None:
    new, factor = put(5, deliverable=10).after_split(2)
    assert (new.strike, new.deliverable, factor) == (2.5, 10, 2)


@given(
    right=rights,
    strike=cents,
    spot=spots,
    ratio=st.one_of(
        st.integers(1, 50).map(float), st.sampled_from([1.5, 1.25, 0.1, 0.05, 1 / 3, 2.5])
    ),
    contracts=st.integers(1, 500),
    deliverable=st.sampled_from([100.0, 10.0, 150.0]),
)
def test_a_split_moves_a_payoff_by_no_more_than_the_rounding_of_the_strike(
    *, right: Right, strike: float, spot: float, ratio: float, contracts: int, deliverable: float
) -> None:
    old = Option("XYZ", right, strike, EXPIRY, deliverable=deliverable)
    new, factor = old.after_split(ratio)
    before = contracts * old.payoff(spot)
    after = contracts * factor * new.payoff(spot / ratio)
    rounded = 0.005 * contracts * factor * new.multiplier
    size = contracts * (strike * old.multiplier + spot * deliverable)
    assert abs(after - before) <= rounded + 4 * ROUNDING * size


@given(right=rights, strike=cents, spot=spots, ratio=st.sampled_from([1.5, 0.1, 1 / 3, 2.5]))
def test_an_odd_or_reverse_split_moves_no_payoff(
    right: Right, strike: float, spot: float, ratio: float
) -> None:
    old = Option("XYZ", right, strike, EXPIRY)
    new, factor = old.after_split(ratio)
    size = 100 * (strike + spot)
    assert factor == 1
    assert new.payoff(spot / ratio) == pytest.approx(old.payoff(spot), abs=4 * ROUNDING * size)


def test_a_strike_that_would_round_to_nothing_delivers_more_shares_instead() -> None:
    new, factor = put(0.5).after_split(200)
    assert (new.strike, new.deliverable, factor) == (0.5, 20_000, 1)


@pytest.mark.parametrize("ratio", [0.0, -2.0, math.nan, math.inf])
def test_a_split_that_is_no_ratio_is_refused(ratio: float) -> None:
    with pytest.raises(BadData, match="above 0"):
        put(100).after_split(ratio)


def test_a_special_dividend_lowers_the_strike_by_its_amount() -> None:
    # Costco, 7.00 a share with ex-date 6 December 2012 after a close of 105.95: the January 105
    # put became a 98 put (M. Kearney, Cboe Options Institute, 5 December 2012)
    assert put(105).after_special(7.0, 105.95, SINCE_2009) == put(98)


def test_a_special_dividend_below_12_and_a_half_cents_changes_nothing() -> None:
    # supplement of November 2012 to Characteristics and Risks of Standardized Options; 0.10 is
    # the example of the Cboe Options Institute
    assert put(105).after_special(0.10, 105.0, SINCE_2009) == put(105)
    assert put(105).after_special(0.1249, 105.0, SINCE_2009) == put(105)
    assert put(105).after_special(0.125, 105.0, SINCE_2009).strike == pytest.approx(
        104.875, abs=0.005 + ROUNDING
    )


def test_an_adjusted_contract_loses_the_dividend_on_the_shares_it_delivers() -> None:
    # 10 shares lose 20.00, which is 0.20 on each of the 100 strikes that are paid
    adjusted = put(5, deliverable=10)
    assert adjusted.after_special(2.0, 50.0, SINCE_2009) == put(4.8, deliverable=10)
    assert adjusted.after_special(0.12, 50.0, SINCE_2009) == adjusted


def test_before_2009_only_a_dividend_above_a_tenth_of_the_share_counted_as_special() -> None:
    # Microsoft, 3.00 with ex-date 15 November 2004 after a close of 29.97: 10.01 %, adjusted
    assert put(30).after_special(3.0, 29.97, BEFORE_2009) == put(27)
    assert put(30).after_special(3.0, 30.01, BEFORE_2009) == put(30)
    assert put(105).after_special(7.0, 105.0, BEFORE_2009) == put(105)


def test_the_policy_on_special_dividends_begins_with_february_2009() -> None:
    # supplement of November 2012: the older rule is for dividends announced before that day
    last, first = day_number(date(2009, 1, 31)), day_number(date(2009, 2, 1))
    assert put(105).after_special(7.0, 105.0, last) == put(105)
    assert put(105).after_special(7.0, 105.0, first) == put(98)


@given(right=rights, strike=cents, spot=spots, amount=st.integers(13, 4_900), day=st.booleans())
def test_a_special_dividend_moves_no_payoff_or_leaves_the_contract_alone(
    right: Right, strike: float, spot: float, amount: int, day: bool
) -> None:
    paid = amount / 100
    old = Option("XYZ", right, strike + 49.0, EXPIRY)
    new = old.after_special(paid, spot + paid, SINCE_2009 if day else BEFORE_2009)
    if new != old:
        size = 100 * (old.strike + spot + paid)
        # amounts and strikes are whole cents, so nothing is lost in rounding
        assert new.payoff(spot) == pytest.approx(old.payoff(spot + paid), abs=4 * ROUNDING * size)
        assert paid >= 0.125
    else:
        assert not day
        assert paid <= 0.10 * (spot + paid)


def test_a_special_dividend_as_large_as_the_strike_is_refused() -> None:
    with pytest.raises(BadData, match="not below the strike"):
        call(5).after_special(5.0, 60.0, SINCE_2009)
    with pytest.raises(BadData, match="0 or above"):
        call(5).after_special(math.nan, 60.0, SINCE_2009)


@pytest.mark.parametrize(
    ("spot", "threshold", "exercised"),
    [
        # OCC rule 805: a cent since June 2008, five cents in 2007
        (94.99, 0.01, True),
        (95.00, 0.01, False),
        (95.01, 0.01, False),
        (94.96, 0.05, False),
        (94.95, 0.05, True),
    ],
)
def test_a_put_at_95_is_exercised_from_the_threshold_on(
    spot: float, threshold: float, exercised: bool
) -> None:
    assert put(95).exercised(spot, threshold=threshold) is exercised


@given(st.integers(100, 100_000))
def test_a_cent_in_the_money_is_a_cent_at_every_level(strike_in_cents: int) -> None:
    # 50 − 49.99 is less than 0.01 in binary
    strike = strike_in_cents / 100
    assert put(strike).exercised((strike_in_cents - 1) / 100)
    assert call(strike).exercised((strike_in_cents + 1) / 100)
    assert not put(strike).exercised(strike)


@pytest.mark.parametrize(("expiry", "threshold"), THRESHOLDS)
def test_the_exercise_threshold_fell_three_times(expiry: date, threshold: float) -> None:
    assert exercise_threshold(expiry) == threshold


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"right": "X"}, "call 'C' or a put 'P'"),
        ({"strike": 0.0}, "strike was 0"),
        ({"strike": math.nan}, "strike was nan"),
        ({"multiplier": 0}, "multiplier was 0"),
        ({"deliverable": -1.0}, "deliverable was -1"),
    ],
)
def test_an_option_that_could_not_be_listed_is_refused(
    changed: dict[str, object], message: str
) -> None:
    given_values: dict[str, object] = {"right": "P", "strike": 100.0}
    with pytest.raises(ParameterError, match=message):
        Option("XYZ", expiry=EXPIRY, **{**given_values, **changed})  # type: ignore[arg-type]


def test_250_shares_take_two_contracts_and_leave_fifty() -> None:
    contracts = whole_contracts(250)
    assert contracts == 2
    assert 250 - 100 * contracts == 50


def test_a_cover_that_is_whole_on_paper_is_whole_in_binary() -> None:
    # 0.7 · 11,000 is 7,699.999999999999
    assert whole_contracts(11_000, cover=0.7) == 77
    assert whole_contracts(99) == 0
    assert whole_contracts(-500) == 0
    assert whole_contracts(100, deliverable=10) == 10


def test_a_negative_cover_is_refused() -> None:
    with pytest.raises(ParameterError, match="0 or above"):
        whole_contracts(100, cover=-0.1)


@given(st.integers(0, 1_000_000), st.integers(0, 300))
def test_contracts_never_cover_more_than_asked_and_miss_less_than_one(
    shares: int, percent: int
) -> None:
    contracts = whole_contracts(shares, cover=percent / 100)
    assert contracts * 100 * 100 <= shares * percent < (contracts + 1) * 100 * 100


def test_a_thousand_shares_in_three_rungs_are_3_3_and_4_contracts() -> None:
    assert [rung_contracts(10, rung, 3) for rung in (1, 2, 3)] == [3, 3, 4]


@given(st.integers(0, 10_000), st.integers(1, 24))
def test_rungs_add_up_and_differ_by_one_at_most(contracts: int, rungs: int) -> None:
    parts = [rung_contracts(contracts, rung, rungs) for rung in range(1, rungs + 1)]
    assert sum(parts) == contracts
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("rung", [0, 4])
def test_a_rung_outside_the_ladder_is_refused(rung: int) -> None:
    with pytest.raises(ParameterError, match="rungs 1 to 3"):
        rung_contracts(10, rung, 3)
