"""What stands of a reporter's consents, as staff and the talk see it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Category, Desk, Explained, Locale, Role
from storage import keys, tables
from storage.casework import cases
from storage.casework.acts import Act, Unseen
from storage.consent import answering, asking, consents, receivers
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, Filed, file, hire, town
from tests.storage import making
from tests.storage.consent.place import DAYS, URGENT, N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


async def test_a_question_is_sent_and_until_it_is_answered_nothing_is_allowed(place: Town) -> None:
    await place.ask()
    (stands,) = await place.states()
    assert (stands.state, stands.shared) == ("waiting", False)
    rows = await place.store.read(lambda c: c.execute(select(tables.outbox.c.once, tables.outbox.c.kind)).all())
    assert [(row.once.split(":")[0], row.kind) for row in rows] == [("consent", "answer")]
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert known is not None
    assert known.body[Locale.AR] == "منتدى الأعظمية"
    assert not await _plain(place), "it was not sent yet"


async def test_a_bare_word_may_be_meant_for_a_question_sent_within_a_day(place: Town) -> None:
    await place.ask()
    await place.sent(place.now)
    assert not await _plain(place), "it cannot have been read yet"
    place.now += timedelta(seconds=10)
    assert await _plain(place)
    place.now += timedelta(hours=24)
    assert not await _plain(place)


async def test_a_bare_word_may_be_meant_for_what_staff_say_after_the_question(place: Town) -> None:
    await place.ask()
    await place.sent(place.now)
    place.now += timedelta(minutes=5)
    act = Act(place.person, N, place.version, place.now)
    await place.store.write(lambda c: cases.reply(c, place.keyring, act, "هل أنت بأمان؟ أجب بنعم أو لا"))
    assert (await place.heard()).explained is Explained.PASSED


async def test_whoever_was_only_told_to_write_to_us_was_not_put_the_question(place: Town) -> None:
    nudge = update(tables.reports).values(reachable="nudge")
    await place.store.write(lambda c: c.execute(nudge) and None)
    await place.ask()
    await place.sent(place.now)
    place.now += timedelta(minutes=1)
    assert not await _plain(place)


async def test_every_yes_that_stands_is_known_also_while_another_question_waits(place: Town) -> None:
    first = await place.ask()
    await place.answer(first, given=True)
    other = Filed("BG-00002", office=KARRADA)
    second = await place.store.write(lambda c: file(c, place.keyring, other, now=place.now))
    act = Act(place.person, "BG-00002", 1, place.now)
    wanted = Wanted(URGENT, Scope.WORDS, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted))

    async def agreed(contact: str | None, *named: str) -> tuple[str, ...]:
        return await place.store.read(lambda c: consents.agreed(c, place.keyring, contact, named, place.now))

    whose = select(tables.report_contacts.c.contact).where(tables.report_contacts.c.report == place.report)
    contact = await place.store.read(lambda c: c.execute(whose).scalar_one())
    assert await agreed(contact) == (place.report,)
    assert await agreed(None, place.report, second) == (place.report,)
    assert await agreed(None, second) == ()
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    assert await agreed(contact) == ()


async def test_whoever_does_not_see_a_report_neither_asks_nor_learns_of_it(place: Town) -> None:
    stranger = await place.store.write(
        lambda c: hire(c, place.keyring, "هدى", Role.COORDINATOR, office=ADHAMIYA, now=place.now)
    )
    with pytest.raises(Unseen):
        await place.ask(person=stranger)
    await place.ask()
    assert not await place.store.read(lambda c: consents.of(c, place.keyring, staff=stranger, number=N, now=place.now))


async def _plain(place: Town) -> bool:
    known = await place.heard()
    return known.explained is Explained.YES and not known.late


async def test_whoever_belongs_to_an_office_that_only_the_card_names_sees_no_consent(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    facts = replace(making.THEFT, category=Category.DOMESTIC_VIOLENCE, sensitive=True, apart=(ADHAMIYA,))
    filed = making.filing(facts=facts, desk=Desk.WOMEN, office=KARRADA)
    await store.write(lambda c: keys.register(c, keyring, now))
    await store.write(town)
    person = await store.write(
        lambda c: hire(c, keyring, "سعاد", Role.FOCAL_POINT, office=KARRADA, desks=(Desk.WOMEN,), now=now)
    )
    await making.say(store, keyring, making.message(1), making.decision(filed), now=now)
    act = Act(person, filed.number, 1, now)
    wanted = Wanted(To("women-baghdad", Desk.WOMEN), Scope.WORDS, DAYS, Locale.AR)
    await store.write(lambda c: asking.ask(c, keyring, act, wanted))

    async def seen() -> int:
        return len(await store.read(lambda c: consents.of(c, keyring, staff=person, number=filed.number, now=now)))

    async def offered() -> int:
        return len(await store.read(lambda c: receivers.listed(c, keyring, staff=person, number=filed.number, now=now)))

    assert await seen()
    assert await offered()
    grant = {"staff": person, "office": ADHAMIYA, "desk": "general", "role": "coordinator"}
    await store.write(lambda c: c.execute(tables.grants.insert(), grant) and None)
    assert not await seen()
    with pytest.raises(Unseen):
        await offered()
