"""When backups were made, restored and tried, and when the audit log was checked: how it went and how long it took.

A clock may be ahead for a while. What is dated in the future counts for nothing until its day has come: else nothing
would be due until then, and no warning would say so.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from storage.anchors import Noted
from storage.audit import Verdict
from storage.database.leases import SKEW
from storage.tables import audit, drills

LONGEST: Final = timedelta(days=8)  # without a drill that went well an administrator is warned
_D: Final = drills.c


class Kind(StrEnum):
    """What was done."""

    BACKUP = "backup"
    RESTORE = "restore"
    DRILL = "drill"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Done:
    """One of them. data: counts and codes."""

    at: datetime
    took_ms: int
    well: bool
    data: Mapping[str, Any]


def record(
    conn: Connection, kind: Kind, *, at: datetime, took_ms: int, well: bool, data: Mapping[str, Any] | None = None
) -> None:
    """Notes what was done."""
    row = {"id": secrets.token_hex(16), "kind": kind.value, "at": at, "took_ms": took_ms, "well": well}
    conn.execute(insert(drills), {**row, "data": dict(data or {})})


def verified(
    conn: Connection, verdict: Verdict, noted: Noted, *, at: datetime, took_ms: int, fault: str | None = None
) -> None:
    """Notes that the audit log was checked, and what came of it. fault: by default what these two say."""
    reason = (verdict.reason or ("anchor" if noted.bad else "")) if fault is None else fault
    found = {"rows": verdict.rows, "at": verdict.at, "reason": reason, **anchored(noted)}
    data = {**found, "anchors": len(noted.standing)}
    record(conn, Kind.VERIFY, at=at, took_ms=took_ms, well=not reason, data=data)


def anchored(noted: Noted) -> dict[str, int]:
    """How many anchors there are, and how far they reach: for the row of the audit that a check leaves."""
    return {"anchors": len(noted.notes), "anchored": noted.last.seq if noted.last else 0}


def missing(conn: Connection, noted: Noted) -> int:
    """How many anchors are gone since the last check, by its row of the audit. Ask once the log is known as whole."""
    query = select(audit.c.data, audit.c.seq).where(audit.c.action == "audit.verify", audit.c.seq.is_not(None))
    said = conn.execute(query.order_by(audit.c.seq.desc()).limit(1)).first()
    if said is None or any(note.seq >= said.seq for note in noted.restored):
        return 0  # a backup was put back since: its end bears out what was before, and the keys may be an older copy
    before, here = said.data, anchored(noted)
    fewer = before.get("anchors", 0) - here["anchors"]
    return max(int(fewer), int(here["anchored"] < before.get("anchored", 0)))


def last(conn: Connection, kind: Kind, *, now: datetime, well: bool | None = None) -> Done | None:
    """The newest of a kind up to now; of those that went so when `well` is given."""
    query = select(drills).where(_D.kind == kind.value, _D.at <= now + SKEW).order_by(_D.at.desc()).limit(1)
    row: Row[Any] | None = conn.execute(query if well is None else query.where(_D.well == well)).first()
    return None if row is None else Done(row.at, row.took_ms, row.well, row.data)


def numbered(conn: Connection) -> int:
    """The highest number that a backup of this database got, or the one that it came out of; 0 for none.

    Nothing bears these rows out: a number that somebody wrote there makes the next one higher, no backup older.
    """
    ours = (Kind.BACKUP.value, Kind.RESTORE.value)
    found = conn.execute(select(_D.data).where(_D.kind.in_(ours), _D.well)).scalars()
    return max((number for data in found if isinstance(number := data.get("number"), int)), default=0)


def is_overdue(conn: Connection, now: datetime) -> bool:
    """No drill went well for eight days: nobody knows whether the backups can be read."""
    done = last(conn, Kind.DRILL, now=now, well=True)
    return done is None or done.at < now - LONGEST


def standing(conn: Connection, now: datetime) -> dict[str, Any]:
    """For `muntada status`: the last backup and drill that went well, as ISO times or None."""
    backup, drill = last(conn, Kind.BACKUP, now=now, well=True), last(conn, Kind.DRILL, now=now, well=True)
    return {
        "last": backup.at.isoformat() if backup else None,
        "drilled": drill.at.isoformat() if drill else None,
        "drill_overdue": is_overdue(conn, now),
    }
