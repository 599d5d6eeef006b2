"""Assigning a case to another desk, and which desks it may go to.

A sealed desk gives a report away only by its focal point's hand, and whoever has it then gives it to no police
(storage.casework.landing); oversight gives none back to those complained about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from bot import alerts
from bot.vocabulary import SEALED_DESKS, Category, Desk, Facts, OfficeKind, Role, Status, Urgency
from storage import ties, timers
from storage.casework import apart, bringing, landing, threads
from storage.casework.acts import Act, Refused, Right, change, found, not_erased, permitted, role_of
from storage.casework.threads import Names
from storage.keys import Keyring
from storage.tables import desks, grants, offices, reports
from storage.words import content

_OF_TIPS: Final = frozenset({Desk.SECURITY, Desk.OVERSIGHT})


@dataclass(frozen=True, slots=True)
class Target:
    """A desk that a report may be moved to."""

    office: str
    names: Names
    desk: Desk


def targets(conn: Connection, *, staff: str, number: str, now: datetime) -> Sequence[Target]:
    """Where this person may move this report: desks they work at, their office's others, and those above or beside.

    "Above" is the chain of parents, "beside" the offices of the same governorate and every oversight office. Never an
    office that the report names, as far as its row tells; `move` knows the others.
    """
    row = found(conn, staff=staff, number=number, now=now)
    here = conn.execute(select(offices).where(offices.c.code == row.office)).one()
    theirs = (
        select(grants.c.office)
        .where(grants.c.staff == staff, grants.c.desk == desks.c.desk, grants.c.office == desks.c.office)
        .exists()
    )
    near = [offices.c.code.in_((row.office, *_above(conn, here.parent))), offices.c.kind == OfficeKind.OVERSIGHT.value]
    if here.governorate:
        near.append(offices.c.governorate == here.governorate)
    rows = conn.execute(
        select(offices, desks.c.desk, desks.c.sealed_at)
        .join(desks, desks.c.office == offices.c.code)
        .where(offices.c.active, or_(theirs, *near))
        .where(~and_(offices.c.code == row.office, desks.c.desk == row.desk))
        .order_by(offices.c.code != row.office, offices.c.name_ar, desks.c.desk)
    )
    kept = row.category == Category.EXTREMISM.value
    # What its people can read goes to no sealed desk that is off, where only the officers of the recovery key could.
    on = conn.execute(select(desks.c.sealed_at).where(desks.c.office == row.office, desks.c.desk == row.desk)).scalar()
    stand = (o for o in rows if on is None or o.sealed_at is not None or Desk(o.desk) not in SEALED_DESKS)
    listed = (Target(o.code, Names(o.name_ar, o.name_ckb, o.name_en), Desk(o.desk)) for o in stand)
    listed = (each for each in listed if landing.open_to(conn, row, (each.office, each.desk), now=now))
    barred = row.apart or ()
    if kept:  # members of a forum are civilians: such a tip is for vetted liaisons, or for who oversees them
        listed = (target for target in listed if target.desk in _OF_TIPS)
    return tuple(target for target in listed if target.office not in barred and _may_go(Desk(row.desk), target.desk))


def _may_go(here: Desk, there: Desk) -> bool:
    if here is Desk.OVERSIGHT:  # a complaint about a forum or its police never comes back to them
        return there is Desk.OVERSIGHT or there in SEALED_DESKS
    return True


def move(conn: Connection, keyring: Keyring, act: Act, *, office: str, desk: Desk) -> int:
    """Assigns a case to another desk, where it is new and nobody's. Refused where `targets` does not list it.

    Refused ("consent.police") where police sit and its reporter was ever asked about anybody: by a yes they get a copy.

    What is sealed to people is sealed anew for those who are there; Refused ("case.locked") where act.opener does not
    open it.

    Run it as the worker, not as the person: on PostgreSQL nobody may push a row out of their own sight, which is
    what this is for; `visible` here decides who may.
    """
    row = permitted(Right.MOVE, conn, keyring, act)
    not_erased(row)
    here = Desk(row.desk)
    if here in SEALED_DESKS and role_of(conn, act, row) is not Role.FOCAL_POINT:
        raise Refused("case.role")
    parts = _joined(conn, keyring, row)
    _may_land(conn, (row, *parts), (office, desk), now=act.now)
    allowed = targets(conn, staff=act.staff, number=act.number, now=act.now)
    if not any(target.office == office and target.desk is desk for target in allowed):
        raise Refused("case.target")
    named = apart.joined(conn, keyring, row.id, act.opener)
    if office in apart.known(row, content.card(conn, keyring, row.id, act.opener), named):
        raise Refused("case.target")
    if act.opener is None and content.is_locked(conn, row.id):
        raise Refused("case.locked")
    version = _brought(conn, keyring, act, row, office=office, desk=desk)
    for part in parts:
        _brought(conn, keyring, act, part, office=office, desk=desk)
    if row.status != Status.CLOSED.value:
        facts = Facts(Category(row.category or Category.OTHER), Urgency(row.urgency), sensitive=False)
        ring(conn, keyring, row.id, facts, office=office, desk=desk, version=version, now=act.now)
    return version


def _may_land(conn: Connection, rows: Sequence[Row[Any]], to: tuple[str, Desk], *, now: datetime) -> None:
    if any(landing.is_copy(conn, row.id) for row in rows):
        raise Refused("consent.stays")
    if not all(landing.may(conn, row, to, now=now) for row in rows):
        raise Refused("case.sealed_once")
    if any(landing.by_consent_only(conn, row.id, to, now=now) for row in rows):
        raise Refused("consent.police")


def _joined(conn: Connection, keyring: Keyring, row: Row[Any]) -> Sequence[Row[Any]]:
    """What its reporter joined to it: the same matter, so nothing of it stays where it was taken away from."""
    there = (reports.c.office == row.office, reports.c.desk == row.desk)
    whole = select(reports).where(reports.c.joined == row.id, *there, reports.c.erased_at.is_(None))
    rows = conn.execute(whole.order_by(reports.c.id).with_for_update()).all()
    return [each for each in rows if ties.joined_holds(keyring, each)]


def _brought(conn: Connection, keyring: Keyring, act: Act, row: Row[Any], *, office: str, desk: Desk) -> int:
    values: dict[str, Any] = {"office": office, "desk": desk.value, "claimed_by": None, "claimed_at": None}
    if row.status != Status.CLOSED.value:
        values["status"] = Status.NEW.value
    card = threads.card(conn, keyring, row.id, act.opener)
    barred = apart.known(row, content.card(conn, keyring, row.id, act.opener))
    values |= {"apart": apart.column(barred, desk=desk), "sealed_once": landing.marked(row, desk)}
    try:
        bringing.bring(conn, keyring, row, (office, desk), by=act.staff, now=act.now, opener=act.opener)
    except content.SealedAway:
        raise Refused("case.locked") from None
    bringing.promise(keyring, row, (office, desk), barred, now=act.now)
    if desk in SEALED_DESKS:
        values |= {"category": None, "place": None, "language": None, "channel": None}
        # `change` keeps the hour of each.
        values |= {"opened_at": row.opened_at, "due_at": row.due_at, "closed_at": row.closed_at}
    elif Desk(row.desk) in SEALED_DESKS:
        values |= _unsealed(card)
    data = {"office": office, "desk": desk.value, "from_office": row.office, "from_desk": row.desk}
    return change(conn, keyring, act, row, values, event=("move", data))


def ring(
    conn: Connection,
    keyring: Keyring,
    report: str,
    facts: Facts,
    *,
    office: str,
    desk: Desk,
    version: int,
    now: datetime,
) -> None:
    """Those on duty at a desk hear of an emergency as if it had just come to them. version: the report's, from now."""
    here = {"office": office, "desk": desk.value}
    runs = timers.begin_anew(conn, kind="alert", report=report, due_at=now, unless=here)
    if alerts.wanted(facts, desk) and not runs:
        data = {**here, "rung": 0}
        once = ties.ladder(keyring, report, version)
        timers.set_timer(conn, once=once, kind="alert", due_at=now, report=report, data=data)


def _unsealed(card: threads.Card | None) -> Mapping[str, Any]:
    if card is None:
        return {}
    return {"category": card.category or None, "place": card.place_id or None} | {
        "language": card.language or None,
        "channel": card.channel or None,
    }


def _above(conn: Connection, parent: str | None) -> list[str]:
    chain: list[str] = []
    while parent and parent not in chain:
        chain.append(parent)
        parent = conn.execute(select(offices.c.parent).where(offices.c.code == parent)).scalar()
    return chain
