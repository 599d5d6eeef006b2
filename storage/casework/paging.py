"""A person's list of reports, page by page: what it is narrowed to, its order, and where the next page begins."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from bot.vocabulary import SEALED_DESKS, Desk, Status, Urgency
from storage import audit
from storage.casework import apart, summaries
from storage.casework.queues import OPEN
from storage.casework.summaries import Summary
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import audit as log
from storage.tables import reports

MOST: Final = 50  # rows a page
AGAIN: Final = timedelta(minutes=10)  # so long a row of the audit stands for the same list, shown again
_ACTION: Final = "report.list"
_MARK_BYTES: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """A cursor that no page of ours gave."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What one session was shown within the last ten minutes. session: a secret of its own. marks: of those lists."""

    session: str = field(default="", repr=False)
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list should hold. status None: all that is not closed. limit: 1 to 50 rows. lately: by whose session."""

    status: Status | None = None
    desk: Desk | None = None
    office: str = ""
    urgency: Urgency | None = None
    mine: bool = False
    cursor: str = ""
    limit: int = 25
    lately: Lately = Lately()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the cursor of the next page ("" at the end)."""

    rows: tuple[Summary, ...]
    next: str


def listing(
    conn: Connection,
    keyring: Keyring,
    *,
    staff: str,
    now: datetime,
    wanted: Wanted | None = None,
    opener: Unlocked | None = None,
) -> Page:
    """The reports this person may see: emergencies first, then by deadline, then by age.

    opener: a focal point's key while it is open; without it what is sealed to her shows as locked.
    Raises BadCursor. Excerpts are opened only for roles that may read bodies, and at a sealed desk for nobody: what
    was said there is read by opening it. Each page is audited, with the ids that it shows: this writes a row, so the
    caller gives a writing connection.

    A page that loads itself anew every minute would bury in its rows what else an auditor looks for. What they need is
    who was shown which reports as they then were, and until when, to ten minutes: so what a session was shown already
    in that time (`lately`), with nothing new on it, leaves no second row. Another report, a change of one, a key opened
    meanwhile, another person and another session each leave one at once; so does every page without a session.
    """
    asked = wanted or Wanted()
    limit = max(1, min(MOST, asked.limit))
    due = func.coalesce(reports.c.due_at, literal(_NEVER, reports.c.due_at.type))
    query = summaries.query(staff, now).where(*_filters(asked, staff))
    if asked.cursor:
        query = query.where(_after(asked.cursor, due))
    order = (reports.c.urgency.desc(), due, reports.c.opened_at, reports.c.id)
    found = conn.execute(query.order_by(*order).limit(limit + 1)).all()
    rows = tuple(summaries.summary(row, staff, now) for row in found[:limit])
    mark = _mark(asked.lately.session, rows, is_open=opener is not None)
    if rows and mark not in asked.lately.marks:
        data = {"ids": [row.id for row in rows]} | ({"mark": mark} if mark else {})
        audit.write(conn, keyring, at=now, actor=staff, action=_ACTION, data=data)
    shown = [row for row in rows if row.desk not in SEALED_DESKS]
    filled = summaries.fill(
        conn, keyring, rows, excerpts=shown, opener=opener, theirs=apart.offices_of(conn, staff, now)
    )
    return Page(rows=filled, next=_cursor(rows[-1]) if len(found) > limit else "")


def lately(conn: Connection, *, staff: str, session: str, now: datetime) -> Lately:
    """What this session's lists were lately. Asks the log itself, so give it the worker's connection."""
    theirs = (log.c.at > now - AGAIN, log.c.at <= now, log.c.actor == staff, log.c.action == _ACTION)
    told = conn.execute(select(log.c.data).where(*theirs)).scalars()
    return Lately(session, frozenset(data["mark"] for data in told if "mark" in data))


def _mark(session: str, rows: Sequence[Summary], *, is_open: bool) -> str:
    """The same for the same list in the same session, and of no use to whoever reads it; "" without a session."""
    if not session:
        return ""
    shown = " ".join(f"{row.id} {row.version}" for row in rows)
    return hashlib.sha256(f"{session}\0{is_open}\0{shown}".encode()).hexdigest()[: 2 * _MARK_BYTES]


def _filters(asked: Wanted, person: str) -> list[ColumnElement[bool]]:
    kept = [reports.c.status == asked.status.value if asked.status else reports.c.status.in_(OPEN)]
    if asked.desk:
        kept.append(reports.c.desk == asked.desk.value)
    if asked.office:
        kept.append(reports.c.office == asked.office)
    if asked.urgency is not None:
        kept.append(reports.c.urgency == asked.urgency.value)
    if asked.mine:
        kept.append(reports.c.claimed_by == person)
    return kept


# ── Cursors: the sort key of the last row, so that a row that comes or goes meanwhile moves no other ─────────
def _cursor(row: Summary) -> str:
    key = [row.urgency.value, _micros(row.due_at or _NEVER), _micros(row.opened_at), row.id]
    return base64.urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def _after(cursor: str, due: ColumnElement[datetime]) -> ColumnElement[bool]:
    urgency, due_us, opened_us, report = _read_cursor(cursor)
    kind = reports.c.due_at.type
    due_at, opened_at = literal(_time(due_us), kind), literal(_time(opened_us), kind)
    return or_(
        reports.c.urgency < urgency,
        and_(
            reports.c.urgency == urgency,
            or_(
                due > due_at,
                and_(due == due_at, reports.c.opened_at > opened_at),
                and_(due == due_at, reports.c.opened_at == opened_at, reports.c.id > report),
            ),
        ),
    )


def _read_cursor(cursor: str) -> tuple[int, int, int, str]:
    try:
        match orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
            case [int(urgency), int(due_us), int(opened_us), str(report)] if (
                urgency in {level.value for level in Urgency}
                and 0 <= due_us <= _micros(_NEVER)
                and 0 <= opened_us <= _micros(_NEVER)
                and report.isalnum()
                and report.isascii()
            ):
                return urgency, due_us, opened_us, report
            case _:
                raise BadCursor
    except (ValueError, binascii.Error):
        raise BadCursor from None


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
