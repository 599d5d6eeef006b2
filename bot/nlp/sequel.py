"""How a text sounds when something was told before it: as another matter, or as a wait to hear from us.

Only the text is heard here. What was told before, and how the two compare, is weighed in bot.decide.reasons. A text
that takes up another begins otherwise than a story ("he also", "the second time", a number plate), and that shows in
its words and in where they stand. tools/sequels.py made the weights; docs/model.md says from what and how well. What
it says as a whole is read beside that (bot.nlp.gist); the weights of both were made to be added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import features, gist
from bot.nlp.gist import Reader
from bot.nlp.morphology import Morphology
from bot.vocabulary import Sequel

# How much lemmas, pairs of them, meanings and pairs of those weigh beside the places of words.
_WEIGHTS: Final = (1.0, 0.7, 0.4, 0.2)
_FIRST: Final = 4  # words at the beginning whose place counts
_LEMMAS: Final = 3
_LAST: Final = 2


@dataclass(frozen=True, slots=True)
class Ear:
    """index: feature to row. weights: (rows, 2), for another matter and for waiting; bias: (2,), in log odds."""

    index: Mapping[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    morphology: Morphology


def load(path: Path, morphology: Morphology) -> Ear:
    """Read sequel.npz. Raises OSError, KeyError or ValueError when it is not so."""
    with np.load(path, allow_pickle=False) as stored:
        names = stored["vocabulary"].tobytes().decode("utf-8").split("\n")
        return Ear(
            index=MappingProxyType({name: row for row, name in enumerate(names)}),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            morphology=morphology,
        )


def hear(ear: Ear, reader: Reader | None, key: str, text: str) -> Sequel:
    """How a text sounds, which has this key; of one without words nothing is said either way.

    reader: reads it as a whole, too; None where nobody will ask what it belongs to, for that takes ten times as long.
    """
    if not key:
        return Sequel()
    looked_at = seen(ear.morphology, key).items()
    found = [(row, value) for name, value in looked_at if (row := ear.index.get(name)) is not None]
    rows = np.array([row for row, _ in found], dtype=np.intp)
    values = np.array([value for _, value in found], dtype=np.float32)
    apart, waits = (values @ ear.weights[rows] + ear.bias).tolist() if found else (0.0, 0.0)
    if reader is None:
        return Sequel(apart=apart, waits=waits)
    read = gist.read(reader, text)
    return Sequel(apart=apart + read.apart, waits=waits + read.waits, gist=read.gist, leans=read.leans)


def seen(morphology: Morphology, key: str) -> Mapping[str, float]:
    """What is looked at in a key, feature to value: each kind of feature of length 1, times its weight."""
    words = features.words_of(key)
    channels = features.meanings(morphology, words)
    told: dict[str, float] = {}
    for channel, weight in zip(channels, _WEIGHTS, strict=True):
        length = sqrt(sum(each * each for each in channel.values()))
        told |= {name: value * weight / length for name, value in channel.items()}
    standing = tuple(dict.fromkeys(_standing(morphology, words)))  # in an order that no hash seed changes
    return told | dict.fromkeys(standing, 1 / sqrt(len(standing) or 1))


def _standing(morphology: Morphology, words: Sequence[str]) -> Iterator[str]:
    """Where words stand: how a text begins and ends."""
    for at, word in enumerate(words[:_FIRST]):
        yield f"w{min(at, _LAST)}:{word}"
    for at, word in enumerate(words[:_LEMMAS]):
        yield f"f{at}:{features.lemma_of(morphology, word)}"
    for word in words[-_LAST:]:
        yield f"e:{word}"
    if words:
        first = words[0]
        yield from (f"a:{first[:2]}", f"z:{first[-2:]}", f"z:{first[-1:]}")
    if len(words) > 1:
        yield f"t:{words[0]}_{words[1]}"
