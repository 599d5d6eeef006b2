"""Offices, their desks and rotas, and where a report goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.vocabulary.words import Desk, Locale, OfficeKind


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's place in a desk's duty rota. Minutes are of the local day; to < since runs past midnight."""

    staff: str
    rank: int
    weekdays: frozenset[int] = frozenset(range(7))
    since_minute: int = 0
    to_minute: int = 24 * 60


@dataclass(frozen=True, slots=True)
class Office:
    """A body with desks. coverage: ids of places it serves. duty: rota by desk, lowest rank first.

    staffed: desks at which somebody works now, in a rota or not.
    """

    code: str
    kind: OfficeKind
    names: Mapping[Locale, str]
    desks: frozenset[Desk]
    coverage: frozenset[str] = frozenset()
    parent: str | None = None
    governorate: str = ""
    opens_minute: int = 8 * 60
    closes_minute: int = 16 * 60
    languages: frozenset[Locale] = frozenset({Locale.AR})
    duty: Mapping[Desk, tuple[Shift, ...]] = field(default_factory=dict)
    staffed: frozenset[Desk] = frozenset()
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """Every active office by code, as it stood when it was read."""

    offices: Mapping[str, Office]


HELD: Final = "held"  # the rule of a report that stays where somebody works on it already


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a report goes, and the rule that sent it there (for the audit, never for the reporter)."""

    office: str
    desk: Desk
    rule: str
