"""A lived-in database with its photos, its backups and the place where one is put back."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import MediumKind, Role
from storage import audit, keys
from storage.anchors import Noted
from storage.backups import backup, restoring
from storage.backups.backup import Place
from storage.backups.manifests import Manifest
from storage.backups.places import Target
from storage.backups.restoring import Restored
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins
from storage.words import content, media, vault
from storage.words.media import Fetch, Known
from tests.staffing import Filed, file, hire, town
from tests.storage import making

WORDS = ("سرقوا دراجتي من باب الدار", "ثم رجعوا بالليل")
PHOTO = b"\xff\xd8 sealed all the same " * 9_000


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
    await photographed(store, keyring, media_dir, now)
    await making.keep(store, keyring, making.message(1), now=now)
    await store.write(lambda conn: audit.chain(conn, keyring, now))
    return store


async def photographed(store: Store, keyring: Keyring, media_dir: Path, now: datetime) -> str:
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


def made_by(place: Place, to: Path, keyring: Keyring, now: datetime) -> Manifest:
    return backup.make(place, to, keyring, now=now, entropy=secrets.token_bytes(3))


async def put_back(home: "Home", made: Manifest, **other: Any) -> Restored:
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
        return made_by(self.place, self.backups, self.keyring, self.now)


@pytest.fixture
def home(
    lived_in: Store, place: Place, keyring: Keyring, now: datetime, request: pytest.FixtureRequest, target: Target
) -> Home:
    folder: Path = request.getfixturevalue("tmp_path")
    keys_dir: Path = request.getfixturevalue("keys_dir")
    return Home(lived_in, place, keyring, keys_dir, now, folder, target)


async def every_row(store: Store, table: Any) -> list[Any]:
    return await store.read(lambda c: sorted(map(tuple, c.execute(select(table)).all()), key=repr))


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
