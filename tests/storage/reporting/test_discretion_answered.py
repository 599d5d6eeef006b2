"""What a discreet reporter is sent: only that something waits, and nothing of what waited when they lock."""

from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, insert

from bot.vocabulary import Delivery, Desk, Lock, Mute, Receipt, SendFailed, Unlock, Unmute
from storage import tables
from storage.casework import cases
from storage.casework.cases import Act
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox, receipts
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, message
from tests.storage.reporting.discreet import MINUTE, heard, hidden

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]


async def test_words_that_wait_are_given_up_when_they_lock_but_not_those_that_reveal_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    said = making.decision(Unlock(), replies=["added", "discreet.filed", "answer"])
    await making.say(store, keyring, message(2), said, now=now)
    await making.say(store, keyring, message(3), making.decision(Lock(), replies=["decoy.thanks"]), now=now)
    rows = sorted(await making.rows(store, tables.outbox), key=lambda row: row.created_at)
    assert [row.state for row in rows] == ["dead", "pending", "pending", "pending"]
    assert (rows[0].reason, rows[0].sealed) == ("locked", None)


async def _answered(store: Store, keyring: Keyring, now: datetime, number: str) -> None:
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    (row,) = await making.rows(store, tables.reports)
    act = Act(staff=person, number=number, version=row.version, now=now)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "تعالي للمركز") and None, staff=person)


async def test_an_answer_to_the_discreet_says_only_that_something_waits(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.reports)
    assert row.reachable == "nudge"
    await _answered(store, keyring, now, file.number)
    claim = partial(outbox.claim, keyring=keyring, owner="me", now=now + MINUTE, limit=9, lease=MINUTE)
    (parcel,) = await store.write(claim)
    assert (parcel.kind, parcel.reply.key, dict(parcel.reply.values)) == ("answer", "nudge.discreet", {})
    case = (await heard(store, keyring, now, 2, "زهرة")).by_code
    assert case is not None
    assert case.last_answer == "تعالي للمركز"


async def test_silence_and_being_out_of_reach_end_where_they_began(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)

    async def reachable() -> str:
        (row,) = await making.rows(store, tables.reports)
        return str(row.reachable)

    await making.say(store, keyring, message(2), making.decision(Mute()), now=now)
    assert await reachable() == "pull"
    await making.say(store, keyring, message(3), making.decision(Unmute()), now=now)
    assert await reachable() == "nudge"

    def receive(conn: Connection, delivery: Delivery, failure: SendFailed | None = None) -> None:
        receipts.arrive(conn, keyring, Receipt("twilio", "SM1", delivery, failure), now=now)

    gone = SendFailed("no_such_number", retryable=False, unreachable=True)
    (contact,) = await making.rows(store, tables.contacts)

    def sent(conn: Connection) -> None:
        body = {"once": "x", "kind": "reply", "contact": contact.id, "channel": "sms", "epoch": "2026-11"}
        times = {"created_at": now, "due_at": now, "state": "sent", "attempts": 1, "delivery": 0}
        conn.execute(insert(tables.outbox), {"id": "p", **body, **times})
        receipts.expect(conn, keyring, parcel="p", carrier="twilio", ids=("SM1",))
        receive(conn, Delivery.FAILED, gone)

    await store.write(sent)
    assert await reachable() == "no"
    await store.write(lambda conn: receive(conn, Delivery.DELIVERED))
    assert await reachable() == "nudge"
