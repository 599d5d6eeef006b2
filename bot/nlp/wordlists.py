"""Lists of words and patterns that people keep in tables: read and put together. What they mean, others decide.

A table's first lines say what it decides, who may change it and how.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.nlp.tables import table

FOLDER: Final = Path(__file__).parent / "data" / "wordlists"
_ANOTHER: Final = re.compile(r"\{([a-z_]+)\}")  # "{0,3}" is how often, and no list


@cache
def read(path: Path) -> Mapping[str, str]:
    """The lists of a table (name, pattern), each as one regular expression in everyday letters, once a process.

    The rows of one name stand together and are alternatives, in their order; "{name}" in a pattern is any of another
    list above, as a group. Raises OSError for an absent table, ValueError for one that is not so.
    """
    lists: dict[str, str] = {}
    for name, rows in groupby(table(path), key=lambda row: row["name"]):
        patterns = [row["pattern"] for row in rows]
        if not name or name in lists or not all(patterns):
            raise ValueError(f"{path.name}: the list {name!r} stands in two places, or has an empty row")
        lists[name] = _with_others("|".join(patterns), lists, path)
    return MappingProxyType(lists)


def words(listed: str) -> tuple[str, ...]:
    """The words of a list that holds nothing but words, between spaces or in rows of their own."""
    return tuple(listed.replace("|", " ").split())


def _with_others(pattern: str, lists: Mapping[str, str], path: Path) -> str:
    unknown = [name for name in _ANOTHER.findall(pattern) if name not in lists]
    if unknown:
        raise ValueError(f"{path.name}: no list above is named {', '.join(unknown)}")
    return _ANOTHER.sub(lambda named: f"(?:{lists[named[1]]})", pattern)
