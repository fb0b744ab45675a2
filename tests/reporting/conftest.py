from __future__ import annotations

from collections.abc import Callable

import pytest

from microhedge.reporting.inputs import Subject

from .sample import subject

Build = Callable[..., Subject]


@pytest.fixture(scope="session")
def sample() -> Subject:
    """A put ladder and a two-factor short over ten years."""
    return subject()


@pytest.fixture(scope="session")
def build() -> Build:
    """The same with other sizes and names."""
    return subject
