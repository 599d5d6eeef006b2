"""Senders of whom whatever they tell next is veiled too (`storage.ties.Told`), in whatever month."""

from sqlalchemy import Connection, delete, select

from storage.database import sql
from storage.tables import veils


def stands(conn: Connection, who: bytes) -> bool:
    """Whether what this sender tells next is veiled. who: storage.contacts.sender_hash."""
    return conn.execute(select(veils).where(veils.c.sender_hash == who)).first() is not None


def put(conn: Connection, who: bytes, *, on: bool) -> None:
    """Whether it is so from now on."""
    if on:
        conn.execute(sql.insert_unless_there(conn, veils), {"sender_hash": who})
    else:
        conn.execute(delete(veils).where(veils.c.sender_hash == who))
