"""Whose seat at a sealed desk is about to change, for those who have to act on it: on the page that they begin with.

Names, places and times only; nothing here opens a report.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import SEALED_DESKS, Desk
from storage.desks import lists
from storage.desks.lists import Waiting
from storage.desks.offering import Place
from storage.keys import Keyring
from storage.sealed import recipients
from storage.tables import desks, offices

_SEALED: Final = tuple(sorted(desk.value for desk in SEALED_DESKS))


def to_sign(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> tuple[tuple[Place, Waiting], ...]:
    """Colleagues whose keys wait at the desks where this person reads: only who reads there signs another on."""
    here = (each for each in lists.of(conn, keyring, person=person, now=now) if each.sealed_at is not None)
    signs = (each for each in here if each.mine is not None and each.mine.stands)
    return tuple(((each.office, each.desk), waits) for each in signs for waits in each.waiting if not waits.mine)


def replaced(conn: Connection, keyring: Keyring, *, now: datetime) -> tuple[tuple[Place, datetime], ...]:
    """The desks where somebody goes when another's seat begins, and when the first one does. For administrators."""
    d = desks.c
    on = select(d.office, d.desk).join(offices, offices.c.code == d.office)
    here = on.where(offices.c.active, d.desk.in_(_SEALED), d.sealed_at.is_not(None)).order_by(d.office, d.desk)
    found: list[tuple[Place, datetime]] = []
    for row in conn.execute(here).all():
        people = recipients.people(conn, keyring, row.office, row.desk, now)
        if ends := [each.ends_at for each in people if each.ends_at is not None]:
            found.append(((row.office, Desk(row.desk)), min(ends)))
    return tuple(found)
