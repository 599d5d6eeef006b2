"""What only the delivering worker does to the outbox: it may know addresses, so it lives apart from `outbox`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.vocabulary import Channel, SendFailed, Sent
from storage import contacts
from storage.keys import Keyring
from storage.outgoing import outbox, pacing, receipts
from storage.outgoing.outbox import Parcel
from storage.reporting import order, reach, traces
from storage.reporting.traces import Trace
from storage.tables import contacts as contact_rows
from storage.tables import outbox as rows
from storage.ties import parcel_told


def is_hidden(conn: Connection, keyring: Keyring, parcel: Parcel) -> bool:
    """Whether an answer may only say that something waits: so its reporter wished, maybe since it was claimed.

    What is tied to this phone no longer says no more either.
    """
    row = conn.execute(select(rows).where(rows.c.id == parcel.id)).first()
    told = None if row is None or row.contact != parcel.contact else parcel_told(keyring, row)
    return told is None or told.hidden


def sent(conn: Connection, keyring: Keyring, parcel: Parcel, sent: Sent, *, carrier: str, now: datetime) -> bool:
    """As `outbox.sent`; remembers the carrier's names for it: to delete it by, or to know its receipts by.

    carrier: who will tell what becomes of it; "" where nobody does.
    """
    if not outbox.sent(conn, keyring, parcel, sent, now=now):
        return False
    match parcel.channel:
        case Channel.TELEGRAM:
            traces.ours(conn, keyring, contact=parcel.contact, ids=sent.ids, report=parcel.report, now=now)
        case Channel.SMS if carrier:
            receipts.expect(conn, keyring, parcel=parcel.id, carrier=carrier, ids=sent.ids)
        case Channel.SMS | Channel.WEB | Channel.CONSOLE | Channel.WEBHOOK:
            pass
    return True


def wiped(conn: Connection, keyring: Keyring, parcel: Parcel, gone: Sequence[Trace], *, now: datetime) -> bool:
    """Notes that these messages are deleted at the carrier, as far as it could, and forgets their names."""
    if not outbox.sent(conn, keyring, parcel, Sent(), now=now):
        return False
    traces.forget(conn, gone)
    return True


def left(conn: Connection, keyring: Keyring, parcel: Parcel, *, now: datetime) -> bool:
    """Notes that we are out of a group: nothing can be sent there any more."""
    _lock(conn, parcel)
    if not outbox.sent(conn, keyring, parcel, Sent(), now=now):
        return False
    conn.execute(update(contact_rows).where(contact_rows.c.id == parcel.contact).values(unreachable_at=now))
    _lost(conn, keyring, parcel, "left")
    return True


def failed(
    conn: Connection, keyring: Keyring, parcel: Parcel, failure: SendFailed, *, now: datetime, jitter: float
) -> bool:
    """As storage.outgoing.outbox.failed; an address that moved is followed first, and the parcel is due there at once.

    A carrier's wish for a pause holds for the whole chat (`pacing`). Where nothing arrives any more, nothing that
    waits is tried, and staff of all this reporter's cases see it.
    """
    _lock(conn, parcel)
    if not outbox.failed(conn, parcel, failure, now=now, jitter=jitter):
        return False
    if failure.moved_to is not None:
        contacts.move(conn, keyring, parcel.contact, failure.moved_to, now=now)
    elif failure.reason == "throttled" and failure.retry_after_s:
        pacing.throttled(conn, chat=parcel.contact, wait_s=failure.retry_after_s, now=now)
    elif failure.unreachable:
        _lost(conn, keyring, parcel, failure.reason)
    return True


def _lock(conn: Connection, parcel: Parcel) -> None:
    order.lock(conn, contacts=(parcel.contact,), reports=() if parcel.report is None else (parcel.report,))


def _lost(conn: Connection, keyring: Keyring, parcel: Parcel, reason: str) -> None:
    outbox.drop(conn, contact=parcel.contact, reason=reason[:40])
    reachable = "pull" if reason in outbox.WANTS_SILENCE else "no"
    reach.lost(conn, keyring, parcel.contact, reachable)
