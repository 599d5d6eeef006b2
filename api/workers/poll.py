"""Our own polling of Telegram: fetch, keep, commit, and only then advance the offset (decision 0004)."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from api.wiring import Wiring
from bot.handlers import telegram
from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Channel, Message, SendFailed
from storage import cursors, leases, ledger
from storage.engine import Connection

log = structlog.get_logger()

_TIMEOUT_S = 25
_LEASE = timedelta(seconds=90)
_AGAIN_S = 2.0


async def poll_once(wiring: Wiring, carrier: TelegramCarrier) -> bool:
    """One long poll, by whichever replica holds the lease. True when anything came."""
    now = wiring.clock()
    name = f"poll:{carrier.account()}"[:24]
    held = await wiring.store.write(lambda c: leases.take(c, name, owner=wiring.owner, until=now + _LEASE, now=now))
    if not held:
        await asyncio.sleep(_AGAIN_S)
        return False
    offset = await wiring.store.read(lambda c: cursors.get(c, name))
    try:
        updates = await carrier.updates(offset, _TIMEOUT_S)
    except SendFailed as failure:
        log.warning("poll_failed", reason=failure.reason)
        await asyncio.sleep(failure.retry_after_s or _AGAIN_S)
        return False
    if not updates:
        return True
    await wiring.store.write(lambda c: _keep(c, wiring, name, carrier.account(), updates))
    wiring.intake.arrived.set()
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
    cursors.put(connection, name, max(int(update["update_id"]) for update in updates) + 1)
