"""The table of places as it is searched: its rows read, its names folded, every written form of a name an entry."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.nlp import normalise, polygons
from bot.nlp.sounds import LATIN_ARTICLES, SHORT, fold_latin
from bot.vocabulary import Place, Point

DATA: Final = Path(__file__).parent / "data" / "places.tsv"
LEVELS: Final = ("governorate", "district", "subdistrict", "town", "neighbourhood", "landmark", "area")

# Words for a level, as in a key, that may stand before a name.
LEVEL_WORDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "محافظه": frozenset({"governorate"}),
        "كظا": frozenset({"district"}),
        "ناحيه": frozenset({"subdistrict", "district"}),
        "مدينه": frozenset({"district", "subdistrict", "town"}),
        "مركز": frozenset({"district", "subdistrict"}),
        "قريه": frozenset({"town", "area"}),
        "حي": frozenset({"neighbourhood"}),
        "محله": frozenset({"neighbourhood"}),
        "منطكه": frozenset({"neighbourhood", "subdistrict", "town", "area", "landmark"}),
        "مخيم": frozenset({"landmark", "area"}),
        "باريزكاي": frozenset({"governorate"}),
        "كهزاي": frozenset({"district"}),
        "ناحيهي": frozenset({"subdistrict", "district"}),
        "شاري": frozenset({"district", "subdistrict", "town"}),
        "شاروجكهي": frozenset({"subdistrict", "town"}),
        "كهرهكي": frozenset({"neighbourhood"}),
        "كوندي": frozenset({"town", "area"}),
    }
)

_QUARTER: Final = frozenset({"neighbourhood"})
_HARD: Final = 2
_STOP_NEEDS: Final[Mapping[str, int]] = MappingProxyType({"?": 1, "!": 3})
_SHORTEST_WITH_ARTICLE: Final = 5
_ARTICLE: Final = "ال"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of the table, or of a deployment's own places. `cue`: what must stand beside the name before it counts.

    0: the name alone is enough. 1: a word such as "in" or "near". 2: the word for its level, or its parent's name.
    """

    id: str
    level: str
    name_ar: str
    name_ckb: str
    name_en: str
    variants: tuple[str, ...]
    parent: str
    governorate: str
    lat: float | None = None
    lon: float | None = None
    cue: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A place that a written form may stand for.

    need: the least cue that it takes in this form (0 to 3). cue: the row's own, by which places of one name are ranked.
    """

    place: Place
    need: int
    cue: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every place, searchable.

    forms, latin: folded written form to its places. longest: first word to the length in words of the longest form that
    begins so; longest_latin: of any in Latin letters. with_qaf: forms that are
    spelt with ق. points: where a place is. shapes: governorates' outlines.
    """

    places: Mapping[str, Place]
    points: Mapping[str, Point]
    forms: Mapping[str, tuple[Entry, ...]]
    latin: Mapping[str, tuple[Entry, ...]]
    longest: Mapping[str, int]
    longest_latin: int
    with_qaf: frozenset[str]
    shapes: tuple[polygons.Shape, ...]


def split(key: str) -> list[str]:
    """The words of a key (bot.nlp.normalise.key) as names are compared: Kurdish وو and Arabic و are one."""
    return key.replace("وو", "و").split()


def fold(text: str) -> list[str]:
    """The words of any text as names are compared: those of its key."""
    return split(normalise.key(text))


def built_in() -> tuple[PlaceRow, ...]:
    """The rows of the table that comes with the software. Reads its file anew each time."""
    return read_rows(DATA.read_text(encoding="utf-8"))


def read_rows(text: str) -> tuple[PlaceRow, ...]:
    """The rows of a places table (tab-separated, columns as in docs/places.md). Raises ValueError naming a bad line."""
    lines = text.splitlines()
    columns = lines[0].split("\t")
    return tuple(_row(dict(zip(columns, line.split("\t"), strict=True))) for line in lines[1:] if line)


def _row(cells: Mapping[str, str]) -> PlaceRow:
    return PlaceRow(
        id=cells["id"],
        level=cells["level"],
        name_ar=cells["name_ar"],
        name_ckb=cells["name_ckb"],
        name_en=cells["name_en"],
        variants=tuple(v for v in cells["variants"].split("|") if v),
        parent=cells["parent"],
        governorate=cells["governorate"],
        lat=float(cells["lat"]) if cells["lat"] else None,
        lon=float(cells["lon"]) if cells["lon"] else None,
        cue=int(cells["cue"] or 0),
    )


def load(path: Path, extra: Sequence[PlaceRow] = ()) -> Gazetteer:
    """Reads places.tsv and, beside it, place_stoplist.txt and governorates.geojson; `extra` rows add to it or replace.

    Raises ValueError when a parent is unknown or the parents run in a circle.
    """
    return _loaded(path, tuple(extra))


@lru_cache(maxsize=2)  # the shipped one, and a deployment's own
def _loaded(path: Path, extra: tuple[PlaceRow, ...]) -> Gazetteer:
    rows = {row.id: row for row in (*read_rows(path.read_text(encoding="utf-8")), *extra)}
    stops = _stop_words(path.with_name("place_stoplist.txt").read_text(encoding="utf-8"))
    shapes = polygons.load(path.with_name("governorates.geojson"))
    return build(tuple(rows.values()), stops, shapes)


def build(rows: Sequence[PlaceRow], stops: Mapping[str, int], shapes: tuple[polygons.Shape, ...]) -> Gazetteer:
    """A gazetteer of these rows. `stops`: folded forms that are mostly something else than a place, with their need."""
    by_id = {row.id: row for row in rows}
    places = {row.id: _place(row, by_id) for row in rows}
    forms: dict[str, dict[str, Entry]] = {}
    latin: dict[str, dict[str, Entry]] = {}
    for row in rows:
        for form, need in _forms(row, stops):
            _keep(forms, form, Entry(places[row.id], need, row.cue))
        for form, need in _latin_forms(row, stops):
            _keep(latin, form, Entry(places[row.id], need, row.cue))
    longest: dict[str, int] = {}
    for form in forms:
        words = form.split(" ")
        longest[words[0]] = max(longest.get(words[0], 1), len(words))
    return Gazetteer(
        places=MappingProxyType(places),
        points=MappingProxyType({r.id: Point(r.lat, r.lon) for r in rows if r.lat is not None and r.lon is not None}),
        forms=MappingProxyType({form: tuple(entries.values()) for form, entries in forms.items()}),
        latin=MappingProxyType({form: tuple(entries.values()) for form, entries in latin.items()}),
        longest=MappingProxyType(longest),
        with_qaf=frozenset(_with_qaf(rows)),
        longest_latin=max((len(form.split(" ")) for form in latin), default=0),
        shapes=shapes,
    )


def _stop_words(text: str) -> Mapping[str, int]:
    """Form to need: "?" before it is 1, "!" is 3, otherwise 2."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {" ".join(_folded(line.lstrip("?!"))): _STOP_NEEDS.get(line[0], _HARD) for line in lines}


def _folded(line: str) -> list[str]:
    return fold_latin(line) if line.isascii() else fold(line)


def _place(row: PlaceRow, rows: Mapping[str, PlaceRow]) -> Place:
    lineage = [row.id]
    while parent := rows[lineage[-1]].parent:
        if parent in lineage or parent not in rows:
            raise ValueError(f"place {row.id}: its parents do not lead to a governorate")
        lineage.append(parent)
    return Place(row.id, row.level, row.name_ar, row.name_ckb, row.name_en, row.governorate, tuple(lineage))


def _keep(index: dict[str, dict[str, Entry]], form: str, entry: Entry) -> None:
    entries = index.setdefault(form, {})
    known = entries.get(entry.place.id)
    if known is None or entry.need < known.need:
        entries[entry.place.id] = entry


def _forms(row: PlaceRow, stops: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Every form in Arabic script and its need: as written, without a level's word, without the article."""
    for name in _distinct((row.name_ar, row.name_ckb, *row.variants)):
        words = fold(name)
        if not words or (words[0].isascii() and not words[0].isdigit()):
            continue
        quarter = LEVEL_WORDS.get(words[0], frozenset()) >= _QUARTER
        if len(words) > 1 and quarter:  # "حي العامل": the word before it is seen as a cue, for every place of the name
            yield from _bare(words[1:], max(row.cue, 1), stops)
        elif len(words) > 1 and words[0] in LEVEL_WORDS:  # "قضاء العامرية" is not the better known "العامرية"
            yield " ".join(words), row.cue
        else:
            yield from _bare(words, row.cue if len(words) == 1 else max(row.cue - 1, 0), stops)


def _bare(words: Sequence[str], need: int, stops: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The form, and the form without the article, which as one word is mostly a common noun and takes a cue."""
    yield " ".join(words), _need(words, need, stops)
    if words[0].startswith(_ARTICLE) and len(words[0]) >= _SHORTEST_WITH_ARTICLE:
        bare = [words[0].removeprefix(_ARTICLE), *words[1:]]
        least = min(need + 1, _HARD) if len(words) == 1 else 0
        yield " ".join(bare), _need(bare, max(need, least), stops)


def _with_qaf(rows: Sequence[PlaceRow]) -> Iterator[str]:
    for row in rows:
        for name in (row.name_ar, row.name_ckb, *row.variants):
            if "ق" in name:
                yield from (form for form, _ in _forms(replace(row, name_ar=name, name_ckb="", variants=()), {}))


def _need(words: Sequence[str], need: int, stops: Mapping[str, int]) -> int:
    return max(need, stops.get(" ".join(words), 0))


def _latin_forms(row: PlaceRow, stops: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name in _distinct((row.name_en, *row.variants)):
        words = [word for word in fold_latin(name) if word not in LATIN_ARTICLES]
        form = " ".join(words)
        if form and not any(letter.isdigit() for letter in name):  # "Street 17" would be every street
            yield form, _need(words, max(row.cue, 1 if len(form) <= SHORT else 0), stops)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
