"""Words around a place's name: how strongly each says that a place follows, as they stand in a key."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.nlp.clitics import APART, LOCATIVE, NAMED, ORIGIN, WEAK
from bot.nlp.gazetteer import LEVEL_WORDS

__all__ = ["APART", "LOCATIVE", "NAMED", "ORIGIN", "WEAK"]


def _words(text: str) -> list[str]:
    return text.split()


_LOCATIVES = (
    "في بي داخل جوا يم كرب مكابل ورا وره خلف كدام امام جنب بجانب براس بصف بين حوالي باتجاه صوب "
    "طريك شارع جسر سوك كراج سيطره تكاطع ساحه مستشفي مدرسه كورنيش جامع محطه بوابه مدخل "
    "بدايه نهايه نص وسط اطراف شرطه مركز "
    "اهالي اهل سكان ساكن ساكنه ساكنين نسكن اسكن عايش عايشين بيتنا بيتي سمي لحد كبل بعد جوار كبال حوالين "
    "من الي غرب شرك جنوب ويم شمال "
    "له لهناو ناو نزيك بهرامبهر خهلكي دانيشتوي لا شهكامي ريكاي ريكهي بازاري بازكهي لاي بهرهو كارهبهي سهر "
    "ئيمه له لناف نافا ريكا خهلكي جاده جادهي شهكام باركي كهمبي ريي باسي ساحهي سهنتهري كهراجي تهنيشت "
    "دهوروبهري غرب شرك شمال جنوب"
)
_WEAKS = "علي مال مالت ل عن بو ژ ب"
# Things that are called after the place that they stand in, or are places of their own.
_SITES = (
    "شارع جسر سوك كراج سيطره تكاطع ساحه مستشفي مستوصف كورنيش محطه بوابه مدخل علوه فلكه نفك مجسر منفذ معبر مطار بلديه "
    "محكمه جامعه كليه معهد اعداديه ثانويه متوسطه ملعب متنزه منتزه حديكه حدائك مكبره جبل جبال وادي هور نهر "
    "سد سده ناظم "
    "مصفي معمل حكل سجن دائره معارض معرض صناعه كيصريه خان فندك مول مطعم كهوه كازينو كافيه جزره ريف ارياف "
    "كري قري بساتين "
    "بستان اطراف ضواحي حدود خط طريك مثلث مفرك استداره عكد دربونه فرع مرقد مركد حسينيه كنيسه دير جامع "
    "مدرسه روضه شط بحيره "
    "كاطع حي محله منطكه قريه كريه مخيم مجمع مدينه ناحيه كظا محافظه مركز شلال مزرعه ساحل بورصه كمرك حوض راس "
    "بازاري ريكاي گهرهكي كهرهكي شاري كوندي كهمبي كهمبا شهكامي كهراجي بازكهي ناحيهي كهزاي باركي"
)
# "مركز" stays among the locatives: it is a police station or a clinic as often as the middle of a district.
_LEVEL_PREFIXES = ("", "ب", "ل", "و", "ف", "وب")

CUES: Final[Mapping[str, int]] = MappingProxyType(
    {f"{prefix}{word}": WEAK for word in _WEAKS.split() for prefix in ("", "و")}
    | {f"{prefix}{word}": LOCATIVE for word in _LOCATIVES.split() for prefix in ("", "و", "ب", "ف")}
    | {f"{prefix}{word}": NAMED for word in LEVEL_WORDS for prefix in _LEVEL_PREFIXES if word not in _LOCATIVES.split()}
)
# With what is glued before them, to how many letters that is.
SITES: Final[Mapping[str, int]] = MappingProxyType(
    {f"{prefix}{word}": len(prefix) for word in _SITES.split() for prefix in ("ب", "ل", "و", "ف", "وب", "لل", "")}
)
LEVELS_NAMED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {f"{prefix}{word}": levels for word, levels in LEVEL_WORDS.items() for prefix in _LEVEL_PREFIXES}
)

_GOVERNORATE, _DISTRICT = frozenset({"governorate"}), frozenset({"district", "subdistrict"})
_QUARTER = frozenset({"neighbourhood", "subdistrict", "landmark", "area"})
LATIN_LEVELS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"gowarnorata": _GOVERNORATE, "prowinca": _GOVERNORATE, "distrikt": _DISTRICT, "district": _DISTRICT}
    | {"kada": _DISTRICT, "nahia": _DISTRICT, "city": _DISTRICT, "town": _DISTRICT}
    | dict.fromkeys(("hai", "mantaka", "mantika", "mantakat", "naighborhod", "kwartar", "aria", "araa"), _QUARTER)
)
LATIN_CUES: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(
        _words(
            "in at nar insida bahind oposita b bi bil bal bl fi fa li la iam korb sharia tarik jisr sok sarai gonda "
            "kampa bazara bazgaha stadioma xalka taxa gali nazik nazika nixshaxana baziara rai market bridga road "
            "camp willaga hospital"
        ),
        LOCATIVE,
    )
    | dict.fromkeys(_words("from min mn to of ji l lil w mal"), WEAK)
    | dict.fromkeys(LATIN_LEVELS, NAMED)
)
LATIN_SITES: Final = frozenset(_words("hai sharia sok jisr kampa gonda taxa gali mahala mahalasi"))

# A match is being talked about, not a town: clubs bear the names of towns and of the police.
_FOOTBALL: Final = frozenset(
    _words(
        "مباراه بمباراه المباراه مباريات الدوري بالدوري منتخب المنتخب لاعب اللاعب لاعبين مدرب المدرب هداف "
        "تعادل بالتعادل "
        "جزاء فاز فازت يفوز الفوز فوز بثلاثيه بثناييه هدفين كولين ياريكهي sc fc match football league derby"
    )
)
_CLUB: Final = frozenset(_words("نادي بنادي النادي فريك جمهور مشجع مشجعين لاعب يانهي goal club team"))


def cue(word: str) -> int:
    """How strongly the folded word before a name says that something is there."""
    return max(CUES.get(word, 0), LOCATIVE if word in SITES else 0)


def is_site(words: Sequence[str]) -> bool:
    """Whether this folded word says what is called so: "سوق", "مخيم"."""
    return len(words) == 1 and SITES.get(words[0], -1) == 0


def is_football(words: Sequence[str]) -> bool:
    """Whether these folded words report a match."""
    return not _FOOTBALL.isdisjoint(words)


# No places in a Sorani text, whatever they are in an Arabic one.
KURDISH: Final = frozenset(  # no places in a Sorani text, whatever they are in an Arabic one
    _words("بهرز بهرزه شوان كوير برد بردي زمار زماره كولان لهنكه راستي خهبات كراج كهراج زيان كهرمه ماوهتهوه كاني")
)
KURMANJI: Final = frozenset(_words("dora dor"))  # "around", by sound; Dora is a quarter of Baghdad
# "not in Mosul": what follows is where it did not happen.
_NOT: Final = frozenset(_words("مو موش مش مهو ليس ليست نهك نهوهك not ne"))
_PLATE: Final = ("ركم", "نمره", "نمرت", "لوحت", "ارقام", "اركام")
_PLATE_WORDS: Final = 4
_CARS: Final = frozenset(_words("سياره السياره سيارته سيارتهم السيارات تكسي كيا ماطور بيكب"))
_KINDS_OF_BUILDING: Final = frozenset(_words("السكنيه سكنيه التجاريه مالتنا مالتي مالته الكديمه اللي الي"))
_OF_A_BUILDING: Final = frozenset(
    _words(
        "سطح لسطح بسطح باب بباب صاحب حارس مصعد بنايه طابك درج بدرج كراج مولده المصعد شكه "
        "جوا جوه داخل مدخل بمدخل سكان اهل كل نفس"
    )
)
_COMERS: Final = frozenset(
    _words("نازح نازحه نازحين النازحين لنازح جاي جايين جايه جينه جينا اجو اجوا مهجر مهجرين نزحنا صادر صادره ورقه انتقل")
)
_INSTITUTION: Final = frozenset(_words("المجتمعيه المحليه الاتحاديه العراقيه النهريه المياه مياه"))
_ROAD: Final = frozenset(_words("طريك بطريك الطريك بالطريك خط سريع السريع بالسريع road highway"))
_FILLERS: Final = frozenset(
    _words(
        "اني انا احنا هو هي هم هاي هذا هاي هنا هناك لا مو اي نعم كصدي اكصد يعني كلتلكم كلت كتلكم كتلك والله اكو ساكن "
        "ساكنين نسكن اسكن داخل خارج كرب و او الي عند مال صار المكان العنوان المنطكه منطكتنا محافظه كظا ناحيه "
        "in at the near from of is it we i my am area city governorate district street hay hai al el il min "
        "li l b bi "
        "له لا من ئيمه شوين شاري كهرهكي"
    )
)
_ADDRESS: Final = frozenset(
    _words("شارع محله زكاك دار يم كرب مكابل ورا خلف كدام امام كطاع بلوك street near behind opposite نزيك")
)
_ADDRESS_WORDS: Final = 3  # that may follow a word such as "near"


def is_denied(words: Sequence[str], start: int) -> bool:
    """Whether the name that starts there is said not to be the place: "not in X"."""
    before = [word for word in words[max(0, start - 2) : start] if word not in ("ب", "في", "in", "at", "له")]
    return bool(before) and before[-1] in _NOT


def is_plate(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the name belongs to the number of a car: "رقمها بغداد ٤٤"."""
    before = words[max(0, start - _PLATE_WORDS) : start]
    if not any(word.startswith(_PLATE) for word in before):
        return False
    numbered = any(word.isdigit() for word in words[max(0, start - 1) : end + 1])
    return numbered or before[-1].startswith(_PLATE) or any(word in _CARS for word in before)


def is_building(words: Sequence[str], start: int) -> bool:
    """Whether العمارة is a building there, not the city: "سطح العمارة"."""
    after = words[start + 1] if start + 1 < len(words) else ""
    around = start > 0 and words[start - 1] in _OF_A_BUILDING
    return words[start].endswith("عماره") and (around or after in _KINDS_OF_BUILDING)


def is_oath(words: Sequence[str], start: int) -> bool:
    """Whether God is called upon: "والله العظيم", "بالعباس"."""
    return start > 0 and words[start - 1].endswith("الله")


def is_origin(words: Sequence[str], start: int) -> bool:
    """Whether it is only said who comes from there: "displaced from X", "came from X"."""
    return start > 1 and words[start - 1] == "من" and words[start - 2] in _COMERS


def is_club(words: Sequence[str], start: int) -> bool:
    """Whether a club of that name is meant."""
    return start > 0 and words[start - 1] in _CLUB


def is_institution(words: Sequence[str], end: int) -> bool:
    """Whether the word after a name makes an institution of it: "الشرطة المجتمعية" is no quarter of Basra."""
    return end < len(words) and words[end] in _INSTITUTION


def is_road(words: Sequence[str], start: int) -> bool:
    """Whether a road is named by the place that it leads to."""
    return words[start] in _ROAD or (start > 0 and words[start - 1] in _ROAD)


def is_no_place(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the name [start, end) is denied, or belongs to an institution, a club, a building."""
    return (
        is_denied(words, start)
        or is_institution(words, end)
        or is_club(words, start)
        or is_building(words, start)
        or is_oath(words, start)
    )


def tells_nothing(word: str) -> bool:
    """Whether a folded word says only "here" or "I": a pronoun, a word before a place, a number."""
    return word in _FILLERS or word in CUES or word in LATIN_CUES or word.isdigit()


def is_bare(words: Sequence[str], named: Collection[int]) -> bool:
    """Whether folded words are nothing but names (`named`: where they stand), words around names, and an address."""
    left = 0
    for at, word in enumerate(words):
        if at in named:
            left = 0
        elif word in _ADDRESS:
            left = _ADDRESS_WORDS
        elif left:
            left -= 1
        elif not tells_nothing(word):
            return False
    return bool(named)
