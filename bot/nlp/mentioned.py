"""Tells where police, a station or a checkpoint is only spoken of: called, told, awaited, far away, thanked, or near.

"The police did not come about the thief" tells of a thief. Who says so complains of nobody who could harm him for it,
and an oversight office that hears every theft hears none. Any word of a wrong they did (struck, took, wanted, refused,
let go, told on) leaves it in doubt, and doubt is oversight's.
"""

import re
from typing import Final

from bot.nlp import forces, officers, power
from bot.nlp.normalise import letters

_FORCE: Final = (
    r"(?:ل|لل|بال|ب|ال|عال|وال|هال|من ال|مال ال|مال |من )?(?:شرطة|شرطي|شرطية|شرطيين|ضابط|ضباط|دورية|دوريات|نجدة|مركز|"
    r"مراكز|سيطرة|سيطرات|مرور|منتسب|محقق|منتدى|104|جندي|جنود|مفوض|عريف)(?: (?:ال)?(?:شرطة|تحقيق|مرور|نجدة|مجتمعية|"
    r"سيطرة|"
    r"مركز|محلية|اتحادية|خفر))?"
)
_ENGLISH: Final = (
    r"(?:the |a |an |our |some )?(?:traffic |local |duty |community )?(?:police(?:m[ae]n|woman| station| patrol|"
    r" car)?|"
    r"patrol|officers?|cops?|station|checkpoint|104|hotline|emergency number)"
)
_KURDISH: Final = r"(?:بنکەی |ئەفسەری )?(?:پۆلیس|ئەفسەر|بنکە|دەوریە|بازگە|ئاسایش)\w*"
_CAME: Final = r"(?:اج|ج|وصل|رد|جاوب|حضر|تحرك|بين|طلع|تدخل|اهتم|سو|سوت|لزم|شاف)\w*"
_TOLD: Final = (
    r"(?:كلت|كلنا|حجيت|حجينا|بلغت|بلغنا|ابلغت|خابرت|خابرنا|سألت|سالت|اخبرت|اتصلت|اتصلنا|دكيت|رحت|رحنا|راجعت|راجعنا|"
    r"سجلت|سجلنا|اشتكيت|سلمت|سلمنا|شفت|شفنا|قدمت|عندي (?:محضر|بلاغ|شكوى))"
)
_HELPED: Final = (
    r"(?:ساعد|عاون|صلح|دلا|نقل|نظم|شكر|مشكور|نبه|سلم|وزع|انقذ|فرق)\w*|اج(?:ت|ا|ه|وا|و|اوا|وي)|وصل(?:ت|وا|و)?|فك(?:ت|"
    r"وا) (?:ال)?عرك\w*|"
    r"لزم(?:ت|وا) (?:ال)?(?:حرامي|سراق|متهم|مجرم|عصاب)\w*|كضت|القت|تمر|مر(?:ت|وا)|واكف\w*|تفتر|افتر\w*|"
    r"(?:ي|ت)?(?:كل|كال|كول|قال)(?:ي|نا|وا|ولي|ولنا|ولي|لي|لنا|ون|ولها|وله|ت|تلي)?|(?:اخذ|ماخذ|"
    r"سجل)\w* (?:ال)?(?:افاد|اقوال|بلاغ|"
    r"شهاد|معلوم)\w*|ما عد\w+ سيار\w*"
)
# It failed to come or to answer: a complaint, unless it is told of another matter.
_IDLE: Final = (
    rf"{_FORCE} (?:\w+ ){{0,3}}(?:ما|لم|بعدها ما|للان ما|ماكو|متأخر\w*|تأخر\w*|تاخر\w*)(?: ?{_CAME})?|"
    rf"(?:محد|ماحد|ولا احد) (?:رد|جاوب|اجا|اجه)(?: \w+){{0,4}} {_FORCE}|"
    rf"{_FORCE} (?:\w+ ){{0,3}}(?:محد|ماحد) (?:رد|جاوب|اجا|اجه)|"
    rf"{_ENGLISH} (?:\w+ ){{0,3}}(?:did not|didnt|didn t|never|not|no one|nobody) (?:come|came|arriv\w*|answer\w*|"
    rf"pick\w*)|"
    rf"{_ENGLISH} (?:\w+ ){{0,4}}(?:late|slow)|{_KURDISH} (?:\w+ ){{0,3}}(?:نەهات\w*|نەگەیشت\w*|درەنگ\w*|وەڵام\w*)"
)
_FRAMES: Final = (
    rf"{_FORCE} (?:\w+ ){{0,3}}(?:بعيد\w*|يبعد|تبعد|معطل\w*|مغلق\w*|مسدود\w*|زحام|زحمة)|(?:اقرب|بدون|بلا|"
    rf"ماكو) {_FORCE}|"
    rf"{_TOLD} (?:\w+ ){{0,2}}{_FORCE}|{_FORCE} (?:(?!(?:ما|لم|لا|مو|محد) )\w+ ){{0,2}}(?:{_HELPED})|"
    rf"(?:يم|قرب|كدام|قدام|مقابل|ورا|باب|بباب|جوار|بصف|قريب|اشكر|شكرا|افادتي|افادتنا|افادة) {_FORCE}|"
    rf"(?:نريد|اريد|لازم|نحتاج|محتاجين|ياريت|خلي|تجي|نطلب|شوكت|وين|منو|شلون) (?:\w+ ){{0,2}}{_FORCE}|"
    rf"(?:شرد|هرب|انهزم|خاف|يخاف|يشرد)\w* (?:\w+ )?(?:من )?{_FORCE}|"
    rf"(?:told|called|informed|phoned|rang|asked|saw|thank\w*|need|want|went to|at|near|beside|next to|in front of|"
    rf"opposite|behind|outside) {_ENGLISH}|{_ENGLISH} (?:(?!(?:not|never|nobody) )\w+ ){{0,4}}(?:far|closed|helped|"
    rf"helps|said|say|says|"
    r"took (?:my|our|the|a) (?:statement|report|details)|stood|stands|came|passed|took him|arrived|waved|gave (?:me|"
    r"us) a (?:number|form)|changed|directed)|"
    rf"(?:called|phoned|rang|dialled) (?:\w+ ){{0,3}}{_ENGLISH}|"
    rf"{_KURDISH} (?:\w+ ){{0,3}}(?:دوور\w*|یارمەتی\w*|هات\w*|گەیشت\w*|وتی\w*|گوتی\w*|سوپاس\w*)|"
    rf"(?:پەیوەندی\w*|تەلەفۆن\w*|وتم|گوتم) (?:\w+ ){{0,3}}{_KURDISH}|(?:نزیک|لەبەردەم|بەردەم|تەنیشت|"
    rf"لای) {_KURDISH}|{_KURDISH} سوپاس\w*|سوپاس\w* (?:\w+ )?{_KURDISH}|{_KURDISH} (?:وتم|گوتم|وت|گوت) دەربارە\w*"
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
        r"شرط|ضابط|ضباط|دوري|نجدة|مركز|مراكز|سيطر|مرور|منتسب|محقق|منتدى|104|جندي|جنود|مفوض|عريف|پۆلیس|ئەفسەر|بنکە|دەوریە|بازگە|ئاسایش"
    )
    + "|polic|patrol|officer|cop|station|checkpoint|hotline|emergency number"
)
_SPOKEN_OF, _IDLED, _WRONGED = _pattern(_FRAMES), _pattern(_IDLE), _pattern(_WRONG)


def find(key: str, *, matter: bool) -> bool:
    """Whether a key (bot.nlp.normalise) speaks of police only as of who is called, told, awaited, thanked or near.

    matter: it tells of something else too; then they may also have come late or not at all.
    """
    if (
        not _NAMED.search(key)
        or _WRONGED.search(key)
        or not (_SPOKEN_OF.search(key) or (matter and _IDLED.search(key)))
    ):
        return False
    return not (forces.find(key) or power.find(key, minor=False) or officers.find(key, minor=False))
