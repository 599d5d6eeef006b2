"""Makes iraqi.db, the morphology database that CAMeL Tools reads, out of the tables that people write.

    python -m bot.nlp.lexis

Tables (UTF-8, tab-separated, in data/morphology): clitics.tsv what is glued before and after a stem; verbs*.tsv,
nouns*.tsv, particles.tsv and sorani.tsv the words; concepts.tsv what a word may mean for us. Place names come from
data/places.tsv. The same tables give the same bytes.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from bot.nlp.inflection import SHADDA, verb
from bot.nlp.normalise import key
from bot.nlp.tables import table

DATA: Final = Path(__file__).parent / "data"
TABLES: Final = DATA / "morphology"
DATABASE: Final = DATA / "iraqi.db"
POS: Final = ("verb", "noun", "adj", "adv", "prep", "pron", "part", "neg", "num", "interrog", "interj", "noun_prop")

_FEATURES: Final = ("diac", "lex", "concept", "place", "bw")
_LEFTOVER: Final = ("digit", "punc", "latin")  # CAMeL looks these up for what is no Arabic word
_INFLECTED: Final = frozenset({"prep", "pron", "adv", "num"})
_ARABIC_ARTICLE: Final = "ال"
_SHORTEST_PLACE: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One row of STEMS. form: folded letters. cls: class of stem in clitics.tsv. concepts: joined by "+", or ""."""

    form: str
    cls: str
    lemma: str
    pos: str
    concepts: str = ""


def verbs(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    """Entries of verbs. past and present may hold variants with "/"; nominals holds more forms, "!" an imperative."""
    for row in rows:
        pasts, presents = row["past"].split("/"), row["present"].split("/")
        lemma = pasts[0].replace(SHADDA, "")
        for n, past in enumerate(pasts):
            for form, cls in verb(past, presents[min(n, len(presents) - 1)]):
                yield Entry(form, cls, lemma, _pos(cls), row["concepts"])
        for word in row["nominals"].split():
            cls = "CV" if word.startswith("!") else "DF" if word.endswith("ة") else "D"
            yield Entry(_form(word.lstrip("!"), cls), cls, lemma, _pos(cls), row["concepts"])


def nouns(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    """Entries of nouns, adjectives and names. forms holds plurals and other forms that no rule makes.

    "+" before a form begins a word of its own, of the same kind and meaning: rows of fruits, of countries.
    """
    for row in rows:
        lemma, *variants = row["lemma"].split("/")
        lemma = lemma.replace(SHADDA, "")
        for written in (row["lemma"].split("/")[0], *variants, *row["forms"].split()):
            word = written.lstrip("+")
            lemma = lemma if word == written else word
            cls = _nominal(word, row["pos"])
            yield Entry(_form(word, cls), cls, lemma, row["pos"], row["concepts"])
            if word.endswith("ى"):
                yield Entry(key(word)[:-1] + "ا", "N", lemma, row["pos"], row["concepts"])


def particles(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    """Entries of words that do not bend; prepositions and the like take pronouns after lemma, never after forms."""
    for row in rows:
        lemmas = row["lemma"].split("/")
        for n, form in enumerate(map(key, (*lemmas, *row["forms"].split()))):
            bends = n < len(lemmas) and row["pos"] in _INFLECTED
            cls = "T1" if len(form) == 1 else "TP" if bends else "T"
            yield Entry(form, cls, lemmas[0], row["pos"], row["concepts"])


def sorani(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    """Entries of Sorani words: each is its own lemma, and only Sorani endings follow it."""
    for row in rows:
        for word in (row["lemma"], *row["forms"].split()):
            yield Entry(key(word), "KU", word, row["pos"], row["concepts"])


def place_names(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    """Entries of places whose name is one Arabic word. A name with an article is a place only with it."""
    seen: set[str] = set()
    for row in rows:
        cells = [row.get(column) or "" for column in ("name_ar", "names", "variants")]
        for name in (part.strip() for cell in cells for part in cell.split("|")):
            form = key(name)
            if not _one_word(name) or form.isascii() or len(form) < _SHORTEST_PLACE or form in seen:
                continue
            seen.add(form)
            if form.startswith(_ARABIC_ARTICLE):
                yield Entry(form[len(_ARABIC_ARTICLE) :], "THEPLACE", name, "noun_prop")
            else:
                yield Entry(form, "PLACE", name, "noun_prop")


def _one_word(name: str) -> bool:
    return len(key(name).split()) == 1 and not any(c.isspace() or c in "-_:+" for c in name)


def _pos(cls: str) -> str:
    return "verb" if cls[:2] in {"PV", "IV", "CV"} else "noun"


def _nominal(word: str, pos: str) -> str:
    if word.endswith("ة"):
        return "NF"
    return "A" if pos == "adj" else "N"


def _form(word: str, cls: str) -> str:
    return key(word)[:-1] if cls in {"NF", "DF"} else key(word)


def affixes(rows: Iterable[Mapping[str, str]]) -> tuple[dict[str, dict[str, str]], list[Mapping[str, str]]]:
    """Every string that a class of prefixes or suffixes may be, with its tags; and the rows that join classes."""
    slots: dict[str, list[tuple[str, str]]] = defaultdict(list)
    chains: dict[str, dict[str, str]] = defaultdict(dict)
    joins: list[Mapping[str, str]] = []
    for row in rows:
        match row["kind"]:
            case "slot":
                slots[row["name"]].append((row["form"], f"{row['form']}/{row['tag']}"))
            case "chain":
                for form, tags in _chain(row["form"], slots):
                    chains[row["name"]].setdefault(form, tags)
            case _:
                joins.append(row)
    return dict(chains), joins


def _chain(pattern: str, slots: Mapping[str, list[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    names = [] if pattern == "-" else pattern.split()
    choices = [slots[n.rstrip("?")] + ([("", "")] if n.endswith("?") else []) for n in names]
    for picked in product(*choices):
        yield "".join(form for form, _ in picked), "+".join(tag for _, tag in picked if tag)


def almor(entries: Iterable[Entry], clitics: Iterable[Mapping[str, str]]) -> str:
    """The text of a database in the ALMOR format, in the only order of sections that CAMeL Tools reads."""
    chains, joins = affixes(clitics)
    before = sorted({name for row in joins for name in row["form"].split()})
    after = sorted({row["tag"] for row in joins})
    lines = ["###DEFINES###", "DEFINE pos " + " ".join(f"pos:{p}" for p in sorted((*POS, *_LEFTOVER)))]
    lines += [f"DEFINE {name} {name}:*open*" for name in _FEATURES]
    lines += ["###DEFAULTS###"]
    lines += [f"DEFAULT pos:{pos} diac:* lex:* concept:* place:no bw:*" for pos in sorted((*POS, *_LEFTOVER))]
    lines += ["###ORDER###", "ORDER " + " ".join(("pos", *_FEATURES))]
    lines += ["###TOKENIZATIONS###", "###STEMBACKOFF###", "###PREFIXES###"]
    lines += _affix_lines(before, chains)
    lines += ["###SUFFIXES###", *_affix_lines(after, chains), "###STEMS###"]
    lines += [_stem_line(entry) for entry in sorted(set(entries))]
    lines += ["###TABLE AB###", *(f"{pre} {row['name']}" for row in joins for pre in row["form"].split())]
    lines += ["###TABLE BC###", *(f"{row['name']} {row['tag']}" for row in joins)]
    lines += ["###TABLE AC###"]
    lines += sorted({f"{pre} {row['tag']}" for row in joins for pre in row["form"].split()})
    return "\n".join(lines) + "\n"


def _affix_lines(names: Iterable[str], chains: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name in names:
        for form, tags in sorted(chains[name].items()):
            yield f"{form}\t{name}\tdiac:{form}" + (f" bw:{tags}" if tags else "")


def _stem_line(entry: Entry) -> str:
    line = f"{entry.form}\t{entry.cls}\tdiac:{entry.form} lex:{entry.lemma} pos:{entry.pos}"
    if entry.cls in {"PLACE", "THEPLACE"}:
        line += " place:yes"
    return line + (f" concept:{entry.concepts}" if entry.concepts else "")


_READERS: Final = (("verbs", verbs), ("nouns", nouns), ("particles", particles), ("sorani", sorani))


def read(folder: Path, places: Path) -> list[Entry]:
    """All entries of the tables in a folder and of the place names.

    Raises OSError for an absent table, ValueError for an unlisted concept or part of speech, or a lemma of two words.
    """
    known = {row["concept"] for row in table(folder / "concepts.tsv")}
    entries: list[Entry] = []
    for kind, reader in _READERS:
        for path in sorted(folder.glob(f"{kind}*.tsv")):
            entries += reader(table(path))
    for entry in entries:
        wrong = [c for c in entry.concepts.split("+") if c and c not in known]
        if wrong or entry.pos not in POS or not entry.form or {" ", ":"} & set(entry.form + entry.lemma):
            raise ValueError(f"cannot use {entry}")
    with places.open(encoding="utf-8", newline="") as lines:
        return [*entries, *place_names(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))]


def build(folder: Path = TABLES, places: Path = DATA / "places.tsv") -> str:
    """The text of the database from the tables. Raises as `read` does."""
    return almor(read(folder, places), table(folder / "clitics.tsv"))


def main() -> int:
    """Writes the database; returns 0."""
    DATABASE.write_text(build(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
