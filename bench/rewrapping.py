"""How long a month's re-wrapping takes: parts wrapped by November's key, carried into December in lots.

    .venv/bin/python -m bench.rewrapping [--parts 100000] [--database postgresql+psycopg://…]

Without --database a new SQLite file; another database must be migrated and empty. Prints seconds, the longest single
lot (nobody waits longer behind it) and what ending the keys took.
"""

import argparse
import asyncio
import secrets
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from storage import keys, migrations, tables
from storage.database.engine import Store
from storage.keycare import rewrapping
from storage.keys import Keyring
from storage.words import content

THEN = datetime(2026, 11, 21, 9, tzinfo=UTC)
OVER = datetime(2026, 12, 3, 1, tzinfo=UTC)
_AT_ONCE = 1_000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parts", type=int, default=100_000)
    parser.add_argument("--database", default="")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{folder}/bench.db"
        if not wanted.database:
            migrations.upgrade(url)
        asyncio.run(_measure(url, Path(folder) / "keys", wanted.parts))


async def _measure(url: str, folder: Path, count: int) -> None:
    store, keyring = Store.open(url), Keyring.open(folder)
    try:
        report = await store.write(lambda c: _prepare(c, keyring))
        for _ in range(0, count, _AT_ONCE):
            await store.write(lambda c: _fill(c, keyring, report))
        await store.write(lambda c: keys.register(c, keyring, OVER))
        await _rewrap(store, keyring, count)
    finally:
        store.close()


async def _rewrap(store: Store, keyring: Keyring, count: int) -> None:
    begun, longest = time.perf_counter(), 0.0
    place = await store.read(lambda c: rewrapping.first(c, OVER))
    while place is not None:
        at, lot = place, time.perf_counter()
        place = await store.write(lambda c, at=at: rewrapping.step(c, keyring, at, OVER))  # type: ignore[misc]
        longest = max(longest, time.perf_counter() - lot)
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    ended = await store.write(lambda c: rewrapping.end(c, keyring, OVER))
    took_end = time.perf_counter() - begun
    print(f"{store.dialect}: {count} wraps in {took:.1f} s ({count / took:,.0f}/s), longest lot {longest * 1e3:.0f} ms")
    print(f"{store.dialect}: {len(ended)} keys ended in {took_end * 1e3:.0f} ms, {ended[0].rewrapped} re-wrapped")


def _prepare(conn: Connection, keyring: Keyring) -> str:
    keys.register(conn, keyring, THEN)
    conn.execute(insert(tables.offices), {"code": "bench", "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]})
    report = secrets.token_hex(16)
    row = {"id": report, "number": "IQ-BENCH", "office": "bench", "desk": "general", "urgency": 1, "opened_at": THEN}
    conn.execute(insert(tables.reports), row)
    return report


def _fill(conn: Connection, keyring: Keyring, report: str) -> None:
    body = {"text": "انباك ماطوري بالشعلة " * 5}
    rows = [content.part_row(keyring, report=report, kind="utterance", body=body, at=THEN) for _ in range(_AT_ONCE)]
    content.add_rows(conn, rows)


if __name__ == "__main__":
    main()
