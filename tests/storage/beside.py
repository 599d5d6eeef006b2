"""Two transactions at once: the second begins while the first is open.

On PostgreSQL the two are open at once; SQLite, which has one writer, has them one after the other.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event, text

from storage.database.engine import Store

Work = Callable[[Connection], Any]


async def beside(store: Store, first: Work, second: Work, *, at: str = "") -> None:
    """`second` begins in a transaction of its own before `first` is committed, and waits for it or is over by then.

    at: the first change of this table by `first` is where it stands still meanwhile; "" for its end.
    """
    begun, over = threading.Event(), threading.Event()

    def begins(conn: Connection) -> None:
        def still(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if at and not begun.is_set() and _holds(statement, at):
                begun.set()
                _until_it_waits(conn, over)

        event.listen(conn, "after_cursor_execute", still)
        first(conn)
        if not begun.is_set():
            begun.set()
            _until_it_waits(conn, over)

    def follows(conn: Connection) -> None:
        try:
            second(conn)
        finally:
            over.set()

    one = asyncio.create_task(store.write(begins))
    await asyncio.to_thread(begun.wait, 10)
    await asyncio.gather(one, asyncio.create_task(store.write(follows)))


def _holds(statement: str, table: str) -> bool:
    return statement.startswith((f"UPDATE {table}", f"DELETE FROM {table}")) or (
        statement.startswith("SELECT") and f"FROM {table}" in statement and "FOR " in statement
    )


def _until_it_waits(conn: Connection, over: threading.Event) -> None:
    if conn.dialect.name != "postgresql":
        return
    engine, latest = conn.engine, time.monotonic() + 5
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine.connect() as beside:
        while not over.wait(0.01) and time.monotonic() < latest:
            if beside.execute(waits).scalar_one():
                return
