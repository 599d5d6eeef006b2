"""Scores a key against the 24 categories with a linear model that bot.nlp.train made. numpy only, no pickle."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import features
from bot.nlp.features import Lexicon
from bot.nlp.stems import stems
from bot.vocabulary import Category, Guess

_REASONS: Final = 4
_LEAST_SHARE: Final = 0.05  # a word that added less than this much of the best score did not decide


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model. index: feature to row. idf: (rows,). weights: (rows, categories). bias: (categories,).

    temperature divides the scores so that the confidence is a probability (fitted on folds the model had not seen).
    known: stems that exist, for reading Arabizi.
    """

    categories: tuple[Category, ...]
    index: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    known: frozenset[str]
    lexicon: Lexicon


def _lines(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode("utf-8").split("\n"))


def load(model: Path, lexicon: Path) -> Model:
    """Read categories.npz and lexicon.tsv. Raises OSError, KeyError or ValueError when they are not so."""
    with np.load(model, allow_pickle=False) as stored:
        return Model(
            categories=tuple(Category(code) for code in _lines(stored["categories"])),
            index=MappingProxyType({name: row for row, name in enumerate(_lines(stored["vocabulary"]))}),
            idf=stored["idf"].astype(np.float32),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            temperature=float(stored["temperature"]),
            known=frozenset(_lines(stored["known"])),
            lexicon=features.load_lexicon(lexicon),
        )


def vector(model: Model, key: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The rows of a key's known features and their values: each channel tf-idf, of length 1 times its weight."""
    rows: list[NDArray[np.intp]] = []
    values: list[NDArray[np.float32]] = []
    weighted = (1.0, features.STEM_WEIGHT, features.CONCEPT_WEIGHT)
    for channel, weight in zip(features.counted(model.lexicon, key), weighted, strict=True):
        found = [(model.index[name], value) for name, value in channel.items() if name in model.index]
        if not found:
            continue
        at = np.array([row for row, _ in found], dtype=np.intp)
        scaled = np.array([value for _, value in found], dtype=np.float32) * model.idf[at]
        rows.append(at)
        values.append(scaled * np.float32(weight / np.linalg.norm(scaled)))
    if not rows:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
    return np.concatenate(rows), np.concatenate(values)


def probabilities(scores: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Softmax of the scores over the last axis at a temperature."""
    warmed = scores.astype(np.float64) / temperature
    raised = np.exp(warmed - warmed.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def guesses(model: Model, key: str) -> tuple[Guess, ...]:
    """Every category with its probability, best first. A key with no known feature is judged by the bias alone."""
    rows, values = vector(model, key)
    shares = probabilities(values @ model.weights[rows] + model.bias, model.temperature)
    return tuple(Guess(model.categories[at], float(shares[at])) for at in np.argsort(-shares, kind="stable"))


def why(model: Model, key: str, category: Category) -> tuple[str, ...]:
    """The words of the key that spoke loudest for the category, loudest first; () when none did."""
    words = tuple(dict.fromkeys(word for word in key.split() if len(word) > 1))
    found = [(model.index[name], at) for at, word in enumerate(words) for name in _names(word) if name in model.index]
    if not found:
        return ()
    rows, owners = np.array(found, dtype=np.intp).T
    spoken = model.weights[rows, model.categories.index(category)] * model.idf[rows]
    loudness = np.bincount(owners, weights=spoken, minlength=len(words))
    floor = _LEAST_SHARE * float(loudness.clip(min=0.0).sum())
    ranked = np.argsort(-loudness, kind="stable")[:_REASONS]
    return tuple(words[at] for at in ranked if loudness[at] > max(floor, 0.0))


@lru_cache(maxsize=20_000)
def _names(word: str) -> tuple[str, ...]:
    of_stem = (features.STEM + stem for stem in stems((word,)))
    return (*of_stem, *(features.PIECE + piece for piece in features.pieces((word,))))
