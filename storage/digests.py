"""Once a day tells each member of staff with a phone how much waits for them: two numbers, nothing else."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from bot.vocabulary import Channel, Reply
from storage import tables
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.outgoing import outbox

# 08:00 in Baghdad, UTC+3 all the year (Iraq has had no summer time since 2008).
_HOUR_UTC: Final = 5


def next_at(now: datetime) -> datetime:
    """The next eight o'clock in Baghdad after `now`."""
    today = now.replace(hour=_HOUR_UTC, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def send(connection: Connection, keyring: Keyring, *, url: str, now: datetime) -> int:
    """Queues a digest for each phone whose owner has open reports; a second call on one day queues none."""
    c, queued = tables.contacts.c, 0
    here = tables.contacts.join(tables.staff, (tables.staff.c.id == c.staff) & tables.staff.c.active)
    phones = connection.execute(
        select(c.id, c.channel, c.staff).select_from(here).where(c.unreachable_at.is_(None))
    ).all()
    for phone in phones:
        waiting, overdue = _load(connection, phone.staff, now)
        if not waiting:
            continue
        outbox.put(
            connection,
            keyring,
            once=f"digest:{now:%Y-%m-%d}:{phone.id}",
            kind="digest",
            contact=phone.id,
            channel=Channel(phone.channel),
            reply=Reply("digest", {"open": str(waiting), "overdue": str(overdue), "url": url}),
            due_at=now,
            now=now,
        )
        queued += 1
    return queued


def waits(connection: Connection, staff: str, now: datetime) -> bool:
    """Whether anything waits that this person may see."""
    return bool(_load(connection, staff, now)[0])


def _load(connection: Connection, staff: str, now: datetime) -> tuple[int, int]:
    """How many open reports this person may see, and how many of those are late; of nobody who left."""
    r = tables.reports.c
    late = func.count().filter(r.due_at < now, r.status == "new")
    row = connection.execute(
        select(func.count(), late)
        .select_from(tables.reports)
        .where(visible(staff, now), r.closed_at.is_(None), r.erased_at.is_(None))
    ).one()
    return int(row[0]), int(row[1])
