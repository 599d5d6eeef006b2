"""The order of rows in the file tells nothing of what was told privately, in any table."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.vocabulary import Append, Desk, Erase, Mode
from storage import audit, keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import stirring
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import attacker, making
from tests.storage.attacker import Loot
from tests.storage.house import VIOLENCE, House
from tests.storage.making import message

pytestmark = sqlite_mostly

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TELLERS = 20
# Tables in which a report that is told here has rows.
TOLD = ("reports", "parts", "events", "codes", "part_seals", "code_seals", "media", "medium_seals")


def test_each_table_is_stirred_or_has_a_reason_not_to_be(now: datetime) -> None:
    stirred = {table.name for table in stirring.rows(now - HOUR, now)}
    reasons = [name for names in stirring.UNSTIRRED.values() for name in names]
    assert len(reasons) == len(set(reasons))
    assert stirred.isdisjoint(reasons)
    assert stirred | set(reasons) == {table.name for table in tables.metadata.sorted_tables}


async def _tell(house: House, number: int) -> str:
    """One private report with a photo, answered at once; beside it somebody who is not private tells something."""
    code = f"{4000 + number}222233334444"
    file = replace(
        making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=code, place=None), mode=Mode.PRIVATE
    )
    talk = replace(making.ongoing(file, house.now), mode=Mode.PRIVATE)
    said = message(2 * number, address=f"+9647000{number:06d}", media=(making.medium(),))
    await making.say(house.store, house.keyring, said, making.decision(file, conversation=talk), now=house.now)
    await house.fetch()
    await house.work_on(file)
    other = message(2 * number + 1, address=f"+9647001{number:06d}")
    plain = making.filing(code="111111", office=KARRADA, place=None)
    await making.say(house.store, house.keyring, other, making.decision(plain), now=house.now + timedelta(seconds=7))
    await house.store.write(lambda c: audit.chain(c, house.keyring, house.now + timedelta(seconds=8)))
    return file.report


def _order_kept(loot: Loot, reports: list[str], table: str) -> float:
    """Of all pairs the share whose rows lie in the order in which they were told."""
    places = [attacker.first_places(loot, report)[table] for report in reports]
    pairs = [(a, b) for at, a in enumerate(places) for b in places[at + 1 :]]
    return sum(a < b for a, b in pairs) / len(pairs)


async def test_after_an_hour_no_table_tells_in_which_order_or_minute_they_told(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    house = House(store, keyring, now - HOUR)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    house.now = now
    reports = []
    for number in range(TELLERS):
        house.now += 2 * MINUTE
        reports.append(await _tell(house, number))
    if store.dialect == "sqlite":
        before = await store.read(attacker.steal)
        assert {table: _order_kept(before, reports, table) for table in TOLD} == dict.fromkeys(TOLD, 1.0)
    await store.write(lambda c: keys.register(c, keyring, now + HOUR))
    assert await store.write(lambda c: audit.chain(c, keyring, now + HOUR + MINUTE))
    await store.write(lambda c: stirring.stir(c, now + HOUR + MINUTE))
    loot = await store.read(attacker.steal)
    # Of twenty that are shuffled the share scatters by 0.08.
    assert {table for table in TOLD if not 0.1 < _order_kept(loot, reports, table) < 0.9} == set()
    for table in TOLD:
        theirs = [row for report in reports for name, row in loot.of[report] if name == table]
        mine = {id(row) for row in theirs}
        others = [row["_place"] for row in loot.rows[table] if id(row) not in mine]
        if store.dialect == "sqlite":
            assert max(row["_place"] for row in theirs) < min(others, default=0), table
        else:  # one transaction for all of them
            assert len({row["_written"] for row in theirs}) == 1, table
    assert _minutes_told(loot, store.dialect, now + HOUR) == set()


def _minutes_told(loot: Loot, dialect: str, end: datetime) -> set[str]:
    """By what the audit's rows that are dated at an hour's end stand between others of a minute."""
    coarse = [row for row in loot.rows["audit"] if row["at"] == int(end.timestamp()) * 1_000_000]
    assert len(coarse) >= TELLERS
    places = sorted(row["seq"] for row in coarse)
    told = {"seq"} if places != list(range(places[0], places[0] + len(places))) else set()
    if dialect == "sqlite":
        return told | ({"rowid"} if any(row["_place"] > 0 for row in coarse) else set())
    return told | ({"xmin"} if len({row["_written"] for row in coarse}) > 1 else set())


@pytest.mark.parametrize("how", ["erased", "added to"])
async def test_what_was_told_to_an_old_report_or_was_erased_is_moved_too(
    sqlite_store: Store, keyring: Keyring, now: datetime, how: str
) -> None:
    await making.prepare(sqlite_store, keyring, now)
    file = replace(making.filing(code="4829136500277410"), mode=Mode.PRIVATE)
    talk = replace(making.ongoing(file, now), mode=Mode.PRIVATE)
    await making.say(sqlite_store, keyring, message(1), making.decision(file, conversation=talk), now=now + MINUTE)
    at = now + (HOUR if how == "erased" else 13 * HOUR)
    await sqlite_store.write(lambda c: keys.register(c, keyring, at))
    effect = Erase(file.report) if how == "erased" else Append(file.report)
    said = message(2, media=(making.medium(),))
    await making.say(sqlite_store, keyring, said, making.decision(effect, conversation=talk), now=at + MINUTE)
    await sqlite_store.write(lambda c: stirring.stir(c, at + HOUR + MINUTE))
    loot = await sqlite_store.read(attacker.steal)
    rows = [row["_place"] for name, row in loot.of[file.report] if name != "timers"]
    assert len(rows) > 2
    assert max(rows) < 0
