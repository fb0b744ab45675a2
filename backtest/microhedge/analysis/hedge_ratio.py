"""Which part of a hedge ratio moved: the correlation, or the volatilities of the two series?

A hedge ratio is β = ρ · σ_y / σ_x.  Tests of a constant β reject nearly always on daily returns,
because volatilities move in spells even where the correlation stands.  Its logarithm is a sum,
so a change has two parts: Δlog |β| = Δlog |ρ| + Δlog(σ_y / σ_x).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, exp, log, sqrt

from scipy.special import stdtr, stdtrit

from microhedge.analysis.sample import require
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.test_result import Estimate
from microhedge.analysis.wording import decimal
from microhedge.tape import Floats

ENOUGH = 1_000
"""Sessions on each side below which a spell of volatility is too often taken for a change."""
_NONE = 1e-20  # variance of a logarithm: below it there is rounding and nothing else
_SAME = 1e-9  # change of a logarithm, likewise


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the change: `estimate` is that of a natural logarithm, after − before.

    `statistic`, `pvalue` (two-sided) and `df` test that nothing changed, and are None where the
    data leave no sampling error.
    """

    estimate: Estimate
    statistic: float | None = None
    pvalue: float | None = None
    df: float | None = None

    @property
    def factor(self) -> float:
        """What the part multiplied the size of the hedge ratio by: 1 is no change."""
        return exp(self.estimate.value)

    def moved(self, alpha: float = 0.05) -> bool:
        """Tell whether it changed by more than chance; without sampling error, by anything."""
        return abs(self.estimate.value) > _SAME if self.pvalue is None else self.pvalue < alpha


@dataclass(frozen=True, slots=True)
class HedgeRatioChange:
    """The hedge ratio before and after a split, and what its change is made of.

    `ratios` are β before and after, `correlations` ρ, `volatilities` σ_y / σ_x.  `total` is the
    sum of `correlation` and `volatility`.  Where the correlation has no sign, or not the same
    one on both sides, `total` and `correlation` are None: a logarithm cannot cross zero.
    """

    split: int
    ratios: tuple[Estimate, Estimate]
    correlations: tuple[Estimate, Estimate]
    volatilities: tuple[Estimate, Estimate]
    total: Part | None
    correlation: Part | None
    volatility: Part
    caveat: str
    sentence: str


def decompose(y: Floats, x: Floats, split: int, *, nu: int = 8) -> HedgeRatioChange:
    """Split the change of the hedge ratio at a date fixed beforehand into its two parts.

    `y` are the returns of the holding and `x` those of the hedge, simple or log and not
    devolatilised: a position is sized by returns as they come.  Of a negative correlation it is
    the strength that counts.  Standard errors are long-run ones by ν cosines of the influence
    functions u·(v − β·u)/σ_x² of β (u, v the demeaned x, y), ψ/ρ of log ρ, and (z_y² − z_x²)/2
    of log(σ_y/σ_x); Student's t with Welch–Satterthwaite degrees of freedom.

    Rejected though constant: 2–7 % of normal returns; for GARCH (0.08, 0.90, t₆) 6–14 % of
    correlations, 24, 23 and 9 % of volatilities with 250, 500 and 1,250 sessions a side.
    Raises NotCovered with fewer than 60 sessions on a side, BadData for a return that is no
    number and for a series that does not move.  Copies on both sides leave no sampling error.
    Source: delta method, with the variance of Lazarus, Lewis, Stock and Watson 2018, JBES 36:541.
    """
    require(y, x, split)
    one = _side("before the split", y[:split], x[:split], nu)
    two = _side("after the split", y[split:], x[split:], nu)
    volatility = _part("volatilities", log(two.vr.value / one.vr.value), one.v_vr, two.v_vr, nu, y)
    total = correlation = None
    if one.rho.value * two.rho.value > 0.0:
        moved = log(two.rho.value / one.rho.value)
        correlation = _part("correlation", moved, one.v_rho, two.v_rho, nu, y)
        moved += volatility.estimate.value
        total = _part("hedge ratio", moved, one.v_beta, two.v_beta, nu, y)
    return HedgeRatioChange(
        split,
        *((one.beta, two.beta), (one.rho, two.rho), (one.vr, two.vr)),
        *(total, correlation, volatility),
        _caveat(one.rho, two.rho),
        _sentence(one, two, total, correlation, volatility),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """Estimates of one side, and the sampling variances of their logarithms."""

    beta: Estimate
    rho: Estimate
    vr: Estimate
    v_beta: float
    v_rho: float
    v_vr: float


def _side(word: str, y: Floats, x: Floats, nu: int) -> _Side:
    n = len(y)
    rho, psi = influence(y, x)
    copy = is_copy(rho)
    rho = copysign(1.0, rho) if copy else rho
    ratio = float(y.std() / x.std())
    z_y, z_x = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
    spread = (z_y * z_y - z_x * z_x) / 2.0

    def variance(series: Floats) -> float:
        found = 0.0 if copy else long_run_variance(series, nu) / n
        return found if found > _NONE else 0.0

    def estimate(name: str, value: float, spread: float) -> Estimate:
        if spread == 0.0:
            return Estimate(f"{name} {word}", value, n)
        half = float(stdtrit(nu, 0.975)) * sqrt(spread)
        return Estimate(f"{name} {word}", value, n, sqrt(spread), value - half, value + half)

    v_rho, v_vr = variance(psi), variance(spread)
    v_beta = variance(z_x * (z_y - rho * z_x))  # in units of σ_y/σ_x, so that no unit matters
    return _Side(
        beta=estimate("hedge ratio", rho * ratio, v_beta * ratio**2),
        rho=estimate("correlation", rho, v_rho),
        vr=estimate("volatility ratio", ratio, v_vr * ratio**2),
        v_beta=v_beta / rho**2 if rho else 0.0,
        v_rho=v_rho / rho**2 if rho else 0.0,
        v_vr=v_vr,
    )


def _part(name: str, value: float, first: float, second: float, nu: int, y: Floats) -> Part:
    """Test one change of a logarithm whose two sides have these sampling variances."""
    if first + second == 0.0:
        return Part(Estimate(name, value, len(y)))
    error = sqrt(first + second)
    df = nu * (first + second) ** 2 / (first**2 + second**2)
    half = float(stdtrit(df, 0.975)) * error
    found = Estimate(name, value, len(y), error, value - half, value + half)
    return Part(found, value / error, 2.0 * float(stdtr(df, -abs(value) / error)), df)


def _caveat(one: Estimate, two: Estimate) -> str:
    found = []
    if min(one.n, two.n) < ENOUGH:
        found.append(
            f"fewer than {ENOUGH:,} sessions on a side: a spell of volatility is then taken for a "
            "lasting change in up to 24% of cases instead of 5%"
        )
    weak = [r.name for r in (one, two) if abs(r.value) < 2.0 * (r.standard_error or 0.0)]
    if weak:
        found.append(f"the {' and the '.join(weak)} cannot be told from zero: shares mean little")
    return "; ".join(found)


def _sentence(
    one: _Side, two: _Side, total: Part | None, correlation: Part | None, volatility: Part
) -> str:
    """Say by which factors the hedge ratio changed and which of them are more than chance."""
    ratios = f"from {decimal(one.beta.value)} to {decimal(two.beta.value)}"
    if total is None or correlation is None:
        return (
            f"The hedge ratio went {ratios} as the correlation went from "
            f"{decimal(one.rho.value)} to {decimal(two.rho.value)}: across zero, shares of that "
            f"are not defined; the ratio of the volatilities went {_times(volatility)}."
        )
    numbers = (
        f"The hedge ratio went {ratios}, {_times(total)} in size: {_times(correlation)} by the "
        f"correlation, {_times(volatility)} by the volatilities"
    )
    against = correlation.estimate.value * volatility.estimate.value < 0.0
    moved = {
        (True, True): f"both moved, {'against each other' if against else 'the same way'}",
        (True, False): "what moved is the correlation",
        (False, True): "what moved is the volatilities, not the correlation",
        (False, False): "neither moved by more than chance",
    }[correlation.moved(), volatility.moved()]
    return f"{numbers}; {moved}."


def _times(part: Part) -> str:
    low, high = part.estimate.low, part.estimate.high
    if low is None or high is None:
        return f"×{part.factor:.2f}"
    return f"×{part.factor:.2f} (95% interval {exp(low):.2f} to {exp(high):.2f})"
