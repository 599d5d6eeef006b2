"""How far something has been read (a carrier's offset), advanced in the transaction that kept what was read."""

from datetime import datetime

from sqlalchemy import Connection, select, text

from storage.database import sql
from storage.tables import cursors


def get(conn: Connection, name: str) -> int:
    """The value last put; 0 when there is none."""
    return conn.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar() or 0


def last(conn: Connection, name: str, now: datetime) -> int:
    """The second since 1970 that was last put; 0 where there is none, and where it lies ahead: nobody noted it then.

    Whoever writes a far time into the table must not silence what waits for an hour to pass.
    """
    then = get(conn, name)
    return then if then <= now.timestamp() else 0


def put(conn: Connection, name: str, value: int) -> None:
    """Sets the value."""
    conn.execute(sql.upsert(conn, cursors, "value"), {"name": name, "value": value})


def briefly(conn: Connection, *, seconds: float) -> None:
    """From now on no statement of this transaction runs or waits longer (PostgreSQL; SQLite has no such limit)."""
    if conn.dialect.name == "postgresql":
        limits = "SELECT set_config('lock_timeout', :limit, true), set_config('statement_timeout', :limit, true)"
        conn.execute(text(limits), {"limit": str(round(seconds * 1000))})
