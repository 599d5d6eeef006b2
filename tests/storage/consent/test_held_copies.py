"""A legal hold is for a report: what another desk has of it by consent is never held, and goes with the yes."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage import tables
from storage.casework.acts import Act, Refused
from storage.consent import answering, sharing
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing, holds
from storage.purging.holds import By, Reason
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, hire
from tests.storage import holding
from tests.storage.consent.place import N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    """A report of which another office has a copy."""
    made = await build(store, keyring, now)
    consent = await made.ask()
    await made.answer(consent, given=True)
    act = Act(made.person, N, made.version, now)
    made.version = await store.write(lambda c: sharing.share(c, keyring, act, consent, summary="ملخص"))
    return made


@pytest.fixture
def hires(place: Town) -> Callable[[str, str, Desk], Awaitable[str]]:
    async def one(name: str, office: str, desk: Desk) -> str:
        return await place.store.write(
            lambda c: hire(c, place.keyring, name, Role.SUPERVISOR, office=office, desks=(desk,), now=place.now)
        )

    return one


async def _copy(place: Town) -> tuple[str, str]:
    r = tables.reports.c
    row = await place.store.read(lambda c: c.execute(select(r.id, r.number).where(r.id != place.report)).one())
    return row.id, row.number


async def _words(place: Town, report: str) -> int:
    kept = select(tables.parts.c.id).where(tables.parts.c.report == report, tables.parts.c.sealed.is_not(None))
    return await place.store.read(lambda c: len(c.execute(kept).all()))


async def _hold(place: Town, person: str, number: str) -> str:
    by = By(person, place.now)
    return await place.store.write(
        lambda c: holds.ask(c, place.keyring, by, number=number, reason=Reason.INQUIRY, days=180)
    )


async def test_the_receiving_side_holds_no_copy(place: Town, hires: Callable[[str, str, Desk], Awaitable[str]]) -> None:
    theirs = await hires("نوري", ADHAMIYA, Desk.URGENT)
    copy, number = await _copy(place)
    with pytest.raises(Refused, match=r"hold\.copy"):
        await _hold(place, theirs, number)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    assert await _words(place, copy) == 0


@pytest.mark.parametrize("end", ["withdrawn", "erased"])
async def test_a_hold_of_the_report_keeps_no_copy_elsewhere(
    place: Town, hires: Callable[[str, str, Desk], Awaitable[str]], end: str
) -> None:
    one, two = [await hires(name, KARRADA, Desk.GENERAL) for name in ("نوري", "علي")]
    hold = await _hold(place, one, N)
    await place.store.write(lambda c: holds.confirm(c, place.keyring, By(two, place.now), hold))
    copy, _ = await _copy(place)
    later = place.now + timedelta(minutes=1)
    if end == "withdrawn":
        await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, later))
    else:
        bound = later + timedelta(days=90)
        assert not await place.store.write(lambda c: erasing.erase(c, place.report, now=later, bound=bound))
    assert await _words(place, copy) == 0
    assert await _words(place, place.report) > 0
    assert [each.state for each in await place.states()] == ["ended"]


async def test_a_copy_whose_row_says_that_it_is_held_goes_all_the_same(place: Town) -> None:
    copy, _ = await _copy(place)
    until = place.now + timedelta(days=180)
    await place.store.write(lambda c: holding.hold(c, place.keyring, until, report=copy))
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    assert await _words(place, copy) == 0
