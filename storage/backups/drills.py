"""When backups were made, restored and tried, and when the audit log was checked: how it went and how long it took.

Whoever writes SQL could put in any line here. So each has the id of the row of the audit that says the same under its
MAC, and what must not be believed without it asks for that row (`borne`): else a log from which rows were taken away
would never be checked again, and its auditors would read that it was, and is whole.

A clock may be ahead for a while. What is dated in the future counts for nothing until its day has come: else nothing
would be due until then, and no warning would say so.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, exists, insert, select

from storage import audit as log
from storage.anchors import Noted
from storage.audit import Verdict
from storage.database.leases import SKEW
from storage.keys import Keyring
from storage.tables import audit, drills

LONGEST: Final = timedelta(days=8)  # without a drill that went well an administrator is warned
_MOST: Final = 100  # lines that are held against the audit; where so many are false, none counts
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
    well: bool
    data: Mapping[str, Any]


def record(
    conn: Connection,
    keyring: Keyring,
    kind: Kind,
    *,
    at: datetime,
    actor: str,
    took_ms: int,
    well: bool,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Notes what was done, here and in the audit. data: counts and codes."""
    kept = {"well": well, **(data or {})}
    row = log.write(conn, keyring, at=at, actor=actor, action=_action(kind), data=kept)
    _put(conn, row, kind, at=at, took_ms=took_ms, well=well, data=data or {})


def restored(conn: Connection, *, at: datetime, took_ms: int, data: Mapping[str, Any]) -> None:
    """Notes that a backup was put back; of the audit's row see `storage.backups.waking`."""
    _put(conn, secrets.token_hex(16), Kind.RESTORE, at=at, took_ms=took_ms, well=True, data=data)


def _put(
    conn: Connection, id: str, kind: Kind, *, at: datetime, took_ms: int, well: bool, data: Mapping[str, Any]
) -> None:
    row = {"id": id, "kind": kind.value, "at": at, "took_ms": took_ms, "well": well}
    conn.execute(insert(drills), {**row, "data": dict(data)})


def verified(
    conn: Connection,
    keyring: Keyring,
    verdict: Verdict,
    noted: Noted,
    *,
    own: Noted,
    at: datetime,
    actor: str,
    took_ms: int,
    fault: str | None = None,
) -> None:
    """Notes that the audit log was checked against `noted`, and what came of it. own: the anchors that we keep.

    fault: by default what verdict and anchors say.
    """
    reason = (verdict.reason or ("anchor" if noted.bad else "")) if fault is None else fault
    found = {"rows": verdict.rows, "at": verdict.at, "reason": reason}
    held = {"held": len(noted.standing), "upto": anchored(noted)["anchored"]}
    data = {**found, **held, **anchored(own)}
    record(conn, keyring, Kind.VERIFY, at=at, actor=actor, took_ms=took_ms, well=not reason, data=data)


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
    """The newest of a kind up to now; of those that went so when `well` is given. Nothing bears it out: see `borne`."""
    row: Row[Any] | None = conn.execute(_newest(kind, now, well).limit(1)).first()
    return None if row is None else Done(row.at, row.well, row.data)


def borne(conn: Connection, keyring: Keyring, kind: Kind, *, now: datetime, well: bool | None = None) -> Done | None:
    """As `last`, of those that a row of the audit under its own MAC bears out, and with what that row says."""
    there = exists().where(audit.c.id == _D.id, audit.c.action == _action(kind))
    ids = conn.execute(_newest(kind, now, well).where(there).limit(_MOST)).scalars().all()
    said = log.said(conn, keyring, and_(audit.c.id.in_(ids), audit.c.action == _action(kind)))
    done = [Done(at, bool(data.get("well")), data) for at, data in said if at <= now + SKEW]
    return max((one for one in done if well in {None, one.well}), key=lambda one: one.at, default=None)


def _newest(kind: Kind, now: datetime, well: bool | None) -> Select[Any]:  # noqa: FBT001 - as `last` takes it
    which = (_D.kind == kind.value, _D.at <= now + SKEW, *([] if well is None else [_D.well == well]))
    return select(drills).where(*which).order_by(_D.at.desc())


def _action(kind: Kind) -> str:
    return "audit.verify" if kind is Kind.VERIFY else f"backup.{kind.value}"


def numbered(conn: Connection) -> int:
    """The highest number that a backup of this database got, or the one that it came out of; 0 for none.

    Nothing bears these rows out: a number that somebody wrote there makes the next one higher, no backup older.
    """
    ours = (Kind.BACKUP.value, Kind.RESTORE.value)
    found = conn.execute(select(_D.data).where(_D.kind.in_(ours), _D.well)).scalars()
    return max((number for data in found if isinstance(number := data.get("number"), int)), default=0)


def is_overdue(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """No drill went well for eight days: nobody knows whether the backups can be read."""
    return _is_overdue(borne(conn, keyring, Kind.DRILL, now=now, well=True), now)


def _is_overdue(done: Done | None, now: datetime) -> bool:
    return done is None or done.at < now - LONGEST


def standing(conn: Connection, now: datetime) -> dict[str, Any]:
    """For `muntada status`, which has no key: the last backup and drill that went well, as ISO times or None."""
    backup, drill = last(conn, Kind.BACKUP, now=now, well=True), last(conn, Kind.DRILL, now=now, well=True)
    return {
        "last": backup.at.isoformat() if backup else None,
        "drilled": drill.at.isoformat() if drill else None,
        "drill_overdue": _is_overdue(drill, now),
    }
