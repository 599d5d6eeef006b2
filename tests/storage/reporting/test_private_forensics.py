"""T24: with the whole database and the telephone numbers, but no key, nobody tells whether one person wrote twice."""

import hashlib
import math
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.vocabulary import Channel, Conversation, Desk, Facts, Message, Mode, Sent, Urgency, Wipe
from storage import audit, contacts, keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.purging import retention
from storage.reporting import stirring, talks, traces
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import attacker, making
from tests.storage.attacker import FEATURES, LINKS, Loot
from tests.storage.house import VIOLENCE, House

pytestmark = sqlite_mostly


MINUTE, HOUR, LEASE = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=60)
CARRIERS = ("twilio", "telegram")
TIMES = 3  # how often each person writes
FAR = 3.5  # standard deviations of a coin: of twenty figures one in two thousand lies beyond by chance

Told = dict[tuple[int, int], str]  # (person, n-th message) to report


def _phone(person: int) -> str:
    """Of the test range while it suffices; then numbers that no Iraqi network has."""
    return f"+96477000000{person:02d}" if person < 100 else f"+9647000{person:06d}"


def _chat(person: int) -> str:
    return f"77000{person:06d}"


def _says(number: int, *, by: str, phone: str, chat: str, **what: Any) -> Message:
    """A message through this carrier. In a chat it has a name, which is kept to delete it by."""
    if by == "twilio":
        return making.message(number, address=phone, **what)
    told: dict[str, Any] = {"channel": Channel.TELEGRAM, "carrier": by, "own_id": f"{number}"}
    return making.message(number, address=chat, **told, **what)


def _plan(couples: int, start: datetime, chance: random.Random) -> list[tuple[datetime, int, int]]:
    """When which person (or, as -1, somebody who is not private) writes which of their messages.

    The two of a couple write within the same minute each time, so that times alone tell nothing about who is who.
    """
    plan = []
    for couple in range(couples):
        at = start + chance.random() * couples * 2 * MINUTE
        for time in range(TIMES):
            pair = [2 * couple, 2 * couple + 1]
            chance.shuffle(pair)
            for person in pair:
                at += timedelta(seconds=chance.uniform(1, 50))
                plan.append((at, person, time))
            plan.append((at + chance.random() * MINUTE, -1, couple * TIMES + time))
            at += chance.uniform(2, 45) * MINUTE
    return sorted(plan)


async def _town(store: Store, keyring: Keyring, now: datetime, couples: int, chance: random.Random, by: str) -> Told:
    """Lets them all write, and does beside it what the application does by the clock. Its last act is a message."""
    await _open(store, keyring, now)
    told: Told = {}
    hour = now
    for number, (at, person, time) in enumerate(_plan(couples, now, chance)):
        while hour + HOUR <= at:
            hour += HOUR
            await store.write(lambda conn, hour=hour: _hourly(conn, keyring, hour))  # type: ignore[misc]
        await store.write(lambda conn, at=at: talks.end(conn, at))  # type: ignore[misc]
        text = "كلمة " * chance.randrange(1, 60)
        if person < 0:
            said = _says(number, by=by, phone=f"+9647100{time:06d}", chat=f"71000{time:06d}", text=text)
            await making.say(store, keyring, said, making.decision(making.filing(code="111111"), replies=["a"]), now=at)
        else:
            urgency = Urgency.EMERGENCY if chance.random() < 0.2 else Urgency.NORMAL
            files = (making.medium(),) if chance.random() < 0.8 else ()
            said = _says(number, by=by, phone=_phone(person), chat=_chat(person), text=text, media=files)
            facts = making.THEFT if chance.random() < 0.3 else VIOLENCE
            told[person, time] = await _tell(store, keyring, said, replace(facts, urgency=urgency), at)
        while await store.write(lambda conn, at=at: _deliver(conn, keyring, at, by)):  # type: ignore[misc]
            pass
    return told


async def _open(store: Store, keyring: Keyring, now: datetime) -> None:
    """A town with a women's desk whose words and files are sealed to two people."""
    house = House(store, keyring, now - HOUR)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    office = {"code": making.OFFICE, "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]}
    await store.write(lambda conn: conn.execute(insert(tables.offices), office) and None)


async def _tell(store: Store, keyring: Keyring, said: Message, facts: Facts, at: datetime) -> str:
    code = f"{secrets.randbelow(9 * 10**15) + 10**15}"
    file = making.filing(code=code, facts=facts)
    if facts.sensitive:
        file = making.filing(code=code, facts=facts, desk=Desk.WOMEN, office=KARRADA, place=None)
    file = replace(file, mode=Mode.PRIVATE)
    talk = replace(making.ongoing(file, at), mode=Mode.PRIVATE)
    # In a chat what they wrote goes at once, and what we said when it was noted down.
    wipes = (Wipe(theirs=True), Wipe(later=True)) if said.channel is Channel.TELEGRAM else ()
    decided = making.decision(file, *wipes, conversation=talk, replies=["private.filed"])
    await making.say(store, keyring, said, decided, now=at)
    return file.report


def _hourly(conn: Connection, keyring: Keyring, hour: datetime) -> None:
    keys.register(conn, keyring, hour)
    audit.chain(conn, keyring, hour + MINUTE)
    stirring.stir(conn, hour + MINUTE)
    retention.purge(conn, keyring, hour)


def _deliver(conn: Connection, keyring: Keyring, at: datetime, by: str) -> int:
    parcels = outbox.claim(conn, keyring, owner="me", now=at, limit=9, lease=LEASE)
    for parcel in parcels:
        if parcel.kind in ("wipe", "unsay"):
            known = traces.of(conn, keyring, contact=parcel.contact, now=at)
            gone = [trace for trace in known if trace.theirs or parcel.kind == "wipe"]
            delivery.wiped(conn, keyring, parcel, gone, now=at)
        else:
            delivery.sent(conn, keyring, parcel, Sent((secrets.token_hex(8),)), carrier=by, now=at)
    return len(parcels)


def _pairs(told: Told, couples: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Of one person; and of the two of a couple, who wrote in the same minutes."""
    same, different = [], []
    for couple in range(couples):
        one, other = 2 * couple, 2 * couple + 1
        for a, b in combinations(range(TIMES), 2):
            same += [(told[one, a], told[one, b]), (told[other, a], told[other, b])]
            different += [(told[one, a], told[other, b]), (told[other, a], told[one, b])]
    return same, different


def _guessed(
    loot: Loot, names: Iterable[str], same: Sequence[tuple[str, str]], different: Sequence[tuple[str, str]]
) -> dict[str, float]:
    scores = {
        name: tuple([FEATURES[name](loot, *pair) for pair in pairs] for pairs in (same, different)) for name in names
    }
    found = {name: attacker.auc(*score) for name, score in scores.items()}
    mine, theirs = (list(zip(*(score[side] for score in scores.values()), strict=True)) for side in (0, 1))
    return found | {"combined": attacker.combined(mine, theirs)}


async def _ransack(store: Store, keyring: Keyring, now: datetime, couples: int, by: str) -> dict[str, float]:
    """What each feature is worth. Fails at once where a link or an address stands in the open."""
    chance = random.Random(24)
    told = await _town(store, keyring, now, couples, chance, by)
    same, different = _pairs(told, couples)
    live = await store.read(attacker.steal)
    assert _guessed(live, LINKS, same, different) == {**dict.fromkeys(LINKS, 0.5), "combined": 0.5}
    assert attacker.know_the_number(live, [*map(_phone, range(6)), *map(_chat, range(6))]) == []
    if by == "telegram":  # else nothing of a chat was there that could lead anywhere
        assert await making.count(store, tables.traces) > 0
    end = now + 12 * HOUR + couples * 5 * MINUTE
    for hour in (0, 1, 2, 26):
        await store.write(lambda conn, at=end + hour * HOUR: _deliver(conn, keyring, at, by) and None)  # type: ignore[misc]
        await store.write(lambda conn, at=end + hour * HOUR: _hourly(conn, keyring, at))  # type: ignore[misc]
    await store.tidy()
    loot = await store.read(attacker.steal)
    assert loot.rows["talks"] == []
    assert not any(row["until_at"] for row in loot.rows["contacts"])
    return _guessed(loot, FEATURES, same, different)


@pytest.mark.parametrize("by", CARRIERS)
async def test_over_a_hundred_pairs_no_feature_tells_one_person_from_two(
    store: Store, keyring: Keyring, now: datetime, by: str
) -> None:
    found = await _ransack(store, keyring, now, couples=9, by=by)
    # So few pairs scatter by themselves: 0.05 each way is one standard deviation, and a link would be 1.
    assert {name: value for name, value in found.items() if not 0.25 <= value <= 0.75} == {}
    assert found["shared_values"] == 0.5


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("by", CARRIERS)
async def test_over_a_thousand_pairs_no_feature_does_better_than_chance(
    store: Store, keyring: Keyring, now: datetime, by: str
) -> None:
    found = await _ransack(store, keyring, now, couples=84, by=by)
    pairs = 84 * TIMES * (TIMES - 1)
    for name, value in found.items():
        # What is learnt from one half of the pairs is judged by the other.
        judged = pairs / 2 if name == "combined" else pairs
        assert abs(value - 0.5) <= FAR * math.sqrt((2 * judged + 1) / (12 * judged**2)), (name, value)


@pytest.mark.parametrize("by", CARRIERS)
async def test_amid_their_talks_while_a_carrier_is_away_no_row_leads_from_one_to_another(
    store: Store, keyring: Keyring, now: datetime, by: str
) -> None:
    """Nothing is sent or deleted yet: what waits for that leads to whom it is for, and to no report.

    Which transaction wrote both their talk and a report, PostgreSQL tells until the talk ends (docs/threat-model.md).
    """
    await _open(store, keyring, now)
    told: Told = {}
    chance, people = random.Random(7), list(range(12))
    for time in range(TIMES):
        chance.shuffle(people)
        for person in people:
            number = len(told)
            at = now + number * timedelta(seconds=20)
            said = _says(number, by=by, phone=_phone(person), chat=_chat(person))
            told[person, time] = await _tell(store, keyring, said, making.THEFT, at)
    loot = await store.read(attacker.steal)
    assert (by == "telegram") is (len(loot.rows["traces"]) == len(told))
    assert len(loot.rows["talks"]) == len(people)
    links = [name for name in LINKS if name != "one_hand" or store.dialect == "sqlite"]
    found = _guessed(loot, links, *_pairs(told, len(people) // 2))
    assert {name: found[name] for name in links} == dict.fromkeys(links, 0.5)


async def test_the_attacker_finds_who_is_not_private(store: Store, keyring: Keyring, now: datetime) -> None:
    """The same eyes see at once which normal reports are of one person: what they find nothing with is no toy."""
    await making.prepare(store, keyring, now)
    told: Told = {}
    for number in range(24):
        person, time = number // TIMES, number % TIMES
        file = making.filing(code=f"{100_000 + number}")
        said = making.message(number, address=_phone(person))
        talk = Conversation(ongoing=making.ongoing(file, now).ongoing)
        await making.say(store, keyring, said, making.decision(file, conversation=talk), now=now + number * MINUTE)
        told[person, time] = file.report
    same, different = _pairs(told, 4)
    hashed = hashlib.sha256(_phone(0).encode()).digest()
    await store.write(lambda conn: contacts.mute(conn, hashed, now=now))
    loot = await store.read(attacker.steal)
    assert attacker.know_the_number(loot, [_phone(0)]) == ["muted", "muted"]
    assert _guessed(loot, LINKS, same, different)["shared_values"] == 1.0
