"""Reads a whole text at once, each word by all others, and gives what it is about as one row of numbers.

Twelve layers of attention after multilingual-e5-small (MIT licence, see NOTICE), taught further with our messages and
dialogues by tools/encoder; what for is said in bot.nlp.sequel. The weights are whole numbers of a byte with a scale
for each row. numpy only: at some thirty pieces a text this takes some hundredths of a second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import pieces

MOST: Final = 70  # pieces of a text that are read; what it is about stands before that
_HEADS: Final = 12
_EPSILON: Final = 1e-12  # as the encoder was trained
_LARGEST: Final = 127

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A matrix (rows, columns) of bytes, and by how much each row is multiplied."""

    bytes: Bytes
    scale: Floats

    def rows(self, at: Sequence[int]) -> Floats:
        """Some rows, as they were."""
        picked = list(at)
        return self.bytes[picked].astype(np.float32) * self.scale[picked, None]


@dataclass(frozen=True, slots=True)
class Linear:
    """weights: (in, out); bias: (out,)."""

    weights: Floats
    bias: Floats

    def __call__(self, given: Floats) -> Floats:
        found: Floats = given @ self.weights + self.bias
        return found


@dataclass(frozen=True, slots=True)
class Even:
    """Brings each row to mean 0 and variance 1, then stretches and shifts it; both (width,)."""

    stretch: Floats
    shift: Floats

    def __call__(self, given: Floats) -> Floats:
        centred = given - given.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
        found: Floats = centred / spread * self.stretch + self.shift
        return found


@dataclass(frozen=True, slots=True)
class Layer:
    """looks: query, key and value side by side (width, 3 width); says: back to width; then wide and narrow again."""

    looks: Linear
    says: Linear
    told: Even
    wide: Linear
    narrow: Linear
    even: Even


@dataclass(frozen=True, slots=True)
class Encoder:
    """cut: a word into numbers of pieces; words: a row a piece; places: (MOST + 2, width) for where it stands."""

    cut: Callable[[str], tuple[int, ...]]
    words: Scaled
    places: Floats
    even: Even
    layers: tuple[Layer, ...]


def stored(weights: Floats) -> Scaled:
    """A matrix as bytes: each row by its largest number."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-8).astype(np.float32) / _LARGEST
    return Scaled(np.rint(weights / scale[:, None]).astype(np.int8), scale)


def loaded(given: Mapping[str, NDArray[np.generic]]) -> Encoder:
    """What tools/encoder wrote. Raises KeyError or ValueError when it is not so."""
    names = given["pieces"].tobytes().decode("utf-8").split("\n")
    return Encoder(
        cut=pieces.cutter(names, given["likely"].astype(np.float32).tolist()),
        words=_scaled(given, "words"),
        places=_floats(given, "places"),
        even=_even(given, "even"),
        layers=tuple(_layer(given, f"{at}.") for at in range(int(given["depth"]))),
    )


def encode(encoder: Encoder, text: str) -> Floats:
    """What a text is about, (width,): the mean over its pieces."""
    numbers = (pieces.START, *_cut(encoder, text), pieces.END)
    rows = encoder.even(encoder.words.rows(numbers) + encoder.places[: len(numbers)])
    for layer in encoder.layers:
        rows = layer.told(rows + layer.says(_looked(layer.looks(rows))))
        rows = layer.even(rows + layer.narrow(_bent(layer.wide(rows))))
    about: Floats = rows.mean(axis=0)
    return about


def _cut(encoder: Encoder, text: str) -> tuple[int, ...]:
    found: list[int] = []
    for word in text.split():
        found += encoder.cut(word)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _looked(looks: Floats) -> Floats:
    """Each piece takes from the others what they have, by how much it asks for what they are; in each of the heads."""
    length = len(looks)
    asks, has, gives = looks.reshape(length, 3, _HEADS, -1).transpose(1, 2, 0, 3)
    heard = asks @ has.transpose(0, 2, 1) / np.float32(sqrt(asks.shape[-1]))
    raised = np.exp(heard - heard.max(axis=-1, keepdims=True))
    taken = (raised / raised.sum(axis=-1, keepdims=True)) @ gives
    found: Floats = taken.transpose(1, 0, 2).reshape(length, -1)
    return found


def _bent(given: Floats) -> Floats:
    """The Gaussian error linear unit, by its usual approximation with tanh."""
    inner = np.float32(sqrt(2 / pi)) * (given + np.float32(0.044715) * given * given * given)
    bent: Floats = np.float32(0.5) * given * (1 + np.tanh(inner))
    return bent


def _layer(given: Mapping[str, NDArray[np.generic]], at: str) -> Layer:
    return Layer(
        looks=_linear(given, at + "looks"),
        says=_linear(given, at + "says"),
        told=_even(given, at + "told"),
        wide=_linear(given, at + "wide"),
        narrow=_linear(given, at + "narrow"),
        even=_even(given, at + "even"),
    )


def _linear(given: Mapping[str, NDArray[np.generic]], name: str) -> Linear:
    found = _scaled(given, name)
    weights = found.bytes.astype(np.float32) * found.scale[:, None]
    return Linear(np.ascontiguousarray(weights.T), _floats(given, f"{name}.bias"))


def _scaled(given: Mapping[str, NDArray[np.generic]], name: str) -> Scaled:
    return Scaled(given[name].astype(np.int8), _floats(given, f"{name}.scale"))


def _even(given: Mapping[str, NDArray[np.generic]], name: str) -> Even:
    return Even(_floats(given, f"{name}.stretch"), _floats(given, f"{name}.shift"))


def _floats(given: Mapping[str, NDArray[np.generic]], name: str) -> Floats:
    return given[name].astype(np.float32)
