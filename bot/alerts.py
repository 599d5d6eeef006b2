"""Who is told of an urgent report, in which order, and when a report is due. What they are told says nothing of it.

The ladder of a report, rung by rung:

- at the women's or child desk: its focal points on duty together; after ten minutes those of the regional women's
  desk; then those of the national one. Never the police: that needs her yes.
- at a security desk: those on duty there, then at the security desks above. Nobody else, for nobody else may see it.
- elsewhere: the staff on duty at its desk, one after another every five minutes; then those at the urgent desks of
  the offices above. An office with nobody on duty is passed over.
- nobody on duty anywhere: everyone in the rota of the first desk that has one, shift or not.

The rotas of a directory name nobody who left or whose grant ended (storage.people.rota).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot import routing
from bot.vocabulary import SEALED_DESKS, Desk, Directory, Facts, Office, Urgency

_ONE_BY_ONE: Final = timedelta(minutes=5)
_TOGETHER: Final = timedelta(minutes=10)

# Our own promise to reporters, until a deployment agrees on another: when a person must have looked at a report.
_DUE: Final = {
    Urgency.EMERGENCY: timedelta(minutes=15),
    Urgency.HIGH: timedelta(hours=4),
    Urgency.NORMAL: timedelta(hours=72),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """Whom to tell at once (staff ids), and how long until the next rung."""

    staff: tuple[str, ...]
    wait: timedelta


def wanted(facts: Facts, desk: Desk) -> bool:
    """Whether a report rings the phones of those on duty."""
    return facts.urgency is Urgency.EMERGENCY or desk is Desk.URGENT


def due_at(urgency: Urgency, now: datetime) -> datetime:
    """Until when a person must have looked at a report filed `now`."""
    return now + _DUE[urgency]


def rung(directory: Directory, *, office: str, desk: Desk, rung: int, now: datetime) -> Rung | None:
    """The rung of that index, from 0, as things stand at `now`; None past the ladder's end.

    Rung 0 is None only when no rota of any desk on the way names anyone: then nobody can be told.
    """
    steps = rungs(directory, office=office, desk=desk, now=now)
    return steps[rung] if 0 <= rung < len(steps) else None


def rungs(
    directory: Directory, *, office: str, desk: Desk, now: datetime, but: Collection[str] = ()
) -> tuple[Rung, ...]:
    """The ladder as things stand at `now`; with nobody on duty anywhere its one rung is a whole rota.

    but: staff who are told nothing: it is as if no rota named them.
    """
    return ladder(directory, office=office, desk=desk, now=now, but=but) or _anyone(directory, office, desk, but)


def following(steps: Sequence[Rung], told: Collection[str]) -> tuple[int, tuple[str, ...]]:
    """The index of the first rung with somebody who was not told yet, and who that is; else the last rung again.

    A ladder changes while it is climbed: whoever came to a rung below, by a shift that began or because another left,
    is not passed over. Raises IndexError where nobody stands on it.
    """
    for index, step in enumerate(steps):
        missed = tuple(person for person in step.staff if person not in told)
        if missed:
            return index, missed
    return len(steps) - 1, steps[-1].staff


def named(directory: Directory, *, office: str, desk: Desk) -> frozenset[str]:
    """Everybody whom a rota on the way up names, on duty now or not."""
    offices = directory.offices
    found = ((offices[code], its) for code, its in _desks(directory, office, desk) if code in offices)
    return frozenset(shift.staff for here, its in found for shift in here.duty.get(its, ()))


def ladder(
    directory: Directory, *, office: str, desk: Desk, now: datetime, but: Collection[str] = ()
) -> tuple[Rung, ...]:
    """Every rung with someone on duty at `now`; nobody stands on two."""
    told = set(but)
    steps: list[Rung] = []
    for here, its_desk in _desks(directory, office, desk):
        staff = [person for person in routing.on_duty(directory, here, its_desk, now) if person not in told]
        told.update(staff)
        if desk in SEALED_DESKS:
            steps += [Rung(tuple(staff), _TOGETHER)] if staff else []
        else:
            steps += [Rung((person,), _ONE_BY_ONE) for person in staff]
    return tuple(steps)


def _desks(directory: Directory, office: str, desk: Desk) -> Iterator[tuple[str, Desk]]:
    yield office, desk
    if desk in SEALED_DESKS:
        for above in _women_above(directory, office):
            if above.code != office:
                yield above.code, desk
                yield above.code, Desk.WOMEN
        return
    if desk is Desk.SECURITY:
        yield from ((above.code, desk) for above in routing.ancestors(directory, office))
        return
    if desk is not Desk.URGENT:
        yield office, Desk.URGENT
    for above in routing.ancestors(directory, office):
        yield above.code, Desk.URGENT


def _women_above(directory: Directory, office: str) -> Iterator[Office]:
    """The women's offices serving an office's ground: of any place it covers, else of its governorate."""
    here = directory.offices.get(office)
    if here is None:
        return
    ground = tuple(sorted(here.coverage)) + ((here.governorate,) if here.governorate else ())
    yield from routing.women_offices(directory, ground)
    yield from (above for above in routing.ancestors(directory, office) if SEALED_DESKS & above.desks)


def _anyone(directory: Directory, office: str, desk: Desk, but: Collection[str]) -> tuple[Rung, ...]:
    for code, its_desk in _desks(directory, office, desk):
        here = directory.offices.get(code)
        shifts = here.duty.get(its_desk, ()) if here else ()
        staff = tuple(dict.fromkeys(shift.staff for shift in shifts if shift.staff not in but))
        if staff:
            return (Rung(staff, _TOGETHER),)
    return ()
