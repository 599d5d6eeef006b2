"""What is to be said, until it is said: due, taken under a lease, sent once or given up.

It knows contacts by id only and opens no address, so that the console can put an answer here without any way to learn
whom it goes to. Whoever delivers looks at storage.outgoing.delivery too. A parcel is tied to its contact and its report
(storage.ties): whoever leads it elsewhere by SQL has it given up unsent.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, literal, select, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.vocabulary import Channel, Delivery, Reply
from storage import ties
from storage.database import sql
from storage.encoding import reply_to_bytes
from storage.keys import Domain, Keyring
from storage.outgoing.parcels import (
    ANSWER,
    GIVE_UP,
    WANTS_SILENCE,
    WORDS,
    Parcel,
    claim,
    failed,
    hold_back,
    hurry,
    release,
    sent,
    wait_s,
    withheld,
)
from storage.sealed import seals
from storage.sealing import seal
from storage.tables import contacts, outbox, parts, report_contacts

__all__ = [
    "ANSWER",
    "GIVE_UP",
    "WANTS_SILENCE",
    "Arrival",
    "Parcel",
    "claim",
    "deliveries",
    "drop",
    "failed",
    "hold_back",
    "hurry",
    "parcel_body",
    "put",
    "put_answer",
    "put_errand",
    "release",
    "sent",
    "wait_s",
    "withdraw",
    "withheld",
]


class Arrival(StrEnum):
    """How far an answer has come. WAITING: not sent yet. SENT: its carrier took it, and may never tell more.

    UNDELIVERED: it could not be handed to the telephone. NOT_SENT: it was given up here. That it was read is not told.
    """

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NOT_SENT = "not_sent"


_O: Final = outbox.c
_MICROSECOND: Final = timedelta(microseconds=1)
_ANSWER: Final = (
    sqlite_insert(outbox)
    .from_select(
        [
            "id",
            "once",
            "kind",
            "report",
            "contact",
            "channel",
            "tie",
            "bound",
            "sealed",
            "epoch",
            "created_at",
            "due_at",
            "state",
            "attempts",
        ],
        select(
            bindparam("parcel", type_=_O.id.type),
            bindparam("parcel_once", type_=_O.once.type),
            literal("answer"),
            report_contacts.c.report,
            contacts.c.id,
            contacts.c.channel,
            report_contacts.c.tie,
            bindparam("bound_by", type_=_O.bound.type),
            bindparam("body", type_=_O.sealed.type),
            bindparam("body_epoch", type_=_O.epoch.type),
            bindparam("made", type_=_O.created_at.type),
            bindparam("due", type_=_O.due_at.type),
            literal("pending"),
            literal(0),
        )
        .join_from(report_contacts, contacts, contacts.c.id == report_contacts.c.contact)
        .where(report_contacts.c.report == bindparam("about", type_=_O.report.type)),
    )
    .on_conflict_do_nothing()
)
# The console may not read report_contacts; this function may, and tells only whether there was anyone.
_ANSWER_WALLED: Final = text(
    "SELECT muntada_answer(:parcel, :parcel_once, :about, :bound_by, :body, :body_epoch, :made, :due)"
).bindparams(bindparam("made", type_=_O.created_at.type), bindparam("due", type_=_O.due_at.type))
# As above, for whatever the console shows of how its answers fare.
_DELIVERIES_WALLED: Final = text("SELECT part, state, reason, delivery FROM muntada_deliveries(:about)")
_DELIVERIES: Final = select(func.substr(_O.once, 8).label("part"), _O.state, _O.reason, _O.delivery).where(
    _O.report == bindparam("about"), _O.kind == "answer"
)
# As above: the console may neither see the outbox nor change a part.
_WITHDRAW_WALLED: Final = text("SELECT muntada_withdraw(:part)")


def put(
    conn: Connection,
    keyring: Keyring,
    *,
    once: str,
    kind: str,
    contact: str,
    channel: Channel,
    reply: Reply,
    report: str | None = None,
    callback: str = "",
    due_at: datetime,
    now: datetime,
) -> None:
    """Queues words. kind: reply, answer, alert or digest. A `once` (at most 80 characters) is queued once for ever."""
    to = {"kind": kind, "channel": channel.value, "contact": contact, "report": report}
    body = parcel_body(keyring, reply, callback, to=to, now=now)
    row = {"once": once, **to}
    conn.execute(sql.insert_unless_there(conn, outbox), {**row, **body, "created_at": now, "due_at": due_at})


def put_errand(
    conn: Connection,
    keyring: Keyring,
    *,
    once: str,
    kind: str,
    contact: str,
    channel: Channel,
    now: datetime,
    wait: timedelta = timedelta(),
) -> None:
    """Queues something to be done in a chat without words: "wipe", "unsay" or "leave".

    Due now, before words queued now; or after a while, and then it holds up nothing.
    """
    row = {"once": once, "kind": kind, "contact": contact, "channel": channel.value, "report": None}
    errand = secrets.token_hex(16)
    tie = ties.parcel(keyring, errand, kind, channel=channel.value, contact=contact, report=None)
    body = {"id": errand, "tie": tie, "sealed": None, "epoch": keyring.current(Domain.OUTBOX, now).epoch}
    times = {"state": "pending", "attempts": 0, "created_at": now - _MICROSECOND, "due_at": now + wait}
    conn.execute(sql.insert_unless_there(conn, outbox), {**row, **body, **times})


def parcel_body(
    keyring: Keyring, reply: Reply, callback: str, *, to: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The columns of a parcel that its words decide, its id, its tie and its first state.

    to: its columns kind, channel, contact and report, to which it is tied: led elsewhere, it is never sent.
    """
    parcel, key = secrets.token_hex(16), keyring.current(Domain.OUTBOX, now)
    sealed = seal(key.secret, reply_to_bytes(reply, callback), outbox.name, "sealed", parcel, key.epoch)
    body = {"id": parcel, "sealed": sealed, "epoch": key.epoch, "state": "pending", "attempts": 0}
    tie = ties.parcel(keyring, parcel, to["kind"], channel=to["channel"], contact=to["contact"], report=to["report"])
    return {**body, "tie": tie}


def put_answer(
    conn: Connection,
    keyring: Keyring,
    *,
    report: str,
    reply: Reply,
    once: str,
    due_at: datetime,
    now: datetime,
) -> bool:
    """Queues a coordinator's words to whoever made a report, without telling who that is.

    False when there is nobody to send to; on PostgreSQL, inside a member of staff's transaction, also when the report
    is not theirs to see.
    """
    parcel, key = secrets.token_hex(16), keyring.current(Domain.OUTBOX, now)
    values = {
        "parcel": parcel,
        "parcel_once": once,
        "about": report,
        "bound_by": ties.made(keyring, ties.Tie.ANSWER, parcel, report),
        "body": seal(key.secret, reply_to_bytes(reply, ""), outbox.name, "sealed", parcel, key.epoch),
        "body_epoch": key.epoch,
        "made": now,
        "due": due_at,
    }
    if conn.dialect.name == "postgresql":
        return bool(conn.execute(_ANSWER_WALLED, values).scalar_one())
    return conn.execute(_ANSWER, values, execution_options={"preserve_rowcount": True}).rowcount == 1


def withdraw(conn: Connection, *, part: str) -> bool:
    """Takes an answer back before anyone tried to send it: its words are gone, here and from its part.

    part: of the reply. False when it has left or was never queued; on PostgreSQL, inside a member of staff's
    transaction, also when it is not their own.
    """
    if conn.dialect.name == "postgresql":
        return bool(conn.execute(_WITHDRAW_WALLED, {"part": part}).scalar_one())
    untried = and_(_O.once == f"answer:{part}", _O.state == "pending", _O.attempts == 0)
    if conn.execute(update(outbox).where(untried).values(state="dead", reason="withdrawn", sealed=None)).rowcount != 1:
        return False
    conn.execute(update(parts).where(parts.c.id == part).values(sealed=None, wrapped=None, epoch=None))
    seals.remove(conn, seals.Kind.PART, [part])
    return True


def deliveries(conn: Connection, report: str) -> Mapping[str, Arrival]:
    """How far each answer of a report has come, by the id of its part; those taken back are not there.

    On PostgreSQL, inside a member of staff's transaction, nothing of a report that is not theirs to see.
    """
    statement = _DELIVERIES_WALLED if conn.dialect.name == "postgresql" else _DELIVERIES
    found = conn.execute(statement, {"about": report})
    return {row.part: _arrival(row) for row in found if row.reason != "withdrawn"}


def _arrival(row: Any) -> Arrival:
    match row.state:
        case "dead":
            return Arrival.NOT_SENT
        case "sent" if row.delivery == Delivery.FAILED:
            return Arrival.UNDELIVERED
        case "sent":
            return Arrival.DELIVERED if row.delivery > Delivery.FAILED else Arrival.SENT
        case _:
            return Arrival.WAITING


def drop(conn: Connection, *, report: str | None = None, contact: str | None = None, reason: str) -> None:
    """Gives up what waits for a reporter, by report or by contact; what is being sent just now goes out."""
    about = _O.report == report if report is not None else _O.contact == contact
    waiting = and_(about, _O.state == "pending", _O.kind.in_(WORDS))
    conn.execute(update(outbox).where(waiting).values(state="dead", reason=reason, sealed=None))
