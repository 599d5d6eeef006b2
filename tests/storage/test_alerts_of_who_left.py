"""Whoever left, or lost the desk, is rung for nothing, takes nothing and is told no numbers."""

import asyncio
import contextlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.vocabulary import Desk, Role, Urgency
from storage import alerts, tables, timers
from storage.casework import claims, leaving
from storage.casework.acts import Unseen
from storage.database.engine import Connection
from storage.people import directory
from storage.tables import contacts as phones
from storage.tables import grants, staff
from storage.tables import outbox as parcels
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, WOMEN, Filed
from tests.storage.nights import EMERGENCY, GOES, URL, Goes, N, Night, again, leaves, night, taken, told_as

__all__ = ["night"]

pytestmark = sqlite_mostly


@GOES
async def test_where_a_desk_has_nobody_left_the_office_above_is_rung_at_once(night: Night, goes: Goes) -> None:
    for rank, name in enumerate(("أول", "الثاني")):
        await goes(night, await night.person(name, Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=rank))
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(EMERGENCY)
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(minutes=10)) == ["المحافظة"]


@GOES
async def test_where_a_womens_desk_has_nobody_left_the_region_is_rung_at_once_and_no_police(
    night: Night, goes: Goes
) -> None:
    await goes(night, await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN))
    await night.person("سعاد الإقليم", Role.FOCAL_POINT, WOMEN, Desk.WOMEN)
    await night.person("شرطي المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(Filed(N, desk=Desk.WOMEN, urgency=Urgency.EMERGENCY))
    for _ in range(3):
        assert await night.ring(after=timedelta(minutes=10)) == ["سعاد الإقليم"]


@GOES
async def test_when_somebody_goes_while_it_rings_nobody_behind_them_is_passed_over(night: Night, goes: Goes) -> None:
    names = ("أول", "الثاني", "ثالث هنا")
    hired = [
        await night.person(name, Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=rank) for rank, name in enumerate(names)
    ]
    await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    await goes(night, hired[0])
    assert await night.ring(after=timedelta(minutes=5)) == ["الثاني"]
    assert await night.ring(after=timedelta(minutes=5)) == ["ثالث هنا"]
    await goes(night, hired[2])
    for _ in range(3):  # also where the ladder is shorter now than it was climbed
        assert await night.ring(after=timedelta(minutes=10)) == ["الثاني"]


async def test_when_everybody_goes_while_it_rings_it_waits_for_who_comes(night: Night) -> None:
    first = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    await leaves(night, first)
    assert await night.ring(after=timedelta(minutes=10)) == []
    await night.person("الثاني", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    assert await night.ring(after=timedelta(minutes=10)) == ["الثاني"]


async def test_whoever_begins_a_shift_at_a_desk_that_was_passed_is_rung_too(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    assert await night.ring(after=timedelta(minutes=5)) == ["المحافظة"]
    await night.person("ليلية", Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=1)
    assert await night.ring(after=timedelta(minutes=5)) == ["ليلية"]
    assert await night.ring(after=timedelta(minutes=10)) == ["المحافظة"]


async def test_nobody_waits_for_somebody_whose_phone_cannot_ring(night: Night) -> None:
    mute = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    gone = update(phones).where(phones.c.staff == mute).values(unreachable_at=night.now)
    await night.store.write(lambda c: c.execute(gone) and None)
    await night.file(EMERGENCY)
    assert await night.ring() == []
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(minutes=10)) == ["المحافظة"]


async def test_a_directory_of_a_moment_ago_rings_nobody_who_left_since(night: Night) -> None:
    left = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("الثاني", Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=1)
    await night.file(EMERGENCY)
    old = await night.store.read(lambda c: directory.read(c, night.now))
    await night.store.write(lambda c: c.execute(update(staff).where(staff.c.id == left).values(active=False)) and None)

    def ring(c: Connection) -> list[str]:
        (timer,) = timers.claim(c, owner="me", now=night.now, limit=9, lease=timedelta(minutes=1))
        alerts.climb(c, night.keyring, timer, directory=old, url=URL, now=night.now)
        return [name for _, name in c.execute(select(parcels.c.id, told_as()))]

    assert await night.store.write(ring) == ["الثاني"]


@GOES
@pytest.mark.parametrize("office", [KARRADA, BAGHDAD], ids=["at the desk where it waits", "further up"])
async def test_whoever_was_rung_and_went_takes_nothing(night: Night, goes: Goes, office: str) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, office, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    await goes(night, person)
    slip = {"id": "ab" * 16, "report": report, "staff": person, "rung": 0, "at": night.now}
    await night.store.write(lambda c: c.execute(insert(tables.alerts).values(**slip)) and None)
    with pytest.raises(Unseen):
        await night.claim(person, report)
    assert (await night.row()).claimed_by is None


@GOES
async def test_whoever_went_is_rung_for_no_danger_that_a_case_of_theirs_tells_again(night: Night, goes: Goes) -> None:
    first, report = await taken(night)
    await goes(night, first)
    await again(night, report)
    rang = [name for _ in range(3) for name in await night.ring()]
    assert rang == ["الثاني"]
    assert (await night.row()).claimed_by is None


@pytest.mark.parametrize("first", ["takes", "leaves"])
async def test_whoever_leaves_at_the_moment_they_take_a_case_keeps_none(night: Night, first: str) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    boss = await night.person("مديرة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.store.write(
        lambda c: c.execute(update(grants).where(grants.c.staff == boss).values(role=Role.ADMINISTRATOR.value)) and None
    )
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    begun, gone = threading.Event(), {"person": person, "by": boss, "now": night.now}

    def takes(c: Connection) -> None:
        with contextlib.suppress(Unseen):
            claims.claim_from_phone(c, night.keyring, staff=person, report=report, now=night.now)

    def leaves(c: Connection) -> None:
        leaving.leave(c, night.keyring, **gone)  # type: ignore[arg-type]

    def slowly(c: Connection) -> None:
        (takes if first == "takes" else leaves)(c)
        begun.set()
        threading.Event().wait(0.4)  # for the other to come to what this one holds

    one = asyncio.create_task(night.store.write(slowly))
    await asyncio.to_thread(begun.wait)
    await night.store.write(leaves if first == "takes" else takes)
    await one
    row = await night.row()
    assert (row.claimed_by, row.status) == (None, "new")
