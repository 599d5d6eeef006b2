"""What a text says of those who might read it, or of their kin: what rules find, what is doubted, what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.nlp import doubt, forces, household, insiders, judgement, mentioned, officers, power, readers, ties
from bot.nlp.categories import Model, Scored
from bot.nlp.doubt import Suspicion
from bot.nlp.urgency import Flags
from bot.taxonomy import RULES
from bot.vocabulary import UNNAMED, Category, Guess

_ABOUT_POLICE_FROM: Final = 0.3
_IN_DOUBT_FROM: Final = 0.15  # of what names police in no harmless frame
# Of 192 plain complaints that name a man in power 4 sounded so much of harassment, of 22 that no word had told 6.
_HINTED_FROM: Final = 0.05
_MATTER_FROM: Final = 0.1  # what a text that only speaks of police may be about instead
_NO_MATTER: Final = 0.4
# Among complaints about police the model's own chance of privacy is small also where it is right: of 131 plain ones 3
# reached this, of 117 that were hers 48.
_HERS_FROM: Final = 0.15
_PLAINLY: Final = 0.5  # a matter so sure is what it tells of, though her husband is in it
# Nobody's kin are to blame for these where they are told to have suffered: whoever can rescue must hear of it.
_BEFALLS: Final = frozenset(
    {
        Category.FIRE_MEDICAL,
        Category.TRAFFIC_SAFETY,
        Category.PUBLIC_INFRASTRUCTURE,
        Category.EXPLOSIVE_HAZARD,
        Category.WEAPONS_GUNFIRE,
        Category.KIDNAPPING,
    }
)
_NO_MATTERS: Final = frozenset({Category.OTHER, Category.POLICE_MISCONDUCT})
# What one fears of those who read along when they tell it on, and of officers.
_OF_HERS: Final = frozenset({Category.DOMESTIC_VIOLENCE, Category.HARASSMENT, Category.ELECTRONIC_BLACKMAIL})


def _tells_matter(ranked: Sequence[Guess]) -> bool:
    """Whether a text sounds of another matter than police."""
    others = [guess for guess in ranked if guess.category is not Category.POLICE_MISCONDUCT]
    return others[0].category is not Category.OTHER and others[0].confidence >= _MATTER_FROM


def only_mentions(ranked: Sequence[Guess], key: str) -> bool:
    """Whether a text only speaks of police. Where they are said to have failed, it must tell of another matter."""
    return mentioned.find(key, matter=_tells_matter(ranked))


def without_mentions(ranked: Sequence[Guess], key: str) -> Sequence[Guess]:
    """The guesses without a complaint about police where a text only speaks of them."""
    if ranked[0].category is not Category.POLICE_MISCONDUCT or not only_mentions(ranked, key):
        return ranked
    others = ranked[1:]
    lead = others[0] if others[0].confidence >= _MATTER_FROM else Guess(Category.OTHER, _NO_MATTER)
    return judgement.first(others, lead.category, least=max(lead.confidence, _NO_MATTER))


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a text says of those who might read it. readers: it complains of who reads what is written to us.

    doubted: no rule says whom it names, but it sounds of them.
    """

    about_police: bool
    readers: bool
    insiders: tuple[str, ...]
    doubted: bool = False

    @property
    def named(self) -> bool:
        """Whether its words alone keep it from them."""
        return self.about_police or bool(self.insiders)


NOBODYS: Final = Theirs(about_police=False, readers=False, insiders=())  # a cry for a patrol complains of none


def find(flags: Flags, guesses: Sequence[Guess], key: str, tied: float) -> Theirs:
    """Whom a text names or complains of. tied: how much it sounds of a tie to them (bot.nlp.ties)."""
    reading = readers.find(key)
    about_police = bool(reading) or _about_police(flags, guesses, key, tied)
    named = insiders.mentions(key) if about_police else insiders.find(key, mere=only_mentions(guesses, key))
    if named and not about_police and _ties_nobody(key, tied):
        named = ()
    return Theirs(about_police, bool(reading), tuple(dict.fromkeys((*reading, *named))))


def _ties_nobody(key: str, tied: float) -> bool:
    """Whether a text sounds so surely of a mere mention that whom rules found is nobody's; surer for who did a deed.

    Never of who heads one of them: whatever he did, his own would read it.
    """
    if not ties.is_nobodys(tied) or insiders.is_headed(key):
        return False
    return not forces.find(readers.joined(key)) or (ties.is_harmless(tied) and not forces.is_clad(key))


@dataclass(frozen=True, slots=True)
class Unsure:
    """How much a text of which no rule says whom it names sounds of those in power (suspected), or of a tie to them.

    mere: rules take it for one that only mentions them.
    """

    suspected: float
    tied: float
    mere: bool

    def surely(self, key: str) -> bool:
        """Whether it sounds so much of them that what tells hardly of extremists is not for the police."""
        return self._ties(key, emergency=False) or self.suspected >= doubt.SURELY_FROM

    def whom(self, key: str, *, emergency: bool, beside: bool) -> tuple[str, ...]:
        """Every rank and body in it where it sounds of a tie; UNNAMED where nobody can say whom it speaks of.

        For UNNAMED the offices of its places are kept from it, and no other. beside: it tells of extremists, but of
        somebody's own danger first, so that it goes to a sealed desk: then to one away from the forums, whose members
        must learn of no tip.
        """
        if self._ties(key, emergency=emergency):
            return (*insiders.mentions(key), UNNAMED)
        named = mentioned.named(key) or (ties.is_nobodys(self.tied) and ties.names(key))
        return (UNNAMED,) if beside or doubt.counts(self.suspected, emergency=emergency, named=named) else ()

    def _ties(self, key: str, *, emergency: bool) -> bool:
        """Rules know few words of such people: whoever is named beside the harmless frame is no mere mention.

        A thing that others have too, a uniform or a wireless, must sound as sure as an emergency; her own
        husband's gun, surer than that.
        """
        mere = (self.mere and not ties.names(mentioned.rest(key))) or ties.arms_her_own(key)
        return ties.counts(self.tied, emergency=emergency or not ties.names(key), mere=mere)


def unsure_of(suspicion: Suspicion, model: Model, told: str, *, tied: float, quiet: bool, mere: bool) -> Unsure:
    """quiet: rules have said all that is to be said."""
    suspected = doubt.NONE if quiet or mere else doubt.hear(suspicion, model, told)
    return Unsure(suspected, ties.NONE if quiet else tied, mere)


def private(theirs: Theirs, scored: Scored, key: str, *, minor: bool, dying: bool, harms: bool) -> Category | None:
    """The sensitive kind of what our own readers, a man in power or somebody's own kin did, if they did such a thing.

    dying: words of suicide were found. Kin in the police, of whom nothing is told, did nothing to who wants to die.
    harms: kin are told to harm (bot.nlp.household).
    """
    around = None if theirs.readers else power.find(key, minor=minor)
    if not theirs.named:
        kept = theirs.doubted and _is_her_husbands(scored, key)
        return around or (at_home(scored) if (harms and (theirs.doubted or not is_of_else(scored))) or kept else None)
    found = None
    if not theirs.readers:
        matter = judgement.is_plain_matter(scored) and not harms
        found = officers.find(key, minor=minor, matter=matter) or around or _hinted(scored, key, minor=minor)
        husbands = bool(theirs.insiders) and _is_her_husbands(scored, key)
        found = found or (at_home(scored) if harms or husbands else None)
    if dying and found is Category.DOMESTIC_VIOLENCE and scored.guesses[0].category is Category.SELF_HARM:
        return None
    hers = scored.sensitive >= _HERS_FROM and scored.guesses[0].category is Category.POLICE_MISCONDUCT
    if found is None and (theirs.readers or hers):
        return next((guess.category for guess in scored.guesses if guess.category in _OF_HERS), None)
    return found


def befell(scored: Scored, key: str) -> bool:
    """Whether it surely tells of what befell kin, and of nothing that they did."""
    best = scored.guesses[0]
    plainly = best.category in _BEFALLS and best.confidence >= _PLAINLY
    return plainly and scored.sensitive < judgement.SENSITIVE_KINDS_FROM and household.suffered(key)


def at_home(scored: Scored) -> Category:
    """The kind of what kin do: the one that it sounds of, if few may see that, and no wish to die."""
    best = scored.guesses[0].category
    return best if RULES[best].sensitive and best is not Category.SELF_HARM else Category.DOMESTIC_VIOLENCE


def is_of_else(scored: Scored) -> bool:
    """Whether it tells of a matter that anybody may hear of, or of who wants to die."""
    best = scored.guesses[0]
    plain = best.confidence >= _PLAINLY and not RULES[best.category].sensitive and best.category not in _NO_MATTERS
    return plain or best.category is Category.SELF_HARM


def _is_her_husbands(scored: Scored, key: str) -> bool:
    """Whether nothing is told but where her husband works, or whom he knows: nobody writes that for nothing."""
    return household.is_of_a_husband(key) and not (is_of_else(scored) or officers.is_ordinary(key))


def _hinted(scored: Scored, key: str, *, minor: bool) -> Category | None:
    chance = next((guess.confidence for guess in scored.guesses if guess.category is Category.HARASSMENT), 0.0)
    if chance < _HINTED_FROM or not power.hinted(key):
        return None
    return Category.CHILD_PROTECTION if minor else Category.HARASSMENT


def _about_police(flags: Flags, guesses: Sequence[Guess], key: str, tied: float) -> bool:
    best = guesses[0]
    if best.category is not Category.POLICE_MISCONDUCT and only_mentions(guesses, key):
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
