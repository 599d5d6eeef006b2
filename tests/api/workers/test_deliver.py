"""What leaves the house: words, and what a reporter wants done in the chat, through a Bot API server on loopback."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.prompts import Prompts
from api.wiring import Wiring
from api.workers.deliver import deliver_due
from bot.handlers.console import ConsoleCarrier
from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Channel, Effect, Hide, Leave, Locale, Lock, Message, Mode, Presence, Reply, Unlock, Wipe
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.reporting import talks, traces
from tests.api.workers import wired
from tests.api.workers.wired import Clock
from tests.carriers import updates
from tests.carriers.telegram import LOST, FakeTelegram, Fault
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


CHAT = 7_700_000_011
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def wiring(
    store: Store, keyring: Keyring, clock: Clock, telegram: FakeTelegram, tmp_path: Path
) -> AsyncGenerator[Wiring]:
    await making.prepare(store, keyring, clock.now)
    carrier = TelegramCarrier(telegram.token, telegram.url, timeout_s=1.0)
    yield wired.wiring(tmp_path, store, keyring, clock, carriers={"telegram": carrier})
    await carrier.close()


def _message(number: int, *, chat: int = CHAT, **more: Any) -> Message:
    named = {"own_id": f"{number}"} | more
    return making.message(
        number, address=f"{chat}", channel=Channel.TELEGRAM, carrier="telegram", external_id=f"u{number}", **named
    )


async def _said(wiring: Wiring, telegram: FakeTelegram, number: int, *effects: Effect, replies: int = 0) -> None:
    """Somebody writes; what follows are these effects and replies."""
    telegram.push(updates.said(CHAT, "كلمات", number))
    decided = making.decision(*effects)
    decided = replace(decided, replies=tuple(Reply("added", {"number": "IQ-4F7K2"}) for _ in range(replies)))
    await making.say(wiring.store, wiring.keyring, _message(number), decided, now=wiring.clock())


async def _delivered(wiring: Wiring) -> None:
    while await deliver_due(wiring):
        pass


async def _states(wiring: Wiring) -> list[tuple[str, str]]:
    rows = sorted(await making.rows(wiring.store, tables.outbox), key=lambda row: row.created_at)
    return [(row.kind, row.state) for row in rows]


async def test_a_wipe_leaves_the_chat_with_the_words_that_say_so(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    """Groups 21 and 56."""
    await _said(wiring, telegram, 1, making.filing(), replies=1)
    await _delivered(wiring)
    await _said(wiring, telegram, 2, replies=1)
    clock.now += timedelta(seconds=1)
    await _said(wiring, telegram, 3, Wipe(), replies=1)
    for _ in range(3):  # a chat is written to about once a second
        await _delivered(wiring)
        clock.now += timedelta(seconds=1)
    assert [state for _, state in await _states(wiring)] == ["sent"] * 4
    (last,) = telegram.chats.standing(CHAT)
    assert last > 3
    assert await making.count(wiring.store, tables.traces) == 1


async def test_a_message_that_became_too_old_meanwhile_spoils_no_wipe(wiring: Wiring, telegram: FakeTelegram) -> None:
    """Groups 21 and 56: what can be deleted is."""
    await _said(wiring, telegram, 1, making.filing())
    telegram.pass_time(hours=47.99)
    await _said(wiring, telegram, 2, Wipe())
    telegram.pass_time(hours=0.02)
    await _delivered(wiring)
    assert telegram.chats.standing(CHAT) == [1]
    assert await making.count(wiring.store, tables.traces) == 0


async def test_a_process_that_died_after_the_deletion_is_followed_by_one_that_finds_nothing_left(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    await _said(wiring, telegram, 1, Wipe())
    lease = timedelta(seconds=60)
    (dead,) = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner="dead", now=clock.now, limit=9, lease=lease)
    )
    found = await wiring.store.read(lambda c: traces.of(c, wiring.keyring, contact=dead.contact, now=clock.now))
    carrier = wiring.carriers["telegram"]
    assert isinstance(carrier, TelegramCarrier)
    await carrier.delete(f"{CHAT}", [trace.own_id for trace in found])
    clock.now += 2 * MINUTE
    await _delivered(wiring)
    assert await _states(wiring) == [("wipe", "sent")]
    assert telegram.chats.standing(CHAT) == []
    assert await making.count(wiring.store, tables.traces) == 0


async def test_a_wipe_waits_for_a_server_that_is_away(wiring: Wiring, telegram: FakeTelegram, clock: Clock) -> None:
    await _said(wiring, telegram, 1, Wipe())
    telegram.fault(Fault("deleteMessages", 502))
    await _delivered(wiring)
    assert await _states(wiring) == [("wipe", "pending")]
    assert telegram.chats.standing(CHAT) == [1]
    clock.now += 61 * MINUTE
    await _delivered(wiring)
    assert await _states(wiring) == [("wipe", "sent")]
    assert telegram.chats.standing(CHAT) == []


async def test_a_carrier_that_cannot_delete_is_asked_nothing(wiring: Wiring, telegram: FakeTelegram) -> None:
    plain = replace(wiring, carriers={"telegram": ConsoleCarrier()})
    await _said(plain, telegram, 1, Wipe())
    await _delivered(plain)
    assert await _states(plain) == [("wipe", "sent")]
    assert telegram.calls == []


async def test_a_group_is_left_and_written_to_no_more(wiring: Wiring, telegram: FakeTelegram) -> None:
    """Group 15."""
    group = -1_007_700_000_011
    telegram.chats.groups.add(f"{group}")
    message = _message(1, chat=group, own_id="", presence=Presence.GROUP)
    await making.say(wiring.store, wiring.keyring, message, making.decision(Leave()), now=wiring.clock())
    await _delivered(wiring)
    assert f"{group}" not in telegram.chats.groups
    (contact,) = await making.rows(wiring.store, tables.contacts)
    assert contact.unreachable_at is not None
    assert telegram.sent() == []


async def test_who_blocked_us_is_sent_nothing_else_and_staff_see_it(wiring: Wiring, telegram: FakeTelegram) -> None:
    """Group 16."""
    await _said(wiring, telegram, 1, making.filing(), replies=3)
    telegram.block(CHAT)
    await _delivered(wiring)
    assert [state for _, state in await _states(wiring)] == ["dead"] * 3
    assert len([call for call in telegram.calls if call.method == "sendMessage"]) == 1
    (report,) = await making.rows(wiring.store, tables.reports)
    assert report.reachable == "no"


async def test_an_answer_that_was_lost_after_it_was_taken_comes_twice_and_no_more(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    """Group 22: the same words twice do less harm than none; both can be wiped as far as we know of them."""
    await _said(wiring, telegram, 1, making.filing(), replies=1)
    telegram.fault(Fault("sendMessage", LOST))
    for _ in range(5):
        await _delivered(wiring)
        clock.now += MINUTE
    assert len(telegram.texts(CHAT)) == 2
    assert await _states(wiring) == [("reply", "sent")]


async def test_a_carrier_that_never_says_it_took_it_is_not_asked_for_ever(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    """Group 46."""
    await _said(wiring, telegram, 1, making.filing(), replies=1)
    telegram.fault(Fault("sendMessage", LOST, times=99))
    for _ in range(14):
        await _delivered(wiring)
        clock.now += 6 * HOUR
    assert len(telegram.texts(CHAT)) == 13  # a try each six hours, until three days are over
    assert await _states(wiring) == [("reply", "dead")]


async def test_one_chat_that_must_wait_holds_up_no_other(wiring: Wiring, telegram: FakeTelegram, clock: Clock) -> None:
    """Group 17."""
    for number in range(11):
        message = _message(number + 1, chat=CHAT + number)
        decided = replace(making.decision(), replies=(Reply("added", {"number": "IQ-4F7K2"}),))
        await making.say(wiring.store, wiring.keyring, message, decided, now=clock.now)
    telegram.fault(Fault("sendMessage", 429, parameters={"retry_after": 35}, chat=f"{CHAT}"))
    await _delivered(wiring)
    assert len(telegram.sent()) == 10
    clock.now += timedelta(seconds=34)
    await _delivered(wiring)
    assert telegram.sent(CHAT) == []
    clock.now += timedelta(seconds=1)
    await _delivered(wiring)
    assert len(telegram.sent(CHAT)) == 1


async def test_a_reply_in_a_language_of_its_own_is_said_in_it(wiring: Wiring, telegram: FakeTelegram) -> None:
    replies = tuple(Reply("added", {"number": "IQ-4F7K2"}, locale=locale) for locale in (None, Locale.EN, Locale.CKB))
    decided = replace(making.decision(), replies=replies)
    await making.say(wiring.store, wiring.keyring, _message(1), decided, now=wiring.clock())
    await _delivered(wiring)
    said = [
        wiring.catalogue.render(replies[0], channel=Channel.TELEGRAM, locale=locale).text
        for locale in (Locale.AR, Locale.EN, Locale.CKB)
    ]
    assert telegram.texts(CHAT) == said
    assert len(set(said)) == 3


async def test_a_recorded_reply_is_heard_too(wiring: Wiring, telegram: FakeTelegram) -> None:
    recorded = replace(wiring, prompts=Prompts({(Locale.AR, "added"): b"OggS" + bytes(60)}))
    await _said(recorded, telegram, 1, replies=1)
    await _delivered(recorded)
    assert "sendVoice" in [call.method for call in telegram.calls]


# ── Whoever hides ────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_answer_queued_before_somebody_hid_says_only_that_something_waits(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    file = making.filing()
    await _said(wiring, telegram, 1, file)
    reply = Reply("answer", {"number": file.number, "text": "تعالي للمركز"})
    await wiring.store.write(
        lambda c: outbox.put_answer(
            c, wiring.keyring, report=file.report, reply=reply, once="a", due_at=clock(), now=clock()
        )
    )
    await _said(wiring, telegram, 2, Hide(file.report, ("482913",)))
    await _delivered(wiring)
    (sent,) = telegram.sent(CHAT)
    assert "تعالي" not in sent["text"]
    assert sent["disable_notification"] == "true"


async def test_what_staff_wrote_is_veiled_for_the_discreet_and_nothing_is_read_out(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    spoken = replace(wiring, prompts=Prompts({(Locale.AR, "answer"): b"OggS" + bytes(60)}))
    file = making.filing()
    decided = making.decision(file, Hide(file.report, ("482913",)), Unlock())
    decided = replace(decided, replies=(Reply("answer", {"text": "تعالي للمركز"}),))
    telegram.push(updates.said(CHAT, "كلمات", 1))
    await making.say(wiring.store, wiring.keyring, _message(1), decided, now=clock())
    await _delivered(spoken)
    (sent,) = telegram.sent(CHAT)
    assert "تعالي" in sent["text"]
    assert "spoiler" in sent["entities"]
    assert "voice" not in sent


@pytest.mark.parametrize("ends", ["locked", "over"])
async def test_what_was_said_in_her_ten_minutes_is_told_to_nobody_after_them(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock, ends: str
) -> None:
    file = making.filing()
    await _said(wiring, telegram, 1, file, Hide(file.report, ("482913",)))
    decided = replace(
        making.decision(Unlock()),
        replies=(
            Reply("case.in_progress", {"number": file.number}),
            Reply("answer", {"text": "تعالي للمركز"}),
            Reply("decoy.thanks"),
        ),
    )
    await making.say(wiring.store, wiring.keyring, _message(2), decided, now=clock())
    if ends == "locked":
        await _said(wiring, telegram, 3, Lock())
    clock.now += timedelta(seconds=1) if ends == "locked" else 10 * MINUTE
    for _ in range(4):
        await _delivered(wiring)
        clock.now += timedelta(seconds=1)
    told = (Reply("nudge.discreet"), Reply("decoy.thanks"))
    render = wiring.catalogue.render
    assert telegram.texts(CHAT) == [render(each, channel=Channel.TELEGRAM, locale=Locale.AR).text for each in told]
    rows = sorted(await making.rows(wiring.store, tables.outbox), key=lambda row: row.created_at)
    assert [(row.state, row.reason) for row in rows] == [("dead", "locked"), ("sent", None), ("sent", None)]
    (report,) = await making.rows(wiring.store, tables.reports)
    assert report.reachable == "nudge"


async def test_only_theirs_go_from_the_chat_when_that_is_asked(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    await _said(wiring, telegram, 1, making.filing(), replies=1)
    await _delivered(wiring)
    clock.now += timedelta(seconds=1)
    await _said(wiring, telegram, 2, Wipe(theirs=True))
    await _delivered(wiring)
    (ours,) = telegram.chats.standing(CHAT)
    assert ours > 2
    assert await making.count(wiring.store, tables.traces) == 1


async def test_a_private_code_goes_after_ten_minutes_and_then_the_way_to_the_chat(
    wiring: Wiring, telegram: FakeTelegram, clock: Clock
) -> None:
    file = replace(making.filing(code="4829136500277410"), mode=Mode.PRIVATE)
    talk = replace(making.ongoing(file, clock()), mode=Mode.PRIVATE)
    decided = making.decision(file, Wipe(theirs=True), Wipe(later=True), conversation=talk)
    decided = replace(decided, replies=(Reply("added"),))
    telegram.push(updates.said(CHAT, "كلمات", 1))
    await making.say(wiring.store, wiring.keyring, _message(1), decided, now=clock())
    for _ in range(3):
        await _delivered(wiring)
        clock.now += timedelta(seconds=1)
    (ours,) = telegram.chats.standing(CHAT)
    assert ours > 1
    assert telegram.sent(CHAT)[0]["disable_notification"] == "true"
    clock.now += 10 * MINUTE
    await _delivered(wiring)
    assert list(telegram.chats.standing(CHAT)) == []
    assert await making.count(wiring.store, tables.traces) == 0
    clock.now += 20 * MINUTE
    assert await wiring.store.write(lambda c: talks.end(c, clock())) == 2
    assert await making.count(wiring.store, tables.contacts) == 0
