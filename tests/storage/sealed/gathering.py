"""How the people of a sealed desk's list come and go, as each of them would do it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.vocabulary import Desk
from storage.desks import ceremonies, granting, lists, membership, offering
from storage.sealed import keypairs, recipients
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Refused
from tests.staffing import KARRADA
from tests.storage.house import House

PHRASES = {"هدى": "نخلة على باب الدار", "سلمى": "مطر تشرين على السطح"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(house: House, *names: str) -> Callable[[Connection], list[str]]:
    """Each makes her keys under her own phrase, for every desk where she has none; the ids at the women's desk."""

    def work(conn: Connection) -> list[str]:
        ids = []
        for name in names:
            person = house.people[name]
            has = offering.own(conn, house.keyring, person=person, now=house.now)
            keys = offering.make(has, PHRASES.get(name, "عبارة ثالثة طويلة"))
            offering.keep(conn, house.keyring, person=person, made=keys, now=house.now)
            ids += [each.pair.recipient for each in keys if each.place[1] is Desk.WOMEN]
        return ids

    return work


def found(house: House, ids: Sequence[str], desk: Desk = Desk.WOMEN) -> Callable[[Connection], tuple[str, ...]]:
    return lambda conn: offering.found(conn, house.keyring, (KARRADA, desk), ids=ids, by="it", now=house.now)


async def refused(house: House, work: Callable[[Connection], Any]) -> str:
    with pytest.raises(Refused) as told:
        await house.store.write(work)
    return told.value.key


def unlock(house: House, name: str, phrase: str) -> Callable[[Connection], Unlocked]:
    person = house.people[name]
    return lambda conn: ceremonies.unlock(conn, house.keyring, staff=person, phrase=phrase, now=house.now)


async def grant(house: House, by: Unlocked, to: str, now: datetime | None = None) -> int:
    given, place = 0, granting.Place()
    while True:
        count, after = await house.store.write(
            lambda c, place=place: granting.grant(  # type: ignore[misc]
                c, house.keyring, by=by, to=to, now=now or house.now, place=place
            )
        )
        given += count
        if after is None:
            return given
        place = after


async def join(house: House, name: str, by: str, now: datetime | None = None) -> Unlocked:
    """A newcomer's key, signed at `now`."""
    pair = keypairs.new(f"{len(house.keys):032x}")
    house.keys[name] = pair
    at, person = now or house.now, house.people[name]

    def work(conn: Connection) -> None:
        effective = at + recipients.WAITS
        ceremonies.added(
            conn, pair, office=KARRADA, desk="women", person=person, phrase=None, now=at, effective_at=effective
        )
        name = keypairs.fingerprint(pair.public, pair.signing_public)
        key = house.keys[by]
        invited = {"by": key, "recipient": pair.recipient, "fingerprint": name.lower()}
        assert membership.invite(conn, house.keyring, now=at, **invited) == effective  # type: ignore[arg-type]

    await house.store.write(work)
    return pair


async def revoke(house: House, name: str, by: str, now: datetime | None = None) -> None:
    her, key = house.keys[name].recipient, house.keys[by]
    await house.store.write(lambda c: membership.revoke(c, house.keyring, by=key, recipient=her, now=now or house.now))


async def listed(house: House) -> lists.DeskList:
    place = (KARRADA, Desk.WOMEN)
    return await house.store.read(lambda c: lists.listed(c, house.keyring, place, now=house.now))
