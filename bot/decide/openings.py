"""How a message begins that tells a matter of its own: it announces one, complains, introduces somebody, says where."""

import re
from typing import Final

from bot import commands

# A matter, and "another": "موضوع ثاني", "مشكلة جديدة", "another issue", "بابەتێکی تر".
_MATTERS: Final = (
    "موضوع|الموضوع|مشكلة|المشكلة|قضية|بلاغ|شكوى|شغلة|سالفة|حالة|حادثة|امر|mawthoo3|mawdoo3|mawtho3|mawdu3|mawduu3|"
    "mawthu3|"
    "mushkila|mushkla|mushkle|balagh|qadhiya|shakwa|salfa|issue|matter|problem|report|complaint|topic|subject|case|"
    "story|"
    "بابەتێکی|کێشەیەکی|ڕاپۆرتێکی|سکاڵایەکی|شکاتێکی|نامەیەکی|ڕووداوێکی|کێشەی|بابەتی"
)
_OTHER: Final = (
    "ثاني|ثانية|تاني|تانية|اخر|اخرى|غير|جديد|جديدة|مختلف|مختلفة|thani|thany|thanya|thania|tani|tanya|jdid|jadid|jdida|"
    "تر|تری|دیکە|نوێ|جیاواز|جیا"
)
_ANOTHER: Final = "another|different|separate|unrelated|new|second|other|غير|gheir|gher|ghair"
_APART: Final = (
    "شي ثاني ماله علاقة|ماله علاقة|مالها علاقة|ما له علاقة|بعيد عن الموضوع|غير شي|something else|nothing to do with|"
    "ابلغ عن شي ثاني|ابلغكم عن شي ثاني|on another note|شتێکی تر|شتێکی دیکە"
)
# A matter that is only said to be there: "اكو شغلة", "عندي مشكلة", "i have a problem".
OFFERS: Final = re.compile(
    commands.letters(
        r"(?:\w+ )?(?:و?اكو|عندي|عدنا|عندنا|و?اريد|هەیە|aku|ako|3indi|there is|i have) (?:بعد |هم |فد |a )?"
        r"(?:شي|شغلة|شغله|مشكلة|مشكله|موضوع|سالفة|سالفه|قضية|قضيه|shi|shaghla|mushkila|problem|issue|matter)"
    )
)
# "حفرة ثانية", "جارنا الثاني": a thing without an article, or one's own, and another of it. Not "مرة ثانية", again.
SECOND: Final = re.compile(
    commands.letters(
        r"(?:(?!(?:مرة|مره|ليلة|ليله|يوم|ساعة|ساعه|نوبة|ال\w+) )\w{3,} "
        r"(?:ثاني|ثانية|ثانيه|ثانين|لخ|اخر|اخرى|اخرين|مثلها|مثله|thani|thanya|دیکە|تر)|"
        r"\w{3,}(?:نا|ي) الثاني(?:ة)?)(?!\w)"
    )
)
WANTS: Final = re.compile(r"(?:i|we) (?:want|need|would|wanna)(?!\w)")

# Something that was not there before.
THERE: Final = frozenset(
    commands.fold(
        "وعندنا وعدنا وعندي واكو وماكو وشفت "
        "اشتكي اقدم شكوى بلاغ مطلوب نطالب ابلغكم انخطف انسرق انسرقت انباك انسد انضرب انقطع انقطعت انفجر انفجرت اكو "
        "ماكو شكو يوجد توجد هناك عندي عندنا عدنا عدي شفت شفنا نريد ابلغ ابلغكم انبلغ احب اود تعرضت تعرضنا "
        "ارجو نرجو نناشد there "
        "هەیە نییە دەمەوێت aku ako maku shaku wa7id wahid fi 3indi 3idna shifit shift areed"
    ).split()
)
# "هاوسەرەکەم", "شەقامەکەمان": my husband, our street.
KURDISH_MINE: Final = re.compile(commands.letters(r"\w{2,}(?:ەکەم|ەکەمان|اکەم|اکەمان)"))
# People and things without an article: at the very beginning a story begins with them.
SOMEBODY: Final = frozenset(
    commands.fold(
        "واحد واحدة شخص رجال مرة بنية طفل طفلة شباب ناس عصابة مجموعة جماعة سيارة عشيرتين someone somebody a an some two"
    ).split()
)
# "بنت الجيران", "عمام الايتام": somebody, by whose they are.
SOMEBODYS: Final = re.compile(
    commands.letters(
        r"(?:ابن|بنت|بنات|ولد|اولاد|طفل|مرت|مرة|زوجة|زوج|رجل|ام|ابو|اخو|اخت|اخوان|عمام|خوال|اهل) "
        r"(?:ال\w{3,}|جيراننا|جارنا)(?!\w)"
    )
)
INDEFINITE: Final = re.compile(commands.letters(r"\w{2,}(?:ێک|یەک)"))
# One's own people and things, whom a story begins with.
_OWN: Final = (
    r"(?:زوج|زوجت|رجل|جوز|مرت|جار|جارت|جيران|اب|ابو|ام|اخ|اخو|اخت|خوات|اخوان|ابن|بنت|بنات|ولد|اولاد|جهال|عم|عمت|عمام|خال|"
    r"خالت|خوال|جد|جدت|حما|حمات|صهر|نسيب|عديل|سلفت|خطيب|خطيبت|طليق|طليقت|صديق|صديقت|زميل|زميلت|صاحب|صاحبت|مدير|مديرت|استاذ|"
    r"ربع|عايلت|عائلت|موبايل|تلفون|سيارت|ماطور|دراجت|محل|بيت|شارع|منطقت|مدرست|قريت|محلت|عمارت|زقاق)(?:ي|ية|يه|نا|انا)"
)
MINE: Final = re.compile(
    commands.letters(
        rf"{_OWN}|بابا|ماما|my|our|ours|برام|باوکم|دایکم|خوشکم|هاوڕێم|مامم|خاڵم|ژنم|مێردم|دراوسێم|هاوڕێیەکم|"
        r"zawji|zawjti|marti|jari|jarti|jarna|jirann?a|ibni|binti|ukhti|akhuya|abuya|ummi|3ammi|3amti|khali|khalti|"
        r"mobaili|sayarti|siyarti|motory"
    )
)

# "انسرق", "لكيت", "صار": verbs that stories of harm begin with, though nobody is named before them.
BEGINS: Final = frozenset(
    commands.fold(
        "سرقوا سرق باكوا باك باگوا باگ انباك انسرق انسرقت انباكت خطفوا انخطف ضربوا ضربني ضربوني هجموا هجم نصب نصبوا "
        "كسروا قتلوا رموا رمي طعنوا لقينا لكينا لكيت لقيت لگيت لگينا شفت شفنا شاهدت عثرنا وجدنا وجدت صار حصل حدث تعرضت "
        "تعرضنا ضاع ضاعت فقدت فقدنا اختفى طلعت دخل وكع وكعت وقع انفجر انفجرت bagaw bagou inbag insirag insaraq"
    ).split()
)
# "اريد اشتكي على", "نود اعلامكم": it says that it reports.
REPORTS: Final = re.compile(
    commands.letters(
        r"(?:\w+ ){0,2}(?:(?:اريد|نريد|احب|اود|نود|نحب|ارغب|حاب) (?:ان )?(?:ا|ن)?(?:شتكي|بلغ|خبر|قدم|علام)\w*|ابلغكم|"
        r"نعلمكم|احيطكم|نناشد|(?:منو|وين) (?:ا|ن)شتكي|(?:i|we) (?:want|need|would like) to (?:report|complain)|"
        r"دەمەوێت سکاڵا)"
    )
)
# "بالسوك", "يم الجامع", "near": whoever begins a story says where it is, in words if by no name.
LOCATES: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:ب(?:ال)?(?:شارع\w*|حي|محل\w*|منطق\w*|سوق|سوك|مدرس\w*|جامع\w*|مستشفى|مول|تقاطع|كراج|زقاق\w*|مجمع|"
        r"قري\w*|باص|حديقة|متنزه|دائرة|ناحية|قضاء|نهاية|راس|بستان|نهر|شط)|يم|قرب|مقابل|ورا|near|next to|behind|"
        r"in front of|yem|لە|نزیک|بەردەم)(?!\w)"
    )
)
# "شي ثاني" alone may only have happened; "اكو شي ثاني" is another matter.
_SOMETHING: Final = commands.letters(
    r"(?:و?اكو|عندي|عدنا|عندنا|aku|ako|3indi|there is|i have) (?:\w+ )?(?:شي|shi|thing)"
)
ANNOUNCES: Final = re.compile(
    rf"(?<!\w)(?:و?(?:{commands.alternatives(_MATTERS)}|{_SOMETHING}) (?:{commands.alternatives(_OTHER)})|"
    rf"(?:{commands.alternatives(_ANOTHER)}) (?:{commands.alternatives(_MATTERS)})|"
    rf"(?:{commands.alternatives(_APART)}))(?!\w)"
)
