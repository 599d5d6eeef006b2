"""What the tests of storage ask for by name."""

from datetime import datetime

import pytest

from storage.database.engine import Store
from storage.keys import Keyring
from tests.storage import making


@pytest.fixture
async def prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    """Keys, and an office with every desk."""
    await making.prepare(store, keyring, now)
