"""Finds the place that a text speaks of. When it is not sure it names none, and offers up to five to ask about.

A written form that is also a common word counts only beside a cue ("in", "quarter"), or beside its parent's name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.nlp import clitics, polygons
from bot.nlp import placewords as words_of
from bot.nlp.addresses import landmark, mahalla
from bot.nlp.gazetteer import Entry, Gazetteer, PlaceRow, fold, load, split
from bot.nlp.mentions import Hit
from bot.nlp.naming import ENOUGH, hits_of, named, positions, said
from bot.nlp.qeltu import is_qeltu
from bot.vocabulary import Place, Point

__all__ = ["Found", "Gazetteer", "PlaceRow", "answer", "at", "by_id", "find", "load", "said", "unnamed"]

_LEVEL_WEIGHT: Final = {"governorate": 4.0, "district": 3.0, "subdistrict": 1.25, "town": 1.25}
_WORTH_ASKING: Final = (
    words_of.ORIGIN,
    words_of.WEAK,
    words_of.LOCATIVE,
    words_of.NAMED,
)  # below it, an entry is not even a candidate
_NEAR: Final = 3  # words between a name and its parent's that still belong together: "الكرادة في بغداد"
_LEAD: Final = 0.75  # by how much the best of several places of one name must lead to be taken as sure
_ANSWER_LEAD: Final = 1.5  # in a bare answer, where nothing around the name helps
_MOST_CANDIDATES: Final = 5
_BORDER_KM: Final = 15.0  # a pin so near a known place may be of its governorate, whatever the outline says
_FAR_NEARER: Final = 0.5  # "far nearer", as a share of the other distance
_WHOLE_ANSWER_WORDS: Final = 6
_LONGEST_ANSWER: Final = 1_000  # letters read of a reply to "where?"
_KURDISH: Final = frozenset(("IQ-AR", "IQ-SU", "IQ-DA", "IQ-HA", "IQ-KI"))
_BADINI: Final = frozenset(("IQ-DA",))
_TURKMEN: Final = frozenset(("IQ-KI",))
_MOSUL: Final = frozenset(("IQ-NI",))
_SPOKEN: Final = 2.5
_SHORTEST_GUESS: Final = 4  # shorter ones are near to everything
_LONGEST_GUESS: Final = 24


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says of where. place: set only when sure. candidates: best first, at most five, `place` among them.

    landmark: the words of a relative place ("يم جامع الرحمن", "محلة 709 زقاق 12"), as written, "" when none.
    named: the words of the key that name a place, as [start, end) of its words; they say nothing of what happened.
    """

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    landmark: str = ""
    named: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """One place that one hit may mean. sure: its need is met. score: comparable within a text only.

    helped: something beside its name speaks for it.
    """

    place: Place
    hit: Hit
    sure: bool
    score: float
    helped: bool


@dataclass(frozen=True, slots=True)
class _Leaning:
    """What decides between places of one name: the office asked, by how much the best must lead, how they speak."""

    home: str
    lead: float
    spoken: frozenset[str] = frozenset()


def by_id(gazetteer: Gazetteer, place_id: str) -> Place | None:
    """The place with this id, None when there is none."""
    return gazetteer.places.get(place_id)


def find(gazetteer: Gazetteer, key: str, clean: str, *, home: str = "") -> Found:
    """The place that a message speaks of.

    key, clean: its two layers by bot.nlp.normalise. home: governorate code of the office asked, "" when unknown.
    """
    words = split(key)
    arabic, latin = hits_of(gazetteer, words, clean)
    hits = [*arabic, *latin, *_numbered(gazetteer, words, home)]
    place, candidates = _decide(gazetteer, hits, _Leaning(home, _LEAD, _spoken_in(words, clean)))
    return Found(place, candidates, landmark(clean, gazetteer.forms), named(words, arabic, latin, clean))


def answer(gazetteer: Gazetteer, text: str, *, home: str = "") -> Found:
    """Reads a reply to "where is it?": a text of nothing but names needs no cue; several of one name are asked.

    Any other text names a place as every message does: "وين الشرطة" (where are the police) is no quarter of that name.
    """
    text = text[:_LONGEST_ANSWER]
    words = fold(text)
    arabic, latin = hits_of(gazetteer, words, text)
    hits = arabic + latin
    alone = words_of.is_bare(words, positions(words, arabic, latin, text))
    if alone:
        hits = [replace(hit, alone=True) for hit in hits]
    hits.extend(_numbered(gazetteer, words, home))
    place, candidates = _decide(gazetteer, hits, _Leaning(home, _ANSWER_LEAD if alone else _LEAD))
    if not candidates and len(words) <= _WHOLE_ANSWER_WORDS:
        candidates = _misspelt(gazetteer, words)
    return Found(place, candidates, landmark(text, gazetteer.forms))


def unnamed(key: str, found: Found) -> str:
    """The key without the words that name a place: "بالحرية" (in Freedom) is no cry for it."""
    inside = {at for start, end in found.named for at in range(start, end)}
    return " ".join(word for at, word in enumerate(key.split()) if at not in inside)


def at(gazetteer: Gazetteer, point: Point) -> Place | None:
    """The district of a pin: that of the nearest known place within its governorate. None outside Iraq.

    The outlines are coarse, and hold Halabja within Sulaymaniyah: a known place of another governorate decides when it
    is far nearer than any of the outline's own.
    """
    code = polygons.governorate(gazetteer.shapes, point)
    known = ((gazetteer.places[place_id], where) for place_id, where in gazetteer.points.items())
    near = [(polygons.kilometres(point, where), place) for place, where in known if place.level != "governorate"]
    near.sort(key=lambda pair: pair[0])
    own = next((d for d, place in near if place.governorate == code), _BORDER_KM / _FAR_NEARER)
    for distance, place in near:
        if place.governorate == code or distance <= min(own * _FAR_NEARER, _BORDER_KM):
            return _district(gazetteer, place)
    return None


def _district(gazetteer: Gazetteer, place: Place) -> Place:
    line = (gazetteer.places[place_id] for place_id in place.lineage)
    return next((p for p in line if p.level == "district"), place)


def _numbered(gazetteer: Gazetteer, words: Sequence[str], home: str) -> Iterator[Hit]:
    """Baghdad's numbered quarters: alone they only suggest; in a text or an office of Baghdad they count."""
    place_id, start = mahalla(words)
    place = gazetteer.places.get(place_id)
    if place is not None:
        strength = words_of.LOCATIVE if home == place.governorate else words_of.WEAK
        yield Hit(start, 1, (Entry(place, 1, 0),), strength)


def _decide(gazetteer: Gazetteer, hits: Sequence[Hit], leaning: _Leaning) -> tuple[Place | None, tuple[Place, ...]]:
    """The one place that all hits together speak of, and the candidates to ask about."""
    ranked = [sorted(_choices(hit, hits, leaning), key=lambda c: -c.score) for hit in hits]
    tops = [top for choices in ranked if choices and (top := _top(gazetteer, choices, leaning.lead)) is not None]
    best = _best(tops)
    near = sorted((c for choices in ranked for c in choices), key=lambda c: (not c.sure, -c.score))
    place = _as_written(best) if best is not None else None
    others = [c.place for c in near if place is None or c.place.id != place.id]
    places = dict.fromkeys((*([place] if place else []), *others))
    return place, tuple(places)[:_MOST_CANDIDATES]


def _as_written(choice: _Choice) -> Place:
    """The place with the words that name it: with or without "سوق" and the like, as its names do not say it yet."""
    hit, place = choice.hit, choice.place
    known = {_plain(name) for name in (place.name_ar, place.name_ckb, place.name_en)}
    written = hit.written
    head, _, rest = written.partition(" ")
    if rest and _plain(written) in known and words_of.is_site(fold(head)):
        written = rest
    elif hit.site and (_plain(written) in known or "neighbourhood" in hit.levels):
        written = f"{hit.site} {written}"
    return replace(place, written=written)


def _plain(name: str) -> str:
    return " ".join(word.removeprefix("ال") for word in fold(name))


def _spoken_in(words: Sequence[str], clean: str) -> frozenset[str]:
    """Where people speak as this text does: it decides only between places of one name."""
    if clitics.is_kurdish(clean):
        return _KURDISH
    if clitics.is_kurmanji(clean):
        return _BADINI
    if clitics.is_turkish(clean):
        return _TURKMEN
    return _MOSUL if is_qeltu(words) else frozenset()


def _choices(hit: Hit, hits: Sequence[Hit], leaning: _Leaning) -> Iterator[_Choice]:
    """What a hit may mean, leaving out what its surroundings do not even suggest."""
    for entry in hit.entries:
        place = entry.place
        agreed, lift = _agreement(place, hit, hits)
        at_home = bool(leaning.home) and place.governorate == leaning.home
        strength = hit.strength + lift + (1 if at_home and hit.strength >= words_of.LOCATIVE else 0)
        if not hit.alone and (strength < _WORTH_ASKING[entry.need] or _is_other(place, hit)):
            continue
        score = _LEVEL_WEIGHT.get(place.level, 1.0) - entry.cue + 0.1 * hit.size
        score += (1.5 if place.level in hit.levels else -0.5) if hit.levels else 0.0
        score += (3.0 if agreed else 0.0) + (2.0 if at_home else 0.0)
        score += _SPOKEN if place.governorate in leaning.spoken else 0.0
        helped = agreed or at_home or place.governorate in leaning.spoken
        yield _Choice(place, hit, strength >= ENOUGH[entry.need] or hit.alone, score, helped)


def _is_other(place: Place, hit: Hit) -> bool:
    """Whether the word before the name rules this place out: "حي المثنى" is no governorate."""
    return place.level == "governorate" and "neighbourhood" in hit.levels and "town" not in hit.levels


def _agreement(place: Place, hit: Hit, hits: Sequence[Hit]) -> tuple[bool, int]:
    """Whether another hit names something that this place lies in, and by how much that lifts it."""
    lift = 0
    for other in hits:
        if other is hit or (all(e.need for e in other.entries) and not other.strength):
            continue
        if any(e.place.id in place.lineage[1:] for e in other.entries):
            lift = max(lift, 2 if abs(other.start - hit.start) <= _NEAR else 1)
    return lift > 0, lift


def _top(gazetteer: Gazetteer, choices: Sequence[_Choice], lead: float) -> _Choice | None:
    """The first of one hit's choices if it is sure, and ahead of every other that is not of its own line.

    Where several lead, but all in one governorate, it is the governorate that is sure.
    """
    first = choices[0]
    if not first.sure:
        return None
    rivals = [c for c in choices[1:] if c.sure and not _same_line(first.place, c.place)]
    ahead = [c for c in rivals if first.score - c.score < lead or _namesake(first, c)]
    if not ahead:
        return first
    if any(c.place.governorate != first.place.governorate for c in ahead):
        return None
    return replace(first, place=gazetteer.places[first.place.governorate])


def _same_line(a: Place, b: Place) -> bool:
    return a.id in b.lineage or b.id in a.lineage


def _namesake(first: _Choice, rival: _Choice) -> bool:
    """Whether a rival elsewhere is the better bearer of the name: Tobchi is called "السلام" too, others only so."""
    elsewhere = first.place.governorate != rival.place.governorate
    small = first.place.level not in _LEVEL_WEIGHT and rival.place.level not in _LEVEL_WEIGHT
    return elsewhere and small and not first.helped and not _called(first) and _called(rival)


def _called(choice: _Choice) -> bool:
    """Whether the form found is the place's first name, but for its article and the word for its level."""
    return " ".join(fold(choice.place.name_ar)).endswith(choice.hit.form)


def _best(tops: Sequence[_Choice]) -> _Choice | None:
    """The most particular place of the strongest line; None when two governorates are named with equal strength."""
    if not tops:
        return None
    strongest = max(tops, key=lambda c: (_pull(c, tops), -c.hit.start))
    elsewhere = [c for c in tops if c.place.governorate != strongest.place.governorate]
    if any(_pull(c, tops) >= _pull(strongest, tops) for c in elsewhere):
        return None
    inner = [c for c in tops if strongest.place.id in c.place.lineage]
    return max(inner, key=lambda c: (len(c.place.lineage), c.hit.strength, -c.hit.start))


def _pull(choice: _Choice, tops: Sequence[_Choice]) -> int:
    """How strongly a text points into this choice's line: its best cue, and one more for each other name on it."""
    line = [c for c in tops if c.place.id in choice.place.lineage or choice.place.id in c.place.lineage]
    return max(c.hit.strength for c in line) + len(line) - 1


def _misspelt(gazetteer: Gazetteer, words: Sequence[str]) -> tuple[Place, ...]:
    """Places whose name is one letter away from a short answer, to be asked about, never taken."""
    text = " ".join(words)
    if not _SHORTEST_GUESS <= len(text) <= _LONGEST_GUESS:
        return ()
    near = [
        entries for form, entries in gazetteer.forms.items() if abs(len(form) - len(text)) <= 1 and _one_off(form, text)
    ]
    return tuple(dict.fromkeys(e.place for entries in near for e in entries))[:_MOST_CANDIDATES]


def _one_off(a: str, b: str) -> bool:
    """Whether one insertion, deletion, exchange or swap of neighbours turns a into b."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
