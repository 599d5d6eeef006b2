"""How often a phrase is said, as far as the model's corpus knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp import frequency
from bot.nlp.categories import Model
from tests.shipped import shipped


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped one."""
    return shipped().model


def test_a_house_is_spoken_of_more_often_than_a_bomb(model: Model) -> None:
    assert frequency.share(model, "البيت") > 0.03 > frequency.share(model, "قنبلة") > 0.0


def test_a_phrase_is_as_rare_as_its_rarest_word(model: Model) -> None:
    assert frequency.share(model, "قنبلة بالبيت") == frequency.share(model, "قنبلة")
    assert frequency.share(model, "برعوصة بالبيت") == 0.0


@given(st.text(max_size=100))
def test_any_text_has_a_share(model: Model, phrase: str) -> None:
    assert 0.0 <= frequency.share(model, phrase) <= 1.0
