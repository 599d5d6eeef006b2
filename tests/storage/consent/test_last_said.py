"""A yes answers the last thing that we said: what was sent to a reporter after the question is known, of any kind."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.consent import explanation
from bot.vocabulary import Channel, Delivery, Desk, Explained, Locale, Reply
from storage import tables
from storage.casework import cases
from storage.casework.acts import Act
from storage.consent import explaining
from storage.consent.explaining import Says
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA
from tests.storage.consent.place import N, Town, build

pytestmark = sqlite_mostly

DEDUP, LATER = b"\xab" * 32, b"\xcd" * 32
O = tables.outbox  # noqa: E741 - as its columns are called everywhere
NOW_AND_THEN = timedelta(minutes=2)


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now, channel=Channel.SMS)


@pytest.fixture
async def screen(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


async def _says(place: Town, once: str, *, kind: str = "reply", key: str = "help") -> None:
    contact = await place.contact()
    words = {"once": once, "kind": kind, "contact": contact, "channel": Channel.SMS, "reply": Reply(key)}
    at = {"due_at": place.now, "now": place.now}
    await place.store.write(lambda c: outbox.put(c, place.keyring, **words, **at))  # type: ignore[arg-type]


async def _read(place: Town) -> str:
    """The line went, then the question, and both arrived."""
    consent = await place.ask()
    await place.sent(place.now)
    place.now += timedelta(seconds=20)
    await _says(place, explaining.once(Says.QUESTION, consent, DEDUP), key="consent.ask.words")
    await place.sent(place.now)
    place.now += NOW_AND_THEN
    assert (await place.heard()).explained is Explained.YES
    return consent


async def _changes(place: Town, once: str, **values: object) -> None:
    named = update(O).where(O.c.once == once).values(**values)
    await place.store.write(lambda c: c.execute(named) and None)


@pytest.mark.parametrize("kind", ["reply", "answer", "alert", "digest"])
async def test_whatever_was_said_after_the_question_is_what_they_may_answer(place: Town, kind: str) -> None:
    await _read(place)
    await _says(place, "since", kind=kind)
    assert (await place.heard()).explained is Explained.YES, "it waits still: nobody was told it"
    await _changes(place, "since", state="sending")
    assert (await place.heard()).explained is Explained.PASSED
    await _changes(place, "since", state="pending", attempts=1)
    assert (await place.heard()).explained is Explained.PASSED, "a carrier may have taken it all the same"
    await place.sent(place.now)
    assert (await place.heard()).explained is Explained.PASSED


async def test_what_was_taken_back_before_it_left_was_never_said(place: Town) -> None:
    await _read(place)
    await _says(place, "since", kind="answer")
    await _changes(place, "since", state="dead", reason="withdrawn", sealed=None)
    assert (await place.heard()).explained is Explained.YES


async def test_an_answer_that_left_late_came_after_the_question(place: Town) -> None:
    await _says(place, "slow", kind="answer")
    await _changes(place, "slow", state="sending")
    consent = await place.ask()
    await _changes(place, f"offer:{consent}", state="sent", sealed=None, sent_at=place.now)
    await _says(place, explaining.once(Says.QUESTION, consent, DEDUP), key="consent.ask.words")
    question = explaining.once(Says.QUESTION, consent, DEDUP)
    await _changes(place, question, state="sent", sealed=None, sent_at=place.now)
    place.now += NOW_AND_THEN
    await _changes(place, "slow", state="sent", sealed=None, sent_at=place.now)
    assert (await place.heard()).explained is Explained.PASSED


async def test_an_answer_told_by_telephone_came_after_it_too(place: Town) -> None:
    await _read(place)
    told = {"id": "ab" * 16, "report": place.report, "kind": "reply", "at": place.now, "sealed": b"x", "epoch": "1"}

    def tell(conn: Connection) -> None:
        columns = {name: value for name, value in told.items() if name in tables.parts.c}
        row = conn.execute(select(tables.parts).where(tables.parts.c.report == place.report)).first()
        kept = dict(row._mapping) if row is not None else {}
        conn.execute(insert(tables.parts).values({**kept, **columns}))

    await place.store.write(tell)
    assert (await place.heard()).explained is Explained.PASSED


async def test_the_line_put_again_takes_the_questions_place_and_a_hint_does_not(place: Town) -> None:
    consent = await _read(place)
    await _says(place, explaining.once(Says.HINT, consent, LATER), key="consent.unsure")
    assert (await place.heard()).explained is Explained.LEAVING, "what was said now crosses it"
    await place.sent(place.now)
    place.now += NOW_AND_THEN
    assert (await place.heard()).explained is Explained.YES
    await _says(place, explaining.once(Says.OFFER, consent, LATER), key="consent.offer")
    await place.sent(place.now)
    place.now += NOW_AND_THEN
    heard = await place.heard()
    assert (heard.explained, heard.offered, heard.replied) == (Explained.PASSED, True, False)


async def test_by_sms_it_has_come_when_its_carrier_says_so_or_after_a_while_without_a_word(place: Town) -> None:
    consent = await _read(place)
    name = explaining.once(Says.QUESTION, consent, DEDUP)
    parcel = await place.store.read(lambda c: c.execute(select(O.c.id).where(O.c.once == name)).scalar_one())
    promised = insert(tables.receipts).values(hash=b"h", outbox=parcel)
    left = place.now - NOW_AND_THEN

    async def after(seconds: int) -> Explained:
        return (await place.heard(at=left + timedelta(seconds=seconds))).explained

    assert (await after(59), await after(60)) == (Explained.LEAVING, Explained.YES)
    await place.store.write(lambda c: c.execute(promised) and None)
    assert (await after(60), await after(179), await after(180)) == (
        Explained.LEAVING,
        Explained.LEAVING,
        Explained.YES,
    )
    await _changes(place, name, delivery=int(Delivery.SENT))
    assert await after(60) is Explained.LEAVING
    await _changes(place, name, delivery=int(Delivery.DELIVERED))
    assert (await after(9), await after(10)) == (Explained.LEAVING, Explained.YES)


async def test_on_a_screen_it_has_come_once_it_was_sent_and_there_was_the_time_to_read_it(screen: Town) -> None:
    await screen.ask()
    await screen.sent(screen.now)
    assert (await screen.heard(at=screen.now + timedelta(seconds=9))).explained is Explained.LEAVING
    assert (await screen.heard(at=screen.now + timedelta(seconds=10))).explained is Explained.YES
    act = Act(screen.person, N, screen.version, screen.now + NOW_AND_THEN)
    await screen.store.write(lambda c: cases.reply(c, screen.keyring, act, "هل أنت بأمان؟"))
    await screen.sent(screen.now + NOW_AND_THEN)
    assert (await screen.heard(at=screen.now + 2 * NOW_AND_THEN)).explained is Explained.PASSED


async def test_what_was_put_to_another_phone_was_not_put_to_this_one(place: Town) -> None:
    consent = await _read(place)
    asked = await place.heard()
    there = await place.store.read(
        lambda c: explaining.told(c, place.keyring, asked, contact="d0" * 16, private=False, at=place.now)
    )
    assert (there.consent, there.explained, there.offered) == (consent, Explained.NO, False)


async def test_the_question_waits_no_longer_once_its_report_is_closed_or_its_recipient_is_gone(place: Town) -> None:
    await _read(place)
    closed = update(tables.reports).where(tables.reports.c.id == place.report)
    await place.store.write(lambda c: c.execute(closed.values(closed_at=place.now)) and None)
    assert (await place.heard()).late
    await place.store.write(lambda c: c.execute(closed.values(closed_at=None)) and None)
    assert not (await place.heard()).late
    gone = update(tables.offices).where(tables.offices.c.code == ADHAMIYA).values(active=False)
    await place.store.write(lambda c: c.execute(gone) and None)
    assert (await place.heard()).late


async def test_a_report_that_came_to_a_sealed_desk_asks_for_the_code_from_then_on(place: Town) -> None:
    await _read(place)
    assert not (await place.heard()).coded
    untold = dict.fromkeys(("category", "place", "language", "channel", "apart"))
    there = {"desk": Desk.WOMEN.value, "sealed_once": True, **untold}
    moved = update(tables.reports).where(tables.reports.c.id == place.report).values(there)
    await place.store.write(lambda c: c.execute(moved) and None)
    assert (await place.heard()).coded


async def test_the_question_names_its_words(place: Town) -> None:
    await _read(place)
    asked = await place.heard()
    assert explaining.says(explanation(asked, Locale.AR).key) is Says.QUESTION
    assert (explaining.says("consent.unsure"), explaining.says("consent.nudge")) == (Says.HINT, Says.HINT)
    assert explaining.says("added") is None
