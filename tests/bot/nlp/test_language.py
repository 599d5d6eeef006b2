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
        ("سهیارهكهم لهبهر ماڵهوه دزرا", Language.CKB),
        ("ئهو كهسه ههرهشهم لي ئهكات تكايه زوو وهرن", Language.CKB),
        ("دزەکێ دەرگەهێ مالا مە شکاند و چوو، ئەز ب تنێ مە", Language.KMR),
        ("زارۆکێن گوندێ مە ل بەر ئاڤێ یاریان دکەن", Language.KMR),
        ("Birayê min ji duh ve winda ye", Language.KMR),
        ("بیزیم محلهده هر گون سو یوخدور، اوشاقلار سوسوز قالیر", Language.TR),
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
@pytest.mark.timeout(5)
def test_no_text_takes_long(unit: str) -> None:
    language(unit * (50_000 // len(unit)))


def test_unseen_messages_are_heard_in_their_language(held_out: tuple[Labelled, ...]) -> None:
    wrong = [row.text for row in held_out if language(row.text) != row.language]
    assert len(wrong) <= len(held_out) // 20
