"""Who may be rung for a desk now: whoever is in its rota, works here still, and holds a running grant there.

The one place that says so. What is routed, promised to a reporter, rung, claimed from a phone or told once a day asks
here: whoever left, or whose grant ended or was taken away, counts nowhere as somebody who is there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select

from bot.vocabulary import Desk, Directory, Role, Shift
from storage.tables import alerts, contacts, duty, grants, staff

# Neither may do anything to a case (storage.casework.acts).
ONLY_LOOK: Final = (Role.AUDITOR.value, Role.ADMINISTRATOR.value)
_AT_ITS_DESK: Final = and_(
    grants.c.staff == duty.c.staff, grants.c.office == duty.c.office, grants.c.desk == duty.c.desk
)


def serves(now: datetime) -> ColumnElement[bool]:
    """The condition on `staff`, joined to `grants`: this person works here, and this grant lets them work now."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    return and_(staff.c.id == grants.c.staff, staff.c.active, running, grants.c.role.not_in(ONLY_LOOK))


def shifts(conn: Connection, now: datetime) -> Mapping[str, Mapping[Desk, tuple[Shift, ...]]]:
    """The rotas by office and desk, by rank, of those alone who may be rung; a desk that has nobody is not there."""
    found: dict[str, dict[Desk, tuple[Shift, ...]]] = defaultdict(dict)
    standing = select(duty).join(grants, _AT_ITS_DESK).join(staff, serves(now))
    for row in conn.execute(standing.order_by(duty.c.rank, duty.c.id)):
        desk = Desk(row.desk)
        found[row.office][desk] = (*found[row.office].get(desk, ()), _shift(row))
    return found


def staffed(conn: Connection, now: datetime) -> Mapping[str, frozenset[Desk]]:
    """The desks by office at which somebody works now, in a rota or not."""
    found: dict[str, frozenset[Desk]] = defaultdict(frozenset)
    for row in conn.execute(select(grants.c.office, grants.c.desk).join(staff, serves(now)).distinct()):
        found[row.office] |= {Desk(row.desk)}
    return found


def is_staffed(conn: Connection, office: str, desk: Desk, now: datetime) -> bool:
    """Whether somebody works at one desk now."""
    here = (grants.c.office == office, grants.c.desk == desk.value)
    return conn.execute(select(grants.c.staff).join(staff, serves(now)).where(*here).limit(1)).first() is not None


def current(conn: Connection, directory: Directory, now: datetime) -> Directory:
    """A directory that was read a while ago, with the rotas, and who works where, as they are in this transaction."""
    stand, there = shifts(conn, now), staffed(conn, now)
    offices = {
        code: replace(office, duty=stand.get(code, {}), staffed=there.get(code, frozenset()))
        for code, office in directory.offices.items()
    }
    return replace(directory, offices=offices)


def stays(conn: Connection, person: str) -> bool:
    """Whether somebody works here still; held, so that they do not leave before this transaction ends."""
    here = select(staff.c.id).where(staff.c.id == person, staff.c.active).with_for_update(read=True)
    return conn.execute(here).first() is not None


def phones(conn: Connection, person: str) -> list[tuple[str, str]]:
    """(contact, channel) of each phone at which somebody who works here can be reached; none of who left."""
    c = contacts.c
    theirs = (staff.c.id == person, staff.c.active, c.unreachable_at.is_(None))
    rows = conn.execute(select(c.id, c.channel).join(staff, staff.c.id == c.staff).where(*theirs).order_by(c.id))
    return [(row.id, row.channel) for row in rows]


def owner(conn: Connection, contact: str) -> str | None:
    """Whose phone a contact is, of those who work here; None where nobody's."""
    here = select(staff.c.id).join(contacts, contacts.c.staff == staff.c.id).where(contacts.c.id == contact)
    found: str | None = conn.execute(here.where(staff.c.active)).scalar()
    return found


def end(conn: Connection, person: str) -> bool:
    """Takes away what somebody who leaves is reached and rung by, with all that waits to be sent to them.

    Their phones, their places in rotas, and what they were alerted to and could claim. True when there was any.
    """
    gone = [conn.execute(delete(table).where(table.c.staff == person)).rowcount for table in (contacts, duty, alerts)]
    return any(gone)


def _shift(row: Row[Any]) -> Shift:
    weekdays = frozenset(day for day in range(7) if row.weekdays >> day & 1)
    return Shift(row.staff, row.rank, weekdays, row.since_minute, row.to_minute)
