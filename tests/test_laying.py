"""Which series, which sessions and which rates a run gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from tapes import day, sessions

from microhedge.errors import NotCovered, UnknownSymbol, UsageError
from microhedge.market import Market
from microhedge.origin import Basis
from microhedge.series import Reference, Series
from microhedge.tape import Action

AXIS = sessions("2024-01-02", 12)
DATES = [date.fromordinal(719163 + each) for each in AXIS]  # 719163 is 1970-01-01


def series(
    symbol: str,
    days: Sequence[int],
    basis: Basis = "raw",
    *,
    close: float = 100.0,
    actions: tuple[Action, ...] = (),
) -> Series:
    return Series(
        symbol=symbol,
        basis=basis,
        day=np.array(days, np.int32),
        close=np.full(len(days), close) + np.arange(len(days)),
        open=np.full(len(days), np.nan),
        actions=actions,
        source="made up",
        sha256="0" * 64,
    )


def reference(name: str, days: Sequence[int], values: Sequence[float]) -> Reference:
    return Reference(name, np.array(days, np.int32), np.array(values), "made up", "0" * 64)


@pytest.fixture
def market() -> Market:
    """AAA as traded for six sessions and adjusted for ten, an index for eight, late CCC."""
    return Market(
        [
            series("AAA", AXIS[:10], "total_return", close=10.0),
            series("AAA", AXIS[2:6], "raw", close=200.0, actions=(Action(AXIS[4], "split", 2.0),)),
            series("IDX", AXIS[:8], "price_index"),
            series("CCC", AXIS[5:]),
        ]
    )


def test_the_end_is_the_earliest_last_date_on_any_basis(market: Market) -> None:
    # AAA ends with its tenth session (adjusted), the index with its eighth
    tape = market.tape(["AAA", "IDX"])
    assert tape.dates[-1] == DATES[7]
    assert tape.basis == {"AAA": "total_return", "IDX": "price_index"}
    assert tape.actions["AAA"] == ()


def test_prices_as_traded_are_used_where_they_cover_the_window(market: Market) -> None:
    tape = market.tape(["AAA", "IDX"], end=DATES[5])
    assert tape.basis["AAA"] == "raw"
    assert tape.dates == tuple(DATES[2:6])
    assert tape.close["AAA"].tolist() == [200.0, 201.0, 202.0, 203.0]
    assert tape.close["IDX"].tolist() == [102.0, 103.0, 104.0, 105.0]
    assert tape.split_index("AAA").tolist() == [1.0, 1.0, 2.0, 2.0]
    assert {s.symbol: s.basis for s in tape.sources} == {"AAA": "raw", "IDX": "price_index"}


def test_an_early_start_takes_the_adjusted_series_with_the_whole_warm_up(market: Market) -> None:
    # two returns before the fourth session need the second one, which is not in the traded prices
    tape = market.tape(["AAA"], start=DATES[3], end=DATES[5], warmup=2)
    assert tape.basis["AAA"] == "total_return"
    assert tape.dates[tape.begin] == DATES[3]
    later = market.tape(["AAA"], start=DATES[4], end=DATES[5], warmup=2)
    assert later.basis["AAA"] == "raw"
    assert later.begin == 2


def test_the_default_start_has_the_warm_up_behind_it(market: Market) -> None:
    tape = market.tape(["IDX"], warmup=5)
    assert tape.begin == 5
    assert tape.dates[tape.begin] == DATES[5]
    assert len(tape) == 8


def test_a_start_on_a_day_without_a_session_is_the_next_session(market: Market) -> None:
    # 2024-01-06 was a Saturday, 2024-01-08 the fifth session
    tape = market.tape(["IDX"], start=date(2024, 1, 6))
    assert tape.dates[tape.begin] == date(2024, 1, 8) == DATES[4]


def test_a_start_inside_the_warm_up_is_refused_with_the_first_possible_one(market: Market) -> None:
    with pytest.raises(NotCovered, match=f"too early: .* 3 sessions .* is {DATES[3]}"):
        market.tape(["IDX"], start=DATES[2], warmup=3)


def test_a_start_before_every_series_is_refused_with_the_first_session_of_the_longest() -> None:
    # adjusted prices begin with the third session, those as traded with the fifth
    both = Market([series("AAA", AXIS[4:]), series("AAA", AXIS[2:], "total_return")])
    with pytest.raises(NotCovered, match=f"first possible decision for AAA is {DATES[3]}"):
        both.tape(["AAA"], start=DATES[1], warmup=1)


def test_without_a_warm_up_as_well_the_series_that_covers_the_start_is_taken(
    market: Market,
) -> None:
    # the prices as traded begin a session later
    tape = market.tape(["AAA"], start=DATES[1], end=DATES[5])
    assert (tape.basis["AAA"], tape.dates[0], tape.begin) == ("total_return", DATES[0], 1)
    assert market.tape(["AAA"], start=DATES[2], end=DATES[5]).basis["AAA"] == "raw"


def test_a_start_before_the_first_common_session_is_refused_with_the_symbol_that_begins_late(
    market: Market,
) -> None:
    said = (
        rf"first common session of IDX, CCC is {DATES[5]} \(the prices of CCC begin on {DATES[5]}"
    )
    with pytest.raises(NotCovered, match=said):
        market.tape(["IDX", "CCC"], start=DATES[4])
    # the first of January is no session, and nothing is missing
    tape = market.tape(["IDX"], start=date(2024, 1, 1))
    assert (tape.dates[0], tape.begin) == (DATES[0], 0)


def test_a_start_after_the_last_common_session_is_refused_with_it() -> None:
    ends = Market([series("AAA", [*AXIS[:6], AXIS[11]]), series("BBB", AXIS)])
    with pytest.raises(NotCovered, match=f"leaves no session to run: .* is {DATES[11]}"):
        ends.tape(["AAA", "BBB"], start=DATES[6], end=DATES[11])


def test_too_few_sessions_are_told_with_the_warm_up_and_what_bounds_them() -> None:
    # CCC begins with the fifth session: eight are common, and four to run leave a window of four
    late = Market([series("AAA", AXIS), series("CCC", AXIS[4:])])
    said = (
        rf"8 common sessions up to {DATES[11]}; 9 are needed \(5 of warm-up, 4 to run\), and the "
        rf"prices of CCC begin on {DATES[4]}: choose a window of at most 4 sessions, earlier "
        "prices of CCC or another symbol"
    )
    with pytest.raises(NotCovered, match=said):
        late.tape(["AAA", "CCC"], warmup=5, least=4, shortest=3)
    tape = late.tape(["AAA", "CCC"], warmup=4, least=4, shortest=3)
    assert len(tape) - tape.begin == 4
    # no window is so short, but the prices go on
    with pytest.raises(NotCovered, match="choose a later end, earlier prices of CCC"):
        late.tape(["AAA", "CCC"], end=DATES[8], warmup=5, least=4, shortest=5)


def test_prices_that_begin_when_another_s_end_ask_for_some_that_go_on() -> None:
    apart = Market([series("MINE", AXIS[6:]), series("IDX", AXIS[:7])])
    said = "IDX have 1 common session .* choose prices of IDX that go on .* earlier prices of MINE"
    with pytest.raises(NotCovered, match=said):
        apart.tape(["MINE", "IDX"], least=4)


def test_a_start_that_leaves_too_few_sessions_is_refused_with_the_last_one_that_does_not() -> None:
    market = Market([series("AAA", AXIS)])
    said = f"leaves 3 common sessions of AAA to {DATES[11]}; 4 are needed: .* before {DATES[8]}$"
    with pytest.raises(NotCovered, match=said):
        market.tape(["AAA"], start=DATES[9], least=4)
    assert market.tape(["AAA"], start=DATES[8], least=4).begin == 8
    with pytest.raises(NotCovered, match=f"before {DATES[7]} or a later end"):
        market.tape(["AAA"], start=DATES[9], end=DATES[10], least=4)


def test_a_start_after_the_prices_is_refused_with_the_symbol_that_ends_them(market: Market) -> None:
    said = f"not before the end, {DATES[7]}, the last price of IDX: .* prices of IDX that go on"
    with pytest.raises(UsageError, match=said):
        market.tape(["AAA", "IDX"], start=DATES[8])


def test_a_price_index_pays_1_95_per_cent_a_year_unless_told_otherwise(market: Market) -> None:
    assert market.tape(["IDX"]).index_dividend == 0.0195
    assert market.tape(["IDX"], index_dividend=0.01).index_dividend == 0.01


def test_an_end_after_the_last_price_is_refused_with_the_last_one(market: Market) -> None:
    with pytest.raises(
        NotCovered, match=f"{DATES[8]} lies after the last price of IDX, {DATES[7]}"
    ):
        market.tape(["AAA", "IDX"], end=DATES[8])


def test_an_end_without_a_session_is_the_session_before_it() -> None:
    # both end on Friday 2024-01-12; the Monday after it is Martin Luther King's day
    week = sessions("2024-01-02", 9)
    both = Market([series("AAA", week), series("AAA", sessions("2023-12-01", 60), "total_return")])
    for end in (date(2024, 1, 12), date(2024, 1, 14), date(2024, 1, 15)):
        tape = both.tape(["AAA"], end=end)
        assert (tape.basis["AAA"], tape.dates[-1]) == ("raw", date(2024, 1, 12))
    assert both.tape(["AAA"], end=date(2024, 1, 16)).basis["AAA"] == "total_return"
    with pytest.raises(NotCovered, match="lies after the last price"):
        Market([series("AAA", week)]).tape(["AAA"], end=date(2024, 1, 16))


def test_a_start_that_is_not_before_the_end_is_refused(market: Market) -> None:
    with pytest.raises(UsageError, match=f"not before the end, {DATES[5]}"):
        market.tape(["IDX"], start=DATES[5], end=DATES[5])
    with pytest.raises(UsageError, match=f"not before the end, {DATES[7]}"):
        market.tape(["IDX"], start=DATES[7])


def test_too_few_common_sessions_are_refused_with_the_number_needed(market: Market) -> None:
    # CCC and the index share the sessions 6, 7 and 8
    with pytest.raises(NotCovered, match=r"IDX, CCC have 3 common sessions .* 4 are needed"):
        market.tape(["IDX", "CCC"], warmup=2)
    assert len(market.tape(["IDX", "CCC"], warmup=1)) == 3


def test_only_sessions_that_every_symbol_has_are_kept_and_the_others_counted() -> None:
    gaps = [each for each in AXIS if each not in (AXIS[3], AXIS[7])]
    tape = Market([series("AAA", AXIS), series("BBB", gaps)]).tape(["AAA", "BBB"])
    assert tape.day.tolist() == gaps
    assert tape.dropped == {"AAA": 2, "BBB": 0}
    assert tape.close["AAA"].tolist() == [100.0 + AXIS.index(each) for each in gaps]


def test_an_unknown_symbol_is_refused_with_the_nearest_one(market: Market) -> None:
    with pytest.raises(UnknownSymbol, match=r"no prices for 'AAAA' .*'AAA'"):
        market.tape(["AAAA"])
    assert market.series("AAAA", "raw") is None
    assert market.symbols == ("AAA", "CCC", "IDX")
    assert market.bases("AAA") == ("raw", "total_return")


def test_a_symbol_asked_for_twice_is_laid_once(market: Market) -> None:
    assert list(market.tape(["IDX", "IDX"]).close) == ["IDX"]


# references


def test_rates_are_carried_forward_and_never_backward() -> None:
    # known from the Saturday before the fifth session (2024-01-08) and renewed on the eighth
    rates = reference("CMT3M", [day("2024-01-06"), AXIS[7]], [0.05, 0.04])
    tape = Market([series("AAA", AXIS)], [rates]).tape(["AAA"])
    assert tape.rate.tolist() == [0.0] * 4 + [0.05] * 3 + [0.04] * 5
    assert tape.rate_age.tolist() == [-1] * 4 + [0, 1, 2] + [0, 1, 2, 3, 4]


def test_one_value_is_carried_to_the_end_and_none_is_none() -> None:
    once = Market([series("AAA", AXIS)], [reference("CMT3M", AXIS[:1], [0.05])]).tape(["AAA"])
    assert set(once.rate.tolist()) == {0.05}
    assert once.rate_age.tolist() == list(range(12))
    never = Market([series("AAA", AXIS)], [reference("CMT3M", [], [])]).tape(["AAA"])
    assert set(never.rate.tolist()) == {0.0}
    assert set(never.rate_age.tolist()) == {-1}


def test_a_rate_of_the_user_s_replaces_every_other() -> None:
    rates = reference("CMT3M", [AXIS[0]], [0.05])
    tape = Market([series("AAA", AXIS)], [rates]).tape(["AAA"], rate=0.03)
    assert set(tape.rate.tolist()) == {0.03}
    assert set(tape.rate_age.tolist()) == {0}


def test_the_vix_is_there_only_if_it_covers_every_session_of_the_run() -> None:
    known = reference("VIX", AXIS[2:], [20.0 + k for k in range(10)])
    market = Market([series("AAA", AXIS)], [known])
    tape = market.tape(["AAA"], warmup=2)
    assert tape.vix is not None
    assert tape.vix[2:].tolist() == [20.0 + k for k in range(10)]
    assert market.tape(["AAA"], warmup=1).vix is None
    holes = reference("VIX", [*AXIS[:6], *AXIS[7:]], [20.0] * 11)
    assert Market([series("AAA", AXIS)], [holes]).tape(["AAA"]).vix is None
    assert Market([series("AAA", AXIS)]).tape(["AAA"]).vix is None
    assert market.reference("VIX") is known
    assert market.references == (known,)
