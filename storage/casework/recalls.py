"""An emergency that somebody has, whose reporter is in danger again: whoever has it is rung first, then the others.

The state stands in the data of the report's timer of alerts, which storage.alerts fires: `danger`, when it was told
that nobody has looked since; `called`, whether whoever has the case was rung for it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from storage.casework import apart, claims
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.tables import audit as log
from storage.tables import reports, timers
from storage.timers import said as told_by

DANGER: Final = "danger"
CALLED: Final = "called"
RANG: Final = "rang"  # when phones rang last
_SELDOM: Final = timedelta(minutes=10)  # between two rings of a case for what is told meanwhile
# What shows that somebody works on it, whoever they are.
_WORK: Final = frozenset(
    {"report.reply", "report.note", "report.claim", "report.status", "report.move", "report.refer"}
)


def again(conn: Connection, row: Row[Any], *, hourly: bool, now: datetime) -> None:
    """Its reporter is in danger again; row: an open report that somebody has, held.

    Rings at once; or ten minutes after the last ring, where that is later. hourly: nothing kept may tell the minute.
    """
    told = _ceiling(now) if hourly else now
    t = timers.c
    kept = conn.execute(
        select(t.id, t.data, t.done_at).where(t.report == row.id, t.kind == "alert").with_for_update()
    ).all()
    said = {each.id: told_by(each.data) for each in kept}
    rang = max((one[RANG] for one in said.values() if isinstance(one.get(RANG), float)), default=0.0)
    due = max(told, datetime.fromtimestamp(rang, now.tzinfo) + _SELDOM)
    runs = next((each for each in kept if each.done_at is None), None)
    if runs is not None and claims.unopened(conn, row):
        return  # the others are being rung
    danger = said[runs.id].get(DANGER) if runs is not None else None
    if isinstance(danger, float) and not seen(conn, row, since=danger):
        return  # it rings for that already
    data = {
        "office": row.office,
        "desk": row.desk,
        "rung": 0,
        DANGER: told.timestamp(),
        **({"hour": True} if hourly else {}),
    }
    if runs is None:
        once = f"again:{row.id}:{secrets.token_hex(4)}"
        values = {"id": secrets.token_hex(16), "once": once, "kind": "alert", "report": row.id, "attempts": 0}
        conn.execute(timers.insert().values(**values, data={**data, RANG: rang}, due_at=due))
        return
    # Whoever fires it this instant has lost it, as after a lease: what they would write knows nothing of this danger.
    free = {"owner": None, "lease_until": None, "attempts": 0}
    going = {name: value for name, value in said[runs.id].items() if name != CALLED}
    conn.execute(update(timers).where(t.id == runs.id).values(**free, data={**going, **data}, due_at=due))


def seen(conn: Connection, row: Row[Any], *, since: float) -> bool:
    """Whether whoever has it has read it since then, or anybody has done something to it. since: seconds of 1970."""
    then = datetime.fromtimestamp(since, row.opened_at.tzinfo)
    later = (log.c.subject == row.id, log.c.at > then, log.c.action.like("report.%"))
    for one in conn.execute(select(log.c.actor, log.c.action, log.c.data).where(*later)):
        read = one.actor == row.claimed_by and one.action == "report.view" and not (one.data or {}).get("locked")
        if read or one.action in _WORK:
            return True
    return False


def holder(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime) -> str | None:
    """Whoever has the case, where they may still see it."""
    theirs = (reports.c.id == row.id, visible(row.claimed_by, now))
    if conn.execute(select(reports.c.id).where(*theirs)).first() is None:
        return None
    named = apart.named(conn, keyring, row)
    return None if apart.is_of(conn, row.claimed_by, named, now) else str(row.claimed_by)


def _ceiling(at: datetime) -> datetime:
    """The end of the five minutes that a time is in: looking before it was told must not count."""
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0) + timedelta(minutes=5)
