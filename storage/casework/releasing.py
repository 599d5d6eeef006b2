"""A case that whoever had it has no more: it is new and nobody's again, where it lay, and due at once.

They left, or did not look when its reporter was in danger again. Run it as the worker.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, case, func, insert, select, update

from bot.vocabulary import Category, Desk, Facts, Status, Urgency
from storage import audit
from storage.casework import moves
from storage.casework.queues import OPEN
from storage.keys import Keyring
from storage.tables import events, reports, staff
from storage.words import hours

LEFT: Final = "left"
_HOLDERS: Final = (LEFT, "alarm", "claim", "move", "reply")  # after each of these events somebody else may have it


def of_who_left(conn: Connection, keyring: Keyring, *, person: str, by: str, now: datetime) -> int:
    """Every open case of somebody who leaves goes back to the queue; returns how many.

    Of an emergency among them those on duty hear as if it had just come. by: who sent them away, for the audit.
    """
    held = (reports.c.claimed_by == person, reports.c.status.in_(OPEN), reports.c.erased_at.is_(None))
    rows = conn.execute(select(reports).where(*held).order_by(reports.c.id).with_for_update()).all()
    for row in rows:
        version = release(conn, row, kind=LEFT, actor=person, now=now)
        data = {"from": person}
        audit.write(conn, keyring, at=now, actor=by, action="report.left", subject=row.id, data=data)
        facts = Facts(Category(row.category or Category.OTHER), Urgency(row.urgency), sensitive=False)
        moves.ring(conn, keyring, row.id, facts, office=row.office, desk=Desk(row.desk), version=version, now=now)
    return len(rows)


def release(conn: Connection, row: Row[Any], *, kind: str, actor: str | None, now: datetime) -> int:
    """Takes a case from whoever has it, and leaves an event; returns the new version. row: of `reports`, held."""
    version = int(row.version) + 1
    due = hours.told(row.desk, now)
    nobodys = {"claimed_by": None, "claimed_at": None, "status": Status.NEW.value}
    earliest = due if row.due_at is None else min(row.due_at, due)
    conn.execute(update(reports).where(reports.c.id == row.id).values(**nobodys, due_at=earliest, version=version))
    at = hours.when(conn, row.id, now, desk=row.desk)
    told = {"id": secrets.token_hex(16), "report": row.id, "at": at, "kind": kind, "actor": actor, "data": {}}
    conn.execute(insert(events), told)
    return version


def who_left(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """Of those of these reports that nobody took since, the name of the colleague who had it and left."""
    if not ids:
        return {}
    latest = func.row_number().over(partition_by=events.c.report, order_by=(events.c.at.desc(), events.c.id.desc()))
    ranked = (
        select(
            events.c.report,
            case((events.c.kind == LEFT, events.c.actor)).label("person"),
            latest.label("rank"),
        )
        .where(events.c.report.in_(ids), events.c.kind.in_(_HOLDERS))
        .subquery()
    )
    found = select(ranked.c.report, staff.c.name).join(staff, staff.c.id == ranked.c.person).where(ranked.c.rank == 1)
    return {row.report: row.name for row in conn.execute(found)}
