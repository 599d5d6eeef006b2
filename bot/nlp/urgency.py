"""How urgent a key sounds, by red-flag rules that are data. Recall first: rules only ever raise.

A rule looks at folded text. What is over ("yesterday"), a match report, a song or a joke is no emergency, except that
words of suicide always are.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.nlp.normalise import letters
from bot.taxonomy import RULES
from bot.vocabulary import Category, Guess, Urgency

# How sure we must be of a category before its own least urgency counts.
_FLOOR_FROM: Final[Mapping[Urgency, float]] = {Urgency.NORMAL: 0.0, Urgency.HIGH: 0.25, Urgency.EMERGENCY: 0.22}
# Suicide is heard at a lower threshold, and not only as the first guess: a missed one cannot be made good.
_SELF_HARM_FROM: Final = 0.3
_AND: Final = " && "  # between patterns of one rule that must all be found


class When(StrEnum):
    """What must be true for a rule to count, besides its words."""

    ANY = "any"
    RECENT = "recent"  # not months ago: who was taken yesterday is still gone
    FRESH = "fresh"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Flag:
    """One rule: its name (shown to staff as the reason), what it raises to, and when. Every pattern must be found."""

    name: str
    level: Urgency
    when: When
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Flags:
    """All rules; the words of time and play that say whether one counts; and cues that are no matter of urgency.

    about_police: it complains about police or forum. woman_officer: asks for a woman. fear: nobody must know.
    """

    rules: tuple[Flag, ...]
    now: re.Pattern[str]
    past: re.Pattern[str]
    long_past: re.Pattern[str]
    play: re.Pattern[str]
    about_police: re.Pattern[str]
    woman_officer: re.Pattern[str]
    fear: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Scene:
    now: bool
    past: bool
    long_past: bool
    play: bool


def load(path: Path) -> Flags:
    """Read red_flags.tsv (name, level, when, pattern). Raises OSError, ValueError or re.error when it is not so."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    contexts: defaultdict[str, list[str]] = defaultdict(list)
    rules: list[Flag] = []
    for name, level, when, pattern in rows:
        if level == "context":
            contexts[name].append(pattern)
        else:
            patterns = tuple(_whole_words(part) for part in pattern.split(_AND))
            rules.append(Flag(name, Urgency[level.upper()], When(when), patterns))
    return Flags(tuple(rules), **{name: _whole_words("|".join(parts)) for name, parts in contexts.items()})


def _whole_words(pattern: str) -> re.Pattern[str]:
    """The pattern in folded letters, at word ends; one proclitic (and, in, for, then) may stand before."""
    return re.compile(rf"(?<!\w)[وبلف]?(?:{letters(pattern)})(?!\w)")


def _counts(flag: Flag, scene: _Scene, key: str) -> bool:
    if scene.play and not (flag.when is When.ANY and flag.level is Urgency.EMERGENCY):
        return False
    match flag.when:
        case When.ANY:
            allowed = True
        case When.RECENT:
            allowed = scene.now or not scene.long_past
        case When.FRESH:
            allowed = scene.now or not (scene.past or scene.long_past)
        case When.NOW:
            allowed = scene.now and not scene.long_past
    return allowed and all(pattern.search(key) for pattern in flag.patterns)


def _floor(guesses: Sequence[Guess], scene: _Scene) -> Urgency:
    """The least urgency of the category, if it is sure enough; what is long over falls short of an emergency."""
    if any(g.category is Category.SELF_HARM and g.confidence >= _SELF_HARM_FROM for g in guesses):
        return Urgency.EMERGENCY
    best = guesses[0]
    least = RULES[best.category].urgency
    if best.confidence < _FLOOR_FROM[least]:
        return Urgency.NORMAL
    over = scene.long_past or (scene.past and best.category is Category.FIRE_MEDICAL)
    if least is Urgency.EMERGENCY and ((over and not scene.now) or scene.play):
        return Urgency.HIGH
    return least


def urgency(flags: Flags, key: str, guesses: Sequence[Guess]) -> tuple[Urgency, tuple[str, ...]]:
    """The urgency of a key whose category was guessed (best first, not empty), and the rules that spoke."""
    if "غ" in key:  # Mosul writes its ر so
        key = f"{key} {key.replace('غ', 'ر')}"
    scene = _Scene(
        now=flags.now.search(key) is not None,
        past=flags.past.search(key) is not None,
        long_past=flags.long_past.search(key) is not None,
        play=flags.play.search(key) is not None,
    )
    spoke = [flag for flag in flags.rules if _counts(flag, scene, key)]
    level = max((_floor(guesses, scene), *(flag.level for flag in spoke)))
    return level, tuple(dict.fromkeys(flag.name for flag in spoke if flag.level is level))
