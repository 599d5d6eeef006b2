"""Settling a message: all that follows from it or nothing, once, in the order in which it was said."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.vocabulary import (
    Append,
    Case,
    Conversation,
    Decision,
    Known,
    Locale,
    Stage,
    Status,
)
from storage import contacts, keys, tables
from storage.database.engine import Store
from storage.intake import ledger
from storage.intake.ledger import Settled
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.words import content
from tests import staffing
from tests.storage import making
from tests.storage.making import OTHER_PHONE, PHONE, TEXT, message

pytestmark = pytest.mark.usefixtures("prepared")


async def test_a_first_message_becomes_a_report_and_an_answer(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    said = await making.say(store, keyring, message(1), making.decision(file, replies=["filed"]), now=now)
    assert said is Settled.DONE
    (report,) = await making.rows(store, tables.reports)
    assert (report.id, report.number, report.office, report.desk) == (
        file.report,
        file.number,
        "baghdad-shula",
        "general",
    )
    assert (report.category, report.place, report.language, report.channel) == ("theft", "IQ-BG-shula", "ar", "sms")
    assert (report.status, report.reachable, report.opened_at, report.version) == ("new", "yes", now, 1)
    parts = {part.kind: content.open_part(keyring, part) for part in await making.rows(store, tables.parts)}
    assert parts["utterance"]["text"] == TEXT
    assert parts["card"]["category"] == "theft"
    assert parts["card"]["place"]["name_ar"] == "الشعلة"
    (parcel,) = await making.rows(store, tables.outbox)
    assert (parcel.kind, parcel.report, parcel.state, parcel.due_at) == ("reply", file.report, "pending", now)
    (event,) = await making.rows(store, tables.events)
    assert event.kind == "file"
    (row,) = await making.rows(store, tables.inbound)
    assert row.sealed is None
    assert row.settled_at == now
    assert await making.count(store, tables.audit) == 1


async def test_settling_twice_does_nothing_the_second_time(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), now=now)
    (one,) = await making.waiting(store, keyring, now=now)
    decision = making.decision(making.filing(), replies=["filed"])
    assert await making.settle(store, keyring, one, decision, now=now) is Settled.DONE
    assert await making.settle(store, keyring, one, decision, now=now) is Settled.GONE
    assert await making.count(store, tables.parts) == 2


async def test_settled_by_twenty_at_once_it_is_one_report(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(1), now=now)
    (one,) = await making.waiting(store, keyring, now=now)
    outcomes = await asyncio.gather(
        *(
            making.settle(store, keyring, one, making.decision(making.filing(), replies=["filed"]), now=now)
            for _ in range(20)
        )
    )
    assert sorted(outcome.value for outcome in outcomes) == ["done"] + ["gone"] * 19
    for table, expected in ((tables.reports, 1), (tables.parts, 2), (tables.outbox, 1), (tables.senders, 1)):
        assert await making.count(store, table) == expected


async def test_a_later_message_waits_for_the_earlier_one(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.keep(store, keyring, message(2), now=now)
    (second,) = await making.waiting(store, keyring, now=now)
    await making.keep(store, keyring, message(1), now=now)
    assert await making.settle(store, keyring, second, making.decision(), now=now) is Settled.LATER
    (first,) = await making.waiting(store, keyring, now=now)
    assert await making.settle(store, keyring, first, making.decision(), now=now) is Settled.DONE
    assert await making.settle(store, keyring, second, making.decision(), now=now) is Settled.DONE


async def test_a_failing_decision_leaves_nothing_behind(store: Store, keyring: Keyring, now: datetime) -> None:
    def fail(_known: Known) -> Decision:
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await making.say(store, keyring, message(1), fail, now=now)
    for table in (tables.reports, tables.contacts, tables.senders, tables.conversations, tables.audit):
        assert await making.count(store, table) == 0
    assert len(await making.waiting(store, keyring, now=now)) == 1


async def test_a_taken_number_undoes_all_and_another_try_works(store: Store, keyring: Keyring, now: datetime) -> None:
    first = making.filing()
    await making.say(store, keyring, message(1), making.decision(first), now=now)
    clash = making.filing()
    object.__setattr__(clash, "number", first.number)
    await making.keep(store, keyring, message(2, address=OTHER_PHONE), now=now)
    (one,) = await making.waiting(store, keyring, now=now)
    with pytest.raises(IntegrityError):
        await making.settle(store, keyring, one, making.decision(clash), now=now)
    assert await making.count(store, tables.contacts) == 1
    assert await making.settle(store, keyring, one, making.decision(making.filing()), now=now) is Settled.DONE


# ── What is known ────────────────────────────────────────────────────────────────────────────────────────────
async def _known(store: Store, keyring: Keyring, number: int, now: datetime, **more: object) -> Known:
    seen: list[Known] = []
    codes = more.pop("codes", ())

    def decide(known: Known) -> Decision:
        seen.append(known)
        return Decision(known.conversation, Locale.AR)

    await making.say(store, keyring, message(number, **more), decide, now=now, codes=codes)  # type: ignore[arg-type]
    return seen[0]


async def test_a_conversation_is_remembered_for_72_hours(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    talk = Conversation(
        stage=Stage.PLACE,
        locale=Locale.CKB,
        options=("v1:place:a",),
        tries=2,
        introduced=True,
        ongoing=making.ongoing(file, now).ongoing,
    )
    await making.say(store, keyring, message(1), making.decision(file, conversation=talk), now=now)
    assert (await _known(store, keyring, 2, now)).conversation == talk
    await store.write(lambda conn: keys.register(conn, keyring, now + timedelta(days=3)))
    assert (await _known(store, keyring, 3, now + timedelta(hours=71))).conversation == talk
    await store.write(lambda conn: keys.register(conn, keyring, now + timedelta(days=6)))
    assert (await _known(store, keyring, 4, now + timedelta(hours=71 + 73))).conversation == Conversation()


async def test_nobody_gets_anothers_conversation(store: Store, keyring: Keyring, now: datetime) -> None:
    talk = Conversation(stage=Stage.PLACE, tries=2)
    await making.say(store, keyring, message(1), making.decision(conversation=talk), now=now)
    assert (await _known(store, keyring, 2, now, address=OTHER_PHONE)).conversation == Conversation()
    assert (await _known(store, keyring, 3, now, address="")).conversation == Conversation()


async def test_a_case_is_found_by_its_senders_code_and_no_others(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(code="482913")
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    found = (await _known(store, keyring, 2, now, codes=("111111", "482913"))).by_code
    facts = replace(making.THEFT, lineage=(making.PLACE.id,))
    there = {"office": making.OFFICE, "desk": making.DESK, "facts": facts, "code": "482913"}
    assert found == Case(file.report, file.number, Status.NEW, now, **there)  # type: ignore[arg-type]
    assert (await _known(store, keyring, 3, now, codes=("482913",), address=OTHER_PHONE)).by_code is None


async def test_a_long_code_is_found_from_anywhere(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(code="4829136500277410")
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    found = (await _known(store, keyring, 3, now, codes=("4829136500277410",), address=OTHER_PHONE)).by_code
    assert found is not None
    assert found.number == file.number


async def test_a_code_still_works_months_later(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    later = now + timedelta(days=75)
    await store.write(lambda conn: keys.register(conn, keyring, later))
    found = (await _known(store, keyring, 2, later, codes=("482913",))).by_code
    assert found is not None
    assert found.report == file.report


async def test_the_conversations_case_comes_with_its_last_answer(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file, conversation=making.ongoing(file, now)), now=now)
    for minute, text in enumerate(("first", "second")):
        at = now + timedelta(minutes=minute)
        await store.write(
            partial(content.add_part, keyring=keyring, report=file.report, kind="reply", body={"text": text}, at=at)
        )
    latest = (await _known(store, keyring, 2, now)).latest
    case = Case(file.report, file.number, Status.NEW, now, office=making.OFFICE, desk=making.DESK)
    assert latest == replace(case, answers=2, last_answer="second")


async def test_a_member_of_staff_who_was_alerted_is_known_by_phone(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    staff = await making.add_staff(store, "سارة", office=making.OFFICE, desk=making.DESK, now=now)

    def alert(conn: Connection) -> None:
        staffing.give_phone(conn, keyring, staff, OTHER_PHONE, now=now)
        conn.execute(insert(tables.alerts), {"id": "a", "report": file.report, "staff": staff, "rung": 0, "at": now})

    await store.write(alert)
    known = await _known(store, keyring, 2, now, address=OTHER_PHONE)
    assert known.alert is not None
    assert (known.alert.report, known.alert.number, known.alert.staff) == (file.report, file.number, staff)
    assert (await _known(store, keyring, 3, now)).alert is None


async def test_what_staff_report_themselves_is_not_tied_to_their_name(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    staff = await making.add_staff(store, "سارة", office=making.OFFICE, desk=making.DESK, now=now)
    await store.write(lambda conn: staffing.give_phone(conn, keyring, staff, PHONE, now=now))
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    linked = select(tables.contacts.c.staff).join(tables.report_contacts)
    assert await store.read(lambda conn: conn.execute(linked).scalar_one()) is None


# ── Hidden senders ───────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_hides_has_a_report_but_no_answer(store: Store, keyring: Keyring, now: datetime) -> None:
    decision = making.decision(making.filing(), replies=["filed"], conversation=Conversation(stage=Stage.PLACE))
    await making.say(store, keyring, message(1, address=""), decision, now=now)
    await making.say(store, keyring, message(2, address="Zain"), making.decision(making.filing()), now=now)
    assert {report.reachable for report in await making.rows(store, tables.reports)} == {"no"}
    for table in (tables.contacts, tables.outbox, tables.conversations, tables.senders):
        assert await making.count(store, table) == 0


# ── Over a month's end ───────────────────────────────────────────────────────────────────────────────────────
LAST_EVENING = datetime(2026, 11, 30, 23, 50, tzinfo=UTC)
NEW_MORNING = datetime(2026, 12, 1, 0, 10, tzinfo=UTC)


@pytest.fixture
async def _december(store: Store, keyring: Keyring) -> None:
    await store.write(lambda conn: keys.register(conn, keyring, LAST_EVENING))
    await store.write(lambda conn: keys.register(conn, keyring, NEW_MORNING))


@pytest.mark.usefixtures("_december")
async def test_a_conversation_goes_on_over_the_months_end(store: Store, keyring: Keyring) -> None:
    file = making.filing()
    talk = making.ongoing(file, LAST_EVENING)
    await making.say(store, keyring, message(1), making.decision(file, conversation=talk), now=LAST_EVENING)
    known = await _known(store, keyring, 2, NEW_MORNING)
    assert known.conversation == talk
    (sender,) = await making.rows(store, tables.senders)
    assert sender.epoch == "2026-12"
    assert await making.count(store, tables.conversations) == 1
    assert await making.count(store, tables.contacts) == 1
    # Found under the new name alone from here on.
    assert (await _known(store, keyring, 3, NEW_MORNING + timedelta(hours=1))).conversation == talk


@pytest.mark.usefixtures("_december")
async def test_order_holds_over_the_months_end(store: Store, keyring: Keyring) -> None:
    await making.keep(store, keyring, message(1), now=LAST_EVENING)
    await making.keep(store, keyring, message(2), now=NEW_MORNING)
    first, second = await making.waiting(store, keyring, now=NEW_MORNING)
    assert await making.settle(store, keyring, second, making.decision(), now=NEW_MORNING) is Settled.LATER
    assert await making.settle(store, keyring, first, making.decision(), now=NEW_MORNING) is Settled.DONE
    assert await making.settle(store, keyring, second, making.decision(), now=NEW_MORNING) is Settled.DONE
    assert await making.count(store, tables.contacts) == 1


@pytest.mark.usefixtures("_december")
async def test_after_72_hours_the_old_name_finds_nobody(store: Store, keyring: Keyring) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=LAST_EVENING)
    later = datetime(2026, 12, 4, 0, 0, tzinfo=UTC)
    await store.write(lambda conn: keys.register(conn, keyring, later))
    await _known(store, keyring, 2, later)
    assert await making.count(store, tables.senders) == 2


@pytest.mark.usefixtures("_december")
async def test_a_message_kept_before_the_months_end_is_settled_long_after(store: Store, keyring: Keyring) -> None:
    await making.keep(store, keyring, message(1), now=LAST_EVENING)
    later = datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
    await store.write(lambda conn: keys.register(conn, keyring, later))
    (one,) = await making.waiting(store, keyring, now=later)
    assert await making.settle(store, keyring, one, making.decision(making.filing()), now=later) is Settled.DONE


# ── Locale and carrier ───────────────────────────────────────────────────────────────────────────────────────
async def test_the_contact_learns_language_and_carrier(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    kurdish = Decision(Conversation(), Locale.CKB)
    await making.say(store, keyring, message(2, carrier="smsgate"), kurdish, now=now)
    (row,) = await making.rows(store, tables.contacts)
    place = await store.read(lambda conn: contacts.address(conn, keyring, row.id))
    assert (place.address, place.carrier, place.locale, place.muted) == (PHONE, "smsgate", Locale.CKB, False)


async def test_a_part_for_a_report_that_is_gone_is_not_settled(store: Store, keyring: Keyring, now: datetime) -> None:
    with pytest.raises(LookupError):
        await making.say(store, keyring, message(1), making.decision(Append("0" * 32)), now=now)
    assert len(await making.waiting(store, keyring, now=now)) == 1


async def test_a_late_photo_joins_its_report(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    photo = message(2, text="", media=(making.medium(),))
    await making.say(store, keyring, photo, making.decision(Append(file.report)), now=now)
    (medium,) = await making.rows(store, tables.media)
    assert (medium.state, medium.kind, medium.due_at) == ("waiting", "photo", now)
    assert b"carrier.example" not in medium.sealed
    assert medium.epoch in await store.read(lambda conn: keys.in_use(conn, Domain.DOOR))


async def test_one_message_is_never_part_of_two_reports(store: Store, keyring: Keyring, now: datetime) -> None:
    one, two = making.filing(code="111111"), making.filing(code="222222")
    with pytest.raises(IntegrityError):
        await making.say(store, keyring, message(1), making.decision(one, two), now=now)
    assert await making.count(store, tables.reports) == 0


async def test_replies_keep_their_order_and_are_queued_once(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(replies=["a", "b", "c"]), now=now)
    rows = sorted(await making.rows(store, tables.outbox), key=lambda row: row.created_at)
    assert [row.once.rpartition(":")[2] for row in rows] == ["0", "1", "2"]
    assert len({row.created_at for row in rows}) == 3


async def test_a_tap_is_answered_by_the_first_reply_only(store: Store, keyring: Keyring, now: datetime) -> None:
    said = message(1, choice="v1:cmd:status", callback="cb77")
    await making.say(store, keyring, said, making.decision(replies=["a", "b"]), now=now)
    first = await store.write(
        lambda conn: outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=timedelta(minutes=1))
    )
    assert [(one.callback, one.reply.key) for one in first] == [("cb77", "a")]


async def test_ledger_is_the_one_door_to_all_this() -> None:
    assert set(ledger.__all__) >= {
        "envelope",
        "keep",
        "keep_dead",
        "waiting",
        "settle",
        "stumble",
        "Settled",
        "Waiting",
    }


async def test_what_waited_is_known_to_have_come_before_it_is_weighed(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    seen: list[datetime | None] = []

    def look(known: Known) -> Decision:
        seen.append(known.came_at)
        return making.decision()

    await making.keep(store, keyring, message(1), now=now)
    later = now + timedelta(minutes=20)
    (here,) = await making.waiting(store, keyring, now=later)
    await making.settle(store, keyring, here, look, now=later)
    assert seen == [now]
