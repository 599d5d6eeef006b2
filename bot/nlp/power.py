"""Finds what a man in power does to a body where no plain word for it is said: at a checkpoint, a camp, a prison.

Such a thing is told around: by what she wears, by the room and the night, by what he asks in return, or only by that it
cannot be told. No such word alone says it. Three things must meet: somebody who has power over the teller (or a place
where he has it), a word of what is intimate, shameful or wanted in return, and no talk of money where it is a bargain.
"""

import re
from typing import Final

from bot.nlp.normalise import letters
from bot.vocabulary import Category

# Who guards, searches, questions or lets through; and where one is in such hands.
_POWER: Final = (
    r"(?:ال|بال|لل)?(?:حارس|حراس|حرس|سجان|سجانين|جندي|جنود|عسكري|عساكر|سيطرة|سيطرات|توقيف|محقق|محققين|ضابط|ضباط|شرطي|"
    r"شرطة|شرطية|مفوض|عريف|عقيد|نقيب|ملازم|رائد|عميد|منتسب|منتسبين|مركز|دورية|حشد|سجن|معتقل|احداث|مخابرات|استخبارات|"
    r"تحقيق|امني|فوج|لواء)|عنصر امن|ضابط\w*|مسؤول (?:ال|ب)?(?:مخيم|بالمخيم)|"
    r"پۆلیس\w*|ئەفسەر\w*|پاسەوان\w*|سەرباز\w*|بازگە\w*|ئاسایش\w*|زیندان\w*|بنکە\w*|"
    r"(?:guards?|soldiers?|wardens?|jailers?|officers?|police(?:m[ae]n)?|checkpoint|prison|jail|investigator|"
    r"interrogator|"
    r"commander|(?:camp|shelter) (?:manager|boss|leader))"
)
# The body where nobody's hand or eye belongs, what covers it, and being without.
_BODY: Final = (
    r"(?:ب|بال|ال)?(?:عورة|عورت\w+|عذري\w+|بكارت\w*|عار|عري|عاري\w*|عراي\w*|عريان\w*|مصلخ\w*|شهوة)|"
    r"(?:ب|عن |على )?(?:صدر|جسم|فخذ|خصر|حضن|شفايف|شفاف)(?:ي|ها|ج|نا|هن|ه)|(?:ب|ال)?(?:صدر|جسم) (?:بنتي|اختي|مرتي|"
    r"امي)|"
    r"(?:ب)?شرف(?:ي|ها|نا)|بين رجلي\w*|(?:من )?جوه (?:ال)?(?:ثوب|ملابس|هدوم|عباية)|(?:ال|ب|بال)?ملابس(?:ي|ها|"
    r"نا)? (?:ال)?داخلية|خد(?:ي|ها)|(?:فك|فتح|جر|سحب)\w* (?:حجاب|شال|ربط|قميص|شعر)\w*|"
    r"(?:نزع|شلح|جرد|صلخ|شيل|اشيل|اخلع|خلع|مزق|شك|شق)\w* (?:\w+ ){0,2}(?:هدوم|ملابس|ثوب|حجاب|نقاب|عباي|عبات|"
    r"دشداش)\w*|"
    r"(?:نزع|شلح|صلخ|جرد)(?:ني|وني|ونا|نا|ها|وها)|نزلي? (?:ال)?(?:نقاب|حجاب|صورة)|(?:نزل|فتح) (?:بنطرون|سحاب|"
    r"زنجيل)\w*|"
    r"(?:مكان|محل|شي|مناطق) (?:عيب|حساس\w*|مو مال)|بكل مكان بجسم\w*|ملابسه ممزق\w*|نزيف (?:من )?(?:وره|جوه)|"
    r"خصيت\w*|(?:عصا|عصاية|بطل|كيبل|صوند\w*) (?:\w+ ){0,3}(?:بية|بيه|بي|بمكان)|انحني|(?:عل[ىي] |ع)?(?:ال)?كرفاية|"
    r"(?:شال|رفع|سحب) (?:ال)?(?:شرشف|بطاني\w*|غط\w*)|"
    r"(?:ناو|لەناو) جل\w*|جل(?:ەکان)?\w* ?(?:\w+ )?(?:لەبەر\w*|دادڕ\w*|داکەن\w*)|لەبەر\w*داکەن\w*|"
    r"سەر سنگ\w*|(?:باسی )?لەش(?:م|ی)\w*|شەرەف\w*|ڕووت\w*|"
    r"naked|nudes?|undress\w*|strip(?:ped|s|ping)? (?:me|her|us|search\w*)|underwear|breasts?|(?:my|her) (?:chest|"
    r"thighs?|waist|"
    r"hair|veil|scarf|hijab|body|legs?)|private parts?|under (?:my|her) (?:dress|clothes|abaya|shirt)|bath(?:e|es|"
    r"ing)|"
    r"shower\w*|where he should ?n[o]?t|lift\w* (?:my|her) (?:abaya|dress|skirt|shirt|veil)"
)
# What is done, wanted or said of that kind.
_ACT: Final = (
    r"(?:ي|ت)?شم (?:شعر|ركبت|رقبت|ريحت)\w*|ضحك\w* بوجه\w*|تعالي (?:نلعب|نتونس|ويانا|نسهر|نتسلى|يمي|لحضني)|"
    r"(?:ا|م)?شت[اا](?:ق|ك)\w*ج|حبيبت(?:ي|ه)|احبج|اموت بيج|وحشتيني|لصق\w* (?:\w+ )?(?:ب|بي)\w*|(?:ي|د)?كسر عينه\w*|"
    r"(?:ا|ن|ت)?(?:سهر|نام|بات)\w* (?:وياي|ويا\w*|ويه (?:ال)?(?:جديد|بنات|بنية|نسوان|سجين|موقوف)\w*|عندي|يمي)|"
    r"(?:ي|د)?(?:سحب|جر|صعد|نزل|فتش|اخذ)(?:ون|وا|و)? (?:ال)?(?:بنات|نسوان|بنية) (?:وحد\w*|ل|لل|لسيار\w*|للغرف\w*|"
    r"بيد\w*)|"
    r"(?:دخل|طب|فوت|يدخل|يطب|يفوت)\w* (?:ل|عل)?(?:خيمت|غرفت|علينا|علي|كرفان)\w*|خۆشەویست\w*|جوانی\w*|ماچ\w*|"
    r"لە ?باوەش\w*|"
    r"strok(?:ed|es|ing) (?:me|my|her)|(?:dinner|drinks?) (?:at|in) (?:his|my)|(?:girls|women|her|me) dance|"
    r"unbutton\w*|unzip\w*|(?:enter|come|came|comes|walk)\w* (?:\w+ ){0,2}(?:my|our|her|the women s|womens) (?:tent|"
    r"room|cell)|"
    r"b[ao]s(?:a|ha|ni)? (?:binti|ukhti|marti)|وەرە (?:\w+ ){0,3}(?:لام|لای من|ماڵەوە|ژوور\w*|هوتێل\w*)|"
    r"شەوان دێتە\w*|"
    r"kiss\w*|grop\w*|fondl\w*|hugg?(?:ed|s|ing)? (?:me|her|us)|touch(?:es|ed|ing)? (?:me|her|us|girls|women)|"
    r"rubb?(?:ed|s|ing)? (?:against|himself)|wink\w*|(?:spend|spent|stay|come|visit\w*|go) (?:\w+ ){0,3}(?:the night|"
    r"at night|to (?:his|my) (?:room|tent|house|flat|hotel|bed))|sleep with|be nice to him|visit(?:s|ed)? him|"
    r"alone with|"
    r"(?:ي|ت|د|دي)?(?:باوس|بوس|باس|حضن|احضن|غمز|تحسس|تلمس)(?:ني|لي|ها|هن|وني|نا)?|بوسة|بوسه|حنان|نزوة|غزل|"
    r"(?:ي|ت)?(?:لمس|لزم|مسح|لعب|مد|حط|طول|خلى|خلي)\w* (?:ايد\w* )?(?:\w+ ){0,2}(?:بية|بيها|بجسم\w*|صدر\w*|فخذ\w*|"
    r"بنتي|"
    r"اختي|مرتي)|"
    r"(?:لزك|التصق|تقرب|تلزك|يلزك|انحك|حك) (?:بية|بيه|بيها|علية|عليه|بي)|"
    r"(?:اعتد|يعتد|تعد|اغتصب|يغتصب)\w* (?:على )?(?:شرف|بنت|ابن|اخو|اخت|النسوان|البنات|الاولاد|الجهال)\w*|"
    r"(?:اغوا|استغل|يستغل)(?:ني|ها|اني)|استغل ضعف\w*|حامل من(?:ه|هم)|ينامون? (?:وي|مع|ويا)\w*|نومون\w*|(?:ت|ن)سهر\w*|"
    r"(?:تقضين|تكضين|تباتين|تبات|تنامين) (?:ال)?(?:ليلة|ليل|يم|عند)\w*|ليلة (?:ال)?(?:دخلة|عندي|يمي)|ترضين\w*|"
    r"(?:صيري|تصيرين) (?:\w+ )?(?:صديقت\w*|حباب\w*|لطيف\w*|زين\w*|مال\w*)|شي عيب|سوالف (?:مخجل|عيب|وسخ|مو زين)\w*|"
    r"حجي (?:ما ينكال|عيب|وسخ|مخجل)|يتفرج(?:ون)? عل(?:ية|يه|ينا|يها)|وهم يتفرجون|(?:باوع|يباوع|"
    r"يباوعون) (?:علي\w* )?(?:\w+ ){0,2}"
    r"(?:ليجوه|اغسل|زين|اسبح)|(?:من )?(?:اغسل|اسبح) |كسر عين\w*|يكسر عين\w*|شهوة|(?:اشيل|نشيل) هدوم\w*|"
    r"دەستی? ?(?:\w+ ){0,3}(?:خست\w*|لێ ?د\w*|برد) ?(?:\w+ )?(?:ناو|سەر|لە)?|شەو(?:ێک)? (?:لای|لام|بێ|بێیتە)\w*|"
    r"(?:لای|لام) (?:\w+ )?بمێن\w*|ڕازی(?:م|ی)? نەکە\w*|دام(?:دە)?پۆش\w*|قسەی (?:ناشیرین|پیس)|وێنەی? (?:تایبەت|"
    r"ڕووت)\w*"
)
# That it cannot be told, or that he did what he wanted.
_UNSAID: Final = (
    r"(?:شي|اشياء|شغلة|حجي) (?:\w+ )?(?:ما|مي|م) ?(?:ينحجي|ينحجى|ينكال|ينذكر|ينوصف|يتحاجى)|"
    r"(?:ما|مو) ?(?:اكدر|اقدر|نكدر|اريد|اعرف شلون) (?:احجي|احجيه|احجيها|اكول|اكوله|اوصف)\w* ?(?:\w+ ){0,2}"
    r"(?:لاحد|شنو|شصار|بيه|بية|وياي)?|(?:سوى|سوا|يسوي|يسوون|سووا?|سوو) (?:\w+ )?(?:اللي|الي|شي) ?(?:يريد\w*|"
    r"يعجب\w*|بكيفه\w*)|"
    r"(?:سوو|سووا|سوى|سوا|صار) (?:بية|بيه|بينا|بيها) (?!عملية|حادث|تسمم|فلونزا)(?:شي|شغل\w*|وعاف\w*)|"
    r"صار (?:وياي|بية|ويا\w*) شي|"
    r"(?:رجع|رجعت|طلع|طلعت) (?:\w+ ){0,2}(?:تبجي|يبجي|ساكت|ساكتة)(?: وما \w+)?|ما يخلي احد يلمس\w*|يبلل فراش\w*|"
    r"(?:ما|مو) (?:\w+ )?(?:ي|ت)(?:كعد|قعد|مشي) (?:عدل|زين|طبيعي)|"
    r"ناتوانم باس\w*|شتێکیان? لەگەڵ|(?:cant|cannot|wont) (?:say|tell|speak) (?:what|about)|(?:did|"
    r"does) what he wanted"
)
# He speaks to her, and there is a condition: what he wants is not told.
_BARGAIN: Final = (
    r"(?:ال)?(?:اذا|الا|بس|لو|حتى|و) (?:\w+ ){0,4}(?:ت|ا|ن)\w{2,}ين(?:ي|ه|ا)?|(?:بس|الا|لو|"
    r"اذا) (?:\w+ ){0,3}(?:تعالي|صيري|"
    r"روحي|اضحكي|اجي)|(?:صيري|تجيني|تجين|جيبها|توافقين)(?: \w+){0,4}|"
    r"(?:تعرفين|تدرين) (?:شنو|شكو|شلون|زين)(?: \w+)?|(?:بيدي|عندي) وانتي \w+"
)
_SAID: Final = r"(?:ي|ت)?(?:كال|كول|قال|كالوا|يكولون|طلب|يطلب|هدد|نادى)\w*"
# A woman or a child alone with them: who they are, and where none of them has business.
_WHO: Final = (
    r"(?:ال|لل|عال|على ال|ب)?(?:بنات(?:نا|ي|هم)?|بنية|نسوان(?:نا)?|ارملة|ارامل|بنتي|بنتنا|بنيتي|اختي|مرتي|زوجتي|امي|"
    r"ابني|طفل|اطفال|جهال|"
    r"اولاد|قاصر|مزورات|صغار|يتيم|سجينات|ولد)|اخويه? (?:ال)?(?:صغير|زغير)|آني (?:\w+ )?(?:بنية|مرة|امرأة|ارملة|"
    r"حرمة)|اني (?:\w+ )?(?:بنية|مرة)|"
    r"خوشک\w*|کچ\w*|ژن\w*|ئافرەت\w*|برا بچووک\w*"
)
_WHERE: Final = (
    r"(?:ل|ب|لل|بال|ال)?(?:غرفت(?:ه|هم)|خيمت(?:نا|ي|ها)|شقة|شاليه|جول|برجل(?:ه|هم)|بحضنه)|للجول|(?:لل|على )حمام\w*|"
    r"(?:راكدة|نايمة)|صعدي|اصعد ويا\w*|(?:يبات|تبات|يباتون) (?:عد|عند|يم|ويا)\w*|"
    r"(?:يختار|تختار|يختارون|ينقون) (?:وحدة|(?:ال)?(?:حلو|بنات)\w*)|ژوور\w* (?:خۆی|تاریک)\w*|ژوورەکە\w*|"
    r"نووست\w*|خۆشۆردن"
)
_MONEY: Final = (
    r"(?:ب|بال|ال|ل)?(?:فلوس|مليون|ملايين|دولار|دينار|رشوة|رشاوى|الف|ورقة|ورقات|دفتر|شدة|غرامة|\w*دفع\w*|"
    r"پارە\w*|بەرتیل\w*)"
)


def _phrase(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفلب]?(?:{letters(written)})(?!\w)")


_POWERFUL, _INTIMATE, _DONE = _phrase(_POWER), _phrase(_BODY), _phrase(_ACT)
_UNTOLD, _WANTED, _SAYS = _phrase(_UNSAID), _phrase(_BARGAIN), _phrase(_SAID)
_BLOWS: Final = _phrase(r"\w*(?:ضرب|كتل|كفخ|دفر)\w*|hits?|beat\w*|kick\w*|slap\w*|لێ\w*دا\w*")
_WEAK, _ALONE, _PAID = _phrase(_WHO), _phrase(_WHERE), _phrase(_MONEY)


def find(key: str, *, minor: bool) -> Category | None:
    """The sensitive kind of what a man in power does to a body; None where the text tells of no such thing.

    key: as bot.nlp.normalise makes it. minor: somebody under 18 is spoken of.
    """
    if not _POWERFUL.search(key) or not _tells(key):
        return None
    return Category.CHILD_PROTECTION if minor else Category.HARASSMENT


def hinted(key: str) -> bool:
    """Whether a man in power is spoken of, and neither money nor blows: then a slight sound of harassment counts."""
    return bool(_POWERFUL.search(key)) and not (_PAID.search(key) or _BLOWS.search(key))


def _tells(key: str) -> bool:
    if _INTIMATE.search(key) or _DONE.search(key) or _UNTOLD.search(key):
        return True
    if _PAID.search(key):
        return False
    bargains = _SAYS.search(key) is not None and _WANTED.search(key) is not None
    return bargains or (_WEAK.search(key) is not None and _ALONE.search(key) is not None)
