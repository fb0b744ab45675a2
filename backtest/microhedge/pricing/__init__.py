"""What is an option worth? Pure functions of arrays, per unit of the underlying."""

from microhedge.pricing.american import american, american_columns, american_delta, american_greeks
from microhedge.pricing.black import Greeks, black, greeks, strike_for_delta
from microhedge.pricing.forward import Escrow, aligned, escrow, forward, forward_columns
from microhedge.pricing.implied import american_iv, implied_vol

__all__ = [
    "Escrow",
    "Greeks",
    "aligned",
    "american",
    "american_columns",
    "american_delta",
    "american_greeks",
    "american_iv",
    "black",
    "escrow",
    "forward",
    "forward_columns",
    "greeks",
    "implied_vol",
    "strike_for_delta",
]
