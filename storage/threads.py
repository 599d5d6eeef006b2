"""A report's thread: parts and events in the order of time, opened for whoever storage.queues let in.

Knows nothing of who may read what; only storage.queues calls it, after `visible`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from bot.vocabulary import Locale, Point
from storage import content
from storage.keys import KeyGone, Keyring
from storage.sealing import Tampered
from storage.tables import events, media, parts, staff

EXCERPT: Final = 140  # characters


@dataclass(frozen=True, slots=True)
class Names:
    """What something is called in each language; "" where no name is known."""

    ar: str
    ckb: str = ""
    en: str = ""

    def in_(self, locale: Locale) -> str:
        """The name in this language, or else in Arabic."""
        match locale:
            case Locale.AR:
                return self.ar
            case Locale.CKB:
                return self.ckb or self.ar
            case Locale.EN:
                return self.en or self.ar


@dataclass(frozen=True, slots=True)
class Card:
    """What was understood. guesses: the machine's, category and confidence in [0, 1], best first.

    why: words that decided. corrected: a person said which category and urgency it is.
    """

    category: str
    guesses: tuple[tuple[str, float], ...]
    language: str
    channel: str
    urgency: int
    place: Names | None
    place_id: str
    landmark: str
    why: tuple[str, ...]
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message. state: waiting, kept or failed."""

    id: str
    kind: str
    state: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a thread. kind: utterance, reply, note (a part), or an event's kind.

    text None: erased, or its reader may not read bodies. author None: the reporter or the machine. data: an event's
    codes. edit: the text replaces one said before. referred_to: a note that names an outside body. lost: it is there,
    but its key is gone or it was tampered with.
    """

    id: str
    kind: str
    at: datetime
    author: str | None = None
    text: str | None = None
    point: Point | None = None
    edit: bool = False
    lost: bool = False
    referred_to: str = ""
    files: tuple[File, ...] = ()
    data: Mapping[str, Any] | None = None

    @property
    def said(self) -> bool:
        """It is a part (words), not an event."""
        return self.data is None


def firsts(conn: Connection, keyring: Keyring, ids: Sequence[str]) -> dict[str, str]:
    """What was said first in each report, at most EXCERPT characters, in one line."""
    opened = ((row.report, _open(keyring, row)) for row in _picked(conn, ids, kind="utterance", newest=False))
    return {report: _excerpt(body) for report, body in opened if body is not None}


def cards(conn: Connection, keyring: Keyring, ids: Sequence[str]) -> dict[str, Card]:
    """The newest card of each report."""
    opened = ((row.report, _open(keyring, row)) for row in _picked(conn, ids, kind="card", newest=True))
    return {report: _card(body) for report, body in opened if body is not None}


def card(conn: Connection, keyring: Keyring, report: str) -> Card | None:
    """The newest card of one report; None once it is erased."""
    return cards(conn, keyring, [report]).get(report)


def thread(conn: Connection, keyring: Keyring, report: str, *, bodies: bool) -> tuple[Entry, ...]:
    """All parts but cards, and all events, oldest first; without `bodies` no words, pins or files."""
    said = conn.execute(
        select(parts, staff.c.name.label("author_name"))
        .outerjoin(staff, staff.c.id == parts.c.author)
        .where(parts.c.report == report, parts.c.kind != "card")
    ).all()
    files = _files(conn, [row.id for row in said]) if bodies else {}
    happened = conn.execute(
        select(events, staff.c.name.label("actor_name"))
        .outerjoin(staff, staff.c.id == events.c.actor)
        .where(events.c.report == report)
    )
    lines = [(row.at, _said(keyring, row, files.get(row.id, ()), bodies=bodies)) for row in said]
    # An event that tells of a part would say it twice.
    lines += [
        (row.at, Entry(id=row.id, kind=row.kind, at=row.at, author=row.actor_name, data=row.data or {}))
        for row in happened
        if "part" not in (row.data or {})
    ]
    # By the rows' times: at a sealed desk they keep the order without telling the minute. A part comes before the
    # event that tells of it, when both happened in one transaction.
    lines.sort(key=lambda line: (line[0], not line[1].said, line[1].id))
    return tuple(entry for _, entry in lines)


def _picked(conn: Connection, ids: Sequence[str], *, kind: str, newest: bool) -> Iterable[Row[Any]]:
    if not ids:
        return ()
    order = (parts.c.at.desc(), parts.c.id) if newest else (parts.c.at, parts.c.id)
    ranked = (
        select(parts.c.id, func.row_number().over(partition_by=parts.c.report, order_by=order).label("rank"))
        .where(parts.c.report.in_(ids), parts.c.kind == kind, parts.c.sealed.is_not(None))
        .subquery()
    )
    return conn.execute(select(parts).join(ranked, ranked.c.id == parts.c.id).where(ranked.c.rank == 1)).all()


def _files(conn: Connection, ids: Sequence[str]) -> dict[str, tuple[File, ...]]:
    found: dict[str, tuple[File, ...]] = {}
    for row in conn.execute(select(media).where(media.c.part.in_(ids)).order_by(media.c.id)) if ids else ():
        file = File(id=row.id, kind=row.kind, state=row.state, size=row.size)
        found[row.part] = (*found.get(row.part, ()), file)
    return found


def _said(keyring: Keyring, row: Row[Any], files: tuple[File, ...], *, bodies: bool) -> Entry:
    body = _open(keyring, row) if bodies and row.sealed is not None else None
    if body is None:
        lost = bodies and row.sealed is not None
        return Entry(id=row.id, kind=row.kind, at=row.at, author=row.author_name, lost=lost)
    return Entry(
        id=row.id,
        kind=row.kind,
        at=content.said_at(body, row.at),
        author=row.author_name,
        text=str(body.get("text") or ""),
        point=_point(body.get("point")),
        edit=bool(body.get("edit")),
        referred_to=str(body.get("referred_to") or ""),
        files=files,
    )


def _open(keyring: Keyring, row: Row[Any]) -> Mapping[str, Any] | None:
    """One part that cannot be opened must not hide a whole desk: None, and the thread says so."""
    try:
        return content.open_part(keyring, row)
    except (KeyGone, Tampered):
        return None


def _excerpt(body: Mapping[str, Any]) -> str:
    text = " ".join(str(body.get("text") or "").split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"


def _card(body: Mapping[str, Any]) -> Card:
    place = body.get("place") or {}
    return Card(
        category=str(body.get("category") or ""),
        guesses=tuple((str(code), float(share)) for code, share in body.get("guesses") or ()),
        language=str(body.get("language") or ""),
        channel=str(body.get("channel") or ""),
        urgency=int(body.get("urgency") or 0),
        place=_names(place),
        place_id=str(place.get("id") or ""),
        landmark=str(body.get("landmark") or ""),
        why=tuple(str(word) for word in body.get("why") or ()),
        corrected=bool(body.get("corrected")),
    )


def _names(place: Mapping[str, Any]) -> Names | None:
    if not place.get("name_ar"):
        return None
    return Names(str(place["name_ar"]), str(place.get("name_ckb") or ""), str(place.get("name_en") or ""))


def _point(given: Mapping[str, Any] | None) -> Point | None:
    return None if given is None else Point(lat=float(given["lat"]), lon=float(given["lon"]))
