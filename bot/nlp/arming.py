"""Finds who makes bombs or hides weapons, as extremists do: a tip that names nobody, and no forum's member may see it.

Fertilizer is one thing in a cellar with wires and another on a field, and a "عبوة" holds water, gas or oil as often as
explosives. Each sign is read with what stands beside it; whoever sells, sows or delivers says so.
"""

import re
from typing import Final

from bot.nlp.normalise import letters


def _words(written: str) -> re.Pattern[str]:
    return re.compile(letters(rf"(?<!\w)[وفبل]?(?:ال|لل)?(?:{written})(?!\w)"))


_FERTILIZER: Final = _words(r"سماد|اسمدة|نترات|يوريا|امونيوم|fertili[sz]ers?|ammonium|nitrates?|پەین\w*|sma+d")
_PARTS: Final = _words(
    r"واير\w*|وايرات|اسلاك|سلك|بطاري\w*|صاعق|صواعق|تايمر\w*|موقت\w*|موبايل\w*|تلفونات|بارود|شظايا|بوري\w*|بواري|ديزل|كاز|"
    r"تي ان تي|سيفور|wires?|wiring|timers?|batter(?:y|ies)|detonators?|gunpowder|pipes?|nails|phones?|circuits?|"
    r"diesel|وایەر\w*|باتری\w*|پاتری\w*|تایمەر\w*|بارووت\w*|بۆری\w*|wayr\w*|wire\w*"
)
_EXPLOSIVE: Final = _words(
    r"متفجرات|بارود|تي ان تي|سيفور|صواعق|(?:عبوة|عبوات|احزمة|حزام) ناسف(?:ة|ات)?|مفخخات|explosives?|gunpowder|"
    r"detonators?|ieds?|تەقەمەنی\w*|بارووت\w*"
)
_BOMB: Final = (
    r"(?:ال)?(?:عبوة|عبوات|عبوه|متفجرات|قنابل|قنبلة|قنبله|قنبرة|مفخخات|مفخخة|الغام|لغم|احزمة ناسفة|حزام ناسف)"
)
_MAKES: Final = _words(
    r"(?:د|دا|دي|جاي |كاعد |كاعدين )?[يت]?(?:صنع|صنعون|سوي|سوون|سوى|سووا|جهز|جهزون|ركب|ركبون|حضر|حضرون|صنعوا|تصنيع|لغم|"
    rf"يلغمون) (?:\w+ ){{0,2}}(?:ب)?{_BOMB}|"
    r"(?:ال)?(?:تصنيع|صناعة|صنع|تركيب|تجهيز) (?:ال)?(?:عبوات|متفجرات|قنابل|عبوة)|"
    r"(?:د|دا|دي)?[يتن]?(?:فخخ|تفخيخ|لغم)(?:ون|وا|ت)? (?:\w+ )?(?:ب)?(?:ال)?(?:سيارة|سيارات|دراجة|ماطور|ستوتة|بيت|جسر|"
    r"عجلة|شارع|طريق|جثة)\w{0,3}|"
    r"(?:build|buil?ding|mak(?:e|es|ing)|assembl\w*|mix\w*|prepar\w*|wiring|plant(?:s|ing)) (?:\w+ ){0,3}(?:bombs?|"
    r"explosives?|ieds?|car bombs?|explosive devices?|pipe bombs?)|"
    r"(?:بۆمب\w*|بۆمبا|تەقەمەنی\w*|عەبوە\w*|مین|قومبەلە\w*) (?:\w+ ){0,3}(?:دروست|سازدە|ئامادە)\w*(?: دەک\w+)?|"
    r"(?:y|yi|da y)?(?:sawwi|sawi|sn3|sawwoo?n|sno3o+n) (?:\w+ )?3[aiu]?bw?a?t\w*"
)
# What else such things hold, and where they are made, sold and spread.
_GOODS: Final = _words(
    r"مزرع\w*|زراع\w*|فلاح\w*|محصول|محاصيل|حنطة|شعير|بستان\w*|بذور|اشتال|مشتل|حديقة|حديقتنا|نخل|شجر|عدادة|"
    r"ماي|مياه|مي|غاز|زيت|دهن|بلاستك|بلاستيك|مشروبات|عصير|حليب|بيبسي|معقم|صبغ|دوا|عطر|عطور|كارتون|فارغة|"
    r"عمود|طايح\w*|مكطوع\w*|العاب|نارية|مفرقعات|طركات|صعادات|عيد|لعبة|ببجي|فلم|فيلم|مسلسل|رياضة|صيد|سمك|"
    r"معمل|وكيل|وزارة|جمعية|farm\w*|crops?|garden\w*|field|seeds?|pump|water|gas|oil|plastic|fireworks?|game|movie|film|"
    r"کێڵگە\w*|جووتیار\w*|گەنم|باخ\w*|ئاو|غاز|نەوت|ئاگربازی"
)
_NO_FIELD: Final = _words(r"no|without|ماكو|ما عنده|بدون|مو فلاح|بێ|ماعنده")
_FIELD: Final = _words(
    r"مزرع\w*|زراع\w*|فلاح\w*|محصول|محاصيل|حنطة|شعير|بذور|اشتال|مشتل|حديقة|نخل|شجر|عدادة|جمعية|وزارة|وكيل|"
    r"farm\w*|crops?|garden\w*|field|seeds?|کێڵگە\w*|جووتیار\w*|گەنم"
)
_BOTTLES: Final = re.compile(
    letters(
        r"(?<!\w)(?:[وفبلك]?(?:ال)?)(?:عبوة|عبوات)(?= (?:ال|لل|مال |مالت |من |فارغة |"
        r"بلاستك )?(?:ماي|مياه|مي|غاز|زيت|دهن|بلاستك|بلاستيك|"
        r"مشروبات|عصير|حليب|بيبسي|معقم|صبغ|عطر|عطور|فارغة|شامبو|كاز|بانزين|اوكسجين)(?!\w))"
    )
)
_BOTTLED: Final = letters("قناني")
_SEEDS: Final = letters("بذور")
_THEM: Final = _words(r"داعش|دولة الاسلامية|دولة اسلامية|isis|isil|daesh|da3ish|da3esh|islamic state")
_WEAPONS: Final = _words(
    r"سلاح|اسلحة|بنادق|بندقية|كلاش\w*|رشاش\w*|مسدس\w*|عتاد|ذخيرة|قاذف\w*|متفجرات|weapons?|rifles?|guns?|ammunition|"
    r"چەک\w*|تفەنگ\w*|تەقەمەنی\w*|sila+7|sla+7|asli7a|sila+h"
)
_HOARDS: Final = _words(
    r"(?:د|دا|دي|جاي |كاعدين )?[يت]?(?:جمع|خزن|خزين|كدس|ضم|دفن|خبي|خبى|نقل|طمر|جمعون|خزنون|كدسون|ضمون|دفنون|خبون|نقلون|"
    r"طمرون)(?:وا|ه|ها|هم|وها|وه)?|مخبي\w*|ضام\w*|مخزن\w*|مكدس\w*|"
    r"(?:collect|stor|stockpil|hid|bury|hoard|gather|pil)\w*|"
    r"(?:کۆ ?دە|دەشار|حەشار|دەیشار|هەڵ ?دە)\w*|y[ia]?jm3\w*|ykhz\w*|yi?khaz+\w*|yd[ou]m+\w*"
)
_STRANGERS: Final = _words(
    r"مجهول\w*|غريب\w*|غرباء|غرب|ملثم\w*|مكنع\w*|ما نعرف\w*|محد يعرف\w*|مشبوه\w*|unknown|strang\w+|masked|suspicious|"
    r"نەناسراو\w*|غەریب\w*|دەمامکدار\w*|نامۆ\w*|nenas\w*|ghare*b\w*|ma n3r\w*|mjhoo?l\w*"
)
# A feud, a hunt, those who fought against them, and what is sold openly.
_OTHERS: Final = _words(
    r"عشير\w*|عشاير|نزاع|فصل|عركة|عرس|اعراس|شرطة|جيش|حشد|بيشمركة|قوات|سيطرة|حارب\w*|قاتل\w*|كاتل\w*|ضد|صيد|درس|تاريخ|"
    r"منهج|تسليم|شراء|tribes?|tribal|police|army|fought|against|wedding|hunt\w*|antiques?|history|هۆز\w*|عەشیرەت\w*|"
    r"پۆلیس\w*|پێشمەرگە\w*"
)
_FROM_THE_PAST: Final = _words(r"مخلفات|مخلف|قديمة|حرب|حروب|الايرانية|remnants|unexploded|لكيت\w*|کۆن")


def tells(key: str) -> bool:
    """Whether a key tells of who makes bombs, or hides weapons as extremists or strangers do."""
    if _brews(key) or (_MAKES.search(key) and not _GOODS.search(key)):
        return True
    hoarded = _HOARDS.search(key) is not None and _WEAPONS.search(key) is not None and not _OTHERS.search(key)
    named = _THEM.search(key) is not None and _WEAPONS.search(key) is not None and not _OTHERS.search(key)
    return named or (hoarded and _STRANGERS.search(key) is not None)


def as_goods(key: str) -> str:
    """The key with bottles in place of what may be bombs, and seeds in place of fertilizer, where it says so."""
    told = _FERTILIZER.search(key) and _FIELD.search(key)
    if told and not (_NO_FIELD.search(key) or _EXPLOSIVE.search(key) or _MAKES.search(key) or _THEM.search(key)):
        key = _FERTILIZER.sub(_SEEDS, key)
    return key if _EXPLOSIVE.search(key) or _PARTS.search(key) else _BOTTLES.sub(_BOTTLED, key)


def _brews(key: str) -> bool:
    """Whether what bombs are made of lies together."""
    if _GOODS.search(key) or _FROM_THE_PAST.search(key):
        return False
    explosive = _EXPLOSIVE.search(key) is not None
    parts = {found.group() for found in _PARTS.finditer(key) if not _EXPLOSIVE.fullmatch(found.group())}
    fertilizer = _FERTILIZER.search(key) is not None
    beside = bool(parts) and (len(parts) > 1 or _HOARDS.search(key) is not None)
    return (fertilizer and (bool(parts) or explosive)) or (explosive and beside)
