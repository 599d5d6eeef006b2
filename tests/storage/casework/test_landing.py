"""What once lay at a sealed desk comes to no police and no mediators, by whatever way and however many hands."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, func, insert, select, update

from bot.vocabulary import Desk, Role, Urgency
from storage import alerts, tables, timers
from storage.casework import claims, landing, moves, paging
from storage.casework.acts import Act, Refused, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory
from storage.tables import grants, reports
from tests import staffing
from tests.databases import on_sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, WOMEN, Filed, file, hire, town

N = "BG-00001"
Made = TypeVar("Made")
BARRED = (Desk.URGENT, Desk.SECURITY, Desk.MEDIATION)


class Case:
    """A report at the women's desk, somebody who works at every desk there is, and a clock."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now
        self.person, self.report, self.number = "", "", N

    async def write(self, step: Callable[[Connection], Made]) -> Made:
        return await self.store.write(step)

    async def hire(self, name: str, role: Role, office: str, desk: Desk) -> str:
        return await self.write(lambda c: hire(c, self.keyring, name, role, office=office, desks=(desk,), now=self.now))

    async def row(self) -> Row[Any]:
        return await self.store.read(lambda c: c.execute(select(reports).where(reports.c.number == self.number)).one())

    async def move(self, office: str, desk: Desk) -> None:
        act = Act(self.person, self.number, (await self.row()).version, self.now)
        await self.write(lambda c: moves.move(c, self.keyring, act, office=office, desk=desk))


@pytest.fixture
async def case(store: Store, keyring: Keyring, now: datetime) -> Case:
    made = Case(store, keyring, now)
    await store.write(town)
    made.person = await made.hire("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    made.report = await store.write(
        lambda c: file(c, keyring, Filed(N, desk=Desk.WOMEN, category="domestic_violence"), now=now)
    )
    return made


async def _everywhere(case: Case) -> None:
    # Only a test gives one person a grant at every desk: so that nothing but the rule stands in the way.
    def grant(conn: Connection) -> None:
        there = conn.execute(select(tables.desks.c.office, tables.desks.c.desk)).all()
        for office, desk in {(row.office, row.desk) for row in there} - {(KARRADA, "women")}:
            if desk == "security":
                continue  # the schema lets only an officer in
            role = Role.FOCAL_POINT if desk in ("women", "child") else Role.COORDINATOR
            conn.execute(insert(grants).values(staff=case.person, office=office, desk=desk, role=role.value))

    await case.write(grant)


@pytest.mark.parametrize("desk", BARRED)
async def test_two_moves_bring_it_to_no_police_either(case: Case, desk: Desk) -> None:
    await _everywhere(case)
    await case.move(KARRADA, Desk.GENERAL)
    for office in (KARRADA, BAGHDAD):
        with pytest.raises(Refused, match=r"case\.sealed_once"):
            await case.move(office, desk)
    await case.move(ADHAMIYA, Desk.GENERAL)
    with pytest.raises(Refused, match=r"case\.sealed_once"):
        await case.move(BAGHDAD, desk)
    offered = await case.write(lambda c: moves.targets(c, staff=case.person, number=N, now=case.now))
    assert not {target.desk for target in offered} & landing.BARRED


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(way=st.lists(st.tuples(st.sampled_from([KARRADA, ADHAMIYA, BAGHDAD, WOMEN]), st.sampled_from(Desk)), max_size=6))
async def test_no_way_of_any_length_ends_at_the_police(
    sqlite_store: Store, keyring: Keyring, now: datetime, way: list[tuple[str, Desk]]
) -> None:
    case = Case(sqlite_store, keyring, now)
    case.person = await _anybody(case)
    case.number = f"BG-{await case.write(_count):05d}"
    await case.write(lambda c: file(c, keyring, Filed(case.number, desk=Desk.WOMEN), now=now))
    for office, desk in way:
        with contextlib.suppress(Refused):
            await case.move(office, desk)
    row = await case.row()
    assert row.sealed_once
    assert Desk(row.desk) not in landing.BARRED


async def _anybody(case: Case) -> str:
    there = await case.store.read(lambda c: c.execute(select(tables.staff.c.id)).scalar())
    if there is not None:
        return str(there)
    await case.write(town)
    case.person = await case.hire("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    await _everywhere(case)
    return case.person


def _count(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(reports)).scalar_one())


async def test_a_desk_where_an_officer_works_is_the_polices_whatever_it_is_called(case: Case) -> None:
    await case.hire("عمر", Role.POLICE_LIAISON, ADHAMIYA, Desk.GENERAL)
    with pytest.raises(Refused, match=r"case\.sealed_once"):
        await case.move(ADHAMIYA, Desk.GENERAL)
    await case.move(KARRADA, Desk.GENERAL)


async def test_an_officer_who_is_hired_later_does_not_see_what_lies_there(case: Case) -> None:
    await case.move(KARRADA, Desk.GENERAL)
    await case.write(lambda c: file(c, case.keyring, Filed("BG-00002"), now=case.now))
    omar = await case.hire("عمر", Role.POLICE_LIAISON, KARRADA, Desk.GENERAL)
    page = await case.write(lambda c: paging.listing(c, case.keyring, staff=omar, now=case.now))
    assert [row.number for row in page.rows] == ["BG-00002"]


@on_sqlite_mostly
async def test_nobody_at_an_urgent_desk_is_alerted_to_it_or_claims_it(case: Case) -> None:
    await case.move(KARRADA, Desk.GENERAL)
    officer = await case.hire("علي", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    zainab = await case.hire("زينب", Role.COORDINATOR, KARRADA, Desk.GENERAL)

    def night(conn: Connection) -> None:
        for person, desk in ((officer, Desk.URGENT), (zainab, Desk.GENERAL)):
            directory.add_duty(conn, office=KARRADA, desk=desk, staff=person, rank=0)
            staffing.give_phone(conn, case.keyring, person, f"+96477000000{len(desk.value):02d}", now=case.now)
        conn.execute(update(reports).values(urgency=Urgency.EMERGENCY.value))
        timers.set_timer(conn, once="alert", kind="alert", report=case.report, due_at=case.now, data={})

    await case.write(night)
    for minute in range(0, 60, 5):
        await case.write(lambda c, at=case.now + timedelta(minutes=minute): _ring(c, case.keyring, at))  # type: ignore[misc]
    told = await case.store.read(lambda c: set(c.execute(select(tables.alerts.c.staff)).scalars()))
    assert told == {zainab}
    slip = {"id": "a" * 32, "report": case.report, "staff": officer, "rung": 0, "at": case.now}
    await case.write(lambda c: c.execute(insert(tables.alerts).values(**slip)) and None)
    with pytest.raises(Unseen):
        await case.write(
            lambda c: claims.claim_from_phone(c, case.keyring, staff=officer, report=case.report, now=case.now)
        )
    assert (await case.row()).desk == "general"


def _ring(conn: Connection, keyring: Keyring, now: datetime) -> None:
    offices = directory.read(conn, now)
    for timer in timers.claim(conn, owner="me", now=now, limit=9, lease=timedelta(minutes=1)):
        alerts.climb(conn, keyring, timer, directory=offices, url="https://forum.example", now=now)


@pytest.mark.parametrize("desk", BARRED)
async def test_the_schema_itself_refuses_it(case: Case, desk: Desk) -> None:
    with pytest.raises(Exception, match=r"once_sealed_never_for_police"):
        await case.write(lambda c: c.execute(update(reports).values(desk=desk.value)) and None)
    with pytest.raises(Exception, match=r"sealed_desk_leaves_its_mark"):
        await case.write(lambda c: c.execute(update(reports).values(sealed_once=False)) and None)
