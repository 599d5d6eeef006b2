"""An urgent report rings one phone after another until somebody takes it, and says nothing of what it is."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, delete, insert, select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage import alerts, digests, tables, timers
from storage.casework import claims, entered, leaving, moves, opening, recalls
from storage.casework.acts import Act, Conflict, Refused, Unseen
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import directory
from storage.people import staff as people
from storage.reporting import turns
from storage.tables import contacts as phones
from storage.tables import coverage, events, grants, reports, staff
from storage.tables import outbox as parcels
from tests import staffing
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, WOMEN, Filed, file, hire, town

pytestmark = sqlite_mostly


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
            told = select(parcels.c.id, _name()).order_by(parcels.c.due_at)
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


def _name() -> Any:
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


async def test_the_first_on_duty_is_told_then_the_next_then_the_office_above(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("الثاني", Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=1)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    assert await night.ring(after=timedelta(minutes=4)) == []
    assert await night.ring(after=timedelta(minutes=1)) == ["الثاني"]
    assert await night.ring(after=timedelta(minutes=5)) == ["المحافظة"]


async def test_the_last_rung_rings_again_until_somebody_takes_it(night: Night) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    for _ in range(4):
        assert await night.ring(after=timedelta(minutes=10)) == ["أول"]
    await night.claim(person, report)
    assert await night.ring(after=timedelta(minutes=10)) == []
    assert (await night.row()).claimed_by == person


async def test_whoever_typed_it_in_is_not_rung_for_what_another_is_to_handle(night: Night) -> None:
    huda = await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    await night.person("سعاد م", Role.FOCAL_POINT, KARRADA, Desk.WOMEN, rank=1)
    report = await night.file(Filed(N, desk=Desk.WOMEN, urgency=Urgency.EMERGENCY))
    await night.store.write(lambda c: entered.note(c, report, by=huda, at=night.now))
    for _ in range(3):
        assert await night.ring(after=timedelta(minutes=10)) == ["سعاد م"]


async def test_an_alert_says_nothing_of_what_was_reported(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    await night.ring()
    (parcel,) = await night.words()
    assert parcel.reply.key == "alert"
    assert dict(parcel.reply.values) == {"number": N, "url": f"{URL}/reports/{N}"}
    assert [option.choice for option in parcel.reply.options] == [f"v1:claim:{report}"]


async def test_at_a_sealed_desk_not_even_the_number_is_said_and_the_womens_desk_above_is_next(night: Night) -> None:
    await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    await night.person("سعاد الإقليم", Role.FOCAL_POINT, WOMEN, Desk.WOMEN)
    await night.person("شرطي المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(Filed(N, desk=Desk.WOMEN, urgency=Urgency.EMERGENCY))
    assert await night.ring() == ["هدى"]
    (parcel,) = await night.words()
    assert parcel.reply.key == "alert.sealed"
    assert N not in str(parcel.reply)
    assert await night.ring(after=timedelta(minutes=10)) == ["سعاد الإقليم"]
    for _ in range(5):
        assert "شرطي المحافظة" not in await night.ring(after=timedelta(minutes=10))


async def test_who_claims_from_further_up_the_ladder_brings_the_case_to_a_desk_they_may_see(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    above = await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    report = await night.file(EMERGENCY)
    await night.ring()
    await night.ring(after=timedelta(minutes=5))
    await night.claim(above, report)
    row = await night.row()
    assert (row.office, row.desk, row.claimed_by, row.status) == (BAGHDAD, "urgent", above, "acknowledged")
    said = await night.store.read(
        lambda c: c.execute(select(events.c.data).where(events.c.kind == "claim")).scalar_one()
    )
    assert (said["from"], said["from_office"], said["from_desk"]) == ("phone", KARRADA, "urgent")


async def test_a_womans_case_claimed_from_above_stays_at_a_womens_desk(night: Night) -> None:
    await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    regional = await night.person("سعاد", Role.FOCAL_POINT, WOMEN, Desk.WOMEN)
    report = await night.file(Filed(N, desk=Desk.WOMEN, urgency=Urgency.EMERGENCY))
    await night.ring()
    await night.ring(after=timedelta(minutes=10))
    await night.claim(regional, report)
    row = await night.row()
    assert (row.office, row.desk, row.category) == (WOMEN, "women", None)


async def test_a_phone_claims_once_and_the_second_phone_is_told(night: Night) -> None:
    omar = await night.person("عمر", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    sara = await night.person("سارة", Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=1)
    report = await night.file(EMERGENCY)
    await night.ring()
    await night.ring(after=timedelta(minutes=5))
    await night.claim(omar, report)
    await night.claim(omar, report)
    with pytest.raises(Conflict):
        await night.claim(sara, report)


async def test_who_was_not_alerted_claims_nothing_from_a_phone(night: Night) -> None:
    stranger = await night.person("غريب", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    with pytest.raises(Unseen):
        await night.claim(stranger, report)


async def test_who_lost_the_desk_since_the_alert_claims_nothing(night: Night) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    await night.ring()
    await night.store.write(lambda c: c.execute(delete(grants).where(grants.c.staff == person)))
    with pytest.raises(Unseen):
        await night.claim(person, report)


async def test_a_supervisor_who_was_rung_takes_no_case(night: Night) -> None:
    supervisor = await night.person("مشرف", Role.SUPERVISOR, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["مشرف"]
    with pytest.raises(Refused, match=r"case\.role"):
        await night.claim(supervisor, report)


async def test_a_report_that_moved_starts_at_the_foot_of_its_new_desks_ladder(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    moved = update(reports).where(reports.c.id == report).values(office=BAGHDAD)
    await night.store.write(lambda c: c.execute(moved))
    assert await night.ring(after=timedelta(minutes=5)) == ["المحافظة"]


@pytest.mark.parametrize("by", ["words", "hand"])
async def test_a_report_that_moves_while_it_rings_rings_at_its_new_desk_at_once_and_for_a_day(
    night: Night, by: str
) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    rang_long = update(tables.timers).values(data=_aged(night.now - timedelta(hours=23)))
    await night.store.write(lambda c: c.execute(rang_long) and None)
    to: dict[str, Any] = {"office": BAGHDAD, "desk": Desk.URGENT}

    def move(c: Connection) -> None:
        if by == "words":
            c.execute(update(reports).where(reports.c.id == report).values(office=BAGHDAD))
            turns.alarm(c, night.keyring, report, contact=None, version=2, now=night.now, **to)
        else:
            version = c.execute(select(reports.c.version)).scalar_one()
            moves.move(c, night.keyring, Act(staff=person, number=N, version=version, now=night.now), **to)

    await night.store.write(move)
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(hours=2)) == ["المحافظة"]


def _aged(since: datetime) -> dict[str, Any]:
    return {"office": KARRADA, "desk": "urgent", "rung": 1, "told": [], "started_at": since.timestamp()}


@pytest.mark.parametrize("ended", [{"status": Status.CLOSED.value, "closed_at": "now"}, {"erased_at": "now"}])
async def test_a_report_that_ended_rings_nobody(night: Night, ended: dict[str, str]) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    values = {name: night.now if value == "now" else value for name, value in ended.items()}
    await night.store.write(lambda c: c.execute(update(reports).where(reports.c.id == report).values(**values)))
    assert await night.ring() == []


async def test_after_a_day_it_stops_ringing_and_the_thread_says_so(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.file(EMERGENCY)
    await night.ring()
    assert await night.ring(after=timedelta(hours=25)) == []
    kinds = await night.store.read(lambda c: c.execute(select(events.c.kind)).scalars().all())
    assert "alert_ended" in kinds


async def test_with_nobody_in_any_rota_the_ladder_waits_and_finds_who_comes(night: Night) -> None:
    await night.file(EMERGENCY)
    assert await night.ring() == []
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    assert await night.ring(after=timedelta(minutes=10)) == ["أول"]


async def test_a_digest_tells_each_phone_two_numbers_once_a_day(night: Night) -> None:
    await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.person("بلا عمل", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    late = Filed("BG-00002", desk=Desk.URGENT, due_in=-timedelta(hours=1))
    await night.store.write(lambda c: file(c, night.keyring, EMERGENCY, now=night.now))
    await night.store.write(lambda c: file(c, night.keyring, late, now=night.now))
    for queued in (1, 1):
        found = await night.store.write(lambda c: digests.send(c, night.keyring, url=URL, now=night.now))
        assert found == queued
    (parcel,) = await night.words()
    assert dict(parcel.reply.values) == {"open": "2", "overdue": "1", "url": URL}


async def test_an_administrator_is_not_told_how_many_reports_there_are(night: Night) -> None:
    await night.person("مدير", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.store.write(lambda c: c.execute(update(grants).values(role=Role.ADMINISTRATOR.value)) and None)
    await night.store.write(lambda c: file(c, night.keyring, EMERGENCY, now=night.now))
    assert await night.store.write(lambda c: digests.send(c, night.keyring, url=URL, now=night.now)) == 0


def test_the_digest_leaves_at_eight_in_the_morning_in_baghdad(now: datetime) -> None:
    then = digests.next_at(now)
    assert (then.hour, then.minute) == (5, 0)
    assert timedelta() < then - now <= timedelta(days=1)
    assert digests.next_at(then) - then == timedelta(days=1)


# ── In danger again ──────────────────────────────────────────────────────────────────────────────────────────
async def _again(night: Night, report: str, *, hourly: bool = False) -> None:
    """Its reporter tells of new danger, in a report that somebody has."""

    def write(c: Connection) -> None:
        row = c.execute(select(reports).where(reports.c.id == report).with_for_update()).one()
        recalls.again(c, row, hourly=hourly, now=night.now)

    await night.store.write(write)


async def _look(night: Night, person: str) -> None:
    await night.store.write(lambda c: opening.one(c, night.keyring, staff=person, number=N, now=night.now))


async def _taken(night: Night, desk: Desk = Desk.URGENT) -> tuple[str, str]:
    """Two on duty, the first of whom took an emergency an hour ago."""
    role = Role.FOCAL_POINT if desk is Desk.WOMEN else Role.DUTY_OFFICER
    first = await night.person("أول", role, KARRADA, desk)
    await night.person("الثاني", role, KARRADA, desk, rank=1)
    report = await night.file(replace(EMERGENCY, desk=desk))
    await night.ring()
    await night.claim(first, report)
    await _look(night, first)
    assert await night.ring(after=timedelta(hours=1)) == []
    return first, report


async def test_new_danger_rings_whoever_took_the_case_and_then_the_others(night: Night) -> None:
    first, report = await _taken(night)
    await _again(night, report)
    assert await night.ring() == ["أول"]
    assert (await night.row()).claimed_by == first
    assert await night.ring(after=timedelta(minutes=4)) == []
    assert await night.ring(after=timedelta(minutes=1)) == []
    assert (await night.row()).claimed_by is None
    assert await night.ring() == ["أول"]  # the ladder from its foot, where anybody may take it
    assert await night.ring(after=timedelta(minutes=5)) == ["الثاني"]


async def test_whoever_took_it_and_looks_is_left_to_work(night: Night) -> None:
    first, report = await _taken(night)
    await _again(night, report)
    assert await night.ring() == ["أول"]
    night.now += timedelta(minutes=2)
    await _look(night, first)
    assert await night.ring(after=timedelta(minutes=10)) == []
    assert (await night.row()).claimed_by == first


async def test_however_often_danger_is_told_a_case_rings_once_in_ten_minutes(night: Night) -> None:
    first, report = await _taken(night)
    rang = []
    for _ in range(20):
        await _again(night, report)
        rang += await night.ring(after=timedelta(seconds=30))
        await _look(night, first)
    assert rang == ["أول"]  # told all along, looked at all along
    await _again(night, report)
    assert await night.ring(after=timedelta(minutes=1)) == ["أول"]


async def test_what_is_told_while_the_first_alert_still_waits_is_not_lost(night: Night) -> None:
    first = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    report = await night.file(EMERGENCY)
    assert await night.ring() == ["أول"]
    await night.claim(first, report)
    await _look(night, first)
    night.now += timedelta(minutes=1)
    await _again(night, report)
    assert await night.ring(after=timedelta(minutes=5)) == []  # six minutes after the first ring
    assert await night.ring(after=timedelta(minutes=4)) == ["أول"]


async def test_whoever_may_not_see_the_case_any_more_is_not_rung_for_it(night: Night) -> None:
    first, report = await _taken(night)
    away = update(reports).where(reports.c.id == report).values(apart=[KARRADA], office=BAGHDAD)
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.store.write(lambda c: c.execute(away) and None)
    await _again(night, report)
    assert await night.ring() == []
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(hours=2)) == ["المحافظة"]
    assert first != (await night.row()).claimed_by


async def test_at_a_sealed_desk_it_stays_among_its_people_and_says_nothing(night: Night) -> None:
    await night.person("شرطي المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    _, report = await _taken(night, Desk.WOMEN)
    await _again(night, report)
    assert await night.ring() == ["أول"]
    assert {parcel.reply.key for parcel in await night.words()} == {"alert.sealed"}
    told = [name for _ in range(6) for name in await night.ring(after=timedelta(minutes=10))]
    assert {"أول", "الثاني"} <= set(told)
    assert "شرطي المحافظة" not in told


async def test_in_a_private_report_no_timer_tells_the_minute(night: Night) -> None:
    _, report = await _taken(night)
    night.now += timedelta(minutes=7, seconds=13)
    await _again(night, report, hourly=True)
    assert await night.ring(after=timedelta(minutes=5)) == ["أول"]
    kept = select(tables.timers.c.due_at, tables.timers.c.data).where(tables.timers.c.done_at.is_(None))
    due, data = (await night.store.read(lambda c: c.execute(kept).all()))[0]
    assert (due.minute % 5, due.second) == (0, 0)
    assert {data[name] % 300 for name in (recalls.DANGER, recalls.RANG)} == {0}


async def test_a_case_that_was_closed_rings_nobody_for_it(night: Night) -> None:
    _, report = await _taken(night)
    await _again(night, report)
    values = {"status": Status.CLOSED.value, "closed_at": night.now}
    await night.store.write(
        lambda c: c.execute(update(reports).where(reports.c.id == report).values(**values)) and None
    )
    assert await night.ring(after=timedelta(minutes=10)) == []


# ── Who is not there any more ────────────────────────────────────────────────────────────────────────────────
async def _leaves(night: Night, person: str) -> None:
    await night.store.write(lambda c: people.deactivate(c, night.keyring, person=person, now=night.now))


async def _loses_the_desk(night: Night, person: str) -> None:
    ended = update(grants).where(grants.c.staff == person).values(until_at=night.now)
    await night.store.write(lambda c: c.execute(ended) and None)


_GOES = pytest.mark.parametrize("goes", [_leaves, _loses_the_desk])


@_GOES
async def test_where_a_desk_has_nobody_left_the_office_above_is_rung_at_once(night: Night, goes: Goes) -> None:
    for rank, name in enumerate(("أول", "الثاني")):
        await goes(night, await night.person(name, Role.DUTY_OFFICER, KARRADA, Desk.URGENT, rank=rank))
    await night.person("المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(EMERGENCY)
    assert await night.ring() == ["المحافظة"]
    assert await night.ring(after=timedelta(minutes=10)) == ["المحافظة"]


@_GOES
async def test_where_a_womens_desk_has_nobody_left_the_region_is_rung_at_once_and_no_police(
    night: Night, goes: Goes
) -> None:
    await goes(night, await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN))
    await night.person("سعاد الإقليم", Role.FOCAL_POINT, WOMEN, Desk.WOMEN)
    await night.person("شرطي المحافظة", Role.DUTY_OFFICER, BAGHDAD, Desk.URGENT)
    await night.file(Filed(N, desk=Desk.WOMEN, urgency=Urgency.EMERGENCY))
    for _ in range(3):
        assert await night.ring(after=timedelta(minutes=10)) == ["سعاد الإقليم"]


@_GOES
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
    await _leaves(night, first)
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
        return [name for _, name in c.execute(select(parcels.c.id, _name()))]

    assert await night.store.write(ring) == ["الثاني"]


@_GOES
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


@_GOES
async def test_whoever_went_is_rung_for_no_danger_that_a_case_of_theirs_tells_again(night: Night, goes: Goes) -> None:
    first, report = await _taken(night)
    await goes(night, first)
    await _again(night, report)
    rang = [name for _ in range(3) for name in await night.ring()]
    assert rang == ["الثاني"]
    assert (await night.row()).claimed_by is None


@_GOES
async def test_whoever_went_is_told_no_numbers(night: Night, goes: Goes) -> None:
    person = await night.person("أول", Role.DUTY_OFFICER, KARRADA, Desk.URGENT)
    await night.store.write(lambda c: file(c, night.keyring, EMERGENCY, now=night.now))
    await goes(night, person)
    await night.store.write(lambda c: staffing.give_phone(c, night.keyring, person, "+9647700000099", now=night.now))
    assert await night.store.write(lambda c: digests.send(c, night.keyring, url=URL, now=night.now)) == 0


async def test_a_digest_counts_nothing_that_its_reader_may_not_see(night: Night) -> None:
    huda = await night.person("هدى", Role.FOCAL_POINT, KARRADA, Desk.WOMEN)
    await night.person("سعاد م", Role.FOCAL_POINT, KARRADA, Desk.WOMEN, rank=1)
    await night.person("ضابط الاتصال", Role.POLICE_LIAISON, KARRADA, Desk.GENERAL)

    def write(c: Connection) -> None:
        typed = file(c, night.keyring, Filed("BG-00002", desk=Desk.WOMEN), now=night.now)
        entered.note(c, typed, by=huda, at=night.now)
        was_hers = file(c, night.keyring, Filed("BG-00003", desk=Desk.GENERAL), now=night.now)
        c.execute(update(reports).where(reports.c.id == was_hers).values(sealed_once=True))

    await night.store.write(write)
    assert await night.store.write(lambda c: digests.send(c, night.keyring, url=URL, now=night.now)) == 1
    told = select(_name()).where(parcels.c.kind == "digest")
    assert await night.store.read(lambda c: c.execute(told).scalars().all()) == ["سعاد م"]


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
