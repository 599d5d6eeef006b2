"""Text in, Analysis out: every step of understanding in its order. Total, pure, and the same for the same text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from bot.nlp import (
    arabizi,
    categories,
    cries,
    doubt,
    everyday,
    extremism,
    flight,
    forces,
    fright,
    gist,
    insiders,
    judgement,
    language,
    mentioned,
    morphology,
    neighbours,
    normalise,
    officers,
    personal,
    places,
    power,
    readers,
    searches,
    sequel,
    ties,
    unsafe,
    untold,
    urgency,
)
from bot.nlp.categories import Model, Scored
from bot.nlp.doubt import Suspicion
from bot.nlp.gist import Reader
from bot.nlp.places import Found, Gazetteer
from bot.nlp.sequel import Ear
from bot.nlp.ties import Ties
from bot.nlp.urgency import Flags
from bot.nlp.words import Words
from bot.vocabulary import UNNAMED, Analysis, Category, Flight, Guess, Language, Place, Span, Urgency

LIMIT: Final = 4_096  # code points read; no carrier's text message is longer
DATA: Final = Path(__file__).parent / "data"

_ADVERT_WORDS: Final = 2  # one alone ("للتواصل") is anybody's
_CRY_BELOW: Final = 0.6  # a cry for help alone does not say what happened
# Whoever is surely understood is no advert, unless it is made of such words.
_ADVERT_BELOW: Final = MappingProxyType({2: 0.5})
_SURELY_ADVERT_BELOW: Final = 0.8
_ABOUT_POLICE_FROM: Final = 0.3
_IN_DOUBT_FROM: Final = 0.15  # of what names police in no harmless frame
_BY_READERS: Final = 0.65
# Of 192 plain complaints that name a man in power 4 sounded so much of harassment, of 22 that no word had told 6.
_HINTED_FROM: Final = 0.05
_MATTER_FROM: Final = 0.1  # what a text that only speaks of police may be about instead
_NO_MATTER: Final = 0.4
# Among complaints about police the model's own chance of privacy is small also where it is right: of 131 plain ones 3
# reached this, of 117 that were hers 48.
_HERS_FROM: Final = 0.15
# What one fears of those who read along when they tell it on, and of officers.
_OF_HERS: Final = frozenset({Category.DOMESTIC_VIOLENCE, Category.HARASSMENT, Category.ELECTRONIC_BLACKMAIL})
_FALLBACK: Final = (Guess(Category.OTHER, 0.0),)
_NO_WORDS: Final = Words()


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is loaded before the first text: model, ear, red flags, gazetteer and the deployment's own words.

    reader: reads texts as a whole, for who asks what they belong to; None where nobody does.
    """

    model: Model
    ear: Ear
    suspicion: Suspicion
    ties: Ties
    flags: Flags
    gazetteer: Gazetteer
    words: Words = _NO_WORDS
    reader: Reader | None = None

    @classmethod
    def load(
        cls,
        gazetteer: Gazetteer | None = None,
        *,
        model: Path | None = None,
        words: Words = _NO_WORDS,
        reads: bool = True,
    ) -> Self:
        """Read the files in bot/nlp/data; nothing is fetched. gazetteer, model: in place of the ones shipped.

        reads: whether texts are read as a whole, too.

        Raises OSError, KeyError, ValueError or re.error when a file is absent or broken.
        """
        for heard_by_words in (
            cries,
            everyday,
            flight,
            fright,
            insiders,
            mentioned,
            neighbours,
            searches,
            unsafe,
            untold,
        ):
            heard_by_words.load()  # now, and not at the first message: what is broken shall not start
        known = morphology.load(DATA / "iraqi.db")
        scorer = categories.load(model or DATA / "categories.npz", known)
        return cls(
            scorer,
            sequel.load(DATA / "sequel.npz", known),
            doubt.load(DATA / "doubt.npz", scorer),
            ties.load(DATA / "ties.npz", scorer),
            urgency.load(DATA / "red_flags.tsv"),
            gazetteer if gazetteer is not None else places.load(DATA / "places.tsv"),
            words,
            gist.load(DATA / "encoder.npz") if reads else None,
        )


def analyse(u: Understanding, text: str, *, home: str = "") -> Analysis:
    """What one text says. home: the id of a place that ambiguous names lean to (the office that was written to).

    Never raises: when a step fails on some text, the report is "other" and HIGH, so that a person reads it soon.
    """
    try:
        return _analyse(u, text[:LIMIT], home)
    except Exception:  # noqa: BLE001 -- whatever a text does to us, its report must still be filed
        return Analysis(
            clean="",  # unread text may hold personal data; what was said is kept elsewhere, sealed
            key="",
            language=Language.UNKNOWN,
            guesses=_FALLBACK,
            urgency=Urgency.HIGH,
            sensitive=False,
        )


def _analyse(u: Understanding, text: str, home: str) -> Analysis:
    clean = normalise.clean(text)[:LIMIT]
    spans = personal.spans(clean)
    spoken = language.language(clean)
    masked = personal.mask(clean, spans)
    key = normalise.key(masked, spoken)
    found = places.find(u.gazetteer, key, masked, home=home)
    read = written(u, key, spoken)
    heard = urgency.plainly(u.flags, read)
    quiet = urgency.plainly(u.flags, places.unnamed(key, found))
    told = written(u, quiet, spoken)
    scored = categories.score(u.model, told, u.words)
    ranked = _without_mentions(scored.guesses, heard)
    rules = urgency.hear(u.flags, heard)
    own = u.words.dangers_in(heard)
    minor = u.flags.minor.search(heard) is not None and u.flags.grown.search(heard) is None
    bare = cries.pattern().search(heard) is not None
    tied = ties.NONE if bare else ties.hear(u.ties, u.model, heard, told)
    theirs = _NOBODYS if bare else _of_theirs(u.flags, ranked, heard, tied)
    private = rules.private or _private(theirs, scored, heard, minor=minor, dying=urgency.wants_to_die(rules))
    extremist = extremism.find(heard)
    unsure = _unsure(u, told, tied=tied, quiet=bare or theirs.named, mere=_only_mentions(ranked, heard))
    if extremist is None and (theirs.insiders or unsure.surely):
        extremist = False  # the security desk is police: what hardly sounds so stays with those outside every chain
    said = 0 if urgency.only_cries(rules) and ranked[0].confidence < _CRY_BELOW else places.said(quiet)
    guesses = judgement.judged(
        ranked if not theirs.readers else judgement.first(ranked, Category.POLICE_MISCONDUCT, least=_BY_READERS),
        private=private,
        said=said,
        flagged=bool(rules.spoke),
        advert=_advert(u.flags, heard, ranked),
        extremist=extremist,
    )
    fled = flight.find(heard, guesses, minor=minor)
    guesses = judgement.alive(guesses, sought=fled is Flight.SOUGHT and not urgency.wants_to_die(rules))
    told_enough = said >= judgement.TOLD_WORDS
    level, reasons = urgency.alarm(
        rules,
        guesses,
        emergency=scored.emergency if told_enough else 0.0,
        high=scored.high if told_enough else 0.0,
    )
    level = max((level, *(danger.urgency for danger in own)))
    return Analysis(
        clean=clean,
        key=key,
        language=spoken,
        guesses=guesses,
        urgency=level,
        sensitive=judgement.sensitive(scored, guesses[0], private=private is not None, extremist=extremist)
        or any(danger.sensitive for danger in own)
        or fled is not Flight.NONE,
        place=found.place,
        places=found.candidates,
        spans=spans,
        why=categories.why(u.model, told, guesses[0].category) + reasons,
        landmark=_without_masks(found, masked, clean, spans),
        about_police=theirs.about_police,
        woman_officer=u.flags.woman_officer.search(heard) is not None,
        fear=u.flags.fear.search(untold.said(heard)) is not None or fright.is_own(key),
        no_reply=u.flags.no_reply.search(heard) is not None,
        minor=minor,
        flagged=bool(rules.spoke) or private is not None or bool(own),
        also=judgement.also(guesses),
        insiders=theirs.insiders
        or unsure.whom(
            heard,
            emergency=level is Urgency.EMERGENCY,
            beside=bool(extremist) and guesses[0].category is not Category.EXTREMISM,
        ),
        flight=fled,
        sequel=sequel.hear(u.ear, u.reader, told, read),
    )


def written(u: Understanding, key: str, spoken: Language) -> str:
    """A key as rules, model and encoder read it: Arabizi in Arabic letters too."""
    return f"{key} {arabizi.to_arabic(key, u.model.known)}" if spoken is Language.ARABIZI else key


def _without_masks(found: Found, masked: str, clean: str, spans: Sequence[Span]) -> str:
    """The landmark, unless personal data was part of it."""
    return "" if spans and found.landmark in masked and found.landmark not in clean else found.landmark


def _tells_matter(ranked: Sequence[Guess]) -> bool:
    """Whether a text sounds of another matter than police."""
    others = [guess for guess in ranked if guess.category is not Category.POLICE_MISCONDUCT]
    return others[0].category is not Category.OTHER and others[0].confidence >= _MATTER_FROM


def _only_mentions(ranked: Sequence[Guess], key: str) -> bool:
    """Whether a text only speaks of police. Where they are said to have failed, it must tell of another matter."""
    return mentioned.find(key, matter=_tells_matter(ranked))


def _without_mentions(ranked: Sequence[Guess], key: str) -> Sequence[Guess]:
    """The guesses without a complaint about police where a text only speaks of them."""
    if ranked[0].category is not Category.POLICE_MISCONDUCT or not _only_mentions(ranked, key):
        return ranked
    others = ranked[1:]
    lead = others[0] if others[0].confidence >= _MATTER_FROM else Guess(Category.OTHER, _NO_MATTER)
    return judgement.first(others, lead.category, least=max(lead.confidence, _NO_MATTER))


def _advert(flags: Flags, key: str, ranked: Sequence[Guess]) -> bool:
    words = {found.group() for found in flags.advert.finditer(key)}
    return len(words) >= _ADVERT_WORDS and ranked[0].confidence < _ADVERT_BELOW.get(len(words), _SURELY_ADVERT_BELOW)


@dataclass(frozen=True, slots=True)
class _Theirs:
    """What a text says of those who might read it. readers: it complains of who reads what is written to us."""

    about_police: bool
    readers: bool
    insiders: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether its words alone keep it from them."""
        return self.about_police or bool(self.insiders)


_NOBODYS: Final = _Theirs(about_police=False, readers=False, insiders=())  # a cry for a patrol complains of none


def _of_theirs(flags: Flags, guesses: Sequence[Guess], key: str, tied: float) -> _Theirs:
    reading = readers.find(key)
    about_police = bool(reading) or _about_police(flags, guesses, key, tied)
    named = insiders.mentions(key) if about_police else insiders.find(key, mere=_only_mentions(guesses, key))
    if named and not about_police and _ties_nobody(key, tied):
        named = ()
    return _Theirs(about_police, bool(reading), tuple(dict.fromkeys((*reading, *named))))


def _ties_nobody(key: str, tied: float) -> bool:
    """Whether a text sounds so surely of a mere mention that whom rules found is nobody's; surer for who did a deed."""
    if not ties.is_nobodys(tied):
        return False
    return not forces.find(readers.joined(key)) or (ties.is_harmless(tied) and not forces.is_clad(key))


@dataclass(frozen=True, slots=True)
class _Unsure:
    """How much a text of which no rule says whom it names sounds of those in power (suspected), or of a tie to them.

    mere: rules take it for one that only mentions them.
    """

    suspected: float
    tied: float
    mere: bool

    @property
    def surely(self) -> bool:
        """Whether it sounds so much of them that what tells hardly of extremists is not for the police."""
        told = ties.counts(self.tied, emergency=False, mere=self.mere)
        return told or self.suspected >= doubt.SURELY_FROM

    def whom(self, key: str, *, emergency: bool, beside: bool) -> tuple[str, ...]:
        """Every rank and body in it where it sounds of a tie; UNNAMED where nobody can say whom it speaks of.

        For UNNAMED the offices of its places are kept from it, and no other. beside: it tells of extremists, but of
        somebody's own danger first, so that it goes to a sealed desk: then to one away from the forums, whose members
        must learn of no tip.
        """
        if ties.counts(self.tied, emergency=emergency, mere=self.mere):
            return (*insiders.mentions(key), UNNAMED)
        named = mentioned.named(key) or ties.is_nobodys(self.tied)
        return (UNNAMED,) if beside or doubt.counts(self.suspected, emergency=emergency, named=named) else ()


def _unsure(u: Understanding, told: str, *, tied: float, quiet: bool, mere: bool) -> _Unsure:
    """quiet: rules have said all that is to be said."""
    suspected = doubt.NONE if quiet or mere else doubt.hear(u.suspicion, u.model, told)
    return _Unsure(suspected, ties.NONE if quiet else tied, mere)


def _private(theirs: _Theirs, scored: Scored, key: str, *, minor: bool, dying: bool) -> Category | None:
    """The sensitive kind of what our own readers or a man in power did, if they did such a thing.

    dying: words of suicide were found. Kin in the police, of whom nothing is told, did nothing to who wants to die.
    """
    around = None if theirs.readers else power.find(key, minor=minor)
    if not (theirs.about_police or theirs.insiders):
        return around
    found = None if theirs.readers else officers.find(key, minor=minor) or around or _hinted(scored, key, minor=minor)
    if dying and found is Category.DOMESTIC_VIOLENCE and scored.guesses[0].category is Category.SELF_HARM:
        return None
    hers = scored.sensitive >= _HERS_FROM and scored.guesses[0].category is Category.POLICE_MISCONDUCT
    if found is None and (theirs.readers or hers):
        return next((guess.category for guess in scored.guesses if guess.category in _OF_HERS), None)
    return found


def _hinted(scored: Scored, key: str, *, minor: bool) -> Category | None:
    chance = next((guess.confidence for guess in scored.guesses if guess.category is Category.HARASSMENT), 0.0)
    if chance < _HINTED_FROM or not power.hinted(key):
        return None
    return Category.CHILD_PROTECTION if minor else Category.HARASSMENT


def _about_police(flags: Flags, guesses: Sequence[Guess], key: str, tied: float) -> bool:
    best = guesses[0]
    if best.category is not Category.POLICE_MISCONDUCT and _only_mentions(guesses, key):
        return False
    chance = next((guess.confidence for guess in guesses if guess.category is Category.POLICE_MISCONDUCT), 0.0)
    if best.category is Category.POLICE_MISCONDUCT and chance >= _ABOUT_POLICE_FROM:
        return True
    if flags.about_police.search(key) is not None:
        return True
    if insiders.find(key) or ties.is_harmless(tied):
        return False  # kept from theirs as it is, or nobody's
    doubted = chance >= _IN_DOUBT_FROM and mentioned.doubted(key)
    return doubted or mentioned.acts(key, matter=_tells_matter(guesses))


def as_understood(analysis: Analysis) -> dict[str, Any]:
    """An analysis as `muntada understand` prints it, without the id: JSON values only, personal data masked."""
    return {
        "category": analysis.category.value,
        "confidence": round(analysis.confidence, 4),
        "alternatives": [_guess(guess) for guess in analysis.guesses[1:]],
        "also": analysis.also.value if analysis.also else None,
        "why": list(analysis.why),
        "urgency": analysis.urgency.name.lower(),
        "sensitive": analysis.sensitive,
        "language": analysis.language.value,
        "place": _place(analysis.place) if analysis.place else None,
        "redacted": personal.redact(analysis.clean, analysis.spans),
    }


def _guess(guess: Guess) -> Mapping[str, object]:
    return {"category": guess.category.value, "confidence": round(guess.confidence, 4)}


def _place(place: Place) -> Mapping[str, object]:
    return {
        "governorate": place.governorate,
        "name": place.name_ar,
        "level": place.level,
        "id": place.id,
        "name_ar": place.name_ar,
        "name_ckb": place.name_ckb,
        "name_en": place.name_en,
        "written": place.written,
    }
