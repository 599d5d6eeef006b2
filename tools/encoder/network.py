"""The encoder as torch learns it, from a Base, and what it is stored as for bot.nlp.gist."""

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from bot.nlp import encoder
from tools.encoder.base import Base, Floats

GIST: Final = 48  # numbers of a gist; 32 told a little less apart in trials
OUTCOMES: Final = 5
_HEADS: Final = 12
_KINDS: Final = 40
_STEPS_OF_LENGTH: Final = 8  # lengths are rounded up to these: every other shape costs a compilation
_FORBIDDEN: Final = -1e4
_BASIS: Final = 1500  # texts by which the mean and the spread of what is read are known
# How much what is read counts beside the ear and the reasons: see tools.sequels._SHARE.
_SHARE: Final = (0.55, 0.83)
_NAMES: Final = (("says", "ao"), ("wide", "fi"), ("narrow", "fo"))
_LOOKS: Final = ("q", "k", "v")


class Network(nn.Module):
    """kept: numbers of the base's pieces that are kept, START, END and UNKNOWN of bot.nlp.pieces among them."""

    def __init__(self, base: Base, kept: Sequence[int]) -> None:
        super().__init__()
        width = base.width
        self.words = nn.Embedding.from_pretrained(_matrix(base, "emb.word", width)[list(kept)], freeze=False)
        places = (
            _matrix(base, "emb.pos", width)[: encoder.MOST + 2 + _STEPS_OF_LENGTH] + _matrix(base, "emb.type", width)[0]
        )
        self.places = nn.Embedding.from_pretrained(places, freeze=False)
        self.even = _even(base, "emb.ln")
        self.layers = nn.ModuleList([_layer(base, f"l{at}.") for at in range(base.layers)])
        self.gist, self.leans = nn.Linear(width, GIST), nn.Linear(width, GIST)
        nn.init.normal_(self.leans.weight, std=0.02)
        self.sounds, self.outcome, self.kind = (nn.Linear(width, many) for many in (2, OUTCOMES, _KINDS))
        self.dropped = nn.Dropout(0.1)
        self.register_buffer("middle", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))

    def forward(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """What texts are about, (texts, width), around 0 and with a spread of 1."""
        length = -(-max(map(len, texts)) // _STEPS_OF_LENGTH) * _STEPS_OF_LENGTH
        numbers = torch.zeros(len(texts), length, dtype=torch.long)
        there = torch.zeros(len(texts), length, dtype=torch.bool)
        for at, text in enumerate(texts):
            numbers[at, : len(text)] = torch.tensor(text)
            there[at, : len(text)] = True
        rows = self.even(self.words(numbers) + self.places.weight[:length])
        barred = torch.where(there, 0.0, _FORBIDDEN)[:, None, None, :]
        for layer in self.layers:
            rows = layer["aln"](rows + layer["ao"](_looked(layer, rows, barred)))
            rows = layer["oln"](rows + layer["fo"](nn.functional.gelu(layer["fi"](rows), approximate="tanh")))
        share = there[..., None].float()
        return ((rows * share).sum(1) / share.sum(1) - self.middle) / self.spread

    @torch.no_grad()
    def settle(self, texts: Sequence[Sequence[int]]) -> None:
        """Take the middle and spread of what is read from these. As it comes it hardly differs and learns slowly."""
        some = texts[:_BASIS]
        read = torch.cat([self(some[at : at + 100]).float() for at in range(0, len(some), 100)])
        self.middle.copy_(read.mean(0))
        self.spread.copy_(read.std(0))


def write(network: Network, pieces: Sequence[str], likely: Sequence[float], path: Path) -> None:
    """Stores what bot.nlp.gist.load reads: matrices in bytes, what is even and the heads as they are."""
    held = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    out: dict[str, NDArray[np.generic]] = {
        "pieces": np.frombuffer("\n".join(pieces).encode(), dtype=np.uint8),
        "likely": np.array(likely, dtype=np.float32),
        "places": held["places.weight"][: encoder.MOST + 2].astype(np.float16),
        "depth": np.array(len(network.layers)),
    }
    _put(out, "words", held["words.weight"])
    _put_even(out, "even", held, "even")
    for at in range(len(network.layers)):
        of = f"layers.{at}."
        _put(out, f"{at}.looks", np.concatenate([held[f"{of}{name}.weight"] for name in _LOOKS]))
        out[f"{at}.looks.bias"] = np.concatenate([held[f"{of}{name}.bias"] for name in _LOOKS])
        for name, theirs in _NAMES:
            _put(out, f"{at}.{name}", held[f"{of}{theirs}.weight"])
            out[f"{at}.{name}.bias"] = held[f"{of}{theirs}.bias"]
        _put_even(out, f"{at}.told", held, f"{of}aln")
        _put_even(out, f"{at}.even", held, f"{of}oln")
    for name, share in (("gist", (1.0,)), ("leans", _SHARE[:1]), ("sounds", _SHARE)):
        _put_head(out, name, held, np.array(share, dtype=np.float32)[:, None])
    np.savez_compressed(path, allow_pickle=False, **out)


def _looked(layer: nn.ModuleDict, rows: Tensor, barred: Tensor) -> Tensor:
    """By hand: torch's own attention is slower on a processor when it is taught."""
    texts, length, width = rows.shape
    asks, has, gives = (layer[name](rows).view(texts, length, _HEADS, -1).transpose(1, 2) for name in _LOOKS)
    heard = (asks / sqrt(width // _HEADS)) @ has.transpose(-1, -2) + barred
    taken = torch.softmax(heard, -1).to(gives.dtype) @ gives
    return taken.transpose(1, 2).reshape(texts, length, width)


def _layer(base: Base, of: str) -> nn.ModuleDict:
    linear = {name: _linear(base, of + name) for name in (*_LOOKS, "ao", "fi", "fo")}
    return nn.ModuleDict(linear | {name: _even(base, of + name) for name in ("aln", "oln")})


def _matrix(base: Base, name: str, width: int) -> Tensor:
    return torch.tensor(base.weights[name].reshape(-1, width).copy())


def _linear(base: Base, name: str) -> nn.Linear:
    bias = base.weights[f"{name}.b"]
    weights = base.weights[f"{name}.w"].reshape(len(bias), -1)
    found = nn.Linear(weights.shape[1], weights.shape[0])
    found.weight.data, found.bias.data = torch.tensor(weights.copy()), torch.tensor(bias.copy())
    return found


def _even(base: Base, name: str) -> nn.LayerNorm:
    found = nn.LayerNorm(base.width, eps=1e-12)
    found.weight.data = torch.tensor(base.weights[f"{name}.w"].copy())
    found.bias.data = torch.tensor(base.weights[f"{name}.b"].copy())
    return found


def _put(out: dict[str, NDArray[np.generic]], name: str, weights: Floats) -> None:
    stored = encoder.stored(np.ascontiguousarray(weights))
    out[name], out[f"{name}.scale"] = stored.bytes, stored.scale


def _put_even(out: dict[str, NDArray[np.generic]], name: str, held: dict[str, Floats], theirs: str) -> None:
    out[f"{name}.stretch"], out[f"{name}.shift"] = held[f"{theirs}.weight"], held[f"{theirs}.bias"]


def _put_head(out: dict[str, NDArray[np.generic]], name: str, held: dict[str, Floats], share: Floats) -> None:
    """With the middle and the spread in it."""
    weights = held[f"{name}.weight"] / held["spread"]
    bias = held[f"{name}.bias"] - weights @ held["middle"]
    out[name], out[f"{name}.bias"] = np.ascontiguousarray((weights * share).T), bias * share[:, 0]
