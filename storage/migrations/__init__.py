"""Brings a schema to this version, in one transaction, under a lock: any number of replicas may try at once."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, make_url, text

from storage.database import postgresql, sqlite
from storage.database.faults import Unavailable, is_unavailable

_LOCK: Final = 0x6D756E74616461  # "muntada", in PostgreSQL's space of advisory locks
_ROLES: Final = ("muntada_worker", "muntada_console")


def upgrade(url: str, owner_url: str | None = None, *, to: str = "head") -> None:
    """Migrates to the newest revision, or up to an earlier one; does nothing when there already. Raises Unavailable.

    owner_url: PostgreSQL login that owns the schema, when `url` is a lesser one: that one is then let into the roles
    that the application takes on. Without it `url` does both.
    """
    _migrate(owner_url or url, lambda config: command.upgrade(config, to))
    login = make_url(url).username
    if owner_url and login:
        _let_in(owner_url, login)


def downgrade(url: str, revision: str) -> None:
    """Takes the schema back to an older revision ("base": none), with all that only the newer one can hold."""
    _migrate(url, lambda config: command.downgrade(config, revision))


def head_matches(connection: Connection) -> bool:
    """Whether the schema is the one that this code was written for."""
    return MigrationContext.configure(connection).get_current_revision() == _script().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this code knows how a schema of that revision looks."""
    return any(each.revision == revision for each in _script().walk_revisions())


def _migrate(url: str, step: Callable[[Config], None]) -> None:
    engine = _engine(make_url(url))
    try:
        with _alone(make_url(url)), engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config = _config()
            config.attributes["connection"] = connection
            step(config)
    except Exception as error:
        if is_unavailable(error):
            raise Unavailable from error
        raise
    finally:
        engine.dispose()


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """One process or thread at a time for a SQLite file: its first switch to WAL does not wait for a lock, it fails."""
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    folder = os.open(Path(url.database).resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _let_in(owner_url: str, login: str) -> None:
    engine = _engine(make_url(owner_url))
    try:
        with engine.connect() as connection, connection.begin():
            quoted = connection.dialect.identifier_preparer.quote(login)
            for role in _ROLES:
                member = connection.execute(
                    text("SELECT pg_has_role(:login, :role, 'MEMBER')"), {"login": login, "role": role}
                ).scalar_one()
                if not member:
                    connection.exec_driver_sql(f"GRANT {role} TO {quoted}")
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        sqlite.make_private(Path(url.database or ""))
        return sqlite.make_engine(url, write=True)
    return postgresql.make_engine(url.set(drivername="postgresql+psycopg"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
