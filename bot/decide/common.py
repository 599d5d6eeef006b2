"""Words that anybody may begin a message with: as a word of her own one of these would open to whoever asks who we are.

Of a word that opens the first one to three of a message are tried (storage.reporting.discretion), so that she may go on
with what she has to tell. "كلمتي شنو" would open to every "شنو هاي الرسالة". Nor may it be a name: her word is cut from
what she tells, and with it who it was that she tells of.
"""

from functools import cache
from pathlib import Path
from typing import Final

from bot import commands
from bot.nlp import names, wordlists

_TABLE: Final = Path(__file__).parent / "data" / "common.tsv"
_LISTS: Final = frozenset({"common"})
_AND: Final = "و"


@cache
def load() -> frozenset[str]:
    """The words of data/common.tsv, folded, once a process. Raises OSError or ValueError if they are not so."""
    return frozenset(map(commands.fold, wordlists.words(wordlists.read(_TABLE, _LISTS)["common"])))


def is_common(word: str) -> bool:
    """Whether a word, as it stands or after "and", is one of those, or a word in it is somebody's name."""
    if any(names.is_given(one) for one in word.split()):
        return True
    key = commands.fold(word)
    return key in load() or key.removeprefix(_AND) in load()
