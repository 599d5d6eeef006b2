"""What a reporter had been told when they said what may be their yes: the question, its line, and what came after.

A yes counts as the answer to the last thing that we said (bot.decide.agreeing). So each parcel that puts the question,
offers it by a line or says how to answer it is named after the consent; whatever else went to the same contact since
was said after it. For whoever is private nothing may lead from a talk to a report: there the name is a keyed hash of
the consent and the parcel, and looks like any reply's: only who holds the key and asks about this consent can tell it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, exists, select, update

from bot import consent as asking
from bot.vocabulary import Asked, Delivery, Explained
from storage import ties
from storage.consent.consents import OFFER, QUESTION
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.tables import inbound, outbox, parts, receipts
from storage.ties import Tie

_O: Final = outbox.c
_NAMED: Final = 16  # hexadecimal digits of the message that it answers: each asking is a parcel of its own
_WORDS: Final = ("reply", "answer", "alert", "digest")  # whatever is read; to delete something says nothing
_READ: Final = timedelta(seconds=10)  # what was said sooner after a question left was said unread, however it came
# By SMS three parts take longer. Whose carrier tells when a text arrives has the question once it says so, or after a
# while in which it kept silent: receipts get lost, and whose own text reaches us has a phone that is reached.
_UNTOLD: Final = timedelta(minutes=3)
_NEVER_TOLD: Final = timedelta(minutes=1)  # and where no carrier ever tells
_DELAYED: Final = timedelta(days=1)  # so late a text may come; a phone whose clock is farther off is not believed


class Says(StrEnum):
    """What of a question a parcel holds: itself, the line that offers it, or only how it is answered."""

    QUESTION = QUESTION
    OFFER = OFFER
    HINT = "hint:"


_OPEN: Final = {**{what.value: what for what in Says}, "nudge:": Says.HINT}  # how a name begins that tells the consent
_PUTS: Final = (Says.QUESTION, Says.OFFER)
_IS_LAST: Final = frozenset({Explained.YES, Explained.LEAVING})


def says(key: str) -> Says | None:
    """What a reply with this key says of a question; None for whatever else is said."""
    if key.startswith(asking.QUESTION):
        return Says.QUESTION
    return {"consent.offer": Says.OFFER, "consent.unsure": Says.HINT, "consent.nudge": Says.HINT}.get(key)


def once(what: Says, consent: str, dedup: bytes) -> str:
    """The name of the parcel that says it. dedup: of the message that it answers."""
    return f"{what}{consent}:{dedup.hex()[:_NAMED]}"


def once_hidden(keyring: Keyring, what: Says, consent: str, parcel: str, place: int) -> str:
    """The same for whoever is private. parcel: its id; place: among the replies. As long as the name of any reply."""
    return f"{ties.made(keyring, Tie.QUESTION, parcel, consent, *_kind(what)).hex()}:{place}"


def hide(conn: Connection, keyring: Keyring, contact: str) -> None:
    """What was said of a question to whoever becomes private is named so: nothing beside them names it."""
    for row in conn.execute(select(_O.id, _O.once).where(_O.contact == contact)).all():
        kind, _, rest = row.once.partition(":")
        what = _OPEN.get(f"{kind}:")
        if what is not None:
            hidden = once_hidden(keyring, what, rest.partition(":")[0], row.id, 0)
            conn.execute(update(outbox).where(_O.id == row.id).values(once=hidden))


def said_at(conn: Connection, waiting: Waiting, now: datetime) -> datetime:
    """When a message was sent, as far as its carrier tells; one that was late, or imported, was sent before it came."""
    came: datetime = conn.execute(select(inbound.c.received_at).where(inbound.c.id == waiting.id)).scalar() or now
    sent = waiting.message.sent_at
    return sent if sent is not None and came - _DELAYED < sent < came else came


def told(conn: Connection, keyring: Keyring, asked: Asked, *, contact: str, private: bool, at: datetime) -> Asked:
    """The question with what it is to whoever spoke: offered, replied and explained. at: when they spoke (`said_at`).

    contact: where they are answered; what was put to another phone was not put to them.
    """
    theirs = select(outbox).where(_O.contact == contact, _O.kind.in_(_WORDS))
    rows = conn.execute(theirs.order_by(_O.created_at.desc(), _O.id.desc())).all()
    says = {row.id: _said(keyring, row, asked.consent, private=private) for row in rows}
    question, line = (next((row for row in rows if says[row.id] is what), None) for what in _PUTS)
    offered, replied = _offered(conn, asked.report, line, rows)
    explained = _explained(conn, keyring, asked.report, question, at)
    if question is not None and explained in _IS_LAST:
        since = [row for row in rows if row.created_at > question.created_at and says[row.id] is Says.HINT]
        if any(_came_after(row, question) and says[row.id] is not Says.HINT for row in rows if row.id != question.id):
            explained = Explained.PASSED
        elif not all(_left(row, at) for row in since if row.state != "dead"):
            explained = Explained.LEAVING
    return replace(asked, offered=offered, replied=replied, explained=explained)


def _explained(conn: Connection, keyring: Keyring, report: str, question: Row[Any] | None, at: datetime) -> Explained:
    """How far the question came, without what else was sent after it."""
    if question is None or question.state == "dead" or question.delivery == Delivery.FAILED:
        return Explained.NO
    if not ties.parcel_holds(keyring, question):
        return Explained.NO
    if question.state != "sent":
        return Explained.LEAVING
    if _was_told(conn, report, question):
        return Explained.PASSED
    return Explained.YES if _arrived(conn, question, at) else Explained.LEAVING


def _offered(conn: Connection, report: str, line: Row[Any] | None, rows: Sequence[Row[Any]]) -> tuple[bool, bool]:
    """Whether the line was sent and staff said nothing after it; and whether the talk said something, or is about to.

    The line that the talk put itself is as good as sent: whoever is at it has asked for it.
    """
    if line is None or not (line.state == "sent" or (line.kind == "reply" and line.state != "dead")):
        return False, False
    after = [row for row in rows if row.id != line.id]
    replied = any(row.kind == "reply" and (row.state == "pending" or _came_after(row, line)) for row in after)
    answered = any(row.kind == "answer" and _came_after(row, line) for row in after)
    return not (answered or _was_told(conn, report, line)), replied


def _came_after(row: Row[Any], what: Row[Any]) -> bool:
    """Whether they may have been told this after what was put; what waits for its first try was not said yet."""
    match row.state:
        case "sent" if what.sent_at is not None:
            return bool((row.sent_at, row.created_at) > (what.sent_at, what.created_at))
        case "sent" | "dead":
            # Given up after a try, it may have arrived all the same.
            return bool((row.state == "sent" or row.attempts > 0) and row.created_at > what.created_at)
        case _:
            return bool(row.state == "sending" or row.attempts > 0)


def _was_told(conn: Connection, report: str, what: Row[Any]) -> bool:
    """Whether staff answered since: told by telephone, an answer has no parcel."""
    told = (parts.c.report == report, parts.c.kind == "reply", parts.c.at > what.created_at)
    return conn.execute(select(parts.c.id).where(*told, parts.c.sealed.is_not(None)).limit(1)).first() is not None


def _arrived(conn: Connection, question: Row[Any], at: datetime) -> bool:
    """Whether it had come, whole, and there was the time to read it. A parcel in parts is delivered with its last."""
    if not _left(question, at):
        return False
    if question.delivery >= Delivery.DELIVERED or question.channel != "sms":
        return True
    promised = conn.execute(select(exists().where(receipts.c.outbox == question.id))).scalar()
    arrives: datetime = question.sent_at + (_UNTOLD if promised else _NEVER_TOLD)
    return arrives <= at


def _left(row: Row[Any], at: datetime) -> bool:
    return row.state == "sent" and bool(row.sent_at + _READ <= at)


def _said(keyring: Keyring, row: Row[Any], consent: str, *, private: bool) -> Says | None:
    name: str = row.once
    if not private:
        return next((what for what in Says if name == f"{what}{consent}" or name.startswith(f"{what}{consent}:")), None)
    place = name.rpartition(":")[2]
    if not place.isdecimal():
        return None
    hidden = (what for what in Says if name == once_hidden(keyring, what, consent, row.id, int(place)))
    return next(hidden, None)


def _kind(what: Says) -> tuple[str, ...]:
    return () if what is Says.QUESTION else (what.value,)
