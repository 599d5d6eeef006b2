"""What the office says days after her last words, and what she says to it: there is no talk any more."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.carriers import updates
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import (
    BEATEN,
    HOLE,
    QUESTION,
    answered,
    days,
    quiet,
    reports,
    said_of,
    says,
    told_days_ago,
)

ADDED = "أضيفت إلى رسالتك."
CHAT = 7_700_000_064
VEIL = "يفتشون موبايلي"


async def _asked(town: Town, after: int = 4) -> Any:
    """She told what befell her, and so many days later its office asks about it: the report."""
    _, told = await told_days_ago(town, after, BEATEN)
    await answered(town, told, QUESTION)
    return told


async def _asked_since(town: Town, wish: str, after: int = 1) -> tuple[str, Any]:
    """She told what befell her, four days later came this wish, and days after it its office asks: its code, and it."""
    code, told = await told_days_ago(town, 4, BEATEN)
    await says(town, wish)
    await days(town, after)
    await answered(town, told, QUESTION)
    return code, told


@on_both
async def test_what_is_said_to_a_question_on_the_fourth_day_is_added_for_its_office(town: Town) -> None:
    told = await _asked(town)
    for heard, answer in enumerate(("اي", "3", "اي بعده يضربني", "زين"), 2):
        await says(town, answer)
        assert await said_of(town, told.id) == heard
    assert len(await reports(town)) == 1


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("asked_after", [2, pytest.param(4, marks=pytest.mark.slow)])
async def test_a_question_may_be_answered_two_days_later_and_not_four(town: Town, asked_after: int) -> None:
    told = await _asked(town, asked_after)
    await days(town, 2)
    await says(town, "لا")
    assert await said_of(town, told.id) == 2
    await days(town, 4)
    assert ADDED not in await says(town, "لا")
    assert await said_of(town, told.id) == 2


@on_sqlite_mostly
async def test_on_telegram_too_without_a_reply_to_our_message(town: Town) -> None:
    await town.update(updates.said(CHAT, HOLE, 11))
    await quiet(town)
    (told,) = await reports(town)
    await days(town, 4)
    await answered(town, told, "وين بالضبط؟")
    await town.update(updates.said(CHAT, "قرب جامع النور مقابل المدرسة", 12))
    await quiet(town)
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)


@pytest.mark.slow
@on_sqlite_mostly
async def test_another_matter_after_the_question_is_a_report_of_its_own(town: Town) -> None:
    told = await _asked(town)
    await says(town, "اكو حفرة جبيرة بشارعنا بالشعلة ووگعت بيها سيارة")
    assert (await said_of(town, told.id), len(await reports(town))) == (1, 2)


@on_sqlite_mostly
async def test_after_new_what_is_told_is_not_the_answer(town: Town) -> None:
    told = await _asked(town)
    await says(town, "مساعدة")
    await says(town, "اي")
    assert await said_of(town, told.id) == 2
    await says(town, "جديد")
    await says(town, "اي بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 2)


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("wish", ["حذف", "احذفوا كل رسائلي", "سري", "شنو الجواب"])
async def test_whoever_holds_the_phone_gains_no_wish_by_answering(town: Town, wish: str) -> None:
    told = await _asked(town)
    await says(town, "اي")
    said = await says(town, wish)
    assert not any(QUESTION in text or re.search(r"(?<!\d)\d{16}(?!\d)", text) for text in said)
    await says(town, "نعم")
    (row,) = [row for row in await reports(town) if row.id == told.id]
    assert (row.erased_at, row.reachable) == (None, "yes")


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("wish", ["1", "سري", "حذف"])
async def test_nor_does_whoever_tells_another_matter_instead_of_answering(town: Town, wish: str) -> None:
    told = await _asked(town)
    await says(town, "اخوي هددني بالقتل")  # of hers, or another's: nobody knows
    assert len(await reports(town)) == 2
    said = [*await says(town, wish), *await says(town, "نعم"), *await says(town, "شنو الجواب")]
    assert not any(QUESTION in text for text in said)
    assert len(re.findall(r"(?<!\d)\d{16}(?!\d)", " ".join(said))) <= 1  # of what was told now
    (row,) = [row for row in await reports(town) if row.id == told.id]
    assert (row.erased_at, row.reachable, row.joined) == (None, "yes", None)


@on_sqlite_mostly
async def test_of_what_is_veiled_nothing_is_said_to_its_office_without_its_code(town: Town) -> None:
    code, told = await _asked_since(town, VEIL, 4)
    assert ADDED not in await says(town, "اي")
    assert await said_of(town, told.id) == 1
    assert any(QUESTION in text for text in await says(town, code))
    assert await says(town, "اي بعده يضربني") != []
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)
    town.clock.ahead += timedelta(minutes=31)
    await says(town, "اي")
    assert await said_of(town, told.id) == 2
    await says(town, f"{code} وهسه صار اكثر")
    assert (await said_of(town, told.id), len(await reports(town))) == (3, 1)


@pytest.mark.slow
@on_sqlite_mostly
async def test_on_a_locked_phone_words_without_the_word_are_attached_to_nothing(town: Town) -> None:
    code, told = await told_days_ago(town, 4, f"{BEATEN} محد يدري")
    await answered(town, told, QUESTION)
    await says(town, "اي بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (1, 2)
    await says(town, code)
    await says(town, "اي")
    assert await said_of(town, told.id) == 2
    town.clock.ahead += timedelta(minutes=11)
    await says(town, "اي")
    assert await said_of(town, told.id) == 2


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("veil", ["", VEIL])
async def test_an_answer_between_erase_it_and_her_yes_has_the_question_put_again(town: Town, veil: str) -> None:
    code, told = await told_days_ago(town, 4, BEATEN)
    if veil:
        await says(town, veil)
        await days(town, 4)
    (asked,) = await says(town, f"حذف {code}")
    await answered(town, told, QUESTION)
    assert await says(town, "نعم") == [asked]
    assert [row.erased_at for row in await reports(town)] == [None]
    await says(town, "نعم")
    assert [row.erased_at is not None for row in await reports(town)] == [True]


@on_sqlite_mostly
async def test_her_code_opens_the_question_on_the_day_after_the_veil_too(town: Town) -> None:
    code, told = await _asked_since(town, VEIL)
    assert ADDED not in await says(town, "اي")
    assert await said_of(town, told.id) == 1
    await says(town, f"{code} اي بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)
    assert any(QUESTION in text for text in await says(town, code))
    for heard, answer in enumerate(("اي", "3", "البارحة هم ضربني"), 3):
        await says(town, answer)
        assert await said_of(town, told.id) == heard
    assert len(await reports(town)) == 1


@pytest.mark.slow
@on_sqlite_mostly
async def test_a_wish_to_be_discreet_by_whoever_holds_the_phone_bars_no_answer_beside_her_code(town: Town) -> None:
    code, told = await _asked_since(town, "كتمان")
    assert any(QUESTION in text for text in await says(town, code))
    await says(town, "لا")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)


@on_sqlite_mostly
async def test_who_asked_for_silence_is_heard_beside_the_code_of_what_was_asked(town: Town) -> None:
    code, told = await _asked_since(town, "STOP")
    await says(town, f"{code} اي بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)


@pytest.mark.slow
@on_sqlite_mostly
async def test_of_what_is_veiled_the_second_part_of_an_answer_goes_to_the_first(town: Town) -> None:
    code, told = await _asked_since(town, VEIL)
    await says(town, f"{code} اي بعده يضربني")
    await says(town, "ويهدد الجهال")
    assert (await said_of(town, told.id), len(await reports(town))) == (3, 1)
    town.clock.ahead += timedelta(minutes=31)
    await says(town, "اي")
    assert await said_of(town, told.id) == 3


@on_sqlite_mostly
async def test_within_a_day_of_a_private_talk_a_bare_answer_reaches_who_asked_in_the_open(town: Town) -> None:
    _, told = await told_days_ago(town, 4, HOLE)
    await says(town, "سري")
    await says(town, "ابن عمي يبتزني بصور")
    town.clock.ahead += timedelta(hours=1)
    await answered(town, told, "وين بالضبط؟")
    await says(town, "اي")
    assert await said_of(town, told.id) == 2
    assert any("وصلت" in text or "رمز" in text for text in await says(town, "بعده يهددني بالصور"))
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 3)
