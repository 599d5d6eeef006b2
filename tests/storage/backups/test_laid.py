"""Where reports lie after a restore, when the desks of today are not those of the backup."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert

from bot.vocabulary import Category, Desk, Destination, Reroute, Urgency
from storage import tables, timers
from storage.backups import clients
from storage.backups.places import Target
from storage.database.engine import Connection
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.backups.towns import Town, target, town

__all__ = ["target", "town"]

pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]

NEW = "new-watch"
NAMES = replace(making.THEFT, apart=(staffing.KARRADA,))


def _new_office(conn: Connection) -> None:
    office = {"code": NEW, "kind": "oversight", "name_ar": "مكتب جديد", "languages": ["ar"]}
    conn.execute(insert(tables.offices), office)
    conn.execute(insert(tables.desks), {"office": NEW, "desk": "oversight"})


async def test_what_went_to_an_office_made_since_lies_at_the_most_general_desk_of_its_kind(
    town: Town, target: Target
) -> None:
    file = await town.files(1, office=staffing.KARRADA)
    made = await town.backs_up()
    await town.store.write(_new_office)
    await town.does(1, Reroute(file.report, Destination(NEW, Desk.OVERSIGHT, "rule"), NAMES, None))
    async with town.restored(made, target) as (there, done):
        assert (done.kept.done, done.kept.stays) == ({"apart": 1}, 0)
        (row,) = await making.rows(there, tables.reports)
        assert (row.office, row.desk, row.apart) == (staffing.WATCH, "oversight", [staffing.KARRADA])


async def test_what_went_to_a_desk_made_since_lies_where_somebody_has_such_a_desk(town: Town, target: Target) -> None:
    file = await town.files(1, office=staffing.KARRADA)
    made = await town.backs_up()
    await town.store.write(lambda c: c.execute(insert(tables.desks), {"office": making.OFFICE, "desk": "women"}))
    facts = replace(making.THEFT, sensitive=True)
    await town.does(1, Reroute(file.report, Destination(making.OFFICE, Desk.WOMEN, "rule"), facts, None))
    async with town.restored(made, target) as (there, _):
        (row,) = await making.rows(there, tables.reports)
        assert row.desk == "women"
        assert (row.office, row.desk) in {(one.office, one.desk) for one in await making.rows(there, tables.desks)}


async def test_where_no_such_desk_was_it_stays_kept_from_whom_it_names_and_its_answers_wait(
    town: Town, target: Target
) -> None:
    await town.store.write(lambda c: c.execute(delete(tables.desks).where(tables.desks.c.desk == "oversight")))
    file = await town.files(1, office=staffing.KARRADA)
    made = await town.backs_up()
    await town.store.write(_new_office)
    await town.does(1, Reroute(file.report, Destination(NEW, Desk.OVERSIGHT, "rule"), NAMES, None))
    async with town.restored(made, target) as (there, done):
        assert done.kept.stays == 1
        (row,) = await making.rows(there, tables.reports)
        assert (row.office, row.desk, row.apart) == (staffing.KARRADA, "general", [staffing.KARRADA])
        assert row.reachable == "pull"


async def test_an_emergency_that_comes_to_another_desk_again_rings_there(town: Town, target: Target) -> None:
    """It was claimed when the backup was made; whoever had it has it no longer."""
    grave = replace(making.THEFT, category=Category.DOMESTIC_VIOLENCE, urgency=Urgency.EMERGENCY)
    file = await town.files(1, office=staffing.KARRADA, facts=grave)
    calm = await town.files(2, office=staffing.KARRADA)
    for one in (file, calm):
        await town.store.write(lambda c, one=one: timers.stop(c, report=one.report, now=town.now))  # type: ignore[misc]
    made = await town.backs_up()
    to = Destination(staffing.KARRADA, Desk.WOMEN, "rule")
    await town.does(1, Reroute(file.report, to, replace(grave, sensitive=True), None))
    await town.does(2, Reroute(calm.report, to, replace(making.THEFT, sensitive=True), None))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"apart": 2}
        rings = [row for row in await making.rows(there, tables.timers) if row.kind == "alert" and row.done_at is None]
        assert [(row.report, row.data["office"], row.data["desk"]) for row in rings] == [
            (file.report, staffing.KARRADA, "women")
        ]
