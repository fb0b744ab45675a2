"""Options that end in shares, early, on an opening print, or with their share; by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import Line, arrange, day, halted, lay, noted, play, sessions
from tapes import lines as every_line

from microhedge.costs import Costs
from microhedge.declaration import build
from microhedge.ending import EndRules, end_rules
from microhedge.engine import Setup, simulate
from microhedge.errors import BadData, ParameterError
from microhedge.hedge import Session
from microhedge.loading import load
from microhedge.result import Result
from microhedge.scorecard import rolled_by
from microhedge.tape import Action

CENT = 0.005
DELIVER, REBUY, EARLY = EndRules(deliver=True), EndRules(True, True), EndRules(early=True)


def lines(result: Result, account: str = "") -> list[Line]:
    """The ledger without the interest that falls due at the end."""
    return [line for line in every_line(result, account) if line[3] != "interest"]


def ruled(setup: Setup, ends: EndRules) -> Setup:
    return replace(setup, rules=replace(setup.rules, ends=ends))


def put_once(now: Session, *, moneyness: float = 0.95, days: int = 2, cover: float = 1.0) -> None:
    if not now.fills("put") and now.pending("put") is None:
        now.roll("put", now.put(days=days, moneyness=moneyness), cover=cover)


def ending(
    last: float,
    ends: EndRules,
    *,
    first: str = "2024-01-16",
    shares: float = 250.0,
    cover: float = 1.0,
    rate: float = 0.0,
    costs: Costs | None = None,
) -> Result:
    """A put at 95 from the second session, which ends with the fourth at `last`."""
    tape = lay({"AAA": [100.0, 100.0, 110.0, last, 82.0, 82.0]}, first=first, rate=rate)
    made = arrange(tape, shares=shares, costs=costs or Costs())
    return play(lambda now: put_once(now, cover=cover), ruled(made, ends))


# row 36 of the clearing house's thresholds, through the engine


@pytest.mark.parametrize(
    ("first", "last", "delivered"),
    [
        pytest.param("2024-01-16", 94.99, True, id="a-cent"),
        pytest.param("2024-01-16", 95.00, False, id="at-the-strike"),
        pytest.param("2024-01-16", 95.01, False, id="out"),
        pytest.param("2007-01-16", 94.96, False, id="4-cents-2007"),
        pytest.param("2007-01-16", 94.95, True, id="5-cents-2007"),
        pytest.param("2005-01-18", 94.80, False, id="20-cents-2005"),
        pytest.param("2005-01-18", 94.75, True, id="25-cents-2005"),
    ],
)
def test_only_what_reaches_the_threshold_of_its_year_delivers(
    first: str, last: float, delivered: bool
) -> None:
    result = ending(last, DELIVER, first=first)
    gone = [line[4] for line in lines(result, "holding")[1:]]
    assert gone == ([-200.0] if delivered else [])


def test_a_put_below_the_threshold_is_sold_for_what_it_is_worth_whatever_the_rule() -> None:
    # 20 cents in 2005: a holder sells it at the close, 2 · 100 · 0.20 = 40.00, and a basis
    # point of 200 · 94.80 is 1.896
    for ends in (EndRules(), DELIVER):
        rows = lines(ending(94.80, ends, first="2005-01-18"), "hedge")
        assert rows[-1][3:] == ("expiry", -2.0, pytest.approx(40.0), pytest.approx(1.896))


# delivery


def test_an_exercised_put_sells_the_holding_at_its_strike_to_the_cent() -> None:
    result = ending(80.0, DELIVER)
    # the leg closes at 2 · 100 · 15 and the shares trade at 80: together 200 · 95, without cost
    assert lines(result)[-2:] == [
        (3, "hedge/put", "AAA 2024-01-19 P 95", "exercise", -2.0, 3_000.0, 0.0),
        (3, "holding", "AAA", "exercise", -200.0, 16_000.0, 0.0),
    ]
    said = "AAA 2024-01-19 P 95 was exercised: 200 shares were sold for 19,000.00"
    assert result.log["text"].tolist() == [said]
    assert result.tables["rolls"]["end"].tolist() == ["exercised"]
    # 50 shares are left; they fell from 110 and rose by 2
    spent = 250 * 100.0 - result.curves["equity"][1]
    assert result.curves["equity"][4] == pytest.approx(19_000 + 50 * 82.0 - spent, abs=CENT)
    assert result.curves["proceeds"].tolist() == [0.0, 0.0, 0.0, 16_000.0, 16_000.0, 16_000.0]
    assert abs(result.attribution["residual"]) < 1e-9


def test_money_that_stands_where_shares_stood_earns_the_credit_rate_in_the_sleeve() -> None:
    result = ending(80.0, DELIVER, shares=200.0, rate=0.05, costs=Costs.none())
    # from Friday to Monday, 3 days over 360 on all there is; the holding is gone
    assert result.returns[4] == pytest.approx(0.05 * 3 / 360, rel=1e-12)
    assert result.curves["holding"][4:].tolist() == [0.0, 0.0]


def test_shares_that_went_are_bought_back_at_the_next_close_with_their_costs() -> None:
    result = ending(80.0, REBUY)
    # 200 · 82 = 16,400; a basis point and half a cent a share are 1.64 and 1.00
    assert lines(result, "holding")[1:] == [
        (3, "holding", "AAA", "exercise", -200.0, 16_000.0, 0.0),
        (4, "holding", "AAA", "trade", 200.0, -16_400.0, pytest.approx(2.64)),
    ]
    assert (4, "bought-back") in noted(result)
    assert result.curves["proceeds"].tolist() == [0.0, 0.0, 0.0, 16_000.0, 0.0, 0.0]
    assert result.curves["holding"][-1] == 250 * 82.0
    assert abs(result.attribution["residual"]) < 1e-9


def test_what_no_share_is_there_for_ends_in_money() -> None:
    # four puts on 250 shares: two deliver, two are sold at 15 less a basis point of 80
    rows = lines(ending(80.0, DELIVER, cover=1.7), "")
    assert rows[-2][3:] == ("exercise", -4.0, 6_000.0, pytest.approx(1.6))
    assert rows[-1][3:] == ("exercise", -200.0, 16_000.0, 0.0)


def test_without_shares_nothing_is_bought_any_more_and_no_cover_is_wanted() -> None:
    tape = lay({"AAA": [100.0, 100.0, 110.0, 80.0, *[82.0] * 60]}, first="2024-01-16")

    def always(now: Session) -> None:
        if now.leg("put") is None and now.pending("put") is None:
            now.roll("put", now.put(days=2, moneyness=0.95))

    result = play(always, ruled(arrange(tape, shares=200.0), DELIVER))
    assert len(result.tables["fills"]["role"]) == 1
    assert [code for _, code in noted(result)] == ["exercised", "no-contracts"]
    assert np.isnan(result.curves["cover"][3:]).all()


def collar(now: Session) -> None:
    if not now.fills("put") and now.pending("put") is None:
        call = now.call(days=2, moneyness=1.05)
        now.roll("put", now.put(days=2, moneyness=0.95), write={"call": call})


def test_a_written_call_in_the_money_has_the_shares_called_away_to_the_cent() -> None:
    tape = lay({"AAA": [100.0, 100.0, 101.0, 112.0, 113.0]}, first="2024-01-16")
    result = play(collar, ruled(arrange(tape, shares=250.0, costs=Costs()), DELIVER))
    assert lines(result)[-3:] == [
        (3, "hedge/put", "AAA 2024-01-19 P 95", "expiry", -2.0, 0.0, 0.0),
        (3, "hedge/call", "AAA 2024-01-19 C 105", "assignment", 2.0, -1_400.0, 0.0),
        (3, "holding", "AAA", "assignment", -200.0, 22_400.0, 0.0),
    ]
    # 200 · 105 whatever the share is worth
    assert "200 shares were called away for 21,000.00" in result.log["text"].tolist()[-1]


def test_the_legs_of_a_spread_settle_on_one_print_and_their_shares_offset() -> None:
    def spread(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            low = now.put(days=2, moneyness=0.90)
            now.roll("put", now.put(days=2, moneyness=0.95), write={"low": low})

    tape = lay({"AAA": [100.0, 100.0, 101.0, 80.0, 81.0]}, first="2024-01-16")
    result = play(spread, ruled(arrange(tape, shares=200.0), DELIVER))
    assert [line[1:6] for line in lines(result)[-4:]] == [
        ("hedge/put", "AAA 2024-01-19 P 95", "exercise", -2.0, 3_000.0),
        ("holding", "AAA", "exercise", -200.0, 16_000.0),
        ("hedge/low", "AAA 2024-01-19 P 90", "assignment", 2.0, -2_000.0),
        ("holding", "AAA", "assignment", 200.0, -16_000.0),
    ]
    # the difference of the strikes is all that is paid, and the holding stays
    assert result.curves["holding"][-1] == 200 * 81.0


def test_an_assignment_before_an_ex_date_delivers_without_the_dividend() -> None:
    paid = Action(day("2024-01-18"), "dividend", 2.0)
    tape = lay(
        {"AAA": [100.0, 100.0, 118.0, 118.0, 118.0]}, actions={"AAA": (paid,)}, first="2024-01-16"
    )

    def write(now: Session) -> None:
        if not now.fills("call") and now.pending("call") is None:
            now.write("call", now.call(days=30, moneyness=0.80))

    result = play(write, ruled(arrange(tape, shares=150.0), DELIVER))
    assert [line[1:6] for line in lines(result) if line[0] == 2] == [
        ("hedge/call", "AAA 2024-02-16 C 80", "assignment", 1.0, pytest.approx(-2_000.0)),
        ("holding", "AAA", "assignment", -100.0, 10_000.0),
        ("holding", "AAA", "dividend", 0.0, 100.0),
    ]


def test_a_split_between_going_and_coming_back_multiplies_the_shares() -> None:
    split = Action(day("2024-01-22"), "split", 2.0)
    tape = lay(
        {"AAA": [100.0, 100.0, 110.0, 80.0, 41.0, 41.0]},
        actions={"AAA": (split,)},
        first="2024-01-16",
    )
    result = play(put_once, ruled(arrange(tape, shares=200.0), REBUY))
    assert [line[3:6] for line in lines(result, "holding")[2:]] == [("trade", 400.0, -16_400.0)]
    assert result.curves["proceeds"].tolist() == [0.0, 0.0, 0.0, 16_000.0, 0.0, 0.0]


def test_a_split_on_the_expiry_day_adjusts_the_contract_before_it_ends() -> None:
    split = Action(day("2024-01-19"), "split", 2.0)
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0, 40.0, 41.0]}, actions={"AAA": (split,)}, first="2024-01-16"
    )
    result = play(put_once, ruled(arrange(tape), DELIVER))
    # two contracts at 47.50 on 200 shares: 9,500, as 100 shares at 95 would have brought
    assert lines(result)[-1][3:6] == ("exercise", -200.0, 8_000.0)
    assert lines(result)[-2][3:6] == ("exercise", -2.0, pytest.approx(1_500.0))


def test_a_special_dividend_above_the_strike_stops_the_run_by_name() -> None:
    paid = Action(day("2024-01-18"), "special", 95.0)
    tape = lay({"AAA": [100.0, 100.0, 5.0, 5.0]}, actions={"AAA": (paid,)}, first="2024-01-16")
    with pytest.raises(BadData, match="is not below the strike of AAA 2024-01-19 P 95"):
        play(put_once, arrange(tape))


@pytest.mark.parametrize("ends", [EndRules(), DELIVER])
def test_a_spread_of_15_pays_15_a_share_however_deep_it_ends(ends: EndRules) -> None:
    tape = lay({"AAA": [100.0, 100.0, 100.0, 20.0, 20.0]}, first="2024-01-16")

    def spread(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            bought, lower = (now.put(days=2, moneyness=each) for each in (0.95, 0.80))
            now.roll("put", bought, write={"lower": lower})

    result = play(spread, ruled(arrange(tape), ends))
    received = result.tables["rolls"]["received"]
    # (95 − 20) and (80 − 20), on one print: 7,500 less 6,000
    assert received.tolist() == [-6_000.0, 7_500.0]
    assert result.tables["rolls"]["closed"].tolist() == [3, 3]


def test_a_set_whose_put_was_exercised_early_is_ended_by_that_and_by_nothing_else() -> None:
    """The call that was written beside it is bought back when the next set is opened."""
    path = [100.0] * 5 + [50.0] * 80
    hedge = build(load("collar"), {"holding": "AAA", "tenor": 91, "tranches": 1, "roll": 30})
    setup = arrange(lay({"AAA": path}, rate=0.05), costs=Costs(), cash=10_000.0)
    result = simulate(hedge, ruled(setup, EARLY))
    rolled = result.tables["rolls"]
    first = rolled["opened"] == rolled["opened"][0]
    assert dict(zip(rolled["role"][first], rolled["why"][first], strict=True)) == {
        "put/1": "exercise",
        "call/1": "strategy",
    }
    assert "exercise" in rolled_by(result)
    assert not {"strategy", "opening"} & set(rolled_by(result))


def test_shares_put_to_the_account_before_others_went_are_not_bought_back_as_well() -> None:
    """Both puts of a spread are deep in the money: one puts 100 shares, the other sells 100."""
    tape = lay({"AAA": [100.0, 100.0, 100.0, 60.0, 61.0, 61.0]}, first="2024-01-16")

    def spread(now: Session) -> None:
        if not now.fills("written") and now.pending("written") is None:
            now.write("written", now.put(days=2, moneyness=0.80))
            now.roll("put", now.put(days=2, moneyness=0.95))

    result = play(spread, ruled(arrange(tape, cash=50_000.0), REBUY))
    causes = [(line[3], line[4]) for line in lines(result, "holding")[1:]]
    assert causes == [("assignment", 100.0), ("exercise", -100.0)]
    assert result.curves["holding"][-1] == 100 * 61.0


def test_shares_that_a_call_brought_make_up_for_those_that_a_put_sold() -> None:
    # 2024-01-19 is row 3: the call at 100 brings 100 shares; on 02-16 the put at 120 sells 100
    closes = [100.0] * 3 + [110.0] * 22
    tape = lay({"AAA": closes}, first="2024-01-16")

    def both(now: Session) -> None:
        if not now.fills("call") and now.pending("call") is None:
            now.roll("call", now.call(days=2, moneyness=1.0))
            now.roll("put", now.put(days=30, moneyness=1.2))

    result = play(both, ruled(arrange(tape, cash=50_000.0), REBUY))
    moved = [line for line in lines(result, "holding") if line[0] > 0]
    assert [line[:6] for line in moved] == [
        (3, "holding", "AAA", "exercise", 100.0, -11_000.0),
        (23, "holding", "AAA", "exercise", -100.0, 11_000.0),
    ]


def test_what_went_on_the_evening_before_is_not_kept_waiting_by_what_goes_tonight() -> None:
    """An ex-date on the Friday of an expiry, 2024-01-19, with a call on each half of the shares.

    The later call, at 100, is exercised on Thursday at 110 for a dividend of 5; the one at 111 on
    Friday at 115.  The first 100 shares are bought back on Friday, the others on Monday at 114.
    """
    tape = lay(
        {"AAA": [100.0, 100.0, 110.0, 115.0, 114.0, 114.0]},
        actions={"AAA": (Action(day("2024-01-19"), "dividend", 5.0),)},
        first="2024-01-16",
    )

    def write(now: Session) -> None:
        if not now.fills("near") and now.pending("near") is None:
            now.write("near", now.call(days=2, moneyness=1.11), cover=0.5)
            now.write("far", now.call(days=30, moneyness=1.0), cover=0.5)

    result = play(write, ruled(arrange(tape, shares=200.0, costs=Costs()), REBUY))
    moved = [line for line in lines(result, "holding") if line[0] > 0 and line[3] != "dividend"]
    assert [(line[0], *line[3:6]) for line in moved] == [
        (3, "assignment", -100.0, 11_000.0),
        (3, "assignment", -100.0, 11_500.0),
        (3, "trade", 100.0, -11_500.0),
        (4, "trade", 100.0, -11_400.0),
    ]


def test_how_to_deliver_is_a_yes_a_no_or_rebuy() -> None:
    assert end_rules("rebuy", False) == REBUY
    assert end_rules(True, True) == EndRules(deliver=True, early=True)
    with pytest.raises(ParameterError, match="deliver must be True, False or 'rebuy'"):
        end_rules("re-buy", False)  # type: ignore[arg-type]


# early exercise, row 53: 100/150, 30 days, 30 %, 5 %


def deep(rate: float, ends: EndRules, *, write: bool = False, path: Sequence[float] = ()) -> Result:
    tape = lay({"AAA": [100.0] * 4 + list(path)}, first="2024-01-16", rate=rate)

    def once(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            put = now.put(days=30, moneyness=1.5)
            now.write("put", put) if write else now.roll("put", put)

    return play(once, ruled(arrange(tape, costs=Costs(), cash=50_000.0, sigma=0.30), ends))


def test_a_put_worth_its_exercise_is_exercised_at_the_next_close_where_money_earns() -> None:
    rows = lines(deep(0.05, EARLY), "hedge")
    # 100 · 50, less a basis point of 100 · 100
    assert rows[-1][0] == 2
    assert rows[-1][3:] == ("exercise", -1.0, 5_000.0, pytest.approx(1.0))


def test_without_interest_or_unless_asked_no_put_is_exercised_early() -> None:
    assert len(lines(deep(0.0, EARLY), "hedge")) == 1
    assert len(lines(deep(0.05, EndRules()), "hedge")) == 1


def test_a_european_put_is_never_exercised_early() -> None:
    # a share's put is at once, on the same path and at the same rate
    index = lay({"IDX": [100.0] * 8}, first="2024-01-16", rate=0.05, basis={"IDX": "price_index"})

    def once(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            now.roll("put", now.put(days=60, moneyness=1.5))

    held = arrange(index, holding="IDX", cash=50_000.0, sigma=0.30)
    assert [line[3] for line in lines(play(once, ruled(held, EARLY)), "hedge")] == ["trade"]


def test_what_is_put_to_an_account_without_the_money_is_bought_on_a_loan() -> None:
    """A written put at 150 on a share that falls from 100 to 20: 100 shares for 15,000."""

    def once(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            now.write("put", now.put(days=2, moneyness=1.5))

    tape = lay({"AAA": [100.0, 100.0, 100.0, 60.0, 60.0, 60.0]}, first="2024-01-16")
    result = play(once, ruled(arrange(tape, shares=100.0, cash=3_000.0), DELIVER))
    assert lines(result, "holding")[-1][3:6] == ("assignment", 100.0, -6_000.0)
    # 3,000 + 5,000 of premium − 15,000
    assert result.curves["cash"][3] == pytest.approx(-7_000.0)
    assert result.curves["equity"][3] == pytest.approx(200 * 60.0 - 7_000.0)
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


def test_a_written_put_is_assigned_when_its_owner_would_exercise() -> None:
    result = deep(0.05, EARLY, write=True)
    assert lines(result, "hedge")[-1][3:6] == ("assignment", 1.0, -5_000.0)
    delivered = deep(0.05, EndRules(deliver=True, early=True), write=True)
    # and with delivery the account buys the shares at 150
    assert lines(delivered, "holding")[-1][3:6] == ("assignment", 100.0, -10_000.0)
    assert "100 shares were put to the account for 15,000.00" in delivered.log["text"].tolist()[-1]


# opening prints


def index_put(opens: Sequence[float]) -> Result:
    closes = [5_000.0] * 23 + [4_500.0, 4_700.0]
    days = sessions("2023-12-18", 25)
    tape = lay({"SPX": closes}, days=days, opens={"SPX": opens}, basis={"SPX": "price_index"})

    def once(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=32, moneyness=1.0))

    return play(once, arrange(tape, holding="SPX"))


def test_a_standard_put_on_the_s_p_500_settles_on_the_opening_print_of_its_friday() -> None:
    # 2024-01-19 is row 21: it opens at 4,960 and closes at 5,000
    opens = [5_001.0 + k for k in range(21)] + [4_960.0, 4_999.0, 4_999.0, 4_499.0]
    assert lines(index_put(opens), "hedge")[-1] == (
        21,
        "hedge/put",
        "SPX 2024-01-19 P 5000 AM",
        "expiry",
        -1.0,
        pytest.approx(4_000.0),
        0.0,
    )


def test_opens_that_are_the_close_before_are_no_prints_and_the_close_settles() -> None:
    filled = [5_000.0] * 21 + [4_960.0, 5_000.0, 5_000.0, 4_500.0]
    assert lines(index_put(filled), "hedge")[-1][5] == 0.0


def test_an_opening_print_needs_cash_settlement() -> None:
    from microhedge.instruments import Option

    with pytest.raises(ParameterError, match="settles in 'cash'"):
        Option("SPX", "P", 5_000.0, date(2024, 1, 19), am=True)


# shares that end


def merged(kind: str = "merger", value: float = 128.0, on: str = "2024-01-22") -> Action:
    return Action(day(on), kind, value)  # type: ignore[arg-type]


def test_shares_and_puts_become_money_at_the_deal_price_and_the_hedge_ends() -> None:
    tape = lay(
        {"AAA": [100.0, 100.0, 127.0, 127.0, 128.0, 128.0, 128.0]},
        actions={"AAA": (merged(),)},
        first="2024-01-16",
    )

    def own(now: Session) -> None:
        if now.leg("put") is None and now.pending("put") is None:
            now.roll("put", now.put(days=30, moneyness=1.3))

    result = play(own, arrange(tape, costs=Costs()))
    assert [line[1:] for line in lines(result) if line[0] == 4] == [
        ("holding", "AAA", "merger", -100.0, 12_800.0, 0.0),
        ("hedge/put", "AAA 2024-02-16 P 130", "merger", -1.0, 200.0, 0.0),
    ]
    assert result.log["text"].tolist() == [
        "AAA was bought out at 128 a share: what was held of it is money",
        "the hedge ends with AAA",
    ]
    assert result.tables["rolls"]["end"].tolist() == ["ended"]
    assert lines(result)[-1][0] == 4
    assert result.curves["proceeds"][-1] == 12_800.0
    assert abs(result.attribution["residual"]) < 1e-9


def test_a_call_settles_against_the_deal_price_too_and_a_delisting_pays_its_last_price() -> None:
    def write(now: Session) -> None:
        if not now.fills("call") and now.pending("call") is None:
            now.write("call", now.call(days=30, moneyness=1.0))

    for kind, value, owed in (("merger", 128.0, -2_800.0), ("delisting", 0.5, 0.0)):
        tape = lay(
            {"AAA": [100.0, 100.0, 120.0, 110.0, value, value]},
            actions={"AAA": (merged(kind, value),)},
            first="2024-01-16",
        )
        result = play(write, arrange(tape))
        assert [line[3:6] for line in lines(result) if line[0] == 4] == [
            (kind, -100.0, 100 * value),
            (kind, 1.0, owed),
        ]


def test_who_owned_a_share_before_its_end_is_paid_the_dividend_of_that_day() -> None:
    """Dell's end on 2013-10-29: 13.75 a share, and 0.13 to the holders of 10-28, 13.88 in all.

    The company's announcement of that day; the last close was 13.86.  A put at 14 is adjusted for
    the 0.13, a special of 13 dollars a contract, to 13.87, and pays 0.12 against 13.75.
    """
    end = day("2013-10-29")
    paid, deal = Action(end, "special", 0.13), Action(end, "merger", 13.75)

    def own(now: Session) -> None:
        if not now.fills("put") and now.pending("put") is None:
            now.roll("put", now.put(days=30, moneyness=1.015))

    for actions in ((paid, deal), (deal, paid)):
        tape = lay(
            {"AAA": [13.80, 13.80, 13.86, 13.75, 13.75]},
            actions={"AAA": actions},
            first="2013-10-24",
        )
        result = play(own, arrange(tape))
        assert [line[1:] for line in lines(result) if line[0] == 3] == [
            ("holding", "AAA", "dividend", 0.0, pytest.approx(13.00), 0.0),
            ("hedge/put", "AAA 2013-11-15 P 14", "adjust", -1.0, 0.0, 0.0),
            ("hedge/put", "AAA 2013-11-15 P 13.87", "adjust", 1.0, 0.0, 0.0),
            ("holding", "AAA", "merger", -100.0, 1_375.0, 0.0),
            ("hedge/put", "AAA 2013-11-15 P 13.87", "merger", -1.0, pytest.approx(12.0), 0.0),
        ]
        assert tape.growth("AAA")[-1] * 13.80 == pytest.approx(13.88)
        assert abs(result.attribution["residual"]) < 1e-9


def test_a_short_of_a_share_owes_the_dividend_of_the_day_on_which_it_ends() -> None:
    end = day("2024-01-22")
    tape = lay(
        {"AAA": [100.0] * 6, "BBB": [50.0, 50.0, 50.0, 50.0, 60.0, 60.0]},
        actions={"BBB": (Action(end, "delisting", 60.0), Action(end, "dividend", 2.0))},
        first="2024-01-16",
    )

    def sell(now: Session) -> None:
        if not now.fills("BBB") and now.pending("BBB") is None:
            now.short("BBB", value=1_000.0)

    result = play(sell, arrange(tape))
    assert [line[1:6] for line in lines(result) if line[0] == 4] == [
        ("hedge/BBB", "BBB", "dividend", 0.0, -40.0),
        ("hedge/BBB", "BBB", "delisting", 20.0, -1_200.0),
    ]


def test_a_merger_after_the_expiry_day_finds_the_put_settled_at_its_close() -> None:
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0, 90.0, 128.0, 128.0]},
        actions={"AAA": (merged(),)},
        first="2024-01-16",
    )
    result = play(put_once, arrange(tape))
    assert [line[0:2] + line[3:6] for line in lines(result)[2:]] == [
        (3, "hedge/put", "expiry", -1.0, 500.0),
        (4, "holding", "merger", -100.0, 12_800.0),
    ]


def test_a_merger_on_the_expiry_day_itself_settles_at_the_deal_price() -> None:
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0, 94.0, 94.0]},
        actions={"AAA": (merged(value=94.0, on="2024-01-19"),)},
        first="2024-01-16",
    )
    result = play(put_once, arrange(tape))
    assert [line[3:6] for line in lines(result) if line[0] == 3] == [
        ("merger", -100.0, 9_400.0),
        ("merger", -1.0, pytest.approx(100.0)),
    ]


def test_a_peer_that_is_bought_out_closes_its_short_and_its_order_lapses() -> None:
    tape = lay(
        {"AAA": [100.0] * 7, "BBB": [50.0, 50.0, 50.0, 59.0, 60.0, 60.0, 60.0]},
        actions={"BBB": (merged(value=60.0),)},
        first="2024-01-16",
    )

    def more(now: Session) -> None:
        now.short("BBB", value=1_000.0 * (1 + len(now.fills("BBB"))))

    result = play(more, arrange(tape))
    closing = [line for line in lines(result, "hedge") if line[0] == 4]
    owed = -sum(line[4] for line in lines(result, "hedge")[:-1])
    assert [line[3:6] for line in closing] == [("merger", owed, -owed * 60.0)]
    assert [code for _, code in noted(result)] == ["ended", "unfilled"] + ["unfilled"] * 2


def test_a_future_on_a_share_that_ends_is_settled_at_the_deal_price() -> None:
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0, 120.0, 128.0, 128.0]},
        actions={"AAA": (merged(),)},
        first="2024-01-16",
    )

    def once(now: Session) -> None:
        if not now.fills("AAA future") and now.pending("AAA future") is None:
            now.future("AAA", value=-now.value)

    result = play(once, arrange(tape))
    gained = sum(line[5] for line in lines(result, "hedge") if line[3] == "variation")
    assert gained == pytest.approx(-100 * 28.0)


def test_a_halted_share_with_an_open_put_is_settled_at_its_last_close() -> None:
    tape = halted(
        lay({"AAA": [100.0] * 3 + [90.0] * 9}, first="2024-01-16"), "2024-01-19", "2024-01-24"
    )
    result = play(put_once, arrange(tape))
    said = "; 2024-01-19 has no price, and the close of 2024-01-18 settled it"
    assert result.log["text"].tolist() == [f"AAA 2024-01-19 P 95 paid nothing{said}"]


@pytest.mark.parametrize("ends", [DELIVER, REBUY, EARLY, EndRules(True, True, True)])
@pytest.mark.parametrize("fill", ["next_close", "next_open"])
def test_nothing_that_comes_later_changes_how_a_contract_ends(ends: EndRules, fill: str) -> None:
    draw = np.random.default_rng(5)
    path = 100.0 * np.exp(np.cumsum(draw.normal(0.0, 0.02, 260)))
    opens = path * np.exp(draw.normal(0.0, 0.004, 260))
    paid = [Action(each, "dividend", 1.5) for each in sessions("2023-01-03", 260)[20::40]]

    def tape_of(known: int, end: str) -> Result:
        later = np.where(np.arange(260) > known, 0.7, 1.0)
        acts = (*[one for one in paid if one.day < day(end)], merged(value=90.0, on=end))
        tape = lay(
            {"AAA": (path * later).tolist()},
            first="2023-01-03",
            opens={"AAA": (opens * later).tolist()},
            actions={"AAA": acts},
            rate=0.05,
        )

        def own(now: Session) -> None:
            if now.leg("put") is None and now.pending("put") is None:
                call = now.call(days=25, moneyness=1.01)
                now.roll("put", now.put(days=25, moneyness=1.02), write={"call": call})

        made = arrange(tape, shares=1_000.0, cash=1e6, costs=Costs(), sigma=0.2)
        return play(own, replace(made, rules=replace(made.rules, ends=ends, fill=fill)))  # type: ignore[arg-type]

    whole = every_line(tape_of(259, "2024-01-12"))
    assert {"exercise", "assignment"} & {line[3] for line in whole}
    for known in (60, 130, 200):
        other = every_line(tape_of(known, "2023-12-01"))
        same = [line for line in whole if line[0] <= known]
        assert [line for line in other if line[0] <= known] == same
