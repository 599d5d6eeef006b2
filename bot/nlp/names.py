"""Common given names of Iraq, and the words that announce or follow a name. Folded as bot.nlp.normalise.key folds."""

from typing import Final

from bot.nlp.normalise import key

_ARABIC: Final = (
    "احمد محمد محمود علي حسين حسن عباس جعفر كاظم مهدي هادي صادق باقر رضا كرار حيدر مصطفى مرتضى منتظر سجاد ذوالفقار "
    "عمر عثمان بكر خالد وليد طارق سعد سعيد سعدون فهد فيصل غازي نوري ناصر منصور ماجد مجيد حميد رشيد رشاد جاسم قاسم "
    "هاشم سالم سليم سلمان سليمان داود ابراهيم اسماعيل اسحاق يعقوب يوسف يونس ايوب عيسى موسى زكريا يحيى ادم نوح الياس "
    "عبدالله عبدالرحمن عبدالكريم عبدالحسين عبدالامير عبدالزهرة عبدالستار عبدالقادر عبدالرزاق عبدالجبار عبدالواحد "
    "ثامر ثائر صباح ضياء علاء بهاء صفاء فلاح صلاح نجاح مازن مهند مثنى قتيبة اسامة انس ليث غيث زيد زياد رعد برق عدنان "
    "قحطان غسان سرمد سنان بشار نزار عماد جواد فؤاد مراد رياض كريم رحيم نعيم عظيم شاكر باسم حازم عاصم جبار ستار غفار "
    "فاطمة زينب مريم زهراء خديجة عائشة رقية سكينة نور هدى ندى شهد رنا دنيا ايات بنين حوراء غدير سارة ياسمين دعاء "
    "اسراء سجى ضحى شيماء ميساء سناء وفاء نجلاء بان رؤى منى لمى سلمى ليلى هبة هناء امال ايمان احلام ابتسام انتصار "
    "نادية سميرة كريمة سعاد وداد بشرى ذكرى رغد تبارك مها رشا عبير سحر شروق غفران ام-البنين"
)
_KURDISH: Final = (
    "ئازاد کاروان هێمن ڕێبوار دلێر سەردار شێرکۆ هۆشیار نەوزاد فەرهاد بەختیار ئارام سۆران هاوڕێ دانا "
    "کاوە ڕێبین ژیار زانا "
    "شوان ڕزگار سیروان ئەحمەد محەمەد عەلی حەسەن عومەر عوسمان ئەمین کەریم شیلان شنۆ هێرۆ ژیان چنار تارا ڕوناک نیان "
    "بێگەرد سازان ئاواز هەڵاڵە کوێستان پەیمان"
)
_LATIN: Final = (
    "ahmed ahmad mohammed mohamed muhammad ali hussein hussain hassan haider omar mustafa karrar abbas "
    "sajad sajjad khalid "
    "zainab fatima maryam noor zahra sara huda karwan azad rebwar hemin shilan"
)

NAMES: Final = frozenset(key(name) for name in f"{_ARABIC} {_KURDISH} {_LATIN}".split())

# "عبد" and kin begin a name of two words.
NAME_BEGINNINGS: Final = frozenset(key(word) for word in "عبد ابو ام بن ابن بنت ال ئەبو".split())

# After "his name" these show that no name follows: "اسمه ما اعرفه", "اسمي ينعرف", "اسمها على البيت".
NOT_NAMES: Final = frozenset({"على"}) | frozenset(
    key(word)
    for word in (
        "ما لا مو لو او و يا اذا لان عن من في الى هو هي هم كان جان راح بس ينعرف يطلع يبين يظهر ينذكر يوصل ينكتب "
        "اريد ارجوكم رجاء سري مكتوب موجود عندي عندكم عندهم معروف مجهول مستعار وهمي حتى احد لاحد عند "
        "اعرف منو شنو وعنوانه "
        "وعنواني ورقمي ورقمه وصوري وصورتي وياه ويا بالقائمة بالبلاغ بالشكوى الحقيقي الكامل صاحب هذا هاي بيه مال كدام "
        "مەڵێن مەنووسن مەدەن نەزانن نەزانێت نییە چییە لە بە "
        "is not and the to on in unknown ma mo la account name page user post with from that about"
    ).split()
)

NAME_CUES: Final = frozenset(
    key(word)
    for word in (
        "اسمي اسمه اسمها اسمهم واسمه واسمها واسمي بأسم المدعو المدعوة يدعى تدعى ناوم ناوی ناوە ناوێ "
        "ismi ismah isma ismha"
    ).split()
)
NAME_PHRASES: Final = frozenset({("name", "is"), ("is", "called"), ("is", "named")})

# A known name after one of these is a person's: "الضابط احمد", "ابو حسين".
TITLES: Final = frozenset(
    key(word)
    for word in (
        "الضابط النقيب الرائد المقدم الملازم العميد العقيد اللواء المفوض العريف الشرطي المنتسب الدكتور دكتور "
        "الاستاذ استاذ المعلم الشيخ شيخ السيد الحاج حجي المختار المدير القاضي المحامي officer captain mr dr"
    ).split()
)
KUNYA: Final = frozenset(key(word) for word in "ابو ام ئەبو abu umm".split())

# "the street called X": a place has a name too, and it is no secret.
NAMED_PLACES: Final = frozenset(
    key(word)
    for word in (
        "منطقة المنطقة قرية القرية شارع الشارع محلة المحلة حي الحي مدرسة المدرسة محل المحل مطعم المطعم كافيه "
        "الكافيه ناحية الناحية مدينة المدينة جامع الجامع صفحة الصفحة كروب الكروب قناة القناة شركة الشركة"
    ).split()
)
