"""One report as it is opened, and what the audit keeps of that."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import parts, reports
from tests.staffing import ADHAMIYA, Filed, town
from tests.storage.casework.desks import Desks


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    await store.write(town)
    return Desks(store, keyring, now)


async def test_an_auditor_sees_what_happened_and_no_words(desks: Desks) -> None:
    auditor = await desks.hire("مدقق", Role.AUDITOR)
    await desks.file(Filed("BG-00001"))
    (row,) = (await desks.page(auditor)).rows
    opened = await desks.one(auditor, "BG-00001")
    assert row.excerpt is None
    assert opened is not None
    assert opened.card is None
    assert [entry.kind for entry in opened.thread] == ["utterance", "file"]
    assert all(entry.text is None for entry in opened.thread)


async def test_every_opening_is_audited_and_so_is_asking_for_what_is_not_theirs(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"), Filed("BG-00002", office=ADHAMIYA))
    for number in ("BG-00001", "BG-99999", "BG-00002"):
        await desks.one(zainab, number)
    asked = await desks.audited("report.view", "report.denied")
    assert [(row.action, row.actor) for row in asked] == [("report.view", zainab)] + [("report.denied", zainab)] * 2
    assert all((row.subject, row.data) == ("", {}) for row in asked if row.action == "report.denied")


async def test_a_sealed_desks_list_holds_no_words_and_opening_shows_them(desks: Desks) -> None:
    focal = await desks.hire("هدى", Role.FOCAL_POINT)
    await desks.file(Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence", said=("يضربني",)))
    (row,) = (await desks.page(focal)).rows
    assert (row.category, row.excerpt) == ("domestic_violence", None)
    opened = await desks.one(focal, "BG-00004")
    assert opened is not None
    assert [entry.text for entry in opened.thread if entry.said] == ["يضربني"]


async def test_a_part_that_cannot_be_opened_hides_no_other(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"), Filed("BG-00002"))
    damaged = select(reports.c.id).where(reports.c.number == "BG-00001").scalar_subquery()
    spoil = update(parts).where(parts.c.report == damaged).values(sealed=b"spoilt")
    await desks.store.write(lambda c: c.execute(spoil))
    rows = {row.number: row.excerpt for row in (await desks.page(zainab)).rows}
    assert rows == {"BG-00001": None, "BG-00002": "سرقوا دراجتي من باب الدار"}
    opened = await desks.one(zainab, "BG-00001")
    assert opened is not None
    assert [entry.lost for entry in opened.thread if entry.said] == [True]
