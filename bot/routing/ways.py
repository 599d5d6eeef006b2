"""Which offices lie on the way up from a place, the nearest first; chooses none of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.vocabulary import Desk, Directory, Facts, Office, OfficeKind

LOCAL: Final = (OfficeKind.FORUM, OfficeKind.GOVERNORATE)


def ancestors(directory: Directory, office: str) -> Iterator[Office]:
    """The offices above one, nearest first; a circle or a dangling parent ends it."""
    seen = {office}
    here = directory.offices.get(office)
    while here is not None and here.parent is not None and here.parent not in seen:
        seen.add(here.parent)
        here = directory.offices.get(here.parent)
        if here is not None:
            yield here


def has_oversight(directory: Directory) -> bool:
    """Whether there is an office outside every chain, to hear complaints and what names an insider."""
    return any(office.kind is OfficeKind.OVERSIGHT for office in directory.offices.values())


def local(directory: Directory, lineage: Sequence[str]) -> Sequence[Office]:
    """The forums that cover a place; where there is none, every office of its governorate that might; () for ()."""
    near = covering([office for office in directory.offices.values() if office.kind in LOCAL], lineage)
    forums = [office for office in near if office.kind is OfficeKind.FORUM]
    if forums or not lineage:
        return forums
    around = (office for office in directory.offices.values() if office.kind in LOCAL)
    return [*near, *(office for office in around if office.governorate == lineage[-1] and office not in near)]


def women_offices(directory: Directory, lineage: Sequence[str]) -> Iterator[Office]:
    """The women's offices that cover a place, nearest first, then the national one: its parent, or without coverage."""
    offices = [office for office in directory.offices.values() if office.kind is OfficeKind.WOMEN]
    parents = {office.parent for office in offices}
    yield from covering(offices, lineage)
    yield from sorted((office for office in offices if not office.coverage or office.code in parents), key=breadth)


def way_up(directory: Directory, lineage: Sequence[str]) -> Iterator[Office]:
    """Offices from the nearest to the national ones, each once; oversight is outside every chain."""
    offices = directory.offices.values()
    near = list(covering([office for office in offices if office.kind in LOCAL], lineage))
    above = [parent for office in near for parent in ancestors(directory, office.code)]
    national = sorted((office for office in offices if office.kind is OfficeKind.NATIONAL), key=breadth)
    seen: set[str] = set()
    for office in (*near, *above, *women_offices(directory, lineage), *national):
        if office.code not in seen and office.kind is not OfficeKind.OVERSIGHT:
            seen.add(office.code)
            yield office


def from_origin(directory: Directory, facts: Facts) -> Iterator[Office]:
    """The way up from the office whose poster brought them here; nothing where the place is known or it is closed."""
    origin = directory.offices.get(facts.origin)
    if origin is None or facts.lineage or origin.kind not in LOCAL:
        return
    above = (office for office in ancestors(directory, origin.code) if office.kind is not OfficeKind.OVERSIGHT)
    national = (office for office in way_up(directory, ()) if office.kind is OfficeKind.NATIONAL)
    yield from (origin, *above, *national)


def without(directory: Directory, apart: Sequence[str]) -> Directory:
    """The directory as if the offices of these codes were not there."""
    kept = {code: office for code, office in directory.offices.items() if code not in apart}
    return Directory(kept) if apart else directory


def covering(offices: Iterable[Office], lineage: Sequence[str]) -> list[Office]:
    """Those that serve the place or one above it; the most specific first, then forums, then by code."""

    def depth(office: Office) -> int:
        served = office.coverage or ({office.governorate} if office.kind is OfficeKind.GOVERNORATE else set())
        return next((step for step, place in enumerate(lineage) if place in served), len(lineage))

    found = [office for office in offices if depth(office) < len(lineage)]
    return sorted(found, key=lambda office: (depth(office), office.kind is not OfficeKind.FORUM, office.code))


def breadth(office: Office) -> tuple[bool, bool, int, str]:
    """Sorts the most general first: no coverage means the whole country."""
    return bool(office.coverage), office.parent is not None, -len(office.coverage), office.code


def first_with(offices: Iterable[Office], desk: Desk) -> Office | None:
    """The first that keeps a desk; None where none does."""
    return next((office for office in offices if desk in office.desks), None)
