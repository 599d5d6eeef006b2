"""What a word of a key may be: lemma, meaning and glued parts, by CAMeL Tools' Analyzer over our Iraqi database."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from bot.nlp import camel
from bot.nlp.normalise import key

MOST_REMEMBERED: Final = 20_000  # words; about all that a month of messages uses
LONGEST: Final = 32  # letters; no word with all its clitics has more

_NO_WORD: Final = frozenset({"digit", "punc", "latin", "foreign"})
_NEGATION: Final = "NEG"
_PROCLITIC: Final = frozenset(
    {"CONJ", "NEG", "PROG", "FUT", "HORT", "SUB", "INTERROG", "REL", "PREP", "DET", "DEM", "VOC", "ALSO", "QUANT"}
    | {"INDEF", "IMP"}
)
_CLOSED: Final = frozenset({"T1", "T", "TP"})  # classes of words that do not bend
# Letters of a stem that say little: the last of a weak verb is half an ending, what a rule derives may not exist, and
# "تعرف" is rather "she knows" than "he got to know", or an order to; Sorani comes after Arabic.
_UNCERTAIN: Final = dict.fromkeys(("PVL", "PVO", "IVO", "D", "DN", "DF", "DW"), 1) | dict.fromkeys(
    ("PVT", "CV", "CVO", "CVW", "KU"), 2
)
# What is seldom glued to such a stem: "مزور" is rather "forged" than "he did not forge".
_SELDOM: Final = dict.fromkeys(("N", "NF", "A"), ("/INTERROG", "/NEG", "/QUANT", "/ALSO")) | dict.fromkeys(
    ("PV", "PVT", "PV3", "PV12", "PVW", "PVL", "PVO"), ("م/NEG",)
)
_CONSTRUCT: Final = "ت/FEM"  # a noun before its owner, written alone: rarer than a verb's "she did"
# Nouns that somebody wrote into the tables, verbs, small words with something glued to them, names and places; last
# what is only derived from a verb, and commands.
_ORDER: Final = (
    dict.fromkeys(("N", "NF", "A"), 0)
    | dict.fromkeys(("PV", "PVT", "PV3", "PV12", "PVW", "PVL", "PVO", "IV", "IVO", "IVW"), 1)
    | dict.fromkeys(_CLOSED, 2)
    | {"KU": 5}
)
_AMONG_NAMES: Final = 3
_LAST: Final = 4
# What people write by ear, tried only where a word is unknown: Mosul's ر, and ذ and ظ for one another.
_BY_EAR: Final = (("غ", "ر"), ("ذ", "ظ"), ("ظ", "ذ"), ("ظ", "د"), ("اا", "ا"), ("يي", "ي"), ("وو", "و"), ("ث", "ت"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a word.

    lemma: its dictionary form in ordinary spelling. concepts: of data/morphology/concepts.tsv, perhaps none. place: it
    is the name of a place. pos: part of speech as CAMeL names it. proclitics: what is glued before it, in order and
    folded. negated: it says "not" itself ("ماكو") or by a glued ما.
    """

    lemma: str
    concepts: tuple[str, ...]
    place: bool
    pos: str
    proclitics: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Morphology:
    """A loaded database. Reading it from several threads is safe."""

    read: Callable[[str], tuple[Reading, ...]]


@cache
def load(path: Path) -> Morphology:
    """Load a database in the ALMOR format, once a process; nothing is fetched or written.

    Raises OSError when it is absent, and camel_tools' DatabaseParseError when it is broken.
    """
    camel.prepare()
    # Not above: camel_tools.data would look for its catalogue on the network before it is prepared.
    from camel_tools.morphology.analyzer import Analyzer  # noqa: PLC0415
    from camel_tools.morphology.database import MorphologyDB  # noqa: PLC0415

    # Our own memory keeps small immutable readings; the Analyzer's would keep its dictionaries beside them.
    analyzer = Analyzer(MorphologyDB(str(path), "a"), strict_digit=True, cache_size=0)

    @lru_cache(maxsize=MOST_REMEMBERED)
    def read(word: str) -> tuple[Reading, ...]:
        if not word or word.isascii() or len(word) > LONGEST:
            return ()
        return _sorted(analyzer.analyze(word)) or _by_ear(analyzer.analyze, word)

    return Morphology(read)


def readings(m: Morphology, word: str) -> tuple[Reading, ...]:
    """All readings of one word of a key, the most plausible first; none for an unknown word. Total on any str.

    Plausible: more of the word is its stem, then a verb or noun before a particle, then one with a concept.
    """
    return m.read(word)


def lemma(m: Morphology, word: str) -> str | None:
    """The dictionary form of the most plausible reading."""
    found = m.read(word)
    return found[0].lemma if found else None


def _by_ear(analyze: Callable[[str], list[dict[str, Any]]], word: str) -> tuple[Reading, ...]:
    for written, meant in _BY_EAR:
        if written in word:
            found = _sorted(analyze(word.replace(written, meant)))
            if found:
                return found
    return ()


def _sorted(analyses: list[dict[str, Any]]) -> tuple[Reading, ...]:
    ranked = [(_plausibility(a), _reading(a)) for a in analyses if a["pos"] not in _NO_WORD]
    ranked.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(reading for _, reading in ranked))


def _plausibility(analysis: dict[str, Any]) -> tuple[bool, bool, int, int, int, bool, bool, str]:
    """Smaller is better; the lemma last, so that the order never hangs on chance."""
    stem, cls, form = analysis["stem"], analysis["stemcat"], analysis["diac"]
    small = cls in _CLOSED
    whole = small and form in {stem, "و" + stem}
    name = analysis["pos"] == "noun_prop"
    doubt = 1 if (small and not whole) or (name and cls == "N") else _UNCERTAIN.get(cls, 0)
    doubt += 2 * (cls in _SELDOM and any(tag in analysis["bw"] for tag in _SELDOM[cls]))
    return (
        not whole,
        analysis["bw"].endswith(_CONSTRUCT),
        doubt - len(stem),
        _AMONG_NAMES if name else _ORDER.get(cls, _LAST),
        -len(stem),
        cls[0] == "I" or not form.endswith(_folded(analysis["lex"])),
        "concept" not in analysis,
        analysis["lex"],
    )


@lru_cache(maxsize=MOST_REMEMBERED)
def _folded(lemma: str) -> str:
    return key(lemma)


def _reading(analysis: dict[str, Any]) -> Reading:
    glued = [part.split("/") for part in analysis["bw"].split("+") if part]
    proclitics = tuple(form for form, tag in glued if tag in _PROCLITIC)
    return Reading(
        lemma=analysis["lex"],
        concepts=tuple(analysis["concept"].split("+")) if "concept" in analysis else (),
        place=analysis.get("place") == "yes",
        pos=analysis["pos"],
        proclitics=proclitics,
        negated=analysis["pos"] == "neg" or any(tag == _NEGATION for _, tag in glued),
    )
