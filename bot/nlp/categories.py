"""Scores a key with linear models that bot.nlp.train made: categories, and chances of harm. numpy only, no pickle."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import features
from bot.nlp.morphology import Morphology
from bot.nlp.words import Words
from bot.taxonomy import RULES
from bot.vocabulary import Category, Guess

HEADS: Final = ("emergency", "high", "sensitive")  # chances beside the categories, in the order of their columns
_NO_WORDS: Final = Words()
# Trials in docs/model.md: a head alone hears fewer emergencies at the same share of false alarms.
_HEAD_WEIGHT: Final = 2.0
_SHARPNESS: Final = 0.25
_LEAST_ODDS: Final = 1e-3
_SENSITIVE: Final = np.array([RULES[category].sensitive for category in Category])
_REASONS: Final = 4
_MOST_REMEMBERED: Final = 20_000  # words
_LEAST_SHARE: Final = 0.05  # a word that added less than this much of the best score did not decide


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model. index: feature to row. idf: (rows,). weights: (rows, columns), bias: (columns,).

    Columns: the categories, then HEADS, then one for each kind of emergency that had enough examples (a kidnapping
    now, a fire now …). temperature divides the scores of categories so that the confidence is a probability; slopes and
    offsets (3,) do so for what `signals` makes of the heads. All were fitted on authors whom the model had not read.
    known: stems that exist, for reading Arabizi. rows_of: the rows of a word's pieces, and of all that it gives alone.
    """

    categories: tuple[Category, ...]
    index: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]
    known: frozenset[str]
    morphology: Morphology
    rows_of: Callable[[str], tuple[NDArray[np.intp], NDArray[np.intp]]]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a model says of a key: every category with its probability, best first; and three chances from 0 to 1."""

    guesses: tuple[Guess, ...]
    emergency: float
    high: float
    sensitive: float


def _lines(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode("utf-8").split("\n"))


def load(model: Path, morphology: Morphology) -> Model:
    """Read categories.npz. Raises OSError, KeyError or ValueError when it is not so."""
    with np.load(model, allow_pickle=False) as stored:
        index = {name: row for row, name in enumerate(_lines(stored["vocabulary"]))}
        return Model(
            categories=tuple(Category(code) for code in _lines(stored["categories"])),
            index=MappingProxyType(index),
            idf=stored["idf"].astype(np.float32),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            temperature=float(stored["temperature"]),
            slopes=stored["slopes"].astype(np.float32),
            offsets=stored["offsets"].astype(np.float32),
            known=frozenset(_lines(stored["known"])),
            morphology=morphology,
            rows_of=reader(index, morphology),
        )


def reader(
    index: Mapping[str, int], morphology: Morphology
) -> Callable[[str], tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """What looks up the rows of a word and remembers them: messages are made of the same few thousand words."""

    def rows(names: Iterable[str]) -> NDArray[np.intp]:
        return np.array([row for name in names if (row := index.get(name)) is not None], dtype=np.intp)

    @lru_cache(maxsize=_MOST_REMEMBERED)
    def rows_of(word: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        of_pieces = rows(features.PIECE + piece for piece in features.pieces(word))
        return of_pieces, rows(features.of_word(morphology, word))

    return rows_of


def vector(model: Model, key: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The rows of a key's known features and their values: those of `weighed`, quicker."""
    words = features.words_of(key)
    rows, values = weighed(model, features.meanings(model.morphology, words), features.WEIGHTS[1:])
    if not words:
        return rows, values
    of_pieces, counts = np.unique(np.concatenate([model.rows_of(word)[0] for word in words]), return_counts=True)
    if not of_pieces.size:
        return rows, values
    scaled = ((1.0 + np.log(counts)) * model.idf[of_pieces]).astype(np.float32)
    scaled *= np.float32(features.WEIGHTS[0] / np.linalg.norm(scaled))
    return np.concatenate((of_pieces, rows)), np.concatenate((scaled, values))


def weighed(
    model: Model, channels: features.Channels, weights: Sequence[float] = features.WEIGHTS
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The rows of known features and their values: each channel tf-idf, of length 1 times its weight."""
    rows: list[NDArray[np.intp]] = []
    values: list[NDArray[np.float32]] = []
    for channel, weight in zip(channels, weights, strict=True):
        found = [(row, value) for name, value in channel.items() if (row := model.index.get(name)) is not None]
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


def signals(scores: NDArray[np.float32], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """What speaks for HEADS, (…, 3), not yet a chance: each head with its sharper witness beside it.

    scores: of all columns, shares: of the categories. An emergency is told by its own head and by the loudest kinds of
    emergency; a sensitive matter by its head and by the odds that its category is a sensitive one.
    """
    wide = shares.shape[-1]
    heads = scores[..., wide : wide + len(HEADS)].astype(np.float64)
    kinds = scores[..., wide + len(HEADS) :].astype(np.float64) / _SHARPNESS
    loudest = np.log(np.exp(kinds).sum(axis=-1)) if kinds.shape[-1] else np.zeros(heads.shape[:-1])
    private = shares[..., _SENSITIVE].sum(axis=-1).clip(_LEAST_ODDS, 1.0 - _LEAST_ODDS)
    beside = np.stack((loudest, np.zeros_like(loudest), np.log(private / (1.0 - private))), axis=-1)
    told: NDArray[np.float64] = _HEAD_WEIGHT * heads + beside
    return told


def chances(
    told: NDArray[np.float64], slopes: NDArray[np.float32], offsets: NDArray[np.float32]
) -> NDArray[np.float64]:
    """The probabilities of HEADS, over the last axis."""
    raised: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(told * slopes + offsets)))
    return raised


def score(model: Model, key: str, words: Words = _NO_WORDS) -> Scored:
    """What the model and a deployment's own terms say of a key; of one with no known feature, the bias alone."""
    rows, values = vector(model, key)
    raw = values @ model.weights[rows] + model.bias
    wide = len(model.categories)
    of_category = raw[:wide].copy()
    for term in words.terms_in(key):
        of_category[model.categories.index(term.category)] += term.weight * model.temperature
    shares = probabilities(of_category, model.temperature)
    emergency, high, sensitive = chances(signals(raw, shares), model.slopes, model.offsets)
    ranked = tuple(Guess(model.categories[at], float(shares[at])) for at in np.argsort(-shares, kind="stable"))
    return Scored(ranked, float(emergency), float(high), float(sensitive))


def why(model: Model, key: str, category: Category) -> tuple[str, ...]:
    """The words of the key that spoke loudest for the category, loudest first; () when none did."""
    words = tuple(dict.fromkeys(word for word in features.words_of(key) if len(word) > 1))
    found = [model.rows_of(word)[1] for word in words]
    if not any(rows.size for rows in found):
        return ()
    rows = np.concatenate(found)
    owners = np.repeat(np.arange(len(words)), [rows.size for rows in found])
    spoken = model.weights[rows, model.categories.index(category)] * model.idf[rows]
    loudness = np.bincount(owners, weights=spoken, minlength=len(words))
    floor = _LEAST_SHARE * float(loudness.clip(min=0.0).sum())
    ranked = np.argsort(-loudness, kind="stable")[:_REASONS]
    return tuple(words[at] for at in ranked if loudness[at] > max(floor, 0.0))
