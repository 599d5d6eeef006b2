"""An administrator reads on every page that somebody guesses codes; nobody else does."""

from datetime import datetime, timedelta

import pytest

from bot.vocabulary import Role
from storage import guessing
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from tests.api import house
from tests.api.house import House


@pytest.fixture
async def guessed(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """A house at whose web form somebody has tried two hundred codes."""
    made = await house.build(sqlite_store, keyring, now)

    def work(conn: Connection) -> None:
        for _ in range(200):
            guessing.take(conn, keyring, guessing.web(keyring, "", now), now=now)

    await sqlite_store.write(work)
    return made


async def _reads(house: House, role: Role) -> bool:
    async with house.client(await house.session(await house.hire(role.value, role))) as browser:
        page = await browser.get("/")
    assert page.status_code == 200
    return "جُرّبت رموز متابعة خاطئة كثيرة" in page.text


async def test_administrators_are_told_for_a_day_and_nobody_else_is(guessed: House) -> None:
    assert await _reads(guessed, Role.ADMINISTRATOR)
    assert not await _reads(guessed, Role.COORDINATOR)
    later = guessed.later(timedelta(hours=25))
    person = await later.hire("مدير آخر", Role.ADMINISTRATOR)
    async with later.client(await later.session(person)) as browser:
        assert "جُرّبت رموز متابعة" not in (await browser.get("/")).text
