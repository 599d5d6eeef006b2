"""Makes a model from labelled messages. For developers and `muntada train`; needs scikit-learn.

Run as `python -m bot.nlp.train` it reads data/corpus/train, writes data/categories.npz and prints what it reached on
authors that it had not read. The file holds arrays and UTF-8 text only and is the same for the same input.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlp import arabizi, categories, corpus, features, masked, morphology, normalise, personal, places
from bot.nlp.categories import HEADS, Model
from bot.nlp.corpus import Example
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.language import language
from bot.nlp.morphology import Morphology
from bot.nlp.stems import stems
from bot.vocabulary import Category, Language, Urgency

DATA: Final = Path(__file__).parent / "data"
_LEAST_DOCUMENTS: Final = 2  # a piece or lemma of one message only would be learnt by heart
LEAST_CASES: Final = 3  # of live reports, before a feature that the corpus does not know may be learnt
_REGULARISATION: Final = 1.0
_REGULARISATION_OF_HEADS: Final = 0.1
_REGULARISATION_OF_KINDS: Final = 0.3
_LEAST_EMERGENCIES: Final = 40  # of a category, before it has a column for its own emergencies
_SEED: Final = 20261122
_TEMPERATURES: Final = np.arange(0.05, 2.0, 0.01)


@dataclass(frozen=True, slots=True)
class Kit:
    """What turns a text into the key that the model reads."""

    morphology: Morphology
    gazetteer: Gazetteer

    @classmethod
    def load(cls, data: Path = DATA) -> "Kit":
        """From a data folder."""
        return cls(morphology.load(data / "iraqi.db"), places.load(data / "places.tsv"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Examples with what the classifier sees of each. kinds: categories whose emergencies are learnt by themselves."""

    examples: tuple[Example, ...]
    counted: tuple[features.Channels, ...]
    known: frozenset[str]
    kinds: tuple[Category, ...]

    def of(self, wanted: Sequence[bool]) -> tuple[list[Example], list[features.Channels]]:
        """Those that are wanted."""
        chosen = [at for at, yes in enumerate(wanted) if yes]
        return [self.examples[at] for at in chosen], [self.counted[at] for at in chosen]


def known_stems(examples: Iterable[Example]) -> frozenset[str]:
    """Stems in Arabic letters that exist: those of Arabic messages."""
    of_corpus = (stems(normalise.tokens(normalise.key(e.text))) for e in examples if e.language is Language.AR)
    return frozenset(stem for each in of_corpus for stem in each if not stem.isascii())


def scoring_key(text: str, known: Collection[str], gazetteer: Gazetteer) -> str:
    """The key that the classifier sees: no personal data, no names of places, Arabizi also in Arabic letters."""
    read = normalise.clean(text)
    spoken = language(read)
    hidden = personal.mask(read, personal.spans(read))
    folded = normalise.key(hidden, spoken)
    folded = places.unnamed(folded, places.find(gazetteer, folded, hidden))
    return _arabic_too(folded, spoken, known)


def live_key(text: str, known: Collection[str]) -> str:
    """The key of a live example, which is kept without names of people and places (bot.nlp.masked)."""
    spoken = language(text)
    return _arabic_too(normalise.key(masked.seen(text), spoken), spoken, known)


def _arabic_too(folded: str, spoken: Language, known: Collection[str]) -> str:
    if spoken is not Language.ARABIZI:
        return folded
    return f"{folded} {arabizi.to_arabic(folded, frozenset(known))}"


def _vocabulary(counted: Sequence[features.Channels], cases: Sequence[str]) -> tuple[list[str], list[float]]:
    """The features to learn, sorted, and their idf. cases: the live report of each example, "" in the corpus."""
    shipped: Counter[str] = Counter()
    live: defaultdict[str, set[str]] = defaultdict(set)
    for channels, case in zip(counted, cases, strict=True):
        for channel in channels:
            if not case:
                shipped.update(channel.keys())
                continue
            for name in channel:
                live[name].add(case)
    seen: Mapping[str, int] = {
        name: shipped[name] + len(live.get(name, ()))
        for name in shipped.keys() | live.keys()
        if shipped[name] >= _LEAST_DOCUMENTS or len(live.get(name, ())) >= LEAST_CASES
    }
    kept = sorted(seen)
    return kept, [1.0 + float(np.log((1 + len(counted)) / (1 + seen[name]))) for name in kept]


def untrained(prepared: Prepared, kit: Kit) -> Model:
    """A model with the vocabulary and idf of these examples and no weights yet."""
    kept, idf = _vocabulary(prepared.counted, [example.case for example in prepared.examples])
    index = {name: row for row, name in enumerate(kept)}
    return Model(
        categories=tuple(Category),
        index=index,
        idf=np.array(idf, dtype=np.float32),
        weights=np.zeros((len(kept), 0), dtype=np.float32),
        bias=np.zeros(0, dtype=np.float32),
        temperature=1.0,
        slopes=np.ones(len(HEADS), dtype=np.float32),
        offsets=np.zeros(len(HEADS), dtype=np.float32),
        known=prepared.known,
        morphology=kit.morphology,
        rows_of=categories.reader(index, kit.morphology),
    )


def matrix(model: Model, counted: Sequence[features.Channels]) -> csr_matrix:
    """The examples as the model's rows see them, (examples, features)."""
    vectors = [categories.weighed(model, channels) for channels in counted]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([found for _, found in vectors])
    return csr_matrix((values, columns, ends), shape=(len(counted), len(model.index)))


def truths(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """What the heads should say, (examples, 3)."""
    return np.array(
        [(e.urgency is Urgency.EMERGENCY, e.urgency is not Urgency.NORMAL, e.sensitive) for e in examples], dtype=bool
    )


def fit(prepared: Prepared, kit: Kit, *, without: Collection[str] = ()) -> Model:
    """A model trained on prepared examples, not calibrated. Every category must occur. without: authors left out."""
    examples, counted = prepared.of([example.author not in without for example in prepared.examples])
    model = untrained(replace(prepared, examples=tuple(examples), counted=tuple(counted)), kit)
    seen = matrix(model, counted)
    number = {category: at for at, category in enumerate(model.categories)}
    of_category = _learner(_REGULARISATION).fit(seen, [number[example.category] for example in examples])
    heads = [_learner(_REGULARISATION_OF_HEADS).fit(seen, truth) for truth in truths(examples).T]
    kinds = [_learner(_REGULARISATION_OF_KINDS).fit(seen, _of_kind(examples, kind)) for kind in prepared.kinds]
    learnt = (of_category, *heads, *kinds)
    # Half precision is what is stored, so it is what is calibrated and tested too.
    return replace(
        model,
        weights=np.concatenate([one.coef_ for one in learnt]).T.astype(np.float16).astype(np.float32),
        bias=np.concatenate([one.intercept_ for one in learnt]).astype(np.float32),
    )


def _learner(strength: float) -> LinearSVC:
    return LinearSVC(C=strength, random_state=_SEED, max_iter=5000)


def _kinds_of_emergency(examples: Sequence[Example]) -> tuple[Category, ...]:
    """The categories with enough emergencies to learn each kind by itself."""
    urgent = Counter(example.category for example in examples if example.urgency is Urgency.EMERGENCY)
    return tuple(category for category in Category if urgent[category] >= _LEAST_EMERGENCIES)


def _of_kind(examples: Sequence[Example], kind: Category) -> NDArray[np.bool_]:
    return np.array([e.category is kind and e.urgency is Urgency.EMERGENCY for e in examples])


def scores(model: Model, counted: Sequence[features.Channels]) -> NDArray[np.float32]:
    """Raw scores, (examples, columns)."""
    found: NDArray[np.float32] = matrix(model, counted) @ model.weights + model.bias
    return found


def calibrated(model: Model, found: NDArray[np.float32], examples: Sequence[Example]) -> Model:
    """The model with temperature, slopes and offsets that make these unseen scores probabilities."""
    wide = len(model.categories)
    truth = [model.categories.index(example.category) for example in examples]
    at = np.arange(len(truth))

    def surprise(temperature: float) -> float:
        shares = categories.probabilities(found[:, :wide], temperature)
        return float(-np.log(shares[at, truth] + 1e-12).mean())

    temperature = float(min(_TEMPERATURES, key=surprise))
    told = categories.signals(found, categories.probabilities(found[:, :wide], temperature))
    of_heads = [
        LogisticRegression(C=1e3).fit(told[:, column : column + 1], truth_of_head)
        for column, truth_of_head in enumerate(truths(examples).T)
    ]
    return replace(
        model,
        temperature=temperature,
        slopes=np.array([head.coef_[0, 0] for head in of_heads], dtype=np.float32),
        offsets=np.array([head.intercept_[0] for head in of_heads], dtype=np.float32),
    )


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
        slopes=model.slopes,
        offsets=model.offsets,
        known=packed(sorted(model.known)),
    )


def prepare(examples: Sequence[Example], live: Sequence[Example], kit: Kit) -> Prepared:
    """The features of the corpus's examples and of live ones (whose texts are masked, and which name their case)."""
    known = known_stems(examples)
    keys = [scoring_key(example.text, known, kit.gazetteer) for example in examples]
    keys += [live_key(example.text, known) for example in live]
    counted = tuple(features.counted(kit.morphology, key) for key in keys)
    return Prepared((*examples, *live), counted, known, _kinds_of_emergency(examples))


def unseen(prepared: Prepared, kit: Kit) -> tuple[list[Example], NDArray[np.float32]]:
    """The examples of authors who wrote of all categories, scored by models that never read them, in two halves."""
    written: defaultdict[str, set[Category]] = defaultdict(set)
    for example in prepared.examples:
        written[example.author].add(example.category)
    of_all = sorted(author for author, about in written.items() if author and len(about) == len(Category))
    held: list[Example] = []
    found: list[NDArray[np.float32]] = []
    for half in (of_all[::2], of_all[1::2]):
        theirs, counted = prepared.of([example.author in half for example in prepared.examples])
        found.append(scores(fit(prepared, kit, without=half), counted))
        held += theirs
    return held, np.concatenate(found)


def train(examples: Sequence[Example], live: Sequence[Example] = (), *, kit: Kit | None = None) -> Model:
    """A calibrated model of the corpus's examples and of live ones. Every category must occur in the corpus."""
    kit = kit or Kit.load()
    prepared = prepare(examples, live, kit)
    model = fit(prepared, kit)
    held, found = unseen(prepared, kit)
    return calibrated(model, found, held)


def main() -> None:
    """Train on the tree's own corpus and store the model there."""
    kit = Kit.load()
    prepared = prepare(corpus.read(DATA / "corpus" / "train"), (), kit)
    held, found = unseen(prepared, kit)
    model = calibrated(fit(prepared, kit), found, held)
    write(model, DATA / "categories.npz")
    truth = np.array([model.categories.index(example.category) for example in held])
    ranks = np.argsort(-found[:, : len(model.categories)], axis=1)[:, :3]
    sys.stdout.write(
        f"examples {len(prepared.examples)}\nfeatures {len(model.index)}\n"
        f"accuracy_unseen_authors {float((ranks[:, 0] == truth).mean()):.3f} of {len(held)}\n"
        f"top3_unseen_authors {float((ranks == truth[:, None]).any(axis=1).mean()):.3f}\n"
        f"temperature {model.temperature:.2f}\n"
    )


if __name__ == "__main__":
    main()
