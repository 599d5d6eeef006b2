"""Lists of words and patterns that people keep in tables: read and put together. What they mean, others decide.

A table's first lines say what it decides, who may change it and how.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.nlp.tables import table

FOLDER: Final = Path(__file__).parent / "data" / "wordlists"
_ANOTHER: Final = re.compile(r"\{([a-z_]+)\}")  # "{0,3}" is how often, and no list
_NOTHING: Final = re.compile(r"^\|?$|^\||(?<!\\)\|\||(?<!\\)\|$")  # within a group it is meant: "(?: |)"
_COLUMNS: Final = ["name", "pattern"]


@cache
def read(path: Path, names: frozenset[str]) -> Mapping[str, str]:
    """The lists of a table (name, pattern), each as one regular expression in everyday letters, once a process.

    The rows of one name stand together and are alternatives, in their order; "{name}" in a pattern is any of another
    list above, as a group. names: the lists that are wanted; no other may stand there but for use in another's braces.

    Raises OSError for an absent table, ValueError, which names the file and the list or row, for one that is not so.
    """
    lists: dict[str, str] = {}
    used: set[str] = set()
    for name, rows in groupby(_rows(path), key=lambda row: row["name"]):
        if not name or name in lists:
            raise ValueError(f"{path.name}: the list {name!r} has no name, or stands in two places")
        patterns = [row["pattern"] for row in rows]
        used.update(other for pattern in patterns for other in _ANOTHER.findall(pattern))
        lists[name] = "|".join(_checked(pattern, name, lists, path) for pattern in patterns)
    if not names <= lists.keys() or not lists.keys() <= names | used:
        wrong = sorted((names - lists.keys()) | (lists.keys() - names - used))
        raise ValueError(f"{path.name}: lists that are missing, or that nothing asks for: {', '.join(wrong)}")
    return MappingProxyType(lists)


def words(listed: str) -> tuple[str, ...]:
    """The words of a list that holds nothing but words, between spaces or in rows of their own."""
    return tuple(listed.replace("|", " ").split())


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    for row in table(path):
        if list(row) != _COLUMNS:
            raise ValueError(f"{path.name}: its columns are {list(row)} and not {_COLUMNS}")
        yield row


def _checked(pattern: str, name: str, lists: Mapping[str, str], path: Path) -> str:
    """A row with the lists that it uses put in, once it is a pattern that asks for something."""
    unknown = [other for other in _ANOTHER.findall(pattern) if other not in lists]
    if unknown:
        raise ValueError(f"{path.name}: {name}: {pattern!r}: no list above is named {', '.join(unknown)}")
    if _NOTHING.search(pattern):
        raise ValueError(f"{path.name}: {name}: {pattern!r}: an empty alternative, which every text would match")
    whole = _ANOTHER.sub(lambda named: f"(?:{lists[named[1]]})", pattern)
    try:
        re.compile(whole)
    except re.error as cause:
        raise ValueError(f"{path.name}: {name}: {pattern!r}: no pattern: {cause}") from cause
    return whole
