"""Which words of a text name places, and which of those names count: not the denied, not where a road leads."""

from collections.abc import Sequence
from typing import Final

from bot.nlp import placewords as words_of
from bot.nlp.gazetteer import Gazetteer, split
from bot.nlp.mentions import Hit, latin_split, scan, scan_latin

ENOUGH: Final = (0, words_of.LOCATIVE, words_of.NAMED)  # least strength by an entry's need


def said(key: str) -> int:
    """How many words of a key without names may say what happened: no pronouns, numbers or words such as "in"."""
    return sum(not words_of.tells_nothing(word) for word in split(key))


def hits_of(gazetteer: Gazetteer, words: Sequence[str], clean: str) -> tuple[list[Hit], list[Hit]]:
    """The names in Arabic script and those in Latin letters, without the denied, and roads only if nothing else."""
    arabic = scan(gazetteer, words, kurdish=words_of.is_kurdish(clean))
    latin_words = latin_split(clean)
    latin = scan_latin(gazetteer, clean)
    return _without_roads(_affirmed(arabic, words), words), _affirmed(latin, latin_words)


def _affirmed(hits: Sequence[Hit], words: Sequence[str]) -> list[Hit]:
    """Without what is said not to be the place, and what is no place in such company."""
    kept = (hit for hit in hits if not words_of.is_denied(words, hit.start))
    return [hit for hit in kept if not words_of.is_institution(words, hit.start + hit.size)]


def _without_roads(hits: Sequence[Hit], words: Sequence[str]) -> list[Hit]:
    """Without the towns that a road leads to, where a nearer place is named: "on the Kirkuk road, near Udhaim"."""
    roads: list[Hit] = []
    for hit in hits:
        follows = bool(roads) and roads[-1].start + roads[-1].size == hit.start
        if words_of.is_road(words, hit.start) or follows:
            roads.append(hit)
    off = [hit for hit in hits if hit not in roads]
    return off if any(hit.strength >= words_of.LOCATIVE for hit in off) else list(hits)


def positions(words: Sequence[str], arabic: Sequence[Hit], latin: Sequence[Hit], clean: str) -> set[int]:
    """Where the words of all these names stand in the key."""
    inside = {at for hit in arabic for at in range(hit.start, hit.start + hit.size)}
    heard = latin_split(clean) if latin else []
    sounds = {sound for hit in latin for sound in heard[hit.start : hit.start + hit.size]}
    return inside | {at for at, word in enumerate(words) if sounds and word.isascii() and _sounds_of(word) & sounds}


def _sounds_of(word: str) -> set[str]:
    return set(latin_split(word))


def named(words: Sequence[str], arabic: Sequence[Hit], latin: Sequence[Hit], clean: str) -> tuple[tuple[int, int], ...]:
    """The words that surely name a place; in a text of nothing but names, all of them."""
    inside = positions(words, arabic, latin, clean)
    if not words_of.is_bare(words, inside):
        arabic, latin = _met(arabic), _met(latin)
        inside = positions(words, arabic, latin, clean)
    return tuple((at, at + 1) for at in sorted(inside))


def _met(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if any(hit.strength >= ENOUGH[entry.need] for entry in hit.entries)]
