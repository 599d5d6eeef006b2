"""What waits for a commit is done after it, and never for what was undone."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import Connection, insert

from storage.database import after
from storage.database.engine import Store
from storage.tables import cursors


def _writes(conn: Connection, told: list[str], name: str, *, fails: bool = False) -> None:
    after.commit(conn, partial(told.append, name))
    conn.execute(insert(cursors), {"name": name, "value": 1})
    assert name not in told
    if fails:
        raise LookupError(name)


async def test_only_what_was_committed_is_told_and_only_after(store: Store) -> None:
    told: list[str] = []
    work = [partial(_writes, told=told, name=f"n{n}", fails=n % 2 == 1) for n in range(20)]
    await asyncio.gather(*(store.write(one) for one in work), return_exceptions=True)
    assert sorted(told) == sorted(f"n{n}" for n in range(0, 20, 2))


async def test_what_goes_wrong_after_a_commit_undoes_nothing(store: Store) -> None:
    told: list[str] = []

    def full() -> None:
        raise OSError("no space left")

    def work(conn: Connection) -> str:
        after.commit(conn, full)
        _writes(conn, told, "a")
        return "done"

    assert await store.write(work) == "done"
    assert told == ["a"]
    with pytest.raises(LookupError):
        await store.write(partial(_writes, told=told, name="b", fails=True))
    await store.write(partial(_writes, told=told, name="c"))
    assert told == ["a", "c"]
