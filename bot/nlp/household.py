"""Tells whether somebody's own kin do something to whoever tells it, or to a woman or child of theirs.

What can be done to somebody no list holds. So any verb counts that has "me" in it behind kin ("he makes me swallow
it"), or "her" where a woman of theirs is told of, unless it is one of the few that do good, or another stands between.
In doubt it counts: whoever asks may be somebody whose own bear arms, or keep the keys of the court.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import insiders, wordlists
from bot.nlp.normalise import letters

_LISTS: Final = (
    "mine hers father child woman man me no_verb her kind not does last kindly says to_her takes my_thing fears goes "
    "unheard befalls outside sets suffers other"
).split()
_FAR: Final = 9  # words between kin and what they do
_NEAR: Final = 3
_MOST: Final = 400  # words; long texts are read in passages too
_SUFFERED: Final = (
    r"(?:(?:is|was|were|got|been|being|lies) (?:trapped|shot|stabbed|bleeding|wounded|injured|kidnapped|abducted|"
    r"unconscious|drowning|buried|run over)|collapsed|fainted|drowned|"
    r"(?:gunmen|kidnappers|the (?:smoke|fire|flames)) (?:is|are|was|were|has|have|attacked|opened))\b"
)
_KIN: Final = (
    r"\bmy (?:\w+ )?(?:husband|ex|fiance|father|dad|stepfather|brothers?|uncles?|cousin|son|in laws|family|boyfriend)\b"
)
_HIS: Final = (
    r"(?:i|me|she|her|he|his|my|sets?|lit|started|sent|brought|hired|(?:burn|pour|lock|beat|hit|stab|kidnap)\w*)"
)
_BEFELL: Final = re.compile(rf"{_KIN}(?! and (?:gunmen|kidnappers))(?: (?!{_HIS} )\w+){{0,4}}? {_SUFFERED}")
_BY_HIM: Final = re.compile(r"\bhe (?!(?:cant|cannot|can not|could|couldnt|doesnt|does not|is|was)\b)(?:\w+ ){1,3}me\b")
_ENGLISH: Final = re.compile(
    rf"{_KIN}"
    rf"(?: (?!(?:saw|told|heard|helped|knows) |{_SUFFERED})\w+){{0,14}}? "
    r"(?:(?!(?:tell|told|ask|help|call|show|give|gave|sa|inform|warn|send|sent|love|support|teach|taught|let|owe|pay|paid|"
    r"remind|for|to|with|from|of|at|and|beside|near|about|than|on|in)\w* |"
    r"(?:hear|answer|recogni[sz]e)s? )[a-z]+|(?:not|wont|doesnt|never|dont) let) "
    r"(?:me|my (?:mother|sister|daughter|kids|children|phone|passport|salary))\b"
)
_AT_ME: Final = re.compile(letters(r"(?!ال)\w{3,}(?:ني|تني|وني)"))  # right behind kin it is what he did
_MY_HUSBAND: Final = re.compile(r"\bmy (?:ex )?(?:husband|fiance|ex)\b")


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "household.tsv", frozenset(_LISTS))
    return MappingProxyType({name: re.compile(letters(listed[name])) for name in _LISTS})


def harms(key: str) -> bool:
    """Whether kin are told to do something to whoever tells a key, or to a woman or child of theirs."""
    if _ENGLISH.search(key):
        return True
    words = key.split()[:_MOST]
    return any(_is_kin(words, at) and _acts(words, at) for at in range(len(words)))


def suffered(key: str) -> bool:
    """Whether something is told to have befallen kin, or to threaten beside them, and nobody's deed but strangers'."""
    if _BEFELL.search(key):
        return not _BY_HIM.search(key)
    words = key.split()[:_MOST]
    of_woman = any(_is(word, "woman") for word in words)
    for at in (at for at in range(len(words)) if _is_kin(words, at)):
        for each in range(at + 1, min(len(words), at + 1 + _FAR)):
            if _is_deed(words, each, of_woman=of_woman) or _is(words[each], "sets"):
                return False
            if _is(words[each], "befalls") or _is_outside(words, each, at):
                return not any(
                    _is_deed(words, late, of_woman=of_woman) and not _is(words[late - 1], "outside")
                    for late in range(each + 1, len(words))
                )
    return False


def is_of_a_husband(key: str) -> bool:
    """Whether it speaks of him to whom whoever tells it is, was or shall be married, before any of rank.

    Nothing was done to him, and he asks for nothing there.
    """
    words = key.split()[:_MOST]
    at = next((at for at in range(len(words)) if _is_husband(words, at)), None)
    if at is None and not _MY_HUSBAND.search(key):
        return False
    theirs = insiders.ranks(words)
    after = at is None or not theirs or at < theirs[0]
    return after and not any(_is(word, name) for word in words for name in ("suffers", "goes"))


def _is(word: str, name: str) -> bool:
    return load()[name].fullmatch(word) is not None


def _is_husband(words: Sequence[str], at: int) -> bool:
    fathers = _is(words[at], "father") and any(_is(word, "child") for word in words[at + 1 : at + 2])
    return fathers or _is(words[at], "hers")


def _is_kin(words: Sequence[str], at: int) -> bool:
    if _is(words[at], "mine") or _is(words[at], "hers"):
        return True
    joined = any(_is(word, "woman") for word in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2]))
    return joined and _is(words[at], "man")


def _acts(words: Sequence[str], at: int) -> bool:
    """Whether a deed follows the kin at this place before anybody else is told of."""
    of_woman = any(_is(word, "woman") for word in words)
    if at and _is(words[at - 1], "me") and not (_is(words[at - 1], "kind") or _is(words[at - 1], "no_verb")):
        return True  # the verb comes first: "tomorrow he takes me, my husband"
    if any(
        _AT_ME.fullmatch(word) and not (_is(word, "kind") or _is(word, "no_verb")) for word in words[at + 1 : at + 2]
    ):
        return True
    for each in range(at + 1, min(len(words), at + 1 + _FAR)):
        word = words[each]
        if _is_deed(words, each, of_woman=of_woman):
            return True
        if _is(word, "suffers") or _is(word, "other") or _is_outside(words, each, at):
            return False
    return False


def _is_outside(words: Sequence[str], at: int, kin: int) -> bool:
    """Whether strangers, smoke or fire come in: right behind kin, "and gunmen" came with him."""
    return at > kin + 1 and _is(words[at], "outside")


def _is_deed(words: Sequence[str], at: int, *, of_woman: bool) -> bool:
    word, after = words[at], words[at + 1 : at + 2]
    refused = any(_is(each, "not") for each in words[max(0, at - 1) : at])
    if _is(word, "no_verb"):
        return False
    if _is(word, "me") or (of_woman and _is(word, "her")):
        return not _is(word, "unheard") if refused else not _is(word, "kind")
    if any(_is(each, "woman") for each in after) and _is(word, "does"):
        return refused or not _is(word, "kindly")
    if at and _is(words[at - 1], "woman") and _is(word, "last"):
        return True
    if _is(word, "takes") and any(_is(each, "my_thing") for each in after):
        return True
    near = words[at + 1 : at + 1 + _NEAR]
    return (_is(word, "says") and any(_is(each, "to_her") for each in near)) or _is(word, "fears")
