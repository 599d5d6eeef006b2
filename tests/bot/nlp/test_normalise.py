"""clean keeps what a person reads; key does not care how a word was spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.normalise import MARKS_KEPT, clean, key, letters, tokens
from bot.vocabulary import Language

SENTENCES = (
    "اكو واحد يلحگني كل يوم من الدوام للبيت",
    "گال راح يضربني اذا احچي ويه اهلي",
    "باگوا الستوتة مالتي من باب البيت البارحة بالليل",
    "ريحة غاز قوية بالعمارة والناس خايفة",
    "أخي الأكبر في المستشفى وآخر مرة رأيته أمس",
    "ضربوه بالقامة قرب مقهى الحي",
)
SWAPS = (
    ("گ", "ك"),
    ("گ", "ق"),
    ("ق", "ك"),
    ("چ", "ج"),
    ("ة", "ه"),
    ("ى", "ي"),
    ("ي", "ی"),
    ("ك", "ک"),
    ("أ", "ا"),
    ("إ", "ا"),
    ("آ", "ا"),
    ("ض", "ظ"),
    ("ه", "ھ"),
)
MARKS = ("\u0640", "\u064e", "\u0651", "\u0652", "\u200f", "\u202b", "\u200c", "\u2067", "\ufeff", "\u0670")
NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn"]),
        st.sampled_from("اأإآءئؤىيیةهەهـضظقكگکچج٣۳'3hHaIıİﷺ🔫😂\n\u200c\u0640\u0651\u0300"),
    ),
    max_size=60,
)


@given(NASTY)
def test_clean_is_total_and_doing_it_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@given(NASTY, st.sampled_from(list(Language)))
def test_key_is_total_and_doing_it_twice_changes_nothing(text: str, language: Language) -> None:
    once = key(text, language)
    assert key(once, language) == once
    assert " ".join(tokens(once)) == once


@given(st.sampled_from(SENTENCES), st.data())
def test_key_does_not_care_how_a_word_is_spelt(sentence: str, data: st.DataObject) -> None:
    noisy = list(sentence)
    for at in range(len(noisy)):
        variants = [new for old, new in SWAPS if noisy[at] == old] + [noisy[at]]
        noisy[at] = data.draw(st.sampled_from(variants))
        if noisy[at].isalpha():
            noisy[at] += data.draw(st.sampled_from(("", "", *MARKS)))
    assert key("".join(noisy)) == key(sentence)


@given(st.sampled_from(SENTENCES), st.integers(2, 9), st.data())
def test_key_does_not_hear_a_drawn_out_letter(sentence: str, times: int, data: st.DataObject) -> None:
    single = [at for at in range(1, len(sentence) - 1) if sentence[at] not in {sentence[at - 1], sentence[at + 1], " "}]
    at = data.draw(st.sampled_from(single))
    assert key(sentence[:at] + sentence[at] * (times + 1) + sentence[at + 1 :]) == key(sentence)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("\u202eعلي\u202c", "علي"),
        ("a\x00b\ud800", "ab\ufffd"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("سطر\r\nسطر", "سطر\nسطر"),
        ("a" + "\u0301\u0302\u0303\u0304\u0305\u0306", "á\u0302\u0303\u0304"),
        ("به\u200c ماڵ", "بە ماڵ"),
        ("ئاگر کەوتووەتەوە", "ئاگر کەوتووەتەوە"),
        ("🔫 ؟!", "🔫 ؟!"),
    ],
)
def test_clean_takes_off_what_is_invisible_and_nothing_else(raw: str, read: str) -> None:
    assert clean(raw) == read


def test_a_letter_carries_few_marks() -> None:
    assert len(clean("ع" + "\u0651" * 500)) == 1 + MARKS_KEPT


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("هههههههه", "emolaugh"),
        ("🔫", "emogun"),
        ("٠٧٧٠ ۱۲۳", "0770 123"),
        ("100000", "100000"),
        ("Êvar û ŞEV", "evar u sev"),
        ("ئەم", "هم"),
    ],
)
def test_key_folds_signs_digits_and_letters(text: str, folded: str) -> None:
    assert key(text) == folded


def test_an_apostrophe_beside_a_digit_is_a_letter_in_arabizi_only() -> None:
    assert key("3'adi", Language.ARABIZI) == "ghadi"
    assert key("don't", Language.EN) == "dont"


def test_letters_folds_a_pattern_and_leaves_its_signs() -> None:
    assert letters(r"(?:قتل|گتلة)\w*") == r"(?:كتل|كتله)\w*"
