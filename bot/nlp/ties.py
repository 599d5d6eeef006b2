"""How much a text that speaks of police or soldiers sounds of somebody who is of them, or close to one who is.

"He says his uncle is at the station" and "he says he will go to the station" have the same words; what stands where
tells them apart. A linear model over what bot.nlp.categories sees of a text, and over what stands around each word of
rank or body, was taught which texts tie a party of theirs to them: tools/ties.py made the weights, docs/model.md says
from what and how well. It is a second opinion beside the rules of bot.nlp.insiders: where they found nobody it may
doubt, and where they found somebody it may see a mere mention.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import categories, features, insiders, wordlists
from bot.nlp.categories import Model
from bot.nlp.morphology import Morphology, readings
from bot.nlp.normalise import key as folded
from bot.nlp.normalise import letters

# Chosen on authors that the weights were not made from (docs/model.md).
FROM: Final = -0.45
SURELY_FROM: Final = -0.1  # an emergency waits for nobody
MERE_FROM: Final = 1.0  # of what rules take for a mere mention
NOBODYS_BELOW: Final = -0.5  # here a text ties nobody to them, though a rule found somebody
HARMLESS_BELOW: Final = -0.8  # and here nothing that they do is in doubt either
NONE: Final = float("-inf")

PLACED: Final = "~"  # begins the name of a feature of what stands around a mention
OF_TEXT: Final = 0.7  # how much what the categories see weighs beside it: trials
_LISTS: Final = ("armed", "sign")
_SPELT: Final = "spelt"
_LEAST_LETTERS: Final = 4  # of a word that may be misspelt
_HIS: Final = re.compile(letters(r"\w{2,}(?:ه|ها|هم|هن|نو|هة|تو|ابو|اخو)|(?:his|her|their)"))
_MINE: Final = re.compile(letters(r"\w{2,}(?:ي|نا|ية|يه)|(?:my|our)"))
_GUN: Final = re.compile(
    letters(
        r"[وفبل]?(?:ال|لل|هال|بال)?(?:سلاح\w*|اسلحة|مسدس\w*|طبنج\w*|كلاشن\w*|رشاش\w*|چەک(?:ی|ە|ەکە\w*)?)"
        r"|guns?|pistols?|weapons?|rifles?|sila[7h]|musad+as"
    )
)
_OWN: Final = re.compile(
    letters(
        r"(?<!\w)(?:[وفبل]?(?:زوجي|رجلي|جوزي|طليقي|خطيبي|ابوي|ابويه|ابوية|بوي|والدي|اخوي|اخويه|اخوية|خوي|عمي|خالي|حماي|ابني|ولدي)"
        r"|مێردەکەم|هاوسەرەکەم|باوکم|براکەم|مامم|my (?:husband|ex|father|dad|brother|uncle|son|fianc\w*))(?!\w)"
    )
)
_MOST_REMEMBERED: Final = 20_000  # words
_ANCHORS: Final = frozenset({"rank", "soldier", "title", "body", "post"})
_FARTHEST: Final = 5  # words to each side of a mention
_CLOSE: Final = 2
_GLUE: Final = re.compile(r"[وف]?(بال|عال|هال|كال|لل|ال|ب|ل|ع)?")


@dataclass(frozen=True, slots=True)
class Ties:
    """of_text: (rows of the model,). placed: weights of what stands around a mention. bias: added to every sum."""

    of_text: NDArray[np.float32]
    placed: Mapping[str, float]
    bias: float


@cache
def lists() -> Mapping[str, re.Pattern[str]]:
    """The lists of ties.tsv, which says what each is for. Raises OSError or ValueError if the table is not so."""
    listed = wordlists.read(wordlists.FOLDER / "ties.tsv", frozenset((*_LISTS, _SPELT)))
    glued = "[وف]?(?:بال|عال|هال|كال|لل|ال|ب|ل|ع)?"
    return MappingProxyType({name: re.compile(rf"{glued}(?:{letters(listed[name])})") for name in _LISTS})


@cache
def _misspelt() -> Mapping[str, str]:
    """The words of the list "spelt", by themselves and by what is left of each without one letter."""
    listed = wordlists.read(wordlists.FOLDER / "ties.tsv", frozenset((*_LISTS, _SPELT)))[_SPELT]
    words = [folded(word) for word in listed.split("|")]
    return MappingProxyType({part: word for word in reversed(words) for part in (word, *_without_one(word))})


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _meant(word: str) -> str:
    """The word of such people that differs from this one by a letter; itself if there is none."""
    glued = _GLUE.match(word)
    start = glued.end() if glued else 0
    for begun in dict.fromkeys((start, 0)):
        bare = word[begun:]
        if len(bare) < _LEAST_LETTERS:
            continue
        parts = _misspelt()
        found = next((parts[part] for part in (bare, *_without_one(bare)) if part in parts), "")
        if found and abs(len(found) - len(bare)) <= 1:
            return word[:begun] + found
    return word


def _spelt(morphology: Morphology, key: str) -> str:
    """The key with words that do not exist, and are one letter from such a word, as it is spelt."""
    words = key.split()
    return " ".join(
        _meant(word) if len(word) >= _LEAST_LETTERS and not readings(morphology, word) else word for word in words
    )


@lru_cache(maxsize=_MOST_REMEMBERED)
def _listed(word: str) -> str:
    """The list that holds a word, or ""."""
    return next((name for name, pattern in lists().items() if pattern.fullmatch(word)), "")


def load(path: Path, model: Model) -> Ties:
    """Read ties.npz for the rows of a model: features that the model does not know are left out.

    Raises OSError, KeyError or ValueError when it is not so.
    """
    lists()
    with np.load(path, allow_pickle=False) as stored:
        names = stored["vocabulary"].tobytes().decode("utf-8").split("\n")
        told = dict(zip(names, stored["weights"].astype(np.float32).tolist(), strict=True))
        of_text = np.zeros(len(model.index), dtype=np.float32)
        for name, weight in told.items():
            row = model.index.get(name)
            if row is not None:
                of_text[row] = weight
        placed = {name: weight for name, weight in told.items() if name.startswith(PLACED)}
        return Ties(of_text, MappingProxyType(placed), float(stored["bias"]))


def hear(ties: Ties, model: Model, read: str, told: str) -> float:
    """How much a text sounds of a party of theirs, from about -2 to 2; NONE of one that speaks of no such people.

    read: its key as rules read it. told: as the model reads it, without places.
    """
    seen = around(model.morphology, read)
    if not seen:
        return NONE
    rows, values = categories.vector(model, told)
    placed = sum(value * ties.placed.get(name, 0.0) for name, value in seen.items())
    return OF_TEXT * float(values @ ties.of_text[rows]) + placed + ties.bias


def speaks(key: str) -> bool:
    """Whether a key speaks of such people at all."""
    return bool(_mentions(*insiders.sorts(key)))


def names(key: str) -> bool:
    """Whether a key speaks of them by more than a thing that others have too."""
    words, kinds = insiders.sorts(key)
    return any(kinds[at] & _ANCHORS or _listed(words[at]) != "sign" for at in _mentions(words, kinds))


def arms_her_own(key: str) -> bool:
    """Whether all that a key tells of such people is a gun, and those of whoever tells it are spoken of, as who has it.

    Many a husband has one: where he beats her nothing may take from her those who are near.
    """
    words, kinds = insiders.sorts(key)
    found = _mentions(words, kinds)
    guns = bool(found) and all(_GUN.fullmatch(words[at]) for at in found)
    return guns and _OWN.search(key) is not None


def counts(heard: float, *, emergency: bool, mere: bool) -> bool:
    """Whether a text that sounds so much of a tie is kept from the offices of its place, though no rule found one.

    mere: rules take it for one that only mentions them (bot.nlp.mentioned).
    """
    return heard >= (MERE_FROM if mere else SURELY_FROM if emergency else FROM)


def is_nobodys(heard: float) -> bool:
    """Whether a text that sounds so speaks of such people, but of none who is close to a party."""
    return NONE < heard < NOBODYS_BELOW


def is_harmless(heard: float) -> bool:
    """Whether a text that sounds so speaks of such people and complains of none."""
    return NONE < heard < HARMLESS_BELOW


def around(morphology: Morphology, key: str) -> Mapping[str, float]:
    """The features of what stands around the words of rank, body and armed people of a key, together of length 1."""
    words, kinds = insiders.sorts(_spelt(morphology, key))
    words, kinds = words[: features.MOST_WORDS], kinds[: features.MOST_WORDS]
    at = _mentions(words, kinds)
    if not at:
        return {}
    lemmas = [features.lemma_of(morphology, word) for word in words]
    found = Counter(name for each in at for name in _beside(words, lemmas, kinds, each))
    damped = {PLACED + name: 1.0 + math.log(count) for name, count in found.items()}
    length = math.sqrt(sum(value * value for value in damped.values()))
    return {name: value / length for name, value in damped.items()}


def _mentions(words: Sequence[str], kinds: Sequence[frozenset[str]]) -> Sequence[int]:
    return [at for at, of in enumerate(kinds) if of & _ANCHORS or _listed(words[at])]


def _beside(words: Sequence[str], lemmas: Sequence[str], kinds: Sequence[frozenset[str]], at: int) -> Iterator[str]:
    glued = _GLUE.match(words[at])
    sort = f"{glued[1] or '' if glued else ''}{'+'.join(sorted(kinds[at] & _ANCHORS)) or _listed(words[at])}"
    yield from (f"a:{sort}", f"m:{lemmas[at]}")
    for distance in range(1, _FARTHEST + 1):
        for side, other in (("-", at - distance), ("+", at + distance)):
            if 0 <= other < len(words):
                yield from _of_word(words[other], lemmas[other], kinds[other], side, distance, sort)
                if distance == _CLOSE:
                    between = kinds[(at + other) // 2] or "_"
                    yield from (f"q{side}:{a} {b} {sort}" for a in kinds[other] or "_" for b in between)
            elif distance <= _CLOSE:
                yield f"e{side}{distance}:{sort}"


def _of_word(word: str, lemma: str, kinds: frozenset[str], side: str, distance: int, sort: str) -> Iterator[str]:
    """What a word that stands so far to this side of a mention of this sort tells."""
    zone = "near" if distance <= _CLOSE else "far"
    if "kin" in kinds:
        whose = "his" if _HIS.fullmatch(word) else "mine" if _MINE.fullmatch(word) else "no"
        yield from (f"h{side}{zone}:{whose} {sort}", f"h{side}{distance}:{whose}")
    for kind in kinds:
        yield from (f"k{side}{distance}:{kind}", f"z{side}{zone}:{kind} {sort}")
    yield f"l{side}{zone}:{lemma}"
    if distance <= _CLOSE:
        yield f"w{side}{distance}:{word}"
        yield f"s{side}{distance}:{word[-2:]} {sort}"
        yield f"p{side}{distance}:{word[:2]} {sort}"
    if distance == 1:
        yield f"n{side}:{lemma} {sort}"
