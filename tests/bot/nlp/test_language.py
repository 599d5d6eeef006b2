"""The language of a text, by rules."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.language import language
from bot.vocabulary import Language
from tests.bot.nlp.conftest import Labelled


@pytest.fixture(scope="module")
def tongues() -> Sequence[dict[str, str]]:
    """Sentences in ten languages of Iraq and six of people who work there; only half of them was ever tuned on."""
    with Path(__file__).with_name("tongues.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


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
        ("سهیارهكهم لهبهر ماڵهوه دزرا", Language.CKB),
        ("ئهو كهسه ههرهشهم لي ئهكات تكايه زوو وهرن", Language.CKB),
        ("دزەکێ دەرگەهێ مالا مە شکاند و چوو، ئەز ب تنێ مە", Language.KMR),
        ("زارۆکێن گوندێ مە ل بەر ئاڤێ یاریان دکەن", Language.KMR),
        ("Birayê min ji duh ve winda ye", Language.KMR),
        ("بیزیم محلهده هر گون سو یوخدور، اوشاقلار سوسوز قالیر", Language.TURKMEN),
        ("قرار المحكمة صدر بالدولار لا بالدينار", Language.AR),
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


@pytest.mark.parametrize("unit", ["1", "'", "a'", "a2", "هـ", "ێ", "د", "a" * 50, "٣ "])
@pytest.mark.timeout(60)
def test_no_text_takes_long(unit: str) -> None:
    language(unit * (50_000 // len(unit)))


def test_unseen_messages_are_heard_in_their_language(held_out: tuple[Labelled, ...]) -> None:
    wrong = [row.text for row in held_out if language(row.text) != row.language]
    assert len(wrong) <= len(held_out) // 20


@pytest.mark.parametrize("half", ["tuned", "held_out"])
def test_sentences_of_minorities_and_guests_are_heard_in_their_language(
    tongues: Sequence[dict[str, str]], half: str
) -> None:
    """Group 40, in part: Sorani letters and Arabizi beside ten other languages."""
    rows = [row for row in tongues if row["half"] == half]
    wrong = [(row["language"], language(row["text"])) for row in rows if language(row["text"]) != row["language"]]
    assert len(rows) >= 45
    assert len(wrong) <= len(rows) * 0.05, wrong


def test_a_sentence_is_in_the_script_that_most_of_it_is_in() -> None:
    assert language("Qaraqosh ܩܪܩܘܫ ܢܘܪܐ ܒܒܝܬܐ ܕܫܒܒܢ") is Language.SYRIAC
    assert language("بيتنا محروگ بقره قوش ܒܝܬܐ") is Language.AR
