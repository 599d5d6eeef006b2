"""Puts the model's guesses into the order that routing may trust: what is private first, what is hardly said last."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from bot.nlp.categories import Scored
from bot.nlp.urgency import Flags
from bot.taxonomy import OF_THINGS, RULES
from bot.vocabulary import Category, Flight, Guess

# A report is sensitive from these on, whatever its best guess: the model's own chance of it, and the sum of sensitive
# kinds. Chosen on unseen authors (docs/model.md): a sealed report too many costs a reader a minute, one too few a life.
SENSITIVE_FROM: Final = 0.35
SENSITIVE_KINDS_FROM: Final = 0.2
MOST_GUESSES: Final = 3

_THEIR_WORDS: Final = frozenset({Category.KIDNAPPING, Category.TRIBAL_DISPUTE})
_PLAIN: Final = OF_THINGS | {Category.PUBLIC_NUISANCE}
_RESCUED: Final = frozenset(
    {
        Category.ASSAULT,
        Category.EXPLOSIVE_HAZARD,
        Category.FIRE_MEDICAL,
        Category.KIDNAPPING,
        Category.TRAFFIC_SAFETY,
        Category.WEAPONS_GUNFIRE,
    }
)
_NEAR_RESCUE: Final = frozenset(
    {Category.OTHER, Category.DRUGS, Category.PUBLIC_INFRASTRUCTURE, Category.TRIBAL_DISPUTE}
)
_AT_HOME: Final = frozenset({Category.DOMESTIC_VIOLENCE, Category.CHILD_PROTECTION})
_SURELY_PLAIN: Final = 0.6
_KEPT: Final = frozenset({Category.POLICE_MISCONDUCT})
_ALSO_FROM: Final = 0.25  # on unseen authors one in three is then right: worth a look, no more
_SURE: Final = 0.6  # a sensitive guess this sure is kept, whatever private rule spoke
_BY_RULE: Final = 0.6  # what a rule named is at least this sure
_STILL: Final = 0.3  # a complaint about police this sure is still one where a private rule spoke
_BESIDE: Final = 0.35  # what a rule named beside a complaint about police: enough to seal it and to say its kind
_BY_WORD: Final = 0.5  # one word, or an advert: other, but not surely
EXTREMISM_FROM: Final = 0.3  # a tip is led by its least likely reading: no forum's member may see one by mistake
_ADVERT_WORDS: Final = 2  # one alone ("للتواصل") is anybody's
# Whoever is surely understood is no advert, unless it is made of such words.
_ADVERT_BELOW: Final = MappingProxyType({2: 0.5})
_SURELY_ADVERT_BELOW: Final = 0.8
TOLD_WORDS: Final = 2  # fewer tell nothing


def judged(
    ranked: Sequence[Guess],
    *,
    private: Category | None,
    said: int,
    flagged: bool,
    advert: bool,
    extremist: bool | None = None,
) -> tuple[Guess, ...]:
    """The guesses to stand by, best first, at most MOST_GUESSES; confidences sum to at most 1.

    ranked: every guess, best first. private: the category of a sensitive rule that spoke. said: how many words speak of
    what happened. flagged: a red-flag rule spoke, so that even one word may be grave. advert: it reads like one.
    extremist: the words of bot.nlp.extremism tell a tip; False when they tell that there is none.
    """
    best = ranked[0]
    if private is not None:
        return _private(ranked, private)
    if leads_extremism(ranked, extremist=extremist):
        # Who tells of a bomber writes of death as who wants to die does.
        open_ones = [guess for guess in ranked if not RULES[guess.category].sensitive]
        return first(open_ones, Category.EXTREMISM, least=_BY_RULE)
    if best.category is not Category.OTHER and (not flagged or not said) and (said < TOLD_WORDS or advert):
        return first(ranked, Category.OTHER, least=_BY_WORD)
    return tuple(ranked[:MOST_GUESSES])


def _private(ranked: Sequence[Guess], private: Category) -> tuple[Guess, ...]:
    """The guesses where a private rule spoke for a category."""
    best = ranked[0]
    if best.category in _KEPT and best.confidence >= _STILL:
        # What an officer did stays a complaint about him: the oversight office has sealed desks of its own. That it
        # is hers must be seen in the guesses, or it lies open there.
        return _beside(ranked, private, least=_BESIDE)
    # Who fears to be killed writes of death as who wants to die does: the rule knows which of the two it is.
    private_too = RULES[best.category].sensitive and best.category is not Category.SELF_HARM
    kept = private_too and best.confidence >= _SURE
    return tuple(ranked[:MOST_GUESSES]) if kept else first(ranked, private, least=_BY_RULE)


def shot_at(guesses: Sequence[Guess], *, shots: bool, dying: bool) -> tuple[Guess, ...]:
    """The guesses of a text with words of gunfire, or of many who are hurt or dead.

    Whoever counts them is none who wants to die, and those who rescue hear of it. dying: with a word of suicide.
    """
    theirs = shots and not dying and guesses[0].category is Category.SELF_HARM
    return first(guesses, Category.WEAPONS_GUNFIRE, least=_BY_RULE) if theirs else tuple(guesses)


def fled(
    guesses: Sequence[Guess], flight: Flight, *, dying: bool, tip: bool = False, called: bool = False
) -> tuple[Guess, ...]:
    """The guesses of a text that tells of flight.

    dying: with a word of somebody's own death. tip: with the words of one. called: it is called a kidnapping and may be
    one.

    What only sounds of suicide, however surely, would be told to a duty officer of the police, who would look for her;
    a kidnapping, a feud and her being missing are what those call it who want her back.
    """
    best = guesses[0]
    if flight is Flight.NONE or called:
        return tuple(guesses)
    if best.category is Category.SELF_HARM and not dying:
        kind = Category.MISSING_PERSON if flight is Flight.SOUGHT else Category.DOMESTIC_VIOLENCE
        return first(guesses, kind, least=_BY_RULE)
    no_tip = best.category is Category.EXTREMISM and not tip  # who hides under a name of hers only sounds like one
    theirs = (
        no_tip or best.category in _THEIR_WORDS or (flight is Flight.OWN and best.category is Category.MISSING_PERSON)
    )
    return first(guesses, Category.DOMESTIC_VIOLENCE, least=_BY_RULE) if theirs else tuple(guesses)


def befallen(guesses: Sequence[Guess], kind: Category) -> tuple[Guess, ...]:
    """The guesses of a text that tells of what strangers, or nobody, did to kin. kind: by its words (bot.nlp.assailed).

    A kidnapping by the armed is one whatever it sounds of; else what surely sounds of a matter for rescuers is that.
    """
    best = guesses[0]
    told = best.category in _RESCUED and best.confidence >= _BY_WORD and kind is not Category.KIDNAPPING
    return tuple(guesses) if told else first(guesses, kind, least=_BY_RULE)


def may_befall(scored: Scored, kind: Category) -> bool:
    """Whether nothing that it surely sounds of speaks against it: who is taken by the armed may sound of any matter."""
    best = scored.guesses[0]
    if best.confidence < _BY_WORD:
        return True
    if RULES[best.category].sensitive:
        return best.category in _AT_HOME
    return kind is Category.KIDNAPPING or best.category in _RESCUED or best.category in _NEAR_RESCUE


def without_feud(ranked: Sequence[Guess], instead: Category | None) -> Sequence[Guess]:
    """The guesses led by what is told instead of a feud between tribes, where that is known and a feud would lead."""
    if instead is None or ranked[0].category is not Category.TRIBAL_DISPUTE:
        return ranked
    return first(ranked[1:], instead, least=_BY_WORD)


def leads_extremism(ranked: Sequence[Guess], *, extremist: bool | None) -> bool:
    """Whether a tip about extremists goes before all else that these guesses say; what is surely hers stays sealed."""
    best = ranked[0]
    if RULES[best.category].sensitive:
        return bool(extremist) and (best.category is Category.SELF_HARM or best.confidence < _SURE)
    own = next((guess.confidence for guess in ranked if guess.category is Category.EXTREMISM), 0.0)
    return bool(extremist) or (extremist is None and own >= EXTREMISM_FROM)


def is_plain_matter(scored: Scored) -> bool:
    """Whether to the model a text surely tells of a theft, a street or the like."""
    best = scored.guesses[0]
    return best.category in _PLAIN and best.confidence >= _SURELY_PLAIN


def sounds_hers(scored: Scored) -> bool:
    """Whether to the model alone a text tells first of what a sealed desk hears."""
    return RULES[scored.guesses[0].category].sensitive


def sensitive(
    scored: Scored,
    best: Guess,
    *,
    private: bool,
    extremist: bool | None = None,
    shots: bool = False,
    befell: bool = False,
) -> bool:
    """Whether a sealed desk should hear of it first. private: a rule said so; best: the guess that stands.

    extremist: the words of a tip were found; of one that leads, only such a rule says so. shots: words of gunfire, or
    of many who are hurt, which sound of suicide to the model. befell: strangers or nobody did it to kin.
    """
    if befell:
        return False
    if extremist and best.category is Category.EXTREMISM:
        return private
    unlikely = {Category.SELF_HARM} if shots and best.category is Category.WEAPONS_GUNFIRE else set()
    few = (guess for guess in scored.guesses if RULES[guess.category].sensitive and guess.category not in unlikely)
    likely = sum(guess.confidence for guess in few) >= SENSITIVE_KINDS_FROM
    likely = likely or (scored.sensitive >= SENSITIVE_FROM and not unlikely)
    return private or RULES[best.category].sensitive or (likely and best.category is not Category.OTHER)


def also(guesses: Sequence[Guess]) -> Category | None:
    """A second concern that may be in the same message, of the guesses to stand by; None when one clearly leads."""
    if guesses[0].category is Category.OTHER or len(guesses) == 1:
        return None
    second = guesses[1]
    return second.category if second.confidence >= _ALSO_FROM and second.category is not Category.OTHER else None


def first(ranked: Sequence[Guess], category: Category, *, least: float) -> tuple[Guess, ...]:
    """The guesses with this category at their head, at least this sure, the others shrunk to what is left of 1."""
    own = next((g.confidence for g in ranked if g.category is category), 0.0)
    lead = max(own, least)
    others = [g for g in ranked if g.category is not category]
    room = (1.0 - lead) / max(sum(g.confidence for g in others), 1e-9)
    shrunk = (Guess(g.category, min(g.confidence * min(room, 1.0), lead)) for g in others)
    return (Guess(category, lead), *shrunk)[:MOST_GUESSES]


def _beside(ranked: Sequence[Guess], category: Category, *, least: float) -> tuple[Guess, ...]:
    """The guesses with this category right behind the best, at least this sure; the best keeps what is left of 1."""
    best, own = ranked[0], next((g.confidence for g in ranked if g.category is category), 0.0)
    second = max(own, least)
    others = [g for g in ranked[1:] if g.category is not category]
    lead = Guess(best.category, min(best.confidence, 1.0 - second))
    room = max(1.0 - second - lead.confidence, 0.0)
    shrunk = (Guess(g.category, min(g.confidence, room / max(len(others), 1))) for g in others)
    return (lead, Guess(category, second), *shrunk)[:MOST_GUESSES]


def is_advert(flags: Flags, key: str, ranked: Sequence[Guess]) -> bool:
    """Whether a key reads like an advert. ranked: every guess, best first."""
    words = {found.group() for found in flags.advert.finditer(key)}
    return len(words) >= _ADVERT_WORDS and ranked[0].confidence < _ADVERT_BELOW.get(len(words), _SURELY_ADVERT_BELOW)
