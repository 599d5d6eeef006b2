"""Tells whether somebody left home of her own will: from her own words, or from those of people who look for her.

Whoever flees may flee from those who search. So a woman or girl of whom her family says that she "left" or "fled" is
not simply missing, and neither is a boy under 18. A small child, an old man who forgets, and who was taken are missing:
they are found first and asked afterwards.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlp.normalise import letters
from bot.vocabulary import Category, Flight, Guess

_SHE: Final = (
    r"(?:بنتي|بنتنا|بنيتي|بنته|بنتها|بنتهم|ابنتي|ابنتنا|ابنته|اختي|اختنا|اخته|اختهم|اختها|زوجتي|زوجته|مرتي|مرته|مراتي|"
    r"(?:هي|وهي|انها|لانها) (?:\w+ ){0,2}(?=شردت|هربت|انهزمت|زعلت|زعلانة|عافت|تركت)|she (?=ran|fled|left|escaped)|"
    r"حرمتي|خطيبتي|خطيبته|كنتي|كنتنا|امي|والدتي|بنت (?:عمي|خالي|عمنا|اخوي|اختي|اخي|خالتي|عمتي|جيرانا|جيراننا|اخويه)|"
    r"زوجة (?:اخوي|ابني|ولدي|اخي)|مرت (?:اخوي|ابني|ولدي)|طليقتي|بنية|البنية|البنت|بناتي|فتاة|الفتاة|"
    r"my (?:\w+ )?(?:daughter|sister|wife|niece|fiancee?|girl)|our (?:\w+ )?(?:daughter|sister|girl)|his (?:daughter|"
    r"sister|wife)|"
    r"کچەکەم|کچەکەمان|کچم|خوشکم|خوشکەکەم|ژنەکەم|هاوسەرەکەم|خێزانم|keça min|keça me|xwişka min|jina min|"
    r"b[ie]?n[ai]?ti|bnayti|bintna|[iu]5ti|[iu]khti|okhti|zawjti|marti)"
)
_BOY: Final = (
    r"(?:ابني|ابننا|ولدي|وليدي|اخوي|اخويه|اخونا|الولد|ابنه|ابنها|"
    r"my (?:\w+ )?(?:son|brother|boy)|کوڕەکەم|کوڕم|براکەم|ibni|wladi)"
)
_FLED: Final = (
    r"(?:شردت?|شارد(?:ة|ه)?|هربت?|هربان(?:ة|ه)?|هارب(?:ة|ه)?|انهزمت?|منهزم(?:ة|ه)?|طفشت?|زعلت?|زعلان(?:ة|ه)?|"
    r"حردان(?:ة|ه)?|حردت|"
    r"(?:تركت?|عافت?|هجرت?|غادرت?|تارك(?:ة|ه)?|عايف(?:ة|ه)?) (?:ال)?(?:بيت|دار|المنزل|منزل|بيتها|بيته|بيتنا|جهالها|"
    r"اطفالها)|"
    r"(?:طلعت?|خرجت?|طالع(?:ة|ه)?|راحت|مشت) (?:\w+ ){0,3}(?:ال|من ال|من )?(?:بيت|البيت|بيتنا|بيتها|الدار|المنزل|"
    r"بيت زوجها|بيت اهلها)"
    r"(?: \w+){0,6} و?(?:ما|لم|مارجعت|ولا|وبعدها|وللان|لحد) ?(?:رجعت?|ترجع|تعد|يرجع|تعود|راجعة|راجع|دقت|هسه|الان)?|"
    r"ran away|run away|runaway|fled|has left (?:home|the house)|left (?:home|the house|her husband)|escaped|"
    r"(?:هەڵات\w*|ڕایکرد\w*|ڕای کرد\w*|تۆرا\w*|ماڵی? (?:\w+ )?(?:جێهێشت|بەجێهێشت)\w*)|reviya\w*|ji malê (?:çû|derket|"
    r"reviya)\w*|"
    r"shardat|shirdat|hirbat|harbat|3afat il b[ea]t|za3lat|sharid|shrad)"
)
_OWN: Final = (
    r"(?:(?:اني|انا|آني) (?:\w+ ){0,3}(?:هربت|شردت|هربانة|شاردة|هاربة|منهزمة|انهزمت|(?:تركت|عفت) (?:ال)?(?:بيت|بيتي|"
    r"بيت اهلي)|"
    r"طلعت من (?:البيت|بيت\w*|بيتنا))|"
    r"(?:هربت|شردت|انهزمت|طلعت|نهزمت|هربانة|شاردة|هاربة|زعلانة) (?:\w+ ){0,2}من (?:بيت )?(?:اهلي|زوجي|رجلي|ابوي|ابويه|"
    r"بيتنا|بيتي|عمي|"
    r"اخوي|اخواني|اخوتي|خالي|طليقي|حماي|امي|مرت ابوي)|"
    r"(?:تركت|عفت) (?:زوجي|رجلي|اهلي|بيت اهلي|بيت زوجي)|"
    r"(?:اهلي|زوجي|ابوي|اخواني|رجلي|اخوي|عمامي) (?:\w+ ){0,2}(?:ي?دورون|ديدورون|يدور|يبحثون|يلحكون) (?:عليه|علي|وراي)|"
    r"لا ترجعوني|(?:يرجعوني|يردوني|يرجعني) (?:\w+ ){0,2}(?:لاهلي|لزوجي|الهم|للبيت|بالكوة|لرجلي)|"
    r"i (?:have |just |had to )?(?:ran away|fled|run away|escaped|left (?:home|my husband|my family))|"
    r"(?:لە ماڵ\w*|لە مێرد\w*|لە باوک\w*) (?:\w+ ){0,3}(?:هەڵاتووم|هەڵاتم|ڕامکرد\w*)|هەڵاتووم|"
    r"ez (?:\w+ ){0,4}reviyame?|ez reviyam\w*|"
    r"ana (?:shradit|shiradit|hribit|hirabit))"
)
# Who was taken, who forgets, who is small: missing, whatever else is said.
_LOST: Final = (
    r"(?:(?:ان|ا)?خطف\w*|مخطوف\w*|خاطف\w*|اختطف\w*|فدية|بالكوة (?:ب|ال)سيارة|شالوها|اخذوها|سحبوها|ملثمين|زهايمر|"
    r"الزهايمر|بالزهايمر|"
    r"خرفان\w*|خرف|خرفت|فاقد\w* الذاكرة|تنسى|ينسى|متوحد\w*|توحد|معاق\w*|مختل\w*|تخلف|مريضة|المريضة|مريض|منغولي\w*|"
    r"kidnap\w*|abduct\w*|ransom|dementia|alzheimers?|autis\w*|ڕفێن\w*|ڕفاند\w*|"
    r"(?:عمره|عمرها|عمر|بعمر|ابو|ام) (?:[1-9]|1[01]|سنة|سنتين|ثلاث|ثلث|اربع|خمس|ست|سبع|ثمان|ثمن|تسع|"
    r"عشر)(?!\d)(?! ?عشر\w*)"
    r"(?! ?و(?:عشرين|ثلاثين|اربعين))(?: (?:سنين|سنوات|سنة|اشهر))?|(?:[1-9]|1[01]) (?:سنين|سنوات)|طفل|طفلة|طفلتي|طفلي|"
    r"جاهل|جاهلة|رضيع\w*|"
    r"زغيرة|صغيرة|الزغير|الصغير|الزغيرة|الصغيرة|(?:[1-9]|1[01]|two|three|four|five|six|seven|eight|nine|"
    r"ten) ?(?:years? old|yo)|toddler|baby)"
)
# What anybody runs from, and what is no home.
_ELSEWHERE: Final = (
    r"(?:(?:هربت?|شردت?|انهزمت?|ran away|fled|escaped) (?:\w+ )?(?:من )?(?:from )?(?:the )?(?:ال)?(?:مدرسة|المدرسة|"
    r"كلب|كلاب|الكلب|حريق|النار|القصف|الدوام|"
    r"الدرس|الحادث|حادث|dogs?|fire|school|accident)|(?:سيارة|السيارة|سايق|السايق|حرامي|الحرامي|دعمها|دعمتها|"
    r"ضربها) (?:\w+ ){0,3}(?:و?شرد|و?هرب|و?شردت|و?هربت)|"
    r"(?:دعم|دهس|باك|سرق|نصب)\w* (?:\w+ ){0,6}و?(?:شرد|هرب|انهزم)t?|زعلت? (?:\w+ )?(?:الناس|علينا|المنطقة))"
)
# What the model takes for a kidnapping is flight only where home itself is what was left.
_HOME: Final = (
    r"(?:من|ترك\w*|عاف\w*|غادر\w*|left|from) (?:\w+ )?(?:(?:ال)?(?:بيت|دار|منزل)\w*|اهلها|اهله|ذويها|home|family)"
)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?:(?!\w)|(?<= ))")


_OF_HER, _OF_HIM, _LEFT = _pattern(_SHE), _pattern(_BOY), _pattern(_FLED)
_OF_SELF, _TAKEN, _OTHER = _pattern(_OWN), _pattern(_LOST), _pattern(_ELSEWHERE)
_LEFT_HOME: Final = _pattern(_HOME)


# What is surely of these kinds tells of who fled from a driver, a thief or a dog.
_OF_OTHERS: Final = frozenset(
    {
        Category.TRAFFIC_SAFETY,
        Category.EXPLOSIVE_HAZARD,
        Category.THEFT,
        Category.DRUGS,
        Category.FIRE_MEDICAL,
        Category.PUBLIC_INFRASTRUCTURE,
        Category.PUBLIC_NUISANCE,
        Category.WEAPONS_GUNFIRE,
    }
)
_SURELY: Final = 0.5


def find(key: str, guesses: Sequence[Guess], *, minor: bool = False) -> Flight:
    """Whether a key tells of flight from home, and by whom it is told. minor: somebody under 18 is spoken of.

    guesses: what it may be about, best first.
    """
    best = guesses[0]
    if best.category is Category.KIDNAPPING and not _LEFT_HOME.search(key):
        return Flight.NONE
    others = best.category in _OF_OTHERS and best.confidence >= _SURELY
    return Flight.NONE if others else _told(key, minor=minor)


def _told(key: str, *, minor: bool) -> Flight:
    if _OF_SELF.search(key) and not _told_of_her(key):
        return Flight.OWN
    if not _LEFT.search(key) or _TAKEN.search(key) or _OTHER.search(key):
        return Flight.NONE
    whose = _OF_HER.search(key) or (minor and _OF_HIM.search(key))
    return Flight.SOUGHT if whose else Flight.NONE


def _told_of_her(key: str) -> bool:
    """Whether "fled from my family" is said of another: "my sister fled from my family"."""
    own = _OF_SELF.search(key)
    her = _OF_HER.search(key)
    return own is not None and her is not None and her.start() < own.start()
