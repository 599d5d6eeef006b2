"""What came and is not filed an hour later rings whoever watches: once, and with nothing of it, in either database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.vocabulary import Role
from storage import keys, tables
from storage.database.engine import Store
from storage.intake import overdue
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.purging import figures
from tests import staffing
from tests.storage import making

ADMIN, COORDINATOR = "+9647700000061", "+9647700000062"


async def test_who_watches_is_told_once_of_a_message_that_waits_for_over_an_hour(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hired(store, keyring, now)
    await making.keep(store, keyring, making.message(1), making.message(2), now=now)
    assert await _look(store, keyring, now + timedelta(minutes=59)) == 0
    assert await making.count(store, tables.outbox) == 0
    told = now + timedelta(minutes=60)
    for minutes in (60, 65, 70, 24 * 60):
        assert await _look(store, keyring, now + timedelta(minutes=minutes)) == 2
    assert await _rung(store, keyring, told + timedelta(minutes=9)) == ["alert.overdue"]
    noted = [row for row in await making.rows(store, tables.audit) if row.action == "inbound.overdue"]
    assert [(row.actor, row.subject, row.data) for row in noted] == [("machine:intake", "", {"waiting": 2})]
    assert (await store.read(figures.read))["unsettled_told_at"] == int(told.timestamp())
    await _look(store, keyring, told + timedelta(days=1))
    assert await making.count(store, tables.outbox) == 2, "a day later it is told again"


async def test_once_all_is_filed_the_next_that_waits_is_told_of_at_once(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hired(store, keyring, now)
    await making.keep(store, keyring, making.message(1), now=now)
    late = now + timedelta(hours=2)
    await _look(store, keyring, late)
    await _settle(store, late)
    assert await _look(store, keyring, late) == 0
    assert (await store.read(figures.read))["unsettled_told_at"] == 0
    await making.keep(store, keyring, making.message(2), now=late)
    assert await _look(store, keyring, late + timedelta(hours=1)) == 1
    assert await making.count(store, tables.outbox) == 2


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=3650)])
async def test_a_time_that_lies_ahead_hides_nothing(
    store: Store, keyring: Keyring, now: datetime, ahead: timedelta
) -> None:
    await _hired(store, keyring, now)
    await making.keep(store, keyring, making.message(1), now=now)
    far = update(tables.inbound).values(received_at=now + ahead)
    await store.write(lambda c: c.execute(far) and None)
    assert await _look(store, keyring, now) == 1


async def _hired(store: Store, keyring: Keyring, now: datetime) -> None:
    await store.write(lambda c: keys.register(c, keyring, now))
    await store.write(staffing.town)
    for name, role, phone in (("سالم", Role.ADMINISTRATOR, ADMIN), ("زينب", Role.COORDINATOR, COORDINATOR)):
        person = await store.write(lambda c, name=name, role=role: staffing.hire(c, keyring, name, role, now=now))  # type: ignore[misc]
        await store.write(lambda c, who=person, at=phone: staffing.give_phone(c, keyring, who, at, now=now))  # type: ignore[misc]


async def _look(store: Store, keyring: Keyring, at: datetime) -> int:
    return await store.write(lambda c: overdue.look(c, keyring, at))


async def _settle(store: Store, at: datetime) -> None:
    filed = update(tables.inbound).values(settled_at=at, sealed=None)
    await store.write(lambda c: c.execute(filed) and None)


async def _rung(store: Store, keyring: Keyring, at: datetime) -> Sequence[str]:
    """What has left since, to whomever."""
    lease = timedelta(minutes=1)
    parcels = await store.write(lambda c: outbox.claim(c, keyring, owner="me", now=at, limit=9, lease=lease))
    return [parcel.reply.key for parcel in parcels]
