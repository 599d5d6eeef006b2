"""A note that a body outside has a case: not where its reporter refused that, and nobody was told by their yes."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.vocabulary import Desk
from storage import tables
from storage.casework import cases
from storage.casework.acts import Act, Refused
from storage.consent import answering
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.storage.consent.shared import N, Town, build

pytestmark = sqlite_mostly

CLINIC = To(service="5e" * 16)


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    """An ordinary desk, and a clinic that may be told."""
    made = await build(store, keyring, now, Desk.GENERAL)
    clinic: dict[str, Any] = {"id": CLINIC.service, "kind": "legal", "name_ar": "عيادة قانونية", "languages": ["ar"]}
    there = insert(tables.services).values(**clinic, active=True, verified_on=now)
    await store.write(lambda c: c.execute(there) and None)
    return made


async def _refer(place: Town) -> None:
    """As the console does, behind the second wall."""
    version = select(tables.reports.c.version).where(tables.reports.c.id == place.report)
    at = await place.store.read(lambda c: c.execute(version).scalar_one())
    act = Act(place.person, N, at, place.now)
    place.version = await place.store.write(
        lambda c: cases.refer(c, place.keyring, act, body="عيادة", text=""), staff=place.person
    )


@pytest.mark.parametrize("way", ["no", "silence", "withdrawn"])
async def test_what_was_refused_is_reached_by_no_note_of_a_referral(place: Town, way: str) -> None:
    await _refer(place)
    consent = await place.asks(Scope.WORDS, CLINIC)
    if way != "silence":
        await place.says(consent, given=way == "withdrawn")
    if way == "withdrawn":
        await place.share(consent, summary="قلت لهم بالهاتف")
        await _refer(place)
        await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    with pytest.raises(Refused, match=r"case\.refer\.consent"):
        await _refer(place)


async def test_after_a_no_about_one_another_body_is_noted_once_it_was_told_by_a_yes(place: Town) -> None:
    await place.agreed(Scope.WORDS, given=False)
    with pytest.raises(Refused, match=r"case\.refer\.consent"):
        await _refer(place)
    consent = await place.asks(Scope.WORDS, CLINIC)
    await place.says(consent)
    with pytest.raises(Refused, match=r"case\.refer\.consent"):
        await _refer(place)
    await place.share(consent, summary="قلت لهم بالهاتف")
    await _refer(place)
