"""A sealed desk whose list does not verify: what comes for it waits, and those who watch over the machine are told.

They are the administrators, and oversight, for it may be an administrator who changed it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.vocabulary import Desk, Reply
from storage import audit
from storage.database import cursors
from storage.desks import states
from storage.keys import Keyring
from storage.outgoing import watchers

_ALARMED: Final = "desks:broken"  # when phones were rung last
_HOUR: Final = timedelta(hours=1)
_BETWEEN_S: Final = 600


def look(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Rings for desks whose list does not verify, at most once an hour; returns how many there are."""
    broken = states.broken(conn, keyring, now=now)
    if not broken or cursors.last(conn, _ALARMED, now) > (now - _HOUR).timestamp():
        return len(broken)
    cursors.put(conn, _ALARMED, int(now.timestamp()))
    for office, desk in broken:
        data = {"office": office, "desk": desk}
        audit.write(conn, keyring, at=now, actor="machine:desks", action="desk.broken", data=data)
    watchers.ring(conn, keyring, Reply("alert.list"), once="broken", now=now, desks=(Desk.OVERSIGHT,))
    return len(broken)


def danger(conn: Connection, keyring: Keyring, staff: Sequence[str], *, about: str, now: datetime) -> None:
    """Rings these people on duty, oversight and the administrators: somebody is in danger, and no desk can open it.

    about: names who is in danger, to nobody: rung for the same at most every ten minutes. Nothing of what was said.
    """
    watchers.ring(
        conn,
        keyring,
        Reply("alert.danger"),
        once=f"danger:{about}",
        now=now,
        desks=(Desk.OVERSIGHT,),
        people=staff,
        every_s=_BETWEEN_S,
    )
