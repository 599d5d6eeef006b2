"""Words that must not leave the house, and words that tell of a phone which another reads."""

import re
from typing import Final

from bot import commands
from bot.nlp import fright, untold

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
    r"(?:رجلي|زوجي|جوزي|ابوي\w*|ابوية|اخوي\w*|اخواني|اخوتي|امي|عمي|عمامي|خالي|خوالي|خطيبي|ابني|حماتي|حماي|اهلي|بيت عمي|"
    r"my (?:husband|father|dad|brother|mother|fiance|family))"
)
# Also as it is done just now: "ديفتش", "جاي يفتش", "كاعد يقرا".
_LOOKS: Final = (
    r"(?:(?:جاي|كاعد|كاعدة|دا) )?[دم]?(?:ي|ت)?(?:فتش\w*|شوف\w*|شيك\w*|قرا\w*|قر(?:ه|ى|ون)|كرا\w*|كر(?:ه|ون)|"
    r"فتح\w*|راقب\w*|لزم\w*|باوع\w*|فحص\w*|تصفح\w*|بحوش\w*|نبش\w*|(?:دخل|طلع)\w* ع(?:لى)?|دور\w*(?= (?:\w+ )?ب\w))|"
    r"checks?|reads?|searches|looks (?:at|through)|holds|watches|sees|goes (?:through|over)|monitors|spies on|"
    r"(?:is|keeps|has been) (?:checking|reading|searching|watching|monitoring|spying on|"
    r"looking (?:at|through)|going (?:through|over))"
)
_PHONE: Final = (
    r"(?:(?:ب?ال|ب)?(?:موبايل|تلفون|تليفون|جهاز|جوال)|(?:ب?ال|ب)?(?:رسائل|رسايل))(?:ي|ية|نا)?|"
    r"ب?(?:مسج|واتساب|محادث)(?:ات)?ي|(?:ب?ال)?(?:مسجات|واتساب|واتس|رسائل|رسايل) مال(?:ت)?ي|"
    r"(?:my |the )?(?:phone|messages|texts)"
)
_MINE: Final = r"(?:موبايلي|تلفوني|تليفوني|جهازي|جوالي|رسائلي|رسايلي)"
_OURS: Final = r"(?:رسالتكم|رسائلكم|رسايلكم|الرسالة مالتكم)"
_PASSES: Final = r"(?:رمز|باسوورد|باسورد|بصمة|رقم سري|كلمة سر)"
# Neither a child, whom many let read, nor a cousin.
_FEARED: Final = (
    r"(?:(?:اهل |ام )?(?:رجلي|زوجي|جوزي)|ابوي[هة]?|اخوي[هة]?|اخواني|اخوتي|(?<!ابن )(?<!بنت )(?:عمي|خالي)|عمامي|خوالي|"
    r"خطيبي|حماتي|حماي|اهلي)"
)
# A phone, or its letters, of which it is sure that they are hers, or ours to her: it is with him, open to him, or seen.
_HIS: Final = re.compile(
    commands.letters(
        rf"(?<!\w)(?:{_MINE} (?:هسه )?(?:بيد|بايد) {_FEARED}"
        rf"|{_FEARED} (?:عنده|عندها|يعرف|تعرف) {_PASSES} {_MINE}"
        rf"|{_MINE} د?(?:ي|ت)(?:شوف|فتش|قر|كر|فتح|فحص|راقب)\w* {_FEARED}"
        rf"|(?:{_MINE} د?(?:ي|ت)تفتش|د?(?:ي|ت)تفتش {_MINE})"
        rf"|(?:{_MINE}|(?:هذا )?(?:الموبايل|التلفون)) مشترك (?:ويا|وية|بيني وبين) {_FEARED}"
        rf"|{_FEARED} د?[يت]اخذ {_MINE}"
        rf"|{_FEARED} (?:شاف|شافت|لكه|لكا|لكى|لكت|لقى|لقت|قرا|قرت) (?:{_MINE}|{_OURS})"
        r"|my (?:husband|father|dad|brother|mother|fiance|family) (?:(?:went|looked) through|(?:will|can|may) see) "
        r"my (?:phone|messages|texts)"
        rf"|^(?:هذا|هاي) (?:الموبايل|التلفون|الجهاز|تلفون|موبايل|جهاز)(?: مال)? {_FEARED}$)(?!\w)"
    )
)
# Why nobody is to write: someone of the house sees it.
_SEES: Final = re.compile(commands.letters(rf"(?<!\w)[وبل]?(?:{_KIN}|he)(?: \w+){{0,2}} (?:{_LOOKS})(?!\w)"))
# What is hers on it, whoever reads it: a word of "he" that begins a text is somebody told of before.
_HERS: Final = (
    r"(?:موبايل|تلفون|تليفون|جهاز|جوال|رسائل|رسايل|رسال[ةه]?ت|رسالات|مسجات|محادثات|واتساب|تلكرام|سوالف|جات|شات)(?:ي|ية|نا)|"
    r"(?:كل ?شي|شنو|شكو|الي|كلما) (?:اكتب|ادز|ارسل)(?:ه|لكم)?"
)
_OF_HOUSE: Final = (
    r"(?:رجلي|زوجي|جوزي|بعلي|ابوي\w*|والدي|والدتي|اخوي\w*|اخواني|امي|عمي|خالي|خطيبي|طليقي|حماتي|حماي|عمتي|اهلي|ام رجلي|"
    r"(?:مێردم|مێردەکەم|هاوسەرم|هاوسەرەکەم|باوکم|براکەم|برام|دایکم|خێزانم|خەزوورم|دەزگیرانم|دەستگیرانەکەم))"
)
_READS_HERS: Final = re.compile(
    commands.letters(
        rf"(?:(?<!\w)[وبل]?{_OF_HOUSE}|^(?:و?هو|و?هي))(?: (?:هم|هو|دايما|كل يوم|هسه|جان|كان))? (?:{_LOOKS})"
        rf"(?: (?:ب|على|كل|كلشي|بكل))? (?:ب|ع)?(?:{_HERS})(?!\w)|"
        rf"(?<!\w){_OF_HOUSE}(?: \w+){{0,2}} (?:نامە|پەیام|مەسج|چات|مۆبایل|موبایل|تەلەفۆن|واتس ?ئاپ|واتساپ)\w*(?:م|مان)"
        r"(?: \w+)? (?:(?:دە|ئە)(?:پشکن|خوێن|خوێنێتە|بین|گەڕ)\w*|چاودێری (?:دە|ئە)کات)|"
        rf"(?<!\w){_OF_HOUSE} سەیری (?:هەموو )?(?:نامە|پەیام|مەسج|چات|مۆبایل|موبایل|تەلەفۆن)\w*م (?:دە|ئە)کات"
    )
    + r"|(?<!\w)(?:(?:my )?(?:hus?b\w{1,4}d?|hubby)|"
    r"my (?:ex|mum|mom|dad|father|brother|mother|uncle|fian\w+|family|in laws))"
    r"(?: (?:also|always|can|will|now|still))? "
    r"(?:reads?|checks?|sees?|searches|watches|monitors|goes through|looks (?:at|through)) "
    r"(?:all |every |through )?(?:of )?"
    r"(?:my (?:\w+ )?(?:phone|mobile|cell|texts?|chats?|sms|inbox|whatsapp|telegram|m\w*s\w*a\w*ges?)|"
    r"(?:everything|what) i (?:write|send|type))(?!\w)"
    r"|(?<!\w)(?:ra?jli|za?w?ji|jo+zi|abo+y\w*|abu+y\w*|a[kx5]h?[ou]+y\w*|ummi|ahli) "
    r"(?:(?:da|gai?d|ga3id|dayman) )?"
    r"d?[yt]i?(?:[qgk]ra\w*|fa?t+i?s?h\w*|shu+f\w*|fta[7h]|3?rageb\w*) "
    r"(?:kul )?(?:rasa\w+i|msgati|msjati|mo?ba\w*l[iy]|til?[aei]?fo+ni)(?!\w)"
)
# A phone that was stolen or lost and found again, and thanks that are passed on, tell of nobody who watches.
_NO_WATCH: Final = re.compile(
    commands.letters(r"سرق|(?<!\w)(?:ا?ن)?باك(?:و\w*|ت|ه)?(?!\w)|حرامي|ضاع|ضايع|(?:ي|ت)شكركم|فرحت|كلي اكتب")
)
_WATCHED: Final = re.compile(
    commands.letters(
        # Farther on only what is joined with "and" is still done by the same person.
        rf"(?<!\w)(?:[وبل]?(?:{_KIN}|he)(?: \w+){{0,2}} |[وبل]?{_KIN}(?: \w+){{0,5}} (?:and (?:he )?|و(?:هو )?))"
        rf"(?:{_LOOKS})(?: \w+){{0,2}} (?:{_PHONE})(?!\w)"
    )
    + "|"
    + commands.letters(
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم|خێزانەکەم)(?: \w+){0,3} "
        r"(?:مۆبایلەکەم|مۆبایلم|تەلەفۆنەکەم|تەلەفۆنم|نامەکانم)(?: \w+){0,3} "
        r"(?:دەپشکنێت|دەپشکنن|دەبینێت|دەخوێنێتەوە|دەخوێننەوە|دەگەڕێت)|"
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم)(?: \w+){0,3} مۆبایل\w*(?: \w+){0,3} "
        r"(?:دەپشکنێت|دەبینێت|دەخوێنێتەوە)|"
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم) سەیری (?:مۆبایلەکەم|مۆبایلم|نامەکانم) دەکات"
    )
)

# The same and nothing else, however often it happens.
_ONLY_WATCHED: Final = re.compile(
    commands.letters(
        rf"(?<!\w)و?(?:{_KIN}|he) (?:{_LOOKS})(?: (?!و)\w+)? (?:{_PHONE})(?!\w)|"
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم|خێزانەکەم) "
        r"(?:مۆبایلەکەم|مۆبایلم|تەلەفۆنەکەم|تەلەفۆنم|نامەکانم) "
        r"(?:دەپشکنێت|دەپشکنن|دەبینێت|دەخوێنێتەوە|دەخوێننەوە|دەگەڕێت)(?!\w)"
    )
)
_OFTEN: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:كل (?:يوم|ليلة|شوي|ساعة|مرة)|دائما|دايما|هسه|الان|هواي|كلش|هو|حاليا|هەموو ڕۆژێک|هەمیشە|"
        r"every (?:day|night)|always|often|now|all the time|too|also)(?!\w)"
    )
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
# Where a death is feared, a danger is told.
_DEADLY: Final = re.compile(commands.letters(r"كتل|قتل|موت|ذبح|دفن|kill|کوژ"))


def secret(text: str) -> bool:
    """Whether a text says that nobody must learn of it: "محد يدري", "لا تگولون اسمي", "کەس نەزانێت"."""
    return untold.asked(text[:_LONGEST])


def pleads(text: str) -> bool:
    """Whether a text begs us, as one begs who can do harm by talking: "دخيلكم"."""
    return untold.begs(text[:_LONGEST])


def nameless(text: str) -> bool:
    """Whether a text says somewhere that its writer wants to stay unknown: "اريد ابقى سري", "privately please"."""
    return _NAMELESS.search(commands.fold(text[:_LONGEST])) is not None


def is_only_nameless(text: str) -> bool:
    """Whether a text says that and tells nothing."""
    key = commands.fold(text)
    rest = _NAMELESS.sub(" ", key)
    return len(text) <= _SHORT and rest != key and untold.tells_nothing(rest)


def is_only_fear(text: str) -> bool:
    """Whether a text says that nobody must know, or begs us, or both, and tells nothing: "دخيلكم محد يدري"."""
    return len(text) <= _SHORT and not _DEADLY.search(commands.fold(text)) and untold.is_all(text)


def is_only_afraid(text: str) -> bool:
    """Whether a text says that its writer is afraid, and tells nothing: "اني خايفة"."""
    return len(text) <= _SHORT and fright.is_all(untold.said(text))


def watched(text: str) -> bool:
    """Whether someone of the house reads this phone: then whatever we send may be read by them.

    Only plain statements count ("رجلي يفتش الموبايل"); a phone that was taken by a thief is a concern like any.
    """
    key = commands.fold(text) if len(text) <= _LONGEST else ""
    if _WATCHED.search(key) is not None:
        return True
    hers = _HIS.search(key) is not None or _READS_HERS.search(key) is not None
    return hers and _NO_WATCH.search(key) is None


def is_only_watched(text: str) -> bool:
    """Whether a text says that and nothing else: "رجلي يفتش موبايلي كل يوم"; not what he does besides."""
    key = commands.fold(text) if len(text) <= _SHORT else ""
    rest = _HIS.sub(" ", _READS_HERS.sub(" ", _ONLY_WATCHED.sub(" ", key)))
    return rest != key and untold.tells_nothing(_OFTEN.sub(" ", rest))


def sees(text: str) -> bool:
    """Whether a wish for silence says that someone of the house would see what we send: "لا تدزون، رجلي يشوفها"."""
    return _SEES.search(commands.fold(text[:_LONGEST])) is not None


def telling(text: str) -> tuple[str, ...]:
    """The stems in a text that name a kind of concern, folded; () when it may be read over a shoulder."""
    return tuple(dict.fromkeys(match[match.lastindex or 0] for match in _TELLING.finditer(commands.fold(text))))
