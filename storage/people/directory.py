"""Offices with their coverage, desks and duty rota, and a deployment's own places: read, imported, put on duty."""

import secrets
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, insert, select, update

from bot.nlp.gazetteer import PlaceRow, built_in
from bot.vocabulary import Desk, Directory, Locale, Office, OfficeKind, Shift, Status
from storage.people import rota
from storage.people.importing import ImportWrong, OfficeRow, check_offices, check_places, parse_offices, parse_places
from storage.tables import coverage, desks, duty, grants, offices, reports
from storage.tables import places as place_table

__all__ = [
    "ImportWrong",
    "OfficeRow",
    "add_duty",
    "import_offices",
    "import_places",
    "parse_offices",
    "parse_places",
    "place_parents",
    "places",
    "read",
    "remove_duty",
]

_EVERY_DAY: Final = frozenset(range(7))
_DAY: Final = 24 * 60


def read(conn: Connection, now: datetime) -> Directory:
    """Every active office as it stands, with its desks, the places it serves, and its rotas (storage.people.rota)."""
    served = _grouped(conn.execute(select(coverage.c.office, coverage.c.place)))
    kept = _grouped(conn.execute(select(desks.c.office, desks.c.desk)))
    shifts, staffed = rota.shifts(conn, now), rota.staffed(conn, now)
    found = conn.execute(select(offices).where(offices.c.active).order_by(offices.c.code))
    return Directory(
        {
            row.code: replace(
                _office(row, served.get(row.code, ()), kept.get(row.code, ()), shifts.get(row.code, {})),
                staffed=staffed.get(row.code, frozenset()),
            )
            for row in found
        }
    )


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row[1])
    return groups


def _office(
    row: Row[Any], served: Iterable[str], kept: Iterable[str], shifts: Mapping[Desk, tuple[Shift, ...]]
) -> Office:
    names = {Locale.AR: row.name_ar, Locale.CKB: row.name_ckb, Locale.EN: row.name_en}
    return Office(
        code=row.code,
        kind=OfficeKind(row.kind),
        names={locale: name or row.name_ar for locale, name in names.items()},
        desks=frozenset(Desk(desk) for desk in kept),
        coverage=frozenset(served),
        parent=row.parent,
        governorate=row.governorate,
        opens_minute=row.opens_minute,
        closes_minute=row.closes_minute,
        languages=frozenset(Locale(language) for language in row.languages),
        duty=shifts,
        demo=row.demo,
    )


def import_offices(conn: Connection, rows: Sequence[OfficeRow], *, known: Container[str] | None = None) -> int:
    """Adds these offices, or brings those with the same code up to date; others stay as they are. Says how many.

    known: ids of places that coverage may name; by default the built-in ones and the deployment's own. A desk that
    still has open reports is not taken away. Raises ImportWrong, before anything is written.
    """
    there = {row.code: row.parent for row in conn.execute(select(offices.c.code, offices.c.parent))}
    check_offices(rows, there, known if known is not None else place_parents(conn))
    _keep_busy_desks(conn, rows)
    ordered = _parents_first(rows)
    new = [{"code": row.code, **_values(row)} for row in ordered if row.code not in there]
    changed = [{"at": row.code, **_values(row)} for row in ordered if row.code in there]
    if new:
        conn.execute(insert(offices), new)
    if changed:
        conn.execute(update(offices).where(offices.c.code == bindparam("at")), changed)
    _sync(conn, coverage, "place", {row.code: row.coverage for row in rows})
    _sync(conn, desks, "desk", {row.code: frozenset(desk.value for desk in row.desks) for row in rows})
    return len(rows)


def _keep_busy_desks(conn: Connection, rows: Sequence[OfficeRow]) -> None:
    still = select(reports.c.office, reports.c.desk).where(reports.c.status != Status.CLOSED.value).distinct()
    busy = _grouped(conn.execute(still))
    for row in rows:
        gone = sorted(set(busy.get(row.code, ())) - {desk.value for desk in row.desks})
        if gone:
            raise ImportWrong(f"row {row.row}, column desks: {gone[0]} still has open reports")


def _parents_first(rows: Sequence[OfficeRow]) -> list[OfficeRow]:
    """In an order that the foreign key allows."""
    by_code = {row.code: row for row in rows}
    ordered: dict[str, OfficeRow] = {}
    for row in rows:
        line = [row]
        while (parent := line[-1].parent) is not None and parent in by_code and parent not in ordered:
            line.append(by_code[parent])
        ordered |= {each.code: each for each in reversed(line)}
    return list(ordered.values())


def _values(row: OfficeRow) -> dict[str, object]:
    return {
        "kind": row.kind.value,
        "name_ar": row.name_ar,
        "name_ckb": row.name_ckb,
        "name_en": row.name_en,
        "parent": row.parent,
        "governorate": row.governorate,
        "opens_minute": row.opens_minute,
        "closes_minute": row.closes_minute,
        "languages": sorted(language.value for language in row.languages),
        "demo": row.demo,
        "active": row.active,
    }


def _sync(conn: Connection, table: Table, column: str, wanted: Mapping[str, frozenset[str]]) -> None:
    """Makes these offices' rows those wanted, touching no other: a desk's row also says since when it is sealed."""
    there = _grouped(conn.execute(select(table.c.office, table.c[column])))
    for office, values in wanted.items():
        gone = sorted(set(there.get(office, ())) - values)
        if gone:
            conn.execute(delete(table).where(and_(table.c.office == office, table.c[column].in_(gone))))
    new = [
        {"office": office, column: value}
        for office, values in wanted.items()
        for value in sorted(values - set(there.get(office, ())))
    ]
    if new:
        conn.execute(insert(table), new)


def import_places(conn: Connection, rows: Sequence[PlaceRow]) -> int:
    """Adds these places, or brings those with the same id up to date. Says how many. Raises ImportWrong, unwritten.

    A parent may be a built-in place, one imported before, or one of these.
    """
    check_places(rows, place_parents(conn))
    there = set(conn.execute(select(place_table.c.id)).scalars())
    for row in rows:
        values = {
            "level": row.level,
            "name_ar": row.name_ar,
            "name_ckb": row.name_ckb,
            "name_en": row.name_en,
            "variants": list(row.variants),
            "parent": row.parent or None,
            "governorate": row.governorate,
        }
        if row.id in there:
            conn.execute(update(place_table).where(place_table.c.id == row.id).values(values))
        else:
            conn.execute(insert(place_table).values(id=row.id, **values))
    return len(rows)


def place_parents(conn: Connection) -> dict[str, str]:
    """Every place's parent by id, "" for a governorate: the built-in places and the deployment's own. Reads a file."""
    return {row.id: row.parent for row in (*built_in(), *places(conn))}


def places(conn: Connection) -> tuple[PlaceRow, ...]:
    """The deployment's own places, as rows that bot.nlp.places.load takes as `extra`."""
    return tuple(
        PlaceRow(
            id=row.id,
            level=row.level,
            name_ar=row.name_ar,
            name_ckb=row.name_ckb,
            name_en=row.name_en,
            variants=tuple(row.variants),
            parent=row.parent or "",
            governorate=row.governorate,
        )
        for row in conn.execute(select(place_table).order_by(place_table.c.id))
    )


def add_duty(
    conn: Connection,
    *,
    office: str,
    desk: Desk,
    staff: str,
    rank: int = 0,
    weekdays: frozenset[int] = _EVERY_DAY,
    since_minute: int = 0,
    to_minute: int = _DAY,
) -> str:
    """Puts a person (staff id) on a desk's rota and returns the entry's id; lower ranks are called first.

    weekdays: 0 is Monday. Minutes are of the local day, 0 to 1440; to < since runs past midnight. Raises ImportWrong
    when the office has no such desk, this person does not work there, or a day or minute is out of range.
    """
    has_desk = select(desks.c.desk).where(and_(desks.c.office == office, desks.c.desk == desk.value))
    if conn.execute(has_desk).first() is None:
        raise ImportWrong(f"office {office} has no desk {desk.value}")
    if not weekdays or not weekdays <= _EVERY_DAY or not 0 <= since_minute < _DAY or not 0 < to_minute <= _DAY:
        raise ImportWrong("a shift needs days of 0 to 6 and hours of one day")
    theirs = (grants.c.staff == staff, grants.c.office == office, grants.c.desk == desk.value)
    if conn.execute(select(grants.c.staff).where(*theirs, grants.c.role.not_in(rota.ONLY_LOOK))).first() is None:
        raise ImportWrong(f"they do not work at desk {desk.value} of office {office}, so no alert would reach them")
    entry = secrets.token_hex(16)
    conn.execute(
        insert(duty).values(
            id=entry,
            office=office,
            desk=desk.value,
            staff=staff,
            rank=rank,
            weekdays=sum(1 << day for day in weekdays),
            since_minute=since_minute,
            to_minute=to_minute,
        )
    )
    return entry


def remove_duty(conn: Connection, entry: str) -> bool:
    """Takes an entry off a rota; False when it was not there."""
    return conn.execute(delete(duty).where(duty.c.id == entry)).rowcount > 0
