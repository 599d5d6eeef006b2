"""A night in which an urgent report rings phones."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from bot.vocabulary import Desk, Role, Urgency
from storage import alerts, timers
from storage.casework import claims, opening, recalls
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import directory
from storage.people import staff as people
from storage.tables import contacts as phones
from storage.tables import coverage, grants, reports, staff
from storage.tables import outbox as parcels
from tests import staffing
from tests.staffing import BAGHDAD, KARRADA, WOMEN, Filed, file, hire, town

N = "BG-00001"
URL = "https://forum.example"


@dataclass(slots=True)
class Night:
    """A town, its people on duty with phones, and a clock that moves."""

    store: Store
    keyring: Keyring
    now: datetime

    async def person(self, name: str, role: Role, office: str, desk: Desk, *, rank: int = 0) -> str:
        def write(c: Connection) -> str:
            made = hire(c, self.keyring, name, role, office=office, desks=(desk,), now=self.now)
            directory.add_duty(c, office=office, desk=desk, staff=made, rank=rank)
            staffing.give_phone(c, self.keyring, made, f"+9647700000{len(name):03d}", now=self.now)
            return made

        return await self.store.write(write)

    async def file(self, filed: Filed) -> str:
        def write(c: Connection) -> str:
            report = file(c, self.keyring, filed, now=self.now)
            timers.set_timer(c, once=f"alert:{report}", kind="alert", report=report, due_at=self.now, data={})
            return report

        return await self.store.write(write)

    async def ring(self, *, after: timedelta = timedelta()) -> list[str]:
        """Fires what is due after a while; the names of those told by it, in order."""
        self.now += after

        def write(c: Connection) -> list[str]:
            before = set(c.execute(select(parcels.c.id)).scalars())
            offices = directory.read(c, self.now)
            for timer in timers.claim(c, owner="me", now=self.now, limit=9, lease=timedelta(minutes=1)):
                alerts.climb(c, self.keyring, timer, directory=offices, url=URL, now=self.now)
            told = select(parcels.c.id, told_as()).order_by(parcels.c.due_at)
            return [name for parcel, name in c.execute(told) if parcel not in before]

        return await self.store.write(write)

    async def claim(self, person: str, report: str) -> None:
        await self.store.write(
            lambda c: claims.claim_from_phone(c, self.keyring, staff=person, report=report, now=self.now)
        )

    async def row(self) -> Row[Any]:
        return await self.store.read(lambda c: c.execute(select(reports)).one())

    async def words(self) -> Sequence[outbox.Parcel]:
        return await self.store.write(
            lambda c: outbox.claim(c, self.keyring, owner="me", now=self.now, limit=9, lease=timedelta(minutes=1))
        )


def told_as() -> Any:
    owner = select(staff.c.name).join(phones, phones.c.staff == staff.c.id).where(phones.c.id == parcels.c.contact)
    return owner.scalar_subquery().label("name")


@pytest.fixture
async def night(store: Store, keyring: Keyring, now: datetime) -> Night:
    def write(c: Connection) -> None:
        town(c)
        c.execute(coverage.insert(), [{"office": WOMEN, "place": "IQ-BG"}, {"office": BAGHDAD, "place": "IQ-BG"}])

    await store.write(write)
    return Night(store, keyring, now)


Goes = Callable[[Night, str], Awaitable[None]]
EMERGENCY = Filed(N, desk=Desk.URGENT, urgency=Urgency.EMERGENCY, category="weapons_gunfire")


async def again(night: Night, report: str, *, hourly: bool = False) -> None:
    """Its reporter tells of new danger, in a report that somebody has."""

    def write(c: Connection) -> None:
        row = c.execute(select(reports).where(reports.c.id == report).with_for_update()).one()
        recalls.again(c, row, hourly=hourly, now=night.now)

    await night.store.write(write)


async def look(night: Night, person: str) -> None:
    await night.store.write(lambda c: opening.one(c, night.keyring, staff=person, number=N, now=night.now))


async def taken(night: Night, desk: Desk = Desk.URGENT) -> tuple[str, str]:
    """Two on duty, the first of whom took an emergency an hour ago."""
    role = Role.FOCAL_POINT if desk is Desk.WOMEN else Role.DUTY_OFFICER
    first = await night.person("أول", role, KARRADA, desk)
    await night.person("الثاني", role, KARRADA, desk, rank=1)
    report = await night.file(replace(EMERGENCY, desk=desk))
    await night.ring()
    await night.claim(first, report)
    await look(night, first)
    assert await night.ring(after=timedelta(hours=1)) == []
    return first, report


async def leaves(night: Night, person: str) -> None:
    await night.store.write(lambda c: people.deactivate(c, night.keyring, person=person, now=night.now))


async def loses_the_desk(night: Night, person: str) -> None:
    ended = update(grants).where(grants.c.staff == person).values(until_at=night.now)
    await night.store.write(lambda c: c.execute(ended) and None)


GOES = pytest.mark.parametrize("goes", [leaves, loses_the_desk])
