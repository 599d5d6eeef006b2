"""Makes the weights of bot.nlp.doubt: which texts speak of those in power, whoever is named.

    .venv/bin/python -m tools.doubts            prints what strangers' texts come to, authors left out in turn
    .venv/bin/python -m tools.doubts --write    writes bot/nlp/data/doubt.npz

Reads the messages of data/corpus/train (a complaint about police or officials is theirs, what names an insider teaches
nothing), bot/nlp/data/doubts.tsv, and of tests/bot/nlp the rows that rules were made with. The corpus was labelled by
what happened, not by who did it: a guard's extortion is extortion there. So of its other messages those teach nothing
that weights which never read their author call theirs. Needs scikit-learn, and the model that is shipped: after
`python -m bot.nlp.train` these weights are made again.
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
_WRITTEN_FOR_IT: Final = 4.0  # how much dearer than the corpus what was written for this is: trials
_LOOSE: Final = 0.3  # the smaller, the less the weights follow single texts: trials
_UNSURE_FROM: Final = (
    -0.2
)  # a message of the corpus that sounds so much of them though it is labelled otherwise: trials
_FOLDS: Final = 4
_SEED: Final = 20261122
_LEAST_COUNTING: Final = 0.03


@dataclass(frozen=True, slots=True)
class Text:
    """key: as the model reads it. author: "" where a rule's own rows are read. ours: written for this."""

    key: str
    theirs: bool
    author: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts as the model sees them, (texts, rows of the model), and what they are, each (texts,)."""

    seen: csr_matrix
    theirs: NDArray[np.bool_]
    ours: NDArray[np.bool_]
    authors: tuple[str, ...]


def gather(model: Model, kit: Kit) -> Taught:
    """Everything that teaches."""
    told = [*_of_corpus(model, kit), *_of_our_own(model, kit)]
    seen = matrix(model, [text.key for text in told])
    theirs, ours = ([getattr(text, name) for text in told] for name in ("theirs", "ours"))
    return Taught(seen, np.array(theirs), np.array(ours), tuple(text.author for text in told))


def _of_corpus(model: Model, kit: Kit) -> Iterator[Text]:
    for example in corpus.read(DATA / "corpus" / "train"):
        key = train.scoring_key(example.text, model.known, kit.gazetteer)
        theirs = Category.POLICE_MISCONDUCT in {example.category, example.also}
        if theirs or not insiders.find(key):
            yield Text(key, theirs, f"corpus {example.author}", ours=False)


def _of_our_own(model: Model, kit: Kit) -> Iterator[Text]:
    for text, theirs, author in written():
        yield Text(train.scoring_key(text, model.known, kit.gazetteer), theirs, author, ours=True)


def written() -> Iterator[tuple[str, bool, str]]:
    yield from ((row["text"], row["theirs"] == "yes", row["by"]) for row in _rows(DATA / "doubts.tsv"))
    for name, split, truth, theirs in _TUNED:
        yield from ((row["text"], row[truth] in theirs, "") for row in _rows(_TESTS / name) if row[split] == "tune")


def _rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def matrix(model: Model, keys: Sequence[str]) -> csr_matrix:
    vectors = [categories.vector(model, key) for key in keys]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([found for _, found in vectors])
    return csr_matrix((values, columns, ends), shape=(len(keys), len(model.index)))


def fit(taught: Taught, chosen: NDArray[np.bool_]) -> LinearSVC:
    """The weights from the chosen texts."""
    weight = np.where(taught.ours, _WRITTEN_FOR_IT, 1.0)[chosen]
    machine = LinearSVC(C=_LOOSE, random_state=_SEED, max_iter=5000)
    return machine.fit(taught.seen[chosen], taught.theirs[chosen], sample_weight=weight)


def strangers(taught: Taught, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each text comes to by weights that were made from the chosen ones without its author's.

    Without it, where it is a rule's own row.
    """
    names = sorted({author for author in taught.authors if author})
    fold = np.array(
        [names.index(author) % _FOLDS if author else at % _FOLDS for at, author in enumerate(taught.authors)]
    )
    told = np.zeros(len(fold))
    for at in range(_FOLDS):
        told[fold == at] = fit(taught, chosen & (fold != at)).decision_function(taught.seen[fold == at])
    return told


def sure(taught: Taught) -> NDArray[np.bool_]:
    """All but the messages of the corpus whose label hides who did it."""
    told = strangers(taught, np.ones(len(taught.authors), dtype=bool))
    return taught.ours | taught.theirs | (told < _UNSURE_FROM)


def table(taught: Taught, told: NDArray[np.float64]) -> str:
    """What bounds come to: of strangers' complaints heard, and of other texts doubted, in the corpus and in ours."""
    lines = [f"{len(told)} texts, {int(taught.theirs.sum())} theirs"]
    for bound in (-0.6, -0.5, -0.4, -0.35, -0.3, -0.25, -0.2, -0.1, 0.0, 0.2):
        parts = [
            f"{name} heard {np.mean(told[of & taught.theirs] >= bound):.3f} "
            f"doubted {np.mean(told[of & ~taught.theirs] >= bound):.4f}"
            for name, of in (("corpus", ~taught.ours), ("ours", taught.ours))
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
    chosen = sure(taught)
    if "--write" in sys.argv[1:]:
        write(fit(taught, chosen), model, DATA / "doubt.npz")
        return
    print(table(taught, strangers(taught, chosen)))


if __name__ == "__main__":
    main()
