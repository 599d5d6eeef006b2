"""On PostgreSQL different reporters are settled at the same time, one reporter's messages one after the other."""

import asyncio
import threading
import time
from datetime import datetime
from functools import partial

import psycopg

from bot.vocabulary import Decision, Known, Message
from storage import tables
from storage.database.engine import Store
from storage.intake.ledger import Settled
from storage.keys import Keyring
from tests.storage import making
from tests.storage.making import OTHER_PHONE, message


async def test_two_reporters_are_settled_side_by_side(postgresql_store: Store, keyring: Keyring, now: datetime) -> None:
    store = postgresql_store
    await making.prepare(store, keyring, now)
    await making.keep(store, keyring, message(1), message(2, address=OTHER_PHONE), now=now)
    waiting = await making.waiting(store, keyring, now=now)
    both_inside = threading.Barrier(2)

    def decide(_known: Known) -> Decision:
        both_inside.wait(60)  # passes only while both transactions are open
        return making.decision(making.filing())

    outcomes = await asyncio.gather(*(making.settle(store, keyring, one, decide, now=now) for one in waiting))
    assert outcomes == [Settled.DONE, Settled.DONE]


async def test_the_second_message_of_a_reporter_waits_until_the_first_is_committed(
    postgresql_store: Store, postgresql_url: str, keyring: Keyring, now: datetime
) -> None:
    store = postgresql_store
    await making.prepare(store, keyring, now)
    await making.keep(store, keyring, message(2), now=now)
    (second,) = await making.waiting(store, keyring, now=now)
    await making.keep(store, keyring, message(1), now=now)
    (first,) = await making.waiting(store, keyring, now=now)
    inside = threading.Event()

    def decide(_known: Known) -> Decision:
        inside.set()
        _until_somebody_waits_for_a_lock(postgresql_url)
        return making.decision(making.filing(code="111111"))

    one = asyncio.create_task(making.settle(store, keyring, first, decide, now=now))
    await asyncio.to_thread(inside.wait, 10)
    two = asyncio.create_task(
        making.settle(store, keyring, second, making.decision(making.filing(code="222222")), now=now)
    )
    # Had the second looked before the first committed, it would have been told to come LATER.
    assert set(await asyncio.gather(one, two)) == {Settled.DONE}
    assert await making.count(store, tables.contacts) == 1


def _until_somebody_waits_for_a_lock(url: str) -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        latest = time.monotonic() + 10
        while time.monotonic() < latest:
            row = raw.execute(asked).fetchone()
            if row and row[0]:
                return
    raise AssertionError("nobody waits")


async def test_a_hundred_messages_of_ten_reporters_settled_by_eight_threads_are_each_one_report(
    postgresql_store: Store, keyring: Keyring, now: datetime
) -> None:
    store = postgresql_store
    await making.prepare(store, keyring, now)
    phones = [f"+96477000000{number:02d}" for number in range(10)]
    said = [message(number, address=phones[number % 10]) for number in range(100)]
    await making.keep(store, keyring, *said, now=now)
    order: dict[str, list[int]] = {phone: [] for phone in phones}

    while waiting := await making.waiting(store, keyring, now=now):

        def decided(said: Message, _known: Known) -> Decision:
            order[said.address].append(said.sequence)
            return making.decision(making.filing(code=f"{said.sequence:06d}"))

        twice = [*waiting, *waiting]
        await asyncio.gather(
            *(
                making.settle(
                    store,
                    keyring,
                    one,
                    partial(decided, one.message),
                    now=now,
                )
                for one in twice
            )
        )
    assert await making.count(store, tables.reports) == 100
    assert await making.count(store, tables.contacts) == 10
    assert all(numbers == sorted(numbers) and len(numbers) == 10 for numbers in order.values())
