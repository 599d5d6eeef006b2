"""Tells whether who is gone had somebody at home to be gone from: "my sister is lost, our father beats her".

A family that looks for a woman, a girl or a boy under 18 says "missing" also of who fled. No word of leaving need be
there: it is enough that she is gone and that a blow, a quarrel, a forced marriage, a lock or fear is told beside it, or
that she took her things.
"""

import re
from typing import Final

from bot.nlp.normalise import letters

_GONE: Final = (
    r"(?:ضاع|ضايع|مفقود|انفقد|فقدان|اختف|مختفي|غايب|متغيب|تغيب|اختفاء)(?:ت|ة|ه|ات|ن|تن|تنا|تها|تهم|ها|ى|وا)?|"
    r"(?:انهزم|شرد|هرب)(?:ن|ت|ات)|(?:ت|ن)?ضيع(?:ة|ين)?|"
    r"(?:ما|لا|مو|لم|مي)(?: |)(?:ن|ا)?(?:عرف|دري) (?:وين|مكان|عنها|عنه|شي عنها|شصار بيها|اي شي عنها)\w*|"
    r"(?:ما|مو|لا)(?: |)(?:مبين|موجود|بين)(?:ة|ت)?|(?:ما|لم)(?: |)(?:لكينا|لقينا|لكيت|نلكا|شفنا|نجد)(?:ها|ه)|"
    r"مالها اثر|"
    r"ماكو(?:ها| بالبيت| بالدار)|(?:غادرت|مكان) (?:ابنتنا|بنتنا|اختنا|ابنتي)|(?:ي|ن|د|دي|دي)?دورون (?:على )?(?:اخت|"
    r"بنت|بنات)\w*|مكان(?:ها|هن)|(?:ماكو|ما بيها|ما الها|بلا|بدون|انقطعت?|مقطوعة) (?:\w+ ){0,2}(?:خبر|اثر|اخبار\w*)|"
    r"(?:ن|ا|ي|دن|د)دور(?:ون)? علي(?:ها|ه)|"
    r"(?:نبحث|ابحث|يبحثون) عن\w*|وين(?:ها|ه)|وين (?:راح|صار)ت|"
    r"missing|vanished|disappeared|(?:cant|cannot|can not|didnt|havent) (?:find|found)|no (?:news|word|trace)|"
    r"nowhere|"
    r"where (?:is she|she is|she went)|"
    r"ون ?(?:بوو\w*|کراو\w*|ە)|بزر\w*|ونبوو\w*|دیار (?:نییە|نیە|نەماوە|نەما)|دیارنی\w*|بێ ?سەروشوێن\w*|"
    r"نازانین (?:\w+ )?(?:لە کوێ|لەکوێ|چی)\w*|بەدوایدا دەگەڕێ\w*|هەواڵ\w* (?:نییە|نیە|نەما\w*)|"
    r"نە(?:گەڕا)\w*|winda\w*|wenda\w*|ma n?[ie]?dri w[ei]n\w*|ma n?3[ie]?r[ie]?f w[ei]n\w*|ma(?:ku|ko|"
    r"kou) (?:\w+ )?(?:khabar|5abar)|ma (?:b[iy]+ha|3idha) (?:\w+ )?(?:khabar|5abar)|[dt]h?a3at|9?i?khtaf[ae]t|"
    r"maf[qgk]u?o*da|mu?khtaf[iy]+[ae]h?"
)
# Anybody goes out: these count only where the text sounds like one of who is missing.
_OUT: Final = (
    r"(?:ما|لم|مو|لا)(?: |)(?:رجع|رجعت|ترجع|يرجع|تعود|تعد|بات|باتت|اجت|جت|وصلت|راجعة)\w*|راحت|طلعت?|طالعة|خرجت|مشت|"
    r"تركت\w*|عافت\w*|هجت?|اهجت|غادرت|سافرت|طفرت|فلتت|غابت?|ضيعنا(?:ها)?|فقدنا(?:ها)?|ضيعت(?:ها)?|"
    r"lost|gone|went|left|walked (?:out|away)|not (?:come|came|returned|been) ?(?:back|home|seen)?|"
    r"didnt (?:come|return)|did not (?:come|return)|looking for|"
    r"نەهات\w*|ڕۆیشت\w*|دەرچوو\w*|جێی ?هێشت\w*|چوو\w*|دەگەڕێ\w*|nehat\w*|venegeriya\w*|çû\w*|derket\w*"
)
# What one flees from. Done or threatened to her, or a matter between her and them.
_HURT: Final = (
    r"(?:ت|ي|م|ال|ن)?(?:ت)?(?:عنف|تعنف|معنف)(?:ة|ه|ها|ته|ينها|ون|ونها|نها)?|(?:ال)?(?:عنف|تعنيف|معاملة|تعذيب|ضرب|ظلم|"
    r"اضطهاد)(?:ه|ها|هم)?|(?:ت|ن|م)?(?:ن)?(?:ضرب|كتل|كسر|خنك|خانك|جوع|موت|ذبح|كفخ|لفخ|دفر|هان|ذل|حبس|عذب|ظلم|ظالم|"
    r"ضارب|جلد|طرد|بهذل|رزل|عاقب|خوف|هدد|زجر|"
    r"شتم|سب|قسى|قسي|شدد|ضغط|ضايق|حرم|منع|شك|راقب|جبر|اجبر|غصب)(?:ت|ة|ني|نا|ها|وها|ناها|تها|نه|ونها|ين|ينها|ه|وه|"
    r"ناه)?|"
    r"(?:ي|ن|ا|د|دي|كان ي|جان ي)(?:ضرب|كتل|كسر|حرك|خنك|جوع|موت|ذبح|كفخ|لفخ|دفر|هين|ذل|حبس|عذب|ظلم|طرد|عاقب|هدد|شتم|"
    r"سب|شك|منع|حرم|ضغط|ضايق|راقب|"
    r"جبر|غصب|قسي|قسى|صيح|صرخ|عيط)(?:ون|وا|و)?(?:ها|هن|ه|هم|ب\w+|علي\w*)?|(?:ا|ت|م)?(?:عارك|تعارك|متعارك|متخانق|"
    r"تخانق|تشاجر|"
    r"متشاجر|تلاسن|اختلف|متخالف)(?:ت|ة|وا|نا|ين|ه)?|(?:ال)?(?:عركة|خناقة|مشادة|شجار|مشاجرة|خلاف|خلافات|مشكلة|مشاكل|"
    r"زعل|زعلة|زعلت|زعلانة|متزاعل(?:ة|ين)|تزاعل\w*|حردانة|نزاع|كتلة|بسطة|طلاق)|(?:ال)?(?:تزويج|زواج|خطوبة|خطبة|عرس|"
    r"عقد|مهر|عريس|نيشان)(?:ها|ه)?|"
    r"(?:ن|ي|ا|را?ح ن|را?ح ي|نريد ن)?(?:زوج|خطب|عقد)(?:ها|ناها|وها|ونها|نها)?|(?:مجبور|مغصوب|مخطوب|معقود)(?:ة|ه)|"
    r"(?:غصب|بالغصب|بالكوة|بالقوة|اجباري|جبر)(?: عنها| عليها)?|(?:ت|جانت ت|كانت ت)?(?:خاف|خايفة|خافت|رعبت|تهدد|"
    r"مهددة|مرعوبة)(?: \w+)? من\w*|(?:خايفة|مهددة|مرعوبة|محبوسة|مكتولة|مضروبة|مظلومة|مقهورة|مهانة|مطرودة)|"
    r"(?:من|عن) (?:ضرب|ظلم|كتل|عنف|تعنيف|بطش|جور|قسوة|اذى|اهانة|مشاكل|خوف\w*)(?:ه|هم|ها)?|(?:قافل|حابس|قفل)\w*|"
    r"(?:عصبي|شديد|قاسي|متشدد|نسونجي|سكير|سكران|يشرب)(?: \w+)? (?:وي|ويه|معها|وياها|علي\w*|ها)|"
    r"(?:شرف|عار|فضيح|فضحت|تفضح|سودت|غسل)\w*|رفضت\w*|(?:ال)?تهديد|(?:تارك|كاتب|خلت|تركت|عافت|"
    r"مخلي)\w* (?:\w+ )?(?:ورقة|رسالة|مكتوب)|كسوة|عصبي\w*|ما (?:تريد|ترضى|رضت|قبلت|وافقت) (?:\w+ ){0,3}(?:تتزوج|"
    r"العريس|"
    r"الزواج|ابن عمها|ترجع|بالزواج)|"
    r"(?:اخذت|ماخذة|شايلة|شالت|حملت|لمت|جهزت|باكت) (?:\w+ ){0,2}(?:ملابس|هدوم|غراض|جنطت|حقيبت|هويت|جواز|مستمسك|ذهب|"
    r"فلوس|اوراق|شنطت)\w*|"
    r"beat\w*|hit|hits|hitting|slap\w*|hurt\w*|abus\w*|violen\w*|punish\w*|yell\w*|shout\w*|quarrel\w*|argu\w*|"
    r"fight\w*|"
    r"fought|row|strict|forc\w*|marry|marri(?:ed|age)|engag\w*|wedding|scared|afraid|fear\w*|threat\w*|lock\w*|"
    r"treat\w* (?:her|him) (?:bad|badly|like)|divorc\w*|hono?u?r|shame|(?:not|nt) let her|furious|angry|temper|"
    r"left a (?:note|letter)|mistreat\w*|cruel|took (?:the kids|her children)|took (?:her|his) (?:\w+ )?(?:things|"
    r"clothes|bag|"
    r"passport|gold|id|papers)|packed|"
    r"لێی? ?(?:\w+ )?(?:دە|ئە)?(?:دا|دەدا|دات|دەدات|دابوو|دراوە)\w*|لێدان\w*|توندوتیژ\w*|شەڕ\w*|کێشە\w*|دەمەقاڵ\w*|"
    r"تۆرا\w*|"
    r"زیز\w*|بە ?زۆر\w*|شوو\w*|مارە\w*|دەزگیران\w*|دەترسا\w*|دەترسێت|ترس\w*|هەڕەشە\w*|ئازار\w*|سزا\w*|توڕە\w*|"
    r"زیندانی\w*|"
    r"جل(?:وبەرگ)?\w* (?:\w+ )?برد\w*|lê dide|lê dida|lêdan\w*|şer\w*|bi zorê|ditirs\w*|"
    r"[yt](?:i|u|a)?(?:dh?|z|6|9)r[uo]?b\w*|t3an+[ao]f\w*|mu?3an+af\w*|mushki?l\w*|kaf+a?kh\w*|3a?[sc]abi\w*|"
    r"7a+b[ie]s\w*|qa+f[ie]l\w*|t3ara[kq]\w*|za3l[ae]\w*|ghas[bi]\w*"
)
# She, or somebody of the family under 18 (whom the caller knows to be so).
_HER: Final = (
    r"(?:بنت|بنيت|بنيات|بنات|ابنت|كريمت|اخت|خوات|خيت|زوجت|مرت|مرات|حرمت|حليلت|خطيبت|كنت|طليقت|ام|والدت|عمت|خالت|"
    r"حفيدت|"
    r"ربيبت|بنوت)(?:ي|ه|ها|نا|هم|هن|ية|يه|تي|تنا|ته|تهم)|طفلت(?:ي|نا)|(?:بنت|زوجة|مرت|مرة|اخت) (?:ال)?\w+|(?:ال|"
    r"هال)?(?:بنية|بنت|فتاة|"
    r"مراهقة|مرة|امراة|زوجة|شابة)|"
    r"(?:my|our|his|her|the|their) (?:\w+ ){0,2}(?:daughter|sister|wife|niece|cousin|girl|fiancee?|mother|"
    r"daughter in law)|^(?:wife|daughter|sister|niece) (?:is |has )?(?:missing|gone|left|ran)|"
    r"(?:کچ|خوشک|ژن|هاوسەر|خێزان|بووک|برازا|خوشکەزا|دایک|کیژ)(?:ە?کە)?(?:م|مان|ی|یان|ێک|ە گەورەکەم|ەکەمان)|(?:کچە|"
    r"خوشکە|ژنە) (?!بچووک)\w+|"
    r"(?:keç|xwişk|jin|dest?girtî)\w* (?:min|me|wî|wan)|"
    r"b[ie]?n[ai]?ti|bnayti|bintna|[iu]5ti|[iu]khti|okhti|zawjti|marti"
)
_HIM: Final = (
    r"(?:ابن|ولد|وليد|اخ|اخو|حفيد|الولد)(?:ي|نا|ه|ها|هم|ية|يه|وي|ويه)|الولد|my (?:\w+ )?(?:son|brother|boy)|"
    r"(?:کوڕ|برا)(?:ە?کە)?(?:م|مان)|ibni|wladi"
)
# Whose doing it is, where it is not theirs: then she is looked for as who was taken.
_STRANGERS: Final = (
    r"(?:واحد|شخص|شباب|رجال|مجهول\w*|غريب|جارنا|عصابة|ملثم\w*|مسلح\w*|سايق\w*) (?:\w+ ){0,2}"
    r"(?:ي|ت|كان ي|جان ي)?(?:هدد|لاحق|راقب|ضايق|بتز|تبع|عاكس|سحب|جر|اخذ|صعد|خطف|ضرب)\w*|"
    r"(?:ي|كان ي|جان ي)?(?:هدد|لاحق|راقب|ضايق|بتز|تبع|عاكس)ها (?:واحد|شخص|شاب|شباب|مجهول\w*|غريب|ابن الجيران|جارنا|"
    r"سايق\w*)|عركة (?:عشاير|عشائر|عشائرية|بالسوك|بالشارع|بالمدرسة)|"
    r"a (?:man|stranger|guy|car) (?:\w+ ){0,3}(?:follow|threat|took|grab|push|forc)\w*|(?:strangers|men|gang) \w+"
)
# It befell her long ago or to many at once: war, not home.
_WAR: Final = r"داعش\w*|دواعش|سنجار|النزوح|القصف|التفجير|الحرب|الانفال|201[3-7]|isis|daesh|war|داعش|ئەنفال"


# A thing that is gone, and no person.
_THING: Final = (
    r"(?:ضاع|ضايع|مفقود|انفقد|اختف|ضيع|فقد)\w* (?:ال)?(?:ذهب|فلوس|موبايل|تلفون|هوي|جواز|جنط|حقيب|مفتاح|مفاتيح|سيار|"
    r"غراض|"
    r"مستمسك|محفظ|جزدان|اوراق|ملف|معامل|حق|وعي|مدالي|كلادة|حلق)\w*|lost (?:my|her|his|our) (?:\w+ )?(?:phone|bag|"
    r"purse|"
    r"gold|money|id|passport|job|keys?|ring|papers|temper|consciousness)"
)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


_AWAY, _WENT, _HARMED = _pattern(_GONE), _pattern(_OUT), _pattern(_HURT)
_NOT_BACK: Final = _pattern(rf"(?:{_HER}) (?:\w+ ){{0,5}}(?:ما|لم) ?(?:رجعت|ترجع|تعد|عادت|اجت)")
_SHE, _HE, _OF_THINGS = _pattern(_HER), _pattern(_HIM), _pattern(_THING)
_OTHERS, _LONG_GONE = _pattern(_STRANGERS), _pattern(_WAR)


def find(key: str, *, sought: bool, hurt: bool, minor: bool) -> bool:
    """Whether a key tells of a woman, or of anybody under 18 (minor), who is gone from those who may have hurt her.

    sought: it sounds like one of who is missing or taken. hurt: it sounds like violence at home.
    """
    key = _OF_THINGS.sub(" ", key)
    if not (_SHE.search(key) or (minor and _HE.search(key))):
        return False
    if _OTHERS.search(key) or _LONG_GONE.search(key):
        return False
    harmed = _HARMED.search(key) is not None
    gone = _AWAY.search(key) or _NOT_BACK.search(key)
    return bool((gone and (hurt or harmed)) or (sought and harmed and _WENT.search(key)))
