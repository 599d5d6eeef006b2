"""Asks carriers of SMS what they have that we have not, and has them forget what is settled here.

A webhook that was tried while we were away, or refused by a proxy, leaves its message only in the carrier's list. One
replica at a time; a second pass keeps nothing twice and redacts nothing that was redacted.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import structlog

from api.wiring import Wiring
from bot.handlers.provider import SmsProvider
from bot.vocabulary import Message, SendFailed
from storage import reconciling
from storage.database import leases
from storage.intake import ledger
from storage.intake.ledger import Envelope
from storage.reconciling import Finished

log = structlog.get_logger()

EVERY_S: Final = 600.0
# A little less than that, so that whoever asks next finds it free: one pass in ten minutes, whichever replica's.
_LEASE: Final = timedelta(seconds=EVERY_S - 30)
_LOOK_BACK: Final = timedelta(hours=48)
_BATCH: Final = 100
_MOST: Final = 500  # parcels redacted in one pass


async def reconcile(wiring: Wiring) -> bool:
    """One pass over every carrier, if no other replica has just made one. False: there is no more to do now."""
    now = wiring.clock()
    held = await wiring.store.write(
        lambda c: leases.take(c, "reconcile", owner=wiring.owner, until=now + _LEASE, now=now)
    )
    for provider in wiring.sms.values() if held else ():
        for errand in (_listed, _ours):
            try:
                await errand(wiring, provider)
            except SendFailed as failure:
                log.warning("not_reconciled", carrier=provider.name, reason=failure.reason)
    return False


async def _listed(wiring: Wiring, provider: SmsProvider) -> None:
    """Keeps what is missing here; of what is settled here the carrier forgets the words."""
    if not provider.caps.lists:
        return
    batch: list[Message] = []
    async for message in provider.fetch_since(wiring.clock() - _LOOK_BACK):
        batch.append(message)
        if len(batch) == _BATCH:
            await _compared(wiring, provider, batch)
            batch = []
    if batch:
        await _compared(wiring, provider, batch)


async def _compared(wiring: Wiring, provider: SmsProvider, batch: Sequence[Message]) -> None:
    now = wiring.clock()
    envelopes: dict[str, Envelope] = {one.external_id: ledger.envelope(wiring.keyring, one, now) for one in batch}
    found = await wiring.store.write(lambda c: reconciling.keep_missing(c, list(envelopes.values())))
    if found:
        log.info("reconciled", carrier=provider.name, count=found)
        wiring.intake.arrived.set()
    if provider.caps.redacts:
        await _redacted(provider, await wiring.store.read(lambda c: reconciling.settled(c, envelopes)))


async def _ours(wiring: Wiring, provider: SmsProvider) -> None:
    """Of what we sent, and that has arrived or never will, the carrier forgets the words too."""
    if not provider.caps.redacts:
        return
    now = wiring.clock()
    done: list[Finished] = await wiring.store.read(
        lambda c: reconciling.finished(c, wiring.keyring, carrier=provider.name, now=now, limit=_MOST)
    )
    for parcel in done:
        if await _redacted(provider, parcel.ids):
            # One by one: what was redacted before a failure is not asked for again.
            await wiring.store.write(lambda c, name=parcel.parcel: reconciling.forgotten(c, name))  # type: ignore[misc]


async def _redacted(provider: SmsProvider, ids: Iterable[str]) -> bool:
    """Whether the carrier forgot the words of each. One that it will not forget hinders no other.

    Raises SendFailed where it may do it later: then it is asked again with the next pass, and not for the rest now.
    """
    refused = ""
    for id in ids:
        try:
            await provider.redact(id)
        except SendFailed as failure:
            if failure.retryable:
                raise
            refused = failure.reason
    if refused:
        log.warning("not_redacted", carrier=provider.name, reason=refused)
    return not refused
