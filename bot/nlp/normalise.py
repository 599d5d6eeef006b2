"""Two forms of a text: `clean` for people to read, `key` for machines to match. The original is never replaced.

Importing this loads the character tables of camel_tools.utils (about 0.4 s, 40 MB): no model, no network, no files.
"""

import re
import unicodedata
from typing import Final

from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
    normalize_unicode,
)

from bot.vocabulary import Language

MARKS_KEPT: Final = 3  # shadda, a vowel and a superscript alef can share a letter; more is a spoof ("zalgo")
_MARKS_IN_A_ROW: Final = 30  # as Unicode's stream-safe form
_LONG: Final = 1_000  # code points; below it any order of marks is cheap

_LETTER: Final = r"[^\W\d_]"
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
# C0 and C1 controls but \n and \t; soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul fillers,
# zero-width and bidi controls, variation selectors and tags: all invisible, and some reorder what is shown.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_REPLACEMENT: Final = "\ufffd"
_NEWLINE: Final = re.compile("\r\n?|[\x85\u2028\u2029]")
_SORANI_LETTER: Final = re.compile("[ێۆڕڵە]")
# Older Sorani keyboards wrote the vowel ە as ه and a zero-width non-joiner.
_SORANI_AE: Final = re.compile("ه\u200c+")
_MARK: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    r"\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
STROKE: Final = re.compile(rf"{_MARK}|\u0640")  # vowel marks and the stretching mark: no key has them
_ZALGO: Final = re.compile(rf"({_MARK}{{{MARKS_KEPT}}}){_MARK}+")

# One letter for all that Iraqis, Kurds and their keyboards write for it. ق joins ك (گال, كال, قال) and ض joins ظ.
_FOLDED: Final = {
    "ك": "گکڪقګڭݢ",
    "ج": "چڃ",
    "ب": "پ",
    "ف": "ڤڥ",
    "ز": "ژڔڒ",
    "ي": "یېےێۍ",
    "ه": "ہھەۃۂۀ",
    "و": "ۆۇۋ",
    "ر": "ڕ",
    "ل": "ڵ",
    "ظ": "ض",
    "i": "ı",
    "": "ء\u0640",  # hamza and the stretching mark
    **{str(digit): "٠١٢٣٤٥٦٧٨٩"[digit] + "۰۱۲۳۴۵۶۷۸۹"[digit] for digit in range(10)},
}
_LETTERS: Final = str.maketrans({variant: letter for letter, variants in _FOLDED.items() for variant in variants})
# The same, one letter for one, so that offsets in a text stay what they are.
_ALIKE: Final = str.maketrans(
    {variant: letter for letter, variants in _FOLDED.items() if letter for variant in variants}
    | dict.fromkeys("أإآٱ", "ا")
    | {"ى": "ي", "ئ": "ي", "ة": "ه", "ؤ": "و"}
)
_KURDISH_INITIAL: Final = re.compile(r"(?<!\w)ئ(?=\w)")  # no Arabic word begins so
_REPEAT: Final = re.compile(rf"({_LETTER})\1{{2,}}")
_LAUGHTER: Final = re.compile(r"(?<!\w)(?:ه{3,}|خ{4,}|h{3,}|(?:ha){2,}h?|(?:ه[ها]){2,}ه?|lol|lmao)(?!\w)")
_GAP: Final = re.compile(r"[\W_]+")
_JOINT: Final = re.compile(rf"(?<=\w)['’‘`´](?={_LETTER})")
_ARABIZI_PAIR: Final = re.compile(r"([3679])['’‘`´]|['’‘`´]([3679])")
_ARABIZI_LETTER: Final = {"3": "gh", "6": "dh", "7": "kh", "9": "dh"}

# Signs that decide something, as words; every other sign is only a gap.
_SIGNS: Final = str.maketrans(
    {
        sign: f" {word} "
        for word, signs in {
            "emogun": "🔫",
            "emoknife": "🔪🗡",
            "emobomb": "💣🧨💥",
            "emofire": "🔥",
            "emosos": "🆘🚨",
            "emoblood": "🩸",
            "emocry": "😭😢💔",
            "emofear": "😱😨😰",
            "emolaugh": "😂🤣😆😅",
            "emoheart": "❤♥🥰😍💕🌹🌷🙏",
            "emopill": "💊💉",
            "emoball": "⚽🏆",
        }.items()
        for sign in signs
    }
)


def _cut_marks(text: str) -> str:
    """A long text without more than _MARKS_IN_A_ROW marks in a row: sorting more takes their square."""
    out: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_IN_A_ROW:
            out.append(character)
    return "".join(out)


def clean(text: str) -> str:
    """The text as a person should read it: same words and letters, nothing invisible or reordering.

    Presentation forms become letters (NFKC), lone surrogates U+FFFD, every line end one kind; at most MARKS_KEPT
    marks stay on a letter. Kurdish letters, emoji and punctuation stay. Idempotent; total on any str; linear time.
    """
    text = _NEWLINE.sub("\n", _SURROGATE.sub(_REPLACEMENT, text))
    if _SORANI_LETTER.search(text):
        text = _SORANI_AE.sub("ە", text)
    if len(text) > _LONG:
        text = _cut_marks(text)
    text = normalize_unicode(_INVISIBLE.sub("", text))
    return _ZALGO.sub(r"\1", _INVISIBLE.sub("", text)).strip()


def key(text: str, language: Language = Language.AR) -> str:
    """The text as a machine matches it: words of folded letters, Latin digits and sign words, one space between.

    There is one key space for all languages, so that an Arabic place name is found in a Kurdish sentence; only in
    Arabizi is an apostrophe beside a digit part of a letter ("3'" becomes "gh"). Three or more of a letter in a row
    become one. Idempotent; total on any str. Never shown and never stored as what was said.
    """
    text = STROKE.sub("", dediac_ar(clean(text)))  # first: a mark must not part letters that are read together
    text = _LAUGHTER.sub(" emolaugh ", _KURDISH_INITIAL.sub("", text).casefold())
    text = normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(text)))
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = text.translate(_SIGNS).translate(_LETTERS)
    if language is Language.ARABIZI:
        text = _ARABIZI_PAIR.sub(lambda pair: _ARABIZI_LETTER[pair[1] or pair[2]], text)
    text = _JOINT.sub("", text)
    return _GAP.sub(" ", _REPEAT.sub(r"\1", text)).strip()


def letters(pattern: str) -> str:
    """Words or a regular expression with each letter folded as `key` folds it, and all else left as it is."""
    folded = normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(_KURDISH_INITIAL.sub("", pattern))))
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c)).translate(_LETTERS)


def alike(text: str) -> str:
    """A text or a regular expression with letters and digits folded one for one: every character stays where it is."""
    return text.translate(_ALIKE)


def tokens(key: str) -> tuple[str, ...]:
    """The words of a key."""
    return tuple(key.split())
