"""Finds a text that tells of nothing but a thing which somebody's kin lost or need: "my son lost his school bag".

To rules and model it sounds of a lost child, of a runaway or of a husband of whom one dares not say more. Read as a
plain matter of papers it is what it is. Whoever tells anything else beside it is heard as they wrote.
"""

import re
from typing import Final

from bot.nlp import household, insiders, yours
from bot.nlp.normalise import letters

_MOST_BESIDE: Final = 5  # words
_KIN: Final = (
    r"(?:ابن|ولد|بنت|بت|اخ|اخو|اخت|ام|اب|ابو|زوج|زوجت|مرت|رجل|خطيب|خطيبت|جد|جدت|عم|عمت|خال|خالت|حما|حمات|طفل|اطفال)"
    r"(?:ي|يه|ية|نا)"
)
_THING: Final = (
    r"(?:شنط|جنط|حقيب|كتاب|كتب|دفتر|دفاتر|هوي|بطاق|سبح|تلفون|موبايل|نقال|جهاز|نظار|مناظر|مفتاح|مفاتيح|سويچ|سويج|محفظ|"
    r"جزدان|جواز|خاتم|محبس|تراچي|حلق|ذهب|شهاد|اوراق|ورق|مستمسك|مستمسكات|اجاز|جنسي|بايسكل|دراج|لعب|سكوتر|دوا|علاج|عصا|عكاز|"
    r"حذاء|قندر|ساع|تابلت|ايباد|لابتوب|سماع|جاكيت|سترت|قلم|معامل|وصل|باج)"
)
_LOST: Final = r"(?:ضاع|ضاعت|ضيع|ضيعت|ضايع|ضايعه|انفقد|انفقدت|فقد|فقدت|ضاعن|ضاعوا)"
_WHOSE: Final = r"(?:ه|ها|هم|ته|تها|اته|اتها|ته|يه)"
_HIS_THING: Final = re.compile(
    letters(rf"(?<!\w){_KIN} ({_LOST}) ({_THING}\w{{0,2}}?){_WHOSE}(?: (?:ال\w+|سفره|ماله|مالته|مالها))?(?!\w)")
)
_THING_OF_HIS: Final = re.compile(letters(rf"(?<!\w)({_LOST}) ({_THING}\w{{0,2}}|عينات) {_KIN}(?: ال\w+)?(?!\w)"))
_RELATIVE: Final = (
    r"my (?:husband|fiance|wife|son|daughter|kid|child|brother|sister|father|dad|mother|mom|uncle|aunt|"
    r"grandfather|grandmother)"
)
_ENGLISH_THING: Final = (
    r"(?:passport|id|card|licen[cs]e|permit|wallet|purse|bag|schoolbag|backpack|keys?|phone|mobile|glasses|jacket|coat|"
    r"books?|ring|bike|bicycle|scooter|toy|watch|laptop|tablet|medicine|papers?|documents?|certificate|luggage|suitcase)"
)
_ENGLISH: Final = re.compile(
    rf"\b{_RELATIVE} (?:has |just )?(lost|misplaced|needs|wants|has to renew|must renew) "
    rf"(?:his|her|a new|an new|a|a copy of his|a copy of her|a new copy of his) ((?:\w+ ){{0,2}}?{_ENGLISH_THING})\b"
)
_EXPIRED: Final = re.compile(rf"\b{_RELATIVE}s ({_ENGLISH_THING}) (expired|is lost|got lost|was lost)\b")
_SORANI: Final = re.compile(
    letters(
        r"(?<!\w)(?:مێردەکەم|هاوسەرەکەم|خەزوورم|باوکم|دایکم|براکەم|خوشکەکەم|کوڕەکەم|کچەکەم|ژنەکەم) "
        r"((?:ناسنامە|پاسپۆرت|پاسەپۆرت|مۆبایل|جزدان|جانتا|کلیل|کارت|مۆڵەت|کتێب|بڕوانامە)(?:ەکە|کە))ی "
        r"(ون (?:بوو|کرد)\w*|نوێ دەکاتەوە)"
    )
)
_PLAINLY: Final = letters("احتاج هوية جديدة")  # what is lost sounds of who is lost, whoever lost it
_MY_HUSBAND: Final = letters("زوجي")  # what is told beside it is read as his deed
_AND_DOES: Final = re.compile(letters(r"(?<!\w)[وف](?:د|دا|دي|ما )?[يت]\w{2,}"))
_ABOUT_ME: Final = re.compile(r"\b(?:me|he|she|him|her|hes|shes)\b")


def as_own(key: str) -> str:
    """The key with a plain matter of a paper in its place, where such a loss is all it tells; else the key."""
    for pattern in (_HIS_THING, _THING_OF_HIS, _ENGLISH, _EXPIRED, _SORANI):
        told, found = pattern.subn(_PLAINLY, key, count=1)
        if found:
            return " ".join(told.split()) if _is_all(key, pattern.sub(" ", key, count=1)) else key
    return key


def _is_all(key: str, beside: str) -> bool:
    """Whether nothing of persons is told beside it."""
    people = bool(insiders.mentions(beside) or insiders.find(key)) or yours.find(key)
    deeds = household.harms(f"{_MY_HUSBAND} {beside}") or _AND_DOES.search(beside) is not None
    told = people or deeds or _ABOUT_ME.search(beside) is not None
    return len(beside.split()) <= _MOST_BESIDE and not told
