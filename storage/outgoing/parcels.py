"""Parcels of the outbox: taken under a lease, sent once, due again, or given up. `outbox` is their door."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, insert, or_, select, update

from bot.replies import UNREVEALING
from bot.vocabulary import Channel, Reply, SendFailed, Sent
from storage.encoding import dumps, reply_from_bytes
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import pacing
from storage.reporting import order
from storage.rows import wrap
from storage.sealing import Tampered, unseal
from storage.tables import contacts, events, outbox, reports
from storage.ties import parcel_told
from storage.words import hours, suspicions

_O: Final = outbox.c
# Written out in the statement: a partial index serves only a condition that is there when the statement is planned.
WAITING: Final = _O.state.in_(bindparam("waiting", ("pending", "sending"), expanding=True, literal_execute=True))
_FIRST_WAIT_S: Final = 2.0
_LONGEST_WAIT_S: Final = 3600.0
# A carrier that is away says nothing of the parcel: for about half an hour somebody knocks every minute.
_AWAY: Final = frozenset({"network", "carrier_down"})
_LONGEST_KNOCK_S: Final = 60.0
_KNOCKS: Final = 60
# What could not be sent for so long is no answer to anything any more; staff see that it never arrived. Until then it
# is tried, also after a silence in which it may have been taken: an internet that is cut off for a day looks the same.
GIVE_UP: Final = timedelta(hours=72)
# Whoever asked the carrier, or us, for silence: an answer waits for their code.
WANTS_SILENCE: Final = frozenset({"stopped", "muted"})

WORDS: Final = ("reply", "answer")  # to a reporter
ANSWER: Final = "answer"  # the reply that carries what staff wrote
# Words to a reporter keep their order, and so do errands among them. An alert waits for no digest that is throttled.
_ERRANDS: Final = ("wipe", "unsay", "leave")
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
_SENT: Final = _LET_GO.values(
    state="sent", sealed=None, sent_at=bindparam("then"), carrier_ids=bindparam("ids"), epoch=bindparam("in_epoch")
)
_DEAD: Final = _LET_GO.values(state="dead", sealed=None, reason=bindparam("why"))
_AGAIN: Final = _LET_GO.values(state="pending", due_at=bindparam("due"))


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to be sent, held by `owner` until its lease ends.

    kind: reply, answer, alert or digest; or an errand without words: "wipe", "unsay" (only what they wrote) or "leave".
    report: what it is about, if that may be known. callback: the tap that it answers. hidden: an answer whose reporter
    is told only that something waits. attempts: this one included.
    """

    id: str
    kind: str
    contact: str
    channel: Channel
    report: str | None
    reply: Reply
    callback: str
    hidden: bool
    attempts: int
    owner: str
    created_at: datetime
    epoch: str


# ── Taking ───────────────────────────────────────────────────────────────────────────────────────────────────
_EARLIER: Final = outbox.alias("earlier")
_NOW: Final = bindparam("now", type_=_O.due_at.type)
_WAITS_FOR_ANOTHER: Final = exists().where(
    _O.kind.in_(_IN_ORDER),
    _EARLIER.c.contact == _O.contact,
    _EARLIER.c.id != _O.id,
    _EARLIER.c.kind.in_(_IN_ORDER),
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
            parcels.append(_opened(keyring, row, owner))
        except _Led:
            conn.execute(_DEAD, {"parcel": row.id, "by": owner, "try": row.attempts, "why": "tampered"})
            if row.report is not None:
                suspicions.note(conn, keyring, row.report, suspicions.Changed.PARCEL, now=now)
        except (KeyGone, Tampered):
            conn.execute(_DEAD, {"parcel": row.id, "by": owner, "try": row.attempts, "why": "unreadable"})
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


class _Led(Tampered):
    """A parcel's row names another contact, report, channel or kind than it was put with."""


def _opened(keyring: Keyring, row: Row[Any], owner: str) -> Parcel:
    told = parcel_told(keyring, row)
    if told is None:
        raise _Led
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
        hidden=told.hidden,
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
    """Notes that a carrier took it; the words go. The ids of an SMS stay sealed for 48 hours, to redact it by.

    False when the lease was lost: another may be sending it again, and nothing changed here.
    """
    ids, epoch = None, parcel.epoch
    if sent.ids and parcel.channel is Channel.SMS:
        # By the key of the day, which holds for as long as they do: the one that the body was under goes before.
        place = (outbox.name, "carrier_ids", parcel.id)
        wrapped = wrap(keyring, Domain.INTAKE, place, dumps(list(sent.ids)), now=now)
        ids, epoch = wrapped.blob, wrapped.epoch
    answered = parcel.report if parcel.kind == ANSWER else None
    if answered is not None:
        order.stays(conn, answered)
    if conn.execute(_SENT, {**_fence(parcel), "then": now, "ids": ids, "in_epoch": epoch}).rowcount != 1:
        return False
    if answered is not None:
        note(conn, answered, "sent", now)
    return True


def failed(conn: Connection, parcel: Parcel, failure: SendFailed, *, now: datetime, jitter: float) -> bool:
    """Notes that a carrier did not take it: due again, or given up. jitter: a random number in [0, 1).

    False when the lease was lost, and then nothing changed. (`delivery.failed` also follows a moved address.)
    """
    if failure.moved_to is not None:
        return _again(conn, parcel, due_at=now)
    if failure.retryable and now - parcel.created_at < GIVE_UP:
        return _again(conn, parcel, due_at=now + timedelta(seconds=wait_s(parcel.attempts, failure, jitter)))
    reason = failure.reason[:40] if not failure.retryable else "expired"
    if conn.execute(_DEAD, {**_fence(parcel), "why": reason}).rowcount != 1:
        return False
    if failure.unreachable:
        _lose(conn, parcel, now)
    if parcel.report is not None and parcel.kind in WORDS:
        _tell_staff(conn, parcel, parcel.report, failure, now=now)
    return True


def _tell_staff(conn: Connection, parcel: Parcel, report: str, failure: SendFailed, *, now: datetime) -> None:
    """Shows at a report that these words did not arrive. What waits for its reporter already stays so ("pull").

    One reply of ours that a carrier dislikes says nothing of the next: only an answer, or a place that is gone, does.
    """
    silent = failure.reason in WANTS_SILENCE
    if not (silent or failure.unreachable or parcel.kind == ANSWER):
        note(conn, report, "undelivered", now)
        return
    if not silent:
        _lose(conn, parcel, now)
    told = update(reports).where(reports.c.id == report, reports.c.reachable.in_(("yes", "nudge")))
    conn.execute(told.values(reachable="pull" if silent else "no"))
    note(conn, report, "unreachable", now)


def _lose(conn: Connection, parcel: Parcel, now: datetime) -> None:
    """Until they write again (storage.reporting.reporters.meet)."""
    conn.execute(update(contacts).where(contacts.c.id == parcel.contact).values(unreachable_at=now))


def withheld(conn: Connection, parcel: Parcel, *, reason: str) -> bool:
    """Ends a parcel whose words may not be shown; it tells nothing of whether its reporter is reached.

    False when the lease was lost.
    """
    return conn.execute(_DEAD, {**_fence(parcel), "why": reason}).rowcount == 1


def hold_back(conn: Connection, keyring: Keyring, *, contact: str, reason: str) -> None:
    """Gives up the replies that wait for somebody who is discreet, but those that reveal nothing.

    What staff wrote stays: whoever delivers it tells only that something waits.
    """
    waiting = and_(_O.contact == contact, _O.state == "pending", _O.kind == "reply")
    for row in conn.execute(select(outbox).where(waiting)).all():
        try:
            reply = _opened(keyring, row, "").reply
        except (KeyGone, Tampered):
            continue  # whoever takes it gives it up
        if reply.key not in UNREVEALING and reply.key != ANSWER:
            conn.execute(
                update(outbox).where(waiting, _O.id == row.id).values(state="dead", reason=reason, sealed=None)
            )


def wait_s(attempts: int, failure: SendFailed, jitter: float) -> float:
    """Seconds until the next try: up to 2 s, doubled at each attempt, to an hour; never before the carrier's wish.

    While the carrier itself is away, at most a minute, 60 times. Full jitter: a thousand parcels that failed together
    do not come back together.
    """
    longest = _LONGEST_KNOCK_S if failure.reason in _AWAY and attempts <= _KNOCKS else _LONGEST_WAIT_S
    ceiling = min(longest, _FIRST_WAIT_S * 2.0 ** min(attempts - 1, 20))
    return max(jitter * ceiling, failure.retry_after_s or 0.0)


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
