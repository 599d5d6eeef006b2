"""Who told several things and asks to erase: all of them, each by its code, or one, and then is told of the others."""

import re

import pytest

from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, HOLE, answered, reports, says


async def _two(town: Town) -> list[str]:
    """She tells two things; their codes."""
    said = await says(town, BEATEN)
    await says(town, "جديد")
    said += await says(town, HOLE)
    return re.findall(r"(?<!\d)\d{6}(?!\d)", " ".join(said))


async def _erased(town: Town) -> list[bool]:
    return [report.erased_at is not None for report in await reports(town)]


async def test_who_asks_to_erase_one_is_told_that_another_remains_and_the_same_word_takes_it(town: Town) -> None:
    await _two(town)
    await says(town, "حذف")
    gone, others = await says(town, "نعم")
    assert "مسحناها" in gone
    assert "أخرى لك باقية" in others
    assert await _erased(town) == [False, True]
    await says(town, "حذف الكل")
    assert len(await says(town, "نعم")) == 1
    assert await _erased(town) == [True, True]


@pytest.mark.slow
async def test_the_word_that_takes_the_others_does_so_too_where_the_office_has_written_before(town: Town) -> None:
    await _two(town)
    beaten, _ = await reports(town)
    await answered(town, beaten, "هل ما زال يضربك؟")
    await says(town, "شكرا")
    await says(town, "حذف")
    assert any("حذف الكل" in text for text in await says(town, "نعم"))
    await says(town, "حذف الكل")
    await says(town, "نعم")
    assert await _erased(town) == [True, True]


@pytest.mark.slow
@pytest.mark.parametrize("words", ["احذفوا كل رسائلي", "امسحوا كلشي عني", "حذف {0} {1}"])
async def test_all_of_them_go_with_one_yes(town: Town, words: str) -> None:
    codes = await _two(town)
    (asked,) = await says(town, words.format(*codes))
    assert "(2)" in asked
    assert len(await says(town, "نعم")) == 1
    assert await _erased(town) == [True, True]


@pytest.mark.slow
async def test_the_other_is_written_to_until_it_is_erased_and_that_was_said(town: Town) -> None:
    await _two(town)
    beaten, _ = await reports(town)
    await says(town, "حذف")
    assert any("باقية" in text for text in await says(town, "نعم"))
    (question,) = await answered(town, beaten, "هل ما زال يضربك؟")
    assert "يضربك" in question
