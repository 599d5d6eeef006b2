"""Somebody who is discreet, and what is known when they write."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.vocabulary import Decision, Discretion, Effect, Facts, File, Hide, Known, Mode
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from tests.storage import making
from tests.storage.making import message

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def heard(store: Store, keyring: Keyring, now: datetime, number: int, text: str, **more: Any) -> Known:
    """What is known when somebody writes this; nothing follows from it."""
    seen: list[Known] = []
    effects: tuple[Effect, ...] = more.pop("effects", ())

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(*effects, conversation=known.conversation)

    codes = more.pop("codes", ())
    await making.say(store, keyring, message(number, text=text, **more), look, now=now, codes=codes)
    return seen[0]


async def discretion_of(
    store: Store, keyring: Keyring, now: datetime, number: int, text: str, **more: Any
) -> Discretion:
    found = (await heard(store, keyring, now, number, text, **more)).discretion
    assert found is not None
    return found


async def hidden(store: Store, keyring: Keyring, now: datetime, *words: str) -> File:
    """A report of somebody who is discreet from then on."""
    file = replace(making.filing(), mode=Mode.DISCREET)
    decided = making.decision(file, Hide(file.report, words or ("482913", "زهرة")))
    await making.say(store, keyring, message(1), decided, now=now)
    return file


def kept_locked(facts: Facts = making.THEFT, **more: Any) -> File:
    return replace(making.filing(facts=facts, **more), code="", mode=Mode.DISCREET, locked=True)


async def left(store: Store) -> set[str]:
    return {row.id for row in await making.rows(store, tables.reports) if row.erased_at is None}
