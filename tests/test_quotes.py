"""Looking quotes up, choosing among them, and a roll of puts at quoted prices worked by hand."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tapes import FREE, acting, arrange, day, lay, lines, noted, play, sessions

from microhedge.calendar import listed_expiries, to_date
from microhedge.causality import check
from microhedge.chain import listed_strike, select
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Setup
from microhedge.errors import BadData, NoContract
from microhedge.execution import option_trade
from microhedge.hedge import Session
from microhedge.instruments import Option, Right
from microhedge.option_prices import OptionPrices, Quote
from microhedge.quoted_prices import ChainListing, QuotedPrices
from microhedge.quotes import Chain
from microhedge.roll_policy import delta_drift
from microhedge.runs import premium_source
from microhedge.sources.chains import read_chain
from microhedge.tape import Action
from microhedge.volatility import Constant, Realised

Line = tuple[str, str, str, float, float, float]


def chain_of(*rows: Line, underlying: str = "AAA") -> Chain:
    """A chain of (day, expiry, right, strike, bid, ask)."""
    quoted, expiry, right, strike, bid, ask = zip(*rows, strict=True)
    return Chain(
        underlying,
        np.array([day(one) for one in quoted], np.int32),
        np.array([day(one) for one in expiry], np.int32),
        np.array([one == "C" for one in right]),
        np.array(strike, float),
        np.array(bid, float),
        np.array(ask, float),
    )


def put(expiry: str, strike: float, *, deliverable: float = 100.0) -> Option:
    return Option("AAA", "P", strike, date.fromisoformat(expiry), deliverable=deliverable)


SMALL = chain_of(
    ("2024-01-03", "2024-02-16", "P", 95.0, 1.0, 1.2),
    ("2024-01-02", "2024-02-16", "P", 95.0, 0.9, 1.1),
    ("2024-01-02", "2024-02-16", "C", 95.0, 6.0, 6.4),
    ("2024-01-02", "2024-02-16", "P", 92.14, 0.0, 0.3),
    ("2024-01-02", "2024-03-15", "P", 95.0, 1.9, 2.1),
)

# looking up


def test_a_quote_is_found_by_contract_and_day() -> None:
    assert SMALL.at(put("2024-02-16", 95.0), day("2024-01-02")) == (0.9, 1.1)
    assert SMALL.at(put("2024-02-16", 95.0), day("2024-01-03")) == (1.0, 1.2)
    assert SMALL.at(put("2024-03-15", 95.0), day("2024-01-02")) == (1.9, 2.1)
    assert SMALL.at(put("2024-02-16", 92.14), day("2024-01-02")) == (0.0, 0.3)
    call = Option("AAA", "C", 95.0, date(2024, 2, 16))
    assert SMALL.at(call, day("2024-01-02")) == (6.0, 6.4)


@pytest.mark.parametrize(
    "option",
    [
        put("2024-02-16", 95.5),
        put("2024-02-15", 95.0),
        put("2024-02-16", 95.0, deliverable=150.0),
        replace(put("2024-02-16", 95.0), underlying="BBB"),
    ],
)
def test_what_was_not_quoted_has_no_quote(option: Option) -> None:
    assert SMALL.at(option, day("2024-01-02")) is None


def test_a_series_has_nan_where_there_was_no_quote() -> None:
    days = np.array([day(t) for t in ("2024-01-02", "2024-01-03", "2024-01-04", "2024-03-01")])
    bid, ask = SMALL.series(put("2024-02-16", 95.0), days.astype(np.int32))
    np.testing.assert_array_equal(bid, [0.9, 1.0, np.nan, np.nan])
    np.testing.assert_array_equal(ask, [1.1, 1.2, np.nan, np.nan])


@given(
    st.lists(
        st.tuples(
            st.integers(19_000, 19_010),
            st.integers(0, 40),
            st.booleans(),
            st.integers(1, 400),
        ),
        unique=True,
        min_size=1,
    )
)
def test_every_quote_is_found_and_no_other(rows: list[tuple[int, int, bool, int]]) -> None:
    when, tenor, call, half = (np.array(column) for column in zip(*rows, strict=True))
    bid = np.arange(1.0, len(rows) + 1.0)
    chain = Chain(
        "AAA",
        when.astype(np.int32),
        (when + tenor).astype(np.int32),
        call.astype(np.bool_),
        half / 2.0,
        bid,
        bid + 1.0,
    )
    epoch = date(1970, 1, 1).toordinal()
    for number, (at, left, is_call, strike) in enumerate(rows, 1):
        expiry = date.fromordinal(epoch + at + left)
        option = Option("AAA", "C" if is_call else "P", strike / 2.0, expiry)
        assert chain.at(option, at) == (number, number + 1.0)
        if (at + 1, left - 1, is_call, strike) not in rows:
            assert chain.at(option, at + 1) is None


@pytest.mark.parametrize(
    ("bid", "ask"), [(1.2, 1.0), (-0.1, 1.0), (0.0, 0.0), (np.nan, 1.0), (1.0, np.inf)]
)
def test_a_chain_takes_no_rows_that_are_no_quotes(bid: float, ask: float) -> None:
    with pytest.raises(BadData, match="are no quote"):
        chain_of(("2024-01-02", "2024-02-16", "P", 95.0, bid, ask))


def test_a_chain_takes_one_quote_a_contract_and_day() -> None:
    line = ("2024-01-02", "2024-02-16", "P", 95.0, 1.0, 1.2)
    with pytest.raises(BadData, match="AAA 2024-01-02: two quotes for 2024-02-16 95"):
        chain_of(line, line)


def test_the_hash_of_a_chain_does_not_depend_on_the_order_of_its_rows() -> None:
    one = ("2024-01-02", "2024-02-16", "P", 95.0, 1.0, 1.2)
    two = ("2024-01-03", "2024-02-16", "P", 95.0, 1.0, 1.2)
    assert chain_of(one, two).sha256 == chain_of(two, one).sha256
    assert chain_of(one).sha256 != chain_of(two).sha256


# choosing


def listed(
    chain: Chain, when: str = "2024-01-02", days: float = 30.0, moneyness: float = 0.95
) -> str:
    found = chain.listed("AAA", "P", day=day(when), spot=100.0, days=days, moneyness=moneyness)
    return "none" if found is None else str(found)


def test_the_nearest_expiry_and_then_the_closest_strike_at_or_below_is_chosen() -> None:
    chain = chain_of(
        *(("2024-01-02", "2024-01-26", "P", k, 1.0, 1.1) for k in (90.0, 94.0, 94.5, 96.0)),
        ("2024-01-02", "2024-01-26", "C", 95.0, 1.0, 1.1),
        ("2024-01-02", "2024-02-16", "P", 95.0, 1.0, 1.1),
    )
    assert listed(chain) == "AAA 2024-01-26 P 94.5"
    assert listed(chain, moneyness=0.96) == "AAA 2024-01-26 P 96"
    assert listed(chain, days=45) == "AAA 2024-02-16 P 95"
    # 24 and 45 days are as near to 34.5: the later
    assert listed(chain, days=34.5) == "AAA 2024-02-16 P 95"


def test_a_call_is_struck_at_or_above() -> None:
    chain = chain_of(*(("2024-01-02", "2024-02-16", "C", k, 1.0, 1.1) for k in (104.0, 106.0)))
    found = chain.listed("AAA", "C", day=day("2024-01-02"), spot=100.0, days=45, moneyness=1.05)
    assert str(found) == "AAA 2024-02-16 C 106"


def test_what_nobody_bids_for_or_ends_today_is_not_chosen() -> None:
    chain = chain_of(
        ("2024-01-02", "2024-02-16", "P", 95.0, 0.0, 0.5),
        ("2024-01-02", "2024-02-16", "P", 93.0, 0.1, 0.5),
        ("2024-01-02", "2024-01-02", "P", 95.0, 1.0, 1.1),
    )
    assert listed(chain) == "AAA 2024-02-16 P 93"
    assert listed(chain, days=1) == "AAA 2024-02-16 P 93"


def test_a_day_without_quotes_answers_nothing_and_one_without_a_fit_refuses() -> None:
    assert listed(SMALL, "2024-01-04") == "none"
    with pytest.raises(NoContract, match=r"at or below 80\.00 within 10% of the spot 100\.00"):
        listed(SMALL, moneyness=0.80)
    with pytest.raises(NoContract, match="no free expiry within 100 days of 200 days"):
        listed(SMALL, days=200)
    taken = frozenset({day("2024-02-16")})
    free = SMALL.listed(
        "AAA", "P", day=day("2024-01-02"), spot=100.0, days=45, moneyness=0.95, taken=taken
    )
    assert str(free) == "AAA 2024-03-15 P 95"


@pytest.mark.parametrize(
    ("when", "known"), [("2024-01-02", False), ("2024-01-03", True), ("2024-01-11", False)]
)
def test_an_open_chooses_among_the_contracts_of_the_last_day_before(when: str, known: bool) -> None:
    listing = ChainListing({"AAA": SMALL}, earlier=True)
    found = listing(
        "AAA",
        "P",
        grid="liquid",
        day=day(when),
        spot=100.0,
        days=45,
        moneyness=0.952,
        taken=frozenset(),
        style="american",
        settle="physical",
    )
    # the one of the chain, or that of the rules
    assert found.expiry == date(2024, 2, 16)
    chosen = SMALL.listed(
        "AAA", "P", day=day(when), spot=100.0, days=45, moneyness=0.952, earlier=True
    )
    assert chosen == (found if known else None)


@given(
    st.sampled_from([day("2024-01-02"), day("2024-02-16"), day("2025-04-16")]),
    st.integers(20, 200),
    st.integers(900, 1100),
    st.integers(5, 250),
    st.sampled_from(["P", "C"]),
)
def test_a_chain_of_all_that_the_rules_list_answers_as_the_rules_do(
    when: int, spot: int, thousandths: int, days: int, right: Right
) -> None:
    expiries = [one for one in listed_expiries(when) if one < when + 400]
    strikes = {listed_strike(k / 2.0, k / 2.0, "P", max_gap=1.0) for k in range(10, 600)}
    pairs = [(e, k) for e in expiries for k in sorted(strikes)]
    size = len(pairs)
    chain = Chain(
        "AAA",
        np.full(size, when, np.int32),
        np.array([e for e, _ in pairs], np.int32),
        np.full(size, right == "C"),
        np.array([k for _, k in pairs]),
        np.ones(size),
        np.full(size, 2.0),
    )
    moneyness = thousandths / 1000.0
    found = chain.listed("AAA", right, day=when, spot=float(spot), days=days, moneyness=moneyness)
    assert found == select("AAA", right, day=when, spot=float(spot), days=days, moneyness=moneyness)


# filling

ONE = Quote(mid=1.0, spot=100.0, volatility=0.2, rate=0.0, bid=0.8, ask=1.2)
PAID = replace(FREE, spread_base=0.04, spread_rate=0.02, spread_fraction=1.0)


@pytest.mark.parametrize(("fraction", "paid"), [(1.0, 20.0), (0.5, 10.0), (0.0, 0.0)])
def test_a_quote_is_crossed_whatever_the_schedule_and_the_day(fraction: float, paid: float) -> None:
    costs = replace(PAID, spread_fraction=fraction)
    for quantity in (1.0, -1.0):
        trade = option_trade(put("2024-02-16", 95.0), quantity, ONE, costs, stress=3.0)
        assert trade.spread == pytest.approx(paid)
        assert trade.cash == -quantity * 100.0


def test_what_nobody_bids_for_is_sold_for_nothing_and_bought_at_the_ask() -> None:
    tape = lay({"AAA": [100.0, 100.0]})
    chain = chain_of(("2024-01-02", "2024-02-16", "P", 60.0, 0.0, 0.30))
    prices = QuotedPrices(tape, lambda _: Constant(0.10), {"AAA": chain})
    option = put("2024-02-16", 60.0)
    quote = prices.quote(option, 0, "close")
    assert quote.mid == 0.01
    bought = option_trade(option, 1.0, quote, PAID, stress=1.0)
    sold = option_trade(option, -1.0, quote, PAID, stress=1.0)
    assert bought.cash - bought.spread == pytest.approx(-30.0)
    assert sold.cash - sold.spread == pytest.approx(0.0)


# a roll of puts, worked by hand

TABLE = """\
quote_date,expiration,strike,type,bid,ask,volume,underlying_price,symbol
2024-01-03,2024-02-02,149,put,48.60,49.60,10,100,AAA
2024-01-03,2024-02-02,150,put,50.40,49.90,10,100,AAA
2024-01-03,2024-02-16,150,put,49.60,50.60,10,100,AAA
2024-01-05,2024-02-02,149,put,48.70,49.50,10,100,AAA
2024-01-05,2024-02-02,149,put,48.70,49.50,10,100,AAA
2024-01-08,2024-02-02,149,put,49.70,49.50,10,100,AAA
2024-01-09,2024-02-02,149,put,48.20,49.20,10,100,AAA
2024-01-09,2024-02-09,150,put,0,0.50,0,100,AAA
2024-01-09,2024-02-09,148,put,47.60,48.80,0,100,AAA
2024-01-10,2024-02-09,148,put,47.60,48.80,0,100,AAA
2024-01-11,2024-02-09,148,put,47.60,48.80,0,100,AAA
2024-01-12,2024-02-09,148,put,47.60,48.80,0,100,AAA
2024-01-16,2024-02-09,148,put,47.60,48.80,0,100,AAA
"""

FIRST, SECOND = "AAA 2024-02-02 P 149", "AAA 2024-02-09 P 148"


def quoted(setup: Setup, *chains: Chain, sigma: float = 0.10) -> Setup:
    by_name = {chain.underlying: chain for chain in chains}
    prices = QuotedPrices(setup.tape, lambda _: Constant(sigma), by_name)
    return replace(setup, prices=prices, listing=ChainListing(by_name))


def roll_twice(now: Session) -> None:
    if now.today in (date(2024, 1, 2), date(2024, 1, 8)):
        now.roll("put", now.put(days=30, moneyness=1.5))
    if now.today == date(2024, 1, 12):
        now.close("put")


def table(folder: Path) -> Chain:
    path = folder / "chain.csv"
    path.write_text(TABLE)
    return read_chain(path, "AAA").chain


def test_puts_are_rolled_at_the_asks_and_bids_of_the_table(tmp_path: Path) -> None:
    """Ten sessions at 100, at which the model's put is worth its intrinsic value.

    01-03  bought 149 at the ask of 49.60: the 150 of that expiry is crossed, and 30 days are
           nearer to 02-02 than to 02-16; the rules list no 02-02 at all
    01-04  no quote: the model says 49
    01-05  the same row twice: the mid is 49.10
    01-08  crossed: the model says 49
    01-09  sold at the bid of 48.20; of 02-09 nobody bids for the 150, so 148 at the ask of 48.80
    01-10 to 01-12  the mid is 48.20
    01-16  the fifth session of the same quote without a trade: sold at the model's 48, at which
           the holder would rather exercise than take less
    """
    setup = arrange(lay({"AAA": [100.0] * 10}), costs=PAID)
    result = play(roll_twice, quoted(setup, table(tmp_path)))
    trades = result.tables["fills"]
    names = ("session", "instrument", "quantity", "mid", "spread", "source")
    assert list(zip(*(trades[name].tolist() for name in names), strict=True)) == [
        (1, FIRST, 1.0, pytest.approx(49.10), pytest.approx(50.0), "quote"),
        (5, FIRST, -1.0, pytest.approx(48.70), pytest.approx(50.0), "quote"),
        (5, SECOND, 1.0, pytest.approx(48.20), pytest.approx(60.0), "quote"),
        (9, SECOND, -1.0, pytest.approx(48.00), pytest.approx(0.0, abs=1e-9), "model"),
    ]
    assert result.curves["equity"].tolist() == pytest.approx(
        [
            10_000.0,
            10_000 + 4_910 - 4_960,
            10_000 + 4_900 - 4_960,
            10_000 + 4_910 - 4_960,
            10_000 + 4_900 - 4_960,
            *[10_000 - 4_960 + 4_820 - 4_880 + 4_820] * 4,
            10_000 - 4_960 + 4_820 - 4_880 + 4_800,
        ]
    )
    assert np.isnan(trades["volatility"]).tolist() == [True, True, True, False]
    # one price of the second life was the model's
    assert result.tables["rolls"]["source"].tolist() == ["quote", "model"]
    # of its four closes the first was marked by a quote on 01-03 and 01-05, the second on all
    assert result.tables["rolls"]["quoted"].tolist() == [0.5, 1.0]
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)
    assert noted(result) == []
    assert list(result.config["chains"]) == ["AAA"]
    assert premium_source(result) == {"quote": 1.0, "model": 0.0}


def test_premiums_are_those_of_quotes_and_of_the_model_and_nothing_else() -> None:
    # a mid of 49.10 was quoted; without a quote the rules list 150, which at 100 is worth 50
    chain = chain_of(("2024-01-03", "2024-02-02", "P", 149.0, 48.6, 49.6))
    result = play(roll_twice, quoted(arrange(lay({"AAA": [100.0] * 10}), costs=PAID), chain))
    assert result.tables["fills"]["source"].tolist() == ["quote", "model", "model", "model"]
    assert premium_source(result) == pytest.approx({"quote": 49.10 / 99.10, "model": 50.00 / 99.10})


def test_a_chain_without_a_fitting_contract_leaves_the_order_unfilled(tmp_path: Path) -> None:
    def act(now: Session) -> None:
        if now.today == date(2024, 1, 2):
            now.roll("put", now.put(days=30, moneyness=0.9))

    setup = arrange(lay({"AAA": [100.0] * 10}))
    assert noted(play(act, quoted(setup, table(tmp_path)))) == [(1, "unfilled")]


@pytest.mark.parametrize(
    ("first", "expiry"),
    [
        pytest.param("2023-06-28", "2023-07-03", id="the short session before 4 July"),
        pytest.param("2023-06-14", "2023-06-16", id="the eve of Juneteenth"),
        pytest.param("2023-11-21", "2023-11-24", id="the short session after Thanksgiving"),
    ],
)
def test_a_weekly_put_that_ends_on_an_odd_session_is_settled_on_it(first: str, expiry: str) -> None:
    """Bought at 50.00 with one session to go; the share falls from 100 to 90 on the last one."""
    axis = sessions(first, 6)
    last = axis.index(day(expiry))
    bought = str(to_date(axis[last - 1]))
    chain = chain_of((bought, expiry, "P", 150.0, 50.0, 50.0))

    def act(now: Session) -> None:
        if now.today == to_date(axis[last - 2]):
            now.roll("put", now.put(days=2, moneyness=1.5))

    closes = [100.0] * last + [90.0] + [95.0] * (5 - last)
    result = play(act, quoted(arrange(lay({"AAA": closes}, first=first)), chain))
    assert [(line[0], line[3], line[5]) for line in lines(result, "hedge")] == [
        (last - 1, "trade", -5_000.0),
        (last, "expiry", 6_000.0),
    ]
    assert noted(result) == [(last, "expired")]


def implied_at(sigma: float, strikes: Sequence[int], *days: str) -> Chain:
    """Puts quoted 10 cents wide around Black's price without a rate, at a spot of 100."""
    rows: list[Line] = []
    for one in days:
        deviation = sigma * math.sqrt((day("2024-03-15") - day(one)) / 365.0)
        for strike in strikes:
            d1 = math.log(100.0 / strike) / deviation + deviation / 2.0
            mid = strike * normal(deviation - d1) - 100.0 * normal(-d1)
            rows.append((one, "2024-03-15", "P", float(strike), mid - 0.05, mid + 0.05))
    return chain_of(*rows)


def normal(x: float) -> float:
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def test_the_delta_of_a_quoted_put_is_at_the_volatility_that_its_quote_implies() -> None:
    # 72 days before expiry: −0.25 is N(d1) − 1 with d1 of 0.674, by 30 % at 92.15 and by 10 % at
    # 97.13, which is what the model would say
    def act(now: Session) -> None:
        if now.number == 0:
            now.roll("put", now.put(days=72, delta=-0.25))

    chain = implied_at(0.30, range(80, 106), "2024-01-03")
    setup = arrange(lay({"AAA": [100.0] * 5}), costs=FREE)
    assert play(act, quoted(setup, chain)).tables["rolls"]["strike"].tolist() == [92.0]
    assert play(act, setup).tables["rolls"]["strike"].tolist() == [97.0]


def test_delta_drift_looks_at_quotes_where_there_are_some() -> None:
    # at 30 % a put at 95 has a delta of −0.32, at 10 % of −0.11 below the range
    days = [str(to_date(one)) for one in lay({"AAA": [100.0] * 9}).day.tolist()]
    setup = arrange(lay({"AAA": [100.0] * 9}), costs=FREE)
    option = put("2024-03-15", 95.0)
    for upto, expected in ((9, [-0.32] * 9), (5, [-0.32] * 5 + [-0.11] * 4)):
        prices = quoted(setup, implied_at(0.30, [95], *days[:upto])).prices
        assert prices.deltas(option, 0) == pytest.approx(np.array(expected), abs=0.015)


# what chains do not change


def walk(seed: int = 3) -> Sequence[float]:
    steps = np.random.default_rng(seed).normal(0.0, 0.02, 60)
    found: list[float] = np.round(100.0 * np.exp(steps.cumsum()), 2).tolist()
    return found


def rolling(now: Session) -> None:
    if now.leg("put") is None:
        now.roll("put", now.put(days=30, moneyness=0.97))


@pytest.mark.parametrize("fill", ["next_close", "next_open", "close"])
def test_without_quotes_of_the_underlying_nothing_changes_bit_for_bit(fill: FillRule) -> None:
    path = walk()
    plain = arrange(lay({"AAA": path}, opens={"AAA": path}), costs=Costs(), fill=fill)
    alone = play(rolling, plain)
    other = chain_of(("2024-01-03", "2024-02-16", "P", 95.0, 1.0, 1.2), underlying="BBB")
    for setup in (quoted(plain, sigma=0.10), quoted(plain, other, sigma=0.10)):
        result = play(rolling, setup)
        assert lines(result) == lines(alone)
        assert result.curves["equity"].tobytes() == alone.curves["equity"].tobytes()
        assert set(result.tables["fills"]["source"].tolist()) == {"model"}
    assert "chains" not in alone.config


def test_an_open_is_filled_by_the_model_for_the_quote_is_of_the_close(tmp_path: Path) -> None:
    chain = table(tmp_path)
    setup = arrange(
        lay({"AAA": [100.0] * 10}, opens={"AAA": [100.0] * 10}), costs=PAID, fill="next_open"
    )
    listing = ChainListing({"AAA": chain}, earlier=True)
    result = play(roll_twice, replace(quoted(setup, chain), listing=listing))
    fills = result.tables["fills"]
    assert fills["source"].tolist() == ["model"] * 4
    assert premium_source(result) == {"quote": 0.0, "model": 1.0}
    # nothing was quoted before 01-03, so the rules choose; on 01-09 the quotes of 01-08 are used
    assert fills["instrument"].tolist()[0] == "AAA 2024-02-16 P 150"
    assert fills["mid"].tolist()[0] == pytest.approx(50.0)


def test_after_a_split_the_new_contract_has_its_own_quote_and_an_odd_one_has_none() -> None:
    chain = chain_of(
        ("2024-01-03", "2024-02-16", "P", 150.0, 49.5, 50.3),
        ("2024-01-04", "2024-02-16", "P", 150.0, 99.0, 101.0),
        ("2024-01-04", "2024-02-16", "P", 75.0, 24.8, 25.6),
    )

    def once(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=44, moneyness=1.5))

    def equity(ratio: float) -> float:
        tape = lay(
            {"AAA": [100.0, 100.0, 100.0 / ratio]},
            actions={"AAA": (Action(day("2024-01-04"), "split", ratio),)},
        )
        return float(play(once, quoted(arrange(tape), chain)).curves["equity"][2])

    # free of costs, bought at the mid of 49.90; two puts at 75 are worth 25.20 a share
    assert equity(2.0) == pytest.approx(10_000 - 4_990 + 200 * 25.20)
    assert equity(1.5) == pytest.approx(10_000 - 4_990 + 5_000, abs=1e-6)


def by_delta(now: Session) -> None:
    """A put by its delta, rolled when that drifts."""
    for rung in now.due("put", tenor=30, roll=delta_drift(0.2, 0.5)):
        now.roll(rung, now.put(days=rung.days, delta=-0.4))


@pytest.mark.parametrize("act", [rolling, by_delta])
def test_a_hedge_at_quotes_does_not_look_ahead(act: Callable[[Session], None]) -> None:
    path = walk()
    tape = lay({"AAA": path, "SPX": path}, opens={"AAA": path, "SPX": path}, begin=5)
    axis = [to_date(int(one)).isoformat() for one in tape.day]
    chain = chain_of(
        *(
            (text, "2024-02-16", "P", strike, 5.0, 5.5)
            for text in axis[::2]
            for strike in (85.0, 90.0, 95.0, 100.0)
            if text < "2024-02-16"
        )
    )
    chains = {"AAA": chain}
    found = check(
        acting(act),
        tape,
        lambda other: OptionPrices(other, lambda _: Constant(0.10)),
        chains=chains,
        cuts=10,
    )
    assert found.passed


def test_a_listing_that_reads_tomorrow_s_quotes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    path = walk()
    tape = lay({"AAA": path, "SPX": path}, opens={"AAA": path, "SPX": path}, begin=5)
    axis = [int(one) for one in tape.day]
    rows = [
        (to_date(one).isoformat(), "2024-02-16", "P", strike, 5.0, 5.5)
        for one in axis
        for strike in (85.0, 90.0, 95.0, 100.0)
        if one < day("2024-02-16")
    ]
    honest = Chain.at

    def peeking(self: Chain, option: Option, when: int) -> tuple[float, float] | None:
        later = [one for one in axis if one > when]
        return honest(self, option, later[0]) if later else honest(self, option, when)

    monkeypatch.setattr(Chain, "at", peeking)
    found = check(
        acting(rolling),
        tape,
        lambda other: OptionPrices(other, lambda _: Constant(0.10)),
        chains={"AAA": chain_of(*rows)},
        cuts=60,
    )
    assert found.differences["noise"] is not None


def test_other_rates_other_models_and_other_processes_keep_the_quotes(tmp_path: Path) -> None:
    tape = lay({"AAA": [100.0] * 10}, rate=0.03)
    prices = QuotedPrices(tape, lambda _: Constant(0.10), {"AAA": table(tmp_path)})
    option = put("2024-02-02", 149.0)
    moved = prices.on(replace(tape, rate=tape.rate + 0.01, _kernels={}))
    for one in (prices, moved, prices.made(tape, lambda _: Constant(0.30))):
        assert one.quote(option, 1, "close").source == "quote"
        assert one.quote(option, 1, "close").mid == pytest.approx(49.10)
        assert one.quote(option, 2, "close").source == "model"
    chain = table(tmp_path)
    assert pickle.loads(pickle.dumps(chain)).sha256 == chain.sha256
    assert OptionPrices(tape, lambda _: Constant(0.1)).quoted == {}


def test_a_contract_that_the_model_cannot_price_yet_is_not_bought_at_a_quote(
    tmp_path: Path,
) -> None:
    # a volatility of 63 returns is not known after one, and would have to mark the days between
    tape = lay({"AAA": [100.0] * 10})
    chain = table(tmp_path)
    prices = QuotedPrices(tape, lambda _: Realised(tape.growth("AAA")), {"AAA": chain})
    setup = replace(quoted(arrange(tape), chain), prices=prices)
    result = play(roll_twice, setup)
    assert lines(result, "hedge") == []
    assert {code for _, code in noted(result)} == {"unfilled"}
