"""A backup that is older than a seat at a sealed desk can be tried and put back, and the desk works on from there."""

import asyncio
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.vocabulary import Desk, Destination, File, Reroute
from storage import tables
from storage.anchors import Noted
from storage.backups import backup, clients, restoring
from storage.backups.backup import Place
from storage.backups.manifests import Manifest
from storage.backups.places import Target
from storage.backups.restoring import Restored
from storage.database.engine import Store
from storage.desks import settling
from storage.keycare import keybackups
from storage.keycare.keybackups import Copy
from storage.keys import Keyring
from storage.sealed import roots
from storage.sealed.recipients import Unverified
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import PLACE, House
from tests.storage.making import message

ROOT = roots.name(*PLACE)
DAY = timedelta(days=1)
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


@dataclass(slots=True)
class Copies:
    """A desk that is on, where its backups lie, and where one of them is put."""

    house: House
    url: str
    folder: Path
    target: Target

    async def make(self) -> Manifest:
        """A backup, as it is now."""
        given: dict[str, Any] = {"now": self.house.now, "entropy": secrets.token_bytes(3)}
        place = Place(self.url, self.folder / "media")
        return await asyncio.to_thread(backup.make, place, self.folder / "copies", self.house.keyring, **given)

    async def put(self, made: Manifest, *, for_good: bool) -> tuple[House, Restored]:
        """It is put back, or only tried; whoever closes the house's store there."""
        ring, folder = self.house.keyring, self.folder / "copies" / made.name
        given: dict[str, Any] = {"noted": Noted(), "now": self.house.now, "for_good": for_good}
        done = await asyncio.to_thread(restoring.restore, folder, self.target, ring, ring.folder, **given)
        here = self.house
        return House(Store.open(self.target.url), ring, here.now, here.people, dict(here.keys)), done


@pytest.fixture
async def copies(
    store: Store, keyring: Keyring, now: datetime, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Copies:
    house = House(store, keyring, now)
    await house.begin()
    office = {"code": making.OFFICE, "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]}
    await store.write(lambda c: c.execute(insert(tables.offices), office) and None)
    await house.recovery()
    await house.found("هدى", "سلمى")
    url = f"sqlite:///{tmp_path / 'new' / 'muntada.db'}"
    if database_url.startswith("postgresql"):
        url = request.getfixturevalue("empty_postgresql_url")
    return Copies(house, database_url, tmp_path, Target(url, tmp_path / "new" / "media"))


async def _settle(house: House) -> None:
    await house.store.write(lambda c: settling.settle(c, house.keyring, house.now) and None)


async def _sit(house: House) -> str:
    """A newcomer's seat begins beside the founders'."""
    house.now = await house.replace("سلمى", "نور", by="هدى")
    await house.later(timedelta(hours=1))
    await _settle(house)
    return house.keys["نور"].recipient


async def _moved(house: House) -> File:
    """A report that lay in the open; `_moves` takes it to the desk."""
    file = making.filing(code="482913", desk=Desk.GENERAL, office=PLACE[0])
    await making.say(house.store, house.keyring, message(7), making.decision(file), now=house.now)
    return file


async def _moves(house: House, file: File) -> None:
    to, facts = Destination(PLACE[0], Desk.WOMEN, "rule"), replace(making.THEFT)
    effect = Reroute(file.report, to, facts, None)
    await making.say(house.store, house.keyring, message(8), making.decision(effect), now=house.now)


async def _desk_of(house: House, file: File) -> str:
    query = select(tables.reports.c.desk).where(tables.reports.c.id == file.report)
    return str(await house.store.read(lambda c: c.execute(query).scalar_one()))


async def test_put_back_it_knows_no_seat_that_began_since_and_takes_reports(copies: Copies) -> None:
    house = copies.house
    file, made = await _moved(house), await copies.make()
    await _sit(house)
    await _moves(house, file)
    there, done = await copies.put(made, for_good=True)
    try:
        assert roots.seats(house.keyring.folder) == []
        assert await there.standing() == {house.keys[name].recipient for name in ("هدى", "recovery")}
        assert (done.kept.done, await _desk_of(there, file)) == ({"apart": 1}, "women")
        await there.tell(9)
    finally:
        there.store.close()
    await _settle(house)  # and the other database, were it not lost, stands as it did
    assert house.keys["نور"].recipient in await house.standing()
    assert len(roots.seats(house.keyring.folder)) == 1


async def test_tried_it_fails_nowhere_and_the_living_desk_keeps_its_notes(copies: Copies) -> None:
    house = copies.house
    file, made = await _moved(house), await copies.make()
    noor = await _sit(house)
    await _moves(house, file)
    there, done = await copies.put(made, for_good=False)
    try:
        assert done.checked.whole
        assert (done.kept.done, done.kept.stays) == ({}, 1)
    finally:
        there.store.close()
    assert roots.seats(house.keyring.folder) == [(ROOT, noor)]
    assert noor in await house.standing()


async def test_a_backup_that_has_the_seat_leaves_its_note(copies: Copies) -> None:
    house = copies.house
    noor = await _sit(house)
    there, _ = await copies.put(await copies.make(), for_good=True)
    try:
        assert roots.seats(house.keyring.folder) == [(ROOT, noor)]
        assert noor in await there.standing()
    finally:
        there.store.close()


async def test_a_backup_from_which_the_seat_was_taken_by_sql_still_stops_the_desk(copies: Copies) -> None:
    """Its audit log knows that she was invited."""
    house = copies.house
    noor = await _sit(house)

    def sql(conn: Any) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        hers = tables.recipients.c.id == noor
        conn.execute(update(tables.recipients).where(hers).values(signature=None, signed_by=None))

    await house.store.write(sql)
    there, _ = await copies.put(await copies.make(), for_good=True)
    try:
        with pytest.raises(Unverified):
            await there.standing()
    finally:
        there.store.close()


async def _copied(house: House) -> Copy:
    until = house.now + 30 * DAY
    return await house.store.read(lambda c: keybackups.take(c, house.keyring, now=house.now, keep_until=until))


async def test_with_an_older_copy_of_the_keys_nobody_is_back_whom_the_backup_knows_as_taken_off(copies: Copies) -> None:
    house, ring = copies.house, copies.house.keyring
    copy = await _copied(house)
    await _sit(house)
    await house.later(timedelta(hours=1))
    before, made = await house.standing(), await copies.make()
    shutil.rmtree(ring.folder)
    ring.folder.mkdir(0o700)
    keybackups.restore_all(ring.folder, copy)
    there, _ = await copies.put(made, for_good=True)
    try:
        assert before == {house.keys[name].recipient for name in ("هدى", "نور", "recovery")}
        assert await there.standing() == before
    finally:
        there.store.close()


async def _keys_restored(house: House, copy: Copy) -> None:
    await house.store.write(lambda c: keybackups.restore(c, house.keyring, copy) and None)


async def test_a_copy_of_the_keys_brings_no_seat_back_that_the_database_lost_when_it_was_put_back(
    copies: Copies,
) -> None:
    house = copies.house
    made = await copies.make()
    await _sit(house)
    copy = await _copied(house)
    house.now += timedelta(hours=1)
    there, _ = await copies.put(made, for_good=True)
    try:
        await _keys_restored(there, copy)
        assert roots.seats(house.keyring.folder) == []
        assert await there.standing() == {house.keys[name].recipient for name in ("هدى", "recovery")}
    finally:
        there.store.close()


async def test_a_copy_of_the_keys_brings_back_the_note_of_a_seat_that_somebody_hid(copies: Copies) -> None:
    """Nothing was put back since, so whose row is gone was taken off by SQL."""
    house = copies.house
    noor = await _sit(house)
    copy = await _copied(house)
    roots.unseat(house.keyring.folder, ROOT, noor)
    await house.store.write(
        lambda c: c.execute(delete(tables.recipients).where(tables.recipients.c.id == noor)) and None
    )
    await _keys_restored(house, copy)
    assert roots.seats(house.keyring.folder) == [(ROOT, noor)]
    with pytest.raises(Unverified):
        await house.standing()
