"""Finds what an officer does to his own people, to a woman's body or to a child: what no open desk may read.

The model knows such a text for a complaint about police, and mostly for nothing else. But the wife of an officer flees
from him and not from his office, and whoever was asked for her body at the station tells it to a sealed desk or nobody.
Whoever complains of her own is in danger in her own house, whatever words she finds for it: only money and the like are
left to oversight. A bribe, a lost file, a man beaten in custody are complaints that it reads as before.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlp import insiders
from bot.nlp.normalise import letters
from bot.vocabulary import Category

_REACH: Final = 5  # words between somebody's kin and the rank that he has

# Somebody's own: the speaker's, hers, or ours. Of a woman's kin it is the man joined to her ("my sister's husband").
_KIN: Final = (
    r"(?:رجل|زوج|جوز|زلمت|طليق|خطيب|ابو|اب|والد|اخو|اخ|خو|عم|خال|حما|نسيب|صهر|ابن|ولد|جد|عمام|خوال|اخوان|اخوت)"
    r"(?:ي|يه|ية|ا|ها|هن|نا|ويه|وي|وية|يا|تي|اني)|بابا|"
    r"مێرد\w*|هاوسەر\w*|باوک\w*|برا(?:کە|گەورە|کان)?(?:م|ی|مان)|مامم|مامەکەم|مامی|خاڵم|خاڵی|کوڕ(?:ە?کە)?م|"
    r"ئامۆزا\w*|خەزوور\w*|"
    r"دە(?:ز|ست)گیران\w*|mêrê|birayê|bavê|mamê|"
    r"husband|ex|father|dad|stepfather|brother|uncle|fiance|son|boyfriend|cousin|nephew|"
    r"zaw?ji|z[ou]+ji|r[ai]jli|jo+zi|abo+y?a|abu+y?a|a[kx5]h?[ou]+[yh]a\w*|3amm?i|[5k]h?ali|[5k]h?a[t6]ibi|"
    r"[t6]al?e+[qg8k]i|[t6]ali[qg8k]i|nisi+bi|7amay\w*"
)
_WIVES: Final = r"اختي|اختها|اختنا|بنتي|بنتنا|امي|خالتي|عمتي|خوشکم|خوشکەکەم|کچەکەم|sister|daughter|mother|aunt"
_MEN: Final = r"زوج|رجل|جوز|ابن|ولد|اخو|خطيب|طليق|مێردی|هاوسەری|کوڕی"
# What is done to a man at a station, or where he is, stands between him and the rank that another has.
_PARTS: Final = (
    r"موقوف\w*|محبوس\w*|محجوز\w*|مسجون\w*|معتقل\w*|محتجز\w*|مات|توفي|استشهد\w*|شهيد|راجع|\w*(?:ضرب|كتل|عذب|حبس|"
    r"عتقل|وكف|"
    r"شتم|هان|خذ|هدد|سجن|دفر|طرد|سب|بهذل)(?:ه|وه|وا|و|ونه|هم)|ان(?:ضرب|حبس|سجن|كتل|لزم|عتقل)\w*|راح|راحت|يراجع|"
    r"اشتكى|يشتكي|arrested|jailed|prison|detained|"
    r"tortured|beaten|(?:dh?|th|6|9|z)[aei]?rbo\w*|3a?(?:th|dh|d)+i?bo\w*|7[ia]bso\w*|maw[qg8k]o+f\w*|گیرا\w*|گرت\w*"
)
_WORKS: Final = (
    r"(?:ي|م)?(?:شتغل|داوم|عمل|خدم)\w*|موظف|متعين|منتسب|وي|ويه|وية|مع|من|مدير|مسؤول|معاون|حارس|حماية|سايق|كاتب|"
    r"works?|working|serves|in|with|کار|لە"
)
_PLACE: Final = (
    r"(?:ال|بال|عال|لل)?(?:مركز|سيطرة|منتدى|محكمة|سجن|دورية)|markaz|station|precinct|forum|saytara|say6ara|بنکە\w*"
)
_FILL: Final = (
    r"(?:ال)?سابق\w*|(?:ال)?(?:كبير|جبير|حالي)|هو|كان|جان|هم|رتبته|برتبة|a|an|the|is|was|he|former|also|retired|senior"
)
_IS: Final = r"هو|وهو|طلع|يكون|ويكون|يصير|is|he|هەیە"
# What he does to them: to bodies, freedom, money, children and fear. Not in the form of what was done to him.
_HARMS: Final = (
    r"(?!\w*(?:وه|وا|وهم)(?!\w))\w*(?:ضرب|كتل|قتل|ذبح|خنك|حبس|حابس|قافل|هدد|لاحق|راقب|غصب|بتز|كسر|كاسر|عذب|طرد|شتم|عنف|"
    r"دفر|رفس|صفع|مانع|منع|تحرش|غتصب|كفخ|لفخ|سحل|طعن)\w*|(?:ي|ت|د|دي|را?ح ي)?زوج(?:ني|ها|وني|ونها)|"
    r"(?:ي|ت|د|دي)?(?:لمس|حرق|هين|اهان|ذل|جلد|يهين)(?:ني|ها|نا|هن)|(?:ي|د)?(?:حرك|حرق) (?:ايد|جسم|وجه|ظهر|رجل)\w*|"
    r"بالغصب|بالكوة|بالقوة|(?:ما|مي) ?(?:ي|ت)?خلي(?:ني|ها|نا)|مايخلين\w*|(?:ي|ت|د)?(?:دخل|فوت) علي(?:ه|ها|نا)?|"
    r"(?:ي|د)?سب(?:ني|ها|نا)|(?:ي|ت|د|ما)?(?:اخذ|خذ) (?:\w+ )?(?:بنت|بنات|ولد|جهال|اطفال|راتب|ذهب|تلفون)(?:ي|ية|"
    r"نا|ها|هم)|(?:ي|د)?اخذني|"
    r"اخاف|خايف\w*|خوف\w*|رجعون(?:ي|ها)|يرجعني|حركته|تنضرب|انضربت?|صور(?:ي|ج|ها)|"
    r"لێ[می]?(?:ان)? ?(?:دە|ئە)د\w*|لێم ?دا\w*|لێی? ?دا\w*|(?:دە|ئە)[کڕ]\w*وت\w*|هەڕەشە\w*|کوشتن\w*|\w*کوژ\w*|ئازار\w*|"
    r"بە ?زۆر|بەشوو\w*|بە شوو\w*|دەترسێن\w*|دەترسم|لێدان|زیندانی\w*|دەرگا\w*|گێچەڵ\w*|"
    r"hits?|hitting|beats?|beating|slap\w*|kick\w*|chok\w*|punch\w*|hurt\w*|abus\w*|threat\w*|lock\w*|force\w*|marry|"
    r"rap(?:e|es|ed)|kill\w*|follow\w*|stalk\w*|blackmail\w*|touch\w*|insult\w*|takes|scared|afraid|violen\w*|"
    r"y\w*(?:dh?|th|6|9)r[uo]?b\w*|y\w*(?:8|k|g|q)[iu]?t[iu]?l\w*|yhadd?id\w*|y[iu]?btaz\w*|y7bis\w*|y6rid\w*"
)
# What makes even one's own a matter for oversight alone, where he harms none of his; or no complaint at all.
_PLAIN: Final = (
    r"رشوة|رشاوى|فلوس|مليون|دولار|يبيع|يبيعون|حبوب|مخدرات|حشيشة|كرستال|تهريب|كهرباء|مولدة|ماي|يفحط|عقد|مقاول|"
    r"شهيد|استشهد|انصاب|جريح|"
    r"راتبه|رواتب|تقاعد|نقل|اجازة|واسطة|تعيين|bribe\w*|money|drugs|salary|martyr\w*|killed by|بەرتیل|مووچە|"
    r"شەهید\w*|floos|flus|rashwa"
)
_TO_US: Final = (
    r"(?!(?:ابن|اخوا|اخوت|ولد|ا|ثا|تا|زوج|بنت|بيت)(?:ني|نا|ها|اني)(?!\w))\w{3,}(?:ني|نا|ها)|"
    r"me|us|her|[yt]\w+ni|لێم\w*|لێمان\w*|دەم\w+"
)
# Asked of her, or done to her body; what an officer sends, asks and takes at night.
_SEXUAL: Final = (
    r"\w*(?:تحرش|غتصب|غتصاب|مغتصب|يعاكس|معاكس|راود|اباحي|تغزل|غازل)\w*|(?:ي|ت)ساوم (?:\w+ )?(?:ال)?(?:بنات|"
    r"نسوان|بنية|ني|ها)|"
    r"(?:ايحاء|طلب|علاق|كلام|اعتداء|استغلال|صور|رسايل|رسائل|حركات|ممارس)\w* (?:ال)?جنسي\w*|جنسيا|(?:ال)?جنس|"
    r"(?:ي|ت|ن|ا|و)?نام(?:ي|ين)? (?:\w+ )?(?:وي|مع)\w*|علاق\w* (?:\w+ )?(?:وي|مع)\w*|(?:ي|ت|د)?(?:لمس|تلمس|لزم|"
    r"جاس|تحسس|حسس)و?(?:ني|ها|هن|نا)|"
    r"(?:رقم|صور|صورت|جسم|احب|عيون|وحد|لوحد|غرفت|احمي|اتزوج|اخطب|لبس|شكل|نامي وي)ج|"
    r"(?:ي|د|ت)?رجع\w* (?:\w+ ){0,4}(?:لزوجها|لرجلها|لاهلها|لابوها|لاخوها|لزوجي|لرجلي|لزوجته)|"
    r"(?:ي|ت|د)?(?:باس|بوس|حضن|شلح|صلخ)(?:ني|ها|هن|نا)|(?:ي|ت|د)?(?:لمس|لزم|جاس|حسس|تحسس|ضغط|فتش|مسك|كمش|مد|حط|"
    r"خلى)\w* (?:\w+ ){0,3}"
    r"(?:صدر|جسم|فخذ|خصر|شعر|رجل|ظهر|كتف|جتف|وجه)(?:ي|ها)|ايد\w* (?:\w+ )?(?:طولت|عليه|عليها|بيه|بيها|علي(?= و|"
    r"$))|مد ايد\w*|"
    r"(?:تعالي|تجين|تجيني|تعالن|ادخلي|نلتقي|نطلع|تطلعين|تعزم\w*|يعزم\w*) (?:\w+ ){0,3}(?:وحد(?:ج|ك|كن|جن)|"
    r"لوحدك\w*|(?:لل|ال|عال)?شقة|للبيت|بيتي|"
    r"(?:ل|ب)?غرفت\w*|(?:ب)?(?:ال)?مطعم|(?:لل|ال)?فندق|وياي)|"
    r"(?:ي)?(?:طلب|اخذ|ياخذ|خذ|يريد|انطاني|سأل عن|لزم) (?:\w+ )?(?:رقمي|رقمها|رقمج|رقمه|"
    r"رقم (?:\w+ )?(?:كل )?(?:مرة|بنية|بنت|بنتي|اختي))|"
    r"(?:ي|د)?(?:دز|بعث|كتب|رسل)(?:لي|لها|لهن) (?:\w+ ){0,2}(?:صور\w*|ورد|ورود|صباح|كلام|غزل|كلوب|بوسات)|"
    r"(?:ي)?راسل(?:ني|ها)|"
    r"كلام (?:وسخ|مو زين|قذر|غزل)|(?:ي|د)?(?:تصل|دك|خابرني|خابرها|كلمني|تخابر) (?:\w+ )?(?:ب)?(?:ال)?ليلة?|"
    r"(?:كمش|لزم|مسك|جر) ايدي|(?:اخت|بنت|زوجت|مرت)(?:ي|نا) (?:\w+ ){0,3}ل?وحدها|(?:ي)?عزم(?:ني|ها)|(?:ي)?حتك\w*|"
    r"(?:كلي|يكلي|كلها|انتي) (?:\w+ )?حلوة|شنو (?:\w+ )?لابس\w*|متعة|(?:ي|ت)?سهر(?:ة|وياي|ون)?|عريان\w*|"
    r"مصلخ\w*|عاري\w*|(?:ي|ت|د)?(?:تقرب|صور)\w* (?:\w+ )?(?:ل|من )?(?:ال)?(?:بنات|بنتي|بناتنا|بنية|اختي|النسوان|"
    r"جهال|طالبات)|(?:ي|د)صورهن|"
    r"گێچەڵ\w*|دەستدرێژ\w*|دەستی? (?:\w+ )?لێ ?(?:م|ی)? ?(?:دە)?دا\w*|دەستی (?:\w+ )?لە (?:جەستە|لەش)\w*|"
    r"دەستی (?:\w+ )?(?:لە)?سەر (?:\w+ )?(?:ئەژنۆ|ڕان|سنگ|لەش|شان|مل|قژ)\w*|"
    r"(?:لەگەڵ\w* (?:\w+ )?)(?:ب|دە)?خەو\w*|بخەو\w*|سێکس\w*|ڕووت\w*|شەو\w* (?:\w+ ){0,3}(?:تەلەفۆن|نامە|پەیام|"
    r"پەیوەندی)\w*|ژمارە\w* (?:\w+ ){0,2}(?:برد|وەرگرت|دەرهێنا|خواست)\w*|ماچ\w{0,2} (?:کرد|دەک)\w*|جوانیت|"
    r"(?:sleep|slept|sleeping|bed) with|touch(?:ed|es|ing)? (?:me|my|her|us)|grop\w*|kiss\w*|naked|nudes?|undress\w*|"
    r"strip (?:me|naked|for)|sex|sexual\w*|sexy|rap(?:e|ed|es|ing)|molest\w*|harass(?:ed|es|ing)? (?:me|her|"
    r"girls|women)|"
    r"(?:come|go) (?:\w+ ){0,3}(?:alone|(?:his|the) (?:house|home|flat|apartment|room|hotel))|what (?:i|"
    r"she) (?:was|is|am) wearing|take off (?:my|her)|(?:took|taking) (?:photos|pictures) of (?:me|her)|"
    r"hands? on (?:my|her|me)|"
    r"(?:ask|want|demand|request)\w* (?:\w+ ){0,4}(?:photos?|pictures?|nudes?|my number|her number)|(?:text|"
    r"call|messag|writ)\w* (?:me|her) (?:\w+ ){0,2}at night|"
    r"y?i?t7ar+[ao]?sh\w*|t7r[ao]?sh\w*|an[ai]m wi?y\w*|nam[iy] wi?y\w*|[iy]?lmas(?:ni|ha)|basni|ba[sw]+ha|"
    r"3ala[8qgk]a wi?y\w*"
)
# What is shown, or threatened to be shown, of her.
_SHOWN: Final = (
    r"(?:\w*(?:هدد|بتز)|(?:ا|ي|ت|د)?نشر)\w* (?:\w+ ){0,4}(?:ب|ال|بال|و)?(?:صور(?:ي|ها|ج|نا|هن|تي|ة)?|فيديو\w*|"
    r"مقطع|محادثات\w*)"
    r"(?! (?:ال)?(?:هوي|جواز|مستمسك|سيار|حادث)\w*)|"
    r"(?:threat\w*|blackmail\w*|post\w*|publish\w*) (?:\w+ ){0,4}(?:photos?|pictures?|videos?|images?)|"
    r"(?:هەڕەشە|بڵاو)\w* (?:\w+ ){0,3}(?:وێنە|ڤیدیۆ)\w*|(?:وێنە|ڤیدیۆ)\w* (?:\w+ ){0,3}(?:هەڕەشە|بڵاو)\w*"
)
# A complaint about her own, which police or we told to him.
_ACCUSED: Final = (
    r"(?:(?:ا|ت|ن)?شتك\w*|شكوى|شكوة|شكيت|بلغت|كتبت|قدمت|دعوى|تعهد|حجيت|حكيت)(?: \w+){0,3} (?:على|عن|ضد) "
    r"(?:رجلي|زوجي|جوزي|طليقي|خطيبي|ابوي\w*|والدي|اخوي\w*|اخواني|عمي|حماي|اهلي|ابن عمي)|"
    r"(?:complain\w*|report\w*|told (?:them|you|police)) (?:\w+ ){0,3}(?:about|against|on)? ?my (?:husband|ex|"
    r"father|brother|uncle|fiance)|"
    r"(?:سکاڵا\w*|شکات\w*) (?:\w+ ){0,3}(?:لە|دژی) (?:مێرد|هاوسەر|باوک|برا)\w*"
)
# A child, or a woman who is with child, in their hands.
_CHILD: Final = r"(?:ال)?(?:قاصر|قاصرين|قاصرات|طفل|طفلة|اطفال|رضيع\w*)|children|child|kids?|minors?|منداڵ\w*"
_WOMAN: Final = (
    r"حامل|حبلى|(?:اني|انا|آني) (?:\w+ )?(?:مرة|مره|امرأة|امراة|بنية|ارملة|مطلقة|عجوز)|حجابي|عباتي|دووگیان\w*|"
    r"ژنم|(?:ال)?محجبة|حجاب\w*|"
    r"pregnant|(?:i am|im) (?:a|an) (?:\w+ )?(?:woman|girl|widow|mother)"
)
_STRUCK: Final = (
    r"\w*(?:ضرب|كتل|عذب|دفع|دفر|كسر|صفع|سحل|اعتدي|اعتدى|خنك|كفخ|حبس|سحب)(?:ني|تني|ها|تها|ه|وني|وها|نا|وه|و|وا)?|"
    r"(?:hit|beat|slap|kick|push|punch|tortur|attack|drag|lock)\w*|لێ\w* ?دا\w*|لێدا\w*"
)


def _word(written: str) -> re.Pattern[str]:
    """A pattern for one word: "=" words as they stand, others with one proclitic before."""
    bare = "|".join(part[1:] for part in written.split("|") if part.startswith("="))
    free = "|".join(part for part in written.split("|") if not part.startswith("="))
    return re.compile(letters(rf"[وفلب]?(?:{free})" + (rf"|{bare}" if bare else "")))


def _phrase(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفلب]?(?:{letters(written)})(?!\w)")


_OF_KIN, _OF_WIFE, _A_MAN, _PARTED = _word(_KIN), _word(_WIVES), _word(_MEN), _word(_PARTS)
_JOINED, _WORKING, _AT, _FILLING = _word(_IS), _word(_WORKS), _word(_PLACE), _word(_FILL)
_ANOTHER: Final = re.compile("و")  # "and an officer" is somebody else
_HARM, _BODY, _HERS, _HIT = _phrase(_HARMS), _phrase(_SEXUAL), _phrase(_WOMAN), _phrase(_STRUCK)
_PICTURES, _SMALL, _TOLD_ON, _US = _phrase(_SHOWN), _phrase(_CHILD), _phrase(_ACCUSED), _phrase(_TO_US)
_ORDINARY: Final = _phrase(_PLAIN)


def find(key: str, *, minor: bool, matter: bool = False) -> Category | None:
    """The sensitive kind of what an officer does in a text that names one; None where it tells of no such thing.

    key: as bot.nlp.normalise makes it, of a text about police or an insider. minor: somebody under 18 is spoken of.
    matter: it surely tells of a theft, a street or the like; then what kin are is no harm yet.
    """
    minor = minor or _SMALL.search(key) is not None
    if _PICTURES.search(key):
        return Category.ELECTRONIC_BLACKMAIL
    if _BODY.search(key):
        return Category.CHILD_PROTECTION if minor else Category.HARASSMENT
    harms = _HARM.search(key) is not None
    if _TOLD_ON.search(key) or ((harms or not (matter or _ORDINARY.search(key))) and _is_kin(key, harms=harms)):
        return Category.DOMESTIC_VIOLENCE
    if not _HIT.search(key):
        return None
    return Category.CHILD_PROTECTION if minor else Category.HARASSMENT if _HERS.search(key) else None


def is_ordinary(key: str) -> bool:
    """Whether it speaks of money, a wage or the like: what makes even one's own a matter for oversight alone."""
    return _ORDINARY.search(key) is not None


def _is_kin(key: str, *, harms: bool) -> bool:
    """Whether somebody's own is the officer: "my brother is police", "the officer who threatens me is my uncle".

    harms: a harm is told. Without one he must be called so plainly.
    """
    words = key.split()
    ranks = insiders.ranks(words)
    to_us = _US.search(key) is not None
    kin = (at for at in range(len(words)) if _of_kin(words, at))
    if not harms:
        return any(_is_plainly(words, at, ranks) for at in kin)
    return any(_leads(words, at, ranks, to_us=to_us) or _follows(words, at, ranks) for at in kin)


def _of_kin(words: Sequence[str], at: int) -> bool:
    if _OF_KIN.fullmatch(words[at]):
        return True
    near = words[max(0, at - 1) : at + 2]
    return _OF_WIFE.fullmatch(words[at]) is not None and any(_A_MAN.fullmatch(word) for word in near)


def _leads(words: Sequence[str], at: int, ranks: Sequence[int], *, to_us: bool) -> bool:
    """Whether a rank or a body follows kin, with nothing between that parts them.

    "The officer" is another unless he stands beside them, and who is at a station may be held there: then it must be
    told of us.
    """
    after = next((rank for rank in ranks if at < rank <= at + _REACH), None)
    if after is None:
        return False
    between, rank = words[at + 1 : after], words[after]
    if any(_PARTED.fullmatch(word) for word in between) or _ANOTHER.match(rank) or (between and rank.startswith("ال")):
        return False
    return to_us or not _AT.fullmatch(rank) or any(_WORKING.fullmatch(word) for word in between)


def _is_plainly(words: Sequence[str], at: int, ranks: Sequence[int]) -> bool:
    """Whether a rank is said of kin with nothing between but what one says of one's work."""
    after = next((rank for rank in ranks if at < rank <= at + _REACH), None)
    if after is None or _ANOTHER.match(words[after]):
        return False
    between = words[at + 1 : after]
    works = any(_WORKING.fullmatch(word) for word in between)
    said = all(_WORKING.fullmatch(word) or _FILLING.fullmatch(word) for word in between)
    return said and (works or not _AT.fullmatch(words[after]))


def _follows(words: Sequence[str], at: int, ranks: Sequence[int]) -> bool:
    """Whether kin is what somebody of rank turns out to be."""
    return bool(ranks) and at > ranks[0] and any(_JOINED.fullmatch(word) for word in words[max(0, at - 3) : at])
