"""Labelled messages: what the corpus's TSV files hold, for training and for measuring (docs/corpus.md)."""

import csv
from dataclasses import dataclass
from pathlib import Path

from bot.vocabulary import Category, Language, Urgency


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message.

    also: a second concern in the same message. place: the smallest place named, as written without its prepositions,
    and governorate its ISO code; both "" when none is. plain: it uses its category's obvious words. voice: who speaks.
    author: whose hand wrote it (the file's name). case: the live report it was learnt from, "" in the corpus.
    """

    text: str
    category: Category
    urgency: Urgency
    language: Language
    sensitive: bool
    also: Category | None = None
    place: str = ""
    governorate: str = ""
    plain: bool = True
    voice: str = ""
    author: str = ""
    case: str = ""


def read(folder: Path) -> tuple[Example, ...]:
    """Every example of every TSV in a folder, in the order of names and lines.

    Raises OSError, KeyError or ValueError when a file is absent or a label is not one of ours.
    """
    return tuple(example for path in sorted(folder.glob("*.tsv")) for example in read_file(path))


def read_file(path: Path) -> tuple[Example, ...]:
    """The examples of one TSV with the columns of docs/corpus.md."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_example(row, path.stem) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _example(row: dict[str, str], author: str) -> Example:
    return Example(
        text=row["text"],
        category=Category(row["category"]),
        urgency=Urgency[row["urgency"].upper()],
        language=Language(row["language"]),
        sensitive=row["sensitive"] == "1",
        also=Category(row["also"]) if row["also"] else None,
        place=row["place"],
        governorate=row["governorate"],
        plain=row["plain"] == "1",
        voice=row["voice"],
        author=author,
    )
