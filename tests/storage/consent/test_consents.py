"""Who may receive what of a report: only after a yes, only for a time, and never again once it is taken back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.vocabulary import Channel, Desk, Locale, Role
from storage import contacts, tables
from storage.casework import cases
from storage.casework.acts import Act, Refused, Unseen
from storage.consent import answering, asking, consents
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.sealing import unseal
from tests.staffing import ADHAMIYA, KARRADA, WOMEN, Filed, file, hire, town

N = "BG-00001"
DAYS = timedelta(days=30)
URGENT = To(ADHAMIYA, Desk.URGENT)


class Town:
    """A report at a forum's desk, its coordinator, and another forum."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime, person: str, report: str) -> None:
        self.store, self.keyring, self.now, self.person, self.report = store, keyring, now, person, report
        self.version = 1

    async def ask(self, to: To = URGENT, *, lasts: timedelta = DAYS, person: str = "") -> str:
        """Asks, and returns the consent's id."""
        act = Act(person or self.person, N, self.version, self.now)
        wanted = Wanted(to, Scope.WORDS, lasts, Locale.AR)
        self.version = await self.store.write(lambda c: asking.ask(c, self.keyring, act, wanted))
        (made,) = await self.states()
        return made.id

    async def states(self) -> tuple[consents.Standing, ...]:
        """What stands, as its staff see it."""
        return tuple(
            await self.store.read(lambda c: consents.of(c, self.keyring, staff=self.person, number=N, now=self.now))
        )

    async def answer(self, consent: str, *, given: bool) -> bool:
        """The reporter's word."""
        return await self.store.write(lambda c: answering.answer(c, self.keyring, consent, given=given, now=self.now))


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    await store.write(town)
    person = await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, now=now))
    report = await store.write(lambda c: file(c, keyring, Filed(N), now=now))
    return Town(store, keyring, now, person, report)


async def test_a_question_is_sent_and_until_it_is_answered_nothing_is_allowed(place: Town) -> None:
    await place.ask()
    (stands,) = await place.states()
    assert (stands.state, stands.shared) == ("waiting", False)
    rows = await place.store.read(lambda c: c.execute(select(tables.outbox.c.once, tables.outbox.c.kind)).all())
    assert [(row.once.split(":")[0], row.kind) for row in rows] == [("consent", "answer")]
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert known is not None
    assert known.body[Locale.AR] == "منتدى الأعظمية"
    assert not known.plain, "it was not sent yet"


async def _sent(place: Town, at: datetime) -> None:
    # Instead of the delivery loop: all that waits has reached its carrier.
    gone = update(tables.outbox).where(tables.outbox.c.state == "pending")
    await place.store.write(lambda c: c.execute(gone.values(state="sent", sealed=None, sent_at=at)) and None)


async def _plain(place: Town) -> bool:
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert known is not None
    return known.plain and not known.late


async def test_a_bare_word_may_be_meant_for_a_question_sent_within_a_day(place: Town) -> None:
    await place.ask()
    await _sent(place, place.now)
    assert await _plain(place)
    place.now += timedelta(hours=24)
    assert not await _plain(place)


async def test_a_bare_word_may_be_meant_for_what_staff_say_after_the_question(place: Town) -> None:
    await place.ask()
    await _sent(place, place.now)
    place.now += timedelta(minutes=5)
    act = Act(place.person, N, place.version, place.now)
    await place.store.write(lambda c: cases.reply(c, place.keyring, act, "هل أنت بأمان؟ أجب بنعم أو لا"))
    assert not await _plain(place)


async def test_whoever_was_only_told_to_write_to_us_was_not_put_the_question(place: Town) -> None:
    nudge = update(tables.reports).values(reachable="nudge")
    await place.store.write(lambda c: c.execute(nudge) and None)
    await place.ask()
    await _sent(place, place.now)
    assert not await _plain(place)


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
    await _sent(place, place.now)
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, report, place.now))
    assert known is not None
    assert not known.plain


async def test_every_yes_that_stands_is_known_also_while_another_question_waits(place: Town) -> None:
    first = await place.ask()
    await place.answer(first, given=True)
    other = Filed("BG-00002", office=KARRADA)
    second = await place.store.write(lambda c: file(c, place.keyring, other, now=place.now))
    act = Act(place.person, "BG-00002", 1, place.now)
    wanted = Wanted(URGENT, Scope.WORDS, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted))

    async def agreed(contact: str | None, *named: str) -> tuple[str, ...]:
        return await place.store.read(lambda c: consents.agreed(c, place.keyring, contact, named, place.now))

    whose = select(tables.report_contacts.c.contact).where(tables.report_contacts.c.report == place.report)
    contact = await place.store.read(lambda c: c.execute(whose).scalar_one())
    assert await agreed(contact) == (place.report,)
    assert await agreed(None, place.report, second) == (place.report,)
    assert await agreed(None, second) == ()
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    assert await agreed(contact) == ()


@pytest.mark.parametrize(("given", "state"), [(True, "yes"), (False, "no")])
async def test_an_answer_is_noted_once_and_does_not_change(place: Town, given: bool, state: str) -> None:  # noqa: FBT001
    consent = await place.ask()
    assert await place.answer(consent, given=given)
    assert not await place.answer(consent, given=not given)
    (stands,) = await place.states()
    assert stands.state == state


async def test_a_day_after_it_was_put_silence_was_a_no_and_a_yes_comes_too_late(place: Town) -> None:
    consent = await place.ask()
    await _sent(place, place.now)
    place.now += timedelta(hours=24)
    (stands,) = await place.states()
    assert stands.state == "silent"
    assert not await place.answer(consent, given=True)
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert known is not None
    assert (known.late, known.plain) == (True, True)
    (stands,) = await place.states()
    assert stands.state == "silent"
    act = Act(place.person, N, place.version, place.now)
    wanted = Wanted(URGENT, Scope.SUMMARY, DAYS, Locale.AR)
    await place.store.write(lambda c: asking.ask(c, place.keyring, act, wanted))
    assert [each.state for each in await place.states()] == ["waiting", "silent"]
    known = await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now))
    assert known is not None
    assert (known.late, known.extent) == (False, "summary")


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


async def test_one_question_waits_at_a_time(place: Town) -> None:
    await place.ask()
    with pytest.raises(Refused, match=r"consent\.waiting"):
        await place.ask(To(KARRADA, Desk.URGENT))


def _service(**more: object) -> dict[str, object]:
    plain = {"id": "5e" * 16, "kind": "legal", "name_ar": "عيادة قانونية", "languages": ["ar"], "active": True}
    return {**plain, "verified_on": datetime.fromisoformat("2026-11-01T00:00:00+00:00"), **more}


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


async def test_whoever_does_not_see_a_report_neither_asks_nor_learns_of_it(place: Town) -> None:
    stranger = await place.store.write(
        lambda c: hire(c, place.keyring, "هدى", Role.COORDINATOR, office=ADHAMIYA, now=place.now)
    )
    with pytest.raises(Unseen):
        await place.ask(person=stranger)
    await place.ask()
    assert not await place.store.read(lambda c: consents.of(c, place.keyring, staff=stranger, number=N, now=place.now))


async def test_every_answer_and_end_is_audited_without_words(place: Town) -> None:
    consent = await place.ask()
    await place.answer(consent, given=True)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    rows = select(tables.audit.c.action, tables.audit.c.subject).where(tables.audit.c.action.like("%consent%"))
    found = await place.store.read(lambda c: c.execute(rows).all())
    assert sorted(row.action for row in found) == ["consent.answer", "consent.revoke", "report.consent_asked"]
    assert {row.subject for row in found} == {place.report}
