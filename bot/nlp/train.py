"""Makes data/categories.npz from data/corpus/*.tsv: `python -m bot.nlp.train`. For developers; needs scikit-learn.

Never run by the product. The file it writes holds arrays and UTF-8 text only and is the same for the same input.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlp import arabizi, categories, features, normalise, personal, places
from bot.nlp.categories import Model
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.language import language
from bot.nlp.stems import stems
from bot.vocabulary import Category, Language

DATA: Final = Path(__file__).parent / "data"
_LEAST_DOCUMENTS: Final = 2  # a piece or stem of one message only would be learnt by heart
_REGULARISATION: Final = 0.3
_FOLDS: Final = 8
_SEED: Final = 20261121
_TEMPERATURES: Final = np.arange(0.05, 2.0, 0.01)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message of the corpus."""

    text: str
    category: Category
    urgency: str
    language: Language


def read_corpus(folder: Path) -> tuple[Example, ...]:
    """Every example of every TSV in a folder, in the order of names and lines. Raises on a wrong label."""
    out: list[Example] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            out += [
                Example(row["text"], Category(row["category"]), row["urgency"], Language(row["language"]))
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            ]
    return tuple(out)


def known_stems(examples: Iterable[Example], lexicon: features.Lexicon) -> frozenset[str]:
    """Stems in Arabic letters that exist: those of the corpus's Arabic messages and of the lexicon."""
    of_corpus = (stems(normalise.tokens(normalise.key(e.text))) for e in examples if e.language is Language.AR)
    found = {stem for each in (*of_corpus, *lexicon.terms) for stem in each}
    return frozenset(stem for stem in found if not stem.isascii())


def scoring_key(text: str, known: frozenset[str], gazetteer: Gazetteer) -> str:
    """The key that the classifier sees: no personal data, no names of places, Arabizi also in Arabic letters."""
    read = normalise.clean(text)
    spoken = language(read)
    masked = personal.mask(read, personal.spans(read))
    folded = normalise.key(masked, spoken)
    folded = places.unnamed(folded, places.find(gazetteer, folded, masked))
    return f"{folded} {arabizi.to_arabic(folded, known)}" if spoken is Language.ARABIZI else folded


def _untrained(keys: Sequence[str], lexicon: features.Lexicon, known: frozenset[str]) -> Model:
    """A model with vocabulary and idf of these keys and no weights yet."""
    seen: Counter[str] = Counter()
    for key in keys:
        for channel in features.counted(lexicon, key):
            seen.update(channel.keys())
    kept = sorted(name for name, n in seen.items() if n >= _LEAST_DOCUMENTS)
    idf = [1.0 + np.log((1 + len(keys)) / (1 + seen[name])) for name in kept]
    index = {name: row for row, name in enumerate(kept)}
    labels = tuple(Category)
    empty = np.zeros((len(kept), len(labels)), dtype=np.float32)
    bias = np.zeros(len(labels), dtype=np.float32)
    return Model(labels, index, np.array(idf, dtype=np.float32), empty, bias, 1.0, known, lexicon)


def _matrix(model: Model, keys: Sequence[str]) -> csr_matrix:
    vectors = [categories.vector(model, key) for key in keys]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([found for _, found in vectors])
    return csr_matrix((values, columns, ends), shape=(len(keys), len(model.index)))


def fit(keys: Sequence[str], labels: Sequence[Category], lexicon: features.Lexicon, known: frozenset[str]) -> Model:
    """A model trained on keys and their categories, at temperature 1. Every category must occur."""
    model = _untrained(keys, lexicon, known)
    number = {category: at for at, category in enumerate(model.categories)}
    learner = LinearSVC(C=_REGULARISATION, random_state=_SEED, max_iter=5000)
    learner.fit(_matrix(model, keys), [number[label] for label in labels])
    # Half precision is what is stored, so it is what is calibrated and tested too.
    weights = learner.coef_.T.astype(np.float16).astype(np.float32)
    bias = learner.intercept_.astype(np.float32)
    return Model(model.categories, model.index, model.idf, weights, bias, 1.0, known, lexicon)


def scores(model: Model, keys: Sequence[str]) -> NDArray[np.float32]:
    """Raw scores, (keys, categories)."""
    found: NDArray[np.float32] = _matrix(model, keys) @ model.weights + model.bias
    return found


def out_of_fold(
    keys: Sequence[str], labels: Sequence[Category], lexicon: features.Lexicon, known: frozenset[str]
) -> NDArray[np.float32]:
    """Scores of each key by a model that never saw it."""
    found = np.zeros((len(keys), len(Category)), dtype=np.float32)
    folds = StratifiedKFold(n_splits=_FOLDS, shuffle=True, random_state=_SEED)
    for seen, unseen in folds.split(np.zeros(len(keys)), [label.value for label in labels]):
        model = fit([keys[at] for at in seen], [labels[at] for at in seen], lexicon, known)
        found[unseen] = scores(model, [keys[at] for at in unseen])
    return found


def calibrate(found: NDArray[np.float32], labels: Sequence[Category]) -> float:
    """The temperature at which these scores give the truth the highest likelihood."""
    truth = [tuple(Category).index(label) for label in labels]
    at = np.arange(len(truth))

    def surprise(temperature: float) -> float:
        shares = categories.probabilities(found, temperature)
        return float(-np.log(shares[at, truth] + 1e-12).mean())

    return float(min(_TEMPERATURES, key=surprise))


def write(model: Model, path: Path) -> None:
    """Store a model for bot.nlp.categories.load."""

    def packed(lines: Iterable[str]) -> NDArray[np.uint8]:
        return np.frombuffer("\n".join(lines).encode("utf-8"), dtype=np.uint8)

    np.savez_compressed(
        path,
        categories=packed(category.value for category in model.categories),
        vocabulary=packed(model.index),
        idf=model.idf.astype(np.float16),
        weights=model.weights.astype(np.float16),
        bias=model.bias,
        temperature=np.float32(model.temperature),
        known=packed(sorted(model.known)),
    )


def train(data: Path) -> tuple[Model, float, float]:
    """A calibrated model of the corpus in a data folder; its accuracy and top-3 accuracy on folds it did not see."""
    examples = read_corpus(data / "corpus")
    lexicon = features.load_lexicon(data / "lexicon.tsv")
    known = known_stems(examples, lexicon)
    gazetteer = places.load(data / "places.tsv")
    keys = [scoring_key(example.text, known, gazetteer) for example in examples]
    labels = [example.category for example in examples]
    found = out_of_fold(keys, labels, lexicon, known)
    ranks = np.argsort(-found, axis=1)[:, :3]
    truth = np.array([tuple(Category).index(label) for label in labels])
    model = fit(keys, labels, lexicon, known)
    calibrated = Model(
        model.categories, model.index, model.idf, model.weights, model.bias, calibrate(found, labels), known, lexicon
    )
    return calibrated, float((ranks[:, 0] == truth).mean()), float((ranks == truth[:, None]).any(axis=1).mean())


def main() -> None:
    """Train on the tree's own corpus and store the model there."""
    model, accuracy, top3 = train(DATA)
    write(model, DATA / "categories.npz")
    sys.stdout.write(
        f"features {len(model.index)}\naccuracy_unseen {accuracy:.3f}\ntop3_unseen {top3:.3f}\n"
        f"temperature {model.temperature:.2f}\n"
    )


if __name__ == "__main__":
    main()
