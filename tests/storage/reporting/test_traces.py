"""A carrier's names of messages are kept for 48 hours: to delete them when asked, to know what a reply is about."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.vocabulary import (
    Append,
    Channel,
    Decision,
    Erase,
    File,
    Gone,
    Join,
    Known,
    Leave,
    Message,
    Mute,
    Presence,
    SendFailed,
    Sent,
    Wipe,
)
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from storage.purging import retention
from storage.reporting import traces
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

CHAT, OTHER_CHAT = "7700000011", "7700000012"
LEASE = timedelta(seconds=60)
HOUR = timedelta(hours=1)


def _message(number: int, *, chat: str = CHAT, **more: Any) -> Message:
    own = {"own_id": f"{number}"} | more
    return making.message(
        number, address=chat, channel=Channel.TELEGRAM, carrier="telegram", external_id=f"u{number}", **own
    )


async def _say(store: Store, keyring: Keyring, now: datetime, one: Message, *effects: Any, replies: int = 0) -> None:
    decided = making.decision(*effects, replies=[f"r{n}" for n in range(replies)])
    await making.say(store, keyring, one, decided, now=now)


async def _claim(store: Store, keyring: Keyring, now: datetime) -> list[Parcel]:
    return await store.write(lambda conn: outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=LEASE))


async def _send(store: Store, keyring: Keyring, now: datetime, parcel: Parcel, *ids: str) -> None:
    assert await store.write(lambda conn: delivery.sent(conn, keyring, parcel, Sent(ids), carrier="telegram", now=now))


async def _wiped(store: Store, keyring: Keyring, now: datetime, parcel: Parcel, gone: Any) -> bool:
    return await store.write(lambda conn: delivery.wiped(conn, keyring, parcel, gone, now=now))


async def _traced(store: Store, keyring: Keyring, now: datetime, chat: int = 0) -> list[str]:
    found = sorted(await making.rows(store, tables.contacts), key=lambda row: row.created_at)
    seen = await store.read(lambda conn: traces.of(conn, keyring, contact=found[chat].id, now=now))
    return [trace.own_id for trace in seen]


async def _replied(store: Store, keyring: Keyring, now: datetime, reply: Message) -> str | None:
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision()

    await making.say(store, keyring, reply, look, now=now)
    return seen[0].replied.report if seen[0].replied else None


# ── What a reply is about ────────────────────────────────────────────────────────────────────────────────────
async def test_a_reply_to_either_sides_message_is_about_its_case(store: Store, keyring: Keyring, now: datetime) -> None:
    first, second = making.filing(code="111111"), making.filing(code="222222")
    await _say(store, keyring, now, _message(1), first, replies=1)
    await _say(store, keyring, now, _message(3), second)
    (parcel,) = await _claim(store, keyring, now)
    await _send(store, keyring, now, parcel, "2")
    assert await _replied(store, keyring, now, _message(4, reply_to="1")) == first.report
    assert await _replied(store, keyring, now, _message(5, reply_to="2")) == first.report
    assert await _replied(store, keyring, now, _message(6, reply_to="3")) == second.report
    assert await _replied(store, keyring, now, _message(7, reply_to="99")) is None
    assert await _replied(store, keyring, now, _message(8)) is None


async def test_anothers_chat_with_the_same_numbers_is_another(store: Store, keyring: Keyring, now: datetime) -> None:
    await _say(store, keyring, now, _message(1), making.filing())
    assert await _replied(store, keyring, now, _message(9, chat=OTHER_CHAT, own_id="2", reply_to="1")) is None


async def test_a_reply_to_a_joined_or_erased_report_is_about_what_became_of_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _say(store, keyring, now, _message(1), elder)
    await _say(store, keyring, now, _message(2), newer)
    await _say(store, keyring, now, _message(3), Join(newer.report, elder.report))
    assert await _replied(store, keyring, now, _message(4, reply_to="2")) == elder.report
    await _say(store, keyring, now, _message(5), Erase(elder.report))
    assert await _replied(store, keyring, now, _message(6, reply_to="1")) is None
    assert {row.report for row in await making.rows(store, tables.traces)} == {None}


async def test_an_edit_is_the_message_that_it_edits(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 9."""
    file = making.filing()
    await _say(store, keyring, now, _message(1))
    await _say(store, keyring, now, _message(2, own_id="1", edit=True), file)
    assert await _traced(store, keyring, now) == ["1"]
    assert await _replied(store, keyring, now, _message(4, reply_to="1")) == file.report


async def test_names_are_sealed_and_gone_after_48_hours(store: Store, keyring: Keyring, now: datetime) -> None:
    await _say(store, keyring, now, _message(1, own_id="770000001"), making.filing())
    (row,) = await making.rows(store, tables.traces)
    assert b"770000001" not in row.sealed + row.hash
    await store.write(lambda conn: retention.purge(conn, keyring, now + 48 * HOUR) and None)
    assert await making.count(store, tables.traces) == 1
    await store.write(lambda conn: retention.purge(conn, keyring, now + 49 * HOUR) and None)
    assert await making.count(store, tables.traces) == 0


async def test_whoever_hides_and_whatever_has_no_name_leaves_none(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _say(store, keyring, now, _message(1, chat=""), making.filing())
    await _say(store, keyring, now, making.message(2), making.filing(code="111111"))
    assert await making.count(store, tables.traces) == 0


# ── Wiping ───────────────────────────────────────────────────────────────────────────────────────────────────
async def _talked(store: Store, keyring: Keyring, now: datetime) -> File:
    """Two messages of theirs, one of ours, and one that is still to be sent."""
    file = making.filing()
    await _say(store, keyring, now, _message(1), file, replies=1)
    (parcel,) = await _claim(store, keyring, now)
    await _send(store, keyring, now, parcel, "2")
    await _say(store, keyring, now, _message(3), Append(file.report), replies=1)
    return file


async def test_both_sides_messages_are_wiped_with_the_one_that_asked_and_what_was_queued_before(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 56: what is said of it afterwards stays, and the case goes on."""
    file = await _talked(store, keyring, now)
    at = now + HOUR
    await _say(store, keyring, at, _message(4), Wipe(), replies=1)
    (queued,) = await _claim(store, keyring, at)
    await _send(store, keyring, at, queued, "5")
    (errand,) = await _claim(store, keyring, at)
    assert (errand.kind, errand.reply.key) == ("wipe", "")
    gone = await store.read(lambda conn: traces.of(conn, keyring, contact=errand.contact, now=at))
    assert {trace.own_id for trace in gone} == {"1", "2", "3", "4", "5"}
    assert await _wiped(store, keyring, at, errand, gone)
    (told,) = await _claim(store, keyring, at)
    assert told.reply.key == "r0"
    await _send(store, keyring, at, told, "6")
    assert await _traced(store, keyring, at) == ["6"]
    (row,) = await making.rows(store, tables.reports)
    assert (row.id, row.status) == (file.report, "new")


async def test_a_wipe_takes_no_more_than_48_hours(store: Store, keyring: Keyring, now: datetime) -> None:
    """Groups 21 and 56."""
    await _talked(store, keyring, now)
    at = now + 48 * HOUR
    await store.write(lambda conn: keys.register(conn, keyring, at))
    await _say(store, keyring, at, _message(9), Wipe())
    assert await _traced(store, keyring, at) == ["9"]


async def test_a_crash_after_the_deletion_deletes_again_and_forgets_once(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _say(store, keyring, now, _message(1), Wipe())
    (crashed,) = await _claim(store, keyring, now)
    late = now + LEASE + timedelta(seconds=1)
    (again,) = await _claim(store, keyring, late)
    assert again.kind == "wipe"
    gone = await store.read(lambda conn: traces.of(conn, keyring, contact=again.contact, now=late))
    assert await _wiped(store, keyring, late, again, gone)
    assert not await _wiped(store, keyring, late, crashed, gone)
    assert await making.count(store, tables.traces) == 0
    assert await _claim(store, keyring, late + LEASE) == []


async def test_what_is_said_during_a_wipe_is_not_forgotten_by_it(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 56: a panic wipe while something else is being settled."""
    await _say(store, keyring, now, _message(1), Wipe())
    (errand,) = await _claim(store, keyring, now)
    gone = await store.read(lambda conn: traces.of(conn, keyring, contact=errand.contact, now=now))
    await _say(store, keyring, now, _message(2), making.filing())
    assert await _wiped(store, keyring, now, errand, gone)
    assert await _traced(store, keyring, now) == ["2"]


async def test_asking_for_silence_ends_no_wipe(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 43: the acknowledgement that was queued is dropped, what they asked for is done."""
    await _say(store, keyring, now, _message(1), making.filing(), replies=1)
    await _say(store, keyring, now, _message(2), Wipe())
    await _say(store, keyring, now, _message(3), Mute())
    assert [parcel.kind for parcel in await _claim(store, keyring, now)] == ["wipe"]


# ── Gone and back, and groups ────────────────────────────────────────────────────────────────────────────────
async def test_who_blocks_us_is_sent_nothing_more_and_staff_see_it_until_they_are_back(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 16."""
    await _say(store, keyring, now, _message(1), making.filing(), replies=2)
    await _say(store, keyring, now, _message(2, own_id="", presence=Presence.BLOCKED), Gone())
    (report,) = await making.rows(store, tables.reports)
    (contact,) = await making.rows(store, tables.contacts)
    assert (report.reachable, contact.unreachable_at) == ("no", now)
    assert await _claim(store, keyring, now) == []
    await _say(store, keyring, now, _message(3, own_id="", presence=Presence.BACK))
    (report,) = await making.rows(store, tables.reports)
    (contact,) = await making.rows(store, tables.contacts)
    assert (report.reachable, contact.unreachable_at) == ("yes", None)


async def test_a_block_in_the_midst_of_an_answer_ends_what_waits_and_shows_at_every_case(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 16: the carrier says so before any news of the block comes."""
    await _say(store, keyring, now, _message(1), making.filing(code="111111"), replies=3)
    await _say(store, keyring, now, _message(2), making.filing(code="222222"))
    (parcel,) = await _claim(store, keyring, now)
    blocked = SendFailed("blocked", retryable=False, unreachable=True)
    await store.write(lambda conn: delivery.failed(conn, keyring, parcel, blocked, now=now, jitter=0.0))
    assert await _claim(store, keyring, now + HOUR) == []
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"no"}


async def test_a_group_is_left_after_which_nothing_is_sent_there(store: Store, keyring: Keyring, now: datetime) -> None:
    group = _message(1, chat="-1007700000011", own_id="", presence=Presence.GROUP)
    await _say(store, keyring, now, group, Leave())
    (parcel,) = await _claim(store, keyring, now)
    assert parcel.kind == "leave"
    assert await store.write(lambda conn: delivery.left(conn, keyring, parcel, now=now))
    (contact,) = await making.rows(store, tables.contacts)
    assert contact.unreachable_at == now
    assert await _claim(store, keyring, now + HOUR) == []


async def test_a_second_delivery_of_a_wish_is_one_errand(store: Store, keyring: Keyring, now: datetime) -> None:
    await _say(store, keyring, now, _message(1), Wipe())
    await making.keep(store, keyring, _message(1), now=now)
    assert await making.waiting(store, keyring, now=now) == []
    assert await making.count(store, tables.outbox) == 1


async def test_an_errand_of_someone_who_cannot_be_opened_does_not_stop_the_others(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _say(store, keyring, now, _message(1), Wipe())
    spoilt = update(tables.traces).values(sealed=b"\x01" + bytes(60))
    await store.write(lambda conn: conn.execute(spoilt) and None)
    assert await _traced(store, keyring, now) == []
