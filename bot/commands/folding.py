"""Makes texts and phrases comparable: what a keyboard or a habit changes makes no difference."""

import re
import unicodedata
from typing import Final

# Letters that keyboards and habits exchange; hamza carriers fall to their letter when marks are dropped.
_SAME: Final = str.maketrans(
    {"ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه"}
)
# Sorani is typed on Arabic keyboards too. No Arabic word has these letters, so only Kurdish is compared more loosely.
_ON_OTHER_KEYBOARDS: Final = str.maketrans({"ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ێ": "ی", "ە": "ه"})
INVISIBLE: Final = re.compile(r"[\u0640\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['\u2019](?=\w)")  # "don't" is one word
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")  # "الووو": three of a letter are one, drawn out
_BETWEEN: Final = re.compile(r"[|\n]")
LONGEST: Final = 60  # no command is longer; a long text is not folded in vain


def fold(text: str) -> str:
    """For comparing words: no marks, punctuation or invisible signs; letter variants and drawn-out letters made one."""
    plain = letters(unicodedata.normalize("NFKD", INVISIBLE.sub("", text)).casefold())
    plain = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", plain))
    return " ".join(_STRETCHED.sub(r"\1", plain).split())


def letters(pattern: str) -> str:
    """A regular expression for folded text: each letter as `fold` makes it, all else left as it is."""
    plain = unicodedata.normalize("NFKD", pattern)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_SAME)


def loose(folded: str) -> str:
    """Folded text with the letters that only Kurdish keyboards have as others write them: "راگرتن" for "ڕاگرتن"."""
    return folded.translate(_ON_OTHER_KEYBOARDS)


def comparable(text: str) -> str:
    """Folded, and Kurdish of any keyboard alike."""
    return loose(fold(text))


def listed(phrases: str) -> list[str]:
    """The phrases between bars or ends of lines, as they are written."""
    return [phrase.strip() for phrase in _BETWEEN.split(phrases) if phrase.strip()]


def folded(phrases: str) -> frozenset[str]:
    """The phrases of a list as `fold` makes them and, for texts compared more loosely, as `loose` does."""
    strict = frozenset(map(fold, listed(phrases)))
    return strict | frozenset(map(loose, strict))


def alternatives(phrases: str) -> str:
    """The phrases of a list as the inside of a group of a regular expression, folded, the longest first."""
    return "|".join(map(re.escape, sorted(folded(phrases), key=len, reverse=True)))
