"""How alike two messages are, and sketches that answer it without holding the messages.

    .venv/bin/python -m tools.sketch MESSAGES.tsv > tests/bot/nlp/sketches.txt

A message is the set of five-character pieces (shingles) of its key; two are as alike as their sets' Jaccard index, from
0 to 1. Messages kept apart for blind measuring must not reach the corpus, and must not stand in the repository either,
so only a sketch of each is committed (docs/corpus.md#sketches).

A sketch is SIZE bytes. Byte i is the low byte of the least of all shingles' hashes under the i-th hash function, "b-bit
minwise hashing" (Li and König, WWW 2010). Two messages agree in a byte with probability J + (1 - J) / 256. One byte
fits one shingle in 256, so that no sketch tells which shingles made it. Whoever guesses a wording can check how near
the guess is, for that is what a sketch is for: it keeps a text out of sight, and is no cipher.
"""

import csv
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import ceil
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.nlp.normalise import key

WIDTH = 5  # characters of a shingle
SIZE = 128  # bytes of a sketch: the standard error of an estimate is at most 0.044
SALT = b"muntada 2026-11 blind messages"

T = TypeVar("T")
Shingles = frozenset[str]
Sketches = NDArray[np.uint8]  # a row of SIZE bytes for each message


def shingles(words: str) -> Shingles:
    """The pieces of a key, spaces at both ends counted; of an empty key none."""
    return frozenset(words and (f" {words} "[at : at + WIDTH] for at in range(max(1, len(words) + 3 - WIDTH))))


def jaccard(one: frozenset[T], other: frozenset[T]) -> float:
    """Shared members over all members; 0 when both are empty."""
    shared = len(one & other)
    return shared / max(1, len(one) + len(other) - shared)


def near(messages: Sequence[Shingles], *, least: float) -> Iterator[tuple[int, int, float]]:
    """Every pair of places (first, second, Jaccard index) that is at least so alike, which must be above 0.

    Messages come by size, each with its shingles from the rarest on. A pair so alike shares one of the first
    size - ceil(least * size) + 1 of both, and of the smaller one even of the first size - ceil(2 * least /
    (1 + least) * size) + 1, so only those are looked up (prefix filtering: Xiao and others, WWW 2008).
    """
    often = Counter(chain.from_iterable(messages))
    rank = {piece: at for at, piece in enumerate(sorted(often, key=often.__getitem__))}
    ranked = [frozenset(map(rank.__getitem__, message)) for message in messages]
    having: dict[int, list[int]] = defaultdict(list)
    for second in sorted(range(len(ranked)), key=lambda at: len(ranked[at])):
        rarest = sorted(ranked[second])
        size = len(rarest)
        looked_up = rarest[: size - _ceil(least * size) + 1]
        for first in {found for piece in looked_up for found in having[piece] if len(ranked[found]) >= least * size}:
            alike = jaccard(ranked[first], ranked[second])
            if alike >= least:
                yield min(first, second), max(first, second), alike
        for piece in rarest[: size - _ceil(2 * least / (1 + least) * size) + 1]:
            having[piece].append(second)


def _ceil(number: float) -> int:
    return ceil(number - 1e-9)  # 0.55 * 20 is a little over 11


def sketch(messages: Sequence[Shingles]) -> Sketches:
    """The sketch of each message; none may be empty. The same for the same text on every machine."""
    numbers = {piece: _hash(piece.encode()) for piece in frozenset[str]().union(*messages)}
    flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(messages)), np.uint64)
    starts = np.cumsum([0, *(len(message) for message in messages[:-1])])
    found = np.empty((len(messages), SIZE), np.uint8)
    for at in range(SIZE):
        # Multiplying by an odd number and folding the upper half down reorders all hashes: a new function at no cost.
        mixed = flat * np.uint64(_hash(at.to_bytes(2)) | 1)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(_hash(at.to_bytes(3)) | 1)
        mixed ^= mixed >> np.uint64(32)
        found[:, at] = np.minimum.reduceat(mixed, starts) & np.uint64(0xFF)
    return found


def estimate(one: Sketches, others: Sketches) -> NDArray[np.float64]:
    """How alike each message of `others` is to each of `one` (rows of `others`), estimated from their sketches."""
    agree = np.stack([(others == row).mean(axis=1) for row in one], axis=1)
    return np.maximum(0, (agree - 1 / 256) / (1 - 1 / 256))


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=SALT).digest())


def write(rows: Mapping[str, Shingles]) -> str:
    """The lines of a file of sketches: the id of a message, a space, its sketch in hexadecimal digits."""
    made = sketch(tuple(rows.values()))
    return "".join(f"{name} {row.tobytes().hex()}\n" for name, row in zip(rows, made, strict=True))


def read(lines: Iterable[str]) -> tuple[tuple[str, ...], Sketches]:
    """Ids and sketches of such a file. Raises ValueError when a line is none."""
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(name for name, _ in rows), np.array([list(bytes.fromhex(made)) for _, made in rows], np.uint8)


def labelled(path: Path) -> dict[str, Shingles]:
    """Id and shingles of every message of a TSV with the columns id and text."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["id"]: shingles(key(row["text"])) for row in rows}


def main(arguments: Sequence[str]) -> int:
    """Prints the sketches of a TSV's messages."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    print("# Made by tools/sketch.py; what these are: docs/corpus.md#sketches")
    print(write(labelled(Path(arguments[0]))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
