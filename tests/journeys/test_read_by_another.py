"""What is told on a phone of which it is said, in the same message, that another reads it."""

import re

import pytest

from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import answered, days, reports, says

QUESTION = "هل ما زال يضربك؟"


def _code(said: list[str]) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", " ".join(said))
    assert found, "no code was told"
    return found[0]


@on_both
async def test_its_number_brings_her_back_and_nothing_comes_unasked(town: Town) -> None:
    (first,) = await says(town, "زوجي كسر ايدي ويقرا رسائلي")
    assert first.startswith("شكرا. رقم الطلب")
    (told,) = await reports(town)
    assert (told.desk, told.reachable) == ("women", "pull")
    assert await answered(town, told, QUESTION) == []
    await days(town, 5)
    assert await says(town, "شنو الجواب") == []
    assert any(QUESTION in text for text in await says(town, _code([first])))
    assert len([one for one in await reports(town) if one.reachable == "pull"]) == 1


@pytest.mark.slow
@on_sqlite_mostly
async def test_her_number_erases_what_she_told(town: Town) -> None:
    code = _code(await says(town, "my father locks me in and he reads my messages"))
    await days(town, 1)
    await says(town, f"DELETE {code}")
    await says(town, "yes")
    (told,) = await reports(town)
    assert told.erased_at is not None


@on_sqlite_mostly
async def test_days_after_another_report_it_gets_a_number_of_its_own(town: Town) -> None:
    first = _code(await says(town, "مطب كبير بشارع الشعلة كسر سيارتي"))
    await days(town, 4)
    second = _code(await says(town, "رجلي يهددني ويفتش تلفوني"))
    assert first != second
    await days(town, 1)
    hole, hers = await reports(town)
    assert await answered(town, hers, QUESTION) == []
    said = await says(town, first)
    assert said
    assert not any(QUESTION in text for text in said)
    assert any(QUESTION in text for text in await says(town, second))
    assert hole.desk == "general"
