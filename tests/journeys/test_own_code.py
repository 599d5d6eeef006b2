"""On a phone that a word locks each code opens its own report, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.vocabulary import Role
from storage import tables
from storage.purging import retention
from storage.reporting import reach
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import seated
from tests.journeys.phone import BEATEN, HOLE, QUESTION, ROLES, answered, code_in, days, reports, says

AFRAID = "محد يدري دخيلكم. اخوي يهددني بالقتل"
ELSEWHERE = "+9647700000092"
HERS, SHULA, BEATENS = "IQ-women", "BG-shula", "BG-karrada"  # where AFRAID, HOLE and BEATEN go
ALL = "احذفوا كل رسائلي"


async def _locked(town: Town, first: str) -> tuple[str, str]:
    """Something was told in the open, and after days she told what nobody must know: both codes."""
    before = code_in(await says(town, first))
    await days(town, 4)
    hers = code_in(await says(town, AFRAID))
    await days(town, 1)
    return before, hers


async def _erased(town: Town) -> set[str]:
    return {report.office for report in await reports(town) if report.erased_at is not None}


async def _told(town: Town, office: str) -> Any:
    return next(report for report in await reports(town) if report.office == office)


@on_both
async def test_in_a_private_talk_on_a_locked_phone_another_code_reaches_nothing_of_hers(town: Town) -> None:
    await says(town, "سري", who=ELSEWHERE)
    long = code_in(await says(town, HOLE, who=ELSEWHERE), 16)
    his, _ = await _locked(town, "مصباح الشارع مكسور بالكرادة")
    await says(town, long)
    assert not any("(2)" in text for text in await says(town, f"{ALL} {his}"))
    await says(town, "نعم")
    assert await _erased(town) == {BEATENS}


@on_sqlite_mostly
async def test_a_code_from_before_opens_its_own_report_on_a_locked_phone_and_nothing_else(town: Town) -> None:
    his, hers = await _locked(town, HOLE)
    told = await _told(town, HERS)
    await answered(town, told, QUESTION)
    said = [text for words in (his, "شنو الجواب", "حالة", "1") for text in await says(town, words)]
    assert said
    assert not any(QUESTION in text for text in said)
    await says(town, his)
    assert not any("(2)" in text for text in await says(town, ALL))
    await says(town, "نعم")
    await says(town, f"وضع عادي {his}")
    assert await _erased(town) == set()
    assert (await answered(town, told, "وبعد؟"))[0].startswith("طلبك جاهز")
    assert any("وبعد؟" in text for text in await says(town, hers))


@pytest.mark.slow
@on_sqlite_mostly
async def test_what_is_told_beside_a_code_from_before_has_a_code_that_opens_nothing_of_hers(town: Town) -> None:
    his, _ = await _locked(town, HOLE)
    told = await _told(town, HERS)
    await answered(town, told, QUESTION)
    await says(town, his)
    new = code_in(await says(town, "جديد") + await says(town, "حريق كبير بسوق الشورجة"))
    await days(town, 1)
    said = [text for words in (new, "شنو الجواب", f"وضع عادي {new}") for text in await says(town, words)]
    assert not any(QUESTION in text for text in said)
    assert not any("(2)" in text for text in await says(town, f"{ALL} {new}"))
    assert not any(QUESTION in text for text in await answered(town, told, QUESTION))


@on_sqlite_mostly
async def test_once_her_word_is_said_nothing_goes_on_with_what_another_told_beside_a_code(town: Town) -> None:
    his, hers = await _locked(town, HOLE)
    await says(town, his)
    await says(town, "جديد")
    await says(town, "مصباح الشارع مكسور بالكرادة")
    town.clock.ahead += timedelta(minutes=15)
    await says(town, hers)
    await says(town, "اجه مرة ثانية هو واخوه")
    (his_own,) = [report for report in await reports(town) if report.office == BEATENS]
    of = select(func.count()).where(tables.parts.c.report == his_own.id, tables.parts.c.kind == "utterance")
    assert await town.wiring.store.read(lambda c: c.execute(of).scalar_one()) == 1


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("wish", ["{}", "رمزي {} شنو الرد"])
async def test_her_code_from_before_opens_its_answer_while_a_later_word_locks_the_phone(town: Town, wish: str) -> None:
    before, _ = await _locked(town, BEATEN)
    told = await _told(town, BEATENS)
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")
    assert any(QUESTION in text for text in await says(town, wish.format(before)))


@on_sqlite_mostly
async def test_with_her_code_from_before_she_erases_that_report_on_a_locked_phone(town: Town) -> None:
    before, _ = await _locked(town, BEATEN)
    await says(town, f"حذف {before}")
    await says(town, "نعم")
    assert await _erased(town) == {BEATENS}


@on_sqlite_mostly
async def test_with_her_code_from_before_she_makes_that_report_private_on_a_locked_phone(town: Town) -> None:
    before, hers = await _locked(town, BEATEN)
    told = await _told(town, BEATENS)
    long = code_in(await says(town, f"سري {before}"), 16)
    assert await answered(town, told, QUESTION) == []
    assert any(QUESTION in text for text in await says(town, long))
    await days(town, 1)
    assert any("رقم" in text or "طلب" in text or "وصلت" in text for text in await says(town, hers))


@on_sqlite_mostly
async def test_after_what_locked_the_phone_is_erased_a_code_from_before_opens_and_erases_its_own(town: Town) -> None:
    before, hers = await _locked(town, BEATEN)
    told = await _told(town, BEATENS)
    await says(town, f"حذف {hers}")
    await says(town, "نعم")
    await days(town, 1)
    assert not any(QUESTION in text for text in await answered(town, told, QUESTION))
    assert any(QUESTION in text for text in await says(town, before))
    await says(town, f"حذف {before}")
    await says(town, "نعم")
    assert await _erased(town) == {BEATENS, HERS}


@pytest.mark.slow
@on_sqlite_mostly
async def test_the_code_of_what_was_erased_opens_nothing_that_was_told_under_the_same_word(town: Town) -> None:
    gone = code_in(await says(town, AFRAID))
    await says(town, gone)
    await says(town, "جديد")
    hers = code_in(await says(town, BEATEN))
    await says(town, f"حذف {gone}")
    await says(town, "نعم")
    await days(town, 1)
    told = await _told(town, BEATENS)
    await answered(town, told, QUESTION)
    said = [text for words in (gone, "شنو الجواب", f"{ALL} {gone}", "نعم") for text in await says(town, words)]
    assert not any(QUESTION in text for text in said)
    assert any(QUESTION in text for text in await says(town, hers))
    assert await _erased(town) == {HERS}


@pytest.mark.slow
@on_sqlite_mostly
async def test_what_outlived_its_word_by_a_month_goes_by_no_other_code(town: Town) -> None:
    his = code_in(await says(town, HOLE))
    await says(town, "جديد")
    hers = code_in(await says(town, BEATEN))
    await days(town, 12)
    word = code_in(await says(town, AFRAID))
    await days(town, 1)
    await says(town, f"حذف {word}")
    await says(town, "نعم")
    await days(town, 4)
    await says(town, f"{ALL} {his}")
    await says(town, "نعم")
    assert await _erased(town) == {SHULA, HERS}
    told = await _told(town, BEATENS)
    await answered(town, told, QUESTION)
    assert any(QUESTION in text for text in await says(town, hers))


@on_sqlite_mostly
async def test_whoever_says_a_code_from_before_may_guess_her_word_no_oftener(town: Town) -> None:
    his, hers = await _locked(town, HOLE)
    await says(town, hers)
    await says(town, "كلمتي زيتونة")
    await days(town, 1)
    for guess in ("وردة", "قمر", "نجمة", "ليلى", "زهرة", his, "زيتونة"):
        said = await says(town, guess)
    assert not any("قفل" in text for text in said)


@on_sqlite_mostly
async def test_a_code_to_which_nothing_leads_any_more_ends_no_veil(town: Town) -> None:
    his = code_in(await says(town, HOLE))
    await _closed(town, SHULA)
    await says(town, BEATEN)
    await days(town, 4)
    await says(town, "يفتشون موبايلي")
    await _closed(town, BEATENS)
    await says(town, f"وضع عادي {his}")
    await says(town, "جديد")
    (first,) = await says(town, AFRAID.split(". ")[1])
    assert "رقم الطلب" in first


@on_sqlite_mostly
@pytest.mark.parametrize("wish", ["كتمان", pytest.param("محد يدري", marks=pytest.mark.slow)])
async def test_who_wishes_discretion_before_telling_anything_tells_discreetly_a_month_later(
    town: Town, wish: str
) -> None:
    await says(town, wish)
    await days(town, 40)
    (first,) = await says(town, BEATEN)
    assert "رقم الطلب" in first
    (told,) = await reports(town)
    (nudge,) = await answered(town, told, QUESTION)
    assert nudge.startswith("طلبك جاهز")


@on_sqlite_mostly
async def test_her_yes_to_erase_counts_after_the_minutes_of_her_word_where_its_own_code_was_said(town: Town) -> None:
    before, hers = await _locked(town, BEATEN)
    for text in (hers, before, f"حذف {before}", "نعم"):
        await says(town, text)
    assert await _erased(town) == {BEATENS}


async def _closed(town: Town, office: str) -> None:
    """It was closed, and its reporter's number is forgotten."""
    told = await _told(town, office)
    async with seated(town, ROLES.get(told.desk, Role.COORDINATOR), told.office, told.desk) as officer:
        assert (await officer.step(told.number, "close", reason="resolved")).status_code == 303
    await days(town, 16)
    await town.wiring.store.write(lambda c: retention.purge(c, town.wiring.keyring, town.clock()))


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize(
    ("words", "veils"),
    [
        ("رجلي ديقرا رسائلي", True),
        ("لا تدزون رسائل رجلي يشوفها", True),
        ("لا تدزون رسائل", False),
    ],
)
async def test_whose_phone_another_reads_is_answered_in_the_open_after_no_start_of_his(
    town: Town, words: str, *, veils: bool
) -> None:
    code = code_in(await says(town, BEATEN))
    told = await _told(town, BEATENS)
    await days(town, 4)
    await says(town, words)
    assert await answered(town, told, QUESTION) == []
    await says(town, "START")
    said = await answered(town, told, "وبعد؟")
    assert any("وبعد؟" in text for text in said) is not veils
    assert any("وبعد؟" in text for text in await says(town, code))


@on_sqlite_mostly
async def test_what_is_told_beside_a_code_from_before_while_nobody_may_be_written_to_is_veiled(town: Town) -> None:
    his, _ = await _locked(town, HOLE)
    for text in ("STOP", his, "جديد", "حريق كبير بسوق الشورجة"):
        await says(town, text)
    told = (await reports(town))[-1]
    kept = await town.wiring.store.read(lambda c: reach.told(c, town.wiring.keyring, told.id))
    assert kept is not None
    assert (kept.veiled, kept.silent) == (True, True)
