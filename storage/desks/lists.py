"""What a focal point may know of her own desks' lists: who has a seat, who comes, who goes, whose key waits.

Names and times only; nothing here opens a report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, or_, select

from bot.vocabulary import SEALED_DESKS, Desk, Role
from storage.desks import ceremonies, offering
from storage.desks.offering import Place
from storage.keys import Keyring
from storage.sealed import keypairs, recipients
from storage.sealed.recipients import Member
from storage.tables import desks, grants, staff

_SEALED: Final = tuple(sorted(desk.value for desk in SEALED_DESKS))


@dataclass(frozen=True, slots=True)
class Seat:
    """One on a list. by: who signed her, "" for a founder and for the recovery key's officers.

    stands: words are sealed to her now; else she was signed and takes her seat at `since`. works: she is still a focal
    point there; whoever is not should be taken off. until: when she goes because another's seat begins. replaces: in
    whose place she comes then.
    """

    id: str
    name: str
    mine: bool
    since: datetime
    by: str
    stands: bool
    works: bool
    until: datetime | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One whose key waits to be signed. fingerprint: of the row as it is now, for what she reads from paper.

    It is compared and never shown: whoever changed the row would have her read out his own letters.
    """

    id: str
    name: str
    mine: bool
    fingerprint: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DeskList:
    """The list of one desk. sealed_at: since when its words are sealed to people, None while it is off.

    vanished: whose seats had begun and are not there though nobody took them off, by recipient: the name, "" where the
    row is not there either. While there is one, the list does not verify.
    """

    office: str
    desk: Desk
    sealed_at: datetime | None
    seats: tuple[Seat, ...]
    waiting: tuple[Waiting, ...]
    vanished: Mapping[str, str]

    @property
    def mine(self) -> Seat | None:
        """Her own seat."""
        return next((seat for seat in self.seats if seat.mine), None)

    @property
    def few(self) -> bool:
        """Whether it is on, and fewer than two who work there have a seat that has begun."""
        seated = {seat.name for seat in self.seats if seat.works and seat.stands}
        return self.sealed_at is not None and len(seated) < ceremonies.FEWEST

    @property
    def coming(self) -> tuple[Seat, ...]:
        """Who was signed and takes her seat later."""
        return tuple(seat for seat in self.seats if not seat.stands)


def of(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> tuple[DeskList, ...]:
    """The lists of the sealed desks where this person is a focal point."""
    g = grants.c
    mine = (g.staff == person, g.role == Role.FOCAL_POINT.value, g.desk.in_(_SEALED))
    runs = or_(g.until_at.is_(None), g.until_at > now)
    found = conn.execute(select(g.office, g.desk).where(*mine, runs).order_by(g.office, g.desk)).all()
    return tuple(listed(conn, keyring, (row.office, Desk(row.desk)), person=person, now=now) for row in found)


def listed(conn: Connection, keyring: Keyring, place: Place, *, now: datetime, person: str = "") -> DeskList:
    """The list of one desk, as this person sees it."""
    office, desk = place
    members = recipients.members(conn, keyring, office, desk.value)
    waits = offering.waiting(conn, keyring, place)
    rows = recipients.rows_of(conn, office, desk.value)
    names = _names(conn, {row.staff for row in rows})
    persons = {row.id: names.get(row.staff or "", "") for row in rows}
    signers = {each.id: names.get(each.staff or "", "") for each in members}
    since = conn.execute(select(desks.c.sealed_at).where(desks.c.office == office, desks.c.desk == desk.value)).scalar()
    works = ceremonies.focal_points(conn, *place, now)
    seated = [each for each in members if each.staff is not None and not recipients.is_off(each, now)]
    goes = {each.replaced_by: names.get(each.staff or "", "") for each in seated if each.replaced_by}
    known = _Known(names, signers, goes, works)
    seats = (_seat(each, known, person=person, now=now) for each in seated)
    return DeskList(
        office=office,
        desk=desk,
        sealed_at=since,
        seats=tuple(sorted(seats, key=lambda seat: (seat.since, seat.name))),
        waiting=tuple(
            Waiting(
                id=row.id,
                name=names.get(row.staff or "", ""),
                mine=row.staff == person,
                fingerprint=keypairs.fingerprint(row.public_key, row.signing_key),
                added_at=row.added_at,
            )
            for row in waits
        ),
        vanished={id: persons.get(id, "") for id in sorted(recipients.vanished(conn, keyring, office, desk.value))},
    )


def notices(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> tuple[tuple[Place, Seat], ...]:
    """Who was signed onto a list that this person is on, and takes her seat later: shown to her until then."""
    mine = (each for each in of(conn, keyring, person=person, now=now) if each.mine is not None)
    return tuple(((each.office, each.desk), seat) for each in mine for seat in each.coming if not seat.mine)


@dataclass(frozen=True, slots=True)
class _Known:
    """names: by person. signers: names by recipient. goes: who goes, by the newcomer's recipient. works: people."""

    names: Mapping[str, str]
    signers: Mapping[str, str]
    goes: Mapping[str, str]
    works: frozenset[str]


def _seat(member: Member, known: _Known, *, person: str, now: datetime) -> Seat:
    return Seat(
        id=member.id,
        name=known.names.get(member.staff or "", ""),
        mine=member.staff == person,
        since=member.effective_at,
        by=known.signers.get(member.signed_by or "", ""),
        stands=recipients.stands_at(member, now),
        works=member.staff in known.works,
        until=member.ends_at,
        replaces=known.goes.get(member.id, ""),
    )


def _names(conn: Connection, people: set[str | None]) -> Mapping[str, str]:
    wanted = sorted(person for person in people if person)
    found = conn.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(wanted)))
    return {row.id: row.name for row in found}
