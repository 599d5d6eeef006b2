"""One message being settled, as every effect of it needs to know it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select

from bot import alerts
from bot.vocabulary import Desk, Facts, Place
from storage import tables, ties, timers
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.reporting.reporters import Reporter
from storage.tables import events, report_contacts, reports

_EVENT: Final = insert(events)
_BETWEEN_ALERTS: Final = timedelta(minutes=10)
_STANDING: Final = (
    select(reports).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None)).with_for_update()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """conn: inside the settling transaction. muted: this reporter is sent nothing, also after this message.

    private: nothing of it may lead from what is filed to whoever wrote it, nor tell more of the time than the hour.
    Then `now` is that hour, and `exact` the time by which keys and people are chosen; None where `now` is.
    """

    conn: Connection
    keyring: Keyring
    waiting: Waiting
    reporter: Reporter
    muted: bool
    now: datetime
    private: bool = False
    exact: datetime | None = None

    @property
    def clock(self) -> datetime:
        """The time it is: stands in no row."""
        return self.exact or self.now


def report(turn: Turn, id: str) -> Any | None:
    """A report's row, held against others until the end; None when it is erased or was never there."""
    return turn.conn.execute(_STANDING, {"one": id}).first()


def note(turn: Turn, report: str, kind: str, data: Mapping[str, Any]) -> None:
    """Adds an event. data: codes and ids only."""
    turn.conn.execute(
        _EVENT,
        {
            "id": secrets.token_hex(16),
            "report": report,
            "at": turn.now,
            "kind": kind,
            "actor": None,
            "data": dict(data),
        },
    )


def ring(turn: Turn, report: str, facts: Facts, *, office: str, desk: Desk, version: int) -> None:
    """Starts the ladder of alerts where this report needs one and none runs (a running one sees that it moved)."""
    if alerts.wanted(facts, desk):
        contact = None if turn.private else turn.reporter.contact
        where: dict[str, Any] = {"office": office, "desk": desk, "version": version, "private": turn.private}
        alarm(turn.conn, turn.keyring, report, contact=contact, now=turn.now, **where)


def alarm(
    conn: Connection,
    keyring: Keyring,
    report: str,
    *,
    contact: str | None,
    office: str,
    desk: Desk,
    version: int,
    now: datetime,
    private: bool = False,
) -> None:
    """Starts the ladder of alerts unless one runs for this report; one that runs at another desk rings here now.

    contact: its reporter's. version: the report's, so that each of its states starts at most one ladder. private: what
    is kept of its alerts tells the hour.
    """
    here = {"office": office, "desk": desk.value}
    if version > 1 and timers.begin_anew(conn, kind="alert", report=report, due_at=now, unless=here):
        return
    data = {**here, "rung": 0, **({"hour": True} if private else {})}
    once = ties.ladder(keyring, report, version)
    due = _after_their_other_alerts(conn, contact, report, office=office, desk=desk, now=now)
    timers.set_timer(conn, once=once, kind="alert", due_at=due, report=report, data=data)


def _after_their_other_alerts(
    conn: Connection, contact: str | None, report: str, *, office: str, desk: Desk, now: datetime
) -> datetime:
    """Now; or, while the same desk is being rung for others of this reporter, ten minutes after the last of those.

    Every report is filed; but one person must not be able to keep the phones of those on duty ringing for nothing.
    """
    if contact is None:
        return now
    latest = conn.execute(
        select(func.max(tables.timers.c.due_at))
        .join(reports, reports.c.id == tables.timers.c.report)
        .join(report_contacts, report_contacts.c.report == reports.c.id)
        .where(
            tables.timers.c.kind == "alert",
            tables.timers.c.done_at.is_(None),
            report_contacts.c.contact == contact,
            reports.c.office == office,
            reports.c.desk == desk.value,
            reports.c.id != report,
        )
    ).scalar_one()
    return now if latest is None else max(latest, now) + _BETWEEN_ALERTS


def told(facts: Facts, place: Place | None, *, sealed: bool, language: str, channel: str) -> dict[str, str | None]:
    """The four columns that a sealed desk leaves empty."""
    if sealed:
        return {"category": None, "place": None, "language": None, "channel": None}
    return {
        "category": facts.category.value,
        "place": place.id if place else None,
        "language": str(language) or None,
        "channel": str(channel) or None,
    }


def named(place: Place | None) -> dict[str, str]:
    """A place as a card keeps it; {} when it is unknown."""
    if place is None:
        return {}
    return {
        "id": place.id,
        "level": place.level,
        "name_ar": place.name_ar,
        "name_ckb": place.name_ckb,
        "name_en": place.name_en,
        "governorate": place.governorate,
    }
