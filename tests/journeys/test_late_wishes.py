"""Wishes for discretion or privacy that come days after telling, or name by its code what they are about."""

import pytest

from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, HOLE, QUESTION, answered, code_in, led, reports, says, told_days_ago


@pytest.mark.parametrize(
    "wish", ["يفتشون موبايلي", *(pytest.param(each, marks=pytest.mark.slow) for each in ("محد يدري {}", "كتمان {}"))]
)
async def test_days_after_telling_a_wish_for_discretion_is_kept_for_what_was_told(town: Town, wish: str) -> None:
    code, told = await told_days_ago(town, 4, BEATEN)
    said = await says(town, wish.format(code))
    assert "{}" not in wish or code in said[0]
    assert (await reports(town))[0].reachable == "nudge"
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    assert any(QUESTION in text for text in await says(town, code))


async def test_days_after_telling_privacy_with_its_code_cuts_what_was_told_from_her(town: Town) -> None:
    code, told = await told_days_ago(town, 4, BEATEN)
    said = await says(town, "سري")
    assert any("تبقى كما هي" in text for text in said)
    assert await led(town) == {told.id}
    long = code_in(await says(town, f"سري {code}"), 16)
    assert await led(town) == set()
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))


async def test_privacy_with_a_code_is_for_that_report_and_not_for_the_one_talked_about(town: Town) -> None:
    code = code_in(await says(town, BEATEN))
    await says(town, "جديد")
    await says(town, HOLE)
    beaten, hole = await reports(town)
    long = code_in(await says(town, f"سري {code}"), 16)
    assert await led(town) == {hole.id}
    assert await answered(town, beaten, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))
    (asked,) = await answered(town, hole, "اين المطب بالضبط؟")
    assert "اين المطب" in asked


@pytest.mark.slow
async def test_after_new_discretion_is_for_what_was_told_before_and_for_what_comes(town: Town) -> None:
    await says(town, BEATEN)
    (told,) = await reports(town)
    await says(town, "جديد")
    await says(town, "يفتشون موبايلي")
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    code_in(await says(town, HOLE))
    assert [report.reachable for report in await reports(town)] == ["nudge", "nudge"]


async def test_said_in_the_same_talk_it_keeps_how_that_stands_and_its_erasing_to_its_code(town: Town) -> None:
    code = code_in(await says(town, HOLE))
    (told,) = await reports(town)
    await says(town, "رجلي يفتش موبايلي")
    await answered(town, told, QUESTION)
    for words in ("شنو الجواب", "شنو جاوبتوا", "حذف", "نعم", "1"):
        said = await says(town, words)
        assert not any(QUESTION in text or code in text for text in said)
    assert told.id in {report.id for report in await reports(town) if report.erased_at is None}
    assert any(QUESTION in text for text in await says(town, code))
    await says(town, f"حذف {code}")
    await says(town, "نعم")
    assert told.id not in {report.id for report in await reports(town) if report.erased_at is None}
