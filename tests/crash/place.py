"""A deployment with reports and photos that is backed up, and where its backup is put back."""

import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import Connection, make_url

from bot.vocabulary import MediumKind
from storage import keys
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content, media, vault
from storage.words.media import Fetch, Known
from tests.crash.house import ROOT
from tests.staffing import Filed, file, town
from tests.storage import making

PATIENCE_S = 300  # a command that takes two seconds here takes forty where eight of them share two cores
REPORTS, PHOTOS, PHOTO = 100, 60, bytes(200_000)


@dataclass(slots=True)
class Place:
    """A deployment that is backed up, and where its backup is put back. env: of the second."""

    env: dict[str, str]
    folder: Path
    target: str

    def start(self, *verb: str, module: str = "api.cli") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", module, *verb]
        return subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *verb: str) -> tuple[int, str]:
        return ended(self.start(*verb))

    def end(self, by: signal.Signals, at: tuple[str, int], *verb: str) -> tuple[int, str]:
        """Ends a command at a step of its work (tests.crash.steps)."""
        return ended(self.start(str(int(by)), *map(str, at), *verb, module="tests.crash.steps"))

    def end_when(self, by: signal.Signals, begun: Callable[[], bool], *verb: str) -> tuple[int, str]:
        """Ends a command from outside, once it began to write: whatever it is at, or waits for, by then."""
        process = self.start(*verb)
        while not begun() and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(by)
        return ended(process)

    def files(self) -> list[str]:
        """What lies in the data folder."""
        data = self.folder / "new-data"
        return sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())

    def ask(self, statement: str) -> list[str]:
        with psycopg.connect(plain(self.target), autocommit=True) as connection:
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


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its code and all that it said."""
    with process:  # its pipes are closed whatever happens: else the next tests are told of them
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    return process.returncode, out + err


def plain(url: str) -> str:
    """A URL as psycopg itself reads it."""
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


async def lived_in(url: str, folder: Path) -> None:
    """Reports and photos, in a database and the folder of a deployment."""
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
