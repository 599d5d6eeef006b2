"""Makes the weights of bot.nlp.doubt: which texts speak of those in power, whoever is named.

    .venv/bin/python -m tools.doubts            prints what strangers' texts come to, authors left out in turn
    .venv/bin/python -m tools.doubts --write    writes bot/nlp/data/doubt.npz

Reads the messages of data/corpus/train (a complaint about police or officials is theirs, what names an insider teaches
nothing), bot/nlp/data/doubts.tsv, and of tests/bot/nlp the rows that rules were made with. Needs scikit-learn, and the
model that is shipped: after `python -m bot.nlp.train` these weights are made again.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlp import categories, corpus, insiders, train
from bot.nlp.categories import Model
from bot.nlp.train import DATA, Kit
from bot.vocabulary import Category

_TESTS: Final = Path(__file__).parents[1] / "tests" / "bot" / "nlp"
# Of each file: its columns for the split and for the truth, and which rows are theirs.
_TUNED: Final = (
    ("forces.tsv", "split", "force", ("yes",)),
    ("insiders.tsv", "split", "insider", ("yes",)),
    ("officers.tsv", "split", "sealed", ("yes", "no")),
    ("power.tsv", "seen", "sealed", ("yes", "no")),
)
_WRITTEN_FOR_IT: Final = 2.0  # how much dearer than the corpus what was written for this is: trials
_THEIRS: Final = 2.0
_FOLDS: Final = 4
_SEED: Final = 20261122
_LEAST_COUNTING: Final = 0.03


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts as the model sees them. theirs: (texts,). author: of the corpus's, "" for what was written for this."""

    seen: csr_matrix
    theirs: NDArray[np.bool_]
    authors: tuple[str, ...]


def gather(model: Model, kit: Kit) -> Taught:
    """Everything that teaches."""
    told = [*_of_corpus(model, kit), *_of_our_own(model, kit)]
    seen = _matrix(model, [key for key, _, _ in told])
    return Taught(seen, np.array([theirs for _, theirs, _ in told]), tuple(author for _, _, author in told))


def _of_corpus(model: Model, kit: Kit) -> Iterator[tuple[str, bool, str]]:
    for example in corpus.read(DATA / "corpus" / "train"):
        key = train.scoring_key(example.text, model.known, kit.gazetteer)
        theirs = Category.POLICE_MISCONDUCT in {example.category, example.also}
        if theirs or not insiders.find(key):
            yield key, theirs, example.author


def _of_our_own(model: Model, kit: Kit) -> Iterator[tuple[str, bool, str]]:
    for text, theirs in _written():
        yield train.scoring_key(text, model.known, kit.gazetteer), theirs, ""


def _written() -> Iterator[tuple[str, bool]]:
    yield from ((row["text"], row["theirs"] == "yes") for row in _rows(DATA / "doubts.tsv"))
    for name, split, truth, theirs in _TUNED:
        yield from ((row["text"], row[truth] in theirs) for row in _rows(_TESTS / name) if row[split] == "tune")


def _rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _matrix(model: Model, keys: Sequence[str]) -> csr_matrix:
    vectors = [categories.vector(model, key) for key in keys]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([found for _, found in vectors])
    return csr_matrix((values, columns, ends), shape=(len(keys), len(model.index)))


def fit(taught: Taught, chosen: NDArray[np.bool_]) -> LinearSVC:
    """The weights from the chosen texts."""
    theirs = taught.theirs[chosen]
    ours = np.array([not author for author in taught.authors])[chosen]
    weight = np.where(theirs, _THEIRS, 1.0) * np.where(ours, _WRITTEN_FOR_IT, 1.0)
    return LinearSVC(C=1.0, random_state=_SEED, max_iter=5000).fit(taught.seen[chosen], theirs, sample_weight=weight)


def strangers(taught: Taught) -> NDArray[np.float64]:
    """What each text comes to by weights that never read its author, nor it where it was written for this."""
    names = sorted({author for author in taught.authors if author})
    fold = np.array(
        [names.index(author) % _FOLDS if author else at % _FOLDS for at, author in enumerate(taught.authors)]
    )
    told = np.zeros(len(fold))
    for at in range(_FOLDS):
        told[fold == at] = fit(taught, fold != at).decision_function(taught.seen[fold == at])
    return told


def table(taught: Taught, told: NDArray[np.float64]) -> str:
    """What bounds come to: of strangers' complaints heard, and of other texts doubted, in the corpus and in ours."""
    ours = np.array([not author for author in taught.authors])
    lines = [f"{len(told)} texts, {int(taught.theirs.sum())} theirs"]
    for bound in (-0.5, -0.4, -0.35, -0.3, -0.2, -0.1, 0.0, 0.1):
        parts = [
            f"{name} heard {np.mean(told[of & taught.theirs] >= bound):.3f} "
            f"doubted {np.mean(told[of & ~taught.theirs] >= bound):.4f}"
            for name, of in (("corpus", ~ours), ("ours", ours))
        ]
        lines.append(f"  from {bound:+.2f}: " + ", ".join(parts))
    return "\n".join(lines)


def write(fitted: LinearSVC, model: Model, path: Path) -> None:
    """Stores what bot.nlp.doubt.load reads. Features that hardly count are left out."""
    weights = fitted.coef_[0]
    kept = [name for name, row in model.index.items() if abs(weights[row]) > _LEAST_COUNTING]
    np.savez_compressed(
        path,
        vocabulary=np.frombuffer("\n".join(kept).encode(), dtype=np.uint8),
        weights=weights[[model.index[name] for name in kept]].astype(np.float16),
        bias=np.float32(fitted.intercept_[0]),
    )


def main() -> None:
    """Prints, or writes."""
    kit = Kit.load()
    model = categories.load(DATA / "categories.npz", kit.morphology)
    taught = gather(model, kit)
    if "--write" in sys.argv[1:]:
        write(fit(taught, np.ones(len(taught.authors), dtype=bool)), model, DATA / "doubt.npz")
        return
    print(table(taught, strangers(taught)))


if __name__ == "__main__":
    main()
