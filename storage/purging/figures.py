"""Counts for `muntada status` and for whoever watches the machine: from the database alone, no key needed."""

from typing import Any, Final

from sqlalchemy import Connection, func, select

from storage import guessing, tables
from storage.casework import apart
from storage.database import cursors
from storage.purging import lateness

OVERDUE: Final = "unsettled_told"  # the cursor that says when somebody was told last of what waits too long
RECONCILED: Final = "reconciled"  # the cursor that counts messages which no delivery brought


def read(connection: Connection) -> dict[str, Any]:
    """How many messages were kept and wait, how many reports there are, and how the outbox stands.

    reconciled: messages that no delivery brought, found in a carrier's list. purged_at: when the last whole purge
    ended, in seconds since 1970, 0 before the first start: whoever watches the machine looks when that is 26 hours ago.
    unsettled_since: when the oldest message came that is not settled yet, 0 where none waits: look when that is an hour
    ago. unsettled_told_at: when whoever watches was told of that (storage.intake.overdue), 0 while none waits so long.
    codes_guessed_at: when somebody last seemed to guess codes (storage.guessing), in the same way.
    """
    i, o = tables.inbound.c, tables.outbox.c
    oldest = connection.execute(select(func.min(i.received_at)).where(i.settled_at.is_(None))).scalar()
    states = {row[0]: int(row[1]) for row in connection.execute(select(o.state, func.count()).group_by(o.state))}
    return {
        "kept": _count(connection, select(func.count()).select_from(tables.inbound)),
        "unsettled": _count(connection, select(func.count()).where(i.settled_at.is_(None))),
        "unsettled_since": int(oldest.timestamp()) if oldest else 0,
        "unsettled_told_at": cursors.get(connection, OVERDUE),
        "dead_letters": _count(connection, select(func.count()).select_from(tables.dead_letters)),
        "reconciled": cursors.get(connection, RECONCILED),
        "purged_at": cursors.get(connection, lateness.WHOLE),
        "codes_guessed_at": cursors.get(connection, guessing.ALARMED),
        "reports": _count(connection, select(func.count()).select_from(tables.reports)),
        "unseen": len(apart.unseen(connection)),
        "parts": _count(connection, select(func.count()).select_from(tables.parts)),
        "outbox": {
            "pending": states.get("pending", 0) + states.get("sending", 0),
            "sent": states.get("sent", 0),
            "dead": states.get("dead", 0),
        },
    }


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).scalar_one())


def newest(connection: Connection, *, limit: int) -> list[tuple[str, str, str, str]]:
    """(number, office, desk, category or "") of the newest reports: for the demonstration's terminal only."""
    r, p = tables.reports.c, tables.parts.c
    # By the message that began it: a sealed desk's report tells no more of its times than the hour.
    first = select(func.min(p.inbound)).where(p.report == r.id).scalar_subquery()
    rows = connection.execute(
        select(r.number, r.office, r.desk, func.coalesce(r.category, ""))
        .order_by(first.desc().nulls_last(), r.opened_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
