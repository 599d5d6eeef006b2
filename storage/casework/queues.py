"""What a member of staff may see, and only that: lists, counts, and one report with its thread.

`visible` is the one function that says who may see a report. Every read here and every write in `cases` goes through
it; on PostgreSQL row-level security says the same a second time.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, literal, or_, select, text

from bot.vocabulary import SEALED_DESKS, Desk, Role, Status, Urgency
from storage import audit
from storage.casework import apart, entered, landing, threads
from storage.casework.threads import Card, Entry, Names
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import desks, grants, offices, places, reports, staff
from storage.words.content import Shut

MOST: Final = 50  # rows a page
OPEN: Final = (Status.NEW, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.REFERRED)
_UNANSWERED: Final = (Status.NEW, Status.ACKNOWLEDGED)  # the deadline is for doing something, not for closing
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_claimer = staff.alias("claimer")
_WAITING_WALLED: Final = text("SELECT office, desk, waiting FROM muntada_waiting()")


class BadCursor(ValueError):
    """A cursor that no page of ours gave."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list should hold. status None: all that is not closed. limit: 1 to 50 rows."""

    status: Status | None = None
    desk: Desk | None = None
    office: str = ""
    urgency: Urgency | None = None
    mine: bool = False
    cursor: str = ""
    limit: int = 25


@dataclass(frozen=True, slots=True)
class Summary:
    """A report as a list shows it.

    excerpt: what was said first, at most 140 characters; None for an auditor, and in a list of a sealed desk.
    behalf: told for someone else. speaker: the language whose speaker staff need, "" where none is. locked: its words
    are sealed to people, and its reader's key is not open or is none of theirs: nothing of them is here. unsaid: it
    came while a discreet reporter's word was not said. officer: whom its reporter would rather talk to, "woman" or
    "any"; "" when they did not say.
    """

    id: str
    number: str
    office: str
    office_names: Names
    desk: Desk
    urgency: Urgency
    status: Status
    version: int
    category: str | None
    place: Names | None
    language: str | None
    channel: str | None
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed_by: str | None
    mine: bool
    reachable: str
    closed_at: datetime | None
    close_reason: str | None
    erased: bool
    role: Role
    excerpt: str | None = None
    behalf: bool = False
    speaker: str = ""
    locked: bool = False
    unsaid: bool = False
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the cursor of the next page ("" at the end)."""

    rows: tuple[Summary, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One report with all that this person may read of it. card None: erased, or its reader is an auditor.

    elder: the number of the report that this one was joined to, "" where that is none or not at the same desk. joined:
    the numbers of those that were joined to this one; its thread holds theirs. locked: something of it is sealed to
    people, and its reader's key is not open or was not given that part.
    """

    report: Summary
    card: Card | None
    thread: tuple[Entry, ...]
    elder: str = ""
    joined: tuple[str, ...] = ()
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How much waits at one desk. alarms: emergencies that nobody has taken."""

    open: int
    overdue: int
    alarms: int


def visible(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which this member of staff may see one.

    A grant for exactly its office and desk, still running, of an active person, in any role but administrator's (who
    manages people and offices, not cases). Nothing else opens a report: no rank, no office above it. And not when the
    report names an office that they belong to (storage.casework.apart), nor when it is sensitive and they typed it in
    for somebody else (storage.casework.entered).
    """
    return (
        ~apart.hidden(person, now)
        & ~entered.hidden(person, now)
        & exists(
            select(literal(1))
            .select_from(grants.join(staff, staff.c.id == grants.c.staff))
            .where(
                grants.c.staff == person,
                grants.c.office == reports.c.office,
                grants.c.desk == reports.c.desk,
                grants.c.role != Role.ADMINISTRATOR.value,
                landing.kept_from_police(),
                or_(grants.c.until_at.is_(None), grants.c.until_at > now),
                staff.c.active,
            )
        )
    )


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
    """
    asked = wanted or Wanted()
    limit = max(1, min(MOST, asked.limit))
    due = func.coalesce(reports.c.due_at, literal(_NEVER, reports.c.due_at.type))
    query = _summaries(staff, now).where(*_filters(asked, staff))
    if asked.cursor:
        query = query.where(_after(asked.cursor, due))
    order = (reports.c.urgency.desc(), due, reports.c.opened_at, reports.c.id)
    found = conn.execute(query.order_by(*order).limit(limit + 1)).all()
    rows = tuple(_summary(row, staff, now) for row in found[:limit])
    if rows:
        data = {"ids": [row.id for row in rows]}
        audit.write(conn, keyring, at=now, actor=staff, action="report.list", data=data)
    shown = [row for row in rows if row.desk not in SEALED_DESKS]
    filled = _fill(conn, keyring, rows, excerpts=shown, opener=opener, theirs=apart.offices_of(conn, staff, now))
    return Page(rows=filled, next=_cursor(rows[-1]) if len(found) > limit else "")


def counts(conn: Connection, *, staff: str, now: datetime) -> Mapping[Desk, Count]:
    """How much waits at each desk this person may see; a desk without reports is there with zeros."""
    granted = conn.execute(
        select(grants.c.desk).where(
            grants.c.staff == staff,
            grants.c.role != Role.ADMINISTRATOR.value,
            or_(grants.c.until_at.is_(None), grants.c.until_at > now),
        )
    ).scalars()
    found = {Desk(desk): Count(0, 0, 0) for desk in sorted(granted)}
    late = and_(reports.c.due_at < now, reports.c.status.in_(_UNANSWERED))
    alarm = and_(reports.c.urgency == Urgency.EMERGENCY.value, reports.c.claimed_by.is_(None))
    rows = conn.execute(
        select(
            reports.c.desk,
            func.count(),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((alarm, 1), else_=0)),
        )
        .where(visible(staff, now), reports.c.status.in_(OPEN), reports.c.erased_at.is_(None))
        .group_by(reports.c.desk)
    )
    found |= {Desk(desk): Count(int(total), int(overdue), int(alarms)) for desk, total, overdue, alarms in rows}
    return found


def waiting(conn: Connection, *, staff: str, now: datetime) -> Mapping[tuple[str, Desk], int]:
    """How many open reports wait at sealed desks that are off, by office and desk, of what this person supervises.

    Those are the offices where they are a supervisor, and those right below. Nobody reads such reports, and a count is
    all that is told of them; a desk where none waits is not there.
    """
    if conn.dialect.name == "postgresql":
        found = conn.execute(_WAITING_WALLED).all()
    else:
        g, above = grants.alias("above").c, offices.c.parent
        theirs = exists().where(
            g.staff == staff,
            g.role == Role.SUPERVISOR.value,
            or_(g.until_at.is_(None), g.until_at > now),
            or_(g.office == offices.c.code, g.office == above),
        )
        on = exists().where(
            desks.c.office == reports.c.office, desks.c.desk == reports.c.desk, desks.c.sealed_at.is_not(None)
        )
        sealed = reports.c.desk.in_(sorted(desk.value for desk in SEALED_DESKS))
        still = and_(reports.c.status != Status.CLOSED.value, reports.c.erased_at.is_(None))
        found = conn.execute(
            select(reports.c.office, reports.c.desk, func.count())
            .join(offices, offices.c.code == reports.c.office)
            .where(sealed, still, theirs, ~on)
            .group_by(reports.c.office, reports.c.desk)
        ).all()
    return {(office, Desk(desk)): int(count) for office, desk, count in found}


def one(
    conn: Connection, keyring: Keyring, *, staff: str, number: str, now: datetime, opener: Unlocked | None = None
) -> Opened | None:
    """A report and its thread, opened; None when it is absent or not theirs, which nobody can tell apart.

    opener: a focal point's key while it is open; without it what is sealed to her shows as locked, without words.
    Both are audited: this writes a row, so the caller gives a writing connection, and commits it also for None.
    """
    row = conn.execute(_summaries(staff, now).where(reports.c.number == number)).first()
    report = None if row is None else _summary(row, staff, now)
    reads = report is not None and report.role is not Role.AUDITOR
    card = threads.card(conn, keyring, report.id, opener) if report is not None and reads else None
    if row is None or report is None or _is_of(conn, staff, card, now):
        denied(conn, keyring, staff=staff, now=now)
        return None
    audit.write(conn, keyring, at=now, actor=staff, action="report.view", subject=report.id)
    (filled,) = _fill(conn, keyring, (report,), excerpts=(report,), opener=opener)
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
    )


def _is_of(conn: Connection, person: str, card: Card | Shut | None, now: datetime) -> bool:
    """Whether somebody belongs to an office that a card keeps apart: at a sealed desk the row may not tell."""
    return isinstance(card, Card) and apart.is_of(conn, person, card.apart, now)


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


def denied(conn: Connection, keyring: Keyring, *, staff: str, now: datetime) -> None:
    """Notes that somebody asked for a report that is not there for them; not which, for it may be nobody's number."""
    audit.write(conn, keyring, at=now, actor=staff, action="report.denied")


def _summaries(person: str, now: datetime) -> Select[tuple[object, ...]]:
    mine = grants.alias("mine")
    return (
        select(
            reports,
            mine.c.role.label("role"),
            _claimer.c.name.label("claimer_name"),
            *(offices.c[name].label(f"office_{name}") for name in ("name_ar", "name_ckb", "name_en")),
            *(places.c[name].label(f"place_{name}") for name in ("name_ar", "name_ckb", "name_en")),
        )
        .select_from(
            reports.join(
                mine,
                and_(mine.c.staff == person, mine.c.office == reports.c.office, mine.c.desk == reports.c.desk),
            )
            .join(offices, offices.c.code == reports.c.office)
            .outerjoin(places, places.c.id == reports.c.place)
            .outerjoin(_claimer, _claimer.c.id == reports.c.claimed_by)
        )
        .where(visible(person, now))
    )


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


def _summary(row: Row[tuple[object, ...]], person: str, now: datetime) -> Summary:
    late = row.due_at is not None and row.due_at < now and row.status in _UNANSWERED
    named = row.place_name_ar is not None
    return Summary(
        id=row.id,
        number=row.number,
        office=row.office,
        office_names=Names(row.office_name_ar, row.office_name_ckb, row.office_name_en),
        desk=Desk(row.desk),
        urgency=Urgency(row.urgency),
        status=Status(row.status),
        version=row.version,
        category=row.category,
        place=Names(row.place_name_ar, row.place_name_ckb, row.place_name_en) if named else None,
        language=row.language,
        channel=row.channel,
        opened_at=row.opened_at,
        due_at=row.due_at,
        overdue=late,
        claimed_by=row.claimer_name,
        mine=row.claimed_by == person,
        reachable=row.reachable,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        erased=row.erased_at is not None,
        role=Role(row.role),
    )


def _fill(
    conn: Connection,
    keyring: Keyring,
    rows: tuple[Summary, ...],
    *,
    excerpts: Sequence[Summary],
    opener: Unlocked | None,
    theirs: frozenset[str] = frozenset(),
) -> tuple[Summary, ...]:
    """Adds what those who may read bodies see: first words, the place by its names, and all of a sealed desk's card.

    Without the rows whose card names one of `theirs`, the offices that their reader belongs to.
    """
    readable = [row for row in rows if row.role is not Role.AUDITOR and not row.erased]
    said = threads.firsts(conn, keyring, [row.id for row in readable if row in excerpts], opener)
    cards = threads.cards(conn, keyring, [row.id for row in readable], opener)
    named = {id for id, card in cards.items() if isinstance(card, Card) and not theirs.isdisjoint(card.apart)}
    kept = (row for row in rows if row.id not in named)
    return tuple(_with(row, said.get(row.id), cards.get(row.id)) if row in readable else row for row in kept)


def _with(row: Summary, said: str | Shut | None, card: Card | Shut | None) -> Summary:
    excerpt = None if isinstance(said, Shut) else said
    if card is None or isinstance(card, Shut):
        return replace(row, excerpt=excerpt, locked=Shut.LOCKED in (said, card))
    return replace(
        row,
        excerpt=excerpt,
        locked=said is Shut.LOCKED,
        category=row.category or card.category,
        place=card.place or row.place,
        language=row.language or card.language,
        channel=row.channel or card.channel,
        behalf=card.behalf,
        speaker=card.speaker,
        unsaid=card.unsaid,
        officer=card.officer,
    )


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
