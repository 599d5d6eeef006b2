"""What the tests of reporters ask for by name."""

from datetime import datetime, timedelta

import pytest


@pytest.fixture
def at(now: datetime) -> datetime:
    """A moment that no row may tell."""
    return now + timedelta(minutes=17, seconds=3, microseconds=141)
