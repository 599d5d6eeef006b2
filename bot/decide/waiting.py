"""Whoever waits for us asks in many words: what such a text asks, while a report is open.

Wider than bot.commands, and asked only beside an open report: without one the same words may be a concern.
"""

import re
from typing import Final

from bot import commands

_LONGEST: Final = 120  # letters; a longer text tells more than that somebody waits
_MARKS: Final = ("؟", "?")
_MOST: Final = 14  # words; so few that no text can keep the patterns busy

_SPAN: Final = (
    r"(?:ل?(?:هسه|هسة|الان)|(?:صارلي|صار لي|صارلنا|صار|صارله|الي|من|قبل|اكثر من) "
    r"(?:\w+ )?(?:يوم|يومين|ايام|اسبوع|اسبوعين|اسابيع|"
    r"شهر|شهرين|اشهر|ساعة|ساعتين|ساعات|امس|البارحة|الصبح|زمان|مدة|فترة|وكت)|يوم|يومين|اسبوع|اسبوعين|شهر|شهرين|"
    r"(?:لحد|الى|الى حد|لحد حد) (?:الان|هسه|هسة|الحين|اليوم))"
)
# What was sent, with the little words before it.
_THING: Final = (
    r"(?:(?:ويا|عن|على|من|بخصوص|حول|مال|بشان|وي) )?(?:[وبلع]{0,2}(?:ال)?(?:بلاغ|موضوع|قضية|قضيت|شكوى|شكوا|"
    r"رسالة|رسالت|طلب|"
    r"مشكلة|مشكلت|معاملة|معاملت|حادث)(?:ي|نا|ه|ها)?)"
)
_AROUND: Final = (
    r"(?:اريد|نريد|اريدكم|حاب|حابب|ممكن|بس|اكدر|هل|هم|شو|شنو|طيب|زين|يعني|والله|لو سمحتوا|لو سمحت|رجاء|رجاءا|"
    r"ارجوكم|بليز|"
    r"من فضلكم|الله يخليكم|يا|اخوان|اخي|اخوية|خوية|استاذ|عمي|جماعة|شباب|اني|احنا|بعدني|بعدنا|بعده|لسه|كاعد|"
    r"كاعدين|هنا|لو لا|لو شنو|لو بعد|خو ما|خو|ها|عنه|عنها|عنهم|دخيلكم|بلكت|العزيز|الكريم|ردكم|بخصوص|احد|اي|بعد|نهائي|"
    r"منكم|من عدكم|من يمكم|بية|بيه|بينا|وياي|ويانا|علي|عليا|علينا|عليه|عليها|به|يمي|السلام عليكم|سلام عليكم|هلو|مرحبا|"
    r"شكرا|اعرف|نعرف|تكولولي|تكلولي|خبروني|طمنوني|بلغوني|راح|رح|مقدم|مقدمة|قدمت|داز|دازة|دزيت|كاتب|كاتبة|كتبت|كتبتلكم|"
    r"دازلكم|دزيتلكم|بلغتكم|لكم|الكم|شي|ماكو شي|ابد|ابدا|نهائيا|ليش|بلكي|بسرعة)"
)
_ARABIC: Final = (
    r"(?:ليش |شبيكم |شو |شنو )?(?:ما|بعدكم ما|ليش ما) (?:جاوبتوني|جاوبتوا|جاوبتونا|رديتوا|رديتولي|ردوا|تردون|تجاوبون|"
    r"تجاوبوني|خابرتوني|خابرتونا|اتصلتوا|اجيتوا|جيتوا|جاوبني|رد|سويتوا شي|صار شي)|"
    r"محد (?:رد|ردلي|يرد|جاوب|جاوبني|جاوبنا|يجاوب|اتصل|اتصلبي|يتصل|خابر|خابرني|خابرنا|تواصل|راجعني|اهتم)|"
    r"ماكو (?:اي )?(?:رد|جواب|جديد|خبر|اخبار|تحرك|نتيجة|استجابة|شي جديد)|"
    r"(?:م?نتظر|انتظر|منتظرة|منتظرين|انتظركم|منتظركم|ننتظر|ننتظركم|بانتظار)(?: (?:ال)?(?:رد|جواب|ردكم|جوابكم|نتيجة))?|"
    r"(?:متى|شوكت|يمته|امته|ايمته|شوقت) (?:راح |رح )?(?:تردون|تجاوبون|تجاوبوني|تحلون|تحلوها|تنحل|تجون|تجونا|تتصلون|"
    r"تخابروني|توصلون|تتحركون|ال(?:رد|جواب|حل|نتيجة))|"
    r"شصار|شنو صار|شنو الي صار|وين وصل\w{0,3}|وين صار\w{0,3}|شسويتو\w?|شنو سويتو\w?|سويتوا شي|شكو|شكو ماكو|صار شي|"
    r"(?:هل |اكو |شكو |يوجد |هل يوجد |اي |شنو |اكو شي )(?:من )?(?:جديد|اخبار|خبر|تطور|تطورات|نتيجة|رد|جواب)|"
    r"(?:شنو |ما هي |ما )?(?:اخر )?(?:ال)?(?:تطورات|مستجدات|اخبار)|لكيتو\w{0,2}|لگيتو\w{0,2}|لقيتو\w{0,2}|"
    r"(?:ليش |شبيكم |بعدكم )ساكتين|وينكم|وين انتم|وين انتو|نسيتوني|نسيتونا|"
    r"مصير|طمنونا|طمنوني|"
    # "لزمتوهم؟", "عالجتوا الموضوع", "هل اتخذتم اجراء": what have you done?
    r"(?:سوي|رد|ردي|جاوب|لزم|مسك|عالج|وصل|عرف|تحرك|باشر|استلم|شف|شاهد|قري|كري|لكي|لگي|لقي|حلي|خابر|اتصل|نسي|دزي|بلغ|"
    r"راجع|عمل|اتخذ|تابع|كمل|خلص|صلح|رح|اجي|جي|تاكد|حقق|قبض|بدي|سجل|سدي|غلق)ت(?:و|م)(?:ا|ه|ها|هم|لي|لنا|ني|نا)?|"
    # "راح ترسلون دورية؟", "شوكت تجون": what will you do?
    r"(?:راح|رح|هل|متى|شوكت|يمته|ليش ما|بعدكم ما) (?:راح |رح )?ت(?!لفون|لفزيون|كون)\w{2,}ون(?:ي|ا|ه|ها|هم|لي|لنا)?|"
    # "منو راح يشوف شكواي", "محد يجاوبني": is anybody there?
    r"(?:محد|منو|احد|اكو احد|اكو واحد) (?:راح |رح )?ي(?:جاوب|رد|شوف|قرا|تواصل|تابع|هتم|خابر|تصل|سمع)\w{0,3}|"
    r"(?:متى|شوكت|يمته) (?:راح )?ي(?:رد|جي|جين|وصل|صير)\w* (?:ال)?(?:رد|جواب|خبر)"
)
_LATIN: Final = (
    r"(?:ija|aja|wisal|wasal|tawsal|twasal)\w*(?: (?:rad|jawab|ris\w+|bala\w+))?|sho sar|sho sawwaytu|"
    r"(?:maku|mako|ma aku) (?:ay )?(?:rad|jawab|khabar|shi|jdid)|lesh ma (?:\w+)|ma7ad (?:rad|jawab\w*|itisal\w*)|"
    r"(?:w[ae]+i?n|wen) (?:wi?s[ae]l\w*|sar\w*)|sh(?:inu |nu )?sar|shsaw\w+|sh[ao]ko? m[ao]ku?|anti?dh?[ie]r\w*|"
    r"anta[tz]h?er|munta[dtz]h?[ie]r|"
    r"(?:is there |have you |do you have )?any (?:news|updates?|progress|reply|response|answer)|what are you doing|"
    r"are you (?:working|doing anything|doing something|there)|(?:still |there is |i got |got )?no (?:reply|answer|"
    r"response|news|update|updates)(?: yet)?|(?:nobody|no one) (?:called|answered|replied|came|responded|contacted)|"
    r"did (?:you|the police|they|anyone|anybody|someone) "
    r"(?:find|do anything|do something|catch|read|see|get|fix|receive)|"
    r"is (?:anyone|anybody|someone) (?:there|reading|working|working on this)|how long will it take|"
    r"(?:i am |im |i have been |ive been |still |been )*waiting|"
    r"when will (?:you|someone|"
    r"anyone) (?:come|answer|reply|help|do something|call|act|respond)|what happened (?:to|with|about) (?:my|"
    r"the) (?:report|case|complaint|message)|whats happening"
)
_LATIN_AROUND: Final = (
    r"(?:hello|hi|hey|please|pls|sir|and|but|so|yet|me|us|back|to me|for|about|on|with|of|it|this|him|her|them|"
    r"anything|"
    r"now|here|today|since yesterday|until now|till now|still|its been|it has been|it is|(?:for )?(?:\w+ )?(?:days?|"
    r"weeks?|hours?|months?)|(?:from |to )?you|your (?:answer|reply|response)|(?:the|my|our) \w+|sarl[iy]|"
    r"yom\w*|b|bil|bel|3ala|balagh\w*|mawth?oo?3\w*|"
    r"mawdoo?3\w*|risal\w*|minkum|l?hassa|la7ad)"
)
_KURDISH: Final = (
    r"چی بوو بە|چی بەسەر هات|چی لێ ?هات|چی لێ ?کرا|چیتان کرد|(?:بە|گەیشتە) کوێ(?: گەیشت)?|چاوەڕێم|چاوەڕوانم|چاوەڕێین|"
    r"چاوەڕێ دەکەم|کەس وەڵامی نە\w+|کەس پەیوەندی (?:پێوە )?نە\w+|وەڵام(?:م|تان)? (?:نییە|نەبوو|نەهات)|"
    r"(?:هیچ )?(?:هەواڵ|هەواڵێک|وەڵام|وەڵامێک|شتێکی نوێ)(?: (?:نییە|هەیە))|بۆ وەڵام\w* (?:نا|نە)\w+|کەی وەڵام\w* \w+|"
    r"کەی (?:چاک|چارەسەر) دەکرێت|کەی دێن|دۆزیتانەوە|کەس هەیە وەڵام\w* \w+|چارەسەر کرا"
)
_KURDISH_AROUND: Final = (
    r"(?:ئەوە|هێشتا|سڵاو|تکایە|بەڕێز|بۆ|بە|من|تا ئێستا|ئێستا|هیچ|لە|(?:\w+ )?(?:ڕۆژ|ڕۆژە|هەفتە|هەفتەیە|مانگە|کاتژمێرە)|"
    r"(?:سکاڵا|نامە|ڕاپۆرت|کێشە|داوا|مەسەلە)کە\w{0,3})"
)
# After "what became of": the one thing that was told of.
_DEFINITE: Final = r"(?:[وب]?(?:ال|ل)\w{3,}|(?:عن|على) ال\w{3,}|دورية|فريق|لجنة|اجراء|b s\w+)"


def _pattern() -> tuple[re.Pattern[str], re.Pattern[str]]:
    asks = f"(?:{_ARABIC}|{_LATIN}|{_KURDISH})"
    around = f"(?:{_SPAN}|{_THING}|{_AROUND}|{_LATIN_AROUND}|{_KURDISH_AROUND})"
    begins = commands.letters(rf"(?:و?{around} )*و?{asks}(?!\w)")
    goes_on = commands.letters(rf"(?: و?(?:{asks}|{around}|{_DEFINITE}))*")
    return re.compile(begins + goes_on), re.compile(begins)


_WHOLLY, _BEGINS = _pattern()


def asks(text: str) -> bool:
    """Whether a text says nothing but that its writer waits to hear from us: "صارلي يومين منتظر وماكو رد"."""
    key = commands.fold(text[: _LONGEST + 1])
    return len(text) <= _LONGEST and len(key.split()) <= _MOST and _WHOLLY.fullmatch(key) is not None


def begins(text: str) -> bool:
    """Whether a text of any length begins so, and then perhaps tells more."""
    return _BEGINS.match(" ".join(commands.fold(text[:_LONGEST]).split()[:_MOST])) is not None


def is_question(text: str) -> bool:
    """Whether a text ends in a question mark: whoever asks beside an open report wants to hear how it stands."""
    return text.rstrip().endswith(_MARKS)
