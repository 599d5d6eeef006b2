"""Finds complaints about those who read what is written to us: whose kin they are, and to whom they told it.

The women's section and whoever answers messages are offices like any: who complains of them must not be read by them.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from bot.nlp.normalise import letters

_AFTER: Final = 4  # words after a mention that may say where it is
_READ_ON: Final = 10  # words after it that may say whose kin she is, or what she did

_SECTION: Final = "قسمنساء"
# Bodies of several words, each read as one word.
_COMPOUNDS: Final = MappingProxyType(
    {
        letters(joined): re.compile(rf"(?<!\w)([وف]?(?:بال|ال|لل|ب|ل)?)(?:{letters(written)})(?!\w)")
        for joined, written in {
            "امنوطني": r"(?:جهاز )?(?:ال)?امن (?:ال)?(?:وطني|قومي|سياحي|عام|دولة|وقائي)",
            "مكافحةجرائم": r"(?:جهاز )?(?:ال)?مكافحة (?:ال)?(?:ارهاب|مخدرات|اجرام|جرائم)",
            _SECTION: r"(?:قسم|مكتب|شعبة|وحدة|دائرة|مديرية|شكاوى|خط|منتدى) (?:ال)?(?:شكاوى )?(?:ال)?(?:حماية (?:ال)?)?"
            r"(?:نساء|نسائي|نسائية|نسوي|نسوية|نسوان|مراة|اسرة|طفل|عائلة|معنفات)|حماية (?:ال)?(?:اسرة|مراة|نساء|طفل)|"
            r"(?:womens?|womens?s|family protection) (?:s )?(?:desk|office|section|unit|department)|"
            r"(?:بەشی|نووسینگەی|مەکۆی|یەکەی|بنکەی) (?:\w+ )?ژنان\w*",
            "nationalsecurity": r"national security",
            "trafficpolice": r"traffic (?:police|directorate|department)",
        }.items()
    }
)
# Whoever reads what is written to us, told by that. Who asks who it is, or begs them, says nothing of them.
_READER: Final = re.compile(
    letters(
        r"(?<!منو )(?<!مين )(?<!\w)(?:الي|اللي|الذي|التي|ال?موظف\w*|وحدة|واحد|ال?بنية|ال?بنت) (?:\w+ ){0,2}"
        r"(?:(?:ت|ي|د|دت)?(?:قرا|ستلم|شوف|فتح|جاوب|رد)\w* (?:على )?(?:ال|هال)?(?:رسائل|رسايل|شكاوى|بلاغات|مسجات)\w*|"
        r"(?:ت|ي)(?:رد|جاوب)\w* (?:عليكم|علينا|عدكم|يمكم|على الناس))(?!\w)|"
        r"(?<!\w)(?:ال)?(?:منسقة?|منسقين|منسقات|موظفة?|موظفات|موظفين|مسؤولة?|مديرة?|عضوة?) (?:\w+ )?(?:ب|بال|"
        r"ال)?منتدى(?!\w)|"
        r"(?<!\w)(?:one|person|woman|man|girl|guy|staff|lady|who|employee) (?:who |that )?"
        r"(?:reads?|answers?|gets?|sees?|receives?|reading|answering) (?:\w+ )?(?:messages|reports|complaints|"
        r"texts)(?!\w)|"
        r"(?<!\w)(?:\w+ ){0,2}(?:نامە|پەیام)\w* (?:\w+ )?دەخوێن\w*"
    )
)
_KIN: Final = (
    r"(?:ال)?(?:زوج|رجل|جوز|طليق|خطيب|عم|خال|خالة|عمة|نسيب|نسيبة|صهر|حما|حمات|اخو|اخ|اخت|ابو|والد|ولد|ابن|بنت|مرت|"
    r"زوجة|صديق|صديقة|صاحب|صاحبة|قريب|قريبة|كريبة|جارة|كنة)(?:ي|يه|ها|ه|نا|ته|تي|تها)?|"
    r"husband|brother|father|uncle|cousin|sister|mother|aunt|friend|relative|family|خزم\w*|خوشک\w*|برا\w*|مێرد\w*|"
    r"هاوسەر\w*|هاوڕێ\w*|ژن\w*|کچ\w*|مام\w*"
)
_TELLS: Final = (
    r"(?<!لا )(?<!ما )(?:راح |د)?(?:[يتن]?(?:حكت|حجت|حكى|حجى|حكي|حجي|تحجي|فضح|سرب|وصل|نقل|سلم|خبر|كالت|كشف|نشر|"
    r"طلع)\w*)|"
    r"(?<!not )(?:told|tells|telling|leak\w*|gave|gives|shared|showed|gossip\w*)|(?:پێ ?)?(?:وت|گوت|دا|گەیاند)\w*"
)
_CONCERNS: Final = re.compile(rf"(?<!\w)[وفلب]?(?:{letters(_KIN)}|{letters(_TELLS)})(?!\w)")
_ASKS: Final = re.compile(
    letters(
        r"(?<!\w)(?:اريد|نريد|ارد|محتاجة?|ممكن|وين|شكرا|رجاء|دز\w*|want|need|please|where|thank\w*|تکایە|دەمەوێت)(?!\w)"
    )
)


def joined(key: str) -> str:
    """The key with each body of several words written as one word, what is glued before it kept."""
    for name, pattern in _COMPOUNDS.items():
        key = pattern.sub(rf"\1{name}", key)
    return key


def find(key: str) -> tuple[str, ...]:
    """The words of a key that name readers of ours or a women's section complained of, with what follows; or ()."""
    key = joined(key)
    return tuple(" ".join(said.split()[: 1 + _AFTER]) for said in _told(key))


def _told(key: str) -> Iterator[str]:
    """What follows each mention of them that says whose they are or what they told, the mention itself first."""
    section = letters(_SECTION)
    sections = re.finditer(rf"(?<!\w)\w*{section}", key)
    for at in sorted([found.start() for found in sections] + [found.start() for found in _READER.finditer(key)]):
        said = " ".join(key[at:].split()[:_READ_ON])
        about = said.split(" ", 1)[-1]
        if _CONCERNS.search(about) and not _ASKS.search(" ".join(key[:at].split()[-3:] + said.split()[:4])):
            yield said
