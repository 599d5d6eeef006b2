"""Whom a sealed desk's words are sealed to: a list that stands by signatures, back to founders whom a file names.

A row of `recipients` counts when its digest is in the desk's root (`roots`), or when one who counts signed it, 72
hours before it takes effect. Whoever can only write SQL adds nobody, and takes nobody's removal back. The recovery key,
split between two officers, is on every list. Whoever is replaced stays until the newcomer's seat begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select

from bot.vocabulary import SEALED_DESKS
from storage.keys import Keyring
from storage.sealed import keypairs, roots
from storage.tables import desks, recipients

WAITS: Final = timedelta(hours=72)  # from a signature until it takes effect
_NOBODY: Final = ("", "")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_R: Final = recipients.c
_ROWS: Final = (
    select(
        _R.id,
        _R.office,
        _R.desk,
        _R.staff,
        _R.public_key,
        _R.signing_key,
        _R.signed_by,
        _R.signature,
        _R.added_at,
        _R.effective_at,
        _R.revoked_at,
        _R.revoked_by,
        _R.revocation,
    )
    .where(or_((_R.office == bindparam("office")) & (_R.desk == bindparam("desk")), _R.desk == ""))
    .order_by(_R.id)
)
_SEALED_AT: Final = select(desks.c.sealed_at).where(
    desks.c.office == bindparam("office"), desks.c.desk == bindparam("desk")
)


class Refused(Exception):
    """A step that is not to be done. key: why.

    desk.kind, desk.founded, desk.two, desk.recovery, desk.services, desk.grant, desk.few, recovery.made,
    recipient.gone, recipient.stands, recipient.fingerprint, recipient.not_standing, recipient.pending.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Unverified(Exception):
    """A desk is on, or a recovery key was made, but no row that names its people verifies: nothing is sealed or filed.

    Rather a message waits than is kept where the server can read it.
    """


@dataclass(frozen=True, slots=True)
class Recipient:
    """One whom data keys are sealed to. public_key: X25519, 32 bytes."""

    id: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a list that verifies. staff None: the recovery key.

    revoked: taken off for good. replaced_by: the recipient at whose seat's beginning, `ends_at`, this one goes.
    """

    id: str
    staff: str | None
    public_key: bytes
    signing_key: bytes
    signed_by: str | None
    effective_at: datetime
    revoked: bool
    ends_at: datetime | None = None
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What of a row of `recipients` a verification rests on."""

    id: str
    office: str
    desk: str
    staff: str | None
    public_key: bytes
    signing_key: bytes
    added_at: datetime
    effective_at: datetime
    signed_by: str | None = None
    signature: bytes | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revocation: bytes | None = None


def standing(conn: Connection, keyring: Keyring, office: str, desk: str, now: datetime) -> tuple[Recipient, ...]:
    """To whom a desk's words are sealed now: its people, and the recovery key, also while the desk is off.

    () at a desk that is not sealed to people, and where there is neither a list nor a recovery key. Raises Unverified,
    also where the row of a founder is gone or was changed: who deletes rows would leave the recovery key alone. So it
    does where one who was signed on has lost her seat and nobody took her off: another would read alone.
    """
    if desk not in SEALED_DESKS:
        return ()
    rows = rows_of(conn, office, desk)
    if not _named(keyring, office, desk) <= _digests(rows):
        raise Unverified
    found = _standing(keyring, rows, office, desk)
    if _vanished(keyring, rows, found, roots.name(office, desk)):
        raise Unverified
    if stands := tuple(Recipient(each.id, each.public_key) for each in found if stands_at(each, now)):
        return stands
    if _expected(conn, keyring, office, desk):
        raise Unverified
    return ()


def people(conn: Connection, keyring: Keyring, office: str, desk: str, now: datetime) -> tuple[Member, ...]:
    """The focal points on a desk's list whom its words are sealed to now: () while the desk is off."""
    found = members(conn, keyring, office, desk)
    return tuple(each for each in found if each.staff is not None and stands_at(each, now))


def members(conn: Connection, keyring: Keyring, office: str, desk: str) -> tuple[Member, ...]:
    """Every row of a list that verifies, the recovery key's too, by id: also those revoked or not yet in effect."""
    return _standing(keyring, rows_of(conn, office, desk), office, desk)


def vanished(conn: Connection, keyring: Keyring, office: str, desk: str) -> frozenset[str]:
    """Whose seats had begun and are not there, though nobody took them off: while there is one no list verifies."""
    rows = rows_of(conn, office, desk)
    return _vanished(keyring, rows, _standing(keyring, rows, office, desk), roots.name(office, desk))


def stands_at(member: Member, now: datetime) -> bool:
    """Whether words are sealed to this member now."""
    return member.effective_at <= now and not is_off(member, now)


def is_off(member: Member, now: datetime) -> bool:
    """Whether this member was taken off, or another has her seat."""
    return member.revoked or (member.ends_at is not None and member.ends_at <= now)


def rows_of(conn: Connection, office: str, desk: str) -> tuple[Row, ...]:
    """A desk's rows and the recovery key's, whether they verify or not, by id."""
    found = conn.execute(_ROWS, {"office": office, "desk": desk}).mappings()
    return tuple(Row(**{str(name): value for name, value in row.items()}) for row in found)


def _standing(keyring: Keyring, rows: tuple[Row, ...], office: str, desk: str) -> tuple[Member, ...]:
    if not rows:
        return ()
    recovery = roots.read(keyring.folder, roots.RECOVERY) or frozenset()
    root = roots.name(office, desk)
    gone = _Gone(
        tuple(roots.revoked(keyring.folder, root).items()), tuple(roots.replaced(keyring.folder, root).items())
    )
    return _verified(rows, _named(keyring, office, desk), recovery, gone)


def _vanished(keyring: Keyring, rows: tuple[Row, ...], found: tuple[Member, ...], root: str) -> frozenset[str]:
    seats = roots.seated(keyring.folder, root)
    if not seats:
        return frozenset()
    off, there = roots.revoked(keyring.folder, root), {each.id for each in found}
    sits = {row.id: invited(row) for row in rows if row.id in there}
    return frozenset(id for id, noted in seats.items() if id not in off and sits.get(id) not in noted)


def _named(keyring: Keyring, office: str, desk: str) -> frozenset[str]:
    """The digests of a desk's founders, also of those who were taken off since."""
    return roots.read(keyring.folder, roots.name(office, desk)) or frozenset()


def _expected(conn: Connection, keyring: Keyring, office: str, desk: str) -> bool:
    """Whether somebody ought to be on this list."""
    for root in (roots.name(office, desk), roots.RECOVERY):
        if roots.read(keyring.folder, root) is not None:
            return True
    return conn.execute(_SEALED_AT, {"office": office, "desk": desk}).scalar() is not None


# ── What verifies ────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class _Gone:
    """What files say of who goes: who is off, and who goes when whose seat begins; each with whom she had signed."""

    off: tuple[tuple[str, frozenset[str]], ...] = ()
    replaced: tuple[tuple[tuple[str, str], frozenset[str]], ...] = ()


# By content: nothing that a database or a folder could say later is taken from here.
@lru_cache(maxsize=256)
def _digests(rows: tuple[Row, ...]) -> frozenset[str]:
    return frozenset(digest(row) for row in rows)


@lru_cache(maxsize=256)
def _verified(
    rows: tuple[Row, ...],
    named: frozenset[str],
    recovery: frozenset[str],
    gone: _Gone,
) -> tuple[Member, ...]:
    taken_off = dict(gone.off)
    named_rows = {row.id: row for row in rows if digest(row) in (recovery if _is_recovery(row) else named)}
    # Who was taken off signs nobody else off afterwards: what she had signed before has a file of its own.
    for row in _signed_off(rows, {id: row for id, row in named_rows.items() if id not in taken_off}):
        taken_off.setdefault(row.id, frozenset())
    counted = _grown(rows, named_rows, taken_off)
    # A note counts while its newcomer does; from then on whoever goes brings nobody by her hand and an SQL statement.
    going = {
        lost: (counted[newcomer], stays)
        for (lost, newcomer), stays in gone.replaced
        if newcomer in counted and newcomer not in taken_off and lost not in taken_off
    }
    if going:
        counted = _grown(rows, named_rows, {lost: stays for lost, (_, stays) in going.items()} | taken_off)
    return tuple(_member(row, taken_off, going.get(row.id)) for row in rows if row.id in counted)


def _grown(rows: Sequence[Row], named: dict[str, Row], off: dict[str, frozenset[str]]) -> dict[str, Row]:
    """Those who are named, whom they signed, whom those signed, and so on."""
    counted, grew = dict(named), True
    while grew:
        more = [row for row in rows if row.id not in counted and _joins(row, counted, off)]
        counted |= {row.id: row for row in more}
        grew = bool(more)
    return counted


def _joins(row: Row, counted: dict[str, Row], off: dict[str, frozenset[str]]) -> bool:
    """Whether one who counts signed this row, in time, and was not taken off without its staying on being said."""
    by = counted.get(row.signed_by or "")
    if by is None or row.signature is None or _is_recovery(row):
        return False
    if by.id in off and row.id not in off[by.id]:
        return False
    begun = max(row.added_at, by.effective_at)
    return row.effective_at >= begun + WAITS and keypairs.signed(by.signing_key, row.signature, invitation(row))


def _signed_off(rows: Sequence[Row], counted: dict[str, Row]) -> list[Row]:
    """Those whose removal a founder or the recovery key signed: it holds also where its file is not there."""
    return [row for row in rows if _revoked(row, counted)]


def _revoked(row: Row, counted: dict[str, Row]) -> bool:
    by = counted.get(row.revoked_by or "")
    if by is None or row.revoked_at is None or row.revocation is None:
        return False
    return keypairs.signed(by.signing_key, row.revocation, removal(row.id, row.revoked_at, by.id))


def _is_recovery(row: Row) -> bool:
    return (row.office, row.desk) == _NOBODY


def _member(row: Row, off: dict[str, frozenset[str]], going: tuple[Row, frozenset[str]] | None) -> Member:
    return Member(
        id=row.id,
        staff=row.staff,
        public_key=row.public_key,
        signing_key=row.signing_key,
        signed_by=row.signed_by,
        effective_at=row.effective_at,
        revoked=row.id in off,
        ends_at=None if going is None else going[0].effective_at,
        replaced_by="" if going is None else going[0].id,
    )


# ── What is named and signed ─────────────────────────────────────────────────────────────────────────────────
def digest(row: Row) -> str:
    """Names a founding row and everything of it that its keys belong to: SHA-256, hex."""
    return sha256(_words("founding", *_who(row), _micros(row.added_at), _micros(row.effective_at))).hexdigest()


def invitation(row: Row) -> bytes:
    """What one signs who brings another onto the list."""
    times = (_micros(row.added_at), _micros(row.effective_at))
    return _words("invitation", *_who(row), *times, row.signed_by or "")


def invited(row: Row) -> str:
    """Names an invitation, beside the root of a list on which a seat began by it: SHA-256, hex."""
    return sha256(invitation(row)).hexdigest()


def removal(recipient: str, at: datetime, by: str) -> bytes:
    """What one signs who takes another off the list."""
    return _words("removal", recipient, _micros(at), by)


def _who(row: Row) -> tuple[str, ...]:
    return (row.id, row.office, row.desk, row.staff or "", row.public_key.hex(), row.signing_key.hex())


def _words(*said: Any) -> bytes:
    # Each word with its length before it, so that no two statements run together.
    words = [str(word).encode() for word in ("muntada recipient 1", *said)]
    return b"".join(len(word).to_bytes(2) + word for word in words)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
