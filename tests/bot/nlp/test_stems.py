"""Clitics come off; Arabizi becomes Arabic enough to be scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.arabizi import candidates, to_arabic
from bot.nlp.normalise import key, tokens
from bot.nlp.stems import stem, stems


@pytest.mark.parametrize(
    "words", ["السيارة سيارتي بالسيارة والسيارات سيارتنا", "يضربني تضربها ضربوه يضربوهم", "قوتابخانەکە قوتابخانەکان"]
)
def test_one_word_in_many_dresses_has_one_stem(words: str) -> None:
    assert len({stem(word) for word in tokens(key(words))}) == 1


def test_mosul_writes_its_ra_as_ghain() -> None:
    assert stem(key("سرقوا")) in stems(tokens(key("سغقوا")))


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=15))
def test_a_stem_is_never_empty(word: str) -> None:
    assert stem(word)


@pytest.mark.parametrize(
    ("latin", "arabic"), [("7arami", "حرامي"), ("ma", "ما"), ("shari3", "شارع"), ("mobail", "موبايل")]
)
def test_arabizi_offers_the_arabic_word(latin: str, arabic: str) -> None:
    assert arabic in candidates(latin)


def test_a_known_stem_wins_and_the_article_is_glued() -> None:
    assert to_arabic("el shari3", frozenset({stem("شارع")})) == "الشارع"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 éßñاب", max_size=40))
def test_any_key_can_be_read_as_arabizi(text: str) -> None:
    assert isinstance(to_arabic(key(text), frozenset()), str)
