"""When backups were made, restored and tried, and when the audit log was checked: how it went and how long it took."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from storage.anchors import Noted
from storage.audit import Verdict
from storage.tables import drills

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


def verified(conn: Connection, verdict: Verdict, noted: Noted, *, at: datetime, took_ms: int) -> None:
    """Notes that the audit log was checked, and what came of it."""
    found = {"rows": verdict.rows, "at": verdict.at, "reason": verdict.reason or ("anchor" if noted.bad else "")}
    anchored = {"anchors": len(noted.standing), "anchored": noted.last.seq if noted.last else 0}
    well = verdict.whole and not noted.bad
    record(conn, Kind.VERIFY, at=at, took_ms=took_ms, well=well, data={**found, **anchored})


def last(conn: Connection, kind: Kind, *, well: bool | None = None) -> Done | None:
    """The newest of a kind; of those that went so when `well` is given."""
    query = select(drills).where(_D.kind == kind.value).order_by(_D.at.desc()).limit(1)
    row: Row[Any] | None = conn.execute(query if well is None else query.where(_D.well == well)).first()
    return None if row is None else Done(row.at, row.took_ms, row.well, row.data)


def is_overdue(conn: Connection, now: datetime) -> bool:
    """No drill went well for eight days: nobody knows whether the backups can be read."""
    done = last(conn, Kind.DRILL, well=True)
    return done is None or done.at < now - LONGEST


def standing(conn: Connection, now: datetime) -> dict[str, Any]:
    """For `muntada status`: the last backup and drill that went well, as ISO times or None."""
    backup, drill = last(conn, Kind.BACKUP, well=True), last(conn, Kind.DRILL, well=True)
    return {
        "last": backup.at.isoformat() if backup else None,
        "drilled": drill.at.isoformat() if drill else None,
        "drill_overdue": is_overdue(conn, now),
    }
