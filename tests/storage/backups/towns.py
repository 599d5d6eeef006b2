"""A town that is backed up, goes on living, and is restored."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.vocabulary import Decision, Effect, File
from storage import keys, tables
from storage.anchors import Noted
from storage.backups import backup, restoring
from storage.backups.backup import Place
from storage.backups.manifests import Manifest
from storage.backups.places import Target
from storage.backups.restoring import Restored
from storage.database.engine import Store
from storage.keys import Keyring
from tests import staffing
from tests.storage import making
from tests.storage.making import message

LONG = "4829136500277410"
DAY = timedelta(days=1)


@pytest.fixture
def target(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Target:
    if database_url.startswith("sqlite"):
        return Target(f"sqlite:///{tmp_path / 'new' / 'muntada.db'}", tmp_path / "new" / "media")
    url: str = request.getfixturevalue("empty_postgresql_url")
    return Target(url, tmp_path / "new" / "media")


@dataclass(slots=True)
class Town:
    """Reporters by number, each with a phone of their own, and the time that goes by."""

    store: Store
    keyring: Keyring
    place: Place
    folder: Path
    now: datetime
    said: int = 0

    async def say(self, who: int, decided: Decision) -> None:
        """A reporter writes, and this is decided."""
        self.said += 1
        self.now += timedelta(minutes=1)
        one = message(self.said, address=phone(who))
        await making.say(self.store, self.keyring, one, decided, now=self.now)

    async def does(self, who: int, *effects: Effect) -> None:
        """A reporter's message has these effects."""
        await self.say(who, making.decision(*effects))

    async def files(self, who: int, **more: Any) -> File:
        """A report of theirs, which they may be answered about."""
        file = making.filing(code=f"{100_000 + self.said}", **more)
        await self.say(who, making.decision(file, conversation=making.ongoing(file, self.now)))
        return file

    async def backs_up(self) -> Manifest:
        """A backup, at this time."""
        entropy, to = secrets.token_bytes(3), self.folder / "backups"
        return await asyncio.to_thread(backup.make, self.place, to, self.keyring, now=self.now, entropy=entropy)

    @asynccontextmanager
    async def restored(
        self, made: Manifest, target: Target, keyring: Keyring | None = None
    ) -> AsyncIterator[tuple[Store, Restored]]:
        """The backup put back, a day later."""
        ring = keyring or self.keyring
        given: dict[str, Any] = {"noted": Noted(), "now": self.now + DAY}
        folder = self.folder / "backups" / made.name
        done = await asyncio.to_thread(restoring.restore, folder, target, ring, ring.folder, **given)
        there = Store.open(target.url)
        try:
            yield there, done
        finally:
            there.close()


def phone(who: int) -> str:
    return f"+96477000000{who:02d}"


@pytest.fixture
async def town(store: Store, keyring: Keyring, now: datetime, database_url: str, tmp_path: Path) -> Town:
    def begin(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        office = {"code": making.OFFICE, "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]}
        conn.execute(insert(tables.offices), office)

    await store.write(begin)
    return Town(store, keyring, Place(database_url, tmp_path / "media"), tmp_path, now)


async def reach(store: Store) -> dict[str, str]:
    return {row.id: row.reachable for row in await making.rows(store, tables.reports)}
