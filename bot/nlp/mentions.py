"""Every place name that stands in a text, the longest first, and how strongly the words around it say "here"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.nlp import placewords as words_of
from bot.nlp.gazetteer import LEVEL_WORDS, Entry, Gazetteer
from bot.nlp.sounds import LATIN_ARTICLES, fold_latin

_MOST: Final = 40  # names weighed against each other in one text; who lists more is not telling where it happened


@dataclass(frozen=True, slots=True)
class Hit:
    """A form found in the text: words [start, start + size), its places, and how strongly its surroundings speak.

    form: as written in the table. alone: the text is an answer that holds nothing but names.
    """

    start: int
    size: int
    entries: tuple[Entry, ...]
    strength: int
    levels: frozenset[str] = frozenset()
    form: str = ""
    alone: bool = False


def scan(gazetteer: Gazetteer, words: Sequence[str], *, kurdish: bool) -> list[Hit]:
    """Every form in Arabic script, the longest first at each word."""
    hits: list[Hit] = []
    at_word = 0
    while at_word < len(words) and len(hits) < _MOST:
        hit = _longest(gazetteer, words, at_word, kurdish=kurdish)
        if hit is not None:
            joined = bool(hits) and hits[-1].start + hits[-1].size == at_word and words[at_word].startswith("و")
            hits.append(replace(hit, strength=max(hit.strength, hits[-1].strength)) if joined else hit)
        at_word += hit.size if hit is not None else 1
    return hits


def _longest(gazetteer: Gazetteer, words: Sequence[str], start: int, *, kurdish: bool) -> Hit | None:
    best: Hit | None = None
    for stem, weight in words_of.stems(words[start], kurdish=kurdish):
        most = min(gazetteer.longest.get(stem, 0), len(words) - start)
        for size in range(most, best.size if best else 0, -1):
            form = " ".join((stem, *words[start + 1 : start + size]))
            entries = gazetteer.forms.get(form)
            if entries is None and kurdish and size > 1:
                entries = gazetteer.forms.get(_without_suffix(form))
            if entries is not None:
                named = size > 1 and stem in LEVEL_WORDS
                before = stem if named else words[start - 1] if start else ""
                strength = words_of.NAMED if named else max(weight, words_of.CUES.get(before, 0))
                best = Hit(start, size, entries, strength, words_of.LEVELS_NAMED.get(before, frozenset()), form)
                break
    return best


def _without_suffix(form: str) -> str:
    return form[:-2] if form.endswith("دا") else form.removesuffix("ي")


def latin_split(text: str) -> list[str]:
    """The Latin-lettered words of a text, spelt by sound, without articles."""
    return [word for word in fold_latin(text) if word not in LATIN_ARTICLES]


def scan_latin(gazetteer: Gazetteer, text: str) -> list[Hit]:
    """Every form in Latin letters. Articles are passed over, so that "in al-Dora" is still "in" and "Dora"."""
    words = latin_split(text)
    kurmanji = any(letter in text for letter in "êîûÊÎÛ")
    hits: list[Hit] = []
    at_word = 0
    while at_word < len(words) and len(hits) < _MOST:
        common = kurmanji and words[at_word] in words_of.KURMANJI
        hit = None if common else _longest_latin(gazetteer, words, at_word, kurmanji=kurmanji)
        if hit is not None:
            hits.append(hit)
        at_word += hit.size if hit is not None else 1
    return hits


def _longest_latin(gazetteer: Gazetteer, words: Sequence[str], start: int, *, kurmanji: bool) -> Hit | None:
    for stem, weight in words_of.latin_stems(words[start], kurmanji=kurmanji):
        most = min(gazetteer.longest.get(stem, 0), len(words) - start)
        for size in range(most, 0, -1):
            entries = gazetteer.latin.get(" ".join((stem, *words[start + 1 : start + size])))
            if entries is not None:
                beside = (words[start - 1] if start else "", *words[start + size : start + size + 1])
                levels = next((words_of.LATIN_LEVELS[w] for w in beside if w in words_of.LATIN_LEVELS), frozenset())
                cue = max(words_of.LATIN_CUES.get(beside[0], 0), words_of.NAMED if levels else 0)
                return Hit(start, size, entries, max(weight, cue), levels)
    return None
