"""What was shared of a report is kept from an office that its reporter names only afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import HELD, Category, Desk, Destination, Facts, Reroute, Role, Urgency
from storage import tables
from storage.casework import opening
from storage.consent.consents import Scope
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, hire
from tests.storage import making
from tests.storage.consent.shared import Town, build
from tests.storage.making import message

pytestmark = sqlite_mostly


@pytest.fixture(params=[Desk.GENERAL, Desk.WOMEN])
async def place(request: pytest.FixtureRequest, store: Store, keyring: Keyring, now: Any) -> Town:
    return await build(store, keyring, now, request.param)


async def _names(place: Town, office: str, number: int) -> None:
    """Its reporter goes on, and names an office; the report stays where it is."""
    row = await place.store.read(
        lambda c: c.execute(
            select(tables.reports.c.office, tables.reports.c.desk).where(tables.reports.c.id == place.report)
        ).one()
    )
    facts = Facts(Category.THREATS_EXTORTION, Urgency.NORMAL, sensitive=row.desk == Desk.WOMEN, apart=(office,))
    to = Destination(row.office, Desk(row.desk), HELD)
    decided = making.decision(Reroute(place.report, to, facts, None))
    at = place.now + timedelta(minutes=number)
    await making.say(place.store, place.keyring, message(100 + number), decided, now=at)


async def _told(place: Town) -> int:
    """How often those who shared it were told."""
    hidden = (tables.events.c.report == place.report, tables.events.c.kind == "share_hidden")
    rows = await place.store.read(lambda c: c.execute(select(tables.events.c.data).where(*hidden)).scalars().all())
    assert all(data == {} for data in rows)
    return len(rows)


async def test_an_office_that_is_named_later_loses_its_copy_at_once_and_those_who_shared_it_are_told(
    place: Town,
) -> None:
    await place.share(await place.agreed(Scope.WORDS), summary="ملخص")
    (copy,) = await place.copies(place.other)
    await _names(place, ADHAMIYA, 1)
    assert await place.copies(place.other) == []
    seen = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.other, number=copy.number, now=place.now)
    )
    assert seen is None
    assert await _told(place) == 1
    waits = (tables.timers.c.report == copy.id, tables.timers.c.done_at.is_(None))
    assert await place.store.read(lambda c: c.execute(select(tables.timers.c.id).where(*waits)).all()) == []
    await _names(place, BAGHDAD, 2)
    assert await _told(place) == 1


async def test_whoever_also_works_at_the_office_that_is_named_loses_it_and_the_others_keep_it(
    place: Town, now: datetime
) -> None:
    def hired(conn: Connection) -> str:
        person = hire(conn, place.keyring, "سعد", Role.DUTY_OFFICER, office=ADHAMIYA, desks=(Desk.URGENT,), now=now)
        more = {"office": BAGHDAD, "desk": Desk.GENERAL.value, "role": Role.DUTY_OFFICER.value, "staff": person}
        conn.execute(tables.grants.insert().values(**more))
        return person

    both = await place.store.write(hired)
    await place.share(await place.agreed(Scope.WORDS), summary="ملخص")
    assert len(await place.copies(both)) == 1
    await _names(place, BAGHDAD, 1)
    assert await place.copies(both) == []
    assert len(await place.copies(place.other)) == 1
    assert await _told(place) == 0
