"""Wishes by whoever told something so long ago that no name of theirs leads to it: what they are told of it holds."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.vocabulary import Role
from storage import tables
from storage.purging import retention
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, asks, seated, settled
from tests.journeys.phone import (
    BEATEN,
    HOLE,
    QUESTION,
    answered,
    code_in,
    days,
    led,
    quiet,
    reports,
    says,
    told_days_ago,
)


async def _purged(town: Town) -> None:
    await town.wiring.store.write(lambda c: retention.purge(c, town.wiring.keyring, town.clock()))


async def _months_ago(town: Town) -> tuple[str, Any]:
    """She told something 65 days ago, and 25 days ago its desk wrote to her: its code, and itself."""
    code, told = await told_days_ago(town, 40, BEATEN)
    await answered(town, told, "هل انت بخير؟")
    await days(town, 25)
    await _purged(town)
    assert await led(town) == {told.id}
    return code, told


@on_both
async def test_privacy_with_its_code_cuts_what_was_told_months_ago_and_its_new_code_opens_it(town: Town) -> None:
    code, told = await _months_ago(town)
    long = code_in(await says(town, f"سري {code}"), 16)
    assert await led(town) == set()
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))
    assert "لم نجد" in (await says(town, code))[0]


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("before", ["سري", pytest.param(HOLE, marks=pytest.mark.slow)])
async def test_so_it_does_amid_a_private_talk_and_for_whoever_told_something_since(town: Town, before: str) -> None:
    code, told = await _months_ago(town)
    await says(town, before)
    long = code_in(await says(town, f"سري {code}"), 16)
    assert told.id not in await led(town)
    assert len(await led(town)) == (before == HOLE)
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))


@on_sqlite_mostly
async def test_after_it_was_closed_and_its_number_forgotten_the_only_code_opens_it_alone(town: Town) -> None:
    code = code_in(await says(town, BEATEN))
    (told,) = await reports(town)
    async with seated(town, Role.FOCAL_POINT, told.office, told.desk) as officer:
        assert (await officer.step(told.number, "close", reason="resolved")).status_code == 303
    await days(town, 16)
    await _purged(town)
    assert await led(town) == set()
    long = code_in(await says(town, f"سري {code}"), 16)
    assert any("انتهى العمل" in text for text in await says(town, long))
    assert "لم نجد" in (await says(town, code))[0]


@pytest.mark.slow
@on_sqlite_mostly
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


@on_sqlite_mostly
async def test_all_that_is_veiled_is_erased_with_the_code_of_each_and_with_one_only_that(town: Town) -> None:
    first, second = await _two(town)
    await says(town, "يفتشون موبايلي")
    await days(town, 4)
    each, _ = await says(town, f"احذفوا كل رسائلي {first}")
    assert "كل رسالة تمسح برمزها" in each
    await says(town, "لا")
    assert any("(2)" in asked for asked in await says(town, f"احذفوا كل رسائلي {first} {second}"))
    await says(town, "نعم")
    assert all(report.erased_at is not None for report in await reports(town))


@on_sqlite_mostly
async def test_whoever_veils_what_he_told_himself_opens_nothing_of_hers_by_its_code(town: Town) -> None:
    _, told = await _veiled(town, months=False)
    his = code_in(await says(town, HOLE))
    await says(town, f"وضع عادي {his}")
    await says(town, "جديد")
    await says(town, "كتمان")
    await days(town, 4)
    await says(town, f"وضع عادي {his}")
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    await says(town, f"احذفوا كل رسائلي {his}")
    await says(town, "نعم")
    assert [report.erased_at is not None for report in await reports(town)] == [False, True]


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize(
    "said",
    [
        ["كتمان", "وضع عادي"],
        ["سري", "كتمان", "وضع عادي"],
        pytest.param(["محد يدري", "وضع عادي"], marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("months", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_whoever_holds_the_phone_ends_no_veil_without_a_code_of_hers(
    town: Town, said: list[str], *, months: bool
) -> None:
    code, told = await _veiled(town, months=months)
    for text in said:
        await says(town, text)
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    await says(town, f"وضع عادي {code}")
    assert any("وبعد؟" in text for text in await answered(town, told, "وبعد؟"))


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("months", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_a_code_told_on_a_veiled_phone_reaches_nothing_that_was_told_before(town: Town, *, months: bool) -> None:
    code, told = await _veiled(town, months=months)
    his = code_in(await says(town, HOLE))
    await days(town, 1)
    await says(town, f"احذفوا كل رسائلي {his}")
    await says(town, "نعم")
    (stands,) = [report for report in await reports(town) if report.id == told.id]
    assert stands.erased_at is None
    his = code_in(await says(town, HOLE))
    await says(town, f"وضع عادي {his}")
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    assert any(QUESTION in text for text in await says(town, code))


@pytest.mark.slow
@on_sqlite_mostly
async def test_while_a_later_report_locks_the_phone_the_code_of_what_is_veiled_still_opens_it(town: Town) -> None:
    code, told = await _veiled(town, months=False)
    await says(town, HOLE)
    await days(town, 1)
    await answered(town, told, QUESTION)
    assert any(QUESTION in text for text in await says(town, code))


async def _locked_by_her(town: Town) -> tuple[str, Any]:
    """He told something, then she veils the phone and tells what its code is the word of; his code, and hers."""
    his = code_in(await says(town, HOLE))
    await days(town, 4)
    await says(town, "يفتشون موبايلي")
    await says(town, BEATEN)
    _, hers = await reports(town)
    await days(town, 1)
    await answered(town, hers, QUESTION)
    return his, hers


@on_sqlite_mostly
@pytest.mark.parametrize(
    "then",
    [
        "كلمتي قرنفلة",
        *(pytest.param(said, marks=pytest.mark.slow) for said in ("وضع عادي", "حالة", "احذفوا كل رسائلي")),
    ],
)
async def test_the_code_of_what_he_told_before_a_veil_opens_nothing_that_she_told_after_it(
    town: Town, then: str
) -> None:
    his, hers = await _locked_by_her(town)
    assert any("لم تقرأ بعد" in said for said in await says(town, his))
    said = [*await says(town, then), *await says(town, f"{then} {his}"), *await says(town, "نعم")]
    said += [*await says(town, "قرنفلة"), *await says(town, "حالة"), *await answered(town, hers, "وبعد؟")]
    assert not any(QUESTION in each or "وبعد" in each for each in said)
    assert next(each for each in await reports(town) if each.id == hers.id).erased_at is None


@pytest.mark.slow
@on_sqlite_mostly
async def test_beside_such_a_code_just_that_report_is_erased_after_one_yes(town: Town) -> None:
    his, hers = await _locked_by_her(town)
    assert await says(town, f"حذف {his}")
    assert any("مسحنا" in said for said in await says(town, "نعم"))
    assert [each.id == hers.id for each in await reports(town) if each.erased_at is None] == [True]


@on_sqlite_mostly
async def test_the_code_of_what_no_way_leads_to_any_more_opens_it_on_a_phone_that_another_locks(town: Town) -> None:
    code = code_in(await says(town, BEATEN))
    (told,) = await reports(town)
    await answered(town, told, QUESTION)
    await days(town, 62)
    await _purged(town)
    assert await led(town) == set()
    await says(town, f"محد يدري. {HOLE}")
    await days(town, 1)
    assert any(QUESTION in said for said in await says(town, code))
    town.clock.ahead += timedelta(minutes=10)
    assert not any(QUESTION in said for said in await says(town, "حالة"))


@pytest.mark.slow
@on_sqlite_mostly
async def test_what_is_told_after_a_veil_that_reached_months_back_is_discreet_too(town: Town) -> None:
    await _veiled(town, months=True)
    (first,) = await says(town, HOLE)
    assert "رقم الطلب" in first


@pytest.mark.slow
@on_sqlite_mostly
async def test_once_what_was_hidden_last_is_erased_what_was_told_months_ago_stays_hidden(town: Town) -> None:
    _, told = await _months_ago(town)
    code = code_in(await says(town, f"محد يدري. {HOLE}"))
    await days(town, 1)
    await says(town, f"حذف {code}")
    await says(town, "نعم")
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    for text in ("كتمان", "وضع عادي"):
        await says(town, text)
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")


@pytest.mark.slow
@on_sqlite_mostly
async def test_what_was_told_months_ago_is_named_once_another_is_erased_and_goes_with_all(town: Town) -> None:
    await _months_ago(town)
    code = code_in(await says(town, HOLE))
    await days(town, 4)
    await says(town, f"حذف {code}")
    assert any("حذف الكل" in text for text in await says(town, "نعم"))
    await says(town, "حذف الكل")
    await says(town, "نعم")
    assert all(report.erased_at is not None for report in await reports(town))


@pytest.mark.slow
@on_sqlite_mostly
async def test_amid_a_private_talk_all_are_erased_beside_a_code_of_one(town: Town) -> None:
    code, _ = await _two(town)
    await says(town, "سري")
    (asked,) = await says(town, f"احذفوا كل رسائلي {code}")
    assert "(2)" in asked
    await says(town, "نعم")
    assert all(report.erased_at is not None for report in await reports(town))


@on_sqlite_mostly
@pytest.mark.parametrize("since", [4, pytest.param(12, marks=pytest.mark.slow)])
async def test_an_answer_that_waits_while_she_wishes_discretion_comes_veiled(town: Town, since: int) -> None:
    _, told = await told_days_ago(town, since, BEATEN)
    async with seated(town, Role.FOCAL_POINT, told.office, told.desk) as officer:
        assert (await officer.step(told.number, "reply", text=QUESTION, stage="send")).status_code == 303
    before = len(town.twilio.texts(WOMAN))
    await town.sms(WOMAN, "يفتشون موبايلي")
    await settled(town)
    await quiet(town)
    said = town.twilio.texts(WOMAN)[before:]
    assert any(text.startswith("طلبك جاهز") for text in said)
    assert not any(QUESTION in text for text in said)


@on_sqlite_mostly
async def test_whoever_answers_the_nudge_of_a_veiled_report_agrees_to_nothing_without_its_code(town: Town) -> None:
    code, told = await told_days_ago(town, 4, HOLE)
    await says(town, "يفتشون موبايلي")
    async with seated(town, Role.COORDINATOR, told.office, told.desk) as officer:
        await asks(officer, told.number, "words")
    await quiet(town)
    town.clock.ahead += timedelta(hours=2)
    for text in ("منو انتو", "1", "1", "3", "نعم"):
        assert not any("الشرطة" in said for said in await says(town, text))
    c = tables.consents.c
    assert (await town.wiring.store.read(lambda conn: conn.execute(select(c.answer)).scalar_one())) is not True
    assert any("الشرطة" in said for said in [*await says(town, code), *await says(town, "1")])


async def _agreed(town: Town) -> str:
    """She told something and said yes to a question of its office, and days later veiled it; its code."""
    code = code_in(await says(town, HOLE))
    (told,) = await reports(town)
    async with seated(town, Role.COORDINATOR, told.office, told.desk) as officer:
        await asks(officer, told.number, "words")
    await quiet(town)
    town.clock.ahead += timedelta(hours=2)
    await says(town, "1")
    assert any("لسحبها" in said for said in await says(town, "3"))
    await days(town, 4)
    await says(town, "يفتشون موبايلي")
    await days(town, 4)
    return code


async def _stands(town: Town) -> bool:
    c = tables.consents.c
    ends = select(c.answer, c.revoked_at)
    row = await town.wiring.store.read(lambda conn: conn.execute(ends).one())
    return bool(row.answer) and row.revoked_at is None


@pytest.mark.slow
@on_sqlite_mostly
async def test_a_bare_word_ends_a_yes_about_what_is_veiled_and_is_answered_as_where_none_was_given(town: Town) -> None:
    await _agreed(town)
    assert await _stands(town)
    there = await says(town, "سحب")
    assert not await _stands(town)
    assert there == await says(town, "سحب", who="+9647700000088")


@pytest.mark.slow
@on_sqlite_mostly
async def test_beside_its_code_it_is_told_that_it_ended(town: Town) -> None:
    code = await _agreed(town)
    assert any("سحبنا موافقتك" in said for said in await says(town, f"سحب {code}"))
    assert not await _stands(town)


@pytest.mark.slow
@on_sqlite_mostly
async def test_so_it_ends_where_a_later_word_locks_the_phone(town: Town) -> None:
    await _agreed(town)
    await says(town, HOLE)
    await days(town, 4)
    assert not any("سحبنا" in said for said in await says(town, "سحب"))
    assert not await _stands(town)


@on_sqlite_mostly
@pytest.mark.parametrize("since", [12, pytest.param(40, marks=pytest.mark.slow)])
async def test_after_the_months_end_what_is_told_next_is_discreet_still(town: Town, since: int) -> None:
    await _veiled(town, months=False)
    await days(town, since)
    (first,) = await says(town, HOLE)
    assert "رقم الطلب" in first


@on_sqlite_mostly
async def test_what_came_while_another_told_on_a_veiled_phone_stays_when_he_erases_his(town: Town) -> None:
    await _veiled(town, months=False)
    his = code_in(await says(town, HOLE))
    await days(town, 1)
    await says(town, BEATEN)
    await says(town, f"حذف {his}")
    await says(town, "نعم")
    assert [report.erased_at is not None for report in await reports(town)] == [False, True, False]


@pytest.mark.slow
@on_sqlite_mostly
async def test_after_one_of_two_veiled_is_erased_by_its_code_nobody_erases_the_other_without_one(town: Town) -> None:
    code, _ = await _two(town)
    await says(town, "يفتشون موبايلي")
    await says(town, f"حذف {code}")
    await says(town, "نعم")
    await says(town, "حذف الكل")
    await says(town, "نعم")
    assert [report.erased_at is not None for report in await reports(town)] == [True, False]


@pytest.mark.slow
@on_sqlite_mostly
async def test_a_link_that_sql_changed_is_found_by_no_word_told_since(town: Town) -> None:
    _, told = await _veiled(town, months=False)
    await answered(town, told, QUESTION)
    his = code_in(await says(town, HOLE))
    spoilt = tables.report_contacts.update().where(tables.report_contacts.c.report == told.id)
    await town.wiring.store.write(lambda c: c.execute(spoilt.values(tie=b"x" * 32)) and None)
    await says(town, f"حذف {his}")
    await says(town, "نعم")
    assert not any(QUESTION in text for text in await says(town, his))


@pytest.mark.slow
@on_sqlite_mostly
async def test_after_silence_a_code_from_before_a_word_opens_its_own_report_and_nothing_under_the_word(
    town: Town,
) -> None:
    code = code_in(await says(town, HOLE))
    await says(town, "جديد")
    await says(town, f"محد يدري. {BEATEN}")
    (told,) = [report for report in await reports(town) if report.desk == "women"]
    await answered(town, told, QUESTION)
    for _ in range(2):
        await days(town, 40)
        await _purged(town)
    said = [text for words in (code, "شنو الجواب", "حالة") for text in await says(town, words)]
    assert "لم تقرأ بعد" in said[0]
    assert not any(QUESTION in text for text in said)


@on_sqlite_mostly
async def test_the_code_of_what_is_veiled_is_never_told_the_number_of_what_was_told_since(town: Town) -> None:
    code, _ = await _veiled(town, months=False)
    since = code_in(await says(town, HOLE))
    await says(town, code)
    assert not any(since in text for text in await says(town, "كتمان"))


async def _two(town: Town) -> tuple[str, str]:
    """She told two things four days ago: their codes."""
    first = code_in(await says(town, BEATEN))
    await says(town, "جديد")
    second = code_in(await says(town, HOLE))
    await days(town, 4)
    return first, second


async def _veiled(town: Town, *, months: bool) -> tuple[str, Any]:
    """She wished discretion days, or months, after she told something; days go by."""
    if months:
        code, told = await _months_ago(town)
    else:
        code, told = await told_days_ago(town, 4, BEATEN)
    await says(town, "يفتشون موبايلي")
    await days(town, 5)
    return code, told
