"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two places."""

from functools import cache
from typing import Any

from sqlalchemy import Boolean, Connection, Float, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# What `is_list_of_codes` takes, for PostgreSQL's own functions.
CODES = r'^\["[A-Za-z0-9-]+"(, ?"[A-Za-z0-9-]+")*\]$'


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


class number(FunctionElement[float]):  # noqa: N801 - reads as the function of SQL that it is
    """The number that words are, of no sign and at most fifteen digits before its point; else none, and no error.

    PostgreSQL ends a whole statement where one row's words cannot be cast.
    """

    type = Float()
    inherit_cache = True


class is_list_of_codes(FunctionElement[bool]):  # noqa: N801
    """Whether a JSON column holds a list of codes (letters, digits, hyphens), of one or more, and is written so."""

    type = Boolean()
    inherit_cache = True


@compiles(number, "postgresql")
def _number_there(element: Any, compiler: Any, **more: Any) -> str:
    words = f"({compiler.process(element.clauses, **more)})"
    return f"CASE WHEN {words} ~ '^[0-9]{{1,15}}([.][0-9]{{1,15}})?$' THEN CAST({words} AS DOUBLE PRECISION) END"


@compiles(number, "sqlite")
def _number_here(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AS REAL)"


@compiles(is_list_of_codes, "postgresql")
def _list_there(element: Any, compiler: Any, **more: Any) -> str:
    words = f"CAST({compiler.process(element.clauses, **more)} AS TEXT)"
    return f"({words} ~ '{CODES}')"


@compiles(is_list_of_codes, "sqlite")
def _list_here(element: Any, compiler: Any, **more: Any) -> str:
    """No JSON function is asked of what is no JSON: it would end the statement."""
    it = compiler.process(element.clauses, **more)
    ends = f"substr({it}, 1, 2) = '[\"' AND substr({it}, -2) = '\"]'"
    codes = f"replace({it}, '\", \"', '\",\"')"
    signs = f"substr({codes}, 2, length({codes}) - 2) NOT GLOB '*[^A-Za-z0-9\",-]*'"
    other = "one.type <> 'text' OR one.value = ''"
    words = f"NOT EXISTS (SELECT 1 FROM json_each({it}) AS one WHERE {other})"  # noqa: S608 - a column of ours
    return f"(CASE WHEN typeof({it}) = 'text' AND json_valid({it}) THEN {ends} AND {signs} AND {words} ELSE 0 END)"
