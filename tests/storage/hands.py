"""Which reports hang together by ids, hashes and transactions, for whoever has the whole database and no key."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from storage.reporting import stirring

Row = Mapping[str, Any]
_TELLING: Final = 6  # bytes of a value that may tell two rows from the rest
_ID: Final = re.compile("[0-9a-f]{32}")
_HOUSE: Final = frozenset(stirring.UNSTIRRED["no row of it names a report or comes of a message"])


def together(rows: Mapping[str, Sequence[Row]], of: Mapping[str, Sequence[tuple[str, Row]]]) -> Mapping[str, int]:
    """Of each report a number: the same for two that hang together, by however long a chain. of: each one's own rows.

    PostgreSQL tells of a row which transaction wrote it and which held it last; what that held or wrote besides, and
    what those rows name, is of one hand. Not where it touched more than a few reports: that was the clock.
    """
    whose = {id(row): report for report, held in of.items() for _, row in held}
    meet: dict[Hashable, list[int]] = {}
    reports: dict[Hashable, set[str]] = {}
    for row in (row for name in rows.keys() - _HOUSE for row in rows[name]):
        for thread in _threads(row):
            meet.setdefault(thread, []).append(id(row))
            reports.setdefault(thread, set()).update({whose[id(row)]} if id(row) in whose else ())
    few, leads = max(2, len(of) // 3), {id(row): id(row) for held in rows.values() for row in held}
    for thread, found in meet.items():
        for one in found if len(reports[thread]) <= few else ():
            leads[_first(leads, one)] = _first(leads, found[0])
    return {report: _first(leads, id(held[0][1])) for report, held in of.items()}


def _first(leads: dict[int, int], one: int) -> int:
    while leads[one] != one:
        leads[one] = leads[leads[one]]
        one = leads[one]
    return one


def _threads(row: Row) -> set[Hashable]:
    """What leads from a row to another: ids, hashes, and the transactions that wrote and held it."""
    values = [bytes(value) if isinstance(value, memoryview) else value for value in row.values()]
    found: set[Hashable] = {value for value in values if isinstance(value, bytes) and len(value) >= _TELLING}
    found |= {value for value in values if isinstance(value, str) and _ID.fullmatch(value)}
    return found | {("transaction", row[how]) for how in ("_written", "_held") if row.get(how)}
