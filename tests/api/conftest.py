"""What every test of the interface starts from: nobody has asked yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.api.bearer import LIMIT


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> Iterator[None]:
    """How often a token asked is kept in the process, beyond a test's database."""
    LIMIT.clear()
    yield
    LIMIT.clear()
