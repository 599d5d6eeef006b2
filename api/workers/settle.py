"""Understands what was kept and settles it: also what a crash left behind, because it looks in the table."""

import asyncio
import os
from functools import partial

import structlog

from api.logs import fault
from api.wiring import Wiring
from bot.decide import Heard, World, decide
from bot.nlp.analyse import analyse
from bot.tickets import codes_in
from bot.vocabulary import Analysis, Directory
from storage import ledger
from storage.engine import Unavailable
from storage.keys import KeyMismatch, KeyMissing
from storage.ledger import Settled, Waiting

log = structlog.get_logger()

_BATCH, _BATCH_IN_A_CROWD = 32, 8
_ENTROPY = 64
_WITHOUT_UNDERSTANDING = 3  # failed attempts
_OURS = (Unavailable, OSError, MemoryError, KeyMissing, KeyMismatch)


async def settle_waiting(wiring: Wiring) -> bool:
    """Settles the oldest message of every reporter who has one waiting. True when there was any."""
    batch = _BATCH if await wiring.intake.calm() else _BATCH_IN_A_CROWD
    directory = await wiring.directory()
    now = wiring.clock()
    waiting = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=now, limit=batch))
    if not waiting:
        return False
    if not directory.offices:
        log.warning("no_offices", count=len(waiting))
        return False
    settling = []
    for one in waiting:
        # Each is settled as soon as it is understood: nobody waits for another's long story.
        analysis = await asyncio.to_thread(_understand, wiring, one)
        settling.append(asyncio.create_task(_settle(wiring, directory, one, analysis)))
    if any(await asyncio.gather(*settling)):
        wiring.to_deliver.set()
    return True


def _understand(wiring: Wiring, waiting: Waiting) -> Analysis | None:
    """None without text; and after failures, because then it may be what was understood that cannot be settled."""
    if not waiting.message.text or waiting.attempts >= _WITHOUT_UNDERSTANDING:
        return None
    return analyse(wiring.understanding, waiting.message.text)


async def _settle(wiring: Wiring, directory: Directory, waiting: Waiting, analysis: Analysis | None) -> bool:
    now = wiring.clock()
    world = World(
        directory=directory,
        hotlines=wiring.hotlines,
        gazetteer=wiring.understanding.gazetteer,
        now=now,
        entropy=os.urandom(_ENTROPY),
    )
    codes = codes_in(waiting.message.text)
    heard = Heard(message=waiting.message, analysis=analysis, codes=codes)
    settle = partial(
        ledger.settle,
        keyring=wiring.keyring,
        waiting=waiting,
        codes=codes,
        decide=lambda known: decide(known, heard, world),
        now=now,
    )
    try:
        return await wiring.store.write(settle) is Settled.DONE
    except _OURS:
        raise  # a fault of this machine's is not the message's: it waits, and no try is counted
    except Exception as error:  # noqa: BLE001 - one message that cannot be settled must not stop the others
        log.warning("not_settled", inbound=waiting.id, **fault(error))
        reason = type(error).__name__
        await wiring.store.write(
            lambda c: ledger.stumble(c, wiring.keyring, waiting.id, now=wiring.clock(), reason=reason)
        )
        return False
