"""Whether a phrase that an administrator typed is fit to be searched for in every message; if not, why."""

import re
from enum import StrEnum
from typing import Final

from bot.nlp import normalise, personal
from bot.nlp.stems import stem

LONGEST: Final = 60  # characters
MOST_WORDS: Final = 5  # no longer phrase is ever compared
SHORTEST: Final = 3  # letters; what is shorter stands in half of all messages

# What a pattern is made of: these would be searched for as they stand, and found nowhere.
_PATTERN: Final = re.compile(r"[\\\[\](){}|*+?^$<>]|&&|\.\.")
# Words that say nothing of what happened, as keys (bot.nlp.normalise.key): Arabic, Kurdish, English, Arabizi.
_SAY_NOTHING: Final = frozenset(
    normalise.key(
        "من الى إلى على عن في مع بي بيه بيها لي لك له لها هذا هذه هاي هذي هذاك ذاك ذيك هو هي هم اني انا احنا انت انتي "
        "انتو انتم اكو ماكو مو مال مالت شنو شلون وين ليش منو شكد هسه هسا بعد قبل كل بعض غير بس لو اذا لان لأن يعني يا "
        "والله كان كانت كانوا صار صارت يصير يكون راح رح جاي كاعد قاعد عند عنده عندها عندي عندنا عندهم الي اللي الذي "
        "التي كلش هواي شوي ثم او أو و ف ب ل ما لا لم لن قد اليوم باجر امس البارحة هنا هناك هنانه واحد وحدة ناس الناس "
        "شخص سلام السلام عليكم مرحبا هلو شكرا رجاء لطفا ممكن اريد نريد اكدر نكدر كم "
        "له لە بۆ لەگەڵ لهگهڵ ئەم ئەو ئێمە من تۆ ئێوە ئەوان هەیە نییە چی کێ کوێ کەی چۆن زۆر کەم و یان بەڵام ئەگەر "
        "هەموو سڵاو سوپاس تکایە دەبێت بوو بوون ئێستا "
        "the a an of to in on at for from with by and or but not no is are was were be been it this that these those "
        "he she they we you i me my his her our your their there here what who where when how why very all some any so "
        "if then than do does did have has had will would can could please hello hi thanks today yesterday now "
        "ana inta inti hwa hiya hum ihna shlon shnu wen lesh mnu aku maku mu hassa bas law yalla hai hatha illi"
    ).split()
)
_STEMS: Final = frozenset(stem(word) for word in _SAY_NOTHING)


class Fault(StrEnum):
    """Why a phrase cannot be taken."""

    EMPTY = "empty"
    LONG = "long"
    PATTERN = "pattern"
    SHORT = "short"
    COMMON = "common"
    PERSONAL = "personal"


def tidy(phrase: str) -> str:
    """The phrase as it is kept and shown: clean, one space between words."""
    return " ".join(normalise.clean(phrase).split())


def fault(phrase: str) -> Fault | None:
    """Why this phrase cannot be searched for; None when it can. Total on any str."""
    words = normalise.key(phrase).split()
    if not phrase.strip():
        return Fault.EMPTY
    if len(tidy(phrase)) > LONGEST or len(words) > MOST_WORDS:
        return Fault.LONG
    if _PATTERN.search(phrase):
        return Fault.PATTERN
    if personal.spans(normalise.clean(phrase)) or any(word.isdigit() for word in words):
        return Fault.PERSONAL
    if max((len(word) for word in words), default=0) < SHORTEST:
        return Fault.SHORT
    # Compared as they are searched for (bot.nlp.words): "and he was" is found wherever "was" is.
    if all(stem(word) in _STEMS for word in words):
        return Fault.COMMON
    return None
