"""Legal holds: two persons keep a report from being purged, for at most 180 days, with a reason from a list.

Against its reporter's own wish to erase it only a court's or a prosecutor's order stands: with its number there, and
one of the two from oversight, outside the chain that the report may be about. Any other hold yields to that wish.

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

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from storage import audit, promises, ties
from storage.casework import landing
from storage.casework.acts import Refused, Unseen
from storage.keys import Keyring
from storage.promises import Kind
from storage.purging import bonds, erasing, holders
from storage.reporting.joins import root
from storage.tables import events, holds, reports, staff
from storage.words import hours

LONGEST: Final = timedelta(days=180)
LONGEST_REFERENCE: Final = 40
CONFIRMED_WITHIN: Final = timedelta(days=7)  # what nobody confirms by then lapses
_MOST: Final = 500
PROMISED: Final = (
    *("report", "reason", "reference", "asked_by", "asked_at"),
    *("confirmed_by", "confirmed_at", "until_at", "ended_at"),
)
_asker = staff.alias("asker")
_confirmer = staff.alias("confirmer")


class Reason(StrEnum):
    """Why a report may not be destroyed yet."""

    COURT = "court"
    PROSECUTOR = "prosecutor"
    INQUIRY = "inquiry"  # into what staff did
    COMPLAINT = "complaint"  # of its reporter, about how it was handled


ORDERS: Final = frozenset({Reason.COURT, Reason.PROSECUTOR})


@dataclass(frozen=True, slots=True)
class By:
    """Which member of staff (id), and when."""

    staff: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as a list shows it. state: asked | holds | over. may_confirm, may_end: by whoever asked for the list.

    asked_by: "" for one whom a restored backup does not know.

    reference: the order's number at the court or with the prosecutor, "" for other reasons.
    """

    id: str
    number: str
    reason: Reason
    reference: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    until_at: datetime
    state: str
    may_confirm: bool
    may_end: bool


def ask(
    conn: Connection, keyring: Keyring, by: By, *, number: str, reason: Reason, days: int, reference: str = ""
) -> str:
    """Asks for a hold of so many days from now; of a report that is held, too: so it is renewed. Returns the hold's id.

    Raises Unseen when there is no such report for this person, Refused (a key of the console's catalogue) for days
    outside 1 to 180, an order without a reference (1 to 40 letters), a report that is erased, or a copy that a consent
    made. What was joined into a report is held with it.
    """
    if not 1 <= days <= LONGEST.days:
        raise Refused("hold.days")
    named = " ".join(reference.split()) if reason in ORDERS else None
    if named is not None and not 1 <= len(named) <= LONGEST_REFERENCE:
        raise Refused("hold.reference")
    row = _seen(conn, by, reports.c.number == number.strip())
    if row.erased_at is not None:
        raise Refused("hold.erased")
    if landing.is_copy(conn, row.id):
        raise Refused("hold.copy")
    about = root(conn, keyring, row.id)
    id = secrets.token_hex(16)
    values: dict[str, Any] = {"id": id, "report": about, "reason": reason.value, "asked_by": by.staff}
    values["asked_at"] = by.now
    values |= {"reference": named, "until_at": by.now + timedelta(days=days)}
    conn.execute(insert(holds).values(**values, tie=ties.hold(keyring, values)))
    _audit(conn, keyring, by, "hold.ask", about, {"hold": id, "reason": reason.value, "days": days})
    return id


def confirm(conn: Connection, keyring: Keyring, by: By, id: str) -> None:
    """The second person's yes: from now on the report is held.

    Refused for whoever asked, when it has lapsed, and for an order of which neither of the two is of oversight.
    """
    hold, report = _found(conn, keyring, by, id)
    if hold.asked_by == by.staff:
        raise Refused("hold.second")
    if _state(hold, by.now) != "asked":
        raise Refused("hold.over")
    if report.erased_at is not None:
        raise Refused("hold.erased")
    if hold.reason in ORDERS and not any(holders.oversees(conn, who, by.now) for who in (by.staff, hold.asked_by)):
        raise Refused("hold.oversight")
    row = _write(conn, keyring, hold, confirmed_by=by.staff, confirmed_at=by.now)
    promises.note(keyring, Kind.HOLD, id, now=by.now, **promised(row))
    bind(conn, keyring, report.id, by.now)
    _note(conn, by, report, "hold")
    _audit(conn, keyring, by, "hold.confirm", report.id, {"hold": id, "until": f"{hold.until_at:%Y-%m-%d}"})


def end(conn: Connection, keyring: Keyring, by: By, id: str) -> None:
    """Either of the two ends a hold, or takes back the asking. Refused for others, and for one that is over.

    A wish to be erased that waited for it is carried out at once, if no other hold stands.
    """
    hold, report = _found(conn, keyring, by, id)
    state = _state(hold, by.now)
    if state == "over":
        raise Refused("hold.over")
    if by.staff not in (hold.asked_by, hold.confirmed_by):
        raise Refused("hold.theirs")
    row = _write(conn, keyring, hold, ended_at=by.now)
    promises.ease(conn, keyring, Kind.HOLD, id, now=by.now, **promised(row))  # lost, nothing is destroyed
    bind(conn, keyring, report.id, by.now)
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
        .outerjoin(_asker, _asker.c.id == holds.c.asked_by)
        .outerjoin(_confirmer, _confirmer.c.id == holds.c.confirmed_by)
        .where(holders.reach(by.staff, by.now))
        .order_by(holds.c.asked_at.desc(), holds.c.id)
        .limit(_MOST)
    )
    return tuple(_hold(row, by) for row in rows)


def may_hold(conn: Connection, by: By) -> bool:
    """Whether this person may ask for holds at all."""
    return holders.may(conn, by.staff, by.now)


def _hold(row: Row[Any], by: By) -> Hold:
    state = _state(row, by.now)
    return Hold(
        id=row.id,
        number=row.number,
        reason=Reason(row.reason),
        reference=row.reference or "",
        asked_by=row.asker or "",
        asked_at=row.asked_at,
        confirmed_by=row.confirmer,
        until_at=row.until_at,
        state=state,
        may_confirm=state == "asked" and row.asked_by != by.staff,
        may_end=state != "over" and by.staff in (row.asked_by, row.confirmed_by),
    )


def _state(hold: Row[Any], now: datetime) -> str:
    lapsed = hold.confirmed_at is None and hold.asked_at + CONFIRMED_WITHIN <= now
    if hold.ended_at is not None or hold.until_at <= now or lapsed:
        return "over"
    return "asked" if hold.confirmed_at is None else "holds"


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _seen(conn: Connection, by: By, which: ColumnElement[bool]) -> Row[Any]:
    row = conn.execute(
        select(reports).where(which, holders.reach(by.staff, by.now)).with_for_update(of=reports)
    ).first()
    if row is None:
        raise Unseen
    return row


def _found(conn: Connection, keyring: Keyring, by: By, id: str) -> tuple[Row[Any], Row[Any]]:
    hold = conn.execute(select(holds).where(holds.c.id == id).with_for_update()).first()
    if hold is None or not ties.hold_holds(keyring, hold):
        raise Unseen
    return hold, _seen(conn, by, reports.c.id == hold.report)


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────
def _write(conn: Connection, keyring: Keyring, hold: Row[Any], **new: Any) -> Mapping[str, Any]:
    row = {**{column.name: getattr(hold, column.name) for column in holds.c}, **new}
    conn.execute(update(holds).where(holds.c.id == hold.id).values(**new, tie=ties.hold(keyring, row)))
    return row


def promised(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a hold is noted for a restore (`upholding`), as JSON has it."""
    return {name: at.isoformat() if isinstance(at := row[name], datetime) else at for name in PROMISED}


def bind(conn: Connection, keyring: Keyring, report: str, now: datetime) -> None:
    """Writes until when a report is held, by the last of its holds; a wish to erase it looks again."""
    rows = conn.execute(select(holds).where(holds.c.report == report, holds.c.until_at > now)).all()
    stand = [row for row in rows if _state(row, now) == "holds" and ties.hold_holds(keyring, row)]
    bound = max((row.until_at for row in stand if row.reason in ORDERS), default=None)
    bonds.put(conn, keyring, report, held=max((row.until_at for row in stand), default=None), bound=bound)
    if bound is None:
        erasing.look_again(conn, keyring, report, now)


def _note(conn: Connection, by: By, report: Row[Any], kind: str) -> None:
    """Whoever works on the case sees it in its thread."""
    at = hours.when(conn, report.id, by.now, desk=report.desk)
    event = {"id": secrets.token_hex(16), "report": report.id, "at": at, "kind": kind, "actor": by.staff, "data": {}}
    conn.execute(insert(events), event)


def _audit(conn: Connection, keyring: Keyring, by: By, action: str, report: str, data: Mapping[str, Any]) -> None:
    audit.write(conn, keyring, at=by.now, actor=by.staff, action=action, subject=report, data=data)
