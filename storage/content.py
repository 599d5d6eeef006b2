"""Seals what was said: each part of a report under a data key of its own."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from storage import examples
from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealing import Tampered
from storage.tables import parts

_INSERT: Final = insert(parts)
_ERASE: Final = update(parts).where(parts.c.report == bindparam("of")).values(sealed=None, wrapped=None, epoch=None)
_LAST_CARD: Final = (
    select(parts)
    .where(parts.c.report == bindparam("of"), parts.c.kind == "card", parts.c.sealed.is_not(None))
    .order_by(parts.c.at.desc(), parts.c.id)
    .limit(1)
)


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

    clear_at: the time that the row tells instead (storage.hours); the exact one is then sealed with the words.
    inbound: the message that it was; a message that is a part already raises IntegrityError.
    """
    row = part_row(keyring, report=report, kind=kind, body=body, at=at, clear_at=clear_at)
    row |= {"author": author, "inbound": inbound}
    conn.execute(_INSERT, row)
    return str(row["id"])


def part_row(
    keyring: Keyring,
    *,
    report: str,
    kind: str,
    body: Mapping[str, Any],
    at: datetime,
    clear_at: datetime | None = None,
) -> dict[str, Any]:
    """A part not yet added: for several in one statement."""
    part = secrets.token_hex(16)
    clear = at if clear_at is None else clear_at
    kept = body if clear == at else {**body, "at": at.isoformat()}
    sealed = seal_row(keyring, Domain.CONTENT, (parts.name, part), dumps(kept), now=at)
    return {
        "id": part,
        "report": report,
        "kind": kind,
        "at": clear,
        "author": None,
        "inbound": None,
        **sealed.columns(),
    }


def add_rows(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds parts made by `part_row`."""
    conn.execute(_INSERT, rows)


def open_part(keyring: Keyring, row: Any) -> dict[str, Any]:
    """The body of a part. row: has id, sealed, wrapped, epoch. Raises Tampered, KeyGone, KeyMissing."""
    body: dict[str, Any] = loads(open_row(keyring, Domain.CONTENT, (parts.name, row.id), row))
    return body


def said_at(body: Mapping[str, Any], clear_at: datetime) -> datetime:
    """When it was said: the time sealed with it, or else the one that its row tells."""
    exact = body.get("at")
    return clear_at if exact is None else datetime.fromisoformat(str(exact))


def sealed_again(keyring: Keyring, row: Any, *, now: datetime) -> dict[str, Any]:
    """The columns of a part whose row's time is about to be hidden; none when it is erased or does not open."""
    if row.sealed is None:
        return {}
    try:
        body = open_part(keyring, row)
    except (KeyGone, Tampered):
        return {}
    kept = {**body, "at": said_at(body, row.at).isoformat()}
    return seal_row(keyring, Domain.CONTENT, (parts.name, row.id), dumps(kept), now=now).columns()


def card(conn: Connection, keyring: Keyring, report: str) -> dict[str, Any]:
    """What the machine last understood of a report; {} when that is erased or does not open."""
    row = conn.execute(_LAST_CARD, {"of": report}).first()
    try:
        return {} if row is None else open_part(keyring, row)
    except (KeyGone, Tampered):
        return {}


def erase(conn: Connection, report: str) -> None:
    """Empties every part of a report: its data keys are gone, so nothing opens what was there; what was learnt goes."""
    conn.execute(_ERASE, {"of": report})
    examples.forget(conn, report)
