"""Messages that came and are not filed an hour later: whoever watches over the machine is told, and not of what.

It may be a desk's list that does not verify, understanding that fails, a door's key that is not here. Told once while
it lasts, and once a day; when all is filed and it happens again, at once.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, or_, select, text

from bot.vocabulary import Reply
from storage import audit
from storage.database import cursors
from storage.keys import Keyring
from storage.outgoing import watchers
from storage.purging.figures import OVERDUE
from storage.tables import inbound

WAITED: Final = timedelta(hours=1)
_AGAIN: Final = timedelta(days=1)
# Two replicas that look at once do not both tell. Any number will do that nothing else locks.
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(7161971)")
_I: Final = inbound.c


def look(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Rings for what has waited for over an hour; returns how many messages that are. Run it every few minutes.

    A time that lies ahead by as much counts too: nobody kept it then, whoever says so in the row.
    """
    waits = or_(_I.received_at <= now - WAITED, _I.received_at > now + WAITED)
    late = conn.execute(select(func.count()).select_from(inbound).where(_I.settled_at.is_(None), waits)).scalar_one()
    if conn.dialect.name == "postgresql":
        conn.execute(_ONE_AT_A_TIME)
    told = cursors.last(conn, OVERDUE, now)
    if not late:
        if told:
            cursors.put(conn, OVERDUE, 0)
        return 0
    if told <= (now - _AGAIN).timestamp():
        cursors.put(conn, OVERDUE, int(now.timestamp()))
        audit.write(conn, keyring, at=now, actor="machine:intake", action="inbound.overdue", data={"waiting": late})
        watchers.ring(conn, keyring, Reply("alert.overdue"), once="overdue", now=now)
    return int(late)
