"""Two reports that their reporter calls one: one case at one desk, or nothing at all that one desk tells another."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.vocabulary import (
    Append,
    Category,
    Decision,
    Desk,
    Destination,
    Erase,
    Facts,
    File,
    Hide,
    Join,
    Known,
    Mode,
    Reroute,
    Urgency,
)
from storage import tables, ties
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import bonds
from tests.databases import on_sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, THEFT, message

pytestmark = pytest.mark.usefixtures("prepared")

VIOLENCE = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)
FIRE = Facts(Category.FIRE_MEDICAL, Urgency.EMERGENCY, sensitive=False)


async def _filed(store: Store, keyring: Keyring, now: datetime, *files: File) -> None:
    for number, file in enumerate(files, start=1):
        at = now + timedelta(minutes=number)
        await making.say(store, keyring, message(number), making.decision(file), now=at)


async def _join(store: Store, keyring: Keyring, now: datetime, report: File, into: File, number: int = 90) -> None:
    said = making.decision(Join(report.report, into.report))
    await making.say(store, keyring, message(number), said, now=now + timedelta(minutes=17))


async def _by_id(store: Store) -> dict[str, Any]:
    return {row.id: row for row in await making.rows(store, tables.reports)}


async def _known(store: Store, keyring: Keyring, now: datetime, code: str) -> Known:
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision()

    await making.say(store, keyring, message(99, text=code), look, now=now + timedelta(hours=1), codes=(code,))
    return seen[0]


async def test_at_one_desk_the_newer_is_closed_into_the_elder(store: Store, keyring: Keyring, now: datetime) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222", facts=FIRE)
    await _filed(store, keyring, now, elder, newer)
    await _join(store, keyring, now, newer, elder)
    rows = await _by_id(store)
    joined, kept = rows[newer.report], rows[elder.report]
    assert (joined.status, joined.close_reason, joined.joined) == ("closed", "joined", elder.report)
    assert (kept.status, kept.joined, kept.urgency) == ("new", None, Urgency.EMERGENCY)
    assert kept.due_at == joined.due_at  # the sooner of both
    running = {timer.report: timer.done_at for timer in await making.rows(store, tables.timers)}
    assert running[newer.report] is not None
    assert running[elder.report] is None  # those on duty ring for the elder now
    told = {event.report: event.data for event in await making.rows(store, tables.events) if event.kind == "joined"}
    assert told == {newer.report: {"into": elder.report}, elder.report: {"from": newer.report}}


async def test_the_code_of_the_newer_still_names_what_was_agreed_to_about_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222", facts=FIRE)
    await _filed(store, keyring, now, elder, newer)
    person = await making.add_staff(store, "زينب", office=making.OFFICE, desk=making.DESK, now=now)
    row: dict[str, Any] = dict.fromkeys(column.name for column in tables.consents.columns)
    row |= {"id": "given", "report": newer.report, "office": making.OFFICE, "desk": "urgent", "scope": "summary"}
    row |= {"asked_by": person, "asked_at": now, "until_at": now + timedelta(days=30), "answer": True}
    row |= {"answered_at": now}
    row["tie"] = ties.consent(keyring, row)
    await store.write(lambda c: c.execute(tables.consents.insert(), row) and None)
    await _join(store, keyring, now, newer, elder)
    known = await _known(store, keyring, now, "222222")
    assert known.by_code is not None
    assert (known.by_code.report, known.consents) == (elder.report, (newer.report,))


async def test_either_code_tells_how_the_elder_stands(store: Store, keyring: Keyring, now: datetime) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _filed(store, keyring, now, elder, newer)
    await _join(store, keyring, now, newer, elder)
    found = (await _known(store, keyring, now, "222222")).by_code
    assert found is not None
    assert (found.report, found.number, found.status) == (elder.report, elder.number, "new")


@pytest.mark.parametrize(
    ("desk", "office", "facts"),
    [(Desk.WOMEN, OFFICE, VIOLENCE), (Desk.GENERAL, "other-office", THEFT)],
)
async def test_at_two_desks_nothing_moves_and_neither_learns_of_the_other(
    store: Store, keyring: Keyring, now: datetime, desk: Desk, office: str, facts: Facts
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222", desk=desk, office=office, facts=facts)
    await _filed(store, keyring, now, elder, newer)
    before = await _by_id(store)
    for number, (one, other) in enumerate(((newer, elder), (elder, newer)), start=90):
        await _join(store, keyring, now, one, other, number)
    assert await _by_id(store) == before
    assert "joined" not in {event.kind for event in await making.rows(store, tables.events)}


async def test_at_a_sealed_desk_a_join_tells_no_more_than_the_hour(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    files = [making.filing(code=code, desk=Desk.WOMEN, facts=VIOLENCE) for code in ("111111", "222222")]
    await _filed(store, keyring, now, *files)
    await _join(store, keyring, now, files[1], files[0])
    closed = (await _by_id(store))[files[1].report].closed_at
    times = [event.at for event in await making.rows(store, tables.events)]
    assert {at.replace(microsecond=0) for at in (*times, closed)} == {now}


async def test_a_closed_case_takes_nothing_in_but_its_staff_are_told(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _filed(store, keyring, now, elder, newer)
    ended = update(tables.reports).where(tables.reports.c.id == elder.report).values(status="closed", closed_at=now)
    await store.write(lambda conn: conn.execute(ended) and None)
    await _join(store, keyring, now, newer, elder)
    row = (await _by_id(store))[newer.report]
    assert (row.status, row.joined) == ("new", None)
    assert [event.kind for event in await making.rows(store, tables.events)].count("joined") == 2


async def test_joined_twice_in_a_row_all_lead_to_the_first(store: Store, keyring: Keyring, now: datetime) -> None:
    files = [making.filing(code=f"{n}11111") for n in range(3)]
    await _filed(store, keyring, now, *files)
    await _join(store, keyring, now, files[2], files[1], 90)
    await _join(store, keyring, now, files[1], files[0], 91)
    await _join(store, keyring, now, files[0], files[2], 92)  # a ring is no chain
    rows = await _by_id(store)
    assert [rows[file.report].joined for file in files] == [None, files[0].report, files[0].report]
    assert rows[files[0].report].status == "new"
    said = making.decision(Append(files[2].report))
    await making.say(store, keyring, message(95), said, now=now + timedelta(hours=1))
    parts = [part.report for part in await making.rows(store, tables.parts) if part.kind == "utterance"]
    assert parts.count(files[0].report) == 2  # what is said of the joined one belongs to the one that is worked on


async def test_a_case_that_turns_sensitive_takes_along_what_was_joined_into_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _filed(store, keyring, now, elder, newer)
    await _join(store, keyring, now, newer, elder)
    away = Reroute(elder.report, Destination("women-baghdad", Desk.WOMEN, "sensitive"), VIOLENCE, None)
    await making.say(store, keyring, message(95), making.decision(away), now=now + timedelta(hours=1))
    rows = await _by_id(store)
    assert {(row.office, row.desk, row.category) for row in rows.values()} == {("women-baghdad", "women", None)}
    assert rows[newer.report].status == "closed"


async def test_erasing_the_case_erases_what_was_joined_into_it(store: Store, keyring: Keyring, now: datetime) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _filed(store, keyring, now, elder, newer)
    await _join(store, keyring, now, newer, elder)
    await making.say(store, keyring, message(95), making.decision(Erase(elder.report)), now=now)
    assert all(row.erased_at for row in (await _by_id(store)).values())
    assert all(part.sealed is None for part in await making.rows(store, tables.parts))
    assert await making.count(store, tables.codes) == 0


async def test_who_claimed_the_elder_is_not_rung_again(store: Store, keyring: Keyring, now: datetime) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222", facts=FIRE)
    await _filed(store, keyring, now, elder, newer)
    staff = await making.add_staff(store, "علي", office=OFFICE, desk=Desk.GENERAL, now=now)
    mine = update(tables.reports).where(tables.reports.c.id == elder.report).values(claimed_by=staff, claimed_at=now)
    await store.write(lambda conn: conn.execute(mine) and None)
    await _join(store, keyring, now, newer, elder)
    assert (await _by_id(store))[elder.report].urgency == Urgency.EMERGENCY
    assert elder.report not in {timer.report for timer in await making.rows(store, tables.timers)}


async def test_what_is_joined_to_what_once_was_sealed_goes_to_no_police_either(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="100001"), making.filing(code="100002")
    await _filed(store, keyring, now, elder, newer)
    # As after a focal point's move to this very desk.
    once = update(tables.reports).where(tables.reports.c.id == newer.report).values(sealed_once=True)
    await store.write(lambda conn: conn.execute(once) and None)
    await _join(store, keyring, now, newer, elder)
    police = Reroute(elder.report, Destination(OFFICE, Desk.URGENT, "emergency"), FIRE, None)
    await making.say(store, keyring, message(91), making.decision(police), now=now + timedelta(minutes=18))
    rows = await _by_id(store)
    assert {rows[one.report].desk for one in (elder, newer)} == {"general"}
    assert rows[elder.report].sealed_once
    assert rows[elder.report].urgency == FIRE.urgency


@on_sqlite_mostly
@pytest.mark.parametrize("hidden", [False, True])
async def test_whoever_becomes_private_is_found_by_no_code_of_what_was_joined_into_it(
    store: Store, keyring: Keyring, now: datetime, *, hidden: bool
) -> None:
    elder, newer, neighbours = (making.filing(code=f"{number}" * 6) for number in (1, 2, 3))
    await _filed(store, keyring, now, elder, newer)
    await making.say(store, keyring, message(3, address=making.OTHER_PHONE), making.decision(neighbours), now=now)
    if hidden:
        wish = making.decision(Hide(newer.report, ("222222",)))
        await making.say(store, keyring, message(50), wish, now=now + timedelta(minutes=5))
    for number, part in enumerate((newer, neighbours)):
        await _join(store, keyring, now, part, elder, 90 + number)
    talk = replace(making.ongoing(replace(elder, code="4829136500277410"), now), mode=Mode.PRIVATE)
    await making.say(store, keyring, message(60), making.decision(conversation=talk), now=now + timedelta(minutes=20))
    links = await making.rows(store, tables.report_contacts)
    assert [link.report for link in links] == [neighbours.report]  # staff may have put what another told into it
    codes = {(row.report, row.scope) for row in await making.rows(store, tables.codes)}
    assert codes == {(elder.report, "anywhere"), (neighbours.report, "sender")}
    assert await making.count(store, tables.discreet) == 0
    assert (await _known(store, keyring, now + timedelta(hours=3), "222222")).by_code is None


async def test_what_an_order_keeps_is_kept_also_where_it_was_joined_into_another(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await _filed(store, keyring, now, elder, newer)
    until = now + timedelta(days=90)
    await store.write(lambda c: bonds.put(c, keyring, newer.report, held=until, bound=until))
    await _join(store, keyring, now, newer, elder)
    wish = making.decision(Erase(elder.report))
    await making.say(store, keyring, message(97, text="حذف"), wish, now=now + timedelta(minutes=30))
    assert [row.erased_at for row in (await _by_id(store)).values()] == [None, None]
    assert await making.count(store, tables.report_contacts) == 0  # but nothing leads to who told it
