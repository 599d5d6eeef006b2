"""Floods, repetitions, wrong clocks, telephones in other hands: nothing is lost, doubled or told to a stranger."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.vocabulary import Append, Channel, Conversation, Decision, File, Join, Known, Locale, Message, Point, Wipe
from storage import keys, tables
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.words import content
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import PHONE, message

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


async def _settle_all(store: Store, keyring: Keyring, file: File, now: datetime) -> int:
    """The first message of a reporter becomes a report, the others parts of it; how many were settled."""

    def decide(known: Known) -> Decision:
        about = known.conversation.ongoing
        if about is None:
            return making.decision(file, conversation=making.ongoing(file, now), replies=["filed"])
        return making.decision(Append(about.report), conversation=known.conversation)

    count = 0
    while waiting := await making.waiting(store, keyring, now=now):
        for one in waiting:
            await making.settle(store, keyring, one, decide, now=now + count * SECOND)
            count += 1
    return count


async def _texts(store: Store, keyring: Keyring) -> list[str]:
    rows = [row for row in await making.rows(store, tables.parts) if row.kind == "utterance"]
    return [content.open_part(keyring, row)["text"] for row in sorted(rows, key=lambda row: row.at)]


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
async def test_a_flood_from_one_sender_is_one_report_with_every_word_in_order(
    store: Store, keyring: Keyring, now: datetime, count: int
) -> None:
    """Group 53: kept out of order and twice, as a carrier that despairs would bring it."""
    said = [message(number, text=f"{number}") for number in range(count)]
    await _keep_shuffled(store, keyring, [*said, *said], now)
    assert await _settle_all(store, keyring, making.filing(), now) == count
    assert await _texts(store, keyring) == [one.text for one in said]
    assert await making.count(store, tables.reports) == 1
    assert await making.count(store, tables.outbox) == 1


async def _keep_shuffled(store: Store, keyring: Keyring, messages: Sequence[Message], now: datetime) -> None:
    shuffled = random.Random(7).sample(messages, len(messages))  # any order, the same each time
    for first in range(0, len(shuffled), 50):
        await making.keep(store, keyring, *shuffled[first : first + 50], now=now)


async def test_what_fails_after_every_effect_leaves_nothing_and_is_done_once_when_tried_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 3: a crash between filing and acknowledging; the traces, the errand and the join go with the rest."""
    elder = making.filing(code="111111")
    await making.say(store, keyring, _chat(1), making.decision(elder), now=now)
    newer = making.filing(code="222222")
    everything = making.decision(newer, Join(newer.report, elder.report), Wipe(), replies=["filed"])
    await making.keep(store, keyring, _chat(2), now=now)
    (one,) = await making.waiting(store, keyring, now=now)

    def work(conn: Connection) -> None:
        ledger.settle(conn, keyring, one, codes=(), decide=lambda _: everything, now=now)
        raise InterruptedError

    for _ in range(2):
        with pytest.raises(InterruptedError):
            await store.write(work)
    assert [await making.count(store, table) for table in (tables.reports, tables.outbox, tables.traces)] == [1, 0, 1]
    await making.settle(store, keyring, one, everything, now=now)
    await making.settle(store, keyring, one, everything, now=now)
    assert [await making.count(store, table) for table in (tables.reports, tables.outbox, tables.traces)] == [2, 2, 2]
    events = [row.kind for row in await making.rows(store, tables.events)]
    assert sorted(events) == ["file", "file", "joined", "joined"]


def _chat(number: int) -> Message:
    return message(number, channel=Channel.TELEGRAM, carrier="telegram", address="7700000011", own_id=f"{number}")


async def test_one_person_on_telegram_and_by_sms_is_two_reporters(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 51: nobody is linked who did not ask for it, even where both carriers use the same digits."""
    file = making.filing()
    talk = making.ongoing(file, now)
    await making.say(store, keyring, message(1), making.decision(file, conversation=talk), now=now)
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return Decision(known.conversation, Locale.AR)

    same = message(2, channel=Channel.TELEGRAM, carrier="telegram", address=PHONE)
    await making.say(store, keyring, same, look, now=now, codes=(file.code,))
    (known,) = seen
    assert (known.conversation, known.by_code, known.latest, known.replied) == (Conversation(), None, None, None)
    assert await making.count(store, tables.contacts) == 2


async def test_whoever_has_a_number_after_another_learns_nothing_by_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 55: without the code there is no case, once the talk is forgotten."""
    file = making.filing()
    talk = making.ongoing(file, now)
    await making.say(store, keyring, message(1), making.decision(file, conversation=talk), now=now)
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return Decision(known.conversation, Locale.AR)

    later = now + 73 * HOUR
    await store.write(lambda conn: keys.register(conn, keyring, later))
    await making.say(store, keyring, message(2, text="وين وصل بلاغي"), look, now=later)
    (known,) = seen
    assert (known.conversation, known.by_code, known.latest, known.replied) == (Conversation(), None, None, None)


@pytest.mark.parametrize("wrong", [timedelta(days=-400), timedelta(days=400)])
async def test_a_carriers_wrong_clock_moves_no_deadline(
    store: Store, keyring: Keyring, now: datetime, wrong: timedelta
) -> None:
    """Group 54: our own clock counts."""
    skewed = message(1, sent_at=now + wrong, point=Point(33.3, 44.4))
    await making.say(store, keyring, skewed, making.decision(making.filing()), now=now)
    (row,) = await making.rows(store, tables.reports)
    assert (row.opened_at, row.due_at) == (now, now + 72 * HOUR)
