"""How is a number said with its noun, in what the command line prints?

What a document says counts with `told_count` and `say_count`, which know other languages.
"""

from __future__ import annotations


def count_of(number: int, noun: str, nouns: str | None = None) -> str:
    """Return "1 row" or "1,000 rows"; `nouns` is the plural where it is not *noun* with an s."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"
