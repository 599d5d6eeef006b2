"""How a message begins that tells a matter of its own: it announces one, complains, introduces somebody, says where.

The words are data; what stands here is the grammar around them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot import commands
from bot.decide import leanings
from bot.nlp import wordlists

_TABLE: Final = Path(__file__).parent / "data" / "openings.tsv"
WANTS: Final = re.compile(r"(?:i|we) (?:want|need|would|wanna)(?!\w)")
# "هاوسەرەکەم", "شەقامەکەمان": my husband, our street.
KURDISH_MINE: Final = re.compile(commands.letters(r"\w{2,}(?:ەکەم|ەکەمان|اکەم|اکەمان)"))
INDEFINITE: Final = re.compile(commands.letters(r"\w{2,}(?:ێک|یەک)"))
_LISTS: Final = frozenset(
    "matters other another apart something offers second there somebody kin own mine begins reports locates".split()
)


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/openings.tsv, which says what each is for, as folded words and as patterns of folded text.

    announces: a matter, and "another": "موضوع ثاني", "مشكلة جديدة", "another issue", "بابەتێکی تر".
    """

    announces: re.Pattern[str]
    offers: re.Pattern[str]
    second: re.Pattern[str]
    there: frozenset[str]
    somebody: frozenset[str]
    somebodys: re.Pattern[str]
    mine: re.Pattern[str]
    begins: frozenset[str]
    reports: re.Pattern[str]
    locates: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, _LISTS)
    plain = {name: commands.letters(listed) for name, listed in lists.items()}
    relatives = commands.letters(r"ال\w{3,}|جيراننا|جارنا")
    ours = commands.letters("ي|ية|يه|نا|انا")
    return Cues(
        announces=_announces(lists),
        offers=re.compile(plain["offers"]),
        second=re.compile(rf"(?:{plain['second']})(?!\w)"),
        there=leanings.folded(lists["there"]),
        somebody=leanings.folded(lists["somebody"]),
        somebodys=re.compile(rf"(?:{plain['kin']}) (?:{relatives})(?!\w)"),
        mine=re.compile(rf"(?:{plain['own']})(?:{ours})|{plain['mine']}"),
        begins=leanings.folded(lists["begins"]),
        reports=re.compile(plain["reports"]),
        locates=re.compile(rf"(?<!\w)(?:{plain['locates']})(?!\w)"),
    )


def _announces(lists: Mapping[str, str]) -> re.Pattern[str]:
    matters, other, another, apart = (
        commands.alternatives(lists[name]) for name in ("matters", "other", "another", "apart")
    )
    something = commands.letters(lists["something"])
    return re.compile(
        rf"(?<!\w)(?:و?(?:{matters}|{something}) (?:{other})|(?:{another}) (?:{matters})|(?:{apart}))(?!\w)"
    )
