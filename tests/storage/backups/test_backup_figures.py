"""T38: how long a backup and a restore take on a database of some size, against what is promised: RTO 10 minutes."""

import asyncio
import secrets
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage import audit, keys, tables
from storage.anchors import Noted
from storage.backups import backup, clients, trying
from storage.backups.backup import Place
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content
from tests.databases import on_sqlite_mostly
from tests.staffing import KARRADA, town

RTO_S = 600.0
WORDS: dict[str, Any] = {"text": "سرقوا دراجتي من باب الدار " * 6, "point": None, "media": [], "edit": False}
pytestmark = pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here")


def _cases(conn: Connection, keyring: Keyring, count: int, begun: int, now: datetime) -> None:
    """Reports with a card, two utterances, an event and two audit rows each."""
    reports: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for n in range(begun, begun + count):
        report = secrets.token_hex(16)
        row = {"id": report, "number": f"F-{n:06}", "office": KARRADA, "desk": "general", "urgency": 0}
        reports.append(row | {"opened_at": now, "category": "theft"})
        kinds = ("card", "utterance", "utterance")
        parts += [content.part_row(keyring, report=report, kind=kind, body=WORDS, at=now) for kind in kinds]
        events.append({"id": secrets.token_hex(16), "report": report, "at": now, "kind": "file", "data": {}})
        for action in ("settle", "report.view"):
            audit.write(conn, keyring, at=now, actor="machine:test", action=action, subject=report)
    conn.execute(insert(tables.reports), reports)
    content.add_rows(conn, parts)
    conn.execute(insert(tables.events), events)


async def _lived_in(store: Store, keyring: Keyring, cases: int, now: datetime) -> None:
    await store.write(lambda c: keys.register(c, keyring, now))
    await store.write(town)
    for begun in range(0, cases, 500):
        await store.write(lambda c, b=begun: _cases(c, keyring, min(500, cases - b), b, now))  # type: ignore[misc]
    while await store.write(lambda c: audit.chain(c, keyring, now)):
        pass


@on_sqlite_mostly
@pytest.mark.parametrize("cases", [200, pytest.param(20_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
async def test_a_drill_stays_within_the_promised_time_and_the_interval(
    store: Store,
    keyring: Keyring,
    now: datetime,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    cases: int,
) -> None:
    await _lived_in(store, keyring, cases, now)
    url, keys_dir = request.getfixturevalue("database_url"), request.getfixturevalue("keys_dir")
    begun = time.monotonic()
    made = await asyncio.to_thread(
        backup.make, Place(url, tmp_path / "media"), tmp_path / "copies", keyring, now=now, entropy=b"abc"
    )
    backed_up = time.monotonic() - begun
    later = now + timedelta(days=1)
    (tmp_path / "scratch").mkdir()
    begun = time.monotonic()
    with trying.scratch(url, "", tmp_path / "scratch", now=now, entropy=b"abcd") as target:
        folder, _ = backup.found(tmp_path / "copies", keyring, now=later)
        restored, found = await asyncio.to_thread(
            trying.try_out, folder, target, keyring, keys_dir, noted=Noted(), now=later, entropy=b"x"
        )
        rto = time.monotonic() - begun
    size = sum(kept.size for kept in made.files.values())
    print(f"{url[:6]} {cases} cases, {size} bytes: backup {backed_up:.2f} s, RTO {rto:.2f} s")  # noqa: T201
    assert rto <= RTO_S
    assert later - restored.manifest.made_at <= timedelta(days=1)  # RPO: one interval, where the newest is restored
    assert (found.cases, found.opened, found.failed) == (100, 300, 0)
    assert restored.checked.rows == 2 * cases
