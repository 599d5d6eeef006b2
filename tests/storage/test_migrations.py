"""A schema is brought here from nothing, by any number of replicas at once, and taken back, with data in it."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from storage import migrations, tables
from storage.database import postgresql, sqlite
from storage.database.engine import Store, Unavailable
from storage.keys import Keyring
from storage.migrations import walls
from tests.storage import making
from tests.storage.making import message


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite.make_engine(parsed, write=True)
    return postgresql.make_engine(parsed)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without a schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


@pytest.fixture
def ask(empty_url: str) -> Iterator[Callable[[Callable[[Connection], Any]], Any]]:
    """Runs a function on the database, as its owner."""
    engine = _engine(empty_url)

    def run(work: Callable[[Connection], Any]) -> Any:
        with engine.connect() as connection, connection.begin():
            return work(connection)

    yield run
    engine.dispose()


def test_the_migrated_schema_is_the_one_that_tables_describe(empty_url: str, ask: Callable[..., Any]) -> None:
    migrations.upgrade(empty_url)
    assert ask(lambda conn: compare_metadata(MigrationContext.configure(conn), tables.metadata)) == []
    assert ask(migrations.head_matches)


def test_also_in_what_alembic_does_not_compare(empty_url: str, ask: Callable[..., Any]) -> None:
    migrations.upgrade(empty_url)
    migrated = ask(_rules)
    migrations.downgrade(empty_url, "base")
    ask(tables.metadata.create_all)
    assert migrated == ask(_rules)
    assert len(migrated) > 50


def _rules(conn: Connection) -> set[str]:
    """Every constraint and index, in the database's own words."""
    if conn.dialect.name == "sqlite":
        rows = conn.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"))
        # The order of a table's constraints means nothing; their words do.
        return {word for (sql,) in rows for word in _clauses(sql)}
    constraints = conn.execute(
        text(
            "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'"
        )
    )
    indexes = conn.execute(
        text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
    )
    return {row[0] for row in constraints} | {row[0] for row in indexes}


def _clauses(sql: str) -> list[str]:
    head, *lines = sql.splitlines()
    return [f"{head.strip()} {' '.join(line.split()).rstrip(', ')}" for line in lines or [""]]


def test_upgrading_again_changes_nothing(empty_url: str, ask: Callable[..., Any]) -> None:
    migrations.upgrade(empty_url)
    before = ask(_rules)
    migrations.upgrade(empty_url)
    assert ask(_rules) == before


def test_replicas_that_migrate_at_once_all_succeed(empty_url: str, ask: Callable[..., Any]) -> None:
    faults: list[BaseException] = []
    start = threading.Barrier(4)

    def upgrade() -> None:
        try:
            start.wait(60)
            migrations.upgrade(empty_url)
        except BaseException as fault:  # noqa: BLE001 - what it is is what the test asks
            faults.append(fault)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert ask(migrations.head_matches)


async def test_down_and_up_again_with_data(
    empty_url: str, ask: Callable[..., Any], keyring: Keyring, now: datetime
) -> None:
    migrations.upgrade(empty_url)
    for number in (1, 2):
        store = Store.open(empty_url)
        try:
            await making.prepare(store, keyring, now)
            said = message(number, media=(making.medium(),))
            await making.say(store, keyring, said, making.decision(making.filing(), replies=["filed"]), now=now)
            assert await making.count(store, tables.reports) == 1
        finally:
            store.close()
        migrations.downgrade(empty_url, "base")
        assert ask(lambda conn: inspect(conn).get_table_names()) == ["alembic_version"]
        assert not ask(migrations.head_matches)
        migrations.upgrade(empty_url)


def test_a_migration_that_fails_leaves_nothing_half_done(
    empty_url: str, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> None:
        raise LookupError

    monkeypatch.setattr(walls, "build", fail)
    with pytest.raises(LookupError):
        migrations.upgrade(empty_url)
    assert ask(lambda conn: inspect(conn).get_table_names()) == []
    monkeypatch.undo()
    migrations.upgrade(empty_url)
    assert ask(migrations.head_matches)


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        migrations.upgrade(f"postgresql+psycopg://nobody@/none?host={tmp_path}")


def test_an_owner_without_a_superusers_rights_and_a_lesser_login(empty_postgresql_url: str) -> None:
    url = make_url(empty_postgresql_url)
    superuser = empty_postgresql_url.replace("+psycopg", "")
    with psycopg.connect(superuser, autocommit=True) as raw:
        for statement in (
            "DROP ROLE IF EXISTS test_owner, test_login",
            "CREATE ROLE test_owner LOGIN CREATEROLE",
            "CREATE ROLE test_login LOGIN NOINHERIT",
            f'ALTER DATABASE "{url.database}" OWNER TO test_owner',
        ):
            raw.execute(statement.encode())
    owner = url.set(username="test_owner").render_as_string(hide_password=False)
    login = url.set(username="test_login").render_as_string(hide_password=False)
    migrations.upgrade(login, owner)
    engine = create_engine(login)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT set_config('role', 'muntada_worker', true)")).scalar_one()
            assert connection.execute(text("SELECT count(*) FROM reports")).scalar_one() == 0
        with engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text("SELECT count(*) FROM contacts"))
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('role', 'muntada_console', true)"))
            assert connection.execute(text("SELECT muntada_answer('a','b','c','','','e',1,1)")).scalar_one() is False
    finally:
        engine.dispose()
    with psycopg.connect(superuser, autocommit=True) as raw:
        raw.execute(b"REASSIGN OWNED BY test_owner TO postgres")
        raw.execute(b"DROP OWNED BY test_owner, test_login")
        raw.execute(b"REVOKE muntada_worker, muntada_console FROM test_owner, test_login")
        raw.execute(b"DROP ROLE test_owner, test_login")
