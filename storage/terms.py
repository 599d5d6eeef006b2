"""A deployment's own words: danger phrases, words of a category, and names of places, on top of the shipped ones.

Only administrators list, add and remove them. The audit tells who, when, what kind and which row; what is removed stays
in its row for as long as the audit, so that a row's id tells the words.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from bot.nlp import normalise, phrases
from bot.nlp.gazetteer import LEVELS, PlaceRow, built_in
from bot.nlp.words import Danger, Words
from bot.nlp.words import Term as Lexical
from bot.vocabulary import Category, Role, Urgency
from storage import audit
from storage.casework.acts import Refused, Unseen
from storage.keys import Keyring
from storage.people import directory
from storage.people.importing import ImportWrong
from storage.tables import coverage, grants, places, staff, terms

REMEMBERED: Final = timedelta(days=730)  # as long as the audit keeps its rows
MOST: Final = 2_000  # standing at a time: each is searched for in every message
WEIGHTS: Final = (1.0, 2.0, 3.0)  # a hint, usual, nearly sure: as the shipped words are weighted
NEW_LEVELS: Final = tuple(level for level in LEVELS if level != "governorate")
_OWN: Final = "own-"  # ids of places that were added here


class Kind(StrEnum):
    """What a term is for. PLACE is a new place; ALIAS a further name of one that is known."""

    DANGER = "danger"
    WORD = "word"
    ALIAS = "alias"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class By:
    """Which member of staff (id), and when. None: the command line, which only who runs the machine can use."""

    staff: str | None
    now: datetime

    @property
    def actor(self) -> str:
        """For the audit."""
        return self.staff or "machine:words"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry. target: a word's category, a place's id, "" for a danger phrase. added_by: a name, None if unknown."""

    id: str
    kind: Kind
    phrase: str
    target: str
    urgency: Urgency | None
    sensitive: bool
    weight: float | None
    added_by: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to be added: names as typed ("" when unknown), its level, and the id of the place that it lies in."""

    name_ar: str
    name_ckb: str
    name_en: str
    level: str
    parent: str


# Whether the software already does for a phrase what is asked. May raise Refused for what only the model can tell.
Shipped = Callable[[str], bool]


def listed(conn: Connection, by: By) -> tuple[Term, ...]:
    """Every standing entry, by kind and then the newest first. Raises Unseen unless an administrator asks."""
    _administrator(conn, by)
    return standing(conn)


def standing(conn: Connection) -> tuple[Term, ...]:
    """Every standing entry: for whoever understands messages."""
    rows = conn.execute(
        select(terms, staff.c.name.label("adder"))
        .outerjoin(staff, staff.c.id == terms.c.added_by)
        .where(terms.c.removed_at.is_(None))
        .order_by(terms.c.kind, terms.c.added_at.desc(), terms.c.id)
    )
    return tuple(
        Term(
            id=row.id,
            kind=Kind(row.kind),
            phrase=row.phrase,
            target=row.target,
            urgency=None if row.urgency is None else Urgency(row.urgency),
            sensitive=row.sensitive,
            weight=row.weight,
            added_by=row.adder,
            added_at=row.added_at,
        )
        for row in rows
    )


def add_danger(
    conn: Connection, keyring: Keyring, by: By, *, phrase: str, urgency: Urgency, sensitive: bool, shipped: Shipped
) -> str:
    """A phrase that raises a message to this urgency, or makes it private. Returns the entry's id.

    Raises Refused (with a key of the console's catalogue) or Unseen, as all of these do.
    """
    if urgency is Urgency.NORMAL and not sensitive:
        raise Refused("words.nothing")
    values = {"urgency": urgency.value, "sensitive": sensitive}
    return _add(conn, keyring, by, Kind.DANGER, phrase, target="", values=values, shipped=shipped)


def add_word(
    conn: Connection, keyring: Keyring, by: By, *, phrase: str, category: Category, weight: float, shipped: Shipped
) -> str:
    """A word or phrase that speaks for a category. weight: one of WEIGHTS."""
    if weight not in WEIGHTS:
        raise Refused("words.choose")
    values = {"weight": weight}
    return _add(conn, keyring, by, Kind.WORD, phrase, target=category.value, values=values, shipped=shipped)


def add_alias(conn: Connection, keyring: Keyring, by: By, *, phrase: str, place: str, shipped: Shipped) -> str:
    """A further name of a known place (id)."""
    _administrator(conn, by)
    if place not in directory.place_parents(conn):
        raise Refused("words.parent")
    return _add(conn, keyring, by, Kind.ALIAS, phrase, target=place, values={}, shipped=shipped)


def add_place(conn: Connection, keyring: Keyring, by: By, new: NewPlace) -> str:
    """A new place, kept among the deployment's own (as `places import` keeps them). Returns the entry's id."""
    _administrator(conn, by)
    for name in (new.name_ckb, new.name_en):
        if name.strip():
            _sound(name)
    known = {row.id: row for row in (*built_in(), *directory.places(conn))}
    parent = known.get(new.parent)
    if parent is None or new.level not in NEW_LEVELS:
        raise Refused("words.parent")
    key = _sound(new.name_ar)
    if any(row.parent == parent.id and normalise.key(row.name_ar) == key for row in known.values()):
        raise Refused("words.there")
    row = PlaceRow(
        id=_OWN + secrets.token_hex(4),
        level=new.level,
        name_ar=phrases.tidy(new.name_ar),
        name_ckb=phrases.tidy(new.name_ckb),
        name_en=phrases.tidy(new.name_en),
        variants=(),
        parent=parent.id,
        governorate=parent.governorate,
    )
    try:
        directory.import_places(conn, [row])
    except ImportWrong:
        raise Refused("words.parent") from None
    return _add(conn, keyring, by, Kind.PLACE, new.name_ar, target=row.id, values={}, shipped=_not)


def remove(conn: Connection, keyring: Keyring, by: By, id: str) -> None:
    """Takes an entry away; a place only when no office covers it and no other place lies in it."""
    _administrator(conn, by)
    row = conn.execute(select(terms).where(terms.c.id == id, terms.c.removed_at.is_(None)).with_for_update()).first()
    if row is None:
        raise Refused("words.gone")
    if row.kind == Kind.PLACE:
        _take_place(conn, row.target)
    conn.execute(update(terms).where(terms.c.id == id).values(removed_at=by.now))
    data = {"kind": row.kind, "target": row.target}
    audit.write(conn, keyring, at=by.now, actor=by.actor, action="term.remove", subject=id, data=data)


def purge(conn: Connection, now: datetime) -> int:
    """Forgets what was removed so long ago that no audit row names it any more; returns how many."""
    return int(conn.execute(delete(terms).where(terms.c.removed_at < now - REMEMBERED)).rowcount)


def words(conn: Connection) -> Words:
    """The standing danger phrases and words of categories, as bot.nlp.analyse takes them; the gravest last."""
    found = standing(conn)
    danger = (Danger(t.phrase, t.urgency, t.sensitive) for t in found if t.urgency is not None)
    return Words(
        danger=tuple(sorted(danger, key=lambda one: (one.urgency, one.sensitive, one.phrase))),
        terms=tuple(Lexical(t.phrase, Category(t.target), t.weight) for t in found if t.weight is not None),
    )


def place_rows(conn: Connection) -> tuple[PlaceRow, ...]:
    """The deployment's places and further names, as rows that bot.nlp.places.load takes as `extra`."""
    own = {row.id: row for row in directory.places(conn)}
    aliases = [term for term in standing(conn) if term.kind is Kind.ALIAS]
    shipped = {row.id: row for row in built_in()} if aliases else {}
    for alias in reversed(aliases):
        row = own.get(alias.target) or shipped.get(alias.target)
        if row is not None:
            own[alias.target] = replace(row, variants=(*row.variants, alias.phrase))
    return tuple(own.values())


def _add(
    conn: Connection,
    keyring: Keyring,
    by: By,
    kind: Kind,
    phrase: str,
    *,
    target: str,
    values: Mapping[str, Any],
    shipped: Shipped,
) -> str:
    _administrator(conn, by)
    key, words = _sound(phrase), phrases.tidy(phrase)
    same = (terms.c.kind == kind.value, terms.c.key == key, terms.c.target == target, terms.c.removed_at.is_(None))
    if conn.execute(select(exists().where(*same))).scalar_one() or shipped(words):
        raise Refused("words.there")
    if conn.execute(select(func.count()).where(terms.c.removed_at.is_(None))).scalar_one() >= MOST:
        raise Refused("words.most")
    id = secrets.token_hex(16)
    row = {"id": id, "kind": kind.value, "phrase": words, "key": key, "target": target, "sensitive": False}
    conn.execute(insert(terms).values(**(row | dict(values)), added_by=by.staff, added_at=by.now))
    data = {"kind": kind.value, "target": target, **values}
    audit.write(conn, keyring, at=by.now, actor=by.actor, action="term.add", subject=id, data=data)
    return id


def _sound(phrase: str) -> str:
    """The phrase's key; Refused when it is not fit to be searched for."""
    fault = phrases.fault(phrase)
    if fault is not None:
        raise Refused(f"words.{fault.value}")
    return normalise.key(phrase)


def _take_place(conn: Connection, place: str) -> None:
    used: Sequence[Any] = (
        exists().where(coverage.c.place == place),
        exists().where(places.c.parent == place),
        exists().where(terms.c.kind == Kind.ALIAS, terms.c.target == place, terms.c.removed_at.is_(None)),
    )
    if conn.execute(select(or_(*used))).scalar_one():
        raise Refused("words.used")
    conn.execute(places.delete().where(places.c.id == place))


def _administrator(conn: Connection, by: By) -> None:
    if by.staff is None:
        return
    held = exists().where(
        grants.c.staff == by.staff,
        grants.c.staff == staff.c.id,
        staff.c.active,
        grants.c.role == Role.ADMINISTRATOR.value,
        or_(grants.c.until_at.is_(None), grants.c.until_at > by.now),
    )
    if not conn.execute(select(held)).scalar_one():
        raise Unseen


def _not(_phrase: str) -> bool:
    return False
