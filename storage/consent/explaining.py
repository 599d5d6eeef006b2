"""Whether the question that was put by SMS had left for its reporter when they said what may be their yes.

It is a reply like any, put on their wish to read it (bot.decide.consenting). Its parcel is named after the consent, but
for whoever is private: nothing may lead from a talk to a report. There its name is a keyed hash of the consent and the
parcel, and looks like any reply's: only who holds the key and asks about this consent can tell it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from bot.vocabulary import Delivery, Explained
from storage import ties
from storage.consent.consents import OFFER, QUESTION
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.tables import inbound, outbox
from storage.ties import Tie

_O: Final = outbox.c
_NAMED: Final = 16  # hexadecimal digits of the message that asked to read: each asking is a parcel of its own
_ARRIVES: Final = timedelta(seconds=10)  # so long three parts take to arrive; what was said sooner was said unread
_DELAYED: Final = timedelta(days=1)  # so late a text may come; a phone whose clock is farther off is not believed


def once(consent: str, dedup: bytes) -> str:
    """The name of the parcel that carries the question. dedup: of the message that asked to read it."""
    return f"{QUESTION}{consent}:{dedup.hex()[:_NAMED]}"


def once_hidden(keyring: Keyring, consent: str, parcel: str, place: int) -> str:
    """The same for whoever is private. parcel: its id; place: among the replies. As long as the name of any reply."""
    return f"{ties.made(keyring, Tie.QUESTION, parcel, consent).hex()}:{place}"


def replied(conn: Connection, consent: str) -> bool:
    """Whether the talk sent them something after the line for this consent, or is about to; False without a line."""
    line = conn.execute(select(outbox).where(_O.once == f"{OFFER}{consent}", _O.state == "sent")).first()
    if line is None:
        return False
    later = or_(_O.state.in_(("pending", "sending")), and_(_O.state == "sent", _O.sent_at >= line.sent_at))
    theirs = select(_O.id).where(_O.contact == line.contact, _O.kind == "reply", later)
    return conn.execute(theirs.limit(1)).first() is not None


def said_at(conn: Connection, waiting: Waiting, now: datetime) -> datetime:
    """When a message was sent, as far as its carrier tells; one that was late, or imported, was sent before it came."""
    came: datetime = conn.execute(select(inbound.c.received_at).where(inbound.c.id == waiting.id)).scalar() or now
    sent = waiting.message.sent_at
    return sent if sent is not None and came - _DELAYED < sent < came else came


def explained(
    conn: Connection, keyring: Keyring, consent: str, *, contact: str, private: bool, at: datetime
) -> Explained:
    """How far the question had come when its reporter spoke. contact: where they are answered. at: see `said_at`."""
    theirs = select(outbox).where(_O.contact == contact, _O.kind == "reply")
    theirs = theirs.order_by(_O.created_at.desc(), _O.id.desc())
    if private:
        row = next((row for row in conn.execute(theirs) if _is_hidden_question(keyring, row, consent)), None)
    else:
        named = _O.once.startswith(f"{QUESTION}{consent}:", autoescape=True)
        row = conn.execute(theirs.where(named).limit(1)).first()
    if row is None or row.state == "dead" or row.delivery == Delivery.FAILED or not ties.parcel_holds(keyring, row):
        return Explained.NO
    left = row.state == "sent" and row.sent_at + _ARRIVES <= at
    return Explained.YES if left else Explained.LEAVING


def _is_hidden_question(keyring: Keyring, row: Row[Any], consent: str) -> bool:
    name: str = row.once
    place = name.rpartition(":")[2]
    return place.isdecimal() and name == once_hidden(keyring, consent, row.id, int(place))
