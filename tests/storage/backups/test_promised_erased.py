"""What was erased, or taken back, stays so after a restore from before that."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.vocabulary import Erase, Role
from storage import tables, ties
from storage.backups import clients
from storage.backups.places import Target
from storage.consent import answering, consents
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import holding, making
from tests.storage.backups.towns import DAY, Town, target, town

__all__ = ["target", "town"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def test_what_was_erased_stays_so_although_the_journal_had_no_time_to_note_it(town: Town, target: Target) -> None:
    gone, stays = await town.files(1), await town.files(2)
    made = await town.backs_up()
    await town.does(1, Erase(gone.report))
    assert not (town.keyring.folder / "erased").exists()
    async with town.restored(made, target) as (there, done):
        assert (done.erased, done.kept.done) == (0, {"erased": 1})
        rows = {row.id: row.erased_at is None for row in await making.rows(there, tables.reports)}
        assert rows == {gone.report: False, stays.report: True}
        assert {row.report for row in await making.rows(there, tables.parts) if row.sealed} == {stays.report}


async def test_what_a_hold_keeps_though_it_was_erased_is_cut_off_again(town: Town, target: Target) -> None:
    held, young = await town.files(1), await town.files(2)
    until = town.now + 60 * DAY

    def hold(conn: Connection, report: str) -> None:
        holding.hold(conn, town.keyring, until, report=report)

    await town.store.write(lambda c: hold(c, held.report))
    made = await town.backs_up()
    await town.store.write(lambda c: hold(c, young.report))  # a hold that the backup does not know
    await town.does(1, Erase(held.report))
    await town.does(2, Erase(young.report))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"cut": 2}
        for row in await making.rows(there, tables.reports):
            assert (row.reachable, row.held_until, row.erased_at) == ("no", until, None)
        assert await making.count(there, tables.codes) == 0
        assert await making.count(there, tables.report_contacts) == 0
        assert {row.kind for row in await making.rows(there, tables.timers)} >= {"erase"}


async def test_a_refusal_and_a_withdrawal_stand_and_what_was_copied_goes(town: Town, target: Target) -> None:
    file, copy = await town.files(1), await town.files(2)
    person = await town.store.write(lambda c: staffing.hire(c, town.keyring, "زينب", Role.COORDINATOR, now=town.now))
    base = {"report": file.report, "scope": "summary", "asked_by": person, "until_at": town.now + 30 * DAY}
    base |= {"asked_at": town.now, "office": making.OFFICE, "desk": "urgent"}
    rows = [
        base | {"id": "given", "answer": True, "answered_at": town.now, "copy": copy.report},
        base | {"id": "asked", "answer": None, "answered_at": None, "copy": None},
    ]
    empty = dict.fromkeys(("desk", "service", "answered_at", "revoked_at", "copy"))
    tied = [{**empty, **row} | {"tie": ties.consent(town.keyring, {**empty, **row})} for row in rows]
    await town.store.write(lambda c: c.execute(insert(tables.consents), tied))
    made = await town.backs_up()
    assert await town.store.write(
        lambda c: answering.answer(c, town.keyring, "asked", given=False, now=town.now + timedelta(hours=1))
    )
    await town.store.write(lambda c: answering.revoke(c, town.keyring, file.report, town.now + timedelta(hours=2)))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"consent": 2}
        at = town.now + DAY
        states = {row.id: consents.state(town.keyring, row, at) for row in await making.rows(there, tables.consents)}
        assert states == {"given": "ended", "asked": "no"}
        assert await there.read(lambda c: consents.asked(c, town.keyring, file.report, at)) is None
        gone = select(tables.reports.c.erased_at).where(tables.reports.c.id == copy.report)
        assert await there.read(lambda c: c.execute(gone).scalar_one()) is not None
