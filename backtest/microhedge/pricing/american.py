"""What is an American option worth when its share pays cash dividends or a yield?

A Leisen–Reimer tree on the spot net of the dividends to come (the escrow), which are added back
where exercise is tested; the volatility is adjusted so that it belongs to the whole share.

Measured with 51 steps, in cents per 100 of spot, root mean square and worst: 0.3 and 1.2 against
QuantLib's high-precision engine (500 puts struck at 80–110 %, 7–182 days); 0.3 and 1.2 for puts,
0.4 and 2.6 for calls against its finite differences on a spot that pays quarterly dividends of up
to 1.2 % (80–120 %, 14–182 days; up to a year 0.7 and 4.4, 0.9 and 3.4). Before a single
dividend of a tenth of the spot a call was 11 cents too low.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from microhedge.errors import ParameterError
from microhedge.pricing.black import LEAST_DEVIATION, FloatArray, Greeks, black
from microhedge.pricing.forward import Escrow, aligned, escrow
from microhedge.pricing.tree import lattice, powers, roll_back_nodal, roll_back_pinned

CELLS = 32_768  # doubles per working array of a chunk: two of them stay in a core's own cache
ONE_DAY = 1.0 / 365.0
SPOT_STEP = 0.01  # of spot, for delta and gamma

PAYING, CALL, YIELDING = 1, 2, 4  # what decides how a row is rolled back


def _check(n: int, net: FloatArray, S: FloatArray) -> None:
    if n < 3 or n % 2 == 0:
        raise ParameterError(f"n={n}: the tree needs an odd number of steps; use {max(3, n + 1)}")
    if np.any(net <= 0.0):
        row = int(np.flatnonzero(net <= 0.0)[0])
        raise ParameterError(
            f"spot {S[row]:g} with dividends worth {S[row] - net[row]:g} before expiry "
            f"(row {row}): the spot must exceed them; check the dividends"
        )


def _exercise_rows(
    K: FloatArray,
    cp: FloatArray,
    T: FloatArray,
    discount: FloatArray,
    cash: Escrow | None,
    steps: int,
) -> FloatArray:
    """cp·(R − K) per step, R the value at that step of the dividends that are still to come.

    A call is exercised just before an ex-date, a put just after, and ex-dates fall between steps:
    the step nearest to the ex-date stands for that moment. (Taking the step on the near side
    instead underprices: measured on 120 calls of up to 182 days, 0.79 cents rms against 0.44.)
    """
    if cash is None:
        return np.broadcast_to(-cp * K, (steps + 1, *K.shape))
    rows = np.zeros((steps + 1, *K.shape))  # at expiry nothing is to come: the last stays 0
    dt = T / steps
    dates = np.arange(steps).reshape(-1, *(1,) * K.ndim) * dt
    for time, present in zip(cash.time, cash.present, strict=True):
        rows[:steps] += np.where(dates < time + 0.5 * cp * dt, present, 0.0)
    rows *= powers(1.0 / discount, np.ones_like(K), steps + 1)
    rows -= K
    rows *= cp
    return rows


def _trees(
    columns: tuple[FloatArray, ...], cash: Escrow, rows: npt.NDArray[np.intp], kind: int, n: int
) -> FloatArray:
    """Roll back the options in `rows`, which are all of one kind, a cache-sized chunk at a time."""
    paying, call, yielding = bool(kind & PAYING), bool(kind & CALL), bool(kind & YIELDING)
    open_side = call and paying
    roll_back = roll_back_nodal if yielding else roll_back_pinned
    width = max(1, CELLS // (n + 1 if open_side else (n + 3) // 2))
    out = np.empty(rows.size)
    for start in range(0, rows.size, width):
        chunk = rows[start : start + width]
        # scalars spare a lone option the cost of broadcasting 200 times
        pick = chunk if chunk.size > 1 else chunk[0]
        net, K, T, deviation, r, q, cp = (column[pick] for column in columns)
        tree = lattice(net, K, T, deviation, r, q, cp, steps=n)
        due = cash.take(pick) if paying else None
        exercise = _exercise_rows(K, cp, T, tree.discount, due, n)
        out[start : start + width] = roll_back(tree, net, cp, exercise, open_side=open_side)
    return out


@np.errstate(all="ignore")
def american(
    S: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    r: npt.ArrayLike,
    cp: npt.ArrayLike,
    *,
    q: npt.ArrayLike = 0.0,
    div_t: npt.ArrayLike | None = None,
    div_a: npt.ArrayLike | None = None,
    n: int = 51,
) -> FloatArray:
    """Value of an American option; never below the European value or what exercise pays now.

    Parameters
    ----------
    S, K : spot and strike in the same money.
    T : years to expiry, actual/365; at or below 0 the answer is what exercise pays.
    sigma : annual volatility of the share as a fraction.
    r, q : continuous annual rate and dividend yield; either may be negative.
    cp : +1 for calls, −1 for puts.
    div_t, div_a : years to ex-date and money per share, one dividend per entry of the last axis;
        entries with no amount, or with an ex-date outside (0, T], are padding.
    n : steps of the tree, odd.

    Raises
    ------
    ParameterError
        If the dividends of a row are worth as much as its spot, one is negative, or n is even.
    """
    shape, flat, time, amount = aligned((S, K, T, sigma, r, cp, q), div_t, div_a)
    S, K, T, sigma, r, cp, q = flat
    return american_columns(S, K, T, sigma, r, cp, q, escrow(T, r, time, amount), n).reshape(shape)


@np.errstate(all="ignore")
def american_columns(
    S: FloatArray,
    K: FloatArray,
    T: FloatArray,
    sigma: FloatArray,
    r: FloatArray,
    cp: FloatArray,
    q: FloatArray,
    cash: Escrow,
    n: int = 51,
) -> FloatArray:
    """Value of American options as :func:`american` says it, of columns that are aligned."""
    net = S - cash.total
    _check(n, net, S)
    factor = np.sqrt(cash.variance_factor(net, T))
    years = np.maximum(T, 0.0)
    european = black(
        net * np.exp((r - q) * years), K, years, sigma * factor, np.exp(-r * years), cp
    )
    value = np.maximum(european, cp * (S - K))
    paying = cash.total > 0.0
    # exercise throws away time value, and gains nothing where money earns nothing meanwhile
    never = np.where(cp > 0.0, (r >= 0.0) & (q <= 0.0) & ~paying, (r <= 0.0) & (q >= 0.0))
    call = cp > 0.0
    # a put that expects nothing is rolled back the same way beside one that does
    beside = paying | (~call & bool((paying & ~call).any()))
    kind = PAYING * beside + CALL * call + YIELDING * (q != 0.0)
    kind = np.where(never | ~(T > 0.0) | ~np.isfinite(value), -1, kind)
    deviation = np.maximum(sigma * factor * np.sqrt(years), LEAST_DEVIATION)
    columns = (net, K, T, deviation, r, q, cp)
    for code in np.flatnonzero(np.bincount(kind + 1)[1:]):
        rows = np.flatnonzero(kind == code)
        value[rows] = np.maximum(value[rows], _trees(columns, cash, rows, int(code), n))
    return value


@np.errstate(all="ignore")
def american_delta(
    S: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    r: npt.ArrayLike,
    cp: npt.ArrayLike,
    *,
    q: npt.ArrayLike = 0.0,
    div_t: npt.ArrayLike | None = None,
    div_a: npt.ArrayLike | None = None,
    n: int = 51,
) -> FloatArray:
    """Change of an American option per 1.00 of spot: a central difference of 1 % of spot.

    Arguments as in :func:`american`.
    """
    spot = np.asarray(S, dtype=np.float64)
    step = SPOT_STEP * spot
    up = american(spot + step, K, T, sigma, r, cp, q=q, div_t=div_t, div_a=div_a, n=n)
    down = american(spot - step, K, T, sigma, r, cp, q=q, div_t=div_t, div_a=div_a, n=n)
    return np.asarray((up - down) / (2.0 * step))


@np.errstate(all="ignore")
def american_greeks(
    S: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    r: npt.ArrayLike,
    cp: npt.ArrayLike,
    *,
    q: npt.ArrayLike = 0.0,
    div_t: npt.ArrayLike | None = None,
    div_a: npt.ArrayLike | None = None,
    n: int = 51,
) -> Greeks:
    """Sensitivities of an American option by differences on the tree; arguments as `american`.

    Central differences of 1 % of spot, 1 point of volatility and 0.1 point of rate; theta is the
    next calendar day's loss, per year, with the spot still and no ex-date passed.
    """
    shape, flat, time, amount = aligned((S, K, T, sigma, r, cp, q), div_t, div_a)
    S, K, T, sigma, r, cp, q = flat
    count = 8
    spots, vols, rates = (np.repeat(column[np.newaxis], count, axis=0) for column in (S, sigma, r))
    lives, dates = np.repeat(T[np.newaxis], count, axis=0), np.repeat(time.T[np.newaxis], count, 0)
    step = SPOT_STEP * S
    spots[1] += step
    spots[2] -= step
    vols[3] += 0.01
    vols[4] = np.maximum(vols[4] - 0.01, 0.0)
    rates[5] += 0.001
    rates[6] -= 0.001
    day = np.where(T > 0.0, np.minimum(ONE_DAY, 0.5 * T), ONE_DAY)
    lives[7] -= day
    to_come = dates[7] > 0.0
    dates[7] = np.where(to_come, np.maximum(dates[7] - day[:, np.newaxis], 1e-9), dates[7])
    value = american(spots, K, lives, vols, rates, cp, q=q, div_t=dates, div_a=amount.T, n=n)
    now, up, down, dear, cheap, high, low, later = value
    return Greeks(
        delta=((up - down) / (2.0 * step)).reshape(shape),
        gamma=((up - 2.0 * now + down) / (step * step)).reshape(shape),
        vega=((dear - cheap) / (vols[3] - vols[4])).reshape(shape),
        theta=((later - now) / day).reshape(shape),
        rho=((high - low) / 0.002).reshape(shape),
    )
