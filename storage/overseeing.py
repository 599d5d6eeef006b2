"""Tells oversight of a complaint that lies at another desk: in an emergency those have it first who can come.

They hear that it is there and its number, and ask for it by that: it moves to them by whoever works on it, never by
itself, and until then they do not see it. Whoever belongs to an office that it names is told nothing.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select

from bot.vocabulary import SEALED_DESKS, Category, Channel, Desk, Facts, Reply
from storage import audit, ties
from storage.casework import apart
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import rota
from storage.tables import grants, reports, staff
from storage.tables import outbox as parcels
from storage.words import hours

KEY: Final = "alert.complaint"
_ABOUT: Final = "report"  # a value that no wording shows
# Those of the sealed desks are for nobody else, nor is what civilians must not see.
_APART: Final = SEALED_DESKS | {Desk.OVERSIGHT, Desk.SECURITY}
_STANDING: Final = (reports.c.erased_at.is_(None), reports.c.closed_at.is_(None))


def tell(conn: Connection, keyring: Keyring, report: str, facts: Facts, *, private: bool, now: datetime) -> int:
    """Rings everybody at an oversight desk, once for each report; how many phones. private: it was told in private."""
    complains = facts.about_police or facts.insider or facts.category is Category.POLICE_MISCONDUCT
    row = conn.execute(select(reports).where(reports.c.id == report, *_STANDING)).first() if complains else None
    if row is None or Desk(row.desk) in _APART:
        return 0
    people = sorted(_watching(conn, keyring, row, now))
    phones = {contact: channel for person in people for contact, channel in rota.phones(conn, person)}
    names = {_once(keyring, report, contact): contact for contact in phones}
    told = set(conn.execute(select(parcels.c.once).where(parcels.c.once.in_(sorted(names)))).scalars())
    fresh = {once: contact for once, contact in names.items() if once not in told}
    for once, contact in fresh.items():
        outbox.put(
            conn,
            keyring,
            once=once,
            kind="alert",
            contact=contact,
            channel=Channel(phones[contact]),
            reply=Reply(KEY, {_ABOUT: report, "number": row.number}),
            due_at=now,
            now=now,
        )
    if fresh:
        at = hours.noted(hours.hour(now) if private else now, private=private)
        audit.write(conn, keyring, at=at, actor="machine:alerts", action="report.oversight_told", subject=report)
    return len(fresh)


def may(conn: Connection, keyring: Keyring, person: str, reply: Reply, now: datetime) -> bool:
    """Whether somebody may still be told what was queued for them: asked when it is about to be sent."""
    row = conn.execute(select(reports).where(reports.c.id == reply.values.get(_ABOUT), *_STANDING)).first()
    return row is not None and Desk(row.desk) not in _APART and person in _watching(conn, keyring, row, now)


def _watching(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime) -> frozenset[str]:
    """Everybody who works at an oversight desk, on duty or not; none who belongs to an office that the report names."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    here = (grants.c.desk == Desk.OVERSIGHT.value, running, staff.c.active)
    people = list(conn.execute(select(staff.c.id).join(grants, grants.c.staff == staff.c.id).where(*here)).scalars())
    return frozenset(people) - apart.barred(conn, people, apart.named(conn, keyring, row), now)


def _once(keyring: Keyring, report: str, contact: str) -> str:
    """What keeps a phone from being rung twice: hidden, for the time of sending must not tell of the report."""
    return ties.keyed(keyring, f"{KEY}:{report}:{contact}")
