"""Everyday words in Latin letters that sound like a place: "our" is no Ur, "the door" no Dour, "bil madina" no quarter.

Names are compared by sound, so the letters tell here. A word of the first list never names a place by itself; one of
the second does where it is all that is written, has a capital within a phrase, or beside it the word for what is called
so ("7ay", "district").
"""

from collections.abc import Sequence
from typing import Final

_NEVER: Final = frozenset(
    """
    a i he she it me my we us our ours you your they them their there this that these those to of on or and as an am
    is are be been by for from if in into no not so than then till until up was were will with who whom why what
    when where hour hours door doors tell tells told seven better valid tape roommate hey derman tore car cars hear
    here hair hare hall hole her his him hot hut bar bank dear deer dark shy tall tail tale tear tier tour tower toy
    turn soon son sun sir sell sale salary same some seem day today night neat near new now all ill old out over
    under again also ani inta inti ente enti huwa hiya howa hia ehna i7na humma hum hal hathi hatha hada hadi
    haay wahed wa7id ta3al ta3ala ta3alu iza etha itha ba3da ba3dha ba3ad kam kem qad kad sana sanah saf 9af jar
    jari tala3 tal3 tal3a 6ala3 6alla3 6al3a ta7t tel tal khair kher ba3adha b3adha tha2r sadda sade shari3 share3
    mal3ab malayin karaj elam alam alamm bab babna bait beit bet bayt bayta sayyara sayara sowar 9uwar sukkar shayib
    bashar maghrib fajr kure kurê têl zorê xelas xar geri kerema ser bo ji li min te we wi wî
    """.split()
)
_UNLESS_MARKED: Final = frozenset(
    """
    hit hai hay asra adam amadi khalas 5alas shab shurta shur6a wahda wa7da jami3 jami jaami3 jami3a jami3at 7ay al el
    il ana dar dor dur dukan dukkan risala shabaka majar madina madeena
    """.split()
)


def is_everyday(written: str, beside: Sequence[str], *, opens: bool, levels: frozenset[str]) -> bool:
    """Whether a word is an everyday one here, and no place.

    written: as typed, perhaps with its article. beside: the words next to it by sound, "" where there is none.
    opens: it begins a phrase, where a capital says nothing. levels: the words by sound that say what is called so.
    """
    word = written.replace("-", " ").split(" ")[-1]
    plain = word.lower()
    if plain not in _NEVER and plain not in _UNLESS_MARKED:
        return False
    named = not levels.isdisjoint(beside)
    capital = word[:1].isupper() and not opens
    return plain in _NEVER or not (capital or named or not any(beside))
