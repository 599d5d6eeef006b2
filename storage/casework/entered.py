"""Who typed a report in for a caller or a visitor does not open it where it is sensitive: somebody else there does.

Sensitive is what lies or lay at a sealed desk. Where nobody else works at its desk to whom it may be shown it goes to
another, the regional one (api.workers.settle asks `alone`: only there is it known which offices it names, for at a
sealed desk its row does not tell). Where no sealed desk has anybody else, the console takes none in (`is_only`). What
comes about all the same, or once all others left, is not lost: then it shows to its only reader.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, insert, literal, or_, select

from bot.vocabulary import SEALED_DESKS, Desk, Directory, Role
from storage.casework import apart
from storage.tables import desks, events, grants, recipients, reports, staff

KIND: Final = "entered"
# Who works on reports; a supervisor or an auditor opens nothing of them.
_WORKING: Final = tuple(role.value for role in Role if role not in {Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})
# Made once: every question what somebody may see asks for it, and an alias copies all columns.
_OTHERS: Final = grants.alias("others")
Place = tuple[str, Desk]
Beside = Mapping[Place, Sequence[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Others:
    """Who else than its typist could open what was typed in. heard: the sealed desks at which anybody else works."""

    beside: Beside
    heard: frozenset[Place]


NOBODY: Final = Others(MappingProxyType({}), frozenset())


def note(conn: Connection, report: str, *, by: str, at: datetime) -> None:
    """Keeps with a report who typed it in. at: as its other events tell it."""
    row = {"id": secrets.token_hex(16), "report": report, "at": at, "kind": KIND, "actor": by, "data": {}}
    conn.execute(insert(events), row)


def hidden(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which one is sensitive, was typed in by this person, and another works there."""
    theirs = (events.c.report == reports.c.id, events.c.kind == KIND, events.c.actor == person)
    typed = select(literal(1)).where(*theirs).correlate_except(events).exists()
    return reports.c.sealed_once & typed & _another(reports.c.office, reports.c.desk, person, now)


def barred(conn: Connection, report: str, people: Iterable[str], now: datetime) -> frozenset[str]:
    """Those of these members of staff from whom this report is hidden."""

    def kept_from(person: str) -> bool:
        return conn.execute(select(reports.c.id).where(reports.c.id == report, hidden(person, now))).first() is not None

    return frozenset(person for person in people if kept_from(person))


def others(conn: Connection, person: str, now: datetime) -> Others:
    """Everybody else at sealed desks."""
    return Others(beside(conn, person, now), heard(conn, person, now))


def beside(conn: Connection, person: str, now: datetime) -> Beside:
    """The sealed desks at which this person works, and of everybody else who works there the offices they belong to."""
    mine = grants.alias("mine").c
    works = _works(_OTHERS.c, mine.office, mine.desk, person, now)
    theirs = (
        select(mine.office, mine.desk, _OTHERS.c.staff)
        .outerjoin_from(mine.staff.table, _OTHERS, and_(*works))
        .where(
            mine.staff == person,
            mine.desk.in_(sorted(desk.value for desk in SEALED_DESKS)),
            or_(mine.until_at.is_(None), mine.until_at > now),
        )
    )
    found: dict[Place, list[frozenset[str]]] = {}
    for row in conn.execute(theirs):
        each = found.setdefault((row.office, Desk(row.desk)), [])
        if row.staff is not None:
            each.append(apart.offices_of(conn, row.staff, now))
    return found


def heard(conn: Connection, person: str, now: datetime) -> frozenset[Place]:
    """The sealed desks at which somebody else works."""
    g = _OTHERS.c
    works = _works(g, g.office, g.desk, person, now)
    sealed = g.desk.in_(sorted(desk.value for desk in SEALED_DESKS))
    found = conn.execute(select(g.office, g.desk).where(sealed, *works).distinct())
    return frozenset((row.office, Desk(row.desk)) for row in found)


def is_only(conn: Connection, person: str, now: datetime) -> bool:
    """Whether what is sensitive and typed in by this person could be opened by nobody else, at no sealed desk."""
    return not heard(conn, person, now) and bool(alone(beside(conn, person, now)))


def alone(beside: Beside, named: Collection[str] = ()) -> frozenset[Place]:
    """The sealed desks where nobody else works to whom a report may be shown. named: offices that it keeps apart."""
    barred = frozenset(named)
    return frozenset(place for place, others in beside.items() if not any(barred.isdisjoint(each) for each in others))


def without(directory: Directory, places: Collection[Place], *, heard: Collection[Place]) -> Directory:
    """The directory without these desks, nor any sealed one but those that are heard.

    As it is where none of them would be left: at a desk where nobody works, nobody would open such a report.
    """
    left = frozenset(heard) - frozenset(places)
    if not places or not left:
        return directory
    offices = {
        code: replace(office, desks=frozenset(d for d in office.desks if d not in SEALED_DESKS or (code, d) in left))
        for code, office in directory.offices.items()
    }
    return replace(directory, offices=offices)


def _another(office: Any, desk: Any, person: str, now: datetime) -> ColumnElement[bool]:
    """Somebody else works at this desk now."""
    one = select(literal(1)).where(*_works(_OTHERS.c, office, desk, person, now))
    return one.correlate_except(_OTHERS).exists()


def _works(g: Any, office: Any, desk: Any, person: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """These grants let somebody else work at this desk now; where it is on, with a key that stands."""
    r, one = recipients.c, select(literal(1))
    on = one.where(desks.c.office == office, desks.c.desk == desk, desks.c.sealed_at.is_not(None))
    keyed = one.where(
        r.staff == g.staff, r.office == office, r.desk == desk, r.effective_at <= now, r.revoked_at.is_(None)
    )
    active = one.where(staff.c.id == g.staff, staff.c.active)
    return (
        *(g.office == office, g.desk == desk, g.staff != person, g.role.in_(_WORKING)),
        or_(g.until_at.is_(None), g.until_at > now),
        active.correlate_except(staff).exists(),
        or_(~on.correlate_except(desks).exists(), keyed.correlate_except(recipients).exists()),
    )
