"""No text breaks the reading of texts, and none takes longer than its length explains."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.nlp.analyse import Understanding, analyse
from bot.nlp.arabizi import to_arabic
from bot.nlp.language import language
from bot.nlp.masked import masked
from bot.nlp.normalise import clean, key
from bot.nlp.passages import cut
from bot.nlp.personal import mask, redact, spans
from bot.nlp.shown import as_understood
from tests.examples import examples

LENGTH = 50_000
SHORTER, LONGER = 10_000, 40_000
MOST = 8  # four times the length takes four times as long, or sixteen where time is a square; a busy machine adds
MEASURABLE = 0.02  # seconds
RUNS = 7
UNITS = (
    "a", "1", "٣", "ا", "ه", "خ", "ە", "ئ", "@", "@a ", "+964", "07 ", "0-", ".", "a.", " ", "\n", "(",
    "[", "-", "_", "'", "a'", "a2", "\u202e", "\u200f", "\u200c", "ه\u200c", "👨\u200d👩\u200d👧", "🏳️‍🌈",
    "\u0301\u0323", "\u0651", "ـ", "ﷺ", "ha", "هه", "http://", "www.", "a@", " at a dot", "اسمي ",
    "علي ", "ابو ", "عبد ", "زوجي ", "رقمها ", "سيارة ", "Ali ", "صفر ", "IQ", "A1", "محلة ", "يم ",
    "حي ", "ب", "w ", "\ud800", "\x00", "[NAME] ",
)  # fmt: skip
ODD = st.text(
    alphabet=st.one_of(
        st.characters(codec=None, categories=None),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Nd", "So"]),
        st.sampled_from("0123456789٠٧+-@./ :()[]{}\n\t'’_ابوليعحقكگچئەێـ\u0651\u200c\u202e🔫😂"),
    ),
    max_size=80,
)
WORDS = st.lists(
    st.sampled_from(
        "اسمي علي على ابو عبد الدين باسم زوجي محلة حي يم قرب رقمها 0770 000 0012 "
        "@a http://a t.me/b صفر سبعة دينار ه‌ navê min "
        "my name is Ali 3ala 7ay هسه نار 🔫 ٢٢ أ 12345 , . : ؟ IQ20 ئ ـ".split()
    ),
    max_size=30,
).map(" ".join)
HOSTILE = st.one_of(ODD, WORDS, st.builds(lambda unit, times: unit * times, st.sampled_from(UNITS), st.integers(1, 60)))


def _reads(understanding: Understanding, text: str) -> None:
    heard = analyse(understanding, text)
    assert heard.clean or not clean(text)  # an empty reading would hide an exception
    as_understood(heard)["redacted"].encode()
    read = clean(text)
    found = spans(read)
    edges = [edge for span in found for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(read) for span in found)
    key(mask(read, found), language(read)).encode()
    redact(read, found).encode()


@given(HOSTILE)
@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_breaks_the_reading(understanding: Understanding, text: str) -> None:
    _reads(understanding, text)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@given(HOSTILE)
@settings(max_examples=examples(100_000), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_none_of_a_hundred_thousand_texts_breaks_the_reading(understanding: Understanding, text: str) -> None:
    _reads(understanding, text)


def test_thousands_of_tiny_sentences_are_read_alone_in_a_few_hundred_pieces_and_none_is_left_out() -> None:
    told = [" ".join(four) for four in product("ابتثجحخ", repeat=4)][:2_200]
    read = cut(". ".join(told)).sentences
    assert 200 < len(read) <= 300
    assert [each for piece in read for each in piece.split(". ")] == told


def _long(unit: str, length: int) -> str:
    return unit * (length // len(unit))


def _reads_long(understanding: Understanding, unit: str) -> None:
    text = _long(unit, LENGTH)
    assert analyse(understanding, text).clean or not clean(text).strip(), repr(unit)
    read = clean(text)
    key(mask(read, spans(read)), language(read))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_long_texts_are_read(understanding: Understanding) -> None:
    for unit in UNITS[::6]:
        _reads_long(understanding, unit)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_long_texts_of_every_kind_are_read(understanding: Understanding) -> None:
    for unit in UNITS:
        _reads_long(understanding, unit)


@pytest.mark.timeout(120)
def test_long_texts_are_masked(understanding: Understanding) -> None:
    for unit in ("اسمي علي ", "a.b ", "محلة 709 ", "@"):
        masked(_long(unit, 8_000), understanding.gazetteer)


def _grows(work: Callable[[str], object], unit: str) -> float:
    """How many times longer LONGER takes than SHORTER; 0 when it is too short to measure. Least of runs."""
    least = {SHORTER: float("inf"), LONGER: float("inf")}
    for _ in range(RUNS):
        for length in (SHORTER, LONGER):
            text = _long(unit, length)
            start = time.process_time()
            work(text)
            least[length] = min(least[length], time.process_time() - start)
        if least[LONGER] < MEASURABLE or least[LONGER] <= MOST * least[SHORTER]:
            return 0.0
    return least[LONGER] / least[SHORTER]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("units", [UNITS[::6], pytest.param(UNITS, marks=pytest.mark.slow)], ids=("some", "all"))
@pytest.mark.parametrize(
    "work",
    [clean, key, language, spans, partial(to_arabic, known=frozenset())],
    ids=("clean", "key", "language", "spans", "arabizi"),
)
def test_time_grows_no_faster_than_length(work: Callable[[str], object], units: Sequence[str]) -> None:
    assert [unit for unit in units if _grows(work, unit)] == []
