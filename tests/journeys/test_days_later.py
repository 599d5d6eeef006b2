"""What the office says days after her last words, and what she says to it: there is no talk any more."""

import re

import pytest

from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import answered, days, reports, says

BEATEN = "زوجي يضربني كل يوم بالكرادة"
QUESTION = "هل ما زال يضربك؟"


def _code(said: list[str]) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", " ".join(said))
    assert found, "no code was told"
    return found[0]


@on_sqlite_mostly
@pytest.mark.parametrize("veil", ["", "يفتشون موبايلي"])
async def test_an_answer_between_erase_it_and_her_yes_has_the_question_put_again(town: Town, veil: str) -> None:
    code = _code(await says(town, BEATEN))
    (told,) = await reports(town)
    await days(town, 4)
    if veil:
        await says(town, veil)
        await days(town, 4)
    (asked,) = await says(town, f"حذف {code}")
    await answered(town, told, QUESTION)
    assert await says(town, "نعم") == [asked]
    assert [row.erased_at for row in await reports(town)] == [None]
    await says(town, "نعم")
    assert [row.erased_at is not None for row in await reports(town)] == [True]
