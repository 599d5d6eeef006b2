"""Messages that arrived and that no program could read: what may be said of them without opening one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from storage.tables import dead_letters

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One of them: by which channel, when, and a code of ours for why it could not be read."""

    id: str
    channel: str
    received_at: datetime
    reason: str


def letters(conn: Connection) -> tuple[Letter, ...]:
    """The newest, at most 200."""
    columns = (dead_letters.c.id, dead_letters.c.channel, dead_letters.c.received_at, dead_letters.c.reason)
    rows = conn.execute(select(*columns).order_by(dead_letters.c.received_at.desc(), dead_letters.c.id).limit(_MOST))
    return tuple(Letter(row.id, row.channel, row.received_at, row.reason) for row in rows)
