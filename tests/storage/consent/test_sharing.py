"""A consent carried out: another desk gets what was agreed to and nothing else, and loses it when the consent ends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Desk, Role, Urgency
from storage import keys, tables
from storage.casework import opening
from storage.casework.acts import Refused
from storage.consent import answering
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.encoding import dumps
from storage.keys import Domain, Keyring
from storage.purging import erasing, shredding
from storage.rows import seal_row
from storage.words import cards, content, filekeys
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD
from tests.storage.consent.shared import DAYS, SAID, N, Town, build

pytestmark = sqlite_mostly


@pytest.fixture(params=[Desk.GENERAL, Desk.WOMEN])
async def place(request: pytest.FixtureRequest, store: Store, keyring: Keyring, now: Any) -> Town:
    return await build(store, keyring, now, request.param)


async def test_without_a_yes_nothing_is_shared(place: Town) -> None:
    refused = await place.agreed(Scope.ALL, given=False)
    with pytest.raises(Refused, match=r"consent\.missing"):
        await place.share(refused, summary="ملخص")
    assert await place.copies(place.other) == []


async def test_a_summary_alone_carries_none_of_what_was_said(place: Town) -> None:
    await place.share(await place.agreed(Scope.SUMMARY), summary="تهديد متكرر، يرجى المرور ليلا")
    (copy,) = await place.copies(place.other)
    assert (copy.category, copy.place, copy.reachable) == ("other", None, "no")
    assert await place.read(place.other, copy.number) == ["تهديد متكرر، يرجى المرور ليلا"]


async def test_a_summary_is_wanted_where_it_is_all_that_is_shared(place: Town) -> None:
    consent = await place.agreed(Scope.SUMMARY)
    with pytest.raises(Refused, match=r"text\.empty"):
        await place.share(consent)


async def test_words_are_copied_and_lead_nowhere(place: Town) -> None:
    await place.share(await place.agreed(Scope.WORDS), summary="للعلم")
    (copy,) = await place.copies(place.other)
    assert copy.category == "threats_extortion"
    assert await place.read(place.other, copy.number) == ["للعلم", *SAID]
    named = select(tables.report_contacts.c.report)
    assert await place.store.read(lambda c: c.execute(named).scalars().all()) == [place.report]
    assert await place.store.read(lambda c: c.execute(select(tables.codes)).all()) == []


async def test_the_other_desk_never_sees_the_report_itself(place: Town) -> None:
    await place.share(await place.agreed(Scope.ALL), summary="للعلم")
    seen = await place.store.write(lambda c: opening.one(c, place.keyring, staff=place.other, number=N, now=place.now))
    assert seen is None


async def test_a_consent_is_carried_out_once(place: Town) -> None:
    consent = await place.agreed(Scope.WORDS)
    await place.share(consent)
    with pytest.raises(Refused, match=r"consent\.shared"):
        await place.share(consent)
    assert len(await place.copies(place.other)) == 1


@pytest.mark.parametrize("end", ["revoked", "over", "erased"])
async def test_the_copy_goes_at_once_when_the_consent_does(place: Town, end: str) -> None:
    await place.share(await place.agreed(Scope.WORDS))
    (copy,) = await place.copies(place.other)
    match end:
        case "revoked":
            await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
        case "over":
            place.now += DAYS
            await place.store.write(lambda c: answering.expire(c, place.keyring, place.now))
        case _:
            await place.store.write(lambda c: erasing.erase(c, place.report, now=place.now))
    assert await place.copies(place.other) == []
    sealed = select(tables.parts.c.sealed).where(tables.parts.c.report == copy.id)
    assert set(await place.store.read(lambda c: c.execute(sealed).scalars().all())) == {None}


async def test_a_copy_is_seen_no_longer_than_its_days_also_before_it_is_erased(place: Town) -> None:
    await place.share(await place.agreed(Scope.WORDS))
    (copy,) = await place.copies(place.other)
    place.now += DAYS - timedelta(seconds=1)
    await place.store.write(lambda c: keys.register(c, place.keyring, place.now))
    assert await place.copies(place.other)
    place.now += timedelta(seconds=1)
    assert await place.copies(place.other) == []
    seen = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.other, number=copy.number, now=place.now)
    )
    assert seen is None


async def test_what_is_said_after_the_yes_is_not_in_the_copy(place: Town) -> None:
    await place.share(await place.agreed(Scope.WORDS))
    (copy,) = await place.copies(place.other)
    body: Mapping[str, Any] = {"text": "كلام جديد", "point": None, "media": [], "edit": False}
    await place.store.write(
        lambda c: content.add_part(c, place.keyring, report=place.report, kind="utterance", body=body, at=place.now)
    )
    assert await place.read(place.other, copy.number) == list(SAID)


async def _adds(place: Town, at: datetime) -> None:
    """Its reporter goes on, and of what they say more is understood."""
    body: Mapping[str, Any] = {"text": "كلام جديد", "point": None, "media": [], "edit": False}
    card = {**cards.heard({"category": "theft", "landmark": "قرب الجسر", "urgency": 2}), "why": ["جديد"]}

    def write(conn: Connection) -> None:
        for kind, said in (("utterance", body), ("card", card)):
            content.add_part(conn, place.keyring, report=place.report, kind=kind, body=said, at=at)
        conn.execute(update(tables.reports).where(tables.reports.c.id == place.report).values(urgency=2))

    await place.store.write(write)


@pytest.mark.parametrize("when", ["the question", "the yes"])
async def test_what_is_said_and_understood_after_the_question_is_not_in_the_copy(place: Town, when: str) -> None:
    asked = await place.asks(Scope.ALL)
    if when == "the question":
        await _adds(place, place.now)  # even at the very same time: what counts is what stood
        await place.says(asked)
    else:
        await place.says(asked)
        await _adds(place, place.now + timedelta(minutes=5))
    place.now += timedelta(minutes=10)
    await place.share(asked)
    (copy,) = await place.copies(place.other)
    assert await place.read(place.other, copy.number) == list(SAID)
    assert (copy.category, copy.urgency) == ("threats_extortion", Urgency.NORMAL)
    opened = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.other, number=copy.number, now=place.now)
    )
    assert opened is not None
    assert opened.card is not None
    assert (opened.card.landmark, "جديد" in opened.card.why) == ("", False)


async def test_what_was_said_before_goes_also_when_the_report_came_to_a_sealed_desk_since(place: Town) -> None:
    """There the clear times of its parts are others: nothing rests on them."""
    asked = await place.asks(Scope.WORDS)
    await _adds(place, place.now + timedelta(minutes=1))
    times = select(tables.parts.c.id).where(tables.parts.c.report == place.report).order_by(tables.parts.c.at)

    def renumbered(conn: Connection) -> None:
        for step, part in enumerate(conn.execute(times).scalars().all()):
            at = place.now.replace(minute=0, second=0, microsecond=0) + timedelta(microseconds=step)
            conn.execute(update(tables.parts).where(tables.parts.c.id == part).values(at=at))

    await place.store.write(renumbered)
    await place.says(asked)
    await place.share(asked)
    (copy,) = await place.copies(place.other)
    assert await place.read(place.other, copy.number) == list(SAID)


async def test_where_a_pin_went_after_the_question_goes_nowhere(place: Town) -> None:
    def pin(conn: Connection, at: datetime, lat: float, part: str = "") -> str:
        body = {"text": "", "point": {"lat": lat, "lon": 44.0}, "media": [], "edit": False, "live": True}
        if not part:
            return content.add_part(conn, place.keyring, report=place.report, kind="utterance", body=body, at=at)
        here, kept = (tables.parts.name, part), dumps({**body, "at": at.isoformat()})
        sealed = seal_row(place.keyring, Domain.CONTENT, here, kept, now=at, within=place.report)
        conn.execute(update(tables.parts).where(tables.parts.c.id == part).values(**sealed.columns()))
        return part

    place.now += timedelta(minutes=7, seconds=3)
    part = await place.store.write(lambda c: pin(c, place.now, 33.1))
    asked = await place.asks(Scope.ALL)
    await place.store.write(lambda c: pin(c, place.now + timedelta(minutes=20), 33.9, part))
    await place.says(asked)
    await place.share(asked)
    (copy,) = await place.copies(place.other)
    opened = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.other, number=copy.number, now=place.now)
    )
    assert opened is not None
    assert [entry.point for entry in opened.thread if entry.said and entry.point] == []


async def test_who_outside_was_told_what_and_when_is_recorded_once(place: Town) -> None:
    clinic = {"id": "5e" * 16, "kind": "legal", "name_ar": "عيادة قانونية", "languages": ["ar"], "active": True}
    await place.store.write(
        lambda c: c.execute(insert(tables.services).values(**clinic, verified_on=place.now)) and None
    )
    consent = await place.asks(Scope.WORDS, To(service="5e" * 16))
    with pytest.raises(Refused, match=r"consent\.missing"):
        await place.share(consent, summary="قبل الجواب")
    await place.says(consent)
    await place.share(consent, summary="قلت لهم بالهاتف")
    with pytest.raises(Refused, match=r"consent\.shared"):
        await place.share(consent)
    (row,) = await place.store.read(lambda c: c.execute(select(tables.consents)).all())
    assert row.told_at is not None
    assert row.copy is None
    told = {"consent": consent, "scope": "words", "service": "5e" * 16}
    event = select(tables.events.c.data, tables.events.c.actor).where(tables.events.c.kind == "told")
    assert await place.store.read(lambda c: c.execute(event).one()) == (told, place.person)
    audited = select(tables.audit.c.data, tables.audit.c.subject).where(tables.audit.c.action == "report.told")
    assert await place.store.read(lambda c: c.execute(audited).one()) == (told, place.report)
    opened = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.person, number=N, now=place.now)
    )
    assert opened is not None
    notes = [(entry.referred_to, entry.text) for entry in opened.thread if entry.kind == "note"]
    assert notes == [("عيادة قانونية", "قلت لهم بالهاتف")]


async def test_cleaned_files_are_shared_with_all_only_and_shredded_with_the_last_report_that_has_them(
    place: Town,
) -> None:
    said = select(tables.parts.c.id).where(tables.parts.c.report == place.report, tables.parts.c.kind == "utterance")

    def files(conn: Connection) -> None:
        part = conn.execute(said.limit(1)).scalar_one()
        for name, kind, stripped in (("ab", "photo", True), ("cd", "video", False), ("ef", "document", False)):
            at = filekeys.At(name * 16, part, place.report)
            key, _ = filekeys.sealed(place.keyring, at, bytes(32), (), now=place.now)
            kept = {"kind": kind, "state": "kept", "path": f"{name}/{name * 16}", "stripped": stripped}
            conn.execute(insert(tables.media).values(id=at.medium, part=part, **kept, **key))

    await place.store.write(files)
    await place.share(await place.agreed(Scope.ALL))
    (copy,) = await place.copies(place.other)
    opened = await place.store.write(
        lambda c: opening.one(c, place.keyring, staff=place.other, number=copy.number, now=place.now)
    )
    assert opened is not None
    assert [file.kind for entry in opened.thread for file in entry.files] == ["photo"]
    shreds = select(tables.timers.c.data).where(tables.timers.c.kind == "shred")
    await place.store.write(lambda c: shredding.shred(c, copy.id, now=place.now))
    assert await place.store.read(lambda c: c.execute(shreds).all()) == []
    await place.store.write(lambda c: shredding.shred(c, place.report, now=place.now))
    assert len(await place.store.read(lambda c: c.execute(shreds).all())) == 3


async def test_an_office_that_the_report_names_by_then_gets_nothing(place: Town) -> None:
    consent = await place.agreed(Scope.SUMMARY)
    await place.names(ADHAMIYA)
    with pytest.raises(Refused, match=r"consent\.to"):
        await place.share(consent, summary="ملخص")
    assert await place.copies(place.other) == []


async def test_whoever_belongs_to_an_office_that_the_report_names_does_not_see_the_copy_either(place: Town) -> None:
    consent = await place.agreed(Scope.SUMMARY)
    both = {"office": BAGHDAD, "desk": Desk.GENERAL.value, "role": Role.DUTY_OFFICER.value, "staff": place.other}
    await place.store.write(lambda c: c.execute(insert(tables.grants).values(**both)) and None)
    await place.names(BAGHDAD)
    await place.share(consent, summary="ملخص")
    assert await place.copies(place.other) == []
