"""A discreet reporter's word that waited: for a server that stood still, or behind a list of a desk."""

import re
from datetime import timedelta

from sqlalchemy import delete, select

from api.wiring import Wiring
from storage import tables
from storage.outgoing import outbox
from storage.outgoing.outbox import Parcel
from tests.api.workers.hands import Hands
from tests.databases import sqlite_mostly

pytestmark = sqlite_mostly


async def _said(wiring: Wiring, hands: Hands) -> list[Parcel]:
    """What leaves the house now: of several replies the first, the others wait for it."""
    lease = timedelta(minutes=1)
    parcels = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner="me", now=hands.now, limit=99, lease=lease)
    )
    await wiring.store.write(lambda c: c.execute(delete(tables.outbox)) and None)
    return sorted(parcels, key=lambda parcel: parcel.created_at)


async def _hidden(wiring: Wiring, hands: Hands) -> str:
    """She tells and is discreet; her order number."""
    await hands.say(wiring, "زوجي يضربني كل ليلة بالكرادة ومحد يدري")
    await hands.settle(wiring)
    (first,) = await _said(wiring, hands)
    found = re.search(r"\d{6}", str(first.reply.values))
    assert found
    hands.now += timedelta(hours=1)
    return found[0]


async def _asked(wiring: Wiring, hands: Hands, text: str) -> list[str]:
    hands.now += timedelta(minutes=1)
    await hands.say(wiring, text)
    await hands.settle(wiring)
    return [parcel.reply.key for parcel in await _said(wiring, hands)]


async def test_a_word_that_waited_for_hours_does_not_open_the_phone_for_whoever_holds_it_now(
    wiring: Wiring, hands: Hands
) -> None:
    code = await _hidden(wiring, hands)
    await hands.say(wiring, code)
    hands.now += timedelta(hours=4)  # nothing is settled meanwhile
    await hands.settle(wiring)
    assert [parcel.reply.key for parcel in await _said(wiring, hands)] == ["decoy.hello"]
    assert await wiring.store.read(lambda c: c.execute(select(tables.discreet.c.open_until)).scalar_one()) is None
    for text in ("منو انتم", "حذف", "نعم"):
        assert all(key.startswith("decoy.") for key in await _asked(wiring, hands, text))
    assert await _asked(wiring, hands, code) == ["case.new"]


async def test_a_word_opens_for_ten_minutes_from_when_it_was_said(wiring: Wiring, hands: Hands) -> None:
    code = await _hidden(wiring, hands)
    await hands.say(wiring, code)
    hands.now += timedelta(minutes=6)
    await hands.settle(wiring)
    assert [parcel.reply.key for parcel in await _said(wiring, hands)] == ["case.new"]
    hands.now += timedelta(minutes=4)
    assert all(key.startswith("decoy.") for key in await _asked(wiring, hands, "حالة"))
