"""The twenty letters that name a focal point's key: told from the key itself, never from what a row says of it.

Whoever writes to the database can put another key in place of hers while it waits. She notices only where her letters
come from what nobody but her opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from storage import audit
from storage.desks import offering
from storage.keys import Keyring
from storage.sealed import keypairs
from storage.sealed.keypairs import Unlocked, WrongPhrase
from storage.tables import recipients as table


class Changed(Exception):
    """A row of hers names another key than the one that her pass phrase opens: it is not to be signed."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A row that waits to be signed. public, signing_public: what it says its keys are; locked: what she opens."""

    id: str
    public: bytes
    signing_public: bytes
    locked: bytes = field(repr=False)


def of(pair: Unlocked) -> str:
    """The letters of an open key."""
    return keypairs.fingerprint(pair.public, pair.signing_public)


def waiting(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> tuple[Waits, ...]:
    """Her rows that wait, at whatever desk."""
    ids = [id for id, _ in offering.own(conn, keyring, person=person, now=now).waiting]
    r = table.c
    found = conn.execute(
        select(r.id, r.public_key, r.signing_key, r.private_sealed).where(r.id.in_(ids)).order_by(r.added_at, r.id)
    )
    return tuple(Waits(row.id, row.public_key, row.signing_key, row.private_sealed) for row in found)


def told(rows: Sequence[Waits], phrase: str) -> str:
    """The letters of the key that her phrase opens, the same at all her desks; some 200 ms a row.

    Raises WrongPhrase where it opens none, and Changed where a row does not hold the key that it opens: one person has
    one key under one phrase, so a row that stays shut beside another that opens was changed as well.
    """
    opened = [_opened(row, phrase) for row in rows]
    if not any(opened):
        raise WrongPhrase
    letters = {of(pair) for pair in opened if pair is not None}
    if None in opened or letters != {keypairs.fingerprint(row.public, row.signing_public) for row in rows}:
        raise Changed
    return letters.pop()


def _opened(row: Waits, phrase: str) -> Unlocked | None:
    try:
        return keypairs.unlock(row.id, row.locked, phrase)
    except WrongPhrase:
        return None


def note_changed(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> None:
    """Writes down that she found a row of hers changed."""
    audit.write(conn, keyring, at=now, actor=person, action="recipient.changed", subject=person)
