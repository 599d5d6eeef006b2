"""Parcels of the outbox that somebody holds: sent once, due again, or given up. `outbox` is their door."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from bot.replies import UNREVEALING
from bot.vocabulary import Channel, Reply, SendFailed, Sent
from storage.encoding import dumps, reply_from_bytes
from storage.keys import Domain, KeyGone, Keyring
from storage.reporting import order
from storage.rows import wrap
from storage.sealing import Tampered, unseal
from storage.tables import contacts, events, outbox, reports
from storage.ties import parcel_told
from storage.words import hours

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
IN_ORDER: Final = (*WORDS, *_ERRANDS)
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
DEAD: Final = _LET_GO.values(state="dead", sealed=None, reason=bindparam("why"))
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


class Led(Tampered):
    """A parcel's row names another contact, report, channel or kind than it was put with."""


def opened(keyring: Keyring, row: Row[Any], owner: str) -> Parcel:
    """What a row of the outbox holds. Raises Led, and Tampered or KeyGone where its words do not open."""
    told = parcel_told(keyring, row)
    if told is None:
        raise Led
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
    if conn.execute(DEAD, {**_fence(parcel), "why": reason}).rowcount != 1:
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
    return conn.execute(DEAD, {**_fence(parcel), "why": reason}).rowcount == 1


def hold_back(conn: Connection, keyring: Keyring, *, contact: str, reason: str) -> None:
    """Gives up the replies that wait for somebody who is discreet, but those that reveal nothing.

    What staff wrote stays: whoever delivers it tells only that something waits.
    """
    waiting = and_(_O.contact == contact, _O.state == "pending", _O.kind == "reply")
    for row in conn.execute(select(outbox).where(waiting)).all():
        try:
            reply = opened(keyring, row, "").reply
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
