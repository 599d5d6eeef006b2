"""An administrator reads on every page that nothing is deleted any more; nobody else does."""

from datetime import datetime, timedelta

import pytest

from bot.vocabulary import Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import lateness
from tests.api import house
from tests.api.house import House
from tests.databases import on_sqlite_mostly


@pytest.fixture
async def purged(store: Store, keyring: Keyring, now: datetime) -> House:
    """A house whose last whole purge ended 26 hours ago."""
    made = await house.build(store, keyring, now)
    await store.write(lambda conn: lateness.note(conn, now - timedelta(hours=26)))
    return made


async def _reads(house: House, role: Role) -> bool:
    async with house.client(await house.session(await house.hire(f"{role.value} {house.now}", role))) as browser:
        page = await browser.get("/")
    assert page.status_code == 200
    return "ما انتهت مدته لا يُمحى" in page.text


@on_sqlite_mostly
async def test_administrators_are_told_that_the_purge_is_late_until_one_ends(
    purged: House, store: Store, now: datetime
) -> None:
    assert not await _reads(purged, Role.ADMINISTRATOR)
    later = purged.later(timedelta(seconds=1))
    assert await _reads(later, Role.ADMINISTRATOR)
    assert not await _reads(later, Role.COORDINATOR)
    await store.write(lambda conn: lateness.note(conn, now))
    assert not await _reads(later.later(timedelta(seconds=1)), Role.ADMINISTRATOR)
