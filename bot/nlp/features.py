"""What a classifier sees of a key: pieces of words, stems and concepts. Training and scoring share it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.nlp.normalise import key as fold
from bot.nlp.normalise import tokens
from bot.nlp.stems import stem, stems

# Character n-grams within words (with a space at each end), after the trials in docs/understanding.md.
_SHORTEST: Final = 2
_LONGEST: Final = 4
# Concepts above this weight repeat what the lexicon's author thought of; below it they still help unseen wording.
CONCEPT_WEIGHT: Final = 0.4
STEM_WEIGHT: Final = 0.6
PIECE: Final = "p:"
STEM: Final = "s:"
CONCEPT: Final = "c:"
_LONGEST_TERM: Final = 5  # words


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms of the dialect by their folded stems, each with the concepts it speaks for and how strongly (0.3 to 4)."""

    terms: Mapping[tuple[str, ...], tuple[tuple[str, float], ...]]


def load_lexicon(path: Path) -> Lexicon:
    """Read lexicon.tsv (term, category, weight). Raises OSError or ValueError when it is not there or not so."""
    terms: dict[tuple[str, ...], dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        term, category, weight = line.split("\t")
        concepts = terms.setdefault(tuple(stem(word) for word in tokens(fold(term))), {})
        concepts[category] = max(concepts.get(category, 0.0), float(weight))
    return Lexicon(MappingProxyType({term: tuple(concepts.items()) for term, concepts in terms.items() if term}))


def pieces(words: Sequence[str]) -> Iterator[str]:
    """Character n-grams of each word of a key."""
    for word in words:
        padded = f" {word} "
        size = len(padded)
        for n in range(_SHORTEST, min(_LONGEST, size) + 1):
            for at in range(size - n + 1):
                yield padded[at : at + n]


def concepts(lexicon: Lexicon, stemmed: Sequence[str]) -> dict[str, float]:
    """How strongly the words speak for each concept, damped: a second term adds less than the first."""
    found: Counter[str] = Counter()
    for start in range(len(stemmed)):
        for size in range(1, min(_LONGEST_TERM, len(stemmed) - start) + 1):
            for concept, weight in lexicon.terms.get(tuple(stemmed[start : start + size]), ()):
                found[concept] += weight  # type: ignore[assignment]
    return {concept: math.log1p(weight) for concept, weight in found.items()}


def counted(lexicon: Lexicon, key: str) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """The three channels of a key (pieces, stems, concepts): feature name to its dampened count, not yet weighted."""
    words = tokens(key)
    stemmed = stems(words)
    of_pieces = {PIECE + name: 1.0 + math.log(n) for name, n in Counter(pieces(words)).items()}
    of_stems = {STEM + name: 1.0 + math.log(n) for name, n in Counter(stemmed).items()}
    of_concepts = {CONCEPT + name: value for name, value in concepts(lexicon, stemmed).items()}
    return of_pieces, of_stems, of_concepts
