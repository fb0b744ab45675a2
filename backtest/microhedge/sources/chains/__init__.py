"""Option quotes from the user's own files, cleaned, with a count of what was left out and why."""

from microhedge.sources.chains.cleaning import CODES, ChainCode, ChainFinding
from microhedge.sources.chains.reading import ChainFile, read_chain, underlyings

__all__ = ["CODES", "ChainCode", "ChainFile", "ChainFinding", "read_chain", "underlyings"]
