"""Finds complaints about those who read what is written to us: whose kin they are, and to whom they told it.

The women's section and whoever answers messages are offices like any: who complains of them must not be read by them.
"""

import re
from collections.abc import Iterable, Iterator
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
            _SECTION: r"(?:قسم|مكتب|شعبة|وحدة|دائرة|مديرية|شكاوى|خط|منتدى|شؤون)(?:كم)? (?:عدكم |مالتكم |مالكم )?"
            r"(?:(?:ال)?(?:شؤون|شكاوى|حماية|دعم|تمكين|قضايا|رعاية) )*(?:ال)?"
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
        r"(?:ت|ي)(?:رد|جاوب)\w* (?:عليكم|علينا|عدكم|يمكم|على الناس)|"
        r"(?:قر(?:ا|ت|وا?|يت)|استلم\w*|جاوب\w*|رد\w* على) (?:رسالت|شكوت|شكوا|بلاغ)(?:ي|نا|ية)|"
        r"(?:ت|ي)?جاوب(?:ت|و)?(?:ني|نا)|ردت? (?:علي|عليا|عليه|علينا)(?! ب))(?!\w)|"
        r"(?<!\w)(?:ال)?(?:مسؤولة?|موظفة?) (?:عن|على) (?:رسالت|شكوت|شكوا|بلاغ)(?:ي|نا|ية)(?!\w)|"
        r"(?<!\w)(?:غيرو|بدلو)\w* (?:ال)?(?:موظفة?|مسؤولة?|بنية|بنت)(?!\w)|"
        r"(?<!\w)(?:one|person|woman|man|girl|guy|staff|lady|who|employee) (?:who |that )?"
        r"(?:reads?|answers?|gets?|sees?|receives?|reading|answering) (?:\w+ )?(?:messages|reports|complaints|"
        r"texts)(?!\w)|"
        r"(?<!\w)(?:one|person|woman|man|girl|guy|lady|who|employee) (?:who |that )?(?:answered|replied to) "
        r"(?:me|us|my)(?!\w)|"
        r"(?<!\w)(?:\w+ ){0,2}(?:نامە|پەیام)\w* (?:\w+ )?دەخوێن\w*"
    )
)
_OF_FORUM: Final = re.compile(
    letters(
        r"(?<!\w)(?:ال)?(?:منسقة?|منسقين|منسقات|موظفة?|موظفات|موظفين|مسؤولة?|مديرة?|عضوة?) (?:\w+ )?(?:ب|بال|"
        r"ال)?منتدى(?!\w)"
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
    r"طلع|فشي|افش|فشت|بلغ|راح كال|رح كال)\w*)|"
    r"(?<!not )(?:told|tells|telling|leak\w*|gave|gives|shared|showed|gossip\w*)|(?:پێ ?)?(?:وت|گوت|دا|گەیاند)\w*"
)
_HARMS: Final = r"(?:د|دا)?[يتن]?(?:بتز|هدد|ساوم|ضرب)\w*(?:ني|نا)|(?:blackmail|threaten|harass)\w* me"
_CONCERNS: Final = re.compile(rf"(?<!\w)[وفلب]?(?:{letters(_KIN)}|{letters(_TELLS)}|{letters(_HARMS)})(?!\w)")
# What is read on a phone is read by whoever holds it.
_PHONE: Final = re.compile(letters(r"(?<!\w)\w{0,3}(?:تلفون|تليفون|موبايل|جهاز|واتس|فيس|انستا|تلكرام|تليكرام)\w*"))
# Who answers at a hospital or a bank is none of ours. Who answers us and threatens to tell a school is.
_HOUSE: Final = (
    r"(?:(?:و?(?:ال|بال|عال|لل|ب)(?:مستشفى|مستوصف|عيادة|بنك|مصرف|محكمة|مدرسة|جامعة|كلية|شركة|صيدلية)|"
    r"(?:hospital|clinic|bank|court|school|university|company|pharmacy)|"
    r"(?:نەخۆشخانە|بانک|دادگا|قوتابخانە|زانکۆ|کۆمپانیا)\w*)(?!\w))"
)
_ELSEWHERE: Final = re.compile(letters(rf"(?<!\w){_HOUSE}"))
_THEN_ELSEWHERE: Final = re.compile(
    letters(rf"(?: (?:من|مال|مالت|في|البارحة|امس|اليوم|at|from|in|of|the|a|my|لە)){{0,3}} {_HOUSE}")
)
_OURS: Final = re.compile(r"(?<!\w)\w{2,}كم(?!\w)|(?<!\w)your(?!\w)")
# What somebody told who writes about their own people: "he said my brother must come".
_NEWS_OF_KIN: Final = re.compile(
    letters(
        rf" و?(?:كال|كالت|قال|قالت|said)(?:ولي|تلي|لي)? (?:{_KIN}) (?:لازم|يجي|تجي|يراجع|تراجع|مات|ماتت|توفى|"
        r"متوفي|بخير|زين|must|should|has to|died|is fine)(?!\w)"
    )
)
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


def reads_hers(phrases: Iterable[str]) -> bool:
    """Whether those who are complained of, as `find` names them, may read what women write, a section of theirs too."""
    return any(letters(_SECTION) in phrase or _READER.match(phrase) for phrase in phrases)


def _told(key: str) -> Iterator[str]:
    """What follows each mention of them that says whose they are or what they told, the mention itself first."""
    section = letters(_SECTION)
    sections = re.finditer(rf"(?<!\w)\w*{section}", key)
    answering = (found for found in _READER.finditer(key) if not _is_elsewhere(found))
    people = (*sections, *answering, *_OF_FORUM.finditer(key))
    for at in sorted({found.start() for found in people}):
        said = " ".join(key[at:].split()[:_READ_ON])
        about = said.split(" ", 1)[-1]
        on_phone = _PHONE.search(said) and section not in said.split()[0]
        if (
            _CONCERNS.search(about)
            and not on_phone
            and not _ASKS.search(" ".join(key[:at].split()[-3:] + said.split()[:4]))
        ):
            yield said


def _is_elsewhere(found: re.Match[str]) -> bool:
    """Whether who answered is of another house, or only told news of the people of who writes."""
    said, key, end = found.group(), found.string, found.end()
    if _OURS.search(said):
        return False
    house = _ELSEWHERE.search(said) or _THEN_ELSEWHERE.match(key, end)
    return house is not None or _NEWS_OF_KIN.match(key, end) is not None
