"""Words leave once, in order, by whoever holds them; what cannot leave comes back later or is given up openly."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from bot.vocabulary import Channel, Locale, Option, Reply, SendFailed, Sent
from storage import contacts, tables
from storage.database.engine import Store
from storage.encoding import loads
from storage.keys import Domain, Keyring
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from storage.sealing import unseal
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OTHER_PHONE, PHONE, message

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def contact(store: Store, keyring: Keyring, now: datetime) -> str:
    """A reporter's contact, with one report."""
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    (row,) = await making.rows(store, tables.contacts)
    return str(row.id)


async def _put(store: Store, keyring: Keyring, contact: str, once: str, now: datetime, **more: Any) -> None:
    words: dict[str, Any] = {
        "kind": "reply",
        "channel": Channel.SMS,
        "reply": Reply(once, {"n": "1"}),
        "due_at": now,
        "now": now,
    }
    await store.write(lambda conn: outbox.put(conn, keyring, once=once, contact=contact, **(words | more)))


async def _claim(store: Store, keyring: Keyring, now: datetime, owner: str = "me", limit: int = 99) -> list[Parcel]:
    return await store.write(lambda conn: outbox.claim(conn, keyring, owner=owner, now=now, limit=limit, lease=LEASE))


async def _sent(store: Store, keyring: Keyring, parcel: Parcel, now: datetime) -> bool:
    return await store.write(lambda conn: outbox.sent(conn, keyring, parcel, Sent(("SM77",)), now=now))


async def _failed(
    store: Store, keyring: Keyring, parcel: Parcel, failure: SendFailed, now: datetime, jitter: float = 0.5
) -> bool:
    return await store.write(lambda conn: delivery.failed(conn, keyring, parcel, failure, now=now, jitter=jitter))


async def test_what_was_put_comes_out_whole(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    reply = Reply("ask.place", {"number": "IQ-1"}, (Option("v1:place:x", "الشعلة", literal=True),))
    await _put(store, keyring, contact, "a", now, reply=reply, callback="cb1")
    (parcel,) = await _claim(store, keyring, now)
    assert (parcel.reply, parcel.callback, parcel.contact, parcel.channel) == (reply, "cb1", contact, Channel.SMS)
    assert (parcel.attempts, parcel.owner) == (1, "me")


async def test_the_same_once_is_queued_once_for_ever(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    for _ in range(3):
        await _put(store, keyring, contact, "a", now)
    (parcel,) = await _claim(store, keyring, now)
    assert await _sent(store, keyring, parcel, now)
    await _put(store, keyring, contact, "a", now)
    assert await _claim(store, keyring, now + LEASE) == []


async def test_nothing_leaves_before_it_is_due(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    await _put(store, keyring, contact, "a", now, due_at=now + timedelta(seconds=10))
    assert await _claim(store, keyring, now + timedelta(seconds=9)) == []
    assert len(await _claim(store, keyring, now + timedelta(seconds=10))) == 1


async def test_words_to_one_reporter_keep_their_order(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    for place in range(3):
        await _put(store, keyring, contact, f"n{place}", now + place * SECOND, due_at=now)
    for place in range(3):
        (parcel,) = await _claim(store, keyring, now)
        assert parcel.reply.key == f"n{place}"
        assert await _claim(store, keyring, now) == []  # the next waits while this one is being sent
        if place == 1:
            # and while it waits to be tried again
            await _failed(store, keyring, parcel, SendFailed("throttled", retryable=True), now, jitter=0.0)
            (again,) = await _claim(store, keyring, now)
            assert (again.reply.key, again.attempts) == ("n1", 2)
            parcel = again
        assert await _sent(store, keyring, parcel, now)


async def test_words_that_may_be_taken_back_hold_up_nothing(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "answer", now, kind="answer", due_at=now + timedelta(seconds=10))
    await _put(store, keyring, contact, "reply", now + SECOND, due_at=now)
    (parcel,) = await _claim(store, keyring, now + SECOND)
    assert parcel.reply.key == "reply"


async def test_an_alert_waits_for_no_digest(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    await _put(store, keyring, contact, "digest", now, kind="digest")
    await _put(store, keyring, contact, "alert", now + SECOND, kind="alert", due_at=now)
    assert len(await _claim(store, keyring, now)) == 2


async def test_reporters_do_not_wait_for_each_other(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await making.say(store, keyring, message(2, address=OTHER_PHONE), making.decision(replies=["theirs"]), now=now)
    await _put(store, keyring, contact, "mine", now)
    assert {parcel.reply.key for parcel in await _claim(store, keyring, now)} == {"mine", "theirs"}


# ── Leases ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_who_does_not_report_back_loses_the_parcel(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    (mine,) = await _claim(store, keyring, now, owner="slow")
    assert await _claim(store, keyring, now + LEASE, owner="other") == []
    late = now + LEASE + SECOND
    (theirs,) = await _claim(store, keyring, late, owner="other")
    assert theirs.attempts == 2
    assert not await _sent(store, keyring, mine, late)
    assert not await _failed(store, keyring, mine, SendFailed("x", retryable=False), late)
    assert await _sent(store, keyring, theirs, late)
    assert not await _sent(store, keyring, theirs, late)


async def test_the_same_owner_is_fenced_from_its_own_past(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    (first,) = await _claim(store, keyring, now)
    (second,) = await _claim(store, keyring, now + LEASE + SECOND)
    assert not await _sent(store, keyring, first, now + LEASE + SECOND)
    assert await _sent(store, keyring, second, now + LEASE + SECOND)


async def test_many_claimers_never_hold_the_same(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    for place in range(20):
        await _put(store, keyring, contact, f"n{place}", now, kind="alert")

    async def take(owner: str) -> list[str]:
        # On PostgreSQL a contact that another takes from just now is left for the next time.
        taken = [await _claim(store, keyring, now, owner=owner, limit=3) for _ in range(20)]
        return [parcel.id for parcels in taken for parcel in parcels]

    held = await asyncio.gather(*(take(f"o{n}") for n in range(5)))
    ids = [id for mine in held for id in mine]
    assert len(ids) == len(set(ids)) == 20


async def test_at_the_start_of_the_only_process_the_deads_parcels_are_due(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    store = sqlite_store
    await making.prepare(store, keyring, now) if not await making.count(store, tables.offices) else None
    await making.say(store, keyring, message(9), making.decision(replies=["a"]), now=now)
    await _claim(store, keyring, now, owner="dead")
    assert await store.write(lambda conn: outbox.release(conn, now=now)) == 1
    (parcel,) = await _claim(store, keyring, now)
    assert parcel.attempts == 2


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_what_was_sent_is_empty_but_for_the_carriers_ids(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    (parcel,) = await _claim(store, keyring, now)
    await _sent(store, keyring, parcel, now)
    (row,) = await making.rows(store, tables.outbox)
    assert (row.state, row.sealed, row.sent_at, row.owner) == ("sent", None, now, None)
    key = keyring.at(Domain.INTAKE, row.epoch)
    assert loads(unseal(key, row.carrier_ids, "outbox", "carrier_ids", row.id, row.epoch)) == ["SM77"]


async def test_staff_see_that_their_answer_left(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    (report,) = await making.rows(store, tables.reports)
    await _put(store, keyring, contact, "a", now, kind="answer", report=report.id)
    (parcel,) = await _claim(store, keyring, now)
    await _sent(store, keyring, parcel, now)
    assert [event.kind for event in await making.rows(store, tables.events)] == ["file", "sent"]


@given(attempts=st.integers(1, 60), jitter=st.floats(0, 1, exclude_max=True), wish=st.floats(0, 9999))
def test_waits_grow_to_an_hour_and_honour_the_carrier(attempts: int, jitter: float, wish: float) -> None:
    free = outbox.wait_s(attempts, SendFailed("x", retryable=True), jitter)
    assert 0 <= free <= min(3600.0, 2.0**attempts)
    assert outbox.wait_s(attempts, SendFailed("x", retryable=True, retry_after_s=wish), jitter) == max(free, wish)


async def test_a_carriers_wish_is_honoured(store: Store, keyring: Keyring, contact: str, now: datetime) -> None:
    await _put(store, keyring, contact, "a", now)
    (parcel,) = await _claim(store, keyring, now)
    await _failed(store, keyring, parcel, SendFailed("throttled", retryable=True, retry_after_s=35), now)
    assert await _claim(store, keyring, now + timedelta(seconds=34)) == []
    assert len(await _claim(store, keyring, now + timedelta(seconds=35))) == 1


async def test_what_can_never_arrive_is_given_up_and_staff_see_it(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    (report,) = await making.rows(store, tables.reports)
    await _put(store, keyring, contact, "a", now, kind="answer", report=report.id)
    (parcel,) = await _claim(store, keyring, now)
    await _failed(store, keyring, parcel, SendFailed("blocked", retryable=False, unreachable=True), now)
    (row,) = await making.rows(store, tables.outbox)
    assert (row.state, row.reason, row.sealed) == ("dead", "blocked", None)
    (report,) = await making.rows(store, tables.reports)
    assert report.reachable == "no"
    assert [event.kind for event in await making.rows(store, tables.events)][-1] == "unreachable"
    (place,) = await making.rows(store, tables.contacts)
    assert place.unreachable_at == now


async def test_a_failure_of_one_text_does_not_lose_the_person(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    (parcel,) = await _claim(store, keyring, now)
    await _failed(store, keyring, parcel, SendFailed("too_long", retryable=False), now)
    (place,) = await making.rows(store, tables.contacts)
    assert place.unreachable_at is None


async def test_silence_asked_for_meanwhile_makes_the_answer_wait_for_them(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    (report,) = await making.rows(store, tables.reports)
    await _put(store, keyring, contact, "a", now, kind="answer", report=report.id)
    (parcel,) = await _claim(store, keyring, now)
    await _failed(store, keyring, parcel, SendFailed("muted", retryable=False), now)
    (report,) = await making.rows(store, tables.reports)
    assert report.reachable == "pull"


async def test_after_three_days_a_parcel_is_given_up(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    late = now + timedelta(hours=72)
    (parcel,) = await _claim(store, keyring, late)
    await _failed(store, keyring, parcel, SendFailed("throttled", retryable=True), late)
    (row,) = await making.rows(store, tables.outbox)
    assert (row.state, row.reason) == ("dead", "expired")


async def test_a_moved_address_is_followed_and_is_the_same_person(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    (parcel,) = await _claim(store, keyring, now)
    moved = SendFailed("moved", retryable=True, moved_to=OTHER_PHONE)
    assert await _failed(store, keyring, parcel, moved, now)
    (again,) = await _claim(store, keyring, now)
    place = await store.read(lambda conn: contacts.address(conn, keyring, again.contact))
    assert place.address == OTHER_PHONE
    same = await store.write(
        lambda conn: contacts.find_or_add(
            conn, keyring, channel=Channel.SMS, carrier="twilio", address=OTHER_PHONE, locale=Locale.AR, now=now
        )
    )
    assert same == contact


async def test_a_parcel_that_does_not_open_is_given_up_and_the_others_leave(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    spoil = update(tables.outbox).values(sealed=b"\x01" + bytes(60))
    await store.write(lambda conn: conn.execute(spoil) and None)
    await _put(store, keyring, contact, "b", now, kind="alert")
    assert [parcel.reply.key for parcel in await _claim(store, keyring, now)] == ["b"]
    states = {row.once: (row.state, row.reason) for row in await making.rows(store, tables.outbox)}
    assert states["a"] == ("dead", "unreadable")


async def test_nothing_in_the_outbox_shows_who_or_what(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now, reply=Reply("answer", {"text": "كلمات"}))
    (row,) = await making.rows(store, tables.outbox)
    assert "كلمات".encode() not in row.sealed
    assert PHONE not in repr(tuple(row))


async def test_an_ended_parcel_that_kept_its_words_would_be_refused(
    store: Store, keyring: Keyring, contact: str, now: datetime
) -> None:
    await _put(store, keyring, contact, "a", now)
    with pytest.raises(Exception, match=r"ended_is_empty"):
        await store.write(lambda conn: conn.execute(update(tables.outbox).values(state="sent")) and None)


async def test_two_pseudonyms_may_share_a_contact_but_not_one_pseudonym_two(store: Store, contact: str) -> None:
    row = {"pseudonym": b"x", "epoch": "2026-11", "contact": contact}
    await store.write(lambda conn: conn.execute(insert(tables.senders), row) and None)
    assert await making.count(store, tables.senders) == 2
