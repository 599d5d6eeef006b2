"""Oversight hears of a complaint that another desk has, because somebody must come at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from bot.vocabulary import HELD, Category, Desk, Destination, Effect, Facts, File, Reply, Reroute, Urgency
from storage import overseeing, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, message

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]

MINUTE = timedelta(minutes=1)
ABOUT_POLICE = Facts(Category.ASSAULT, Urgency.EMERGENCY, sensitive=False, about_police=True)


async def _watcher(store: Store, keyring: Keyring, now: datetime, name: str, **more: Any) -> str:
    """Somebody at an oversight desk, with a phone."""
    office = more.pop("office", "other-office")
    person = await making.add_staff(store, name, office=office, desk=more.pop("desk", Desk.OVERSIGHT), now=now, **more)
    number = f"+9647700000{40 + len(name):03d}"
    await store.write(lambda conn: staffing.give_phone(conn, keyring, person, number, now=now))
    return person


async def _say(store: Store, keyring: Keyring, now: datetime, number: int, *effects: Effect) -> None:
    await making.say(store, keyring, message(number), making.decision(*effects), now=now)


async def _rung(store: Store, keyring: Keyring, now: datetime) -> list[tuple[str, Reply]]:
    """Whose phones are to ring with what, of alerts."""
    owners = {row.id: row.staff for row in await making.rows(store, tables.contacts)}
    due = await store.write(
        lambda conn: outbox.claim(conn, keyring, owner="me", now=now + MINUTE, limit=99, lease=MINUTE)
    )
    return [(owners[parcel.contact], parcel.reply) for parcel in due if parcel.kind == "alert"]


async def _may(store: Store, keyring: Keyring, now: datetime, person: str, reply: Reply) -> bool:
    return await store.read(lambda conn: overseeing.may(conn, keyring, person, reply, now))


def _urgent(facts: Facts = ABOUT_POLICE, desk: Desk = Desk.URGENT) -> File:
    return making.filing(facts=facts, desk=desk)


@pytest.mark.parametrize(
    "facts",
    [
        ABOUT_POLICE,
        Facts(Category.POLICE_MISCONDUCT, Urgency.EMERGENCY, sensitive=False),
        Facts(Category.ASSAULT, Urgency.EMERGENCY, sensitive=False, insider=True),
    ],
)
async def test_an_emergency_that_complains_rings_oversight_with_its_number_once(
    store: Store, keyring: Keyring, now: datetime, facts: Facts
) -> None:
    watcher = await _watcher(store, keyring, now, "hala")
    await _watcher(store, keyring, now, "zaid a", desk=Desk.GENERAL)
    file = _urgent(facts)
    await _say(store, keyring, now, 1, file)
    await _say(store, keyring, now, 2, Reroute(file.report, file.to, facts, None))
    ((person, reply),) = await _rung(store, keyring, now)
    assert (person, reply.key, reply.values["number"]) == (watcher, overseeing.KEY, file.number)
    (row,) = [row for row in await making.rows(store, tables.audit) if row.action == "report.oversight_told"]
    assert row.subject == file.report
    assert await _may(store, keyring, now, watcher, reply)


@pytest.mark.parametrize("desk", [Desk.OVERSIGHT, Desk.WOMEN, Desk.CHILD, Desk.SECURITY])
async def test_of_what_lies_at_oversight_or_is_for_few_nobody_is_told(
    store: Store, keyring: Keyring, now: datetime, desk: Desk
) -> None:
    await _watcher(store, keyring, now, "hala")
    await _say(store, keyring, now, 1, _urgent(desk=desk))
    assert await _rung(store, keyring, now) == []


async def test_an_emergency_that_complains_of_nobody_is_not_for_oversight(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _watcher(store, keyring, now, "hala")
    await _say(store, keyring, now, 1, _urgent(Facts(Category.ASSAULT, Urgency.EMERGENCY, sensitive=False)))
    assert await _rung(store, keyring, now) == []


async def test_one_that_complains_only_later_rings_oversight_then_although_somebody_works_on_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    watcher = await _watcher(store, keyring, now, "hala")
    file = _urgent(Facts(Category.ASSAULT, Urgency.EMERGENCY, sensitive=False))
    await _say(store, keyring, now, 1, file)
    stays = Destination(OFFICE, Desk.URGENT, HELD)
    await _say(store, keyring, now, 2, Reroute(file.report, stays, ABOUT_POLICE, None))
    assert [person for person, _ in await _rung(store, keyring, now)] == [watcher]


async def test_whoever_is_of_an_office_that_it_names_is_told_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _watcher(store, keyring, now, "hala", office="women-baghdad")
    other = await _watcher(store, keyring, now, "zaid a")
    facts = Facts(Category.ASSAULT, Urgency.EMERGENCY, sensitive=False, about_police=True, apart=("women-baghdad",))
    await _say(store, keyring, now, 1, _urgent(facts))
    assert [person for person, _ in await _rung(store, keyring, now)] == [other]


@pytest.mark.parametrize("what", ["grant", "named", "erased", "moved"])
async def test_what_waits_is_not_sent_when_it_is_theirs_no_more(
    store: Store, keyring: Keyring, now: datetime, what: str
) -> None:
    watcher, file = await _watcher(store, keyring, now, "hala"), _urgent()
    await _say(store, keyring, now, 1, file)
    ((_, reply),) = await _rung(store, keyring, now)

    def change(conn: Connection) -> None:
        rows = tables.reports.update()
        match what:
            case "grant":
                conn.execute(delete(tables.grants).where(tables.grants.c.staff == watcher))
            case "named":
                conn.execute(rows.values(apart=["other-office"]))
            case "erased":
                conn.execute(rows.values(erased_at=now))
            case _:
                conn.execute(rows.values(desk=Desk.OVERSIGHT.value))

    await store.write(change)
    assert not await _may(store, keyring, now, watcher, reply)
