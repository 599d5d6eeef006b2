"""How a message leans on what was told before: it goes on, points back, describes, or speaks to us about it."""

import re
from typing import Final

from bot import commands

_SAME: Final = "نفس|بنفس|same|هەمان|nafs|nafsa"
# "السيارة نفسها", but not "يموت نفسه".
SELF: Final = re.compile(commands.letters(r"ال\w+ نفس(?:ه|ها|هم)(?!\w)"))
# "عندي تسجيل": what somebody has to show for what they told.
PROOF: Final = re.compile(
    commands.letters(
        r"(?:\w+ ){0,3}?(?:و?عندي|و?عندنا|و?عدنا|و?اكو|3indi|3idna|i have|we have) (?:\w+ )?"
        r"(?:تسجيل|تسجيلات|فيديو|فديو|صورة|صور|كاميرا|كاميرات|شاهد|شهود|دليل|ادلة|اوراق|الاوراق|سند|السند|وثائق|"
        r"رقمه|video|photos|pictures|proof|camera|witness)(?!\w)|"
        r"(?:و?اخذت|و?سويت|و?عندي) (?:سكرين\w*|لقطة)|"
        r"و?(?:صورته|صورتها|صورتهم|صورنا|صورناه|صورناهم|سجلت|سجلتله|سجلتلهم)(?!\w)|"
        r"i (?:took|have) (?:a |the )?(?:screenshot|photo|picture|video)s?(?!\w)"
    )
)
# What a description begins with: a number, a colour, a size, a dress.
DESCRIBES: Final = re.compile(
    commands.letters(
        r"(?:\d+|واحد من|اثنين|ثنين|ثلاثة|تلاثة|اربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع|عشر|"
        r"احمر|اسود|ابيض|ازرق|اخضر|اصفر|رصاصي|جوزي|حمرة|سودة|بيضة|زركة|خضرة|صفرة|حمراء|سوداء|بيضاء|زرقاء|طويل|طويلة|"
        r"قصير|قصيرة|سمين|ضعيف|اسمر|اشقر|نوع|موديل|اسم|رقم|لون|عمر|لابس|لابسة|ڕەش|سپی|سوور|شین|red|black|white|blue|"
        r"tall|short|about|around|aswad|abyadh|a7mar)(?!\w)"
    )
)

# What goes on with what was said, at the beginning.
_SURELY: Final = (
    "نسيت|ونسيت|بعد شي|اضافة|اضافه على|بالاضافة|للعلم|للتوضيح|توضيح|تصحيح|تكملة|تتمة|اقصد|قصدي|ملاحظة|تحديث|بخصوص|"
    "بالنسبة|نفس|بلاغي|ببلاغي|شكواي|بشكواي|my report|"
    "i forgot|forgot|update|correction|i mean|regarding|about my|follow up|بیرم چوو|لەبیرم چوو|لەبیرم کرد|"
    "بیرمچوو|سەبارەت|nseet|nesit|nsit|niseet|tas7ee7|qasdi"
)
_ALSO: Final = (
    "خصوصا|دائما|دايما|اخر مرة|كل يوم|يوم|الساعة|من يومها|من وقتها|بعدين|وبعدين|صار هذا|هذا صار|since|every|always|"
    "last time|then|"
    "هەموو|وهم|وهمين|همين|هم|وبعد|بعد|كذلك|وكذلك|ايضا|وايضا|يعني|بس|لكن|لان|لانه|حتى|وحتى|بالمناسبة|لحد|الى الان|"
    "also|and|"
    "plus|"
    "btw|by the way|but|because|so|still|again|هەروەها|دیسان|هێشتا|بەڵام|چونکە|w|hamm|ham|bas|ba3ad|la2an|laan|7atta|"
    "yaani|ya3ni"
)
# Words that begin with "and" only to the eye.
WAW: Final = frozenset(
    commands.fold(
        "ولد ولدي ولدنا ولدهم واحد واحدة وحده وحدة وين وينكم ورا وراء وره والله وكيل وزارة ورشة وصل وصلت وصلنا وكع "
        "وقع وكعت "
        "وقعت وكف وقف وكت وقت وجع وحش ورق ورقة وصخ وصخة وسخ وضع وضعي ويه وياه وياي ويانا والد والدة والدي والدتي "
        "والده وفاة وعد "
        "ولا ولو ولك وجدت وجدنا ودي وداعة وسط وردة وظيفة وعدني واجد وايد واكف واقف وجه وجهة ورث وراثة وصية وسام وليد "
        "وفاء "
        "وەک وتی وتم وەڵا وەڵام"
    ).split()
)

# Who or what it points at is not in it: only in what was said before.
BACK: Final = frozenset(
    commands.fold(
        "هو هي هم هما هذا هذه هاي هاذا هذوله ذوله هذول ذولة هذاك هذيج نفسه نفسها نفسهم بنفس نفس بعده بعدها بعدهم لسه "
        "لسا لساته "
        "لساتها لساتهم رجع رجعت رجعوا رجعلي يرجع عاد عادوا منه منها منهم عليه عليها عليهم وياه وياها وياهم بيه بيها "
        "عنده عندها عندهم عده عدها عدهم اله الها الهم اسمه رقمه لونه عمره شكله طوله صوته وجهه بيته امه ابوه اخوه "
        "اخته مرته "
        "سيارته تلفونه موبايله رقمة اسمة عمرة لونة حسابه صاحبه صاحبها كلهم اهله ابنه بنته زوجته جماعته ربعه محله "
        "حقيبته جنطته قميصه شعره ملابسه جسمه نوعه موديله حجمه "
        "he she they it his her hers their theirs him them its hes shes theyre itll "
        "ئەو ئەوان ئەوە ئەمە ناوی ڕەنگی تەمەنی ژمارەکەی بۆنی دەنگی هاتەوە گەڕایەوە ئەوانە "
        "huwa hiya huma homa hatha hadha hathe thola nafs nafsa lona isma raqma 3umra ba3da ba3dha ba3dhum rija3 "
        "rja3 rij3aw "
        "raja3 reja3 yirja3 3indah 3inda shakla 7asaba jismha"
    ).split()
)
# "لگيته", "ضربوه": whom somebody found or beat is not in it.
DID_IT: Final = re.compile(commands.letters(r"\w{2,}(?:يته|فته|يتها|فتها|ناها|ناه|وها)|\w{3,}(?:وه|ته)|\w{2,}وهم"))
OF_THEM: Final = re.compile(
    commands.letters(r"(?:واحد|واحدة|اثنين|قسم) من(?:هم|هن)|(?:one|two|some|both|none) of (?:them|the)|یەکێکیان")
)
THEIRS: Final = re.compile(commands.letters(r"\w{2,}(?:هم|ها|هن)"))  # "صوتهم", "طولها"
# Time and yes and no may stand before that.
ASIDE: Final = frozenset(
    commands.fold(
        "ليلة هسه هسة الان اليوم البارحة امس باجر الصبح الليلة العصر الظهر اي لا نعم لو بس كلش يمعودين اخي استاذ "
        "السلام "
        "عليكم هلو "
        "يا اخوان now today yesterday tonight yes no ئەمڕۆ ئێستا دوێنێ بەڵێ نەخێر hassa hessa halla il el "
        "yom lyom elyom"
    ).split()
)
# Verbs of somebody whom the text does not name before them: weak, for Arabic may name them after.
DOES: Final = frozenset(
    commands.fold(
        "بلغنا بلغت قدمنا قدمت راجعنا راجعت اتصلنا اتصلت خابرنا خابرت رحنا رحت اشتكينا اشتكيت دفعنا دفعت دفعناله "
        "دفعتله وديت ودينا وديناه "
        "حاولنا حاولت طلبنا كلمنا كلمته حجيت حجينا سألنا لگيت لگينا لكيت لكينا لگيناه لكيناه سوه سوا سوت سووا حرق "
        "حرقت حرقوا ضيع شال عضت "
        "قطع شتم سب هجم منع رمى شهر صاح نزل فتح قفل شغل طفى باع غير مسح ضرب طردني طردوني طلقوا كسروا حركوا حرقوا "
        "دخلوا هددوا رموا "
        "شتموا طردوا طفينا طلعنا "
        "reported called told tried went paid سرق كسر دز دزلي هدد هددني ضربني اخذ اخذت اجه اجا اجت راح طلع دخل دخلوا "
        "كاعد واكف لابس لابسة يريد تريد يطلب "
        "يكول يدز "
        "يهدد يحجي كمل زاد خابر خابرني دگ دگلي دگوا اتصل اتصلوا گال گالي گالوا قال شافني حضرني بلكني "
        "طلب طلبوا "
        "رفض يجي يجون يمر يوكف مات ماتت اعترف هرب هربوا انهزم انهزموا came went said took broke called sent wants hit "
        "هات هاتن بردی کردی گوتی وتی دەڵێت diz dazz yreed ygool yreid rima"
    ).split()
)

# The same, and so near to what was told before that hardly anybody begins with it.
DOES_AGAIN: Final = frozenset(
    commands.fold(
        "دز دزلي دزلنا خابر خابرني خابرنا اتصل دگ دگلي دگوا هددني هددوني هددونا حضرني بلكني بلوكني كالي كالولي گالي "
        "گالولي يكول يگول "
        "كال گال وعدني واعدني راسلني كتبلي"
    ).split()
)
# "يدخلون", "جايبين": somebody does it, who is not named before.
THEY_DO: Final = re.compile(
    commands.letters(r"ي\w{2,}ون|(?:جايب|كاعد|واكف|لابس|شايل|داخل|طالع|حامل|ماخذ|فاتح|قافل|حاط|مسوي)(?:ين|ة)?")
)
TRAILING: Final = frozenset(
    commands.fold(
        "منه منها منهم عليه عليها عليهم بيه بيها بيهم اله الها وياه وياها وياهم عنده عندها عدها عده that this it him "
        "her them"
    ).split()
)
# In any matter: they do not show that it is the same one.
ANYWHERE: Final = frozenset(
    commands.fold(
        "الشارع الشارعنا المنطقة المحلة الحي البيت بيت الناس الاطفال المدرسة الليل بالليل اليوم الصبح الشرطة المكان "
        "الطريق المدينة "
        "القرية السوق البارحة العالم الوقت الساعة الباب باب the and for with from that this have has near street "
        "house night day "
        "people police time every"
    ).split()
)
ARTICLE: Final = re.compile(commands.letters(r"[وفبلک]?(?:ال|لل)(\w{3,})"))
GLUED: Final = "وبلف"  # "and", "in", "to", "then"
ENDING: Final = re.compile(commands.letters(r"(?:ها|هم|نا|کم|ات|ين|ون|تي|ته|ه|ي)$"))
KURDISH_THE: Final = re.compile(commands.letters(r"(\w{3,}?)ەکە\w{0,4}$"))

IS_SAME: Final = re.compile(rf"(?<!\w)(?:{commands.alternatives(_SAME)})(?!\w)")
# "بنفس الشارع" is only near to it; "نفس السيارة" is it.
POINTS_TO_SAME: Final = re.compile(
    rf"(?<!\w)(?:{commands.alternatives(_SAME)})"
    + commands.letters(
        r"(?! (?:ال)?(?:شارع|شوارع|زقاق|فرع|حي|منطقة|محلة|مكان|قرية|سوق|سوك|بناية|عمارة|ليلة|يوم|وقت|وكت|ساعة|"
        r"street|place|area|day|night|building|شەقام|گەڕەک|شوێن)(?!\w))(?!\w)"
    )
)
GOES_ON: Final = re.compile(rf"(?<!\w)(?:{commands.alternatives(_SURELY)})(?!\w)")
# At the beginning only: "علما ان", "خصوصا", "كل ما", "because of that".
GOES_ON_FROM: Final = re.compile(
    commands.letters(
        r"(?:و?علما|و?خصوصا|و?بالخصوص|اخر مرة|صار هذا|هذا صار|كل ما|كل مرة|كلما|من وقتها|من يومها|و?بسببه\w?|نتيجة هذا|"
        r"لو على الاقل|و?اذا|لحد|بدون ما|because of|due to|last time|especially|mostly|since|until)(?!\w)"
    )
)
GOES_ON_PERHAPS: Final = re.compile(rf"(?:{commands.alternatives(_ALSO)})(?!\w)")
# "هسه", "البارحة", "last night": what has happened meanwhile.
LATELY: Final = re.compile(
    commands.letters(
        r"(?:و?هسه|هسة|اليوم|البارحة|امس|امبارح|ليلة امس|قبل شوي\w?|قبل قليل|قبل ساعة|باجر|الصبح|هذا الاسبوع|هالايام|"
        r"last (?:week|night)|yesterday|today|this morning|now|hassa|il yom|elyom|دوێنێ|ئەمڕۆ|ئێستا|ئەمشەو\w*)(?!\w)"
    )
)
# "المصابين", "الباب", "جانتاکە": with its article, and yet not said before.
_THE: Final = re.compile(commands.letters(r"(?:ال|لل)\w{3,}|\w{3,}(?:ەکە|اکە|ێکە|ەکان|یەکە)(?:ی|یان|ش|یش)?"))
# These need not have been told of: everybody knows them.
_EVERYBODYS: Final = frozenset(
    commands.fold(
        "الشارع الشوارع المجاري الكهرباء الكهربا الماي المي الماء البلدية الشرطة الزبالة النفايات المولدة المولدات "
        "المدرسة المستشفى المستوصف المنطقة المحلة الحي القرية الناس العالم الشباب الجيران الجهال الاطفال الانترنت النت "
        "الاهالي المواطنين الوالد الوالدة الحكومة الوزارة الدائرة السوق السوك الطريق الجسر السلام اليوم البارحة الليلة "
        "الصبح الساعة الان الحين الله الى الي الا اللي المعلم المعلمة الطبيب الدكتور السيطرة المرور الانارة "
        "المحولة الامانة السيد الاخ الاخوة الاستاذ المجمع المنهول الجامع street police municipality water electricity "
        "بازاڕەکە شەقامەکە ڕێگاکە قوتابخانەکە نەخۆشخانەکە"
    ).split()
)
# A short word for somebody or something told of before, anywhere in a text.
PRONOUN: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:منه|منها|منهم|عليه|عليها|عليهم|بيه|بيها|بيهم|اله|الها|الهم|وياه|وياها|وياهم|عنده|عندها|عندهم|عليهن|"
        r"منهن|هو|هي|هذا|هاي|him|her|it|them|they|he|she|his|bih|biha|minha|minna|3indah|3indha|لێی|پێی)(?!\w)"
    )
)
# "لا تتصلون", "رقمي البديل", "شنو اسوي": it speaks to us, of how to go about what was told.
ADDRESSES: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:(?:لا|ما|متى|شوكت|راح|ليش|هل|بعدكم|ممكن|تكدرون) (?:\w+ )?ت(?!لفون|كون|لفزيون|عاون)\w{2,}ون"
        r"(?:ي|ا|ه|ها|هم|لي)?|(?!انتو|انتوا|هاتو)\w{2,}(?:يتو|تو|توا|توه|توها|توهم|تولي|توني|تولنا|تونا)|اتخذتم|قمتم|"
        r"وينكم|شبيكم|ردكم|جوابكم|منكم|رقمي|رقم تلفوني|تلفون بديل|(?:ذكر|بدون|يطلع) اسمي|"
        r"شلون اثبت|شنو اسوي|شسوي|شلون اسوي|"
        r"لا ت\w{2,}ون?|لا ت\w{2,}وا|تحموني|خلوها بينا|بالسر|طمنونا|طمنوني|"
        r"(?:can|could|will|did|do|have|are|if|please) (?:you|u)|call me|contact me|my number|my name|text me|"
        r"delete|remove|احذفوا|احذفولي|"
        r"dont tell|dont call|la t\w{3,}on|raqmi|ismi|ژمارەی من|"
        r"ناوم مەهێنن|پەیوەندیم پێوە مەکەن|مەڵێن|وەرن|بنێرن|"
        r"یارمەتیم بدەن)(?!\w)"
    )
)

# "امس", "قبل اسبوع": when it happened, anywhere in a text.
RECENTLY: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:امس|البارحة|اليوم|قبل (?:يوم|يومين|اسبوع|شهر|شهرين|ساعة|شوية|قليل)|(?:الشهر|الاسبوع) الفات|هسه|"
        r"last night|yesterday|today|now|this morning|il bari7a|il yom|hassa|دوێنێ|ئەمڕۆ|پێش هەفتەیەک|ئێستا)(?!\w)"
    )
)
# "لان", "بدل ما": why it happened.
BECAUSE: Final = re.compile(
    commands.letters(r"(?<!\w)(?:لان\w*|بسبب\w*|ولهذا|لهذا|بدل ما|حتى|because|so that|li2an\w*|چونکە)(?!\w)")
)
# "كالولي", "رفضوا": what somebody answered who was told of it, or who did it.
QUOTES: Final = re.compile(
    commands.letters(
        r"(?<!\w)و?(?:كال|كالت|كالتلها|كالتلي|كالوا|كالولي|كالي|يكول|يكولون|يكولوله|قال|قالت|قالوا|طلب|طلبوا|هدد|هددوا|"
        r"رفض|رفضوا|told|says|said|gal|galo|وتی)(?!\w)"
    )
)


def is_known(word: str) -> bool:
    """Whether a word bears an article as if it had been told of, and is not what everybody knows."""
    return _THE.fullmatch(word) is not None and word not in _EVERYBODYS
