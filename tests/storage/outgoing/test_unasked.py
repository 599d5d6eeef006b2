"""When somebody was last told what they had not asked for: it decides whose answer a bare yes is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Channel, Reply
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox, unasked
from tests.storage import making
from tests.storage.making import message

pytestmark = pytest.mark.usefixtures("prepared")
_LATER = timedelta(minutes=7)


async def _parcel(store: Store, keyring: Keyring, now: datetime, kind: str, **row: Any) -> datetime | None:
    """What is told of one parcel of this kind that stands so."""
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file, replies=["filed"]), now=now)

    def work(conn: Any) -> datetime | None:
        (contact,) = conn.execute(select(tables.contacts)).all()
        given = {"kind": kind, "contact": contact.id, "channel": Channel.SMS, "report": file.report}
        outbox.put(conn, keyring, once="one", reply=Reply("answer"), due_at=now, now=now, **given)
        of = tables.outbox.c.once == "one"
        ended = {"sealed": None} if row.get("state") in {"sent", "dead"} else {}
        conn.execute(update(tables.outbox).where(of).values(**row, **ended))
        return unasked.told_at(conn, contact.id, None, now + 2 * _LATER)

    return await store.write(work)


@pytest.mark.parametrize("kind", ["answer", "alert", "digest"])
async def test_what_was_sent_was_told_when_it_left(store: Store, keyring: Keyring, now: datetime, kind: str) -> None:
    assert await _parcel(store, keyring, now, kind, state="sent", sent_at=now + _LATER) == now + _LATER


async def test_what_is_on_its_way_is_told_now(store: Store, keyring: Keyring, now: datetime) -> None:
    assert await _parcel(store, keyring, now, "answer", attempts=1) == now + 2 * _LATER


async def test_what_was_given_up_after_a_try_may_have_come(store: Store, keyring: Keyring, now: datetime) -> None:
    assert await _parcel(store, keyring, now, "answer", state="dead", attempts=2) == now


async def test_what_waits_for_its_first_try_was_not_told(store: Store, keyring: Keyring, now: datetime) -> None:
    assert await _parcel(store, keyring, now, "answer", attempts=0) is None


async def test_a_reply_to_them_is_no_such_thing(store: Store, keyring: Keyring, now: datetime) -> None:
    assert await _parcel(store, keyring, now, "reply", state="sent", sent_at=now) is None
