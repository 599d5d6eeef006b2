"""What leads to one address is found without a name; nobody else's is."""

from datetime import datetime

import pytest
from sqlalchemy import delete, update

from bot.vocabulary import Channel
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import ways
from tests.storage import making
from tests.storage.making import OTHER_PHONE, PHONE

pytestmark = pytest.mark.usefixtures("prepared")


async def _tells(store: Store, keyring: Keyring, now: datetime, *, number: int, address: str) -> str:
    file = making.filing(code=f"{100_000 + number}")
    decided = making.decision(file, conversation=making.ongoing(file, now))
    await making.say(store, keyring, making.message(number, address=address), decided, now=now)
    await store.write(lambda c: c.execute(delete(tables.senders)))
    return file.report


async def test_each_report_of_an_address_is_found_and_no_other(store: Store, keyring: Keyring, now: datetime) -> None:
    first = await _tells(store, keyring, now, number=1, address=PHONE)
    await _tells(store, keyring, now, number=2, address=OTHER_PHONE)
    second = await _tells(store, keyring, now, number=3, address=PHONE)
    led = await store.read(lambda c: ways.leading(c, keyring, Channel.SMS, PHONE, contact=None))
    assert led.keys() == {first, second}
    assert len(set(led.values())) == 2
    only = await store.read(lambda c: ways.leading(c, keyring, Channel.SMS, PHONE, contact=None, only=[first]))
    assert only.keys() == {first}
    elsewhere = await store.read(lambda c: ways.leading(c, keyring, Channel.TELEGRAM, PHONE, contact=None))
    assert not elsewhere


async def test_an_address_that_does_not_open_is_nobodys_but_of_whom_we_know(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    told = await _tells(store, keyring, now, number=1, address=PHONE)
    await store.write(lambda c: c.execute(update(tables.contacts).values(carrier="another")))
    led = await store.read(lambda c: ways.leading(c, keyring, Channel.SMS, PHONE, contact=None))
    assert not led
    (row,) = await making.rows(store, tables.report_contacts)
    known = await store.read(lambda c: ways.leading(c, keyring, Channel.SMS, PHONE, contact=row.contact))
    assert known == {told: row.contact}


async def test_what_leads_to_nobody_is_told_apart(store: Store, keyring: Keyring, now: datetime) -> None:
    first = await _tells(store, keyring, now, number=1, address=PHONE)
    second = await _tells(store, keyring, now, number=2, address=PHONE)
    links = tables.report_contacts
    await store.write(lambda c: c.execute(delete(links).where(links.c.report == second)))
    assert await store.read(lambda c: ways.without(c, [first, second])) == {second}
