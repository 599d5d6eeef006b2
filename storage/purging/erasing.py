"""Erases a report for good: its keys go, so that nothing opens what was said, and so does all that led to its reporter.

One that a court's or a prosecutor's order keeps cannot be erased yet. Then every way to its reporter is cut at once,
and a timer erases it when that is over. No other hold stands against the wish of whoever told it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.vocabulary import Status
from storage import timers
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.purging import bonds, joined, shredding
from storage.reporting import traces
from storage.tables import (
    alerts,
    code_seals,
    codes,
    consents,
    events,
    inbound,
    part_seals,
    parts,
    report_contacts,
    reports,
)
from storage.tables import timers as table
from storage.words import content, examples, hours

# Timers. ERASED: it is done, the journal and the file are to hear of it. WISHED: to be done when no hold stands.
ERASED: Final = "erased"
WISHED: Final = "erase"
_LOOKS_AGAIN: Final = timedelta(days=1)  # so that a time which was wrong when it was set delays no wish for longer

_STANDING: Final = (
    select(reports).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None)).with_for_update()
)
_MESSAGES: Final = (
    select(inbound.c.dedup).join(parts, parts.c.inbound == inbound.c.id).where(parts.c.report == bindparam("of"))
)


def erase(conn: Connection, report: str, *, now: datetime, bound: datetime | None = None) -> bool:
    """Erases a report and what was joined into it; False when an order keeps it, and then it is only cut off.

    Nothing happens to one that is erased or was never there. What others have of it by consent goes in any case.
    bound: until when an order keeps it (`bonds.until`).
    """
    row = _standing(conn, report)
    if row is None:
        return True
    kept = bound is not None and bound > now
    if bound and kept:
        _wish(conn, row, min(bound, now + _LOOKS_AGAIN))
    for one in (row, *(_standing(conn, part.id) for part in joined.under(conn, report))):
        if one is not None:
            _cut_off(conn, one, now) if kept else _forget(conn, one, now)
    return not kept


def erase_when_free(conn: Connection, keyring: Keyring, report: str, *, now: datetime) -> datetime | None:
    """What the timer of a wish does: erases a report that no order keeps any more; else says when to come again."""
    bound = bonds.until(conn, keyring, report, now)
    if bound is None:
        erase(conn, report, now=now)
        return None
    return min(bound, now + _LOOKS_AGAIN)


def look_again(conn: Connection, keyring: Keyring, report: str, now: datetime) -> None:
    """Wishes to erase a report, or the one that it was joined into, are due: no order keeps it any more."""
    wished = (table.c.kind == WISHED, table.c.done_at.is_(None))
    for row in conn.execute(select(table.c.id, table.c.data).where(*wished)).all():
        about = str(timers.said(row.data).get("report"))
        if report in (about, *(one.id for one in joined.tied(conn, keyring, about))):
            conn.execute(update(table).where(table.c.id == row.id).values(due_at=now))


def _standing(conn: Connection, report: str) -> Row[Any] | None:
    return conn.execute(_STANDING, {"one": report}).first()


def messages(conn: Connection, report: str) -> tuple[bytes, ...]:
    """The hashes by which a second delivery of a report's messages is known."""
    return tuple(conn.execute(_MESSAGES, {"of": report}).scalars())


def _forget(conn: Connection, row: Row[Any], now: datetime) -> None:
    report, then = row.id, hours.told(row.desk, now)
    content.erase(conn, report)
    theirs = select(parts.c.id).where(parts.c.report == report).scalar_subquery()
    for seals in (part_seals, code_seals):
        conn.execute(delete(seals).where(seals.c.part.in_(theirs)))
    shredding.shred(conn, report, now=now)
    conn.execute(delete(alerts).where(alerts.c.report == report))
    _erase_copies(conn, report, now)
    conn.execute(delete(consents).where(consents.c.report == report))
    _cut(conn, report, now)
    # The worker that rings it writes the journal and overwrites what was deleted, after this is committed.
    timers.set_timer(conn, once=f"{ERASED}:{secrets.token_hex(16)}", kind=ERASED, due_at=now, data={"report": report})
    # `apart` stays: an office that it named must not come to see even the empty row.
    nothing = {"category": None, "place": None, "language": None, "channel": None, "reachable": "no"}
    ended = {"status": Status.CLOSED.value, "closed_at": row.closed_at or then, "close_reason": "erased"}
    values = {**nothing, **ended, "erased_at": then, "version": row.version + 1}
    conn.execute(update(reports).where(reports.c.id == report).values(values))
    _note(conn, row, "erase", now)


def _erase_copies(conn: Connection, report: str, now: datetime) -> None:
    """What was shared by her consent goes too: a hold is for the report itself."""
    shared = select(consents.c.copy).where(consents.c.report == report, consents.c.copy.is_not(None))
    for copy in conn.execute(shared).scalars().all():
        erase(conn, copy, now=now)


def _wish(conn: Connection, row: Row[Any], looks: datetime) -> None:
    """It is erased when no order stands."""
    once = f"{WISHED}:{secrets.token_hex(16)}"  # of no timer can anybody put another in its place before
    timers.set_timer(conn, once=once, kind=WISHED, due_at=looks, data={"report": row.id})


def _cut_off(conn: Connection, row: Row[Any], now: datetime) -> None:
    """Nobody can reach its reporter any more, and nothing is learnt from it."""
    examples.forget(conn, row.id)
    # A hold keeps what is here, and nothing of it elsewhere: what others were shown by her word goes with that word.
    _erase_copies(conn, row.id, now)
    ends = (consents.c.report == row.id, consents.c.revoked_at.is_(None))
    conn.execute(update(consents).where(*ends).values(revoked_at=hours.told(row.desk, now), tie=None))
    _cut(conn, row.id, now)
    conn.execute(update(reports).where(reports.c.id == row.id).values(reachable="no", version=row.version + 1))
    _note(conn, row, "erase_held", now)


def _cut(conn: Connection, report: str, now: datetime) -> None:
    conn.execute(delete(report_contacts).where(report_contacts.c.report == report))
    conn.execute(delete(codes).where(codes.c.report == report))
    timers.stop(conn, report=report, now=now)
    outbox.drop(conn, report=report, reason="erased")
    traces.part_from(conn, report)


def _note(conn: Connection, row: Row[Any], kind: str, now: datetime) -> None:
    at = hours.when(conn, row.id, now, desk=row.desk)
    event = {"id": secrets.token_hex(16), "report": row.id, "at": at, "kind": kind, "actor": None, "data": {}}
    conn.execute(insert(events), event)
