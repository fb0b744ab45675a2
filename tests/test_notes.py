"""What a comparison says beside its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tapes import acting, arrange, lay

from microhedge.costs import Costs
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.judgement import judge
from microhedge.notes import notes
from microhedge.origin import Origin, Source
from microhedge.relation import relation_of
from microhedge.runs import hedge_run, unhedged_run


def said(hedge: Hedge, setup: Setup) -> dict[str, str]:
    bare = simulate(None, setup)
    runs = [unhedged_run(bare), hedge_run("mine", simulate(hedge, setup), bare)]
    return {note.code: note.text for note in notes([hedge], runs[1:], setup)}


def short_once(now: Session) -> None:
    if not now.fills("BBB"):
        now.short("BBB", value=10_000.0)


def put_once(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=90, moneyness=1.0))


def test_an_account_that_was_closed_is_named() -> None:
    # short 100 of BBB at 100 against 100 of AAA at 100: at 350 the account is worth −15,000
    tape = lay({"AAA": [100.0] * 80, "BBB": [100.0, 100.0, 350.0, *[350.0] * 77]})
    text = said(acting(short_once), arrange(tape))["ruin"]
    assert text.startswith("mine: on 2024-01-04 the account was worth −15,000.00 and was closed")


def test_a_margin_call_says_whether_there_was_anything_to_close() -> None:
    # a put at 190 costs 90 a share, 9,000 on loan against shares of 10,000
    def dear(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=200, moneyness=1.9))

    tape = lay({"AAA": [100.0] * 80, "BBB": [100.0] * 80})
    loan = said(acting(dear), arrange(tape))["margin-calls"]
    assert "on 4 of them nothing was: the loan stayed" in loan
    rising = lay({"AAA": [100.0] * 80, "BBB": [100.0, 100.0, *[160.0] * 78]})
    short = said(acting(short_once), arrange(rising))["margin-calls"]
    assert short.endswith("closes what is short without cover. More cash or a smaller weight "
                          "avoids them.")  # fmt: skip


def test_an_account_that_lives_has_no_such_note() -> None:
    tape = lay({"AAA": [100.0] * 80, "BBB": [100.0] * 80})
    assert "ruin" not in said(acting(short_once), arrange(tape))


def test_a_rate_that_is_not_known_is_said_to_be_nothing() -> None:
    tape = lay({"AAA": [100.0] * 80})
    assert "unknown-rate" not in said(acting(put_once), arrange(tape))
    unknown = replace(tape, rate_age=np.full(80, -1, np.int32), _kernels={})
    text = said(acting(put_once), arrange(unknown))["unknown-rate"]
    assert text == "No 3-month rate is known on 80 sessions: they count with a rate of 0%."


def test_one_session_is_told_as_one() -> None:
    tape = lay({"AAA": [100.0] * 80})
    age = np.zeros(80, np.int32)
    age[-1] = -1
    one = replace(tape, rate_age=age, dropped={"AAA": 1}, _kernels={})
    told = said(acting(put_once), arrange(one))
    assert told["unknown-rate"] == (
        "No 3-month rate is known on 1 session: it counts with a rate of 0%."
    )
    assert told["dropped"] == "AAA: 1 session is missing from the others and left out."


def test_costs_that_are_not_the_usual_ones_are_spelled_and_the_usual_ones_are_not() -> None:
    tape = lay({"AAA": [100.0] * 80, "BBB": [100.0] * 80})
    usual, dear = Costs(), replace(Costs(), borrow=0.05, option_rate=1.25)
    assert "costs" not in said(acting(short_once), arrange(tape, costs=usual))
    text = said(acting(short_once), arrange(tape, costs=dear))["costs"]
    assert text.endswith("option_rate 1.25, borrow 0.05.")


def test_a_short_of_another_symbol_without_a_premise_was_not_judged() -> None:
    tape = lay({"AAA": [100.0, 101.0] * 40, "BBB": [100.0, 102.0] * 40})

    def premised(now: Session) -> None:
        if now.number > 20 and not now.fills("BBB"):
            fit = now.expect(now.regress("AAA", on=("BBB",), sessions=20))
            now.short("BBB", value=fit.betas["BBB"] * now.value)

    text = said(acting(short_once), arrange(tape))["unrecorded"]
    assert text.startswith("mine traded BBB and recorded no premise")
    assert "now.expect(now.regress(...))" in text
    assert "unrecorded" not in said(acting(premised), arrange(tape))
    assert "unrecorded" not in said(acting(put_once), arrange(tape))


def test_what_was_not_recorded_is_neither_a_relation_on_nothing_nor_a_missing_sale() -> None:
    tape = lay({"AAA": [100.0, 101.0] * 40, "BBB": [100.0, 102.0] * 40})
    setup = arrange(tape)
    bare = simulate(None, setup)
    alone = unhedged_run(bare)
    short = hedge_run("mine", simulate(acting(short_once), setup), bare)
    put = hedge_run("mine", simulate(acting(put_once), setup), bare)
    assert relation_of(short, tape, "AAA").reason.startswith("not judged: BBB was traded")
    assert relation_of(put, tape, "AAA").reason == "leans on no correlation"
    verdict = judge(short, [alone, short], seed=0).verdict
    assert verdict.selling_better.answer == "not_applicable"
    assert verdict.selling_better.sentence.startswith("Selling was not compared")
    verdict = judge(put, [alone, put], seed=0).verdict
    assert verdict.selling_better.sentence.startswith("There is no sale")


def test_the_survival_of_shipped_companies_is_told_where_one_takes_part() -> None:
    tape = lay({"AAA": [100.0] * 80, "BBB": [100.0] * 80})
    own = Source("AAA", "mine.csv", "raw", "0", "USD", None, Origin(files=(("mine.csv", "0"),)))
    index = Source("SPX", "shipped", "price_index", "1", "USD", None)
    shipped = Source("BBB", "shipped", "total_return", "2", "USD", None)
    hedge = acting(put_once)
    assert "survivors" not in said(hedge, arrange(replace(tape, sources=(own, index))))
    assert "survivors" in said(hedge, arrange(replace(tape, sources=(own, index, shipped))))
