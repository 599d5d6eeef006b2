"""The words that announce a name, and those that show that none follows. As keys."""

from collections.abc import Iterable
from typing import Final

from bot.nlp.normalise import key


def folded(word: str) -> str:
    """The key of a word, with ق kept apart from ك: "قرار" (a decision) is no "كرار"."""
    return key(word.replace("ق", "ڨ"))


def _keys(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split() for fold in (folded, key))


def _phrases(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(word) for word in phrase.split()) for phrase in phrases for fold in (folded, key))


# After these stands a name, known or not. (ناوی also means "in the name of", so it is with the kin below.)
NAME_CUES: Final = _keys(
    "اسمي اسمه اسمها اسمهم واسمه واسمها واسمي الاسم المدعو المدعوة يدعى تدعى اسمم يسمونه يسمونها نسميه سموها سموه "
    "ينادوله ينادونه ناداه يگولوله ملقب الملقب يلقب التوقيع بياناتي ناوم "
    "ismi ismah isma ismha esmi esma esmah esmha ismy adım adı ismim isim"
)
NAME_PHRASES: Final = _phrases(
    (
        "name is",
        "is named",
        "is called",
        "call me",
        "goes by",
        "known as",
        "his name",
        "her name",
        "my name",
        "الاسم الكامل",
        "الاسم الثلاثي",
        "اسمه الحقيقي",
        "اسمه الثلاثي",
        "اسمه الكامل",
        "اسمها الكامل",
        "اسم من",
        "مقدم الشكوى",
        "صاحب الشكوى",
        "اسم المشتكي",
        "اسم المشكو منه",
        "اسم المفقود",
        "اسم المفقودة",
        "اسم البنت",
        "اسم الولد",
        "اسم الطفل",
        "اسم الطفلة",
        "اسم المتهم",
        "اسم الضحية",
        "اسم المريض",
        "اسم السائق",
        "اسم المختطف",
        "اسم المبتز",
        "اسم ابوه",
        "اسم ابوها",
        "اسم امه",
        "اسم امها",
        "اسم اخوه",
        "اسم زوجها",
        "اسم زوجي",
        "اسم ابني",
        "اسم بنتي",
        "اسم جدي",
        "اسم والدي",
        "نافي من",
        "نافي وي",
        "ناڤێ وێ",
        "nave min",
        "nave wi",
        "nave we",
        "معروف باسم",
        "معروف بأسم",
    )
)
KURMANJI_NAME: Final = "nave"  # "navê keça min Zîn": a word or two stand between
KURMANJI_OWNERS: Final = frozenset({"min", "wi", "we", "te"})

# After these a word is a name only when it is a known one.
_RELATIVES: Final = (
    "زوج زوجت رجل ابن ابنت بنت ولد اب ام اخ اخو اخت خو خيت عم عمت خال خالت جد جدت حفيد حفيدت شقيق شقيقت والد والدت "
    "خطيب خطيبت نسيب حما حمات كنت مرت حرمت طليق طليقت جار جارت صديق صديقت رفيق صاحبت زميل زميلت ابو امرات عشيق "
    "حبيب اخوان"
)
_OWNERS: Final = ("ي", "ه", "ها", "هم", "نا", "ك", "كم", "ج", "يه", "تي", "")
_OTHERS: Final = (
    "زوجة مرت عمو خالو جارنا جارتنا الطفل الطفلة الشاب الشابة المتهم المتهمة عليه عليها السجين السجينة القتيل "
    "الجريح الضحية السائق سائق السايق "
    "العامل العاملة الخادمة المستأجر المؤجر الدلال المهرب الموظف الموظفة المواطن المواطنة المرحوم المرحومة المعلمة "
    "المدرس المدرسة الطالب "
    "الطالبة التلميذ التلميذة الولد البنت البنية المخطوف المخطوفة المفقود المفقودة المريض المريضة المجرم الحرامي "
    "المبتز النصاب البكر الچبيرة "
    "الصغير الصغيرة الكبيرة الكبير معكم معاكم وياكم المدعى المشتكي ناوی ناوە ناوێ "
    "مێردەکەم کوڕەکەم کچەکەم برام براکەم خوشکم باوکم دایکم هاوسەرەکەم هاوڕێکەم مامۆستا کاک خاتوو پۆلیس مامم پوورم "
    "کچم کوڕم "
    "husband wife brother sister son daughter cousin uncle aunt friend neighbour neighbor boss landlord teacher "
    "father mother "
    "driver fiance boyfriend employer client regards mr mrs ms miss sir "
    "zouji zoji zawji rajli zowji ibni bnti binti bintee axoya akhoya akhuya 5oya khoya ukhti o5ti okhti jarna "
    "jaarna sadeeqi "
    "sadiqi 3ammi khali 5ali akhi kocam kardeşim komşumuz oğlum kızım abim ablam eşim mamoste hevjine bira xwişka "
)
KIN: Final = (
    frozenset(
        fold(word + owner)
        for word in _RELATIVES.split()
        for owner in _OWNERS
        for fold in (folded, key)
        if word + owner != "ام"
    )
    | (_keys(_OTHERS))
) - _keys("ابو ام أبو أم")
LIST_PHRASES: Final = _phrases(
    (
        "ناوی من",
        "ناوی تەواوی",
        "ناوێ من",
        "مع الشكر",
        "مع التقدير",
        "مع التحيات",
        "hevjine min",
        "biraye min",
        "xwiska min",
        "kece min",
        "keca min",
        "kure min",
        "bave min",
    )
)
TITLES: Final = _keys(
    "الضابط ضابط النقيب نقيب الرائد المقدم الملازم ملازم العميد العقيد عقيد اللواء المفوض العريف عريف الشرطي شرطي "
    "المنتسب الدكتور دكتور "
    "الدكتورة دكتورة الاستاذ استاذ الاستاذة استاذة المعلم الشيخ شيخ السيد سيد السيدة الحاج الحجي حجي الحجية حجية "
    "الحاجة الست ست ملا الملا "
    "المختار المدير المديرة القاضي المحامي المحامية الكابتن كابتن الخالة العم الخال العمة المهندس المقاول الصراف "
    "الخياط العلوية مام "
    "officer captain colonel major sergeant sheikh shaikh sayid sayed haji hajji ustath ustad dr doctor mr mrs ms "
    "dhabu6 thabi6 shurti "
    "7aji 7ajji sheikh"
)
INTRODUCTIONS: Final = _keys("اني انا أني باسم بأسم ez ana ani im am ben")  # "I am …": a known name and no mere word
INTRODUCING: Final = _phrases(("this is", "i am"))
# "the owner of the shop Karam": a head, its noun, and then a known name.
HEADS: Final = _keys(
    "صاحب صاحبة مدير مديرة شرطي وكيل قائد سائق سايق حارس رئيس مسؤول ابن بنت رجل مرت زوجة زوج ام اخو اخت ولد مختار "
    "دكتور موظف عامل ضابط "
    "معاون امر آمر زعيم الشرطي"
)
KUNYA: Final = _keys("ابو ام أبو أم ئەبو abu abo um umm om")
LINKS: Final = _keys("بن ابن بنت bin bint")

# "علي" before one of these is Ali; before a noun it is "on".
PARTICLES: Final = _keys(
    "من في الى الي عن و او لو بس لان لأن اذا ما هو هي اني كان جان راح مو وما واني وهو وهي هم عند اخو ابن ابو"
)
NOT_NAMES: Final = _keys(
    "ما لا مو لو او و يا اذا لان عن من في الى هو هي هم كان جان چان راح بس ينعرف يطلع يبين يظهر ينذكر يوصل ينكتب "
    "اريد ارجوكم رجاء سري مكتوب "
    "موجود عندي عندكم عندهم عند معروف مجهول مستعار وهمي حتى احد لاحد لحد اعرف منو شنو وعنوانه وعنواني ورقمي ورقمه "
    "وصوري وصورتي وياه ويا "
    "الحقيقي الكامل الثلاثي صاحب هذا هاي هاذا بيه بيها مال كدام كلش كل ولا والله ماكو اكو ابد ابدا طلع غلط صح مكرر "
    "يمكن حاليا هسه هسع الان يجي خلص نفسه مربوط عميل محامي مثل عبوة سبب سباق لأنه تعال برا لوى طالع ذئاب ناشر "
    "بجيبه لابو بانگ ناڵێ بأن "
    "بنات شباب اولاد ناس جماعة واحد وحدة قطاع حارة فلان فلانة كذا صريح ينشر ينشرون يكول يگول تكول ويكول ويسكن ساكن "
    "وساكنة السكن العمر "
    "الهاتف مع انه انها اليوم امس البارحة باچر شكرا ارجو نرجو رجاءا خلوه خلي لازم ممكن جديد قديم حلو غريب طويل "
    "قصير مشهور بالمنطقة للناس "
    "وصل صار يضل يبقى ابقى اله الي اللي الذي التي تجارة ابوي ابويه امي اخوي زوجي جدي المتوفي مطلوب منكم "
    "مەڵێن مەنووسن مەدەن مەهێنن بڵاو نەزانن نەزانێت نازانم نییە چییە لە بە ئەو ئەم و من خۆی خۆم تەواوی گوند شار "
    "نەبێت "
    "is not and the to on in unknown ma mo la account name page user post with from that about must a an was will "
    "when if at"
)
# "the street called X": a place has a name too, and it is no secret.
NAMED_PLACES: Final = _keys(
    "منطقة المنطقة قرية القرية شارع الشارع محلة المحلة حي الحي مدرسة محل المحل مطعم المطعم كافيه الكافيه ناحية "
    "الناحية مدينة المدينة "
    "جامع الجامع صفحة الصفحة كروب الكروب لكروب بكروب قناة القناة شركة الشركة بناية سوق السوق لعبة دوه"
)
# A name right after one of these (with و ب ل before it, but without "the") is a place's.
PLACE_NOUNS: Final = _keys(
    "حي شارع مدرسة جامع مسجد حسينية مرقد مزار مقام ضريح مستشفى مستوصف مركز ساحة جسر قرية ناحية محلة مدينة قضاء سوق "
    "مقبرة كراج مجمع معسكر "
    "قاعدة نهر سد منطقة عشيرة عشائر ال آل بني البو محافظة تقاطع سيطرة طريق كنيسة معبد كلية جامعة معهد ثانوية "
    "اعدادية متوسطة ابتدائية روضة ملعب "
    "نادي مقهى مطعم فندق مول مصرف بنك جبل هور شط جزيرة مطار ميناء محطة مفرق دور حمام خان عكد كرادة فرع موكب زيارة "
    "قبر باب شركة معرض قاطع مجلس "
    "لواء فوج حزب كتائب حركة عصائب حشد سرايا مخيم دربونة شاطئ بستان عيد قصة مثل"
)
# Places that are called like persons. (علي الغربي and صلاح الدين are none by rule.)
PLACE_NAMES: Final = _phrases(
    (
        "شيخ سعد",
        "الشيخ سعد",
        "شيخ عمر",
        "الشيخ عمر",
        "sheikh omar",
        "شيخ عامر",
        "الشيخ عامر",
        "sheikh amir",
        "شيخ خدر",
        "sheikh khidir",
        "سلمان باك",
        "احمد اوا",
        "احمد اوى",
        "احمد الرفاعي",
        "ئەحمەد ئاوا",
        "حاج عمران",
        "شيروان مازن",
        "شێروان مەزن",
        "ياسين خريبط",
        "كلك ياسين",
        "كمب سارة",
        "سيدة نجاة",
        "سيد نور",
        "سيد سلطان",
        "سلطان علي",
        "سيف سعد",
        "saif saad",
        "ibrahim khalil",
        "امام قاسم",
        "ئیمام قاسم",
        "ملا عبدالله",
        "حسن شام",
        "حەسەن شام",
        "مار بهنام",
        "سيد صادق",
        "علي ناجي",
        "عەلی ناجی",
        "ali naji",
        "sheikh saad",
        "سيد خضر",
        "محي الدين",
        "ibrahim ahmad",
        "ابراهيم احمد",
    )
)
HONOURS: Final = _keys(
    "الامام امام السيد سيد الشيخ شيخ الشهيد شهيد النبي نبي ابن ابو ام الشهداء سيدنا العلامة الملك القديس مار الرئيس"
)
SACRED: Final = _keys(
    "يا وحق وحك بحق بحك الامام امام النبي نبي سيدنا صل صلي صلوا اللهم العباس والعباس وال والامام بالامام دخيل بجاه "
    "وروح القمر السيدة "
    "الكاظم سيدي مولانا "
    "اهل ال آل القاسم صلاة ذكرى ميلاد استشهاد وفاة مولد عاشوراء كاس"
)
