"""What the encoder is taught: kinds and halves of messages, then which outcome a dialogue's second text has."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from bot.nlp import pieces
from tests.bot.dialogues.play import Outcome
from tools.encoder.network import Network

EPOCHS: Final = 4
_SPEED: Final = 1.5e-4
_MESSAGES: Final = 48  # at once
_DIALOGUES: Final = 32
_SHORTEST: Final = 3  # pieces on each side of a cut
_UNHEARD: Final = 0.06  # share of pieces that are hidden, so that no single one decides
_STRANGE: Final = 0.15  # share of other matters that are put beside any other first text
_SURE: Final = 0.96
_BY_CHANCE: Final = 0.5
_ALIKE: Final = 0.4  # of the other halves, how many are of the same kind
_OUTCOMES: Final = tuple(Outcome)

Pieces = tuple[int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the corpus, cut, and its kind by number."""

    text: Pieces
    kind: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A dialogue, cut. others: log odds of another matter and of waiting by models that never read its author."""

    author: str
    first: Pieces
    second: Pieces
    outcome: Outcome
    others: tuple[float, float]


def of_messages(network: Network, told: Sequence[Told], chance: Generator) -> None:
    """One round over the corpus."""
    network.settle([_whole(each.text) for each in _mixed(told, chance)])

    def step(some: Sequence[Told]) -> Tensor:
        firsts, seconds, apart = zip(*(_halves(each, told, chance) for each in some), strict=True)
        read = network([_noisy(each.text, chance) for each in (*firsts, *seconds)])
        gists, leaning = network.dropped(read[: len(some)]), network.dropped(read[len(some) :])
        kinds = torch.tensor([each.kind for each in (*firsts, *seconds)])
        said = network.kind(torch.cat([gists, leaning]))
        return _even_odds(_apart(network, gists, leaning), apart) + 0.5 * cross_entropy(said.float(), kinds)

    rounds = [list(_shuffled(told, _MESSAGES, chance, lambda each: len(each.text)))]
    _learn(network, rounds, step, heads=_SPEED * 7)


def of_dialogues(network: Network, pairs: Sequence[Pair], chance: Generator) -> None:
    """EPOCHS rounds over the dialogues: by itself, and added to what the others say."""
    shares = torch.nn.Parameter(torch.tensor([0.8, 0.8]))
    network.register_parameter("shares", shares)

    def step(some: Sequence[Pair]) -> Tensor:
        firsts = [
            each.first if chance.random() > _STRANGE * is_new(each) else _any(pairs, chance).first for each in some
        ]
        read = network([_noisy(text, chance) for text in (*firsts, *(each.second for each in some))])
        gists, leaning = network.dropped(read[: len(some)]), network.dropped(read[len(some) :])
        others = torch.tensor([each.others for each in some]) * shares
        apart, waits = _apart(network, gists, leaning), network.sounds(leaning)[:, 1].float()
        new = [is_new(each) for each in some]
        asks = [each.outcome is Outcome.STATUS for each in some]
        alone = _smooth(apart, new) + 0.5 * _smooth(waits, asks)
        added = _smooth(apart + others[:, 0], new) + 0.5 * _smooth(waits + others[:, 1], asks)
        outcomes = torch.tensor([_OUTCOMES.index(each.outcome) for each in some])
        return 0.5 * (alone + added) + 0.3 * cross_entropy(network.outcome(leaning).float(), outcomes)

    rounds = [
        list(_shuffled(pairs, _DIALOGUES, chance, lambda each: len(each.first) + len(each.second)))
        for _ in range(EPOCHS)
    ]
    _learn(network, rounds, step, heads=_SPEED * 5)
    del network.shares


@torch.no_grad()
def read(network: Network, pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """Log odds of another matter and of waiting, (pairs, 2)."""
    network.eval()
    found = []
    for some in _parts(pairs, 64):
        about = network([_whole(text) for each in some for text in (each.first, each.second)])
        apart, waits = _apart(network, about[::2], about[1::2]), network.sounds(about[1::2])[:, 1]
        found.append(torch.stack([apart, waits.float()], 1).numpy())
    network.train()
    return np.concatenate(found)


def _apart(network: Network, gists: Tensor, leaning: Tensor) -> Tensor:
    kept = torch.tanh(network.gist(gists))
    if network.training:
        kept = kept + 0.05 * torch.randn_like(kept)
    return (network.sounds(leaning)[:, 0] + (kept * network.leans(leaning)).sum(-1)).float()


def _learn(
    network: Network, rounds: Sequence[Sequence[Sequence[T]]], step: Callable[[Sequence[T]], Tensor], *, heads: float
) -> None:
    body = [
        value for name, value in network.named_parameters() if name.startswith(("words", "places", "even", "layers"))
    ]
    rest = [value for name, value in network.named_parameters() if not any(value is each for each in body)]
    groups = [{"params": body, "lr": _SPEED, "most": _SPEED}, {"params": rest, "lr": heads, "most": heads}]
    learner = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    total, done, began = sum(map(len, rounds)), 0, time.monotonic()
    network.train()
    for each in rounds:
        lost = 0.0
        for some in each:
            done += 1
            for group in learner.param_groups:
                group["lr"] = group["most"] * min(10 * done / total, (total - done) / (0.9 * total), 1.0)
            with torch.autocast("cpu", torch.bfloat16):
                loss = step(some)
            learner.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            learner.step()
            lost += loss.item()
        print(f"{done} of {total} steps, {time.monotonic() - began:.0f} s, loss {lost / len(each):.3f}", flush=True)


def _shuffled(given: Sequence[T], many: int, chance: Generator, length: Callable[[T], int]) -> Iterator[Sequence[T]]:
    """In an order by chance, with those of about the same length together."""
    mixed = _mixed(given, chance)
    found = [some for part in _parts(mixed, many * 20) for some in _parts(sorted(part, key=length), many)]
    yield from _mixed(found, chance)


def _mixed(given: Sequence[T], chance: Generator) -> list[T]:
    return [given[at] for at in chance.permutation(len(given)).tolist()]


def _any(given: Sequence[T], chance: Generator) -> T:
    return given[int(chance.integers(len(given)))]


def _parts(given: Sequence[T], many: int) -> Iterator[Sequence[T]]:
    return (given[at : at + many] for at in range(0, len(given), many))


def _halves(told: Told, all_told: Sequence[Told], chance: Generator) -> tuple[Told, Told, bool]:
    """A beginning, what may follow it, and whether that is of another message."""
    if len(told.text) < 2 * _SHORTEST:
        return told, _other(told, all_told, chance), True
    cut = int(chance.integers(_SHORTEST, len(told.text) - _SHORTEST, endpoint=True))
    first = Told(told.text[:cut], told.kind)
    if chance.random() < _BY_CHANCE:
        return first, Told(told.text[cut:], told.kind), False
    return first, _other(told, all_told, chance), True


def _other(told: Told, all_told: Sequence[Told], chance: Generator) -> Told:
    alike = chance.random() < _ALIKE
    while True:
        found = _any(all_told, chance)
        if found is not told and (found.kind == told.kind or not alike):
            until = int(chance.integers(min(_SHORTEST, len(found.text)), len(found.text), endpoint=True))
            return found if chance.random() < _BY_CHANCE else Told(found.text[:until], found.kind)


def _whole(text: Pieces) -> Pieces:
    return (pieces.START, *text, pieces.END)


def _noisy(text: Pieces, chance: Generator) -> Pieces:
    return _whole(tuple(pieces.UNKNOWN if chance.random() < _UNHEARD else each for each in text))


def is_new(pair: Pair) -> bool:
    return pair.outcome is Outcome.NEW


def _even_odds(odds: Tensor, truth: Sequence[bool]) -> Tensor:
    return binary_cross_entropy_with_logits(odds, torch.tensor(truth, dtype=torch.float32))


def _smooth(odds: Tensor, truth: Sequence[bool]) -> Tensor:
    return binary_cross_entropy_with_logits(odds, torch.tensor(truth, dtype=torch.float32) * _SURE + (1 - _SURE) / 2)
