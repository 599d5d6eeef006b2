"""A discreet reporter of several reports: what stays hidden by which words when one of them goes or becomes private."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.vocabulary import Decision, Erase, File, Hide, Join, Mode, Show, Unlock
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, OTHER_PHONE, message
from tests.storage.reporting.discreet import HOUR, MINUTE, discretion_of, heard, hidden, kept_locked, left

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]


async def test_codes_of_later_reports_open_too_and_the_word_stays(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    second = making.filing(code="222222")
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    for number, text in enumerate(("482913", "222222", "زهرة"), start=3):
        found = await discretion_of(store, keyring, now, number, text)
        assert (found.said, found.report) == (True, second.report)


async def test_a_new_word_takes_the_place_of_the_old_one(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Hide(file.report, ("482913", "نرجس"))), now=now)
    said = [(await discretion_of(store, keyring, now, n, text)).said for n, text in ((3, "زهرة"), (4, "نرجس"))]
    assert said == [False, True]
    second = making.filing(code="222222")
    hide = Hide(second.report, ("222222", "ياسمين"))
    await making.say(store, keyring, message(5), making.decision(second, hide), now=now)
    words = ("نرجس", "ياسمين", "482913", "222222")
    assert [(await discretion_of(store, keyring, now, 6 + n, text)).said for n, text in enumerate(words)] == [
        False,
        True,
        True,
        True,
    ]


async def test_the_case_is_the_one_that_is_worked_on_and_their_other_once_erased(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    elder = making.filing(code="111111")
    await making.say(store, keyring, message(9, sequence=0), making.decision(elder), now=now)
    file = await hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Join(file.report, elder.report)), now=now)
    assert (await discretion_of(store, keyring, now, 3, "زهرة")).report == elder.report
    other = making.filing(code="222222")
    await making.say(store, keyring, message(8), making.decision(other), now=now)
    await making.say(store, keyring, message(4), making.decision(Erase(elder.report)), now=now)
    found = await discretion_of(store, keyring, now, 5, "زهرة")
    assert (found.said, found.report, found.others) == (True, other.report, ())


async def test_whoever_wants_it_no_longer_is_answered_in_full_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    await making.say(store, keyring, message(2), making.decision(Show()), now=now)
    assert await making.count(store, tables.discreet) == 0
    assert [row.reachable for row in await making.rows(store, tables.reports)] == ["yes"]


async def test_of_two_reports_the_one_that_stays_keeps_its_discretion_and_what_came_beside_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, beside_first = await hidden(store, keyring, now), kept_locked()
    await making.say(store, keyring, message(2), making.decision(beside_first), now=now)
    second, beside_second = making.filing(code="222222"), kept_locked()
    await making.say(store, keyring, message(3), making.decision(second, Hide(second.report, ("222222",))), now=now)
    await making.say(store, keyring, message(4), making.decision(beside_second), now=now)
    await making.say(store, keyring, message(5), making.decision(Unlock(), Erase(first.report)), now=now)
    assert await left(store) == {second.report, beside_second.report}
    assert (await discretion_of(store, keyring, now, 6, "زهرة")).said
    await making.say(store, keyring, message(7), making.decision(Erase(second.report)), now=now)
    assert await left(store) == set()


@pytest.mark.parametrize("how", ["erased", "elsewhere"])
async def test_of_two_reports_the_newest_erased_their_word_finds_the_other(
    store: Store, keyring: Keyring, now: datetime, how: str
) -> None:
    first, second = await hidden(store, keyring, now), making.filing(code="222222")
    opened = now + MINUTE
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=opened)
    if how == "erased":
        await making.say(store, keyring, message(3), making.decision(Unlock(), Erase(second.report)), now=opened)
    else:  # as by the long code on a page, or by a restore
        await store.write(lambda conn: erasing.erase(conn, second.report, now=opened))
    later, beside = now + HOUR, kept_locked()
    locked = await discretion_of(store, keyring, later, 4, "هلو")
    assert (locked.said, locked.report, locked.to and locked.to.office) == (False, first.report, OFFICE)
    await making.say(store, keyring, message(5), making.decision(beside), now=later)
    known = await heard(store, keyring, later, 6, "زهرة")
    assert known.discretion is not None
    assert (known.discretion.said, known.discretion.report, known.discretion.others) == (True, first.report, ())
    assert known.by_code is not None
    assert known.by_code.report == first.report
    await making.say(
        store, keyring, message(7, address=OTHER_PHONE), making.decision(making.filing(code="3")), now=later
    )
    assert beside.report in await left(store)
    await making.say(store, keyring, message(8), making.decision(Unlock(), Erase(first.report)), now=later)
    assert not {first.report, beside.report} & await left(store)
    assert await making.count(store, tables.discreet) == 0


def _turned_private(file: File, now: datetime) -> Decision:
    talk = making.ongoing(replace(file, code="4829136500277410"), now)
    return making.decision(conversation=replace(talk, mode=Mode.PRIVATE))


async def test_of_two_reports_the_one_that_did_not_become_private_stays_hidden_by_the_same_words(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, second, beside = await hidden(store, keyring, now), making.filing(code="222222"), kept_locked()
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    await making.say(store, keyring, message(3), making.decision(beside), now=now)
    await making.say(store, keyring, message(4), making.decision(Unlock()), now=now)
    await making.say(store, keyring, message(5), _turned_private(second, now), now=now)
    later = now + HOUR
    locked = await discretion_of(store, keyring, later, 6, "هلو")
    assert (locked.said, locked.open, locked.report) == (False, False, first.report)
    assert (await discretion_of(store, keyring, later, 7, "زهرة")).said
    states = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert states == {first.report: "nudge", second.report: "pull", beside.report: "no"}
    await making.say(store, keyring, message(8), making.decision(Unlock(), Erase(first.report)), now=later)
    assert await left(store) == {second.report}
    assert await making.count(store, tables.discreet) == 0


async def test_whoever_becomes_discreet_has_all_their_reports_hidden(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first, second = making.filing(code="111111"), making.filing(code="222222")
    await making.say(store, keyring, message(1), making.decision(first), now=now)
    await making.say(store, keyring, message(2), making.decision(second, Hide(second.report, ("222222",))), now=now)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"nudge"}
    other = making.filing(code="333333")
    await making.say(store, keyring, message(3, address=OTHER_PHONE), making.decision(other), now=now)
    assert sorted(row.reachable for row in await making.rows(store, tables.reports)) == ["nudge", "nudge", "yes"]
