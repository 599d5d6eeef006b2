"""What carriers tell of messages that we sent: a receipt finds its parcel, and only ever moves it forward."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.vocabulary import Delivery, Receipt, SendFailed
from storage import contacts as addresses
from storage.database import sql
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import parcels
from storage.reporting import order, reach
from storage.sealing import Tampered
from storage.tables import contacts, outbox, receipts

_O: Final = outbox.c
_PARCEL: Final = (
    select(_O.id, _O.kind, _O.report, _O.contact, _O.delivery)
    .join_from(receipts, outbox, _O.id == receipts.c.outbox)
    .where(receipts.c.hash == bindparam("hash", type_=receipts.c.hash.type))
)
_HELD: Final = _PARCEL.with_for_update(of=outbox)
_STILL_OUT: Final = select(func.count()).select_from(receipts).where(receipts.c.outbox == bindparam("parcel"))
_IN: Final = delete(receipts).where(receipts.c.hash == bindparam("hash", type_=receipts.c.hash.type))
_FORWARD: Final = (
    update(outbox)
    .where(_O.id == bindparam("parcel"), _O.delivery < bindparam("rank"))
    .values(delivery=bindparam("rank"))
)


def expect(conn: Connection, keyring: Keyring, *, parcel: str, carrier: str, ids: Sequence[str]) -> None:
    """Notes, by keyed hashes, under which ids a carrier will speak of a parcel."""
    rows = [{"hash": _hash(keyring, carrier, id), "outbox": parcel} for id in dict.fromkeys(ids)]
    if rows:
        conn.execute(sql.insert_unless_there(conn, receipts), rows)


def arrive(conn: Connection, keyring: Keyring, receipt: Receipt, *, now: datetime) -> None:
    """Takes in a receipt: late, twice, out of order, or of a message that is not ours (or no more), it does no harm.

    A parcel that left as several messages is delivered when the last of them is, and failed when one of them did.
    What failed is not sent again: its words are gone from here, and the carrier itself tried for hours. Staff see it.
    """
    name = _hash(keyring, receipt.carrier, receipt.external_id)
    found = conn.execute(_PARCEL, {"hash": name}).first()
    if found is not None and Delivery.FAILED in (receipt.delivery, found.delivery):
        # It is to change how its contact is told.
        order.lock(conn, contacts=(found.contact,), reports=() if found.report is None else (found.report,))
    parcel = conn.execute(_HELD, {"hash": name}).first()
    if parcel is None:
        return
    came = receipt.delivery >= Delivery.DELIVERED
    if came and int(conn.execute(_STILL_OUT, {"parcel": parcel.id}).scalar_one()) > 1:
        conn.execute(_IN, {"hash": name})
        return
    if conn.execute(_FORWARD, {"parcel": parcel.id, "rank": int(receipt.delivery)}).rowcount != 1:
        return
    if receipt.delivery is Delivery.FAILED:
        _lost(conn, keyring, parcel, receipt.failure, now=now)
    elif came and parcel.delivery == Delivery.FAILED:
        _found_again(conn, keyring, parcel)


def _lost(conn: Connection, keyring: Keyring, parcel: Any, failure: SendFailed | None, *, now: datetime) -> None:
    if failure is not None:
        conn.execute(update(outbox).where(_O.id == parcel.id).values(reason=failure.reason[:40]))
    if failure is not None and failure.reason in parcels.WANTS_SILENCE:
        reach.lost(conn, keyring, parcel.contact, "pull")
    elif failure is not None and failure.unreachable:
        conn.execute(update(contacts).where(contacts.c.id == parcel.contact).values(unreachable_at=now))
        reach.lost(conn, keyring, parcel.contact, "no")
    if parcel.report is not None and parcel.kind in parcels.WORDS:
        parcels.note(conn, parcel.report, "undelivered", now)


def _found_again(conn: Connection, keyring: Keyring, parcel: Any) -> None:
    """It was given up too soon: it did arrive."""
    conn.execute(update(contacts).where(contacts.c.id == parcel.contact).values(unreachable_at=None))
    try:
        place = addresses.address(conn, keyring, parcel.contact)
    except (KeyGone, Tampered):
        return
    who = addresses.sender_hash(keyring, place.channel, place.address)
    reach.found(conn, keyring, parcel.contact, who, instead_of="no")


def _hash(keyring: Keyring, carrier: str, id: str) -> bytes:
    data = f"receipt\x00{carrier}\x00{id}".encode("utf-8", "surrogatepass")
    return hmac.digest(keyring.at(Domain.DEDUP, "all"), data, "sha256")
