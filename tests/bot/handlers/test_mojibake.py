"""Words that were read in the wrong alphabet come back; words that were not stay as they are (group 40)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.mojibake import repaired, words

_SAID = [
    "السلام عليكم، صار إطلاق نار قرب مدرسة الزهور",
    "تەقە لە نزیک بازاڕ هەیە، تکایە یارمەتیمان بدەن",
    "وين الشرطة؟؟ ٣ سيارات 🚗 بدون لوحات",
    "حريق\nفي السوق",
    "كافي",
]
_WORDS = st.sampled_from(" ".join(_SAID).split())
_SENTENCES = st.lists(_WORDS | st.sampled_from(["ok", "112", "ä", "«", "»", "…", "🚓"]), max_size=30).map(" ".join)
_ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىەڕێڵۆچپگکی ،؟\n0123456789", min_size=6).filter(
    lambda text: sum(letter.isalpha() for letter in text) >= 3
)


@pytest.mark.parametrize("said", _SAID)
def test_utf16_read_with_the_wrong_endianness_is_read_again(said: str) -> None:
    assert words(said.encode("utf-16-le"), "UTF-16BE") == said
    assert repaired(said.encode("utf-16-be").decode("utf-16-le")) == said


@pytest.mark.parametrize("said", _SAID)
def test_utf16_read_byte_by_byte_is_read_again(said: str) -> None:
    for charset in ("", "ISO-8859-1", "UTF-8"):
        assert words(said.encode("utf-16-be"), charset) == said


@pytest.mark.parametrize("said", _SAID)
@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "cp1256"])
def test_utf8_read_as_one_byte_a_letter_is_read_again(said: str, charset: str) -> None:
    table = {byte: bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in range(256)}
    assert repaired("".join(table[byte] for byte in said.encode())) == said


@pytest.mark.parametrize("said", _SAID)
def test_utf8_that_calls_itself_utf16_is_read_all_the_same(said: str) -> None:
    assert words(said.encode(), "UTF-16BE") == said


@given(_ARABIC)
def test_whatever_was_written_comes_back_from_the_wrong_endianness(said: str) -> None:
    assert words(said.encode("utf-16-le"), "UTF-16BE") == said
    assert words(said.encode("utf-16-be"), "UTF-16BE") == said


@given(_ARABIC)
def test_whatever_was_written_comes_back_from_a_western_alphabet(said: str) -> None:
    assert repaired(said.encode().decode("latin-1")) == said


@given(_SENTENCES | _ARABIC | st.text("aZäé ßñ€£'\"!?.,-0123456789\n") | st.text("👮🇮🇶🚓\u200d\ufe0f ❤"))
def test_a_clean_text_is_never_changed(said: str) -> None:
    assert repaired(said) == said
    assert words(said.encode(), "UTF-8") == said
    assert words(said.encode("utf-16-be"), "UTF-16BE") == said


@given(st.text(st.characters(min_codepoint=0x900, exclude_categories=["Cs"])), st.sampled_from(["ok", "7", "ابت", " "]))
def test_a_text_of_any_script_with_one_letter_of_ours_was_not_misread(said: str, ours: str) -> None:
    assert repaired(said + ours) == said + ours


@given(st.text())
def test_a_second_repair_finds_nothing_to_do(said: str) -> None:
    assert repaired(repaired(said)) == repaired(said)


@given(st.binary(max_size=200), st.sampled_from(["UTF-16BE", "UTF-8", "ISO-8859-1", "windows-1256", "", "?", "hex"]))
def test_any_bytes_become_a_text_that_a_database_can_hold(raw: bytes, charset: str) -> None:
    text = words(raw, charset)
    assert "\0" not in text
    text.encode("utf-8")


def test_one_or_two_letters_may_be_chance_and_stay() -> None:
    assert repaired("\u2706\u4406") == "\u2706\u4406"
    assert repaired("Ø§") == "Ø§"
    assert repaired("北京市") == "北京市"
    assert repaired("عکعکعک") == "عکعکعک"  # in Windows-1256 the bytes of a word in UTF-8, but a word by itself
    assert repaired("naïve café") == "naïve café"


def test_what_was_cut_in_the_middle_of_a_letter_keeps_all_the_rest() -> None:
    assert words("سلام".encode()[:-1], "ISO-8859-1") == "سلا"
    assert words("سلام".encode("utf-16-be")[:-1], "UTF-16BE") == "سلا\ufffd"
    assert words("تم 👮".encode("utf-16-be")[:-2], "UTF-16BE") == "تم \ufffd"


def test_a_byte_order_mark_is_believed_and_not_shown() -> None:
    assert words("كافي".encode("utf-16"), "UTF-16BE") == "كافي"
    assert words(b"\xfe\xff" + "كافي".encode("utf-16-be"), "UTF-16BE") == "كافي"
