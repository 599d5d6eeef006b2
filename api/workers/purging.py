"""Purges in lots: each a transaction of its own, made smaller where it takes long, so that nobody waits behind it."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from api.wiring import Wiring
from storage.consent import answering
from storage.database.engine import Connection
from storage.purging import bonds, journal, lateness, retention
from storage.purging.lots import MOST, Lot, Rule

log = structlog.get_logger()

_LONG_S: Final = 0.1  # half of what any transaction may take
_QUICK_S: Final = 0.02
_FEWEST: Final = 5
TURN_S: Final = 5.0  # alarms are rung by the same worker; the rest follows seconds later


async def purge(wiring: Wiring, *, turn_s: float = TURN_S) -> Mapping[str, int]:
    """Takes what is past its time, kind by kind, and returns how many of each; notes it when nothing was left."""
    until, taken, begun = time.monotonic() + turn_s, dict[str, int](), wiring.clock()
    await wiring.store.write(lambda c: answering.expire(c, wiring.keyring, begun))
    await wiring.store.write(lambda c: bonds.settle(c, wiring.keyring))
    for kind, rule in retention.RULES.items():
        most = MOST
        while time.monotonic() < until:
            count, took_s = await wiring.store.write(partial(_lot, wiring=wiring, rule=rule, most=most))
            if count:
                taken[kind] = taken.get(kind, 0) + count
            if count < most:
                break
            most = next_lot(most, took_s)
    if time.monotonic() < until:
        now = wiring.clock()
        await wiring.store.write(lambda c: lateness.note(c, now))
        days = wiring.settings.backups_days
        kept = journal.KEPT if days is None else timedelta(days=days)
        await asyncio.to_thread(journal.prune, wiring.settings.keys_dir, now=now, kept=kept)
    if taken:
        log.info("purged", count=sum(taken.values()))
    return taken


def _lot(connection: Connection, *, wiring: Wiring, rule: Rule, most: int) -> tuple[int, float]:
    begun = time.monotonic()
    lot = Lot(connection, wiring.keyring, wiring.clock(), wiring.settings.retention, most)
    return rule(lot), time.monotonic() - begun


def next_lot(most: int, took_s: float) -> int:
    """How many the next lot takes: fewer after a long one, up to the usual number again after quick ones."""
    if took_s > _LONG_S:
        return max(_FEWEST, most // 2)
    return min(MOST, most * 2) if took_s < _QUICK_S else most
