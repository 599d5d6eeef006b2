"""A Store commits what it was given, whole, and tells each caller the truth about its own."""

import asyncio
import sqlite3
import stat
import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.database.engine import Store, Unavailable
from storage.tables import Instant, coverage, cursors, reports


def _add(conn: Connection, name: str) -> str:
    conn.execute(insert(cursors), {"name": name, "value": 1})
    return name


def _names(conn: Connection) -> set[str]:
    return set(conn.execute(select(cursors.c.name)).scalars())


async def test_what_a_function_returned_comes_back_committed(store: Store) -> None:
    assert await store.write(lambda conn: _add(conn, "a")) == "a"
    assert await store.read(_names) == {"a"}


async def test_a_failing_function_undoes_its_own_changes_and_no_others(store: Store) -> None:
    def fail(conn: Connection) -> None:
        _add(conn, "lost")
        raise LookupError("mine")

    outcomes = await asyncio.gather(
        *(store.write(fail) if n % 2 else store.write(partial(_add, name=f"n{n}")) for n in range(20)),
        return_exceptions=True,
    )
    assert [isinstance(one, LookupError) for one in outcomes] == [bool(n % 2) for n in range(20)]
    assert await store.read(_names) == {f"n{n}" for n in range(0, 20, 2)}


async def test_one_that_fails_amid_the_rows_that_it_changed_undoes_its_own_too(store: Store) -> None:
    def fail(conn: Connection) -> None:
        no_date = type_coerce(cursors.c.name, Instant)
        taken = conn.execute(update(cursors).values(value=2).returning(no_date))
        list(taken.mappings())

    for name in "abc":
        await store.write(partial(_add, name=name))
    bad, good = await asyncio.gather(store.write(fail), store.write(partial(_add, name="d")), return_exceptions=True)
    assert isinstance(bad, ValueError)
    assert good == "d"
    assert set(await store.read(lambda conn: conn.execute(select(cursors.c.value)).scalars().all())) == {1}


async def test_a_broken_rule_is_told_to_whoever_broke_it(store: Store) -> None:
    await store.write(lambda conn: _add(conn, "a"))
    good, bad = await asyncio.gather(
        store.write(lambda conn: _add(conn, "b")), store.write(lambda conn: _add(conn, "a")), return_exceptions=True
    )
    assert good == "b"
    assert isinstance(bad, IntegrityError)


async def test_a_broken_rule_names_the_rule_and_no_value(store: Store) -> None:
    secret = "NI-4F7K2"
    row = {"name": secret, "value": 1}
    await store.write(lambda conn: conn.execute(insert(cursors), row) and None)
    with pytest.raises(IntegrityError) as caught:
        await store.write(lambda conn: conn.execute(insert(cursors), row) and None)
    assert secret not in str(caught.value)
    assert secret not in str(caught.value.orig)
    assert secret not in repr(caught.value.__cause__)


async def test_a_failing_commit_fails_everyone_in_it_and_the_next_one_works(sqlite_store: Store) -> None:
    gate = threading.Event()

    def hold(_conn: Connection) -> None:
        gate.wait(60)

    def break_commit(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        conn.execute(insert(coverage), {"office": "nowhere", "place": "x"})

    held = asyncio.ensure_future(sqlite_store.write(hold))
    await asyncio.sleep(0)
    both = [
        asyncio.ensure_future(sqlite_store.write(lambda conn: _add(conn, "a"))),
        asyncio.ensure_future(sqlite_store.write(break_commit)),
    ]
    await asyncio.sleep(0)
    gate.set()
    outcomes = await asyncio.gather(held, *both, return_exceptions=True)
    # The gate may let its own commit go first; who shared the broken one is told so.
    assert isinstance(outcomes[2], Unavailable)
    kept = await sqlite_store.read(_names)
    assert kept == (set() if isinstance(outcomes[1], Unavailable) else {"a"})
    assert await sqlite_store.write(lambda conn: _add(conn, "b")) == "b"


async def test_a_caller_that_goes_away_takes_no_write_with_it(store: Store) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(conn: Connection) -> str:
        begun.set()
        gate.wait(60)
        return _add(conn, "slow")

    first = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    second = asyncio.create_task(store.write(lambda conn: _add(conn, "queued")))
    await asyncio.sleep(0)
    for task in (first, second):
        task.cancel()
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in outcomes)
    gate.set()
    assert await store.write(lambda conn: _add(conn, "after")) == "after"
    store.close()  # drains
    reopened = Store.open(str(_url_of(store)))
    try:
        assert await reopened.read(_names) == {"slow", "queued", "after"}
    finally:
        reopened.close()


def _url_of(store: Store) -> str:
    backend = store._backend
    engine = getattr(backend, "_writing", None) or getattr(backend, "_engine")  # noqa: B009 - one of two kinds
    return str(engine.url.render_as_string(hide_password=False))


async def test_closing_finishes_what_was_asked_for(store: Store) -> None:
    writes = [asyncio.ensure_future(store.write(partial(_add, name=f"n{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    store.close()
    assert await asyncio.gather(*writes) == [f"n{n}" for n in range(50)]
    with pytest.raises(Unavailable):
        await store.write(lambda conn: _add(conn, "late"))
    with pytest.raises(Unavailable):
        await store.read(_names)


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((Unavailable, DBAPIError)):
        await store.read(lambda conn: _add(conn, "a"))
    assert await store.read(_names) == set()


async def test_a_reader_sees_one_moment(store: Store) -> None:
    loop = asyncio.get_running_loop()

    def look_twice(conn: Connection) -> tuple[set[str], set[str]]:
        before = _names(conn)
        asyncio.run_coroutine_threadsafe(store.write(lambda c: _add(c, "between")), loop).result(10)
        return before, _names(conn)

    assert await store.read(look_twice) == (set(), set())


async def test_many_writes_share_a_commit(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, commits = threading.Event(), 0
    backend = sqlite_store._backend
    commit = backend._commit  # type: ignore[attr-defined]

    def counted(*arguments: object) -> object:
        nonlocal commits
        commits += 1
        return commit(*arguments)

    monkeypatch.setattr(backend, "_commit", counted)
    held = asyncio.ensure_future(sqlite_store.write(lambda _conn: gate.wait(60)))
    await asyncio.sleep(0)
    writes = [asyncio.ensure_future(sqlite_store.write(partial(_add, name=f"n{n}"))) for n in range(100)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, *writes)
    assert commits <= 4


async def test_the_writer_outlives_what_its_functions_do(sqlite_store: Store) -> None:
    def end_it(conn: Connection) -> None:
        conn.connection.driver_connection.rollback()  # type: ignore[union-attr]

    def stop(_conn: Connection) -> None:
        raise StopIteration

    def leave(_conn: Connection) -> None:
        raise SystemExit

    with pytest.raises(Unavailable):
        await sqlite_store.write(end_it)
    with pytest.raises(RuntimeError):
        await sqlite_store.write(stop)
    assert await sqlite_store.write(lambda conn: _add(conn, "a")) == "a"


async def test_a_full_disk_is_unavailable_and_passes(sqlite_store: Store) -> None:
    def shrink(conn: Connection) -> None:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill(conn: Connection) -> None:
        conn.execute(insert(cursors), [{"name": f"{n:040d}", "value": n} for n in range(5000)])

    await sqlite_store.write(shrink)
    with pytest.raises(Unavailable):
        await sqlite_store.write(fill)
    await sqlite_store.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count = 1000000") and None)
    await sqlite_store.write(fill)
    assert len(await sqlite_store.read(_names)) == 5000


def test_the_file_is_its_owners_only(sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_every_connection_has_our_pragmas(sqlite_store: Store) -> None:
    def ask(conn: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout", "trusted_schema")
        return [conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await sqlite_store.write(ask) == ["wal", 2, 1, 1, 10000, 0]
    assert await sqlite_store.read(ask) == ["wal", 2, 1, 1, 10000, 0]


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    store = Store.open(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    try:
        with pytest.raises(Unavailable):
            await store.write(lambda conn: _add(conn, "a"))
    finally:
        store.close()


async def test_a_database_without_schema_is_unavailable(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/empty.db")
    try:
        with pytest.raises(Unavailable):
            await store.read(lambda conn: conn.execute(select(func.count()).select_from(reports)).scalar_one())
    finally:
        store.close()


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/d", "sqlite://", "geheim", "sqlite:///:memory:"])
def test_an_unfit_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="database") as caught:
        Store.open(url)
    assert "geheim" not in str(caught.value)


async def test_a_transaction_of_staff_runs_as_the_console(postgresql_store: Store) -> None:
    ask = text("SELECT current_user, current_setting('muntada.staff', true)")
    who = await postgresql_store.read(lambda conn: tuple(conn.execute(ask).one()), staff="f00d")
    assert who == ("muntada_console", "f00d")
    who = await postgresql_store.read(lambda conn: tuple(conn.execute(ask).one()))
    assert who[0] == "muntada_worker"
    assert not who[1]


async def test_tidying_empties_the_log(sqlite_store: Store, sqlite_url: str) -> None:
    await sqlite_store.write(lambda conn: _add(conn, "a"))
    await sqlite_store.tidy()
    file = sqlite_url.removeprefix("sqlite:///")
    assert _size(f"{file}-wal") == 0
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT name FROM cursors").fetchall() == [("a",)]
    raw.close()


def _size(file: str) -> int:
    return Path(file).stat().st_size
