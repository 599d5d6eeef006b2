"""Whether the question that was put by SMS had left for its reporter when they said what may be their yes.

It is a reply like any, put on their wish to read it (bot.decide.consenting). Its parcel is named after the consent, but
for whoever is private: nothing may lead from a talk to a report. There it is the last that they were sent.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import Delivery, Explained
from storage import ties
from storage.consent.consents import QUESTION
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.tables import inbound, outbox

_O: Final = outbox.c
_NAMED: Final = 16  # hexadecimal digits of the message that asked to read: each asking is a parcel of its own
_ARRIVES: Final = timedelta(seconds=10)  # so long three parts take to arrive; what was said sooner was said unread
_DELAYED: Final = timedelta(days=1)  # so late a text may come; a phone whose clock is farther off is not believed


def once(consent: str, dedup: bytes) -> str:
    """The name of the parcel that carries the question. dedup: of the message that asked to read it."""
    return f"{QUESTION}{consent}:{dedup.hex()[:_NAMED]}"


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
    if not private:
        theirs = theirs.where(_O.once.startswith(f"{QUESTION}{consent}:", autoescape=True))
    row = conn.execute(theirs.order_by(_O.created_at.desc(), _O.id.desc()).limit(1)).first()
    if row is None or row.state == "dead" or row.delivery == Delivery.FAILED or not ties.parcel_holds(keyring, row):
        return Explained.NO
    left = row.state == "sent" and row.sent_at + _ARRIVES <= at
    return Explained.YES if left else Explained.LEAVING
