"""Which words of a text name places, and which of those names count: not the denied, not where a road leads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.nlp import clitics
from bot.nlp import placewords as words_of
from bot.nlp.gazetteer import Gazetteer, split
from bot.nlp.mentions import Hit, scan, scan_latin, set_apart
from bot.nlp.sounds import LATIN, fold_latin
from bot.nlp.written import Wording, latin_wording, wording

# Least strength by an entry's need.
ENOUGH: Final = (0, words_of.LOCATIVE, words_of.APART, words_of.NAMED)


def said(key: str) -> int:
    """How many words of a key without names may say what happened: no pronouns, numbers or words such as "in"."""
    return sum(not words_of.tells_nothing(word) for word in split(key))


def hits_of(gazetteer: Gazetteer, words: Sequence[str], clean: str) -> tuple[list[Hit], list[Hit]]:
    """The names in Arabic script and those in Latin letters, without the denied, and roads only if nothing else.

    Where a match is reported, only what something says to have happened in.
    """
    text, latin_text = wording(words, clean), latin_wording(clean if LATIN.search(clean) else "")
    arabic = _affirmed(scan(gazetteer, text, kurdish=clitics.is_kurdish(clean)), words)
    latin: list[Hit] = []
    if latin_text.words:
        kurmanji, turkish = clitics.is_kurmanji(clean), clitics.is_turkish(clean)
        latin = scan_latin(gazetteer, latin_text, kurmanji=kurmanji, turkish=turkish)
        latin = _affirmed(latin, latin_text.words)
    if words_of.is_football(words):
        arabic, latin = _located(arabic), _located(latin)
    else:
        arabic, latin = set_apart(arabic, text), set_apart(latin, latin_text)
    latin = [_with_latin_site(hit, latin_text) for hit in latin]
    told = [_with_site(hit, text) for hit in _without_roads(arabic, words)]
    return [
        replace(hit, strength=words_of.ORIGIN) if words_of.is_origin(words, hit.start) else hit for hit in told
    ], latin


def _located(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.strength >= words_of.LOCATIVE]


def _with_site(hit: Hit, text: Wording) -> Hit:
    """With the word for what is called so before it, as written: "سوق مريدي", "سيطرة الشعب"."""
    before = text.words[hit.start - 1] if hit.start else ""
    glued = words_of.SITES.get(before)
    if glued is None or not hit.written or hit.start in text.breaks:
        return hit
    return replace(hit, site=text.span(hit.start - 1, 1, cut=glued))


def _with_latin_site(hit: Hit, text: Wording) -> Hit:
    """The same for "7ay", "suq", which is written with the name."""
    if hit.start in text.breaks or text.words[hit.start - 1] != "hai":
        return hit
    return replace(hit, written=text.span(hit.start - 1, hit.size + 1))


def _affirmed(hits: Sequence[Hit], words: Sequence[str]) -> list[Hit]:
    """Without what is said not to be the place, and what is no place in such company."""
    return [
        hit
        for hit in hits
        if not words_of.is_no_place(words, hit.start, hit.end)
        and (hit.strength or not words_of.is_plate(words, hit.start, hit.end))
    ]


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
    inside = {at for hit in arabic for at in range(hit.start, hit.end)}
    heard = latin_wording(clean).words if latin else []
    sounds = {sound for hit in latin for sound in heard[hit.start : hit.end]}
    return inside | {at for at, word in enumerate(words) if sounds and word.isascii() and _sounds_of(word) & sounds}


def _sounds_of(word: str) -> set[str]:
    return set(fold_latin(word))


def named(words: Sequence[str], arabic: Sequence[Hit], latin: Sequence[Hit], clean: str) -> tuple[tuple[int, int], ...]:
    """The words that surely name a place; in a text of nothing but names, all of them."""
    inside = positions(words, arabic, latin, clean)
    if not words_of.is_bare(words, inside):
        arabic, latin = _met(arabic), _met(latin)
        inside = positions(words, arabic, latin, clean)
    return tuple((at, at + 1) for at in sorted(inside))


def _met(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if any(hit.strength >= ENOUGH[entry.need] for entry in hit.entries)]
