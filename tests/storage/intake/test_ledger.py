"""A message is kept once, sealed, and waits in the order in which it was said."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.vocabulary import Channel, Medium, MediumKind, Message, Point
from storage import envelopes, tables
from storage.database.engine import Store
from storage.encoding import message_from_bytes, message_to_bytes
from storage.intake import ledger
from storage.intake.ledger import Settled
from storage.keys import Domain, Keyring
from storage.rows import open_row
from tests.storage import making
from tests.storage.making import OTHER_PHONE, PHONE, TEXT, message

pytestmark = pytest.mark.usefixtures("prepared")


async def test_a_delivery_repeated_twenty_times_at_once_is_kept_once(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await asyncio.gather(*(making.keep(store, keyring, message(1), now=now) for _ in range(20)))
    assert await making.count(store, tables.inbound) == 1


async def test_repeated_batches_in_any_order_lock_nobody_out(store: Store, keyring: Keyring, now: datetime) -> None:
    shuffled = random.Random(7)
    batches = []
    for _ in range(10):
        batch = [message(number) for number in range(30)]
        shuffled.shuffle(batch)
        batches.append(batch)
    await asyncio.gather(*(making.keep(store, keyring, *batch, now=now) for batch in batches))
    assert await making.count(store, tables.inbound) == 30


async def test_a_delivery_that_comes_again_after_settling_changes_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    await making.keep(store, keyring, message(1), now=now)
    assert await making.waiting(store, keyring, now=now) == []


async def test_the_same_id_in_another_inbox_is_another_message(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), message(1, account="AC1"), message(1, carrier="x"), now=now)
    assert await making.count(store, tables.inbound) == 3


async def test_what_was_kept_comes_back_whole(store: Store, keyring: Keyring, now: datetime) -> None:
    said = message(
        1,
        media=(Medium(MediumKind.PHOTO, "https://carrier.example/1", "image/jpeg", 7),),
        point=Point(33.3, 44.4),
        choice="v1:cmd:status",
        callback="77",
        edit=True,
        sent_at=now,
    )
    await making.keep(store, keyring, said, now=now)
    (found,) = await making.waiting(store, keyring, now=now)
    assert found.message == said
    assert found.readable


_TEXTS = st.text(st.characters(exclude_categories=[]), max_size=200)


@given(text=_TEXTS, address=_TEXTS, sequence=st.integers(-(2**62), 2**62))
def test_any_text_survives_being_written(text: str, address: str, sequence: int) -> None:
    said = Message(Channel.SMS, "c", "a", "e", address, sequence, text=text)
    read = message_from_bytes(message_to_bytes(said))
    assert read.sequence == sequence
    halves = [sign for sign in text + address if "\ud800" <= sign <= "\udfff"]
    if not halves:
        assert read == said
    assert not [sign for sign in read.text if "\ud800" <= sign <= "\udfff"]


async def test_half_a_surrogate_pair_and_a_nul_are_kept(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1, text="a\ud83d\x00b", sequence=2**80), now=now)
    (found,) = await making.waiting(store, keyring, now=now)
    assert found.message.text == "a\ufffd\x00b"


async def test_only_the_oldest_of_each_reporter_waits(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(3), message(2), message(5, address=OTHER_PHONE), now=now)
    found = await making.waiting(store, keyring, now=now)
    assert sorted(one.message.sequence for one in found) == [2, 5]


async def test_the_first_to_come_waits_first(store: Store, keyring: Keyring, now: datetime) -> None:
    for number in (3, 1, 2):
        phone = f"+96477000000{number:02d}"
        await making.keep(store, keyring, message(number, address=phone), now=now + timedelta(seconds=-number))
    found = await making.waiting(store, keyring, now=now)
    assert [one.message.sequence for one in found] == [3, 2, 1]


async def test_whoever_hides_is_someone_new_each_time(store: Store, keyring: Keyring, now: datetime) -> None:
    for number, address in enumerate(("", "", "Zain", "Zain")):
        await making.keep(store, keyring, message(number, address=address), now=now)
        await making.keep(store, keyring, message(number, address=address), now=now)
    rows = await making.rows(store, tables.inbound)
    assert len({row.pseudonym for row in rows}) == len(rows) == 4


# ── Stumbling ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_message_that_stumbles_waits_longer_each_time_and_holds_back_the_next(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1), message(2), now=now)
    (first,) = await making.waiting(store, keyring, now=now)
    at = now
    for wait in (2, 4, 8, 16):
        await store.write(partial(ledger.stumble, keyring=keyring, id=first.id, now=at, reason="KeyError"))
        assert await making.waiting(store, keyring, now=at + timedelta(seconds=wait - 1)) == []
        at += timedelta(seconds=wait)
        assert [one.id for one in await making.waiting(store, keyring, now=at)] == [first.id]


async def test_after_five_tries_it_is_a_dead_letter_and_the_chat_goes_on(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1), message(2), now=now)
    (first,) = await making.waiting(store, keyring, now=now)
    for _ in range(5):
        await store.write(lambda conn: ledger.stumble(conn, keyring, first.id, now=now, reason="KeyError"))
    (letter,) = await making.rows(store, tables.dead_letters)
    assert letter.reason == "KeyError"
    raw = open_row(keyring, Domain.CONTENT, ("dead_letters", letter.id), letter)
    assert message_from_bytes(envelopes.parted(raw)[1]) == message(1)
    (row, *_) = sorted(await making.rows(store, tables.inbound), key=lambda row: row.sequence)
    assert row.sealed is None
    assert [one.message.sequence for one in await making.waiting(store, keyring, now=now)] == [2]


async def test_a_message_that_does_not_open_is_a_dead_letter_and_the_chat_goes_on(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1), message(2), now=now)
    spoil = update(tables.inbound).where(tables.inbound.c.sequence == 1).values(sealed=b"\x01" + bytes(60))
    await store.write(lambda conn: conn.execute(spoil) and None)
    (first,) = await making.waiting(store, keyring, now=now)
    assert not first.readable
    assert await making.settle(store, keyring, first, making.decision(), now=now) is Settled.DONE
    (letter,) = await making.rows(store, tables.dead_letters)
    assert letter.reason == "unreadable"
    assert [one.message.sequence for one in await making.waiting(store, keyring, now=now)] == [2]


@pytest.mark.parametrize("why", ["stumbled", "unreadable"])
async def test_of_a_dead_letter_no_row_tells_more_than_the_hour_nor_whose_it_was(
    store: Store, keyring: Keyring, now: datetime, why: str
) -> None:
    """Nobody can tell whether it was private: so none tells what of a private one must not be told."""
    at = now.replace(minute=43, second=7, microsecond=9)
    await making.keep(store, keyring, message(7), now=at)
    (one,) = await making.waiting(store, keyring, now=at)
    for attempt in range(5 if why == "stumbled" else 0):
        then = at + timedelta(seconds=attempt)
        await store.write(lambda conn, then=then: ledger.stumble(conn, keyring, one.id, now=then, reason="bug"))  # type: ignore[misc]
    if why == "unreadable":
        await store.write(lambda conn: conn.execute(update(tables.inbound).values(sealed=b"\x01" + bytes(60))) and None)
        (one,) = await making.waiting(store, keyring, now=at)
        await making.settle(store, keyring, one, making.decision(), now=at)
    hour = at.replace(minute=0, second=0, microsecond=0)
    (letter,) = await making.rows(store, tables.dead_letters)
    (row,) = await making.rows(store, tables.inbound)
    assert letter.received_at == hour
    told = (row.received_at, row.settled_at, row.sequence, row.attempts, row.next_at, row.pseudonym)
    assert told == (hour, hour, 0, 0, None, b"")


async def test_what_cannot_be_read_is_kept_once_and_sealed(store: Store, keyring: Keyring, now: datetime) -> None:
    raw = b'{"update_id": 7, "strange": "' + TEXT.encode() + b'"}'

    for _ in range(3):
        await store.write(
            lambda conn: ledger.keep_dead(conn, keyring, channel=Channel.TELEGRAM, raw=raw, reason="x" * 99, now=now)
        )
    (letter,) = await making.rows(store, tables.dead_letters)
    assert TEXT.encode() not in letter.sealed
    assert open_row(keyring, Domain.CONTENT, ("dead_letters", letter.id), letter) == raw
    assert len(letter.reason) == 40


async def test_nothing_kept_shows_who_or_what(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), now=now)
    (row,) = await making.rows(store, tables.inbound)
    shown = repr(tuple(row))
    assert PHONE not in shown
    assert PHONE.lstrip("+") not in shown
    assert "SM1" not in shown


def test_an_envelope_and_what_waits_show_nothing_in_a_repr(keyring: Keyring, now: datetime) -> None:
    shown = repr(ledger.envelope(keyring, message(1), now))
    waiting = ledger.Waiting(1, message(1), b"d", b"p")
    assert PHONE not in shown + repr(waiting)
    assert TEXT not in shown + repr(waiting)


async def test_yesterdays_message_still_opens_tomorrow(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), now=now)
    (found,) = await making.waiting(store, keyring, now=now + timedelta(days=1))
    assert found.message == replace(message(1))


def test_dates_of_messages_are_aware() -> None:
    at = datetime(2026, 11, 21, 9, 0, 1, 5, tzinfo=UTC)
    assert message_from_bytes(message_to_bytes(message(1, sent_at=at))).sent_at == at


async def test_kept_rows_say_when_they_came(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), now=now)
    received = await store.read(lambda conn: conn.execute(select(tables.inbound.c.received_at)).scalar_one())
    assert received == now
