"""Once a reporter was asked, no hand moves their report to police: what they said no to, or take back, stays true."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.vocabulary import Desk, Role, Urgency
from storage import tables
from storage.casework import claims, landing, moves
from storage.casework.acts import Act, Refused
from storage.consent import answering
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, hire
from tests.storage.consent.place import N, Town, build

pytestmark = sqlite_mostly

SAID = ("waiting", "no", "silent", "yes", "withdrawn")


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


async def _asked(place: Town, said: str) -> None:
    consent = await place.ask()
    match said:
        case "no" | "yes":
            await place.answer(consent, given=said == "yes")
        case "withdrawn":
            await place.answer(consent, given=True)
            await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
        case "silent":
            place.now += timedelta(days=2)
        case _:
            assert said == "waiting"


async def _move(place: Town, office: str, desk: Desk) -> None:
    act = Act(place.person, N, place.version, place.now)
    place.version = await place.store.write(lambda c: moves.move(c, place.keyring, act, office=office, desk=desk))


async def _lies(place: Town) -> tuple[str, str]:
    r = tables.reports.c
    row = await place.store.read(lambda c: c.execute(select(r.office, r.desk).where(r.id == place.report)).one())
    return row.office, row.desk


@pytest.mark.parametrize("office", [KARRADA, ADHAMIYA])
@pytest.mark.parametrize("said", SAID)
async def test_whatever_was_answered_no_hand_moves_it_to_police(place: Town, said: str, office: str) -> None:
    await _asked(place, said)
    with pytest.raises(Refused, match=r"consent\.police"):
        await _move(place, office, Desk.URGENT)
    assert await _lies(place) == (KARRADA, "general")


async def test_nor_to_a_desk_where_an_officer_works(place: Town) -> None:
    await _asked(place, "no")
    await place.store.write(
        lambda c: hire(
            c, place.keyring, "علي", Role.POLICE_LIAISON, office=ADHAMIYA, desks=(Desk.MEDIATION,), now=place.now
        )
    )
    with pytest.raises(Refused, match=r"consent\.police"):
        await _move(place, ADHAMIYA, Desk.MEDIATION)


async def test_who_was_never_asked_can_be_moved_there(place: Town) -> None:
    await _move(place, KARRADA, Desk.URGENT)
    assert await _lies(place) == (KARRADA, "urgent")


@pytest.mark.parametrize("said", SAID)
async def test_to_civilians_it_moves_as_ever(place: Town, said: str) -> None:
    await _asked(place, said)
    await _move(place, ADHAMIYA, Desk.GENERAL)
    assert await _lies(place) == (ADHAMIYA, "general")


@pytest.mark.parametrize(("danger", "may"), [(True, True), (False, False)])
async def test_what_its_reporter_tells_brings_it_to_police_in_danger_alone(
    place: Town,
    store: Store,
    now: datetime,
    danger: bool,  # noqa: FBT001
    may: bool,  # noqa: FBT001
) -> None:
    await _asked(place, "no")
    row = await store.read(lambda c: c.execute(select(tables.reports)).one())
    there = (KARRADA, Desk.URGENT)
    assert await store.read(lambda c: landing.may_alone(c, row, there, danger=danger, now=now)) is may


async def test_in_an_emergency_whoever_is_called_takes_it(place: Town, store: Store, keyring: Keyring) -> None:
    await _asked(place, "no")
    officer = await store.write(
        lambda c: hire(c, keyring, "علي", Role.DUTY_OFFICER, office=KARRADA, desks=(Desk.URGENT,), now=place.now)
    )
    slip = {"id": "a" * 32, "report": place.report, "staff": officer, "rung": 0, "at": place.now}
    emergency = tables.reports.update().values(urgency=Urgency.EMERGENCY.value)

    await store.write(lambda c: c.execute(emergency) and None)
    await store.write(lambda c: directory.add_duty(c, office=KARRADA, desk=Desk.URGENT, staff=officer, rank=0))
    await store.write(lambda c: c.execute(insert(tables.alerts).values(**slip)) and None)
    await store.write(lambda c: claims.claim_from_phone(c, keyring, staff=officer, report=place.report, now=place.now))
    assert await _lies(place) == (KARRADA, "urgent")
