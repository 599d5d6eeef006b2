"""A backup is the database at one instant, whole or not there, without a key or what must not outlive a day."""

import asyncio
import subprocess
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, insert, make_url, select, text, update

from storage import audit, keys, tables
from storage.anchors import Noted
from storage.backups import clients, places, trying
from storage.backups.backup import Place
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from tests.databases import sqlite_mostly
from tests.staffing import Filed, file, town
from tests.storage import making
from tests.storage.backups.homes import (
    PHOTO,
    WORDS,
    Home,
    every_row,
    files_of,
    home,
    lived_in,
    made_by,
    media_dir,
    place,
    put_back,
    target,
)

__all__ = ["home", "lived_in", "media_dir", "place", "target"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def test_what_is_restored_is_what_was_backed_up(home: Home) -> None:
    made = home.make()
    assert made.counts["reports"] == 5
    assert made.waiting == 1
    restored = await put_back(home, made)
    assert restored.erased == 0
    assert restored.checked.whole
    there = Store.open(home.target.url)
    try:
        for table in (tables.reports, tables.parts, tables.media, tables.staff, tables.grants, tables.contacts):
            assert await every_row(there, table) == await every_row(home.store, table), table.name
        for table in (tables.sessions, tables.conversations, tables.talks, tables.inbound):
            assert await every_row(there, table) == [], table.name
        found = await there.read(lambda c: trying.examine(c, home.keyring, home.target.media_dir, entropy=b"x"))
        assert (found.cases, found.opened, found.files, found.sealed, found.failed) == (5, 16, 1, 0, 0)
        assert (await there.read(lambda c: audit.verify(c, home.keyring))).whole
        # It goes on: the serial of messages, the chain, new reports.
        await making.keep(there, home.keyring, making.message(2), now=home.now)
        assert len(await making.waiting(there, home.keyring, now=home.now)) == 1
        assert await there.write(lambda c: audit.chain(c, home.keyring, home.now)) == 1
    finally:
        there.close()


async def test_no_key_no_session_and_nothing_of_the_day_is_in_it(
    lived_in: Store, place: Place, keyring: Keyring, keys_dir: Path, now: datetime, tmp_path: Path
) -> None:
    half = b"half of an unlocked key, " * 2
    await lived_in.write(lambda c: c.execute(update(tables.sessions).values(key_half=half, key_until=now)))
    talk = {"id": "t", "found_by": b"found by this hash", "sealed": b"a private talk", "epoch": "x", "until_at": now}
    await lived_in.write(lambda c: c.execute(insert(tables.talks), talk))
    waits = await lived_in.read(lambda c: c.execute(select(tables.inbound.c.sealed)).scalar_one())
    made = made_by(place, tmp_path / "backups", keyring, now)
    secret = [path.read_bytes() for path in files_of(keys_dir)]
    needles = [*secret, half, talk["found_by"], talk["sealed"], waits, *(word.encode() for word in WORDS), PHOTO[:40]]
    if place.url.startswith("sqlite"):
        haystack = [path for path in (tmp_path / "backups" / made.name).rglob("*") if path.is_file()]
    else:
        dumped = tmp_path / "script.sql"
        backup_file = tmp_path / "backups" / made.name / made.database
        _as_script(backup_file, dumped)
        haystack = [dumped, tmp_path / "backups" / made.name / "inbound.copy"]
    for path in haystack:
        found = path.read_bytes()
        for needle in needles:
            assert needle not in found, path.name
            assert needle.hex().encode() not in found, path.name


def _as_script(dump: Path, script: Path) -> None:
    """A custom dump, unpacked."""
    program = clients._find("pg_restore")
    assert program
    subprocess.run([program, "--data-only", f"--file={script}", str(dump)], check=True)


async def test_one_made_under_writing_is_of_one_instant(home: Home) -> None:
    """Each writer adds a report with three parts and an audit row in one transaction: never a part of that."""
    stop = asyncio.Event()

    async def write_on(name: str) -> None:
        n = 0
        while not stop.is_set():
            n += 1
            await home.store.write(lambda c, n=n: _case(c, home.keyring, f"{name}-{n:05}", home.now))  # type: ignore[misc]

    writers = [asyncio.create_task(write_on(f"W{n}")) for n in range(4)]
    await asyncio.sleep(0.2)
    made = await asyncio.to_thread(made_by, home.place, home.backups, home.keyring, home.now)
    during = await making.count(home.store, tables.reports)
    stop.set()
    await asyncio.gather(*writers)
    assert 5 < made.counts["reports"] < during + 1
    await put_back(home, made)
    there = Store.open(home.target.url)
    try:
        for report in await there.read(
            lambda c: c.execute(select(tables.reports.c.id).where(tables.reports.c.number.like("W%"))).scalars().all()
        ):
            said = await there.read(
                lambda c, of=report: c.execute(select(tables.parts).where(tables.parts.c.report == of)).all()  # type: ignore[misc]
            )
            assert len(said) == 3
            noted = select(tables.audit.c.id).where(tables.audit.c.subject == report)
            assert len(await there.read(lambda c, q=noted: c.execute(q).all())) == 1  # type: ignore[misc]
    finally:
        there.close()


def _case(conn: Connection, keyring: Keyring, number: str, now: datetime) -> None:
    report = file(conn, keyring, Filed(number, said=WORDS), now=now)
    audit.write(conn, keyring, at=now, actor="machine:test", action="x", subject=report)


async def test_one_that_fails_half_way_is_not_there(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    assert sqlite_store
    keyring.destroy(Domain.AUDIT, "all")
    with pytest.raises(keys.KeyGone):
        made_by(Place(sqlite_url, tmp_path / "media"), tmp_path / "backups", Keyring.open(tmp_path / "none"), now)
    assert list((tmp_path / "backups").iterdir()) == []


async def test_a_login_that_owns_nothing_makes_one_and_an_owner_who_is_no_superuser_puts_it_back(
    postgresql_url: str, keyring: Keyring, keys_dir: Path, now: datetime, tmp_path: Path
) -> None:
    url = make_url(postgresql_url)
    superuser = postgresql_url.replace("+psycopg", "")
    made = tmp_path / "copies"
    with psycopg.connect(superuser, autocommit=True) as raw:
        for statement in (
            "DROP ROLE IF EXISTS backup_owner, backup_login",
            "CREATE ROLE backup_owner LOGIN CREATEROLE CREATEDB",
            "CREATE ROLE backup_login LOGIN NOINHERIT IN ROLE muntada_worker, muntada_console",
        ):
            raw.execute(statement.encode())
    login = url.set(username="backup_login").render_as_string(hide_password=False)
    owner = url.set(username="backup_owner").render_as_string(hide_password=False)
    store = Store.open(login)
    try:
        await store.write(lambda c: keys.register(c, keyring, now))
        await store.write(town)
        for n in range(3):
            await store.write(lambda c, n=n: _case(c, keyring, f"L-{n}", now))  # type: ignore[misc]
        await store.write(lambda c: audit.chain(c, keyring, now))
        manifest = made_by(Place(login, tmp_path / "media"), made, keyring, now)
        (tmp_path / "scratch").mkdir()
        with trying.scratch(login, owner, tmp_path / "scratch", now=now, entropy=b"own") as target:
            tried, found = await asyncio.to_thread(
                trying.try_out, made / manifest.name, target, keyring, keys_dir, noted=Noted(), now=now, entropy=b"x"
            )
            assert (found.cases, found.opened, found.failed, tried.checked.rows) == (3, 9, 0, 3)
            forced = text("SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relrowsecurity")
            assert places.transaction(target.url, lambda c: c.execute(forced).scalar_one())
        with (
            pytest.raises(trying.NoScratch),
            trying.scratch(login, login, tmp_path / "scratch", now=now, entropy=b"not"),
        ):
            pass
    finally:
        store.close()
        with psycopg.connect(superuser, autocommit=True) as raw:
            raw.execute(b"DROP OWNED BY backup_owner, backup_login")
            raw.execute(b"DROP ROLE backup_owner, backup_login")
