"""The scorer: a probability for each category, and the words that decided."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.analyse import Understanding
from bot.nlp.categories import Scored, probabilities, score, vector, weighed, why
from bot.nlp.features import counted
from bot.nlp.normalise import key
from bot.nlp.words import Term, Words
from bot.vocabulary import Category


@pytest.mark.parametrize("text", ["", "zzz", "باگوا ماطوري من باب البيت"])
def test_every_category_gets_a_share_and_they_make_one(understanding: Understanding, text: str) -> None:
    ranked = score(understanding.model, key(text)).guesses
    assert {guess.category for guess in ranked} == set(Category)
    assert sum(guess.confidence for guess in ranked) == pytest.approx(1.0)
    assert [g.confidence for g in ranked] == sorted((g.confidence for g in ranked), reverse=True)


@given(st.lists(st.floats(-50, 50, width=32), min_size=24, max_size=24), st.floats(0.05, 2.0))
def test_temperature_changes_how_sure_and_never_which(scores: list[float], temperature: float) -> None:
    raw = np.array(scores, dtype=np.float32)
    assert probabilities(raw, temperature)[raw.argmax()] == probabilities(raw, temperature).max()


def test_the_deciding_words_are_words_of_the_text(understanding: Understanding) -> None:
    folded = key("واحد يبيع كرستال يم المدرسة")
    reasons = why(understanding.model, folded, Category.DRUGS)
    assert key("كرستال") in reasons
    assert set(reasons) <= set(folded.split())


def test_nothing_said_has_no_reason(understanding: Understanding) -> None:
    assert why(understanding.model, "", Category.OTHER) == ()


def test_a_term_of_the_deployment_speaks_for_its_category(understanding: Understanding) -> None:
    own = Words(terms=(Term("زنجبيلة", Category.DRUGS, 3.0),))
    alone = score(understanding.model, key("يبيعون زنجبيلة هنا"))
    told = score(understanding.model, key("يبيعون زنجبيلة هنا"), own)

    def share(scored: Scored) -> float:
        return next(guess.confidence for guess in scored.guesses if guess.category is Category.DRUGS)

    assert share(told) > share(alone)


def test_the_three_chances_are_probabilities(understanding: Understanding) -> None:
    found = score(understanding.model, key("ينزف هسه الحگونا"))
    assert 0.0 <= found.sensitive <= 1.0
    assert found.emergency > 0.5
    assert found.high > 0.5


@given(st.text(alphabet=st.sampled_from("ابتهيورسلنم كد0 "), max_size=80))
def test_the_quick_way_to_a_vector_gives_what_training_saw(understanding: Understanding, text: str) -> None:
    model, folded = understanding.model, key(text)
    quick, slow = vector(model, folded), weighed(model, counted(model.morphology, folded))
    dense = [np.zeros(len(model.index)) for _ in range(2)]
    for into, (rows, values) in zip(dense, (quick, slow), strict=True):
        into[rows] = values
    assert np.allclose(dense[0], dense[1], atol=1e-5)
