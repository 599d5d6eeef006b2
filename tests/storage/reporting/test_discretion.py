"""Discreet reporters: what opens, what a guesser learns, what is kept while their word is not said."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import (
    Alarm,
    Append,
    Category,
    Conversation,
    Decision,
    Delivery,
    Desk,
    Discretion,
    Effect,
    Erase,
    Facts,
    File,
    Hide,
    Join,
    Known,
    Lock,
    Mode,
    Mute,
    Receipt,
    SendFailed,
    Show,
    Unlock,
    Unmute,
    Urgency,
)
from storage import keys, tables
from storage.casework import cases, threads
from storage.casework.cases import Act
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox, receipts
from storage.purging import erasing
from storage.reporting import discretion, tries
from storage.words import content
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, OTHER_PHONE, PHONE, message

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DANGER = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)


async def _heard(store: Store, keyring: Keyring, now: datetime, number: int, text: str, **more: Any) -> Known:
    """What is known when somebody writes this; nothing follows from it."""
    seen: list[Known] = []
    effects: tuple[Effect, ...] = more.pop("effects", ())

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(*effects, conversation=known.conversation)

    codes = more.pop("codes", ())
    await making.say(store, keyring, message(number, text=text, **more), look, now=now, codes=codes)
    return seen[0]


async def _discretion(store: Store, keyring: Keyring, now: datetime, number: int, text: str, **more: Any) -> Discretion:
    found = (await _heard(store, keyring, now, number, text, **more)).discretion
    assert found is not None
    return found


async def _hidden(store: Store, keyring: Keyring, now: datetime, *words: str) -> File:
    """A report of somebody who is discreet from then on."""
    file = replace(making.filing(), mode=Mode.DISCREET)
    decided = making.decision(file, Hide(file.report, words or ("482913", "زهرة")))
    await making.say(store, keyring, message(1), decided, now=now)
    return file


# ── What opens ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_did_not_ask_for_it_is_not_discreet(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    assert (await _heard(store, keyring, now, 2, "زهرة", address=OTHER_PHONE)).discretion is None


@pytest.mark.parametrize(
    "text", ["زهرة", " زهره ", "زَهْرَة", "زهرة شفته اليوم بالسوق وهددني", "زهرة!", "482913", "٤٨٢٩١٣", "۴۸۲۹۱۳ شنو صار"]
)
async def test_a_word_opens_however_it_is_spelt(store: Store, keyring: Keyring, now: datetime, text: str) -> None:
    file = await _hidden(store, keyring, now)
    found = await _discretion(store, keyring, now, 2, text)
    assert (found.said, found.open, found.report) == (True, False, file.report)
    assert found.to is not None
    assert (found.to.office, found.to.desk) == (OFFICE, Desk.GENERAL)


async def test_a_code_opens_wherever_it_stands(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    found = await _discretion(store, keyring, now, 2, "شنو صار ويه 482 913 هسه", codes=("482913",))
    assert found.said


@pytest.mark.parametrize("text", ["شفت زهرة اليوم", "زهر", "زهرتي", "482914", "؟", "", "مرحبا شلونكم"])
async def test_nothing_else_opens(store: Store, keyring: Keyring, now: datetime, text: str) -> None:
    await _hidden(store, keyring, now)
    assert not (await _discretion(store, keyring, now, 2, text)).said


async def test_anothers_word_opens_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    file = making.filing(code="111111")
    other = making.decision(file, Hide(file.report, ("وردة",)))
    await making.say(store, keyring, message(2, address=OTHER_PHONE), other, now=now)
    assert not (await _discretion(store, keyring, now, 3, "وردة")).said
    assert not (await _discretion(store, keyring, now, 4, "زهرة", address=OTHER_PHONE)).said


async def test_a_word_of_their_own_finds_their_case_as_a_code_does(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _hidden(store, keyring, now)
    found = (await _heard(store, keyring, now, 2, "زهرة")).by_code
    assert found is not None
    assert found.report == file.report
    assert (await _heard(store, keyring, now, 3, "شنو صار")).by_code is None


async def test_it_stays_open_for_ten_minutes_or_until_it_is_locked(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    assert (await _discretion(store, keyring, now, 2, "زهرة", effects=(Unlock(),))).open is False
    assert (await _discretion(store, keyring, now + 9 * MINUTE, 3, "شنو صار")).open is True
    assert (await _discretion(store, keyring, now + 10 * MINUTE, 4, "شنو صار")).open is False
    await _discretion(store, keyring, now + 11 * MINUTE, 5, "زهرة", effects=(Unlock(), Lock()))
    assert (await _discretion(store, keyring, now + 12 * MINUTE, 6, "شنو صار")).open is False


async def test_their_words_are_kept_as_sealed_hashes_only(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await _hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.discreet)
    cells = b"".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    for word in ("482913", "زهرة", "زهره", PHONE, file.report):
        assert word.encode() not in cells
    by_hand = hashlib.sha256("زهره".encode() + row.sender_hash).digest()
    assert by_hand not in cells


async def test_where_the_key_is_gone_nothing_opens_and_they_stay_discreet(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    await store.write(lambda conn: conn.execute(update(tables.discreet).values(wrapped=b"\x01" + bytes(60))) and None)
    found = await _discretion(store, keyring, now, 2, "زهرة")
    assert found == Discretion(said=False, open=False)


async def test_after_the_month_the_words_still_open(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    later = now + timedelta(days=31)
    await store.write(lambda conn: keys.register(conn, keyring, later))
    assert (await _discretion(store, keyring, later, 2, "زهرة")).said


# ── Several reports, another word ────────────────────────────────────────────────────────────────────────────
async def test_codes_of_later_reports_open_too_and_the_word_stays(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    second = making.filing(code="222222")
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    for number, text in enumerate(("482913", "222222", "زهرة"), start=3):
        found = await _discretion(store, keyring, now, number, text)
        assert (found.said, found.report) == (True, second.report)


async def test_a_new_word_takes_the_place_of_the_old_one(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await _hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Hide(file.report, ("482913", "نرجس"))), now=now)
    said = [(await _discretion(store, keyring, now, n, text)).said for n, text in ((3, "زهرة"), (4, "نرجس"))]
    assert said == [False, True]
    second = making.filing(code="222222")
    hide = Hide(second.report, ("222222", "ياسمين"))
    await making.say(store, keyring, message(5), making.decision(second, hide), now=now)
    words = ("نرجس", "ياسمين", "482913", "222222")
    assert [(await _discretion(store, keyring, now, 6 + n, text)).said for n, text in enumerate(words)] == [
        False,
        True,
        True,
        True,
    ]


async def test_the_case_is_the_one_that_is_worked_on_and_their_other_once_erased(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder = making.filing(code="111111")
    await making.say(store, keyring, message(9, sequence=0), making.decision(elder), now=now)
    file = await _hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Join(file.report, elder.report)), now=now)
    assert (await _discretion(store, keyring, now, 3, "زهرة")).report == elder.report
    other = making.filing(code="222222")
    await making.say(store, keyring, message(8), making.decision(other), now=now)
    await making.say(store, keyring, message(4), making.decision(Erase(elder.report)), now=now)
    found = await _discretion(store, keyring, now, 5, "زهرة")
    assert (found.said, found.report, found.others) == (True, other.report, ())


async def test_whoever_wants_it_no_longer_is_answered_in_full_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Show()), now=now)
    assert await making.count(store, tables.discreet) == 0
    assert [row.reachable for row in await making.rows(store, tables.reports)] == ["yes"]


# ── Guessing ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_after_five_guesses_nothing_opens_for_an_hour_and_all_is_kept(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _hidden(store, keyring, now)
    add = (Append(file.report),)
    for number in range(5):
        assert not (await _discretion(store, keyring, now, 2 + number, f"كلمة {number}", effects=add)).said
    assert not (await _discretion(store, keyring, now, 7, "زهرة", effects=add)).said
    assert not (await _discretion(store, keyring, now + HOUR - MINUTE, 9, "زهرة", effects=add)).said
    assert (await _discretion(store, keyring, now + HOUR, 10, "زهرة", effects=add)).said
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
    await _hidden(store, keyring, now)
    for turn in range(6):
        for number, text in enumerate(words):
            await _discretion(store, keyring, now + turn * HOUR, 20 * turn + number + 2, text)
    assert (await _discretion(store, keyring, now + 5 * HOUR, 190, "482913", codes=("482913",))).said


async def test_five_wrong_numbers_close_her_number_for_an_hour_and_not_her_word(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    for number in range(5):
        wrong = f"11111{number}"
        await _discretion(store, keyring, now, 2 + number, wrong, codes=(wrong,))
    assert not (await _discretion(store, keyring, now, 8, "482913", codes=("482913",))).said
    assert not (await _discretion(store, keyring, now, 9, "482913 " + "كلمة " * 50)).said
    assert (await _discretion(store, keyring, now, 10, "زهرة")).said
    assert (await _discretion(store, keyring, now, 11, "482913", codes=("482913",))).said


async def test_stories_leave_her_word_three_tries_an_hour_and_twelve_a_day(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    story = "رجع للبيت وهددني وكسر الباب"
    for turn in range(6):
        for number in range(9):
            found = await _discretion(store, keyring, now + turn * HOUR, 20 * turn + number + 2, f"{number} {story}")
            assert not found.said
    last = now + 5 * HOUR
    assert not (await _discretion(store, keyring, last, 290, f"زهرة {story}")).said
    for number in range(2):
        assert not (await _discretion(store, keyring, last, 291 + number, "منو")).said
    assert (await _discretion(store, keyring, last, 299, "زهرة")).said


@pytest.mark.parametrize("more", ["", pytest.param(" الى هنا اليوم وبعد", marks=pytest.mark.slow)])
async def test_however_a_guesser_writes_five_words_an_hour_and_twenty_a_day_are_tried(
    store: Store, keyring: Keyring, now: datetime, more: str
) -> None:
    await _hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.discreet)
    for turn in range(7):
        before = await store.read(partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + turn * HOUR))
        for number in range(9):
            await _discretion(store, keyring, now + turn * HOUR, 40 * turn + number + 2, f"كلمة{number}{more}")
        after = await store.read(partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + turn * HOUR))
        assert after - before <= 5
    assert after <= 20
    assert (await _discretion(store, keyring, now + 6 * HOUR, 900, f"زهرة{more}")).said is False


async def test_guesses_of_long_ago_and_those_before_the_word_count_no_more(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    for number in range(4):
        await _discretion(store, keyring, now, 2 + number, "منو")
    assert (await _discretion(store, keyring, now, 6, "زهرة")).said
    for number in range(4):
        await _discretion(store, keyring, now, 7 + number, "منو")
    for number in range(4):
        await _discretion(store, keyring, now + HOUR, 20 + number, "منو")
    assert (await _discretion(store, keyring, now + HOUR, 30, "زهرة")).said


async def test_each_code_in_a_message_is_a_guess(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    for number, wrong in enumerate((("111111", "111112", "111113", "111114"), ("111115",)), start=2):
        assert not (await _discretion(store, keyring, now, number, " ".join(wrong), codes=wrong)).said
    four = ("111116", "111117", "111118", "482913")
    assert not (await _discretion(store, keyring, now, 4, "منو هذا الي راسلكم هسه", codes=four)).said
    assert (await _discretion(store, keyring, now + HOUR + 5 * MINUTE, 5, "482913", codes=("482913",))).said


async def test_of_many_codes_in_a_message_four_are_tried(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    five = ("111111", "111112", "111113", "111114", "482913")
    assert not (await _discretion(store, keyring, now, 2, "رقم الطلب", codes=five)).said


async def test_after_twenty_guesses_no_word_opens_for_a_day(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    for turn in range(4):
        for number in range(6):
            await _discretion(store, keyring, now + 2 * turn * HOUR, 10 * turn + number + 2, f"كلمة {number}")
    (row,) = await making.rows(store, tables.discreet)
    tried = partial(tries.spent, keyring=keyring, who=row.sender_hash, now=now + 7 * HOUR)
    assert await store.read(tried) == 20
    assert not (await _discretion(store, keyring, now + 7 * HOUR, 90, "زهرة")).said
    later = now + 25 * HOUR
    await store.write(lambda conn: keys.register(conn, keyring, later))
    assert (await _discretion(store, keyring, later, 91, "زهرة")).said
    assert await making.count(store, tables.guesses) == 0


async def test_whoever_guesses_all_day_does_not_keep_her_own_number_from_opening(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    for turn in range(4):
        for number in range(6):
            await _discretion(store, keyring, now + 2 * turn * HOUR, 10 * turn + number + 2, f"كلمة {number}")
    assert (await _discretion(store, keyring, now + 7 * HOUR, 91, "482913", codes=("482913",))).said


async def test_a_photo_is_no_guess_and_whoever_is_in_guesses_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    for number in range(9):
        await _discretion(store, keyring, now, 2 + number, "")
    assert (await _discretion(store, keyring, now, 20, "زهرة", effects=(Unlock(),))).said
    for number in range(9):
        await _discretion(store, keyring, now, 21 + number, "اي")
    (row,) = await making.rows(store, tables.discreet)
    assert row.tries == 0


async def test_one_who_guesses_bars_nobody_else(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    for number in range(9):
        await _heard(store, keyring, now, 2 + number, "منو", address=OTHER_PHONE)
    assert (await _discretion(store, keyring, now, 20, "زهرة")).said


async def test_in_a_private_talk_no_word_is_looked_for_and_no_try_counted_until_it_is_locked(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    talk = making.decision(conversation=Conversation(mode=Mode.PRIVATE))
    await making.say(store, keyring, message(2, text=""), talk, now=now)
    for number in range(9):
        found = await _discretion(store, keyring, now + MINUTE, 3 + number, "زهرة")
        assert (found.said, found.open) == (False, False)
    assert [row.tries for row in await making.rows(store, tables.discreet)] == [0]
    await making.say(
        store, keyring, message(20), making.decision(Lock(), conversation=talk.conversation), now=now + MINUTE
    )
    (mark,) = await making.rows(store, tables.talks)
    assert (mark.sealed, mark.contact) == (b"", None)
    known = await _heard(store, keyring, now + 2 * MINUTE, 21, "هلو")
    assert (known.conversation.mode, known.lately_private) == (Mode.NORMAL, True)
    assert (await _discretion(store, keyring, now + 2 * MINUTE, 22, "زهرة")).said


async def test_locking_in_a_private_talk_ends_the_minutes_after_her_word(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    await making.say(store, keyring, message(2, text="زهرة"), making.decision(Unlock(), replies=["added"]), now=now)
    talk = Conversation(mode=Mode.PRIVATE)
    await making.say(store, keyring, message(3), making.decision(conversation=talk, replies=["private.go"]), now=now)
    await making.say(store, keyring, message(4), making.decision(Lock(), conversation=talk), now=now)
    assert (await _discretion(store, keyring, now + MINUTE, 5, "هلو")).open is False
    assert {row.state for row in await making.rows(store, tables.outbox)} == {"dead"}


# ── While locked ─────────────────────────────────────────────────────────────────────────────────────────────
def _locked(facts: Facts = making.THEFT, **more: Any) -> File:
    return replace(making.filing(facts=facts, **more), code="", mode=Mode.DISCREET, locked=True)


def _talk(file: File, now: datetime) -> Conversation:
    """Of a discreet reporter, after this came without their word."""
    return Conversation(mode=Mode.DISCREET, locked=making.ongoing(file, now).ongoing)


async def test_what_else_is_theirs_and_what_came_without_their_word_is_told_with_it_alone(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _hidden(store, keyring, now)
    other, piece = making.filing(code="777777"), _locked()
    await making.say(store, keyring, message(2), making.decision(other, replies=["filed"]), now=now)
    await making.say(store, keyring, message(3), making.decision(piece, conversation=_talk(piece, now)), now=now)
    locked = await _discretion(store, keyring, now, 4, "شنو صار")
    assert (locked.said, locked.others, locked.beside) == (False, (), False)
    hers = await _discretion(store, keyring, now, 5, "زهرة")
    assert (hers.said, hers.report, hers.others, hers.beside) == (True, file.report, (other.report,), True)


async def test_what_comes_while_locked_is_nobodys(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    file = _locked()
    talk = _talk(file, now)
    first = making.decision(file, conversation=talk, replies=["decoy"])
    await making.say(store, keyring, message(2, text="وينها", own_id="2"), first, now=now)
    more = making.decision(Append(file.report), conversation=talk, replies=["decoy"])
    await making.say(store, keyring, message(3, text="ردو", own_id="3"), more, now=now)
    row = next(row for row in await making.rows(store, tables.reports) if row.id == file.report)
    assert row.reachable == "no"
    for table in (tables.codes, tables.report_contacts, tables.outbox, tables.traces):
        assert [each for each in await making.rows(store, table) if each.report == file.report] == []
    card = await store.read(lambda conn: threads.card(conn, keyring, file.report))
    assert card is not None
    assert card.unsaid
    thread = await store.read(lambda conn: content.card(conn, keyring, file.report))
    assert thread["locked"] is True


async def test_what_was_kept_while_locked_is_looked_for_only_while_somebody_looks_there(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    file = _locked()
    talk = _talk(file, now)
    await making.say(store, keyring, message(2), making.decision(file, conversation=talk), now=now)
    assert (await _heard(store, keyring, now, 3, "منو")).conversation.locked == talk.locked
    closed = update(tables.reports).where(tables.reports.c.id == file.report)
    await store.write(lambda conn: conn.execute(closed.values(status="closed", closed_at=now)) and None)
    assert (await _heard(store, keyring, now, 4, "منو")).conversation.locked is None


async def _left(store: Store) -> set[str]:
    return {row.id for row in await making.rows(store, tables.reports) if row.erased_at is None}


async def test_what_was_kept_while_locked_goes_with_their_last_report_and_so_does_all_they_hid(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    hers, elsewhere = await _hidden(store, keyring, now), making.filing(code="333333")
    await making.say(store, keyring, message(2, address=OTHER_PHONE), making.decision(elsewhere), now=now)
    locked = [_locked(), _locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")]
    for number, file in enumerate(locked, start=3):
        await making.say(store, keyring, message(number), making.decision(file), now=now)
    (row,) = await making.rows(store, tables.discreet)
    cells = b"".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    assert not any(file.report.encode() in cells for file in locked)
    assert await _left(store) == {hers.report, elsewhere.report, *(file.report for file in locked)}
    await making.say(store, keyring, message(6), making.decision(Unlock(), Erase(hers.report)), now=now)
    assert await _left(store) == {elsewhere.report}
    assert await making.count(store, tables.discreet) == 0
    assert {part.report for part in await making.rows(store, tables.parts) if part.wrapped} == {elsewhere.report}


@pytest.mark.parametrize("how", ["shown", "private"])
async def test_what_was_kept_while_locked_is_there_for_staff_when_nothing_is_hidden_any_more(
    store: Store, keyring: Keyring, now: datetime, how: str
) -> None:
    hers, locked = await _hidden(store, keyring, now), _locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")
    await making.say(store, keyring, message(2, text="لا تگولون"), making.decision(locked), now=now)
    if how == "shown":
        await making.say(store, keyring, message(3), making.decision(Unlock(), Show()), now=now)
    else:
        talk = making.ongoing(replace(hers, code="4829136500277410"), now)
        await making.say(
            store, keyring, message(3), making.decision(conversation=replace(talk, mode=Mode.PRIVATE)), now=now
        )
    assert await making.count(store, tables.discreet) == 0
    row = next(row for row in await making.rows(store, tables.reports) if row.id == locked.report)
    assert (row.status, row.erased_at, row.desk) == ("new", None, "women")
    card = await store.read(lambda conn: content.card(conn, keyring, locked.report))
    assert card["locked"] is True
    said = [part for part in await making.rows(store, tables.parts) if part.report == locked.report]
    assert {part.kind for part in said if part.sealed is not None} == {"card", "utterance"}


async def test_that_somebody_guessed_is_forgotten_after_an_hour_and_bars_as_long_as_it_should(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    for number in range(2, 8):
        await _heard(store, keyring, now, number, "وردة")
    await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=59)) and None)
    assert not (await _discretion(store, keyring, now + timedelta(minutes=59), 8, "زهرة")).said
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(hours=1))) == 1
    (row,) = await making.rows(store, tables.discreet)
    assert (row.tries, row.tries_since) == (0, None)
    found = await _discretion(store, keyring, now + timedelta(hours=1), 9, "زهرة", effects=(Unlock(),))
    assert found.said
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=69))) == 0
    assert await store.write(lambda conn: discretion.forget_tries(conn, now + timedelta(minutes=70))) == 1
    (row,) = await making.rows(store, tables.discreet)
    assert row.open_until is None


async def test_of_two_reports_the_one_that_stays_keeps_its_discretion_and_what_came_beside_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, beside_first = await _hidden(store, keyring, now), _locked()
    await making.say(store, keyring, message(2), making.decision(beside_first), now=now)
    second, beside_second = making.filing(code="222222"), _locked()
    await making.say(store, keyring, message(3), making.decision(second, Hide(second.report, ("222222",))), now=now)
    await making.say(store, keyring, message(4), making.decision(beside_second), now=now)
    await making.say(store, keyring, message(5), making.decision(Unlock(), Erase(first.report)), now=now)
    assert await _left(store) == {second.report, beside_second.report}
    assert (await _discretion(store, keyring, now, 6, "زهرة")).said
    await making.say(store, keyring, message(7), making.decision(Erase(second.report)), now=now)
    assert await _left(store) == set()


@pytest.mark.parametrize("how", ["erased", "elsewhere"])
async def test_of_two_reports_the_newest_erased_their_word_finds_the_other(
    store: Store, keyring: Keyring, now: datetime, how: str
) -> None:
    first, second = await _hidden(store, keyring, now), making.filing(code="222222")
    opened = now + MINUTE
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=opened)
    if how == "erased":
        await making.say(store, keyring, message(3), making.decision(Unlock(), Erase(second.report)), now=opened)
    else:  # as by the long code on a page, or by a restore
        await store.write(lambda conn: erasing.erase(conn, second.report, now=opened))
    later, beside = now + HOUR, _locked()
    locked = await _discretion(store, keyring, later, 4, "هلو")
    assert (locked.said, locked.report, locked.to and locked.to.office) == (False, first.report, OFFICE)
    await making.say(store, keyring, message(5), making.decision(beside), now=later)
    known = await _heard(store, keyring, later, 6, "زهرة")
    assert known.discretion is not None
    assert (known.discretion.said, known.discretion.report, known.discretion.others) == (True, first.report, ())
    assert known.by_code is not None
    assert known.by_code.report == first.report
    await making.say(
        store, keyring, message(7, address=OTHER_PHONE), making.decision(making.filing(code="3")), now=later
    )
    assert beside.report in await _left(store)
    await making.say(store, keyring, message(8), making.decision(Unlock(), Erase(first.report)), now=later)
    assert not {first.report, beside.report} & await _left(store)
    assert await making.count(store, tables.discreet) == 0


def _turned_private(file: File, now: datetime) -> Decision:
    talk = making.ongoing(replace(file, code="4829136500277410"), now)
    return making.decision(conversation=replace(talk, mode=Mode.PRIVATE))


async def test_of_two_reports_the_one_that_did_not_become_private_stays_hidden_by_the_same_words(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, second, beside = await _hidden(store, keyring, now), making.filing(code="222222"), _locked()
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    await making.say(store, keyring, message(3), making.decision(beside), now=now)
    await making.say(store, keyring, message(4), making.decision(Unlock()), now=now)
    await making.say(store, keyring, message(5), _turned_private(second, now), now=now)
    later = now + HOUR
    locked = await _discretion(store, keyring, later, 6, "هلو")
    assert (locked.said, locked.open, locked.report) == (False, False, first.report)
    assert (await _discretion(store, keyring, later, 7, "زهرة")).said
    states = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert states == {first.report: "nudge", second.report: "pull", beside.report: "no"}
    await making.say(store, keyring, message(8), making.decision(Unlock(), Erase(first.report)), now=later)
    assert await _left(store) == {second.report}
    assert await making.count(store, tables.discreet) == 0


async def test_words_that_wait_are_given_up_when_they_lock_but_not_those_that_reveal_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)
    said = making.decision(Unlock(), replies=["added", "discreet.filed", "answer"])
    await making.say(store, keyring, message(2), said, now=now)
    await making.say(store, keyring, message(3), making.decision(Lock(), replies=["decoy.thanks"]), now=now)
    rows = sorted(await making.rows(store, tables.outbox), key=lambda row: row.created_at)
    assert [row.state for row in rows] == ["dead", "pending", "pending", "pending"]
    assert (rows[0].reason, rows[0].sealed) == ("locked", None)


# ── The silent alarm ─────────────────────────────────────────────────────────────────────────────────────────
async def _alerts(store: Store) -> list[Any]:
    return [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]


async def test_an_alarm_rings_the_desk_and_nobody_else(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    file = _locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")
    await making.say(store, keyring, message(2), making.decision(file, Alarm(file.report)), now=now)
    (timer,) = await _alerts(store)
    assert (timer.report, timer.due_at) == (file.report, now)
    assert (timer.data["office"], timer.data["desk"]) == ("women-baghdad", "women")
    assert await making.count(store, tables.outbox) == 0
    await making.say(store, keyring, message(3), making.decision(Append(file.report), Alarm(file.report)), now=now)
    assert len(await _alerts(store)) == 1  # it rings already


@pytest.mark.parametrize("state", ["claimed", "closed"])
async def test_an_alarm_rings_again_although_somebody_held_it_or_closed_it(
    store: Store, keyring: Keyring, now: datetime, state: str
) -> None:
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    file = _locked(DANGER)
    await making.say(store, keyring, message(2), making.decision(file, Alarm(file.report)), now=now)

    def taken(conn: Connection) -> None:
        values: dict[str, Any] = {"claimed_by": person, "claimed_at": now, "version": 3}
        if state == "closed":
            values |= {"status": "closed", "closed_at": now, "close_reason": "advised"}
        conn.execute(update(tables.reports).values(values))
        conn.execute(update(tables.timers).values(done_at=now))

    await store.write(taken)
    again = making.decision(Append(file.report), Alarm(file.report))
    await making.say(store, keyring, message(3), again, now=now + HOUR)
    (row,) = await making.rows(store, tables.reports)
    assert (row.status, row.claimed_by, row.closed_at) == ("new", None, None)
    assert [timer.due_at for timer in await _alerts(store) if timer.done_at is None] == [now + HOUR]
    assert "alarm" in {event.kind for event in await making.rows(store, tables.events)}


async def test_an_alarm_for_what_was_erased_does_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    file = _locked(DANGER)
    await making.say(store, keyring, message(2), making.decision(file, Erase(file.report), Alarm(file.report)), now=now)
    assert await _alerts(store) == []


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _answered(store: Store, keyring: Keyring, now: datetime, number: str) -> None:
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    (row,) = await making.rows(store, tables.reports)
    act = Act(staff=person, number=number, version=row.version, now=now)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "تعالي للمركز") and None, staff=person)


async def test_an_answer_to_the_discreet_says_only_that_something_waits(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.reports)
    assert row.reachable == "nudge"
    await _answered(store, keyring, now, file.number)
    claim = partial(outbox.claim, keyring=keyring, owner="me", now=now + MINUTE, limit=9, lease=MINUTE)
    (parcel,) = await store.write(claim)
    assert (parcel.kind, parcel.reply.key, dict(parcel.reply.values)) == ("answer", "nudge.discreet", {})
    case = (await _heard(store, keyring, now, 2, "زهرة")).by_code
    assert case is not None
    assert case.last_answer == "تعالي للمركز"


async def test_whoever_becomes_discreet_has_all_their_reports_hidden(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, second = making.filing(code="111111"), making.filing(code="222222")
    await making.say(store, keyring, message(1), making.decision(first), now=now)
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"nudge"}
    other = making.filing(code="333333")
    await making.say(store, keyring, message(3, address=OTHER_PHONE), making.decision(other), now=now)
    assert sorted(row.reachable for row in await making.rows(store, tables.reports)) == ["nudge", "nudge", "yes"]


async def test_silence_and_being_out_of_reach_end_where_they_began(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)

    async def reachable() -> str:
        (row,) = await making.rows(store, tables.reports)
        return str(row.reachable)

    await making.say(store, keyring, message(2), making.decision(Mute()), now=now)
    assert await reachable() == "pull"
    await making.say(store, keyring, message(3), making.decision(Unmute()), now=now)
    assert await reachable() == "nudge"

    def receive(conn: Connection, delivery: Delivery, failure: SendFailed | None = None) -> None:
        receipts.arrive(conn, keyring, Receipt("twilio", "SM1", delivery, failure), now=now)

    gone = SendFailed("no_such_number", retryable=False, unreachable=True)
    (contact,) = await making.rows(store, tables.contacts)

    def sent(conn: Connection) -> None:
        body = {"once": "x", "kind": "reply", "contact": contact.id, "channel": "sms", "epoch": "2026-11"}
        times = {"created_at": now, "due_at": now, "state": "sent", "attempts": 1, "delivery": 0}
        conn.execute(insert(tables.outbox), {"id": "p", **body, **times})
        receipts.expect(conn, keyring, parcel="p", carrier="twilio", ids=("SM1",))
        receive(conn, Delivery.FAILED, gone)

    await store.write(sent)
    assert await reachable() == "no"
    await store.write(lambda conn: receive(conn, Delivery.DELIVERED))
    assert await reachable() == "nudge"


async def test_a_kill_before_the_commit_leaves_no_discretion_and_no_try(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now)

    def fail(known: Known) -> Decision:
        assert known.discretion is not None
        raise LookupError

    for number in range(9):
        with pytest.raises(LookupError):
            await making.say(store, keyring, message(2, text=f"منو {number}"), fail, now=now)
    (row,) = await making.rows(store, tables.discreet)
    assert row.tries == 0
    who = await store.read(lambda conn: conn.execute(select(tables.discreet.c.sender_hash)).scalar_one())
    assert await store.read(lambda conn: discretion.is_discreet(conn, who))


async def test_a_word_of_their_own_opens_however_many_reports_follow(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now, "482913", "زهرة")
    for number in range(2, 12):
        file = making.filing(code=str(300_000 + number))
        await making.say(
            store, keyring, message(number), making.decision(file, Hide(file.report, (file.code,))), now=now
        )
    discretion = await _discretion(store, keyring, now + timedelta(hours=2), 50, "زهرة")
    assert discretion is not None
    assert discretion.said


async def test_an_order_number_opens_however_many_reports_follow(store: Store, keyring: Keyring, now: datetime) -> None:
    await _hidden(store, keyring, now)
    for number in range(2, 12):
        file = making.filing(code=str(300_000 + number))
        await making.say(
            store, keyring, message(number), making.decision(file, Hide(file.report, (file.code,))), now=now
        )
    discretion = await _discretion(store, keyring, now + timedelta(hours=2), 50, "482913")
    assert discretion is not None
    assert discretion.said


async def test_a_new_word_leaves_the_numbers_of_their_other_reports_as_they_are(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _hidden(store, keyring, now, "482913", "زهرة")
    file = making.filing(code="300000")
    await making.say(store, keyring, message(2), making.decision(file, Hide(file.report, (file.code,))), now=now)
    await making.say(store, keyring, message(3), making.decision(Hide(file.report, (file.code, "وردة"))), now=now)
    for number, (said, opens) in enumerate((("482913", True), ("وردة", True), ("زهرة", False)), start=10):
        found = await _discretion(store, keyring, now + timedelta(minutes=number), number, said)
        assert (found is not None and found.said) is opens
