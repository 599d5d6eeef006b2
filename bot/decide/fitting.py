"""Whether a text says what the office asked for: a time, a number, a name, a place, or a yes or no."""

import re
from typing import Final

from bot import commands

_QUESTION: Final = ("؟", "?")
_FEW: Final = 4  # words of an answer that is nothing but a name
_NUMBERS: Final = (
    r"(?:واحد|وحدة|اثنين|ثنين|تنين|ثلاث\w?|تلاث\w?|ثلث|اربع\w?|خمس\w?|ست\w?|سبع\w?|ثمان\w*|تسع\w?|عشر\w*|مية|الف|مليون|"
    r"ملايين|one|two|three|four|five|دوو|سێ|چوار|پێنج|wahed|thnen|tlath\w*)"
)


def _anywhere(pattern: str) -> re.Pattern[str]:
    return re.compile(commands.letters(rf"(?<!\w)(?:{pattern})(?!\w)"))


# What asks for it, and what it is said with. A name stands at the beginning, or is all that is said.
_WHEN: Final = _anywhere(r"شوكت|متى|منذ|يمته|اي ساعة|تاريخ|when|what time|کەی|shwaket")
_A_TIME: Final = re.compile(
    _anywhere(
        r"امس|البارحة|اليوم|الصبح|العصر|الليل|بالليل|الظهر|الفجر|الساعة|ساعة|قبل|من|يوم|اسبوع|شهر|سنة|السنة|العيد|awal|"
        r"ams|yesterday|today|at|around|ago|morning|night|دوێنێ|ئەمڕۆ|پێش|هەینی|ڕۆژ"
    ).pattern
    + r"|\d"
)
_MANY: Final = _anywhere(r"كم|شكد|شگد|عدد|مبلغ|رقم|how much|how many|چەند|عمر|عمره|عمرها|kam")
_A_NUMBER: Final = re.compile(_anywhere(_NUMBERS).pattern + r"|\d")
_WHO: Final = _anywhere(r"منو|اسم|اسمه|اسمها|who|name|کێ|ناو\w*|شنو اسم")
_A_NAME: Final = re.compile(commands.letters(r"(?:\w+ )?(?:اسم\w*|واحد|ابن|بن|اخو|اخ|ما اعرف|لا|ابو|مكتوب)"))
_WHERE: Final = _anywhere(r"وين|اين|مكان|بالضبط|where|لە کوێ|کوێ|wain|wen")
_A_PLACE: Final = _anywhere(r"يم|قرب|مقابل|ورا|بصف|near|next|لە|نزیک|داخل|ب\w{3,}")
_WHETHER: Final = _anywhere(r"هل|اكو|عندك|عندج|عندكم|تعرف|شفت|تكدر|تكدرين|بعده|do|did|is|are|have|hal|ئایا")
_YES_OR_NO: Final = re.compile(
    commands.letters(
        r"(?:اي|ايه|نعم|لا|كلا|بلي|عندي|ما|بس|والله|ايوالله|اكو|ماكو|ماعرف|محد|ee|la|yes|no|not|i|بەڵێ|نەخێر)(?!\w)"
    )
)


def has_asked(answer: str) -> bool:
    """Whether the office's last words ask something."""
    return any(mark in answer for mark in _QUESTION)


def fits(answer: str, text: str) -> bool:
    """Whether a text says what the office's words ask for; False where they ask nothing."""
    if not has_asked(answer):
        return False
    asked, said = commands.fold(answer), commands.fold(text)
    named = _A_NAME.match(said) is not None or len(said.split()) <= _FEW
    return (
        _both(asked, _WHEN, _A_TIME.search(said))
        or _both(asked, _MANY, _A_NUMBER.search(said))
        or _both(asked, _WHERE, _A_PLACE.search(said))
        or _both(asked, _WHETHER, _YES_OR_NO.match(said))
        or (_WHO.search(asked) is not None and named)
    )


def _both(asked: str, question: re.Pattern[str], said: re.Match[str] | None) -> bool:
    return said is not None and question.search(asked) is not None
