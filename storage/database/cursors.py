"""How far something has been read (a carrier's offset), advanced in the transaction that kept what was read."""

from sqlalchemy import Connection, select

from storage.database import sql
from storage.tables import cursors


def get(conn: Connection, name: str) -> int:
    """The value last put; 0 when there is none."""
    return conn.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar() or 0


def put(conn: Connection, name: str, value: int) -> None:
    """Sets the value."""
    conn.execute(sql.upsert(conn, cursors, "value"), {"name": name, "value": value})
