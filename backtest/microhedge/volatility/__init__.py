"""Which implied volatility does an option have, when and as far as it could be known?"""

from microhedge.volatility.choice import choose, covers
from microhedge.volatility.earnings import WithEarnings
from microhedge.volatility.from_prices import IndexProxy, Proxy, Realised
from microhedge.volatility.from_vix import VixRatio, VixSmile
from microhedge.volatility.given import Constant, Series
from microhedge.volatility.model import At, LevelModel, VolModel
from microhedge.volatility.realised import Known, realised
from microhedge.volatility.smile import atm_per_vix, smile
from microhedge.volatility.terms import TermStructure

__all__ = [
    "At",
    "Constant",
    "IndexProxy",
    "Known",
    "LevelModel",
    "Proxy",
    "Realised",
    "Series",
    "TermStructure",
    "VixRatio",
    "VixSmile",
    "VolModel",
    "WithEarnings",
    "atm_per_vix",
    "choose",
    "covers",
    "realised",
    "smile",
]
