"""Whose speaker staff need, and how its writer is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.language import language
from bot.nlp.speakers import answered_in, speaker_of
from bot.vocabulary import Language, Locale, Stub


def test_what_we_answer_in_needs_no_other_speaker() -> None:
    for spoken in (Language.AR, Language.ARABIZI, Language.CKB, Language.EN):
        assert speaker_of(spoken, "whatever") is None
        assert answered_in(spoken) == ()


@pytest.mark.parametrize(
    ("text", "needed", "said_in"),
    [
        ("کچا من ژ مەکتەبێ نەزڤڕی و ئەم نزانین ل کیڤەیە", Language.KMR, (Stub.KMR,)),
        ("Kurê min du roj in winda ye", Language.KMR, (Stub.KMR,)),
        ("Qardaşım dünenden beri yoxtu", Language.TURKMEN, (Stub.AZB,)),
        ("Otelde kavga çıktı, yaralılar var", Language.TURKMEN, (Stub.AZB,)),
        ("ܒܪܘܢܝ ܛܠܝܩܐ ܝܠܗ ܡܢ ܬܡܠ", Language.SYRIAC, (Stub.SYR,)),
        ("این خانه را به من بدهید لطفا", Language.FA, tuple(Locale)),
        ("আমার মালিক পাসপোর্ট নিয়ে গেছে", Language.UNKNOWN, tuple(Locale)),
        ("Помогите", Language.UNKNOWN, tuple(Locale)),
        ("inaagaw nila ang pasaporte ko", Language.UNKNOWN, tuple(Locale)),
    ],
)
def test_staff_are_told_whose_speaker_they_need(
    text: str, needed: Language, said_in: tuple[Locale | Stub, ...]
) -> None:
    assert speaker_of(language(text), text) is needed
    assert answered_in(language(text)) == said_in


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\t", "؟؟؟", "👍👍", "12345", "٣", "Qaiyara", "Sara Kerim"),
        *("\u200f\u202e\u2066", "\u200d\u200c", "ـ" * 50, "ا" + "\u0301" * 3_000, "\u0301" * 3_000),
    ],
)
def test_numbers_signs_and_names_need_nobody(text: str) -> None:
    """Group 38, in part: what says nothing asks for nobody."""
    assert speaker_of(language(text), text) is None


@pytest.mark.slow
@given(st.text(max_size=80))
def test_whoever_needs_a_speaker_is_told_so_in_some_language(text: str) -> None:
    spoken = language(text)
    assert not speaker_of(spoken, text) or answered_in(spoken)
