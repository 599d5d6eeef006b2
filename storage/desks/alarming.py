"""A sealed desk whose list does not verify: what comes for it waits, and those who watch over the machine are told.

They are the administrators, and oversight, for it may be an administrator who changed it.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.vocabulary import Desk, Reply
from storage import audit
from storage.database import cursors
from storage.desks import lists
from storage.keys import Keyring
from storage.outgoing import watchers

_ALARMED: Final = "desks:broken"  # when phones were rung last
_HOUR: Final = timedelta(hours=1)


def look(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Rings for desks whose list does not verify, at most once an hour; returns how many there are."""
    broken = lists.broken(conn, keyring, now=now)
    if not broken or cursors.get(conn, _ALARMED) > (now - _HOUR).timestamp():
        return len(broken)
    cursors.put(conn, _ALARMED, int(now.timestamp()))
    for office, desk in broken:
        data = {"office": office, "desk": desk}
        audit.write(conn, keyring, at=now, actor="machine:desks", action="desk.broken", data=data)
    watchers.ring(conn, keyring, Reply("alert.list"), once="broken", now=now, desks=(Desk.OVERSIGHT,))
    return len(broken)
