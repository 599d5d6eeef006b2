"""How somebody who works here leaves: by whom they may be sent, and what must not be left empty behind them.

The last administrator could let nobody in any more. A sealed desk that one person alone reads is lost with her key, and
nobody could be let onto its list by two; so two stay who can open it, unless whoever sends one away says that they know
it. What they had goes back to the queue. Run it as the worker.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, or_, select

from bot.vocabulary import Role
from storage import audit
from storage.casework import releasing
from storage.keys import Keyring
from storage.people import staff
from storage.sealed import recipients
from storage.tables import grants
from storage.tables import recipients as seats
from storage.tables import staff as people

_FEWEST: Final = 2  # who stay at a sealed desk


class Stays(Exception):
    """They cannot go yet. key: why; each says in the console what to do first: self, gone, admin, desk.

    place: the sealed desk that too few would be left at, as (office, desk): of these reasons the one that `sure` lifts.
    """

    def __init__(self, key: str, place: tuple[str, str] | None = None) -> None:
        super().__init__(key)
        self.key, self.place = key, place


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here, with the roles they hold anywhere."""

    id: str
    name: str
    roles: tuple[Role, ...]


def colleagues(conn: Connection, now: datetime) -> tuple[Colleague, ...]:
    """Everybody who works here, by name."""
    held: dict[str, set[Role]] = {}
    for row in conn.execute(select(grants.c.staff, grants.c.role).where(_running(now))):
        held.setdefault(row.staff, set()).add(Role(row.role))
    rows = conn.execute(select(people.c.id, people.c.name).where(people.c.active).order_by(people.c.name))
    return tuple(Colleague(row.id, row.name, tuple(sorted(held.get(row.id, ())))) for row in rows)


def leave(conn: Connection, keyring: Keyring, *, person: str, by: str, now: datetime, sure: bool = False) -> int:
    """Closes every way in of this person, at once; returns how many cases went back to the queue. Raises Stays.

    Their name stays with what they did. by: the administrator who does it. sure: they must go although a sealed desk
    is left with fewer than two who read it, which that desk and the administrators' pages then say.
    """
    if person == by:
        raise Stays("self")
    # Two who send each other away at the same time do so one after the other (SQLite has but one writer anyway).
    here = set(conn.execute(select(people.c.id).where(people.c.active).with_for_update()).scalars())
    if person not in here:
        raise Stays("gone")
    if not _administrators(conn, here - {person}, now):
        raise Stays("admin")
    for office, desk in _desks_of(conn, person):
        standing = {each.staff for each in recipients.people(conn, keyring, office, desk, now)}
        if person in standing and len(standing & (here - {person})) < _FEWEST:
            if not sure:
                raise Stays("desk", (office, desk))
            _note_few(conn, keyring, (office, desk), by=by, now=now)
    staff.deactivate(conn, keyring, person=person, now=now, by=by)
    return releasing.of_who_left(conn, keyring, person=person, by=by, now=now)


def _note_few(conn: Connection, keyring: Keyring, place: tuple[str, str], *, by: str, now: datetime) -> None:
    data = {"office": place[0], "desk": place[1]}
    audit.write(conn, keyring, at=now, actor=by, action="desk.few", data=data)


def _administrators(conn: Connection, among: set[str], now: datetime) -> set[str]:
    held = select(grants.c.staff).where(grants.c.role == Role.ADMINISTRATOR.value, _running(now))
    return set(conn.execute(held).scalars()) & among


def _desks_of(conn: Connection, person: str) -> list[tuple[str, str]]:
    mine = select(seats.c.office, seats.c.desk).where(seats.c.staff == person).distinct()
    return [(row.office, row.desk) for row in conn.execute(mine.order_by(seats.c.office, seats.c.desk))]


def _running(now: datetime) -> ColumnElement[bool]:
    return or_(grants.c.until_at.is_(None), grants.c.until_at > now)
