"""What no webhook brought is fetched, once; what is settled here the carrier is made to forget, once."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.wiring import Wiring
from api.workers.deliver import deliver_due
from api.workers.reconcile import reconcile
from bot.handlers.twilio import Account, TwilioCarrier
from bot.vocabulary import Decision, Delivery, Message, Receipt, Reply
from storage import tables
from storage.database import leases
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.outgoing import receipts
from storage.purging import figures
from tests.api.workers import wired
from tests.api.workers.wired import Clock
from tests.carriers.twilio import FakeTwilio
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


PHONE = "+9647700000011"
HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def twilio(clock: Clock) -> Iterator[FakeTwilio]:
    with FakeTwilio() as server:
        server.clock = clock
        yield server


@pytest.fixture
async def wiring(
    store: Store, keyring: Keyring, clock: Clock, twilio: FakeTwilio, tmp_path: Path
) -> AsyncGenerator[Wiring]:
    await making.prepare(store, keyring, clock.now)
    carrier = TwilioCarrier(Account(twilio.sid, twilio.token, twilio.number, twilio.url))
    yield wired.wiring(tmp_path, store, keyring, clock, carriers={"twilio": carrier}, sms={"twilio": carrier})
    await carrier.close()


async def _listed(wiring: Wiring) -> list[Message]:
    since = wiring.clock() - 48 * HOUR
    return [message async for message in wiring.sms["twilio"].fetch_since(since)]


async def _hooked(wiring: Wiring, message: Message) -> None:
    """As though its webhook had brought it."""
    await making.keep(wiring.store, wiring.keyring, message, now=wiring.clock())


async def _settled(wiring: Wiring, decided: Decision) -> int:
    count = 0
    while waiting := await making.waiting(wiring.store, wiring.keyring, now=wiring.clock()):
        for one in waiting:
            await making.settle(wiring.store, wiring.keyring, one, decided, now=wiring.clock())
            count += 1
    return count


async def _figure(wiring: Wiring, name: str) -> int:
    found = await wiring.store.read(figures.read)
    return int(found[name])


def _emptied(twilio: FakeTwilio) -> list[str]:
    """Which messages Twilio was asked to change or delete, in order."""
    asked = [line.partition("?")[0] for line in twilio.asked]
    return [line.rpartition("/")[2] for line in asked if line.startswith(("POST", "DELETE")) and "/SM" in line]


async def test_what_no_webhook_brought_is_kept_and_what_was_brought_is_not_kept_twice(
    wiring: Wiring, twilio: FakeTwilio
) -> None:
    """Group 2, and a webhook that was never repeated."""
    for number in range(3):
        twilio.form(PHONE, f"باگو ماطوري {number}")
    await _hooked(wiring, (await _listed(wiring))[1])
    assert await reconcile(wiring) is False
    assert (await _figure(wiring, "kept"), await _figure(wiring, "reconciled")) == (3, 2)
    assert wiring.intake.arrived.is_set()
    replies = replace(making.decision(), replies=(Reply("added"),))
    assert await _settled(wiring, replies) == 3
    assert await making.count(wiring.store, tables.outbox) == 3


async def test_a_second_pass_keeps_and_answers_nothing_twice(wiring: Wiring, twilio: FakeTwilio, clock: Clock) -> None:
    """Group 33: what is listed again after it was settled is known."""
    twilio.redaction = False
    twilio.form(PHONE, "باگو ماطوري")
    replies = replace(making.decision(), replies=(Reply("added"),))
    for _ in range(3):
        await reconcile(wiring)
        await _settled(wiring, replies)
        clock.now += TEN_MINUTES
    assert (await _figure(wiring, "kept"), await _figure(wiring, "reconciled")) == (1, 1)
    assert await making.count(wiring.store, tables.outbox) == 1


async def test_one_that_twilio_will_not_forget_hinders_no_other(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    for number in range(120):
        twilio.form(PHONE, f"باگو ماطوري {number}")
    first = (await _listed(wiring))[0]
    await _hooked(wiring, first)
    await _settled(wiring, making.decision())
    twilio.refused[f"POST {first.external_id}.json"] = 400
    for _ in range(2):
        await reconcile(wiring)
        await _settled(wiring, making.decision())
        clock.now += TEN_MINUTES
    assert await _figure(wiring, "kept") == 120
    assert sum(not message["body"] for message in twilio.inbound) == 119


async def test_words_are_kept_whose_picture_twilio_lost(wiring: Wiring, twilio: FakeTwilio) -> None:
    twilio.form(PHONE, "صورة", media=[("https://api.twilio.com/media/1", "image/jpeg")])
    twilio.form(PHONE, "باگو بيتنا")
    twilio.refused["GET Media.json"] = 404
    with_picture, without = await _listed(wiring)
    assert (with_picture.text, len(with_picture.media), without.text) == ("صورة", 1, "باگو بيتنا")
    await reconcile(wiring)
    assert await _figure(wiring, "kept") == 2


async def test_a_message_that_cannot_be_read_now_waits_for_the_next_pass_alone(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    twilio.form(PHONE, "صورة", media=[("https://api.twilio.com/media/1", "image/jpeg")])
    twilio.form(PHONE, "باگو بيتنا")
    twilio.refused["GET Media.json"] = 503
    await reconcile(wiring)
    assert await _figure(wiring, "kept") == 1
    twilio.refused.clear()
    clock.now += TEN_MINUTES
    await reconcile(wiring)
    assert await _figure(wiring, "kept") == 2


async def test_only_what_is_settled_here_is_forgotten_there_and_once(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    twilio.form(PHONE, "باگو ماطوري")
    await reconcile(wiring)
    assert _emptied(twilio) == []  # kept, and not yet settled: the carrier's copy is the last but one
    await _settled(wiring, making.decision(making.filing()))
    for _ in range(3):
        clock.now += TEN_MINUTES
        await reconcile(wiring)
    assert len(_emptied(twilio)) == 1
    assert [message["body"] for message in twilio.inbound] == [""]
    assert await _figure(wiring, "kept") == 1


async def test_a_file_that_is_still_to_be_fetched_is_left_there(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    twilio.form(PHONE, "صورة", media=[("https://api.twilio.com/media/1", "image/jpeg")])
    await reconcile(wiring)
    (waiting,) = await making.waiting(wiring.store, wiring.keyring, now=clock.now)
    photo = replace(waiting, message=replace(waiting.message, media=(making.medium(),)))
    await making.settle(wiring.store, wiring.keyring, photo, making.decision(making.filing()), now=clock.now)
    clock.now += TEN_MINUTES
    await reconcile(wiring)
    assert _emptied(twilio) == []
    kept = tables.media.update().values(state="kept")
    await wiring.store.write(lambda c: c.execute(kept) and None)
    clock.now += TEN_MINUTES
    await reconcile(wiring)
    assert _emptied(twilio) != []


async def test_what_we_sent_is_forgotten_when_it_has_arrived_or_after_a_day_and_once(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    """Group 45: a receipt may never come."""
    twilio.form(PHONE, "باگو ماطوري")
    await reconcile(wiring)
    await _settled(wiring, replace(making.decision(), replies=(Reply("added"), Reply("added"))))
    while await deliver_due(wiring):
        pass
    first, second = (message["sid"] for message in twilio.messages)
    arrived = Receipt("twilio", first, Delivery.DELIVERED)
    await wiring.store.write(lambda c: receipts.arrive(c, wiring.keyring, arrived, now=clock.now))
    clock.now += TEN_MINUTES
    await reconcile(wiring)
    assert [message["body"] != "" for message in twilio.messages] == [False, True]
    for _ in range(3):
        clock.now += 12 * HOUR + TEN_MINUTES
        await reconcile(wiring)
    ours = [id for id in _emptied(twilio) if id.removesuffix(".json") in (first, second)]
    assert len(ours) == 2
    assert {message["body"] for message in twilio.messages} == {""}


async def test_a_list_that_cannot_be_read_now_is_read_ten_minutes_later(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    """Group 47."""
    twilio.form(PHONE, "باگو ماطوري")
    carrier = TwilioCarrier(Account(twilio.sid, "0" * 32, twilio.number, twilio.url))
    away = replace(wiring, sms={"twilio": carrier})
    await reconcile(away)
    await carrier.close()
    assert await _figure(wiring, "kept") == 0
    clock.now += TEN_MINUTES
    await reconcile(wiring)
    assert await _figure(wiring, "kept") == 1


async def test_of_two_replicas_one_asks_in_ten_minutes(wiring: Wiring, twilio: FakeTwilio, clock: Clock) -> None:
    """Group 57, for lists."""
    other = replace(wiring, owner="other")
    await reconcile(wiring)
    asked = len(twilio.asked)
    assert asked
    await reconcile(other)
    assert len(twilio.asked) == asked
    clock.now += TEN_MINUTES
    await reconcile(other)
    assert len(twilio.asked) > asked


async def test_an_only_process_asks_at_once_when_it_starts_again(wiring: Wiring, twilio: FakeTwilio) -> None:
    await reconcile(wiring)
    asked = len(twilio.asked)
    await wiring.store.write(leases.free)
    await reconcile(replace(wiring, owner="born again"))
    assert len(twilio.asked) > asked


async def test_a_message_that_comes_by_webhook_while_it_is_listed_is_one(
    wiring: Wiring, twilio: FakeTwilio, clock: Clock
) -> None:
    """Group 2."""
    twilio.form(PHONE, "باگو ماطوري")
    (message,) = await _listed(wiring)
    envelope = ledger.envelope(wiring.keyring, message, clock.now)
    await reconcile(wiring)
    await wiring.store.write(lambda c: ledger.keep(c, [envelope, envelope]))
    assert await _figure(wiring, "kept") == 1
