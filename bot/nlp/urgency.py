"""How urgent and how private a key sounds, by red-flag rules that are data. Recall first: rules only ever raise.

A rule looks at folded text. What is over ("yesterday"), a match report, a song or a joke is no emergency, except that
words of suicide always are. Set phrases that only sound grave ("the heat kills me") are taken out before.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from bot.nlp import cries
from bot.nlp.normalise import letters
from bot.taxonomy import RULES
from bot.vocabulary import Category, Guess, Urgency

# How sure we must be of a category before its own least urgency counts. No category but self-harm makes an emergency by
# itself: who was taken last week, and the fire that is out, need a person soon, not this minute.
_FLOOR_FROM: Final[Mapping[Urgency, float]] = {Urgency.NORMAL: 0.0, Urgency.HIGH: 0.45}
# Suicide is heard at a lower threshold, and not only as the first guess: a missed one cannot be made good.
_SELF_HARM_FROM: Final = 0.3
# A word with a غ that is not one of the common words which everybody writes so ("fainted" is no "shot at").
_MOSUL: Final = re.compile(
    r"(?<!\w)(?!\w*(?:غرف|غريب|غاز|[زص]غير|غير|غدا|غلط|غالي|غصب|شغل|لغ|غرك|غظب|غلك|بغداد|غتصب|غسل|فارغ|غيم|غمي عل))\w*غ"
)
# The model's chances from which it raises: chosen on unseen authors (docs/model.md), recall before precision.
EMERGENCY_FROM: Final = 0.25
SURE_EMERGENCY_FROM: Final = 0.5
_SURELY_ORDINARY: Final = 0.8
HIGH_FROM: Final = 0.5
_CRY: Final = "cry"
_SELF: Final = "self"
_OWN_DEATH: Final = frozenset({_SELF, "bridge", "pills"})
_STAGED: Final = "staged"
_SHOTS: Final = "shots"
_HOSTAGE: Final = "hostage"
_ASSAILED: Final = "assailed"
_AND: Final = " && "  # between patterns of one rule that must all be found


class When(StrEnum):
    """What must be true for a rule to count, besides its words."""

    ANY = "any"
    RECENT = "recent"  # not months ago: who was taken yesterday is still gone
    FRESH = "fresh"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Flag:
    """One rule: its name (shown to staff as the reason), what it raises to, and when. Every pattern must be found.

    seals: the sensitive category that such words belong to, whenever it happened; None when they are not private.
    """

    name: str
    level: Urgency
    when: When
    patterns: tuple[re.Pattern[str], ...]
    seals: Category | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """All rules; the words of time and play that say whether one counts; and cues that are no matter of urgency.

    about_police: it complains about police or forum. woman_officer: asks for a woman. fear: nobody must know.
    no_reply: asks not to be written to. minor: somebody under 18 speaks or is harmed; grown: that age is a thing's.
    metaphor: phrases that only sound grave. advert: words of adverts.
    """

    rules: tuple[Flag, ...]
    now: re.Pattern[str]
    past: re.Pattern[str]
    long_past: re.Pattern[str]
    play: re.Pattern[str]
    about_police: re.Pattern[str]
    woman_officer: re.Pattern[str]
    fear: re.Pattern[str]
    no_reply: re.Pattern[str]
    minor: re.Pattern[str]
    grown: re.Pattern[str]
    metaphor: re.Pattern[str]
    advert: re.Pattern[str]


class Alarm(NamedTuple):
    """How urgent a text is, and the names of the rules that made it so."""

    level: Urgency
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scene:
    now: bool
    past: bool
    long_past: bool
    play: bool


class Heard(NamedTuple):
    """The scene of a text, the rules that count in it, and the sensitive category of the first private one.

    What is private stays so however long ago it was, and whether or not its rule raises the urgency.
    """

    scene: _Scene
    spoke: tuple[Flag, ...]
    private: Category | None


@cache
def load(path: Path) -> Flags:
    """Read red_flags.tsv (name, level, when, pattern, seals), once a process; a bare cry (bot.nlp.cries) is one more.

    Raises OSError, ValueError, re.error if it is not so.
    """
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    contexts: defaultdict[str, list[str]] = defaultdict(list)
    rules: list[Flag] = []
    for name, level, when, pattern, seals in rows:
        if level == "context":
            contexts[name].append(pattern)
        else:
            patterns = tuple(_whole_words(part) for part in pattern.split(_AND))
            rules.append(Flag(name, Urgency[level.upper()], When(when), patterns, Category(seals) if seals else None))
    rules.append(Flag(_CRY, Urgency.EMERGENCY, When.ANY, (cries.pattern(),)))
    return Flags(tuple(rules), **{name: _whole_words("|".join(parts)) for name, parts in contexts.items()})


def _whole_words(pattern: str) -> re.Pattern[str]:
    """The pattern in folded letters, at word ends; one proclitic (and, in, for, then) may stand before."""
    return re.compile(rf"(?<!\w)[وبلف]?(?:{letters(pattern)})(?!\w)")


def _counts(flag: Flag, scene: _Scene) -> bool:
    """Whether a rule whose words were found may raise the urgency of such a scene."""
    if scene.play and not (flag.when is When.ANY and flag.level is Urgency.EMERGENCY):
        return False
    match flag.when:
        case When.ANY:
            return True
        case When.RECENT:
            return scene.now or not scene.long_past
        case When.FRESH:
            return scene.now or not (scene.past or scene.long_past)
        case When.NOW:
            return scene.now and not scene.long_past


def _floor(guesses: Sequence[Guess]) -> Urgency:
    """The least urgency of the category, if it is sure enough."""
    if any(g.category is Category.SELF_HARM and g.confidence >= _SELF_HARM_FROM for g in guesses):
        return Urgency.EMERGENCY
    best = guesses[0]
    if best.category is Category.SELF_HARM:
        return Urgency.HIGH if best.confidence >= _FLOOR_FROM[Urgency.HIGH] else Urgency.NORMAL
    least = min(RULES[best.category].urgency, Urgency.HIGH)
    return least if best.confidence >= _FLOOR_FROM[least] else Urgency.NORMAL


def plainly(flags: Flags, key: str) -> str:
    """The key without set phrases that only sound grave ("the heat kills me", "prices are on fire")."""
    return " ".join(flags.metaphor.sub(" ", key).split())


def _with_r(key: str) -> str:
    """The key, and once more as Mosul means it, which writes its ر as غ."""
    return f"{key} {key.replace('غ', 'ر')}" if _MOSUL.search(key) else key


def hear(flags: Flags, key: str) -> Heard:
    """Every rule that speaks of a key."""
    key = _with_r(key)
    scene = _Scene(
        now=flags.now.search(key) is not None,
        past=flags.past.search(key) is not None,
        long_past=flags.long_past.search(key) is not None,
        play=flags.play.search(key) is not None,
    )
    found = _not_staged([flag for flag in flags.rules if all(pattern.search(key) for pattern in flag.patterns)])
    sealing = (flag.seals for flag in found if flag.seals is not None and not scene.play)
    return Heard(scene, tuple(flag for flag in found if _counts(flag, scene)), next(sealing, None))


def with_assailed(heard: Heard) -> Heard:
    """The same where kin are told to be hurt, silent or taken now (bot.nlp.assailed): that is an emergency, too."""
    return heard._replace(spoke=(*heard.spoke, Flag(_ASSAILED, Urgency.EMERGENCY, When.ANY, ())))


def _not_staged(found: Sequence[Flag]) -> Sequence[Flag]:
    """The rules found, without those of suicide where it is only what who kills her will call it."""
    staged = any(flag.name == _STAGED for flag in found)
    return [flag for flag in found if not (staged and flag.name == _SELF)]


def _likely(emergency: float, high: float, scene: _Scene, best: Guess) -> Urgency:
    """What the model's chances raise to. More is asked of what was yesterday, and of a matter that seldom is urgent.

    Nothing long over is an emergency.
    """
    over = (scene.past or scene.long_past) and not scene.now
    seldom = RULES[best.category].urgency is Urgency.NORMAL and best.confidence >= _SURELY_ORDINARY
    enough = SURE_EMERGENCY_FROM if over or seldom else EMERGENCY_FROM
    if emergency >= enough and not (scene.long_past and not scene.now):
        return Urgency.EMERGENCY
    return Urgency.HIGH if max(emergency, high) >= HIGH_FROM else Urgency.NORMAL


def only_cries(heard: Heard) -> bool:
    """Whether all that rules found is a cry for help, which does not say what happened."""
    return bool(heard.spoke) and all(flag.name == _CRY for flag in heard.spoke)


def wants_to_die(heard: Heard) -> bool:
    """Whether words of suicide were found: somebody's own death, not one that others threaten with."""
    return any(flag.name == _SELF for flag in heard.spoke)


def tells_of_own_death(heard: Heard) -> bool:
    """Whether words of suicide were found, or of pills taken or a bridge stood on."""
    return any(flag.name in _OWN_DEATH for flag in heard.spoke)


def tells_of_shots(heard: Heard) -> bool:
    """Whether words of gunfire were found, or of many who are hurt or dead."""
    return any(flag.name == _SHOTS for flag in heard.spoke)


def tells_of_hostages(heard: Heard) -> bool:
    """Whether words were found of people whom the armed hold now."""
    return any(flag.name == _HOSTAGE for flag in heard.spoke)


def alarm(heard: Heard, guesses: Sequence[Guess], *, emergency: float = 0.0, high: float = 0.0) -> Alarm:
    """How urgent that is, with the guesses to stand by (best first, not empty) and the model's chances of each level.

    The model, like the rules, only raises.
    """
    likely = _likely(emergency, high, heard.scene, guesses[0])
    level = max((_floor(guesses), likely, *(flag.level for flag in heard.spoke)))
    return Alarm(level, tuple(dict.fromkeys(flag.name for flag in heard.spoke if flag.level is level)))
