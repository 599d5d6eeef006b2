"""What is told while a clock is behind by months keeps the way back to its reporter once the clock is right."""

from datetime import datetime

import pytest
from sqlalchemy import select

from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import retention
from storage.purging.schedule import DAY
from tests.storage import making


@pytest.mark.parametrize("days", [1, 70, 400])
async def test_it_is_not_forgotten_as_long_past(store: Store, keyring: Keyring, now: datetime, days: int) -> None:
    wrong = now - days * DAY
    await making.prepare(store, keyring, now)
    before = making.message(1, address=making.OTHER_PHONE)
    await making.say(store, keyring, before, making.decision(replies=["added"]), now=now)
    await store.write(lambda c: keys.register(c, keyring, wrong))
    await making.say(store, keyring, making.message(2), making.decision(making.filing()), now=wrong)

    async def led(at: datetime) -> list[str]:
        await store.write(lambda c: keys.register(c, keyring, at))
        await store.write(lambda c: retention.purge(c, keyring, at) and None)
        of = select(tables.reports.c.reachable).join(tables.report_contacts)
        return list(await store.read(lambda c: c.execute(of).scalars().all()))

    assert [await led(now), await led(now + 28 * DAY)] == [["yes"], ["yes"]]
    assert await led(now + 200 * DAY) == []
