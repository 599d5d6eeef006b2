"""Turns what was understood into the facts that routing needs. Facts only ever grow graver, never milder.

How urgent a text is, the understanding has said, with what is past, played or a manner of speaking taken into account;
nothing here raises that again. How sure it must be of a kind before that kind chooses a desk, is said here.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.decide import rescue, tellers, wording
from bot.nlp import speakers, tips
from bot.taxonomy import OF_THINGS, RULES
from bot.vocabulary import (
    Analysis,
    Category,
    Facts,
    Flight,
    Guess,
    Language,
    MediumKind,
    Message,
    Place,
    Urgency,
)

_UNSURE: Final = 0.45  # below this the category is a guess that may be asked about
_CLEARLY: Final = 0.6  # from this on, a graver kind takes the place of a milder one
_LEAST: Final = 0.3  # below this a kind chooses no desk: the report is OTHER, and staff see the guesses
# These desks are few, and reading there what belongs elsewhere does harm: without a red flag more is asked of them.
_WARY: Final = frozenset(
    {Category.POLICE_MISCONDUCT, Category.EXTREMISM, Category.SELF_HARM, Category.EXPLOSIVE_HAZARD}
)
_OWN_WAY: Final = frozenset({Category.POLICE_MISCONDUCT, Category.EXTREMISM})
# Sealing errs on her side: all sensitive guesses count together and none need lead; beside a red flag half is enough.
_SEALED_FROM: Final = 0.3
_SEALED_BESIDE_FLAG: Final = 0.15
# What takes an emergency from those who rescue must be sure: of 40 parts of one that sound as if they were hers two
# were this sure, of 95 other matters 30; where a rule named the kind, its guess leads by this much.
_SURELY_HERS_FROM: Final = 0.93
_BY_RULE_FROM: Final = 0.6
_BESIDE_POLICE_FROM: Final = 0.35  # beside a complaint about police, which leads then, a rule names it so surely
_HERS_FROM: Final = 0.15  # of a sealed report, the least sure guess that may name its kind
_IDLE_FROM: Final = 0.9
# Of these no text was ever learnt from: that one tells nothing is no judgement of ours to make.
_UNLEARNT: Final = frozenset({Language.UNKNOWN, Language.FA, Language.SYRIAC})
_WORTH_ASKING: Final = 0.08  # a guess below this is not offered
_OFFERED: Final = 3
# A voice or film that nobody has heard yet may hold anything.
_UNHEARD: Final = frozenset({MediumKind.VOICE, MediumKind.VIDEO})


def analysis_of(message: Message, analysis: Analysis | None) -> Analysis:
    """The analysis, or one that says "look yourself": without words NORMAL, HIGH for a voice or for failed words."""
    if analysis is not None:
        return analysis
    grave = bool(message.text.strip()) or any(medium.kind in _UNHEARD for medium in message.media)
    urgency = Urgency.HIGH if grave else Urgency.NORMAL
    return Analysis(message.text, "", Language.UNKNOWN, (Guess(Category.OTHER, 0.0),), urgency, sensitive=False)


def unalarming(analysis: Analysis) -> Analysis:
    """What is left of a text that is nothing but a place's name, whatever the name sounds like ("الحرية")."""
    plain = replace(analysis, guesses=(Guess(Category.OTHER, 0.0),), urgency=Urgency.NORMAL, sensitive=False)
    return replace(plain, insiders=(), flight=Flight.NONE)


def first(analysis: Analysis, place: Place | None) -> Facts:
    """The facts of a new report."""
    sealed = seals(analysis)
    kind = _kind(analysis, sealed=sealed).category
    return _for_a_child(
        Facts(
            category=kind,
            urgency=analysis.urgency,
            sensitive=sealed or RULES[kind].sensitive,
            lineage=place.lineage if place else (),
            about_police=analysis.about_police,
            woman_officer=analysis.woman_officer,
            minor=analysis.minor,
            no_reply=analysis.no_reply,
            insider=bool(analysis.insiders),
            flight=analysis.flight,
            teller=tellers.find(analysis.key, kind, minor=analysis.minor),
        )
    )


def better(old: Facts, analysis: Analysis | None) -> Facts:
    """The facts after more was said (the place apart)."""
    if analysis is None:
        return old
    if (is_plain_emergency(old) and not is_surely_hers(analysis)) or stays_a_tip(old, analysis):
        analysis = opened(analysis)
    sealed = seals(analysis)
    category = _category(old, analysis, sealed=sealed)
    return _for_a_child(
        replace(
            old,
            category=category,
            urgency=max(old.urgency, analysis.urgency),
            sensitive=old.sensitive or sealed or RULES[category].sensitive,
            about_police=old.about_police or analysis.about_police,
            woman_officer=old.woman_officer or analysis.woman_officer,
            minor=old.minor or analysis.minor,
            no_reply=old.no_reply or analysis.no_reply,
            insider=old.insider or bool(analysis.insiders),
            flight=old.flight or analysis.flight,
            teller=old.teller or tellers.find(analysis.key, category, minor=old.minor or analysis.minor),
        )
    )


def seals(analysis: Analysis) -> bool:
    """Whether a sealed desk must hear it first. Guesses that hardly lead any other do not say so, words of hers do.

    Of hers: fear, a child, a wish for a woman or for silence. A text called sensitive against its own guesses was
    called so by a rule, which counts.
    """
    if not analysis.sensitive:
        return False
    private = [guess for guess in analysis.guesses if RULES[guess.category].sensitive]
    asked = analysis.fear or analysis.minor or analysis.woman_officer or analysis.no_reply or bool(analysis.flight)
    alarmed = analysis.flagged or analysis.urgency > Urgency.NORMAL
    enough = _SEALED_BESIDE_FLAG if alarmed else _SEALED_FROM
    return asked or not private or sum(guess.confidence for guess in private) >= enough


def is_plain_emergency(facts: Facts) -> bool:
    """Whether it lies with those who rescue, who know what happened. Of a mere cry for help nobody knows that yet."""
    return facts.urgency is Urgency.EMERGENCY and not facts.sensitive and facts.category is not Category.OTHER


def is_surely_hers(analysis: Analysis) -> bool:
    """Whether it is so surely of a sealed desk that an emergency may be moved there: by its words, or her own wish.

    Not that people are afraid, nor that a child is behind the fire.
    """
    if analysis.woman_officer or analysis.flight is not Flight.NONE:
        return True
    if not analysis.sensitive or rescue.tells(analysis.clean):
        return False
    return (analysis.flagged and _is_named_hers(analysis.guesses)) or is_surely_private(analysis.guesses)


def _is_named_hers(guesses: Sequence[Guess]) -> bool:
    """Whether a guess is as sure as one that a rule names: also of her husband, who was an officer and beats her."""
    best, *others = guesses
    if best.category is Category.POLICE_MISCONDUCT:
        return any(RULES[each.category].sensitive and each.confidence >= _BESIDE_POLICE_FROM for each in others)
    return RULES[best.category].sensitive and best.confidence >= _BY_RULE_FROM


def is_surely_private(guesses: Sequence[Guess]) -> bool:
    """Whether guesses alone are so sure of it."""
    return sum(guess.confidence for guess in guesses if RULES[guess.category].sensitive) >= _SURELY_HERS_FROM


def stays_a_tip(elder: Facts, analysis: Analysis) -> bool:
    """Whether words beside a tip are read by those who read it: unless they are surely hers, by a rule or of her own.

    Who tells of a bomber writes of death as who wants to die does, and of his sons as of a child in danger.
    """
    if elder.category is not Category.EXTREMISM:
        return False
    if tips.hurts(analysis.key) and seals(analysis):
        return False  # his wife, his daughter: whoever reads the tip may be of the police
    told = analysis.flagged or wording.read(analysis.clean).mine
    return not (told and is_surely_hers(analysis))


def as_of_a_tip(facts: Facts, analysis: Analysis, elder: Facts | None) -> Facts:
    """The facts of what may be of a tip before it, until that is known: no civilian learns of it meanwhile.

    Not of what is surely a theft or a street; and an emergency that a rule heard rings those who can come.
    """
    rings = analysis.flagged and analysis.urgency is Urgency.EMERGENCY
    of_things = analysis.category in OF_THINGS and analysis.confidence >= _CLEARLY
    if elder is None or rings or of_things or not stays_a_tip(elder, analysis):
        return facts
    return replace(facts, category=Category.EXTREMISM, sensitive=False)


def alone(facts: Facts, guesses: Sequence[Guess]) -> Facts:
    """The facts of what was kept as part of a tip and is a matter of its own: of the kind that it sounded of."""
    best = guesses[0] if guesses else Guess(Category.OTHER, 0.0)
    kind = best.category if best.confidence >= (_UNSURE if best.category in _WARY else _LEAST) else Category.OTHER
    return replace(facts, category=kind, sensitive=facts.sensitive or RULES[kind].sensitive)


def opened(analysis: Analysis) -> Analysis:
    """What is left of it where nothing in it may seal: the kinds that anybody may read, as urgent as it was."""
    plain = tuple(guess for guess in analysis.guesses if not RULES[guess.category].sensitive)
    return replace(analysis, guesses=plain or (Guess(Category.OTHER, 0.0),), sensitive=False)


def _kind(analysis: Analysis, *, sealed: bool) -> Guess:
    """The guess that may choose the desk, else OTHER. A sealed report is of a sensitive kind if any is likely."""
    if sealed:
        for guess in analysis.guesses:
            unsure = guess.category is Category.SELF_HARM and guess.confidence < _least(guess.category, analysis)
            if RULES[guess.category].sensitive and guess.confidence >= _HERS_FROM and not unsure:
                return guess
    best = analysis.guesses[0]
    return best if best.confidence >= _least(best.category, analysis) else Guess(Category.OTHER, 0.0)


def _least(category: Category, analysis: Analysis) -> float:
    said = analysis.flagged or (category is Category.POLICE_MISCONDUCT and analysis.about_police)
    return _UNSURE if category in _WARY and not said else _LEAST


def _for_a_child(facts: Facts) -> Facts:
    """Whoever beats a child, the child's desk hears of it; in an emergency the urgent desk, which is faster."""
    beaten = facts.minor and facts.category is Category.ASSAULT and facts.urgency is not Urgency.EMERGENCY
    return replace(facts, sensitive=True) if beaten else facts


def _category(old: Facts, analysis: Analysis, *, sealed: bool) -> Category:
    """The kind after more was said. What is sealed keeps its kind, for another might choose a desk that is not."""
    new = _kind(analysis, sealed=sealed)
    if stays_a_tip(old, analysis):
        return old.category  # few may see it, and whatever else it tells, it tells to them
    if sealed and not old.sensitive and RULES[new.category].sensitive:
        return new.category
    if old.category is Category.OTHER:
        return new.category if new.confidence >= _UNSURE else old.category
    if old.sensitive:
        return old.category
    apart = new.category in _OWN_WAY and new.confidence >= _UNSURE
    graver = RULES[old.category].urgency < RULES[new.category].urgency <= analysis.urgency
    return new.category if apart or (graver and new.confidence >= _CLEARLY) else old.category


def placed(old: Facts, place: Place | None, *, said: bool) -> Facts:
    """The facts with a place: one pinned or answered (`said`) replaces another, one merely mentioned only if finer.

    What the old place lies in says nothing new: a pin knows the district where words knew the quarter.
    """
    if place is None or _within(old.lineage, place.lineage):
        return old
    finer = _within(place.lineage, old.lineage)
    return replace(old, lineage=place.lineage) if said or finer else old


def united(elder: Facts, younger: Facts) -> Facts:
    """The facts of two reports that are one matter: whatever is graver in either."""
    kind = elder.category
    hers = younger.sensitive and not elder.sensitive and RULES[younger.category].sensitive
    own = elder.sensitive or elder.category is Category.EXTREMISM
    graver = not own and RULES[kind].urgency < RULES[younger.category].urgency
    if kind is Category.OTHER or hers or graver or (younger.category in _OWN_WAY and not elder.sensitive):
        kind = younger.category
    return replace(
        _guarded(elder, younger),
        category=kind,
        urgency=max(elder.urgency, younger.urgency),
        lineage=elder.lineage or younger.lineage,
        teller=elder.teller or younger.teller,
    )


def as_closed(facts: Facts, of: Facts) -> Facts:
    """The facts of what is part of a report and lies apart from it: what keeps others from that one keeps them here."""
    kind = of.category if of.category in _OWN_WAY else facts.category
    return replace(_guarded(facts, of), category=kind)


def _guarded(facts: Facts, of: Facts) -> Facts:
    """With whatever keeps others from either."""
    return replace(
        facts,
        sensitive=facts.sensitive or of.sensitive,
        about_police=facts.about_police or of.about_police,
        woman_officer=facts.woman_officer or of.woman_officer,
        minor=facts.minor or of.minor,
        no_reply=facts.no_reply or of.no_reply,
        apart=tuple(sorted({*facts.apart, *of.apart})),
        insider=facts.insider or of.insider,
        flight=facts.flight or of.flight,
    )


def turned(old: Facts, new: Facts) -> bool:
    """Whether it is now of a sort that whoever worked on it may not see any more."""
    if new.category is not old.category and new.category in _OWN_WAY:
        return True
    if new.insider > old.insider or not set(new.apart) <= set(old.apart):
        return True
    if new.woman_officer and not old.woman_officer:
        return True  # whoever works on it may be a man
    return (new.sensitive, new.about_police) != (old.sensitive, old.about_police)


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return len(inner) >= len(outer) and inner[len(inner) - len(outer) :] == outer


def called(old: Facts, category: Category) -> Facts:
    """The facts after the reporter chose a category."""
    rule = RULES[category]
    return replace(
        old, category=category, urgency=max(old.urgency, rule.urgency), sensitive=old.sensitive or rule.sensitive
    )


def idle(analysis: Analysis, facts: Facts) -> bool:
    """Whether it is most likely no concern at all (a prayer, an advertisement): kept, but nothing is asked about it."""
    best = analysis.guesses[0]
    surely = best.category is Category.OTHER and best.confidence >= _IDLE_FROM
    plain = facts.urgency is Urgency.NORMAL and not (facts.sensitive or facts.about_police or facts.woman_officer)
    wanting = analysis.fear or analysis.flagged or analysis.minor or analysis.places or analysis.landmark
    unread = speakers.speaker_of(analysis.language, analysis.clean) in _UNLEARNT
    return surely and plain and not (wanting or unread)


def doubts(analysis: Analysis, facts: Facts) -> tuple[Category, ...]:
    """Up to three categories worth asking about, best first; () when sure, sensitive, in a hurry, or all one desk.

    Of sensitive ones only the best is offered: all of them bear the same neutral label.
    """
    if analysis.confidence >= _UNSURE or facts.sensitive or facts.urgency is Urgency.EMERGENCY:
        return ()
    likely = [guess.category for guess in analysis.guesses if guess.confidence >= _WORTH_ASKING]
    private = [category for category in likely if RULES[category].sensitive]
    offered = [category for category in likely if category is not Category.OTHER and category not in private[1:]]
    offered = offered[:_OFFERED]
    desks = {RULES[category].desk for category in offered} | {RULES[facts.category].desk}
    return tuple(offered) if len(desks) > 1 else ()
