"""Which implied volatility does an option have, when and as far as it could be known?"""

from microhedge.volatility.choice import choose, covers
from microhedge.volatility.from_prices import IndexProxy, Proxy, Realised
from microhedge.volatility.from_vix import VixRatio, VixSmile
from microhedge.volatility.given import Constant, Series
from microhedge.volatility.model import At, LevelModel, VolModel
from microhedge.volatility.realised import Known, realised
from microhedge.volatility.smile import atm_per_vix, smile

__all__ = [
    "At",
    "Constant",
    "IndexProxy",
    "Known",
    "LevelModel",
    "Proxy",
    "Realised",
    "Series",
    "VixRatio",
    "VixSmile",
    "VolModel",
    "atm_per_vix",
    "choose",
    "covers",
    "realised",
    "smile",
]
