"""Where a reporter can be helped: the service directory, imported from a file, and which of it serves a desk.

Bodies that a new file does not name are kept and marked as not active: what a reporter once agreed to still names them.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.vocabulary import Desk, Locale
from storage import audit
from storage.keys import Keyring
from storage.people.importing import (
    LANGUAGES,
    ImportWrong,
    governorate_in,
    name_in,
    one_of,
    table,
    words_in,
    wrong,
    yes_in,
)
from storage.tables import coverage, offices, services

FRESH: Final = timedelta(days=365)  # after that long nobody knows whether somebody answers there
_LONGEST_PHONE: Final = 24  # the column's width
_PHONE_SIGNS: Final = frozenset("+0123456789 -()/*#")
_NEEDED: Final = ("kind", "name_ar", "verified_on")


class Kind(StrEnum):
    """What a body does for people."""

    SHELTER = "shelter"
    HEALTH = "health"
    LEGAL = "legal"
    PSYCHOSOCIAL = "psychosocial"
    CHILD = "child"
    SAFETY = "safety"


_KINDS: Final = {
    "مأوى": "shelter",
    "صحة": "health",
    "قانون": "legal",
    "دعم نفسي": "psychosocial",
    "طفل": "child",
    "حماية": "safety",
}
# Which kinds a sealed desk can send somebody to.
_SERVE: Final[Mapping[Desk, frozenset[Kind]]] = {
    Desk.WOMEN: frozenset(Kind) - {Kind.CHILD},
    Desk.CHILD: frozenset({Kind.CHILD, Kind.HEALTH, Kind.PSYCHOSOCIAL, Kind.SAFETY}),
}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One body as a file gives it. governorate "": the whole country. verified_on: when somebody last asked there."""

    kind: Kind
    name_ar: str
    verified_on: datetime
    name_ckb: str = ""
    name_en: str = ""
    governorate: str = ""
    phone: str = ""
    languages: tuple[str, ...] = (Locale.AR.value,)
    women_only: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """One body of the directory."""

    id: str
    kind: Kind
    names: Mapping[Locale, str]
    governorate: str
    phone: str
    languages: tuple[str, ...]
    women_only: bool
    verified_on: datetime


def parse(text: str) -> tuple[ServiceRow, ...]:
    """The bodies of a CSV text (docs/sealed-desks.md). Raises ImportWrong."""
    rows: list[ServiceRow] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, cells in table(text, needed=_NEEDED):
        row = _parsed(number, cells)
        if (before := seen.setdefault(_same(row), number)) != number:
            raise wrong(number, "name_ar", f"the same body as in row {before}")
        rows.append(row)
    return tuple(rows)


def replace(conn: Connection, keyring: Keyring, rows: Sequence[ServiceRow], *, now: datetime) -> int:
    """The directory becomes what these rows say; says how many. Raises ImportWrong for a date that is yet to come."""
    if any(row.verified_on > now for row in rows):
        raise ImportWrong("column verified_on: a body cannot have been asked on a day that is yet to come")
    known = {
        (row.kind, row.name_ar, row.governorate): row.id
        for row in conn.execute(select(services.c.id, services.c.kind, services.c.name_ar, services.c.governorate))
    }
    conn.execute(update(services).values(active=False))
    for row in rows:
        if (id := known.get(_same(row))) is not None:
            conn.execute(update(services).where(services.c.id == id).values(**_values(row)))
        else:
            conn.execute(insert(services).values(id=secrets.token_hex(16), **_values(row)))
    data = {"rows": len(rows)}
    audit.write(conn, keyring, at=now, actor="machine:services", action="services.import", data=data)
    return len(rows)


def listed(conn: Connection, *, governorate: str = "", kind: Kind | None = None) -> tuple[Service, ...]:
    """The directory: active bodies, all or those that serve a governorate or are of a kind."""
    query = select(services).where(services.c.active)
    if governorate:
        query = query.where(services.c.governorate.in_((governorate, "")))
    if kind is not None:
        query = query.where(services.c.kind == kind.value)
    return tuple(_service(row) for row in conn.execute(query.order_by(services.c.kind, services.c.name_ar)))


def serving(conn: Connection, *, office: str, desk: Desk, now: datetime) -> tuple[Service, ...]:
    """The bodies that a sealed desk can send somebody to: verified within a year, of its kinds, where it works."""
    reach = _reach(conn, office)
    query = select(services).where(
        services.c.active,
        services.c.verified_on > now - FRESH,
        services.c.kind.in_([kind.value for kind in _SERVE.get(desk, frozenset())]),
    )
    if reach:
        query = query.where(or_(services.c.governorate == "", services.c.governorate.in_(reach)))
    return tuple(_service(row) for row in conn.execute(query.order_by(services.c.kind, services.c.name_ar)))


def _reach(conn: Connection, office: str) -> frozenset[str]:
    """The governorates in which an office works; none: in all of them."""
    own = conn.execute(select(offices.c.governorate).where(offices.c.code == office)).scalar() or ""
    served = conn.execute(select(coverage.c.place).where(coverage.c.office == office)).scalars()
    return frozenset(code for code in (own, *(place[:5] for place in served)) if code)


def _parsed(number: int, cells: Mapping[str, str]) -> ServiceRow:
    languages = [one_of(Locale, word, number, "languages", LANGUAGES) for word in words_in(cells.get("languages", ""))]
    phone = cells.get("phone", "")
    if len(phone) > _LONGEST_PHONE or not set(phone) <= _PHONE_SIGNS:
        raise wrong(number, "phone", f"at most {_LONGEST_PHONE} digits and signs of a telephone number are wanted")
    return ServiceRow(
        kind=one_of(Kind, cells["kind"], number, "kind", _KINDS),
        name_ar=name_in(number, cells, "name_ar", needed=True),
        name_ckb=name_in(number, cells, "name_ckb"),
        name_en=name_in(number, cells, "name_en"),
        governorate=governorate_in(number, cells.get("governorate", "")),
        phone=phone,
        languages=tuple(sorted({language.value for language in languages})) or (Locale.AR.value,),
        women_only=yes_in(number, cells, "women_only", default="no"),
        verified_on=_day(number, cells["verified_on"]),
    )


def _day(number: int, given: str) -> datetime:
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise wrong(number, "verified_on", "a day such as 2026-11-01 is wanted") from None


def _same(row: ServiceRow) -> tuple[str, str, str]:
    return (row.kind.value, row.name_ar, row.governorate)


def _values(row: ServiceRow) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "name_ar": row.name_ar,
        "name_ckb": row.name_ckb,
        "name_en": row.name_en,
        "governorate": row.governorate,
        "phone": row.phone,
        "languages": list(row.languages),
        "women_only": row.women_only,
        "verified_on": row.verified_on,
        "active": True,
    }


def _service(row: Row[Any]) -> Service:
    names = {Locale.AR: row.name_ar, Locale.CKB: row.name_ckb or row.name_ar, Locale.EN: row.name_en or row.name_ar}
    return Service(
        id=row.id,
        kind=Kind(row.kind),
        names=names,
        governorate=row.governorate,
        phone=row.phone,
        languages=tuple(row.languages),
        women_only=row.women_only,
        verified_on=row.verified_on,
    )
