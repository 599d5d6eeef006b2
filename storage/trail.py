"""What an auditor reads of the audit log: who did what, when, about which case; numbers and names of staff, no words.

An auditor's grant anywhere shows all of it but one thing: a row about a report that names an office of the auditor's
own is withheld. Its place in the chain stays, so that nobody can say that it was never there. At a sealed desk only the
card knows whom a report names, and no auditor opens that; in doubt it is for oversight, which stands outside of every
chain. What happened at a sealed desk is told to the hour, as everything there. Reading is itself audited.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import ColumnElement, Connection, Row, String, and_, cast, exists, false, func, or_, select

from bot.vocabulary import Role
from storage import audit
from storage.backups import drills
from storage.backups.drills import Done, Kind
from storage.casework import withheld
from storage.casework.acts import Unseen
from storage.casework.withheld import Barred
from storage.keys import Keyring
from storage.tables import audit as log
from storage.tables import grants, reports, staff
from storage.words import hours

PAGE: Final = 50
_L: Final = log.c
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ACTION: Final = re.compile(r"[a-z_]{1,20}(\.[a-z_]{1,20})?", re.ASCII)
_SHORT: Final = 8  # signs of an id that is nobody's we can name
_MOST: Final = 8  # members of a list
_LOTS: Final = 20  # lots of rows looked through for one page: of what is withheld there may be many


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. number: a case's. person: a name one logs in with. cursor: as a page gave it.

    action: one ("report.view") or a group of them ("report").
    """

    number: str = ""
    person: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What was done. actor: a name, or "machine:<part>". subject: a case's number, a name, or the start of an id.

    about: the number, where it is a case. more: codes and counts, by name. place: in the chain, None before it has one.
    """

    withheld: ClassVar = False

    place: int | None
    at: datetime
    actor: str
    action: str
    subject: str
    about: str
    more: tuple[tuple[str, str], ...]

    @property
    def group(self) -> str:
        """What kind of action it is."""
        return self.action.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A row that is not for this auditor: its place in the chain (None before it has one), and nothing else of it."""

    withheld: ClassVar = True

    place: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines, the newest first, and the cursor of the next page ("" at the end).

    checked: how the whole log was found to be last, None before the first time. loose: rows that have no place yet.
    """

    rows: tuple[Line | Withheld, ...]
    next: str
    checked: Done | None
    loose: int


@dataclass(frozen=True, slots=True)
class _Names:
    cases: Mapping[str, tuple[str, str]]  # number and desk, by id
    people: Mapping[str, str]

    def of(self, id: str) -> str:
        if id in self.cases:
            return self.cases[id][0]
        return self.people.get(id) or (id[:_SHORT] if _ID.fullmatch(id) else id)


def lines(conn: Connection, keyring: Keyring, *, person: str, now: datetime, wanted: Wanted) -> Lines:
    """The lines that were asked for. Raises Unseen for whoever is no auditor. Writes a row: give it a writing one.

    What is withheld shows as a place among all rows, and not at all where a case, a person or an action was asked for:
    that it fits would tell what it is.
    """
    if not conn.execute(select(_is_auditor(person, now))).scalar_one():
        raise Unseen
    barred = withheld.barred(conn, person, now)
    which, asked = _which(conn, wanted, barred)
    rows, gone, cursor = _rows(conn, which, wanted, barred)
    audit.write(conn, keyring, at=now, actor=person, action="audit.view", data={**asked, "rows": len(rows)})
    names = _named(conn, [row for row in rows if row.id not in gone])
    return Lines(
        rows=tuple(Withheld(row.seq) if row.id in gone else _line(row, names) for row in rows),
        next=cursor,
        checked=drills.borne(conn, keyring, Kind.VERIFY, now=now),
        loose=int(conn.execute(select(func.count()).where(_L.seq.is_(None))).scalar_one()),
    )


def _rows(
    conn: Connection, which: Sequence[ColumnElement[bool]], wanted: Wanted, barred: Barred
) -> tuple[list[Row[Any]], frozenset[str], str]:
    """The rows of a page, the ids of those that are withheld, and the cursor. A page before the end may be short."""
    whole, cursor = not (wanted.number or wanted.person or wanted.action), wanted.cursor
    kept: list[Row[Any]] = []
    gone: frozenset[str] = frozenset()
    for _ in range(_LOTS):
        query = select(log).where(*which, *_after(conn, cursor)).order_by(_L.at.desc(), _L.id)
        found = conn.execute(query.limit(PAGE + 1)).all()
        gone = withheld.rows(conn, found[:PAGE], barred)
        kept = [row for row in found[:PAGE] if whole or row.id not in gone]
        cursor = found[PAGE - 1].id if len(found) > PAGE else ""
        if kept or not cursor:
            break
    return kept, gone, cursor


def _is_auditor(person: str, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        grants.c.staff == person,
        grants.c.staff == staff.c.id,
        staff.c.active,
        grants.c.role == Role.AUDITOR.value,
        or_(grants.c.until_at.is_(None), grants.c.until_at > now),
    )


def _which(conn: Connection, wanted: Wanted, barred: Barred) -> tuple[list[ColumnElement[bool]], dict[str, Any]]:
    """The conditions, and what of them the audit keeps: ids and codes. Who or what is not there has no lines.

    A case that is not for this auditor is not there.
    """
    which: list[ColumnElement[bool]] = []
    asked: dict[str, Any] = {}
    if wanted.number:
        theirs = (reports.c.number == wanted.number, ~barred.which)
        case = conn.execute(select(reports.c.id).where(*theirs)).scalar()
        which.append(or_(_L.subject == case, cast(_L.data, String).contains(case)) if case else false())
        asked["case"] = case or "-"
    if wanted.person:
        who = conn.execute(select(staff.c.id).where(staff.c.name == wanted.person)).scalar() or "-"
        which.append(or_(_L.actor == who, _L.subject == who))
        asked["person"] = who
    if _ACTION.fullmatch(wanted.action):
        which.append(or_(_L.action == wanted.action, _L.action.startswith(f"{wanted.action}.")))
        asked["action"] = wanted.action
    if wanted.since:
        which.append(_L.at >= wanted.since)
    if wanted.until:
        which.append(_L.at < wanted.until)
    return which, asked


def _after(conn: Connection, cursor: str) -> list[ColumnElement[bool]]:
    """Only the row's id goes into a cursor: its time may be one that is told to the hour."""
    last = conn.execute(select(_L.at, _L.id).where(_L.id == cursor)).first() if _ID.fullmatch(cursor) else None
    return [] if last is None else [or_(_L.at < last.at, and_(_L.at == last.at, _L.id > last.id))]


def _named(conn: Connection, rows: Sequence[Row[Any]]) -> _Names:
    ids = {id for row in rows for id in (row.actor, row.subject, *_ids(row.data)) if _ID.fullmatch(id)}
    cases = conn.execute(select(reports.c.id, reports.c.number, reports.c.desk).where(reports.c.id.in_(ids)))
    people = conn.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(ids)))
    return _Names({row.id: (row.number, row.desk) for row in cases}, {row.id: row.name for row in people})


def _ids(data: Any) -> Iterable[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list | dict):
        for each in data[:_MOST] if isinstance(data, list) else data.values():
            yield from _ids(each)


def _line(row: Row[Any], names: _Names) -> Line:
    number, desk = names.cases.get(row.subject, ("", ""))
    return Line(
        place=row.seq,
        at=hours.told(desk, row.at),
        actor=names.of(row.actor),
        action=row.action,
        subject=names.of(row.subject),
        about=number,
        more=tuple((str(name), _told(value, names)) for name, value in sorted(row.data.items())),
    )


def _told(value: Any, names: _Names) -> str:
    if isinstance(value, list):
        told = ", ".join(_told(each, names) for each in value[:_MOST])
        return told + (f" +{len(value) - _MOST}" if len(value) > _MOST else "")
    return names.of(value) if isinstance(value, str) else str(value)
