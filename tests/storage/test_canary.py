"""Nobody who copies the database learns who wrote or what: not from the file, nor its log, nor the server's files."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.vocabulary import Append, Sent
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.outgoing import outbox
from tests.storage import making

PHONE = "+9647700000077"
WORDS = "canary-7f3a قناري"
EXTERNAL = "SMcanary99"
HANDLE = "https://carrier.example/media/1"


def _canaries() -> list[bytes]:
    plain = (PHONE, PHONE[1:], "canary-7f3a", "قناري", EXTERNAL, HANDLE, "482913")
    return [word.encode(code) for word in plain for code in ("utf-8", "utf-16-le")]


async def _journey(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.prepare(store, keyring, now)
    file = making.filing(facts=making.THEFT)
    first = making.message(1, address=PHONE, text=WORDS, external_id=EXTERNAL, media=(making.medium(),))
    talk = making.ongoing(file, now)
    await making.say(store, keyring, first, making.decision(file, replies=["filed"], conversation=talk), now=now)
    second = making.message(2, address=PHONE, text=f"{WORDS} 2")
    await making.say(store, keyring, second, making.decision(Append(file.report), conversation=talk), now=now)
    waits = making.message(3, address=PHONE, text=f"{WORDS} 3")
    await making.keep(store, keyring, waits, now=now)

    def deliver(conn: Connection) -> None:
        ledger.keep_dead(
            conn, keyring, channel=first.channel, raw=f"{PHONE} {WORDS}".encode(), reason="unreadable", now=now
        )
        for parcel in outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=timedelta(minutes=1)):
            outbox.sent(conn, keyring, parcel, Sent((EXTERNAL,)), now=now)

    await store.write(deliver)


async def test_an_sqlite_file_and_its_log_hold_no_canary(
    sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await _journey(sqlite_store, keyring, now)
    assert _found(tmp_path) == []
    await sqlite_store.tidy()
    assert _found(tmp_path) == []


async def test_a_dump_of_every_table_holds_no_canary(store: Store, keyring: Keyring, now: datetime) -> None:
    await _journey(store, keyring, now)

    def dump(conn: Connection) -> bytes:
        names = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if conn.dialect.name == "sqlite"
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        out = b""
        for (name,) in conn.execute(text(names)).all():
            for row in conn.execute(text(f'SELECT * FROM "{name}"')):
                out += b"".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
                )
        return out

    dumped = await store.read(dump)
    assert len(dumped) > 1000
    assert [canary for canary in _canaries() if canary in dumped] == []


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def _found(folder: Path) -> list[tuple[str, bytes]]:
    files = [path for path in folder.glob("muntada.db*") if path.is_file()]
    assert files
    return [(path.name, canary) for path in files for canary in _canaries() if canary in path.read_bytes()]


@pytest.mark.parametrize("canary", [PHONE, WORDS])
def test_the_search_would_find_a_canary(tmp_path: Path, canary: str) -> None:
    (tmp_path / "muntada.db").write_bytes(b"x" * 50 + canary.encode() + b"y")
    assert _found(tmp_path)
