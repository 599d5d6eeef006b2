"""Wishes by whoever told something so long ago that no name of theirs leads to it: what they are told of it holds."""

import re
from typing import Any

import pytest

from bot.vocabulary import Role
from storage.purging import retention
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import seated
from tests.journeys.phone import answered, days, led, reports, says

BEATEN = "زوجي يضربني كل يوم بالكرادة"
HOLE = "مطب كبير بشارع الشعلة كسر سيارتي"
QUESTION = "هل ما زال يضربك؟"


def _code(said: list[str], digits: int = 6) -> str:
    found = re.search(rf"(?<!\d)\d{{{digits}}}(?!\d)", " ".join(said))
    assert found, "no code was told"
    return found[0]


async def _purged(town: Town) -> None:
    await town.wiring.store.write(lambda c: retention.purge(c, town.wiring.keyring, town.clock()))


async def _months_ago(town: Town) -> tuple[str, Any]:
    """She told something 65 days ago, and 25 days ago its desk wrote to her: its code, and itself."""
    code = _code(await says(town, BEATEN))
    (told,) = await reports(town)
    await days(town, 40)
    await answered(town, told, "هل انت بخير؟")
    await days(town, 25)
    await _purged(town)
    assert await led(town) == {told.id}
    return code, told


@on_both
async def test_privacy_with_its_code_cuts_what_was_told_months_ago_and_its_new_code_opens_it(town: Town) -> None:
    code, told = await _months_ago(town)
    long = _code(await says(town, f"سري {code}"), 16)
    assert await led(town) == set()
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))
    assert "لم نجد" in (await says(town, code))[0]


@on_sqlite_mostly
@pytest.mark.parametrize("before", ["سري", HOLE])
async def test_so_it_does_amid_a_private_talk_and_for_whoever_told_something_since(town: Town, before: str) -> None:
    code, told = await _months_ago(town)
    await says(town, before)
    long = _code(await says(town, f"سري {code}"), 16)
    assert told.id not in await led(town)
    assert len(await led(town)) == (before == HOLE)
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))


@on_both
async def test_after_it_was_closed_and_its_number_forgotten_the_only_code_opens_it_alone(town: Town) -> None:
    code = _code(await says(town, BEATEN))
    (told,) = await reports(town)
    async with seated(town, Role.FOCAL_POINT, told.office, told.desk) as officer:
        assert (await officer.step(told.number, "close", reason="resolved")).status_code == 303
    await days(town, 16)
    await _purged(town)
    assert await led(town) == set()
    long = _code(await says(town, f"سري {code}"), 16)
    assert any("انتهى العمل" in text for text in await says(town, long))
    assert "لم نجد" in (await says(town, code))[0]


@on_both
async def test_what_was_told_months_ago_comes_veiled_after_a_wish_for_discretion(town: Town) -> None:
    code, told = await _months_ago(town)
    await says(town, "يفتشون موبايلي")
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    assert any(QUESTION in text for text in await says(town, code))


@on_sqlite_mostly
async def test_whoever_wishes_privacy_months_later_is_told_that_what_was_told_stays(town: Town) -> None:
    await _months_ago(town)
    assert any("تبقى كما هي" in text for text in await says(town, "سري"))


@on_both
async def test_all_that_is_veiled_is_erased_too_with_a_code(town: Town) -> None:
    code = _code(await says(town, BEATEN))
    await says(town, "جديد")
    await says(town, HOLE)
    await days(town, 4)
    await says(town, "يفتشون موبايلي")
    await days(town, 4)
    (asked,) = await says(town, f"احذفوا كل رسائلي {code}")
    assert "(2)" in asked
    await says(town, "نعم")
    assert all(report.erased_at is not None for report in await reports(town))
