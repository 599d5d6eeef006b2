"""Tells where police, a station or a checkpoint is only spoken of: called, told, awaited, far away, thanked, or near.

"The police did not come about the thief" tells of a thief, and who says so complains of nobody. But whatever police are
said to do may be a complaint, in more words than anybody can list. So only what is of a few harmless frames, with
nothing told after it that could be theirs, is a mere mention; anything else is in doubt, and doubt is oversight's: one
glance too many costs it little, one too few may cost her life.
"""

import re
from typing import Final

from bot.nlp import forces, officers, power
from bot.nlp.normalise import letters

_FORCE: Final = (
    r"(?:ل|لل|بال|ب|ال|عال|وال|هال|من ال|مال ال|مال |من )?(?:شرطة|شرطي|شرطية|شرطيين|ضابط|ضباط|دورية|دوريات|نجدة|مركز|"
    r"مراكز|سيطرة|سيطرات|مرور|منتسب|محقق|منتدى|104|جندي|جنود|مفوض|"
    r"عريف)(?:(?<!المركز)(?<!السيطرة) (?:ال)?(?:شرطة|تحقيق|مرور|نجدة|مجتمعية|"
    r"سيطرة|"
    r"مركز|محلية|اتحادية|خفر))?"
)
_ENGLISH: Final = (
    r"(?:the |a |an |our |some )?(?:traffic |local |duty |community )?(?:police(?:m[ae]n|woman| station| patrol|"
    r" car)?|"
    r"patrol|officers?|cops?|station|checkpoint|104|hotline|emergency number)"
)
_KURDISH: Final = r"(?:بنکەی |ئەفسەری )?(?:پۆلیس|ئەفسەر|بنکە|دەوریە|بازگە|ئاسایش)\w*"
_NOT_COME: Final = (
    r"(?:\w+ ){0,2}(?:ما|لم|بعدها ما|للان ما|ما ?زالت ما) ?(?:اج|جاو|وصل|رد|جاوب|حضر|تحرك|بين|ij|wsl)\w*|"
    r"(?:\w+ ){0,2}(?:متأخر\w*|تأخر\w*|اتأخر\w*|تاخر\w*|وصل\w* متأخر\w*)|(?:\w+ )?محد (?:رد|جاوب|اجا|اجه)"
)
_CALLED: Final = (
    r"(?:كلت|كلنا|حجيت|حجينا|بلغت|بلغنا|ابلغت|ابلغنا|خابرت|خابرنا|سألت|سالت|سألنا|اخبرت|اخبرنا|اتصلت|اتصلنا|دكيت|"
    r"رحت|رحنا|راجعت|راجعنا|سجلت|سجلنا|اشتكيت|انطيت|قدمت|قدمنا|اشكر|نشكر|شكرا|افادتي|افادتنا)"
)
_WHAT: Final = r"(?:(?:بلاغ|شكوى|محضر|افادتي|افادة|دعوى|عن|السرقة|الحادث|امس|البارحة|كل) )?"
# What they may say that harms nobody.
_ANSWER: Final = (
    r"(?:ي|ت)?(?:كال|كالوا?|كالت|كول|كولون|كالولي|كالولنا|كلي|كلنا|كالي|قال\w*|كلولي|gal\w*) (?:لي |لنا |ان |انه )?"
    r"(?:را?ح (?:ن|ي)\w+|راجعو?\w*(?: \w+){0,2}|جيب(?:وا)? (?:شهود|مستمسك\w*|هوي\w*)|تعالو?ا? باجر|نشوف|نجي|جايين|"
    r"ما ?عد(?:نا|ها|هم) سيار\w*|ما نكدر ندخل(?: ال\w+)?)"
)
_TAKEN_DOWN: Final = r"(?:اخذ|سجل|خذ|اخذوا|سجلوا|اخذت|سجلت) (?:افاد\w*|اقوال\w*|بلاغ\w*|شهاد\w*|محضر)"
_GOOD: Final = (
    r"(?:ساعد|عاون|نبه|انقذ)(?:ني|نا|وني|ونا|تني|تنا)|(?:صلح|دلا|نظم|وزع|نقل)\w*(?: ال?\w+)?|"
    r"(?:لزم|لكت|كض)(?:ت|وا)? ال(?:حرامي|سراق|متهم|مجرم)|سلمت?\w* لل?قاضي|سلم(?:ت|وا)ه لل?قاضي|اج(?:ت|"
    r"وا)(?: وراحت)?|وصلت|"
    r"(?:واكفة|تفتر|تمر)(?: (?:يم|قرب|بال)\w*(?: ال?\w+)?|(?= وما ?سوت)|$)"
)
_EN_CAME: Final = (
    r"(?:said|say|says) (?:they (?:will|would) come|call the municipality|come (?:back )?tomorrow)|(?:came|"
    r"arrived)(?! (?:to|into|in|inside|at|with|and)(?!\w))|"
    r"took (?:my|our|a) (?:statement|report|details)|(?:did not|didnt|didn t|never|have not|havent) (?:come|"
    r"arrive|answer)|"
    r"(?:is |are |was |were )?(?:very )?(?:late|far|closed)|helped|helps|waved us through|gave (?:me|"
    r"us) a (?:number|form)|"
    r"was parked|stood (?:at|near|by)"
)
_KU_CAME: Final = (
    r"نەهات\w*|نەگەیشت\w*|هات(?:ن)?(?! بەڵام| بۆ)|گەیشت\w*|یارمەتی (?:دا|دای)\w*|دوور\w*|سوپاس\w*|درەنگ\w*"
)
# Frames in which they are who is called, awaited, thanked or far, or do what harms nobody. What follows is told of
# them.
_SPOKEN: Final = (
    rf"{_FORCE} (?:(?:بال|ب)\w+ )?(?:{_NOT_COME}|{_ANSWER}|{_TAKEN_DOWN}|{_GOOD})|"
    rf"{_TAKEN_DOWN} {_FORCE}|"
    rf"{_CALLED} (?:\w+ )??{_WHAT}{_FORCE}(?! (?:ال)?لي (?!ساعد|عاون|انقذ|رجع))|"
    rf"(?:انطيت|انطينا|قدمنا|سلمت) (?:افادتي|افادتنا|افادة|شهادتي) (?:\w+ ){{0,3}}{_FORCE}|"
    rf"(?:نريد|اريد|نحتاج|احتاج|محتاجين|نطلب|ياريت|لازم|دزو\w*|ارسل\w*|ابعث\w*) "
    rf"(?:تجي |يجي |تجينا |تدزون |دز |اعرف |ترسلون )?(?!\w*(?:ضابط|شرطي|محقق)){_FORCE}|"
    rf"(?:told|called|informed|phoned|rang|asked|thank\w*|need|want|send) {_ENGLISH}|(?:reported|called|phoned) "
    rf"(?:\w+ ){{1,4}}(?:to|at) {_ENGLISH}|went to {_ENGLISH}|{_ENGLISH} (?:at \w+ \w+ |in \w+ )?(?:{_EN_CAME})|"
    rf"{_KURDISH} (?:{_KU_CAME})|(?:پەیوەندی\w*|تەلەفۆن\w*|وتم|گوتم) (?:\w+ ){{0,2}}{_KURDISH}|"
    rf"(?:بە )?{_KURDISH} (?:وتم|گوتم|وت|گوت)|سوپاس\w* (?:بۆ )?{_KURDISH}"
)
# Where they are no more than a place, or who somebody fled from.
_PLACE: Final = (
    rf"(?:يم|قرب|كدام|قدام|مقابل|ورا|خلف|باب|بباب|جوار|بصف|قريب من|اقرب|ماكو|وصلت|بدون) {_FORCE}|"
    rf"(?:شرد|هرب|انهزم)\w* (?:من )?{_FORCE}|"
    rf"{_FORCE} (?:\w+ )?(?:بعيد\w*|يبعد|تبعد|معطل\w*|مغلق\w*|مسدود\w*|بالطرف الثاني)|"
    rf"(?:near|beside|next to|in front of|opposite|behind|outside|far from|no) {_ENGLISH}|"
    rf"(?:نزیک|لەبەردەم|بەردەم|تەنیشت) {_KURDISH}|{_KURDISH} (?:\w+ )?دوور\w*"
)
# What may stand after such a frame and be told of nobody in it. Any other "and", "but", "they" leaves it in doubt.
_TAIL: Final = (
    rf"و(?:محد رد|ما ?حد رد|ينتظر\w*|ننتظر|نحتاج|احتاج|نريد|للان|لحد الان|ما لكوه|ما لزمت احد|راحت|شكرا|بارك الله\w*|"
    rf"بعدين ما خابروني|نخاف|ما سوت شي|ماسوت شي|{_ANSWER})|they said call the municipality|they (?:will|would) come"
)
_GOES_ON: Final = (
    r"و(?!ال(?!ضابط|شرط|دوري|مركز|سيطر|محقق)|لد|لي|قت|كت|ين|ي(?!\w)|احد|ضع|رق|صل)\w{2,}|بس|لكن|بعدها|ثم|رغم|حتى|اللي|"
    r"(?:ي|ت)?(?:كال|كول|قال|كلي|كالي)\w*|\w{2,}(?:وا|وني|ونا|وها|ولي|ولنا)|[يت]\w+ون\w*|"
    r"and|but|then|while|they|he|his|him|who|if|until|without|"
    r"و|بەڵام|وتیان|گوتیان|کە|بەبێ|\w+یان"
)
_IDLE: Final = (
    rf"{_FORCE} (?:\w+ ){{0,3}}(?:ما ?(?:ي|ت)(?:جي|هتم|رد|جاوب|سوي)\w*|{_NOT_COME})|(?:محد|ماحد) (?:رد|جاوب|اجا|"
    rf"اجه) {_FORCE}|"
    rf"{_ENGLISH} (?:\w+ ){{0,2}}(?:did not|didnt|didn t|never|not|dont|do not) (?:come|came|arriv\w*|answer\w*|care)|"
    rf"{_KURDISH} (?:\w+ ){{0,3}}(?:نەهات\w*|نەگەیشت\w*|نایە\w*)"
)
# They do something, whatever it is: police, perhaps where, and a verb.
_ACTS: Final = (
    r"(?:ال|عال)?(?:شرطة|شرطي|ضابط|ضباط|دورية|دوريات|نجدة|سيطرة|محقق|مركز|منتسب|منتسبين|مفوض)"
    r"(?: (?:ال)?(?:شرطة|سيطرة|مركز|نجدة|مرور|تحقيق))?"
    r"(?: ب\w+| هناك| هسه| كل يوم| دائما| واكف\w*| كاعد\w*| جانت?| كان| (?:ال)?مسؤول\w*){0,2} "
    r"(?:(?:د|دي|را?ح )?[يت](?!لفون|كسي|وم(?!\w)|م(?!\w))\w{2,}|\w{2,}وا|(?:مسك|نزل|اخذ|خذ|جر|كال|خل|خوف|طلب|"
    r"ترك|غير|شاف)\w*)|"
    r"(?:بال|ب)(?:سيطرة|مركز)(?: \w+)? (?!سجل|كال)\w{2,}وا|(?:لل?|ال)(?:شرطة|دورية|نجدة|سيطرة|ضابط|شرطي|"
    r"مركز) (?:اللي|الي) \w+|"
    r"من (?:ال)?(?:مركز|شرطة|سيطرة)(?=$)|(?:محبوس|موقوف|محجوز|عند) (?:ال)?(?:شرطة|مركز)|"
    r"(?:the |a |some )?(?:police(?:m[ae]n)?|patrol|officers?|cops?|investigator|station|checkpoint(?: soldiers?)?)"
    r"(?: (?:in|at|of|from) (?:the )?\w+(?: checkpoint| station)?)?(?: (?:there|here|always|only|just))? "
    r"(?!(?:closed|parked|helped|far|near|car|station|s)(?!\w))(?:\w+ed|stood|let|made|make|makes|gave|give|"
    r"gives|took|take|"
    r"takes|told|tells|kept|keep|keeps|said|says|came|sat|left|told|lost|hid|wanted|want|wants|asks?|sells?|sold)|"
    r"(?:has|have) been (?:held |kept )?(?:at|in) the (?:\w+ )?(?:police )?station|at the (?:\w+ )?station they|"
    rf"{_KURDISH} (?:\w+ )?(?:\w+یان |\w+ی ){{0,2}}(?:\w*گرت\w*|\w+یان|پێی \w+|بردیان\w*)|"
    rf"{_KURDISH} هات\w* (?:بۆ|بەڵام)|لە {_KURDISH} (?:وتیان|گوتیان)"
)
# What makes it more than a mention: a wrong of theirs, one failure after the other, or whose they are.
_WRONG: Final = (
    r"\w*(?:رشو|رشا|ابتز|يبتز|ضرب|كتل|شتم|اهان|هين|بهذل|عذب|تحرش|لفق|زور|طرد|رفض|اعتقل|سربو|سربت|فضح|متواط|متعاون|"
    r"متفق|كفخ|"
    r"صفع|"
    r"راش|دفر|سحل|صادر|داهم|اقتحم|غتصب|اغتصب|واسط|فساد|فاسد|ظلم|كذب|تستر|متستر|شريك|شركاء|عاكس|راود|ساوم|قفل|"
    r"غلق القضي|"
    r"فلوس|دولار|مليون|ورقات|اكرامي|كروة|خاوة|اتاو|ادفع|دفع|ينطي|هدد|شكوى (?:على|ضد)|اشتكي|بريء|تعهد|اهمال|مهمل|سخر|"
    r"ضحك|"
    r"تفتيش|حبس|محبوس|موقوف|توقيف|سجن|حرك|يحمي|يحمون|محمي|متنفذ|صاح|صيح|سب|طلع(?:وه|ته|وها|تها)|هرب(?:وه|ته)|"
    r"فك(?:وه|ته)|"
    r"عيب|وحدج|رقمي|حلو|لمس|لزمني|غمز)\w*|(?:ما|لا|مو)(?: |)(?:سجل|حقق|خل|جاي|رضى|رضو|رضي|قبل|يقبل|يسجل|ياخذ|اخذ|"
    r"خذ|استلم|"
    r"يستلم|"
    r"يريد|راد|ساعد|خلون|يخلون|عطون|انطون)\w*|(?:اخذ|ياخذ|اخذو|شال|سحب|جر|حجز|لزم|وكف|مسك|شلع)(?:ني|نا|وني|ونا|"
    r"وا? (?:من|مني|"
    r"منا|ابن|اخو|تلفون|سيار|هوي|مستمسك)\w*| مني| منا| (?:ابن|اخو|زوج|رجل|تلفون|موبايل)\w+)|عن (?:ال)?(?:ضابط|شرطي|"
    r"مركز)|"
    r"(?:ي|ت)?كسر\w*|(?:على|ضد|ضدهم) (?:ال)?(?:ضابط|شرطي|شرطة|منتسب|مركز)|"
    r"رغم|انت[يج]|تعرفين|\w{3,}ج|(?:ت|ا)\w+ين(?:ي|ه)?|وەرە|ماچ\w*|لام|تەنیا\w*|اذا|بشرط|لو تريدين|الا|if|unless|"
    r"(?:كم|كل|هواي|اكثر من) مرة|مرتين|مرات|بلاغات|شكاوى|(?:من|قبل) (?:شهر|"
    r"شهرين|اسبوع|اسبوعين|سنة)|صارل\w+|"
    r"صار ل\w+|"
    r"شفايد\w*|عمدا|متعمد\w*|بكيفهم|استهتار|(?:three|four|many|several|\d) times|(?:weeks?|months?) ago|"
    r"for (?:weeks|months)|نەیان\w*|چەند جار\w*|"
    r"bribe\w*|money|pay|paid|cash|beat\w*|hit|hits|slap\w*|kick\w*|tortur\w*|insult\w*|harass\w*|threat\w*|refus\w*|"
    r"leak\w*|"
    r"reject\w*|corrupt\w*|laugh\w*|mock\w*|curs\w*|swore|shout\w*|detain\w*|jail\w*|arrest(?:ed)? (?:me|my|us|our)|"
    r"(?:took|take|takes) (?:me|us|my (?!statement|report)|our (?!statement|report)|him|her)|released|let (?:him|"
    r"them) go|"
    r"lie|lied|lies|lying|wouldnt|would not|wont|touch\w*|alone|complain\w* (?:about|against)|"
    r"بەرتیل\w*|پارە\w*|لێ\w*دا\w*|لێیدا\w*|جنێو\w*|هەڕەشە\w*|ڕەت\w*|سوکایەتی\w*|گرت\w*|دەستگیر\w*|فڕۆش\w*|نەیانکرد|"
    r"تۆمار ?نە\w*|"
    r"دەست\w* (?:لێ|لە)|ڕازی نە\w*|دژی \w+|گێچەڵ\w*"
)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وف]?(?:{letters(written)})(?!\w)")


# Quick to look for, so that most messages cost nothing.
_NAMED: Final = re.compile(
    letters(
        r"شرط|ضابط|ضباط|دوري|نجدة|مركز|مراكز|سيطر|مرور|منتسب|محقق|منتدى|104|جندي|جنود|مفوض|عريف|پۆلیس|ئەفسەر|"
        r"بنکە|دەوریە|بازگە|ئاسایش"
    )
    + "|polic|patrol|investigat|detective|officer|cop|station|checkpoint|hotline|emergency number"
)
_HARMLESS, _SOMEWHERE, _WRONGED = _pattern(_SPOKEN), _pattern(_PLACE), _pattern(_WRONG)
_ENDED, _MORE, _IDLED, _ACTED = _pattern(_TAIL), _pattern(_GOES_ON), _pattern(_IDLE), _pattern(_ACTS)
_MARK: Final = " . "  # no key holds one


def find(key: str, *, matter: bool) -> bool:
    """Whether a key (bot.nlp.normalise) speaks of police only as of who is called, told, awaited, thanked or near.

    Every time that they are named must be of a harmless frame, and nothing may be told after it that could be theirs.
    matter: it tells of something else too; then they may also have come late or not at all.
    """
    if not _NAMED.search(key) or _WRONGED.search(key) or (not matter and _IDLED.search(key)):
        return False
    if not _is_harmless(key):
        return False
    return not (forces.find(key) or power.find(key, minor=False) or officers.find(key, minor=False))


def doubted(key: str) -> bool:
    """Whether police, their people, a station or a checkpoint are spoken of in no harmless frame."""
    return _NAMED.search(key) is not None and not _is_harmless(key)


def acts(key: str, *, matter: bool) -> bool:
    """Whether police may do or leave undone something in a key, other than what a harmless frame says.

    matter: as for find; without one, that they did not come is what it complains of.
    """
    if not _NAMED.search(key):
        return False
    if not matter and _IDLED.search(key):
        return True
    return _ACTED.search(_unframed(key)) is not None


def _unframed(key: str) -> str:
    """The key with a mark in place of what is harmless."""
    framed = _HARMLESS.sub(_MARK, key)
    if framed != key:
        framed = _ENDED.sub(_MARK, framed)
    return _SOMEWHERE.sub(" ", framed)


def _is_harmless(key: str) -> bool:
    rest = _unframed(key)
    if rest == key or _NAMED.search(rest):
        return False
    _, marked, after = rest.partition(_MARK.strip())
    return not (marked and _MORE.search(after))
