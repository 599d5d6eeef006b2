"""A sealed desk whose list does not verify: what comes for it waits, and those who watch over the machine are told.

They are the administrators, and oversight, for it may be an administrator who changed it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, or_, select

from bot.vocabulary import Channel, Desk, Reply, Role
from storage import audit
from storage.database import cursors
from storage.desks import lists
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.tables import contacts, grants, staff

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
    for contact, channel in conn.execute(_watching(now)).all():
        outbox.put(
            conn,
            keyring,
            once=f"broken:{int(now.timestamp())}:{contact}",
            kind="alert",
            contact=contact,
            channel=Channel(channel),
            reply=Reply("alert.list"),
            due_at=now,
            now=now,
        )
    return len(broken)


def _watching(now: datetime) -> Select[Any]:
    watches = or_(grants.c.role == Role.ADMINISTRATOR.value, grants.c.desk == Desk.OVERSIGHT.value)
    runs = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    return (
        select(contacts.c.id, contacts.c.channel)
        .join_from(contacts, staff, staff.c.id == contacts.c.staff)
        .join(grants, and_(grants.c.staff == staff.c.id, watches))
        .where(staff.c.active, contacts.c.unreachable_at.is_(None), runs)
        .distinct()
    )
