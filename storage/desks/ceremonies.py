"""What people do together so that a desk can be sealed to them: the recovery key, a desk's founding, unlocking.

Joining and leaving are in `membership`. Each function is a step of a caller's transaction, run as the worker: the
console changes no list.
"""

import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, or_, select, update

from bot.vocabulary import SEALED_DESKS, Role
from storage import audit
from storage.casework import bringing
from storage.keys import Keyring
from storage.sealed import keypairs, paper, recipients, roots
from storage.sealed.keypairs import Unlocked, WrongHalf, WrongPhrase
from storage.sealed.recipients import Member, Refused, Row
from storage.tables import desks, grants, staff
from storage.tables import recipients as table

__all__ = [
    "Refused",
    "WrongHalf",
    "WrongPhrase",
    "hold",
    "keep_recovery",
    "make_recovery",
    "new_recovery",
    "ready",
    "recovered",
    "recovery",
    "seat",
    "unlock",
]

FEWEST: Final = 2  # founders of a desk
_R: Final = table.c


# ── The recovery key ─────────────────────────────────────────────────────────────────────────────────────────
def make_recovery(conn: Connection, keyring: Keyring, *, by: str, now: datetime) -> tuple[str, str]:
    """Makes the deployment's recovery key; returns its halves as two officers write them down, and keeps neither.

    by: who holds the ceremony, for the audit. Raises Refused.
    """
    key, halves = new_recovery()
    keep_recovery(conn, keyring, key=key, by=by, now=now)
    return halves


def new_recovery() -> tuple[Unlocked, tuple[str, str]]:
    """A recovery key that is kept nowhere yet, and its halves as two officers write them down."""
    seed = os.urandom(paper.HALF_BYTES)
    one, other = keypairs.split(seed)
    return keypairs.from_seed(secrets.token_hex(16), seed), (paper.written(1, one), paper.written(2, other))


def keep_recovery(conn: Connection, keyring: Keyring, *, key: Unlocked, by: str, now: datetime) -> None:
    """From now on this is the deployment's recovery key: sealed desks that are off are sealed to it alone.

    Of it only the public keys are kept. by: who holds the ceremony, for the audit. Refused when there is one.
    """
    if recovery(conn, keyring) is not None:
        raise Refused("recovery.made")
    roots.clear(keyring.folder, roots.RECOVERY)  # of a ceremony that did not end
    row = added(conn, key, office="", desk="", person=None, phrase=None, now=now)
    if not roots.place(keyring.folder, roots.RECOVERY, [recipients.digest(row)]):
        raise Refused("recovery.made")  # by another ceremony, this instant
    audit.write(conn, keyring, at=now, actor=by, action="recovery.make", subject=row.id)


def recovery(conn: Connection, keyring: Keyring) -> Member | None:
    """The recovery key's row, as far as it verifies."""
    found = recipients.members(conn, keyring, "", "")
    return next((each for each in found if each.staff is None), None)


def recovered(conn: Connection, keyring: Keyring, halves: Sequence[str], *, by: str, now: datetime) -> Unlocked:
    """The recovery key of the two halves as they were written down, in either order.

    by: who holds the ceremony, for the audit. Raises paper.Typo, WrongHalf.
    """
    known, read = recovery(conn, keyring), [paper.read(half) for half in halves]
    if known is None or sorted(which for which, _ in read) != [1, 2]:
        raise WrongHalf
    pair = keypairs.from_seed(known.id, keypairs.joined(*(half for _, half in read)))
    if (pair.public, pair.signing_public) != (known.public_key, known.signing_key):
        raise WrongHalf
    audit.write(conn, keyring, at=now, actor=by, action="recovery.open", subject=known.id)
    return pair


# ── Founding a desk ──────────────────────────────────────────────────────────────────────────────────────────
def ready(conn: Connection, keyring: Keyring, *, office: str, desk: str) -> str:
    """Why a desk cannot be switched on whoever founds it, as a key of `Refused`; "" where nothing is in the way.

    storage.desks.offering knows what else is wanting: founders' keys, and services to send somebody to.
    """
    if desk not in SEALED_DESKS:
        return "desk.kind"
    if _is_founded(conn, keyring, office, desk):
        return "desk.founded"
    if recovery(conn, keyring) is None:
        return "desk.recovery"
    return ""


def seat(
    conn: Connection, keyring: Keyring, place: tuple[str, str], *, rows: Sequence[Row], by: str, now: datetime
) -> tuple[str, ...]:
    """Names these rows, and no others, as a desk's founders. Whether they may be is the caller's to check."""
    office, desk = place
    root = roots.name(office, desk)
    roots.clear(keyring.folder, root)
    for recipient in roots.seated(keyring.folder, root):
        roots.unseat(keyring.folder, root, recipient)  # of a list that was lost
    here = (desks.c.office == office, desks.c.desk == desk)
    if conn.execute(update(desks).where(*here).values(sealed_at=now)).rowcount == 0:
        conn.execute(insert(desks).values(office=office, desk=desk, sealed_at=now))
    if not roots.place(keyring.folder, root, [recipients.digest(row) for row in rows]):
        raise Refused("desk.founded")  # by another ceremony, this instant
    bringing.desk(conn, keyring, place, by=by, now=now)
    ids = tuple(row.id for row in rows)
    data = {"office": office, "desk": desk, "recipients": list(ids)}
    audit.write(conn, keyring, at=now, actor=by, action="desk.found", data=data)
    return ids


def hold(conn: Connection, *places: tuple[str, str]) -> None:
    """Holds these desks' lists until the transaction ends: whoever changes one counts who stays only after the other.

    Where a desk has no row of its own yet, its root's file is what only one can write.
    """
    d = desks.c
    for office, desk in sorted(places):
        here = select(d.office).where(d.office == office, d.desk == desk)
        conn.execute(here.with_for_update(key_share=True)).all()


def _is_founded(conn: Connection, keyring: Keyring, office: str, desk: str) -> bool:
    """Whether a founding row stands. A root whose rows are not there is of a ceremony that was not committed."""
    named = roots.read(keyring.folder, roots.name(office, desk)) or frozenset()
    return any(recipients.digest(row) in named for row in recipients.rows_of(conn, office, desk) if row.desk)


def focal_point(conn: Connection, person: str, office: str, desk: str, now: datetime) -> None:
    """Refused where this person is not a focal point of the desk."""
    if person not in focal_points(conn, office, desk, now):
        raise Refused("desk.grant")


def focal_points(conn: Connection, office: str, desk: str, now: datetime) -> frozenset[str]:
    """Who works at a desk as its focal point now."""
    g = grants.c
    here = (g.office == office, g.desk == desk, g.role == Role.FOCAL_POINT.value, staff.c.active)
    runs = or_(g.until_at.is_(None), g.until_at > now)
    return frozenset(conn.execute(select(g.staff).join(staff, staff.c.id == g.staff).where(*here, runs)).scalars())


def added(
    conn: Connection,
    pair: Unlocked,
    *,
    office: str,
    desk: str,
    person: str | None,
    phrase: str | None,
    now: datetime,
    effective_at: datetime | None = None,
) -> Row:
    """Writes a row with these keys, which nobody has signed. phrase None: the private ones are not kept at all."""
    values: dict[str, Any] = {
        "id": pair.recipient,
        "office": office,
        "desk": desk,
        "staff": person,
        "public_key": pair.public,
        "signing_key": pair.signing_public,
        "added_at": now,
        "effective_at": effective_at or now,
    }
    sealed = None if phrase is None else keypairs.lock(pair, phrase)
    conn.execute(insert(table).values(**values, private_sealed=sealed))
    return Row(**values)


# ── Unlocking ────────────────────────────────────────────────────────────────────────────────────────────────
def unlock(conn: Connection, keyring: Keyring, *, staff: str, phrase: str, now: datetime) -> Unlocked:
    """A focal point's private keys. One phrase opens them for every desk whose list she is on with this pair.

    Takes some 200 ms for each pair that she has, so give it a reading connection. WrongPhrase when it opens none that
    stands on a list, and also when she has none.
    """
    hers = select(_R.id, _R.office, _R.desk, _R.private_sealed).where(_R.staff == staff, _R.private_sealed.is_not(None))
    tried: set[bytes] = set()
    for row in conn.execute(hers.order_by(_R.added_at, _R.id)).all():
        listed = recipients.members(conn, keyring, row.office, row.desk)
        mine = next((each for each in listed if each.id == row.id), None)
        if mine is None or not recipients.stands_at(mine, now) or mine.public_key in tried:
            continue
        tried.add(mine.public_key)
        try:
            return _genuine(keypairs.unlock(row.id, row.private_sealed, phrase), mine)
        except WrongPhrase:
            continue
    raise WrongPhrase


def _genuine(pair: Unlocked, member: Member) -> Unlocked:
    """A row whose private part somebody replaced opens with their phrase, and to nothing that was sealed to her."""
    if (pair.public, pair.signing_public) != (member.public_key, member.signing_key):
        raise WrongPhrase
    return pair
