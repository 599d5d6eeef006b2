"""No transaction either ties what somebody tells in private to what they told in the open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from bot.vocabulary import Append, Conversation, Effect, File, Lock, Mute, Veil
from storage import audit, tables
from storage.database.engine import Store
from storage.intake import ledger
from storage.intake.ledger import Settled
from storage.keys import Keyring
from tests.storage import attacker, making
from tests.storage.making import message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")

PEOPLE = 6


def _phone(person: int) -> str:
    return f"+9647700000{person:03d}"


def _wishing(*effects: Effect) -> Callable[[File], tuple[Effect, ...]]:
    return lambda _told: effects


WAYS = {
    "tells": None,
    "asks for silence": _wishing(Mute()),
    "says that another reads the phone": _wishing(Veil()),
    "says both, and goes on": lambda told: (Mute(), Veil(), Append(told.report)),
    "locks": _wishing(Lock()),
}


async def _tell(store: Store, keyring: Keyring, person: int, now: datetime, way: str) -> tuple[File, File]:
    """Each tells two things in the open, the one that they talk about second; then one in private."""
    at, phone = now + person * MINUTE, {"address": _phone(person)}
    base = person * 10
    opened = [making.filing(code=f"{100000 + base + each}") for each in range(2)]
    for each, file in enumerate(opened):
        talk = Conversation(ongoing=making.ongoing(file, at).ongoing)
        await making.say(
            store, keyring, message(base + each, **phone), making.decision(file, conversation=talk), now=at
        )
    told = talking.filed(code=f"48291365002{77410 + person}")
    await talking.told(store, keyring, at, number=base + 3, file=told, **phone)
    wish = WAYS[way]
    if wish is not None:
        decided = talking.private(*wish(told), about=told, replies=["private.silent"], now=at)
        await making.say(store, keyring, message(base + 4, **phone), decided, now=at)
    return opened[0], told


@pytest.mark.parametrize("way", list(WAYS))
async def test_nothing_leads_from_what_was_told_in_the_open_to_what_was_told_in_private(
    store: Store, keyring: Keyring, at: datetime, way: str
) -> None:
    told = [await _tell(store, keyring, person, at, way) for person in range(PEOPLE)]
    loot = await store.read(attacker.steal)
    same = [attacker.one_hand(loot, opened.report, private.report) for opened, private in told]
    assert same == [0.0] * PEOPLE


async def test_a_wish_that_a_crash_cut_off_from_its_message_is_carried_out_once_more(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _tell(store, keyring, 0, at, "tells")
    said = message(9, address=_phone(0))
    decided = talking.private(Mute(), Veil(), replies=["private.silent"], now=at)
    await making.keep(store, keyring, said, now=at)
    (waits,) = await making.waiting(store, keyring, now=at)
    half = partial(ledger.settle, keyring=keyring, waiting=waits, codes=(), decide=lambda _known: decided, now=at)
    assert await store.write(half) is Settled.APART
    wished = await talking.counts(store, tables.muted, tables.veils)
    assert wished == [1, 1]
    (waits,) = await making.waiting(store, keyring, now=at + MINUTE)
    assert await making.settle(store, keyring, waits, decided, now=at + MINUTE) is Settled.DONE
    assert await making.settle(store, keyring, waits, decided, now=at + MINUTE) is Settled.GONE
    assert await talking.counts(store, tables.muted, tables.veils) == wished
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}


async def test_nor_where_what_was_told_in_the_open_becomes_private(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    told = []
    for person in range(PEOPLE):
        now, phone = at + person * MINUTE, {"address": _phone(person)}
        base = person * 10
        old, new = (making.filing(code=f"{100000 + base + each}") for each in range(2))
        for each, file in enumerate((old, new)):
            talk = Conversation(ongoing=making.ongoing(file, now).ongoing)
            await making.say(
                store, keyring, message(base + each, **phone), making.decision(file, conversation=talk), now=now
            )
        wish = talking.private(
            about=replace(new, code=f"48291365002{77410 + person}"), replies=["private.filed"], now=now
        )
        await making.say(store, keyring, message(base + 3, **phone), wish, now=now)
        told.append((old, new))
    await store.write(
        lambda c: audit.chain(c, keyring, at + HOUR)
    )  # within seconds; its rows were written by the report
    loot = await store.read(attacker.steal)
    assert [attacker.one_hand(loot, old.report, new.report) for old, new in told] == [0.0] * PEOPLE


async def test_the_attacker_sees_what_was_told_in_the_open_by_one_hand(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    for person in range(PEOPLE):
        for each in range(2):
            file = making.filing(code=f"{100000 + 10 * person + each}")
            said = message(10 * person + each, address=_phone(person))
            await making.say(store, keyring, said, making.decision(file), now=at)
    loot = await store.read(attacker.steal)
    assert len(set(loot.hands.values())) == PEOPLE
