"""How often the words of a discreet reporter may be guessed, and whom that bars."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.vocabulary import Append, Conversation, Lock, Mode, Unlock
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import discretion, tries
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OTHER_PHONE, message
from tests.storage.reporting.discreet import HOUR, MINUTE, discretion_of, heard, hidden

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]


async def test_after_five_guesses_nothing_opens_for_an_hour_and_all_is_kept(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await hidden(store, keyring, now)
    add = (Append(file.report),)
    for number in range(5):
        assert not (await discretion_of(store, keyring, now, 2 + number, f"كلمة {number}", effects=add)).said
    assert not (await discretion_of(store, keyring, now, 7, "زهرة", effects=add)).said
    assert not (await discretion_of(store, keyring, now + HOUR - MINUTE, 9, "زهرة", effects=add)).said
    assert (await discretion_of(store, keyring, now + HOUR, 10, "زهرة", effects=add)).said
    said = [row for row in await making.rows(store, tables.parts) if row.kind == "utterance"]
    assert len(said) == 9


@pytest.mark.parametrize(
    "words",
    [
        ["هلو", "وينك", "منو هذا", "الو", "رد علي"],
        pytest.param(["وينك رجعي للبيت هسه حالا"] * 9, marks=pytest.mark.slow),
    ],
)
async def test_nothing_that_is_written_without_digits_closes_her_order_number(
    store: Store, keyring: Keyring, now: datetime, words: list[str]
) -> None:
    await hidden(store, keyring, now)
    for turn in range(6):
        for number, text in enumerate(words):
            await discretion_of(store, keyring, now + turn * HOUR, 20 * turn + number + 2, text)
    assert (await discretion_of(store, keyring, now + 5 * HOUR, 190, "482913", codes=("482913",))).said


async def test_five_wrong_numbers_close_her_number_for_an_hour_and_not_her_word(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    for number in range(5):
        wrong = f"11111{number}"
        await discretion_of(store, keyring, now, 2 + number, wrong, codes=(wrong,))
    assert not (await discretion_of(store, keyring, now, 8, "482913", codes=("482913",))).said
    assert not (await discretion_of(store, keyring, now, 9, "482913 " + "كلمة " * 50)).said
    assert (await discretion_of(store, keyring, now, 10, "زهرة")).said
    assert (await discretion_of(store, keyring, now, 11, "482913", codes=("482913",))).said


async def test_stories_leave_her_word_three_tries_an_hour_and_twelve_a_day(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    story = "رجع للبيت وهددني وكسر الباب"
    for turn in range(6):
        for number in range(9):
            found = await discretion_of(store, keyring, now + turn * HOUR, 20 * turn + number + 2, f"{number} {story}")
            assert not found.said
    last = now + 5 * HOUR
    assert not (await discretion_of(store, keyring, last, 290, f"زهرة {story}")).said
    for number in range(2):
        assert not (await discretion_of(store, keyring, last, 291 + number, "منو")).said
    assert (await discretion_of(store, keyring, last, 299, "زهرة")).said


@pytest.mark.parametrize("more", ["", pytest.param(" الى هنا اليوم وبعد", marks=pytest.mark.slow)])
async def test_however_a_guesser_writes_five_words_an_hour_and_twenty_a_day_are_tried(
    store: Store, keyring: Keyring, now: datetime, more: str
) -> None:
    await hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.discreet)
    for turn in range(7):
        before = await store.read(partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + turn * HOUR))
        for number in range(9):
            await discretion_of(store, keyring, now + turn * HOUR, 40 * turn + number + 2, f"كلمة{number}{more}")
        after = await store.read(partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + turn * HOUR))
        assert after - before <= 5
    assert after <= 20
    assert (await discretion_of(store, keyring, now + 6 * HOUR, 900, f"زهرة{more}")).said is False


async def test_guesses_of_long_ago_and_those_before_the_word_count_no_more(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    for number in range(4):
        await discretion_of(store, keyring, now, 2 + number, "منو")
    assert (await discretion_of(store, keyring, now, 6, "زهرة")).said
    for number in range(4):
        await discretion_of(store, keyring, now, 7 + number, "منو")
    for number in range(4):
        await discretion_of(store, keyring, now + HOUR, 20 + number, "منو")
    assert (await discretion_of(store, keyring, now + HOUR, 30, "زهرة")).said


async def test_each_code_in_a_message_is_a_guess(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    for number, wrong in enumerate((("111111", "111112", "111113", "111114"), ("111115",)), start=2):
        assert not (await discretion_of(store, keyring, now, number, " ".join(wrong), codes=wrong)).said
    four = ("111116", "111117", "111118", "482913")
    assert not (await discretion_of(store, keyring, now, 4, "منو هذا الي راسلكم هسه", codes=four)).said
    assert (await discretion_of(store, keyring, now + HOUR + 5 * MINUTE, 5, "482913", codes=("482913",))).said


async def test_of_many_codes_in_a_message_four_are_tried(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    five = ("111111", "111112", "111113", "111114", "482913")
    assert not (await discretion_of(store, keyring, now, 2, "رقم الطلب", codes=five)).said


async def test_after_twenty_guesses_no_word_opens_for_a_day(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    for turn in range(4):
        for number in range(6):
            await discretion_of(store, keyring, now + 2 * turn * HOUR, 10 * turn + number + 2, f"كلمة {number}")
    (row,) = await making.rows(store, tables.discreet)
    tried = partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + 7 * HOUR)
    assert await store.read(tried) == 20
    assert not (await discretion_of(store, keyring, now + 7 * HOUR, 90, "زهرة")).said
    later = now + 25 * HOUR
    await store.write(lambda conn: keys.register(conn, keyring, later))
    assert (await discretion_of(store, keyring, later, 91, "زهرة")).said
    assert await making.count(store, tables.guesses) == 0


async def test_whoever_guesses_all_day_does_not_keep_her_own_number_from_opening(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    for turn in range(4):
        for number in range(6):
            await discretion_of(store, keyring, now + 2 * turn * HOUR, 10 * turn + number + 2, f"كلمة {number}")
    assert (await discretion_of(store, keyring, now + 7 * HOUR, 91, "482913", codes=("482913",))).said


async def test_a_photo_is_no_guess_and_whoever_is_in_guesses_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    for number in range(9):
        await discretion_of(store, keyring, now, 2 + number, "")
    assert (await discretion_of(store, keyring, now, 20, "زهرة", effects=(Unlock(),))).said
    for number in range(9):
        await discretion_of(store, keyring, now, 21 + number, "اي")
    (row,) = await making.rows(store, tables.discreet)
    assert row.tries == 0


async def test_one_who_guesses_bars_nobody_else(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    for number in range(9):
        await heard(store, keyring, now, 2 + number, "منو", address=OTHER_PHONE)
    assert (await discretion_of(store, keyring, now, 20, "زهرة")).said


async def test_in_a_private_talk_no_word_is_looked_for_and_no_try_counted_until_it_is_locked(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    talk = making.decision(conversation=Conversation(mode=Mode.PRIVATE))
    await making.say(store, keyring, message(2, text=""), talk, now=now)
    for number in range(9):
        found = await discretion_of(store, keyring, now + MINUTE, 3 + number, "زهرة")
        assert (found.said, found.open) == (False, False)
    assert [row.tries for row in await making.rows(store, tables.discreet)] == [0]
    await making.say(
        store, keyring, message(20), making.decision(Lock(), conversation=talk.conversation), now=now + MINUTE
    )
    (mark,) = await making.rows(store, tables.talks)
    assert (mark.sealed, mark.contact) == (b"", None)
    known = await heard(store, keyring, now + 2 * MINUTE, 21, "هلو")
    assert (known.conversation.mode, known.lately_private) == (Mode.NORMAL, True)
    assert (await discretion_of(store, keyring, now + 2 * MINUTE, 22, "زهرة")).said


async def test_locking_in_a_private_talk_ends_the_minutes_after_her_word(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    await making.say(store, keyring, message(2, text="زهرة"), making.decision(Unlock(), replies=["added"]), now=now)
    talk = Conversation(mode=Mode.PRIVATE)
    await making.say(store, keyring, message(3), making.decision(conversation=talk, replies=["private.go"]), now=now)
    await making.say(store, keyring, message(4), making.decision(Lock(), conversation=talk), now=now)
    assert (await discretion_of(store, keyring, now + MINUTE, 5, "هلو")).open is False
    assert {row.state for row in await making.rows(store, tables.outbox)} == {"dead"}


async def test_that_somebody_guessed_is_forgotten_after_an_hour_and_bars_as_long_as_it_should(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    for number in range(2, 8):
        await heard(store, keyring, now, number, "وردة")
    await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=59)) and None)
    assert not (await discretion_of(store, keyring, now + timedelta(minutes=59), 8, "زهرة")).said
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(hours=1))) == 1
    (row,) = await making.rows(store, tables.discreet)
    assert (row.tries, row.tries_since) == (0, None)
    found = await discretion_of(store, keyring, now + timedelta(hours=1), 9, "زهرة", effects=(Unlock(),))
    assert found.said
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=69))) == 0
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=70))) == 1
    (row,) = await making.rows(store, tables.discreet)
    assert row.open_until is None
