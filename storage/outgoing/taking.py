"""Takes what is due out of the outbox, in whose order, and no more than carriers bear. `outbox` is the door."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from storage.keys import KeyGone, Keyring
from storage.outgoing import pacing
from storage.outgoing.parcels import DEAD, IN_ORDER, WAITING, WORDS, Led, Parcel, note, opened
from storage.sealing import Tampered
from storage.tables import contacts, outbox
from storage.words import suspicions

_O: Final = outbox.c
_EARLIER: Final = outbox.alias("earlier")
_NOW: Final = bindparam("now", type_=_O.due_at.type)
_WAITS_FOR_ANOTHER: Final = exists().where(
    _O.kind.in_(IN_ORDER),
    _EARLIER.c.contact == _O.contact,
    _EARLIER.c.id != _O.id,
    _EARLIER.c.kind.in_(IN_ORDER),
    _EARLIER.c.state.in_(("pending", "sending")),
    # One that may still be taken back (due later, never tried) holds up nothing.
    or_(_EARLIER.c.due_at <= _NOW, _EARLIER.c.attempts > 0),
    or_(
        _EARLIER.c.created_at < _O.created_at,
        and_(_EARLIER.c.created_at == _O.created_at, _EARLIER.c.id < _O.id),
    ),
)
_DUE: Final = (
    select(_O.id, _O.contact, contacts.c.carrier, contacts.c.next_at)
    .join(contacts, contacts.c.id == _O.contact)
    .where(
        WAITING,
        _O.due_at <= _NOW,
        or_(_O.state == "pending", _O.lease_until < _NOW),
        or_(contacts.c.next_at.is_(None), contacts.c.next_at <= _NOW),
        contacts.c.carrier.not_in(bindparam("empty", expanding=True)),
        ~_WAITS_FOR_ANOTHER,
    )
    .order_by(_O.due_at, _O.created_at)
    .limit(bindparam("most"))
    # Whoever settles this reporter holds the contact too: theirs is taken next time, and nobody waits in a ring.
    .with_for_update(skip_locked=True, key_share=True, of=(outbox, contacts))
)
# Where a carrier may soon be short of room, those on duty come first and digests last.
_BY_RANK: Final = (
    _DUE.where(_O.kind == "alert"),
    _DUE.where(_O.kind.not_in(("alert", "digest"))),
    _DUE.where(_O.kind == "digest"),
)
_TAKE: Final = (
    update(outbox)
    .where(_O.id.in_(bindparam("chosen", expanding=True)))
    .values(state="sending", owner=bindparam("by"), lease_until=bindparam("until"), attempts=_O.attempts + 1)
    .returning(outbox)
)


def claim(
    conn: Connection, keyring: Keyring, *, owner: str, now: datetime, limit: int, lease: timedelta
) -> list[Parcel]:
    """Takes what is due and nobody holds, oldest first; of one reporter's parcels only the oldest.

    No more than carriers and chats bear now (`pacing`). Who does not report back within the lease loses the
    parcel to the next. One that does not open is given up.
    """
    chosen = _chosen(conn, now, limit)
    if not chosen:
        return []
    taken = conn.execute(_TAKE, {"chosen": chosen, "by": owner, "until": now + lease}).all()
    parcels: list[Parcel] = []
    for row in sorted(taken, key=lambda row: (row.created_at, row.id)):
        try:
            parcels.append(opened(keyring, row, owner))
        except Led:
            conn.execute(DEAD, {"parcel": row.id, "by": owner, "try": row.attempts, "why": "tampered"})
            if row.report is not None:
                suspicions.note(conn, keyring, row.report, suspicions.Changed.PARCEL, now=now)
        except (KeyGone, Tampered):
            conn.execute(DEAD, {"parcel": row.id, "by": owner, "try": row.attempts, "why": "unreadable"})
            if row.report is not None and row.kind in WORDS:
                note(conn, row.report, "undelivered", now)
    return parcels


def _chosen(conn: Connection, now: datetime, limit: int) -> list[str]:
    purse = pacing.purse(conn, now)
    asked = {"now": now, "empty": purse.empty()}
    chosen: list[str] = []
    for due in _BY_RANK if purse.short(2 * limit) else (_DUE,):
        rows = conn.execute(due, {**asked, "most": limit - len(chosen)}).all() if len(chosen) < limit else ()
        chosen += [row.id for row in rows if purse.take(carrier=row.carrier, chat=row.contact, next_at=row.next_at)]
    purse.pay(conn)
    return chosen


def release(conn: Connection, *, now: datetime) -> int:
    """At the start of SQLite's only process: whoever held a parcel is dead, so it is due at once. Returns how many.

    On PostgreSQL nothing: there other processes live, and a dead one's leases run out by themselves.
    """
    if conn.dialect.name == "postgresql":
        return 0
    held = _O.state == "sending"
    return conn.execute(
        update(outbox).where(held).values(state="pending", owner=None, lease_until=None, due_at=now)
    ).rowcount


def hurry(conn: Connection, parcel: Parcel, *, now: datetime) -> None:
    """What failed at this parcel's carrier is due at once: it arrived where it had failed before, so they are back.

    Pacing keeps them from going out all together.
    """
    there = select(contacts.c.carrier).where(contacts.c.id == parcel.contact).scalar_subquery()
    failed_there = (
        select(_O.id)
        .join(contacts, contacts.c.id == _O.contact)
        .where(_O.state == "pending", _O.attempts > 0, _O.due_at > now, contacts.c.carrier == there)
        .with_for_update(skip_locked=True, of=outbox)
    )
    conn.execute(update(outbox).where(_O.id.in_(failed_there)).values(due_at=now))
