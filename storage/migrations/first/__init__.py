"""Every table of the first version, parted into families as in storage.tables.

A family holds its tables by name, each with the function that makes it and its indexes, in an order in which a table
refers only to those before it. Once this is deployed, none of it changes: a later revision does.
"""

from typing import Final

from alembic import op

from storage.migrations.first import (
    auditing,
    casework,
    consent,
    directory,
    intake,
    learning,
    outgoing,
    people,
    purging,
    reporting,
    sealed,
    upkeep,
    words,
)

# A family refers only to those before it.
_TABLES: Final = (
    auditing.TABLES
    | directory.TABLES
    | intake.TABLES
    | people.TABLES
    | reporting.TABLES
    | casework.TABLES
    | words.TABLES
    | consent.TABLES
    | learning.TABLES
    | outgoing.TABLES
    | purging.TABLES
    | sealed.TABLES
    | upkeep.TABLES
)


def make() -> None:
    """Makes them all."""
    for table in _TABLES.values():
        table()


def unmake() -> None:
    """Drops them all, those that refer to others first."""
    for name in reversed(_TABLES):
        op.drop_table(name)
