"""Every place name that stands in a text, the longest first, and how strongly the words around it say "here"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.nlp import clitics, everyday
from bot.nlp import placewords as words_of
from bot.nlp.clitics import Stem
from bot.nlp.gazetteer import LEVEL_WORDS, Entry, Gazetteer
from bot.nlp.written import Wording

_MOST: Final = 40  # names weighed against each other in one text; who lists more is not telling where it happened
_LONGEST_WORD: Final = 40  # letters of a name with what is glued to it
_SHORTEST_WITH_ARTICLE: Final = 4
_SHORT_ENDING: Final = 5  # words of a last phrase that begins with a name: ", the Shaab, near the school"


@dataclass(frozen=True, slots=True)
class Hit:
    """A form found in the text: words [start, start + size), its places, and how strongly its surroundings speak.

    form: as written in the table. alone: the text is an answer that holds nothing but names. written: as in the text,
    without what is glued to it. site: the word before it for what is called so ("سوق"), as written.
    kurdish: the text is.
    """

    start: int
    size: int
    entries: tuple[Entry, ...]
    strength: int
    levels: frozenset[str] = frozenset()
    form: str = ""
    alone: bool = False
    written: str = ""
    site: str = ""
    kurdish: bool = False

    @property
    def end(self) -> int:
        """The word after the last."""
        return self.start + self.size


def scan(gazetteer: Gazetteer, text: Wording, *, kurdish: bool) -> list[Hit]:
    """Every form in Arabic script, the longest first at each word."""
    hits: list[Hit] = []
    at_word = 0
    while at_word < len(text.words) and len(hits) < _MOST:
        hit = _longest(gazetteer, text, at_word, kurdish=kurdish)
        if hit is not None:
            joined = bool(hits) and hits[-1].end == at_word and text.words[at_word].startswith("و")
            hits.append(replace(hit, strength=max(hit.strength, hits[-1].strength)) if joined else hit)
        at_word += hit.size if hit is not None else 1
    return hits


def _longest(gazetteer: Gazetteer, text: Wording, start: int, *, kurdish: bool) -> Hit | None:
    best: Hit | None = None
    words = text.words
    if len(words[start]) > _LONGEST_WORD:
        return None
    least = 1 if words[start] in words_of.SITES else 0  # "بحيرة" (lake) is not "ب" and the town of Hira
    for stem in clitics.stems(words[start], kurdish=kurdish):
        most = min(gazetteer.longest.get(stem.word, 0), len(words) - start)
        for size in range(most, best.size if best else least if stem.cut else 0, -1):
            form = " ".join((stem.word, *words[start + 1 : start + size]))
            entries = gazetteer.forms.get(form)
            tail = stem.tail if size == 1 else 0
            if entries is None and kurdish and size > 1:
                bare = clitics.without_suffix(form)
                entries, tail = gazetteer.forms.get(bare), 2 if form.endswith("دا") else 0
            if kurdish and not words_of.KURDISH.isdisjoint((form, words[start])) and not _named(words, start):
                continue
            if entries is not None and _spelt(gazetteer, text, range(start, start + size), form):
                best = replace(_hit(text, start, size, entries, form, stem._replace(tail=tail)), kurdish=kurdish)
                break
    return best


def _named(words: Sequence[str], start: int) -> bool:
    return start > 0 and words_of.CUES.get(words[start - 1], 0) == words_of.NAMED


def _spelt(gazetteer: Gazetteer, text: Wording, where: range, form: str) -> bool:
    """Whether a ق that is written is one in the name too: ك is written for ق, but not ق for ك ("القفل" is no Kifl)."""
    return form in gazetteer.with_qaf or not any("ق" in token for token in text.tokens[where.start : where.stop])


def _hit(text: Wording, start: int, size: int, entries: tuple[Entry, ...], form: str, stem: Stem) -> Hit:
    named = size > 1 and stem.word in LEVEL_WORDS
    before = stem.word if named else text.words[start - 1] if start else ""
    strength = words_of.NAMED if named else max(stem.weight, words_of.cue(before))
    levels = words_of.LEVELS_NAMED.get(before, frozenset())
    written = text.span(start, size, cut=stem.cut, tail=stem.tail)
    return Hit(start, size, entries, strength, levels, form, written=written)


def scan_latin(gazetteer: Gazetteer, text: Wording, *, kurmanji: bool, turkish: bool) -> list[Hit]:
    """Every form in Latin letters. Articles are passed over, so that "in al-Dora" is still "in" and "Dora"."""
    hits: list[Hit] = []
    at_word = 0
    while at_word < len(text.words) and len(hits) < _MOST:
        common = kurmanji and text.words[at_word] in words_of.KURMANJI
        hit = None if common else _longest_latin(gazetteer, text, at_word, kurmanji=kurmanji, turkish=turkish)
        if hit is not None and hit.size == 1 and _is_everyday(text, at_word):
            hit = None
        if hit is not None:
            hits.append(hit)
        at_word += hit.size if hit is not None else 1
    return hits


def _is_everyday(text: Wording, at: int) -> bool:
    beside = (text.words[at - 1] if at else "", *text.words[at + 1 : at + 2])
    levels = frozenset(words_of.LATIN_LEVELS)
    return everyday.is_everyday(text.tokens[at], beside, opens=at in text.breaks, levels=levels)


def _longest_latin(gazetteer: Gazetteer, text: Wording, start: int, *, kurmanji: bool, turkish: bool) -> Hit | None:
    words = text.words
    for size in range(min(gazetteer.longest_latin, len(words) - start), 0, -1):
        for stem in clitics.latin_stems(words[start], kurmanji=kurmanji, turkish=turkish):
            if size > 1 and stem.tail:
                continue
            rest = [_without_article(word) for word in words[start + 1 : start + size]]
            entries = gazetteer.latin.get(" ".join((stem.word, *rest)))
            if entries is None and rest and (kurmanji or turkish):
                ends = clitics.latin_stems(rest[-1], kurmanji=kurmanji, turkish=turkish)
                forms = (" ".join((stem.word, *rest[:-1], end.word)) for end in ends if not end.cut)
                entries = next((found for form in forms if (found := gazetteer.latin.get(form))), None)
            if entries is not None:
                return _latin_hit(text, start, size, entries, stem)
    return None


def _without_article(word: str) -> str:
    """A word by sound without a glued article: "bab elsharji"."""
    return word[2:] if word.startswith(("al", "il")) and len(word) > _SHORTEST_WITH_ARTICLE else word


def _latin_hit(text: Wording, start: int, size: int, entries: tuple[Entry, ...], stem: Stem) -> Hit:
    words = text.words
    beside = (words[start - 1] if start else "", *words[start + size : start + size + 1])
    levels = next((words_of.LATIN_LEVELS[word] for word in beside if word in words_of.LATIN_LEVELS), frozenset())
    strength = max(stem.weight, words_of.LATIN_CUES.get(beside[0], 0), words_of.NAMED if levels else 0)
    written = text.span(start, size, cut=stem.cut, tail=stem.tail)
    if stem.tail:
        written = clitics.before_apostrophe(text.tokens[start])[: len(written)]
    if not strength and written.islower():
        strength = words_of.ORIGIN  # by sound, many a word is a place: "roommate" is no Rumaitha
    if written[:1].isupper() and start not in text.breaks:  # "near Balad": who writes a capital means the name
        strength = max(strength, words_of.APART if strength == words_of.LOCATIVE else words_of.LOCATIVE)
    return Hit(start, size, entries, strength, levels, stem.word, written=written)


def set_apart(hits: Sequence[Hit], text: Wording) -> list[Hit]:
    """The same names, stronger where they are a phrase of their own, or where the text ends with them.

    People end what they tell with where it was: "he broke the door, Dora". A last phrase may begin with the name.
    """
    if not hits:
        return []
    lifted = {hit.start: hit for hit in hits}
    for start, end in zip(text.breaks, text.breaks[1:], strict=False):
        inside = [hit for hit in lifted.values() if start <= hit.start and hit.end <= end]
        for hit, lift in _lifts(inside, text, start, end):
            strength = words_of.APART if hit.written[:1].isupper() else lift
            lifted[hit.start] = replace(hit, strength=max(hit.strength, strength))
    return list(lifted.values())


def _lifts(hits: Sequence[Hit], text: Wording, start: int, end: int) -> Iterator[tuple[Hit, int]]:
    if not hits:
        return
    covered = {at for hit in hits for at in range(hit.start, hit.end)}
    if all(at in covered or _fills(text.words[at]) for at in range(start, end)):
        yield from ((hit, words_of.APART) for hit in hits)
        return
    if end != len(text.words):
        return
    first, last = hits[0], hits[-1]
    if last.end == end and _ends(last):
        yield last, words_of.LOCATIVE
    if start and first.start == start and end - start <= _SHORT_ENDING:
        yield first, words_of.LOCATIVE


def _ends(hit: Hit) -> bool:
    """Whether a text may end with this name: an Arabic word without the article is as likely an adjective there."""
    if hit.strength == words_of.WEAK:
        return False
    bare = hit.size == 1 and not hit.kurdish and not hit.form.startswith("ال") and not hit.form.isascii()
    return not bare or any(not entry.need for entry in hit.entries)


def _fills(word: str) -> bool:
    return words_of.tells_nothing(word) or word in words_of.SITES or word in words_of.LATIN_SITES
