"""Polling: nothing is confirmed before it is kept, one replica polls at a time, and nothing that comes stops it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from api.wiring import Wiring
from api.workers import poll
from api.workers.pace import forever
from api.workers.poll import Patience, poll_once
from bot.handlers import telegram as door
from bot.handlers.telegram import TelegramCarrier
from storage.database import cursors, leases
from storage.keys import Keyring
from storage.purging import figures
from tests.api.workers.replicas import Clock, replica
from tests.carriers import updates
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import TOKEN, FakeTelegram, Fault

_QUICK = Patience(poll=0, again=0.01, conflict=0.02)
_WAITING = Patience(poll=1, again=0.01, conflict=0.02)
_NAME = "poll:1000001"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(speed=100) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


Starting = Callable[[str], Wiring]


@pytest.fixture
async def start(keyring: Keyring, telegram: FakeTelegram, clock: Clock) -> AsyncIterator[Starting]:
    """Starts a process on a database."""
    started: list[Wiring] = []
    with ExitStack() as stack:

        def begin(url: str) -> Wiring:
            started.append(stack.enter_context(replica(url, keyring, telegram, clock)))
            return started[-1]

        yield begin
        for wiring in started:
            await _carrier(wiring).close()


def _carrier(wiring: Wiring) -> TelegramCarrier:
    assert wiring.telegram
    return wiring.telegram


async def _once(wiring: Wiring, patience: Patience = _QUICK) -> bool:
    return await poll_once(wiring, _carrier(wiring), patience)


async def _counts(wiring: Wiring) -> tuple[int, int]:
    found = await wiring.store.read(figures.read)
    return found["kept"], found["dead_letters"]


async def _offset(wiring: Wiring) -> int:
    return await wiring.store.read(lambda c: cursors.get(c, _NAME))


# ── Kept before it is confirmed ──


async def test_what_came_is_kept_and_confirmed_only_by_the_next_poll(
    start: Starting, telegram: FakeTelegram, database_url: str
) -> None:
    wiring = start(database_url)
    ids = telegram.push(updates.said(42, "a"), updates.said(43, "b"))
    assert await _once(wiring)
    assert await _counts(wiring) == (2, 0)
    assert telegram.waiting() == ids
    assert await _once(wiring)
    assert (telegram.waiting(), await _counts(wiring)) == ([], (2, 0))


async def test_what_a_process_fetched_and_did_not_keep_comes_again(
    start: Starting, telegram: FakeTelegram, sqlite_url: str
) -> None:
    telegram.push(updates.said(42, "a"))
    dying = start(sqlite_url)
    assert len(await _carrier(dying).updates(0, 0)) == 1  # and it dies here
    assert await _once(start(sqlite_url))
    assert await _counts(dying) == (1, 0)


async def test_an_update_fetched_and_delivered_to_two_replicas_at_once_is_one(
    start: Starting, telegram: FakeTelegram, postgresql_url: str
) -> None:
    """Group 1."""
    wirings = [start(postgresql_url) for _ in range(2)]
    update = {"update_id": 7, **updates.said(42, "a")}
    message = door.read(update, account="1000001")
    assert message
    telegram.push(update)
    await asyncio.gather(*(wiring.intake.keep(message) for wiring in wirings for _ in range(5)), _once(wirings[0]))
    assert await _counts(wirings[0]) == (1, 0)


# ── Whatever comes ──


async def test_what_cannot_be_read_is_kept_for_a_person_and_stops_nothing(
    start: Starting, telegram: FakeTelegram, database_url: str
) -> None:
    """Group 24."""
    junk: list[dict[str, Any]] = [
        {"unheard_of": {"text": "a"}},
        {"message": None},
        {"message": [1]},
        {"message": "\ud83d"},
        {},
    ]
    odd: list[dict[str, Any]] = [
        {"message": {"date": "yesterday", "chat": {"id": {}, "type": 7}, "text": {"no": "text"}}},
        {"message": {"date": 10**18, "message_id": "x", "chat": [], "text": "\ud83d\0"}},
    ]
    good = [updates.said(42, "a"), *odd, updates.said(42, "b")]
    telegram.push(good[0], *junk, *good[1:])
    wiring = start(database_url)
    assert await _once(wiring)
    assert await _counts(wiring) == (len(good), len(junk))
    assert await _once(wiring)
    assert telegram.waiting() == []


async def test_a_hundred_at_a_time_until_all_are_here(start: Starting, telegram: FakeTelegram, sqlite_url: str) -> None:
    wiring = start(sqlite_url)
    telegram.push(*(updates.said(n, "a") for n in range(250)))
    for _ in range(3):
        assert await _once(wiring)
    assert await _counts(wiring) == (250, 0)


@pytest.mark.parametrize("silent", [True, False])
async def test_a_new_numbering_from_below_is_followed(
    start: Starting, telegram: FakeTelegram, sqlite_url: str, *, silent: bool
) -> None:
    """Group 5: after a week of silence the next id is anywhere."""
    wiring = start(sqlite_url)
    telegram.push({"update_id": 900_000_000, **updates.said(42, "a")})
    assert await _once(wiring)
    if silent:
        assert await _once(wiring)
        assert telegram.waiting() == []
    else:
        telegram.queue.forget(900_000_000)
    telegram.push({"update_id": 5, **updates.said(42, "b")}, {"update_id": 6, **updates.said(42, "c")})
    assert await _once(wiring)
    assert (await _counts(wiring), await _offset(wiring)) == ((3, 0), 7)
    assert await _once(wiring)
    assert telegram.waiting() == []


async def test_a_server_that_looks_at_nothing_below_the_offset_is_heard_after_a_new_numbering(
    keyring: Keyring, clock: Clock, telegram: FakeTelegram, sqlite_url: str
) -> None:
    """Group 5: no offset stands in the way once Telegram said that nothing waits."""
    waiting = [{"update_id": 900_000_000, **updates.said(42, "a")}]

    async def handle(request: Request) -> Answer:
        offset = int(parse_qs(request.body.decode()).get("offset", ["0"])[0])
        return Answer(
            200, json.dumps({"ok": True, "result": [u for u in waiting if u["update_id"] >= offset]}).encode()
        )

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    with replica(sqlite_url, keyring, telegram, clock) as wiring:
        assert await poll_once(wiring, carrier, _QUICK)
        assert await poll_once(wiring, carrier, _QUICK)
        waiting[:] = [{"update_id": 5, **updates.said(42, "b")}]
        assert await poll_once(wiring, carrier, _QUICK)
        assert await _counts(wiring) == (2, 0)
    await carrier.close()
    server.close()


@pytest.mark.parametrize(("update_id", "offset"), [(-5, 0), (2**63 - 1, 2**63 - 1), (2**40, 2**40 + 1)])
async def test_an_id_that_telegram_never_gives_is_survived(
    keyring: Keyring, clock: Clock, telegram: FakeTelegram, database_url: str, update_id: int, offset: int
) -> None:
    async def handle(_: Request) -> Answer:
        update = {"update_id": update_id, **updates.said(42, "a")}
        return Answer(200, json.dumps({"ok": True, "result": [update]}).encode())

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    with replica(database_url, keyring, telegram, clock) as wiring:
        for _ in range(2):
            assert await poll_once(wiring, carrier, _QUICK)
        assert (await _counts(wiring), await _offset(wiring)) == ((1, 0), offset)
    await carrier.close()
    server.close()


# ── One at a time ──


async def test_two_replicas_never_poll_at_once(start: Starting, telegram: FakeTelegram, postgresql_url: str) -> None:
    """Group 57."""
    wirings = [start(postgresql_url) for _ in range(2)]
    loops = [asyncio.create_task(_loop(wiring)) for wiring in wirings]
    for number in range(30):
        telegram.push(updates.said(number, "a"))
        await asyncio.sleep(0.02)
    assert await telegram.eventually(lambda: not telegram.waiting())
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    assert telegram.conflicts() == 0
    assert await _counts(wirings[0]) == (30, 0)


async def _loop(wiring: Wiring) -> None:
    await forever("poll", lambda: _once(wiring, _WAITING), idle_s=0.01, woken=asyncio.Event())


async def test_a_replica_that_ends_hands_over_at_once(
    start: Starting, telegram: FakeTelegram, database_url: str
) -> None:
    first, second = start(database_url), start(database_url)
    polling = asyncio.create_task(_once(first, Patience(poll=30)))
    assert await telegram.eventually(telegram.polled)
    assert not await _once(second)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    telegram.push(updates.said(42, "a"))
    assert await _once(second)
    assert await _counts(second) == (1, 0)


async def test_a_replica_that_died_is_followed_when_its_lease_has_run_out(
    start: Starting, telegram: FakeTelegram, clock: Clock, postgresql_url: str
) -> None:
    dead, other = start(postgresql_url), start(postgresql_url)
    assert await _once(dead)
    clock.pass_time(60)
    assert await _once(dead)  # each poll renews it
    clock.pass_time(60)
    assert not await _once(other)
    clock.pass_time(31)
    assert await _once(other)
    assert not await _once(dead)
    assert telegram.conflicts() == 0


async def test_on_the_embedded_default_a_start_frees_what_a_crash_left(start: Starting, sqlite_url: str) -> None:
    dead, anew = start(sqlite_url), start(sqlite_url)
    assert await _once(dead)
    assert not await _once(anew)
    await anew.store.write(leases.free)
    assert await _once(anew)


def test_the_lease_outlasts_a_poll_with_all_its_time_outs() -> None:
    carrier = TelegramCarrier(TOKEN)
    connect_s = 5.0  # the library's own
    longest = Patience().poll + 2 * carrier._timeout_s + connect_s  # to get a connection, and to be answered
    assert poll._LEASE.total_seconds() > longest


# ── Refusals ──


async def test_another_poller_and_a_webhook_are_waited_for(
    start: Starting, telegram: FakeTelegram, sqlite_url: str
) -> None:
    """Group 57."""
    wiring = start(sqlite_url)
    telegram.push(updates.said(42, "a"))
    telegram.fault(Fault("getUpdates", 409, "Conflict: terminated by other getUpdates request"))
    assert not await _once(wiring)
    await _carrier(wiring).set_webhook("http://127.0.0.1:9/", "s3cret")
    assert not await _once(wiring)
    await _carrier(wiring).delete_webhook()
    assert await _once(wiring)
    assert await _counts(wiring) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Fault("getUpdates", 409), 0.3),
        (Fault("getUpdates", 429, parameters={"retry_after": 0.2}), 0.2),
        (Fault("getUpdates", 502), 0.1),
        (Fault("getUpdates", 401), 0.1),
        (Fault("getUpdates", 0), 0.1),
    ],
)
async def test_after_a_refusal_it_waits_as_long_as_its_kind_asks(
    start: Starting, telegram: FakeTelegram, sqlite_url: str, fault: Fault, wait_s: float
) -> None:
    wiring = start(sqlite_url)
    telegram.push(updates.said(42, "a"))
    telegram.fault(fault)
    began = time.monotonic()
    assert not await _once(wiring, Patience(poll=0, again=0.1, conflict=0.3))
    assert time.monotonic() - began >= wait_s
    assert await _once(wiring)
    assert await _counts(wiring) == (1, 0)
