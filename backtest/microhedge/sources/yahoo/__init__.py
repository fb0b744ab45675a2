"""Daily prices from Yahoo, as they were traded, kept on this machine once they were fetched."""

from microhedge.sources.yahoo.source import YahooMarket, yahoo

__all__ = ["YahooMarket", "yahoo"]
