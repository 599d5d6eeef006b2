"""Ends the keys that a purge makes needless: the door's and the intake's, once they seal nothing, and old peppers.

A settled message is gone from its row, but PostgreSQL's log and the dead rows of its files keep the sealed bytes for
long, as a copied disk does. Only the end of its key ends them: so the door has keys of its own, that no conversation
holds.

In two steps: the end is noted here, and the file goes at the first purge after that is committed, so that no rollback
leaves the database waiting for a key that is no more.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, exists, or_, select

from storage import keys
from storage.contacts import LOOK_BACK
from storage.keys import Domain, epoch_of
from storage.purging.lots import Lot
from storage.tables import conversations, inbound, talks

# So long after its day a door's key stays in use: what was sealed by it and is being committed, clocks that differ.
_COMING_IN: Final = timedelta(hours=1)


def looks_back(now: datetime) -> bool:
    """Whether last month's pepper still finds whoever wrote then."""
    return epoch_of(Domain.PEPPER, now - LOOK_BACK) != epoch_of(Domain.PEPPER, now)


def end(lot: Lot) -> int:
    """Notes the end of keys that are needed no more; returns how many."""
    return _door(lot.conn, lot.now) + _intake(lot.conn, lot.now) + _peppers(lot.conn, lot.now)


def shred(lot: Lot) -> int:
    """Destroys the files of keys whose end was noted and committed before; returns how many.

    A door's key under which something came in after that stays until it is settled.
    """
    shredded = 0
    for domain in (Domain.DOOR, Domain.INTAKE, Domain.PEPPER):
        for epoch in keys.destroyed(lot.conn, domain):
            if domain not in lot.keyring.domains or not lot.keyring.has(domain, epoch):
                continue
            if domain is not Domain.DOOR or not _waits(lot.conn, epoch):
                lot.keyring.destroy(domain, epoch)
                shredded += 1
    return shredded


def _peppers(conn: Connection, now: datetime) -> int:
    """Last month's, once nobody looks back by it: no pseudonym made with it can be made again."""
    if looks_back(now):
        return 0
    old = [epoch for epoch in keys.in_use(conn, Domain.PEPPER) if epoch < epoch_of(Domain.PEPPER, now)]
    for epoch in old:
        keys.mark_destroyed(conn, Domain.PEPPER, epoch, now)
    return len(old)


def _door(conn: Connection, now: datetime) -> int:
    """Those of days that are over, under which nothing waits to be settled."""
    day = epoch_of(Domain.DOOR, now - _COMING_IN)
    over = [epoch for epoch in keys.in_use(conn, Domain.DOOR) if epoch < day and not _waits(conn, epoch)]
    for epoch in over:
        keys.mark_destroyed(conn, Domain.DOOR, epoch, now)
    return len(over)


def _waits(conn: Connection, epoch: str) -> bool:
    waits = exists().where(inbound.c.epoch == epoch, inbound.c.sealed.is_not(None))
    return bool(conn.execute(select(waits)).scalar_one())


def _intake(conn: Connection, now: datetime) -> int:
    """Daily keys older than yesterday's that seal nothing any more."""
    yesterday = epoch_of(Domain.INTAKE, now - timedelta(days=1))
    ended = 0
    for epoch in keys.in_use(conn, Domain.INTAKE):
        if epoch < yesterday and not _seals_something(conn, epoch):
            keys.mark_destroyed(conn, Domain.INTAKE, epoch, now)
            ended += 1
    return ended


def _seals_something(conn: Connection, epoch: str) -> bool:
    sealed = (
        exists().where(conversations.c.epoch == epoch),
        exists().where(talks.c.epoch == epoch),
    )
    return bool(conn.execute(select(or_(*sealed))).scalar_one())
