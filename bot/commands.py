"""Recognises the few words that command rather than tell: typed alone in Arabic, Kurdish or English, or tapped."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """What a reporter may ask of us, apart from telling a concern. The values stand in "v1:cmd:<value>"."""

    START = "start"
    HELP = "help"
    STATUS = "status"
    ADD = "add"
    NEW = "new"
    LANGUAGE = "language"
    ARABIC = "arabic"
    KURDISH = "kurdish"
    ENGLISH = "english"
    STOP = "stop"
    CANCEL = "cancel"
    RESUME = "resume"
    ERASE = "erase"
    GREETING = "greeting"
    THANKS = "thanks"
    YES = "yes"
    NO = "no"
    CLAIM = "claim"


# One phrase between bars. Only a whole text counts: "حذف" erases, "اريد حذف الصور من صفحته" is a concern. Words that
# a concern may consist of ("help me", "ساعدوني", "كافي") are left out on purpose.
_WORDS: Final[Mapping[Intent, str]] = {
    Intent.HELP: "مساعدة|تعليمات|معلومات|من انتم|منو انتم|شنو هذا|یارمەتی|ئێوە کێن|help|info|who are you",
    Intent.STATUS: "حالة|الحالة|حالة البلاغ|حالة بلاغي|متابعة|متابعة البلاغ|شصار|شصار ببلاغي|وين وصل بلاغي|الرد|"
    "دۆخ|بارودۆخ|دۆخی نامەکەم|وەڵام|status|my report|answer",
    Intent.ADD: "اضافة|اضف|اضيف|تكملة|زیادکردن|زیاد بکە|add",
    Intent.NEW: "بلاغ جديد|شكوى جديدة|جديد|نامەی نوێ|ڕاپۆرتی نوێ|سکاڵای نوێ|new|new report",
    Intent.LANGUAGE: "لغة|اللغة|تغيير اللغة|زمان|گۆڕینی زمان|language|change language",
    Intent.ARABIC: "عربي|العربية|عەرەبی|arabic",
    Intent.KURDISH: "كردي|كوردي|الكردية|کوردی|سۆرانی|kurdish|sorani|kurdi",
    Intent.ENGLISH: "انكليزي|انجليزي|الانكليزية|ئینگلیزی|english",
    Intent.STOP: "ايقاف|اوقف|توقف|قف|الغاء الاشتراك|لا ترسلون|ڕاگرتن|بوەستە|وەستان|stop|stopall|unsubscribe|end|quit",
    Intent.CANCEL: "الغاء|هەڵوەشاندنەوە|cancel",
    Intent.RESUME: "استئناف|ابدأ|اشتراك|دەستپێکردنەوە|دەستپێبکەوە|resume|unstop|start",
    Intent.ERASE: "حذف|احذف|احذفوا|حذف البلاغ|حذف بلاغي|مسح|امسح|امسحوا|مسح البلاغ|مسح بلاغي|"
    "سڕینەوە|بیسڕەوە|بیسڕنەوە|delete|erase|delete my report",
    Intent.YES: "نعم|اي|اي نعم|بلي|اجل|بەڵێ|ئا|yes|y",
    Intent.NO: "لا|كلا|نەخێر|نا|no|n",
    Intent.CLAIM: "استلمت|استلمته|استلام|وەرمگرت|claim|claimed",
}
# These may be strung together: "هلو شلونكم صباح الخير".
_GREETINGS: Final = (
    "السلام عليكم ورحمة الله وبركاته|السلام عليكم ورحمة الله|السلام عليكم|سلام عليكم|وعليكم السلام|سلام|السلام|هلو|"
    "هلا|هلا بيكم|هلا والله|مرحبا|مرحبا بكم|اهلا|اهلا وسهلا|صباح الخير|صباح النور|مساء الخير|مساء النور|شلونكم|"
    "شلونك|شلونج|كيف حالكم|كيف الحال|الو|يا هلا|سڵاو|سلاو|چۆنی|چۆنن|بەیانی باش|ئێوارە باش|ڕۆژ باش|"
    "hi|hello|hey|good morning|good evening|salam|slm|salam alaikum|slm 3likm|hala|hlw|shlonkm|shlonak|slaw"
)
_THANKS: Final = (
    "شكرا|شكرا جزيلا|شكرا لكم|شكرا لك|الف شكر|مشكورين|مشكور|ممنون|ممنونين|الله يخليكم|الله يبارك بيكم|بارك الله بيكم|"
    "بارك الله فيكم|رحم الله والديكم|عاشت ايدكم|تسلمون|تسلم|تمام|اوك|اوكي|ماشي|سوپاس|زۆر سوپاس|دەستخۆش|دەستتان خۆش|"
    "باشە|thanks|thank you|thank you very much|thx|ok|okay|shukran"
)

# Letters that keyboards and habits exchange; hamza carriers fall to their letter when marks are dropped.
_SAME: Final = str.maketrans({"ٱ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه"})
_INVISIBLE: Final = re.compile(r"[\u0640\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")
_LONGEST: Final = 60  # no command is longer; a long text is not folded in vain
_DIGIT: Final = re.compile(r"\W*(\d{1,2})\W*")


def fold(text: str) -> str:
    """For comparing words: marks, punctuation and invisible signs gone, letter variants made one, single spaces."""
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.translate(_SAME)
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def _table() -> Mapping[str, Intent]:
    return {fold(word): intent for intent, words in _WORDS.items() for word in words.split("|")}


def _strung(phrases: str) -> re.Pattern[str]:
    longest_first = sorted((fold(phrase) for phrase in phrases.split("|")), key=len, reverse=True)
    one = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?:{one})(?: (?:{one}))*")


_NAMES: Final[Mapping[str, Intent]] = {intent.value: intent for intent in Intent}
_EXACT: Final = _table()
_GREETING: Final = _strung(_GREETINGS)
_THANKING: Final = _strung(f"{_THANKS}|{_GREETINGS}")
_NEW: Final = tuple(fold(word) + " " for word in ("بلاغ جديد", "شكوى جديدة", "نامەی نوێ", "ڕاپۆرتی نوێ", "new report"))


def intent(text: str, choice: str) -> Intent | None:
    """What a whole text, or a tapped choice, commands; None when it does not command."""
    if choice:
        return _tapped(choice)
    if len(text) > _LONGEST:
        return None
    if text.lstrip().startswith("/"):
        text = text.split(maxsplit=1)[0].partition("@")[0][1:]
        if text.casefold() == Intent.START:
            return Intent.START
    key = fold(text)
    if key in _EXACT:
        return _EXACT[key]
    if _GREETING.fullmatch(key):
        return Intent.GREETING
    return Intent.THANKS if _THANKING.fullmatch(key) else None


def _tapped(choice: str) -> Intent | None:
    match choice.split(":"):
        case ["v1", "cmd", name]:
            return _NAMES.get(name)
        case ["v1", "claim", _]:
            return Intent.CLAIM
        case _:
            return None


def opens_new(text: str) -> bool:
    """Whether a text announces another report and goes on to tell it: "بلاغ جديد: …"."""
    return fold(text[:_LONGEST]).startswith(_NEW)


def digit(text: str) -> int | None:
    """A number of one or two digits, of any script, typed alone: "٢", "۲", "2", "2.", "2️⃣" are 2; else None."""
    found = _DIGIT.fullmatch(_INVISIBLE.sub("", text.replace("\u20e3", ""))) if len(text) <= _LONGEST else None
    return int(found[1]) if found else None
