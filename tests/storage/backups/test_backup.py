"""A backup is the database at one instant, whole or not there, without a key or what must not outlive a day."""

import asyncio
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, insert, make_url, select, text, update

from bot.vocabulary import MediumKind, Role
from storage import anchors, audit, keys, tables
from storage.anchors import Noted
from storage.backups import backup, clients, drills, filling, manifests, places, restoring, trying
from storage.backups.backup import Place
from storage.backups.drills import Kind
from storage.backups.manifests import Manifest, NotABackup
from storage.backups.places import NotEmpty, Target, TooOld
from storage.backups.restoring import Restored
from storage.database.engine import Store
from storage.keys import Domain, KeyMismatch, Keyring
from storage.people import logins
from storage.purging import journal
from storage.words import content, media, vault
from storage.words.media import Fetch, Known
from tests.databases import sqlite_mostly
from tests.staffing import Filed, file, hire, town
from tests.storage import making

WORDS = ("سرقوا دراجتي من باب الدار", "ثم رجعوا بالليل")
PHOTO = b"\xff\xd8 sealed all the same " * 9_000
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


@pytest.fixture
def media_dir(tmp_path: Path) -> Path:
    return tmp_path / "data" / "media"


@pytest.fixture
def place(database_url: str, media_dir: Path) -> Place:
    return Place(database_url, media_dir)


@pytest.fixture
async def lived_in(store: Store, keyring: Keyring, now: datetime, media_dir: Path) -> Store:
    """A town with staff, reports, a photo, an audit log, a message that waits and a session that is open."""

    def work(conn: Connection) -> str:
        keys.register(conn, keyring, now)
        town(conn)
        person = hire(conn, keyring, "زينب", Role.COORDINATOR, now=now)
        tried = logins.Attempt(person, "hash")
        logins.log_in(conn, keyring, tried=tried, now=now, entropy=secrets.token_bytes(64))
        reports = [file(conn, keyring, Filed(f"BG-0000{n}", said=WORDS), now=now) for n in range(5)]
        part = content.add_part(conn, keyring, report=reports[0], kind="utterance", body={"text": ""}, at=now)
        media.add(conn, keyring, part=part, report=reports[0], files=[making.medium()], now=now)
        return part

    await store.write(work)
    await _photographed(store, keyring, media_dir, now)
    await making.keep(store, keyring, making.message(1), now=now)
    await store.write(lambda conn: audit.chain(conn, keyring, now))
    return store


async def _photographed(store: Store, keyring: Keyring, media_dir: Path, now: datetime) -> str:
    async def pieces() -> AsyncIterator[bytes]:
        yield PHOTO

    stored = await vault.write(media_dir, pieces(), now=now)
    known = Known(MediumKind.PHOTO, "image/jpeg", stripped=True)

    def work(conn: Connection) -> None:
        (fetch,) = media.claim(conn, keyring, owner="me", now=now, limit=9, lease=timedelta(minutes=1))
        assert isinstance(fetch, Fetch)
        assert media.kept(conn, keyring, fetch, stored, known, now=now, unheard=False)

    await store.write(work)
    return stored.path


def _make(place: Place, to: Path, keyring: Keyring, now: datetime) -> Manifest:
    return backup.make(place, to, keyring, now=now, entropy=secrets.token_bytes(3))


async def _restored(home: "Home", made: Manifest, **other: Any) -> Restored:
    """Put back into the target, or where and with what `other` says."""
    given: dict[str, Any] = {"target": home.target, "keyring": home.keyring, "noted": Noted(), "now": home.now} | other
    return await asyncio.to_thread(restoring.restore, home.backups / made.name, keys_dir=home.keys_dir, **given)


@pytest.fixture
def target(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Target:
    if database_url.startswith("sqlite"):
        return Target(f"sqlite:///{tmp_path / 'new' / 'muntada.db'}", tmp_path / "new" / "media")
    url: str = request.getfixturevalue("empty_postgresql_url")
    return Target(url, tmp_path / "new" / "media")


@dataclass(frozen=True, slots=True)
class Home:
    """A town that is backed up, and an empty place for what is put back."""

    store: Store
    place: Place
    keyring: Keyring
    keys_dir: Path
    now: datetime
    folder: Path
    target: Target

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.folder / "backups"

    def make(self) -> Manifest:
        """A backup, now."""
        return _make(self.place, self.backups, self.keyring, self.now)


@pytest.fixture
def home(
    lived_in: Store, place: Place, keyring: Keyring, now: datetime, request: pytest.FixtureRequest, target: Target
) -> Home:
    folder: Path = request.getfixturevalue("tmp_path")
    keys_dir: Path = request.getfixturevalue("keys_dir")
    return Home(lived_in, place, keyring, keys_dir, now, folder, target)


async def _all(store: Store, table: Any) -> list[Any]:
    return await store.read(lambda c: sorted(map(tuple, c.execute(select(table)).all()), key=repr))


async def test_what_is_restored_is_what_was_backed_up(home: Home) -> None:
    made = home.make()
    assert made.counts["reports"] == 5
    assert made.waiting == 1
    restored = await _restored(home, made)
    assert restored.erased == 0
    assert restored.checked.whole
    there = Store.open(home.target.url)
    try:
        for table in (tables.reports, tables.parts, tables.media, tables.staff, tables.grants, tables.contacts):
            assert await _all(there, table) == await _all(home.store, table), table.name
        for table in (tables.sessions, tables.conversations, tables.talks, tables.inbound):
            assert await _all(there, table) == [], table.name
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
    made = _make(place, tmp_path / "backups", keyring, now)
    secret = [path.read_bytes() for path in _files(keys_dir)]
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


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


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
    made = await asyncio.to_thread(_make, home.place, home.backups, home.keyring, home.now)
    during = await making.count(home.store, tables.reports)
    stop.set()
    await asyncio.gather(*writers)
    assert 5 < made.counts["reports"] < during + 1
    await _restored(home, made)
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


@pytest.mark.parametrize("which", ["database", "media", "manifest", "counts"])
async def test_a_changed_backup_is_not_restored_and_leaves_nothing(home: Home, which: str) -> None:
    made = home.make()
    folder = home.backups / made.name
    changed = {"database": made.database, "manifest": manifests.FILE, "counts": manifests.FILE}.get(which)
    path = folder / (changed or next(name for name in made.files if name.startswith("media/")))
    whole = path.read_bytes()
    if which == "counts":
        path.write_bytes(whole.replace(b'"reports": 5', b'"reports": 6'))
    else:
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    with pytest.raises(NotABackup):
        await _restored(home, made)
    assert not home.target.media_dir.exists()
    assert not (home.folder / "new" / "muntada.db").exists()


async def test_it_needs_the_right_keys(home: Home) -> None:
    made = home.make()
    assert {(key.domain, key.epoch) for key in made.keys} >= {(Domain.CONTENT, "2026-11"), (Domain.AUDIT, "all")}
    assert {Domain.INTAKE, Domain.DOOR, Domain.PEPPER, Domain.OUTBOX} & {key.domain for key in made.keys} == set()
    assert made.until == datetime.fromisoformat("2026-12-03T00:00:00+00:00")
    other = Keyring.open(home.folder / "other")
    for domain in Domain:
        other.make(domain, home.now)
    with pytest.raises(NotABackup):
        await _restored(home, made, keyring=other)
    home.keyring.destroy(Domain.CONTENT, "2026-11")
    with pytest.raises(TooOld):
        await _restored(home, made, keyring=Keyring.open(home.keys_dir))
    (home.keys_dir / "content" / "2026-11").write_bytes(bytes(32))
    with pytest.raises(KeyMismatch):
        await _restored(home, made, keyring=Keyring.open(home.keys_dir))


async def test_nothing_that_is_there_is_overwritten(home: Home) -> None:
    made = home.make()
    with pytest.raises(NotEmpty):
        await _restored(home, made, target=Target(home.place.url, home.target.media_dir))
    with pytest.raises(NotEmpty):
        await _restored(home, made, target=Target(home.target.url, home.place.media_dir))
    assert any(home.place.media_dir.rglob("*"))


async def test_what_was_erased_since_is_erased_again_and_its_file_is_to_be_shredded(home: Home) -> None:
    made = home.make()
    query = select(tables.reports.c.id).where(tables.reports.c.number == "BG-00000")
    report = await home.store.read(lambda c: c.execute(query).scalar_one())
    journal.write(home.keys_dir, "ab", report, [b"\x07" * 32], now=home.now)
    restored = await _restored(home, made)
    assert restored.erased == 1
    there = Store.open(home.target.url)
    try:
        parts = select(tables.parts.c.sealed).where(tables.parts.c.report == report)
        assert set(await there.read(lambda c: c.execute(parts).scalars().all())) <= {None}
        assert await _all(there, tables.media) == []
        dedups = await there.read(lambda c: c.execute(select(tables.inbound.c.dedup)).scalars().all())
        assert b"\x07" * 32 in [bytes(one) for one in dedups]
    finally:
        there.close()


async def test_what_waited_to_be_sent_is_not_sent_a_second_time(home: Home) -> None:
    def put(conn: Connection) -> None:
        report = conn.execute(select(tables.report_contacts)).first()
        assert report
        row = {"id": "p", "once": "p", "kind": "reply", "report": report.report, "contact": report.contact}
        row |= {"channel": "sms", "sealed": b"x", "epoch": "2026-11", "created_at": home.now, "due_at": home.now}
        conn.execute(insert(tables.outbox), row)

    await home.store.write(put)
    made = home.make()
    await _restored(home, made)
    there = Store.open(home.target.url)
    try:
        (row,) = await there.read(lambda c: c.execute(select(tables.outbox)).all())
        assert (row.state, row.reason, row.sealed) == ("dead", "restored", None)
    finally:
        there.close()


async def test_keys_that_ended_since_are_known_as_ended(home: Home) -> None:
    made = home.make()
    home.keyring.destroy(Domain.INTAKE, f"{home.now:%Y-%m-%d}")
    later = home.now + timedelta(days=3)
    fresh = Keyring.open(home.keys_dir)
    await _restored(home, made, keyring=fresh, now=later)
    there = Store.open(home.target.url)
    try:
        assert f"{home.now:%Y-%m-%d}" in await there.read(lambda c: keys.destroyed(c, Domain.INTAKE))
        await there.write(lambda c: keys.register(c, fresh, later))
        await making.keep(there, fresh, making.message(7), now=later)
    finally:
        there.close()


async def test_the_log_must_go_through_the_anchors_up_to_there(home: Home) -> None:
    first = await home.store.read(audit.anchor)
    made = home.make()
    folder = home.folder / "anchors"
    anchors.append(folder, home.keyring, first, now=home.now)
    anchors.append(
        folder, home.keyring, audit.Anchor(99, bytes(32)), now=home.now
    )  # after the backup: it cannot know it
    restored = await _restored(home, made, noted=anchors.read(folder, home.keyring))
    assert restored.checked.whole
    if home.place.url.startswith("sqlite"):
        other = Target(home.target.url + "2", home.target.media_dir.with_name("other"))
        anchors.append(folder, home.keyring, audit.Anchor(first.seq - 1, bytes(32)), now=home.now)
        with pytest.raises(places.NotWhole):
            await _restored(home, made, target=other, noted=anchors.read(folder, home.keyring))
        assert not other.media_dir.exists()


async def test_a_drill_sees_what_does_not_open_though_it_should(home: Home) -> None:
    """The backup is whole; what it holds was spoilt before: a key that was swapped, a file that was lost."""

    def spoil(conn: Connection) -> None:
        said = tables.parts.c.kind == "utterance"
        one = conn.execute(select(tables.parts.c.id).where(said).order_by(tables.parts.c.id).limit(1)).scalar_one()
        conn.execute(update(tables.parts).where(tables.parts.c.id == one).values(wrapped=bytes(60)))

    await home.store.write(spoil)
    for path in _files(home.place.media_dir):
        path.unlink()
    made = home.make()
    assert made.gone == 1
    await _restored(home, made)
    found = places.transaction(
        home.target.url, lambda conn: trying.examine(conn, home.keyring, home.target.media_dir, entropy=b"x")
    )
    assert (found.opened, found.files, found.failed) == (15, 0, 2)


# ── The folder ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_one_that_fails_half_way_is_not_there(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    assert sqlite_store
    keyring.destroy(Domain.AUDIT, "all")
    with pytest.raises(keys.KeyGone):
        _make(Place(sqlite_url, tmp_path / "media"), tmp_path / "backups", Keyring.open(tmp_path / "none"), now)
    assert list((tmp_path / "backups").iterdir()) == []


async def test_old_ones_go_and_the_newest_and_what_is_not_ours_stay(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    made = [_make(place, to, keyring, now - timedelta(days=age)).name for age in (12, 9, 5)]
    (to / "muntada-photos").mkdir()
    (to / "letters").mkdir()
    assert backup.prune(to, keyring, days=None, now=now) == 0
    assert backup.prune(to, keyring, days=7, now=now) == 1
    assert sorted(path.name for path in to.iterdir()) == ["letters", made[1], made[2], "muntada-photos"]
    assert backup.prune(to, keyring, days=1, now=now) in {0, 1}
    assert (to / "letters").exists()


@pytest.mark.parametrize("ahead", [1, 3])
async def test_a_clock_that_is_ahead_takes_of_the_good_ones_only_the_oldest_two_at_a_time(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path, ahead: int
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    good = [_make(place, to, keyring, now - timedelta(days=age)).name for age in range(9, 0, -1)]
    taken = 0
    for day in range(ahead):
        wrong = now + timedelta(days=60 + day)
        _make(place, to, keyring, wrong)
        taken += backup.prune(to, keyring, days=35, now=wrong)
    assert taken == 2 * ahead
    assert [name for name in good if (to / name).exists()] == good[taken:]
    right = now + timedelta(days=1)
    _make(place, to, keyring, right)
    assert backup.prune(to, keyring, days=35, now=right) == 0  # what lies ahead makes nothing old


async def test_the_newest_by_date_stays_though_others_have_a_higher_number(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    """Such as of a folder that was used before, or of a database that was restored."""
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    days = (6, 5, 20, 16, 12)
    made = [_make(place, to, keyring, now - timedelta(days=age)).name for age in days]
    assert backup.prune(to, keyring, days=4, now=now) == 1
    assert [day for day, name in zip(days, made, strict=True) if not (to / name).exists()] == [20]


async def test_the_newest_of_a_folder_is_found(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    with pytest.raises(NotABackup):
        backup.found(to, keyring, now=now)
    made = [_make(place, to, keyring, now - timedelta(days=age)) for age in (3, 2)]
    assert backup.found(to, keyring, now=now) == (to / made[1].name, made[1])
    assert backup.found(to / made[0].name, keyring, now=now)[1] == made[0]


def test_a_damaged_file_is_known(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    connection.close()
    assert filling.integrity(file) == "ok"
    whole = file.read_bytes()
    file.write_bytes(whole[:9000] + b"\xff" * 4000 + whole[13000:])
    assert filling.integrity(file) != "ok"
    file.write_bytes(b"no database at all" * 100)
    assert filling.integrity(file) != "ok"


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
        manifest = _make(Place(login, tmp_path / "media"), made, keyring, now)
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


async def test_the_newest_is_what_was_made_last_and_one_that_cannot_be_read_is_not_passed_over(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    made = [_make(place, to, keyring, now + timedelta(days=days)) for days in (0, 20, 1)]
    assert [each.number for each in made] == [1, 2, 3]
    assert backup.found(to, keyring, now=now + timedelta(days=2)) == (to / made[2].name, made[2])
    assert backup.prune(to, keyring, days=1, now=now + timedelta(days=21)) == 1  # by a clock that is ahead
    assert backup.found(to, keyring, now=now + timedelta(days=2))[1] == made[2]
    (to / made[1].name / manifests.FILE).write_text("{}")
    with pytest.raises(NotABackup):
        backup.found(to, keyring, now=now + timedelta(days=2))


async def test_where_number_and_date_tell_two_newest_ones_somebody_has_to_say_which(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    """The backups of two machines, in one folder off site."""
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    place, offsite = Place(sqlite_url, tmp_path / "media"), tmp_path / "offsite"
    of_one = [_make(place, tmp_path / "one", keyring, now + timedelta(days=day)) for day in (0, 1, 2)]
    of_two = [_make(place, tmp_path / "two", keyring, now + timedelta(days=day)) for day in (4, 5)]
    for name in ("one", "two"):
        shutil.copytree(tmp_path / name, offsite, dirs_exist_ok=True)
    with pytest.raises(backup.WhichOne) as told:
        backup.found(offsite, keyring, now=now + timedelta(days=6))
    assert of_one[2].name in str(told.value)
    assert of_two[1].name in str(told.value)
    assert backup.found(offsite / of_two[1].name, keyring, now=now)[1] == of_two[1]


async def test_the_number_goes_on_from_what_a_database_came_out_of(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    place = Place(sqlite_url, tmp_path / "media")

    def work(conn: Connection) -> None:
        drills.restored(conn, at=now, took_ms=1, data={"number": 7})
        for kind, number in ((Kind.BACKUP, 5), (Kind.DRILL, 9)):
            by: Any = {"at": now, "actor": "machine:backup", "took_ms": 1, "well": True}
            drills.record(conn, keyring, kind, data={"number": number}, **by)

    await sqlite_store.write(work)
    made = [_make(place, tmp_path / "new", keyring, now + timedelta(days=day)) for day in (0, 1)]
    assert [each.number for each in made] == [8, 9]


async def test_what_the_manifest_does_not_name_is_not_put_back(home: Home) -> None:
    made = home.make()
    secret, laid = home.folder / "secret", home.backups / made.name / "media"
    secret.write_text("of another")
    (laid / "planted").write_text("by somebody")
    (laid / "led").symlink_to(secret)
    (laid / "away").symlink_to(home.folder)
    await _restored(home, made)
    there = {path.relative_to(home.target.media_dir) for path in _files(home.target.media_dir)}
    assert there == {Path(path).relative_to("media") for path in made.files if path.startswith("media/")}


async def test_one_of_a_newer_version_is_refused_in_words(home: Home) -> None:
    made = replace(home.make(), revision="9999_newer")
    manifests.write(home.backups / made.name, home.keyring, made)
    with pytest.raises(NotABackup, match="a newer version"):
        await _restored(home, made)
    assert not home.target.media_dir.exists()
