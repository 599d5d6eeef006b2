"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two places."""

from functools import cache

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_unless_there(conn: Connection, table: Table) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING. No conflict target: PostgreSQL would ask for the right to read it."""
    return _insert_unless_there(conn.dialect.name, table)


def upsert(conn: Connection, table: Table, *columns: str) -> Insert:
    """INSERT that on a conflict of the primary key sets these columns to the new values."""
    return _upsert(conn.dialect.name, table, columns)


# Built once: a statement's key in SQLAlchemy's cache of compiled SQL is worked out once for each object.
@cache
def _insert_unless_there(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in columns}
    )


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
