"""How long is known whose a private message is that waits: by what is sealed with it, whatever its row says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from storage import envelopes, inbound, keys, tables, waits
from storage.database.engine import Store
from storage.encoding import message_from_bytes
from storage.keys import Domain, Keyring
from storage.purging import retention
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.reporting import talking

pytestmark = sqlite_mostly

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Pass = Callable[[Connection, Keyring, datetime], object]


def _hold(conn: Connection, keyring: Keyring, now: datetime) -> None:
    for id in conn.execute(select(tables.inbound.c.id)).scalars().all():
        waits.hold(conn, keyring, id, now=now, private=True)


@pytest.mark.parametrize("each", [pytest.param(_hold, id="held"), pytest.param(talking.look, id="looked up")])
@pytest.mark.parametrize("is_rewritten", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_a_private_message_loses_its_number_whenever_its_row_says_that_it_came(
    store: Store, keyring: Keyring, now: datetime, each: Pass, *, is_rewritten: bool
) -> None:
    """SQL writes each hour that it came just now."""
    await making.prepare(store, keyring, now)
    await making.keep(store, keyring, making.message(1, text="سري"), now=now)

    def an_hour(conn: Connection, at: datetime) -> bool:
        keys.register(conn, keyring, at)
        if is_rewritten:
            conn.execute(update(tables.inbound).values(received_at=at))
        each(conn, keyring, at)
        if at.hour % 2:
            retention.purge(conn, keyring, at)
        _, raw = envelopes.opened(keyring, conn.execute(select(tables.inbound)).one())
        return message_from_bytes(raw).address != ""

    known = [hour for hour in range(1, 40) if await store.write(lambda c, at=now + hour * HOUR: an_hour(c, at))]  # type: ignore[misc]
    assert known == list(range(1, int(inbound.KNOWN_IN_PRIVATE / HOUR)))


def test_the_hour_in_which_it_came_goes_with_it(now: datetime) -> None:
    begun = now.replace(hour=8, minute=0)
    marks = replace(envelopes.new(begun + 59 * MINUTE), carried=3, private=True)
    assert envelopes.parted(envelopes.joined(marks, b"raw")) == (marks, b"raw")
    assert marks.came(begun + 30 * MINUTE) == begun + 30 * MINUTE
    assert marks.came(begun - HOUR) == begun
    assert marks.came(begun + 30 * HOUR) == begun + HOUR


@pytest.mark.slow
async def test_with_the_key_that_opened_it_a_private_number_is_gone_within_48_hours_whatever_its_row_says(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.prepare(store, keyring, now)
    await making.keep(store, keyring, making.message(1, text="سري"), now=now)
    opening = set[str]()

    def an_hour(conn: Connection, at: datetime) -> None:
        keys.register(conn, keyring, at)
        conn.execute(update(tables.inbound).values(received_at=at))
        row = conn.execute(select(tables.inbound)).one()
        _, raw = envelopes.opened(keyring, row)
        if message_from_bytes(raw).address:
            opening.add(row.epoch)
        talking.look(conn, keyring, at)
        waits.carry(conn, keyring, row.epoch, now=at, most=9)
        retention.purge(conn, keyring, at)

    for hour in range(1, 48):
        await store.write(lambda conn, at=now + hour * HOUR: an_hour(conn, at))  # type: ignore[misc]
    assert len(opening) > 1
    assert not any(keyring.has(Domain.DOOR, epoch) for epoch in opening)
    with pytest.raises(ValueError, match="marks"):
        envelopes.parted(bytes(14))
