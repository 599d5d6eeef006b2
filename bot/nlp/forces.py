"""Finds the police, a prison or another armed office as the doer of a deed: "a police car ran my child over".

A body is nobody's party where it is called, thanked or late; it is one where its people, its car or its uniform hurt,
take, rob, or cover who does. What such a deed is called (traffic, drugs, a missing person) does not matter here: the
local office must not read it. Read by structure: who does it, what is done, and that nobody else stands between.
"""

import re
from typing import Final

from bot.nlp.normalise import letters

_BEFORE: Final = 3  # words before the doer that may make it somebody called, or a place
_REACH: Final = 7  # words after the doer in which its deed is told
_TOLD: Final = 6  # words given with it, so that its office can be told

_FORCE: Final = (
    r"(?:ال)?(?:شرطة|شرطي|نجدة|داخلية|امن|سوات|طوارئ|مرور|مركز|سجن|توقيف|سيطرة|استخبارات|مخابرات|اسايش|قواتامنية|"
    r"امنوطني|مكافحةجرائم|تدخل السريع|تدخل سريع|شعبة|مخفر)"
)
_PEOPLE: Final = (
    r"(?:ال)?(?:رجال|رجل|عناصر|عنصر|افراد|فرد|جماعة|حرس|حراس|حارس|حماية|كاتب|مدير|آمر|امر|معاون|مسؤول|موظف|موظفين|"
    r"فراش|سايق|سواق|ولد|ناس|قوة|قوات|مفرزة|مفارز|دورية|دوريات|خلية|لجنة|واحد|اثنين|ابو \w+|ام \w+)"
)
_CAR: Final = (
    r"(?:ال)?(?:سيارة|سيارات|عجلة|عجلات|همر|همرات|بيكب|بيكاب|تاهو|دراجة|ماطور|مدرعة) "
    r"(?:(?:ال)?(?:حكومية|رسمية|سودة|بيضة) )?(?:مال |مالت |"
    r"تابعة |تابع )?(?:لل?)?"
    + _FORCE
    + r"|(?:ال)?دورية(?: (?:مال |مالت )?"
    + _FORCE
    + r")?|(?:police|patrol|swat|security forces) (?:car|cars|truck|vehicle|pickup|jeep|van)|patrol|"
    r"(?:dawri?y+at|sa[iy]+arat) (?:[ia]l )?(?:sh[uo]r[t6]a|najda)|(?:ئۆتۆمبێل|سەیارە|ترومبێل)\w* پۆلیس\w*|دەوریە\w*"
)
_MEN: Final = (
    _PEOPLE
    + r" (?:مال |مالت |من |ب|تابعين ل)?"
    + _FORCE
    + r"|(?:ال)?شرطة(?: (?:ال)?(?:مجتمعية|محلية|اتحادية|نهرية|سياحية))?|المرور|السيطرة|(?:ال)?(?:نجدة|سوات|"
    r"سجان|سجانين|سجانة|سجانات|"
    r"اسايش|استخبارات|مخابرات|امنوطني|مكافحةجرائم|شرطيين|مفرزة|مفارز)|الامن|قوات? (?:ال)?امنية|القوات الامنية|"
    r"(?:ال)?قوة (?:ال)?(?:امنية|خاصة|مشتركة|مداهمة)|"
    r"(?:the )?(?:police(?: (?:force|patrol|guys|men|people|unit))?|cops|security (?:men|man|guys?|forces?|officers?|"
    r"guards?|people|services?)|(?:prison|jail|station|police) (?:guards?|wardens?|officers?|staff)|"
    r"jailers?|wardens?|"
    r"swat(?: team)?|emergency police|traffic police|guards? (?:at|of|from) the (?:prison|jail|"
    r"station|police station))|"
    r"(?:هێز\w* )?(?:پۆلیس\w*|ئاسایش\w*|ئەمنی\w*)|(?:پاسەوان|حەرەس|حارس)\w* (?:زیندان|بنکە|گرتووخانە|سجن)\w*"
)
_UNIFORM: Final = (
    r"(?:لابس|لابسين|لابسة)(?: ?(?:بدلة|ملابس|زي|قيافة|قاط|رتبة))? ?(?:ال)?(?:شرطة|ضابط|ضباط|شرطي|"
    r"امن|داخلية|نجدة|مرور|"
    r"رتبة|سوات)|(?:ب|لابس |لابسين )(?:بدلة|ملابس|زي|قيافة|بدلات|قاط) (?:مال )?(?:ال)?(?:شرطة|ضابط|ضباط|شرطي|امن|"
    r"داخلية|نجدة|مرور|سوات|رسمية)|(?:in|wearing)(?: an?| the)? (?:police|officer|security) (?:uniforms?|clothes)|"
    r"(?:بە )?(?:جل|جلوبەرگ|بەدلە)\w* پۆلیس\w*"
)
_YOURS: Final = (
    r"(?:ال)?(?:واحد|وحدة|احد|شخص|موظف|موظفة|منتسب|ناس|جماعة|فرد|اثنين|رجال) (?:من ?)?(?:منكم|"
    r"من عدكم|عدكم|من جماعتكم|"
    r"من ربعكم|جماعتكم|يمكم)|واحد منكم|(?:احد|بعض) (?:موظفينكم|منتسبيكم|جماعتكم|ضباطكم|كوادركم)|"
    r"(?:one|some|somebody|someone|a man|a guy) (?:of|from|among) (?:you|yours|your (?:\w+))|"
    r"یەکێک لە ئێوە|(?:کەسێک|یەکێک) لە (?:خۆتان|کارمەند\w*|ستاف\w*)|wa[7h]e?i?d minn?[ku]+m"
)

_OWN: Final = (
    r"(?:اخو|اخ|ابو|اب|والد|والدت|ام|ابن|ولد|اولاد|بنت|بنات|زوج|رجل|اخت|خوات|عم|خال|ابن عم|ابن خال|"
    r"صديق|صاحب|جار|جيران|"
    r"اهل|بيت|باب|سيارت|ماطور|تلفون|موبايل|محل|دكان|غراض|فلوس|مستمسكات|هويت|اجازت|ستوت|تكسي|عائلت|عايلت|اخوان|اخوت)"
    r"(?:ي|يه|ية|نا|ه|ها|هم|وي|وية|ويه|تي)|(?:ابن|ولد|بنت|اخو) (?:عم|خال|اخت|اخو|جيران|خالت|عمت|جار)(?:ي|نا|وي|ويه)|"
    r"(?:my|our) (?!(?:statement|report|complaint|details|call|name|number)\w*)\w+|me|us|"
    r"(?:برا|باوک|کوڕ|هاوسەر|مێرد|دایک|خوشک|کچ|ماڵ|سەیارە|ئۆتۆمبێل)(?:ە?کە)?(?:م|مان|میان|مانیان)"
)
_NOW: Final = r"[وف]?(?:د|دا|جا|را?ح )?[يت]?"
_ENDS: Final = r"(?:ت|وا|ون|و|ني|نا|ه|تني|تنا|ته|تها|وني|ونا|وه|وها|وهم|وني|ونني|وننا|هم|نه)?"
_HURT: Final = (
    rf"{_NOW}(?:ضرب|كتل|قتل|دهس|صدم|سحق|شتم|اهان|هان|هين|بهذل|سب|تحرش|ابتز|بتز|هدد|عذب|دفر|رفس|كفخ|"
    rf"صفع|سرق|باع|بيع|نهب|"
    rf"زور|لفق|طرد|غتصب|اغتصب|عتدى|اعتدى|عتدي|اعتدي|اعتدو|سلب|كسر|حرق|خرب|راود|عاكس|يعاكس|لاحق|راقب|ضايق|ساوم|فضح|"
    rf"خوف|بلطج|نصب|تهجم|هجم|سحل|مد ايد|خطف|اختطف|يخطف){_ENDS}|"
    rf"{_NOW}(?:طلب|اخذ|ياخذ|خذ|قبض|يقبض|ريد|راد|شلع|يلم|لم|جبي|"
    rf"ستلم){_ENDS} (?:\w+ ){{0,2}}(?:ال)?(?:فلوس|رشوة|رشاوي|"
    rf"خاوة|حصة|اتاوة|اكرامية|مليون|دولار|ورقة|ورقات|دفتر)|{_NOW}(?:صاح|صيح){_ENDS} علي\w*|"
    rf"{_NOW}(?:رمى|رمي|رموا|طلق|اطلق){_ENDS} (?:\w+ ){{0,2}}(?:عليه|علينا|عليهم|نار|رصاص|طلق|بالهوا|على \w+(?:ي|نا))|"
    r"(?:متفق|متعاون|متورط|شريك|شركاء|مشترك|متواط[يئ]|مرتش[يئ]|فاسد|مجند|مشارك)\w* (?:ب|وي|ويا|مع|على)\w*|"
    rf"{_NOW}(?:حمي|حمو|حمى|حم|غطي|غطى|تستر|ستر|سند|ساند|دافع|هرب){_ENDS} (?:على |عن |ل|"
    rf"ب)?(?:\w+ )?(?:ال)?(?:تاجر|تجار|"
    r"حرامي\w*|مجرم\w*|عصاب\w*|بياع\w*|متهم\w*|قاتل|قتلة|مبتز\w*|مهرب\w*|مخدرات|سراق|بيت|ملهى|"
    r"كرستال|حبوب|معتدي|مروج\w*)|"
    r"(?:عنده?م? )?علاق\w+ (?:ب|وي|ويه|مع) ?(?:ال)?(?:عصاب|تجار|تاجر|حرامي|مهرب)\w*|"
    r"beat\w*|hit|hits|hitting|slap\w*|kick\w*|punch\w*|tortur\w*|insult\w*|harass\w*|threaten\w*|blackmail\w*|"
    r"extort\w*|robbed|rob|robs|stole|steals?|smash\w*|broke|shot|shoot\w*|kill\w*|raped?|molest\w*|abus\w*|"
    r"ran over|run over|rammed|crashed into|kidnap\w*|bribes?|sells?|selling|sold|"
    r"protect\w* (?:the |a )?(?:drug|dealer|"
    r"thie|gang|criminal|smuggl|kill)\w*|cover\w* (?:up )?for|(?:take|takes|took|demand\w*|want|wants|ask|asks|asked)"
    r" (?:\w+ ){0,2}(?:money|bribes?|cash|cut)|working with (?:the )?(?:drug|thie|gang|smuggl)\w*|"
    r"لێ\w* ?(?:\w+ )?(?:دا|دەدا)\w*|لێدا\w*|هەڕەشە\w*|جنێو\w*|سوکایەتی\w*|ئازار\w*|ئەشکەنجە\w*|شکاند\w*|کوشت\w*|"
    r"دزی\w*|بەرتیل\w*|گێچەڵ\w*|کێشا\w*|تەقە\w*|(?:پارە|دۆلار)\w* (?:\w+ ){0,2}(?:داوا|وەر|دەو|سەند|ویست)\w*|"
    r"داوای (?:پارە|دۆلار)\w*|(?:بازرگان|قاچاغچی|دز|تاوانبار)\w* (?:\w+ ){0,3}(?:دەپارێز|پاراست)\w*|"
    r"y[iu]?btaz\w*|yhadd?id\w*|hadd?[ao]d\w*|[8dzt6]h?arab\w*|dharb\w*|y\w*(?:dh?|th|6|9)r[uo]?b\w*|kitl\w*|saraq\w*"
)
_TAKE: Final = (
    rf"{_NOW}(?:اخذ|خذ|عتقل|اعتقل|حبس|وكف|وقف|سحب|جر|شال|حجز|صادر|داهم|اقتحم|قتحم|فتش|دخل|كبس|طب){_ENDS}|"
    r"take|took|taken|arrest\w*|detain\w*|raid\w*|search\w*|dragged|گرت\w*|برد\w*|دەستگیر\w*|زیندانی\w*"
)
_TAKE_US: Final = rf"{_NOW}(?:اخذ|عتقل|اعتقل|حبس|وكف|سحب|جر|حجز)(?:ت|و)?(?:ني|نا)"
_RAM: Final = (
    rf"{_NOW}(?:دعم|دهس|صدم|ضرب|سحق|كتل|قلب|سد)(?:ت|وا|تني|تنا|ته|وني|ونا|و|ني|نا)?|"
    r"hits?|ran over|run over|rammed|crashed into|knocked down|struck|کێشا\w*|شێلا\w*|da3?a?mat\w*|dah[ao]?sat\w*"
)
_MISSING: Final = r"(?:ما|م) ?(?:نعرف|ندري|اعرف|ادري|عرفنا|رجع|رجعوه|طلع|شفناه)\w*|ماكو (?:\w+ )?خبر|نعرف وين\w*"

# Who is called, thanked or looked for; what stands beside a station; what is done to it.
_SERVED: Final = (
    r"(?:ا|ن)?(?:ريد|رد|خابر|تصل|بلغ|طلب|راجع|شكر|ناشد|تمنى|حتاج|طالب|رجو)\w*|خابر\w*|اتصل\w*|"
    r"بلغ\w*|ابلغ\w*|محتاج\w*|"
    r"لازم|[تي]ج[يو]\w*|ممكن|ياريت|شكرا|دز\w*|ارسل\w*|ابعث\w*|خلي|خلوا|وين|شلون|بدون|بلا|لا|ولا|"
    r"ماكو|رحت|رحنا|راح|كلت|كلنا|اشتكيت|كلية|"
    r"نادي|لعبة|فلم|مسلسل|منتحل|صفة|كارت|رقم|سألت|"
    r"call\w*|told|tell|ask\w*|report\w*|contact\w*|need|want|please|send|thank\w*|no|without|to|"
    r"بە|بۆ|لە|پەیوەندی\w*|تکایە|دەمەوێت"
)
_BESIDE: Final = (
    r"يم|قرب|كدام|قدام|مقابل|ورا|خلف|بصف|جنب|بجنب|بجانب|جوار|قريب|بين|near|behind|opposite|outside|beside|from"
)
_ELSE: Final = (  # another doer, another matter, or that it was not done
    r"ما|مو|لا|لم|محد|لان|لانه|لانو|لان|بسبب|اذا|حتى|علمود|بعدما|هسة|اجت|اجوا|اجه|اجو|وصل\w*|"
    r"ساعد\w*|رجعوا?|لزمت|لزموا|كضت|"
    r"كضوا|القت|حققت|انقذ\w*|سجلت|سجلوا|دافعت|الي|اللي|الذي|ال?حرامي\w*|ال?سراق|شباب|ال?عصابة|ناس|"
    r"واحد|جارنا|زوجي|رجلي|"
    r"اخوي|اخويه|ابوي|ابويه|طليقي|عمي|خالي|جيراننا|because|after|if|who|not|never|didnt|t|came|"
    r"helped|arrested|my|husband|"
    r"thieves|thief|someone|somebody|until|before|when|while|caught"
)
_COVER: Final = (
    r"(?:و?عند|و?وي|و?ورا|و?ال)(?:ه|ها|هم)?(?: \w+)? (?:ظهر|سند|واسطة|واسطات|ظهور|"
    r"سلطة) (?:\w+ ){0,2}?(?:ب|من |بال|ال|من ال)?"
    + _FORCE
    + r"|(?:محمي|محميين|مسنود|مسنودين|مدعوم|مدعومين|مغطى|يحتمي|يستقوي|حمايته?م?) (?:\w+ )?(?:ب|من |من قبل )?(?:بال)?"
    + _FORCE
    + r"|(?:ي|د)?(?:دفع|نطي|عطي|رشي|رشى|دفعون|نطون)(?:ون)?(?: \w+){0,2} (?:لل?|ال)?"
    + _FORCE
    + r"|(?:ي|ت|د|دي)?(?:سند|ساند|دعم|حمي|غطي|وصي)(?:ه|ها|هم|ون|ونه|ونها|ونهم)? من (?:ال)?"
    + _FORCE
    + r"|(?:كل\w+ |هم |هناك )?(?:ي|ت)?عرف(?:ه|ون|وه|ونه|ونها|وها)? (?:كل\w+ )?(?:ب|ال)?(?:ال)?"
    + r"(?:مركز|شرطة|نجدة)|(?:حرامي|سراق|سراقين|عصابة|حرامية|سلبوني|سلبونا|باكوني) (?:\w+ ){0,3}"
    + rf"(?:{_UNIFORM})"
    + r"|(?:thie(?:f|ves)|robbers?|gang|man who \w+ \w+ \w+) (?:\w+ ){0,3}(?:in|wearing) (?:an? )?police (?:uniforms?|"
    r"clothes)|know(?:s|n)? (?:him|her|them|well) (?:at|in) the (?:police )?station"
    + r"|(?:backed|protected|covered) by (?:\w+ ){0,2}(?:police|interior|officers?|security|station)|"
    r"pays? (?:off )?(?:the )?police|(?:پۆلیس|ئاسایش|ناوخۆ)\w* (?:\w+ )?پشت\w*|"
    r"پشت\w* (?:\w+ ){0,3}(?:پۆلیس|ئاسایش|ناوخۆ)\w*"
)
_PASSIVE: Final = (
    r"(?:انضرب\w*|انكتل\w*|تعرض\w* (?:\w+ )?ل?ل?(?:ضرب|اهانة|تعذيب|تحرش|ابتزاز|اعتداء|شتم)|(?:ال)?(?:ضرب|اهانة|تعذيب|"
    r"ابتزاز|اعتداء|تحرش) (?:\w+ ){0,2}|اعتقل\w*|انخطف|انحبس|انلزم) ?(?:\w+ ){0,3}(?:من قبل|من|"
    r"على يد|على ايد) (?:\w+ )?"
)
_BY: Final = (
    r"(?:beaten|hit|taken|detained|robbed|threatened|insulted|harassed|attacked|tortured|shot|killed|stopped|"
    r"blackmailed) (?:\w+ ){0,3}by (?:a |the |some )?"
)
_OBJECT_FIRST: Final = (
    rf"{_NOW}(?:ضرب|كتل|دهس|دعم|شتم|هان|اهان|هدد|عذب|اخذ|اعتقل|حبس|سب|بهذل|صدم|ابتز|بتز|سحل|طرد|لاحق|تحرش ?ب|خطف|وكف)"
    r"(?:ت|و|و?ا)?(?:ني|نا|ه|ها|هم|ية|يه|ي|ته|تها|وه|وها|وهم)"
)
_VERB_FIRST: Final = r"[وف]?(?:اخذت|اعتقلت|ضربت|دهست|دعمت|كتلت|عذبت|شتمت|داهمت|صدمت|هددت|حبست|اهانت|كسرت|قتلت)"
_PLURAL: Final = re.compile(r"\w+(?:وا|وني|ونا|وه|وها|تني|تنا)")


def _words(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{letters(written)})(?!\w)")


_DOER: Final = _words(rf"[وف]?(?:(?P<car>{_CAR})|(?P<clad>{_UNIFORM})|(?P<yours>{_YOURS})|(?P<men>{_MEN}))")
_CLAD: Final = _words(rf"[وف]?(?:{_UNIFORM})")
_HURTS, _TAKES, _TAKES_US, _RAMS = _words(_HURT), _words(_TAKE), _words(_TAKE_US), _words(_RAM)
_OURS, _GONE, _COVERED = _words(rf"[وفلب]?(?:{_OWN})"), _words(_MISSING), _words(rf"[وف]?(?:{_COVER})")
_CALLED, _PLACE, _OTHER = _words(rf"[وف]?(?:{_SERVED})"), _words(_BESIDE), _words(rf"[وف]?(?:{_ELSE})")
_DONE_BY: Final = _words(rf"(?:(?:{_PASSIVE})|(?:{_BY}))(?:{_CAR}|{_MEN})")
_DONE_FIRST: Final = _words(rf"(?:{_OBJECT_FIRST}) (?:{_CAR}|{_MEN})")
_DID_FIRST: Final = _words(rf"(?:{_VERB_FIRST}) (?:{_CAR}|{_MEN}) (?:\w+ ){{0,2}}(?:{_OWN})")
_HELD: Final = _words(rf"(?:عند|يم|لدى|ويه|ويا) (?:{_MEN})")
_OF_STATION: Final = _words(
    r"(?:ال)?(?:piiname|ابو \w+|ام \w+|حجي \w+|حارس|حرس|فراش|كاتب|مدير|موظف|سايق|واحد|شخص) (?:مال|مالت|من) (?:ال)?"
    r"(?:مركز|شرطة|سجن|سيطرة|نجدة|داخلية)"
)
# Who shows a badge, or a gun and whose it is, to be let have their way.
_BADGE: Final = (
    r"(?:ال)?(?:باج|باجه|باجات|بطاقته|هويته) ?(?:العسكرية|الامنية|مال (?:ال)?(?:شرطة|امن|داخلية))?|"
    r"هوية (?:ال)?(?:شرطة|امن|داخلية|ضباط|ضابط)|(?:his |a )?(?:police |officer )?badge|باجەکەی|ناسنامەی پۆلیس"
)
_SHOWN: Final = _words(
    rf"[وف]?(?:ور[اه]?ني|وراني|وراوني|راواني|شوفني|طلع ?لي|طلعلي|شمرلي|هددني ب|خوفني ب|يهدد ب|showed (?:me|us)|"
    rf"flashed|پیشانی داین?|نیشانی داین?)\w* (?:\w+ )?[وب]?(?:{_BADGE})"
)
_KNOWS: Final = _words(r"(?:ي|ت)?(?:عرف|عرفون|صديق|صاحب|ابن عم|قريب|ساكت|طلع)\w*")


def find(key: str) -> tuple[str, ...]:
    """The words of a key that tell of a force as a doer, or as who covers one, each with what follows; else ().

    key: as bot.nlp.readers.joined gives it.
    """
    told = [
        found.start() for pattern in (_COVERED, _DONE_BY, _DONE_FIRST, _DID_FIRST) for found in pattern.finditer(key)
    ]
    told += [found.start() for found in _HELD.finditer(key) if _GONE.search(key, found.end())]
    told += [found.start() for found in _OF_STATION.finditer(key) if _stands(key, found) and _acts_there(key, found)]
    told += [found.start() for found in _SHOWN.finditer(key)]
    told += [found.start() for found in _DOER.finditer(key) if _does(key, found)]
    return tuple(" ".join(key[at:].split()[: 2 + _TOLD]) for at in sorted(set(told)))


def is_clad(key: str) -> bool:
    """Whether a uniform is worn in a key, whoever wears it."""
    return _CLAD.search(key) is not None


def _before(key: str, at: int) -> str:
    return " ".join(key[:at].split()[-_BEFORE:])


def _after(key: str, at: int) -> str:
    return " ".join(key[at:].split()[:_REACH])


def _stands(key: str, doer: re.Match[str]) -> bool:
    """Whether nobody calls or thanks it, and nothing stands beside it."""
    before = _before(key, doer.start())
    return not (_CALLED.search(before) or _PLACE.search(before))


def _acts_there(key: str, doer: re.Match[str]) -> bool:
    said = _after(key, doer.end())
    return bool(_KNOWS.search(said) or _HURTS.search(said))


def _does(key: str, doer: re.Match[str]) -> bool:
    said = _after(key, doer.end())
    deed = _deed(said, car=doer["car"] is not None and not doer["car"].startswith(letters("دورية")))
    if deed is None:
        return False
    before, between = _before(key, doer.start()), said[: deed.start()]
    if _OTHER.search(between) or _PLACE.search(before) or _HURTS.search(before.rsplit(" ", 1)[-1]):
        return False
    # "I called the police and they beat me" is told of them all the same.
    at_once = not between.strip() and _PLURAL.fullmatch(deed.group()) is not None
    return at_once or _CALLED.search(before) is None


def _deed(said: str, *, car: bool) -> re.Match[str] | None:
    """What is told to be done first: by a car only what cars do; to take is a deed where one's own is taken."""
    rams = _RAMS.search(said)
    if rams is not None and (car or _OURS.search(said, rams.end()) or rams.group().endswith(letters("ني"))):
        return rams
    if car:
        takes = _TAKES.search(said)
        return takes if takes is not None and _OURS.search(said, takes.end()) else None
    takes = _TAKES.search(said)
    taken = takes if takes is not None and _OURS.search(said) else None
    return _HURTS.search(said) or _TAKES_US.search(said) or taken
