"""Whoever comes back by sixteen digits, and writes in several messages, goes on with the report that they opened."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import tables
from storage.reporting import talks
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, HOLE, days, reports, says

_AFTER = [
    "وامس ضربني مرة لخ وما گدرت اطلع",
    "وبعده يهددني",
    "ودوێنێ دیسان لێیدام",
    "and yesterday he hit me again",
    "ومن وراها كسر ايدي",
]


async def _code(town: Town) -> str:
    """Told in private; of the talk no trace is left by now."""
    said = " ".join(await says(town, f"سري: {BEATEN}"))
    code = re.search(r"\d{4} ?\d{4} ?\d{4} ?\d{4}", said)
    assert code is not None
    await days(town, 3)
    return code[0]


async def _parts(town: Town) -> list[str]:
    of = select(tables.parts.c.report).where(tables.parts.c.kind == "utterance")
    return list(await town.wiring.store.read(lambda c: c.execute(of).scalars().all()))


@on_sqlite_mostly
@pytest.mark.parametrize("goes_on", _AFTER)
@pytest.mark.parametrize("beside", [" رجعت ضربني البارحة", ""])
async def test_the_second_message_after_the_code_is_added_to_its_report(town: Town, goes_on: str, beside: str) -> None:
    code = await _code(town)
    await says(town, f"{code}{beside}")
    await says(town, goes_on)
    (told,) = await reports(town)
    assert await _parts(town) == [told.id] * (3 if beside else 2)


@on_sqlite_mostly
async def test_so_are_the_third_and_fourth(town: Town) -> None:
    code = await _code(town)
    for words in (f"{code} رجعت ضربني البارحة", *_AFTER[:2], *_AFTER[3:]):
        await says(town, words)
    assert len(await reports(town)) == 1


@on_sqlite_mostly
async def test_another_matter_is_a_report_of_its_own(town: Town) -> None:
    code = await _code(town)
    await says(town, f"{code} رجعت ضربني البارحة")
    await says(town, HOLE)
    assert len(await reports(town)) == 2


@on_sqlite_mostly
async def test_after_the_talk_nothing_leads_from_the_phone_to_it(town: Town) -> None:
    code = await _code(town)
    await says(town, f"{code} رجعت ضربني البارحة")
    town.clock.ahead += timedelta(minutes=31)
    await town.wiring.store.write(lambda c: talks.end(c, town.wiring.clock()))
    await says(town, _AFTER[0])
    assert len(await reports(town)) == 2
