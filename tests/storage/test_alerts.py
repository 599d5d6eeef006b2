"""An urgent report rings one phone after another until somebody takes it, and says nothing of what it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage import tables
from storage.casework import entered, moves
from storage.casework.acts import Act
from storage.database.engine import Connection
from storage.reporting import turns
from storage.tables import events, reports
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, WOMEN, Filed
from tests.storage.nights import EMERGENCY, URL, N, Night, night

__all__ = ["night"]

pytestmark = sqlite_mostly


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
