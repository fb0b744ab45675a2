"""Random hedges on random prices: what a number stands for is always the same run."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from tapes import halted, lay, sessions

from microhedge import declaration
from microhedge.calendar import to_date
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.ending import EndRules
from microhedge.engine import Rules, Setup
from microhedge.errors import ParameterError
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Bond, BondIndex
from microhedge.lending import Ban, Lending
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.tape import Action, Kind, Tape
from microhedge.volatility import Constant

WINDOW, WARMUP = 750, 130
BONDS = (
    Bond("BBB", 6.0, date(2035, 5, 15), symbol="BND"),
    BondIndex("IDX", "US Treasury", 20.0, "treasury"),
)
SPLITS = (2.0, 3.0, 4.0, 7.0, 1.5, 0.1)
WRITTEN = ("covered-call", "put-spread", "collar", "put-spread-collar")


class Dice(Hedge):
    """Does on an evening what the dice of that evening say; it remembers nothing."""

    peer: str
    seed: int = 0

    def acts(self, number: int) -> bool:
        """Whether it trades on an evening: one in thirty."""
        return (self.seed * 1_000_003 + number) * 2_654_435_761 % 2**32 < 2**32 // 30

    def on_session(self, now: Session) -> None:
        following = next(n for n in range(now.number + 1, now.number + 999) if self.acts(n))
        now.sleep_until(number=following)
        if not self.acts(now.number):  # woken early, by a fill or an expiry
            return
        dice = random.Random(self.seed * 1_000_003 + now.number)
        for _ in range(dice.randint(1, 3)):
            act = dice.choice(("put", "call", "ladder", "short", "bond", "close"))
            if act in ("put", "call"):
                make = now.put if act == "put" else now.call
                contract = make(days=dice.randint(3, 400), moneyness=dice.uniform(0.6, 1.4))
                now.roll(act, contract, cover=dice.uniform(0.0, 1.3))
            elif act == "ladder":
                for rung in now.rungs("ladder", 2):
                    contract = now.put(days=dice.randint(20, 300), moneyness=dice.uniform(0.7, 1.1))
                    now.roll(rung, contract, cover=1.0)
            elif act == "short":
                symbol = dice.choice((self.peer, "SPX"))
                worth = dice.choice((0.0, dice.uniform(0.0, 0.8) * now.value))
                now.short(symbol, value=worth, band=dice.choice((0.0, 0.1)))
            elif act == "bond":
                symbol, part = dice.choice(("BND", "IDX")), dice.uniform(-0.6, 0.6)
                worth = dice.choice((0.0, part * now.value))
                now.bond(symbol, value=worth, band=dice.choice((0.0, 0.1)))
            else:
                now.close(dice.choice(("put", "call")))


ENDINGS = (
    *[EndRules()] * 2,
    EndRules(deliver=True),
    EndRules(deliver=True, rebuy=True),
    EndRules(early=True),
    EndRules(deliver=True, rebuy=True, early=True),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One run, whether options can be among what it trades, and whether shares are lent to all.

    In a stressed one they are recalled and banned, and large orders fill in parts and for more.
    """

    hedge: Hedge
    setup: Setup
    has_options: bool
    sigma: float
    stressed: bool


def case(number: int) -> Case:
    """Return the run of a number: 750 sessions, in each respect drawn at random."""
    draw, dice = np.random.default_rng([number, 7]), random.Random(number)
    tape = _tape(draw, dice)
    sigma = dice.uniform(0.08, 0.9)
    hedge, has_options = _hedge(dice)
    fills: tuple[FillRule, ...] = ("next_close", "next_close", "next_open", "close")
    fill = dice.choice(fills)
    also = random.Random(number * 7 + 1)
    for symbol, chance in (("AAA", 0.10), ("BBB", 0.15)):
        if also.random() < chance:
            tape = _ended(tape, symbol, also)
    hard = random.Random(number * 11 + 1)
    stressed = hard.random() < 0.2
    if stressed:
        volume = {"BBB": draw.uniform(0.0, 10 ** hard.uniform(3, 6), len(tape))}
        tape = replace(tape, volume=volume, _kernels={})
    setup = Setup(
        tape=tape,
        holding="AAA",
        portfolio=Portfolio(
            shares=float(dice.randint(100, 20_000)),
            weight=dice.choice((1.0, dice.uniform(0.05, 0.95))),
            cash=dice.choice((0.0, dice.uniform(0, 1e6))),
        ),
        prices=OptionPrices(tape, lambda _: Constant(sigma)),
        costs=_costs(dice),
        rules=Rules(fill=fill, audit=True, ends=also.choice(ENDINGS)),
    )
    if stressed:
        setup = replace(
            setup,
            costs=replace(
                setup.costs,
                stock_impact=hard.uniform(0.0, 1.0),
                stock_participation=hard.choice((0.0, 0.1, 0.5)),
                stock_slippage_bp=hard.uniform(0.0, 10.0),
            ),
            lending=Lending(
                recall_rate=hard.choice((0.0, 1.0, 10.0)),
                blocked=hard.randint(0, 30),
                bans=_bans(tape, hard),
                seed=number,
            ),
        )
    return Case(hedge, setup, has_options, sigma, stressed)


def _bans(tape: Tape, hard: random.Random) -> tuple[Ban, ...]:
    """None, or one of up to a hundred sessions, of both shares and the index or of one."""
    if hard.random() < 0.5:
        return ()
    row = hard.randint(WARMUP, len(tape) - 110)
    symbols = hard.choice(((), ("BBB",), ("SPX",)))
    return (Ban(int(tape.day[row]), int(tape.day[row + hard.randint(0, 100)]), symbols),)


def _hedge(dice: random.Random) -> tuple[Hedge, bool]:
    kinds = "dice", "dice", "put", "peer", "pair", "index", "future", *WRITTEN
    kind = dice.choice(kinds)
    window = dice.randint(30, 120)
    if kind == "dice":
        return Dice(holding="AAA", peer="BBB", seed=dice.randrange(10**6)), True
    if kind == "put":
        roll = dice.randint(0, 60)
        given: dict[str, Any] = {
            "moneyness": dice.uniform(0.7, 1.2),
            "roll": roll,
            "tenor": roll + dice.randint(40, 300),
            "tranches": dice.randint(1, 4),
            "cover": dice.uniform(0.1, 1.0),
        }
        if given["tranches"] > 2:
            said = ("monetise=1.5+wait=9", "moneyness-drift=0.85..1.15")[given["tranches"] - 3]
            given["roll"] = f"days-before={roll}+{said}"
        elif roll % 3 == 0:
            given["roll"] = f"days-before={roll}+budget=0.0{1 + roll % 7}"
        return declaration.build(load("protective-put"), {"holding": "AAA"} | given), True
    if kind in WRITTEN:
        return declaration.build(load(kind), {"holding": "AAA"} | _legs(kind, dice)), True
    if kind == "future":
        on = dice.choice(("holding", "SPX"))
        given = {"on": on, "roll": dice.randint(0, 15), "window": window}
        given["cover"] = dice.uniform(0.1, 1.0)
        return declaration.build(load("future-short"), {"holding": "AAA"} | given), False
    if kind == "index" and window % 4 == 1:
        given = {"window": window, "tenor": 60 + window, "roll": window // 3, "tranches": 2}
        return declaration.build(load("index-put"), {"holding": "AAA"} | given), True
    name = {"peer": "index-peer-short", "pair": "pair-short", "index": "index-short"}[kind]
    given = {"window": window} | ({} if kind == "index" else {"peer": "BBB"})
    return declaration.build(load(name), {"holding": "AAA"} | given), False


def _legs(kind: str, dice: random.Random) -> dict[str, Any]:
    """Return what a strategy that writes options is told."""
    roll = dice.randint(0, 40)
    given: dict[str, Any] = {
        "roll": roll,
        "tenor": roll + dice.randint(20, 200),
        "tranches": dice.randint(1, 3),
        "cover": dice.uniform(0.1, 1.0),
    }
    bought = dice.uniform(0.85, 1.0)
    if kind == "covered-call":
        return given | {"moneyness": dice.uniform(0.95, 1.2)}
    given["moneyness"] = bought
    if kind != "collar":
        given["lower"] = bought - dice.uniform(0.05, 0.3)
    if kind != "put-spread":
        given |= {"call": dice.uniform(1.01, 1.2), "zero_cost": dice.random() < 0.5}
    return given


def _costs(dice: random.Random) -> Costs:
    """Free, usual, or every price of the schedule between nothing and three times the usual."""
    kind = dice.random()
    if kind < 0.15:
        return Costs.none()
    if kind < 0.4:
        return Costs()
    usual = Costs()
    scaled = {one.name: getattr(usual, one.name) * dice.uniform(0.0, 3.0) for one in fields(usual)}
    fixed = ("margin_short", "margin_debit", "margin_future", "spread_fraction", "tick_limit")
    ticks = {"tick": dice.choice((0.0, 0.01, 0.05)), "tick_high": dice.choice((0.05, 0.10))}
    try:
        return Costs(**(scaled | {name: getattr(usual, name) for name in fixed} | ticks))
    except ParameterError:
        return usual


def _tape(draw: np.random.Generator, dice: random.Random) -> Tape:
    count = WARMUP + WINDOW
    axis = np.array(sessions(dice.choice(("1998-03-02", "2007-01-03", "2016-06-01")), count))
    market = draw.normal(2e-4, 0.01, count)
    closes, opens, actions = {}, {}, {}
    for symbol, start in (("AAA", 90.0), ("BBB", 45.0), ("SPX", 2_000.0)):
        beta = 1.0 if symbol == "SPX" else dice.uniform(0.0, 1.6)
        own = draw.normal(0, dice.uniform(0.003, 0.03), count)
        jumps = draw.choice([0.0, -0.2, 0.15], count, p=[0.99, 0.006, 0.004])
        walk = beta * market + (0.0 if symbol == "SPX" else 1.0) * (own + jumps)
        path = start * np.exp(np.clip(np.cumsum(walk), -2.5, 2.5))
        if symbol != "SPX":
            acts, scale = _actions(axis, path, draw, dice)
            actions[symbol] = acts
            path = path / scale
        closes[symbol] = path.round(4)
        opens[symbol] = (path * np.exp(draw.normal(0, 0.004, count))).round(4)
    opens.pop("SPX")
    level = dice.choice((0.0, dice.uniform(-0.005, 0.08)))
    paid, closes["BND"] = _bond(axis, draw, dice)
    actions["BND"] = paid
    closes["IDX"] = (100.0 * np.exp(np.cumsum(draw.normal(1e-4, 0.004, count)))).round(4)
    rate = np.clip(level + np.cumsum(draw.normal(0, 2e-4, count)), -0.01, 0.12)
    tape = lay(
        closes,
        days=axis.tolist(),
        opens=opens,
        actions=actions,
        basis={"SPX": "price_index"},
        rate=rate.tolist(),
        begin=WARMUP,
        index_dividend=dice.choice((0.0, 0.0195, 0.04)),
        bonds=BONDS,
    )
    for _ in range(dice.choice((0, 0, 1, 2))):
        row = dice.randint(WARMUP + 5, len(tape) - 40)
        first = tape.dates[row]
        last = first + timedelta(days=dice.randint(0, 30))
        tape = halted(tape, str(first), str(last))
    return tape


def _bond(axis: Any, draw: np.random.Generator, dice: random.Random) -> tuple[Any, Any]:
    """Coupons, and in two runs of three an end: paid back, or in default."""
    count = len(axis)
    close = 95.0 * np.exp(np.cumsum(draw.normal(0, 0.006, count)))
    acts = [
        Action(int(axis[row]), "coupon", 3.0) for row in range(dice.randint(1, 125), count, 126)
    ]
    kind: Kind | None = dice.choice((None, "redemption", "default"))
    if kind is not None:
        row = dice.randint(WARMUP + 10, count - 10)
        worth = 100.0 if kind == "redemption" else dice.uniform(5.0, 60.0)
        close[row:] = worth
        acts = [one for one in acts if one.day <= axis[row]]
        acts.append(Action(int(axis[row]), kind, worth))
    return tuple(acts), close.round(4)


def _ended(tape: Tape, symbol: str, dice: random.Random) -> Tape:
    """The same tape with a share that is bought out or delisted on the way."""
    row = dice.randint(WARMUP + 20, len(tape) - 20)
    kind: Kind = dice.choice(("merger", "delisting"))
    close, opens = tape.close[symbol].copy(), tape.open[symbol].copy()
    value = round(float(close[row - 1]) * dice.choice((0.05, 0.97, 1.0, 1.3)), 4)
    close[row:], opens[row:] = value, np.nan
    end = Action(int(tape.day[row]), kind, value)
    paid = [one for one in tape.actions[symbol] if one.day <= end.day]
    if row % 2 and all(one.day < end.day for one in paid):
        paid.append(Action(end.day, "dividend", round(value / 50.0, 4)))
    return replace(
        tape,
        close={**tape.close, symbol: close},
        open={**tape.open, symbol: opens},
        actions={**tape.actions, symbol: (end, *paid)},
        _kernels={},
    )


def _actions(
    axis: Any, path: Any, draw: np.random.Generator, dice: random.Random
) -> tuple[tuple[Action, ...], Any]:
    """Quarterly dividends, splits and special dividends, and the shares that one has become."""
    found: list[Action] = []
    scale = np.ones(len(axis))
    for _ in range(dice.choice((0, 0, 1, 2))):
        row, ratio = dice.randint(5, len(axis) - 5), dice.choice(SPLITS)
        scale[row:] *= ratio
        found.append(Action(int(axis[row]), "split", ratio))
    if dice.random() < 0.7:
        paid = dice.uniform(0.001, 0.02)
        rows = range(dice.randint(1, 60), len(axis), 63)
        found += [_paid(axis, row, "dividend", paid * path[row] / scale[row]) for row in rows]
    for row in draw.integers(5, len(axis) - 5, dice.choice((0, 0, 1, 2))).tolist():
        paid = dice.uniform(0.01, 0.15)
        found += [_paid(axis, row, "special", paid * path[row] / scale[row])]
    order = {"split": 0, "dividend": 1, "special": 2}
    found.sort(key=lambda one: (one.day, order[one.kind]))
    unique = {(one.day, one.kind): one for one in found if one.value > 0}
    return tuple(unique.values()), scale


def _paid(axis: Any, row: int, kind: Kind, money: float) -> Action:
    return Action(int(axis[row]), kind, round(float(money), 4))


def dated(case: Case, row: int) -> str:
    """Name a session of a case."""
    return str(to_date(int(case.setup.tape.day[row])))
