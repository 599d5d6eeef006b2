"""Arabic in Latin letters comes near enough to Arabic for words to be known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.arabizi import candidates, to_arabic
from bot.nlp.normalise import key
from bot.nlp.stems import stem

KNOWN = frozenset(
    stem(key(word)) for word in "سيارة مدرسة شارع حرامي يضربني خايف مستشفى طفل محطة صوت ذهب عليها".split()
)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("7arami bil shari3", "حرامي بالشارع"),
        ("3al madrasa", "عالمدرسة"),
        ("wel 6ifl", "والطفل"),
        ("aku soot", "اكو صوت"),
        ("elma7a66a", "المحطة"),
        ("dhahab", "ذهب"),
        ("3laiha", "عليها"),
        ("mustashfa", "مستشفى"),
    ],
)
def test_a_known_word_is_found_behind_its_latin_letters(latin: str, arabic: str) -> None:
    assert [stem(word) for word in to_arabic(latin, KNOWN).split()] == [stem(word) for word in key(arabic).split()]


def test_signs_and_masks_are_no_words() -> None:
    assert to_arabic("emogun piiphone", KNOWN) == ""


@given(st.text(alphabet="abdeghiklmnoqrstuwyz2356789", min_size=1, max_size=14))
def test_candidates_are_few_and_in_arabic_letters(word: str) -> None:
    spelt = candidates(word)
    assert len(spelt) <= 96
    assert all(not letter.isascii() for spelling in spelt for letter in spelling)
