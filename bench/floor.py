"""The floor that intake is measured against: a bare ASGI app that group-commits the same row with sqlite3.

It authenticates nothing, reads no JSON, seals nothing and hashes the body once for the unique key.
"""

import asyncio
import hashlib
import os
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

Row = tuple[bytes, str, bytes, int, bytes, str, int]
_SEALED = os.urandom(333)  # the size of a sealed short message
_PSEUDONYM = os.urandom(16)
_TABLE = """CREATE TABLE inbound (id INTEGER PRIMARY KEY, dedup BLOB NOT NULL UNIQUE, channel TEXT NOT NULL,
 pseudonym BLOB NOT NULL, sequence INTEGER NOT NULL, sealed BLOB, epoch TEXT NOT NULL, received_at INTEGER NOT NULL,
 settled_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER)"""
_INSERT = """INSERT INTO inbound (dedup, channel, pseudonym, sequence, sealed, epoch, received_at)
 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


class Writer(threading.Thread):
    """One thread, one connection; what is queued while it commits goes into the next commit."""

    def __init__(self, path: str) -> None:
        super().__init__(daemon=True)
        self._rows: queue.SimpleQueue[tuple[Row, asyncio.AbstractEventLoop, asyncio.Future[None]]] = queue.SimpleQueue()
        self._path = path

    def put(self, row: Row, loop: asyncio.AbstractEventLoop, done: asyncio.Future[None]) -> None:
        """Queues a row; `done` is resolved after its commit."""
        self._rows.put((row, loop, done))

    def run(self) -> None:
        """Commits for ever."""
        database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute(_TABLE)
        database.execute("CREATE INDEX waiting ON inbound (pseudonym, sequence) WHERE settled_at IS NULL")
        database.execute("CREATE INDEX received ON inbound (received_at)")
        while True:
            batch = [self._rows.get()]
            while not self._rows.empty():
                batch.append(self._rows.get())
            database.execute("BEGIN IMMEDIATE")
            database.executemany(_INSERT, [row for row, _, _ in batch])
            database.execute("COMMIT")
            batch[0][1].call_soon_threadsafe(_resolve, [done for _, _, done in batch])


def _resolve(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def app(writer: Writer) -> Callable[..., Awaitable[None]]:
    """/empty answers at once; everything else keeps a row first."""

    async def serve(
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body = (await receive()).get("body", b"")
        if scope["path"] != "/empty":
            loop = asyncio.get_running_loop()
            done = loop.create_future()
            dedup = hashlib.sha256(body).digest()
            writer.put((dedup, "telegram", _PSEUDONYM, 1, _SEALED, "2026-11-21", time.time_ns() // 1000), loop, done)
            await done
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return serve


if __name__ == "__main__":
    thread = Writer(sys.argv[1])
    thread.start()
    uvicorn.run(
        app(thread), host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning", lifespan="off"
    )
