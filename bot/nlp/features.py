"""What a classifier sees of a key: pieces of words, lemmas, meanings and pairs of both, in training as in scoring."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final

from bot.nlp.morphology import Morphology, readings
from bot.nlp.normalise import tokens
from bot.nlp.stems import stem

# Character n-grams within words (with a space at each end), after the trials in docs/model.md.
_SHORTEST: Final = 2
_LONGEST: Final = 5
_LONGEST_WORD: Final = 64  # letters
PIECE: Final = "p:"
LEMMA: Final = "l:"
PAIR: Final = "b:"
CONCEPT: Final = "c:"
MEETING: Final = "m:"  # two concepts in one message, whatever their order
# How much each channel weighs beside the pieces: trials by author in docs/model.md.
WEIGHTS: Final = (1.0, 1.0, 0.5, 0.4, 0.4)
MOST_WORDS: Final = 400  # of a message; pairs of concepts grow with the square of their number, which is bounded

Channels = tuple[dict[str, float], ...]


def counted(morphology: Morphology, key: str) -> Channels:
    """The five channels of a key, in the order of WEIGHTS: feature name to its dampened count, not yet weighted."""
    words = words_of(key)
    return (_damped(PIECE + piece for word in words for piece in pieces(word)), *meanings(morphology, words))


def words_of(key: str) -> tuple[str, ...]:
    """The words of a key that are looked at."""
    return tokens(key)[:MOST_WORDS]


def meanings(morphology: Morphology, words: Sequence[str]) -> Channels:
    """The channels of words after the pieces: lemmas, pairs of lemmas, concepts, pairs of concepts."""
    lemmas = [lemma_of(morphology, word) for word in words]
    concepts = [concept for word in words for concept in concepts_of(morphology, word)]
    return (
        _damped(LEMMA + lemma for lemma in lemmas),
        _damped(f"{PAIR}{left}_{right}" for left, right in pairwise(lemmas)),
        _damped(CONCEPT + concept for concept in concepts),
        _damped(f"{MEETING}{one}_{other}" for one, other in combinations(sorted(set(concepts)), 2)),
    )


@lru_cache(maxsize=20_000)
def pieces(word: str) -> tuple[str, ...]:
    """Character n-grams of a word of a key, with a space at each of its ends."""
    padded = f" {word[:_LONGEST_WORD]} "
    size = len(padded)
    return tuple(padded[at : at + n] for n in range(_SHORTEST, min(_LONGEST, size) + 1) for at in range(size - n + 1))


def lemma_of(morphology: Morphology, word: str) -> str:
    """The lemma of a word of a key; its light stem where the word is unknown."""
    found = readings(morphology, word)
    return found[0].lemma if found else stem(word)


def concepts_of(morphology: Morphology, word: str) -> tuple[str, ...]:
    """What a word of a key may mean, by its likeliest reading."""
    found = readings(morphology, word)
    return found[0].concepts if found else ()


def of_word(morphology: Morphology, word: str) -> tuple[str, ...]:
    """The features that a single word gives by itself: for telling which words decided."""
    return (
        *(PIECE + piece for piece in pieces(word)),
        LEMMA + lemma_of(morphology, word),
        *(CONCEPT + concept for concept in concepts_of(morphology, word)),
    )


def _damped(names: Iterable[str]) -> dict[str, float]:
    return {name: 1.0 + math.log(n) for name, n in Counter(names).items()}
