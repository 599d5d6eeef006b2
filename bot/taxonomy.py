"""The rule of each category: how urgent it is by itself, whether it is sensitive, and which desk hears it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.vocabulary import Category, Desk, Urgency


@dataclass(frozen=True, slots=True)
class Rule:
    """urgency: the least urgency of such a report. sensitive: a sealed desk hears it before anyone else."""

    group: str
    urgency: Urgency
    sensitive: bool
    desk: Desk


_N, _H, _E = Urgency.NORMAL, Urgency.HIGH, Urgency.EMERGENCY

RULES: Final[Mapping[Category, Rule]] = MappingProxyType(
    {
        Category.ELECTRONIC_BLACKMAIL: Rule("personal", _H, True, Desk.WOMEN),
        Category.DOMESTIC_VIOLENCE: Rule("personal", _H, True, Desk.WOMEN),
        Category.HARASSMENT: Rule("personal", _N, True, Desk.WOMEN),
        Category.CHILD_PROTECTION: Rule("personal", _H, True, Desk.CHILD),
        Category.SELF_HARM: Rule("personal", _E, True, Desk.URGENT),
        Category.MISSING_PERSON: Rule("crime", _H, False, Desk.GENERAL),
        Category.KIDNAPPING: Rule("crime", _E, False, Desk.URGENT),
        Category.THEFT: Rule("crime", _N, False, Desk.GENERAL),
        Category.DRUGS: Rule("crime", _N, False, Desk.GENERAL),
        Category.ASSAULT: Rule("crime", _H, False, Desk.GENERAL),
        Category.WEAPONS_GUNFIRE: Rule("crime", _H, False, Desk.GENERAL),
        Category.THREATS_EXTORTION: Rule("crime", _H, False, Desk.GENERAL),
        Category.TRIBAL_DISPUTE: Rule("disputes", _H, False, Desk.MEDIATION),
        Category.COMMUNITY_TENSION: Rule("disputes", _N, False, Desk.MEDIATION),
        Category.PROPERTY_DISPUTE: Rule("disputes", _N, False, Desk.MEDIATION),
        Category.EXPLOSIVE_HAZARD: Rule("hazards", _H, False, Desk.URGENT),
        Category.TRAFFIC_SAFETY: Rule("hazards", _N, False, Desk.GENERAL),
        Category.PUBLIC_INFRASTRUCTURE: Rule("hazards", _N, False, Desk.GENERAL),
        Category.PUBLIC_NUISANCE: Rule("hazards", _N, False, Desk.GENERAL),
        Category.FIRE_MEDICAL: Rule("hazards", _E, False, Desk.URGENT),
        Category.POLICE_MISCONDUCT: Rule("oversight", _N, False, Desk.OVERSIGHT),
        Category.EXTREMISM: Rule("oversight", _H, False, Desk.SECURITY),
        Category.HUMAN_TRAFFICKING: Rule("oversight", _H, True, Desk.WOMEN),
        Category.OTHER: Rule("other", _N, False, Desk.GENERAL),
    }
)

# Of things and streets: whoever so surely tells of one tells of it, whoever their kin are.
OF_THINGS: Final = frozenset(
    {Category.THEFT, Category.TRAFFIC_SAFETY, Category.PUBLIC_INFRASTRUCTURE, Category.FIRE_MEDICAL}
)
