"""Carries the outbox to the carriers. The only part of the app that opens an address."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from api.logs import fault
from api.wiring import Wiring
from bot.handlers.channel import Eraser, Leaver, Sender
from bot.handlers.provider import Rememberer
from bot.replies import UNREVEALING
from bot.vocabulary import Channel, Rendered, Reply, SendFailed, Sent
from storage import contacts, ringing
from storage.contacts import Address
from storage.database.engine import Connection, Unavailable
from storage.keys import KeyGone
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from storage.reporting import traces
from storage.reporting.traces import Trace
from storage.sealing import Tampered

log = structlog.get_logger()

_Ending = Callable[[Connection], bool]

_BATCH, _BATCH_IN_A_CROWD = 20, 2
_LEASE = timedelta(seconds=60)
_DATABASE_AWAY_S = 1.0
_NUDGE = Reply("nudge.discreet")
_VEILED = frozenset({outbox.ANSWER})  # what staff wrote


async def deliver_due(wiring: Wiring) -> bool:
    """Sends what is due, one parcel a contact at a time. True when there was any."""
    batch = _BATCH if await wiring.intake.calm() else _BATCH_IN_A_CROWD
    now = wiring.clock()
    parcels = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner=wiring.owner, now=now, limit=batch, lease=_LEASE)
    )
    # All of them to their end: what one of them has sent must be noted before anything is claimed again.
    ends = await asyncio.gather(*(_deliver(wiring, parcel) for parcel in parcels), return_exceptions=True)
    for end in ends:
        if end is not None:
            raise end
    return bool(parcels)


async def _deliver(wiring: Wiring, parcel: Parcel) -> None:
    if parcel.kind in ringing.KINDS and not await _may(wiring, parcel):
        log.info("not_theirs", outbox=parcel.id)
        await wiring.store.write(lambda c: ringing.pass_on(c, wiring.keyring, parcel, now=wiring.clock()))
        return
    try:
        ended = await _carried(wiring, parcel)
    except SendFailed as refused:
        failure = refused
        jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
        log.info("not_sent", outbox=parcel.id, channel=parcel.channel, reason=failure.reason, attempt=parcel.attempts)
        await wiring.store.write(
            lambda c: delivery.failed(c, wiring.keyring, parcel, failure, now=wiring.clock(), jitter=jitter)
        )
    else:
        await _noted(wiring, ended)
        if parcel.attempts > 1:
            await wiring.store.write(lambda c: outbox.hurry(c, parcel, now=wiring.clock()))


async def _noted(wiring: Wiring, ended: _Ending) -> None:
    """Writes down that it was sent, however long the database is away: forgotten, it would be sent a second time."""
    while True:
        try:
            await wiring.store.write(ended)
        except Unavailable:
            await asyncio.sleep(_DATABASE_AWAY_S)
        else:
            return


async def _carried(wiring: Wiring, parcel: Parcel) -> _Ending:
    """Does what a parcel asks for; what is to be noted then. Raises SendFailed and nothing else of a carrier's."""
    address, hidden = await _address(wiring, parcel)
    parcel = replace(parcel, hidden=hidden)
    locked = _is_locked(wiring, parcel, address)
    if locked and parcel.reply.key != outbox.ANSWER:
        return lambda c: outbox.withheld(c, parcel, reason="locked")
    carrier = wiring.carriers.get(address.carrier)
    if carrier is None:
        raise SendFailed("carrier_off", retryable=True)
    try:
        match parcel.kind:
            case "wipe" | "unsay":
                gone = await _wiped(wiring, parcel, carrier, address)
                return lambda c: delivery.wiped(c, wiring.keyring, parcel, gone, now=wiring.clock())
            case "leave":
                if isinstance(carrier, Leaver):
                    await carrier.leave(address.address)
                return lambda c: delivery.left(c, wiring.keyring, parcel, now=wiring.clock())
            case _:
                said = replace(parcel, reply=_NUDGE) if locked else parcel
                sent = await _sent(wiring, said, carrier, address)
                by = _tells(wiring, address.carrier)
                return lambda c: delivery.sent(c, wiring.keyring, parcel, sent, carrier=by, now=wiring.clock())
    except SendFailed:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        # A bug of ours must not send the same words again and again, nor lose them: it waits like any failure.
        log.warning("send_stumbled", outbox=parcel.id, **fault(error))
        raise SendFailed("stumbled", retryable=True) from None


def _is_locked(wiring: Wiring, parcel: Parcel, address: Address) -> bool:
    """Whether these words were meant for a discreet reporter whose minutes are over: now another may hold the phone.

    Not a private talk's: there no word is kept, and its contact is soon gone.
    """
    if parcel.kind != "reply" or not address.discreet or address.brief:
        return False
    is_open = address.open_until is not None and wiring.clock() < address.open_until
    return not is_open and parcel.reply.key not in UNREVEALING


async def _may(wiring: Wiring, parcel: Parcel) -> bool:
    directory, now = await wiring.directory(), wiring.clock()
    return await wiring.store.read(lambda c: ringing.may(c, wiring.keyring, parcel, directory=directory, now=now))


async def _address(wiring: Wiring, parcel: Parcel) -> tuple[Address, bool]:
    """Where it goes, and whether an answer tells no more than that something waits: both as they are now."""

    def look(conn: Connection) -> tuple[Address, bool]:
        address = contacts.address(conn, wiring.keyring, parcel.contact)
        return address, parcel.kind == outbox.ANSWER and delivery.is_hidden(conn, wiring.keyring, parcel)

    try:
        return await wiring.store.read(look)
    except (KeyGone, Tampered, LookupError):
        # It will not open tomorrow either; staff must see that this reporter cannot be reached.
        raise SendFailed("unopenable", retryable=False, unreachable=True) from None


async def _wiped(wiring: Wiring, parcel: Parcel, carrier: Sender, address: Address) -> tuple[Trace, ...]:
    """Deletes both sides' messages of the last 48 hours, or only theirs; after a crash once more: no harm."""
    now = wiring.clock()
    found = await wiring.store.read(lambda c: traces.of(c, wiring.keyring, contact=parcel.contact, now=now))
    if parcel.kind == "unsay":
        found = tuple(trace for trace in found if trace.theirs)
    if found and isinstance(carrier, Eraser):
        await carrier.delete(address.address, [trace.own_id for trace in found])
    return found


async def _sent(wiring: Wiring, parcel: Parcel, carrier: Sender, address: Address) -> Sent:
    if address.muted and parcel.kind == "answer":
        # They asked for silence: the answer waits for their code.
        raise SendFailed("muted", retryable=False)
    words = _words(wiring, parcel, address)
    if parcel.attempts > 1 and isinstance(carrier, Rememberer):
        # The answer to the last try may be all that was lost.
        before = await carrier.taken(address.address, words, parcel.created_at)
        if before is not None:
            return before
    return await carrier.send(address.address, words, callback=_callback(wiring, parcel, address))


def _words(wiring: Wiring, parcel: Parcel, address: Address) -> Rendered:
    """What is said. Whoever is discreet is told that something waits, also when it was queued before they wished so."""
    locale = parcel.reply.locale or address.locale
    hides = parcel.kind == "answer" and (address.discreet or parcel.hidden)
    reply = _NUDGE if hides else parcel.reply
    words = wiring.catalogue.render(reply, channel=address.channel, locale=locale)
    if address.channel is not Channel.TELEGRAM:
        return words
    if parcel.kind != "alert" and (address.discreet or address.brief or parcel.hidden):
        return replace(words, quiet=True, veiled=reply.key in _VEILED)  # and nothing is read out aloud
    return replace(words, voice=wiring.prompts.voice(reply.key, locale))


def _tells(wiring: Wiring, carrier: str) -> str:
    """The carrier, where it tells what becomes of a message."""
    provider = wiring.sms.get(carrier)
    return carrier if provider is not None and provider.caps.receipts else ""


def _callback(wiring: Wiring, parcel: Parcel, address: Address) -> str:
    """Who knows a repetition by its name is given the parcel's; others the tap that is answered."""
    provider = wiring.sms.get(address.carrier)
    names = address.channel is Channel.WEBHOOK or (provider is not None and provider.caps.repeatable)
    return parcel.id if names else parcel.callback
