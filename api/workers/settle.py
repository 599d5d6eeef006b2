"""Understands what was kept and settles it: also what a crash left behind, because it looks in the table."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from api.logs import fault
from api.wiring import Wiring
from api.workers import rewrap
from bot.decide import Heard, World, decide, promised
from bot.nlp.analyse import analyse
from bot.tickets import codes_in, without_codes
from bot.vocabulary import Analysis, Decision, Directory, File, Message, Reroute
from storage.casework import entered
from storage.database.engine import Unavailable
from storage.intake import ledger
from storage.intake.ledger import Settled, Waiting
from storage.keys import KeyMismatch, KeyMissing
from storage.sealed.recipients import Unverified

log = structlog.get_logger()

_BATCH, _BATCH_IN_A_CROWD = 32, 4
_AT_ONCE = 4
_ENTROPY = 64
_WITHOUT_UNDERSTANDING = 3  # failed attempts
_OURS = (Unavailable, OSError, MemoryError, KeyMissing, KeyMismatch)


async def settle_waiting(wiring: Wiring) -> bool:
    """Settles the oldest message of every reporter who has one waiting. True when there was any."""
    batch = _BATCH if await wiring.intake.calm() else _BATCH_IN_A_CROWD
    directory = await wiring.directory()
    await wiring.understand()  # also while nothing waits: the console too reads what it keeps
    now = wiring.clock()
    waiting = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=now, limit=batch))
    if not waiting:
        return False
    if not directory.offices:
        log.warning("no_offices", count=len(waiting))
        return False
    settling = []
    for first in range(0, len(waiting), _AT_ONCE):
        # A few at a time, settled as soon as they are understood: nobody waits for everybody's long stories.
        few = waiting[first : first + _AT_ONCE]
        analyses = await asyncio.to_thread(_understand, wiring, few)
        settling += [asyncio.create_task(_settle(wiring, directory, *pair)) for pair in zip(few, analyses, strict=True)]
    if any(await asyncio.gather(*settling)):
        wiring.to_deliver.set()
    return True


def _understand(wiring: Wiring, waiting: Sequence[Waiting]) -> list[Analysis | None]:
    """None without text; and after failures, because then it may be what was understood that cannot be settled."""
    return [
        analyse(wiring.understanding, words)
        if (words := _words(one.message)) and one.attempts < _WITHOUT_UNDERSTANDING
        else None
        for one in waiting
    ]


def _words(message: Message) -> str:
    """What is understood: without codes, whose digits say nothing and would sway it; on a page none stands in it."""
    return message.text if promised.applies(message) else without_codes(message.text)


async def _settle(wiring: Wiring, directory: Directory, waiting: Waiting, analysis: Analysis | None) -> bool:
    now = wiring.clock()
    by = waiting.message.entered_by
    others = await wiring.store.read(lambda c: entered.others(c, by, now)) if by else entered.NOBODY
    world = World(
        directory=entered.without(directory, entered.alone(others.beside), heard=others.heard),
        hotlines=wiring.hotlines,
        gazetteer=wiring.understanding.gazetteer,
        now=now,
        entropy=os.urandom(_ENTROPY),
        backups_days=await rewrap.backups_days(wiring, now),
        understand=partial(analyse, wiring.understanding),
    )
    message, weigh = waiting.message, decide
    codes = codes_in(message.text)
    if promised.applies(message):
        codes, weigh = (message.about,) if message.about else (), promised.decide
    heard = Heard(message=message, analysis=analysis, codes=codes)
    said: dict[str, Any] = {
        "keyring": wiring.keyring,
        "waiting": waiting,
        "codes": codes,
        "decide": lambda known: _by_another(lambda world: weigh(known, heard, world), world, others),
        "now": now,
    }
    try:
        return await ledger.settle_wholly(wiring.store, **said) is Settled.DONE
    except Unverified:
        log.warning("held", inbound=waiting.id)
        await wiring.store.write(partial(ledger.hold, **said))
        return True  # its sender is told that it came
    except _OURS:
        raise  # a fault of this machine's is not the message's: it waits, and no try is counted
    except Exception as error:  # noqa: BLE001 - one message that cannot be settled must not stop the others
        log.warning("not_settled", inbound=waiting.id, **fault(error))
        reason = type(error).__name__
        await wiring.store.write(
            lambda c: ledger.stumble(c, wiring.keyring, waiting.id, now=wiring.clock(), reason=reason)
        )
        return False


def _by_another(decide: Callable[[World], Decision], world: World, others: entered.Others) -> Decision:
    """Decides what was typed in; once more where all others at its desk belong to an office that it names."""
    decision = decide(world)
    laid = [effect for effect in decision.effects if isinstance(effect, File | Reroute)]
    nobody = {place for effect in laid for place in entered.alone(others.beside, effect.facts.apart)}
    if not any((effect.to.office, effect.to.desk) in nobody for effect in laid):
        return decision
    return decide(replace(world, directory=entered.without(world.directory, nobody, heard=others.heard)))
