"""The same words as another phone, keyboard or hand would write them: what the key must not hear."""

import random
import re
import unicodedata
from typing import Final

from bot.nlp.normalise import alike

_OTHERS: Final = {
    "ة": "ه", "ى": "يی", "ي": "یى", "ی": "ي", "أ": "ا", "إ": "ا", "آ": "ا", "ا": "أ", "گ": "كق",
    "ق": "گك", "ك": "کگ", "ک": "ك",
    "چ": "ج", "ض": "ظ", "ظ": "ض",
}  # fmt: skip
_MARKS: Final = "\u0640\u064b\u064e\u064f\u0650\u0651\u0652"
_UNSEEN: Final = "\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2069\u061c\ufeff\u2060"
_DIGITS: Final = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_LONG: Final = (4, 6, 9)
_STRETCHED_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def _forms() -> dict[str, str]:
    shapes: dict[str, str] = {}
    for code in range(0xFB50, 0xFEFD):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isalpha():
            shapes[plain] = shapes.get(plain, "") + chr(code)
    return shapes


_SHAPES: Final = _forms()


_FIGURES: Final = re.compile(r"(?<![A-Za-z'’])\d+(?![A-Za-z'’])", re.ASCII)


def _figures(figures: re.Match[str], rng: random.Random) -> str:
    """Figures in another system, or in a mix; but not those that stand for letters in Arabizi."""
    return "".join(_DIGITS[rng.randrange(3)][int(digit)] for digit in figures[0])


def _letter(letter: str, rng: random.Random) -> str:
    chance = rng.random()
    if letter in _OTHERS and chance < 0.35:
        letter = rng.choice(_OTHERS[letter])
    if letter in _SHAPES and 0.35 <= chance < 0.4:
        return rng.choice(_SHAPES[letter])
    if 0.4 <= chance < 0.46 and "ء" <= letter <= "ۓ" and letter.isalpha():
        return letter + rng.choice(_MARKS)
    return letter + rng.choice(_UNSEEN) if chance > 0.96 else letter


def _stretch(word: re.Match[str], rng: random.Random) -> str:
    """One letter drawn out, but none that stands doubled: "ممكن" drawn out is another word."""
    text = word[0]
    at = rng.randrange(1, len(text) - 1)
    same = alike(text[at]) in {alike(text[at - 1]), alike(text[at + 1])}
    if rng.random() > 0.1 or same or text[at] in "هخhإأآا":
        return text
    return text[:at] + text[at] * rng.choice(_LONG) + text[at + 1 :]


def noise(text: str, rng: random.Random) -> str:
    """The text with letters of other keyboards, marks, drawn-out letters, invisible characters and other digits."""
    stretched = _STRETCHED_WORD.sub(lambda word: _stretch(word, rng), text)
    figured = _FIGURES.sub(lambda figures: _figures(figures, rng), stretched)
    return "".join(_letter(letter, rng) for letter in figured)
