"""Recognises the few words that command rather than tell: typed alone in Arabic, Kurdish or English, or tapped."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """What a reporter may ask of us, apart from telling a concern. The values stand in "v1:cmd:<value>".

    HUSH: do not write to me; obeyed without a word, where STOP is confirmed. ASK: who are you, who learns my name?
    WIPE: delete what we wrote to each other, not the report. BEHALF: for someone else. NOD: a sign of thanks. PRIVATE,
    DISCREET, ORDINARY: see bot.vocabulary.Mode. WORD: a word of one's own shall open; LOCK: it is needed again. WOMAN:
    a woman shall read it. NOTED: the code is written down. ADVICE: what to do until somebody comes.
    """

    START = "start"
    HELP = "help"
    STATUS = "status"
    ADD = "add"
    NEW = "new"
    LANGUAGE = "language"
    ARABIC = "arabic"
    KURDISH = "kurdish"
    ENGLISH = "english"
    STOP = "stop"
    CANCEL = "cancel"
    RESUME = "resume"
    ERASE = "erase"
    HUSH = "hush"
    ASK = "ask"
    GREETING = "greeting"
    THANKS = "thanks"
    NOD = "nod"
    WIPE = "wipe"
    BEHALF = "behalf"
    YES = "yes"
    NO = "no"
    CLAIM = "claim"
    PRIVATE = "private"
    DISCREET = "discreet"
    ORDINARY = "ordinary"
    WORD = "word"
    LOCK = "lock"
    WOMAN = "woman"
    NOTED = "noted"
    ADVICE = "advice"


# One phrase between bars. Only a whole text counts: "حذف" erases, "اريد حذف الصور من صفحته" is a concern. Words that
# a concern may consist of ("help me", "ساعدوني", "كافي") are left out on purpose.
_WORDS: Final[Mapping[Intent, str]] = {
    Intent.HELP: "مساعدة|تعليمات|معلومات|من انتم|منو انتم|انتو منو|منو انتو|شنو هذا|منو وياي|منو ويايه|منو معي|"
    "یارمەتی|ئێوە کێن|help|info|who are you|who is this|silav hûn kî ne|hûn kî ne",
    Intent.STATUS: "حالة|الحالة|حالة البلاغ|حالة بلاغي|متابعة|متابعة البلاغ|شصار|شصار ببلاغي|وين وصل بلاغي|الرد|"
    "وين وصل|وين وصلت|وين وصلتوا|وين صار بلاغي|وين صار البلاغ|شصار بالبلاغ|شنو صار ببلاغي|شصار على بلاغي|رمزي|الرمز|"
    "كودي|دۆخ|دۆخی|بارودۆخ|دۆخی نامەکەم|وەڵام|نامەکەم بە کوێ گەیشت|کۆدەکەم|کۆدم|status|my report|answer|my code|"
    "any news|any update|any updates|what happened to my report",
    Intent.ASK: "تعرفون رقمي|تعرفون اسمي|تعرفوني|رقمي يطلع|رقمي يظهر|اسمي يطلع|اسمي يظهر|منو يقرا هاي الرسايل|"
    "منو يقرا رسالتي|منو يقرا|منو يقرا هاي الرسايل تعرفون رقمي|هل الرسالة سرية|هل هو سري|شوكت دوامكم|شنو دوامكم|دوامكم|"
    "شراح تسوون|شتسوون|شنو راح تسوون|تحلفون ما تگولون لأحد|تحلفون ما تكولون لاحد|ناوم دەزانن|ژمارەکەم دەزانن|"
    "کێ دەیخوێنێتەوە|is this anonymous|is it anonymous|do you know my number|do you know my name|who reads this",
    Intent.ADD: "اضافة|اضف|اضيف|تكملة|زیادکردن|زیاد بکە|add",
    Intent.NEW: "بلاغ جديد|شكوى جديدة|جديد|نامەی نوێ|ڕاپۆرتی نوێ|سکاڵای نوێ|new|new report",
    Intent.LANGUAGE: "لغة|اللغة|تغيير اللغة|زمان|گۆڕینی زمان|language|change language",
    Intent.ARABIC: "عربي|العربية|عەرەبی|arabic",
    Intent.KURDISH: "كردي|كوردي|الكردية|کوردی|سۆرانی|kurdish|sorani|kurdi",
    Intent.ENGLISH: "انكليزي|انجليزي|الانكليزية|ئینگلیزی|english",
    Intent.STOP: "ايقاف|اوقف|توقف|قف|الغاء الاشتراك|الغاء اشتراك|الغاء اشتراكي|ايقاف الاشتراك|ايقاف الرسائل|اوكف|"
    "ڕاگرتن|ڕایبگرە|"
    "بوەستە|وەستان|بیوەستێنە|stop|stopall|stop all|unsubscribe|end|quit|revoke|optout|opt out",
    Intent.HUSH: "لا ترسلون|لا ترسلوا|لا تدزون|لا تردون|لا تردوا|لا تجاوبون|لا تدزون شي|لا ترسلون شي|وەڵام مەدەنەوە|"
    "هیچ مەنێرن|do not reply|dont reply|do not text|dont text|no reply",
    Intent.CANCEL: "الغاء|هەڵوەشاندنەوە|cancel",
    Intent.RESUME: "استئناف|ابدأ|ابدا|اشتراك|دەستپێکردنەوە|دەستپێبکەوە|دەستپێبکە|resume|unstop|start|optin|opt in",
    Intent.ERASE: "حذف|احذف|احذفوا|حذف البلاغ|حذف بلاغي|مسح|امسح|امسحوا|مسح البلاغ|مسح بلاغي|"
    "سڕینەوە|بیسڕەوە|بیسڕنەوە|delete|erase|delete my report",
    Intent.WIPE: "امسح المحادثة|مسح المحادثة|امسحوا المحادثة|حذف المحادثة|احذف المحادثة|امسح الدردشة|مسح الدردشة|"
    "حذف الدردشة|"
    "احذف الدردشة|امسح الجات|مسح الجات|سڕینەوەی چات|سڕینەوەی گفتوگۆ|چاتەکە بسڕەوە|گفتوگۆکە بسڕەوە|wipe|wipe chat|"
    "delete chat|"
    "delete the chat|clear chat|delete conversation|delete this chat",
    Intent.BEHALF: "لغيري|لغيرى|عن غيري|بلاغ عن غيري|مو الي|هاي مو الي|هذا مو الي|مو لي|لشخص اخر|لشخص ثاني|"
    "عن شخص اخر|عن شخص ثاني|"
    "بۆ کەسێکی تر|بۆ کەسێکی دیکە|بۆ خۆم نییە|for someone else|for somebody else|not for me|on behalf|other",
    Intent.YES: "نعم|اي|ايه|ee|اي نعم|بلي|اجل|بەڵێ|ئا|yes|y",
    Intent.NO: "لا|كلا|نەخێر|نا|no|n",
    Intent.CLAIM: "استلمت|استلمته|استلام|وەرمگرت|claim|claimed",
    Intent.PRIVATE: "سري|سرية|سري جدا|سري للغاية|بسرية|بشكل سري|بلاغ سري|رسالة سرية|الوضع السري|وضع سري|خصوصي|خصوصية|"
    "سري لا تحفظوا ما يدل علي|نهێنی ئەوەی من دەناسێنێت هەڵیمەگرن|private keep nothing that leads to me|"
    "بخصوصية|خاص|الوضع الخاص|وضع خاص|رسالة خاصة|مجهول|كمجهول|بدون اسم|بلا اسم|من غير اسم|فاعل خير|بدون ما تعرفوني|"
    "ما اريد تعرفوني|ما اريد ينعرف رقمي|لا تحفظون رقمي|نهێنی|بە نهێنی|بەنهێنی|دۆخی نهێنی|تایبەت|تایبەتی|بێ ناو|بێناو|"
    "ژمارەم هەڵمەگرن|private|privately|private mode|in private|anonymous|anonymously|secret|secretly|confidential|"
    "sirri|serri|sri|khusoosi|khusosi|bidoon ism|bidun ism",
    Intent.DISCREET: "بهدوء|بهدوء لو سمحتوا|بێدەنگ|بێ دەنگ|بە بێدەنگی|quiet|quietly|"
    "كتمان|بكتمان|وضع الكتمان|حذر|بحذر|وضع الحذر|غيري يفتح هاتفي|غيري يفتح موبايلي|غيري يفتح تلفوني|"
    "غيري يشوف هاتفي|غيري يشوف موبايلي|غيري يشوف تلفوني|موبايلي مو وحدي|تلفوني مو وحدي|هاتفي مو وحدي|"
    "يفتشون موبايلي|يفتشون تلفوني|يفتشون هاتفي|يشوفون موبايلي|يشوفون تلفوني|موبايلي مراقب|تلفوني مراقب|هاتفي مراقب|"
    "التلفون مو الي|الموبايل مو الي|بە وریایی|بەوریایی|وریا بن|کەسی تر مۆبایلەکەم دەکاتەوە|مۆبایلەکەم چاودێری دەکرێت|"
    "مۆبایلەکەم دەپشکنن|discreet|discreet mode|discreetly|careful|be careful|others open my phone|"
    "others read my phone|someone reads my phone|my phone is watched|my phone is not safe",
    Intent.ORDINARY: "وضع عادي|الوضع العادي|بدون كتمان|بدون سرية|مو سري|لا حاجة للكتمان|دۆخی ئاسایی|ئاسایی|"
    "normal|normal mode|not private|not secret",
    Intent.WORD: "كلمتي|كلمة السر|كلمة سر|كلمتي السرية|غيروا كلمتي|اغير كلمتي|اختار كلمة|وشەکەم|وشەی نهێنی|وشەی من|"
    "my word|own word|my own word|change my word|new word",
    Intent.LOCK: "قفل|اقفل|اقفلي|اقفلوا|القفل|داخستن|دایبخە|دایبخەن|قوفڵ|قفڵ|lock|lock it|qfl",
    Intent.WOMAN: "الي مرة|النساء|قسم النساء|مكتب النساء|موظفة لو سمحتوا|ژن|ئافرەت|بەشی ژنان|women|womens desk",
    Intent.ADVICE: "نصيحة|نصيحه|نصائح|نصحوني|انصحوني|انصحني|شسوي|شسوي هسه|شنو اسوي|شنو اسوي هسه|شلون اتصرف|ماذا افعل|"
    "ماذا افعل الان|ئامۆژگاری|چی بکەم|چی بکەم ئێستا|advice|tips|what to do|what should i do|what do i do|what now",
    Intent.NOTED: "كتبت الرمز|دونت الرمز|سجلت الرمز|حفظت الرمز|کۆدەکەم نووسی|noted|i wrote it down|wrote it down",
}
# Each may stand before the word that somebody chooses for herself: "كلمتي زيتون".
_MY_WORD: Final = (
    "كلمتي|كلمتي هي|كلمتي السرية|كلمة السر|كلمة سر|كلمتي صارت|وشەکەم|وشەی من|وشەی نهێنی|my word|my word is|my own word|"
    "my own word is|own word"
)
# A wish for a woman is made of these and nothing else: what more is said may be a concern.
_WISHING: Final = (
    "اريد|اريدها|نريد|ابي|ابغى|احب|افضل|حابة|محتاجة|ممكن|اكدر|اقدر|هل|رجاء|رجاءا|ارجوكم|بليز|من فضلكم|لو سمحتوا|"
    "الله يخليكم|السلام عليكم|هلو|مرحبا|بس|اول|احجي|احكي|اتكلم|اتواصل|نحجي|تحجي|تحكي|تتكلم|تجاوبني|تسمعني|تقراها|"
    "تقرا|تستلمها|تستلم|يقراها|يقرا|يشوفها|يسمعني|يجاوبني|يرد|ترد|علي|عليه|ويه|وية|ويا|وي|مع|من|عندكم|اكو|توجد|يوجد|وياي|ويايه|معي|الي|لو|تكون|رسالتي|بلاغي|"
    "i|we|want|would|like|prefer|need|to|can|could|may|should|be|please|pls|hello|hi|speak|talk|with|a|an|the|only|is|there|"
    "read|reads|reading|see|answer|answers|it|this|me|my message|my report|by|"
    "تکایە|دەمەوێت|دەکرێت|دەتوانم|لەگەڵ|سڵاو|تەنها|قسە|بکەم|قسەبکەم|بدوێم|بێت|هەیە|بیخوێنێتەوە|بیبینێت|نامەکەم"
)
_HER: Final = (
    "شرطية|ضابطة|ضابطة شرطة|موظفة|باحثة|باحثة اجتماعية|محققة|سيدة|امراة|امراه|مراة|وحدة مرة|وحدة مره|ضابط مراة|"
    "woman|female|lady|women|woman officer|female officer|lady officer|policewoman|police woman|female police|"
    "female police officer|woman police officer|female staff|female employee|"
    "ژن|ژنێک|ئافرەت|ئافرەتێک|پۆلیسی ژن|پۆلیسێکی ژن|ئەفسەری ژن|ئەفسەرێکی ژن|کارمەندی ژن|کارمەندێکی ژن|فەرمانبەری ژن"
)
_HER_AFTER_A_WISH: Final = "مرة|مره|بنية|بنت|وحدة|اخت|نسوان"  # alone, the first of these is "once"
_NOT_HIM: Final = (
    "(?:مو|لا|وليس|موش|ما اريد|not|نەک) (?:a )?(?:شرطي|ضابط|رجل|رجال|ريال|زلمة|زلم|موظف|man|men|male|پیاو|پیاوێک)"
)
# No man shall read it: a wish for a woman too, though it names none.
_NONE_OF_THEM: Final = "ما|لا|مو|موش|بدون|بلا|no|not|dont|do not|نامەوێت|نامەوێ|نەک|با"
_HIM: Final = (
    "رجل|رجال|رجاجيل|ريال|زلمة|زلم|شرطي رجل|ضابط رجل|موظف رجل|man|men|male|males|male officer|male officers|پیاو|"
    "پیاوێک|پیاوان"
)
_NEVER: Final = "نەیخوێنێتەوە|نەیبینێت|نەخوێنێتەوە"
# What a wish to be private is made of, beside a word for it: "اريد اقدم بلاغ سري".
_FILING: Final = (
    "اريد|اريدها|نريد|ابي|احب|ممكن|اكدر|هل|رجاء|رجاءا|لو سمحتوا|اقدم|اسوي|ابلغ|اكتب|ارسل|ادز|احجي|يكون|تكون|بلاغ|بلاغي|"
    "شكوى|رسالة|رسالتي|الوضع|وضع|بشكل|i|want|would|like|to|make|send|report|message|a|an|please|in|it|be|"
    "دەمەوێت|ڕاپۆرت|ڕاپۆرتێکی|نامە|نامەیەکی|سکاڵا|سکاڵایەکی|بنێرم|بنووسم|تکایە"
)
_SURELY_PRIVATE: Final = (
    "سري جدا|سري للغاية|بلاغ سري|رسالة سرية|شكوى سرية|بلاغ مجهول|بشكل سري|بدون اسم|بلا اسم|من غير اسم|فاعل خير|"
    "بدون ما تعرفوني|ما اريد تعرفوني|ما اريد ينعرف رقمي|لا تحفظون رقمي|بە نهێنی|ژمارەم هەڵمەگرن|anonymous report"
)
# These may be strung together: "هلو شلونكم صباح الخير".
_GREETINGS: Final = (
    "السلام عليكم ورحمة الله وبركاته|السلام عليكم ورحمة الله|السلام عليكم|سلام عليكم|وعليكم السلام|سلام|السلام|هلو|"
    "هلا|هلا بيكم|هلا والله|مرحبا|مرحبا بكم|اهلا|اهلا وسهلا|صباح الخير|صباح النور|مساء الخير|مساء النور|شلونكم|"
    "شلونك|شلونج|كيف حالكم|كيف الحال|الو|يا هلا|سڵاو|سلاو|چۆنی|چۆنن|بەیانی باش|ئێوارە باش|ڕۆژ باش|"
    "جمعة مباركة|جمعة مباركة عليكم|عيد مبارك|عيدكم مبارك|رمضان كريم|رمضان مبارك|وعلى اهلكم|عليكم|كل عام وانتم بخير|"
    "اللهم صل على محمد|اللهم صل على محمد وال محمد|اللهم صل على محمد وعلى ال محمد|تجربة|تيست|test|testing|silav|"
    "hi|hello|hey|shaku maku|shako mako|شكو ماكو|"
    "good morning|good evening|salam|slm|salam alaikum|slm 3likm|hala|hlw|shlonkm|shlonak|slaw"
)
_THANKS: Final = (
    "شكرا|شكرا جزيلا|شكرا لكم|شكرا لك|الف شكر|مشكورين|مشكور|ممنون|ممنونين|منكم|الله يخليكم|الله يبارك بيكم|"
    "بارك الله بيكم|"
    "بارك الله فيكم|بارك الله بجهودكم|بارك الله|عاشت ايدك|رحم الله والديك|الله يرضى عليكم|الله يسلمكم|اخوان|اخي|"
    "استاذ|اخواني|عيوني|حبيبي|"
    "دەستتان خۆش بێت|دەست خۆش|thanks a lot|thank u|thnx|thanks alot|mashkurin|mashkoor|mashkur|mamnoon|yislamu|"
    "خوش|كلش زين|يعطيك العافية|جزاك الله خير|جزاك الله خيرا|رحم الله والديكم|عاشت ايدكم|"
    "الله يوفقكم|الله يوفقكم ويحفظكم|الله يحفظكم|الله يحفظكم ويوفقكم|ويحفظكم|ويوفقكم|"
    "الله يعطيكم العافية|يعطيكم العافية|الله وياكم|الله ينصركم|جزاكم الله خير|جزاكم الله خيرا|الله يجزيكم خير|"
    "تسلمون|تسلم|تمام|اوك|اوكي|ماشي|سوپاس|زۆر سوپاس|براکەم|برام|خوشکم|دەستخۆش|دەستتان خۆش|"
    "باشە|thanks|thank you|thank you very much|thank you so much|many thanks|thx|ok|okay|shukran|shukran jazilan|"
    "الله يطول عمركم|الله يطول بعمركم|بجهودكم|وبجهودكم|رحمة الله على والديكم|رحمة الله على والديك|"
    "رحم الله امواتكم|تحياتي|"
    "جزاكم الله الف خير|جزاكم الله كل خير|جزاك الله الف خير|الله يجزيكم الف خير|ما قصرتوا|ماقصرتوا|ممنونكم|ممنونتكم|"
    "ممنونين منكم|شكرا على الرد|الله يحميكم|الله يسلمكم ويحفظكم|الله يكون بعونكم|موفقين|بالتوفيق|احسنتم|عفية|"
    "عاشت الايادي|"
    "الله يخليك|كل الشكر|كل الشكر والتقدير|مع الشكر|مع التقدير|shukran jazeelan|god bless you all|god bless|"
    "much appreciated|i appreciate it|appreciated|bless you|cheers|زۆر سوپاستان دەکەم|سوپاستان دەکەین|"
    "خوا پاداشتتان بداتەوە|"
    "خوا خێرتان بنووسێت|خوا بتانپارێزێت|دەستتان خۆش|زۆر دەستخۆش|سڵاوی خوات لێبێت|سڵاوی خواتان لێ بێت|"
    "الكم|لكم|الك|الج|يسلمو|تسلم ايدك|تسلم ايدكم|ممتاز|حسنا|زين|ماشي الحال|god bless you|great|"
    "سوپاستان دەکەم|سوپاس بۆ ئێوە|spas|zor supas|supas"
)

# These may stand beside words of thanks, never alone: "ولدي" may begin a story.
_BESIDE_THANKS: Final = (
    "عمو|خالو|خالة|خوية|خويه|اخويه|اختي|ولدي|وليدي|يا ولدي|بنتي|كلش|هواي|جدا|كثير|من القلب|على سرعة الاستجابة|"
    "على سرعة الرد|"
    "على الاستجابة|على الرد|على ردكم|على جهودكم|على تعاونكم|على المساعدة|على مساعدتكم|على اهتمامكم|على كلشي|"
    "على كل شي|سلفا|مقدما|"
    "مرة ثانية|walidi|ammo|3ammo|5oya|khoya|for your help|for the help|for everything|for answering|for your reply|"
    "again|all|everyone|guys|sir|brother|very much|so much|a lot|in advance|بۆ یارمەتیتان|بۆ هەموو شتێک|زۆر|گیان"
)

# A sentence made of nothing but these asks how things stand: first what is asked, then of what.
_HOW_FAR: Final = (
    "شصار|شنو صار|شصار وياكم|وين وصل|وين وصلت|وين وصلتوا|وين صار|وين صارت|شكو جديد|اكو جديد|اكو شي جديد|اكو خبر|"
    "اكو اخبار|وصلتكم|"
    "وصلكم|وصلت|وصل|ليش ما رديتوا|ليش ماكو رد|ليش محد رد|محد رد|ماكو رد|لحد الان ماكو رد|لحد هسه ماكو رد|متى تردون|"
    "شوكت تردون|"
    "هل تمت معالجة|هل تم معالجة|shinu akhbar|shnu akhbar|شنو اخبار|when will someone answer|when will anyone answer|"
    "nobody answered|"
    "no one answered|when will someone answer me|شوكت الرد|متى الرد|متى يوصلني الرد|شوكت يوصلني الرد|شكو ماكو على|"
    "شكو ماكو|is there any progress|any progress|"
    "شسويتوا|اكو رد|اكو جواب|ماكو جواب|وين صرتوا|وين صار الموضوع|باشرتوا|تحركتوا|شفتوا|استلمتوا|"
    "وصلتكم الرسالة|وصلكم البلاغ|"
    "شكد باقي|كم يوم|انقرت|did you read|have you seen|did you see|did you do anything|anything new|whats happening|"
    "what is happening|"
    "what happened to|what about|still waiting|im still waiting|i am still waiting|hello any news|گەیشتە کوێ|"
    "چی لێهات|چیتان کرد|"
    "shsawwaytu|shsaweto|aku rad|aku jawab|wain sar|wen sar|shinu sar b|شنو سويتوا|سويتوا شي|شنو النتيجة|شنو الاخبار|"
    "صار شي|ما هو مصير|هل وصل|هل وصلت|هل وصلكم|"
    "هل وصلتكم|كريتوا|"
    "قريتوا|لگيتوه|لگيتوها|لكيتوه|لكيتوها|شوفولي|what happened|any news|any update|any updates|is there any news|"
    "is there any update|"
    "did you get|did you receive|have you received|have you read|have you done anything|why no reply|why no answer|"
    "no reply yet|"
    "when will you answer|when will you reply|what is the status|whats the status|status|how is|"
    "shsar|shinu sar|shnu sar|wain wisal|ween wisal|wen wisal|wain wisalat|aku shi jdid|aku jdid|aku khabar|"
    "lesh ma raddaytu|"
    "lesh maku rad|wislatkum|"
    "هیچ هەواڵ هەیە|هیچ هەواڵێک هەیە|هەواڵ هەیە|چی بوو|چی بەسەر هات|گەیشتە کوێ|بە کوێ گەیشت|نامەکەم گەیشت|"
    "بۆ وەڵام نادەنەوە|"
    "کەی وەڵام دەدەنەوە|وەڵامتان نەبوو"
)
_OF_WHAT: Final = (
    "on my|الرد|بموضوعي|بالشكوى|بطلبي|معاملتي|من امس|من البارحة|من يومين|مال|هذا|any reply|this|it|anything|"
    "بلاغي|البلاغ|بالبلاغ|ببلاغي|على بلاغي|رسالتي|الرسالة|رسائلي|برسالتي|شكواي|الشكوى|بشكواي|القضية|قضيتي|بالقضية|"
    "بقضيتي|الموضوع|"
    "بالموضوع|موضوعي|الطلب|طلبي|مالتي|مالي|علية|عليه|عليا|علي|وياي|ويانا|هسه|الان|لو لا|اليوم|رجاء|رجاءا|اخي|استاذ|"
    "من فضلكم|الله يخليكم|"
    "هلو|السلام عليكم|مرحبا|به|بيه|بيها|شي|يعني|اخوان|يا اخوان|"
    "my report|the report|my message|my case|the case|my complaint|to my report|with my report|on my report|"
    "about my report|yet|"
    "please|hello|hi|of my report|of my case|b balaghi|balaghi|bil balagh|risalti|3ala balaghi|bil mawthoo3|"
    "سکاڵاکەم|ڕاپۆرتەکەم|نامەکەم|کێشەکەم|تکایە|سڵاو|لە سکاڵاکەم|لە ڕاپۆرتەکەم|هەیە"
)
# What of these may also begin a story needs a question mark, or something that it asks about.
_BEGINS: Final = "صار شي|چی بوو|وصل|وصلت|what happened|how is|شصار"

# These ask how things stand only with a question mark: "صار شي" also begins a story.
_ASKED: Final = "صار شي|اكو شي|اكو جديد|شكو جديد|اكو خبر|شنو صار|شصار وياكم|وصل شي|چی بوو|هیچ هەواڵ|هیچ هەیە"

# A short text that begins with one of these, or holds one of them and a word for what was sent, asks to erase.
_ERASING: Final = (
    "حذف|احذف|احذفوا|احذفوها|احذفوه|احذفها|احذفه|احذفي|احذفيها|مسح|امسح|امسحوا|امسحوها|امسحوه|امسحها|امسحه|امسحي|"
    "امسحيها|امسحو|احذفو|تمسحون|تمسحوها|تحذفون|تحذفوها|سڕینەوە|بیسڕەوە|بیسڕنەوە|بسڕنەوە|بسڕەوە|delete|erase|remove"
)
# Only with a word for what was sent: "الغوا السيطرة" is a concern.
_TAKING_BACK: Final = "الغوا|الغو|الغي|الغاء|اسحب|سحب|اسحبوا|cancel|withdraw|take back|هەڵیبوەشێننەوە|هەڵبوەشێننەوە"
_TAKEN_BACK: Final = "البلاغ|بلاغي|الشكوى|شكواي|شكوتي|رسالتي|الرسالة|نامەکەم|سکاڵاکەم|report|complaint|message|it"
_REGRETS: Final = "بطلت|ما اريد شي بطلت|هونت|تراجعت|پەشیمانم|پەشیمان بوومەوە|i changed my mind|forget it"
_SENT: Final = (
    "الرسالة|الرسائل|الرسايل|رسالتي|رسائلي|رسايلي|البلاغ|بلاغي|الكلام|كلامي|كلشي|كل شي|الشكوى|شكواي|المحادثة|"
    "نامەکە|نامەکەم|هەمووی|هەموو|it|all|everything|this|message|messages|report"
)
# What others hold is not ours to erase: "احذفوا صوري من صفحته" is a concern.
_NOT_OURS: Final = (
    "صور|صورة|صوري|صورتي|الصور|الصورة|فيديو|الفيديو|فيديوهات|حساب|الحساب|حسابي|حسابه|صفحة|صفحته|الصفحة|منشور|المنشور|"
    "مقطع|المقطع|تعليق|وێنە|وێنەکان|وێنەکانم|ڤیدیۆ|photo|photos|picture|pictures|pics|video|videos|account|page|post"
)
_PLEASE: Final = (
    "رجاء|رجاءا|ارجوكم|ارجوك|بليز|بلا زحمة|من فضلكم|من فضلك|الله يخليكم|دخيلكم|اريد|اريدكم|ممكن|تكدرون|تکایە|"
    "please|pls|plz|can you|could you|i want to|i want you to"
)
_ERASE_WORDS: Final = 6

# In answer to "where?": no wish, or no way, to say it.
_UNSAID: Final = (
    "لا|كلا|ما اعرف|ماعرف|ما ادري|مادري|لا اعرف|لا ادري|ما اعرف وين|ما ادري وين|ما اعرف المكان|ما اريد اكول|ما اريد|"
    "ما اكدر اكول|ما اكول|ما احب اكول|ما اريد احجي وين|نازانم|نازانم لە کوێیە|نامەوێت|نامەوێت بڵێم|نەخێر|no|"
    "i dont know|i do not know|dont know|no idea|idk|i dont want to say|i cant say|nizanim|ez nizanim|ma adri|ma a3ruf"
)

# Letters that keyboards and habits exchange; hamza carriers fall to their letter when marks are dropped.
_SAME: Final = str.maketrans(
    {"ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه"}
)
# Sorani is typed on Arabic keyboards too. No Arabic word has these letters, so only Kurdish is compared more loosely.
_ON_OTHER_KEYBOARDS: Final = str.maketrans({"ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ێ": "ی", "ە": "ه"})
_INVISIBLE: Final = re.compile(r"[\u0640\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['\u2019](?=\w)")  # "don't" is one word
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")  # "الووو": three of a letter are one, drawn out
_LONGEST: Final = 60  # no command is longer; a long text is not folded in vain
_DIGIT: Final = re.compile(r"\W*(\d{1,2})\W*")


def fold(text: str) -> str:
    """For comparing words: no marks, punctuation or invisible signs; letter variants and drawn-out letters made one."""
    plain = letters(unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold())
    plain = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", plain))
    return " ".join(_STRETCHED.sub(r"\1", plain).split())


def letters(pattern: str) -> str:
    """A regular expression for folded text: each letter as `fold` makes it, all else left as it is."""
    plain = unicodedata.normalize("NFKD", pattern)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_SAME)


def loose(folded: str) -> str:
    """Folded text with the letters that only Kurdish keyboards have as others write them: "راگرتن" for "ڕاگرتن"."""
    return folded.translate(_ON_OTHER_KEYBOARDS)


def _key(text: str) -> str:
    return loose(fold(text))


def _folded(phrases: str) -> frozenset[str]:
    """The phrases between bars as `fold` makes them and, for texts compared more loosely, as `loose` does."""
    strict = frozenset(fold(phrase) for phrase in phrases.split("|"))
    return strict | frozenset(map(loose, strict))


def _table() -> Mapping[str, Intent]:
    return {key: intent for intent, phrases in _WORDS.items() for key in _folded(phrases)}


def alternatives(phrases: str) -> str:
    """The phrases between bars as the inside of a group of a regular expression, folded, the longest first."""
    return "|".join(map(re.escape, sorted(_folded(phrases), key=len, reverse=True)))


def _strung(phrases: str, *, beside: str = "") -> re.Pattern[str]:
    one = alternatives(phrases)
    more = alternatives(f"{phrases}|{beside}") if beside else one
    return re.compile(rf"(?:{one})(?: (?:{more}))*")


_NAMES: Final[Mapping[str, Intent]] = {intent.value: intent for intent in Intent}
# What a menu of commands may name in English, beside the words above.
_TYPED: Final = frozenset(
    {"help", "status", "add", "new", "language", "stop", "resume", "erase", "wipe", "behalf", "private"}
)
_EXACT: Final = _table()
_HIDDEN: Final = alternatives(_WORDS[Intent.PRIVATE])
_PRIVATELY: Final = re.compile(
    rf"(?:(?:{alternatives(_FILING)}) )+(?:(?:{_HIDDEN})(?: |$))+(?:(?:{alternatives(_FILING)})(?: |$))*"
)
# A word for it, marked off from what follows; some say so much that they need no mark.
_PRIVATE_FIRST: Final = re.compile(r"\s*([^:،,.\n\-–—]{2,40}?)\s*[:،,.\n\-–—]+\s*(?=\S)")
_PRIVATE_PLAINLY: Final = re.compile(rf"(?:{alternatives(_SURELY_PRIVATE)}) ")
_GREETING: Final = _strung(_GREETINGS)
_THANKING: Final = _strung(f"{_THANKS}|{_GREETINGS}", beside=_BESIDE_THANKS)
_QUESTION: Final = _folded(_ASKED)
_STANDING: Final = re.compile(
    rf"(?:(?:{alternatives(_OF_WHAT)}) )*(?P<ask>{alternatives(_HOW_FAR)})(?: (?:{alternatives(_OF_WHAT)}))*"
)
_DOUBTFUL: Final = _folded(_BEGINS)
_OWN_WORD: Final = re.compile(rf"(?:{alternatives(_MY_WORD)}) (\w+)")
_WOMAN: Final = re.compile(
    rf"(?:(?:{alternatives(_WISHING)}) )*(?:{alternatives(_HER)})(?: (?:{alternatives(_WISHING)}))*"
    rf"(?: {loose(letters(_NOT_HIM))})?"
    rf"|(?:(?:{alternatives(_WISHING)}) )+(?:{alternatives(_HER_AFTER_A_WISH)})"
    rf"(?: (?:{alternatives(_WISHING)}))*(?: {loose(letters(_NOT_HIM))})?"
    rf"|(?:(?:{alternatives(_WISHING)}) )*(?:{alternatives(_NONE_OF_THEM)}) (?:(?:{alternatives(_WISHING)}) )*"
    rf"(?:{alternatives(_HIM)})(?: (?:{alternatives(_WISHING)}|{alternatives(_NEVER)}))*"
)
_PATTERNS: Final = (
    (_GREETING, Intent.GREETING),
    (_THANKING, Intent.THANKS),
    (_WOMAN, Intent.WOMAN),
    (_PRIVATELY, Intent.PRIVATE),
)
_SIGNS_OF_THANKS: Final = frozenset("👍🙏❤💙💚🌹🌷👌😊☺🤍💐✅🤝👏😍♥\ufe0f\u200d🏻🏼🏽🏾🏿")
# "هلو منو وياي": asked for with a greeting before it.
_GREETED: Final = re.compile(rf"(?:(?:{alternatives(_GREETINGS)}) )+")
_AFTER_A_GREETING: Final = frozenset({Intent.HELP, Intent.ASK, Intent.STATUS, Intent.LANGUAGE, Intent.ADVICE})
_PAYLOAD: Final = re.compile(r"\s*/start(?:@\w{1,64})?(?:\s+([!-~]{1,512}))?\s*", re.IGNORECASE)
_ORIGIN: Final = re.compile(r"f_([A-Za-z0-9_-]{1,62})")  # the carrier allows 64
# With a slash this is not the word that erases: it clears the chat.
_WIPING: Final = _folded("مسح|امسح|wipe|clear|سڕینەوەی چات|سڕینەوە چات")
_ERASE_FIRST: Final = re.compile(
    rf"(?:(?:{alternatives(_PLEASE)}) )*(?:{alternatives(_ERASING)}|{alternatives(_REGRETS)})(?!\w)"
)
_ERASE_VERB: Final = re.compile(rf"(?<!\w)(?:{alternatives(_ERASING)})(?!\w)")
_TAKES_BACK: Final = re.compile(
    rf"(?:(?:{alternatives(_PLEASE)}) )*(?:{alternatives(_TAKING_BACK)}) (?:my )?(?:{alternatives(_TAKEN_BACK)})"
)
_ERASE_SENT: Final = re.compile(rf"(?<!\w)(?:{alternatives(_SENT)})(?!\w)")
_ERASE_OTHERS: Final = re.compile(rf"(?<!\w)[وبل]?(?:{alternatives(_NOT_OURS)})(?!\w)")
_WILL_NOT: Final = tuple(fold(word) + " " for word in ("ما اريد اكول", "ما اكدر اكول", "ما اريد احجي", "ما اعرف وين"))
_DECLINED: Final = _folded(_UNSAID)
_NEW: Final = tuple(_key(word) + " " for word in ("بلاغ جديد", "شكوى جديدة", "نامەی نوێ", "ڕاپۆرتی نوێ", "new report"))


def intent(text: str, choice: str) -> Intent | None:
    """What a whole text, or a tapped choice, commands; None when it does not command."""
    if choice:
        return _tapped(choice)
    if text.lstrip().startswith("/"):
        return _slashed(text)
    if len(text) > _LONGEST:
        return None
    key = _key(text)
    if key in _EXACT:
        # "سري؟" asks whether it is.
        asks = _EXACT[key] is Intent.PRIVATE and text.rstrip().endswith(("?", "؟"))
        return Intent.ASK if asks else _EXACT[key]
    if asks_how_far(text):
        return Intent.STATUS
    worded = _worded(key)
    if worded is not None:
        return worded
    return Intent.NOD if text.strip() and set(text) - {" "} <= _SIGNS_OF_THANKS else None


def _worded(key: str) -> Intent | None:
    """What is made of words that may be strung together, or asked for with a greeting before it; folded."""
    for pattern, meant in _PATTERNS:
        if pattern.fullmatch(key):
            return meant
    greeted = _GREETED.match(key)
    asked = _EXACT.get(key[greeted.end() :]) if greeted is not None else None
    return asked if asked in _AFTER_A_GREETING else None


def _slashed(text: str) -> Intent | None:
    """A command with a slash. Words behind it are no part of it: then it is a text like any, and none of it is lost."""
    if _PAYLOAD.fullmatch(text):
        return Intent.START
    name, _, more = text.strip()[1:].partition(" ")
    if more.strip() or len(name) > _LONGEST:
        return None
    key = _key(name.partition("@")[0].replace("_", " "))
    if key in _WIPING:
        return Intent.WIPE
    return _EXACT.get(key) or (_NAMES.get(key) if key in _TYPED else None)


def origin(text: str) -> str:
    """The office that a link or a poster names ("/start f_BG-shula"), unchecked; "" when it names none."""
    payload = _PAYLOAD.fullmatch(text)
    named = _ORIGIN.fullmatch(payload[1] or "") if payload else None
    return named[1] if named else ""


def asks_how_far(text: str) -> bool:
    """Whether a text asks how a report stands, and tells nothing: "شصار ببلاغي", "any news about my report?"."""
    key, question = _key(text), text.rstrip().endswith(("?", "؟"))
    if key in _QUESTION:
        return question
    found = _STANDING.fullmatch(key)
    return found is not None and (question or found["ask"] not in _DOUBTFUL or found["ask"] != key)


def _tapped(choice: str) -> Intent | None:
    match choice.split(":"):
        case ["v1", "cmd", name]:
            return _NAMES.get(name)
        case ["v1", "for", "other"]:
            return Intent.BEHALF
        case ["v1", "claim", _]:
            return Intent.CLAIM
        case ["v1", "noted"]:
            return Intent.NOTED
        case _:
            return None


def asks_to_erase(text: str) -> bool:
    """Whether a short sentence asks to erase what was sent: "امسحوا الرسالة بسرعة ابوي اجه"; not what others hold."""
    if len(text) > _LONGEST:
        return False
    key = _key(text)
    if len(key.split()) > _ERASE_WORDS or _ERASE_OTHERS.search(key):
        return False
    if _TAKES_BACK.fullmatch(key):
        return True
    return bool(_ERASE_FIRST.match(key) or (_ERASE_VERB.search(key) and _ERASE_SENT.search(key)))


def own_word(text: str) -> str:
    """The one word that somebody chooses, folded, in "كلمتي زيتون"; "" where none or more than one is named."""
    found = _OWN_WORD.fullmatch(fold(text)) if len(text) <= _LONGEST else None
    return found[1] if found else ""


def starts_with_answer(text: str) -> bool:
    """Whether a text begins with a yes or a no, as answers to a question do."""
    first = _key(text[:_LONGEST]).split()[:1]
    return bool(first) and _EXACT.get(first[0]) in {Intent.YES, Intent.NO}


def declines(text: str) -> bool:
    """Whether a text says that its writer cannot or will not tell: "ما اعرف", "ما اريد اكول وين"."""
    if len(text) > _LONGEST:
        return False
    key = _key(text)
    return key in _DECLINED or key.startswith(_WILL_NOT)


def opens_private(text: str) -> bool:
    """Whether a text begins with the wish to be private and goes on to tell: "سري: …", "بلاغ مجهول …"."""
    first = _PRIVATE_FIRST.match(text)
    if first is not None and intent(first[1], "") is Intent.PRIVATE:
        return True
    return _PRIVATE_PLAINLY.match(fold(text[:_LONGEST])) is not None


def opens_new(text: str) -> bool:
    """Whether a text announces another report and goes on to tell it: "بلاغ جديد: …"."""
    return _key(text[:_LONGEST]).startswith(_NEW)


def digit(text: str) -> int | None:
    """A number of one or two digits, of any script, typed alone: "٢", "۲", "2", "2.", "2️⃣" are 2; else None."""
    found = _DIGIT.fullmatch(_INVISIBLE.sub("", text.replace("\u20e3", ""))) if len(text) <= _LONGEST else None
    return int(found[1]) if found else None
