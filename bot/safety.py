"""Words that must not leave the house, and words that tell of a phone which another reads."""

import re
from typing import Final

from bot import commands

# Stems, so that prefixes and endings do not hide them. Whoever reads one of these on a phone knows what its owner
# wrote about. Checked for every outgoing wording, and offered to staff before they send an answer.
_STEMS: Final = (
    # Arabic
    "ابتزاز|يبتز|مبتز|عنف|تعنيف|معنف|ضرب|يضرب|تحرش|متحرش|اغتصاب|مغتصب|اعتداء|طفل|اطفال|قاصر|انتحار|ينتحر|اتجار|دعارة|"
    "تهديد|يهدد|مهدد|خطف|مخطوف|سرقة|سارق|حرامي|مخدرات|حشيشة|زوج|طلاق|طليق|فضيحة|شرف|ارهاب|داعش|فساد|رشوة|عشيرة|عشائر|سلاح|"
    # Kurdish
    "توندوتیژی|لێدان|گێچەڵ|هەراسان|دەستدرێژی|منداڵ|خۆکوشتن|باجگیری|بازرگانی|هەڕەشە|ڕفاندن|دزی|هۆشبەر|مێرد|تیرۆر|گەندەڵی|"
    # English
    "blackmail|violen|abus|harass|rape|assault|child|minor|suicid|self harm|traffick|extort|threat|kidnap|theft|"
    "stolen|thief|drug|husband|wife|divorce|terror|corrupt|bribe|tribe|tribal|weapon"
)
_LONGEST: Final = 1_000
_SHORT: Final = 100  # letters of a wish that tells nothing
_PREFIX: Final = "[وفبلک]?(?:ال|لل)?"  # what Arabic writes joined to the front of a word
_TELLING: Final = re.compile(
    "|".join(rf"(?<!\w){_PREFIX}({re.escape(commands.fold(stem))})" for stem in _STEMS.split("|"))
)

# Someone of the house, then what they do, then the phone or what is on it; and the same in the other order of Kurdish.
_KIN: Final = (
    r"(?:رجلي|زوجي|جوزي|ابوي\w*|ابوية|اخوي\w*|اخواني|امي|عمي|خالي|خطيبي|ابني|حماتي|اهلي|بيت عمي|"
    r"my (?:husband|father|dad|brother|mother|fiance|family))"
)
_LOOKS: Final = (
    r"(?:ي|ت)?(?:فتش\w*|شوف\w*|شيك\w*|قرا\w*|قراون|كرا\w*|فتح\w*|راقب\w*|لزم\w*|باوع\w*)|"
    r"checks?|reads?|searches|looks (?:at|through)|holds|watches|sees"
)
_PHONE: Final = (
    r"(?:(?:ب?ال)?(?:موبايل|تلفون|تليفون|جهاز|جوال)|(?:ب?ال)?(?:رسائل|رسايل))(?:ي|ية|نا)?|"
    r"(?:my |the )?(?:phone|messages|texts)"
)
_WATCHED: Final = re.compile(
    commands.letters(
        # Farther on only what is joined with "and" is still done by the same person.
        rf"(?<!\w)(?:[وبل]?(?:{_KIN}|he)(?: \w+){{0,2}} |[وبل]?{_KIN}(?: \w+){{0,5}} (?:and |و))"
        rf"(?:{_LOOKS})(?: \w+){{0,2}} (?:{_PHONE})(?!\w)"
    )
    + "|"
    + commands.letters(
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم)(?: \w+){0,3} مۆبایل\w*(?: \w+){0,3} "
        r"(?:دەپشکنێت|دەبینێت|دەخوێنێتەوە)"
    )
)

_FEARED: Final = (
    r"زوجي|رجلي|جوزي|ابوي\w*|ابويه|بابا|اخوي\w*|اخواني|اخوتي|اهلي|امي|عمي|خالي|خطيبي|طليقي|ابني|اهل زوجي|بيت عمي|عمامي"
)
_HOUSE: Final = (
    "my (?:husband|father|brother|family|parents|uncle|mother|dad|mum|mom|boyfriend|fiance|in laws|inlaws|son)"
)
_LEARN: Final = "(?:يدري|يدرون|يعرف|يعرفون|تدري|تعرف|يسمع|يسمعون|يحس|يحسون)"
# Nobody must know. "محد يدري وينه" says something else: that nobody knows where he is.
_SECRET: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:[وبف]?(?:محد|ماحد|لحد|(?:ما|لا) ?(?:حد|احد)|خلي محد)(?: (?:لا|لازم|راح|يجوز))? "
        r"(?:يدري|يعرف|يعلم|يسمع|يحس|يعرفني|يدرون|يعرفون)(?:ني|ه|ها|نا)?"
        r"(?! (?:وين|وينه|وينها|شنو|شصار|شصاير|شلون|ليش|منو|كيف|متى|اين|شوكت|عن|السبب|مكان|شبيه|شبيها|"
        r"بيهم|بيها|بحالهم|بحالها))|"
        r"(?:لا|ما اريدكم) ت(?:[گكق]و?ل|ذكر|جيب|نشر|خبر|علم|حج|حچ|بلغ|فضح|عرف)(?:ون|وا|و|ين|وني|ونا)?"
        r"(?: \w+){0,2} (?:[لب]?اسمي|اسمنا|[لب]?(?:ا|ا?ل)?(?:حد|احد)|لاحد|ل?اهلي|ل?زوجي|ل?رجلي|"
        r"ل?ابوي\w*|ل?اخوي\w*|ل?امي)|"
        r"لا تفضح(?:وني|ونا|ني|نا)|(?:اسمي|رقمي) (?:ما|لا) (?:ينعرف|يطلع|ينذكر|يظهر|ينكال|ينقال)|"
        r"لا (?:ينعرف|يطلع|يظهر|ينذكر) (?:اسمي|رقمي)|"
        r"(?:ما ?اريد|ماريد|ما ?ابي) (?:اي )?(?:احد|واحد|حد|اهلي|زوجي|رجلي|ابوي\w*|اخوي\w*|امي|الناس|الجيران) "
        r"(?:يدري|يعرف|يعلم|يدرون|يعرفون|تدري|تعرف)\w*|"
        r"ما اريد (?:يعرفون|يدرون|ينعرف|اسمي)|(?:بدون|بلا) ذكر (?:ال)?(?:اسم|اسمي|اسماء)|"
        r"(?:لا|ما) يوصل (?:الخبر |هالشي |هذا |شي )?(?:ل|الى )(?:اهل|زوج|رجل|ابو|اخو|بيت)\w*|"
        r"بالسر|بسرية(?: تامة)?|سرية تامة|بيني وبينكم|بيناتنا|(?:الله )?يستر عليكم|ا?ستروا علي(?:ه|نا)?|"
        r"(?:اذا|لو) (?:\w+ ){0,2}ي?(?:عرف|درى|دري|دروا|درو|سمع|اكتشف)\w* (?:\w+ ){0,3}"
        r"(?:ي|ت)(?:كتل|قتل|موت|ذبح|طلك|طلق|دفن)\w*|"
        rf"(?:بس |حتى )?لا {_LEARN}(?: بيه| بهالشي)? (?:{_FEARED})|"
        rf"(?:{_FEARED}) لا {_LEARN}"
        r"(?! (?:وين|وينه|وينها|شنو|شصار|شلون|ليش|منو|كيف|متى|شوكت|القراءة|يقرا|يكتب|شي))|"
        r"(?:ارجو|اتمنى|اريد|مع|الرجاء) (?:السرية|عدم ذكر (?:ال)?اسم\w*)|عدم ذكر اسمي|"
        r"(?:خلوها|خليها|خلوه|تبقى|يبقى) (?:سر|سرية|بيناتنا|بينا)|اسمي (?:يبقى|خلوه) سر\w*)(?!\w)"
    )
    + "|"
    + commands.letters(
        r"(?<!\w)(?:(?:با )?کەس (?:نەزانێ|نەزانێت|نەیزانێ|نەیزانێت|پێ نەزانێت)|"
        r"ناوم (?:مەڵێن|مەهێنن|باس مەکەن|ئاشکرا مەکەن)|"
        r"بە کەس مەڵێن|(?:لای|لەلای) کەس باس\w* مەکەن|بە نهێنی|با نهێنی بێت|"
        r"(?:nobody|no one|noone) (?:must|should|can|may) (?:know|find out|hear)|"
        r"(?:dont|do not|never) (?:tell|say|use|mention|show|give) (?:\w+ ){0,2}(?:anyone|anybody|my name|my family|"
        r"my husband|my father|my brother|my parents|him|them)|"
        r"keep (?:this|it|my name) (?:a )?(?:secret|quiet|hidden|private|confidential)|between us|"
        r"(?:keep|leave) (?:me|my name) out(?: of (?:it|this))?|"
        rf"if (?:he|she|they|(?:{_HOUSE})) (?:finds?|knows?|learns?|hears?)(?: out)? (?:\w+ ){{0,4}}kills?|"
        rf"(?:{_HOUSE}) (?:(?:must|should|can|may) ?not|cant|mustnt) (?:ever )?(?:know|find out|hear|learn|see)|"
        rf"(?:dont|do not) let (?:anyone|anybody|him|them|(?:{_HOUSE})) (?:know|find out|hear|see)|"
        r"ئەگەر (?:\w+ ){0,3}(?:بزان|ببیست|پێی بزان|پێ بزان)\w* (?:\w+ ){0,3}(?:دەمکوژ|دەکوژ|بمکوژ)\w*|"
        r"(?:باوکم|مێردەکەم|مێردم|براکەم|دایکم|خێزانەکەم|ماڵەوە) (?:پێی )?نەزان\w*|"
        r"ma7ad (?:yidri|yi3ruf|y3ruf)|la t(?:go|gu|ig)lo+n\w* (?:\w+ )?"
        r"(?:ism\w*|ahli|a7ad|l7ad|la7ad))(?!\w)"
    )
)
# A plea is a word of fear only where there is somebody to be feared: of a fire it asks for haste.
_PLEA: Final = re.compile(
    commands.letters(r"(?<!\w)(?:دخيلكم|دخيلك|دخيلج|دخيل (?:الله|ربكم|ربك)|ابوس (?:ايدكم|ايديكم)|الله يخليكم لا)(?!\w)")
)

# Without a name, in a sentence; alone, or before what is told, such words are commands (bot.commands).
_NAMELESS: Final = re.compile(
    commands.letters(
        r"(?<!\w)[وف]?(?:(?:(?:ا?ريد|احب|لازم|ابي|اتمنى|افضل) (?:ان |اني )?|(?:خلوني|خليني) )"
        r"(?:ابقى|اظل|اضل|اكون) (?:سري|سرية|مجهول|مجهولة|بدون اسم|بلا اسم)|"
        r"(?:دەمەوێت|دەمەوێ|با) (?:بە )?(?:نهێنی|نەناسراو|نەناسراوی) (?:بم|بمێنم|بمێنمەوە)|"
        r"(?:want|wish|like|prefer|need|have) to (?:stay|remain|be) (?:private|anonymous|unknown|nameless)|"
        r"(?:stay|remain|keep me) anonymous|please privately|privately please|in private please)(?!\w)"
    )
)
# What may stand around such a wish and tells nothing. Where a death is feared, a danger is told.
_AROUND: Final = frozenset(
    commands.fold(
        "رجاء رجاءا ارجوك ارجوكم الرجاء لطفا فضلك فضلكم من لو سمحت سمحتوا الله يخليك يخليكم بس و اني انا انو اريد بلغت "
        "كتبت راسلتكم حجيت وياكم عليكم بيه بهالشي بهذا بالموضوع شي السلام سلام مرحبا هلو ورحمة وبركاته "
        "تکایە سڵاو من ئەمە please pls hello hi and but i you it this that about wrote write reported told would id"
    ).split()
)
_DEADLY: Final = re.compile(commands.letters(r"كتل|قتل|موت|ذبح|دفن|kill|کوژ"))


def secret(text: str) -> bool:
    """Whether a text says that nobody must learn of it: "محد يدري", "لا تگولون اسمي", "کەس نەزانێت"."""
    return _SECRET.search(commands.fold(text[:_LONGEST])) is not None


def pleads(text: str) -> bool:
    """Whether a text begs us, as one begs who can do harm by talking: "دخيلكم"."""
    return _PLEA.search(commands.fold(text[:_LONGEST])) is not None


def nameless(text: str) -> bool:
    """Whether a text says somewhere that its writer wants to stay unknown: "اريد ابقى سري", "privately please"."""
    return _NAMELESS.search(commands.fold(text[:_LONGEST])) is not None


def is_only_nameless(text: str) -> bool:
    """Whether a text says that and tells nothing."""
    return len(text) <= _SHORT and _tells_nothing_but(text, _NAMELESS)


def is_only_fear(text: str) -> bool:
    """Whether a text says that nobody must know, or begs us, or both, and tells nothing: "دخيلكم محد يدري"."""
    return len(text) <= _SHORT and not _DEADLY.search(commands.fold(text)) and _tells_nothing_but(text, _SECRET, _PLEA)


def _tells_nothing_but(text: str, *wishes: re.Pattern[str]) -> bool:
    key = rest = commands.fold(text)
    for wish in wishes:
        rest = wish.sub(" ", rest)
    return " ".join(rest.split()) != key and set(rest.split()) <= _AROUND


def watched(text: str) -> bool:
    """Whether someone of the house reads this phone: then whatever we send may be read by them.

    Only plain statements count ("رجلي يفتش الموبايل"); a phone that was taken by a thief is a concern like any.
    """
    return len(text) <= _LONGEST and _WATCHED.search(commands.fold(text)) is not None


def telling(text: str) -> tuple[str, ...]:
    """The stems in a text that name a kind of concern, folded; () when it may be read over a shoulder."""
    return tuple(dict.fromkeys(match[match.lastindex or 0] for match in _TELLING.finditer(commands.fold(text))))
