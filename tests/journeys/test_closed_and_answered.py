"""What an office asked before it closed the report, and what is said to it after that: it is read."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.vocabulary import Role
from storage import tables
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import seated
from tests.journeys.phone import (
    BEATEN,
    HOLE,
    QUESTION,
    ROLES,
    answered,
    code_in,
    days,
    quiet,
    reports,
    said_of,
    says,
    told_days_ago,
)


async def _closed(town: Town, report: Any) -> None:
    async with seated(town, ROLES.get(report.desk, Role.COORDINATOR), report.office, report.desk) as officer:
        assert (await officer.step(report.number, "close", reason="resolved")).status_code == 303


async def _asked_and_closed(town: Town, words: str) -> tuple[str, Any]:
    code, told = await told_days_ago(town, 4, words)
    await answered(town, told, QUESTION)
    await _closed(town, told)
    return code, told


async def _state(town: Town, report: Any) -> tuple[str, bool, list[str]]:
    """Its status, whether it has an end, and what was done to it by nobody of staff."""
    r, e = tables.reports.c, tables.events.c
    row = await town.wiring.store.read(
        lambda c: c.execute(select(r.status, r.closed_at).where(r.id == report.id)).one()
    )
    kinds = await town.wiring.store.read(
        lambda c: c.execute(select(e.kind).where(e.report == report.id, e.actor.is_(None))).scalars().all()
    )
    return row.status, row.closed_at is not None, [kind for kind in kinds if kind == "reopen"]


@on_both
@pytest.mark.parametrize("words", [BEATEN, pytest.param(HOLE, marks=pytest.mark.slow)])
async def test_an_answer_opens_the_report_again_and_its_office_sees_it(town: Town, words: str) -> None:
    _, told = await _asked_and_closed(town, words)
    await says(town, "شكرا")
    assert await _state(town, told) == ("closed", True, [])
    await says(town, "لا بعد")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)
    assert await _state(town, told) == ("new", False, ["reopen"])
    async with seated(town, ROLES.get(told.desk, Role.COORDINATOR), told.office, told.desk) as officer:
        assert told.number in await officer.numbers()
        assert "إعادة فتح البلاغ" in await officer.page(told.number)
    await says(town, "اي")
    assert await _state(town, told) == ("new", False, ["reopen"])


@on_sqlite_mostly
async def test_it_is_worked_on_by_whoever_had_taken_it(town: Town) -> None:
    _, told = await told_days_ago(town, 4, HOLE)
    async with seated(town, Role.COORDINATOR, told.office, told.desk) as officer:
        assert (await officer.step(told.number, "reply", text=QUESTION, stage="send")).status_code == 303
        await quiet(town)
        assert (await officer.step(told.number, "close", reason="resolved")).status_code == 303
        await says(town, "لا")
        assert await _state(town, told) == ("in_progress", False, ["reopen"])


@on_sqlite_mostly
async def test_so_do_words_beside_its_code_or_soon_after_it(town: Town) -> None:
    code, told = await _asked_and_closed(town, BEATEN)
    await says(town, f"{code} اي بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (2, 1)
    await _closed(town, told)
    assert any("انتهى العمل" in text for text in await says(town, code))
    assert (await _state(town, told))[0] == "closed"
    await says(town, "بعده يضربني")
    assert (await said_of(town, told.id), len(await reports(town))) == (3, 1)
    assert (await _state(town, told))[0] == "new"


@pytest.mark.slow
@on_sqlite_mostly
async def test_who_asks_to_erase_then_erases_it_and_opens_nothing(town: Town) -> None:
    code, told = await _asked_and_closed(town, BEATEN)
    await says(town, f"حذف {code}")
    await says(town, "نعم")
    assert [row.erased_at is not None for row in await reports(town)] == [True]
    assert (await _state(town, told))[::2] == ("closed", [])


@pytest.mark.slow
@on_sqlite_mostly
async def test_days_after_the_question_nothing_opens_it_again(town: Town) -> None:
    _, told = await _asked_and_closed(town, BEATEN)
    await days(town, 4)
    await says(town, "لا")
    assert (await _state(town, told))[0] == "closed"


@on_sqlite_mostly
@pytest.mark.parametrize("first", ["شكرا", pytest.param("الله يحفظكم", marks=pytest.mark.slow)])
async def test_thanks_amid_a_talk_about_another_report_are_no_answer_and_a_yes_after_them_is(
    town: Town, first: str
) -> None:
    _, hers = await told_days_ago(town, 4, BEATEN)
    code_in(await says(town, HOLE))
    _, hole = await reports(town)
    await days(town, 1)
    await answered(town, hers, QUESTION)
    await says(town, first)
    heard = await said_of(town, hers.id)
    await says(town, "اي")
    assert (await said_of(town, hers.id), await said_of(town, hole.id)) == (heard + 1, 1)
