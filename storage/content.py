"""Seals what was said: each part of a report under a data key of its own."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

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
    author: str | None = None,
    inbound: int | None = None,
) -> str:
    """Adds words to a report and returns the part's id. kind: utterance, card, reply or note. body: JSON.

    inbound: the message that it was; a message that is a part already raises IntegrityError.
    """
    row = part_row(keyring, report=report, kind=kind, body=body, at=at) | {"author": author, "inbound": inbound}
    conn.execute(_INSERT, row)
    return str(row["id"])


def part_row(keyring: Keyring, *, report: str, kind: str, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A part not yet added: for several in one statement."""
    part = secrets.token_hex(16)
    sealed = seal_row(keyring, Domain.CONTENT, (parts.name, part), dumps(body), now=at)
    return {
        "id": part,
        "report": report,
        "kind": kind,
        "at": at,
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


def card(conn: Connection, keyring: Keyring, report: str) -> dict[str, Any]:
    """What the machine last understood of a report; {} when that is erased or does not open."""
    row = conn.execute(_LAST_CARD, {"of": report}).first()
    try:
        return {} if row is None else open_part(keyring, row)
    except (KeyGone, Tampered):
        return {}


def erase(conn: Connection, report: str) -> None:
    """Empties every part of a report: its data keys are gone, so nothing opens what was there."""
    conn.execute(_ERASE, {"of": report})
