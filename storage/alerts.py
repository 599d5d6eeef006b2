"""Tells the people on duty that an urgent report waits, up the ladder of bot.alerts, until one of them claims it."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from bot import alerts as ladder
from bot.vocabulary import SEALED_DESKS, Channel, Desk, Directory, Option, Reply
from storage import apart, audit, hours, outbox, tables, timers
from storage.keys import Keyring
from storage.timers import Timer

# After the ladder's end its last rung repeats, so that a phone that was off still rings; then staff see it overdue.
_REPEAT: Final = timedelta(minutes=10)
_GIVE_UP: Final = timedelta(hours=24)


def climb(
    connection: Connection, keyring: Keyring, timer: Timer, *, directory: Directory, url: str, now: datetime
) -> None:
    """Rings the next rung for an unclaimed report and sets the timer for the one after; ends when it is claimed."""
    report = _unclaimed(connection, timer.report)
    if report is None:
        timers.done(connection, timer, now=now)
        return
    started = timer.data.get("started_at", now.timestamp())
    # A report that moved since starts at the foot of its new desk's ladder.
    moved = (timer.data.get("office"), timer.data.get("desk")) != (report.office, report.desk)
    step = 0 if moved else int(timer.data.get("rung", 0))
    rounds = int(timer.data.get("rounds", 0))
    rung = ladder.rung(directory, office=report.office, desk=Desk(report.desk), rung=step, now=now)
    if rung is None and step > 0:
        step -= 1
        rung = ladder.rung(directory, office=report.office, desk=Desk(report.desk), rung=step, now=now)
    if now.timestamp() - started > _GIVE_UP.total_seconds():
        _record(connection, keyring, report, action="alert_ended", data={"rounds": rounds}, now=now)
        timers.done(connection, timer, now=now)
        return
    barred = apart.barred(connection, rung.staff if rung else (), report.apart or (), now)
    for person in (person for person in (rung.staff if rung else ()) if person not in barred):
        _tell(connection, keyring, report, staff=person, rung=step, rounds=rounds, url=url, now=now)
    data = {"office": report.office, "desk": report.desk, "rung": step + 1, "rounds": rounds + 1, "started_at": started}
    timers.again(connection, timer, due_at=now + (rung.wait if rung else _REPEAT), data=data)


def _unclaimed(connection: Connection, report: str | None) -> Any:
    r = tables.reports.c
    return connection.execute(
        select(r.id, r.number, r.office, r.desk, r.apart).where(
            r.id == report, r.claimed_by.is_(None), r.erased_at.is_(None), r.closed_at.is_(None)
        )
    ).one_or_none()


def _tell(
    connection: Connection,
    keyring: Keyring,
    report: Any,
    *,
    staff: str,
    rung: int,
    rounds: int,
    url: str,
    now: datetime,
) -> None:
    reply = _words(report, url)
    for contact, channel in _phones(connection, staff):
        outbox.put(
            connection,
            keyring,
            once=f"alert:{report.id}:{rounds}:{contact}"[:80],
            kind="alert",
            contact=contact,
            channel=Channel(channel),
            reply=reply,
            due_at=now,
            now=now,
        )
    connection.execute(
        insert(tables.alerts).values(id=secrets.token_hex(16), report=report.id, staff=staff, rung=rung, at=now)
    )
    _record(connection, keyring, report, action="alerted", data={"staff": staff, "rung": rung}, now=now)


def _words(report: Any, url: str) -> Reply:
    """Nothing of what was reported; at a sealed desk not even which report it is."""
    claim = (Option(f"v1:claim:{report.id}", "alert.claim"),)
    if Desk(report.desk) in SEALED_DESKS:
        return Reply("alert.sealed", {"url": url}, claim)
    return Reply("alert", {"number": report.number, "url": f"{url}/reports/{report.number}"}, claim)


def _phones(connection: Connection, staff: str) -> list[tuple[str, str]]:
    c = tables.contacts.c
    rows = connection.execute(select(c.id, c.channel).where(c.staff == staff, c.unreachable_at.is_(None)))
    return [(row.id, row.channel) for row in rows]


def _record(
    connection: Connection,
    keyring: Keyring,
    report: Any,
    *,
    action: str,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    connection.execute(
        insert(tables.events).values(
            id=secrets.token_hex(16),
            report=report.id,
            at=hours.when(connection, report.id, now, desk=report.desk),
            kind=action,
            actor=None,
            data=dict(data),
        )
    )
    audit.write(connection, keyring, at=now, actor="machine:alerts", action=action, subject=report.id, data=data)
