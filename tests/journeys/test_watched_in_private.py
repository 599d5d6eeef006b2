"""Told in private on a phone that another reads: the code is told all the same, for nothing else leads back to it."""

import re

import pytest

from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, days, reports, says

TOLD = [
    ["سري: رجلي يقرا تلفوني ويضربني كل يوم بالكرادة"],
    ["سري", "زوجي يفتش تلفوني ويضربني كل يوم بالكرادة"],
    ["سري", "اخوي يقرا رسائلي وهددني بالقتل"],
    ["private", "my husband checks my phone and he beats me in Karrada"],
    ["نهێنی", "مێردەکەم نامەکانم دەخوێنێتەوە و لێم دەدات"],
]
_CODE = re.compile(r"(?<!\d)\d{16}(?!\d)")


@on_sqlite_mostly
@pytest.mark.parametrize("before", ["", BEATEN])
@pytest.mark.parametrize("told", TOLD)
async def test_the_code_is_told_and_opens_it(town: Town, told: list[str], before: str) -> None:
    if before:
        await says(town, before)
        await days(town, 4)
    said = [await says(town, words) for words in told][-1]
    assert len(said) <= 2  # in danger its number comes first
    code = _CODE.search(said[-1])
    assert code is not None
    assert "pull" in {row.reachable for row in await reports(town)}
    await days(town, 2)
    opened = await says(town, code[0])
    assert opened
    assert opened != await says(town, "4829136500277410")
    assert len(await reports(town)) == 1 + bool(before)


@on_sqlite_mostly
@pytest.mark.parametrize("words", ["لا تدزولي رسائل رجلي يشوفها وهو يضربني بالكرادة", "لا تراسلوني ابدا زوجي يضربني"])
async def test_who_asks_not_to_be_written_to_is_sent_nothing(town: Town, words: str) -> None:
    await says(town, "سري")
    assert await says(town, words) == []


@on_sqlite_mostly
async def test_that_alone_after_the_story_is_answered_by_nothing(town: Town) -> None:
    await says(town, f"سري: {BEATEN}")
    assert await says(town, "وهو يقرا رسائلي") == []
