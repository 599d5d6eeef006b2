"""Ends the keys that a purge makes needless: a watch's soon after it, a day's once it seals nothing, and old peppers.

A settled message and a reply that was sent are gone from their rows, but PostgreSQL's log and the dead rows of its
files keep the sealed bytes for long, as a copied disk does. Only the end of its key ends them: so both are sealed under
keys of a few hours, and what still waits then is carried into the present watch.

In two steps: the end is noted here, and the file goes at the first purge after that is committed, so that no rollback
leaves the database waiting for a key that is no more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, exists, or_, select

from storage import keys, waits
from storage.contacts import LOOK_BACK
from storage.keycare import carrying
from storage.keys import Domain, Keyring, epoch_of
from storage.purging.lots import Lot
from storage.reporting import unsettled
from storage.tables import effaced, outbox, traces
from storage.words import filekeys

# So long after its watch a key stays in use: what was sealed by it and is being committed, clocks that differ.
_COMING_IN: Final = timedelta(hours=1)
_REMEMBERED: Final = timedelta(days=40)
_WATCHED: Final = tuple(sorted(keys.WATCHES))


def looks_back(now: datetime) -> bool:
    """Whether last month's pepper still finds whoever wrote then."""
    return epoch_of(Domain.PEPPER, now - LOOK_BACK) != epoch_of(Domain.PEPPER, now)


# ── What still waits ─────────────────────────────────────────────────────────────────────────────────────────
def carry(lot: Lot) -> int:
    """Carries what waits under the key of a watch that is over into this one; returns how many rows.

    Nothing where the keys of now are not made: what is past its time goes all the same.
    """
    if not all(domain in lot.keyring.domains and _is_made(lot, domain) for domain in _WATCHED):
        return 0
    done = 0
    for domain, epoch in _over(lot):
        if domain is Domain.DOOR and done < lot.most:
            done += filekeys.close_unheard(lot.conn, epoch, lot.now)
            done += waits.carry(lot.conn, lot.keyring, epoch, now=lot.now, most=max(0, lot.most - done))
        if done < lot.most:
            done += carrying.carry(lot.conn, lot.keyring, domain, epoch, now=lot.now, most=lot.most - done)
    return done


def _is_made(lot: Lot, domain: Domain) -> bool:
    return lot.keyring.has(domain, epoch_of(domain, lot.now))


def _over(lot: Lot) -> Iterator[tuple[Domain, str]]:
    """Watches that are over and whose keys are here, also those whose end is noted: somebody may have come in late."""
    for domain in _WATCHED:
        for epoch in (*keys.in_use(lot.conn, domain), *keys.destroyed(lot.conn, domain)):
            if _is_over(domain, epoch, lot.now) and lot.keyring.has(domain, epoch):
                yield domain, epoch


def _is_over(domain: Domain, epoch: str, now: datetime) -> bool:
    """Whether a passing key's time, or a pepper's, is past; or so far ahead that a wrong clock must have made the key.

    Until that time came it would open what was sealed by it while the clock was ahead.
    """
    if domain is Domain.PEPPER:
        return not looks_back(now) and epoch < epoch_of(domain, now)
    if domain is Domain.INTAKE:
        return epoch < epoch_of(domain, now - timedelta(days=1))
    return epoch < epoch_of(domain, now - _COMING_IN) or epoch > epoch_of(domain, now + keys.AHEAD + _COMING_IN)


def _waits(conn: Connection, keyring: Keyring, domain: Domain, epoch: str) -> bool:
    if domain is Domain.DOOR and waits.waits_under(conn, keyring, epoch):
        return True
    return domain in _WATCHED and carrying.waits(conn, keyring, domain, epoch)


# ── The end of a key ─────────────────────────────────────────────────────────────────────────────────────────
def end(lot: Lot) -> int:
    """Notes the end of keys that are needed no more; returns how many. Of hours and days there are thousands a year."""
    keys.forget_ended(lot.conn, lot.now - _REMEMBERED)
    return _watches(lot) + _intake(lot.conn, lot.now) + _peppers(lot.conn, lot.now)


def shred(lot: Lot) -> int:
    """Destroys the files of keys whose end was noted and committed before; returns how many.

    A watch's key under which something came in after that stays until that is carried on.
    """
    shredded = 0
    for domain in (*_WATCHED, Domain.INTAKE, Domain.PEPPER):
        for epoch in keys.destroyed(lot.conn, domain):
            # One that was ended while a clock was ahead is in use again as soon as its time is now.
            if domain not in lot.keyring.domains or not _is_over(domain, epoch, lot.now):
                continue
            if not lot.keyring.has(domain, epoch):
                continue
            if not _waits(lot.conn, lot.keyring, domain, epoch):
                lot.keyring.destroy(domain, epoch)
                shredded += 1
    return shredded


def _watches(lot: Lot) -> int:
    """Those of watches that are over, under which nothing waits."""
    ended = 0
    for domain in _WATCHED:
        for epoch in keys.in_use(lot.conn, domain):
            if domain not in lot.keyring.domains or not _is_over(domain, epoch, lot.now):
                continue
            if not _waits(lot.conn, lot.keyring, domain, epoch):
                keys.mark_destroyed(lot.conn, domain, epoch, lot.now)
                ended += 1
    return ended


def _peppers(conn: Connection, now: datetime) -> int:
    """Last month's, once nobody looks back by it: no pseudonym made with it can be made again."""
    if looks_back(now):
        return 0
    old = [epoch for epoch in keys.in_use(conn, Domain.PEPPER) if epoch < epoch_of(Domain.PEPPER, now)]
    for epoch in old:
        keys.mark_destroyed(conn, Domain.PEPPER, epoch, now)
    return len(old)


def _intake(conn: Connection, now: datetime) -> int:
    """Daily keys older than yesterday's that seal nothing any more; a day later where one may tell of what waits."""
    day = timedelta(days=1)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    kept = 2 * day if unsettled.is_needed(conn, midnight, now) else day
    last = epoch_of(Domain.INTAKE, now - kept)
    ended = 0
    for epoch in keys.in_use(conn, Domain.INTAKE):
        if epoch < last and not _seals_something(conn, epoch):
            keys.mark_destroyed(conn, Domain.INTAKE, epoch, now)
            ended += 1
    return ended


def _seals_something(conn: Connection, epoch: str) -> bool:
    sealed = (
        exists().where(traces.c.epoch == epoch),
        exists().where(effaced.c.epoch == epoch),  # no key, no hash to be found by
        exists().where(outbox.c.epoch == epoch, outbox.c.carrier_ids.is_not(None)),
    )
    return bool(conn.execute(select(or_(*sealed))).scalar_one())
