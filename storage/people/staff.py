"""Who works here: people, their grants, and how every way in closes at once when somebody leaves.

A grant is the only thing that opens a report (storage.casework.queues.visible); a role says what one may do there.
The ways in: storage.people.logins (passwords), storage.people.sessions (sessions, tokens, one-time links).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.vocabulary import Desk, Locale, OfficeKind, Role
from storage import audit, promises
from storage.keys import Keyring
from storage.people import devices, enrolling, rota
from storage.promises import Kind
from storage.tables import desks, grants, login_links, offices, sessions, staff, tokens

_LONGEST_NAME: Final = 80  # the column's width

# The desks a role gets when none is named; the schema's CHECKs forbid every other way into a sealed desk.
_DEFAULT_DESKS: Final = {
    Role.COORDINATOR: (Desk.GENERAL, Desk.MEDIATION),
    Role.FOCAL_POINT: (Desk.WOMEN,),
    Role.DUTY_OFFICER: (Desk.URGENT,),
    Role.MEDIATOR: (Desk.MEDIATION,),
    Role.POLICE_LIAISON: (Desk.SECURITY,),
    Role.SUPERVISOR: (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT),
    Role.AUDITOR: (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT, Desk.OVERSIGHT),
    Role.ADMINISTRATOR: (Desk.GENERAL,),
}
_ONLY: Final = {Desk.WOMEN: Role.FOCAL_POINT, Desk.CHILD: Role.FOCAL_POINT, Desk.SECURITY: Role.POLICE_LIAISON}


class Invalid(Exception):
    """What was asked for cannot be. `key` names the reason; the message is English for the command line."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


@dataclass(frozen=True, slots=True)
class Grant:
    """A person may enter one desk of one office, in a role, until a time (None: until taken away)."""

    office: str
    desk: Desk
    role: Role
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who is active, with the grants that hold now."""

    id: str
    name: str
    locale: Locale
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)


def add(
    conn: Connection,
    keyring: Keyring,
    *,
    name: str,
    role: Role,
    office: str,
    desks: Sequence[Desk] = (),
    locale: Locale = Locale.AR,
    now: datetime,
) -> str:
    """Makes a member of staff with grants at one office and returns the id; desks default by role.

    Raises Invalid when the name is taken or empty, the office or desk does not exist, or the role may not enter it.
    """
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= _LONGEST_NAME or not cleaned.isprintable():
        raise Invalid("staff.name", "a name has 1 to 80 printable characters")
    if conn.execute(select(staff.c.id).where(staff.c.name == cleaned)).first():
        raise Invalid("staff.taken", "this name is taken; names are what people log in with")
    person = secrets.token_hex(16)
    wanted = _desks_for(conn, role=role, office=office, wanted=desks)
    conn.execute(staff.insert().values(id=person, name=cleaned, locale=locale.value, created_at=now))
    conn.execute(grants.insert(), [{"staff": person, "office": office, "desk": desk, "role": role} for desk in wanted])
    data = {"role": role.value, "office": office, "desks": [desk.value for desk in wanted]}
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.add", subject=person, data=data)
    return person


def grant(conn: Connection, keyring: Keyring, *, person: str, new: Grant, now: datetime) -> None:
    """Lets a person into one more desk, or changes role and end there, and has them log in anew.

    Raises Invalid as `add` does.
    """
    _desks_for(conn, role=new.role, office=new.office, wanted=(new.desk,))
    row = {"staff": person, "office": new.office, "desk": new.desk.value, "role": new.role.value, "until_at": new.until}
    keys = ["staff", "office", "desk"]
    changed = {"role": row["role"], "until_at": row["until_at"]}
    if conn.dialect.name == "postgresql":
        conn.execute(pg_insert(grants).values(row).on_conflict_do_update(index_elements=keys, set_=changed))
    else:
        conn.execute(sqlite_insert(grants).values(row).on_conflict_do_update(index_elements=keys, set_=changed))
    conn.execute(delete(sessions).where(sessions.c.staff == person))
    until = None if new.until is None else new.until.isoformat()
    said = {"staff": person, "office": new.office, "desk": new.desk.value, "role": new.role.value, "until": until}
    promises.note(keyring, Kind.GRANT, f"{person} {new.office} {new.desk.value}", now=now, **said)
    data = {"role": new.role.value, "office": new.office, "desks": [new.desk.value]}
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.grant", subject=person, data=data)


def deactivate(conn: Connection, keyring: Keyring, *, person: str, now: datetime, by: str = "machine:staff") -> None:
    """Closes every way in at once: no session, token or link of this person holds any more, no phone of theirs rings.

    Their name stays. Whether they may go, storage.casework.leaving says. by: whoever does it, for the audit.
    """
    conn.execute(update(staff).where(staff.c.id == person).values(active=False))
    for table in (sessions, tokens, login_links):
        conn.execute(delete(table).where(table.c.staff == person))
    devices.forget(conn, person=person)
    enrolling.erase(conn, person=person)
    rota.end(conn, person)
    promises.note(keyring, Kind.STAFF, person, now=now)
    audit.write(conn, keyring, at=now, actor=by, action="staff.deactivate", subject=person)


def id_of(conn: Connection, name: str) -> str:
    """The id of an active person by the name they log in with; Invalid when there is none."""
    found = conn.execute(select(staff.c.id).where(staff.c.name == name, staff.c.active)).scalar()
    if found is None:
        raise Invalid("staff.unknown", "no active member of staff has this name")
    return str(found)


def active(conn: Connection, person: str, now: datetime) -> Person | None:
    """Somebody by id, with the grants that hold now; None when they left or never were here."""
    row = conn.execute(select(staff).where(staff.c.id == person, staff.c.active)).first()
    if row is None:
        return None
    held = conn.execute(
        select(grants)
        .where(grants.c.staff == person, or_(grants.c.until_at.is_(None), grants.c.until_at > now))
        .order_by(grants.c.office, grants.c.desk)
    )
    kept = tuple(Grant(office=g.office, desk=Desk(g.desk), role=Role(g.role), until=g.until_at) for g in held)
    return Person(id=row.id, name=row.name, locale=Locale(row.locale), grants=kept)


def anybody(conn: Connection) -> bool:
    """Whether there is any active member of staff yet."""
    return bool(conn.execute(select(func.count()).select_from(staff).where(staff.c.active)).scalar())


def set_locale(conn: Connection, *, person: str, locale: Locale) -> None:
    """The language this person's console speaks."""
    conn.execute(update(staff).where(staff.c.id == person).values(locale=locale.value))


def _desks_for(conn: Connection, *, role: Role, office: str, wanted: Sequence[Desk]) -> tuple[Desk, ...]:
    kind = conn.execute(select(offices.c.kind).where(offices.c.code == office, offices.c.active)).scalar()
    if kind is None:
        raise Invalid("staff.office", "no active office has this code")
    there = {Desk(desk) for (desk,) in conn.execute(select(desks.c.desk).where(desks.c.office == office))}
    if absent := sorted(set(wanted) - there):
        raise Invalid("staff.desk", f"this office has no desk {', '.join(absent)}; it has {', '.join(sorted(there))}")
    chosen = tuple(wanted) or _default(role, OfficeKind(kind), there)
    if not chosen:
        raise Invalid("staff.desk", f"this office has no desk that a {role} works at by default; name one with --desk")
    for desk in chosen:
        if (only := _ONLY.get(desk)) and role is not only:
            raise Invalid("staff.role", f"desk {desk} takes nobody but a {only}, not a {role}")
    return chosen


def _default(role: Role, kind: OfficeKind, there: set[Desk]) -> tuple[Desk, ...]:
    if kind is OfficeKind.OVERSIGHT and role is not Role.FOCAL_POINT:
        return tuple({Desk.OVERSIGHT} & there)
    return tuple(desk for desk in _DEFAULT_DESKS[role] if desk in there)
