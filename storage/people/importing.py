"""Reads and checks a deployment's own offices and places from text, before anything is written.

What it reads tables with serves storage.people.services too.

Every fault is one sentence that names the row (as a spreadsheet numbers it, the heading being row 1) and the column.
"""

import csv
import io
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from bot.nlp.gazetteer import LEVELS, PlaceRow
from bot.vocabulary import Desk, Locale, OfficeKind

E = TypeVar("E", bound=Enum)

GOVERNORATES: Final = frozenset(
    f"IQ-{code}" for code in re.findall("..", "ANARBABBBGDADIDQHAKAKIMAMUNANIQASDSUWA")
)  # CONTRACT: ISO 3166-2, and HA for Halabja until ISO lists it
_CODE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
_HOUR: Final = re.compile(r"(\d{1,2}):(\d{2})")
_LIST: Final = re.compile(r"[\s|،]+")
_LONGEST_NAME: Final = 120  # the column's width
_DAY: Final = 24 * 60
_YES: Final = frozenset({"yes", "1", "true", "نعم"})
_NO: Final = frozenset({"", "no", "0", "false", "لا", "كلا"})
_LOCAL: Final = frozenset({OfficeKind.FORUM, OfficeKind.GOVERNORATE})

# What a heading or a value may be called in Arabic.
_HEADINGS: Final = {
    "الرمز": "code",
    "النوع": "kind",
    "الاسم": "name_ar",
    "الاسم بالعربية": "name_ar",
    "الاسم بالكردية": "name_ckb",
    "الاسم بالإنجليزية": "name_en",
    "الأعلى": "parent",
    "المحافظة": "governorate",
    "الأماكن": "coverage",
    "الأقسام": "desks",
    "اللغات": "languages",
    "يفتح": "opens",
    "يغلق": "closes",
    "تجريبي": "demo",
    "يعمل": "active",
    "الهاتف": "phone",
    "للنساء فقط": "women_only",
    "تاريخ التحقق": "verified_on",
}
_KINDS: Final = {"منتدى": "forum", "محافظة": "governorate", "وطني": "national", "نساء": "women", "رقابة": "oversight"}
_DESKS: Final = {
    "عام": "general",
    "نساء": "women",
    "طفل": "child",
    "وساطة": "mediation",
    "عاجل": "urgent",
    "أمن": "security",
    "رقابة": "oversight",
}
LANGUAGES: Final = {"عربية": "ar", "كردية": "ckb", "إنجليزية": "en"}
_NEEDED: Final = ("code", "kind", "name_ar", "desks")
_PLACES_NEEDED: Final = ("id", "level", "name_ar", "parent", "governorate")


class ImportWrong(ValueError):
    """The file cannot be taken; the message names the row and the column. Nothing was written."""


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office as a file gives it. row: its number in the file, for messages. Minutes are of the local day."""

    row: int
    code: str
    kind: OfficeKind
    name_ar: str
    desks: frozenset[Desk]
    name_ckb: str = ""
    name_en: str = ""
    parent: str | None = None
    governorate: str = ""
    coverage: frozenset[str] = frozenset()
    languages: frozenset[Locale] = frozenset({Locale.AR})
    opens_minute: int = 8 * 60
    closes_minute: int = 16 * 60
    demo: bool = False
    active: bool = True


def parse_offices(text: str) -> tuple[OfficeRow, ...]:
    """The offices of a CSV text (docs/offices.md). Raises ImportWrong."""
    rows = tuple(_office(number, cells) for number, cells in table(text, needed=_NEEDED))
    _once("code", [(row.row, row.code) for row in rows])
    return rows


def parse_places(text: str) -> tuple[PlaceRow, ...]:
    """The places of a tab- or comma-separated text (docs/places.md). Raises ImportWrong."""
    numbered = [(number, _place(number, cells)) for number, cells in table(text, needed=_PLACES_NEEDED)]
    _once("id", [(number, place.id) for number, place in numbered])
    return tuple(place for _, place in numbered)


def check_offices(rows: Sequence[OfficeRow], parents: Mapping[str, str | None], places: Container[str]) -> None:
    """Whether these offices fit those that are there (code to parent) and the known places. Raises ImportWrong."""
    merged = {**parents, **{row.code: row.parent for row in rows}}
    for row in rows:
        if row.kind is OfficeKind.OVERSIGHT and row.parent is not None:
            raise wrong(row.row, "parent", "an oversight office has none: it stands outside every chain")
        if row.kind in _LOCAL and not row.governorate:
            raise wrong(row.row, "governorate", "a forum and a governorate's office need one")
        if row.parent is not None and row.parent not in merged:
            raise wrong(row.row, "parent", f"no office has the code {row.parent}")
        if _circular(row.code, merged):
            raise wrong(row.row, "parent", "the parents run in a circle")
        unknown = sorted(place for place in row.coverage if place not in places)
        if unknown:
            raise wrong(row.row, "coverage", f"no place has the id {unknown[0]}")


def check_places(rows: Sequence[PlaceRow], parents: Mapping[str, str]) -> None:
    """Whether each place leads up to its governorate, given the parents of those already there. Raises ImportWrong."""
    merged: dict[str, str | None] = {place: parent or None for place, parent in parents.items()}
    merged |= {row.id: row.parent or None for row in rows}
    for row in rows:
        if _circular(row.id, merged):
            raise ImportWrong(f"place {row.id}, column parent: the parents run in a circle")
        line = list(_line(row.id, merged))
        if line[-1] != row.governorate:
            raise ImportWrong(f"place {row.id}, column parent: it does not lead up to {row.governorate}")


def _line(start: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    here: str | None = start
    while here is not None:
        yield here
        here = parents.get(here)


def _circular(start: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    for code in _line(start, parents):
        if code in seen:
            return True
        seen.add(code)
    return False


def table(text: str, *, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by heading, numbered as a spreadsheet does; the separator is whichever the heading uses."""
    heading = text.removeprefix("\ufeff").partition("\n")[0]
    separator = max("\t;,", key=heading.count)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    columns: list[str] = []
    for number, cells in enumerate(reader, start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(cells, needed)
        elif len(cells) != len(columns):
            raise ImportWrong(f"row {number}: {len(cells)} cells where the heading has {len(columns)}")
        else:
            yield number, {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
    if not columns:
        raise ImportWrong("the file is empty")


def _columns(cells: Sequence[str], needed: Sequence[str]) -> list[str]:
    columns = [_HEADINGS.get(cell.strip(), cell.strip().lower()) for cell in cells]
    missing = [column for column in needed if column not in columns]
    if missing:
        raise ImportWrong(f"row 1: the column {missing[0]} is missing")
    if len(set(columns)) != len(columns):
        raise ImportWrong("row 1: a column stands there twice")
    return columns


def _office(number: int, cells: Mapping[str, str]) -> OfficeRow:
    if not _CODE.fullmatch(cells["code"]):
        raise wrong(number, "code", "1 to 40 Latin letters, digits and hyphens are wanted")
    desks = frozenset(one_of(Desk, word, number, "desks", _DESKS) for word in words_in(cells["desks"]))
    if not desks:
        raise wrong(number, "desks", "an office needs at least one desk")
    languages = [one_of(Locale, word, number, "languages", LANGUAGES) for word in words_in(cells.get("languages", ""))]
    return OfficeRow(
        row=number,
        code=cells["code"],
        kind=one_of(OfficeKind, cells["kind"], number, "kind", _KINDS),
        name_ar=name_in(number, cells, "name_ar", needed=True),
        desks=desks,
        name_ckb=name_in(number, cells, "name_ckb"),
        name_en=name_in(number, cells, "name_en"),
        parent=cells.get("parent") or None,
        governorate=governorate_in(number, cells.get("governorate", "")),
        coverage=frozenset(words_in(cells.get("coverage", ""))),
        languages=frozenset(languages) or frozenset({Locale.AR}),
        opens_minute=_minute(number, cells, "opens", 8 * 60),
        closes_minute=_minute(number, cells, "closes", 16 * 60),
        demo=yes_in(number, cells, "demo", default="no"),
        active=yes_in(number, cells, "active", default="yes"),
    )


def _place(number: int, cells: Mapping[str, str]) -> PlaceRow:
    if not _CODE.fullmatch(cells["id"]):
        raise wrong(number, "id", "1 to 40 Latin letters, digits and hyphens are wanted")
    if cells["level"] not in LEVELS:
        raise wrong(number, "level", f"one of: {', '.join(LEVELS)}")
    governorate = governorate_in(number, cells["governorate"])
    if not governorate:
        raise wrong(number, "governorate", "it is missing")
    return PlaceRow(
        id=cells["id"],
        level=cells["level"],
        name_ar=name_in(number, cells, "name_ar", needed=True),
        name_ckb=name_in(number, cells, "name_ckb"),
        name_en=name_in(number, cells, "name_en"),
        variants=tuple(name for part in cells.get("variants", "").split("|") if (name := part.strip())),
        parent=cells["parent"],
        governorate=governorate,
    )


def words_in(cell: str) -> list[str]:
    """The words of a cell that holds several."""
    return [word for word in _LIST.split(cell) if word]


def name_in(number: int, cells: Mapping[str, str], column: str, *, needed: bool = False) -> str:
    """A name of at most 120 printable characters, "" where there is none and none is needed. Raises ImportWrong."""
    name = cells.get(column, "")
    if needed and not name:
        raise wrong(number, column, "it is missing")
    if len(name) > _LONGEST_NAME or (name and not name.isprintable()):
        raise wrong(number, column, f"at most {_LONGEST_NAME} printable characters are wanted")
    return name


def governorate_in(number: int, code: str) -> str:
    """A governorate's code, or "". Raises ImportWrong."""
    if code and code not in GOVERNORATES:
        raise wrong(number, "governorate", f"one of: {', '.join(sorted(GOVERNORATES))}")
    return code


def _minute(number: int, cells: Mapping[str, str], column: str, default: int) -> int:
    hour = cells.get(column, "")
    found = _HOUR.fullmatch(hour)
    minute = int(found[1]) * 60 + int(found[2]) if found else default
    if (hour and not found) or minute > _DAY or (found and int(found[2]) >= 60):  # noqa: PLR2004 - minutes
        raise wrong(number, column, "an hour such as 08:30 is wanted")
    return minute


def yes_in(number: int, cells: Mapping[str, str], column: str, *, default: str) -> bool:
    """A yes or a no, in English or Arabic. Raises ImportWrong."""
    word = cells.get(column, "").lower() or default
    if word not in _YES | _NO:
        raise wrong(number, column, "yes or no is wanted")
    return word in _YES


def one_of(kind: type[E], word: str, number: int, column: str, arabic: Mapping[str, str]) -> E:
    """One of an enum's values, or an Arabic word for one. Raises ImportWrong."""
    try:
        return kind(arabic.get(word, word.lower()))
    except ValueError:
        names = ", ".join(str(member.value) for member in kind)
        raise wrong(number, column, f"each is one of: {names}") from None


def _once(column: str, values: Sequence[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for number, value in values:
        if value in seen:
            raise wrong(number, column, f"the same as in row {seen[value]}")
        seen[value] = number


def wrong(number: int, column: str, why: str) -> ImportWrong:
    """What to raise, with its row and column."""
    return ImportWrong(f"row {number}, column {column}: {why}")
