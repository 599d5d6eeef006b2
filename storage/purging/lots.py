"""A purge in lots: what one transaction may take, so that nobody waits behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, tuple_, update

from storage.keys import Keyring
from storage.purging.schedule import Periods
from storage.tables import inbound

LATELY: Final = timedelta(days=30)  # so long a second delivery is known as one
_BEYOND: Final = 2**62
MOST: Final = 200  # rows, or reports with all that belongs to them


@dataclass(frozen=True, slots=True)
class Lot:
    """One transaction's share. most: how many rows a rule may take in it."""

    conn: Connection
    keyring: Keyring
    now: datetime
    keep: Periods = field(default_factory=Periods)
    most: int = MOST


# Takes at most `most` rows and says how many; fewer means that no more are there.
Rule = Callable[[Lot], int]


def came_lately(lot: Lot) -> ColumnElement[int]:
    """The number of the first message of the last 30 days that is here; beyond all where there is none.

    What has a higher number came after it, whatever its date: told while a clock was behind, it looks long past.
    """
    i = inbound.alias("lately").c
    first = select(func.min(i.id)).where(i.received_at.between(lot.now - LATELY, lot.now)).scalar_subquery()
    return func.coalesce(first, _BEYOND)


def take(lot: Lot, table: Table, which: ColumnElement[bool]) -> int:
    """Deletes rows of a table; returns how many were found.

    Asked again once they are held: between looking and holding, what they hung on may have come to need them.
    """
    found = _found(lot, table, which)
    if found:
        lot.conn.execute(delete(table).where(_these(table, found), which))
    return len(found)


def change(lot: Lot, table: Table, which: ColumnElement[bool], **values: Any) -> int:
    """Changes rows of a table, which must not be among `which` afterwards; returns how many were found."""
    found = _found(lot, table, which)
    if found:
        lot.conn.execute(update(table).where(_these(table, found), which).values(**values))
    return len(found)


def _found(lot: Lot, table: Table, which: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """Held from now on. Whatever somebody else holds is in use, and left to the next purge."""
    here = select(*table.primary_key).where(which).limit(lot.most).with_for_update(skip_locked=True, of=table)
    rows = lot.conn.execute(here)
    return [tuple(row) for row in rows]


def _these(table: Table, found: list[tuple[Any, ...]]) -> ColumnElement[bool]:
    key = list(table.primary_key)
    if len(key) == 1:
        return key[0].in_([value for (value,) in found])
    return tuple_(*key).in_(found)
