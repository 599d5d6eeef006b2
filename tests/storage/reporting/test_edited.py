"""An edit is known by the message that it is of: the case it became part of, and what is understood of that."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.vocabulary import Append, Case, Category, Decision, Desk, Facts, Join, Known, Urgency
from storage import keys, tables, waits
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import retention
from storage.sealed.recipients import Unverified
from tests.databases import on_sqlite_mostly
from tests.storage import making
from tests.storage.reporting import talking
from tests.storage.reporting.talking import HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")

OTHER_CHAT = "7700000012"


async def _edited(store: Store, keyring: Keyring, now: datetime, number: int, of: int, **more: Any) -> Case | None:
    """What the number-th update of a chat, an edit of its of-th message, is known to be part of."""
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    edit = replace(talking.chat(number, **{"edit": True} | more), own_id=f"{of}")
    await making.say(store, keyring, edit, look, now=now)
    return seen[0].edited


@on_sqlite_mostly
async def test_an_edit_is_of_the_case_that_its_message_became_part_of(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    elder = making.filing(code="111111", facts=replace(making.THEFT, apart=("other-office",), about_police=True))
    newer = making.filing(code="222222")
    await making.say(store, keyring, talking.chat(1), making.decision(elder), now=at)
    await making.say(store, keyring, talking.chat(2), making.decision(Append(elder.report)), now=at + MINUTE)
    talk = making.ongoing(newer, at)
    await making.say(store, keyring, talking.chat(3), making.decision(newer, conversation=talk), now=at + MINUTE)
    await making.say(store, keyring, talking.chat(4), making.decision(conversation=talk), now=at + MINUTE)
    for of in (1, 2):
        case = await _edited(store, keyring, at + HOUR, 10 + of, of)
        assert case is not None
        assert case.report == elder.report
        assert case.facts is not None
        assert (case.facts.category, case.facts.lineage) == (Category.THEFT, (making.PLACE.id,))
        assert (case.facts.apart, case.facts.insider) == (("other-office",), True)
    mine = await _edited(store, keyring, at + HOUR, 20, 3)
    assert mine is not None
    assert mine.report == newer.report
    for number, of in ((21, 4), (22, 99)):
        assert await _edited(store, keyring, at + HOUR, number, of) is None
    assert await _edited(store, keyring, at + HOUR, 23, 1, edit=False) is None
    other = replace(talking.chat(24, edit=True), own_id="1", address=OTHER_CHAT)
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision()

    await making.say(store, keyring, other, look, now=at + HOUR)
    assert seen[0].edited is None


async def test_an_edit_of_what_was_joined_is_of_what_it_was_joined_into(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    elder, newer = making.filing(code="111111"), making.filing(code="222222")
    await making.say(store, keyring, talking.chat(1), making.decision(elder), now=at)
    await making.say(store, keyring, talking.chat(2), making.decision(newer), now=at)
    await making.say(store, keyring, talking.chat(3), making.decision(Join(newer.report, elder.report)), now=at)
    case = await _edited(store, keyring, at + MINUTE, 4, 2)
    assert case is not None
    assert case.report == elder.report


async def test_after_two_days_and_by_a_changed_row_an_edit_is_of_nothing_known(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file, other = making.filing(code="111111"), making.filing(code="222222")
    await making.say(store, keyring, talking.chat(1), making.decision(file), now=at)
    await making.say(store, keyring, talking.chat(2), making.decision(other), now=at)
    moved = update(tables.traces).where(tables.traces.c.report == other.report).values(report=file.report)
    await store.write(lambda c: c.execute(moved) and None)
    assert await _edited(store, keyring, at + HOUR, 3, 2) is None
    later = at + timedelta(hours=49)
    await store.write(lambda c: keys.register(c, keyring, later))
    await store.write(lambda c: retention.purge(c, keyring, later) and None)
    assert await _edited(store, keyring, later, 4, 1) is None


async def test_in_private_no_edit_leads_to_a_case(store: Store, keyring: Keyring, at: datetime) -> None:
    file = talking.filed()
    await making.say(store, keyring, talking.chat(1), talking.private(file, about=file, now=at), now=at)
    assert await _edited(store, keyring, at + MINUTE, 2, 1) is None
    await talking.end(store, at + HOUR)
    assert await _edited(store, keyring, at + 2 * HOUR, 3, 1) is None


async def test_of_what_is_graver_by_now_the_facts_are_those_of_now(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    facts = Facts(Category.WEAPONS_GUNFIRE, Urgency.EMERGENCY, sensitive=False, minor=True)
    file = making.filing(facts=facts, desk=Desk.URGENT, place=None)
    await making.say(store, keyring, talking.chat(1), making.decision(file), now=at)
    case = await _edited(store, keyring, at + MINUTE, 2, 1)
    assert case is not None
    assert case.facts == facts


async def test_while_something_of_theirs_waits_an_edit_that_nobody_knows_waits_too(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await making.say(store, keyring, talking.chat(1), making.decision(making.filing()), now=at)
    await making.keep(store, keyring, talking.chat(2), now=at)
    (held,) = await making.waiting(store, keyring, now=at)
    await store.write(lambda c: waits.hold(c, keyring, held.id, now=at))
    case = await _edited(store, keyring, at + MINUTE, 3, 1)
    assert case is not None
    with pytest.raises(Unverified):
        await _edited(store, keyring, at + MINUTE, 4, 2)
