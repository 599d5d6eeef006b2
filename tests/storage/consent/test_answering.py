"""What a reporter said: noted once, only for a time, and never again once it is taken back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Channel, Desk, Explained, Locale
from storage import contacts, tables
from storage.casework.acts import Act
from storage.consent import answering, asking, sharing
from storage.consent.asking import Wanted
from storage.consent.consents import Scope
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, Filed, file
from tests.storage.consent.place import DAYS, URGENT, N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    return await build(store, keyring, now)


@pytest.mark.parametrize(("given", "state"), [(True, "yes"), (False, "no")])
async def test_an_answer_is_noted_once_and_does_not_change(place: Town, given: bool, state: str) -> None:  # noqa: FBT001
    consent = await place.ask()
    assert await place.answer(consent, given=given)
    assert not await place.answer(consent, given=not given)
    (stands,) = await place.states()
    assert stands.state == state


async def test_a_day_after_it_was_put_silence_was_a_no_and_a_yes_comes_too_late(place: Town) -> None:
    consent = await place.ask()
    await place.sent(place.now)
    place.now += timedelta(hours=24)
    (stands,) = await place.states()
    assert stands.state == "silent"
    assert not await place.answer(consent, given=True)
    known = await place.heard()
    assert (known.late, known.explained) == (True, Explained.YES)
    (stands,) = await place.states()
    assert stands.state == "silent"
    act = Act(place.person, N, place.version, place.now)
    wanted = Wanted(URGENT, Scope.SUMMARY, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted))
    assert [each.state for each in await place.states()] == ["waiting", "silent"]
    known = await place.heard()
    assert (known.late, known.extent) == (False, "summary")


@pytest.mark.parametrize(("days", "state"), [(13, "waiting"), (14, "silent")])
async def test_for_whoever_has_not_come_back_it_waits_two_weeks_and_from_then_a_day(
    place: Town, days: int, state: str
) -> None:
    pull = update(tables.reports).values(reachable="pull")
    await place.store.write(lambda c: c.execute(pull) and None)
    consent = await place.ask()
    place.now += timedelta(days=days)
    (stands,) = await place.states()
    assert stands.state == state
    for hours in (0, 23):  # put again, it waits no longer
        at = place.now + timedelta(hours=hours)
        await place.store.write(lambda c, at=at: answering.put(c, place.keyring, consent, hourly=False, now=at))  # type: ignore[misc]
    place.now += timedelta(hours=24)
    assert [each.state for each in await place.states()] == ["silent"]
    assert not await place.answer(consent, given=True)


async def test_whoever_asked_is_told_of_the_answer_and_the_thread_tells_it_too(place: Town) -> None:
    await _phone(place)
    consent = await place.ask()
    await place.answer(consent, given=True)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    told = select(tables.outbox).where(tables.outbox.c.kind == "alert")
    parcels = await place.store.read(lambda c: c.execute(told).all())
    assert len(parcels) == 2
    assert {parcel.report for parcel in parcels} == {None}
    found = select(tables.events.c.kind, tables.events.c.data).where(tables.events.c.kind.like("consent%"))
    lines = await place.store.read(lambda c: c.execute(found.order_by(tables.events.c.at)).all())
    assert sorted(line.kind for line in lines) == ["consent_asked", "consent_withdrawn", "consent_yes"]
    told_of = {"consent": consent, "scope": "words", "office": ADHAMIYA, "desk": "urgent"}
    assert [line.data for line in lines] == [told_of] * 3


async def test_of_a_private_answer_only_the_hour_is_kept_and_the_audit_names_nothing(place: Town) -> None:
    pull = update(tables.reports).values(reachable="pull")
    await place.store.write(lambda c: c.execute(pull) and None)
    await _phone(place)
    consent = await place.ask()
    hour = place.now.replace(minute=0, second=0, microsecond=0)
    place.now = hour + timedelta(minutes=43, seconds=7)
    await place.store.write(lambda c: answering.put(c, place.keyring, consent, hourly=True, now=place.now))
    await place.answer(consent, given=True)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    (row,) = await place.store.read(lambda c: c.execute(select(tables.consents)).all())
    assert (row.put_at, row.answered_at, row.revoked_at) == (hour, hour, hour)
    audited = select(tables.audit).where(tables.audit.c.action.like("consent.%"))
    lines = await place.store.read(lambda c: c.execute(audited).all())
    over = hour + timedelta(hours=1)
    assert {(line.at, line.subject, consent in repr(line.data)) for line in lines} == {(over, "", False)}
    assert len(lines) == 2
    found = select(tables.events.c.at).where(tables.events.c.kind.in_(("consent_yes", "consent_withdrawn")))
    at = await place.store.read(lambda c: c.execute(found).scalars().all())
    assert {each.replace(microsecond=0) for each in at} <= {hour}
    told = select(tables.outbox).where(tables.outbox.c.kind == "alert")
    for parcel in await place.store.read(lambda c: c.execute(told).all()):
        assert (parcel.created_at, parcel.due_at, parcel.report) == (hour, hour + timedelta(hours=1), None)
        assert consent not in parcel.once


@pytest.mark.parametrize("end", ["revoked", "over"])
async def test_a_yes_ends_when_it_is_taken_back_or_its_time_is_over(place: Town, end: str) -> None:
    consent = await place.ask(lasts=timedelta(days=1))
    await place.answer(consent, given=True)
    if end == "revoked":
        await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    else:
        place.now += timedelta(days=1)
        assert await place.store.write(lambda c: answering.expire(c, place.keyring, place.now)) == 1
    (stands,) = await place.states()
    assert stands.state == "ended"
    assert not await place.answer(consent, given=True)


async def test_what_was_copied_goes_with_the_consent(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    other = Filed("BG-00002", office=ADHAMIYA, desk=Desk.URGENT, reachable="no")
    copy = await place.store.write(lambda c: file(c, place.keyring, other, now=place.now))
    made = update(tables.consents).where(tables.consents.c.id == consent).values(copy=copy)
    await place.store.write(lambda c: c.execute(made))
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    erased = select(tables.reports.c.erased_at).where(tables.reports.c.id == copy)
    assert await place.store.read(lambda c: c.execute(erased).scalar_one()) == place.now
    words = select(tables.parts.c.sealed).where(tables.parts.c.report == copy)
    assert set(await place.store.read(lambda c: c.execute(words).scalars().all())) == {None}


async def test_every_answer_and_end_is_audited_without_words(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    rows = select(tables.audit.c.action, tables.audit.c.subject).where(tables.audit.c.action.like("%consent%"))
    found = await place.store.read(lambda c: c.execute(rows).all())
    assert sorted(row.action for row in found) == ["consent.answer", "consent.revoke", "report.consent_asked"]
    assert {row.subject for row in found} == {place.report}


async def _phone(place: Town) -> None:
    await place.store.write(
        lambda c: (
            contacts.add_staff_contact(
                c,
                place.keyring,
                staff=place.person,
                channel=Channel.SMS,
                carrier="twilio",
                address="+9647700000077",
                locale=Locale.AR,
                now=place.now,
            )
            and None
        )
    )


@pytest.mark.parametrize("way", ["told", "private"])
async def test_the_days_run_from_the_yes(store: Store, keyring: Keyring, now: datetime, way: str) -> None:
    """Asked for one day and read on the tenth: the yes is for a day, as the question said."""
    place = await build(store, keyring, now, channel=Channel.SMS)
    consent, asked = await place.ask(lasts=timedelta(days=1)), place.now
    if way == "private":
        pull = update(tables.reports).values(reachable="pull")
        await place.store.write(lambda c: c.execute(pull) and None)
    place.now += timedelta(days=10)
    assert await place.answer(consent, given=True)
    (stands,) = await place.states()
    assert stands.state == "yes"
    assert timedelta(hours=23) <= stands.until_at - place.now <= timedelta(days=1)
    act = Act(place.person, N, place.version, place.now)
    await place.store.write(lambda c: sharing.share(c, place.keyring, act, consent, summary="ملخص") and None)
    place.now += timedelta(days=1)
    assert await place.store.write(lambda c: answering.expire(c, place.keyring, place.now)) == 1
    assert [each.state for each in await place.states()] == ["ended"]
    assert stands.asked_at == asked
