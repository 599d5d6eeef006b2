"""A word is found under its lemma in whatever dress it comes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.nlp import lexis, morphology, tables
from bot.nlp.morphology import Morphology, Reading, readings
from bot.nlp.normalise import key, tokens
from tests.examples import examples

SENTENCES = "ابوي ديضربني كل يوم ومحد يحچي وياه وما اگدر اطلع من البيت بالزعفرانية"
LETTERS = "ابتثجحخدذرزسشصطظعغفكلمنهوي"
OBJECTS = ("ني", "ه", "ها", "هم", "نا", "ك", "كم", "لي", "له", "لها", "لك")


@pytest.fixture(scope="module")
def m() -> Morphology:
    return morphology.load(lexis.DATABASE)


def _verbs() -> Iterator[tuple[str, str, str]]:
    for path in sorted(lexis.TABLES.glob("verbs*.tsv")):
        for row in tables.table(path):
            past, present = row["past"].split("/")[0], row["present"].split("/")[0]
            yield key(past), past, present


VERBS = tuple(_verbs())


def _lemmas(m: Morphology, word: str) -> set[str]:
    return {key(r.lemma) for r in readings(m, key(word))}


@pytest.mark.parametrize(
    ("words", "lemma"),
    [
        ("ضربني ديضربني يضربها راح_يضربك ضربوني ماضربني انضربت مضروبة ضربتو نضربه ليضربون گاعديضرب", "ضرب"),
        ("منگدر ماگدر اگدر تگدرين يگدرون مايگدر قدرت كدرنا", "قدر"),
        ("ميمشي امشي نمشي مشينا مشوا تمشون ماشي", "مشى"),
        ("بيتنا بيوتهم وبالبيت للبيت عالبيت هالبيت بيتچ مالبيت", "بيت"),
        ("سيارتي السيارات بسيارتهم هالسيارة سياراتنا وبالسيارة", "سيارة"),
        ("يحچي احچيلكم حچتلي يحچون نحچي حچينا يحكي", "حچى"),
        ("شايفته شايفينها شفت شافوه ديشوف نشوف شفتو شفناهم", "شاف"),
        ("ياخذون اخذوا ماخذينه خذوا اخذها وياخذها", "اخذ"),
        ("انطيته ينطيني تنطيها انطوني منطيهم", "انطى"),
    ],
)
def test_one_word_in_many_dresses(m: Morphology, words: str, lemma: str) -> None:
    for word in words.split():
        assert key(lemma) in _lemmas(m, word.replace("_", "")), word


@pytest.mark.parametrize(
    ("word", "concept"),
    [
        ("ديهددني", "THREAT"),
        ("خطفوهم", "KIDNAP"),
        ("والمسدسات", "WEAPON"),
        ("بالكرستال", "DRUG"),
        ("حابسيني", "CONFINE"),
        ("رجلها", "KIN_HUSBAND"),
        ("هسه", "NOW"),
        ("البارحة", "PAST"),
        ("عشيرتنا", "TRIBE"),
        ("صوري", "PHOTO"),
        ("انباكت", "STEAL"),
    ],
)
def test_a_word_has_its_concept_in_whatever_form(m: Morphology, word: str, concept: str) -> None:
    assert any(concept in r.concepts for r in readings(m, key(word)))


@pytest.mark.parametrize("word", ["ماكو", "محد", "منگدر", "ميمشي", "ماشفت", "مشفت", "مايريد", "مو"])
def test_a_denial_is_heard_in_the_word(m: Morphology, word: str) -> None:
    assert readings(m, key(word))[0].negated


@pytest.mark.parametrize("word", ["اريد", "مشى", "ماي", "مال", "مدرسة", "يمشي", "مزور", "مكتوب", "مركز"])
def test_no_denial_is_heard_where_there_is_none(m: Morphology, word: str) -> None:
    assert not readings(m, key(word))[0].negated


def test_what_is_glued_before_a_place_comes_off_in_order(m: Morphology) -> None:
    first = readings(m, key("وبالزعفرانية"))[0]
    assert first == Reading(
        lemma="الزعفرانية", concepts=(), place=True, pos="noun_prop", proclitics=("و", "ب", "ال"), negated=False
    )


@pytest.mark.parametrize(
    ("word", "place"), [("بالمجر", True), ("للمجر", True), ("مجر", False), ("بعلوة", True), ("العلوة", False)]
)
def test_a_place_is_one_with_its_own_article_only(tmp_path: Path, *, word: str, place: bool) -> None:
    table = [{"name_ar": "المجر", "variants": "قضاء المجر|Majar"}, {"name_ar": "علوة", "variants": ""}]
    text = lexis.almor(lexis.place_names(table), tables.table(lexis.TABLES / "clitics.tsv"))
    (tmp_path / "places.db").write_text(text, encoding="utf-8")
    own = morphology.load(tmp_path / "places.db")
    assert any(r.place for r in readings(own, key(word))) is place


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("زوجي", "زوج"), ("شهر", "شهر"), ("من", "من"), ("تعرف", "عرف"), ("عمتي", "عمة"), ("شفت", "شاف"), ("الفجر", "فجر")],
)
def test_the_likeliest_reading_comes_first(m: Morphology, word: str, lemma: str) -> None:
    assert morphology.lemma(m, key(word)) == lemma


def test_mosul_is_understood_as_it_writes(m: Morphology) -> None:
    assert morphology.lemma(m, key("سغقوا")) == morphology.lemma(m, key("سرقوا")) == "سرق"
    assert "ضرب" in _lemmas_raw(m, "قيضغبونا")


def _lemmas_raw(m: Morphology, word: str) -> set[str]:
    return {r.lemma for r in readings(m, key(word))}


@given(st.sampled_from(VERBS), st.sampled_from(OBJECTS), st.sampled_from(("", "و", "دي", "ماي", "راحت", "شي")))
@settings(max_examples=examples(600))
def test_a_verb_keeps_its_lemma_with_any_object(
    m: Morphology, verb: tuple[str, str, str], glued: str, before: str
) -> None:
    lemma, past, present = verb
    stem = key(present)[1:] if before and before != "و" else key(past)
    if past[-1] in "ىاي":
        stem = stem[:-1] + "ا"
    word = before + stem + glued
    assume(key(word) == word)  # a letter three times in a row is one in a key
    assert lemma in _lemmas(m, word), word


@given(st.text(alphabet=LETTERS, min_size=1, max_size=14))
@settings(max_examples=examples(800))
def test_any_letters_can_be_read_and_come_out_whole(m: Morphology, word: str) -> None:
    for reading in readings(m, word):
        assert reading.lemma
        assert reading.pos in lexis.POS
        assert len("".join(reading.proclitics)) < len(word)


@given(st.text(max_size=40))
@settings(max_examples=examples(600))
def test_reading_is_total(m: Morphology, word: str) -> None:
    assert isinstance(readings(m, word), tuple)
    for part in tokens(key(word)):
        assert readings(m, part) == m.read(part)


@pytest.mark.parametrize("word", ["", " ", "hello", "20", "!!", "emogun", "ا" * 500, "\u0670", "ێ", "قلب20", "🔫"])
def test_what_is_no_arabic_word_has_no_reading(m: Morphology, word: str) -> None:
    assert readings(m, word) == ()
    assert morphology.lemma(m, word) is None


def test_what_is_remembered_cannot_be_changed(m: Morphology) -> None:
    first = readings(m, key("ديضربني"))
    with pytest.raises(AttributeError):
        first[0].lemma = "x"  # type: ignore[misc]
    m.read.cache_clear()  # type: ignore[attr-defined]
    assert readings(m, key("ديضربني")) == first


@pytest.mark.slow
def test_eight_threads_read_the_same(m: Morphology) -> None:
    words = [before + past + after for past, _, _ in VERBS for before in ("", "و") for after in ("", "ها", "ني")][
        :4_000
    ]
    other = morphology.load.__wrapped__(lexis.DATABASE)  # not the one that is loaded once
    alone = [readings(other, word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [readings(m, word) for word in words], range(8)))
    assert all(found == alone for found in together)


def test_a_broken_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="absent"):
        morphology.load(tmp_path / "absent")


def test_most_words_of_messages_are_known(m: Morphology) -> None:
    words = tokens(key(SENTENCES))
    assert all(readings(m, word) for word in words)
