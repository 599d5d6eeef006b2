"""Understands what was kept and settles it: also what a crash left behind, because it looks in the table."""

import asyncio
import os
from collections.abc import Sequence
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
from storage.ledger import Settled, Waiting

log = structlog.get_logger()

_BATCH, _BATCH_IN_A_CROWD = 32, 8
_ENTROPY = 64


async def settle_waiting(wiring: Wiring) -> bool:
    """Settles the oldest message of every reporter who has one waiting. True when there was any."""
    batch = _BATCH if await wiring.intake.calm() else _BATCH_IN_A_CROWD
    directory = await wiring.directory()
    now = wiring.clock()
    waiting = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=now, limit=batch))
    if not waiting:
        return False
    analyses = await asyncio.to_thread(_understand, wiring, waiting)
    done = await asyncio.gather(
        *(_settle(wiring, directory, one, heard) for one, heard in zip(waiting, analyses, strict=True))
    )
    if any(done):
        wiring.to_deliver.set()
    return True


def _understand(wiring: Wiring, waiting: Sequence[Waiting]) -> list[Analysis | None]:
    return [analyse(wiring.understanding, one.message.text) if one.message.text else None for one in waiting]


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
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one message that cannot be settled must not stop the others
        log.warning("not_settled", inbound=waiting.id, **fault(error))
        reason = type(error).__name__
        await wiring.store.write(
            lambda c: ledger.stumble(c, wiring.keyring, waiting.id, now=wiring.clock(), reason=reason)
        )
        return False
