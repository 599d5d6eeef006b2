"""Of two reports that are one the offices that either names see neither, nor any copy that was made of them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Desk, Join, Role
from storage import tables
from storage.casework import apart, opening
from storage.consent.consents import Scope
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.words import cards, content
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, Filed, file, hire
from tests.storage import making
from tests.storage.consent.shared import N, Town, build
from tests.storage.making import message

pytestmark = sqlite_mostly

OTHER = "BG-00002"


@pytest.fixture(params=[Desk.GENERAL, Desk.WOMEN])
async def place(request: pytest.FixtureRequest, store: Store, keyring: Keyring, now: Any) -> Town:
    return await build(store, keyring, now, request.param)


async def _other(place: Town, office: str) -> str:
    """Another report at the same desk, understood to name an office, as by a voice that was written down."""

    def write(conn: Connection) -> str:
        here = conn.execute(select(tables.reports).where(tables.reports.c.id == place.report)).one()
        what = Filed(OTHER, office=here.office, desk=Desk(here.desk), category="threats_extortion")
        report = file(conn, place.keyring, what, now=place.now)
        column = apart.column([office], desk=Desk(here.desk))
        conn.execute(update(tables.reports).where(tables.reports.c.id == report).values(apart=column))
        body = cards.heard({"category": "threats_extortion", "guesses": [], "apart": [office]})
        content.add_part(conn, place.keyring, report=report, kind="card", body=body, at=place.now)
        return report

    return await place.store.write(write)


async def _join(place: Town, newer: str, elder: str) -> None:
    decided = making.decision(Join(newer, elder))
    await making.say(place.store, place.keyring, message(100), decided, now=place.now + timedelta(minutes=1))


async def _opens(place: Town, person: str, number: str) -> bool:
    seen = await place.store.write(lambda c: opening.one(c, place.keyring, staff=person, number=number, now=place.now))
    return seen is not None


async def _hired(place: Town) -> str:
    """Somebody who works on the report as well, and belongs to the office that is named."""

    def write(conn: Connection) -> str:
        here = conn.execute(select(tables.reports).where(tables.reports.c.id == place.report)).one()
        role = Role.FOCAL_POINT if here.desk == Desk.WOMEN else Role.COORDINATOR
        person = hire(conn, place.keyring, "سعد", role, office=here.office, desks=(Desk(here.desk),), now=place.now)
        more = {"office": BAGHDAD, "desk": Desk.GENERAL.value, "role": Role.DUTY_OFFICER.value, "staff": person}
        conn.execute(tables.grants.insert().values(**more))
        return person

    return await place.store.write(write)


@pytest.mark.parametrize("is_elder", [True, False])
async def test_a_copy_of_either_is_kept_from_an_office_that_the_other_names(place: Town, *, is_elder: bool) -> None:
    await place.share(await place.agreed(Scope.WORDS), summary="ملخص")
    (copy,) = await place.copies(place.other)
    other = await _other(place, ADHAMIYA)
    newer, elder = (other, place.report) if is_elder else (place.report, other)
    await _join(place, newer, elder)
    assert await place.copies(place.other) == []
    assert not await _opens(place, place.other, copy.number)
    hidden = select(tables.events.c.report).where(tables.events.c.kind == "share_hidden")
    assert await place.store.read(lambda c: list(c.execute(hidden).scalars())) == [place.report]


@pytest.mark.parametrize("number", [N, OTHER])
async def test_whoever_belongs_to_an_office_that_one_names_sees_neither(place: Town, number: str) -> None:
    person = await _hired(place)
    other = await _other(place, BAGHDAD)
    assert await _opens(place, person, N)
    await _join(place, other, place.report)
    assert await _opens(place, place.person, number)
    assert not await _opens(place, person, number)


async def test_a_copy_that_is_made_after_it_names_the_offices_of_both(place: Town) -> None:
    agreed = await place.agreed(Scope.WORDS)
    await _join(place, await _other(place, BAGHDAD), place.report)
    find = select(tables.reports.c.version).where(tables.reports.c.id == place.report)
    place.version = await place.store.read(lambda c: c.execute(find).scalar_one())
    await place.share(agreed, summary="ملخص")
    (copy,) = await place.copies(place.other)
    row = await place.store.read(
        lambda c: c.execute(select(tables.reports).where(tables.reports.c.id == copy.id)).one()
    )
    card = await place.store.read(lambda c: content.card(c, place.keyring, copy.id))
    assert BAGHDAD in apart.known(row, card)


async def test_nothing_that_was_hidden_before_shows_by_it(place: Town) -> None:
    person = await _hired(place)
    await place.store.write(lambda c: _named(c, place, BAGHDAD))
    assert not await _opens(place, person, N)
    await _join(place, await _other(place, ADHAMIYA), place.report)
    for number in (N, OTHER):
        assert not await _opens(place, person, number)


def _named(conn: Connection, place: Town, office: str) -> None:
    r = tables.reports.c
    desk = Desk(conn.execute(select(r.desk).where(r.id == place.report)).scalar_one())
    conn.execute(update(tables.reports).where(r.id == place.report).values(apart=apart.column([office], desk=desk)))
    body = cards.heard({"category": "threats_extortion", "guesses": [], "apart": [office]})
    content.add_part(conn, place.keyring, report=place.report, kind="card", body=body, at=place.now)
