"""Takes away what has served its time. May run as often as one likes, on any replica: it counts what it took."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from storage import examples, keys
from storage.contacts import LOOK_BACK
from storage.keys import Domain, Keyring, epoch_of
from storage.reporters import FORGOTTEN_AFTER
from storage.tables import contacts, conversations, inbound, outbox, report_contacts, senders, timers, traces
from storage.traces import KEPT

_HASHES: Final = timedelta(days=30)  # so long a second delivery is known as one
_SENT: Final = timedelta(days=30)
_CARRIER_IDS: Final = timedelta(hours=48)  # after this a carrier deletes nothing any more
_TIMERS: Final = timedelta(days=30)


def purge(conn: Connection, keyring: Keyring, now: datetime) -> Mapping[str, int]:
    """Deletes what is past its time, and returns how many of each kind.

    A key is destroyed in two steps: here its end is noted, and its file goes at the first purge after that is
    committed, so that no rollback leaves the database waiting for a key that is no more.
    """
    shredded = _shred(conn, keyring)
    taken = {
        "inbound": _delete(conn, inbound, inbound.c.settled_at < now - _HASHES),
        "conversations": _delete(conn, conversations, conversations.c.updated_at < now - FORGOTTEN_AFTER),
        "outbox": _delete(conn, outbox, _ended_before(now - _SENT)),
        "carrier_ids": _forget_carrier_ids(conn, now),
        "traces": _delete(conn, traces, traces.c.at < now - KEPT),
        "timers": _delete(conn, timers, timers.c.done_at < now - _TIMERS),
        "senders": _drop_old_names(conn, now),
        "contacts": _delete(conn, contacts, _nobody_needs()),
        "examples": examples.purge(conn, now),
        "keys_ended": _end_intake_keys(conn, now) + _end_peppers(conn, now),
        "keys_shredded": shredded,
    }
    return {kind: count for kind, count in taken.items() if count}


def _delete(conn: Connection, table: object, which: object) -> int:
    return int(conn.execute(delete(table).where(which)).rowcount)  # type: ignore[arg-type]


def _ended_before(then: datetime) -> object:
    o = outbox.c
    return and_(o.state.in_(("sent", "dead")), func.coalesce(o.sent_at, o.created_at) < then)


def _forget_carrier_ids(conn: Connection, now: datetime) -> int:
    o = outbox.c
    old = and_(o.sent_at < now - _CARRIER_IDS, o.carrier_ids.is_not(None))
    return int(conn.execute(update(outbox).where(old).values(carrier_ids=None)).rowcount)


def _nobody_needs() -> object:
    """A reporter's contact that no report, no parcel and no pseudonym names any more."""
    named = (
        exists().where(report_contacts.c.contact == contacts.c.id),
        exists().where(outbox.c.contact == contacts.c.id),
        exists().where(senders.c.contact == contacts.c.id),
    )
    return and_(contacts.c.staff.is_(None), ~or_(*named))


def _looks_back(now: datetime) -> bool:
    return epoch_of(Domain.PEPPER, now - LOOK_BACK) != epoch_of(Domain.PEPPER, now)


def _drop_old_names(conn: Connection, now: datetime) -> int:
    if _looks_back(now):
        return 0
    return _delete(conn, senders, senders.c.epoch < epoch_of(Domain.PEPPER, now))


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _end_peppers(conn: Connection, now: datetime) -> int:
    """Last month's pepper, once nobody looks back by it: no pseudonym made with it can be made again."""
    if _looks_back(now):
        return 0
    old = [epoch for epoch in keys.in_use(conn, Domain.PEPPER) if epoch < epoch_of(Domain.PEPPER, now)]
    for epoch in old:
        keys.mark_destroyed(conn, Domain.PEPPER, epoch, now)
    return len(old)


def _end_intake_keys(conn: Connection, now: datetime) -> int:
    """Daily keys older than yesterday's that seal nothing any more."""
    yesterday = epoch_of(Domain.INTAKE, now - timedelta(days=1))
    ended = 0
    for epoch in keys.in_use(conn, Domain.INTAKE):
        if epoch < yesterday and not _seals_something(conn, epoch):
            keys.mark_destroyed(conn, Domain.INTAKE, epoch, now)
            ended += 1
    return ended


def _seals_something(conn: Connection, epoch: str) -> bool:
    waits = exists().where(inbound.c.epoch == epoch, inbound.c.sealed.is_not(None))
    talks = exists().where(conversations.c.epoch == epoch)
    return bool(conn.execute(select(or_(waits, talks))).scalar_one())


def _shred(conn: Connection, keyring: Keyring) -> int:
    shredded = 0
    for domain in (Domain.INTAKE, Domain.PEPPER):
        for epoch in keys.destroyed(conn, domain):
            if domain in keyring.domains and keyring.has(domain, epoch):
                keyring.destroy(domain, epoch)
                shredded += 1
    return shredded
