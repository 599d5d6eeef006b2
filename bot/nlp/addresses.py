"""Where something is relative to something else: landmarks in words, and the numbered address of Baghdad."""

import re
from collections.abc import Container, Sequence
from itertools import pairwise
from typing import Final

from bot.nlp.gazetteer import fold

_RELATIONS: Final = (
    "يم|قرب|قريب من|قريبة من|مقابل|ورا|وره|وراء|كدام|گدام|قدام|أمام|امام|خلف|براس|برأس|بصف|جنب|بجانب|بجنب|"
    "near|next to|opposite|behind|in front of|beside|"
    "نزیک|نزيك|تەنیشت|لە تەنیشت|بەرامبەر|لە پشت|پشت"
)
# A landmark ends where the sentence goes on.
_END_WORDS: Final = (
    "هسه هسة الان الآن اكو أكو ماكو الي اللي الذي التي ويه ويا وين من على في عن الى إلى لان لأن صار صارت واحد احنه اني "
    "حالات ساعة يبيعون يبيع كل كله كلش محد لا ما مو و يمكن البارحة اليوم امس أمس بالليل هناك هنا "
    "and is are was were there who that which has have at in on لە که کە"
)
_ENDS: Final = frozenset(_END_WORDS.split())
_RELATED: Final = re.compile(rf"(?<!\w)(?:[وبف]?(?:{_RELATIONS}))\s+(\w+(?:[ \t]+\w+){{0,3}})")
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_MAHALLA: Final = re.compile(
    r"(?<!\w)(?:ال)?(?:محلة|محله|م)\s*[/.:]?\s*(\d{3})(?!\d)(?:\s*[،,/\-]?\s*(?:ال)?(?:زقاق|ز)\s*[/.:]?\s*(\d{1,3})(?!\d))?"
)
_SECTOR: Final = re.compile(r"(?<!\w)(?:ب|بال|ال)?(قطاع|بلوك)\s*(\d{1,3})(?!\d)")

# First digit of a mahalla's number to the part of the city: Baghdad's own numbering.
_BAGHDAD: Final = {
    "1": "IQ-BG-rusafa",
    "2": "IQ-BG-karkh",
    "3": "IQ-BG-adhamiya",
    "4": "IQ-BG-kadhimiya",
    "8": "IQ-BG-karkh",
    "9": "IQ-BG-karrada",
}
_MAHALLA_DIGITS: Final = 3
_LAST_SECTOR: Final = 79  # Sadr City's sectors are numbered 1 to 79


def landmark(clean: str, names: Container[str] = frozenset()) -> str:
    """The words of a relative place, at most four after its relation ("يم جامع الرحمن"), or quarter and lane by number.

    The number of a house is left out: nobody needs it to choose a desk, and it names a household.
    names: folded names of places; one with a glued "in" begins the next phrase ("يم العتبة" of "يم العتبة بكربلاء").
    """
    numbers = _numbers(clean.translate(_DIGITS))
    if numbers:
        return numbers
    for match in _RELATED.finditer(clean):
        relation = clean[match.start() : match.start(1)].split()
        kept = _noun_phrase(match.group(1).split(), names)
        if kept:
            return " ".join((*relation, *kept))
    return ""


def _noun_phrase(words: Sequence[str], names: Container[str]) -> list[str]:
    """The words up to where the sentence goes on."""
    kept: list[str] = []
    for word in words:
        if word.removeprefix("و") in _ENDS or (kept and _begins_another(word, names)):
            break
        kept.append(word)
    return kept if kept and len(kept[0]) > 1 else []


def _begins_another(word: str, names: Container[str]) -> bool:
    """Whether a glued "in" or "and" opens a new phrase with this word."""
    if word.startswith(("بال", "وال")):
        return True
    return word.startswith("ب") and " ".join(fold(word[1:])) in names


def _numbers(text: str) -> str:
    found = _MAHALLA.search(text)
    if found and ("محل" in found.group(0) or found.group(2)):  # a bare م with a number is a sum, or metres
        lane = f" زقاق {found.group(2)}" if found.group(2) else ""
        return f"محلة {found.group(1)}{lane}"
    sector = _SECTOR.search(text)
    return f"{sector.group(1)} {sector.group(2)}" if sector else ""


def mahalla(words: Sequence[str]) -> tuple[str, int]:
    """Id of the place that a numbered quarter of Baghdad suggests, with the word where it stands; ("", 0) when none.

    words: of a key, so that ق is ك there.
    """
    for at_word, (word, number) in enumerate(pairwise(words)):
        if not number.isdigit():
            continue
        if word in ("محله", "المحله", "بمحله") and len(number) == _MAHALLA_DIGITS and number[0] != "0":
            return _BAGHDAD.get(number[0], "IQ-BG"), at_word
        if word.endswith("كطاع") and 1 <= int(number) <= _LAST_SECTOR:
            return "IQ-BG-sadr-city", at_word
    return "", 0
