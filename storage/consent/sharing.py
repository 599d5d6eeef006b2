"""Carries out a consent: makes a report of its own at the other desk that holds what its reporter agreed to, no more.

That is what stood when staff asked: of what was said since, and of what was understood from it, nothing goes along. A
body outside gets no copy: that it was told by word of mouth is noted, with when, how much, and what staff write of it.

The copy leads nowhere: it has neither code nor reporter, and answers go by the desk that shared it. Sharing what is
sealed takes a focal point's hand and key. Run it as the worker, like every step that writes at another desk.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from bot import alerts, tickets
from bot.files import may_leave
from bot.vocabulary import SEALED_DESKS, Category, Desk, Status, Urgency
from storage.casework import apart
from storage.casework.acts import Act, Refused, Right, change, checked, permitted, still_open
from storage.consent import answering, consents
from storage.consent.consents import Scope
from storage.keys import Keyring
from storage.reporting import bearer
from storage.sealed import recipients
from storage.sealed.recipients import Recipient
from storage.sealed.seals import Kind, add
from storage.tables import events, media, parts, reports, services
from storage.words import cards, content, filekeys, hours
from storage.words.content import Shut

_STEP: Final = timedelta(microseconds=1)
_PIECES: Final = (Scope.WORDS, Scope.ALL)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A report in the making at the other desk. people: whom its words are sealed to, () under the month's key."""

    id: str
    office: str
    desk: Desk
    people: tuple[Recipient, ...]
    opened_at: datetime


def share(conn: Connection, keyring: Keyring, act: Act, consent: str, *, summary: str) -> int:
    """Makes the copy, or notes that a body outside was told; returns the shared report's new version.

    summary: what staff tell the other desk, at most 2,000 characters; of a body outside, what they told, for
    colleagues. Refused: consent.missing (there is no yes that stands), answering.CHANGED, consent.gone, consent.shared
    (done already), consent.to (since then the report names that office), case.locked (it is sealed to others than
    act.opener).
    """
    row = permitted(Right.REFER, conn, keyring, act)
    still_open(row)
    agreed = _agreed(conn, keyring, row, consent, act.now)
    if agreed.service is not None:
        return _tell(conn, keyring, row, act, agreed, words=checked(summary, empty=True))
    scope = Scope(agreed.scope)
    words = checked(summary, empty=scope is not Scope.SUMMARY)
    said = _said(conn, keyring, agreed, act) if scope in _PIECES else []
    named = _named(conn, keyring, row, act, to=agreed.office)
    then = _understood(conn, keyring, agreed, act)
    urgency = int(then.get("urgency", row.urgency))
    card = then if scope in _PIECES else {}
    copy = _filed(conn, keyring, row, agreed, {**card, "urgency": urgency}, now=act.now)
    conn.execute(update(reports).where(reports.c.id == copy.id).values(apart=apart.column(named, desk=copy.desk)))
    kind, told = _card(card, urgency, consent)
    lines = [(kind, {**told, "apart": named}), *_told(words, said, scope)]
    _write(conn, keyring, copy, [_bare(conn, keyring, *line) for line in lines], now=act.now)
    stayed = _bring_files(conn, keyring, copy, [part.id for part, _ in said], act) if scope is Scope.ALL else 0
    answering.shared(conn, keyring, agreed, copy.id)
    told = consents.said_of(agreed) | {"copy": copy.id} | ({"stayed": stayed} if stayed else {})
    return change(conn, keyring, act, row, {}, event=("share", told))


def _agreed(conn: Connection, keyring: Keyring, row: Row[Any], consent: str, now: datetime) -> Row[Any]:
    found = answering.standing(conn, keyring, row.id, consent, now)
    if found.copy is not None or found.told_at is not None:
        raise Refused("consent.shared")
    return found


def _tell(conn: Connection, keyring: Keyring, row: Row[Any], act: Act, agreed: Row[Any], *, words: str) -> int:
    """Notes who was told what outside, and what staff write of it: sealed like every note."""
    if words:
        name = conn.execute(select(services.c.name_ar).where(services.c.id == agreed.service)).scalar_one()
        clear_at = hours.when(conn, row.id, act.now, desk=row.desk)
        content.add_part(
            conn,
            keyring,
            report=row.id,
            kind="note",
            body={"text": words, "referred_to": name},
            at=act.now,
            clear_at=clear_at,
            author=act.staff,
        )
    answering.tell(conn, keyring, agreed, hours.told(row.desk, act.now))
    return change(conn, keyring, act, row, {}, event=("told", consents.said_of(agreed)))


def _named(conn: Connection, keyring: Keyring, row: Row[Any], act: Act, *, to: str) -> list[str]:
    """The offices that the report names: since the yes it may name the very one that would receive it."""
    card = content.card(conn, keyring, row.id, act.opener)
    if not card and content.is_locked(conn, row.id):
        raise Refused("case.locked")
    named = list(apart.known(row, card, apart.joined(conn, keyring, row.id, act.opener)))
    if to in named:
        raise Refused("consent.to")
    return named


def _said(conn: Connection, keyring: Keyring, agreed: Row[Any], act: Act) -> list[tuple[Row[Any], Mapping[str, Any]]]:
    """What its reporter had said when they were asked, oldest first, opened; to more they did not agree."""
    mine = (parts.c.report == agreed.report, parts.c.kind == "utterance", parts.c.sealed.is_not(None))
    rows = conn.execute(select(parts).where(*mine).order_by(parts.c.at, parts.c.id)).all()
    bodies = content.bodies(conn, keyring, rows, act.opener)
    if any(body is Shut.LOCKED for body in bodies.values()):
        raise Refused("case.locked")
    told = [(part, body) for part in rows if not isinstance(body := bodies[part.id], Shut)]
    return [(part, _still(body, part.at, agreed)) for part, body in told if part.id in agreed.stood]


def _still(body: Mapping[str, Any], clear_at: datetime, agreed: Row[Any]) -> Mapping[str, Any]:
    """A pin that moves is one part, which holds its last place: where it went after the question goes nowhere."""
    at = content.said_at(body, clear_at)
    moved = body.get("live") and (at > agreed.asked_at or at == hours.hour(at))
    return {**body, "point": None} if moved else body


def _understood(conn: Connection, keyring: Keyring, agreed: Row[Any], act: Act) -> dict[str, Any]:
    """What was understood of the report when they were asked."""
    its = (parts.c.report == agreed.report, parts.c.kind == "card", parts.c.sealed.is_not(None))
    rows = conn.execute(select(parts).where(*its).order_by(parts.c.at, parts.c.id)).all()
    stood = [row for row in rows if row.id in agreed.stood]
    opened = content.bodies(conn, keyring, stood, act.opener)
    return cards.together(body for row in stood if not isinstance(body := opened[row.id], Shut))


# ── The copy ─────────────────────────────────────────────────────────────────────────────────────────────────
def _filed(
    conn: Connection, keyring: Keyring, row: Row[Any], agreed: Row[Any], card: Mapping[str, Any], *, now: datetime
) -> _Copy:
    desk = Desk(agreed.desk)
    sealed = desk in SEALED_DESKS
    opened = hours.told(desk, now)
    people = recipients.standing(conn, keyring, agreed.office, desk, now)
    copy = _Copy(secrets.token_hex(16), agreed.office, desk, people, opened)
    place = (card.get("place") or {}).get("id")
    told = {} if sealed else {"category": card.get("category"), "place": place, "language": card.get("language")}
    conn.execute(
        insert(reports).values(
            id=copy.id,
            number=tickets.make_number("", secrets.token_bytes(8)),
            office=copy.office,
            desk=desk.value,
            urgency=card["urgency"],
            status=Status.NEW.value,
            reachable="no",
            sealed_once=sealed,
            shown_until=agreed.until_at,
            opened_at=opened,
            due_at=alerts.due_at(Urgency(card["urgency"]), opened),
            **told,
        )
    )
    conn.execute(
        insert(events).values(
            id=secrets.token_hex(16), report=copy.id, at=opened, kind="shared", data={"by": row.office}
        )
    )
    return copy


def _card(card: Mapping[str, Any], urgency: int, consent: str) -> tuple[str, Mapping[str, Any]]:
    """What is understood goes along with the words that it was understood from; without them only the urgency."""
    kept = ("category", "guesses", "language", "place", "landmark", "why", "minor", "sensitive")
    known = {name: card[name] for name in kept if name in card}
    bare = {"category": Category.OTHER.value, "guesses": [], "language": "", "why": [], "landmark": ""}
    return "card", {**bare, **known, "urgency": urgency, "channel": "", "shared": consent}


def _told(
    summary: str, said: Sequence[tuple[Row[Any], Mapping[str, Any]]], scope: Scope
) -> list[tuple[str, Mapping[str, Any]]]:
    """The summary first, then what was said; a pin only where all was agreed to."""
    plain: dict[str, Any] = {"point": None, "media": [], "edit": False}
    lines: list[tuple[str, Mapping[str, Any]]] = [("utterance", {**plain, "text": summary})] if summary else []
    for _, body in said:
        point = body.get("point") if scope is Scope.ALL else None
        kinds = body.get("media", []) if scope is Scope.ALL else []
        lines.append(("utterance", {"text": body.get("text", ""), "point": point, "media": kinds, "edit": False}))
    return lines


def _bare(conn: Connection, keyring: Keyring, kind: str, body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Once more without any code of sixteen digits: perhaps staff typed one into the summary."""
    words = {name: bearer.cut(conn, keyring, str(body[name])) for name in ("text", "landmark") if body.get(name)}
    return kind, {**body, **words}


def _write(
    conn: Connection, keyring: Keyring, copy: _Copy, lines: Sequence[tuple[str, Mapping[str, Any]]], *, now: datetime
) -> None:
    rows = [
        content.part_row(
            keyring,
            report=copy.id,
            kind=kind,
            body=body,
            at=now,
            clear_at=copy.opened_at + place * _STEP,
            people=copy.people,
        )
        for place, (kind, body) in enumerate(lines)
    ]
    content.add_rows(conn, rows)


def _bring_files(conn: Connection, keyring: Keyring, copy: _Copy, of: Sequence[str], act: Act) -> int:
    """Its files stand under the copy too, each with its key sealed for those who are there; the sealed file is one.

    What may not leave the desk (a video, a document: either may tell where it was made) stays; returns how many did.
    """
    kept_here = select(media).where(media.c.part.in_(of), media.c.state == "kept").order_by(media.c.id)
    every = conn.execute(kept_here).all()
    rows = [row for row in every if may_leave(state=row.state, stripped=bool(row.stripped))]
    if not rows:
        return len(every)
    keys = filekeys.opened(conn, keyring, rows, act.opener)
    if set(keys) != {row.id for row in rows}:
        raise Refused("case.locked")
    hung = select(parts.c.id).where(parts.c.report == copy.id, parts.c.kind == "utterance").order_by(parts.c.at)
    under = conn.execute(hung.limit(1)).scalar_one()
    kept = ("kind", "content_type", "size", "state", "path", "reason", "stripped", "attempts")
    for row in rows:
        medium = secrets.token_hex(16)
        at = filekeys.At(medium, under, copy.id)
        columns, seals = filekeys.sealed(keyring, at, keys[row.id], copy.people, now=act.now)
        same = {name: row._mapping[name] for name in kept}  # noqa: SLF001 - SQLAlchemy's public name for it
        conn.execute(insert(media).values(id=medium, part=under, **same, **columns))
        add(conn, Kind.MEDIUM, seals)
    return len(every) - len(rows)
