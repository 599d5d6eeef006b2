"""Who sees which report, and how many wait."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import queues
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import staff
from storage.tables import grants, reports
from storage.tables import staff as people
from tests.staffing import ADHAMIYA, KARRADA, Filed, file, hire, town
from tests.storage.casework.desks import Desks


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    await store.write(town)
    return Desks(store, keyring, now)


async def test_a_coordinator_sees_their_own_office_and_desks_only(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001"),
        Filed("BG-00002", desk=Desk.MEDIATION),
        Filed("BG-00003", desk=Desk.URGENT),
        Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence"),
        Filed("BG-00005", office=ADHAMIYA),
    )
    assert sorted(await desks.numbers(zainab)) == ["BG-00001", "BG-00002"]
    assert await desks.one(zainab, "BG-00003") is None
    assert await desks.one(zainab, "BG-00004") is None
    assert await desks.one(zainab, "BG-00005") is None


async def test_a_grant_ends_at_its_time(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"))
    ended = desks.now - timedelta(seconds=1)
    await desks.store.write(lambda c: c.execute(update(grants).values(until_at=ended)))
    assert await desks.numbers(zainab) == []
    assert await desks.one(zainab, "BG-00001") is None


async def test_who_left_sees_nothing(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"))
    await desks.store.write(lambda c: staff.deactivate(c, desks.keyring, person=zainab, now=desks.now))
    assert await desks.numbers(zainab) == []


async def test_an_administrator_sees_no_report(desks: Desks) -> None:
    admin = await desks.hire("مدير", Role.ADMINISTRATOR)
    await desks.file(Filed("BG-00001"))
    assert await desks.numbers(admin) == []
    assert await desks.store.read(lambda c: queues.counts(c, staff=admin, now=desks.now), staff=admin) == {}


async def test_counts_know_what_is_open_late_and_an_alarm(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001", due_in=timedelta(hours=-1)),
        Filed("BG-00002", urgency=Urgency.EMERGENCY),
        Filed("BG-00003", desk=Desk.WOMEN, urgency=Urgency.EMERGENCY),
        Filed("BG-00004", status=Status.CLOSED),
    )
    counts = await desks.store.read(lambda c: queues.counts(c, staff=zainab, now=desks.now), staff=zainab)
    assert counts == {Desk.GENERAL: queues.Count(2, 1, 1), Desk.MEDIATION: queues.Count(0, 0, 0)}


async def test_a_forgotten_filter_meets_the_second_wall(
    postgresql_store: Store, keyring: Keyring, now: datetime
) -> None:
    def arrange(conn: Connection) -> str:
        town(conn)
        person = hire(conn, keyring, "زينب", Role.COORDINATOR, now=now)
        file(conn, keyring, Filed("BG-00001"), now=now)
        file(conn, keyring, Filed("BG-00004", desk=Desk.WOMEN), now=now)
        return person

    zainab = await postgresql_store.write(arrange)
    everything = select(reports.c.number)
    assert (await postgresql_store.read(lambda c: c.execute(everything).all(), staff=zainab)) == [("BG-00001",)]


async def test_a_grant_that_slips_past_the_code_meets_the_schema(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    slip = insert(grants).values(staff=zainab, office=KARRADA, desk="women", role="coordinator")
    with pytest.raises(Exception, match="sealed_desk_focal_points_only"):
        await desks.store.write(lambda c: c.execute(slip))
    assert await desks.store.read(lambda c: c.execute(select(people.c.name)).all()) == [("زينب",)]
