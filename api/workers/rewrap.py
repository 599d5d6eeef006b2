"""Once a month begins, wraps anew what lives and ends the old month's keys; forgets keys that any process ended."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from api.settings import Settings
from api.wiring import Wiring
from storage import keys, timers
from storage.database import leases
from storage.database.engine import Connection, Store
from storage.keycare import rewrapping
from storage.keycare.rewrapping import Place
from storage.keys import Keyring
from storage.purging import retention
from storage.purging.lots import MOST, Lot, Rule
from storage.timers import Timer

log = structlog.get_logger()

FORGET_EVERY_S: Final = 30.0  # how long a key that another process ended stays in this one's memory
_TURN_S: Final = 2.0  # other timers wait no longer
_LEASE: Final = timedelta(seconds=60)
_SOON: Final = timedelta(seconds=1)
_LATER: Final = timedelta(hours=1)
_NAME: Final = "rewrap"


class Base(Protocol):
    """What the job needs of whatever runs it."""

    @property
    def store(self) -> Store: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def owner(self) -> str: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def settings(self) -> Settings: ...


async def ring(wiring: Wiring, timer: Timer) -> None:
    """A turn of the job, and the next one's time: at once when there is more to do, else in an hour."""
    place = await turn(wiring, Place.of(timer.data))
    due = wiring.clock() + (_SOON if place else _LATER)
    data = place.data() if place else {}
    await wiring.store.write(lambda c: timers.again(c, timer, due_at=due, data=data))


async def turn(base: Base, place: Place | None) -> Place | None:
    """Works for about two seconds from `place` on (None: from the start). Returns where to go on; None when done.

    Done too, for now, when another process is at it.
    """
    now = base.clock()
    mine = await base.store.write(
        lambda c: leases.take(c, _NAME, owner=base.owner, until=now + _LEASE, now=now),
    )
    if not mine:
        return None
    try:
        return await _work(base, place)
    finally:
        await base.store.write(lambda c: leases.release(c, _NAME, owner=base.owner))


async def _work(base: Base, place: Place | None) -> Place | None:
    until, now = time.monotonic() + _TURN_S, base.clock()
    if place is None:
        place = await base.store.read(lambda c: rewrapping.first(c, now))
        if place is not None:
            # What is past its time is not carried into another month.
            await _purge(base)
    while place is not None and time.monotonic() < until:
        place = await base.store.write(partial(_step, base=base, place=place))
    if place is None:
        await _end(base)
    return place


async def _purge(base: Base) -> None:
    for rule in retention.RULES.values():
        while await base.store.write(partial(_take, base=base, rule=rule)) == MOST:
            continue


def _take(connection: Connection, *, base: Base, rule: Rule) -> int:
    return rule(Lot(connection, base.keyring, base.clock(), base.settings.retention))


def _step(connection: Connection, *, base: Base, place: Place) -> Place | None:
    return rewrapping.step(connection, base.keyring, place, base.clock())


async def _end(base: Base) -> None:
    now = base.clock()
    for ended in await base.store.write(lambda c: rewrapping.end(c, base.keyring, now)):
        log.info("key_ended", name=ended.domain.value, count=ended.rewrapped)
    await base.store.write(lambda c: rewrapping.shred(c, base.keyring, now))
    if await base.store.read(lambda c: rewrapping.is_late(c, base.keyring, now)):
        log.warning("key_late")  # `muntada keys verify` says which, and why


async def forget(wiring: Wiring) -> bool:
    """Overwrites in this process's memory what any process ended. Never has more to do at once."""
    for domain, epoch, _since in await wiring.store.read(keys.ended):
        wiring.keyring.forget(domain, epoch)
    now = wiring.clock()
    if not await wiring.store.read(lambda c: keys.ready(c, wiring.keyring, now)):
        await wiring.store.write(lambda c: keys.register(c, wiring.keyring, now))  # the clock was set back, perhaps
    return False


async def backups_days(wiring: Wiring, now: datetime) -> int | None:
    """Within how many days what is erased now opens in no backup; None where nobody can promise it."""
    kept = wiring.settings.backups_days
    if kept is None or await wiring.store.read(lambda c: rewrapping.is_late(c, wiring.keyring, now)):
        return None
    return rewrapping.unreadable_in(now, backups_days=kept)
