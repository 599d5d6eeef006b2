"""Backup, restore and drill, ended at any moment: nothing of what they unpacked stays, or the next one takes it away.

python3 run.py test -m crash tests/crash/test_copies.py
"""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, make_url

from bot.vocabulary import MediumKind
from storage import keys
from storage.backups import clients
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content, media, vault
from storage.words.media import Fetch, Known
from tests.crash.house import ROOT
from tests.staffing import Filed, file, town
from tests.storage import making

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
MOMENTS = 4
REPORTS, PHOTOS, PHOTO = 100, 60, bytes(200_000)
WHOLE = "the audit log is whole"


@dataclass(slots=True)
class Place:
    """A deployment that is backed up, and where its backup is put back. env: of the second."""

    env: dict[str, str]
    folder: Path
    target: str

    def start(self, *verb: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "api.cli", *verb]
        return subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *verb: str) -> tuple[int, str]:
        process = self.start(*verb)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err

    def end(self, by: signal.Signals, after: float, begun: Callable[[], bool], *verb: str) -> tuple[int, str]:
        """Ends a command, so many seconds after it began to write."""
        process = self.start(*verb)
        while not begun() and process.poll() is None:
            time.sleep(0.002)
        time.sleep(after)
        process.send_signal(by)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err

    def files(self) -> list[str]:
        """What lies in the data folder."""
        data = self.folder / "new-data"
        return sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())

    def ask(self, statement: str) -> list[str]:
        with psycopg.connect(_plain(self.target), autocommit=True) as connection:
            return [row[0] for row in connection.execute(statement.encode()).fetchall()]

    def is_marked(self) -> bool:
        if not self.target:
            return (self.folder / "new-data" / ".muntada.db.unfinished").exists()
        return self.ask("SELECT to_regclass('public.muntada_restoring')::text") != [None]

    def rows(self) -> int:
        """How many rows the database has there."""
        if not self.target:
            return 0
        tables = self.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        return sum(int(self.ask(f"SELECT count(*)::text FROM public.{name}")[0]) for name in tables)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def _photographed(store: Store, keyring: Keyring, media_dir: Path, now: datetime) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield PHOTO

    known = Known(MediumKind.PHOTO, "image/jpeg", stripped=True)
    waiting = await store.write(
        lambda c: media.claim(c, keyring, owner="me", now=now, limit=PHOTOS, lease=timedelta(minutes=1))
    )
    for fetch in waiting:
        assert isinstance(fetch, Fetch)
        stored = await vault.write(media_dir, pieces(), now=now)
        await store.write(
            lambda c, f=fetch, s=stored: media.kept(c, keyring, f, s, known, now=now, unheard=False)  # type: ignore[misc]
        )


async def _lived_in(url: str, folder: Path) -> None:
    keyring, now, store = Keyring.open(folder / "its-keys"), datetime.now(UTC), Store.open(url)

    def work(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        town(conn)
        reports = [file(conn, keyring, Filed(f"BG-{n:05}"), now=now) for n in range(REPORTS)]
        part = content.add_part(conn, keyring, report=reports[0], kind="utterance", body={"text": ""}, at=now)
        media.add(conn, keyring, part=part, report=reports[0], files=[making.medium()] * PHOTOS, now=now)

    try:
        await store.write(work)
        await _photographed(store, keyring, folder / "data" / "media", now)
    finally:
        store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql" and not clients.is_here("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not here")
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def old(url: str, tmp_path: Path) -> Place:
    """Where the backup is made."""
    (tmp_path / "temp").mkdir()
    named = {
        "MUNTADA_DATABASE_URL": url,
        "MUNTADA_DATA_DIR": str(tmp_path / "data"),
        "MUNTADA_KEYS_DIR": str(tmp_path / "its-keys"),
        "TMPDIR": str(tmp_path / "temp"),
    }
    place = Place({**os.environ, **named}, tmp_path, "")
    assert place.run("keys", "create")[0] == 0
    asyncio.run(_lived_in(url, tmp_path))
    return place


@pytest.fixture
def new(old: Place, url: str, request: pytest.FixtureRequest) -> Place:
    """Where it is put back; with a backup at hand."""
    assert old.run("backup", "--to", str(old.folder / "copies"))[0] == 0
    target = request.getfixturevalue("empty_postgresql_url") if url.startswith("postgresql") else ""
    named = {"MUNTADA_DATABASE_URL": target, "MUNTADA_DATA_DIR": str(old.folder / "new-data")}
    return Place({**old.env, **named}, old.folder, target)


def _restore(place: Place) -> tuple[str, ...]:
    return "restore", "--from", str(place.folder / "copies")


def _whole(place: Place) -> None:
    """It can be run again, and then all is there and can be opened."""
    code, said = place.run(*_restore(place))
    assert (code, WHOLE in said) == (0, True), said
    assert not place.is_marked()
    assert len([name for name in place.files() if name.startswith("media/")]) == PHOTOS
    code, said = place.run("audit", "verify")
    assert code == 0, said


def test_a_restore_that_is_told_to_end_leaves_nothing_and_can_be_run_again(new: Place) -> None:
    ended = 0
    for moment, by in zip(range(MOMENTS), itertools.cycle(TOLD), strict=False):
        code, said = new.end(by, 0.05 * moment, new.is_marked, *_restore(new))
        if code == 0:
            break
        ended += 1
        assert (code, "told to end" in said) == (128 + by, True), said
        assert (new.files(), new.rows(), new.is_marked()) == ([], 0, False)
    assert ended, "none was ended in time"
    if code != 0:
        _whole(new)


def test_what_a_killed_restore_left_cannot_be_opened_and_the_next_takes_it_away(new: Place) -> None:
    left = 0
    for moment in range(MOMENTS):
        code, _ = new.end(signal.SIGKILL, 0.04 * moment, new.is_marked, *_restore(new))
        if code == 0:
            return
        if new.is_marked():
            left += 1
            code, said = new.run("audit", "verify")
            assert (code, "did not end" in said) == (2, True), said
    assert left, "none was killed in time"
    _whole(new)


@pytest.mark.parametrize("by", [*TOLD, signal.SIGKILL])
def test_a_backup_that_is_ended_is_not_there_and_its_draft_goes(old: Place, by: signal.Signals) -> None:
    copies = old.folder / "copies"

    def begun() -> bool:
        return bool(list(copies.glob(".draft-*/*")))

    for moment in range(2):
        code, said = old.end(by, 0.02 * moment, begun, "backup", "--to", str(copies))
        if code == 0:
            break
        if by is not signal.SIGKILL:
            assert (code, "told to end" in said) == (128 + by, True), said
            assert list(copies.iterdir()) == []
    assert old.run("backup", "--to", str(copies))[0] == 0
    assert not list(copies.glob(".draft-*"))
    assert old.run("drill", "--from", str(copies))[0] == 0


@pytest.mark.parametrize("by", [*TOLD, signal.SIGKILL])
def test_a_drill_that_is_ended_leaves_nothing_or_the_next_takes_it_away(
    old: Place, url: str, by: signal.Signals
) -> None:
    copies, temp = str(old.folder / "copies"), old.folder / "temp"
    assert old.run("backup", "--to", copies)[0] == 0

    def scratch() -> list[str]:
        if not url.startswith("postgresql"):
            return []
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'muntada_drill_%'")
            return [row[0] for row in rows]

    def begun() -> bool:
        return bool(list(temp.glob("muntada-drill-*/scratch/media/*")))

    code, said = old.end(by, 0.05, begun, "drill", "--from", copies)
    if by is not signal.SIGKILL and code != 0:
        assert code == 128 + by, said
        assert (list(temp.iterdir()), scratch()) == ([], [])
    if by is signal.SIGKILL:
        assert code == -by, "it was not killed in time"
        assert list(temp.iterdir())
    assert old.run("drill", "--from", copies)[0] == 0
    assert (list(temp.iterdir()), scratch()) == ([], [])
