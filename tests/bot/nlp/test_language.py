"""The language of a text, by rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.language import language
from bot.vocabulary import Language
from tests.bot.nlp.conftest import Labelled


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("اكو حرامي بالبيت", Language.AR),
        ("چان يگول پلاستك گدام الگراج", Language.AR),
        ("سلام علیکم شلونکم", Language.AR),
        ("دزێک لە ماڵەکەمان بوو", Language.CKB),
        ("ێستا", Language.CKB),
        ("این خانه را به من بدهید لطفا", Language.FA),
        ("aku 7arami bil bait", Language.ARABIZI),
        ("shlonkum wain maqarkum", Language.ARABIZI),
        ("there is a thief in my house", Language.EN),
        ("Dizek di mala me de heye", Language.KMR),
        ("evde hırsız var çabuk gelin", Language.TR),
        ("12345", Language.UNKNOWN),
        ("👍", Language.UNKNOWN),
        ("", Language.UNKNOWN),
    ],
)
def test_a_text_tells_its_language(text: str, spoken: Language) -> None:
    assert language(text) is spoken


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(language(text), Language)


def test_unseen_messages_are_heard_in_their_language(held_out: tuple[Labelled, ...]) -> None:
    wrong = [row.text for row in held_out if language(row.text) != row.language]
    assert len(wrong) <= len(held_out) // 20
