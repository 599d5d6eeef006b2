"""A text to learn from holds no personal data and no name of a place, and says the rest as it was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.analyse import Understanding
from bot.nlp.masked import PLACE, masked, seen
from bot.nlp.normalise import key


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("انباك ماطوري بالشعلة", f"انباك ماطوري {PLACE}"),
        ("اسمي حيدر من الكرادة في بغداد", f"اسمي [NAME] من {PLACE} في {PLACE}"),
        ("شەڕ لە هەولێر ڕوویدا", f"شەڕ لە {PLACE} ڕوویدا"),
        ("عركة بالموصل والموصل كلها تدري", f"عركة {PLACE} كلها تدري"),
        ("خابرني على 0770 000 0012", "خابرني على [PHONE]"),
        ("ماكو كهرباء من ثلاث ايام", "ماكو كهرباء من ثلاث ايام"),
        ("شفت زيدون الخفاجي يبوك", "شفت [NAME] يبوك"),
        ("باكوا بشارع الخنفشاري القديم محلات", f"باكوا بشارع {PLACE} محلات"),
        ("الشارع مكسر والسوك مسدود", "الشارع مكسر والسوك مسدود"),
        ("", ""),
    ],
)
def test_names_numbers_and_places_are_masked_and_nothing_else(
    understanding: Understanding, text: str, shown: str
) -> None:
    assert masked(text, understanding.gazetteer) == shown


def test_a_landmark_is_masked_as_a_place_is(understanding: Understanding) -> None:
    shown = masked("صار حادث يم جامع الرحمن واكو جرحى", understanding.gazetteer)
    assert "الرحمن" not in shown
    assert "حادث" in shown


def test_what_a_classifier_reads_of_it_has_made_up_words_for_tokens_and_none_for_places() -> None:
    read = key(seen(f"انباك ماطوري {PLACE} ورقمي [PHONE]"))
    assert read == "انباك ماطوري وركمي piiphone"


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_again_finds_no_more_numbers(
    understanding: Understanding, text: str
) -> None:
    shown = masked(text, understanding.gazetteer)
    assert masked("0770 000 0012 " + text, understanding.gazetteer).count("0770 000 0012") == 0
    assert isinstance(seen(shown), str)
