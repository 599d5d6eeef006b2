"""What is to be said, until it is said: due, taken under a lease, sent once or given up.

It knows contacts by id only and opens no address, so that the console can put an answer here without any way to learn
whom it goes to. Whoever delivers looks at storage.outgoing.delivery too. A parcel is tied to its contact and its report
(storage.ties): whoever leads it elsewhere by SQL has it given up unsent.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, literal, select, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.vocabulary import Channel, Reply
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
    failed,
    hold_back,
    sent,
    wait_s,
    withheld,
)
from storage.outgoing.taking import claim, hurry, release
from storage.sealed import seals
from storage.sealing import seal
from storage.tables import contacts, outbox, parts, report_contacts

__all__ = [
    "ANSWER",
    "GIVE_UP",
    "WANTS_SILENCE",
    "Parcel",
    "claim",
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


def drop(conn: Connection, *, report: str | None = None, contact: str | None = None, reason: str) -> None:
    """Gives up what waits for a reporter, by report or by contact; what is being sent just now goes out."""
    about = _O.report == report if report is not None else _O.contact == contact
    waiting = and_(about, _O.state == "pending", _O.kind.in_(WORDS))
    conn.execute(update(outbox).where(waiting).values(state="dead", reason=reason, sealed=None))
