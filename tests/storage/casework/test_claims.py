"""Whoever takes an emergency from a phone silences its alarm only where nothing keeps her from opening it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.vocabulary import Category, Desk, Facts, File, Urgency
from storage import alerts, tables, timers
from storage.casework import cases, claims, opening
from storage.casework.acts import Act, Refused, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory
from tests.databases import on_sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA
from tests.storage.house import House

URGENT = Facts(Category.DOMESTIC_VIOLENCE, Urgency.EMERGENCY, sensitive=True)
NAMED = replace(URGENT, apart=(ADHAMIYA,))
HUDA, SALMA = "هدى", "سلمى"


class Night:
    """Two focal points on duty, one after the other."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def tell(self, facts: Facts = URGENT) -> File:
        """An emergency comes in, and the first is rung."""
        house = self.house

        def on_duty(conn: Connection) -> None:
            for rank, name in enumerate((HUDA, SALMA)):
                directory.add_duty(conn, office=KARRADA, desk=Desk.WOMEN, staff=house.people[name], rank=rank)

        await house.store.write(on_duty)
        file = await house.tell(photo=False, facts=facts)
        await self.rings(timedelta())
        return file

    async def rings(self, after: timedelta = timedelta(minutes=10)) -> set[str]:
        """Whom the ladder tells after a while, over two rungs."""
        told: set[str] = set()
        for _ in range(2):
            self.house.now += after
            told |= await self.house.store.write(self._climb)
        return told

    def _climb(self, conn: Connection) -> set[str]:
        before = set(conn.execute(select(tables.alerts.c.id)).scalars())
        for timer in timers.claim(conn, owner="me", now=self.house.now, limit=9, lease=timedelta(minutes=1)):
            offices = directory.read(conn, self.house.now)
            alerts.climb(
                conn, self.house.keyring, timer, directory=offices, url="https://x.example", now=self.house.now
            )
        names = {id: name for name, id in self.house.people.items()}
        rows = conn.execute(select(tables.alerts)).all()
        return {names[row.staff] for row in rows if row.id not in before}

    async def takes(self, name: str, file: File) -> None:
        """By a tap on the alert."""
        house, person = self.house, self.house.people[name]
        tapped = {"staff": person, "report": file.report, "now": house.now}
        await house.store.write(lambda c: claims.claim_from_phone(c, house.keyring, **tapped))  # type: ignore[arg-type]

    async def opens(self, name: str, file: File, *, key: bool) -> bool:
        house, person = self.house, self.house.people[name]
        who = {"staff": person, "number": file.number, "opener": house.keys[name] if key else None}
        found = await house.store.write(
            lambda c: opening.one(c, house.keyring, now=house.now, **who),  # type: ignore[arg-type]
            staff=person,
        )
        return found is not None and found.unopened

    async def claims(self, name: str, file: File) -> None:
        """In the console, with her key."""
        house, person = self.house, self.house.people[name]
        (row,) = await house.store.read(lambda c: c.execute(select(tables.reports)).all())
        act = Act(person, file.number, row.version, house.now, house.keys[name])
        await house.store.write(lambda c: cases.claim(c, house.keyring, act), staff=person)

    async def holder(self) -> str | None:
        (row,) = await self.house.store.read(lambda c: c.execute(select(tables.reports)).all())
        return {id: name for name, id in self.house.people.items()}.get(row.claimed_by)


@pytest.fixture
async def night(store: Store, keyring: Keyring, now: datetime) -> Night:
    house = House(store, keyring, now)
    await house.begin()
    return Night(house)


@pytest.fixture
async def locked(night: Night) -> Night:
    """The desk is on: its words are sealed to both."""
    await night.house.recovery()
    await night.house.found(HUDA, SALMA)
    return night


async def _belongs(night: Night, name: str) -> None:
    grant = {"staff": night.house.people[name], "office": ADHAMIYA, "desk": "general", "role": "coordinator"}
    await night.house.store.write(lambda c: c.execute(insert(tables.grants), grant) and None)


async def test_whoever_belongs_to_an_office_that_only_the_card_names_is_neither_rung_nor_takes_it(night: Night) -> None:
    await _belongs(night, HUDA)
    file = await night.tell(NAMED)
    ring = {"id": "ab" * 16, "report": file.report, "staff": night.house.people[HUDA], "rung": 0, "at": night.house.now}
    await night.house.store.write(lambda c: c.execute(insert(tables.alerts), ring) and None)
    with pytest.raises(Unseen):
        await night.takes(HUDA, file)
    assert await night.holder() is None
    assert HUDA not in await night.rings()


async def test_a_tap_on_a_locked_emergency_lets_its_alarm_go_on_for_all_others(locked: Night) -> None:
    await _belongs(locked, HUDA)
    file = await locked.tell(NAMED)
    await locked.takes(HUDA, file)
    assert await locked.rings() == {SALMA}
    assert not await locked.opens(HUDA, file, key=True)
    assert await locked.rings() == {SALMA}


@on_sqlite_mostly
async def test_the_alarm_ends_when_her_key_has_opened_it(locked: Night) -> None:
    file = await locked.tell()
    await locked.takes(HUDA, file)
    await locked.opens(HUDA, file, key=False)
    assert await locked.rings() == {SALMA}
    await locked.opens(HUDA, file, key=True)
    assert await locked.rings() == set()
    with pytest.raises(Refused, match=r"case\.taken"):
        await locked.claims(SALMA, file)


async def test_whoever_opens_it_first_takes_it_over(locked: Night) -> None:
    file = await locked.tell()
    await locked.takes(HUDA, file)
    assert await locked.opens(SALMA, file, key=True)
    await locked.claims(SALMA, file)
    assert await locked.holder() == SALMA
    assert await locked.rings() == set()
    assert not await locked.opens(SALMA, file, key=True)


async def test_a_tap_on_what_no_key_locks_ends_the_alarm(night: Night) -> None:
    file = await night.tell()
    await night.takes(HUDA, file)
    assert await night.holder() == HUDA
    assert await night.rings() == set()
