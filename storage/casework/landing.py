"""Where a report may come to lie: the one question that every way of changing its desk asks.

Moves and what was joined to them (storage.casework.moves), claims up the ladder (claims), what a machine understands
better (storage.intake.rerouting), what nobody could see (apart.free). What ever was at a sealed desk (`sealed_once`)
comes to no desk where police or mediators sit, however many hands it goes through: others receive a copy by its
reporter's own yes (storage.consent.sharing), and such a copy leaves the desk that the yes named for no other.

Once a reporter was asked about anybody, no hand moves their report to police (`by_consent_only`). What they tell in
danger rings those on duty and goes where emergencies go, whatever they were asked before: for that nobody's leave is
needed, and nobody on duty has to know of a question.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from bot.vocabulary import SEALED_DESKS, Desk, Directory, Role
from storage.tables import consents, events, grants, reports

# Desks where police officers sit: what was told to a sealed desk never goes there (sharing is her choice, not ours).
POLICE_DESKS: Final = frozenset({Desk.SECURITY, Desk.URGENT})
# Mediation speaks with both sides: of what was sealed that is with whom she fled from. The schema says the same.
BARRED: Final = POLICE_DESKS | {Desk.MEDIATION}
# What happens to a question, in this order; some of it is left out.
_SAID: Final = ("consent_asked", "consent_yes", "consent_no", "consent_ended", "told", "consent_withdrawn")
_REFUSED: Final = frozenset({"consent_no", "consent_withdrawn"})


def may(conn: Connection, row: Any, to: tuple[str, Desk], *, now: datetime) -> bool:
    """Whether a report (its row) may lie at a desk (office, desk). Where it is, it may."""
    stays = (row.office, row.desk) == (to[0], to[1].value)
    return stays or (open_to(conn, row, to, now=now) and not is_copy(conn, row.id))


def open_to(conn: Connection, row: Any, to: tuple[str, Desk], *, now: datetime) -> bool:
    """Whether a desk is open to a report, were it no copy: what the console, which sees no consent, can tell."""
    office, desk = to
    return not (row.sealed_once and (desk in BARRED or police_sit(conn, office, desk, now)))


def may_alone(conn: Connection, row: Any, to: tuple[str, Desk], *, danger: bool, now: datetime) -> bool:
    """The same by nobody's hand: then nothing leaves the sealed desks for one that others read.

    danger: what its reporter tells now is an emergency. That alone brings to police what is theirs by consent only.
    """
    leaves = row.desk in SEALED_DESKS and to[1] not in SEALED_DESKS
    stays = (row.office, row.desk) == (to[0], to[1].value)
    asked = not (danger or stays) and by_consent_only(conn, row.id, to, now=now)
    return not (leaves or asked) and may(conn, row, to, now=now)


def by_consent_only(conn: Connection, report: str, to: tuple[str, Desk], *, now: datetime) -> bool:
    """Whether police at a desk may have of a report what its reporter agrees to, and no more: they were asked.

    Whatever the answer was, and about whom: a no was told that nothing reaches them, a yes that it can be taken back,
    and neither would be true of the report itself.
    """
    asked = conn.execute(select(consents.c.id).where(consents.c.report == report).limit(1)).first() is not None
    return asked and police_sit(conn, *to, now)


def may_be_referred(conn: Connection, row: Any) -> bool:
    """Whether a note may say that a body outside has a report (its row): what was refused is not reached that way.

    Of what ever was at a sealed desk, and where its reporter said no to anybody, took a yes back, or was silent about a
    body outside: only where one was told by a yes that was not taken back. By the events: the console sees no consent.
    """
    parts = select(reports.c.id).where(reports.c.joined == row.id)
    about = or_(events.c.report == row.id, events.c.report.in_(parts))
    rank: dict[str, int] = {}
    outside: set[str] = set()
    for event in conn.execute(select(events.c.kind, events.c.data).where(about, events.c.kind.in_(_SAID))):
        one = str(event.data.get("consent", ""))
        rank[one] = max(rank.get(one, 0), _SAID.index(event.kind))
        if event.data.get("service"):
            outside.add(one)
    last = {one: _SAID[place] for one, place in rank.items()}
    refused = any(kind in _REFUSED or (one in outside and kind == _SAID[0]) for one, kind in last.items())
    return "told" in last.values() or not (row.sealed_once or refused)


def is_copy(conn: Connection, report: str) -> bool:
    """Whether a report is what a consent made: its reporter said yes to its desk and to no other."""
    return conn.execute(select(consents.c.id).where(consents.c.copy == report)).first() is not None


def marked(row: Any, desk: Desk) -> bool:
    """`sealed_once` of a report that comes to a desk: it never ends."""
    return bool(row.sealed_once) or desk in SEALED_DESKS


def police_sit(conn: Connection, office: str, desk: Desk, now: datetime) -> bool:
    """Whether a desk is the police's, or one of their people works at it."""
    if desk in POLICE_DESKS:
        return True
    here = (grants.c.office == office, grants.c.desk == desk.value, grants.c.role == Role.POLICE_LIAISON.value)
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    return conn.execute(select(grants.c.staff).where(*here, running).limit(1)).first() is not None


def unbarred(directory: Directory, row: Any) -> Directory:
    """The directory as the alarms of a report climb it: with nobody on duty at a desk where it may not lie."""
    if not row.sealed_once:
        return directory
    kept = {
        code: replace(office, duty={desk: shifts for desk, shifts in office.duty.items() if desk not in BARRED})
        for code, office in directory.offices.items()
    }
    return Directory(kept)


def officers(conn: Connection, people: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these members of staff that any grant makes a police officer."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    theirs = (grants.c.staff.in_(sorted(people)), grants.c.role == Role.POLICE_LIAISON.value, running)
    return frozenset(conn.execute(select(grants.c.staff).where(*theirs)).scalars()) if people else frozenset()


def kept_from_police() -> ColumnElement[bool]:
    """The condition on `grants` and `reports`: this grant is no police officer's at what once was sealed.

    An officer may be hired for a desk where such a report lies already.
    """
    return ~and_(reports.c.sealed_once, grants.c.role == Role.POLICE_LIAISON.value)
