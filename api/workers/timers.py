"""Does what is due by the clock: alerts up their ladder, digests, purging, keys ahead of time, the audit chain."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from api.logs import fault
from api.wiring import Wiring
from api.workers import media, purging, rewrap
from bot.vocabulary import Directory
from storage import alerts, audit, digests, keys, timers
from storage.casework import apart
from storage.database.engine import Connection
from storage.desks import alarming, settling
from storage.intake import overdue
from storage.purging import erasing, journal, lateness
from storage.reporting import stirring, unsettled
from storage.timers import Timer
from storage.words import hours, vault

log = structlog.get_logger()

_BATCH = 20
_LEASE = timedelta(seconds=60)
_HOURLY = timedelta(hours=1)
_SOON = timedelta(seconds=10)  # what its turn did not suffice for goes on
_TALKS_END = timedelta(minutes=1)
_LOOK = timedelta(minutes=5)
_LOT = 50  # messages that are looked up in the first transaction; then as many as are quick
_LEAVES_TRACES = frozenset({"purge", "erased"})  # timers after which deleted bytes lie in the file still


async def ring_due(wiring: Wiring) -> bool:
    """Fires the timers that are due. True when there was any."""
    now = wiring.clock()
    due = await wiring.store.write(lambda c: timers.claim(c, owner=wiring.owner, now=now, limit=_BATCH, lease=_LEASE))
    if not due:
        return False
    directory = await wiring.directory()
    for timer in sorted(due, key=lambda timer: timer.kind == "purge"):  # no alarm waits behind it
        try:
            await _outside(wiring, timer)
            await wiring.store.write(lambda c, timer=timer: _ring(c, wiring, directory, timer))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - its lease runs out and it rings again; the others must ring now
            log.warning("timer_stumbled", timer=timer.id, name=timer.kind, **fault(error))
    if any(timer.kind in _LEAVES_TRACES for timer in due):
        await wiring.store.tidy()  # what was deleted is gone from the file only now
    if any(timer.kind == "purge" for timer in due):
        await media.sweep(wiring)
    wiring.to_deliver.set()
    return True


async def _outside(wiring: Wiring, timer: Timer) -> None:
    """What a timer does beside the database, before it counts as done: again and again until it succeeds."""
    match timer.kind:
        case "rewrap":
            await rewrap.ring(wiring, timer)
        case "shred" if "path" in timer.data:
            await asyncio.to_thread(vault.shred, wiring.settings.media_dir, str(timer.data["path"]))
        case "purge":
            await purging.purge(wiring)
        case "talks" | "stir":
            await _forget_the_private(wiring, timer)
        case erasing.ERASED if "report" in timer.data:
            report, folder = str(timer.data["report"]), wiring.settings.keys_dir
            hashes = await wiring.store.read(lambda c: erasing.messages(c, report))
            await asyncio.to_thread(journal.write, folder, wiring.owner, report, hashes, now=wiring.clock())
        case _:
            return


def _ring(connection: Connection, wiring: Wiring, directory: Directory, timer: Timer) -> None:
    now = wiring.clock()
    match timer.kind:
        case "alert":
            alerts.climb(connection, wiring.keyring, timer, directory=directory, url=wiring.public_url, now=now)
        case "digest":
            digests.send(connection, wiring.keyring, url=wiring.public_url, now=now)
            timers.again(connection, timer, due_at=digests.next_at(now))
        case "keys":
            keys.register(connection, wiring.keyring, now)
            settling.settle(connection, wiring.keyring, now)
            alarming.look(connection, wiring.keyring, now)
            apart.mend(connection, wiring.keyring, directory, now=now)
            timers.again(connection, timer, due_at=now + _HOURLY)
        case "overdue":
            overdue.look(connection, wiring.keyring, now)
            timers.again(connection, timer, due_at=now + _LOOK)
        case "purge":
            ended = lateness.last(connection, now)
            whole = ended is not None and ended > now - _LEASE
            timers.again(connection, timer, due_at=now + (_HOURLY if whole else _SOON))
        case "rewrap" | "talks" | "stir":
            return  # set again already, in transactions of its own
        case erasing.WISHED if "report" in timer.data:
            later = erasing.erase_when_free(connection, wiring.keyring, str(timer.data["report"]), now=now)
            _end(connection, timer, later, now=now)
        case _:
            timers.done(connection, timer, now=now)


def _end(connection: Connection, timer: Timer, later: datetime | None, *, now: datetime) -> None:
    if later is None:
        timers.done(connection, timer, now=now)
    else:
        timers.again(connection, timer, due_at=later)


def standing(now: datetime) -> Mapping[str, datetime]:
    """The timers that are always there, one of each kind and named after it, and when each rings first."""
    return {  # Keys and purge apart: a key folder that cannot be written must not keep old messages from being purged.
        "keys": now + _HOURLY,
        "purge": now + _HOURLY,
        "talks": now + _TALKS_END,
        "overdue": now + _LOOK,
        "stir": _into_the_next_hour(now),
        "rewrap": now + _HOURLY,
        "digest": digests.next_at(now),
    }


async def start(wiring: Wiring) -> None:
    """Sets the timers that are always there; those that run stay as they are."""
    now = wiring.clock()
    await wiring.store.write(lambda c: lateness.begin(c, now))
    await keep(wiring)


async def keep(wiring: Wiring) -> int:
    """Sets anew those that are always there and are not, or that somebody ended or changed; returns how many.

    So that all others ring, too, what nobody can read of one is emptied.
    """
    now = wiring.clock()
    always = standing(now)

    def _missing(connection: Connection) -> list[str]:
        return sorted(always.keys() - timers.standing(connection, always))

    def _set(connection: Connection) -> int:
        missing = _missing(connection)
        for kind in missing:
            timers.revive(connection, kind, due_at=always[kind])
            timers.set_timer(connection, once=kind, kind=kind, due_at=always[kind], data={})
        return len(missing) + timers.empty_unreadable(connection)

    if await wiring.store.read(lambda c: bool(_missing(c)) or timers.is_any_unreadable(c)):
        return await wiring.store.write(_set)
    return 0


async def _forget_the_private(wiring: Wiring, timer: Timer) -> None:
    """Ends the talks whose time is over; or, each hour, takes the places of rows that would tell their minute."""
    if await (_stir if timer.kind == "stir" else _end_talks)(wiring, timer):
        await wiring.store.tidy()


async def _stir(wiring: Wiring, timer: Timer) -> int:
    now = wiring.clock()

    def stir(connection: Connection) -> int:
        timers.again(connection, timer, due_at=_into_the_next_hour(now))
        return stirring.stir(connection, now)

    return await wiring.store.write(stir)


async def _end_talks(wiring: Wiring, timer: Timer) -> int:
    seen = await wiring.store.read(partial(unsettled.look, keyring=wiring.keyring, now=wiring.clock()))
    written = await _write_down(wiring, seen)

    def end(connection: Connection) -> int:
        timers.again(connection, timer, due_at=wiring.clock() + (_TALKS_END if written else _SOON))
        return unsettled.end_talks(connection, seen, written=written)

    return await wiring.store.write(end)


async def _write_down(wiring: Wiring, seen: unsettled.Seen, *, turn_s: float = purging.TURN_S) -> bool:
    """In lots, each a transaction of its own; False where its turn did not suffice for all: the rest is seen again."""
    until, done, most = time.monotonic() + turn_s, 0, _LOT
    while done < len(seen.ids) and time.monotonic() < until:
        lot = seen.ids[done : done + most]
        took_s = await wiring.store.write(partial(_lot, wiring=wiring, seen=seen, ids=lot))
        done, most = done + len(lot), purging.next_lot(most, took_s)
    return done >= len(seen.ids)


def _lot(connection: Connection, *, wiring: Wiring, seen: unsettled.Seen, ids: Sequence[int]) -> float:
    begun = time.monotonic()
    unsettled.write_down(connection, wiring.keyring, seen, ids)
    return time.monotonic() - begun


def _into_the_next_hour(now: datetime) -> datetime:
    return hours.hour(now) + _HOURLY + _TALKS_END


async def chain_audit(wiring: Wiring) -> bool:
    """Gives new audit rows their place in the chain. True when there were any."""
    now = wiring.clock()
    return bool(await wiring.store.write(lambda c: audit.chain(c, wiring.keyring, now)))
