"""Makes the ear (bot.nlp.sequel) and the points (bot.decide.points) from written two-message dialogues.

    .venv/bin/python -m tools.sequels            prints what strangers' dialogues come to, each author left out in turn
    .venv/bin/python -m tools.sequels --write    writes bot/nlp/data/sequel.npz and prints the points

Reads bot/nlp/data/sequels/*.tsv (one author a file) and, for how stories begin and how they go on, the messages of
data/corpus/train: a text begins like their beginnings, or goes on like their second halves. Needs scikit-learn. What is
written counts less than what was learnt, for what the encoder reads is added to it (tools/encoder).
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.decide import points, reasons, wording
from bot.decide.reasons import Reason
from bot.nlp import corpus, sequel, train
from bot.nlp.analyse import Understanding
from bot.nlp.train import DATA, Kit
from tests.bot.dialogues import play
from tests.bot.dialogues.play import Dialogue, Outcome

DIALOGUES: Final = DATA / "sequels"
_OF_TEXT: Final = 3.0  # how much dearer context is than words, and halves of stories than both: trials by author
_OF_HALVES: Final = 0.3
_STRENGTH: Final = 0.3
_SEED: Final = 20261122
_SHORTEST: Final = 3  # words on each side of a cut
_LEAST_SEEN: Final = 2
_COMPARED: Final = 2.0
_TENTHS: Final = 10
_LEAST_COUNTING: Final = 0.01
# Of being apart, and of waiting: how much it counts beside the encoder, and what is added then. By logistic regression
# of both over the dialogues of four authors whom neither had read.
_SHARE: Final = (0.75, 0.89)
_ADDED: Final = (-0.07, 0.27)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A dialogue, what is seen of its second text, and what can be said of it beside the first."""

    author: str
    dialogue: Dialogue
    seen: Mapping[str, float]
    held: frozenset[Reason]
    compared: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Context:
    """What counts beside the sound: each reason, what is there in any case, and the two comparisons."""

    points: Mapping[Reason, float]
    base: float
    compared: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """index and weights (rows, 2) and bias (2,) as an Ear has them. Of being apart, and of waiting: Context."""

    index: Mapping[str, int]
    weights: Floats
    bias: Floats
    apart: Context
    waits: Context


def rows(understanding: Understanding, kit: Kit) -> tuple[Row, ...]:
    """All dialogues whose second text is weighed beside an open report."""
    known = understanding.model.known
    found = []
    for path in sorted(DIALOGUES.glob("*.tsv")):
        for dialogue in play.read(path):
            turn = play.facing(understanding, dialogue)
            ongoing, analysis = turn.ongoing, turn.heard.analysis
            if ongoing is None or analysis is None or not turn.words:
                continue
            found.append(
                Row(
                    path.stem,
                    dialogue,
                    sequel.seen(kit.morphology, train.scoring_key(turn.words, known, kit.gazetteer)),
                    reasons.all_of(turn, ongoing, said=wording.read(turn.words), analysis=analysis),
                    (
                        points.likeness(ongoing, analysis),
                        points.resemblance(turn.conversation, ongoing, analysis),
                    ),
                )
            )
    return tuple(found)


def halves(understanding: Understanding, kit: Kit) -> tuple[list[Mapping[str, float]], NDArray[np.bool_]]:
    """What is seen of the beginnings (True) and of the second halves (False) of the corpus's messages."""
    chance = np.random.default_rng(_SEED)
    seen, begins = [], []
    for example in corpus.read(DATA / "corpus" / "train"):
        words = train.scoring_key(example.text, understanding.model.known, kit.gazetteer).split()
        if len(words) <= _SHORTEST:
            continue
        until = chance.integers(_SHORTEST + 1, len(words), endpoint=True)
        seen.append(sequel.seen(kit.morphology, " ".join(words[:until])))
        begins.append(True)
        if len(words) > 2 * _SHORTEST:
            cut = chance.integers(_SHORTEST, len(words) - _SHORTEST)
            seen.append(sequel.seen(kit.morphology, " ".join(words[cut:])))
            begins.append(False)
    return seen, np.array(begins)


def of_halves(seen: Sequence[Mapping[str, float]], begins: NDArray[np.bool_]) -> Mapping[str, float]:
    """How much each feature speaks for a beginning."""
    names, found = _matrix(seen)
    fitted = LogisticRegression(C=1.0, max_iter=100, tol=1e-3).fit(found, begins)
    return dict(zip(names, fitted.coef_[0].tolist(), strict=True))


def fit(given: Sequence[Row], begins: Mapping[str, float]) -> Fitted:
    """The ear and the points from these rows."""
    names, found = _matrix([row.seen for row in given])
    story = _OF_HALVES * np.array([[_sum(row.seen, begins)] for row in given])
    context = np.array([[reason in row.held for reason in Reason] for row in given], dtype=float)
    compared = _COMPARED * np.array([row.compared for row in given])
    seen = hstack([found * _OF_TEXT, *map(csr_matrix, (story, context, compared))]).tocsr()
    expected = [row.dialogue.expected for row in given]
    learnt = [_learnt(seen, [each is wanted for each in expected]) for wanted in (Outcome.NEW, Outcome.STATUS)]
    index = {name: at for at, name in enumerate(dict.fromkeys((*names, *begins)))}
    weights = np.zeros((len(index), 2), dtype=np.float32)
    for column, one in enumerate(learnt):
        weights[: len(names), column] = one.coef_[0, : len(names)] * _OF_TEXT
        for name, value in begins.items():
            weights[index[name], column] += one.coef_[0, len(names)] * _OF_HALVES * value
    even = _heard(given, index, weights).mean(axis=0)
    apart, waits = (
        _context(one.coef_[0, len(names) + 1 :], float(one.intercept_[0] + middle))
        for one, middle in zip(learnt, even.tolist(), strict=True)
    )
    return Fitted(index, weights, -even, apart, waits)


def _learnt(seen: csr_matrix, truth: Sequence[bool]) -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, max_iter=500, tol=1e-4).fit(seen, truth)


def _context(weights: NDArray[np.float64], base: float) -> Context:
    of_reasons, (likeness, resemblance) = np.split(weights, [len(Reason)])
    points = dict(zip(Reason, of_reasons.tolist(), strict=True))
    return Context(points, base, (float(likeness) * _COMPARED, float(resemblance) * _COMPARED))


def weighed(fitted: Fitted, given: Sequence[Row]) -> tuple[Floats, Floats]:
    """Log odds of another matter and of waiting, for each row."""
    sounds = _heard(given, fitted.index, fitted.weights) + fitted.bias
    told = [[_counted(each, row) for each in (fitted.apart, fitted.waits)] for row in given]
    both = (sounds + np.array(told)).astype(np.float32)
    return both[:, 0], both[:, 1]


def _counted(context: Context, row: Row) -> float:
    compared = sum(one * other for one, other in zip(context.compared, row.compared, strict=True))
    return context.base + sum(context.points[reason] for reason in row.held) + compared


def _heard(given: Sequence[Row], index: Mapping[str, int], weights: Floats) -> Floats:
    found = np.zeros((len(given), 2), dtype=np.float32)
    for at, row in enumerate(given):
        for name, value in row.seen.items():
            if name in index:
                found[at] += value * weights[index[name]]
    return found


def _matrix(seen: Sequence[Mapping[str, float]]) -> tuple[list[str], csr_matrix]:
    counted = Counter(name for each in seen for name in each)
    shape = DictVectorizer(dtype=np.float32)
    kept = [{name: value for name, value in each.items() if counted[name] >= _LEAST_SEEN} for each in seen]
    found = shape.fit_transform(kept)
    return list(shape.get_feature_names_out()), found


def _sum(seen: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(value * weights.get(name, 0.0) for name, value in seen.items())


def table(given: Sequence[Row], apart: Floats, waits: Floats) -> str:
    """What bounds would come to: how many are merged and asked where one in twenty-five pieces is split."""
    expected = np.array([row.dialogue.expected.value for row in given])
    new, part = apart[expected == "new"], apart[np.isin(expected, ("addition", "answer"))]
    upper = float(np.quantile(part, 0.96))
    lines = [f"{len(given)} dialogues; another matter from {upper:.2f}"]
    for missed in (0.0, 0.01, 0.02, 0.04, 0.06):
        lower = float(np.quantile(new, missed))
        asked = np.mean((apart >= lower) & (apart < upper))
        lines.append(f"  merged {missed:.0%}: joins until {lower:.2f}, asked {asked:.1%}")
    for bound in (-1.0, 0.0, 0.5, 1.0):
        told = waits > bound
        right = told & (expected == "status")
        lines.append(
            f"  waiting from {bound}: {right.sum()} of {(expected == 'status').sum()}, wrongly {(told & ~right).sum()}"
        )
    return "\n".join(lines)


def strangers(given: Sequence[Row], begins: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Log odds of each row by a model that never read its author."""
    apart, waits = np.zeros(len(given), dtype=np.float32), np.zeros(len(given), dtype=np.float32)
    for author in sorted({row.author for row in given}):
        theirs = [at for at, row in enumerate(given) if row.author == author]
        fitted = fit([row for row in given if row.author != author], begins)
        apart[theirs], waits[theirs] = weighed(fitted, [given[at] for at in theirs])
    return apart, waits


def beside(fitted: Fitted) -> Fitted:
    """As it counts beside what the encoder reads."""
    return Fitted(
        index=fitted.index,
        weights=fitted.weights * np.array(_SHARE, dtype=np.float32),
        bias=fitted.bias * np.array(_SHARE, dtype=np.float32),
        apart=_lessened(fitted.apart, _SHARE[0], _ADDED[0]),
        waits=_lessened(fitted.waits, _SHARE[1], _ADDED[1]),
    )


def _lessened(context: Context, share: float, added: float) -> Context:
    return Context(
        points={reason: value * share for reason, value in context.points.items()},
        base=context.base * share + added,
        compared=(context.compared[0] * share, context.compared[1] * share),
    )


def write(fitted: Fitted, path: Path) -> None:
    """Stores what bot.nlp.sequel.load reads. Features that hardly count are left out."""
    kept = [name for name, at in fitted.index.items() if np.abs(fitted.weights[at]).max() > _LEAST_COUNTING]
    np.savez_compressed(
        path,
        vocabulary=np.frombuffer("\n".join(kept).encode(), dtype=np.uint8),
        weights=fitted.weights[[fitted.index[name] for name in kept]].astype(np.float16),
        bias=fitted.bias,
    )


def main() -> None:
    """Prints, or writes."""
    understanding, kit = Understanding.load(reads=False), Kit.load()
    given = rows(understanding, kit)
    begins = of_halves(*halves(understanding, kit))
    if "--write" not in sys.argv[1:]:
        apart, waits = strangers(given, begins)
        for author in sorted({row.author for row in given}):
            at = [at for at, row in enumerate(given) if row.author == author]
            print(author, table([given[each] for each in at], apart[at], waits[at]), sep="\n")
        print("all", table(given, apart, waits), sep="\n")
        return
    fitted = beside(fit(given, begins))
    write(fitted, DATA / "sequel.npz")
    for name, context in (("APART", fitted.apart), ("WAITS", fitted.waits)):
        print(name, round(_TENTHS * context.base), [round(_TENTHS * each, 1) for each in context.compared])
        for reason, value in sorted(context.points.items(), key=lambda each: -each[1]):
            if round(_TENTHS * value):
                print(f"        Reason.{reason.name}: {round(_TENTHS * value)},")


if __name__ == "__main__":
    main()
