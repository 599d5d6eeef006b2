"""What is kept of a place as it was written, and what a place's surroundings, script and speech decide."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp import clitics, normalise, places
from bot.nlp.qeltu import is_qeltu
from bot.nlp.written import latin_wording, wording
from tests.examples import examples

DATA = Path(places.__file__).parent / "data" / "places.tsv"


@pytest.fixture(scope="module")
def gazetteer() -> places.Gazetteer:
    return places.load(DATA)


def where(gazetteer: places.Gazetteer, text: str) -> places.Found:
    clean = normalise.clean(text)
    return places.find(gazetteer, normalise.key(clean), clean)


@pytest.mark.parametrize(
    ("text", "governorate", "written"),
    [
        ("حريق كبير بالموصل هسه", "IQ-NI", "الموصل"),
        ("حريق بـبعقوبة قرب المحكمة", "IQ-DI", "بعقوبة"),
        ("رايحين للزبير باجر", "IQ-BA", "زبير"),
        ("واگف بسوگ مريدي من الصبح", "IQ-BG", "مريدي"),
        ("انحبست بسيطرة الشعب ساعتين", "IQ-BG", "الشعب"),
        ("مشكلة ويه الجيران بحي الجهاد", "IQ-BG", "حي الجهاد"),
        ("لە هەولێردا دەژیم", "IQ-AR", "هەولێر"),
        ("Musul'da dükkan soyuldu", "IQ-NI", "Musul"),
        ("dün gece Kerkük'te silah sesi vardı", "IQ-KI", "Kerkük"),
        ("aku 7areeq bil ba9ra hassa", "IQ-BA", "ba9ra"),
        ("they burned the shop in Al-Fuhud yesterday", "IQ-DQ", "Al-Fuhud"),
    ],
)
def test_the_words_that_name_a_place_are_kept_without_what_is_glued_to_them(
    gazetteer: places.Gazetteer, text: str, governorate: str, written: str
) -> None:
    place = where(gazetteer, text).place
    assert place is not None
    assert place.governorate == governorate
    assert place.written == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("كسروا باب المحل وراحوا، الدورة", "IQ-BG-dora"),
        ("ظربوا الولد بالراس ومحد وكف الهم، بيجي", "IQ-SD-baiji"),
        ("العمارة، انحرگ دكان الصاغة", "IQ-MA-amara"),
        ("شالوا الكيبل مال المولدة\nالشعب", "IQ-BG-shaab"),
        ("دوو کەس بریندار بوون لە شەڕەکەدا ڕانیە", "IQ-SU-ranya"),
        ("four men are kept on a farm near Balad", "IQ-SD-balad"),
    ],
)
def test_a_name_that_is_a_phrase_of_its_own_needs_no_cue(gazetteer: places.Gazetteer, text: str, expected: str) -> None:
    place = where(gazetteer, text).place
    assert place is not None
    assert place.id == expected


@pytest.mark.parametrize(
    "text",
    [
        "سيارة كيا رقمها بغداد ٤٤٣ دعمتني",
        "كاعدين بسطح العمارة ويصيحون",
        "كسروا القفل وفاتوا",
        "الحمام بيه دورة المياه خربانة",
        "ماكو فايدة من الحچي",
        "طلقة بسيارة حديثة",
        "صاحب امبير المولدة رفع السعر",
        "جايين نازحين من سنجار وسكنوا يمنا",
        "فريق اربيل لعب زين",
        "Happy Newroz to all",
    ],
)
def test_what_only_sounds_like_a_place_is_none(gazetteer: places.Gazetteer, text: str) -> None:
    assert where(gazetteer, text).place is None


def test_speech_decides_between_places_of_one_name_and_nothing_else(gazetteer: places.Gazetteer) -> None:
    assert where(gazetteer, "مشكلة بحي الوحدة").place is None
    spoken = where(gazetteer, "ابن جيغانا صغيغ وضاع بحي الوحدة هسع").place
    assert spoken is not None
    assert spoken.governorate == "IQ-NI"
    assert where(gazetteer, "صغيغ وما يعغف الدغب هسع").place is None
    assert is_qeltu("المدغسه بعيده".split())
    assert not is_qeltu("صغير وشغال ببغداد ويبلغ".split())


def test_several_of_one_name_in_one_governorate_give_the_governorate(gazetteer: places.Gazetteer) -> None:
    found = where(gazetteer, "مشكلة بحي الأندلس بالأنبار")
    assert found.place is not None
    assert found.place.governorate == "IQ-AN"
    assert "الأندلس" in found.place.written


def test_the_smaller_place_is_taken_in_the_governorate_of_the_larger(gazetteer: places.Gazetteer) -> None:
    for text in ("رمي بحي العسكري بالفلوجة", "بالفلوجة حي العسكري رمي", "حي العسكري، الفلوجة، رمي"):
        place = where(gazetteer, text).place
        assert place is not None
        assert place.id == "IQ-AN-askari"


def test_a_qaf_that_is_written_is_no_kaf_of_a_name(gazetteer: places.Gazetteer) -> None:
    kifl = where(gazetteer, "حريق بالكفل").place
    assert kifl is not None
    assert kifl.governorate == "IQ-BB"
    assert where(gazetteer, "كسر بالقفل").place is None


@pytest.mark.parametrize("text", ["", "،", "😭😭", "ءءء", "ـــ", "123", "ب", "و", "'", "a'b'c", "ل" * 300])
def test_words_and_tokens_stand_side_by_side_or_the_tokens_are_left_out(text: str) -> None:
    clean = normalise.clean(text)
    laid = wording(normalise.key(clean).split(), clean)
    assert laid.tokens in ((), []) or len(laid.tokens) == len(laid.words)
    assert laid.breaks[0] == 0
    assert laid.breaks[-1] == len(laid.words)


@settings(max_examples=examples(80), deadline=None)
@given(st.text(max_size=120))
def test_every_text_can_be_laid_side_by_side(text: str) -> None:
    clean = normalise.clean(text)
    for laid in (wording(normalise.key(clean).split(), clean), latin_wording(clean)):
        assert list(laid.breaks) == sorted(set(laid.breaks))
        assert laid.breaks[-1] == len(laid.words)
        laid.span(0, len(laid.words), cut=1, tail=1)


@given(word=st.text(min_size=1, max_size=30), kurdish=st.booleans())
def test_what_comes_off_a_word_leaves_a_word(*, word: str, kurdish: bool) -> None:
    assert all(stem.word for stem in clitics.stems(word, kurdish=kurdish))
    assert all(stem.word for stem in clitics.latin_stems(word, kurmanji=True, turkish=True))


def test_finding_grows_no_faster_than_the_text(gazetteer: places.Gazetteer) -> None:
    line = "اكو رمي بالكرادة يم جامع الرحمن هسه والناس خايفة تطلع من البيت، الحگونا. "

    def seconds(times: int) -> float:
        text = line * times
        key = normalise.key(text)
        best = 9.0
        for _ in range(3):
            start = process_time()
            places.find(gazetteer, key, text)
            best = min(best, process_time() - start)
        return best

    assert seconds(200) < 30 * max(seconds(20), 0.0005)
