"""A withdrawal, an erasing or the end of the days while a copy is being made: none of them leaves the copy behind."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from storage import tables
from storage.casework.acts import Act, Refused
from storage.consent import answering, sharing
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing
from tests.storage.consent.place import DAYS, N, Town, build

_LONG_ENOUGH_S = 0.4  # for the second to come to the row that the first one holds


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


async def _while_copied(place: Town, consent: str, then: Callable[[Connection], object]) -> None:
    """`then` begins in a transaction of its own when the copy is made and not committed yet."""
    made, begun, act = threading.Event(), threading.Event(), Act(place.person, N, place.version, place.now)

    def copies(conn: Connection) -> int:
        version = sharing.share(conn, place.keyring, act, consent, summary="ملخص")
        made.set()
        begun.wait(_LONG_ENOUGH_S)  # on SQLite the other cannot begin
        threading.Event().wait(_LONG_ENOUGH_S)
        return version

    def ends(conn: Connection) -> object:
        begun.set()
        return then(conn)

    first = asyncio.create_task(place.store.write(copies))
    await asyncio.to_thread(made.wait)
    second = asyncio.create_task(place.store.write(ends))
    place.version = await first
    await second


async def _left(place: Town) -> list[str]:
    """The reports that still hold words, but for the one that was shared."""
    r = tables.reports.c
    stand = select(r.id).where(r.erased_at.is_(None), r.id != place.report)
    return list(await place.store.read(lambda c: c.execute(stand).scalars().all()))


async def test_a_copy_that_is_made_while_its_consent_is_taken_back_goes(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    later = place.now + timedelta(minutes=1)
    await _while_copied(place, consent, lambda c: answering.revoke(c, place.keyring, place.report, later))
    assert await _left(place) == []
    assert [each.state for each in await place.states()] == ["ended"]


async def test_a_copy_that_is_made_while_its_days_end_goes(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    after = place.now + DAYS
    await _while_copied(place, consent, lambda c: answering.expire(c, place.keyring, after))
    assert await _left(place) == []


async def test_a_copy_that_is_made_while_its_report_is_erased_goes(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    await _while_copied(place, consent, lambda c: erasing.erase(c, place.report, now=place.now))
    assert await _left(place) == []


async def test_what_was_taken_back_first_is_copied_no_more(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    act = Act(place.person, N, place.version, place.now)
    with pytest.raises(Refused, match=r"consent\.missing"):
        await place.store.write(lambda c: sharing.share(c, place.keyring, act, consent, summary="ملخص"))
    assert await _left(place) == []


@pytest.mark.parametrize("what", ["answer", "revoke", "expire"])
async def test_a_reporters_word_and_a_step_of_staff_never_wait_for_each_other(place: Town, what: str) -> None:
    """Staff hold the report and then its consent: a word takes both in the same order, so neither is broken off."""
    consent = await place.ask()
    if what != "answer":
        await place.answer(consent, given=True)
    held, begun, after = threading.Event(), threading.Event(), place.now + timedelta(hours=1)

    def step(conn: Connection) -> None:
        conn.execute(select(tables.reports).where(tables.reports.c.id == place.report).with_for_update())
        held.set()
        begun.wait(_LONG_ENOUGH_S)
        threading.Event().wait(_LONG_ENOUGH_S)
        with contextlib.suppress(Refused):
            answering.standing(conn, place.keyring, place.report, consent, place.now)

    def word(conn: Connection) -> None:
        begun.set()
        match what:
            case "answer":
                assert answering.answer(conn, place.keyring, consent, given=True, now=after)
            case "revoke":
                assert answering.revoke(conn, place.keyring, place.report, after) == 1
            case _:
                assert answering.expire(conn, place.keyring, after + DAYS) == 1

    first = asyncio.create_task(place.store.write(step))
    await asyncio.to_thread(held.wait)
    await place.store.write(word)
    await first
