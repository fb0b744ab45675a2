"""What is an option worth? Pure functions of arrays, per unit of the underlying."""

from microhedge.pricing.american import american, american_delta, american_greeks
from microhedge.pricing.black import Greeks, black, greeks, strike_for_delta
from microhedge.pricing.forward import forward
from microhedge.pricing.implied import american_iv, implied_vol

__all__ = [
    "Greeks",
    "american",
    "american_delta",
    "american_greeks",
    "american_iv",
    "black",
    "forward",
    "greeks",
    "implied_vol",
    "strike_for_delta",
]
