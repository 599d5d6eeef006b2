"""A report in short, as a list shows it: what its row tells, and of its sealed words what their reader may open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, Select, and_, select

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import releasing, threads
from storage.casework.queues import UNANSWERED, visible
from storage.casework.threads import Card, Names
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import grants, offices, places, reports, staff
from storage.words.content import Shut

_claimer = staff.alias("claimer")


@dataclass(frozen=True, slots=True)
class Summary:
    """A report as a list shows it.

    excerpt: what was said first, at most 140 characters; None for an auditor, and in a list of a sealed desk.
    behalf: told for someone else. speaker: the language whose speaker staff need, "" where none is. locked: its words
    are sealed to people, and its reader's key is not open or is none of theirs: nothing of them is here. unsaid: it
    came while a discreet reporter's word was not said. officer: whom its reporter would rather talk to, "woman" or
    "any"; "" when they did not say. left: nobody has it, and it was with this colleague, who left; "" for none.
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
    left: str = ""


def query(person: str, now: datetime) -> Select[tuple[object, ...]]:
    """The reports that this person may see, with what `summary` needs of each; narrow and order it."""
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


def summary(row: Row[tuple[object, ...]], person: str, now: datetime) -> Summary:
    """What the row alone tells. row: of `query`, for the same person."""
    late = row.due_at is not None and row.due_at < now and row.status in UNANSWERED
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


def fill(
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
    wholes = _wholes(conn, [row.id for row in readable])
    cards = threads.cards(conn, keyring, list(wholes), opener)
    named = {wholes[id] for id, card in cards.items() if isinstance(card, Card) and not theirs.isdisjoint(card.apart)}
    left = releasing.who_left(conn, [row.id for row in rows if row.claimed_by is None and not row.closed_at])
    kept = (replace(row, left=left.get(row.id, "")) for row in rows if row.id not in named)
    read = {row.id for row in readable}
    return tuple(_with(row, said.get(row.id), cards.get(row.id)) if row.id in read else row for row in kept)


def _wholes(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Of each report, and of each that was joined into one of them, which of them it is or is part of."""
    parts = select(reports.c.id, reports.c.joined).where(reports.c.joined.in_(ids), reports.c.erased_at.is_(None))
    return {row.id: row.joined for row in conn.execute(parts)} | {id: id for id in ids}


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
