"""Parcels of the outbox: taken under a lease, sent once, due again, or given up. storage.outbox is their door."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, insert, or_, select, update

from bot.vocabulary import Channel, Reply, SendFailed, Sent
from storage import hours
from storage.encoding import dumps, reply_from_bytes
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered, seal, unseal
from storage.tables import contacts, events, outbox, reports

_O: Final = outbox.c
# Written out in the statement: a partial index serves only a condition that is there when the statement is planned.
_WAITING: Final = _O.state.in_(bindparam("waiting", ("pending", "sending"), expanding=True, literal_execute=True))
_FIRST_WAIT_S: Final = 2.0
_LONGEST_WAIT_S: Final = 3600.0
# What could not be sent for so long is no answer to anything any more; staff see that it never arrived.
GIVE_UP: Final = timedelta(hours=72)

WORDS: Final = ("reply", "answer")  # to a reporter
# Words to a reporter keep their order, and so do errands among them. An alert waits for no digest that is throttled.
_ERRANDS: Final = ("wipe", "leave")
_IN_ORDER: Final = (*WORDS, *_ERRANDS)
_NO_WORDS: Final = (Reply(""), "")

# Owner and attempts together are the fence: after the lease ran out another holds it under another number.
_HELD: Final = update(outbox).where(
    _O.id == bindparam("parcel"),
    _O.state == "sending",
    _O.owner == bindparam("by"),
    _O.attempts == bindparam("try"),
)
_LET_GO: Final = _HELD.values(owner=None, lease_until=None)
_SENT: Final = _LET_GO.values(state="sent", sealed=None, sent_at=bindparam("then"), carrier_ids=bindparam("ids"))
_DEAD: Final = _LET_GO.values(state="dead", sealed=None, reason=bindparam("why"))
_AGAIN: Final = _LET_GO.values(state="pending", due_at=bindparam("due"))


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to be sent, held by `owner` until its lease ends.

    kind: reply, answer, alert or digest; or an errand without words, "wipe" or "leave". report: what it is about, if
    that may be known. callback: the tap that it answers. attempts: this one included.
    """

    id: str
    kind: str
    contact: str
    channel: Channel
    report: str | None
    reply: Reply
    callback: str
    attempts: int
    owner: str
    created_at: datetime
    epoch: str


# ── Taking ───────────────────────────────────────────────────────────────────────────────────────────────────
def claim(
    conn: Connection, keyring: Keyring, *, owner: str, now: datetime, limit: int, lease: timedelta
) -> list[Parcel]:
    """Takes what is due and nobody holds, oldest first; of one reporter's parcels only the oldest.

    Who does not report back within the lease loses the parcel to the next. One that does not open is given up.
    """
    taken = conn.execute(
        update(outbox)
        .where(_O.id.in_(_due(now, limit)))
        .values(state="sending", owner=owner, lease_until=now + lease, attempts=_O.attempts + 1)
        .returning(outbox)
    ).all()
    parcels: list[Parcel] = []
    for row in sorted(taken, key=lambda row: (row.created_at, row.id)):
        try:
            parcels.append(_opened(keyring, row, owner))
        except (KeyGone, Tampered):
            conn.execute(_DEAD, {"parcel": row.id, "by": owner, "try": row.attempts, "why": "unreadable"})
    return parcels


def _due(now: datetime, limit: int) -> Any:
    earlier = outbox.alias()
    e = earlier.c
    waits_for_another = exists().where(
        _O.kind.in_(_IN_ORDER),
        e.contact == _O.contact,
        e.id != _O.id,
        e.kind.in_(_IN_ORDER),
        e.state.in_(("pending", "sending")),
        # One that may still be taken back (due later, never tried) holds up nothing.
        or_(e.due_at <= now, e.attempts > 0),
        or_(e.created_at < _O.created_at, and_(e.created_at == _O.created_at, e.id < _O.id)),
    )
    return (
        select(_O.id)
        .where(
            _WAITING,
            _O.due_at <= now,
            or_(_O.state == "pending", _O.lease_until < now),
            ~waits_for_another,
        )
        .order_by(_O.due_at, _O.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _opened(keyring: Keyring, row: Row[Any], owner: str) -> Parcel:
    reply, callback = _NO_WORDS
    if row.kind not in _ERRANDS:
        body = unseal(keyring.at(Domain.OUTBOX, row.epoch), row.sealed, outbox.name, "sealed", row.id, row.epoch)
        reply, callback = reply_from_bytes(body)
    return Parcel(
        id=row.id,
        kind=row.kind,
        contact=row.contact,
        channel=Channel(row.channel),
        report=row.report,
        reply=reply,
        callback=callback,
        attempts=row.attempts,
        owner=owner,
        created_at=row.created_at,
        epoch=row.epoch,
    )


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


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────
def sent(conn: Connection, keyring: Keyring, parcel: Parcel, sent: Sent, *, now: datetime) -> bool:
    """Notes that a carrier took it; the words go, the carrier's ids stay sealed for 48 hours (to delete by).

    False when the lease was lost: another may be sending it again, and nothing changed here.
    """
    ids = None
    if sent.ids:
        key = keyring.at(Domain.OUTBOX, parcel.epoch)
        ids = seal(key, dumps(list(sent.ids)), outbox.name, "carrier_ids", parcel.id, parcel.epoch)
    if conn.execute(_SENT, {**_fence(parcel), "then": now, "ids": ids}).rowcount != 1:
        return False
    if parcel.kind == "answer" and parcel.report is not None:
        note(conn, parcel.report, "sent", now)
    return True


def failed(conn: Connection, parcel: Parcel, failure: SendFailed, *, now: datetime, jitter: float) -> bool:
    """Notes that a carrier did not take it: due again, or given up. jitter: a random number in [0, 1).

    False when the lease was lost, and then nothing changed. (storage.delivery.failed also follows a moved address.)
    """
    if failure.moved_to is not None:
        return _again(conn, parcel, due_at=now)
    if failure.retryable and now - parcel.created_at < GIVE_UP:
        return _again(conn, parcel, due_at=now + timedelta(seconds=wait_s(parcel.attempts, failure, jitter)))
    reason = failure.reason[:40] if not failure.retryable else "expired"
    if conn.execute(_DEAD, {**_fence(parcel), "why": reason}).rowcount != 1:
        return False
    if failure.unreachable:
        conn.execute(update(contacts).where(contacts.c.id == parcel.contact).values(unreachable_at=now))
    if parcel.report is not None and parcel.kind in WORDS:
        reachable = "pull" if failure.reason == "muted" else "no"
        conn.execute(update(reports).where(reports.c.id == parcel.report).values(reachable=reachable))
        note(conn, parcel.report, "unreachable", now)
    return True


def wait_s(attempts: int, failure: SendFailed, jitter: float) -> float:
    """Seconds until the next try: up to 2 s, doubled at each attempt, to an hour; never before the carrier's wish.

    Full jitter: a thousand parcels that failed together do not come back together.
    """
    ceiling = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(attempts - 1, 20))
    return max(jitter * ceiling, failure.retry_after_s or 0.0)


def _again(conn: Connection, parcel: Parcel, *, due_at: datetime) -> bool:
    return conn.execute(_AGAIN, {**_fence(parcel), "due": due_at}).rowcount == 1


def _fence(parcel: Parcel) -> dict[str, Any]:
    return {"parcel": parcel.id, "by": parcel.owner, "try": parcel.attempts}


def note(conn: Connection, report: str, kind: str, now: datetime) -> None:
    """Adds an event to a report: what became of words that were sent to its reporter."""
    conn.execute(
        insert(events),
        {"id": secrets.token_hex(16), "report": report, "at": hours.when(conn, report, now)}
        | {"kind": kind, "actor": None, "data": {}},
    )
