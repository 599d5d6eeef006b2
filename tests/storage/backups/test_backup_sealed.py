"""A backup of a sealed desk opens to its people alone, also when it was put back; a drill counts it as sealed."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from storage.anchors import Noted
from storage.backups import backup, clients, places, trying
from storage.backups.backup import Place
from storage.database.engine import Store
from storage.keys import Keyring
from tests.storage.house import ANSWER, NOTE, WORDS, House, copy_of, stolen

pytestmark = pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here")


async def test_it_opens_to_its_people_and_to_no_key_of_the_server(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    file = await house.tell()
    await house.work_on(file)
    url, keys_dir = request.getfixturevalue("database_url"), request.getfixturevalue("keys_dir")
    made = backup.make(Place(url, tmp_path / "media"), tmp_path / "copies", keyring, now=now, entropy=b"abc")
    folder = tmp_path / "copies" / made.name
    assert made.gone == 1  # its photo was never on this disk
    with trying.scratch(url, "", tmp_path / "scratch", now=now, entropy=b"abcd") as target:
        (tmp_path / "scratch").mkdir()
        restored, found = await asyncio.to_thread(
            trying.try_out, folder, target, keyring, keys_dir, noted=Noted(), now=now, entropy=b"x"
        )
        assert restored.checked.whole
        assert (found.cases, found.opened, found.sealed, found.files, found.failed) == (1, 0, 5, 0, 0)
        there = House(Store.open(target.url), keyring, now, house.people, house.keys)
        try:
            for name in ("هدى", "سلمى"):
                assert await there.texts(file, house.keys[name], name) == [WORDS, NOTE, ANSWER]
            assert stolen(await copy_of(there.store), keyring) == ""
        finally:
            there.store.close()
    if url.startswith("postgresql"):
        with pytest.raises(OperationalError):  # the scratch database is gone
            places.transaction(target.url, lambda conn: conn.exec_driver_sql("SELECT 1").scalar_one())
