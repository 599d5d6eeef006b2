"""Whom a reporter may be asked about, for how long, and one question at a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.vocabulary import Desk, Explained, Locale, Role
from storage import keys, tables
from storage.casework.acts import Act, Refused
from storage.consent import answering, asking
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.sealing import unseal
from storage.words import content
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, WOMEN, Filed, file, hire
from tests.storage.consent.place import DAYS, URGENT, N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


async def test_at_a_sealed_desk_the_phone_is_not_told_who_would_receive_it(place: Town) -> None:
    filed = Filed("BG-00002", office=WOMEN, desk=Desk.WOMEN)
    report = await place.store.write(lambda c: file(c, place.keyring, filed, now=place.now))
    person = await place.store.write(
        lambda c: hire(c, place.keyring, "هدى", Role.FOCAL_POINT, office=WOMEN, desks=(Desk.WOMEN,), now=place.now)
    )
    act, wanted = Act(person, "BG-00002", 1, place.now), Wanted(URGENT, Scope.WORDS, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted))
    row = await place.store.read(lambda c: c.execute(select(tables.outbox)).one())
    place_of = (tables.outbox.name, "sealed", row.id, row.epoch)
    words = unseal(place.keyring.at(Domain.OUTBOX, row.epoch), row.sealed, *place_of)
    assert b"consent.nudge" in words
    assert "منتدى" not in words.decode()
    await place.sent(place.now)
    known = await place.heard(report=report)
    assert (known.coded, known.explained) == (True, Explained.NO)


async def test_one_question_waits_at_a_time(place: Town) -> None:
    await place.ask()
    with pytest.raises(Refused, match=r"consent\.waiting"):
        await place.ask(To(KARRADA, Desk.URGENT))


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (To(ADHAMIYA, Desk.SECURITY), "consent.to"),
        (To("nowhere", Desk.GENERAL), "consent.to"),
        (To(KARRADA, Desk.GENERAL), "consent.to"),
        (To(ADHAMIYA), "consent.to"),
        (To(service="00" * 16), "consent.to"),
    ],
)
async def test_what_is_no_recipient_is_refused(place: Town, to: To, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await place.ask(to)


async def test_a_body_of_the_service_directory_may_be_asked_for(place: Town) -> None:
    await place.store.write(lambda c: c.execute(insert(tables.services), [_service()]))
    await place.ask(To(service="5e" * 16))
    (stands,) = await place.states()
    assert stands.names.ar == "عيادة قانونية"


async def test_an_office_that_the_report_names_is_never_a_recipient(place: Town) -> None:
    named = update(tables.reports).values(apart=[ADHAMIYA])
    await place.store.write(lambda c: c.execute(named))
    with pytest.raises(Refused, match=r"consent\.to"):
        await place.ask()


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(hours=23), timedelta(days=91)])
async def test_consent_is_asked_for_a_day_at_least_and_ninety_at_most(place: Town, lasts: timedelta) -> None:
    with pytest.raises(Refused, match=r"consent\.lasts"):
        await place.ask(lasts=lasts)


def _service(**more: object) -> dict[str, object]:
    plain = {"id": "5e" * 16, "kind": "legal", "name_ar": "عيادة قانونية", "languages": ["ar"], "active": True}
    return {**plain, "verified_on": datetime.fromisoformat("2026-11-01T00:00:00+00:00"), **more}


# ── A no stands for a week ───────────────────────────────────────────────────────────────────────────────────
async def _refuses(place: Town, how: str) -> None:
    consent = await place.ask()
    await place.answer(consent, given=how != "refused")
    if how == "taken back":
        await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now) and None)


async def _asks_again(place: Town, to: To = URGENT, scope: Scope = Scope.WORDS) -> None:
    act, wanted = Act(place.person, N, place.version, place.now), Wanted(to, scope, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted) and None)


async def _passes(place: Town, time: timedelta) -> None:
    place.now += time
    await place.store.write(lambda c: keys.register(c, place.keyring, place.now))


@pytest.mark.parametrize("how", ["refused", "taken back"])
async def test_what_was_refused_is_not_asked_again_within_a_week(place: Town, how: str) -> None:
    await _refuses(place, how)
    await _passes(place, timedelta(days=7, seconds=-1))
    with pytest.raises(Refused, match=r"consent\.again"):
        await _asks_again(place)
    await _passes(place, timedelta(seconds=1))
    await _asks_again(place)


@pytest.mark.parametrize("minutes", [9, 10])
async def test_what_ended_minutes_after_the_yes_is_asked_again_once_its_reporter_wrote(
    place: Town, minutes: int
) -> None:
    """A no may have been meant for something else: they are told to write, if so, and that they are asked again."""
    await place.answer(await place.ask(), given=True)
    await _passes(place, timedelta(minutes=minutes))
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now) and None)
    with pytest.raises(Refused, match=r"consent\.again"):
        await _asks_again(place)
    await _passes(place, timedelta(minutes=5))
    body, at = {"text": "ما زلت موافقا"}, place.now
    await place.store.write(
        lambda c: content.add_part(c, place.keyring, report=place.report, kind="utterance", body=body, at=at)
    )
    if minutes == 9:
        await _asks_again(place)
        return
    with pytest.raises(Refused, match=r"consent\.again"):
        await _asks_again(place)


async def test_another_recipient_is_another_question(place: Town) -> None:
    await _refuses(place, "refused")
    await _asks_again(place, To(KARRADA, Desk.URGENT))


@pytest.mark.parametrize("how", ["refused", "taken back"])
@pytest.mark.parametrize("scope", Scope)
async def test_a_no_is_one_to_more_for_a_week_and_to_less_for_a_day(place: Town, how: str, scope: Scope) -> None:
    await _refuses(place, how)
    await _passes(place, timedelta(days=1, seconds=-1))
    with pytest.raises(Refused, match=r"consent\.again"):
        await _asks_again(place, scope=scope)
    await _passes(place, timedelta(seconds=1))
    if scope is Scope.SUMMARY:
        await _asks_again(place, scope=scope)
        return
    with pytest.raises(Refused, match=r"consent\.again"):
        await _asks_again(place, scope=scope)


async def test_what_ran_out_may_be_asked_again_at_once(place: Town) -> None:
    await _refuses(place, "agreed")
    await _passes(place, DAYS)
    await place.store.write(lambda c: answering.expire(c, place.keyring, place.now) and None)
    await _asks_again(place)
