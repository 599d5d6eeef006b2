"""Tells whether somebody left home of her own will: from her own words, or from those of people who look for her.

Whoever flees may flee from those who search. So a woman or girl of whom her family says that she "left" or "fled" is
not simply missing, and neither is a boy under 18; nor is who is "lost" to people who beat her (bot.nlp.unsafe). A small
child, an old man who forgets, and who was taken are missing: they are found first and asked afterwards.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlp import unsafe
from bot.nlp.normalise import letters
from bot.vocabulary import Category, Flight, Guess

_SHE: Final = (
    r"(?:بنتي|بنتنا|بنيتي|بنيتنا|بنيتهم|بنيته|حفيدتي|حفيدتنا|بنته|بنتها|بنتهم|ابنتي|ابنتنا|ابنته|اختي|اختنا|"
    r"اخته|اختهم|اختها|زوجتي|زوجته|مرتي|مرته|مراتي|"
    r"(?:هي|وهي|انها|لانها) (?:\w+ ){0,2}(?=شردت|هربت|انهزمت|زعلت|زعلانة|عافت|تركت)|she (?=ran|fled|left|escaped)|"
    r"حرمتي|خطيبتي|خطيبته|كنتي|كنتنا|امي|والدتي|بنت (?:عمي|خالي|عمنا|اخوي|اختي|اخي|خالتي|عمتي|جيرانا|جيراننا|اخويه)|"
    r"زوجة (?:اخوي|ابني|ولدي|اخي)|مرت (?:اخوي|ابني|ولدي)|طليقتي|(?:ال)?(?:خدامة|شغالة|عاملة)|بنية|البنية|البنت|"
    r"بناتي|فتاة|الفتاة|"
    r"my (?:\w+ )?(?:daughter|sister|wife|niece|fiancee?|girl)|our (?:\w+ )?(?:daughter|sister|girl)|his (?:daughter|"
    r"sister|wife)|"
    r"کچەکەم|کچەکەمان|کچم|کچی (?:مامم|خاڵم|براکەم|خوشکم|پوورم)|خوشکم|خوشکەکەم|ژنەکەم|هاوسەرەکەم|خێزانم|keça min|"
    r"keça me|xwişka min|jina min|"
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
    r"(?:سافرت|راحت|طلعت|مشت) (?:\w+ ){0,2}(?:بدون|بلا|من دون|من غير|بلايا) (?:علم|رضا|رضى|موافقة|اذن)\w*|"
    r"without (?:our|my|telling|his|their) (?:knowledge|permission|consent|us|me|family)|"
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
# She went by herself and is looked for: she has left those who ask. School, market and work are no such places.
_WENT_HERSELF: Final = (
    r"(?:خرجت|طلعت|غادرت|مشت|راحت) (?:\w+ )?من (?:ال)?(?:بيت|دار|منزل)\w*|غادرت(?! (?:ال)?(?:مدرس|مستشف|جامع))|"
    r"متغيبة عن|"
    r"تغيبت عن|مو بالبيت من|(?:خذت|اخذت|ماخذة|شالت) (?:اطفال|جهال|ولد|اولاد|بنات|بنت|ابن)ها\w*|"
    r"(?:راحت|طلعت|مشت) (?:\w+ )?(?:لبيت|يم|عند|ل) ?(?:صديقت|صاحبت|رفيقت|خالت|عمت)\w*|"
    r"(?:took|taken) (?:her |the |my )?(?:kids|children|son|daughter) and (?:left|went|gone)|"
    r"(?:left|walked out|moved out|went away) (?:\w+ )?(?:on her own|by herself|with her (?:kids|children|bag|"
    r"clothes))|"
    r"refuses to (?:come|return)|منداڵەکانی (?:برد|هەڵگرت)\w*|(?:خۆی|بێ ئاگاداری\w*) (?:\w+ )?ڕۆیشت\w*|"
    r"لە ماڵ (?:دەرچوو|ڕۆیشت)\w*"
)
_SEARCHED: Final = (
    r"(?:ن|ا|ي)بحث\w*|(?:ال|لل)?بحث|(?:ن|ا|ي|دن|د)دور\w*|مساعدت\w*|ساعدو\w*|(?:ن|ا|ي|ت)رجع(?:ها|وها|ونها)?|"
    r"(?:لم|ما) \w+|"
    r"مكانها|وين(?:ها)?|نريد\w*|اريد\w*|ارجو|نرجو|من البارحة|تلفونها|find|looking|locate|where|help|return|come back|"
    r"نازان\w*|دەگەڕ\w*|نەهات\w*|نەگەڕا\w*|یارمەتی\w*"
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
# Who went with a man that is not of the family: her family calls it shame, and looks for her.
_STRANGER: Final = (
    r"(?:ال|هال)?(?:واحد|شاب|شخص|رجال|رجل|ولد|غريب|صاحبها|حبيبها|عشيقها|رفيقها|حبيبه|حبيبي|الي (?:تحبه|احبه|"
    r"يحبها)|ابن (?:ال)?جيرا\w+|"
    r"خطيبها|خطيبي|واحد غريب|ولد الجيران)"
)
_WITH: Final = (
    rf"(?:طلعت?|خرجت|راحت|مشت|هربت?|شردت?|انهزمت?|سافرت|هاجت|نهزمت) (?:\w+ ){{0,3}}(?:ويه|وية|ويا|وي|مع) {_STRANGER}|"
    r"(?:went|gone|goes|ran|run|left|off|fled|away) (?:\w+ ){0,2}with (?:a|another|some|her|my|that|"
    r"the) (?:\w+ )?(?:man|guy|boy|boyfriend|"
    r"lover|stranger)|elop(?:ed|ing|es?)|"
    r"لە ?گەڵ (?:\w+ ){0,2}(?:کوڕێک|پیاوێک|کەسێک|دۆستەکەی|خۆشەویستەکەی|کوڕ\w*|غەریبێک) (?:\w+ ){0,2}(?:ڕۆیشت\w*|"
    r"هەڵات\w*|چوو\w*|ڕای ?کرد\w*|دەرچوو\w*)|"
    r"ra7at wi?ya\w* (?:wa7id|shab)|6il3at wi?ya\w* (?:wa7id|shab)"
)
# Where who fled is kept safe. Its address is nobody's: whoever asks for it, or wants her out of it, looks for her.
_REFUGE: Final = (
    r"(?:ال|لل)?(?:دار|دور|بيت|مركز|مكان|ملجأ|ملجا|ماوى|مأوى) (?:ال)?(?:ايواء|امان|امن|امنة|حماية|معنفات|نساء|"
    r"نسوان|نسوة)(?: (?:ال)?(?:نساء|معنفات|مراة|نسوان))?|"
    r"(?:ال|لل)?(?:شلتر|شيلتر|ملجأ)|(?:منظمة|جمعية) (?:ال)?(?:نسوية|نسائية|نساء|مراة)|"
    r"(?:women s |womens |the |a )?(?:shelter|safe ?house|refuge)|(?:خانەی|ماڵی|شوێنی) (?:\w+ )?(?:ئارام|"
    r"پارێزراو|حەوانەوە|ژنان)\w*|"
    r"شێڵتەر\w*|پەناگە\w*|شەڵتەر\w*"
)
_WANTED: Final = (
    r"(?:ي|ت|ن|ا|د)?(?:رجع|طلع|سترجع|ستلم|سلم|لقا|لكا|لاك|شوف|عرف|جيب)(?:ها|وها|وني|ونها|ولي|ه)?|"
    r"(?:ال)?(?:تسليم|استلام|ارجاع)|رجعو\w*|"
    r"يرد(?:ها|ون|ون ها|ونها)|يريدها|نريدها|وينها?|وينه|(?:ال)?عنوان\w*|مكان(?:ها|ه)|(?:ي|ن|ت)دور\w*|(?:ت|"
    r"ي)طالب\w*|ما ينطون\w*|"
    r"address|where|back|out of|find|return\w*|looking|want\w*|ناونیشان\w*|بیبینم|بیهێن\w*|دەگەڕ\w*|بەدوا\w*|"
    r"بگەڕێ\w*|لە کوێ\w*|دەمەوێت|دەیەوێت"
)
# She of whom it is said; a plain "she" or "her" is enough where a refuge is named.
_HER: Final = (
    r"\w{2,}(?:ها|تنا|تي)|(?:ال)?(?:بنت|بنية|مرة|زوجة|بنتنا|فتاة)|"
    r"her|she|wife|daughter|sister|girl|niece|cousin|aunt|mother|کچ\w*|خوشک\w*|ژن\w*|باوکی|برای|مێردی"
)
_WHERE: Final = r"(?:ال)?عنوان\w*|مكان(?:ها|ه)|address|where is|ناونیشان\w*"
_NOT_FOR_HER: Final = r"(?:ال|لل)?(?:ايتام|يتيم|عجزة|مسنين|كلاب|حيوان\w*|قطط|بزازين)|orphan\w*|animals?|dogs?|cats?"
_OWN_NEED: Final = (
    r"(?:اني |انا )?(?:محتاجة|احتاج|اروح|اهرب|اختبي|تستقبلوني|اسكن)|i need|need a|can i (?:go|stay|come)|hide me|"
    r"پێویستم|دەمەوێت بچم"
)
_OWN_REFUGE: Final = (
    rf"(?:اني|انا|آني|هسه|هسة) (?:\w+ ){{0,2}}(?:ب|بال|في )?(?:{_REFUGE})|(?:i am|im|i m|i stay|i live|"
    rf"staying) (?:\w+ ){{0,2}}(?:{_REFUGE})|"
    rf"من (?:\w+ )?لە (?:{_REFUGE})|لە (?:خانەی|ماڵی) (?:\w+ )?ئارامم"
)
_OWN_WITH: Final = (
    r"(?:طلعت|هربت|شردت|انهزمت|رحت) (?:\w+ ){0,4}(?:ويه|وية|ويا|وي|مع) (?:خطيبي|حبيبي|الي احبه|اللي احبه|صاحبي|"
    r"زوجي)(?: \w+){0,6} "
    r"و?(?:اهلي|اخواني|اخوتي|اخوي|ابوي|ابويه|عمامي|العشيرة|عشيرتي|اخاف|خايفة)"
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
_LEFT_HOME, _BY_HERSELF, _LOOKED_FOR = _pattern(_HOME), _pattern(_WENT_HERSELF), _pattern(_SEARCHED)
_AWAY_WITH, _KEPT_SAFE, _DEMANDED = _pattern(_WITH), _pattern(_REFUGE), _pattern(_WANTED)
_ADDRESS, _ASKED_FOR_HERSELF, _FOR_OTHERS = _pattern(_WHERE), _pattern(_OWN_NEED), _pattern(_NOT_FOR_HER)
_OF_WHOM, _OWN_SAFE, _OWN_AWAY = _pattern(_HER), _pattern(_OWN_REFUGE), _pattern(_OWN_WITH)


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
_SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
_AT_HOME: Final = frozenset({Category.DOMESTIC_VIOLENCE, Category.CHILD_PROTECTION})
_LIKELY: Final = 0.15


def find(key: str, guesses: Sequence[Guess], *, minor: bool = False) -> Flight:
    """Whether a key tells of flight from home, and by whom it is told. minor: somebody under 18 is spoken of.

    guesses: what it may be about, best first.
    """
    kept = _in_refuge(key)
    if kept is not Flight.NONE:
        return kept
    best = guesses[0]
    if _from_home(key, guesses, minor=minor):
        return Flight.SOUGHT
    if best.category is Category.KIDNAPPING and not _LEFT_HOME.search(key):
        return Flight.NONE
    others = best.category in _OF_OTHERS and best.confidence >= _SURELY
    if not others and _went_herself(key):
        return Flight.SOUGHT
    return Flight.NONE if others else _told(key, minor=minor)


def _from_home(key: str, guesses: Sequence[Guess], *, minor: bool) -> bool:
    """Whether she whom they call missing may have fled from them."""
    if _TAKEN.search(key) or _OTHER.search(key) or _OF_SELF.search(key):
        return False
    return unsafe.find(key, sought=_sounds(guesses, _SOUGHT), hurt=_sounds(guesses, _AT_HOME), minor=minor)


def _went_herself(key: str) -> bool:
    """Whether a woman or a girl left by herself and is looked for; no small child, nor who was taken or forgets."""
    if _TAKEN.search(key) or _OTHER.search(key) or _OF_SELF.search(key):
        return False
    return all(told.search(key) for told in (_OF_HER, _BY_HERSELF, _LOOKED_FOR))


def _sounds(guesses: Sequence[Guess], kinds: frozenset[Category]) -> bool:
    return any(guess.category in kinds and guess.confidence >= _LIKELY for guess in guesses)


def _in_refuge(key: str) -> Flight:
    """Whether it tells of a place where who fled is kept safe: her own words, or of who wants her."""
    if not _KEPT_SAFE.search(key) or _FOR_OTHERS.search(key):
        return Flight.NONE
    if _OWN_SAFE.search(key):
        return Flight.OWN
    if _ASKED_FOR_HERSELF.search(key):
        return Flight.OWN
    of_her = _OF_WHOM.search(key) is not None
    if of_her and _DEMANDED.search(key):
        return Flight.SOUGHT
    return Flight.OWN if _ADDRESS.search(key) and not of_her else Flight.NONE


def _told(key: str, *, minor: bool) -> Flight:
    if _OWN_AWAY.search(key) and not _OF_HER.search(key):
        return Flight.OWN
    if _AWAY_WITH.search(key) and (_OF_HER.search(key) or _OF_WHOM.search(key)) and not _TAKEN.search(key):
        return Flight.SOUGHT
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
