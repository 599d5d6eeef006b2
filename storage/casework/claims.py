"""Takes a case from the phone that was alerted, with no page open.

Only somebody who may be rung takes one (storage.people.rota): whoever left, or whose grant ended since, does not.
Whoever stands further up the ladder was told because nobody nearer took it. They may not see the desk where it waits,
so the case comes to the desk of theirs that is on duty for it: at a sealed desk another sealed one, never the police,
nor what once was sealed (storage.casework.landing).
She has no key at hand, so of what is sealed to people nothing here knows whom it names: its words stay locked to her,
and storage.casework.acts lets her do nothing more to it until her key has opened its card. Until then it is `unopened`:
others are alerted as before (storage.alerts), and whoever opens it takes it over.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select

from bot.vocabulary import SEALED_DESKS, Desk, Role, Status
from storage.casework import apart, entered, landing
from storage.casework.acts import Act, Conflict, Refused, Right, Unseen, change, claiming, rights
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.people import rota
from storage.tables import alerts, duty, events, grants, reports
from storage.tables import staff as people
from storage.words import content, hours


def claim_from_phone(conn: Connection, keyring: Keyring, *, staff: str, report: str, now: datetime) -> None:
    """Takes it; a second time nothing happens.

    Raises Unseen when they were not alerted to it, left, have no desk for it (any more), belong to an office that it
    names, or typed it in; Conflict when another has it; Refused when their role takes no cases.
    """
    row = conn.execute(select(reports).where(reports.c.id == report).with_for_update(of=reports)).first()
    if row is None or not _alerted(conn, staff, report):
        raise Unseen
    if apart.is_of(conn, staff, apart.named(conn, keyring, row), now) or entered.barred(conn, report, [staff], now):
        raise Unseen
    if row.claimed_by == staff:
        return
    if row.claimed_by is not None or row.erased_at is not None or row.status == Status.CLOSED.value:
        raise Conflict(row.version)
    if not rota.stays(conn, staff):
        raise Unseen
    sees = conn.execute(select(reports.c.id).where(reports.c.id == report, visible(staff, now))).first() is not None
    office, desk, role = _own_desk(conn, staff, row, sees=sees, now=now)
    if not landing.may(conn, row, (office, Desk(desk)), now=now):
        raise Unseen
    if Right.CLAIM not in rights(role):
        raise Refused("case.role")
    act = Act(staff=staff, number=row.number, version=row.version, now=now)
    moved = {} if sees else {"office": office, "desk": desk}
    data = {"from": "phone", **({} if sees else {**moved, "from_office": row.office, "from_desk": row.desk})}
    change(conn, keyring, act, row, {**claiming(row, act), **moved}, event=("claim", data))


def unopened(conn: Connection, row: Any) -> bool:
    """Whether a report is sealed to people, and whoever has it took it from their phone and did nothing since.

    Whoever opens it with a key says so by an event (`opened`); nothing else can be done to it without the key.
    """
    if row.claimed_by is None or not content.is_locked(conn, row.id):
        return False
    theirs = select(events.c.kind, events.c.data).where(events.c.report == row.id, events.c.actor == row.claimed_by)
    return all(event.kind == "claim" and event.data.get("from") == "phone" for event in conn.execute(theirs))


def opened(conn: Connection, row: Row[Any], *, by: str, now: datetime) -> None:
    """Notes that the key of whoever took it from their phone has opened its card, and that they may see it."""
    if row.claimed_by == by and unopened(conn, row):
        at = hours.when(conn, row.id, now, desk=row.desk)
        told = {"id": secrets.token_hex(16), "report": row.id, "at": at, "kind": "claim", "actor": by}
        conn.execute(insert(events), told | {"data": {"from": "key"}})


def _alerted(conn: Connection, staff: str, report: str) -> bool:
    told = select(alerts.c.id).where(alerts.c.staff == staff, alerts.c.report == report).limit(1)
    return conn.execute(told).first() is not None


def _serve_for(desk: Desk) -> frozenset[Desk]:
    """Which other desks' people may take what waits at this one: at the security desk none."""
    if desk in SEALED_DESKS:
        return SEALED_DESKS
    return frozenset() if desk is Desk.SECURITY else frozenset({Desk.URGENT})


def _own_desk(conn: Connection, staff: str, row: Row[Any], *, sees: bool, now: datetime) -> tuple[str, str, Role]:
    """(office, desk, role): where the report is, or else the desk where this person is in the rota for such reports."""
    serves = {row.desk} | _serve_for(Desk(row.desk))
    here = and_(grants.c.office == row.office, grants.c.desk == row.desk)
    there = and_(duty.c.office == grants.c.office, duty.c.desk == grants.c.desk, duty.c.staff == grants.c.staff)
    standing = grants.join(people, rota.serves(now))
    found = conn.execute(
        select(grants.c.office, grants.c.desk, grants.c.role)
        .select_from(standing if sees else standing.join(duty, there))
        .where(grants.c.staff == staff, here if sees else grants.c.desk.in_(serves))
        # Its own kind of desk first: a child's report goes to a child desk where they have one.
        .order_by((grants.c.desk != row.desk), grants.c.office)
    ).first()
    if found is None:
        raise Unseen
    return found.office, found.desk, Role(found.role)
