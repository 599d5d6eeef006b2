"""What a text is about, in a few numbers that can be kept without it, and what it takes up of what was told before.

A text has two rows of numbers: the gist, and what it leans on. The gist of what was told first, times what the second
leans on, is how surely the second tells another matter: both were learnt together (tools/encoder; docs/model.md). So a
talk remembers numbers in place of words, and nobody can read a sealed report there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlp import encoder
from bot.nlp.encoder import Encoder, Floats, Linear


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder and its heads: gist and leans to WIDTH numbers each; sounds to two, apart and waits, in log odds."""

    encoder: Encoder
    gist: Linear
    leans: Linear
    sounds: Linear


@dataclass(frozen=True, slots=True)
class Read:
    """gist: each in hundredths from -1 to 1. apart, waits: log odds, whatever was told before."""

    gist: tuple[float, ...]
    leans: tuple[float, ...]
    apart: float
    waits: float


def load(path: Path) -> Reader:
    """Read encoder.npz. Raises OSError, KeyError or ValueError when it is not so."""
    with np.load(path, allow_pickle=False) as given:
        held: dict[str, NDArray[np.generic]] = dict(given)
    return Reader(
        encoder=encoder.loaded(held),
        gist=_head(held, "gist"),
        leans=_head(held, "leans"),
        sounds=_head(held, "sounds"),
    )


def read(reader: Reader, text: str) -> Read:
    """What is read in a text, written as the rules read it (bot.nlp.analyse)."""
    about: Floats = encoder.encode(reader.encoder, text)
    apart, waits = reader.sounds(about).tolist()
    return Read(
        gist=tuple(round(number, 2) for number in np.tanh(reader.gist(about)).tolist()),
        leans=tuple(reader.leans(about).tolist()),
        apart=apart,
        waits=waits,
    )


def _head(given: dict[str, NDArray[np.generic]], name: str) -> Linear:
    return Linear(given[name].astype(np.float32), given[f"{name}.bias"].astype(np.float32))
