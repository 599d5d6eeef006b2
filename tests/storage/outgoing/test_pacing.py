"""No carrier is asked too much, by however many replicas; a chat that must wait holds up no other."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.vocabulary import Channel, Locale, Reply, SendFailed, Sent
from storage import contacts, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


async def _chats(store: Store, keyring: Keyring, now: datetime, count: int, *, carrier: str = "telegram") -> list[str]:
    channel = Channel.TELEGRAM if carrier == "telegram" else Channel.SMS

    def add(conn: Connection) -> list[str]:
        return [
            contacts.find_or_add(
                conn,
                keyring,
                channel=channel,
                carrier=carrier,
                address=f"{carrier}-7700{number:04d}",
                locale=Locale.AR,
                now=now,
            )
            for number in range(count)
        ]

    return await store.write(add)


async def _queue(
    store: Store,
    keyring: Keyring,
    chats: list[str],
    now: datetime,
    *,
    kind: str = "reply",
    each: int = 1,
    tag: str = "",
) -> None:
    def put(conn: Connection) -> None:
        for chat in chats:
            for number in range(each):
                at = now + number * timedelta(microseconds=1)
                outbox.put(
                    conn,
                    keyring,
                    once=f"{kind}:{tag}:{chat}:{number}"[:80],
                    kind=kind,
                    contact=chat,
                    channel=Channel.TELEGRAM,
                    reply=Reply(kind),
                    due_at=now,
                    now=at,
                )

    await store.write(put)


async def _claim(store: Store, keyring: Keyring, now: datetime, *, owner: str = "me", limit: int = 20) -> list[Parcel]:
    return await store.write(lambda conn: outbox.claim(conn, keyring, owner=owner, now=now, limit=limit, lease=LEASE))


async def _all(store: Store, keyring: Keyring, now: datetime, *, owner: str = "me") -> list[Parcel]:
    """What can leave at one moment, all of it sent."""
    left: list[Parcel] = []
    while parcels := await _claim(store, keyring, now, owner=owner):
        for parcel in parcels:
            await store.write(
                lambda conn, parcel=parcel: delivery.sent(  # type: ignore[misc]
                    conn, keyring, parcel, Sent(), carrier="telegram", now=now
                )
            )
        left += parcels
    return left


async def _refused(store: Store, keyring: Keyring, parcel: Parcel, now: datetime, wait_s: float = 35) -> None:
    failure = SendFailed("throttled", retryable=True, retry_after_s=wait_s)
    await store.write(lambda conn: delivery.failed(conn, keyring, parcel, failure, now=now, jitter=0.0))


async def test_telegram_is_sent_25_at_once_and_then_25_a_second(store: Store, keyring: Keyring, now: datetime) -> None:
    await _queue(store, keyring, await _chats(store, keyring, now, 90), now)
    assert len(await _all(store, keyring, now)) == 25
    assert len(await _all(store, keyring, now + SECOND / 2)) == 12
    assert len(await _all(store, keyring, now + SECOND)) == 13
    assert len(await _all(store, keyring, now + 60 * SECOND)) == 25  # what was not used is not saved up


async def test_two_replicas_share_one_budget(store: Store, keyring: Keyring, now: datetime) -> None:
    await _queue(store, keyring, await _chats(store, keyring, now, 60), now)
    first = await _all(store, keyring, now, owner="a")
    taken = await asyncio.gather(*(_all(store, keyring, now + SECOND, owner=owner) for owner in ("a", "b", "c")))
    ids = [parcel.id for parcels in (first, *taken) for parcel in parcels]
    assert len(ids) == len(set(ids)) == 50


async def test_a_replica_whose_clock_is_behind_adds_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 54."""
    await _queue(store, keyring, await _chats(store, keyring, now, 60), now - 60 * SECOND)
    assert len(await _claim(store, keyring, now)) == 20
    behind = now - 30 * SECOND
    assert len(await _all(store, keyring, behind)) == 5
    assert await _all(store, keyring, now) == []
    assert len(await _all(store, keyring, now + SECOND)) == 25


async def test_one_chat_takes_three_at_once_and_then_one_a_second(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    chats = await _chats(store, keyring, now, 1)
    await _queue(store, keyring, chats, now, each=6)
    left = [len(await _all(store, keyring, now + second * SECOND)) for second in range(5)]
    assert left == [3, 1, 1, 1, 0]


async def test_alerts_to_one_telephone_are_paced_too(store: Store, keyring: Keyring, now: datetime) -> None:
    chats = await _chats(store, keyring, now, 1)
    await _queue(store, keyring, chats, now, kind="alert", each=6)
    assert len(await _claim(store, keyring, now)) == 3


async def test_ones_flood_of_replies_starves_nobody(store: Store, keyring: Keyring, now: datetime) -> None:
    """Groups 42 and 53."""
    loud, *others = await _chats(store, keyring, now, 21)
    await _queue(store, keyring, [loud], now - SECOND, each=200)
    await _queue(store, keyring, others, now)
    first = await _claim(store, keyring, now, limit=30)
    assert {parcel.contact for parcel in first} == {loud, *others}


async def test_when_room_is_short_alerts_go_first_and_digests_last(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    chats = await _chats(store, keyring, now, 60)
    await _queue(store, keyring, chats[:20], now - 2 * SECOND, kind="digest")
    await _queue(store, keyring, chats[20:40], now - SECOND)
    await _queue(store, keyring, chats[50:], now, kind="alert")
    await store.write(lambda conn: conn.execute(insert(tables.budgets), _bucket(now, 15)) and None)
    assert [parcel.kind for parcel in await _all(store, keyring, now)].count("alert") == 10
    assert {parcel.kind for parcel in await _all(store, keyring, now + 10 * SECOND)} >= {"reply"}
    kinds = [row.kind for row in await making.rows(store, tables.outbox) if row.state == "sent"]
    assert (kinds.count("alert"), kinds.count("reply")) == (10, 20)


def _bucket(now: datetime, tokens: float) -> dict[str, object]:
    return {"carrier": "telegram", "tokens": tokens, "at": now}


async def test_another_carrier_does_not_wait_for_telegram(store: Store, keyring: Keyring, now: datetime) -> None:
    await _queue(store, keyring, await _chats(store, keyring, now, 60), now - SECOND)
    texts = await _chats(store, keyring, now, 5, carrier="twilio")
    await _queue(store, keyring, texts, now)
    left = await _all(store, keyring, now)
    assert {parcel.contact for parcel in left} >= set(texts)


# ── 429 ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_chat_that_must_wait_35_seconds_holds_up_none_of_50_others(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 17."""
    unlucky, *others = await _chats(store, keyring, now, 51)
    await _queue(store, keyring, [unlucky], now - SECOND, each=3)
    await _queue(store, keyring, others, now)
    (refused, *rest) = await _claim(store, keyring, now)
    assert refused.contact == unlucky
    await _refused(store, keyring, refused, now)
    left = {parcel.contact for parcel in rest}
    for second in range(3):
        left |= {parcel.contact for parcel in await _all(store, keyring, now + second * SECOND)}
    assert left == set(others)
    assert await _all(store, keyring, now + timedelta(seconds=34)) == []
    assert len(await _all(store, keyring, now + timedelta(seconds=35))) == 1


async def test_several_chats_that_must_wait_mean_the_carrier(store: Store, keyring: Keyring, now: datetime) -> None:
    chats = await _chats(store, keyring, now, 23)
    await _queue(store, keyring, chats, now)
    for parcel in (await _claim(store, keyring, now))[:3]:
        await _refused(store, keyring, parcel, now, wait_s=10)
    assert await _claim(store, keyring, now + 9 * SECOND) == []
    assert len(await _claim(store, keyring, now + 10 * SECOND)) == 6


async def test_three_chats_in_long_trouble_do_not_silence_the_others_for_hours(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    chats = await _chats(store, keyring, now, 22)
    await _queue(store, keyring, chats, now)
    for parcel in (await _claim(store, keyring, now))[:3]:
        await _refused(store, keyring, parcel, now, wait_s=7200)
    assert len(await _claim(store, keyring, now + timedelta(seconds=60))) == 2


async def test_a_carrier_without_chats_pauses_as_a_whole(store: Store, keyring: Keyring, now: datetime) -> None:
    first, *others = await _chats(store, keyring, now, 5, carrier="twilio")
    await _queue(store, keyring, [first], now - SECOND)
    await _queue(store, keyring, others, now)
    (parcel,) = await _claim(store, keyring, now, limit=1)
    await _refused(store, keyring, parcel, now, wait_s=20)
    assert await _claim(store, keyring, now + 19 * SECOND) == []
    assert len(await _claim(store, keyring, now + 20 * SECOND)) == 5


async def test_a_chat_whose_number_needs_more_than_32_bits_is_followed(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 18."""
    chats = await _chats(store, keyring, now, 1)
    await _queue(store, keyring, chats, now)
    (parcel,) = await _claim(store, keyring, now)
    moved = SendFailed("moved", retryable=True, moved_to="-1009007199254740991")
    await store.write(lambda conn: delivery.failed(conn, keyring, parcel, moved, now=now, jitter=0.0))
    (again,) = await _claim(store, keyring, now)
    place = await store.read(lambda conn: contacts.address(conn, keyring, again.contact))
    assert place.address == "-1009007199254740991"
