"""Holds the ceremony that switches a sealed desk on, for tests."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection

from bot.vocabulary import Desk
from storage.desks import ceremonies, offering
from storage.desks.offering import Place
from storage.keys import Keyring
from storage.people import services
from tests.staffing import KARRADA

PHRASE = "خمس كلمات لا يعرفها أحد"
WOMEN_OF_KARRADA: Place = (KARRADA, Desk.WOMEN)
SERVICES = (
    "kind,name_ar,governorate,verified_on\nshelter,دار الأمان,IQ-BG,2026-11-01\nchild,بيت الطفولة,IQ-BG,2026-11-01\n"
)


def offered(conn: Connection, keyring: Keyring, person: str, *, now: datetime, phrase: str = PHRASE) -> list[str]:
    """She makes her key at every desk where she works; returns the recipients' ids, which wait."""
    made = offering.make(offering.own(conn, keyring, person=person, now=now), phrase)
    offering.keep(conn, keyring, person=person, made=made, now=now)
    return [each.pair.recipient for each in made]


def held(
    conn: Connection,
    keyring: Keyring,
    people: Sequence[str],
    *,
    now: datetime,
    place: Place = WOMEN_OF_KARRADA,
) -> tuple[str, str]:
    """Recovery key, services, keys and founding at once; returns the halves of the recovery key."""
    halves = ceremonies.make_recovery(conn, keyring, by="machine:test", now=now)
    services.replace(conn, keyring, services.parse(SERVICES), now=now)
    for number, person in enumerate(people):
        offering.keep(conn, keyring, person=person, made=[_made(place, number)], now=now)
    founded(conn, keyring, place, now=now)
    return halves


@cache
def _made(place: Place, _number: int) -> offering.Made:
    """A key under PHRASE, made once for all tests: each takes some 200 ms, and each test's database is its own."""
    (made,) = offering.make(offering.Own((place,), (), (), None), PHRASE)
    return made


def founded(conn: Connection, keyring: Keyring, place: Place, *, now: datetime) -> None:
    """Switches a desk on with every key that waits there."""
    ids = [row.id for row in offering.waiting(conn, keyring, place)]
    offering.found(conn, keyring, place, ids=ids, by="machine:test", now=now)
