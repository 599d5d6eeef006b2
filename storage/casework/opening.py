"""One report with its thread, as somebody who may see it opens it, and what the audit keeps of that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from bot.vocabulary import Role
from storage import audit
from storage.casework import apart, claims, summaries, threads
from storage.casework.queues import visible
from storage.casework.summaries import Summary
from storage.casework.threads import Card, Entry
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import reports
from storage.words import content


@dataclass(frozen=True, slots=True)
class Opened:
    """One report with all that this person may read of it. card None: erased, or its reader is an auditor.

    elder: the number of the report that this one was joined to, "" where that is none or not at the same desk. joined:
    the numbers of those that were joined to this one; its thread holds theirs. locked: something of it is sealed to
    people, and its reader's key is not open or was not given that part. unopened: another took it from a phone, and its
    reader, who has opened it, may take it over (storage.casework.claims).
    """

    report: Summary
    card: Card | None
    thread: tuple[Entry, ...]
    elder: str = ""
    joined: tuple[str, ...] = ()
    locked: bool = False
    unopened: bool = False


def one(
    conn: Connection, keyring: Keyring, *, staff: str, number: str, now: datetime, opener: Unlocked | None = None
) -> Opened | None:
    """A report and its thread, opened; None when it is absent or not theirs, which nobody can tell apart.

    opener: a focal point's key while it is open; without it what is sealed to her shows as locked, without words.
    Both are audited: this writes a row, so the caller gives a writing connection, and commits it also for None.
    """
    row = conn.execute(summaries.query(staff, now).where(reports.c.number == number)).first()
    report = None if row is None else summaries.summary(row, staff, now)
    reads = report is not None and report.role is not Role.AUDITOR
    card = threads.card(conn, keyring, report.id, opener) if report is not None and reads else None
    if row is None or report is None or _is_of(conn, keyring, staff, (report.id, card, opener), now):
        denied(conn, keyring, staff=staff, now=now)
        return None
    shut = {"locked": True} if reads and content.is_locked(conn, report.id) and not isinstance(card, Card) else {}
    audit.write(conn, keyring, at=now, actor=staff, action="report.view", subject=report.id, data=shut)
    if isinstance(card, Card) and opener is not None:
        claims.opened(conn, row, by=staff, now=now)
    (filled,) = summaries.fill(conn, keyring, (report,), excerpts=(report,), opener=opener)
    joined = _joined(conn, row, staff, now)
    of = [(report.id, ""), *joined]
    thread = threads.thread(conn, keyring, of, bodies=reads, opener=opener)
    return Opened(
        report=filled,
        card=card,
        thread=thread,
        locked=filled.locked or any(entry.locked for entry in thread),
        elder=_elder(conn, row, staff, now),
        joined=tuple(number for _, number in joined),
        unopened=isinstance(card, Card) and claims.unopened(conn, row),
    )


def denied(conn: Connection, keyring: Keyring, *, staff: str, now: datetime) -> None:
    """Notes that somebody asked for a report that is not there for them; not which, for it may be nobody's number."""
    audit.write(conn, keyring, at=now, actor=staff, action="report.denied")


def _is_of(
    conn: Connection,
    keyring: Keyring,
    person: str,
    opened: tuple[str, Card | None, Unlocked | None],
    now: datetime,
) -> bool:
    """Whether somebody belongs to an office that a card keeps apart: at a sealed desk the row may not tell.

    Or that of a report which was joined to it: its words are shown here, and what is said next may be of both.
    """
    report, card, opener = opened
    if card is None:
        return False
    return apart.is_of(conn, person, {*card.apart, *apart.joined(conn, keyring, report, opener)}, now)


def _joined(conn: Connection, row: Row[tuple[object, ...]], person: str, now: datetime) -> list[tuple[str, str]]:
    """The id and number of each report that was joined to this one, at the very same desk only."""
    there = (reports.c.office == row.office, reports.c.desk == row.desk, reports.c.erased_at.is_(None))
    found = conn.execute(
        select(reports.c.id, reports.c.number)
        .where(reports.c.joined == row.id, *there, visible(person, now))
        .order_by(reports.c.opened_at, reports.c.id)
    )
    return [(each.id, each.number) for each in found]


def _elder(conn: Connection, row: Row[tuple[object, ...]], person: str, now: datetime) -> str:
    """The number of the report that this one was joined to, at the very same desk only."""
    there = (reports.c.office == row.office, reports.c.desk == row.desk)
    seen = select(reports.c.number).where(reports.c.id == row.joined, *there, visible(person, now))
    return conn.execute(seen).scalar() or ""
