"""Chooses the office and desk that hear a report.

`route` is total over every directory with at least one office. Its order, each step winning over those below:

Offices in Facts.apart hear nothing, at no desk, by no step: it is as if they were not there. And then:

1. *Conflict of interest* (about_police, or the category POLICE_MISCONDUCT): an oversight office, outside every chain.
   Without any: the national office, then a governorate's; a forum only when the directory holds nothing but forums.
   An emergency that is not sensitive goes to the nearest urgent desk above the forums, as under 5.
   When the report is sensitive it is sealed: at the women's or child desk of the nearest oversight office that keeps
   one, else of a women's office outside the local chain; at one where somebody works, if there is any. Without either
   it lies at oversight, at such a desk that nobody works at: sealed to the recovery key, and oversight is told how many
   wait.
2. *Extremism*: the security desk, nearest first. Without any: an urgent desk above the forums.
3. *Self-harm* must reach a person: the nearest urgent desk that has a rota; whoever asks for a woman, and whoever
   finds no such urgent desk, goes to the nearest women's desk that has a rota; else to the nearest of either.
4. *Sensitive*, or a woman officer is asked for: the child desk for child protection and for whoever is under 18, else
   the women's desk. Whoever asks for a woman goes to the nearest such desk with somebody in its rota, else to the
   nearest at which somebody works, along the way up and then elsewhere, if there is one.
   The two stand in for each other; desks along the way up come before those elsewhere (women's offices, then
   oversight, and a local office of another place last); never a general desk, nor the police: where no office keeps
   either, it is sealed at such a desk of the most general one, and how many wait is told.
   Where an insider is named, women's offices come before the desks of the local chain; where every women's office is
   apart, it goes as a sensitive complaint does. Who looks for somebody that fled comes here too ("safety-first").
5. *An insider is named* (Facts.insider): an emergency goes to the nearest urgent desk above the forums; everything
   else, as a conflict of interest does, to an oversight office.
6. An emergency lifts general and mediation to urgent.
7. Else the category's desk.

The way up ("nearest"): offices that cover the place, the most specific coverage first and a forum before a governorate,
then their parents, then the regional women's desks that cover it (for women and children only), then the national
offices. Place unknown: the office whose poster or link it came by and what is above it, for general, urgent and
mediation alone; else the national duty queue.

When every office is apart, the most general one's oversight desk keeps it ("all-apart"): it is not lost, nobody sees
it, and `muntada status` counts it until there is an office that may.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.routing.rota import has_somebody
from bot.routing.ways import (
    LOCAL,
    ancestors,
    breadth,
    covering,
    first_with,
    from_origin,
    way_up,
    without,
    women_offices,
)
from bot.taxonomy import RULES
from bot.vocabulary import (
    SEALED_DESKS,
    Category,
    Desk,
    Destination,
    Directory,
    Facts,
    Flight,
    Office,
    OfficeKind,
    Urgency,
)

# Which desk stands in for one that no office on the way up keeps, best first.
_INSTEAD: Final = {
    Desk.GENERAL: (Desk.GENERAL, Desk.URGENT, Desk.MEDIATION),
    Desk.MEDIATION: (Desk.MEDIATION, Desk.GENERAL, Desk.URGENT),
    Desk.URGENT: (Desk.URGENT, Desk.GENERAL, Desk.MEDIATION),
    Desk.WOMEN: (Desk.WOMEN, Desk.CHILD),
    Desk.CHILD: (Desk.CHILD, Desk.WOMEN),
    Desk.SECURITY: (Desk.SECURITY,),
    Desk.OVERSIGHT: (Desk.OVERSIGHT,),
}
_ABOVE_FORUMS: Final = (OfficeKind.NATIONAL, OfficeKind.GOVERNORATE)
_LAST: Final = (OfficeKind.NATIONAL, OfficeKind.GOVERNORATE, OfficeKind.OVERSIGHT, OfficeKind.WOMEN, OfficeKind.FORUM)
_SOUGHT: Final = "safety-first"  # others look for her: whether she is safe comes before where she is
_COMPLAINT: Final = "conflict-of-interest"
_INSIDER: Final = "insider"
AWAY: Final = "sealed-away"  # at a desk where nobody works: only the officers of the recovery key could open it


def route(directory: Directory, facts: Facts) -> Destination:
    """The one desk that hears a report, as the module says. Raises ValueError for a directory without offices."""
    if not directory.offices:
        raise ValueError("the directory has no offices")
    unnamed = without(directory, facts.apart)
    if not unnamed.offices:
        last = _last_resort(directory, Desk.OVERSIGHT, avoid=frozenset())
        return replace(last, desk=Desk.OVERSIGHT, rule="all-apart")
    return _fitting(directory, unnamed, facts)


def _fitting(whole: Directory, directory: Directory, facts: Facts) -> Destination:
    """The desk by the order above. directory: the offices of the `whole` that may see it."""
    way = tuple(office for office in way_up(whole, facts.lineage) if office.code in directory.offices)
    near = tuple(office for office in from_origin(whole, facts) if office.code in directory.offices) or way
    if facts.about_police or facts.category is Category.POLICE_MISCONDUCT:
        return (None if _is_sensitive(facts) else _rescuers(facts, way, _COMPLAINT)) or _oversight(directory, facts)
    if facts.category is Category.EXTREMISM:
        return _security(directory, way)
    if facts.category is Category.SELF_HARM:
        return _responder(directory, facts, way)
    if _is_hers(facts):
        named = facts.insider and _are_all_apart(whole, facts)
        return _oversight(directory, facts) if named else _sealed(directory, facts, way)
    if facts.insider:
        return _in_doubt(directory, facts, way)
    desk = RULES[facts.category].desk
    if facts.urgency is Urgency.EMERGENCY and desk in {Desk.GENERAL, Desk.MEDIATION}:
        return _ordinary(directory, near, Desk.URGENT, rule="emergency")
    return _ordinary(
        directory, near, desk, rule="category" if facts.lineage else "unplaced" if near == way else "origin"
    )


def _are_all_apart(whole: Directory, facts: Facts) -> bool:
    """Whether none of the women's offices may see it: then it speaks of who reads what women write."""
    women = {office.code for office in whole.offices.values() if office.kind is OfficeKind.WOMEN}
    return bool(women) and women <= set(facts.apart)


def _is_hers(facts: Facts) -> bool:
    return facts.woman_officer or _is_sensitive(facts)


def _is_sensitive(facts: Facts) -> bool:
    return facts.sensitive or RULES[facts.category].sensitive


def _her_desk(facts: Facts) -> Desk:
    childs = facts.category is Category.CHILD_PROTECTION or facts.minor
    return Desk.CHILD if childs else Desk.WOMEN


def _ordinary(directory: Directory, way: Sequence[Office], desk: Desk, *, rule: str) -> Destination:
    plain = [office for office in way if office.kind is not OfficeKind.WOMEN]
    for wanted in _INSTEAD[desk]:
        office = first_with(plain, wanted)
        if office is not None:
            return Destination(office.code, wanted, rule)
    return _last_resort(directory, desk, avoid=frozenset({OfficeKind.WOMEN, OfficeKind.OVERSIGHT}))


def _sealed(directory: Directory, facts: Facts, way: Sequence[Office]) -> Destination:
    desk = _her_desk(facts)
    if facts.insider:
        way = sorted(way, key=lambda office: office.kind is not OfficeKind.WOMEN)
    elsewhere = sorted(directory.offices.values(), key=_elsewhere)
    on_duty = [office for office in way if facts.woman_officer and office.duty.get(desk)]
    choices: list[tuple[Sequence[Office], Desk, str]] = [(on_duty, desk, "sensitive")]
    if facts.woman_officer:
        for offices, rule in ((way, "sensitive"), (elsewhere, "sensitive-elsewhere")):
            choices += [
                ([each for each in offices if has_somebody(directory, each.code, wanted)], wanted, rule)
                for wanted in _INSTEAD[desk]
            ]
    choices += [(way, wanted, "sensitive") for wanted in _INSTEAD[desk]]
    choices += [(elsewhere, wanted, "sensitive-elsewhere") for wanted in _INSTEAD[desk]]
    for offices, wanted, rule in choices:
        office = first_with(offices, wanted)
        if office is not None:
            return Destination(office.code, wanted, _SOUGHT if facts.flight is Flight.SOUGHT else rule)
    last = _last_resort(directory, desk, avoid=frozenset())
    return replace(last, desk=desk, rule=AWAY) if _is_sensitive(facts) else last


def _elsewhere(office: Office) -> tuple[bool, bool, bool, tuple[bool, bool, int, str]]:
    """Women's offices first, then who oversees; a local office of another place after all others."""
    return (
        office.kind is not OfficeKind.WOMEN,
        office.kind is not OfficeKind.OVERSIGHT,
        office.kind in LOCAL,
        breadth(office),
    )


def _in_doubt(directory: Directory, facts: Facts, way: Sequence[Office]) -> Destination:
    """Whom the named one knows in the local chain, nobody can tell."""
    return _rescuers(facts, way, _INSIDER) or replace(_oversight(directory, facts), rule=_INSIDER)


def _rescuers(facts: Facts, way: Sequence[Office], rule: str) -> Destination | None:
    """An emergency needs somebody who can come: the nearest urgent desk above the forums. None: it is none, or no desk.

    way: without the offices that it names.
    """
    above = [office for office in way if office.kind in _ABOVE_FORUMS]
    office = first_with(above, Desk.URGENT) if facts.urgency is Urgency.EMERGENCY else None
    return None if office is None else Destination(office.code, Desk.URGENT, rule)


def _responder(directory: Directory, facts: Facts, way: Sequence[Office]) -> Destination:
    order = (Desk.WOMEN, Desk.URGENT) if facts.woman_officer else (Desk.URGENT, Desk.WOMEN)
    for desk in order:
        office = next((office for office in way if desk in office.desks and office.duty.get(desk)), None)
        if office is not None:
            return Destination(office.code, desk, "self-harm")
    for desk in order:
        office = first_with(way, desk)
        if office is not None:
            return Destination(office.code, desk, "self-harm-no-rota")
    return _ordinary(directory, way, Desk.URGENT, rule="self-harm-no-desk")


def _security(directory: Directory, way: Sequence[Office]) -> Destination:
    everywhere = sorted(directory.offices.values(), key=breadth)
    for offices, rule in ((way, "extremism"), (everywhere, "extremism-elsewhere")):
        office = first_with(offices, Desk.SECURITY)
        if office is not None:
            return Destination(office.code, Desk.SECURITY, rule)
    # Members of a forum are civilians: they must not learn of it.
    above = [office for office in (*way, *everywhere) if office.kind in _ABOVE_FORUMS]
    if any(Desk.URGENT in office.desks for office in above):
        return _ordinary(directory, above, Desk.URGENT, rule="extremism-no-desk")
    return _last_resort(directory, Desk.OVERSIGHT, avoid=frozenset({OfficeKind.FORUM, OfficeKind.WOMEN}))


def _oversight(directory: Directory, facts: Facts) -> Destination:
    offices = [office for office in directory.offices.values() if office.kind is OfficeKind.OVERSIGHT]
    nearest = [*covering(offices, facts.lineage), *sorted(offices, key=breadth)]
    if not nearest and not _is_sensitive(facts):
        return _last_resort(directory, Desk.OVERSIGHT, avoid=frozenset({OfficeKind.FORUM, OfficeKind.WOMEN}))
    if _is_hers(facts):
        return _sealed_apart(directory, facts, nearest)
    return Destination(nearest[0].code, Desk.OVERSIGHT, _COMPLAINT)


def _sealed_apart(directory: Directory, facts: Facts, watchers: Sequence[Office]) -> Destination:
    """A sensitive complaint: sealed, away from those whom it is about. watchers: oversight offices, nearest first.

    Where somebody reads it before where nobody does: at whichever of these desks, none is one of theirs.
    """
    hers = _is_sensitive(facts)  # a wish alone takes a complaint away from nobody who oversees
    apart = (watchers, _women_apart(directory, facts)) if hers else (watchers,)
    desks = _INSTEAD[_her_desk(facts)]
    wanted = [(offices, desk) for offices in apart for desk in desks]
    read = [([each for each in offices if has_somebody(directory, each.code, desk)], desk) for offices, desk in wanted]
    for offices, desk in (*(read if hers else ()), *wanted):
        office = first_with(offices, desk)
        if office is not None:
            return Destination(office.code, desk, _COMPLAINT)
    if watchers and not _is_sensitive(facts):
        return Destination(watchers[0].code, Desk.OVERSIGHT, _COMPLAINT)
    last = watchers[0].code if watchers else _last_resort(directory, Desk.OVERSIGHT, avoid=frozenset()).office
    return Destination(last, _her_desk(facts), AWAY)


def _women_apart(directory: Directory, facts: Facts) -> list[Office]:
    """Women's offices that neither stand below a local office nor are one's: the place's own first."""
    chained = (office for office in directory.offices.values() if office.kind in LOCAL)
    local_ones = {office.code for office in chained} | set(facts.apart)
    near = list(women_offices(directory, facts.lineage))
    every = sorted((each for each in directory.offices.values() if each.kind is OfficeKind.WOMEN), key=breadth)
    ordered = dict.fromkeys(office.code for office in (*near, *every))
    found = (directory.offices[code] for code in ordered)
    return [
        each for each in found if not local_ones & {each.parent, *(a.code for a in ancestors(directory, each.code))}
    ]


def _last_resort(directory: Directory, desk: Desk, *, avoid: frozenset[OfficeKind]) -> Destination:
    """A directory that keeps nothing fitting: the most general office hears it rather than nobody."""
    ranked = sorted(
        directory.offices.values(), key=lambda office: (office.kind in avoid, _LAST.index(office.kind), office.code)
    )
    office = ranked[0]
    fitting = [wanted for wanted in (*_INSTEAD[desk], *_INSTEAD[Desk.URGENT]) if wanted in office.desks]
    plain = [wanted for wanted in Desk if wanted in office.desks and wanted not in SEALED_DESKS]
    return Destination(office.code, next(iter([*fitting, *plain]), Desk.GENERAL), "last-resort")
