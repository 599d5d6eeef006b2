"""Carries the outbox to the carriers. The only part of the app that opens an address."""

import asyncio
import random
from datetime import timedelta

import structlog

from api.logs import fault
from api.wiring import Wiring
from bot.vocabulary import Channel, SendFailed, Sent
from storage import contacts, delivery, outbox
from storage.contacts import Address
from storage.keys import KeyGone
from storage.outbox import Parcel
from storage.sealing import Tampered

log = structlog.get_logger()

_BATCH, _BATCH_IN_A_CROWD = 20, 2
_LEASE = timedelta(seconds=60)


async def deliver_due(wiring: Wiring) -> bool:
    """Sends what is due, one parcel a contact at a time. True when there was any."""
    batch = _BATCH if await wiring.intake.calm() else _BATCH_IN_A_CROWD
    now = wiring.clock()
    parcels = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner=wiring.owner, now=now, limit=batch, lease=_LEASE)
    )
    await asyncio.gather(*(_deliver(wiring, parcel) for parcel in parcels))
    return bool(parcels)


async def _deliver(wiring: Wiring, parcel: Parcel) -> None:
    try:
        address = await _address(wiring, parcel)
        sent = await _hand_over(wiring, parcel, address)
    except SendFailed as refused:
        failure = refused
        jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
        log.info("not_sent", outbox=parcel.id, channel=parcel.channel, reason=failure.reason, attempt=parcel.attempts)
        await wiring.store.write(
            lambda c: delivery.failed(c, wiring.keyring, parcel, failure, now=wiring.clock(), jitter=jitter)
        )
    else:
        await wiring.store.write(lambda c: outbox.sent(c, wiring.keyring, parcel, sent, now=wiring.clock()))


async def _address(wiring: Wiring, parcel: Parcel) -> Address:
    try:
        return await wiring.store.read(lambda c: contacts.address(c, wiring.keyring, parcel.contact))
    except (KeyGone, Tampered, LookupError):
        # It will not open tomorrow either; staff must see that this reporter cannot be reached.
        raise SendFailed("unopenable", retryable=False, unreachable=True) from None


async def _hand_over(wiring: Wiring, parcel: Parcel, address: Address) -> Sent:
    if address.muted and parcel.kind == "answer":
        # They asked for silence: the answer waits for their code.
        raise SendFailed("muted", retryable=False)
    carrier = wiring.carriers.get(address.carrier)
    if carrier is None:
        raise SendFailed("carrier_off", retryable=True)
    try:
        words = wiring.catalogue.render(parcel.reply, channel=address.channel, locale=address.locale)
        # A webhook's receiver knows a repetition by its id.
        name = parcel.id if address.channel is Channel.WEBHOOK else parcel.callback
        return await carrier.send(address.address, words, callback=name)
    except SendFailed:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        # A bug of ours must not send the same words again and again, nor lose them: it waits like any failure.
        log.warning("send_stumbled", outbox=parcel.id, **fault(error))
        raise SendFailed("stumbled", retryable=True) from None
