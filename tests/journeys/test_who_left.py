"""Whoever left or lost their desk is rung for nothing and takes nothing from those who are there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.vocabulary import Channel, Desk, Role
from storage import digests, tables
from storage.casework import leaving
from storage.people import staff
from tests.carriers import updates
from tests.journeys.conftest import Town

HER, GONE, THERE = 7_700_031, 7_700_032, 7_700_033
BEATEN = "زوجي يضربني هسه راح يقتلني بالكاظمية الحقوني"
SHOT = "رمي قوي وجرحى هسه بالشعلة الحقونا"
TAKEN, LATE, REFUSED = "استلمت البلاغ", "لم يعد هذا البلاغ ينتظرك", "لم تستلم البلاغ"


async def _leaves(town: Town, name: str) -> None:
    """An administrator lets them in no more."""

    def write(conn: Connection) -> None:
        ring, now = town.wiring.keyring, town.clock()
        boss = staff.add(conn, ring, name="مديرة", role=Role.ADMINISTRATOR, office="IQ", now=now)
        leaving.leave(conn, ring, person=staff.id_of(conn, name), by=boss, now=now, sure=True)

    await town.wiring.store.write(write)
    await town.wiring.refresh()


async def _grant_ends(town: Town, name: str, *, ago: timedelta) -> None:
    def write(conn: Connection) -> None:
        theirs = tables.grants.c.staff == staff.id_of(conn, name)
        conn.execute(update(tables.grants).where(theirs).values(until_at=town.clock() - ago))

    await town.wiring.store.write(write)
    await town.wiring.refresh()


async def _tap(town: Town, chat: int, report: str) -> str:
    """They tap the button of an alert; what they are told, "" for nothing."""
    before = len(town.telegram.texts(chat))
    await town.update(updates.tapped(chat, f"v1:claim:{report}", f"tap-{chat}-{before}"))
    await town.settled()
    return "\n".join(town.telegram.texts(chat)[before:])


async def _report(town: Town) -> Any:
    """The row of the one report, and the name of who has it."""
    await town.settled()
    r, s = tables.reports, tables.staff
    one = select(r, s.c.name.label("holder")).outerjoin(s, s.c.id == r.c.claimed_by)
    return await town.wiring.store.read(lambda c: c.execute(one).one())


@pytest.mark.slow
async def test_a_focal_point_who_left_is_not_rung_and_takes_no_case_from_her_colleague(town: Town) -> None:
    left = await town.on_duty("BG-kadhimiya", Desk.WOMEN, Role.FOCAL_POINT, GONE)
    there = await town.on_duty("BG-kadhimiya", Desk.WOMEN, Role.FOCAL_POINT, THERE)
    await _leaves(town, left)
    await town.tell(HER, BEATEN)
    assert "بلاغ عاجل" in (await town.told(THERE))[0]
    report = await _report(town)
    assert (report.office, report.desk) == ("BG-kadhimiya", "women")
    assert town.telegram.texts(GONE) == []
    assert LATE in await _tap(town, GONE, report.id)
    assert (await _report(town)).holder is None
    assert TAKEN in await _tap(town, THERE, report.id)
    assert (await _report(town)).holder == there


@pytest.mark.slow
async def test_whom_a_report_rang_before_they_left_takes_it_no_more(town: Town) -> None:
    left = await town.on_duty("BG-shula", Desk.URGENT, Role.DUTY_OFFICER, GONE)
    await town.tell(HER, SHOT)
    await town.told(GONE)
    report = await _report(town)
    await _leaves(town, left)
    before = len(town.telegram.texts(GONE))
    assert LATE in await _tap(town, GONE, report.id)
    assert (await _report(town)).holder is None
    await town.wiring.store.write(
        lambda c: digests.send(c, town.wiring.keyring, url=town.wiring.public_url, now=town.clock())
    )
    await town.settled()
    assert len(town.telegram.texts(GONE)) == before + 1


@pytest.mark.slow
async def test_by_sms_the_digit_of_whoever_left_takes_nothing(town: Town) -> None:
    number = "+9647700000032"
    left = await town.on_duty("BG-shula", Desk.URGENT, Role.DUTY_OFFICER, number, channel=Channel.SMS)
    await town.tell(HER, SHOT)
    await town.texted(number)
    await _leaves(town, left)
    await town.sms(number, "١")
    report = await _report(town)  # of which there is still one
    assert report.holder is None
    assert all(TAKEN not in text for text in town.twilio.texts(number))


async def test_a_grant_that_ended_rings_no_more_and_the_next_is_rung_at_once(town: Town) -> None:
    ended = await town.on_duty("BG-shula", Desk.URGENT, Role.DUTY_OFFICER, GONE)
    await town.on_duty("IQ-BG", Desk.URGENT, Role.DUTY_OFFICER, THERE)
    await _grant_ends(town, ended, ago=timedelta(days=3))
    await town.tell(HER, SHOT)
    assert "بلاغ عاجل" in (await town.told(THERE))[0]
    assert town.telegram.texts(GONE) == []


async def test_whose_grant_ended_after_the_alert_is_told_that_they_did_not_get_it(town: Town) -> None:
    ended = await town.on_duty("BG-shula", Desk.URGENT, Role.DUTY_OFFICER, GONE)
    await town.tell(HER, SHOT)
    await town.told(GONE)
    report = await _report(town)
    await _grant_ends(town, ended, ago=timedelta(minutes=1))
    said = await _tap(town, GONE, report.id)
    assert REFUSED in said
    assert TAKEN not in said
    assert (await _report(town)).holder is None


@pytest.mark.slow
async def test_the_second_of_two_who_tap_is_told_that_it_is_taken(town: Town) -> None:
    first = await town.on_duty("BG-kadhimiya", Desk.WOMEN, Role.FOCAL_POINT, GONE)
    await town.on_duty("BG-kadhimiya", Desk.WOMEN, Role.FOCAL_POINT, THERE)
    await town.tell(HER, BEATEN)
    await town.told(GONE)
    await town.told(THERE)
    report = await _report(town)
    assert TAKEN in await _tap(town, GONE, report.id)
    assert LATE in await _tap(town, THERE, report.id)
    assert (await _report(town)).holder == first
