"""Whoever puts something into the database that takes rows of the audit away as they are written is found."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from api.auditing import sentence
from api.workers import anchor
from storage import audit, keys, loose, shape
from storage.anchors import Noted
from storage.audit import Swallowed, Verdict
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.workers.wired import Clock, wiring

_SWALLOW = (
    "CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE TRIGGER tidy BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION tidy()",
)
_SQLITE = {
    "trigger": ("CREATE TRIGGER tidy AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE id = NEW.id; END",),
    "trigger elsewhere": ("CREATE TRIGGER tidy AFTER INSERT ON events BEGIN DELETE FROM audit; END",),
    "view": ("ALTER TABLE audit RENAME TO kept", "CREATE VIEW audit AS SELECT * FROM kept"),
    "table": ("CREATE TABLE more (id TEXT UNIQUE ON CONFLICT REPLACE)",),
}
_POSTGRESQL = {
    "trigger": _SWALLOW,
    "rule": ("CREATE RULE tidy AS ON INSERT TO audit DO INSTEAD NOTHING",),
    "rule beside": ("CREATE RULE tidy AS ON INSERT TO audit DO ALSO DELETE FROM audit WHERE seq IS NULL",),
    "policy": ("CREATE POLICY tidy ON audit AS RESTRICTIVE FOR SELECT USING (action <> 'report.view')",),
    "policy changed": ("ALTER POLICY worker ON audit USING (action <> 'report.view')",),
    "policy gone": ("DROP POLICY console ON reports",),
    "wall": ("ALTER TABLE parts DISABLE ROW LEVEL SECURITY",),
    "view": ("ALTER TABLE audit RENAME TO kept", "CREATE VIEW audit AS SELECT * FROM kept"),
}


def _put(*statements: str) -> Callable[[Connection], None]:
    def work(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        for statement in statements:
            conn.exec_driver_sql(statement)

    return work


def _write(conn: Connection, keyring: Keyring, now: datetime) -> None:
    audit.write(conn, keyring, at=now, actor="a" * 32, action="report.view")


async def _found(store: Store, keyring: Keyring, now: datetime) -> Verdict:
    return await store.read(lambda c: loose.verify(c, keyring, (), loose.read(keyring), now=now))


class _UndoneError(Exception):
    """The database is shared by tests: what they put into it goes with its transaction."""


async def _with(store: Store, what: tuple[str, ...], work: Callable[[Connection], int]) -> int:
    found: list[int] = []

    def put(conn: Connection) -> None:
        _put(*what)(conn)
        found.append(work(conn))
        raise _UndoneError

    with pytest.raises(_UndoneError):
        await store.write(put)
    return found[0]


async def test_what_the_migrations_make_is_all_there_is(store: Store) -> None:
    assert await store.read(shape.oddities) == 0


@pytest.mark.parametrize("what", _SQLITE)
async def test_whatever_stands_in_the_way_is_found_on_sqlite(sqlite_store: Store, what: str) -> None:
    assert await _with(sqlite_store, _SQLITE[what], shape.oddities) == 1


@pytest.mark.parametrize("what", _POSTGRESQL)
async def test_whatever_stands_in_the_way_is_found_on_postgresql(postgresql_store: Store, what: str) -> None:
    assert await _with(postgresql_store, _POSTGRESQL[what], shape.oddities) > 0
    assert await postgresql_store.read(shape.oddities) == 0


async def test_a_trigger_that_swallows_rows_is_said_within_the_minute_and_by_verify(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await store.write(lambda c: keys.register(c, keyring, now))
    await store.write(lambda c: _write(c, keyring, now))
    sqlite = await store.read(lambda c: c.dialect.name) == "sqlite"
    await store.write(_put(*(_SQLITE["trigger"] if sqlite else _SWALLOW)))
    try:
        found = await _found(store, keyring, now)
        wired = wiring(tmp_path, store, keyring, Clock(now), carriers={})
        with capture_logs() as logs:
            await anchor.write_down(wired, anchor.Told())
    finally:
        await store.write(_put("DROP TRIGGER tidy" if sqlite else "DROP FUNCTION tidy CASCADE"))
    assert (found.whole, found.reason, found.at) == (False, "schema", 1)
    assert "1 triggers, rules, views or policies are not as our migrations make them" in sentence(found, Noted())
    assert [(each["event"], each["reason"]) for each in logs] == [("audit_not_whole", "schema")]
    assert (await _found(store, keyring, now)).whole


@pytest.mark.parametrize("what", ["trigger", "rule"])
async def test_nothing_is_done_of_which_the_audit_takes_no_row(
    postgresql_store: Store, keyring: Keyring, now: datetime, what: str
) -> None:
    """On SQLite a trigger can only take the row away afterwards, and the count says one."""

    def work(conn: Connection) -> int:
        with pytest.raises(Swallowed):
            _write(conn, keyring, now)
        return 1

    assert await _with(postgresql_store, _POSTGRESQL[what], work) == 1
