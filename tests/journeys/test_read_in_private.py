"""That another reads this phone, said inside a private talk: it is of all that was told on the phone before."""

import re

import pytest
from sqlalchemy import Table, func, select

from storage import tables
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, HOLE, QUESTION, answered, days, led, reports, says


@on_sqlite_mostly
@pytest.mark.parametrize("words", ["رجلي ديقرا رسائلي", "لا تدزون رسائل رجلي يشوفها"])
async def test_what_was_told_in_the_open_before_is_veiled_by_it(town: Town, words: str) -> None:
    first = await says(town, BEATEN)
    (told,) = await reports(town)
    await days(town, 4)
    await says(town, "سري")
    await says(town, HOLE)
    await says(town, words)
    assert await led(town) == {told.id}
    data = await town.wiring.store.read(lambda c: c.execute(select(tables.audit.c.data)).scalars().all())
    assert "veil" not in str(data)
    assert await answered(town, told, QUESTION) == []
    await days(town, 1)
    await says(town, "START")
    said = await answered(town, told, "وبعد؟")
    assert said
    assert not any("وبعد؟" in text for text in said)
    code = re.search(r"(?<!\d)\d{6}(?!\d)", " ".join(first))
    assert code is not None
    assert any("وبعد؟" in text for text in await says(town, code[0]))


@on_sqlite_mostly
async def test_of_whom_nothing_else_is_known_nothing_is_kept_by_it(town: Town) -> None:
    await says(town, "سري")
    await says(town, HOLE)
    await says(town, "رجلي ديقرا رسائلي")
    kept = [await _count(town, each) for each in (tables.veils, tables.discreet, tables.muted)]
    assert kept == [0, 0, 0]


async def _count(town: Town, table: Table) -> int:
    of = select(func.count()).select_from(table)
    return int(await town.wiring.store.read(lambda c: c.execute(of).scalar_one()))
