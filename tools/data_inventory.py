"""Writes docs/data-inventory.md from the schema: what each column holds, whose it is, and how it is protected.

.venv/bin/python -m tools.data_inventory          writes the page
.venv/bin/python -m tools.data_inventory --check  says whether the page is what the schema says

A column that no line of data_inventory.tsv and no rule below knows is an error: whoever adds one says what it is.
"""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Table

from storage.tables import metadata

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "data-inventory.md"
SOURCE: Final = Path(__file__).with_suffix(".tsv")
_HEAD: Final = """# Data inventory

Made from the schema by `python -m tools.data_inventory`; a test fails where it is out of date. How long each table is
kept stands in [retention](retention.md), from whom it is protected in the [threat model](threat-model.md).

*sealed*: AES-256-GCM under a key outside the database; *hashed*: a keyed hash, the key outside the database. Times are
microseconds, at a sealed desk of reports only the hour. A technical column is an id, a time, a state, a count or a
reference between rows.
"""
_TECHNICAL_ENDS: Final = ("_at", "_until", "until_at", "_since")
_TECHNICAL: Final = frozenset(
    "id once kind state status attempts owner lease_until version rank reason report contact outbox office desk part"
    " medium staff role weekdays since_minute to_minute opens_minute closes_minute active demo seq epoch at value"
    " rows code recipient rung tries delivery joined name_ar name_ckb name_en parent governorate level"
    " languages".split()
)


class Unknown(Exception):
    """A column that nobody has said anything about."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one column holds. column "*": the table itself. whose: reporter, staff, third or "" for nobody."""

    table: str
    column: str
    whose: str
    what: str


def lines() -> dict[tuple[str, str], Line]:
    """data_inventory.tsv by table and column."""
    with SOURCE.open(encoding="utf-8") as file:
        read = [Line(*row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    return {(line.table, line.column): line for line in read}


def page() -> str:
    """The whole page. Raises Unknown for a table or a column without a line, ValueError for a line without a column."""
    known = lines()
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    there = {(table.name, column.name) for table in tables for column in table.columns}
    there |= {(table.name, "*") for table in tables}
    if stale := sorted(set(known) - there):
        raise ValueError(f"no such column: {stale}")
    return _HEAD + "".join(_section(table, known) for table in tables)


def _section(table: Table, known: dict[tuple[str, str], Line]) -> str:
    if (table.name, "*") not in known:
        raise Unknown(table.name)
    told = [known[table.name, c.name] for c in table.columns if (table.name, c.name) in known]
    others = [_technical(table, c) for c in table.columns if (table.name, c.name) not in known]
    rows = "".join(f"| {line.column} | {line.whose or 'nobody'} | {line.what} |\n" for line in told)
    grid = f"| column | whose | what |\n|---|---|---|\n{rows}\n" if rows else ""
    rest = f"Technical: {', '.join(others)}.\n" if others else ""
    return f"\n## {table.name}\n{known[table.name, '*'].what}\n\n{grid}{rest}"


def _technical(table: Table, column: Column[object]) -> str:
    if column.name in _TECHNICAL or column.name.endswith(_TECHNICAL_ENDS):
        return column.name
    raise Unknown(f"{table.name}.{column.name}")


def main() -> None:
    """The command."""
    made = page()
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == made else "docs/data-inventory.md is out of date")
    PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
