"""What a tape computes from its prices, and that none of it looks ahead."""

from __future__ import annotations

from datetime import date
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import day, lay, sessions

from microhedge.dividends import forecast
from microhedge.errors import UnknownSymbol
from microhedge.premise import regress
from microhedge.tape import Action, Floats, Tape


def test_a_split_alone_is_no_return() -> None:
    # two new shares at 50 for an old one at 100
    tape = lay(
        {"AAA": [100.0, 50.0, 51.0]}, actions={"AAA": (Action(day("2024-01-03"), "split", 2.0),)}
    )
    np.testing.assert_allclose(tape.returns("AAA"), [0.0, 0.0, 0.02], atol=1e-15)
    np.testing.assert_allclose(tape.growth("AAA"), [1.0, 1.0, 1.02], rtol=1e-15)
    assert tape.split_index("AAA").tolist() == [1.0, 2.0, 2.0]


def test_a_reverse_split_alone_is_no_return() -> None:
    # GE, one new share for eight, effective 2021-08-02: 12.95 before is 103.60 after
    tape = lay(
        {"GE": [12.95, 103.60]},
        first="2021-07-30",
        actions={"GE": (Action(day("2021-08-02"), "split", 0.125),)},
    )
    assert tape.returns("GE")[1] == pytest.approx(0.0, abs=1e-15)


def test_a_dividend_is_return_on_its_ex_day() -> None:
    # (49 + 1) / 50 − 1 = 0, then (49.98 + 0) / 49 − 1 = 2 %
    tape = lay(
        {"AAA": [50.0, 49.0, 49.98]}, actions={"AAA": (Action(day("2024-01-03"), "dividend", 1.0),)}
    )
    np.testing.assert_allclose(tape.growth("AAA"), [1.0, 1.0, 1.02], rtol=1e-14)


def test_a_special_dividend_is_return_too() -> None:
    # MSFT on 2004-11-15: close 29.97 before, 27.39 after, 0.08 regular and 3.00 special:
    # (27.39 + 3.08) / 29.97 − 1 = 0.5 / 29.97
    ex = day("2004-11-15")
    tape = lay(
        {"MSFT": [29.97, 27.39]},
        first="2004-11-12",
        actions={"MSFT": (Action(ex, "special", 3.00), Action(ex, "dividend", 0.08))},
    )
    assert tape.returns("MSFT")[1] == pytest.approx(0.5 / 29.97, rel=1e-12)


def test_a_dividend_counts_in_the_shares_after_that_day_s_split() -> None:
    # one share at 100 becomes two at 49.50, each paid 0.50: 2 · 50 = 100
    ex = day("2024-01-03")
    for actions in (
        (Action(ex, "dividend", 0.5), Action(ex, "split", 2.0)),
        (Action(ex, "split", 2.0), Action(ex, "dividend", 0.5)),
    ):
        tape = lay({"AAA": [100.0, 49.5]}, actions={"AAA": actions})
        assert tape.returns("AAA")[1] == pytest.approx(0.0, abs=1e-15)
        assert [action.kind for _, action in tape.actions_at[1]] == ["split", "dividend"]


def test_an_action_between_two_sessions_falls_on_the_next_one() -> None:
    # 2024-01-06 is a Saturday
    tape = lay(
        {"AAA": [100.0, 50.0]},
        first="2024-01-05",
        actions={"AAA": (Action(day("2024-01-06"), "split", 2.0),)},
    )
    assert tape.split_index("AAA").tolist() == [1.0, 2.0]


def test_actions_outside_the_tape_touch_nothing() -> None:
    outside = (
        Action(day("2023-12-01"), "split", 3.0),
        Action(day("2024-01-02"), "dividend", 1.0),
        Action(day("2024-01-05"), "split", 2.0),
    )
    tape = lay({"AAA": [100.0, 100.0]}, actions={"AAA": outside})
    assert tape.actions_at == {}
    assert tape.growth("AAA").tolist() == [1.0, 1.0]


def test_actions_touch_their_own_symbol_and_dividends_no_share_count() -> None:
    ex = day("2024-01-03")
    tape = lay(
        {"AAA": [100.0, 99.5], "BBB": [100.0, 50.0]},
        actions={"AAA": (Action(ex, "dividend", 0.5),), "BBB": (Action(ex, "split", 2.0),)},
    )
    assert tape.split_index("AAA").tolist() == [1.0, 1.0]
    assert tape.split_index("BBB").tolist() == [1.0, 2.0]
    for symbol in ("AAA", "BBB"):
        assert tape.returns(symbol)[1] == pytest.approx(0.0, abs=1e-15)


def test_the_overnight_factor_uses_the_open_and_is_unknown_without_one() -> None:
    # split 2:1 and 0.50 paid overnight: (49 + 0.5) · 2 / 100 = 0.99
    ex = day("2024-01-03")
    tape = lay(
        {"AAA": [100.0, 48.0, 48.0]},
        opens={"AAA": [99.0, 49.0, np.nan]},
        actions={"AAA": (Action(ex, "split", 2.0), Action(ex, "dividend", 0.5))},
    )
    overnight = tape.overnight("AAA")
    assert overnight[1] == pytest.approx(0.99, rel=1e-15)
    assert np.isnan(overnight[2])


def test_the_option_rate_is_the_continuous_equivalent_of_a_bond_yield() -> None:
    # a yield of 5 % with two coupons a year: 2 · ln 1.025
    tape = lay({"AAA": [1.0, 1.0]}, rate=0.05)
    assert tape.option_rate.tolist() == pytest.approx([2 * log(1.025)] * 2, rel=1e-15)


def aged(ages: list[int]) -> Tape:
    plain = lay({"AAA": [1.0] * len(ages)}, rate=0.04)
    return Tape(
        day=plain.day,
        begin=0,
        close=plain.close,
        open=plain.open,
        basis=plain.basis,
        actions={},
        rate=plain.rate,
        rate_age=np.array(ages, np.int32),
    )


def test_a_rate_is_held_from_the_eleventh_session_without_news() -> None:
    assert aged([0, 9, 10, 11]).held.tolist() == [False, False, False, True]


def test_a_rate_shift_moves_only_what_is_held() -> None:
    tape = aged([0, 10, 11, 12])
    assert tape.option_rate[3] == tape.option_rate[0]  # cached before the shift
    moved = tape.with_rate_shift(0.01)
    assert moved.rate.tolist() == [0.04, 0.04, 0.05, 0.05]
    assert moved.option_rate[3] == pytest.approx(2 * log(1.025), rel=1e-15)
    assert tape.rate.tolist() == [0.04] * 4


def test_the_next_day_follows_from_the_exchange_s_rules_and_not_from_the_data() -> None:
    # 2024-03-29 was Good Friday; the tape lacks Monday 2024-04-01, the rules do not
    tape = lay({"AAA": [1.0, 1.0]}, days=[day("2024-03-28"), day("2024-04-02")])
    assert tape.next_day.tolist() == [day("2024-04-01"), day("2024-04-03")]
    assert tape.dates == (date(2024, 3, 28), date(2024, 4, 2))


def test_an_unknown_symbol_is_refused_with_the_nearest_one() -> None:
    tape = lay({"MSFT": [1.0, 1.0]})
    assert tape.need("MSFT") == "MSFT"
    with pytest.raises(UnknownSymbol, match=r"'MSTF' is not part of this run .*'MSFT'"):
        tape.need("MSTF")


def test_columns_and_kernels_cannot_be_written() -> None:
    tape = lay({"AAA": [1.0, 2.0]})
    for column in (tape.close["AAA"], tape.open["AAA"], tape.day, tape.rate):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 9


def test_a_kernel_is_computed_once_for_each_key() -> None:
    calls: list[int] = []

    def doubled(tape: Tape, number: int) -> Floats:
        calls.append(number)
        return tape.close["AAA"] * number

    tape = lay({"AAA": [1.0, 2.0]})
    assert tape.kernel(doubled, 2) is tape.kernel(doubled, 2)
    assert tape.kernel(doubled, 3).tolist() == [3.0, 6.0]
    assert calls == [2, 3]


def test_the_data_hash_sees_what_a_run_sees_and_nothing_else() -> None:
    split = Action(day("2024-01-03"), "split", 2.0)
    later = Action(day("2025-01-03"), "split", 2.0)
    plain = lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split,)})
    assert plain.data_hash == lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split, later)}).data_hash
    for other in (
        lay({"AAA": [2.0, 1.1]}, actions={"AAA": (split,)}),
        lay({"AAB": [2.0, 1.0]}, actions={"AAB": (split,)}),
        lay({"AAA": [2.0, 1.0]}),
        lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split,)}, rate=0.01),
        lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split,)}, opens={"AAA": [2.0, 1.0]}),
        lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split,)}, first="2024-01-03"),
        lay({"AAA": [2.0, 1.0]}, actions={"AAA": (split,)}, basis={"AAA": "price_index"}),
    ):
        assert other.data_hash != plain.data_hash


# what is known on a row does not depend on later rows

COUNT = 60
AXIS = sessions("2024-01-02", COUNT)


@st.composite
def worlds(draw: st.DrawFn) -> Tape:
    """Sixty sessions of two symbols with splits and dividends."""
    seed = draw(st.integers(0, 2**32 - 1))
    noise = np.random.default_rng(seed)
    opens, closes, actions = {}, {}, {}
    for symbol in ("AAA", "BBB"):
        closes[symbol] = (100 * np.exp(noise.normal(0, 0.02, COUNT).cumsum())).tolist()
        opens[symbol] = (100 * np.exp(noise.normal(0, 0.02, COUNT))).tolist()
        when = sorted(draw(st.sets(st.integers(0, COUNT - 1), max_size=5)))
        actions[symbol] = tuple(
            Action(
                AXIS[row],
                draw(st.sampled_from(["split", "dividend", "special"])),
                draw(st.sampled_from([0.125, 0.5, 1.5, 2.0])),
            )
            for row in when
        )
    return lay(closes, opens=opens, actions=actions, rate=noise.uniform(0, 0.06, COUNT).tolist())


def spliced(past: Tape, other: Tape, row: int) -> Tape:
    """The past up to a row, and another world after it."""

    def join(a: Floats, b: Floats) -> list[float]:
        return [*a[: row + 1].tolist(), *(1.5 * b[row + 1 :]).tolist()]

    edge = int(past.day[row])
    return lay(
        {s: join(past.close[s], other.close[s]) for s in past.close},
        opens={s: join(past.open[s], other.open[s]) for s in past.open},
        actions={
            s: (
                *(a for a in past.actions[s] if a.day <= edge),
                *(a for a in other.actions[s] if a.day > edge),
            )
            for s in past.actions
        },
        rate=join(past.rate, other.rate),
    )


@settings(max_examples=60, deadline=None)
@given(past=worlds(), other=worlds(), row=st.integers(25, COUNT - 2))
def test_noise_after_a_row_leaves_every_kernel_up_to_it_bit_for_bit(
    past: Tape, other: Tape, row: int
) -> None:
    changed = spliced(past, other, row)
    assert changed.close["AAA"][row + 1] != past.close["AAA"][row + 1]
    upto = row + 1
    for symbol in ("AAA", "BBB"):
        ours, theirs = forecast(past, symbol), forecast(changed, symbol)
        for a, b in (
            (past.growth(symbol), changed.growth(symbol)),
            (past.returns(symbol), changed.returns(symbol)),
            (past.overnight(symbol), changed.overnight(symbol)),
            (past.split_index(symbol), changed.split_index(symbol)),
            (past.option_rate, changed.option_rate),
            (ours.first, theirs.first),
            (ours.spacing, theirs.spacing),
            (ours.amount, theirs.amount),
        ):
            assert a[:upto].tobytes() == b[:upto].tobytes()
    for end in (25, row):
        assert regress(past, end, "AAA", ("BBB",), 25) == regress(changed, end, "AAA", ("BBB",), 25)
