"""Who left, or whose grant ended or was taken away, counts nowhere as somebody who is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.routing import on_duty, route
from bot.vocabulary import Category, Channel, Desk, Facts, Reply, Role, Urgency
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import directory, importing, rota, staff
from storage.tables import grants
from tests import staffing
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, PLACE, Filed, file, town

pytestmark = sqlite_mostly


@dataclass(slots=True)
class Desks:
    """A women's desk with two on duty, and one above it."""

    store: Store
    keyring: Keyring
    now: datetime
    people: dict[str, str]

    async def rota(self, *, after: timedelta = timedelta()) -> set[str]:
        """The names of those in its rota, as it is read after a while."""
        offices = await self.store.read(lambda c: directory.read(c, self.now + after))
        names = {id: name for name, id in self.people.items()}
        return {names[shift.staff] for shift in offices.offices[KARRADA].duty.get(Desk.WOMEN, ())}


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    def write(conn: Connection) -> dict[str, str]:
        town(conn)
        conn.execute(tables.coverage.insert(), [{"office": KARRADA, "place": PLACE}])
        people = {}
        for rank, name in enumerate(("هدى", "سعاد")):
            role, number = Role.FOCAL_POINT, f"+9647700000{rank + 10:03d}"
            people[name] = staffing.hire(conn, keyring, name, role, desks=(Desk.WOMEN,), now=now)
            directory.add_duty(conn, office=KARRADA, desk=Desk.WOMEN, staff=people[name], rank=rank)
            staffing.give_phone(conn, keyring, people[name], number, now=now)
        return people

    return Desks(store, keyring, now, await store.write(write))


def _leaves(conn: Connection, desks: Desks) -> None:
    staff.deactivate(conn, desks.keyring, person=desks.people["هدى"], now=desks.now)


def _left_with_her_rows(conn: Connection, desks: Desks) -> None:
    """As an old backup or a hand might have it."""
    conn.execute(update(tables.staff).where(tables.staff.c.id == desks.people["هدى"]).values(active=False))


def _ended(conn: Connection, desks: Desks) -> None:
    conn.execute(update(grants).where(grants.c.staff == desks.people["هدى"]).values(until_at=desks.now))


def _taken_away(conn: Connection, desks: Desks) -> None:
    conn.execute(delete(grants).where(grants.c.staff == desks.people["هدى"]))


def _is_elsewhere(conn: Connection, desks: Desks) -> None:
    conn.execute(update(grants).where(grants.c.staff == desks.people["هدى"]).values(office=ADHAMIYA))


async def test_who_works_at_a_desk_is_there_also_in_no_rota_and_only_while_they_do(desks: Desks) -> None:
    async def there() -> bool:
        offices = await desks.store.read(lambda c: directory.read(c, desks.now))
        asked = await desks.store.read(lambda c: rota.is_staffed(c, KARRADA, Desk.WOMEN, desks.now))
        assert asked == (Desk.WOMEN in offices.offices[KARRADA].staffed)
        return asked

    await desks.store.write(lambda c: c.execute(delete(tables.duty)) and None)
    assert await there()
    await desks.store.write(lambda c: _leaves(c, desks))
    assert await there()
    ended = update(grants).where(grants.c.staff == desks.people["سعاد"]).values(until_at=desks.now)
    await desks.store.write(lambda c: c.execute(ended) and None)
    assert not await there()
    assert not await desks.store.read(lambda c: rota.is_staffed(c, KARRADA, Desk.CHILD, desks.now))


@pytest.mark.parametrize("goes", [_leaves, _left_with_her_rows, _ended, _taken_away, _is_elsewhere])
async def test_whoever_does_not_work_there_now_is_in_no_rota(
    desks: Desks, goes: Callable[[Connection, Desks], None]
) -> None:
    assert await desks.rota() == {"هدى", "سعاد"}
    before = await desks.store.read(lambda c: directory.read(c, desks.now))
    await desks.store.write(lambda c: goes(c, desks))
    assert await desks.rota() == {"سعاد"}
    stale = await desks.store.read(lambda c: rota.current(c, before, desks.now))
    assert on_duty(stale, KARRADA, Desk.WOMEN, desks.now) == (desks.people["سعاد"],)


async def test_a_grant_counts_until_the_moment_it_ends(desks: Desks) -> None:
    until = desks.now + timedelta(hours=3)
    ends = update(grants).where(grants.c.staff == desks.people["هدى"]).values(until_at=until)
    await desks.store.write(lambda c: c.execute(ends) and None)
    assert await desks.rota(after=timedelta(hours=2, minutes=59)) == {"هدى", "سعاد"}
    assert await desks.rota(after=timedelta(hours=3)) == {"سعاد"}


async def test_whoever_may_only_look_is_in_no_rota(desks: Desks) -> None:
    def write(conn: Connection) -> None:
        for desk, role in ((Desk.URGENT, Role.AUDITOR), (Desk.GENERAL, Role.ADMINISTRATOR)):
            made = staffing.hire(conn, desks.keyring, desk.value, role, desks=(desk,), now=desks.now)
            row = {"id": desk.value, "office": KARRADA, "desk": desk.value, "staff": made, "rank": 0}
            conn.execute(insert(tables.duty).values(**row))

    await desks.store.write(write)
    offices = await desks.store.read(lambda c: directory.read(c, desks.now))
    assert set(offices.offices[KARRADA].duty) == {Desk.WOMEN}


async def test_a_desk_that_all_its_women_left_is_not_taken_for_one_where_a_woman_reads(desks: Desks) -> None:
    """Whoever asks for a woman goes to the nearest desk that has one."""

    def hire(conn: Connection) -> None:
        conn.execute(insert(tables.desks).values(office=BAGHDAD, desk="women"))
        conn.execute(insert(tables.coverage).values(office=BAGHDAD, place="IQ-BG"))
        above = staffing.hire(
            conn, desks.keyring, "نور", Role.FOCAL_POINT, office=BAGHDAD, desks=(Desk.WOMEN,), now=desks.now
        )
        directory.add_duty(conn, office=BAGHDAD, desk=Desk.WOMEN, staff=above)

    async def goes_to() -> str:
        offices = await desks.store.read(lambda c: directory.read(c, desks.now))
        facts = Facts(Category.OTHER, Urgency.NORMAL, sensitive=False, lineage=(PLACE, "IQ-BG"), woman_officer=True)
        return route(offices, facts).office

    await desks.store.write(hire)
    assert await goes_to() == KARRADA
    for person in desks.people.values():
        await desks.store.write(lambda c, p=person: staff.deactivate(c, desks.keyring, person=p, now=desks.now))  # type: ignore[misc]
    assert await goes_to() == BAGHDAD


async def test_with_who_leaves_go_phone_rota_alerts_and_what_waits_to_be_sent(desks: Desks) -> None:
    gone, stays = desks.people["هدى"], desks.people["سعاد"]

    def ring(conn: Connection) -> None:
        report = file(conn, desks.keyring, Filed("BG-00001", desk=Desk.WOMEN), now=desks.now)
        for person in (gone, stays):
            row = {"id": person, "report": report, "staff": person, "rung": 0, "at": desks.now}
            conn.execute(insert(tables.alerts).values(**row))
            for contact, channel in rota.phones(conn, person):
                outbox.put(
                    conn,
                    desks.keyring,
                    once=person,
                    kind="alert",
                    contact=contact,
                    channel=Channel(channel),
                    reply=Reply("alert.sealed", {"url": "https://forum.example"}),
                    due_at=desks.now,
                    now=desks.now,
                )

    def left(conn: Connection) -> list[set[str]]:
        tied = (tables.contacts, tables.duty, tables.alerts)
        return [set(conn.execute(select(table.c.staff).where(table.c.staff.is_not(None))).scalars()) for table in tied]

    await desks.store.write(ring)
    assert await desks.store.read(left) == [{gone, stays}] * 3
    await desks.store.write(lambda c: _leaves(c, desks))
    assert await desks.store.read(left) == [{stays}] * 3
    assert await desks.store.read(lambda c: c.execute(select(tables.outbox.c.once)).scalars().all()) == [stays]
    assert await desks.store.read(lambda c: c.execute(select(func.count()).select_from(tables.staff)).scalar()) == 2


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
async def test_nobody_is_put_on_a_rota_where_no_alert_would_reach_them(desks: Desks, role: Role | None) -> None:
    def write(conn: Connection) -> None:
        works = (Desk.GENERAL,) if role is None else (Desk.URGENT,)
        made = staffing.hire(conn, desks.keyring, "علي", role or Role.COORDINATOR, desks=works, now=desks.now)
        directory.add_duty(conn, office=KARRADA, desk=Desk.URGENT, staff=made)

    with pytest.raises(importing.ImportWrong, match="do not work at desk urgent"):
        await desks.store.write(write)
