"""How far each sealed desk is: whether it is on, who could read it, what it lacks. For administrators.

Times and counts only; nothing here opens a report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from bot.vocabulary import SEALED_DESKS, Desk
from storage.casework.queues import OPEN
from storage.desks import ceremonies, membership, offering
from storage.desks.offering import Place
from storage.keys import Keyring
from storage.sealed import recipients
from storage.sealed.recipients import Unverified
from storage.tables import desks, offices, reports

_SEALED: Final = tuple(sorted(desk.value for desk in SEALED_DESKS))


@dataclass(frozen=True, slots=True)
class State:
    """How far a sealed desk is. missing: what it lacks to be switched on (a key of recipients.Refused), or "".

    people: how many its words are sealed to, beside the recovery key. active: how many of them work there. replaced:
    how many go when another's seat begins. makers: how many keys wait there. reports: how
    many open reports wait at a desk that has nobody who could read them; 0 at any other. gone: how many are on its list
    and not focal points there any more. broken: it is on, and its list does not verify: nothing can be filed there.
    """

    office: str
    desk: Desk
    sealed_at: datetime | None
    missing: str
    people: int
    makers: int
    reports: int
    gone: int
    broken: bool = False
    active: int = 0
    replaced: int = 0

    @property
    def few(self) -> bool:
        """Whether it is on, and fewer than two on its list work there: one loss more, and nobody reads it."""
        return self.sealed_at is not None and not self.broken and self.active < ceremonies.FEWEST


def states(conn: Connection, keyring: Keyring, *, now: datetime) -> tuple[State, ...]:
    """Every sealed desk of an active office."""
    d = desks.c
    here = select(d.office, d.desk, d.sealed_at).join(offices, offices.c.code == d.office)
    rows = conn.execute(here.where(offices.c.active, d.desk.in_(_SEALED)).order_by(d.office, d.desk)).all()
    open_reports = _waiting_reports(conn)
    return tuple(_state(conn, keyring, (row.office, Desk(row.desk)), row.sealed_at, open_reports, now) for row in rows)


def any_few(conn: Connection, keyring: Keyring, *, now: datetime) -> bool:
    """Whether a desk that is on has fewer than two on its list who work there, or a list that does not verify."""
    d = desks.c
    on = select(d.office, d.desk).join(offices, offices.c.code == d.office)
    rows = conn.execute(on.where(offices.c.active, d.desk.in_(_SEALED), d.sealed_at.is_not(None))).all()
    places = [(row.office, row.desk) for row in rows]
    return any(not _verifies(conn, keyring, each, now) or _is_few(conn, keyring, each, now) for each in places)


def broken(conn: Connection, keyring: Keyring, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Every sealed desk, by office and desk, at which nothing can be filed now, because its list does not verify."""
    d = desks.c
    here = select(d.office, d.desk).join(offices, offices.c.code == d.office)
    rows = conn.execute(here.where(offices.c.active, d.desk.in_(_SEALED)).order_by(d.office, d.desk)).all()
    return tuple((row.office, row.desk) for row in rows if not _verifies(conn, keyring, (row.office, row.desk), now))


def _verifies(conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime) -> bool:
    try:
        recipients.standing(conn, keyring, *place, now)
    except Unverified:
        return False
    return True


def _is_few(conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime) -> bool:
    return len(membership.seated(conn, keyring, place, now)) < ceremonies.FEWEST


def is_recoverable(conn: Connection, keyring: Keyring) -> bool:
    """Whether there is a recovery key: without one, where no desk is on, only grants protect sensitive reports."""
    return ceremonies.recovery(conn, keyring) is not None


def _state(
    conn: Connection,
    keyring: Keyring,
    place: Place,
    sealed_at: datetime | None,
    open_reports: Mapping[tuple[str, str], int],
    now: datetime,
) -> State:
    office, desk = place
    works = ceremonies.focal_points(conn, *place, now)
    listed = recipients.people(conn, keyring, office, desk.value, now)
    people = len(listed)
    missing = "" if people else offering.missing(conn, keyring, place, now=now)
    return State(
        office=office,
        desk=desk,
        sealed_at=sealed_at,
        missing=missing,
        people=people,
        makers=len(offering.waiting(conn, keyring, place)),
        reports=0 if people else open_reports.get((office, desk.value), 0),
        gone=sum(1 for each in listed if each.staff not in works),
        broken=not _verifies(conn, keyring, (office, desk.value), now),
        active=len(membership.seated(conn, keyring, (office, desk.value), now)),
        replaced=sum(1 for each in listed if each.ends_at is not None),
    )


def _waiting_reports(conn: Connection) -> Mapping[tuple[str, str], int]:
    r = reports.c
    rows = conn.execute(
        select(r.office, r.desk, func.count())
        .where(r.desk.in_(_SEALED), r.status.in_(OPEN), r.erased_at.is_(None))
        .group_by(r.office, r.desk)
    )
    return {(office, desk): int(count) for office, desk, count in rows}
