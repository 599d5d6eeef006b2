"""Tells who did it where kin are hurt, silent or taken: the armed and strangers, nobody, or kin themselves.

Who is stabbed, run over or fallen and does not answer needs those who rescue, and so does a daughter whom armed
strangers took. Where one of their own did it, they are the last who should hear of it first. So every one of kin who
is named must be told to have suffered it, or only to stand by; in doubt nothing is said.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.nlp import assailed_english, flight, gone, kin
from bot.nlp.kin import One, has_a, is_a
from bot.nlp.normalise import letters
from bot.vocabulary import Category

_NEAR: Final = 3
_FAR: Final = 6
_MOST: Final = 400  # words; long texts are read in passages too
_ON_ME: Final = re.compile(letters(r"\w{2,}(?:ني|نا|ونه|تنه)|لێی?دام\w*|(?:کوت|ڕفاند|برد|خنکاند)(?:می|میان|یانم)"))
_ON_HER: Final = re.compile(letters(r"\w{3,}(?:ها|هن)"))
_OF_HER: Final = re.compile(letters(r"[وف]?(?:د|دي)?ت\w+|\w+ت|\w+(?<![تواي])ة"))
_SHE_DID: Final = re.compile(letters(r"\w+ت(?:ني|نا|ها|ه)?"))
_ON_HIM: Final = re.compile(letters(r"\w{3,}(?:وه|ته|ه|وهم|هم)"))


class Told(NamedTuple):
    """by_kin: one of kin did it. befell: of what kind it is where strangers or nobody did; None in doubt.

    gravely: somebody is stabbed, taken by force, or does not answer.
    """

    by_kin: bool = False
    befell: Category | None = None
    gravely: bool = False


def hear(key: str) -> Told:
    """What a key tells of it."""
    by_kin, befell = _hear(key)
    taken = befell is Category.KIDNAPPING
    befell = None if by_kin or _is_disputed(key, taken=taken) else befell
    return Told(by_kin, befell, gravely=_gravely(key.split()[:_MOST]) or assailed_english.gravely(key))


def _hear(key: str) -> tuple[bool, Category | None]:
    if assailed_english.speaks_of_kin(key):
        return assailed_english.by_kin(key), assailed_english.befell(key)
    words = key.split()[:_MOST]
    everyone = kin.find(words)
    if not everyone:
        return False, None
    hurt = [one for one in everyone if _suffers(words, one, everyone)]
    others = [one for one in everyone if one not in hurt and not _stands_by(words, one)]
    if others:
        return any(_did(words, one, everyone, hurt) for one in others), None
    return False, _of_kind(words, hurt) if hurt else None


def _is_disputed(key: str, *, taken: bool) -> bool:
    """Whether who tells it fled, or she who is taken may have gone herself, or the man is known who took her."""
    known, cues = gone.load(), flight.load()
    hers = (known.known_man, known.her_will, known.no_return) if taken else ()
    return any(told.search(key) for told in (known.own, cues.own, *hers))


def _suffers(words: Sequence[str], one: One, everyone: Sequence[One]) -> bool:
    """Whether it is told of one of kin that he or she was hurt, lies silent, or was taken."""
    if one.hers or _is_named_last(words, one):
        return False
    late = is_a(words[one.at], "object") and _is_taken_late(words, one)
    return late or _is_object(words, one) or _lies_hurt(words, one, everyone)


def _lies_hurt(words: Sequence[str], one: One, everyone: Sequence[One]) -> bool:
    """Whether that is told behind the name, before anything that he or she did."""
    named = {at for each in everyone for at in range(each.at, each.end)}
    for at in range(one.end, min(len(words), one.end + _FAR)):
        word = words[at]
        if at in named and word[0] != "و" and not is_a(words[at - 1], "by"):
            return False
        if at in named:
            continue
        if (is_a(word, "suffers") or _is_silent(words, at)) and (one.woman or not _OF_HER.fullmatch(word)):
            return True
        if is_a(word, "strikes") or is_a(word, "takes"):
            return _is_done_to(words, one, at)
        if is_a(word, "hinders") or is_a(word, "late_strikes"):
            return False
    return False


def _is_done_to(words: Sequence[str], one: One, at: int) -> bool:
    """Whether a deed told behind one of kin was done to them: "my son, they stabbed him"."""
    word, after = words[at], words[at + 1 : at + 3]
    if one.woman:
        return _ON_HER.fullmatch(word) is not None
    plainly = word.endswith(("وه", "ته")) or any(is_a(each, "somebody") or is_a(each, "stranger") for each in after)
    return plainly and _ON_HIM.fullmatch(word) is not None


def _is_named_last(words: Sequence[str], one: One) -> bool:
    """Whether the deed comes before who did it: "he strangled her, my father", "she was stabbed by my brother"."""
    before = words[one.at - 1] if one.at else ""
    deed = is_a(before, "strikes") or is_a(before, "takes")
    return is_a(before, "by") or (deed and _has_object(before, ofwoman=True))


def _is_object(words: Sequence[str], one: One) -> bool:
    """Whether a deed stands right before: "they took my daughter", "a car hit my mother"."""
    for at in range(one.at - 1, max(-1, one.at - _NEAR - 1), -1):
        word = words[at]
        if is_a(word, "takes") or is_a(word, "strikes") or is_a(word, "suffers"):
            return not (_ON_ME.fullmatch(word) or _ON_HER.fullmatch(word) or word.endswith("وه"))
        joined = words[at + 1][0] == "و" and (is_a(word, "kin") or is_a(word, "child"))
        if not (
            joined or is_a(word, "cars") or is_a(word, "somebody") or is_a(word, "stranger") or is_a(word, "between")
        ):
            return False
    return False


def _is_taken_late(words: Sequence[str], one: One) -> bool:
    """The same where the verb comes last."""
    after = [word for word in words[one.end : one.end + _NEAR] if not _ON_ME.fullmatch(word)]
    return has_a(after, "late_takes") or has_a(after, "late_strikes")


def _is_silent(words: Sequence[str], at: int) -> bool:
    return is_a(words[at], "lifeless") or (is_a(words[at], "silent") and has_a(words[max(0, at - 2) : at], "no"))


def _stands_by(words: Sequence[str], one: One) -> bool:
    """Whether one of kin is only there: in front of them, or weeping."""
    before, after = words[max(0, one.at - 1) : one.at], words[one.end : one.end + 2]
    return has_a(before, "beside") or is_a(words[one.at], "beside") or has_a(after, "helps")


def _did(words: Sequence[str], one: One, everyone: Sequence[One], hurt: Sequence[One]) -> bool:
    """Whether one of kin did it to who tells it, to a woman or child of theirs, or to one of the same house."""
    ofhouse = one.house or one.hers
    dear = [each for each in everyone if each is not one and (ofhouse or each.woman or each.child)]
    ofwoman = any(each.woman or (each.end - each.at > 1 and each.house) for each in everyone)
    before = words[max(0, one.at - 1) : one.at]
    if has_a(before, "by") and has_a(words[max(0, one.at - _NEAR - 1) : one.at], "suffers"):
        return True
    forced = any(has_a(words, name) for name in ("force", "arms", "stranger")) and not has_a(words, "to_rescue")
    did = before and (is_a(before[0], "strikes") or (forced and is_a(before[0], "takes")))
    if did and _has_object(before[0], ofwoman=ofwoman or one.hers):
        return True
    return any(
        (any(each in hurt for each in dear) and _forbids(words, at))
        or (
            (one.woman or not _SHE_DID.fullmatch(words[at]))
            and _acts(words, at, forced=forced)
            and (_has_object(words[at], ofwoman=ofwoman) or _reaches(words, at, dear, hurt))
        )
        for at in range(one.end, min(len(words), one.end + _FAR))
        if not has_a(words[one.end : at + 1], "element")
    )


def _acts(words: Sequence[str], at: int, *, forced: bool) -> bool:
    """Whether the word at this place is a blow, or a taking by force."""
    strikes = is_a(words[at], "strikes") or is_a(words[at], "late_strikes")
    return strikes or (forced and (is_a(words[at], "takes") or is_a(words[at], "late_takes")))


def _reaches(words: Sequence[str], at: int, dear: Sequence[One], hurt: Sequence[One]) -> bool:
    """Whether the deed at this place is done to one of these, to a child, or to the body of who tells it."""
    word, after = words[at], words[at + 1 : at + 3]
    strikes = is_a(word, "strikes") or is_a(word, "late_strikes")
    late = is_a(word, "late_strikes") or is_a(word, "late_takes")
    far = range(at - _NEAR, at) if late else range(at + 1, at + (_NEAR if strikes else 2))
    reached = any(each.at in far or (strikes and each in hurt) for each in dear)
    return reached or has_a(after, "child") or has_a(after[:1], "my_body")


def _forbids(words: Sequence[str], at: int) -> bool:
    """Whether somebody keeps help from who is hurt."""
    return is_a(words[at], "hinders") or (is_a(words[at], "says") and words[at + 1 : at + 2] == ["لا"])


def _has_object(word: str, *, ofwoman: bool) -> bool:
    return _ON_ME.fullmatch(word) is not None or (ofwoman and _ON_HER.fullmatch(word) is not None)


def _of_kind(words: Sequence[str], hurt: Sequence[One]) -> Category | None:
    strangers = _by_strangers(words)
    if strangers and any(_is_taken(words, one) for one in hurt):
        return Category.KIDNAPPING
    if has_a(words, "his"):
        return None
    silent = sum(_is_silent(words, at) for at in range(len(words)))
    stricken = has_a(words, "stricken")
    lifeless = has_a(words, "lifeless")
    if not (lifeless or silent > 1 or (silent and stricken)) or (has_a(words, "said") and not (lifeless or stricken)):
        return None
    if has_a(words, "cars"):
        return Category.TRAFFIC_SAFETY
    return Category.ASSAULT if strangers or has_a(words, "blade") else Category.FIRE_MEDICAL


def _by_strangers(words: Sequence[str]) -> bool:
    forced = any(has_a(words, name) for name in ("arms", "force", "attacks"))
    return (
        has_a(words, "stranger")
        or (has_a(words, "arms") and has_a(words, "somebody"))
        or (forced and has_a(words, "tribe"))
    )


def _is_taken(words: Sequence[str], one: One) -> bool:
    before, after = words[max(0, one.at - _NEAR) : one.at], words[one.end : one.end + _NEAR]
    if has_a(words[max(0, one.at - _NEAR - 1) : one.end + _NEAR], "wants"):
        return False
    late = any(is_a(word, "takes") and (_ON_HER.fullmatch(word) or _ON_HIM.fullmatch(word)) for word in after)
    return late or has_a(before, "takes") or has_a(after, "late_takes")


def _gravely(words: Sequence[str]) -> bool:
    silent = any(_is_silent(words, at) for at in range(len(words)))
    armed = has_a(words, "arms") or has_a(words, "stranger") or has_a(words, "force")
    taken = has_a(words, "takes") or has_a(words, "late_takes")
    return silent or has_a(words, "blade") or (armed and taken)
