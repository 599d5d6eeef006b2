"""How long is known whose a private message is that waits: by what is sealed with it, whatever its row says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from storage import envelopes, inbound, keys, tables, waits
from storage.database.engine import Store
from storage.encoding import message_from_bytes
from storage.keys import Keyring
from storage.purging import retention
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.reporting import talking

pytestmark = sqlite_mostly

HOUR = timedelta(hours=1)
Pass = Callable[[Connection, Keyring, datetime], object]


def _hold(conn: Connection, keyring: Keyring, now: datetime) -> None:
    for id in conn.execute(select(tables.inbound.c.id)).scalars().all():
        waits.hold(conn, keyring, id, now=now, private=True)


@pytest.mark.parametrize("each", [pytest.param(_hold, id="held"), pytest.param(talking.look, id="looked up")])
@pytest.mark.parametrize("is_rewritten", [False, True])
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
    assert known[-1] < (inbound.KNOWN_IN_PRIVATE + keys.WATCH) / HOUR
    assert known == list(range(1, known[-1] + 1))
    assert is_rewritten or known[-1] == inbound.KNOWN_IN_PRIVATE / HOUR - 1


def test_the_watch_in_which_it_came_goes_with_it(now: datetime) -> None:
    marks = envelopes.Marks(carried=3, private=True, watch=f"{now:%Y-%m-%d}T08")
    assert envelopes.parted(envelopes.joined(marks, b"raw")) == (marks, b"raw")
    begun = now.replace(hour=8, minute=0)
    assert marks.came(begun + HOUR) == begun + HOUR
    assert marks.came(begun - HOUR) == begun
    assert marks.came(begun + 30 * HOUR) == begun + keys.WATCH
    with pytest.raises(ValueError, match="marks"):
        envelopes.parted(bytes(14))
