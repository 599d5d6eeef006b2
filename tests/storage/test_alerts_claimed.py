"""Who may take a case from a phone that rang, and where the case lies then."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.vocabulary import Desk, Role, Urgency
from storage.casework.acts import Conflict, Refused, Unseen
from storage.tables import events, grants
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, WOMEN, Filed
from tests.storage.nights import EMERGENCY, N, Night, night

__all__ = ["night"]

pytestmark = sqlite_mostly


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
