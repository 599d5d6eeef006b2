"""What is to happen at a time: due, taken under a lease, then done or due again."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, String, and_, bindparam, cast, exists, func, or_, select, update

from storage.database import sql
from storage.tables import timers

_T: Final = timers.c
_MANY: Final = 1_000_000  # they are counted anew then: a number that somebody wrote there may be the greatest
_UNREADABLE: Final = (_T.done_at.is_(None), func.json_valid(cast(_T.data, String)) == 0)
_PENDING: Final = select(
    exists().where(_T.report == bindparam("of"), _T.kind == bindparam("what"), _T.done_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that rang, held by `owner` until its lease ends."""

    id: str
    once: str
    kind: str
    report: str | None
    data: Mapping[str, Any]
    due_at: datetime
    attempts: int
    owner: str


def set_timer(
    conn: Connection,
    *,
    once: str,
    kind: str,
    due_at: datetime,
    report: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Sets a timer; nothing happens when one with this `once` (at most 80 characters) was ever set."""
    conn.execute(
        sql.insert_unless_there(conn, timers),
        {
            "id": secrets.token_hex(16),
            "once": once,
            "kind": kind,
            "report": report,
            "data": dict(data or {}),
            "due_at": due_at,
            "attempts": 0,
        },
    )


def standing(conn: Connection, names: Collection[str]) -> frozenset[str]:
    """Which of the timers that stand always still run. names: of both, their kind and their `once`."""
    run = (_T.once.in_(sorted(names)), _T.kind == _T.once, _T.done_at.is_(None))
    return frozenset(conn.execute(select(_T.once).where(*run)).scalars())


def revive(conn: Connection, once: str, *, due_at: datetime) -> None:
    """Has one that ended, or is of another kind, ring again. Of a timer that stands always: that was nobody of ours."""
    own: dict[str, Any] = {"kind": once, "data": {}, "report": None, "owner": None, "lease_until": None}
    odd = (_T.once == once, or_(_T.done_at.is_not(None), _T.kind != once))
    conn.execute(update(timers).where(*odd).values(done_at=None, due_at=due_at, **own))


def is_any_unreadable(conn: Connection) -> bool:
    """Whether one that runs has data that are no JSON: only SQLite takes such, and its own functions fail on them."""
    return conn.dialect.name != "postgresql" and bool(conn.execute(select(exists().where(*_UNREADABLE))).scalar_one())


def empty_unreadable(conn: Connection) -> int:
    """Has those ring without data; returns how many."""
    if conn.dialect.name == "postgresql":
        return 0
    return conn.execute(update(timers).where(*_UNREADABLE).values(data={})).rowcount


def is_set(conn: Connection, *, kind: str, report: str) -> bool:
    """Whether a timer of this kind still runs for a report."""
    return bool(conn.execute(_PENDING, {"of": report, "what": kind}).scalar_one())


def running(conn: Connection, *, kind: str, report: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(id, data) of each timer of this kind that still runs for a report."""
    still = (_T.report == report, _T.kind == kind, _T.done_at.is_(None))
    return [(row.id, said(row.data)) for row in conn.execute(select(_T.id, _T.data).where(*still))]


def said(data: Any) -> Mapping[str, Any]:
    """What a timer's row has as its data: {} where somebody else wrote anything but a mapping there."""
    return data if isinstance(data, dict) else {}


def hurry(conn: Connection, timer: str, *, due_at: datetime) -> None:
    """Has it ring at this time, unless it rings earlier; one that is held just now keeps what its holder decides."""
    later = (_T.id == timer, _T.done_at.is_(None), _T.due_at > due_at)
    conn.execute(update(timers).where(*later).values(due_at=due_at))


def begin_anew(conn: Connection, *, kind: str, report: str, due_at: datetime, unless: Mapping[str, Any]) -> bool:
    """Has what runs of this kind for a report ring at this time, where its data says another thing than `unless`.

    Returns whether any runs.
    """
    still = running(conn, kind=kind, report=report)
    for timer, data in still:
        if any(data.get(name) != value for name, value in unless.items()):
            hurry(conn, timer, due_at=due_at)
    return bool(still)


def claim(conn: Connection, *, owner: str, now: datetime, limit: int, lease: timedelta) -> list[Timer]:
    """Takes what is due and nobody holds, oldest first. Who does not finish within the lease loses it to the next."""
    due = (
        select(_T.id)
        .where(_T.done_at.is_(None), _T.due_at <= now, or_(_T.lease_until.is_(None), _T.lease_until < now))
        .order_by(_T.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # by itself, as in storage.words.media.take
    )
    taken = conn.execute(
        update(timers)
        .where(_T.id.in_(select(due.c.id)))
        .values(owner=owner, lease_until=now + lease, attempts=_T.attempts % _MANY + 1)
        .returning(_T.id, _T.once, _T.kind, _T.report, _T.data, _T.due_at, _T.attempts)
    )
    rang = [Timer(**{**row, "data": said(row["data"])}, owner=owner) for row in taken.mappings()]
    return sorted(rang, key=lambda timer: timer.due_at)


def done(conn: Connection, timer: Timer, *, now: datetime) -> bool:
    """Ends a timer; False when its lease was lost, and then nothing changed."""
    return _end(conn, timer, done_at=now)


def again(conn: Connection, timer: Timer, *, due_at: datetime, data: Mapping[str, Any] | None = None) -> bool:
    """Sets it for another time, with other data if given; False when its lease was lost."""
    return _end(conn, timer, due_at=due_at, attempts=0, **({} if data is None else {"data": dict(data)}))


def stop(conn: Connection, *, report: str, now: datetime) -> None:
    """Ends every timer of a report."""
    conn.execute(update(timers).where(_T.report == report, _T.done_at.is_(None)).values(done_at=now))


def release(conn: Connection) -> int:
    """At the start of SQLite's only process: whoever held a timer is dead. Returns how many; on PostgreSQL 0."""
    if conn.dialect.name == "postgresql":
        return 0
    held = and_(_T.done_at.is_(None), _T.owner.is_not(None))
    return conn.execute(update(timers).where(held).values(owner=None, lease_until=None)).rowcount


def _end(conn: Connection, timer: Timer, **values: Any) -> bool:
    # Owner and attempts together are the fence: after the lease ran out another holds it under another number.
    mine = and_(_T.id == timer.id, _T.owner == timer.owner, _T.attempts == timer.attempts, _T.done_at.is_(None))
    return conn.execute(update(timers).where(mine).values(owner=None, lease_until=None, **values)).rowcount == 1
