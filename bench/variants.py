"""What each part of understanding earns: accuracy with and without it, on authors that the model had not read.

    .venv/bin/python -m bench.variants [--only NAME]

Every variant is trained on the training part and scored on the frozen test; docs/model.md holds the table. Figures are
of the category model alone, without rules. Needs the developers' packages; about six minutes.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from bot.nlp import categories, corpus, features, normalise, train
from bot.nlp.corpus import Example
from bot.nlp.morphology import Morphology
from bot.taxonomy import RULES
from bot.vocabulary import Category
from tests.bot.nlp.noise import noise

_SWAPS: Final = ("ةه", "ىي", "أا", "گك", "قك", "چج", "ضظ")
_SEED: Final = 7


def main() -> None:
    """Prints a line for each variant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    kit = train.Kit.load()
    learnt, judged = (corpus.read(train.DATA / "corpus" / part) for part in ("train", "test"))
    for name, variant in _VARIANTS.items():
        if wanted.only in name:
            _report(name, judged, variant(kit, learnt, judged))


def _noisy(variant: Callable[..., list[Category]]) -> Callable[..., list[Category]]:
    """The same, judged on messages misspelt as keyboards and haste misspell them."""

    def misspelt(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
        chance = random.Random(_SEED)
        return variant(kit, learnt, [replace(example, text=noise(example.text, chance)) for example in judged])

    return misspelt


def _report(name: str, judged: Sequence[Example], said: Sequence[Category]) -> None:
    hits = np.array([category is example.category for category, example in zip(said, judged, strict=True)])
    free = np.array([not example.plain for example in judged])
    truth = [example.category.value for example in judged]
    macro = f1_score(truth, [category.value for category in said], average="macro")
    print(
        f"{name:42} accuracy {hits.mean():.3f}  macro-F1 {macro:.3f}  keyword-free {hits[free].mean():.3f}", flush=True
    )


def _counted(kit: train.Kit, examples: Sequence[Example], known: frozenset[str]) -> tuple[features.Channels, ...]:
    keys = (train.scoring_key(example.text, known, kit.gazetteer) for example in examples)
    return tuple(features.counted(kit.morphology, key) for key in keys)


def _fitted(
    kit: train.Kit,
    learnt: Sequence[Example],
    judged: Sequence[Example],
    learner: Callable[[], Any] = lambda: LinearSVC(C=1.0, max_iter=5000),
    labels: Callable[[Example], str] = lambda example: example.category.value,
) -> tuple[Any, NDArray[Any], Any]:
    """The learner fitted, its scores on the judged, and their matrix."""
    prepared = train.prepare(learnt, (), kit)
    model = train.untrained(prepared, kit)
    fitted = learner().fit(train.matrix(model, prepared.counted), [labels(example) for example in learnt])
    seen = train.matrix(model, _counted(kit, judged, prepared.known))
    decide = fitted.decision_function if hasattr(fitted, "decision_function") else fitted.predict_log_proba
    return fitted, decide(seen), seen


def _plain(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example], **how: Any) -> list[Category]:
    fitted, scores, _ = _fitted(kit, learnt, judged, **how)
    return [Category(fitted.classes_[at]) for at in scores.argmax(axis=1)]


def _without_analyzer(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    return _plain(replace(kit, morphology=Morphology(lambda _word: ())), learnt, judged)


@contextmanager
def _bare_keys() -> Iterator[None]:
    def bare(text: str, _language: object = None) -> str:
        return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())

    with patch.object(normalise, "key", bare):
        yield


def _without_normalisation(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    with _bare_keys():
        return _plain(kit, learnt, judged)


def _without_both(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    with _bare_keys():
        return _without_analyzer(kit, learnt, judged)


def _weights(*weights: float) -> Callable[..., list[Category]]:
    def variant(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
        # weighed() took its default when it was defined, so that is what is replaced.
        with patch.object(categories.weighed, "__defaults__", (weights,)):
            return _plain(kit, learnt, judged)

    return variant


def _hierarchical(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    """First the group of the menu, then the category within it."""

    def group(category: Category) -> str:
        return RULES[category].group

    upper, upper_scores, _ = _fitted(kit, learnt, judged, labels=lambda example: group(example.category))
    lower, lower_scores, _ = _fitted(kit, learnt, judged)
    chosen = [upper.classes_[at] for at in upper_scores.argmax(axis=1)]
    inside = [np.array([group(Category(code)) == one for code in lower.classes_]) for one in chosen]
    return [
        Category(lower.classes_[np.where(allowed, row, -np.inf).argmax()])
        for row, allowed in zip(lower_scores, inside, strict=True)
    ]


def _ensemble(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    """A support vector machine, logistic regression and naive Bayes, their scores brought to one scale and added."""
    svm, scores, _ = _fitted(kit, learnt, judged)
    total = scores / scores.std()
    for learner in (lambda: LogisticRegression(C=10, max_iter=120), lambda: ComplementNB(alpha=0.3)):
        _, more, _ = _fitted(kit, learnt, judged, learner)
        total = total + 0.5 * more / more.std()
    return [Category(svm.classes_[at]) for at in total.argmax(axis=1)]


def _augmented(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
    """Each message once more with swapped letters and a word left out."""
    chance = random.Random(_SEED)

    def noisy(text: str) -> str:
        for one, other in _SWAPS:
            if chance.random() < 0.5:
                text = text.replace(one, other)
        words = text.split()
        if len(words) > 4:
            del words[chance.randrange(len(words))]
        return " ".join(words)

    return _plain(kit, (*learnt, *(replace(example, text=noisy(example.text)) for example in learnt)), judged)


def _part(share: float, how: Callable[..., list[Category]] = _plain) -> Callable[..., list[Category]]:
    def variant(kit: train.Kit, learnt: Sequence[Example], judged: Sequence[Example]) -> list[Category]:
        chosen = random.Random(_SEED).sample(list(learnt), int(len(learnt) * share))
        least = min(Counter(example.category for example in chosen).values())
        print(f"  {len(chosen)} messages, the rarest category {least}")
        return how(kit, chosen, judged)

    return variant


_VARIANTS: Final[dict[str, Callable[..., list[Category]]]] = {
    "as shipped": _plain,
    "without the Analyzer (light stems only)": _without_analyzer,
    "without camel and our normalisation": _without_normalisation,
    "misspelt: as shipped": _noisy(_plain),
    "misspelt: without the Analyzer": _noisy(_without_analyzer),
    "misspelt: without normalisation": _noisy(_without_normalisation),
    "misspelt: without Analyzer and normalisation": _noisy(_without_both),
    "pieces of words only": _weights(1.0, 0.0, 0.0, 0.0, 0.0),
    "lemmas and meanings only": _weights(0.0, 1.0, 0.5, 0.4, 0.4),
    "without pairs of lemmas and of meanings": _weights(1.0, 1.0, 0.0, 0.4, 0.0),
    "logistic regression": lambda kit, learnt, judged: _plain(
        kit, learnt, judged, learner=lambda: LogisticRegression(C=10, max_iter=120)
    ),
    "naive Bayes (complement)": lambda kit, learnt, judged: _plain(
        kit, learnt, judged, learner=lambda: ComplementNB(alpha=0.3)
    ),
    "hierarchical": _hierarchical,
    "ensemble of the three": _ensemble,
    "augmented with spelling noise": _augmented,
    "an eighth of the corpus": _part(0.125),
    "a quarter of the corpus": _part(0.25),
    "half of the corpus": _part(0.5),
    "an eighth, without the Analyzer": _part(0.125, _without_analyzer),
}

if __name__ == "__main__":
    main()
