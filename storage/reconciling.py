"""What a carrier lists against what is here: messages that no delivery brought, and words it may forget by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from bot.vocabulary import Channel, Delivery
from storage import inbound
from storage.database import cursors
from storage.encoding import loads
from storage.inbound import Envelope
from storage.keys import Domain, KeyGone, Keyring
from storage.purging.figures import RECONCILED
from storage.sealing import Tampered, unseal
from storage.tables import contacts, media, outbox, parts
from storage.tables import inbound as rows

# Without a receipt: so long after it was sent nothing more becomes of an SMS.
_FINAL_AFTER: Final = timedelta(hours=24)

_O: Final = outbox.c
_HERE: Final = select(rows.c.dedup).where(rows.c.dedup.in_(bindparam("these", expanding=True)))
# A file that is still to be fetched is at the carrier only.
_SETTLED: Final = _HERE.where(
    rows.c.settled_at.is_not(None),
    ~exists()
    .where(parts.c.inbound == rows.c.id, media.c.part == parts.c.id, media.c.state == "waiting")
    .correlate(rows),
)
_TO_FORGET: Final = (
    select(_O.id, _O.carrier_ids, _O.epoch)
    .join(contacts, contacts.c.id == _O.contact)
    .where(
        _O.carrier_ids.is_not(None),
        _O.channel == Channel.SMS.value,
        contacts.c.carrier == bindparam("by"),
        or_(_O.delivery >= Delivery.FAILED.value, _O.sent_at < bindparam("then", type_=_O.sent_at.type)),
    )
    .order_by(_O.sent_at)
    .limit(bindparam("most"))
)
_FORGOTTEN: Final = update(outbox).where(_O.id == bindparam("parcel")).values(carrier_ids=None)


@dataclass(frozen=True, slots=True)
class Finished:
    """A parcel of which no more is heard. ids: what its carrier calls the messages that it left as."""

    parcel: str
    ids: tuple[str, ...] = field(repr=False)


def keep_missing(conn: Connection, envelopes: Sequence[Envelope]) -> int:
    """Keeps those messages that are not here; returns (and counts, for `status`) how many these were."""
    here = {row.dedup for row in conn.execute(_HERE, {"these": [one.dedup for one in envelopes]})}
    missing = [one for one in envelopes if one.dedup not in here]
    if missing:
        inbound.keep(conn, missing)
        cursors.put(conn, RECONCILED, cursors.get(conn, RECONCILED) + len(missing))
    return len(missing)


def settled(conn: Connection, envelopes: Mapping[str, Envelope]) -> list[str]:
    """Of these messages, by the carrier's ids, the ones that are filed here with all their files."""
    done = {row.dedup for row in conn.execute(_SETTLED, {"these": [one.dedup for one in envelopes.values()]})}
    return [id for id, one in envelopes.items() if one.dedup in done]


def finished(conn: Connection, keyring: Keyring, *, carrier: str, now: datetime, limit: int) -> list[Finished]:
    """Parcels that a carrier has carried as far as it will, and whose words it was not asked to forget."""
    found = conn.execute(_TO_FORGET, {"by": carrier, "then": now - _FINAL_AFTER, "most": limit})
    return [Finished(row.id, _ids(keyring, row)) for row in found]


def forgotten(conn: Connection, parcel: str) -> None:
    """The carrier was asked to forget all of a parcel: it is not asked again."""
    conn.execute(_FORGOTTEN, {"parcel": parcel})


def _ids(keyring: Keyring, row: Any) -> tuple[str, ...]:
    try:
        key = keyring.at(Domain.INTAKE, row.epoch)
        return tuple(loads(unseal(key, row.carrier_ids, outbox.name, "carrier_ids", row.id, row.epoch)))
    except (KeyGone, Tampered):
        return ()
