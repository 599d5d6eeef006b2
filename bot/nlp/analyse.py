"""Text in, Analysis out: every step of understanding in its order. Total, pure, and the same for the same text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from bot.nlp import (
    arabizi,
    arming,
    assailed,
    assailed_english,
    blood,
    categories,
    cries,
    doubt,
    everyday,
    extremism,
    flight,
    fright,
    gathered,
    gist,
    gone,
    household,
    insiders,
    judgement,
    kin,
    language,
    lost_things,
    mentioned,
    morphology,
    neighbours,
    normalise,
    old_number,
    passages,
    personal,
    places,
    searches,
    sequel,
    sheltered,
    theirs,
    ties,
    tips,
    unsafe,
    untold,
    urgency,
    yours,
)
from bot.nlp.categories import Model, Scored
from bot.nlp.doubt import Suspicion
from bot.nlp.gist import Reader
from bot.nlp.places import Found, Gazetteer
from bot.nlp.sequel import Ear
from bot.nlp.ties import Ties
from bot.nlp.urgency import Flags
from bot.nlp.words import Words
from bot.taxonomy import RULES
from bot.vocabulary import UNNAMED, Analysis, Category, Flight, Guess, Language, Span, Urgency

LIMIT: Final = 24_000  # code points read: more than any door takes, the longest transcript included
DATA: Final = Path(__file__).parent / "data"

_CRY_BELOW: Final = 0.6  # a cry for help alone does not say what happened
_BY_READERS: Final = 0.65
_FEUD_FROM: Final = 0.3  # what sounds less of a feud, and so surely of another open matter, is that
_PLAIN_FROM: Final = 0.5
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
        for lists in (
            assailed_english,
            blood,
            cries,
            everyday,
            flight,
            fright,
            gathered,
            gone,
            household,
            insiders,
            kin,
            mentioned,
            neighbours,
            searches,
            sheltered,
            tips,
            unsafe,
            untold,
            yours,
        ):
            lists.load()  # now, and not at the first message: what is broken shall not start
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
        return _in_passages(u, normalise.clean(text[:LIMIT])[:LIMIT], home)
    except Exception:  # noqa: BLE001 -- whatever a text does to us, its report must still be filed
        return Analysis(
            clean="",  # unread text may hold personal data; what was said is kept elsewhere, sealed
            key="",
            language=Language.UNKNOWN,
            guesses=_FALLBACK,
            urgency=Urgency.HIGH,
            sensitive=False,
        )


def _in_passages(u: Understanding, clean: str, home: str) -> Analysis:
    cut = passages.cut(clean)
    first = _analyse(u, cut.whole[0], home)
    if not cut.short:
        return first
    rest = replace(u, reader=None)  # how it sounds after another message is read where it begins
    whole = [first, *(_analyse(rest, each, home) for each in cut.whole[1:])]
    short = [_analyse(rest, each, home) for each in cut.short]
    sentences = [_analyse(rest, each, home) for each in cut.sentences]
    pieces = [_analyse(rest, each, home) for each in cut.pieces]
    told = gathered.together(whole, short, _analyse(rest, cut.end, home) if cut.end else None, sentences, pieces)
    spans = personal.spans(clean)
    return replace(told, clean=clean, spans=spans, key=normalise.key(personal.mask(clean, spans), told.language))


@dataclass(frozen=True, slots=True)
class _Read:
    """One text as the steps read it.

    masked, key: without personal data. heard, told: as rules and as the model hear it. quiet: heard, without places.
    """

    clean: str
    spans: tuple[Span, ...]
    masked: str
    spoken: Language
    key: str
    found: Found
    written: str
    heard: str
    quiet: str
    told: str


def _read(u: Understanding, text: str, home: str) -> _Read:
    clean = normalise.clean(text)
    spans = personal.spans(clean)
    spoken = language.language(clean)
    masked = personal.mask(clean, spans)
    key = normalise.key(masked, spoken)
    found = places.find(u.gazetteer, key, masked, home=home)
    read = written(u, key, spoken)
    heard = _as_things(u, read)
    quiet = _as_things(u, places.unnamed(key, found))
    return _Read(clean, spans, masked, spoken, key, found, read, heard, quiet, written(u, quiet, spoken))


def _as_things(u: Understanding, key: str) -> str:
    """A key as plainly as what it says allows: manners of speaking, lost things and goods are no danger."""
    return lost_things.as_own(arming.as_goods(urgency.plainly(u.flags, key)))


def _analyse(u: Understanding, text: str, home: str) -> Analysis:
    read = _read(u, text, home)
    heard, told = read.heard, read.told
    scored = categories.score(u.model, told, u.words)
    ranked = judgement.without_feud(theirs.without_mentions(scored.guesses, heard), blood.other_than_feud(heard))
    rules, who = _rules(u, scored, heard)
    own = u.words.dangers_in(heard)
    minor = u.flags.minor.search(heard) is not None and u.flags.grown.search(heard) is None
    bare = cries.pattern().search(heard) is not None
    tied = ties.NONE if bare else ties.hear(u.ties, u.model, heard, told)
    whose = theirs.NOBODYS if bare else theirs.find(u.flags, ranked, heard, tied)
    mere = theirs.only_mentions(ranked, heard)
    outside = urgency.tells_of_hostages(rules) or who.befell is not None
    held = outside and not ties.names(heard)  # by strangers: who can come must hear of it
    quiet = bare or held or whose.named or yours.is_only_a_wish(heard)
    unsure = theirs.unsure_of(u.suspicion, u.model, told, tied=tied, quiet=quiet, mere=mere)
    whose = replace(whose, doubted=bool(unsure.whom(heard, emergency=False, beside=False)) or yours.find(heard))
    private, extremist = _of_few(rules, scored, whose, heard, minor=minor, who=who)
    if extremist is None and (whose.insiders or unsure.surely(heard)):
        extremist = False  # the security desk is police: what hardly sounds so stays with those outside every chain
    only_cries = urgency.only_cries(rules) and ranked[0].confidence < _CRY_BELOW
    said = 0 if only_cries else places.said(read.quiet)
    guesses = judgement.judged(
        judgement.first(ranked, Category.POLICE_MISCONDUCT, least=_BY_READERS) if whose.readers else ranked,
        private=private,
        said=said,
        flagged=bool(rules.spoke),
        advert=judgement.is_advert(u.flags, heard, ranked),
        extremist=extremist,
    )
    befell = who.befell if private is None and not extremist else None
    fled, guesses = _fled(rules, guesses, heard, minor=minor, tip=bool(extremist), befell=befell)
    level, reasons = _alarm(scored, rules, guesses, told_enough=said >= judgement.TOLD_WORDS)
    level = max((level, *(danger.urgency for danger in own)))
    beside = bool(extremist) and guesses[0].category is not Category.EXTREMISM
    few = (
        judgement.sensitive(
            scored,
            guesses[0],
            private=private is not None,
            extremist=extremist,
            shots=urgency.tells_of_shots(rules),
            befell=befell is not None,
        )
        or any(danger.sensitive for danger in own)
        or fled is not Flight.NONE
    )
    return Analysis(
        clean=read.clean,
        key=read.key,
        language=read.spoken,
        guesses=guesses,
        urgency=level,
        sensitive=few,
        place=read.found.place,
        places=read.found.candidates,
        spans=read.spans,
        why=categories.why(u.model, told, guesses[0].category) + reasons,
        landmark=_without_masks(read),
        about_police=whose.about_police,
        woman_officer=u.flags.woman_officer.search(heard) is not None,
        fear=u.flags.fear.search(untold.said(heard)) is not None or fright.is_own(read.key),
        no_reply=u.flags.no_reply.search(old_number.left_out(heard)) is not None,
        minor=minor,
        flagged=bool(rules.spoke) or private is not None or bool(own),
        also=judgement.also(guesses),
        insiders=_named(
            whose.insiders or unsure.whom(heard, emergency=level is Urgency.EMERGENCY, beside=beside), heard, few=few
        ),
        flight=fled,
        sequel=sequel.hear(u.ear, u.reader, told, read.written),
        yours=yours.points_to_them(heard) or _points_in_latin(u, read),
    )


def _rules(u: Understanding, scored: Scored, heard: str) -> tuple[urgency.Heard, assailed.Told]:
    """The rules that speak of a text, and what it tells of who did it to kin, which may be one more."""
    rules = urgency.hear(u.flags, heard)
    who = _who_did_it(u, rules, scored, heard)
    return (urgency.with_assailed(rules) if who.gravely else rules), who


def _who_did_it(u: Understanding, rules: urgency.Heard, scored: Scored, heard: str) -> assailed.Told:
    """What it tells of who did it to kin; nothing of a play, and of what is over only that one of kin did it.

    Who wants a woman, or that nobody knows or answers, is heard by a sealed desk whoever did it.
    """
    told, scene = assailed.hear(heard), rules.scene
    if scene.play or (told.by_kin and urgency.wants_to_die(rules)):
        return assailed.Told()
    asked = u.flags.woman_officer.search(heard) or u.flags.no_reply.search(old_number.left_out(heard))
    asked = asked or u.flags.fear.search(untold.said(heard))
    taken = told.befell is Category.KIDNAPPING
    over = not scene.now and (scene.long_past or (scene.past and not taken))
    kept = over or asked or told.befell is None or not judgement.may_befall(scored, told.befell)
    befell = None if kept else told.befell
    by_kin = told.by_kin and (told.gravely or not theirs.is_of_else(scored))
    return assailed.Told(by_kin, befell, gravely=told.gravely and not over and (by_kin or befell is not None))


def _of_few(
    rules: urgency.Heard, scored: Scored, whose: theirs.Theirs, heard: str, *, minor: bool, who: assailed.Told
) -> tuple[Category | None, bool | None]:
    """The sensitive kind that its words tell, whatever it sounds of; and whether they tell of extremists."""
    befell = who.befell is not None or (not who.by_kin and theirs.befell(scored, heard))
    extremist = extremism.find(heard)
    harms = (household.harms(heard) or who.by_kin) and not befell
    by_rule = None if befell and rules.private is Category.DOMESTIC_VIOLENCE else rules.private
    private = by_rule or (None if who.befell is not None else _price_of_blood(scored, heard))
    if who.by_kin:
        private = private or theirs.at_home(scored)
    if not befell or whose.readers:
        private = private or theirs.private(
            whose, scored, heard, minor=minor, dying=urgency.wants_to_die(rules), harms=harms
        )
    tip = extremist or scored.guesses[0].category is Category.EXTREMISM
    if tip and harms:
        return private or Category.DOMESTIC_VIOLENCE, True  # she whom he takes along comes before the tip
    if extremist and by_rule is None and not judgement.sounds_hers(scored):
        return None, extremist  # kin and a rank alone do not make a tip hers: those at her desk are civilians
    return private, extremist


def _fled(
    rules: urgency.Heard,
    guesses: Sequence[Guess],
    heard: str,
    *,
    minor: bool,
    tip: bool,
    befell: Category | None,
) -> tuple[Flight, tuple[Guess, ...]]:
    """Whether it tells of flight, and the guesses to stand by where it does, or of shots, or of what befell kin."""
    dying = urgency.wants_to_die(rules)
    guesses = judgement.shot_at(guesses, shots=urgency.tells_of_shots(rules), dying=dying)
    if befell is not None:
        return Flight.NONE, judgement.befallen(guesses, befell)
    fled = flight.find(heard, guesses, minor=minor)
    called = gone.is_only_called_taken(heard, guesses[0])
    dying = urgency.tells_of_own_death(rules)
    return fled, judgement.fled(guesses, fled, dying=dying, tip=tip, called=called)


def _price_of_blood(scored: Scored, heard: str) -> Category | None:
    """Violence at home where a girl or a woman is what a feud is settled with."""
    feud = next((guess.confidence for guess in scored.guesses if guess.category is Category.TRIBAL_DISPUTE), 0.0)
    best = scored.guesses[0]
    open_matter = not RULES[best.category].sensitive and best.category is not Category.OTHER
    if feud < _FEUD_FROM and best.confidence >= _PLAIN_FROM and open_matter and not blood.is_plain_said(heard):
        return None
    return Category.DOMESTIC_VIOLENCE if blood.find(heard, feud=feud) else None


def _named(found: tuple[str, ...], heard: str, *, few: bool) -> tuple[str, ...]:
    """Whom a text names, with who is of those that it speaks to: no word says at which office."""
    return tuple(dict.fromkeys((*found, UNNAMED))) if yours.find(heard, plain=not few) else found


def _points_in_latin(u: Understanding, read: _Read) -> bool:
    """The same of a text too short to show that it is Arabizi: "hwa wyakm"."""
    short = read.spoken is Language.UNKNOWN and read.key.isascii()
    return short and yours.points_to_them(arabizi.to_arabic(read.key, u.model.known))


def _alarm(
    scored: Scored, rules: urgency.Heard, guesses: Sequence[Guess], *, told_enough: bool
) -> tuple[Urgency, tuple[str, ...]]:
    """How urgent it is, and why; of a few words the model is not asked."""
    emergency, high = (scored.emergency, scored.high) if told_enough else (0.0, 0.0)
    return urgency.alarm(rules, guesses, emergency=emergency, high=high)


def written(u: Understanding, key: str, spoken: Language) -> str:
    """A key as rules, model and encoder read it: Arabizi in Arabic letters too."""
    return f"{key} {arabizi.to_arabic(key, u.model.known)}" if spoken is Language.ARABIZI else key


def _without_masks(read: _Read) -> str:
    """The landmark, unless personal data was part of it."""
    mark = read.found.landmark
    return "" if read.spans and mark in read.masked and mark not in read.clean else mark
