"""A report's thread: parts and events in the order of time, opened for whoever storage.casework.queues lets in.

Knows nothing of who may read what; summaries and opening call it, after `queues.visible`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from bot.vocabulary import Locale, Point
from storage.casework import folding
from storage.casework.entries import Entry, File, Piece
from storage.keys import Keyring
from storage.outgoing import fates
from storage.sealed.keypairs import Unlocked
from storage.tables import events, media, parts, staff
from storage.words import cards as merging
from storage.words import content
from storage.words.content import Shut

__all__ = ["Card", "Entry", "File", "Names", "card", "cards", "firsts", "thread"]

EXCERPT: Final = 140  # characters
_TRANSCRIPT: Final = "transcript"


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

    why: words that decided. corrected: a person said which category and urgency it is. behalf: told for someone else.
    speaker: the language whose speaker staff need, "" where we answer in it. forwarded: somebody else's words. unsaid:
    it came while a discreet reporter's word was not said, so perhaps not from them. officer: whom its reporter would
    rather talk to, "woman" or "any". shared: the consent that this copy rests on, "" where the report is none.
    app: "whatsapp" where that brought it, which is no SMS in parts.
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
    behalf: bool = False
    speaker: str = ""
    forwarded: bool = False
    unsaid: bool = False
    apart: tuple[str, ...] = ()
    flight: str = ""
    officer: str = ""
    shared: str = ""
    app: str = ""


def firsts(
    conn: Connection, keyring: Keyring, ids: Sequence[str], opener: Unlocked | None = None
) -> dict[str, str | Shut]:
    """What was said first in each report, at most EXCERPT characters, in one line; or why it does not open."""
    rows = _firsts(conn, ids)
    opened = content.bodies(conn, keyring, rows, opener)
    return {row.report: _excerpt(opened[row.id]) for row in rows}


def cards(
    conn: Connection, keyring: Keyring, ids: Sequence[str], opener: Unlocked | None = None
) -> dict[str, Card | Shut]:
    """What is understood of each report (storage.words.cards); or why it does not open."""
    rows = _cards(conn, ids)
    opened = content.bodies(conn, keyring, rows, opener)
    of: dict[str, list[Mapping[str, Any] | Shut]] = {}
    for row in rows:
        of.setdefault(row.report, []).append(opened[row.id])
    return {report: _one(bodies) for report, bodies in of.items()}


def card(conn: Connection, keyring: Keyring, report: str, opener: Unlocked | None = None) -> Card | None:
    """What is understood of one report; None once it is erased, and where it does not open."""
    found = cards(conn, keyring, [report], opener).get(report)
    return None if isinstance(found, Shut) else found


def thread(
    conn: Connection,
    keyring: Keyring,
    of: Sequence[tuple[str, str]],
    *,
    bodies: bool,
    opener: Unlocked | None = None,
) -> tuple[Entry, ...]:
    """All parts but cards, and all events, oldest first, folded; without `bodies` no words, pins or files.

    of: the report's id with "", then the id and number of each that was joined to it. opener: a focal point's key.
    """
    lines: list[tuple[datetime, Entry]] = []
    for report, number in of:
        lines += _lines(conn, keyring, (report, number), bodies=bodies, opener=opener)
    # By the rows' times: at a sealed desk they keep the order without telling the minute. A part comes before the
    # event that tells of it, when both happened in one transaction.
    lines.sort(key=lambda line: (line[0], not line[1].said, line[1].id))
    return folding.folded(entry for _, entry in lines)


def _lines(
    conn: Connection, keyring: Keyring, of: tuple[str, str], *, bodies: bool, opener: Unlocked | None
) -> list[tuple[datetime, Entry]]:
    report, number = of
    said = conn.execute(
        select(parts, staff.c.name.label("author_name"))
        .outerjoin(staff, staff.c.id == parts.c.author)
        .where(parts.c.report == report, parts.c.kind.not_in(("card", _TRANSCRIPT)))
    ).all()
    opened = content.bodies(conn, keyring, said, opener) if bodies else {}
    # A file is named beside its words only: what kind of file came is a part of what was said.
    shown = [row.id for row in said if not isinstance(opened.get(row.id, Shut.LOST), Shut)]
    files = _files(conn, keyring, report, shown, opener)
    happened = conn.execute(
        select(events, staff.c.name.label("actor_name"))
        .outerjoin(staff, staff.c.id == events.c.actor)
        .where(events.c.report == report)
    )
    came = fates.of(conn, report)
    lines = []
    for row in said:
        entry = _said(row, opened.get(row.id), files.get(row.id, ()))
        fate = came.get(row.id)
        arrival, why = (fate.arrival, fate.why) if fate else (None, None)
        lines.append((row.at, replace(entry, number=number, arrival=arrival, why=why)))
    # An event that tells of a part would say it twice.
    lines += [
        (row.at, Entry(id=row.id, kind=row.kind, at=row.at, author=row.actor_name, data=row.data or {}, number=number))
        for row in happened
        if "part" not in (row.data or {})
    ]
    return lines


def _firsts(conn: Connection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    if not ids:
        return ()
    first = func.row_number().over(partition_by=parts.c.report, order_by=(parts.c.at, parts.c.id))
    ranked = (
        select(parts.c.id, first.label("rank"))
        .where(parts.c.report.in_(ids), parts.c.kind == "utterance", parts.c.sealed.is_not(None))
        .subquery()
    )
    return conn.execute(select(parts).join(ranked, ranked.c.id == parts.c.id).where(ranked.c.rank == 1)).all()


def _cards(conn: Connection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    if not ids:
        return ()
    there = (parts.c.report.in_(ids), parts.c.kind == "card", parts.c.sealed.is_not(None))
    return conn.execute(select(parts).where(*there).order_by(parts.c.at, parts.c.id)).all()


def _one(bodies: Sequence[Mapping[str, Any] | Shut]) -> Card | Shut:
    if Shut.LOCKED in bodies:
        return Shut.LOCKED
    whole = merging.together(body for body in bodies if not isinstance(body, Shut))
    return _card(whole) if whole else Shut.LOST


def _files(
    conn: Connection, keyring: Keyring, report: str, ids: Sequence[str], opener: Unlocked | None
) -> dict[str, tuple[File, ...]]:
    found: dict[str, tuple[File, ...]] = {}
    rows = conn.execute(select(media).where(media.c.part.in_(ids)).order_by(media.c.id)).all() if ids else []
    written = _transcripts(conn, keyring, report, opener) if rows else {}
    for row in rows:
        file = File(
            id=row.id,
            kind=row.kind,
            state=row.state,
            size=row.size,
            content_type=row.content_type,
            stripped=bool(row.stripped),
            reason=row.reason,
            transcript=written.get(row.id, ""),
        )
        found[row.part] = (*found.get(row.part, ()), file)
    return found


def _transcripts(conn: Connection, keyring: Keyring, report: str, opener: Unlocked | None) -> dict[str, str]:
    """What a machine wrote down, by the file that it listened to."""
    written = select(parts).where(parts.c.report == report, parts.c.kind == _TRANSCRIPT, parts.c.sealed.is_not(None))
    opened = content.bodies(conn, keyring, conn.execute(written).all(), opener).values()
    there = [body for body in opened if not isinstance(body, Shut)]
    return {str(body.get("medium") or ""): str(body.get("text") or "") for body in there}


def _said(row: Row[Any], body: Mapping[str, Any] | Shut | None, files: tuple[File, ...]) -> Entry:
    """One that is erased, or whose reader may read none, has no body."""
    if body is None or isinstance(body, Shut):
        lost, locked = body is Shut.LOST, body is Shut.LOCKED
        return Entry(id=row.id, kind=row.kind, at=row.at, author=row.author_name, lost=lost, locked=locked)
    piece = body.get("fragment")
    return Entry(
        id=row.id,
        kind=row.kind,
        at=content.said_at(body, row.at),
        author=row.author_name,
        text=str(body.get("text") or ""),
        point=_point(body.get("point")),
        edit=bool(body.get("edit")) and not body.get("live"),  # nobody wrote anything: a place moved
        referred_to=str(body.get("referred_to") or ""),
        files=files,
        own=str(body.get("own") or ""),
        marks=tuple(str(mark) for mark in body.get("marks") or ()),
        album=str(body.get("album") or ""),
        gesture=str(body.get("gesture") or ""),
        forwarded=bool(body.get("forwarded")),
        live=bool(body.get("live")),
        piece=Piece(str(piece["of"]), int(piece["index"]), int(piece["total"])) if piece else None,
    )


def _excerpt(body: Mapping[str, Any] | Shut) -> str | Shut:
    if isinstance(body, Shut):
        return body
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
        behalf=bool(body.get("behalf")),
        speaker=str(body.get("speaker") or ""),
        forwarded=bool(body.get("forwarded")),
        apart=tuple(str(code) for code in body.get("apart") or ()),
        flight=str(body.get("flight") or ""),
        officer=str(body.get("officer") or ""),
        unsaid=bool(body.get("locked")),
        shared=str(body.get("shared") or ""),
        app=str(body.get("app") or ""),
    )


def _names(place: Mapping[str, Any]) -> Names | None:
    if not place.get("name_ar"):
        return None
    return Names(str(place["name_ar"]), str(place.get("name_ckb") or ""), str(place.get("name_en") or ""))


def _point(given: Mapping[str, Any] | None) -> Point | None:
    return None if given is None else Point(lat=float(given["lat"]), lon=float(given["lon"]))
