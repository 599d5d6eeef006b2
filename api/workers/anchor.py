"""Writes the audit chain's end down outside the database, and tells it to another organisation when one is named.

Beside it, which rows have no place in the chain.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from api.wiring import Wiring
from api.workers import accusing
from bot.handlers.webhook import WebhookCarrier
from bot.vocabulary import Reply, SendFailed
from storage import anchors, audit, loose, shape
from storage.anchors import Note
from storage.audit import Anchor
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.outgoing import watchers

log = structlog.get_logger()

_AGAIN: Final = timedelta(minutes=1)
_STUCK: Final = Reply("alert.stuck")
_DAY_S: Final = 86_400


@dataclass(slots=True)
class Told:
    """What the other organisation was told last by this process, and not before when it is tried again.

    waiting_at: when this process last wrote down which rows have no place. late: some should have had one for long,
    a fault only twice in a row: nothing may have run since they were noted, or the clock may have jumped.
    """

    note: Note | None = None
    next_at: datetime | None = None
    waiting_at: datetime | None = None
    late: bool = False


async def write_down(wiring: Wiring, told: Told) -> bool:
    """Appends the chain's end where a minute or 1,000 rows went by, and notes each minute which rows wait.

    Where the chain is shorter than the newest anchor, or another, whoever watches is rung. Never True: an anchor calls
    for no other.
    """
    now, folder = wiring.clock(), wiring.settings.anchors_dir
    last = await asyncio.to_thread(anchors.last, folder, wiring.keyring)  # before the end, which only grows
    end, wrong = await wiring.store.read(lambda conn: _end(conn, wiring.keyring, last))
    is_due = anchors.is_due(end, last, now)
    is_minute = told.waiting_at is None or not timedelta() <= now - told.waiting_at < loose.EVERY
    if wrong and last and (is_due or is_minute):  # before a new one is written down, which this chain goes through
        await accusing.told(wiring, wrong, last.seq, now)
    if is_due:
        last = await asyncio.to_thread(anchors.append, folder, wiring.keyring, end, now=now)
    await _tell(wiring, told, last, now)
    if is_minute:
        if odd := await wiring.store.read(shape.oddities):
            await accusing.told(wiring, "schema", odd, now)
        told.waiting_at = now
        await _note_waiting(wiring, told, anchored=last.anchor if last else Anchor(0, b""), now=now)
    return False


def _end(conn: Connection, keyring: Keyring, last: Note | None) -> tuple[Anchor, str]:
    """The chain's end, and why it does not go through the newest anchor, "" where it does."""
    return audit.anchor(conn), audit.strays(conn, keyring, last.anchor) if last else ""


async def _note_waiting(wiring: Wiring, told: Told, *, anchored: Anchor, now: datetime) -> None:
    """Writes down which rows have no place yet. By the clock, also where there are none: see `loose`."""
    keyring = wiring.keyring
    noted = await asyncio.to_thread(loose.read, keyring)
    written = wiring.store.written
    fresh = written.standing()
    seen = await wiring.store.read(
        lambda conn: loose.look(conn, keyring, noted, anchored=anchored, now=now, fresh=fresh)
    )
    if seen.hidden:
        await accusing.told(wiring, "missing", len(seen.hidden), now)
    stuck, told.late = told.late and seen.late > 0, seen.late > 0
    for reason, count in seen.faults.items():
        if reason != "unchained" or stuck:
            log.error("audit_not_whole", reason=reason, count=count)
    if stuck:
        await wiring.store.write(
            lambda conn: watchers.ring(conn, keyring, _STUCK, once="stuck", now=now, every_s=_DAY_S)
        )
        wiring.to_deliver.set()
    if noted.damaged:
        log.error("audit_not_whole", reason="unreadable")
    await asyncio.to_thread(loose.note, wiring.keyring, seen, now=now)
    written.forget(fresh - seen.after)


async def _tell(wiring: Wiring, told: Told, last: Note | None, now: datetime) -> None:
    """Posts the newest anchor; one that did not arrive is followed by the next, which says as much and more."""
    address, carrier = wiring.settings.audit_anchor_url.get_secret_value(), wiring.carriers.get("webhook")
    if not address or last is None or last == told.note or not isinstance(carrier, WebhookCarrier):
        return
    if told.next_at is not None and now < told.next_at <= now + _AGAIN:  # later: the clock was ahead
        return
    told.next_at = now + _AGAIN
    words = {"line": anchors.line(wiring.keyring, last)}
    try:
        await carrier.tell(address, "audit.anchor", words, name=f"anchor_{last.seq}_{last.chain.hex()[:16]}")
    except SendFailed as failed:
        log.warning("anchor_not_told", reason=failed.reason)
    else:
        told.note = last
