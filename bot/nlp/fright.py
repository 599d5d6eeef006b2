"""Tells whether somebody says of themselves that they are afraid, and of what may be a person.

That people, children or a woman in the street are afraid is part of what happened, and so is a fear of dogs, of wires
and of what may fall. Neither asks to be hidden. "We" are afraid as a neighbourhood is, unless of somebody.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlp.normalise import letters

_BEFORE: Final = 4  # words in which whoever is afraid may be named
_TWO: Final = 2
_ARTICLE: Final = 4  # letters; a shorter word only looks as if it had one
_AFTER: Final = 7  # and those in which it is said of what


def _words(pattern: str) -> re.Pattern[str]:
    """Whole words in folded letters; "and" or "then" may be joined to them."""
    return re.compile(rf"[وف]?(?:{letters(pattern)})")


def _tail(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{letters(pattern)})(?!\w)")


# One who is afraid: as a man and as a woman says it; and many.
_HE: Final = _words("خايف|خائف|مرعوب|مرتعب|5ayif|5ayef|khayif|khayef|khaif")
_SHE: Final = _words("خايفة|خائفة|مرعوبة|مرتعبة|5ayfa|5ayfeh|khayfa|khayfeh|khaifa")
_ENGLISH: Final = _words("afraid|scared|frightened|terrified")
_MANY: Final = _words(
    "خايفين|خايفات|خائفين|خائفون|مرعوبين|نخاف|نخشى|دەترسین|ئەترسین|ditirsin|khayfeen|5ayfeen|nkhaf|n5af"
)
_I: Final = _words("اخاف|اخشى|دەترسم|ئەترسم|ترساوم|تۆقیوم|ditirsim|tirsam|ditirsam|akhaf|a5af")

_TELLER: Final = _words("اني|انا|لاني|احنا|حنا|نحن|لانا|لان احنا|صرت|ظليت|بقيت|كنت|جنت|بعدني|i|im|ive|ana|ani|ez")
_TO_ME: Final = re.compile(letters(r"\w{2,}(?:ني|نا|علي)|بي[هة]|علي[هة]|me|my|myself"))
_MEN: Final = _words(
    "(?:ال|لل)?(?:شارع|حي|طفل|جاهل|ولد|شاب|رجال|رجل|زلمة|واحد|احد|شخص|ختيار|معلم|سايق|مواطن|عامل|الكل|كل|حارس|"
    "طالب|مريض|"
    r"جريح|كلهم|بعده)|(?:زوج|رجل|ابن|ولد|جد|اخ|صديق|رفيق|جار|عم|خال|ابو|اخو)(?:ي|يه|ه|ها|نا|ية|هم)|هو|جان|كان|صار|"
    "walad|wahid|zawji|rajli|ibni|huwa|howa|il?kul"
)
_THEY: Final = _words(
    "(?:ال|لل)?(?:ناس|عالم|عوائل|عوايل|عائلات|عائلة|عايلة|اهل|اهالي|جيران|اطفال|جهال|زعاطيط|محلة|منطقة|قرية|"
    "مدينة|مدرسة|"
    "طفلة|جاهلة|طالبات|طلاب|معلمات|معلمة|طالبة|موظفات|موظفة|عمال|سكان|مرة|مرية|مراة|امراة|نسوان|نساء|حريم|بنية|"
    "بنات|بنت|اولاد|شباب|"
    "عجوز|حجية|ختيارة|ام|واحدة|وحدة|فتاة|مريضة|زوار|ركاب|مواطنين|دنيا|شرطة|بيبي|قرايب|اقارب|عشيرة)|"
    "(?:جيران|اطفال|جهال|بنات|بنت|بنيت|اولاد|اخت|خوات|مرت|زوجت|بيبيت|عمت|خالت|جارت|ام|اهل|اهالي|صديقت|رفيقت|"
    "عائلت|عايلت)"
    "(?:ي|ه|ها|نا|هم|ك|كم|ية)|كلهم|كلها|كلنا|هي|هم|همه|جانت|كانت|جانوا|كانوا|صارت|صاروا|بعدها|بعدهم|تبجي|تبكي|"
    "شفتها|لكيتها|"
    "(?:el|il|al)?(?:nas|3alam|3awa2il|3wayil|jahal|jihal|atfal|jiran|mara|mraya|marya|bnaya|bnayya|bint|banat|"
    "niswan|"
    "awlad|umm|ahal|ahl)|jiranna|jahalna|ummi|bnti|binti|u5ti|ukhti|marti|kulhum|hiya|hya|tibchi"
)
_OTHERS: Final = _words(
    "people|families|family|children|child|kids|kid|everyone|everybody|they|theyre|she|shes|he|hes|neighbou?rs?|"
    "residents|"
    "street|area|village|girls?|woman|women|man|men|mother|mom|sister|wife|husband|son|daughter|students?|"
    "pupils|boys?|"
    "elderly|baby|babies|passengers|workers|whole|all|crowd|brother|father|parents|teachers?|shoppers|villagers|"
    "خەڵک|خەڵکی|منداڵەکان|منداڵان|دراوسێکان"
)
_TIMES: Final = _words("الليل|الوقت|اليوم|الصبح|البارحة|الان|الله|والله|العصر|الظهر|المغرب|الحين|الساعة|المرة")
_MORE: Final = _words(
    "كلش|هواي|هواية|كثير|جدا|حيل|هسه|دائما|دايما|so|very|really|too|kulish|hwaya|بس|يعني|زۆر|wallah|والله"
)

# Of whom: that somebody learns of it, or does harm; and to speak.
_LEARN: Final = (
    r"(?:لا |ان |انه |انو |راح |رح )?[يت](?:عرف|درى|دري|در|سمع|حس|كتل|قتل|ذبح|ضرب|لكي|لكا|شوف|رجع|جي|فضح|بتز|"
    r"اذي|نتقم|هدد|طلك|موتني|"
    r"كشف|سوي بيه|سوون بيه|طرد|حرك|نشر|لحك|دور|خطف|عور)\w*"
)
_SOMEBODY: Final = (
    r"(?:من|منن|ويه|mn|min) (?:ال)?(?:رجل|زوج|ابو|اخو|اخوان|اهل|عم|خال|طليق|خطيب|حما|ابن|ولد|شخص|واحد|رجال|زلم|"
    r"عشير|جماع|مسؤول|ضابط|"
    r"استاذ|معلم|مدير|سايق|صاحب|جار|ردت|رده|انتقام|فضيح|رد|الرجال)\w*|من(?:ه|ها|هم|ن)|"
    rf"{_LEARN}|[انd](?:حجي|حكي|بلغ|شتكي|كول|كولها|قول|خبر|ذكر)\w*|"
    r"(?:of|from) (?:him|her|them|my|this man|the man|his|someone|somebody|what he|being)|"
    r"(?:he|she|they|someone|somebody|anyone|my \w+)(?:ll|s| will| would| might| may)? (?:find|know|finds|knows|"
    r"kill|hurt|"
    r"beat|see|come|hear|learn)\w*|to (?:speak|talk|tell|say|report|go home)|"
    r"minn?[ah]|minhum|(?:y|t)[iu]?(?:3ruf|3arf|dr[iu]|ktul|kt[iu]l|dhb)\w*|"
    r"لێی|لەو|لە (?:باوک|مێرد|برا|ئەو|پیاو|خێزان|مام)\w*|بزان\w*|پێی بزان\w*|پێبزان\w*|بمکوژ\w*|دەمکوژ\w*|قسە بکەم|"
    r"ji (?:wî|wê|mêr|bav|bira|zilam)\w*|bizan\w*"
)
_OF_SOMEBODY: Final = _tail(_SOMEBODY)
_THAT_SOMEBODY: Final = re.compile(rf"^(?:\w+ ){{0,3}}(?:{letters(_LEARN)})(?!\w)")
_THINGS: Final = (
    r"كلب|كلاب|جلب|جلاب|چلاب|واير|وايرات|سلك|اسلاك|كهرباء|كهربا|انفجار|قنبل|عبو|الغام|لغم|نار|حريق|ظلم|ظلام|عتم|"
    r"حفر|شارع|طريق|سيار|جسر|"
    r"سقف|حايط|حائط|جدار|بناي|عمار|مطر|سيل|فيضان|مي|ماي|ماء|حي[هة]|افع|عقرب|فار|جريدي|مولد|غاز|مرض|كورون|صوت|"
    r"رمي|طلق|اطلاق|قصف|"
    r"دخان|زلزال|هز|عاصف|مستقبل|امتحان|وضع|حادث|حوادث|مصعد|تماس|محول|قنين|صاروخ|طيار|نفط|كيمياو|خزان|عمود|ذيب|"
    r"خنزير|حيوان"
)
_OF_THINGS: Final = _tail(
    rf"من (?:هاي |هذا |هالـ?|صوت |خطر )?(?:ال|هال)?(?:{_THINGS})\w*|mn? ?(?:el|il|al)?(?:chlab|chilab|wayer\w*|"
    rf"nar|kahrab\w*)|"
    r"min (?:el|il|al)?(?:chlab|chilab|kilab|wayer\w*|nar|kahrab\w*|infijar\w*)|"
    r"(?:of|from|by|about) (?:the |a |an |these |this |that |those |stray |loose |street |wild |another |"
    r"more )*(?:dogs?|wires?|"
    r"cables?|fire|flames|smoke|explosions?|bombs?|mines?|blasts?|floods?|dark|electric\w*|generator|roof|wall|"
    r"bridge|"
    r"building|cars?|traffic|snakes?|gas|shooting|gunfire|storms?|water|noise|accidents?|disease|road|hole|open|manholes?|shells?)|"
    r"لە (?:سەگ|وایەر|ئاگر|تەقینەوە|مین|لافاو|تاریکی|کارەبا|ڕووداو|بۆمب|دووکەڵ|گاز|مار)\w*|"
    r"ji (?:kuçik|kûçik|seg|agir|teqîn|teqin|kehreb|mayin)\w*"
)
# What may befall, and whom one fears for.
_LEST: Final = re.compile(
    letters(
        r"^(?:\w+ ){0,3}(?:لا |ان |راح |رح )?(?:"
        r"[يت]صير(?!(?: \w+)? (?:بي|بيه|بية|لي|الي)(?!\w))|[يت](?:وكع|وقع|طيح|نفجر|شتعل|حترك|حترق|نهار|نهدم|غرك|"
        r"غرق|فيض|تكهرب|"
        r"لزم|نكطع|نقطع|خرب|موت|مرض|دعم|ختنك|ختنق|نحرك|نحرق|تعور|تأذى|سقط|طب|فوت|دهس|ندعم)(?:ون|وا)?)(?!\w)|"
        r"^(?:\w+ ){0,4}(?:collapse|fall|explode|burn|catch|spread|flood|leak|drown)\w*|"
        r"^(?:\w+ ){0,3}(?:بکەوێت|بتەقێت\w*|بسووتێ\w*|بڕووخێ\w*)"
    )
)
_FOR: Final = re.compile(letters(r"^(?:على|ع|علي(?:ه|ها|هم|ج|ك)|عل\w{3,}|for|on|3ala|3la|بۆ|ji bo)(?!\w)"))
_FOR_ME: Final = re.compile(
    letters(
        r"^(?:على (?:نفسي|روحي|حياتي|سمعتي|شرفي)|علي|for (?:my (?:life|safety)|myself|me)|بۆ (?:ژیانم|"
        r"خۆم))(?!\w)"
    )
)


def is_own(key: str) -> bool:
    """Whether the writer of a key is afraid; of nothing that is told, or of a person, of being known or found.

    key: folded text (bot.nlp.normalise.key). Total, for any text.
    """
    words = key.split()
    return any(_is_own_at(words, at) for at in range(len(words)))


def _is_own_at(words: Sequence[str], at: int) -> bool:
    word, before = words[at], words[max(0, at - _BEFORE) : at]
    rest = list(words[at + 1 : at + 1 + _AFTER])
    while rest and _MORE.fullmatch(rest[0]):
        rest = rest[1:]
    tail = " ".join(rest)
    if _I.fullmatch(word):
        return not _is_of_things(tail)
    if _MANY.fullmatch(word):
        named = any(_is_another(each) for each in before)
        return not named and _OF_SOMEBODY.search(tail) is not None and not _is_of_things(tail)
    if not any(form.fullmatch(word) for form in (_HE, _SHE, _ENGLISH)):
        return False
    return not (_is_anothers(word, before) or _names_another(word, rest) or _is_of_things(tail))


def _is_anothers(word: str, before: Sequence[str]) -> bool:
    """Whether somebody else is named before the word who may be the one afraid; the last one named is."""
    joined, several = word.startswith(("و", "ف")), False
    for back, each in enumerate(reversed(before)):
        if _MORE.fullmatch(each) or _TIMES.fullmatch(each):
            continue
        further = before[len(before) - back - 2] if len(before) - back >= _TWO else ""
        if _agrees(word, each) and not _TELLER.fullmatch(further):  # but "I am a girl, and afraid"
            # "My family do not know, and (I am) afraid": a verb of many beside a word of one.
            return not (joined and several)
        if _TELLER.fullmatch(each) or _TO_ME.fullmatch(each):
            return False
        if back == 0 and _is_definite(each):
            return True
        several = several or each.endswith(("ون", "وا"))
    return False


def _names_another(word: str, rest: Sequence[str]) -> bool:
    """Whether who is afraid is named behind: "afraid are the people"; not "afraid that my family learns"."""
    if not rest or _TIMES.fullmatch(rest[0]) or _THAT_SOMEBODY.search(" ".join(rest)):
        return False
    return _ENGLISH.fullmatch(word) is None and (_agrees(word, rest[0]) or _is_definite(rest[0]))


def _agrees(word: str, noun: str) -> bool:
    if _ENGLISH.fullmatch(word):
        return _OTHERS.fullmatch(noun) is not None
    return (_MEN if _HE.fullmatch(word) else _THEY).fullmatch(noun) is not None


def _is_another(noun: str) -> bool:
    return any(each.fullmatch(noun) for each in (_MEN, _THEY, _OTHERS))


def _is_definite(word: str) -> bool:
    return len(word) > _ARTICLE and word.startswith(("ال", "وال", "el", "il")) and not _TIMES.fullmatch(word)


def _is_of_things(tail: str) -> bool:
    """Whether a thing is feared, a mishap, or what may befall somebody else."""
    if _OF_THINGS.search(tail) or _LEST.search(tail):
        return True
    return bool(_FOR.search(tail)) and not (_FOR_ME.search(tail) or _OF_SOMEBODY.search(tail))
