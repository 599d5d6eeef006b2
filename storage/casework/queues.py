"""Which reports a member of staff may see, and only those; and how many wait at each desk.

`visible` is the one function that says who may see a report. Every read (storage.casework.paging, opening) and every
write in `cases` goes through it; on PostgreSQL row-level security says the same a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_, select, text

from bot.vocabulary import SEALED_DESKS, Desk, OfficeKind, Role, Status, Urgency
from storage.casework import apart, entered, landing
from storage.tables import desks, grants, offices, reports, staff

OPEN: Final = (Status.NEW, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.REFERRED)
UNANSWERED: Final = (Status.NEW, Status.ACKNOWLEDGED)  # the deadline is for doing something, not for closing
_WAITING_WALLED: Final = text("SELECT office, desk, waiting FROM muntada_waiting()")


@dataclass(frozen=True, slots=True)
class Count:
    """How much waits at one desk. alarms: emergencies that nobody has taken."""

    open: int
    overdue: int
    alarms: int


def visible(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which this member of staff may see one.

    A grant for exactly its office and desk, still running, of an active person, in any role but administrator's (who
    manages people and offices, not cases). Nothing else opens a report: no rank, no office above it. And not when the
    report names an office that they belong to (storage.casework.apart), nor when it is sensitive and they typed it in
    for somebody else (storage.casework.entered), nor when it is a copy whose days are over.
    """
    return (
        or_(reports.c.shown_until.is_(None), reports.c.shown_until > now)
        & ~apart.hidden(person, now)
        & ~entered.hidden(person, now)
        & exists(
            select(literal(1))
            .select_from(grants.join(staff, staff.c.id == grants.c.staff))
            .where(
                grants.c.staff == person,
                grants.c.office == reports.c.office,
                grants.c.desk == reports.c.desk,
                grants.c.role != Role.ADMINISTRATOR.value,
                landing.kept_from_police(),
                or_(grants.c.until_at.is_(None), grants.c.until_at > now),
                staff.c.active,
            )
        )
    )


def counts(conn: Connection, *, staff: str, now: datetime) -> Mapping[Desk, Count]:
    """How much waits at each desk this person may see; a desk without reports is there with zeros."""
    granted = conn.execute(
        select(grants.c.desk).where(
            grants.c.staff == staff,
            grants.c.role != Role.ADMINISTRATOR.value,
            or_(grants.c.until_at.is_(None), grants.c.until_at > now),
        )
    ).scalars()
    found = {Desk(desk): Count(0, 0, 0) for desk in sorted(granted)}
    late = and_(reports.c.due_at < now, reports.c.status.in_(UNANSWERED))
    alarm = and_(reports.c.urgency == Urgency.EMERGENCY.value, reports.c.claimed_by.is_(None))
    rows = conn.execute(
        select(
            reports.c.desk,
            func.count(),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((alarm, 1), else_=0)),
        )
        .where(visible(staff, now), reports.c.status.in_(OPEN), reports.c.erased_at.is_(None))
        .group_by(reports.c.desk)
    )
    found |= {Desk(desk): Count(int(total), int(overdue), int(alarms)) for desk, total, overdue, alarms in rows}
    return found


def waiting(conn: Connection, *, staff: str, now: datetime) -> Mapping[tuple[str, Desk], int]:
    """How many open reports wait at sealed desks that are off, by office and desk, of what this person supervises.

    Those are the offices where they are a supervisor, and those right below. Nobody reads such reports, and a count is
    all that is told of them; a desk where none waits is not there. Which office such a report names nobody can ask, so
    whoever belongs to another one as well is told no count: it would tell them that theirs was named.
    """
    if conn.dialect.name == "postgresql":
        found = conn.execute(_WAITING_WALLED).all()
    else:
        g, above = grants.alias("above").c, offices.c.parent
        theirs = exists().where(
            g.staff == staff,
            g.role == Role.SUPERVISOR.value,
            or_(g.until_at.is_(None), g.until_at > now),
            or_(g.office == offices.c.code, g.office == above),
        )
        on = exists().where(
            desks.c.office == reports.c.office, desks.c.desk == reports.c.desk, desks.c.sealed_at.is_not(None)
        )
        sealed = reports.c.desk.in_(sorted(desk.value for desk in SEALED_DESKS))
        still = and_(reports.c.status != Status.CLOSED.value, reports.c.erased_at.is_(None))
        found = conn.execute(
            select(reports.c.office, reports.c.desk, func.count())
            .join(offices, offices.c.code == reports.c.office)
            .where(sealed, still, theirs, ~on, ~_belongs_elsewhere(staff, now))
            .group_by(reports.c.office, reports.c.desk)
        ).all()
    return {(office, Desk(desk)): int(count) for office, desk, count in found}


def _belongs_elsewhere(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `offices` under which they belong to another one; who supervises many may, but not oversight."""
    g = grants.alias("beside").c
    beside = and_(g.office != offices.c.code, or_(offices.c.parent.is_(None), g.office != offices.c.parent))
    counts = or_(g.role != Role.SUPERVISOR.value, offices.c.kind == OfficeKind.OVERSIGHT.value)
    return exists().where(g.staff == person, or_(g.until_at.is_(None), g.until_at > now), beside, counts)
