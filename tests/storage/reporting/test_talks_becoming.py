"""What becomes of what somebody told before they asked for privacy."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from bot.vocabulary import Append, Hide, Unlock, Wipe
from storage import pickup, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing
from storage.reporting import traces
from tests.storage import making
from tests.storage.making import OTHER_PHONE, message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import CODE, HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")


async def test_whoever_asks_after_telling_is_cut_off_from_what_they_told(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = making.filing()
    normal = making.decision(file, Hide(file.report, ("482913",)), conversation=making.ongoing(file, at), replies=["a"])
    await making.say(store, keyring, talking.chat(1), normal, now=at)
    assert await talking.counts(store, tables.senders, tables.conversations, tables.report_contacts) == [1, 1, 1]
    wish = talking.private(about=replace(file, code=CODE), replies=["private.filed"], now=at)
    await making.say(store, keyring, talking.chat(2), wish, now=at + MINUTE)
    gone = (tables.senders, tables.conversations, tables.report_contacts, tables.discreet)
    assert await talking.counts(store, *gone) == [0] * 4
    assert {row.report for table in (tables.outbox, tables.traces) for row in await making.rows(store, table)} == {None}
    (report,) = await making.rows(store, tables.reports)
    assert (report.reachable, report.opened_at) == ("pull", now)
    lines = [*await making.rows(store, tables.parts), *await making.rows(store, tables.events)]
    assert {line.at.replace(microsecond=0) for line in lines} == {now}
    assert {part.inbound for part in await making.rows(store, tables.parts)} == {None}
    assert {row.received_at for row in await making.rows(store, tables.inbound)} == {now}
    (code,) = await making.rows(store, tables.codes)
    assert (code.scope, code.report) == ("anywhere", file.report)
    assert await store.read(lambda conn: pickup.find(conn, keyring, CODE)) is not None
    (contact,) = await making.rows(store, tables.contacts)
    assert contact.until_at == at + 31 * MINUTE
    named = await store.read(lambda conn: traces.of(conn, keyring, contact=contact.id, now=at + HOUR))
    assert [trace.own_id for trace in named] == ["1", "2"]  # both can still be deleted in the chat


async def test_earlier_reports_keep_their_reporter_and_learn_nothing(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    old = making.filing(code="111111")
    await making.say(store, keyring, talking.chat(1), making.decision(old), now=now)
    new = making.filing(code="222222")
    await making.say(
        store, keyring, talking.chat(2), making.decision(new, conversation=making.ongoing(new, at)), now=at
    )
    wish = talking.private(about=replace(new, code=CODE), replies=["private.filed"], now=at)
    await making.say(store, keyring, talking.chat(3), wish, now=at + MINUTE)
    (link,) = await making.rows(store, tables.report_contacts)
    assert link.report == old.report
    (sender,) = await making.rows(store, tables.senders)
    assert sender.contact == link.contact
    assert await making.count(store, tables.conversations) == 0
    brief = next(row for row in await making.rows(store, tables.contacts) if row.until_at is not None)
    assert brief.id != link.contact
    named = await store.read(lambda conn: traces.of(conn, keyring, contact=brief.id, now=at + HOUR))
    assert [trace.own_id for trace in named] == ["2", "3"]
    (parcel,) = await talking.claim(store, keyring, at + MINUTE)
    assert parcel.contact == brief.id
    states = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert states == {old.report: "yes", new.report: "pull"}
    await talking.send(store, keyring, at + MINUTE, parcel)
    await talking.end(store, at + 2 * HOUR)
    await making.say(store, keyring, talking.chat(4), making.decision(), now=at + 3 * HOUR)
    assert await talking.counts(store, tables.contacts, tables.senders) == [1, 1]


async def test_whoever_becomes_private_with_two_is_found_by_neither_and_comes_back_to_each_by_its_code(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    second_code = "7391846205518263"
    old, new = making.filing(code="111111"), making.filing(code="222222")
    await making.say(
        store, keyring, talking.chat(1), making.decision(old, conversation=making.ongoing(old, at)), now=at
    )
    before = making.ongoing(old, at).ongoing
    assert before is not None
    asked = replace(making.ongoing(new, at), before=before)
    await making.say(store, keyring, talking.chat(2), making.decision(new, conversation=asked), now=at + MINUTE)
    wish = talking.private(about=replace(new, code=CODE), replies=["private.filed"], now=at)
    after = replace(wish.conversation, before=replace(before, code=second_code))
    await making.say(store, keyring, talking.chat(3), replace(wish, conversation=after), now=at + 2 * MINUTE)
    gone = (tables.senders, tables.conversations, tables.report_contacts)
    assert await talking.counts(store, *gone) == [0] * 3
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}
    codes = await making.rows(store, tables.codes)
    assert {(code.scope, code.report) for code in codes} == {("anywhere", old.report), ("anywhere", new.report)}
    for code in (CODE, second_code):
        assert await store.read(partial(pickup.find, keyring=keyring, code=code)) is not None


async def test_of_the_two_one_that_was_erased_meanwhile_gets_no_code(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    old, new = making.filing(code="111111"), making.filing(code="222222")
    await making.say(store, keyring, talking.chat(1), making.decision(old), now=at)
    await making.say(store, keyring, talking.chat(2), making.decision(new), now=at + MINUTE)
    await store.write(lambda conn: erasing.erase(conn, old.report, now=at + MINUTE))
    wish = talking.private(about=replace(new, code=CODE), replies=["private.filed"], now=at)
    elder = making.ongoing(replace(old, code="7391846205518263"), at).ongoing
    after = replace(wish.conversation, before=elder)
    await making.say(store, keyring, talking.chat(3), replace(wish, conversation=after), now=at + 2 * MINUTE)
    assert [code.report for code in await making.rows(store, tables.codes)] == [new.report]


async def test_what_was_to_be_deleted_in_the_chat_is_for_the_reports_that_stay_theirs_too(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    old = making.filing(code="111111")
    effects = (old, Hide(old.report, ("111111",)), Wipe(later=True))
    await making.say(store, keyring, talking.chat(1), making.decision(*effects, replies=["discreet.filed"]), now=at)
    (order,) = await talking.claim(store, keyring, at)
    await talking.note(store, keyring, at, order, "51")
    await making.say(store, keyring, talking.chat(2), making.decision(Unlock(), replies=["answer"]), now=at + MINUTE)
    (told,) = await talking.claim(store, keyring, at + MINUTE)
    await talking.note(store, keyring, at + MINUTE, told, "52")
    await making.say(store, keyring, talking.chat(3), talking.private(now=at + MINUTE), now=at + MINUTE)
    ten = at + 10 * MINUTE
    errands = await talking.claim(store, keyring, ten)
    assert {parcel.kind for parcel in errands} == {"wipe"}
    gone = {name for parcel in errands for name in await talking.wiped(store, keyring, ten, parcel)}
    assert sorted(gone) == ["1", "2", "3", "51", "52"]
    assert await making.count(store, tables.traces) == 0
    ours = [row for row in await making.rows(store, tables.outbox) if row.kind == "wipe"]
    assert len({row.contact for row in ours}) == len({row.due_at for row in ours}) == len(ours) == 2


async def test_a_code_from_a_known_phone_leaves_its_own_conversation_alone(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    theirs = await talking.told(store, keyring, at, address=OTHER_PHONE)
    own = making.filing(code="111111")
    await making.say(store, keyring, message(2), making.decision(own, conversation=making.ongoing(own, at)), now=at)
    decided = talking.private(Append(theirs.report), now=at)
    await making.say(store, keyring, message(3, text=CODE), decided, now=at, codes=(CODE,))
    (link,) = await making.rows(store, tables.report_contacts)
    assert link.report == own.report
    assert await talking.counts(store, tables.conversations, tables.talks) == [1, 2]
    await talking.claim(store, keyring, at)
    await talking.end(store, at + HOUR)
    known = await talking.known(store, keyring, at + HOUR, 4)
    assert known.latest is not None
    assert known.latest.report == own.report


async def test_whoever_only_greeted_before_leaves_nothing_either(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, message(1, text="هلو"), making.decision(replies=["hello"]), now=at)
    await talking.told(store, keyring, at + MINUTE, 2)
    assert await talking.counts(store, tables.senders, tables.conversations, tables.contacts) == [0, 0, 1]


async def test_whoever_is_private_no_longer_is_known_anew_but_not_by_what_they_told(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    back = making.decision(conversation=making.ongoing(file, at), replies=["ordinary"])
    await making.say(store, keyring, message(2), back, now=at + MINUTE)
    assert await talking.counts(store, tables.talks, tables.senders, tables.report_contacts) == [0, 1, 0]
    known = await talking.known(store, keyring, at + 2 * MINUTE, 3)
    assert known.conversation.ongoing is None
    assert known.latest is None


async def test_a_hidden_sender_may_be_private_too(store: Store, keyring: Keyring, at: datetime) -> None:
    await talking.told(store, keyring, at, address="")
    assert await talking.counts(store, tables.reports, tables.contacts, tables.talks) == [1, 0, 0]
    (row,) = await making.rows(store, tables.inbound)
    assert row.sequence == 0
