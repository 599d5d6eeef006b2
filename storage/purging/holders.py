"""Who may hold a report: whoever a grant as supervisor or auditor shows it, and oversight, which sees none of it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, literal, or_, select

from bot.vocabulary import OfficeKind, Role
from storage.casework import withheld
from storage.casework.queues import visible
from storage.tables import grants, offices, reports, staff

_ROLE: Final = grants.c.role.in_((Role.SUPERVISOR.value, Role.AUDITOR.value))
_OVERSEES: Final = exists().where(offices.c.code == grants.c.office, offices.c.kind == OfficeKind.OVERSIGHT.value)


def may(conn: Connection, person: str, now: datetime) -> bool:
    """Whether this person (a staff id) may ask for holds at all."""
    return bool(conn.execute(select(_granted(person, now).exists())).scalar_one())


def oversees(conn: Connection, person: str, now: datetime) -> bool:
    """Whether this person may, and is of oversight, which is in nobody's chain."""
    return bool(conn.execute(select(_granted(person, now).where(_OVERSEES).exists())).scalar_one())


def reach(person: str, now: datetime) -> ColumnElement[bool]:
    """The reports that they may hold: what a grant as supervisor or auditor shows them; for oversight, all others, too.

    None that names an office which they belong to, or may (storage.casework.withheld).
    """
    here = and_(grants.c.office == reports.c.office, grants.c.desk == reports.c.desk)
    shown = _granted(person, now).where(here).correlate(reports).exists()
    above = _granted(person, now).where(_OVERSEES).exists()
    return and_(~withheld.hidden(person, now), or_(and_(shown, visible(person, now)), above))


def _granted(person: str, now: datetime) -> Any:
    """Running grants of this person in one of the two roles, still with us."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    joined = grants.join(staff, staff.c.id == grants.c.staff)
    return select(literal(1)).select_from(joined).where(grants.c.staff == person, staff.c.active, running, _ROLE)
