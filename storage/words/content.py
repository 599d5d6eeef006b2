"""Seals what was said: each part of a report under a data key of its own.

That key is wrapped by the month's content key; at a desk that is sealed to people (storage.sealed.recipients) it is
sealed to each of them instead (storage.sealed.seals), and the part opens only with the key of one of them.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealed import recipients, roots, seals
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Recipient
from storage.sealed.seals import Kind
from storage.sealing import Tampered, new_key, seal, unseal
from storage.tables import parts, reports
from storage.words import cards, examples

LEFT: Final = "left"  # in a card: sealed to people, the report left an office that it names, and nobody there reads it
_INSERT: Final = insert(parts)
_SEALS: Final = "seals"  # beside a part's columns: the rows of its seals, not yet added
_ERASE: Final = update(parts).where(parts.c.report == bindparam("of")).values(sealed=None, wrapped=None, epoch=None)
_IDS: Final = select(parts.c.id).where(parts.c.report == bindparam("of"))
_PLACE: Final = select(reports.c.office, reports.c.desk).where(reports.c.id == bindparam("of"))
_CARDS: Final = (
    select(parts)
    .where(parts.c.report == bindparam("of"), parts.c.kind == "card", parts.c.sealed.is_not(None))
    .order_by(parts.c.at, parts.c.id)
)


class SealedAway(Exception):
    """It is sealed to people, and whoever asks gave no key of one of them."""


class Shut(Enum):
    """Why a part does not open: LOCKED: it is sealed to people, none of whom asks. LOST: nobody can open it."""

    LOCKED = "locked"
    LOST = "lost"


# ── Sealing ──────────────────────────────────────────────────────────────────────────────────────────────────
def people(conn: Connection, keyring: Keyring, report: str, now: datetime) -> tuple[Recipient, ...]:
    """To whom what is added to a report is sealed now; () under the month's key. Raises recipients.Unverified.

    Also where its words are sealed to people, its desk has none, and no card says that it left (LEFT): whoever writes
    another desk into its row does not read what comes next.
    """
    place = conn.execute(_PLACE, {"of": report}).first()
    to = () if place is None else recipients.standing(conn, keyring, place.office, place.desk, now)
    if to or not roots.are_there(keyring.folder) or not is_locked(conn, report):
        return to
    cards_there = bodies(conn, keyring, conn.execute(_CARDS, {"of": report}).all()).values()
    if not any(body.get(LEFT) for body in cards_there if not isinstance(body, Shut)):
        raise recipients.Unverified
    return to


def add_part(
    conn: Connection,
    keyring: Keyring,
    *,
    report: str,
    kind: str,
    body: Mapping[str, Any],
    at: datetime,
    clear_at: datetime | None = None,
    author: str | None = None,
    inbound: int | None = None,
) -> str:
    """Adds words to a report and returns the part's id. kind: utterance, card, reply or note. body: JSON.

    clear_at: the time that the row tells instead (storage.words.hours); the exact one is then sealed with the words.
    inbound: the message that it was; a message that is a part already raises IntegrityError. An answer at a desk that
    is sealed to people is sealed to the report's codes, too.
    """
    to = people(conn, keyring, report, at)
    row = part_row(keyring, report=report, kind=kind, body=body, at=at, clear_at=clear_at, people=to)
    row |= {"author": author, "inbound": inbound}
    key = row.pop("key")
    add_rows(conn, [row])
    if to and kind == "reply":
        seals.add_codes(conn, seals.to_codes(keyring, row["id"], key, seals.holders(conn, keyring, report), now=at))
    return str(row["id"])


def part_row(
    keyring: Keyring,
    *,
    report: str,
    kind: str,
    body: Mapping[str, Any],
    at: datetime,
    clear_at: datetime | None = None,
    people: Sequence[Recipient] = (),
) -> dict[str, Any]:
    """A part not yet added: for several in one statement. people: to whom it is sealed (`people`)."""
    part = secrets.token_hex(16)
    clear = at if clear_at is None else clear_at
    kept = body if clear == at else {**body, "at": at.isoformat()}
    return {
        "id": part,
        "report": report,
        "kind": kind,
        "at": clear,
        "author": None,
        "inbound": None,
        **sealed(keyring, (part, report), kept, people, now=at),
    }


def sealed(
    keyring: Keyring, place: tuple[str, str], body: Mapping[str, Any], people: Sequence[Recipient], *, now: datetime
) -> dict[str, Any]:
    """The sealed columns of a part, the rows of its seals, and its data key, which nobody keeps.

    place: the part's id and its report's: moved to another report by hand, it does not open.
    """
    (part, report), key, plain = place, new_key(), dumps(body)
    if not people:
        return {
            **seal_row(keyring, Domain.CONTENT, (parts.name, part), plain, now=now, within=report).columns(),
            _SEALS: (),
            "key": b"",
        }
    blob = seal(key, plain, parts.name, "sealed", part, report)
    rows = seals.to_people(keyring, Kind.PART, part, key, people, now=now)
    return {"sealed": blob, "wrapped": None, "epoch": None, _SEALS: rows, "key": key}


def add_rows(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds parts made by `part_row`."""
    conn.execute(_INSERT, [{name: row[name] for name in row if name not in (_SEALS, "key")} for row in rows])
    seals.add(conn, Kind.PART, [seal for row in rows for seal in row[_SEALS]])


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────────
def open_part(keyring: Keyring, row: Any, key: bytes | None = None) -> dict[str, Any]:
    """The body of a part. row: has id, report, sealed, wrapped, epoch. key: its data key, where it is sealed to people.

    Raises Tampered, KeyGone, KeyMissing, SealedAway.
    """
    if is_sealed_to_people(row):
        if key is None:
            raise SealedAway
        body: dict[str, Any] = loads(unseal(key, bytes(row.sealed), parts.name, "sealed", row.id, row.report))
        return body
    opened: dict[str, Any] = loads(open_row(keyring, Domain.CONTENT, (parts.name, row.id), row, within=row.report))
    return opened


def is_sealed_to_people(row: Any) -> bool:
    """Whether a row's data key is with people, and not wrapped by the month's key. False once it is erased."""
    return row.sealed is not None and row.wrapped is None


def bodies(
    conn: Connection, keyring: Keyring, rows: Iterable[Row[Any]], opener: Unlocked | None = None
) -> dict[str, dict[str, Any] | Shut]:
    """The bodies of parts that are not erased, by their ids; one that does not open hides no other."""
    there = [row for row in rows if row.sealed is not None]
    away = [row.id for row in there if is_sealed_to_people(row)]
    keys = seals.opened(conn, keyring, Kind.PART, away, opener)
    return {row.id: _body(keyring, row, keys.get(row.id)) for row in there}


def _body(keyring: Keyring, row: Row[Any], key: bytes | None) -> dict[str, Any] | Shut:
    try:
        return open_part(keyring, row, key)
    except SealedAway:
        return Shut.LOCKED
    except (KeyGone, Tampered):
        return Shut.LOST


def said_at(body: Mapping[str, Any], clear_at: datetime) -> datetime:
    """When it was said: the time sealed with it, or else the one that its row tells."""
    exact = body.get("at")
    return clear_at if exact is None else datetime.fromisoformat(str(exact))


def card(conn: Connection, keyring: Keyring, report: str, opener: Unlocked | None = None) -> dict[str, Any]:
    """What is understood of a report; {} when that is erased, does not open, or is sealed to others than `opener`."""
    rows = conn.execute(_CARDS, {"of": report}).all()
    opened = bodies(conn, keyring, rows, opener)
    return cards.together(body for row in rows if not isinstance(body := opened[row.id], Shut))


def is_locked(conn: Connection, report: str) -> bool:
    """Whether anything of a report is sealed to people."""
    away = (parts.c.report == report, parts.c.sealed.is_not(None), parts.c.wrapped.is_(None))
    return conn.execute(select(parts.c.id).where(*away).limit(1)).first() is not None


def erase(conn: Connection, report: str) -> None:
    """Empties every part of a report: its data keys are gone, so nothing opens what was there; what was learnt goes."""
    seals.remove(conn, Kind.PART, conn.execute(_IDS, {"of": report}).scalars())
    conn.execute(_ERASE, {"of": report})
    examples.forget(conn, report)
