"""The model in the tree is the one its corpus makes; the corpus is complete and apart from what judges it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.nlp import categories
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.normalise import key
from bot.vocabulary import Category, Language
from tests.bot.nlp.conftest import Labelled

train = pytest.importorskip("bot.nlp.train", reason="needs scikit-learn, which only developers install")


def test_the_corpus_has_enough_of_every_category_and_nothing_twice() -> None:
    examples = train.read_corpus(DATA / "corpus")
    counts = Counter(example.category for example in examples)
    keys = Counter(key(example.text) for example in examples)
    assert min(counts[category] for category in Category) >= 50
    assert counts[Category.OTHER] >= 120
    assert [k for k, n in keys.items() if n > 1 and k] == []
    assert {Language.AR, Language.CKB, Language.ARABIZI, Language.EN} <= {example.language for example in examples}


def test_no_message_that_judges_the_model_was_learnt(held_out: tuple[Labelled, ...]) -> None:
    learnt = {key(example.text) for example in train.read_corpus(DATA / "corpus")}
    assert not learnt & {key(row.text) for row in held_out}


@pytest.mark.slow
def test_training_again_gives_the_model_in_the_tree(
    tmp_path: Path, held_out: tuple[Labelled, ...], understanding: Understanding
) -> None:
    model, accuracy, top3 = train.train(DATA)
    train.write(model, tmp_path / "categories.npz")
    again = categories.load(tmp_path / "categories.npz", DATA / "lexicon.tsv")
    stored = categories.load(DATA / "categories.npz", DATA / "lexicon.tsv")
    keys = [train.scoring_key(row.text, stored.known, understanding.gazetteer) for row in held_out]
    assert again.index == stored.index
    assert np.allclose(train.scores(again, keys), train.scores(stored, keys), atol=1e-2)
    assert accuracy >= 0.5
    assert top3 >= 0.68
