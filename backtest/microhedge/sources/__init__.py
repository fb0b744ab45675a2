"""Where prices come from: each source turns its files into a `Market` and says who made them."""

from microhedge.sources.bundled import bundled

__all__ = ["bundled"]
