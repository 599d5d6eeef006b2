"""Which report somebody in no talk goes on about: the one of which its office spoke to them in the open."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Case, Decision, File, Known, Sent, Veil
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from tests.storage import making
from tests.storage.making import message

pytestmark = pytest.mark.usefixtures("prepared")
MINUTE = timedelta(minutes=1)


async def _answered(store: Store, keyring: Keyring, file: File, now: datetime) -> None:
    """The office asks, and the carrier took it."""

    def work(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        once = f"answer:{file.report}"
        assert outbox.put_answer(
            conn, keyring, report=file.report, reply=making.reply(), once=once, due_at=now, now=now
        )
        (parcel,) = outbox.claim(conn, keyring, owner="a", now=now + MINUTE, limit=9, lease=MINUTE)
        delivery.sent(conn, keyring, parcel, Sent(("SM1",)), carrier="twilio", now=now + MINUTE)

    await store.write(work)


async def _resumes(
    store: Store, keyring: Keyring, now: datetime, number: int = 50, codes: tuple[str, ...] = ()
) -> Case | None:
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision()

    await store.write(lambda c: keys.register(c, keyring, now))
    await making.say(store, keyring, message(number), look, now=now, codes=codes)
    return seen[0].resumes


@pytest.fixture
async def file(store: Store, keyring: Keyring, now: datetime, prepared: None) -> File:  # noqa: ARG001
    made = making.filing()
    said = making.decision(made, conversation=making.ongoing(made, now))
    await making.say(store, keyring, message(1), said, now=now)
    return made


async def test_it_is_the_one_that_the_office_asked_about_for_72_hours(
    store: Store, keyring: Keyring, now: datetime, file: File
) -> None:
    then = now + timedelta(days=4)
    await _answered(store, keyring, file, then)
    found = await _resumes(store, keyring, then + timedelta(hours=71))
    assert found is not None
    assert found.facts is not None
    assert (found.report, found.facts.category) == (file.report, file.facts.category)


async def test_it_is_none_after_that(store: Store, keyring: Keyring, now: datetime, file: File) -> None:
    then = now + timedelta(days=4)
    await _answered(store, keyring, file, then)
    assert await _resumes(store, keyring, then + timedelta(hours=73)) is None


@pytest.mark.usefixtures("file")
async def test_it_is_none_where_the_office_said_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    assert await _resumes(store, keyring, now + timedelta(days=4)) is None


async def test_it_is_none_where_they_are_told_only_that_something_waits(
    store: Store, keyring: Keyring, now: datetime, file: File
) -> None:
    await making.say(store, keyring, message(2), making.decision(Veil()), now=now + MINUTE)
    then = now + timedelta(days=4)
    await _answered(store, keyring, file, then)
    assert await _resumes(store, keyring, then + MINUTE) is None


async def test_whoever_gives_the_code_of_what_was_answered_goes_on_with_that(
    store: Store, keyring: Keyring, now: datetime, file: File
) -> None:
    other = making.filing(code="719355")
    then = now + timedelta(days=4)
    await store.write(lambda c: keys.register(c, keyring, then))
    await making.say(store, keyring, message(2), making.decision(other), now=then)
    await _answered(store, keyring, file, then + MINUTE)
    found = await _resumes(store, keyring, then + timedelta(hours=1), codes=(file.code,))
    assert found is not None
    assert found.report == file.report
    assert await _resumes(store, keyring, then + timedelta(hours=2), 51, codes=(other.code,)) is None


async def test_what_was_answered_to_a_contact_by_hand_leads_nowhere(
    store: Store, keyring: Keyring, now: datetime, file: File
) -> None:
    """Somebody with the database lets another's report lead to this contact."""
    another = making.filing(code="719355")
    await making.say(store, keyring, message(2, address="+9647700000012"), making.decision(another), now=now)
    then = now + timedelta(days=4)
    await _answered(store, keyring, another, then)
    rc, o = tables.report_contacts.c, tables.outbox.c

    def forge(conn: Connection) -> None:
        theirs = conn.execute(select(rc.contact).where(rc.report == file.report)).scalar_one()
        conn.execute(tables.outbox.update().where(o.report == another.report).values(contact=theirs))
        conn.execute(tables.report_contacts.update().where(rc.report == another.report).values(contact=theirs))

    await store.write(forge)
    assert await _resumes(store, keyring, then + MINUTE) is None
