"""Where whoever would receive a report is there no more, it is neither asked, nor agreed to, nor shared."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Channel, Desk, Locale
from storage import tables
from storage.casework.acts import Act, Refused
from storage.consent import answering, asking, consents, sharing
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA
from tests.storage.consent.place import DAYS, N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now, channel=Channel.SMS)


async def _switched(place: Town, *, on: bool) -> None:
    office = update(tables.offices).where(tables.offices.c.code == ADHAMIYA).values(active=on)
    await place.store.write(lambda c: c.execute(office) and None)


async def _asks(place: Town, to: To) -> None:
    act, wanted = Act(place.person, N, place.version, place.now), Wanted(to, Scope.WORDS, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted) and None)


async def _state(place: Town) -> str:
    (stands,) = await place.states()
    return stands.state


async def test_a_question_about_an_office_that_is_off_is_not_put_and_takes_no_yes(place: Town) -> None:
    consent = await place.ask()
    await _switched(place, on=False)
    assert await _state(place) == "gone"
    await place.store.write(lambda c: answering.put(c, place.keyring, consent, hourly=False, now=place.now))
    put_at = select(tables.consents.c.put_at)
    assert await place.store.read(lambda c: c.execute(put_at).scalar_one()) is None
    assert not await place.answer(consent, given=True)
    asked = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert asked is None or asked.late
    await _switched(place, on=True)
    assert await place.answer(consent, given=True)


async def test_a_no_is_heard_all_the_same(place: Town) -> None:
    consent = await place.ask()
    await _switched(place, on=False)
    assert await place.answer(consent, given=False)
    assert await _state(place) == "no"


async def test_somebody_else_can_be_asked_for_instead(place: Town) -> None:
    await place.ask()
    await _switched(place, on=False)
    await _asks(place, To(KARRADA, Desk.URGENT))
    assert sorted(each.state for each in await place.states()) == ["gone", "unread"]


async def test_after_the_yes_nothing_is_shared_and_staff_see_why(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    await _switched(place, on=False)
    assert await _state(place) == "gone"
    act = Act(place.person, N, place.version, place.now)
    with pytest.raises(Refused, match=r"consent\.gone"):
        await place.store.write(lambda c: sharing.share(c, place.keyring, act, consent, summary="ملخص") and None)
    await _switched(place, on=True)
    await place.store.write(lambda c: sharing.share(c, place.keyring, act, consent, summary="ملخص") and None)
    await _switched(place, on=False)
    assert await _state(place) == "yes"  # it has its copy: taking back ends it as ever
    later = place.now + timedelta(minutes=1)
    assert await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, later)) == 1
