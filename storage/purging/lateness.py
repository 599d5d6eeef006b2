"""When the last whole purge ended, and whether that is so long ago that somebody must look."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from storage.database import cursors

WHOLE: Final = "purged"  # the cursor that says when the last whole purge ended
_LATE: Final = timedelta(hours=26)


def begin(conn: Connection, now: datetime) -> None:
    """From now on a whole purge is awaited."""
    if not cursors.get(conn, WHOLE):
        note(conn, now)


def note(conn: Connection, now: datetime) -> None:
    """A whole purge has ended: nothing past its time was left."""
    cursors.put(conn, WHOLE, int(now.timestamp()))


def last(conn: Connection, now: datetime) -> datetime | None:
    """When the last whole purge ended, 1970 where a time that lies ahead is noted; None where none was ever awaited."""
    if not cursors.get(conn, WHOLE):
        return None
    return datetime.fromtimestamp(cursors.last(conn, WHOLE, now), tz=now.tzinfo)


def is_late(conn: Connection, now: datetime) -> bool:
    """Whether it is more than 26 hours ago."""
    then = last(conn, now)
    return then is not None and then < now - _LATE
