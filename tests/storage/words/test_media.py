"""Files on their way from a carrier (groups 3, 4, 11 and 23): held by one, tried again, given up, kept, forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.vocabulary import SEALED_DESKS, Desk, Erase, Medium, MediumKind, Role, SendFailed
from storage import tables, timers
from storage.casework import showing
from storage.casework.showing import Medium as Shown
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content, media
from storage.words.media import TRIES, Fetch, Known
from storage.words.vault import Stored
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, message

pytestmark = sqlite_mostly


LEASE = timedelta(minutes=5)
STORED = Stored("ab/" + "ab" * 16, 4321, bytes(range(32)))
SEEN = Known(MediumKind.PHOTO, "image/jpeg", stripped=True)
AWAY = SendFailed("network", retryable=True)
_ROLES: dict[Desk, Role] = dict.fromkeys(SEALED_DESKS, Role.FOCAL_POINT)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> Store:
    """An office with every desk."""
    await making.prepare(store, keyring, now)
    return store


async def _report(
    store: Store, keyring: Keyring, now: datetime, *files: Medium, desk: Desk = Desk.GENERAL, album: str = ""
) -> Any:
    file = making.filing(desk=desk)
    said = message(1, media=files or (making.medium(),), album=album)
    await making.say(store, keyring, said, making.decision(file, conversation=making.ongoing(file, now)), now=now)
    return file


async def _claim(store: Store, keyring: Keyring, now: datetime, *, owner: str = "a", limit: int = 10) -> list[Fetch]:
    return await store.write(lambda c: media.claim(c, keyring, owner=owner, now=now, limit=limit, lease=LEASE))


async def _kept(store: Store, keyring: Keyring, fetch: Fetch, now: datetime, *, unheard: bool = False) -> bool:
    return await store.write(lambda c: media.kept(c, keyring, fetch, STORED, SEEN, now=now, unheard=unheard))


async def _failed(store: Store, fetch: Fetch, failure: SendFailed, now: datetime) -> bool:
    return await store.write(lambda c: media.failed(c, fetch, failure, now=now, jitter=0.5))


async def _row(store: Store) -> Any:
    (row,) = await making.rows(store, tables.media)
    return row


# ── Fetching ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_file_waits_with_its_carrier_and_its_sealed_handle(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    await _report(house, keyring, now)
    row = await _row(house)
    assert b"carrier.example" not in row.sealed
    (fetch,) = await _claim(house, keyring, now)
    assert (fetch.carrier, fetch.ref, fetch.kind) == ("twilio", making.medium().ref, MediumKind.PHOTO)
    assert fetch.ref not in repr(fetch)


async def test_two_never_hold_one_file(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now, making.medium(), making.medium())
    first = await _claim(house, keyring, now, limit=1)
    second = await _claim(house, keyring, now, owner="b")
    assert {first[0].id} | {second[0].id} == {row.id for row in await making.rows(house, tables.media)}
    assert await _claim(house, keyring, now, owner="c") == []
    assert not await house.read(lambda c: media.is_due(c, "kept", now=now))


async def test_who_does_not_report_back_in_time_has_lost_it(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now)
    (late,) = await _claim(house, keyring, now)
    then = now + LEASE + timedelta(seconds=1)
    (other,) = await _claim(house, keyring, then, owner="b")
    assert not await _kept(house, keyring, late, then)
    assert not await _failed(house, late, AWAY, then)
    assert await _kept(house, keyring, other, then)
    assert not await _kept(house, keyring, other, then)


async def test_a_second_try_of_the_same_process_is_not_the_first(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now)
    (first,) = await _claim(house, keyring, now)
    then = now + LEASE + timedelta(seconds=1)
    (second,) = await _claim(house, keyring, then)
    assert not await _kept(house, keyring, first, then)
    assert await _kept(house, keyring, second, then)


async def test_what_is_kept_has_a_key_and_no_handle(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now, Medium(MediumKind.DOCUMENT, "ref", "text/html", 7))
    (fetch,) = await _claim(house, keyring, now)
    assert await _kept(house, keyring, fetch, now)
    row = await _row(house)
    assert (row.state, row.kind, row.content_type, row.size) == ("kept", "photo", "image/jpeg", 4321)
    assert (row.path, row.stripped, row.due_at, row.owner, row.lease_until) == (STORED.path, True, None, None, None)
    assert STORED.key not in row.sealed


async def test_a_carrier_that_is_away_is_asked_again_ever_more_rarely_for_ten_hours(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    await _report(house, keyring, now)
    then, waits = now, []
    for _ in range(TRIES - 1):
        (fetch,) = await _claim(house, keyring, then)
        assert await _failed(house, fetch, AWAY, then)
        due = (await _row(house)).due_at
        assert await _claim(house, keyring, due - timedelta(seconds=1)) == []
        waits.append(due - then)
        then = due
    assert waits == sorted(waits)
    assert timedelta(hours=8) < then - now < timedelta(hours=24)
    (last,) = await _claim(house, keyring, then)
    assert await _failed(house, last, AWAY, then)
    row = await _row(house)
    assert (row.state, row.reason, row.sealed, row.due_at) == ("failed", "gave_up", None, None)


def test_the_carriers_wish_is_kept_and_the_wait_is_spread() -> None:
    assert media.wait_s(1, SendFailed("throttled", retryable=True, retry_after_s=99.0), 0.0) == 99.0
    assert media.wait_s(1, AWAY, 0.0) < media.wait_s(1, AWAY, 0.99) < media.wait_s(2, AWAY, 0.0)


@pytest.mark.parametrize("reason", ["too_large", "gone", "a reason longer than its column has room for"])
async def test_what_can_never_be_fetched_says_why_at_once(
    house: Store, keyring: Keyring, now: datetime, reason: str
) -> None:
    await _report(house, keyring, now)
    (fetch,) = await _claim(house, keyring, now)
    assert await _failed(house, fetch, SendFailed(reason, retryable=False), now)
    row = await _row(house)
    assert (row.state, row.reason, row.sealed) == ("failed", reason[:24], None)


async def test_a_file_that_ends_whoever_fetches_it_is_given_up(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now)
    then = now
    for _ in range(TRIES):
        assert len(await _claim(house, keyring, then)) == 1
        then += LEASE + timedelta(seconds=1)
    assert await _claim(house, keyring, then) == []
    assert (await _row(house)).reason == "gave_up"


async def test_a_handle_that_does_not_open_is_given_up_and_holds_up_no_other(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    await _report(house, keyring, now, making.medium(), making.medium())
    broken = (await making.rows(house, tables.media))[0].id
    spoil = update(tables.media).where(tables.media.c.id == broken).values(sealed=b"\x01" + bytes(60))
    await house.write(lambda c: c.execute(spoil) and None)
    (fetch,) = await _claim(house, keyring, now)
    assert fetch.id != broken
    (row,) = [row for row in await making.rows(house, tables.media) if row.id == broken]
    assert (row.state, row.reason) == ("failed", "unopenable")


async def test_at_the_start_of_the_only_process_nobody_else_holds_a_file(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    await _report(house, keyring, now)
    await _claim(house, keyring, now)
    released = await house.write(media.release)
    again = await _claim(house, keyring, now, owner="b")
    assert (released, len(again)) == ((1, 1) if house.dialect == "sqlite" else (0, 0))


async def test_pictures_sent_together_share_a_name_that_is_not_the_carriers(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _report(house, keyring, now, album="1234567890")
    (part,) = [row for row in await making.rows(house, tables.parts) if row.kind == "utterance"]
    body = content.open_part(keyring, part)
    assert body["album"] == media.album_name(file.report, "1234567890") != media.album_name("another", "1234567890")
    assert "1234567890" not in str(body)
    assert media.album_name(file.report, "") == ""


# ── Erasing ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _erase(store: Store, keyring: Keyring, now: datetime, file: Any) -> None:
    await making.say(store, keyring, message(2), making.decision(Erase(file.report)), now=now)


async def _shredding(store: Store, now: datetime) -> Sequence[timers.Timer]:
    rang = await store.write(lambda c: timers.claim(c, owner="t", now=now, limit=50, lease=LEASE))
    return [timer for timer in rang if timer.kind == "shred"]


async def test_erasing_a_report_leaves_a_timer_that_shreds_its_file(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _report(house, keyring, now)
    (fetch,) = await _claim(house, keyring, now)
    await _kept(house, keyring, fetch, now)
    await _erase(house, keyring, now, file)
    assert await making.count(house, tables.media) == 0
    (timer,) = await _shredding(house, now)
    assert timer.data == {"path": STORED.path}


async def test_a_file_whose_report_was_erased_while_it_was_fetched_is_nobodys(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _report(house, keyring, now)
    (fetch,) = await _claim(house, keyring, now)
    await _erase(house, keyring, now, file)
    assert not await _kept(house, keyring, fetch, now)
    assert await making.count(house, tables.media) == 0
    assert await _shredding(house, now) == []


async def test_a_file_that_no_row_names_is_known_as_such(house: Store, keyring: Keyring, now: datetime) -> None:
    await _report(house, keyring, now)
    (fetch,) = await _claim(house, keyring, now)
    await _kept(house, keyring, fetch, now)
    left = await house.read(lambda c: media.unknown(c, [STORED.path, "cd/" + "cd" * 16]))
    assert left == ["cd/" + "cd" * 16]


# ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _see(store: Store, keyring: Keyring, staff: str, number: str, file: str, now: datetime) -> Shown | None:
    return await store.write(
        lambda c: showing.medium(c, keyring, staff=staff, number=number, file=file, now=now), staff=staff
    )


@pytest.mark.parametrize("desk", [Desk.GENERAL, Desk.WOMEN])
async def test_who_sees_a_report_sees_its_file_and_nobody_else_does(
    house: Store, keyring: Keyring, now: datetime, desk: Desk
) -> None:
    file = await _report(house, keyring, now, desk=desk)
    (fetch,) = await _claim(house, keyring, now)
    role = {"role": _ROLES.get(desk, Role.COORDINATOR).value}
    mine = await making.add_staff(house, "mine", office=OFFICE, desk=desk, now=now, **role)
    beside = await making.add_staff(house, "beside", office=OFFICE, desk=Desk.MEDIATION, now=now)
    above = await making.add_staff(house, "above", office="other-office", desk=desk, now=now, **role)
    past = {**role, "until_at": now - timedelta(days=1)}
    former = await making.add_staff(house, "former", office=OFFICE, desk=desk, now=now, **past)
    assert await _see(house, keyring, mine, file.number, fetch.id, now) is None  # it waits still
    await _kept(house, keyring, fetch, now)
    seen = await _see(house, keyring, mine, file.number, fetch.id, now)
    assert seen == Shown(fetch.id, MediumKind.PHOTO, "image/jpeg", stripped=True, path=STORED.path, key=STORED.key)
    for stranger in (beside, above, former, "0" * 32):
        assert await _see(house, keyring, stranger, file.number, fetch.id, now) is None
    assert await _see(house, keyring, mine, "IQ-00000", fetch.id, now) is None
    assert await _see(house, keyring, mine, file.number, "0" * 32, now) is None
    views = [row for row in await making.rows(house, tables.audit) if row.action == "file.view"]
    assert [(row.actor, row.subject, row.data) for row in views] == [(mine, file.report, {"file": fetch.id})]


async def test_an_auditor_and_an_administrator_open_no_file(house: Store, keyring: Keyring, now: datetime) -> None:
    file = await _report(house, keyring, now)
    (fetch,) = await _claim(house, keyring, now)
    await _kept(house, keyring, fetch, now)
    for role in ("auditor", "administrator"):
        person = await making.add_staff(house, role, office=OFFICE, desk=Desk.GENERAL, now=now, role=role)
        assert await _see(house, keyring, person, file.number, fetch.id, now) is None


async def test_a_file_is_shown_in_the_report_that_its_own_was_joined_to(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    earlier, joined = making.filing(code="111111"), making.filing(code="222222")
    await making.say(house, keyring, message(1), making.decision(earlier), now=now)
    said = message(2, media=(making.medium(),))
    await making.say(house, keyring, said, making.decision(joined), now=now)
    to = update(tables.reports).where(tables.reports.c.id == joined.report).values(joined=earlier.report)
    await house.write(lambda c: c.execute(to) and None)
    (fetch,) = await _claim(house, keyring, now)
    await _kept(house, keyring, fetch, now)
    mine = await making.add_staff(house, "mine", office=OFFICE, desk=Desk.GENERAL, now=now)
    assert await _see(house, keyring, mine, earlier.number, fetch.id, now) is not None
    assert await _see(house, keyring, mine, joined.number, fetch.id, now) is not None


async def test_the_key_of_another_file_does_not_open_in_its_place(
    house: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _report(house, keyring, now, making.medium(), making.medium())
    one, two = await _claim(house, keyring, now)
    await _kept(house, keyring, one, now)
    await _kept(house, keyring, two, now)
    m = tables.media.c
    (other,) = await house.read(lambda c: c.execute(select(m.sealed, m.wrapped).where(m.id == two.id)).all())
    swap = update(tables.media).where(m.id == one.id).values(sealed=other.sealed, wrapped=other.wrapped)
    await house.write(lambda c: c.execute(swap) and None)
    mine = await making.add_staff(house, "mine", office=OFFICE, desk=Desk.GENERAL, now=now)
    assert await _see(house, keyring, mine, file.number, one.id, now) is None
    assert await _see(house, keyring, mine, file.number, two.id, now) is not None
