"""Danger that is told again rings whoever has the case, and then the others."""

from datetime import timedelta

from sqlalchemy import select, update

from bot.vocabulary import Desk, Role, Status
from storage import tables
from storage.casework import recalls
from storage.tables import reports
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA
from tests.storage.nights import EMERGENCY, Night, again, look, night, taken

__all__ = ["night"]

pytestmark = sqlite_mostly


async def test_new_danger_rings_whoever_took_the_case_and_then_the_others(night: Night) -> None:
    first, report = await taken(night)
    await again(night, report)
    assert await night.ring() == ["أول"]
    assert (await night.row()).claimed_by == first
    assert await night.ring(after=timedelta(minutes=4)) == []
    assert await night.ring(after=timedelta(minutes=1)) == []
    assert (await night.row()).claimed_by is None
    assert await night.ring() == ["أول"]  # the ladder from its foot, where anybody may take it
    assert await night.ring(after=timedelta(minutes=5)) == ["الثاني"]


async def test_whoever_took_it_and_looks_is_left_to_work(night: Night) -> None:
    first, report = await taken(night)
    await again(night, report)
    assert await night.ring() == ["أول"]
    night.now += timedelta(minutes=2)
    await look(night, first)
    assert await night.ring(after=timedelta(minutes=10)) == []
    assert (await night.row()).claimed_by == first


async def test_however_often_danger_is_told_a_case_rings_once_in_ten_minutes(night: Night) -> None:
    first, report = await taken(night)
    rang = []
    for _ in range(20):
        await again(night, report)
        rang += await night.ring(after=timedelta(seconds=30))
        await look(night, first)
    assert rang == ["أول"]  # told all along, looked at all along
    await again(night, report)
    assert await night.ring(after=timedelta(minutes=1)) == ["أول"]


async def test_what_is_told_while_the_first_alert_still_waits_is_not_lost(night: Night) -> None:
    first = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    await night.claim(first, report)
    await look(night, first)
    night.now += timedelta(minutes=1)
    await again(night, report)
    assert await night.ring(after=timedelta(minutes=5)) == []  # six minutes after the first ring
    assert await night.ring(after=timedelta(minutes=4)) == ["أول"]


async def test_whoever_may_not_see_the_case_any_more_is_not_rung_for_it(night: Night) -> None:
    first, report = await taken(night)
    away = update(reports).where(reports.c.id == report).values(apart=[KARRADA], office=BAGHDAD)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.store.write(lambda c: c.execute(away) and None)
    await again(night, report)
    assert await night.ring() == []
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(hours=2)) == ["المحافظة"]
    assert first != (await night.row()).claimed_by


async def test_at_a_sealed_desk_it_stays_among_its_people_and_says_nothing(night: Night) -> None:
    await night.person("شرطي المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    _, report = await taken(night, Desk.WOMEN)
    await again(night, report)
    assert await night.ring() == ["أول"]
    assert {parcel.reply.key for parcel in await night.words()} == {"alert.sealed"}
    told = [name for _ in range(6) for name in await night.ring(after=timedelta(minutes=10))]
    assert {"أول", "الثاني"} <= set(told)
    assert "شرطي المحافظة" not in told


async def test_in_a_private_report_no_timer_tells_the_minute(night: Night) -> None:
    _, report = await taken(night)
    night.now += timedelta(minutes=7, seconds=13)
    await again(night, report, hourly=True)
    assert await night.ring(after=timedelta(minutes=5)) == ["أول"]
    kept = select(tables.timers.c.due_at, tables.timers.c.data).where(tables.timers.c.done_at.is_(None))
    due, data = (await night.store.read(lambda c: c.execute(kept).all()))[0]
    assert (due.minute % 5, due.second) == (0, 0)
    assert {data[name] % 300 for name in (recalls.DANGER, recalls.RANG)} == {0}


async def test_a_case_that_was_closed_rings_nobody_for_it(night: Night) -> None:
    _, report = await taken(night)
    await again(night, report)
    values = {"status": Status.CLOSED.value, "closed_at": night.now}
    await night.store.write(
        lambda c: c.execute(update(reports).where(reports.c.id == report).values(**values)) and None
    )
    assert await night.ring(after=timedelta(minutes=10)) == []
