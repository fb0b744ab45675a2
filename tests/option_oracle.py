"""Prices of options from QuantLib, which microhedge itself never uses."""

from collections.abc import Sequence
from functools import cache

import QuantLib as ql  # noqa: N813 (its own documentation's name for it)

TODAY = ql.Date(3, 1, 2022)
DAYS = ql.Actual365Fixed()


@cache
def _today() -> None:
    ql.Settings.instance().evaluationDate = TODAY


def _process(
    spot: float, rate: float, dividend_yield: float, sigma: float
) -> ql.BlackScholesMertonProcess:
    _today()
    return ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(spot)),
        ql.YieldTermStructureHandle(ql.FlatForward(TODAY, dividend_yield, DAYS)),
        ql.YieldTermStructureHandle(ql.FlatForward(TODAY, rate, DAYS)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(TODAY, ql.NullCalendar(), sigma, DAYS)),
    )


def _american(strike: float, days: int, cp: int) -> ql.VanillaOption:
    right = ql.Option.Call if cp > 0 else ql.Option.Put
    exercise = ql.AmericanExercise(TODAY, TODAY + days)
    return ql.VanillaOption(ql.PlainVanillaPayoff(right, strike), exercise)


def black(forward: float, strike: float, deviation: float, df: float, cp: int) -> float:
    """Black's formula; `deviation` is σ√T."""
    right = ql.Option.Call if cp > 0 else ql.Option.Put
    return float(ql.blackFormula(right, strike, forward, deviation, df))


def american(
    spot: float, strike: float, days: int, sigma: float, rate: float, dividend_yield: float, cp: int
) -> float:
    """Fixed-point engine of Andersen, Lake and Offengenden, in high precision."""
    option = _american(strike, days, cp)
    engine = ql.QdFpAmericanEngine(
        _process(spot, rate, dividend_yield, sigma), ql.QdFpAmericanEngine.highPrecisionScheme()
    )
    option.setPricingEngine(engine)
    return float(option.NPV())


def american_with_cash(
    spot: float,
    strike: float,
    days: int,
    sigma: float,
    rate: float,
    cp: int,
    dividends: Sequence[tuple[int, float]],
) -> float:
    """Finite differences on a spot that falls by each dividend (day, amount)."""
    option = _american(strike, days, cp)
    cash = ql.DividendVector([TODAY + day for day, _ in dividends], [a for _, a in dividends])
    engine = ql.FdBlackScholesVanillaEngine(
        _process(spot, rate, 0.0, sigma),
        cash,
        300,
        500,
        0,
        ql.FdmSchemeDesc.Douglas(),
        False,
        -1e20,
        ql.FdBlackScholesVanillaEngine.Spot,
    )
    option.setPricingEngine(engine)
    return float(option.NPV())
