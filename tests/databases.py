"""On which databases a test runs. By itself one that asks for `store` or `database_url` runs on both.

What is long, and where a statement is unlikely to differ, runs on SQLite each time and on PostgreSQL with -m slow.
"""

from typing import Final

import pytest

on_both: Final = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

SQLITE_MOSTLY: Final = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
on_sqlite_mostly: Final = pytest.mark.parametrize("database_url", SQLITE_MOSTLY, indirect=True)
# The same for all tests of a module, as its pytestmark: tests/conftest.py reads it.
sqlite_mostly: Final = pytest.mark.sqlite_mostly
