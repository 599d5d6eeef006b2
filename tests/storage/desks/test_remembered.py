"""What was understood of a report opens to its code of sixteen digits, and to nobody who only has the server."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.vocabulary import Append, Category, Coded, Desk, Facts, File, Mode, Reroute, Teller, Urgency
from storage import pickup, tables
from storage.database.engine import Store
from storage.intake import coding
from storage.keys import Keyring
from storage.purging import erasing
from storage.reporting.reporters import Who
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.desks.test_sealed_months import _a_month_ends
from tests.storage.house import VIOLENCE, House, copy_of, stolen
from tests.storage.making import message

pytestmark = sqlite_mostly


LONG = "4829136500277410"
NOBODY = Who(b"", (b"",) * 3, b"", hidden=True)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A desk that is on, with two focal points."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return house


async def _opens(house: House, code: str) -> Coded | None:
    found = await house.store.read(lambda c: pickup.find(c, house.keyring, code))
    assert found is not None
    return found.coded


async def test_it_opens_to_the_code_and_to_no_key_of_the_server_nor_of_its_desk(house: House) -> None:
    file = await house.tell(facts=replace(VIOLENCE, teller=Teller.CHILD))
    assert await _opens(house, file.code) == Coded(file.facts, hers=True)
    copy = await copy_of(house.store)
    assert any(row.facts for row in copy.rows["codes"])
    assert "domestic_violence" not in stolen(copy, house.keyring)
    theirs = coding.key(house.keyring, NOBODY, "1" * 16)
    assert '"teller"' not in stolen(copy, house.keyring, [each.private for each in house.keys.values()])
    assert '"teller"' not in stolen(copy, house.keyring, [theirs.private])
    hers = coding.key(house.keyring, NOBODY, file.code)
    assert '"teller":"child"' in stolen(copy, house.keyring, [hers.private])


async def test_its_length_tells_no_kind_of_concern(house: House) -> None:
    every = [Facts(category, Urgency.HIGH, sensitive=True) for category in Category]
    every.append(replace(VIOLENCE, lineage=("IQ-BG-karrada", "IQ-BG-rusafa", "IQ-BG"), teller=Teller.OTHER))
    for number, facts in enumerate(every):
        await house.tell(number + 1, photo=False, facts=facts)
    rows = await making.rows(house.store, tables.codes)
    assert len({len(row.facts) for row in rows}) == 1


async def test_after_the_month_it_still_opens_to_the_code_and_under_the_new_key(house: House) -> None:
    file = await house.tell()
    await _a_month_ends(house)
    (row,) = await making.rows(house.store, tables.codes)
    assert row.epoch == "2026-12"
    assert await _opens(house, file.code) == Coded(file.facts, hers=True)


async def test_changed_or_put_at_another_code_it_opens_nothing_and_the_case_is_told_all_the_same(house: House) -> None:
    first, second = await house.tell(1), await house.tell(2)
    rows = {row.report: row for row in await making.rows(house.store, tables.codes)}
    blob, other = bytes(rows[first.report].facts), bytes(rows[second.report].facts)
    here = tables.codes.c.hash == rows[first.report].hash
    flipped = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(0, len(blob), 97)]
    for wrong in (other, b"", blob[:-1], *flipped):
        anew = update(tables.codes).where(here).values(facts=wrong)
        await house.store.write(lambda c, anew=anew: c.execute(anew) and None)  # type: ignore[misc]
        assert await _opens(house, first.code) is None


async def test_whoever_is_private_later_has_it_by_the_new_code_and_what_is_said_then_counts(house: House) -> None:
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code="482913", place=None)
    told = making.decision(file, conversation=making.ongoing(file, house.now))
    await making.say(house.store, house.keyring, message(1), told, now=house.now)
    (short,) = await making.rows(house.store, tables.codes)
    assert short.facts is None  # six digits are too few to seal it to
    talk = replace(making.ongoing(replace(file, code=LONG), house.now), mode=Mode.PRIVATE)
    wish = making.decision(conversation=talk, replies=["private.filed"])
    await making.say(house.store, house.keyring, message(2), wish, now=house.now + timedelta(minutes=1))
    assert await _opens(house, LONG) == Coded(file.facts)
    await _moves(house, file, talk_mode=Mode.PRIVATE)
    after = await _opens(house, LONG)
    assert after is not None
    assert (after.facts.teller, after.hers) == (Teller.CHILD, True)


async def _moves(house: House, file: File, *, talk_mode: Mode) -> None:
    facts = replace(file.facts, teller=Teller.CHILD)
    talk = replace(making.ongoing(replace(file, code=LONG), house.now), mode=talk_mode)
    effects = (Append(file.report), Reroute(file.report, file.to, facts, None))
    decision = making.decision(*effects, conversation=talk)
    await making.say(house.store, house.keyring, message(3), decision, now=house.now + timedelta(minutes=2))


async def test_with_the_report_it_is_erased(house: House) -> None:
    file = await house.tell()
    await house.store.write(lambda c: erasing.erase(c, file.report, now=house.now) and None)
    assert await making.count(house.store, tables.codes) == 0
