"""An everyday word in Latin letters is no place that sounds like it, unless it is written as a name."""

import pytest

from bot.nlp import normalise, places
from tests.shipped import shipped


@pytest.mark.parametrize(
    "text",
    [
        "we live near our school",
        "Near our house",
        "in our district",
        "men at the door",
        "he hit me in the market",
        "bil madina",
        "bil dukan maku a7ad",
        "bil jami3a wahda ti7chi",
        "ana bil bet",
        "from seven till now",
    ],
)
def test_everyday_words_are_no_places(text: str) -> None:
    found = places.find(shipped().gazetteer, normalise.key(text), text)
    assert (found.place, found.candidates) == (None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shooting in Hit", "IQ-AN-hit"),
        ("robbery in Ur district", "IQ-DQ-ur-dhiqar"),
        ("fight in 7ay al-jami3a", "IQ-BG-hay-al-jamia"),
        ("bil Dora", "IQ-BG-dora"),
    ],
)
def test_a_name_that_is_marked_as_one_stays_one(text: str, expected: str) -> None:
    found = places.find(shipped().gazetteer, normalise.key(text), text)
    assert found.place is not None
    assert found.place.id == expected


@pytest.mark.parametrize(("text", "expected"), [("hit", "IQ-AN-hit"), ("dukan", "IQ-SU-dokan")])
def test_a_word_that_is_the_whole_answer_may_be_a_place(text: str, expected: str) -> None:
    found = places.answer(shipped().gazetteer, text)
    assert [place.id for place in found.candidates][:1] == [expected]


def test_our_answers_no_question_of_where() -> None:
    assert places.answer(shipped().gazetteer, "our").candidates == ()
