"""How a message leans on what was told before: it goes on, points back, describes, or speaks to us about it.

The words are data; what stands here is the grammar by which a word leans, its article and its endings.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot import commands
from bot.nlp import wordlists

_TABLE: Final = Path(__file__).parent / "data" / "leanings.tsv"
# "السيارة نفسها", but not "يموت نفسه".
SELF: Final = re.compile(commands.letters(r"ال\w+ نفس(?:ه|ها|هم)(?!\w)"))
# "لگيته", "ضربوه": whom somebody found or beat is not in it.
DID_IT: Final = re.compile(commands.letters(r"\w{2,}(?:يته|فته|يتها|فتها|ناها|ناه|وها)|\w{3,}(?:وه|ته)|\w{2,}وهم"))
THEIRS: Final = re.compile(commands.letters(r"\w{2,}(?:هم|ها|هن)"))  # "صوتهم", "طولها"
ARTICLE: Final = re.compile(commands.letters(r"[وفبلک]?(?:ال|لل)(\w{3,})"))
GLUED: Final = "وبلف"  # "and", "in", "to", "then"
ENDING: Final = re.compile(commands.letters(r"(?:ها|هم|نا|کم|ات|ين|ون|تي|ته|ه|ي)$"))
KURDISH_THE: Final = re.compile(commands.letters(r"(\w{3,}?)ەکە\w{0,4}$"))
# "المصابين", "الباب", "جانتاکە": with its article, and yet not said before.
_THE: Final = re.compile(commands.letters(r"(?:ال|لل)\w{3,}|\w{3,}(?:ەکە|اکە|ێکە|ەکان|یەکە)(?:ی|یان|ش|یش)?"))
_LISTS: Final = frozenset(
    (
        "same near_to_same proof describes surely perhaps goes_on_from waw back of_them aside does does_again they_do "
        "trailing anywhere lately everybodys pronoun addresses recently because quotes"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/leanings.tsv, which says what each is for, as folded words and as patterns of folded text."""

    is_same: re.Pattern[str]
    points_to_same: re.Pattern[str]
    proof: re.Pattern[str]
    describes: re.Pattern[str]
    goes_on: re.Pattern[str]
    goes_on_from: re.Pattern[str]
    goes_on_perhaps: re.Pattern[str]
    waw: frozenset[str]
    back: frozenset[str]
    of_them: re.Pattern[str]
    aside: frozenset[str]
    does: frozenset[str]
    does_again: frozenset[str]
    they_do: re.Pattern[str]
    trailing: frozenset[str]
    anywhere: frozenset[str]
    lately: re.Pattern[str]
    everybodys: frozenset[str]
    pronoun: re.Pattern[str]
    addresses: re.Pattern[str]
    recently: re.Pattern[str]
    because: re.Pattern[str]
    quotes: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, _LISTS)
    plain = {name: commands.letters(listed) for name, listed in lists.items()}
    words = {name: folded(listed) for name, listed in lists.items()}
    same = rf"(?<!\w)(?:{commands.alternatives(lists['same'])})"
    # "بنفس الشارع" is only near to it; "نفس السيارة" is it.
    near = commands.letters(rf"(?! (?:ال)?(?:{lists['near_to_same']})(?!\w))")
    return Cues(
        is_same=re.compile(rf"{same}(?!\w)"),
        points_to_same=re.compile(rf"{same}{near}(?!\w)"),
        proof=re.compile(plain["proof"]),
        describes=_beginning(plain["describes"]),
        goes_on=_anywhere(commands.alternatives(lists["surely"])),
        goes_on_from=_beginning(plain["goes_on_from"]),
        goes_on_perhaps=_beginning(commands.alternatives(lists["perhaps"])),
        waw=words["waw"],
        back=words["back"],
        of_them=re.compile(plain["of_them"]),
        aside=words["aside"],
        does=words["does"],
        does_again=words["does_again"],
        they_do=re.compile(plain["they_do"]),
        trailing=words["trailing"],
        anywhere=words["anywhere"],
        lately=_beginning(plain["lately"]),
        everybodys=words["everybodys"],
        pronoun=_anywhere(plain["pronoun"]),
        addresses=_anywhere(plain["addresses"]),
        recently=_anywhere(plain["recently"]),
        because=_anywhere(plain["because"]),
        quotes=re.compile(rf"(?<!\w)و?(?:{plain['quotes']})(?!\w)"),
    )


def _beginning(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?!\w)")


def _anywhere(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def folded(listed: str) -> frozenset[str]:
    """The words of a list of words, as they stand in folded text."""
    return frozenset(commands.fold(" ".join(wordlists.words(listed))).split())


def is_known(word: str) -> bool:
    """Whether a word bears an article as if it had been told of, and is not what everybody knows."""
    return _THE.fullmatch(word) is not None and word not in load().everybodys
