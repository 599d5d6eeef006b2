"""The order of rows tells nothing of who told what."""

from datetime import datetime

import pytest

from bot.vocabulary import File
from storage import pickup, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import stirring
from tests.storage import making
from tests.storage.making import message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")


async def test_rows_of_a_past_hour_lose_their_place_and_stay_what_they_are(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    files = [
        await talking.told(
            store, keyring, now + n * MINUTE, n, file=talking.filed(f"{1000 + n}222233334444"), replies=[]
        )
        for n in range(8)
    ]
    normal = making.filing(code="111111")
    await making.say(store, keyring, message(50), making.decision(normal), now=now + MINUTE)
    before = {row.id: row for row in await making.rows(store, tables.reports)}
    order = await _order(store, *files)
    assert list(order) == [file.report for file in files]
    assert await store.write(lambda conn: stirring.stir(conn, now + 59 * MINUTE)) == 0
    assert await store.write(lambda conn: stirring.stir(conn, now + HOUR)) > 40
    stirred = await _order(store, *files)
    assert len(stirred) == 8
    # On PostgreSQL a row names the transaction that wrote it: now one and the same.
    assert len(set(stirred.values())) == 1 if store.dialect == "postgresql" else list(stirred) != list(order)
    assert {row.id: row for row in await making.rows(store, tables.reports)} == before
    for n in range(8):
        code = f"{1000 + n}222233334444"
        assert await store.read(lambda conn, code=code: pickup.find(conn, keyring, code)) is not None  # type: ignore[misc]
        await making.keep(store, keyring, message(n), now=now)
    assert await making.waiting(store, keyring, now=now) == []
    later = making.filing(code="222222")
    await making.say(store, keyring, message(51), making.decision(later), now=now + HOUR)
    assert await making.count(store, tables.reports) == 10


async def _order(store: Store, *files: File) -> dict[str, int]:
    """Reports in the order in which they were written, as far as the database tells, with their place."""
    place = "rowid" if store.dialect == "sqlite" else "xmin::text::bigint"
    query = f"SELECT id, {place} FROM reports ORDER BY 2, 1"
    rows = await store.read(lambda conn: conn.exec_driver_sql(query).all())
    mine = {file.report for file in files}
    return {row[0]: int(row[1]) for row in rows if row[0] in mine}
