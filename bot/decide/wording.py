"""How a message is worded towards what was said before it: announcing, continuing, pointing back, or introducing.

Only the first words count: further on, "he" and "the car" may stand for somebody whom the same message named.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot import commands

_FIRST: Final = 3  # words in which a message shows what it leans on
_MINE_WITHIN: Final = 5  # and in which it names those whom it is about
_STRONGLY: Final = 6  # words in which it may announce another matter
_LETTERS_READ: Final = 400
_TOPIC: Final = 40  # words of a report that are remembered, as hashes
_SHORTEST: Final = 3

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
_OFFERS: Final = re.compile(
    commands.letters(
        r"(?:\w+ )?(?:و?اكو|عندي|عدنا|عندنا|و?اريد|هەیە|aku|ako|3indi|there is|i have) (?:بعد |هم |فد |a )?"
        r"(?:شي|شغلة|شغله|مشكلة|مشكله|موضوع|سالفة|سالفه|قضية|قضيه|shi|shaghla|mushkila|problem|issue|matter)"
    )
)
# "حفرة ثانية": a thing without an article, and another one of it. Not "مرة ثانية", which is "again".
_SECOND: Final = re.compile(
    commands.letters(
        r"(?!(?:مرة|مره|ليلة|ليله|يوم|ساعة|ساعه|نوبة|ال\w+) )\w{3,} "
        r"(?:ثاني|ثانية|ثانيه|لخ|اخر|اخرى|thani|thanya|دیکە|تر)"
    )
)
_SAME: Final = "نفس|بنفس|same|هەمان|nafs|nafsa"
# "السيارة نفسها", but not "يموت نفسه".
_SELF: Final = re.compile(commands.letters(r"ال\w+ نفس(?:ه|ها|هم)(?!\w)"))
# "عندي تسجيل": what somebody has to show for what they told.
_PROOF: Final = re.compile(
    commands.letters(
        r"(?:\w+ ){0,3}?(?:و?عندي|و?عندنا|و?عدنا|و?اكو|3indi|3idna|i have|we have) (?:\w+ )?"
        r"(?:تسجيل|تسجيلات|فيديو|فديو|صورة|صور|كاميرا|كاميرات|شاهد|شهود|دليل|ادلة|اوراق|الاوراق|سند|السند|وثائق|"
        r"رقمه|video|photos|pictures|proof|camera|witness)(?!\w)"
    )
)
# What a description begins with: a number, a colour, a size, a dress.
_DESCRIBES: Final = re.compile(
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
_WAW: Final = frozenset(
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
_BACK: Final = frozenset(
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
_DID_IT: Final = re.compile(commands.letters(r"\w{2,}(?:يته|فته|يتها|فتها|ناها|ناه|وها)|\w{3,}وه"))
_OF_THEM: Final = re.compile(
    commands.letters(r"(?:واحد|واحدة|اثنين|قسم) من(?:هم|هن)|(?:one|two|some|both|none) of (?:them|the)|یەکێکیان")
)
_THEIRS: Final = re.compile(commands.letters(r"\w{2,}(?:هم|ها|هن)"))  # "صوتهم", "طولها"
_WANTS: Final = re.compile(r"(?:i|we) (?:want|need|would|wanna)(?!\w)")
# Time and yes and no may stand before that.
_ASIDE: Final = frozenset(
    commands.fold(
        "ليلة هسه هسة الان اليوم البارحة امس باجر الصبح الليلة العصر الظهر اي لا نعم لو بس كلش يمعودين اخي استاذ "
        "السلام "
        "عليكم هلو "
        "يا اخوان now today yesterday tonight yes no ئەمڕۆ ئێستا دوێنێ بەڵێ نەخێر hassa hessa halla il el "
        "yom lyom elyom"
    ).split()
)
# Verbs of somebody whom the text does not name before them: weak, for Arabic may name them after.
_DOES: Final = frozenset(
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
_DOES_AGAIN: Final = frozenset(
    commands.fold(
        "دز دزلي دزلنا خابر خابرني خابرنا اتصل دگ دگلي دگوا هددني هددوني هددونا حضرني بلكني بلوكني كالي كالولي گالي "
        "گالولي يكول يگول "
        "كال گال وعدني واعدني راسلني كتبلي"
    ).split()
)
# "يدخلون", "جايبين": somebody does it, who is not named before.
_THEY_DO: Final = re.compile(
    commands.letters(r"ي\w{2,}ون|(?:جايب|كاعد|واكف|لابس|شايل|داخل|طالع|حامل|ماخذ|فاتح|قافل|حاط|مسوي)(?:ين|ة)?")
)
_TRAILING: Final = frozenset(
    commands.fold(
        "منه منها منهم عليه عليها عليهم بيه بيها بيهم اله الها وياه وياها وياهم عنده عندها عدها عده that this it him "
        "her them"
    ).split()
)

# Something that was not there before.
_THERE: Final = frozenset(
    commands.fold(
        "وعندنا وعدنا وعندي واكو وماكو وشفت "
        "اشتكي اقدم شكوى بلاغ مطلوب نطالب ابلغكم انخطف انسرق انسرقت انباك انسد انضرب انقطع انقطعت انفجر انفجرت اكو "
        "ماكو شكو يوجد توجد هناك عندي عندنا عدنا عدي شفت شفنا نريد ابلغ ابلغكم انبلغ احب اود تعرضت تعرضنا "
        "ارجو نرجو نناشد there "
        "هەیە نییە دەمەوێت aku ako maku shaku wa7id wahid fi 3indi 3idna shifit shift areed"
    ).split()
)
# People and things without an article: at the very beginning a story begins with them.
_SOMEBODY: Final = frozenset(
    commands.fold(
        "واحد واحدة شخص رجال مرة بنية طفل طفلة شباب ناس عصابة مجموعة جماعة سيارة عشيرتين someone somebody a an some two"
    ).split()
)
_INDEFINITE: Final = re.compile(commands.letters(r"\w{2,}(?:ێک|یەک)"))
# One's own people and things, whom a story begins with.
_MINE: Final = frozenset(
    commands.fold(
        "زوجي رجلي جوزي جاري جارتي جارنا جيراني جيراننا جيرانا ابني بنتي اختي اخوي اخوية ابوي ابوية امي عمي عمتي "
        "خالي خالتي طليقي "
        "خطيبي حماتي زميلي صديقي صديقتي صاحبي مديري استاذي موبايلي تلفوني سيارتي ماطوري دراجتي محلي بيتي بيتنا "
        "شارعنا منطقتنا "
        "مدرستنا جهالي ولدي my our ours "
        "مێردەکەم برام براکەم باوکم دایکم خوشکم خوشکەکەم دراوسێکەم کوڕەکەم کچەکەم هاوسێکەم zawji jari jarna jiranna "
        "ibni binti "
        "ukhti akhuya abuya ummi mobaili sayarti motory"
    ).split()
)
# In any matter: they do not show that it is the same one.
_ANYWHERE: Final = frozenset(
    commands.fold(
        "الشارع الشارعنا المنطقة المحلة الحي البيت بيت الناس الاطفال المدرسة الليل بالليل اليوم الصبح الشرطة المكان "
        "الطريق المدينة "
        "القرية السوق البارحة العالم الوقت الساعة الباب باب the and for with from that this have has near street "
        "house night day "
        "people police time every"
    ).split()
)
_ARTICLE: Final = re.compile(commands.letters(r"[وفبلک]?(?:ال|لل)(\w{3,})"))
_GLUED: Final = "وبلف"  # "and", "in", "to", "then"
_ENDING: Final = re.compile(commands.letters(r"(?:ها|هم|نا|کم|ات|ين|ون|تي|ته|ه|ي)$"))
_KURDISH_THE: Final = re.compile(commands.letters(r"(\w{3,}?)ەکە\w{0,4}$"))


@dataclass(frozen=True, slots=True)
class Wording:
    """announces: another matter. another: one more of something. surely: it goes on, by its own word; also: perhaps.

    back: it points at who is not named in it; does: perhaps. introduces: somebody or something new; mine: one's own.
    trails: it ends on "her", "of it". words: how many it has. proves: it offers proof. describes: it begins with a
    number, a colour, a size.
    """

    announces: bool = False
    another: bool = False
    surely: bool = False
    also: bool = False
    back: bool = False
    does: bool = False
    introduces: bool = False
    mine: bool = False
    trails: bool = False
    words: int = 0
    proves: bool = False
    describes: bool = False


def _either(phrases: str) -> str:
    return "|".join(sorted((re.escape(commands.fold(phrase)) for phrase in phrases.split("|")), key=len, reverse=True))


_ANNOUNCES: Final = re.compile(
    rf"(?<!\w)(?:و?(?:{_either(_MATTERS)}|شي|shi|thing) (?:{_either(_OTHER)})|"
    rf"(?:{_either(_ANOTHER)}) (?:{_either(_MATTERS)})|"
    rf"(?:{_either(_APART)}))(?!\w)"
)
_IS_SAME: Final = re.compile(rf"(?<!\w)(?:{_either(_SAME)})(?!\w)")
_GOES_ON: Final = re.compile(rf"(?<!\w)(?:{_either(_SURELY)})(?!\w)")
_GOES_ON_PERHAPS: Final = re.compile(rf"(?:{_either(_ALSO)})(?!\w)")


def read(text: str) -> Wording:
    """How a text is worded; total, for any text."""
    words = commands.fold(text[:_LETTERS_READ]).split()
    if not words:
        return Wording()
    said = [word for word in words if word not in _ASIDE] or words
    first, start = said[:_FIRST], " ".join(said[:_FIRST])
    head = " ".join(words[:_STRONGLY])
    mine = said[0] not in _DOES and any(word in _MINE for word in said[:_MINE_WITHIN])
    new = _is_new(first) or _WANTS.match(" ".join(said)) is not None
    offers = _OFFERS.match(" ".join(said)) is not None
    back = (_points_back(said, start) and not offers) or (said[0] in _DOES_AGAIN and not (mine or new))
    joined = said[0].startswith("و") and said[0] not in _WAW and len(said[0]) > _SHORTEST
    acts = said[0] in _DOES or _THEY_DO.fullmatch(said[0]) is not None
    return Wording(
        announces=_ANNOUNCES.search(head) is not None and not _IS_SAME.search(head),
        another=_SECOND.match(" ".join(said)) is not None,
        surely=_GOES_ON.search(start) is not None,
        also=_GOES_ON_PERHAPS.match(start) is not None or joined,
        back=back or _IS_SAME.search(head) is not None or _SELF.search(head) is not None,
        does=acts or any(_THEIRS.fullmatch(word) and word not in _TRAILING for word in first),
        introduces=new and not (back or said[0] in _DOES),
        mine=mine and not back,
        trails=not _TRAILING.isdisjoint((*said[:2], *words[-2:])),
        words=len(words),
        proves=_PROOF.match(" ".join(words)) is not None,
        describes=_DESCRIBES.match(" ".join(said)) is not None,
    )


def _points_back(said: list[str], start: str) -> bool:
    glued = _THEIRS.fullmatch(said[0]) or _DID_IT.fullmatch(said[0])
    return said[0] in _BACK or _OF_THEM.match(start) is not None or glued is not None


def _is_new(first: list[str]) -> bool:
    return not _SOMEBODY.isdisjoint(first[:2]) or any(word in _THERE or _INDEFINITE.fullmatch(word) for word in first)


def topic(text: str, *, without: str = "") -> tuple[str, ...]:
    """Hashes of a text's words, four hex digits each: enough to know one again, too few to read it back."""
    left_out = set(commands.fold(without).split())
    words = (word for word in commands.fold(text[:_LETTERS_READ]).split() if word not in left_out)
    told = [word for word in words if word not in _ANYWHERE and len(word) >= _SHORTEST]
    glued = (word[1:] for word in told if word[0] in _GLUED and len(word) > _SHORTEST)
    return _hashes(_stem(word) for word in (*told, *glued))


def takes_up(text: str, remembered: Iterable[str], *, without: str = "") -> bool:
    """Whether a text says "the car" where a car was told of: a definite word, or one's own, that was said before."""
    left_out = set(commands.fold(without).split())
    words = commands.fold(text[:_LETTERS_READ]).split()
    definite = [word for word in words if word not in _ANYWHERE | left_out and _is_definite(word)]
    after_the = [after for before, after in pairwise(words) if before == "the" and after not in _ANYWHERE]
    return not set(remembered).isdisjoint(_hashes(_stem(word) for word in (*definite, *after_the)))


def shares(text: str, remembered: Iterable[str], *, without: str = "") -> bool:
    """Whether any word of a text was said before that is not said in every matter."""
    return not set(remembered).isdisjoint(topic(text, without=without))


def _is_definite(word: str) -> bool:
    return word in _MINE or _ARTICLE.fullmatch(word) is not None or _KURDISH_THE.search(word) is not None


def _stem(word: str) -> str:
    kurdish = _KURDISH_THE.fullmatch(word)
    if kurdish is not None:
        return kurdish[1]
    article = _ARTICLE.fullmatch(word)
    bare = article[1] if article is not None else word
    shorter = _ENDING.sub("", bare)
    return shorter if len(shorter) >= _SHORTEST else bare


def _hashes(words: Iterable[str]) -> tuple[str, ...]:
    found = (f"{zlib.crc32(word.encode('utf-8', 'surrogatepass')) & 0xFFFF:04x}" for word in words)
    return tuple(dict.fromkeys(found))[:_TOPIC]
