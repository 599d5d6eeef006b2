"""By SMS a line goes first; what was put to a reporter on their digit counts as read only once it has left for them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.consent import explanation
from bot.vocabulary import Channel, Delivery, Explained, Locale, Reply
from storage import tables
from storage.consent import answering, explaining
from storage.consent.explaining import Says
from storage.database.engine import Store
from storage.encoding import reply_from_bytes
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.sealing import unseal
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.consent.place import Town, build

pytestmark = sqlite_mostly

DEDUP = b"\xab" * 32
READ = timedelta(minutes=1)  # where no carrier tells when it arrives


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now, channel=Channel.SMS)


async def test_by_sms_the_line_leaves_alone_and_holds_nothing_of_the_question(place: Town) -> None:
    consent = await place.ask()
    row = await place.store.read(lambda c: c.execute(select(tables.outbox)).one())
    assert (row.once, row.kind) == (f"offer:{consent}", "answer")
    key = place.keyring.at(Domain.OUTBOX, row.epoch)
    reply, _ = reply_from_bytes(unseal(key, row.sealed, tables.outbox.name, "sealed", row.id, row.epoch))
    assert (reply.key, dict(reply.values), reply.options) == ("consent.offer", {}, ())
    assert not (await place.heard()).offered, "it was not sent yet"
    await place.sent(place.now)
    known = await place.heard()
    assert (known.explained, known.offered) == (Explained.NO, True)


async def test_staff_see_that_it_waits_to_be_read_then_that_it_waits_for_an_answer(place: Town) -> None:
    consent = await place.ask()
    place.now += timedelta(days=3)
    assert [each.state for each in await place.states()] == ["unread"]
    await place.store.write(lambda c: answering.put(c, place.keyring, consent, hourly=False, now=place.now))
    assert [each.state for each in await place.states()] == ["waiting"]
    place.now += timedelta(days=1)
    assert [each.state for each in await place.states()] == ["silent"]


async def test_of_whoever_comes_by_code_alone_it_is_not_shown_when_they_came(place: Town) -> None:
    pull = update(tables.reports).values(reachable="pull")
    await place.store.write(lambda c: c.execute(pull) and None)
    consent = await place.ask()
    before = [each.state for each in await place.states()]
    await place.store.write(lambda c: answering.put(c, place.keyring, consent, hourly=True, now=place.now))
    assert [each.state for each in await place.states()] == before == ["waiting"]


async def test_a_line_that_was_never_read_is_over_after_two_weeks(place: Town) -> None:
    await place.ask()
    await place.sent(place.now)
    place.now += timedelta(days=14)
    assert [each.state for each in await place.states()] == ["silent"]
    known = await place.heard()
    assert (known.offered, known.late) == (True, True)


async def test_what_was_put_counts_as_read_once_it_left_and_had_the_time_to_arrive(place: Town) -> None:
    consent = await place.ask()
    assert await _explained(place) is Explained.NO
    await _put(place, consent, DEDUP)
    assert await _explained(place) is Explained.LEAVING
    await place.sent(place.now)
    assert await _explained(place) is Explained.LEAVING
    place.now += READ
    assert await _explained(place) is Explained.YES
    await _put(place, consent, b"\xcd" * 32)
    assert await _explained(place) is Explained.LEAVING, "it was asked for again"


@pytest.mark.parametrize("ends", [{"state": "dead", "sealed": None}, {"delivery": int(Delivery.FAILED)}, {"tie": b""}])
async def test_what_did_not_reach_them_was_not_read(place: Town, ends: dict[str, object]) -> None:
    consent = await place.ask()
    await _put(place, consent, DEDUP)
    await place.sent(place.now)
    place.now += READ
    assert await _explained(place) is Explained.YES
    await place.store.write(lambda c: c.execute(update(tables.outbox).values(**ends)) and None)
    assert await _explained(place) is Explained.NO


async def test_what_was_put_about_another_report_is_not_this_one(place: Town) -> None:
    await place.ask()
    await _put(place, "d0" * 16, DEDUP)
    await place.sent(place.now)
    place.now += READ
    assert await _explained(place) is Explained.NO


async def test_what_the_talk_sent_after_the_line_is_known_and_what_it_sent_before_is_not(place: Town) -> None:
    async def replied() -> bool:
        return (await place.heard()).replied

    await _reply(place, "before")
    await place.sent(place.now)
    place.now += timedelta(minutes=1)
    await place.ask()
    assert not await replied(), "it did not leave yet"
    await place.sent(place.now)
    assert not await replied()
    place.now += timedelta(minutes=1)
    await _reply(place, "after")
    assert await replied()
    after = update(tables.outbox).where(tables.outbox.c.once == "after").values(state="dead", sealed=None)
    await place.store.write(lambda c: c.execute(after) and None)
    assert not await replied(), "it never came"


async def test_a_reply_that_leaves_after_the_line_comes_after_it_whenever_it_was_said(place: Town) -> None:
    await _reply(place, "slow")
    place.now += timedelta(minutes=1)
    await place.ask()
    line = update(tables.outbox).where(tables.outbox.c.kind == "answer")
    gone = line.values(state="sent", sealed=None, sent_at=place.now)
    await place.store.write(lambda c: c.execute(gone) and None)
    assert (await place.heard()).replied
    place.now += timedelta(minutes=1)
    await place.sent(place.now)
    assert (await place.heard()).replied


async def test_a_text_that_was_late_was_said_when_it_was_sent(place: Town) -> None:
    now = place.now
    await making.keep(place.store, place.keyring, making.message(1), now=now)
    (kept,) = await making.waiting(place.store, place.keyring, now=now)

    async def said(sent_at: datetime | None) -> datetime:
        waiting, later = replace(kept, message=replace(kept.message, sent_at=sent_at)), now + timedelta(minutes=3)
        return await place.store.read(lambda c: explaining.said_at(c, waiting, later))

    early = now - timedelta(minutes=40)
    assert await said(early) == early
    assert await said(None) == now
    assert await said(now + timedelta(minutes=9)) == now, "a clock that is ahead"
    assert await said(now - timedelta(days=2)) == now, "a clock that stands"


async def _explained(place: Town) -> Explained:
    return (await place.heard()).explained


async def _reply(place: Town, once: str) -> None:
    """Something that the talk says to them."""
    contact = await place.contact()
    await place.store.write(
        lambda c: outbox.put(
            c,
            place.keyring,
            once=once,
            kind="reply",
            contact=contact,
            channel=Channel.SMS,
            reply=Reply("erase.ask"),
            due_at=place.now,
            now=place.now,
        )
    )


async def _put(place: Town, consent: str, dedup: bytes) -> None:
    """As settling queues it."""
    reply, contact = explanation(await place.heard(), Locale.AR), await place.contact()
    await place.store.write(
        lambda c: outbox.put(
            c,
            place.keyring,
            once=explaining.once(Says.QUESTION, consent, dedup),
            kind="reply",
            contact=contact,
            channel=Channel.SMS,
            reply=reply,
            report=place.report,
            due_at=place.now,
            now=place.now,
        )
    )
