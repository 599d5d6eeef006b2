"""The model in the tree is the one its corpus makes; what is learnt from live reports needs several of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlp import categories, corpus
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.corpus import Example
from bot.vocabulary import Category


@pytest.fixture(scope="module")
def train() -> Any:
    """The module, imported only where it is tried: scikit-learn takes a second."""
    return pytest.importorskip("bot.nlp.train", reason="needs scikit-learn, which only developers install")


@pytest.fixture(scope="module")
def few() -> tuple[Example, ...]:
    """Some dozen examples of each category: enough to learn, quickly."""
    found: dict[Category, list[Example]] = {category: [] for category in Category}
    for example in corpus.read(DATA / "corpus" / "train"):
        if len(found[example.category]) < 12:
            found[example.category].append(replace(example, author=f"author {len(found[example.category]) % 4}"))
    return tuple(example for examples in found.values() for example in examples)


@pytest.fixture(scope="module")
def kit(train: Any) -> Any:
    return train.Kit.load()


def _live(train: Any, kit: Any, few: tuple[Example, ...], texts: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The features of a model that also read these live texts, each (text, case)."""
    live = [replace(few[0], text=text, author="", case=case) for text, case in texts]
    prepared = train.prepare(few, live, kit)
    return frozenset(train.fit(prepared, kit).index)


@pytest.mark.slow
def test_a_word_of_two_live_reports_is_not_learnt_and_of_three_is(
    train: Any, few: tuple[Example, ...], kit: Any
) -> None:
    word = "زنجبيلوف"
    twice = _live(train, kit, few, ((word, "a"), (word, "b"), (word, "b")))
    thrice = _live(train, kit, few, ((word, "a"), (word, "b"), (word, "c")))
    assert not any("نجبيل" in name for name in twice)
    assert any("نجبيل" in name for name in thrice)


@pytest.mark.slow
def test_a_model_is_the_same_when_it_is_made_and_stored_again(
    train: Any, few: tuple[Example, ...], kit: Any, tmp_path: Path
) -> None:
    for name in ("one.npz", "two.npz"):
        train.write(train.train(few, kit=kit), tmp_path / name)
    one, two = (categories.load(tmp_path / name, kit.morphology) for name in ("one.npz", "two.npz"))
    assert one.index == two.index
    assert np.array_equal(one.weights, two.weights)
    assert (one.temperature, *one.slopes, *one.offsets) == (two.temperature, *two.slopes, *two.offsets)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_training_again_gives_the_model_in_the_tree(train: Any, understanding: Understanding, tmp_path: Path) -> None:
    train.write(train.train(corpus.read(DATA / "corpus" / "train")), tmp_path / "categories.npz")
    again = categories.load(tmp_path / "categories.npz", understanding.model.morphology)
    assert again.index == understanding.model.index
    assert np.allclose(again.weights, understanding.model.weights, atol=2e-2)
