"""Which numbers are checked against something outside of the project, and how near are they?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import option_oracle
import peer_jobs
import test_real_cases as real
from analysis.test_effectiveness import HULL
from pairs import SAMPLES, SHIPPED, sample
from pricing import test_american as priced
from prove import others
from prove.figures import Figure, line
from recipe import ANSWERS
from volatility import test_pput as pput

from microhedge.analysis import effectiveness
from microhedge.analysis.drift import drift
from microhedge.analysis.lasting_break import lasting_break
from microhedge.analysis.performance import total_return
from microhedge.calendar import sessions
from microhedge.pricing import american, black
from microhedge.volatility import IndexProxy, VixSmile


def figures() -> list[Figure]:
    """One line for each kind of number."""
    return [
        *_hull(),
        *_options(),
        *_programmes(),
        *_roll_days(),
        *_correlations(),
        *others.figures(),
        *_calendar(),
        *_shorts(),
        *_engines(),
    ]


def _hull() -> Iterator[Figure]:
    spot, future = np.loadtxt(HULL, delimiter=",", comments=("#", "d")).T
    ratio = effectiveness.minimum_variance_ratio(spot, future) or np.nan
    hedged, alone = (np.concatenate(([0.0], c)) for c in (spot - ratio * future, spot))
    removed = effectiveness.variance_removed(hedged, alone) or np.nan
    book = "Hull, Options, Futures and Other Derivatives, ch. 3: printed"
    yield line("minimum variance ratio", f"{book} 0.7777", abs(ratio - 0.7777), 5e-4)
    yield line("hedge effectiveness", f"{book} 0.8619", abs(removed - 0.8619), 5e-4)


def _options() -> Iterator[Figure]:
    worst = max(
        abs(priced.valued(case) - float(case["expected"])) / float(case["tolerance"])
        for case in priced.CASES
    )
    yield line(
        "option values of textbooks and papers, in units of each one's tolerance",
        f"{len(priced.CASES)} published cases (tests/golden/option_cases.csv)",
        worst,
        1.0,
    )
    draw = np.random.default_rng(1)
    size = 2_000
    F, K = draw.uniform(50, 150, (2, size))
    T, sigma, df = draw.uniform(0.01, 3, size), draw.uniform(0.05, 1.5, size), np.full(size, 0.97)
    theirs = [
        option_oracle.black(float(f), float(k), float(s * t**0.5), 0.97, -1)
        for f, k, s, t in zip(F, K, sigma, T, strict=True)
    ]
    off = np.abs(black(F, K, T, sigma, df, -1) - theirs).max()
    yield line("European puts", f"QuantLib, Black's formula, {size:,} random", float(off), 1e-8)
    size = 500
    K, days = draw.uniform(80, 110, size), draw.integers(7, 183, size)
    sigma, r = draw.uniform(0.12, 0.6, size), draw.uniform(0.005, 0.06, size)
    q = np.where(np.arange(size) % 2 == 0, 0.0, draw.uniform(0, 0.04, size))
    theirs = [
        option_oracle.american(100.0, float(k), int(d), float(s), float(i), float(y), -1)
        for k, d, s, i, y in zip(K, days, sigma, r, q, strict=True)
    ]
    off = american(100.0, K, days / 365, sigma, r, -1, q=q) - theirs
    against = f"QuantLib, Andersen-Lake-Offengenden, {size} random"
    mean = float(np.sqrt(np.mean(off**2)))
    yield line("American puts per 100 of spot, root mean square", against, mean, 3e-3)
    yield line("… the worst", against, float(np.abs(off).max()), priced.WORST)


def _programmes() -> Iterator[Figure]:
    data = pput.read()
    for name, model, allowed in (
        ("smile on VIX", VixSmile(data.vix), 1.0),
        ("index proxy, fitted to it", IndexProxy(data.close), 0.1),
    ):
        found = pput.programme(model, data)
        for what, value, published, most in (
            ("return a year", found.annual_return, 6.20, allowed),
            ("volatility", found.volatility, 9.48, 0.5),
            ("deepest fall", found.deepest_fall, -10.52, 2.0),
        ):
            yield line(
                f"a roll of index puts by the {name}: {what}, points",
                f"Cboe PPUT 2014–2018, {published:.2f} %; ours {value:.2f} %",
                abs(value - published),
                most,
            )


def _roll_days() -> Iterator[Figure]:
    data = pput.read()
    found = {
        d: pput.programme(VixSmile(data.vix), data, shift=d).annual_return for d in pput.SHIFTS
    }
    told = ", ".join(f"{value:.2f} % at {days:+d} d" for days, value in found.items())
    yield line(
        "the same roll on other days (1999–2018: 2.70 to 3.93 % a year): widest gap, points",
        f"the third Friday and the days beside it: {told}",
        max(found.values()) - min(found.values()),
        2.0,
    )
    played = pput.by_the_engine(VixSmile(data.vix), data)
    yield line(
        "the same roll by the engine: return a year, points",
        f"a loop that prices put by put: {found[0]:.2f} %; ours {played.annual_return:.2f} %",
        abs(played.annual_return - found[0]),
        0.05,
    )


def _correlations() -> Iterator[Figure]:
    off = []
    for name in SAMPLES:
        y, x, expected = sample(name)
        lasting = lasting_break(y, x, expected["split"])
        off += [
            abs(lasting.statistic - expected["T2"]["stat"]),
            abs((lasting.pvalue or 0.0) - expected["T2"]["p"]),
            abs(drift(y, x, expected["split"]).statistic - expected["T3"]["vr"]),
        ]
    against = f"an independent implementation on {len(SAMPLES)} shipped pairs"
    yield line("break and drift of a correlation", against, max(off), SHIPPED)


def _calendar() -> Iterator[Figure]:
    with warnings.catch_warnings():
        # building the calendar uses what pandas 4 will change
        warnings.simplefilter("ignore")
        import exchange_calendars

        theirs = exchange_calendars.get_calendar("XNYS", start="1971-01-01", end="2100-12-31")
    days = theirs.sessions.to_numpy().astype("datetime64[D]").astype(np.int64)
    differ = np.setxor1d(sessions(int(days[0]), int(days[-1])), days)
    against = f"exchange_calendars, XNYS, {len(days):,} sessions of 1971–2100"
    yield line("sessions of the exchange that differ", against, len(differ), 0.0)


def _shorts() -> Iterator[Figure]:
    for holding, of, start, end, number, expected, tolerance in real.cases():
        alone, hedged, _ = real.play(real.short(holding, of), start, end)
        found = {
            "variance_removed": effectiveness.variance_removed(hedged.returns, alone.returns),
            "unhedged_total": total_return(alone.returns),
            "hedged_total": total_return(hedged.returns),
        }[number]
        yield line(
            f"{holding} with {of} short, {number.replace('_', ' ')}",
            f"measured with pandas alone: {expected}; ours {found:.4f}",
            abs((found or np.nan) - float(expected)),
            float(tolerance),
        )


def _engines() -> Iterator[Figure]:
    others = "vectorbt, backtesting.py, bt, backtrader and a plain loop"
    pair = peer_jobs.play_pair(peer_jobs.Pair(holding="A"), fill="close")
    minutes = peer_jobs.play_pair(peer_jobs.Pair(holding="A"), "minutes")
    put = peer_jobs.play_put(peer_jobs.Put(holding="A"))
    for what, result, job, against in (
        ("a pair hedge on daily bars", pair, "pair", others),
        ("a pair hedge on minutes", minutes, "minutes", "vectorbt, backtesting.py, a plain loop"),
        ("a roll of puts", put, "put", "a plain loop"),
    ):
        ends = float(result.curves["equity"][-1])
        yield line(
            f"dollars at the end of {what}",
            f"{against}: {ANSWERS[job]:,.2f}",
            abs(ends - ANSWERS[job]),
            0.005,
        )
