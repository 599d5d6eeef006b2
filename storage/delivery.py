"""What only the delivering worker does to the outbox: it may know addresses, so it lives apart from storage.outbox."""

from datetime import datetime

from sqlalchemy import Connection

from bot.vocabulary import SendFailed
from storage import contacts, outbox
from storage.keys import Keyring
from storage.outbox import Parcel


def failed(
    conn: Connection, keyring: Keyring, parcel: Parcel, failure: SendFailed, *, now: datetime, jitter: float
) -> bool:
    """As storage.outbox.failed; an address that moved is followed first, and the parcel is due there at once."""
    if not outbox.failed(conn, parcel, failure, now=now, jitter=jitter):
        return False
    if failure.moved_to is not None:
        contacts.move(conn, keyring, parcel.contact, failure.moved_to, now=now)
    return True
