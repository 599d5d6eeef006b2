"""Legal holds: two persons keep a report from being purged or erased, for at most 180 days, with a reason from a list.

Whoever asks is a supervisor or auditor whom a grant shows the report, or one of oversight, for whom no desk is closed:
a hold shows nothing of what was said. Another such person confirms it; until then it holds nothing. Either of the two
ends it. A hold never brings back a contact that is gone, nor keeps one from being cut when its reporter asks to erase.

What another desk has by a reporter's yes is never held: it goes with that yes. Who needs it kept asks for the report.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, literal, or_, select, update

from bot.vocabulary import OfficeKind, Role
from storage import audit
from storage.casework import landing, withheld
from storage.casework.acts import Refused, Unseen
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.purging import erasing
from storage.reporting.joins import root
from storage.tables import events, grants, holds, offices, reports, staff, timers
from storage.words import hours

LONGEST: Final = timedelta(days=180)
CONFIRMED_WITHIN: Final = timedelta(days=7)  # what nobody confirms by then lapses
_MOST: Final = 500
_ROLES: Final = (Role.SUPERVISOR.value, Role.AUDITOR.value)
_asker = staff.alias("asker")
_confirmer = staff.alias("confirmer")


class Reason(StrEnum):
    """Why a report may not be destroyed yet."""

    COURT = "court"
    PROSECUTOR = "prosecutor"
    INQUIRY = "inquiry"  # into what staff did
    COMPLAINT = "complaint"  # of its reporter, about how it was handled


@dataclass(frozen=True, slots=True)
class By:
    """Which member of staff (id), and when."""

    staff: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as a list shows it. state: asked | holds | over. may_confirm, may_end: by whoever asked for the list."""

    id: str
    number: str
    reason: Reason
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    until_at: datetime
    state: str
    may_confirm: bool
    may_end: bool


def ask(conn: Connection, keyring: Keyring, by: By, *, number: str, reason: Reason, days: int) -> str:
    """Asks for a hold of so many days from now; of a report that is held, too: so it is renewed. Returns the hold's id.

    Raises Unseen when there is no such report for this person, Refused (a key of the console's catalogue) for days
    outside 1 to 180, a report that is erased, or a copy that a consent made. What was joined into a report is held
    with it.
    """
    if not 1 <= days <= LONGEST.days:
        raise Refused("hold.days")
    row = _seen(conn, by, reports.c.number == number.strip())
    if row.erased_at is not None:
        raise Refused("hold.erased")
    if landing.is_copy(conn, row.id):
        raise Refused("hold.copy")
    about = root(conn, keyring, row.id)
    id = secrets.token_hex(16)
    values = {"id": id, "report": about, "reason": reason.value, "asked_by": by.staff, "asked_at": by.now}
    conn.execute(insert(holds).values(**values, until_at=by.now + timedelta(days=days)))
    _audit(conn, keyring, by, "hold.ask", about, {"hold": id, "reason": reason.value, "days": days})
    return id


def confirm(conn: Connection, keyring: Keyring, by: By, id: str) -> None:
    """The second person's yes: from now on the report is held. Refused for whoever asked, and when it has lapsed."""
    hold, report = _found(conn, by, id)
    if hold.asked_by == by.staff:
        raise Refused("hold.second")
    if _state(hold, by.now) != "asked":
        raise Refused("hold.over")
    if report.erased_at is not None:
        raise Refused("hold.erased")
    conn.execute(update(holds).where(holds.c.id == id).values(confirmed_by=by.staff, confirmed_at=by.now))
    _settle(conn, report.id, by.now)
    _note(conn, by, report, "hold")
    _audit(conn, keyring, by, "hold.confirm", report.id, {"hold": id, "until": f"{hold.until_at:%Y-%m-%d}"})


def end(conn: Connection, keyring: Keyring, by: By, id: str) -> None:
    """Either of the two ends a hold, or takes back the asking. Refused for others, and for one that is over.

    A wish to be erased that waited for it is carried out at once, if no other hold stands.
    """
    hold, report = _found(conn, by, id)
    state = _state(hold, by.now)
    if state == "over":
        raise Refused("hold.over")
    if by.staff not in (hold.asked_by, hold.confirmed_by):
        raise Refused("hold.theirs")
    conn.execute(update(holds).where(holds.c.id == id).values(ended_at=by.now))
    _settle(conn, report.id, by.now)
    if state == "holds":
        _note(conn, by, report, "unhold")
    _audit(conn, keyring, by, "hold.end", report.id, {"hold": id})


def listed(conn: Connection, by: By) -> tuple[Hold, ...]:
    """The holds of reports that this person may hold, newest first, at most 500. Raises Unseen for other roles."""
    if not may_hold(conn, by):
        raise Unseen
    rows = conn.execute(
        select(
            holds,
            reports.c.number,
            _asker.c.name.label("asker"),
            _confirmer.c.name.label("confirmer"),
        )
        .join(reports, reports.c.id == holds.c.report)
        .join(_asker, _asker.c.id == holds.c.asked_by)
        .outerjoin(_confirmer, _confirmer.c.id == holds.c.confirmed_by)
        .where(_reach(by))
        .order_by(holds.c.asked_at.desc(), holds.c.id)
        .limit(_MOST)
    )
    return tuple(_hold(row, by) for row in rows)


def may_hold(conn: Connection, by: By) -> bool:
    """Whether this person may ask for holds at all."""
    held = _grant(by).where(grants.c.role.in_(_ROLES))
    return bool(conn.execute(select(held.exists())).scalar_one())


def _hold(row: Row[Any], by: By) -> Hold:
    state = _state(row, by.now)
    return Hold(
        id=row.id,
        number=row.number,
        reason=Reason(row.reason),
        asked_by=row.asker,
        asked_at=row.asked_at,
        confirmed_by=row.confirmer,
        until_at=row.until_at,
        state=state,
        may_confirm=state == "asked" and row.asked_by != by.staff,
        may_end=state != "over" and by.staff in (row.asked_by, row.confirmed_by),
    )


def _state(hold: Row[Any], now: datetime) -> str:
    lapsed = hold.confirmed_by is None and hold.asked_at + CONFIRMED_WITHIN <= now
    if hold.ended_at is not None or hold.until_at <= now or lapsed:
        return "over"
    return "asked" if hold.confirmed_by is None else "holds"


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _grant(by: By) -> Any:
    """Running grants of this person, still with us."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > by.now)
    joined = grants.join(staff, staff.c.id == grants.c.staff)
    return select(literal(1)).select_from(joined).where(grants.c.staff == by.staff, staff.c.active, running)


def _reach(by: By) -> ColumnElement[bool]:
    """The reports that they may hold: what a grant as supervisor or auditor shows them; for oversight, all others, too.

    None that names an office which they belong to, or may (storage.casework.withheld).
    """
    here = and_(grants.c.office == reports.c.office, grants.c.desk == reports.c.desk)
    shown = _grant(by).where(here, grants.c.role.in_(_ROLES)).correlate(reports).exists()
    oversees = exists().where(offices.c.code == grants.c.office, offices.c.kind == OfficeKind.OVERSIGHT.value)
    above = _grant(by).where(grants.c.role.in_(_ROLES), oversees).exists()
    return and_(~withheld.hidden(by.staff, by.now), or_(and_(shown, visible(by.staff, by.now)), above))


def _seen(conn: Connection, by: By, which: ColumnElement[bool]) -> Row[Any]:
    row = conn.execute(select(reports).where(which, _reach(by)).with_for_update(of=reports)).first()
    if row is None:
        raise Unseen
    return row


def _found(conn: Connection, by: By, id: str) -> tuple[Row[Any], Row[Any]]:
    hold = conn.execute(select(holds).where(holds.c.id == id).with_for_update()).first()
    if hold is None:
        raise Unseen
    return hold, _seen(conn, by, reports.c.id == hold.report)


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────
def _settle(conn: Connection, report: str, now: datetime) -> None:
    """Writes until when a report is held, by the last of its holds; a wish to erase it looks again now."""
    h = holds.c
    stands = (h.report == report, h.confirmed_by.is_not(None), h.ended_at.is_(None), h.until_at > now)
    until = conn.execute(select(func.max(h.until_at)).where(*stands)).scalar_one()
    conn.execute(update(reports).where(reports.c.id == report).values(held_until=until))
    if until is None:
        wished = (timers.c.kind == erasing.WISHED, timers.c.done_at.is_(None))
        for row in conn.execute(select(timers.c.id, timers.c.data).where(*wished)).all():
            if row.data.get("report") == report:
                conn.execute(update(timers).where(timers.c.id == row.id).values(due_at=now))


def _note(conn: Connection, by: By, report: Row[Any], kind: str) -> None:
    """Whoever works on the case sees it in its thread."""
    at = hours.when(conn, report.id, by.now, desk=report.desk)
    event = {"id": secrets.token_hex(16), "report": report.id, "at": at, "kind": kind, "actor": by.staff, "data": {}}
    conn.execute(insert(events), event)


def _audit(conn: Connection, keyring: Keyring, by: By, action: str, report: str, data: Mapping[str, Any]) -> None:
    audit.write(conn, keyring, at=by.now, actor=by.staff, action=action, subject=report, data=data)
