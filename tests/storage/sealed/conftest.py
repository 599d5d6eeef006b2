"""A desk that is to be sealed to people, and one that is."""

from datetime import datetime

import pytest

from storage.database.engine import Store
from storage.keys import Keyring
from tests.storage.house import House


@pytest.fixture
async def empty(store: Store, keyring: Keyring, now: datetime) -> House:
    """Three focal points of one desk, none of whom has a key."""
    house = House(store, keyring, now)
    await house.begin()
    return house


@pytest.fixture
async def house(empty: House) -> House:
    """The same with a recovery key and two founders."""
    await empty.recovery()
    await empty.found("هدى", "سلمى")
    return empty
