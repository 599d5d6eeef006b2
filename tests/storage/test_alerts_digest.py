"""What the phones of a desk are told once a day: two numbers, of what each may see."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.vocabulary import Desk, Role
from storage import digests
from storage.casework import entered
from storage.database.engine import Connection
from storage.tables import grants, reports
from storage.tables import outbox as parcels
from tests import staffing
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, Filed, file
from tests.storage.nights import EMERGENCY, GOES, URL, Goes, Night, night, told_as

__all__ = ["night"]

pytestmark = sqlite_mostly


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


@GOES
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
    told = select(told_as()).where(parcels.c.kind == "digest")
    assert await night.store.read(lambda c: c.execute(told).scalars().all()) == ["سعاد م"]
