"""Our own polling of Telegram: fetch, keep, commit, and only then advance the offset (decision 0004)."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from api.wiring import Wiring
from bot.handlers import telegram
from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Channel, Message, SendFailed
from storage.database import cursors, leases
from storage.database.engine import Connection
from storage.intake import ledger

log = structlog.get_logger()

_LEASE: Final = timedelta(seconds=90)  # longer than a long poll and all its time-outs together
_LARGEST: Final = 2**63 - 1  # what the table of cursors holds


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. poll: how long Telegram may hold an empty answer back. again: after a failure, or while another polls.

    conflict: after Telegram told that somebody else polls this bot, or that a webhook is set. Both would go on ending
    each other's polls; the longer we wait, the more gets through.
    """

    poll: int = 25
    again: float = 2.0
    conflict: float = 10.0


_PATIENCE: Final = Patience()


async def poll_once(wiring: Wiring, carrier: TelegramCarrier, patience: Patience = _PATIENCE) -> bool:
    """One long poll, by whichever replica holds the lease. True when another may follow at once.

    Cancelled, it gives the lease back, so that another replica need not wait until it runs out.
    """
    name = f"poll:{carrier.account()}"[:24]
    now = wiring.clock()
    held = await wiring.store.write(lambda c: leases.take(c, name, owner=wiring.owner, until=now + _LEASE, now=now))
    if not held:
        await asyncio.sleep(patience.again)
        return False
    try:
        return await _poll(wiring, carrier, name, patience)
    except asyncio.CancelledError:
        await wiring.store.write(lambda c: leases.release(c, name, owner=wiring.owner))
        raise


async def _poll(wiring: Wiring, carrier: TelegramCarrier, name: str, patience: Patience) -> bool:
    offset = await wiring.store.read(lambda c: cursors.get(c, name))
    try:
        updates = await carrier.updates(offset, patience.poll)
    except SendFailed as failure:
        log.warning("poll_failed", reason=failure.reason)
        wait_s = patience.conflict if failure.reason == "conflict" else patience.again
        await asyncio.sleep(failure.retry_after_s or wait_s)
        return False
    if updates:
        await wiring.store.write(lambda c: _keep(c, wiring, name, carrier.account(), updates))
        wiring.intake.arrived.set()
    elif offset:
        # All up to the offset is confirmed now. After a week of silence Telegram numbers anew, perhaps from below: no
        # offset is then one that stands in the way.
        await wiring.store.write(lambda c: cursors.put(c, name, 0))
    return True


def _keep(connection: Connection, wiring: Wiring, name: str, account: str, updates: Sequence[dict[str, Any]]) -> None:
    now = wiring.clock()
    messages: list[Message] = []
    for update in updates:
        message = telegram.read(update, account=account)
        if message is None:
            # The standard library: it takes lone surrogates and whole numbers of any size, which orjson refuses.
            raw = json.dumps(update).encode()
            ledger.keep_dead(
                connection, wiring.keyring, channel=Channel.TELEGRAM, raw=raw, reason="unreadable", now=now
            )
        else:
            messages.append(message)
    ledger.keep(connection, [ledger.envelope(wiring.keyring, message, now) for message in messages])
    # An offset below 0 would make Telegram forget what nobody has read.
    cursors.put(connection, name, min(max(0, *(int(update["update_id"]) + 1 for update in updates)), _LARGEST))
