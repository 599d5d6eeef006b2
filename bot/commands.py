"""Recognises the few words that command rather than tell: typed alone in Arabic, Kurdish or English, or tapped."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """What a reporter may ask of us, apart from telling a concern. The values stand in "v1:cmd:<value>".

    HUSH: do not write to me; obeyed without a word, where STOP is confirmed. ASK: who are you, who learns my name?
    """

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
    HUSH = "hush"
    ASK = "ask"
    GREETING = "greeting"
    THANKS = "thanks"
    YES = "yes"
    NO = "no"
    CLAIM = "claim"


# One phrase between bars. Only a whole text counts: "حذف" erases, "اريد حذف الصور من صفحته" is a concern. Words that
# a concern may consist of ("help me", "ساعدوني", "كافي") are left out on purpose.
_WORDS: Final[Mapping[Intent, str]] = {
    Intent.HELP: "مساعدة|تعليمات|معلومات|من انتم|منو انتم|انتو منو|منو انتو|شنو هذا|منو وياي|منو ويايه|منو معي|"
    "یارمەتی|ئێوە کێن|help|info|who are you|who is this|silav hûn kî ne|hûn kî ne",
    Intent.STATUS: "حالة|الحالة|حالة البلاغ|حالة بلاغي|متابعة|متابعة البلاغ|شصار|شصار ببلاغي|وين وصل بلاغي|الرد|"
    "وين وصل|وين وصلت|وين وصلتوا|وين صار بلاغي|وين صار البلاغ|شصار بالبلاغ|شنو صار ببلاغي|شصار على بلاغي|رمزي|الرمز|"
    "كودي|دۆخ|بارودۆخ|دۆخی نامەکەم|وەڵام|نامەکەم بە کوێ گەیشت|کۆدەکەم|کۆدم|status|my report|answer|my code|any news|"
    "any update|any updates|what happened to my report",
    Intent.ASK: "تعرفون رقمي|تعرفون اسمي|تعرفوني|رقمي يطلع|رقمي يظهر|اسمي يطلع|اسمي يظهر|منو يقرا هاي الرسايل|"
    "منو يقرا رسالتي|منو يقرا|منو يقرا هاي الرسايل تعرفون رقمي|هل الرسالة سرية|سري|شوكت دوامكم|شنو دوامكم|دوامكم|"
    "شراح تسوون|شتسوون|شنو راح تسوون|تحلفون ما تگولون لأحد|تحلفون ما تكولون لاحد|ناوم دەزانن|ژمارەکەم دەزانن|"
    "کێ دەیخوێنێتەوە|is this anonymous|is it anonymous|do you know my number|do you know my name|who reads this",
    Intent.ADD: "اضافة|اضف|اضيف|تكملة|زیادکردن|زیاد بکە|add",
    Intent.NEW: "بلاغ جديد|شكوى جديدة|جديد|نامەی نوێ|ڕاپۆرتی نوێ|سکاڵای نوێ|new|new report",
    Intent.LANGUAGE: "لغة|اللغة|تغيير اللغة|زمان|گۆڕینی زمان|language|change language",
    Intent.ARABIC: "عربي|العربية|عەرەبی|arabic",
    Intent.KURDISH: "كردي|كوردي|الكردية|کوردی|سۆرانی|kurdish|sorani|kurdi",
    Intent.ENGLISH: "انكليزي|انجليزي|الانكليزية|ئینگلیزی|english",
    Intent.STOP: "ايقاف|اوقف|توقف|قف|الغاء الاشتراك|ڕاگرتن|بوەستە|وەستان|stop|stopall|unsubscribe|end|quit",
    Intent.HUSH: "لا ترسلون|لا ترسلوا|لا تدزون|لا تردون|لا تردوا|لا تجاوبون|لا تدزون شي|لا ترسلون شي|وەڵام مەدەنەوە|"
    "هیچ مەنێرن|do not reply|dont reply|do not text|dont text|no reply",
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
    "جمعة مباركة|جمعة مباركة عليكم|عيد مبارك|عيدكم مبارك|رمضان كريم|رمضان مبارك|وعلى اهلكم|عليكم|كل عام وانتم بخير|"
    "اللهم صل على محمد|اللهم صل على محمد وال محمد|اللهم صل على محمد وعلى ال محمد|تجربة|تيست|test|testing|silav|"
    "hi|hello|hey|shaku maku|shako mako|شكو ماكو|"
    "good morning|good evening|salam|slm|salam alaikum|slm 3likm|hala|hlw|shlonkm|shlonak|slaw"
)
_THANKS: Final = (
    "شكرا|شكرا جزيلا|شكرا لكم|شكرا لك|الف شكر|مشكورين|مشكور|ممنون|ممنونين|الله يخليكم|الله يبارك بيكم|بارك الله بيكم|"
    "بارك الله فيكم|رحم الله والديكم|عاشت ايدكم|"
    "الله يوفقكم|الله يوفقكم ويحفظكم|الله يحفظكم|الله يحفظكم ويوفقكم|ويحفظكم|ويوفقكم|"
    "الله يعطيكم العافية|يعطيكم العافية|الله وياكم|الله ينصركم|جزاكم الله خير|جزاكم الله خيرا|الله يجزيكم خير|"
    "تسلمون|تسلم|تمام|اوك|اوكي|ماشي|سوپاس|زۆر سوپاس|دەستخۆش|دەستتان خۆش|"
    "باشە|thanks|thank you|thank you very much|thx|ok|okay|shukran"
)

# These ask how things stand only with a question mark: "صار شي" also begins a story.
_ASKED: Final = "صار شي|اكو شي|اكو جديد|شكو جديد|اكو خبر|شنو صار|شصار وياكم|وصل شي|چی بوو|هیچ هەواڵ|هیچ هەیە"

# A short text that begins with one of these, or holds one of them and a word for what was sent, asks to erase.
_ERASING: Final = (
    "حذف|احذف|احذفوا|احذفوها|احذفوه|احذفها|احذفه|احذفي|احذفيها|مسح|امسح|امسحوا|امسحوها|امسحوه|امسحها|امسحه|امسحي|"
    "امسحيها|تمسحون|تمسحوها|تحذفون|تحذفوها|سڕینەوە|بیسڕەوە|بیسڕنەوە|بسڕنەوە|بسڕەوە|delete|erase|remove"
)
_REGRETS: Final = "بطلت|ما اريد شي بطلت|هونت|تراجعت|پەشیمانم|پەشیمان بوومەوە|i changed my mind|forget it"
_SENT: Final = (
    "الرسالة|الرسائل|الرسايل|رسالتي|رسائلي|رسايلي|البلاغ|بلاغي|الكلام|كلامي|كلشي|كل شي|الشكوى|شكواي|المحادثة|"
    "نامەکە|نامەکەم|هەمووی|هەموو|it|all|everything|this|message|messages|report"
)
# What others hold is not ours to erase: "احذفوا صوري من صفحته" is a concern.
_NOT_OURS: Final = (
    "صور|صورة|صوري|صورتي|الصور|الصورة|فيديو|الفيديو|فيديوهات|حساب|الحساب|حسابي|حسابه|صفحة|صفحته|الصفحة|منشور|المنشور|"
    "مقطع|المقطع|تعليق|وێنە|وێنەکان|وێنەکانم|ڤیدیۆ|photo|photos|picture|pictures|pics|video|videos|account|page|post"
)
_PLEASE: Final = (
    "رجاء|رجاءا|ارجوكم|ارجوك|بليز|بلا زحمة|من فضلكم|من فضلك|الله يخليكم|دخيلكم|اريد|اريدكم|ممكن|تكدرون|تکایە|"
    "please|pls|plz|can you|could you|i want to|i want you to"
)
_ERASE_WORDS: Final = 6

# In answer to "where?": no wish, or no way, to say it.
_UNSAID: Final = (
    "لا|كلا|ما اعرف|ماعرف|ما ادري|مادري|لا اعرف|لا ادري|ما اعرف وين|ما ادري وين|ما اعرف المكان|ما اريد اكول|ما اريد|"
    "ما اكدر اكول|ما اكول|ما احب اكول|ما اريد احجي وين|نازانم|نازانم لە کوێیە|نامەوێت|نامەوێت بڵێم|نەخێر|no|"
    "i dont know|i do not know|dont know|no idea|idk|i dont want to say|i cant say|nizanim|ez nizanim|ma adri|ma a3ruf"
)

# Letters that keyboards and habits exchange; hamza carriers fall to their letter when marks are dropped.
_SAME: Final = str.maketrans({"ٱ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه"})
_INVISIBLE: Final = re.compile(r"[\u0640\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['\u2019](?=\w)")  # "don't" is one word
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")  # "الووو": three of a letter are one, drawn out
_LONGEST: Final = 60  # no command is longer; a long text is not folded in vain
_DIGIT: Final = re.compile(r"\W*(\d{1,2})\W*")


def fold(text: str) -> str:
    """For comparing words: no marks, punctuation or invisible signs; letter variants and drawn-out letters made one."""
    plain = letters(unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold())
    plain = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", plain))
    return " ".join(_STRETCHED.sub(r"\1", plain).split())


def letters(pattern: str) -> str:
    """A regular expression for folded text: each letter as `fold` makes it, all else left as it is."""
    plain = unicodedata.normalize("NFKD", pattern)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_SAME)


def _folded(phrases: str) -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in phrases.split("|"))


def _table() -> Mapping[str, Intent]:
    return {key: intent for intent, phrases in _WORDS.items() for key in _folded(phrases)}


def _alternatives(phrases: str) -> str:
    return "|".join(map(re.escape, sorted(_folded(phrases), key=len, reverse=True)))


def _strung(phrases: str) -> re.Pattern[str]:
    one = _alternatives(phrases)
    return re.compile(rf"(?:{one})(?: (?:{one}))*")


_NAMES: Final[Mapping[str, Intent]] = {intent.value: intent for intent in Intent}
_EXACT: Final = _table()
_GREETING: Final = _strung(_GREETINGS)
_THANKING: Final = _strung(f"{_THANKS}|{_GREETINGS}")
_QUESTION: Final = _folded(_ASKED)
_ERASE_FIRST: Final = re.compile(
    rf"(?:(?:{_alternatives(_PLEASE)}) )*(?:{_alternatives(_ERASING)}|{_alternatives(_REGRETS)})(?!\w)"
)
_ERASE_VERB: Final = re.compile(rf"(?<!\w)(?:{_alternatives(_ERASING)})(?!\w)")
_ERASE_SENT: Final = re.compile(rf"(?<!\w)(?:{_alternatives(_SENT)})(?!\w)")
_ERASE_OTHERS: Final = re.compile(rf"(?<!\w)[وبل]?(?:{_alternatives(_NOT_OURS)})(?!\w)")
_WILL_NOT: Final = tuple(fold(word) + " " for word in ("ما اريد اكول", "ما اكدر اكول", "ما اريد احجي", "ما اعرف وين"))
_DECLINED: Final = _folded(_UNSAID)
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
    if key in _QUESTION and text.rstrip().endswith(("?", "؟")):
        return Intent.STATUS
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


def asks_to_erase(text: str) -> bool:
    """Whether a short sentence asks to erase what was sent: "امسحوا الرسالة بسرعة ابوي اجه"; not what others hold."""
    if len(text) > _LONGEST:
        return False
    key = fold(text)
    if len(key.split()) > _ERASE_WORDS or _ERASE_OTHERS.search(key):
        return False
    return bool(_ERASE_FIRST.match(key) or (_ERASE_VERB.search(key) and _ERASE_SENT.search(key)))


def declines(text: str) -> bool:
    """Whether a text says that its writer cannot or will not tell: "ما اعرف", "ما اريد اكول وين"."""
    if len(text) > _LONGEST:
        return False
    key = fold(text)
    return key in _DECLINED or key.startswith(_WILL_NOT)


def opens_new(text: str) -> bool:
    """Whether a text announces another report and goes on to tell it: "بلاغ جديد: …"."""
    return fold(text[:_LONGEST]).startswith(_NEW)


def digit(text: str) -> int | None:
    """A number of one or two digits, of any script, typed alone: "٢", "۲", "2", "2.", "2️⃣" are 2; else None."""
    found = _DIGIT.fullmatch(_INVISIBLE.sub("", text.replace("\u20e3", ""))) if len(text) <= _LONGEST else None
    return int(found[1]) if found else None
