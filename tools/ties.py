"""Makes the weights of bot.nlp.ties: which texts that speak of police or soldiers tie a party of theirs to them.

    .venv/bin/python -m tools.ties            prints what strangers' texts come to, authors left out in turn
    .venv/bin/python -m tools.ties --write    writes bot/nlp/data/ties.npz

Reads bot/nlp/data/ties.tsv and what teaches bot.nlp.doubt (tools/doubts.py), of both what speaks of such people; a
complaint about them is theirs, too. Rows of ties.tsv that stand beside something ("and his brother is an officer") are
read after messages of the corpus that speak of no police, so that what else is told teaches nothing. Needs
scikit-learn, and the model that is shipped: after `python -m bot.nlp.train` these weights are made again.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC

from bot.nlp import arabizi, categories, corpus, insiders, language, normalise, personal, ties, train
from bot.nlp.categories import Model
from bot.nlp.train import DATA, Kit
from bot.vocabulary import Category, Language
from tools import doubts

_COPIES: Final = 2  # of what stands beside something
_STEPS: Final = 7_919, 104_729  # through the corpus, so that what stands beside it is anybody's
_WRITTEN_FOR_IT: Final = 3.0  # how much dearer than the corpus what was written for this is: trials
_LOOSE: Final = 0.1  # the smaller, the less the weights follow single texts: trials
_LEAST_TOLD: Final = 2  # texts that have a feature of what stands around a mention
_WORDS: Final = range(4, 26)  # of a message of the corpus that a row is put after
_FOLDS: Final = 5
_SEED: Final = 20261123
_LEAST_COUNTING: Final = 0.02
_KURDISH: Final = re.compile("[ەێۆڕڵ]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class Text:
    """read: its key as rules read it. told: as the model does. ours: written for this or for bot.nlp.doubt."""

    read: str
    told: str
    tied: bool
    author: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts as the model sees them, (texts, features); names: of the features. What they are, each (texts,)."""

    seen: csr_matrix
    names: tuple[str, ...]
    tied: NDArray[np.bool_]
    ours: NDArray[np.bool_]
    authors: NDArray[np.str_]


def gather(model: Model, kit: Kit) -> Taught:
    """Everything that teaches: what speaks of such people."""
    told: list[Text] = []
    around: list[Mapping[str, float]] = []
    for text, tied, author, ours in (*_of_corpus(), *_of_our_own()):
        read, unplaced = keys(model, kit, text)
        found = ties.around(model.morphology, read)
        # Of the corpus, whom a rule finds where nobody complains, nobody has looked at.
        if found and (ours or tied or not insiders.find(read)):
            told.append(Text(read, unplaced, tied, author, ours))
            around.append(found)
    of_text = doubts.matrix(model, [text.told for text in told]) * ties.OF_TEXT
    names, placed = _placed(around)
    return Taught(
        hstack((of_text, placed)).tocsr(),
        (*model.index, *names),
        np.array([text.tied for text in told]),
        np.array([text.ours for text in told]),
        np.array([text.author for text in told]),
    )


def keys(model: Model, kit: Kit, text: str) -> tuple[str, str]:
    """A text's key as rules read it, and as the model does."""
    clean = normalise.clean(text)
    spoken = language.language(clean)
    key = normalise.key(personal.mask(clean, personal.spans(clean)), spoken)
    read = f"{key} {arabizi.to_arabic(key, model.known)}" if spoken is Language.ARABIZI else key
    return read, train.scoring_key(text, model.known, kit.gazetteer)


def _of_corpus() -> Iterator[tuple[str, bool, str, bool]]:
    for example in corpus.read(DATA / "corpus" / "train"):
        theirs = Category.POLICE_MISCONDUCT in {example.category, example.also}
        yield example.text, theirs, f"corpus {example.author}", False


def _of_our_own() -> Iterator[tuple[str, bool, str, bool]]:
    yield from ((text, theirs, f"doubts {author}", True) for text, theirs, author in doubts.written())
    beside = _beside()
    with (DATA / "ties.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for at, row in enumerate(rows):
        tied, author = row["tied"] == "yes", f"ties {row['by']}"
        if row["beside"] == "no":
            yield row["text"], tied, author, True
            continue
        pool = beside[_letters_of(row["text"])]
        for copy in range(_COPIES):
            other = pool[(at * _STEPS[0] + copy * _STEPS[1]) % len(pool)]
            yield f"{other} {row['text']}", tied, author, True


def _beside() -> Mapping[str, Sequence[str]]:
    """By their letters, the messages of the corpus that speak of no such people."""
    found: dict[str, list[str]] = {}
    for text, theirs, _, _ in _of_corpus():
        if not theirs and len(text.split()) in _WORDS and not ties.speaks(normalise.key(text)):
            found.setdefault(_letters_of(text), []).append(text)
    return found


def _letters_of(text: str) -> str:
    return "kurdish" if _KURDISH.search(text) else "arabic" if _ARABIC.search(text) else "latin"


def _placed(around: Sequence[Mapping[str, float]]) -> tuple[list[str], csr_matrix]:
    told = Counter(name for found in around for name in found)
    names = sorted(name for name, count in told.items() if count >= _LEAST_TOLD)
    index = {name: at for at, name in enumerate(names)}
    kept = [[(index[name], value) for name, value in found.items() if name in index] for found in around]
    ends = np.cumsum([0, *(len(found) for found in kept)])
    values, columns = ([pair[at] for found in kept for pair in found] for at in (1, 0))
    return names, csr_matrix((values, columns, ends), shape=(len(around), len(names)))


def fit(taught: Taught, chosen: NDArray[np.bool_]) -> LinearSVC:
    """The weights from the chosen texts."""
    weight = np.where(taught.ours, _WRITTEN_FOR_IT, 1.0)[chosen]
    machine = LinearSVC(C=_LOOSE, random_state=_SEED, max_iter=5000)
    return machine.fit(taught.seen[chosen], taught.tied[chosen], sample_weight=weight)


def strangers(taught: Taught) -> NDArray[np.float64]:
    """What each text comes to by weights that were made without its author's."""
    names = {name: at % _FOLDS for at, name in enumerate(sorted(set(taught.authors)))}
    fold = np.array([names[author] for author in taught.authors])
    told = np.zeros(len(fold))
    for at in range(_FOLDS):
        told[fold == at] = fit(taught, fold != at).decision_function(taught.seen[fold == at])
    return told


def table(taught: Taught, told: NDArray[np.float64]) -> str:
    """What bounds come to: of strangers' ties and complaints heard, and of their mere mentions."""
    for_it = np.char.startswith(taught.authors, "ties ")
    groups = (("ties", for_it), ("doubts", taught.ours & ~for_it), ("corpus", ~taught.ours))
    lines = [f"{len(told)} texts, {int(taught.tied.sum())} tied"]
    lines += [f"  {name}: {int(of.sum())}, area {roc_auc_score(taught.tied[of], told[of]):.3f}" for name, of in groups]
    for bound in (-0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.5):
        parts = [
            f"{name} {np.mean(told[of & taught.tied] >= bound):.3f} / {np.mean(told[of & ~taught.tied] >= bound):.3f}"
            for name, of in groups
        ]
        lines.append(f"  from {bound:+.2f}: " + ", ".join(parts))
    return "\n".join(lines)


def write(fitted: LinearSVC, taught: Taught, path: Path) -> None:
    """Stores what bot.nlp.ties.load reads. Features that hardly count are left out."""
    weights = fitted.coef_[0]
    kept = [at for at, weight in enumerate(weights) if abs(weight) > _LEAST_COUNTING]
    np.savez_compressed(
        path,
        vocabulary=np.frombuffer("\n".join(taught.names[at] for at in kept).encode(), dtype=np.uint8),
        weights=weights[kept].astype(np.float16),
        bias=np.float32(fitted.intercept_[0]),
    )


def main() -> None:
    """Prints, or writes."""
    kit = Kit.load()
    model = categories.load(DATA / "categories.npz", kit.morphology)
    taught = gather(model, kit)
    if "--write" in sys.argv[1:]:
        write(fit(taught, np.ones(len(taught.tied), dtype=bool)), taught, DATA / "ties.npz")
        return
    print(table(taught, strangers(taught)))


if __name__ == "__main__":
    main()
