"""How a private talk ends, and what is left of it."""

from datetime import datetime, timedelta

import pytest

from bot.vocabulary import Append, Conversation, Decision, Known, Mode, Show
from storage import ahead, keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import retention
from storage.reporting import stirring
from tests.databases import on_sqlite_mostly
from tests.storage import making
from tests.storage.making import OTHER_PHONE, message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import CODE, HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")


async def test_half_an_hour_after_the_first_word_nothing_of_the_talk_is_left_but_a_mark_for_a_day(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    (talk,) = await making.rows(store, tables.talks)
    decided = talking.private(Append(file.report), about=file, now=at)
    await making.say(store, keyring, message(2), decided, now=at + 20 * MINUTE)
    (parcel,) = await talking.claim(store, keyring, at + 20 * MINUTE)
    await talking.send(store, keyring, at + 20 * MINUTE, parcel, "SM9")
    assert await talking.end(store, at + 29 * MINUTE) == 0
    assert await talking.end(store, at + 30 * MINUTE) == 2
    left = (tables.contacts, tables.outbox, tables.traces, tables.senders, tables.conversations)
    assert await talking.counts(store, *left) == [0] * 5
    (mark,) = await making.rows(store, tables.talks)
    assert mark.id != talk.id
    assert (mark.sealed, mark.contact, mark.until_at.minute) == (b"", None, 0)
    assert timedelta(hours=24) <= mark.until_at - at <= timedelta(hours=25)
    assert await talking.end(store, mark.until_at - MINUTE) == 0
    assert await talking.end(store, mark.until_at) == 1
    assert await talking.counts(store, tables.talks) == [0]
    known = await talking.known(store, keyring, at + 25 * HOUR, 3)
    assert known.conversation == Conversation()
    assert known.latest is None


async def test_a_talk_is_found_by_its_mark_for_a_day_with_nothing_of_it(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at, replies=[])
    for later in (31 * MINUTE, 60 * MINUTE, 23 * HOUR):  # before the clock came round, and after it
        known = await _peeked(store, keyring, at + later)
        assert known.conversation == Conversation(introduced=False, mode=Mode.PRIVATE)
        assert (known.latest, known.lately_private) == (None, False)
        await talking.end(store, at + later)
    assert (await _peeked(store, keyring, at + 12 * HOUR, OTHER_PHONE)).conversation == Conversation()


async def _peeked(store: Store, keyring: Keyring, now: datetime, address: str = making.PHONE) -> Known:
    """What would be known of a sender, without anything coming of it."""
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        raise LookupError

    await store.write(lambda conn: keys.register(conn, keyring, now))
    with pytest.raises(LookupError):
        await making.say(store, keyring, message(777, address=address), look, now=now)
    await store.write(lambda conn: conn.execute(tables.inbound.delete().where(tables.inbound.c.settled_at.is_(None))))
    return seen[0]


async def test_who_tells_again_leaves_one_more_mark_and_none_leads_to_another(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    """So their number does not say that two talks were of one person, nor does the second's row the first's."""
    first = await talking.told(store, keyring, at, replies=[])
    await talking.end(store, at + 40 * MINUTE)
    (mark,) = await making.rows(store, tables.talks)
    second = await talking.told(store, keyring, at + 50 * MINUTE, 2, file=talking.filed("4829136500277411"), replies=[])
    rows = await making.rows(store, tables.talks)
    assert len(rows) == 2
    assert len({row.found_by for row in rows} - {mark.found_by}) == 1
    assert {row.sealed == b"" for row in rows} == {True, False}
    await talking.end(store, at + 90 * MINUTE)
    await store.write(lambda conn: stirring.stir(conn, at + 2 * HOUR) and None)
    place = "rowid" if store.dialect == "sqlite" else "-xmin::text::bigint"
    query = f"SELECT {place} FROM talks"
    places = [row[0] for row in await store.read(lambda conn: conn.exec_driver_sql(query).all())]
    assert max(places) < 0
    assert store.dialect == "sqlite" or len(set(places)) == 1
    names = [row.found_by for row in await making.rows(store, tables.talks)]
    assert len(set(names)) == 2
    assert names.count(mark.found_by) == 1
    assert first.report != second.report
    await talking.end(store, at + 27 * HOUR)
    assert await talking.counts(store, tables.talks) == [0]


async def test_whoever_only_came_back_with_a_code_leaves_no_mark(store: Store, keyring: Keyring, at: datetime) -> None:
    file = await talking.told(store, keyring, at, address=OTHER_PHONE, replies=[])
    await making.say(store, keyring, message(2, text=CODE), talking.private(now=at), now=at, codes=(CODE,))
    await making.say(store, keyring, message(3), talking.private(Append(file.report), now=at), now=at + MINUTE)
    assert await talking.counts(store, tables.talks) == [2]
    known = await _peeked(store, keyring, at + 31 * MINUTE)
    assert known.conversation == Conversation()
    await talking.end(store, at + HOUR)
    assert await talking.counts(store, tables.talks) == [1]
    assert (await _peeked(store, keyring, at + HOUR, OTHER_PHONE)).conversation.mode is Mode.PRIVATE


async def test_whoever_is_ordinary_again_has_no_mark(store: Store, keyring: Keyring, at: datetime) -> None:
    await talking.told(store, keyring, at, replies=[])
    await talking.end(store, at + HOUR)
    await making.say(store, keyring, message(2), making.decision(replies=["ordinary"]), now=at + HOUR)
    assert await talking.counts(store, tables.talks) == [0]


async def test_somebody_we_know_is_themselves_after_a_talk_and_what_they_tell_may_be_private(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    old = making.filing(code="111111")
    await making.say(store, keyring, message(1), making.decision(old, conversation=making.ongoing(old, at)), now=at)
    await talking.told(store, keyring, at + MINUTE, 2, replies=[])
    await talking.end(store, at + HOUR)
    known = await _peeked(store, keyring, at + HOUR)
    assert known.lately_private
    assert known.conversation.mode is Mode.NORMAL
    await talking.told(store, keyring, at + HOUR, 3, file=talking.filed("4829136500277411"), replies=[])
    links = await making.rows(store, tables.report_contacts)
    assert [link.report for link in links] == [old.report]
    await talking.end(store, at + 2 * HOUR)
    await making.say(store, keyring, message(4), making.decision(Show(), replies=["ordinary"]), now=at + 2 * HOUR)
    assert not (await _peeked(store, keyring, at + 2 * HOUR)).lately_private


async def test_what_waits_for_a_carrier_keeps_the_contact_but_not_the_talk_and_not_for_long(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at)
    assert await talking.end(store, at + HOUR) == 1
    assert await talking.counts(store, tables.talks, tables.contacts, tables.outbox) == [1, 1, 1]
    assert await talking.end(store, at + 30 * MINUTE + 47 * HOUR) == 2
    assert await talking.counts(store, tables.talks, tables.contacts, tables.outbox) == [0, 0, 0]


async def test_a_talk_is_not_over_while_a_message_of_it_waits_here(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at, replies=[])
    await making.keep(store, keyring, message(2), now=at + 10 * MINUTE)
    assert await talking.end(store, at + HOUR) == 0
    (one,) = await making.waiting(store, keyring, now=at + HOUR)
    seen: list[Mode] = []

    def look(known: Known) -> Decision:
        seen.append(known.conversation.mode)
        return talking.private(now=at)

    await making.settle(store, keyring, one, look, now=at + HOUR)
    assert seen == [Mode.PRIVATE]


async def test_the_purge_ends_talks_too_and_takes_no_contact_of_one_that_goes_on(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at, replies=[])
    await store.write(lambda conn: retention.purge(conn, keyring, at + MINUTE) and None)
    assert await talking.counts(store, tables.talks, tables.contacts) == [1, 1]
    await store.write(lambda conn: retention.purge(conn, keyring, at + HOUR) and None)
    assert await talking.counts(store, tables.talks, tables.contacts) == [1, 0]
    await store.write(lambda conn: retention.purge(conn, keyring, at + 25 * HOUR) and None)
    assert await talking.counts(store, tables.talks, tables.contacts) == [0, 0]


@on_sqlite_mostly
@pytest.mark.parametrize("days", [2, 60])
async def test_whoever_was_private_while_a_clock_was_ahead_is_so_once_it_is_right(
    store: Store, keyring: Keyring, at: datetime, days: int
) -> None:
    """Whether the talk still goes on or was ended since: what they say next is never taken for a stranger's."""
    then = at + timedelta(days=days)
    await store.write(lambda c: keys.register(c, keyring, then))
    await talking.told(store, keyring, then)
    assert (await talking.known(store, keyring, at, 2, address=OTHER_PHONE)).conversation.mode is Mode.NORMAL
    assert (await talking.known(store, keyring, at + MINUTE, 3)).conversation.mode is Mode.PRIVATE
    await store.write(lambda c: ahead.bring_back(c, at + 2 * MINUTE))
    await talking.end(store, at + 2 * MINUTE)
    assert (await talking.known(store, keyring, at + 3 * MINUTE, 4)).conversation.mode is Mode.PRIVATE
    await talking.end(store, at + 26 * HOUR)
    await store.write(lambda c: keys.register(c, keyring, at + 26 * HOUR))
    assert (await talking.known(store, keyring, at + 26 * HOUR, 5)).conversation.mode is Mode.NORMAL
