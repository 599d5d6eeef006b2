"""Reads the tab-separated tables that people write: names of columns, then rows; a line after "#" is for people."""

import csv
from collections.abc import Iterator
from pathlib import Path


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one table in UTF-8.

    Raises OSError, or ValueError naming the file for a row with too many or too few cells and for another encoding.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        told = (line for line in lines if not line.startswith("#"))
        try:
            for row in csv.DictReader(told, delimiter="\t", quoting=csv.QUOTE_NONE):
                if None in row or None in row.values():
                    raise ValueError(f"{path.name}: a row with a wrong number of cells: {row}")
                yield {name: cell.strip() for name, cell in row.items()}
        except (UnicodeDecodeError, csv.Error) as cause:
            raise ValueError(f"{path.name}: this is no table of text in UTF-8: {cause}") from cause
