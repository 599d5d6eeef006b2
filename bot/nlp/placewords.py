"""Words around a place's name: how strongly each says that a place follows, as they stand in a key."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.nlp.gazetteer import LEVEL_WORDS

WEAK: Final = 1  # something follows, perhaps a place: "from", "to", "on"
LOCATIVE: Final = 2  # something happened there: "in", "near", "opposite"
NAMED: Final = 3  # the word for its level stands before it: "district", "quarter"


def _words(text: str) -> list[str]:
    return text.split()


_LOCATIVES = (
    "في بي داخل جوا يم كرب مكابل ورا وره خلف كدام امام جنب بجانب براس بصف بين حوالي باتجاه صوب "
    "طريك شارع جسر سوك كراج سيطره تكاطع ساحه مستشفي مدرسه كورنيش جامع محطه بوابه مدخل "
    "بدايه نهايه نص وسط اطراف شرطه مركز "
    "اهالي اهل سكان ساكن ساكنه ساكنين نسكن اسكن عايش بيتنا بيتي "
    "له لهناو نزيك بهرامبهر خهلكي دانيشتووي دانيشتوي لا شهكامي"
)
_WEAKS = "من الي علي مال مالت ل عن بو"
# "مركز" stays among the locatives: it is a police station or a clinic as often as the middle of a district.
_LEVEL_PREFIXES = ("", "ب", "ل", "و", "ف", "وب", "ال", "بال", "لل", "وال")

CUES: Final[Mapping[str, int]] = MappingProxyType(
    {f"{prefix}{word}": WEAK for word in _WEAKS.split() for prefix in ("", "و")}
    | {f"{prefix}{word}": LOCATIVE for word in _LOCATIVES.split() for prefix in ("", "و", "ب", "ف")}
    | {f"{prefix}{word}": NAMED for word in LEVEL_WORDS for prefix in _LEVEL_PREFIXES if word not in _LOCATIVES.split()}
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
        _words("in at naar insida bahind oposita b bi bil bal bl fi fa li la iam korb sharia tarik"), LOCATIVE
    )
    | dict.fromkeys(_words("from min mn to of ji l lil w mal"), WEAK)
    | dict.fromkeys(LATIN_LEVELS, NAMED)
)

# Clitics glued to a name, longest first: what is written, what it stands before ("ال" is put back), and its weight.
_CLITICS: Final = (
    ("وبال", "ال", LOCATIVE),
    ("بهال", "ال", LOCATIVE),
    ("بال", "ال", LOCATIVE),
    ("هال", "ال", WEAK),
    ("عال", "ال", WEAK),
    ("مال", "ال", WEAK),
    ("فال", "ال", WEAK),
    ("ولل", "ال", WEAK),
    ("لل", "ال", WEAK),
    ("بل", "ال", LOCATIVE),
    ("وب", "", LOCATIVE),
    ("ب", "", LOCATIVE),
    ("ول", "", WEAK),
    ("ل", "", WEAK),
    ("ع", "", WEAK),
    ("و", "", 0),
)
_LATIN_CLITICS: Final = (
    ("bil", LOCATIVE),
    ("bal", LOCATIVE),
    ("bl", LOCATIVE),
    ("bi", LOCATIVE),
    ("b", LOCATIVE),
    ("lil", WEAK),
    ("l", WEAK),
    ("al", 0),
    ("il", 0),
    ("w", 0),
)
_KURDISH_LETTERS: Final = re.compile("[ێۆڵڕەڤ]")
# What is written, what it stands for, its weight. In a key three ه are one: "لەهەولێر" begins "لهو", not "لهههو".
_KURDISH_PREFIXES: Final = (("له", "", LOCATIVE), ("له", "هه", LOCATIVE), ("بو", "", WEAK), ("", "", 0))
_KURDISH_SUFFIXES: Final = ("هوهيه", "يشدا", "هكان", "هوه", "وه", "دا", "ييه", "يش", "يي", "ي", "ه", "")
_SHORTEST_NAME: Final = 2

# A match is being talked about, not a town: clubs bear the names of towns and of the police.
_FOOTBALL: Final = frozenset(
    _words(
        "مباراه بمباراه المباراه مباريات الدوري دوري بالدوري كاس الكاس منتخب المنتخب لاعب اللاعب لاعبين مدرب المدرب "
        "هداف نادي النادي تعادل كول الحكم ضربه جزاء فاز فازت يفوز الفوز match football league derby"
    )
)


def stems(word: str, *, kurdish: bool) -> Iterator[tuple[str, int]]:
    """What a folded word may be when its clitics are taken off, itself first, each with the weight of what came off."""
    yield word, 0
    for written, kept, weight in _CLITICS:
        if word.startswith(written) and len(word) - len(written) >= _SHORTEST_NAME:
            yield kept + word[len(written) :], weight
    if kurdish:
        yield from _kurdish_stems(word)


def _kurdish_stems(word: str) -> Iterator[tuple[str, int]]:
    for prefix, kept, weight in _KURDISH_PREFIXES:
        if not word.startswith(prefix):
            continue
        rest = kept + word[len(prefix) :]
        for suffix in _KURDISH_SUFFIXES:
            if rest.endswith(suffix) and len(rest) - len(suffix) > _SHORTEST_NAME:
                yield rest[: len(rest) - len(suffix)], max(weight, LOCATIVE if suffix in ("دا", "هوه") else 0)


def latin_stems(word: str, *, kurmanji: bool) -> Iterator[tuple[str, int]]:
    """The same for a word in Latin letters, spelt by sound: "bilmosul", "bsha3ab", and Kurmanji "Duhokê"."""
    yield word, 0
    for written, weight in _LATIN_CLITICS:
        if word.startswith(written) and len(word) - len(written) > _SHORTEST_NAME + 1:
            yield word[len(written) :], weight
    if kurmanji and word[-1] in "ai" and len(word) > _SHORTEST_NAME + 2:
        yield word[:-1], 0


def is_kurdish(text: str) -> bool:
    """Whether a letter stands there that only Sorani has; Iraqis writing Arabic do type چ گ پ, never these."""
    return _KURDISH_LETTERS.search(text) is not None


def is_football(words: list[str]) -> bool:
    """Whether these folded words report a match."""
    return not _FOOTBALL.isdisjoint(words)


KURMANJI: Final = frozenset(_words("dora dor"))  # "around", by sound; Dora is a quarter of Baghdad
# "not in Mosul": what follows is where it did not happen.
_NOT: Final = frozenset(_words("مو موش مش مهو ليس ليست نهك نهوهك not ne"))
_INSTITUTION: Final = frozenset(_words("المجتمعيه المحليه الاتحاديه العراقيه النهريه"))
_ROAD: Final = frozenset(_words("طريك بطريك الطريك بالطريك خط سريع السريع بالسريع road highway"))
_FILLERS: Final = frozenset(
    _words(
        "اني انا احنا هو هي هم هاي هذا هاي هنا هناك لا مو اي نعم كصدي اكصد يعني كلتلكم كلت كتلكم كتلك والله اكو ساكن "
        "ساكنين نسكن اسكن داخل خارج كرب و او الي عند مال صار المكان العنوان المنطكه منطكتنا محافظه كظا ناحيه "
        "in at the near from of is it we i my am area city governorate district street hay hai al el il min li l b bi "
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


def is_institution(words: Sequence[str], end: int) -> bool:
    """Whether the word after a name makes an institution of it: "الشرطة المجتمعية" is no quarter of Basra."""
    return end < len(words) and words[end] in _INSTITUTION


def is_road(words: Sequence[str], start: int) -> bool:
    """Whether a road is named by the place that it leads to."""
    return words[start] in _ROAD or (start > 0 and words[start - 1] in _ROAD)


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
