"""Looks each minute for what a clock that was ahead left behind, for timers that are gone and for a late purge."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from api.wiring import Wiring
from api.workers import timers
from storage import ahead
from storage.purging import lateness

log = structlog.get_logger()

EVERY_S: Final = 60.0
_AGAIN: Final = timedelta(hours=1)


@dataclass(slots=True)
class Told:
    """When this process last said that the purge is late."""

    late_at: datetime | None = None


async def look(wiring: Wiring, told: Told) -> bool:
    """Brings back to now what lies farther ahead than it can wait. Never True: once a minute is enough.

    Here and by no timer: timers are what stood still.
    """
    now = wiring.clock()
    if gone := await timers.keep(wiring):
        log.warning("timers_were_gone", count=gone)
    if await wiring.store.read(lambda conn: ahead.is_any(conn, now)):
        done = await wiring.store.write(lambda conn: ahead.bring_back(conn, now))
        log.warning("clock_was_ahead", count=sum(done.values()))
        wiring.to_deliver.set()
    if await wiring.store.read(lambda conn: lateness.is_late(conn, now)):
        if told.late_at is None or not timedelta() <= now - told.late_at < _AGAIN:
            told.late_at = now
            log.warning("purge_late")
    else:
        told.late_at = None
    return False
