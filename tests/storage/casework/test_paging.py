"""A list's order, its pages and what it is narrowed to."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import paging
from storage.casework.paging import BadCursor, Wanted
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import reports
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, Filed, town
from tests.storage.casework.desks import Desks

pytestmark = sqlite_mostly


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    await store.write(town)
    return Desks(store, keyring, now)


async def test_emergencies_come_first_then_deadlines_then_age(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    hour = timedelta(hours=1)
    await desks.file(
        Filed("BG-00001", due_in=None, age=5 * hour),
        Filed("BG-00002", due_in=2 * hour, age=hour),
        Filed("BG-00003", due_in=2 * hour, age=2 * hour),
        Filed("BG-00004", due_in=-hour),
        Filed("BG-00005", due_in=9 * hour, urgency=Urgency.EMERGENCY),
        Filed("BG-00006", due_in=9 * hour, urgency=Urgency.HIGH),
    )
    assert await desks.numbers(zainab) == [
        "BG-00005",
        "BG-00006",
        "BG-00004",
        "BG-00003",
        "BG-00002",
        "BG-00001",
    ]
    late = {row.number: row.overdue for row in (await desks.page(zainab)).rows}
    assert [number for number, overdue in late.items() if overdue] == ["BG-00004"]


async def test_pages_hold_every_row_once_though_rows_arrive_meanwhile(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(*(Filed(f"BG-0001{n}", due_in=timedelta(hours=n % 3)) for n in range(9)))
    seen: list[str] = []
    cursor = ""
    while True:
        page = await desks.page(zainab, Wanted(cursor=cursor, limit=2))
        seen += [row.number for row in page.rows]
        cursor = page.next
        if not cursor:
            break
        await desks.file(Filed(f"BG-0002{len(seen)}", urgency=Urgency.EMERGENCY))
    assert sorted(seen) == [f"BG-0001{n}" for n in range(9)]


@pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMiwzLDRd", "\0", "ب", "WzksMCwwLCJhIl0"])
async def test_a_cursor_that_we_never_gave_is_refused(desks: Desks, cursor: str) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    with pytest.raises(BadCursor):
        await desks.page(zainab, Wanted(cursor=cursor))


async def test_lists_are_narrowed_by_each_filter(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001"),
        Filed("BG-00002", desk=Desk.MEDIATION),
        Filed("BG-00003", urgency=Urgency.HIGH),
        Filed("BG-00004", status=Status.CLOSED),
    )
    claim = update(reports).where(reports.c.number == "BG-00003").values(claimed_by=zainab)
    await desks.store.write(lambda c: c.execute(claim))
    assert await desks.numbers(zainab, Wanted(desk=Desk.MEDIATION)) == ["BG-00002"]
    assert await desks.numbers(zainab, Wanted(urgency=Urgency.HIGH)) == ["BG-00003"]
    assert await desks.numbers(zainab, Wanted(status=Status.CLOSED)) == ["BG-00004"]
    assert await desks.numbers(zainab, Wanted(mine=True)) == ["BG-00003"]
    assert await desks.numbers(zainab, Wanted(office=ADHAMIYA)) == []
    assert len(await desks.numbers(zainab, Wanted(office=KARRADA))) == 3


async def test_every_page_of_a_list_is_audited_with_what_it_showed(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.page(zainab)
    assert await desks.audited("report.list") == []
    await desks.file(Filed("BG-00001"), Filed("BG-00002"), Filed("BG-00003", office=ADHAMIYA))
    shown = [row.id for row in (await desks.page(zainab)).rows]
    (row,) = await desks.audited("report.list")
    assert (row.actor, row.subject, row.data) == (zainab, "", {"ids": shown})
    assert len(shown) == 2


async def _shown(desks: Desks, person: str, session: str, wanted: Wanted | None = None) -> int:
    """A list as the console asks for it; how many rows of the audit tell of lists then."""
    lately = await desks.store.read(lambda c: paging.lately(c, staff=person, session=session, now=desks.now))
    await desks.page(person, replace(wanted or Wanted(), lately=lately))
    return len(await desks.audited("report.list"))


async def test_a_list_that_loads_itself_every_minute_leaves_a_row_every_ten(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(*(Filed(f"BG-0000{n}") for n in range(1, 4)))
    begun, rows = desks.now, list[int]()
    for minute in range(31):
        desks.now = begun + timedelta(minutes=minute)
        rows.append(await _shown(desks, zainab, "s"))
    assert [rows[n] for n in (0, 1, 9, 10, 19, 20, 29, 30)] == [1, 1, 1, 2, 2, 3, 3, 4]
    marks = {row.data["mark"] for row in await desks.audited("report.list")}
    assert len(marks) == 1
    assert not any(mark == "s" or len(mark) != 16 for mark in marks)


async def test_two_tabs_are_two_lists(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"), Filed("BG-00002", desk=Desk.MEDIATION))
    mediation = Wanted(desk=Desk.MEDIATION)
    assert [await _shown(desks, zainab, "s", each) for each in (None, mediation, None, mediation)] == [1, 2, 2, 2]


async def test_whatever_is_new_on_it_is_a_view_at_once(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    huda = await desks.hire("هدى", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"))
    assert await _shown(desks, zainab, "s") == 1
    await desks.file(Filed("BG-00002"))
    assert await _shown(desks, zainab, "s") == 2
    change = update(reports).where(reports.c.number == "BG-00002").values(version=reports.c.version + 1)
    await desks.store.write(lambda c: c.execute(change))
    assert await _shown(desks, zainab, "s") == 3
    assert await _shown(desks, zainab, "another session") == 4
    assert await _shown(desks, huda, "s") == 5
    assert [await _shown(desks, zainab, "") for _ in range(2)] == [6, 7]  # a program says whose list, not which session
