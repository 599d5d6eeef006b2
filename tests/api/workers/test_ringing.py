"""An alert that waits in the outbox rings nobody who may no longer be rung; the others are rung instead, at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, delete, select, update

from api.wiring import Wiring
from api.workers.deliver import deliver_due
from bot.handlers.console import ConsoleCarrier
from bot.vocabulary import Desk, Reply, Role, Urgency
from storage import alerts, digests, keys, tables, timers
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import watchers
from storage.people import directory
from storage.tables import grants, outbox
from tests import staffing
from tests.api.workers import wired
from tests.api.workers.wired import Clock
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, WOMEN, Filed

pytestmark = sqlite_mostly

MINUTE = timedelta(minutes=1)
FIRST, SECOND, ABOVE, CHIEF = (f"+9647700000{number:03d}" for number in (11, 12, 13, 14))
SAID = Filed("BG-00001", desk=Desk.WOMEN, urgency=Urgency.EMERGENCY, category="domestic_violence")


@dataclass(slots=True)
class Night:
    """Two focal points of one desk, one of the women's desk above, an administrator; their phones, and a clock."""

    wiring: Wiring
    clock: Clock
    carrier: ConsoleCarrier
    people: dict[str, str]
    report: str = ""

    async def rung(self) -> set[str]:
        """Sends what is due; whose phones have rung since this began."""
        while await deliver_due(self.wiring):
            pass
        return {number for number in (FIRST, SECOND, ABOVE, CHIEF) if self.carrier.shown(number)}

    async def climb(self) -> None:
        def write(conn: Connection) -> None:
            offices = directory.read(conn, self.clock.now)
            for timer in timers.claim(conn, owner="me", now=self.clock.now, limit=9, lease=MINUTE):
                alerts.climb(conn, self.wiring.keyring, timer, directory=offices, url="https://x", now=self.clock.now)

        await self.wiring.store.write(write)

    async def change(self, work: Callable[[Connection, str], object], number: str = FIRST) -> None:
        await self.wiring.store.write(lambda conn: work(conn, self.people[number]))


@pytest.fixture
async def night(store: Store, keyring: Keyring, now: datetime, tmp_path: Path) -> Night:
    def write(conn: Connection) -> dict[str, str]:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        conn.execute(
            tables.coverage.insert(), [{"office": WOMEN, "place": "IQ-BG"}, {"office": BAGHDAD, "place": "IQ-BG"}]
        )
        people = {}
        for number, office in ((FIRST, KARRADA), (SECOND, KARRADA), (ABOVE, WOMEN)):
            made = staffing.hire(conn, keyring, number, Role.FOCAL_POINT, office=office, desks=(Desk.WOMEN,), now=now)
            directory.add_duty(conn, office=office, desk=Desk.WOMEN, staff=made, rank=0)
            people[number] = made
        people[CHIEF] = staffing.hire(conn, keyring, CHIEF, Role.ADMINISTRATOR, office=BAGHDAD, now=now)
        for number, made in people.items():
            staffing.give_phone(conn, keyring, made, number, now=now)
        return people

    clock, carrier = Clock(now), ConsoleCarrier()
    wiring = wired.wiring(tmp_path, store, keyring, clock, carriers={"twilio": carrier})
    return Night(wiring, clock, carrier, await store.write(write))


async def _queued(night: Night, *, hourly: bool = False) -> None:
    """An emergency at the women's desk, whose first rung is in the outbox and not sent."""

    def write(conn: Connection) -> str:
        report = staffing.file(conn, night.wiring.keyring, SAID, now=night.clock.now)
        data = {"hour": True} if hourly else {}
        timers.set_timer(conn, once="alert", kind="alert", report=report, due_at=night.clock.now, data=data)
        return report

    night.report = await night.wiring.store.write(write)
    await night.climb()


def _ends(conn: Connection, person: str) -> None:
    conn.execute(delete(grants).where(grants.c.staff == person))


def _ended_by_the_clock(conn: Connection, person: str) -> None:
    conn.execute(
        update(grants).where(grants.c.staff == person).values(until_at=datetime.fromisoformat("2026-11-21T09:00Z"))
    )


def _works_elsewhere(conn: Connection, person: str) -> None:
    """She keeps her phone and a running grant, which is of another forum."""
    conn.execute(update(grants).where(grants.c.staff == person).values(office=ADHAMIYA))


def _is_suspended(conn: Connection, person: str) -> None:
    conn.execute(update(tables.staff).where(tables.staff.c.id == person).values(active=False))


async def test_whoever_may_be_rung_is_rung(night: Night) -> None:
    await _queued(night)
    assert await night.rung() == {FIRST, SECOND}


@pytest.mark.parametrize("ends", [_ends, _ended_by_the_clock, _works_elsewhere, _is_suspended])
async def test_whose_right_ended_meanwhile_is_not_rung(night: Night, ends: Callable[[Connection, str], None]) -> None:
    await _queued(night)
    await night.change(ends)
    assert await night.rung() == {SECOND}
    row = await _withheld(night)
    assert (row.state, row.reason, row.sealed) == ("dead", "not theirs", None)


async def _withheld(night: Night) -> Row[Any]:
    query = select(outbox).where(outbox.c.state == "dead")
    return await night.wiring.store.read(lambda conn: conn.execute(query).one())


@pytest.mark.parametrize("hourly", [False, True])
async def test_the_others_are_rung_at_once_and_not_when_her_ten_minutes_are_over(night: Night, *, hourly: bool) -> None:
    await _queued(night, hourly=hourly)
    await night.change(_ends)
    await night.change(_ends, SECOND)
    assert await night.rung() == set()
    await night.climb()
    assert await night.rung() == {ABOVE}


async def test_the_log_names_the_report_whose_alert_was_kept_back(night: Night) -> None:
    await _queued(night)
    await night.change(_ends)
    await night.rung()
    query = select(tables.audit.c.subject).where(tables.audit.c.action == "report.not_rung")
    assert await night.wiring.store.read(lambda conn: conn.execute(query).scalars().all()) == [night.report]


async def test_a_report_that_left_her_desk_meanwhile_does_not_ring_her(night: Night) -> None:
    await _queued(night)
    moved = update(tables.reports).values(office=ADHAMIYA, desk=Desk.OVERSIGHT.value)
    await night.wiring.store.write(lambda conn: conn.execute(moved))
    assert await night.rung() == set()


async def test_an_answer_that_she_asked_for_is_told_to_her_only_while_she_sees_the_report(night: Night) -> None:
    await _queued(night)
    await night.rung()
    now, keyring = night.clock.now, night.wiring.keyring
    for number in (FIRST, SECOND):
        night.carrier.forget(number)
        person = night.people[number]
        await night.wiring.store.write(
            lambda c, person=person: alerts.tell(  # type: ignore[misc]
                c, keyring, night.report, staff=person, about="asked", hourly=False, now=now
            )
        )
    await night.change(_works_elsewhere)
    assert await night.rung() == {SECOND}


async def test_what_rings_all_who_watch_rings_no_administrator_of_yesterday(night: Night) -> None:
    def write(conn: Connection) -> None:
        for key in ("alert.overdue", "alert.danger"):
            people = [night.people[FIRST]] if key == "alert.danger" else []
            watchers.ring(conn, night.wiring.keyring, Reply(key), once=key, now=night.clock.now, people=people)

    await night.wiring.store.write(write)
    await night.change(_ends, CHIEF)
    assert await night.rung() == {FIRST}


async def test_the_number_of_the_day_goes_to_nobody_for_whom_nothing_waits_any_more(night: Night) -> None:
    await _queued(night)
    await night.rung()
    for number in (FIRST, SECOND):
        night.carrier.forget(number)
    store, now = night.wiring.store, night.clock.now
    await store.write(lambda conn: digests.send(conn, night.wiring.keyring, url="https://x", now=now))
    await night.change(_ends)
    assert await night.rung() == {SECOND}
