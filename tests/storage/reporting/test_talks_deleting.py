"""Which messages of a private talk are deleted in the chat."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from bot.vocabulary import Hide, Mute, SendFailed, Wipe
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.reporting import traces
from tests.storage import making
from tests.storage.making import message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")


async def test_theirs_go_at_once_ours_after_ten_minutes_and_then_the_names_of_both(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = talking.filed()
    effects = (file, Wipe(theirs=True), Wipe(later=True))
    await making.say(
        store,
        keyring,
        talking.chat(1),
        talking.private(*effects, about=file, replies=["private.filed"], now=at),
        now=at,
    )
    (unsay,) = await talking.claim(store, keyring, at)
    assert unsay.kind == "unsay"
    seen = await store.read(lambda conn: traces.of(conn, keyring, contact=unsay.contact, now=at))
    theirs = [trace for trace in seen if trace.theirs]
    assert [trace.own_id for trace in theirs] == ["1"]
    assert await store.write(lambda conn: delivery.wiped(conn, keyring, unsay, theirs, now=at))
    (told,) = await talking.claim(store, keyring, at)
    await talking.send(store, keyring, at, told, "2")
    assert await talking.claim(store, keyring, at + 9 * MINUTE) == []
    later = at + 10 * MINUTE
    (wipe,) = await talking.claim(store, keyring, later)
    seen = await store.read(lambda conn: traces.of(conn, keyring, contact=wipe.contact, now=later))
    assert [(trace.own_id, trace.theirs) for trace in seen] == [("2", False)]
    assert await store.write(lambda conn: delivery.wiped(conn, keyring, wipe, seen, now=later))
    assert await making.count(store, tables.traces) == 0
    await talking.end(store, at + 30 * MINUTE)
    assert await making.count(store, tables.contacts) == 0


async def test_noted_wipes_now(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, talking.chat(1), talking.private(Wipe(later=True), now=at), now=at)
    assert await talking.claim(store, keyring, at) == []
    await making.say(store, keyring, talking.chat(2), talking.private(Wipe(), now=at), now=at)
    (wipe,) = await talking.claim(store, keyring, at)
    assert wipe.kind == "wipe"


async def test_a_private_chat_that_moved_gets_no_pseudonym(store: Store, keyring: Keyring, at: datetime) -> None:
    await talking.told(store, keyring, at)
    (parcel,) = await talking.claim(store, keyring, at)
    moved = SendFailed("moved", retryable=True, moved_to="+9647700000013")
    await store.write(lambda conn: delivery.failed(conn, keyring, parcel, moved, now=at, jitter=0.5) and None)
    assert await making.count(store, tables.senders) == 0


async def test_who_wants_silence_in_private_leaves_no_promise_that_names_them(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at)
    await making.say(store, keyring, message(2), talking.private(Mute(), now=at), now=at)
    assert await making.count(store, tables.muted) == 0
    assert {row.state for row in await making.rows(store, tables.outbox)} == {"dead"}


@pytest.mark.parametrize("discreet", [False, True])
async def test_who_wants_silence_in_private_hears_no_answer_to_what_they_told_before(
    store: Store, keyring: Keyring, now: datetime, at: datetime, *, discreet: bool
) -> None:
    before = making.filing()
    hides = [Hide(before.report, ("482913",))] if discreet else []
    ordinary = making.decision(before, *hides, conversation=making.ongoing(before, now), replies=["filed"])
    await making.say(store, keyring, message(1), ordinary, now=now - HOUR)
    await talking.told(store, keyring, at, 2)
    await making.say(store, keyring, message(3), talking.private(Mute(), replies=["private.silent"], now=at), now=at)

    def answers(conn: Connection) -> None:
        reply = making.reply()
        outbox.put_answer(conn, keyring, report=before.report, reply=reply, once="after", due_at=at, now=at)

    await store.write(answers)
    assert "answer" not in {parcel.kind for parcel in await talking.claim(store, keyring, at + MINUTE)}
    (silence,) = await making.rows(store, tables.muted)
    assert silence.since_at == at.replace(minute=0, second=0, microsecond=0)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}
    assert "mute" not in str([row.data for row in await making.rows(store, tables.audit)])
