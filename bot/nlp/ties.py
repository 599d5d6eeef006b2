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
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import categories, features, insiders, wordlists
from bot.nlp.categories import Model
from bot.nlp.morphology import Morphology
from bot.nlp.normalise import letters

# Chosen on authors that the weights were not made from (docs/model.md).
FROM: Final = 0.0
SURELY_FROM: Final = 0.3  # an emergency waits for nobody
MERE_FROM: Final = 1.0  # of what rules take for a mere mention
NOBODYS_BELOW: Final = -0.35  # here a text ties nobody to them, though a rule found somebody
HARMLESS_BELOW: Final = -0.7  # and here nothing that they do is in doubt either
NONE: Final = float("-inf")

PLACED: Final = "~"  # begins the name of a feature of what stands around a mention
OF_TEXT: Final = 0.7  # how much what the categories see weighs beside it: trials
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
def armed() -> re.Pattern[str]:
    """Words of armed people that no list of insiders holds. Raises OSError or ValueError if the table is not so."""
    listed = wordlists.read(wordlists.FOLDER / "ties.tsv", frozenset({"armed"}))["armed"]
    return re.compile(rf"[وف]?(?:بال|عال|هال|كال|لل|ال|ب|ل|ع)?(?:{letters(listed)})")


def load(path: Path, model: Model) -> Ties:
    """Read ties.npz for the rows of a model: features that the model does not know are left out.

    Raises OSError, KeyError or ValueError when it is not so.
    """
    armed()
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
    words, kinds = insiders.sorts(key)
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
    return [at for at, of in enumerate(kinds) if of & _ANCHORS or armed().fullmatch(words[at])]


def _beside(words: Sequence[str], lemmas: Sequence[str], kinds: Sequence[frozenset[str]], at: int) -> Iterator[str]:
    glued = _GLUE.match(words[at])
    sort = f"{glued[1] or '' if glued else ''}{'+'.join(sorted(kinds[at] & _ANCHORS)) or 'armed'}"
    yield from (f"a:{sort}", f"m:{lemmas[at]}")
    for distance in range(1, _FARTHEST + 1):
        zone = "near" if distance <= _CLOSE else "far"
        for side, other in (("-", at - distance), ("+", at + distance)):
            if not 0 <= other < len(words):
                if distance <= _CLOSE:
                    yield f"e{side}{distance}:{sort}"
                continue
            for kind in kinds[other]:
                yield f"k{side}{distance}:{kind}"
                yield f"z{side}{zone}:{kind} {sort}"
            yield f"l{side}{zone}:{lemmas[other]}"
            if distance <= _CLOSE:
                yield f"w{side}{distance}:{words[other]}"
                yield f"s{side}{distance}:{words[other][-2:]} {sort}"
                yield f"p{side}{distance}:{words[other][:2]} {sort}"
            if distance == 1:
                yield f"n{side}:{lemmas[other]} {sort}"
