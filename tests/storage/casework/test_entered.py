"""Who typed a sensitive report in for somebody else does not open it: another does, another desk, and never nobody."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot import routing
from bot.vocabulary import SEALED_DESKS, Category, Desk, Facts, Role, Urgency
from storage import keys
from storage.casework import cases, claims, entered, opening, paging
from storage.casework.acts import Act, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory, staff
from storage.tables import alerts, grants, recipients, reports
from tests.ceremony import held
from tests.staffing import KARRADA, WOMEN, Filed, file, hire, town

N = "BG-00001"
FACTS = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)


class Desks:
    """Two focal points of one desk, the first of whom typed in what lies there."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now
        self.huda = self.suad = self.report = ""

    async def make(self) -> "Desks":
        def work(conn: Connection) -> None:
            keys.register(conn, self.keyring, self.now)
            town(conn)
            self.huda, self.suad = (
                hire(conn, self.keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=self.now)
                for name in ("هدى", "سعاد")
            )
            self.report = file(conn, self.keyring, Filed(N, desk=Desk.WOMEN), now=self.now)
            entered.note(conn, self.report, by=self.huda, at=self.now)

        await self.store.write(work)
        return self

    async def sees(self, person: str) -> bool:
        """By the page, the list, and, on PostgreSQL, whatever a query forgets."""
        keyring, now = self.keyring, self.now
        found = await self.store.write(lambda c: opening.one(c, keyring, staff=person, number=N, now=now), staff=person)
        page = await self.store.write(lambda c: paging.listing(c, keyring, staff=person, now=now), staff=person)
        listed = N in {row.number for row in page.rows}
        assert (found is not None) is listed
        if self.store.dialect == "postgresql":
            bare = await self.store.read(lambda c: c.execute(select(reports.c.number)).scalars().all(), staff=person)
            assert (N in bare) is listed
        return listed

    async def alone(self) -> frozenset[entered.Place]:
        return await self.store.read(lambda c: entered.alone(entered.beside(c, self.huda, self.now)))


@pytest.fixture
async def at(store: Store, keyring: Keyring, now: datetime) -> Desks:
    return await Desks(store, keyring, now).make()


async def test_another_of_the_desk_handles_what_one_of_it_typed_in(at: Desks) -> None:
    assert not await at.sees(at.huda)
    assert await at.sees(at.suad)
    act = Act(staff=at.huda, number=N, version=1, now=at.now)
    with pytest.raises(Unseen):
        await at.store.write(lambda c: cases.note(c, at.keyring, act, "x"), staff=at.huda)
    assert await at.alone() == frozenset()


async def test_nor_does_she_take_it_from_her_phone(at: Desks) -> None:
    ring = {"id": "ab" * 16, "report": at.report, "staff": at.huda, "rung": 0, "at": at.now}
    await at.store.write(lambda c: c.execute(insert(alerts).values(**ring)))
    with pytest.raises(Unseen):
        await at.store.write(
            lambda c: claims.claim_from_phone(c, at.keyring, staff=at.huda, report=at.report, now=at.now)
        )


async def test_it_stays_so_where_it_was_sensitive_once(at: Desks) -> None:
    def work(conn: Connection) -> None:
        conn.execute(update(reports).values(desk="general"))
        for person in (at.huda, at.suad):
            row = {"staff": person, "office": KARRADA, "desk": "general", "role": "coordinator"}
            conn.execute(insert(grants).values(**row))

    await at.store.write(work)
    assert not await at.sees(at.huda)
    assert await at.sees(at.suad)


async def test_what_is_not_sensitive_is_opened_by_whoever_typed_it_in(at: Desks) -> None:
    def work(conn: Connection) -> None:
        row = {"staff": at.huda, "office": KARRADA, "desk": "general", "role": "coordinator"}
        conn.execute(insert(grants).values(**row))
        report = file(conn, at.keyring, Filed("BG-00002"), now=at.now)
        entered.note(conn, report, by=at.huda, at=at.now)

    await at.store.write(work)
    opened = await at.store.write(
        lambda c: opening.one(c, at.keyring, staff=at.huda, number="BG-00002", now=at.now), staff=at.huda
    )
    assert opened is not None


@pytest.mark.parametrize("gone", ["left", "ended", "key"])
async def test_it_is_never_lost_though_all_others_left(at: Desks, gone: str) -> None:
    def work(conn: Connection) -> None:
        match gone:
            case "left":
                staff.deactivate(conn, at.keyring, person=at.suad, now=at.now)
            case "ended":
                ended = update(grants).where(grants.c.staff == at.suad)
                conn.execute(ended.values(until_at=at.now - timedelta(days=1)))
            case _:
                held(conn, at.keyring, [at.huda, at.suad], now=at.now - timedelta(hours=1))

    await at.store.write(work)
    if gone == "key":
        assert not await at.sees(at.huda)
        lost = update(recipients).where(recipients.c.staff == at.suad).values(revoked_at=at.now)
        await at.store.write(lambda c: c.execute(lost))
    assert await at.sees(at.huda)
    assert await at.alone() == {(KARRADA, Desk.WOMEN)}


async def test_where_she_is_the_only_one_it_goes_to_another_sealed_desk(at: Desks) -> None:
    await at.store.write(lambda c: staff.deactivate(c, at.keyring, person=at.suad, now=at.now))
    offices = await at.store.read(lambda c: directory.read(c, at.now))
    elsewhere = {(WOMEN, Desk.WOMEN)}
    where = entered.without(offices, await at.alone(), heard=elsewhere)
    assert Desk.WOMEN not in where.offices[KARRADA].desks
    to = routing.route(where, FACTS)
    assert to.desk in SEALED_DESKS
    assert to.office != KARRADA
    assert to.office == WOMEN, "at no other desk does anybody work"
    assert entered.without(offices, (), heard=()) is offices
    assert entered.without(offices, await at.alone(), heard=()) is offices, "better hers than nobody's"


async def test_where_nobody_else_works_at_any_sealed_desk_she_is_the_only_one(at: Desks) -> None:
    async def is_only(person: str) -> bool:
        return await at.store.read(lambda c: entered.is_only(c, person, at.now), staff=person)

    def elsewhere(conn: Connection) -> str:
        return hire(conn, at.keyring, "نور", Role.FOCAL_POINT, office=WOMEN, desks=(Desk.WOMEN,), now=at.now)

    assert not await is_only(at.huda)
    await at.store.write(lambda c: staff.deactivate(c, at.keyring, person=at.suad, now=at.now))
    assert await is_only(at.huda)
    noor = await at.store.write(elsewhere)
    assert not await is_only(at.huda)
    assert await at.store.read(lambda c: entered.heard(c, at.huda, at.now)) == {(WOMEN, Desk.WOMEN)}
    assert not await is_only(noor)
    assert not await is_only("nobody"), "who works at no sealed desk opens none"
