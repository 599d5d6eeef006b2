"""Two reports of one phone, and what is said to the office that asked last: it is hers or a pothole."""

from typing import Any

import pytest

from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, HOLE, QUESTION, answered, code_in, days, reports, said_of, says, told_days_ago


async def _two_told(town: Town) -> tuple[Any, Any]:
    """What befell her and a pothole, told on one phone; four days pass."""
    await says(town, BEATEN)
    await says(town, "جديد")
    await says(town, HOLE)
    hers, hole = await reports(town)
    await days(town, 4)
    return hers, hole


async def _asked_amid_a_talk(town: Town) -> tuple[Any, Any, str]:
    """What befell her; days later a pothole, and a day after it the first office asks: both, and the pothole's code."""
    _, hers = await told_days_ago(town, 4, BEATEN)
    code = code_in(await says(town, HOLE))
    _, hole = await reports(town)
    await days(town, 1)
    await answered(town, hers, QUESTION)
    return hers, hole, code


@on_both
async def test_of_two_offices_the_one_that_asked_last_hears_the_answer(town: Town) -> None:
    hers, hole = await _two_told(town)
    await answered(town, hole, "متى صار المطب؟")
    await says(town, "البارحة")
    await days(town, 1)
    await answered(town, hers, QUESTION)
    for heard, answer in enumerate(("اي", "لا", "3", "هو بالشغل هسه اكدر احجي"), 2):
        await says(town, answer)
        assert (await said_of(town, hers.id), await said_of(town, hole.id)) == (heard, 2)
    await days(town, 1)
    await answered(town, hole, "هل بعده المطب؟")
    await says(town, "اي")
    assert (await said_of(town, hers.id), await said_of(town, hole.id), len(await reports(town))) == (5, 3, 2)


@pytest.mark.slow
@on_sqlite_mostly
async def test_a_talk_of_yesterday_gives_way_to_what_an_office_asks_today(town: Town) -> None:
    hers, hole, code = await _asked_amid_a_talk(town)
    await says(town, "اي")
    await says(town, "الدكتورة كالت عندي كسر بايدي")
    assert (await said_of(town, hers.id), await said_of(town, hole.id)) == (3, 1)
    await says(town, f"{code} المطب قرب الجامع")
    assert (await said_of(town, hers.id), await said_of(town, hole.id), len(await reports(town))) == (3, 2, 2)


@on_sqlite_mostly
async def test_what_goes_on_with_the_talk_by_its_code_after_the_question_stays_in_it(town: Town) -> None:
    hers, hole, code = await _asked_amid_a_talk(town)
    await says(town, f"{code} المطب قرب الجامع")
    await says(town, "وكسر سيارة جارنا هم")
    assert (await said_of(town, hers.id), await said_of(town, hole.id), len(await reports(town))) == (1, 3, 2)


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("last", ["hers", "hole"])
async def test_where_two_offices_asked_since_a_bare_answer_goes_where_few_read(town: Town, last: str) -> None:
    hers, hole = await _two_told(town)
    for each in (hole, hers) if last == "hers" else (hers, hole):
        await answered(town, each, "متى صار؟")
    await says(town, "لا")
    await says(town, "الدكتورة كالت عندي كسر بايدي")
    assert (await said_of(town, hers.id), await said_of(town, hole.id)) == (3, 1)


@on_sqlite_mostly
async def test_what_is_hers_is_told_to_no_office_that_asks_about_a_pothole(town: Town) -> None:
    hers, hole = await _two_told(town)
    await answered(town, hers, QUESTION)
    await says(town, "اي")
    await days(town, 1)
    await answered(town, hole, "متى صار المطب؟")
    await says(town, "الدكتورة كالت عندي كسر بايدي")
    assert (await said_of(town, hers.id), await said_of(town, hole.id)) == (3, 1)


@on_both
async def test_amid_what_is_hers_only_a_bare_answer_goes_to_the_office_of_a_pothole(town: Town) -> None:
    _, hole = await told_days_ago(town, 4, HOLE)
    await says(town, BEATEN)
    _, hers = await reports(town)
    await days(town, 1)
    await answered(town, hole, "هل بعده المطب؟")
    await says(town, "اي")
    await says(town, "هو نايم هسه اكدر احجي")
    await says(town, "ماعندي وين اروح")
    assert (await said_of(town, hers.id), await said_of(town, hole.id), len(await reports(town))) == (3, 2, 2)


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("words", ["هو نايم هسه اكدر احجي", "اخذ مني التلفون", "اهلي ما يقبلون ارجع"])
async def test_who_goes_on_with_what_is_hers_tells_nothing_to_the_office_of_a_pothole(town: Town, words: str) -> None:
    _, hole = await told_days_ago(town, 4, HOLE)
    await says(town, BEATEN)
    _, hers = await reports(town)
    await days(town, 1)
    await answered(town, hole, "متى صار المطب؟")
    await says(town, words)
    assert (await said_of(town, hers.id), await said_of(town, hole.id), len(await reports(town))) == (2, 1, 2)


@on_sqlite_mostly
async def test_on_a_veiled_phone_what_sounds_hers_is_no_part_of_what_another_code_opened(town: Town) -> None:
    code, hole = await told_days_ago(town, 4, HOLE)
    await says(town, BEATEN)
    await days(town, 4)
    await says(town, "يفتشون موبايلي")
    await says(town, code)
    await says(town, "الدكتورة كالت عندي كسر بايدي")
    assert await said_of(town, hole.id) == 1
    assert hole.desk == (await reports(town))[0].desk
