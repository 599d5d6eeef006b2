"""What a list tells of a report."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import reports
from tests.staffing import Filed, town
from tests.storage.casework.desks import Desks


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    await store.write(town)
    return Desks(store, keyring, now)


async def test_a_focal_point_reads_on_the_list_what_the_row_does_not_say(desks: Desks) -> None:
    focal = await desks.hire("هدى", Role.FOCAL_POINT)
    await desks.file(Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence", said=("يضربني",)))
    (row,) = (await desks.page(focal)).rows
    assert (row.category, row.channel) == ("domestic_violence", "sms")
    assert row.place is not None
    assert row.place.ar == "الكرادة"
    stored = await desks.store.read(lambda c: c.execute(select(reports.c.category, reports.c.place)).one())
    assert tuple(stored) == (None, None)


async def test_a_long_text_is_cut_for_the_list(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001", said=("كلمة " * 100,)))
    (row,) = (await desks.page(zainab)).rows
    assert row.excerpt is not None
    assert len(row.excerpt) <= 140
    assert row.excerpt.endswith("…")
