"""What is kept with the words; and edits that are no new part: those that change nothing, and a pin that moves on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.vocabulary import Append, Channel, Desk, Fragment, Gesture, Medium, MediumKind, Message, Point
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content, media
from tests.databases import on_sqlite_mostly
from tests.storage import making

pytestmark = pytest.mark.usefixtures("prepared")

SECOND = timedelta(seconds=1)


def _message(number: int, **more: Any) -> Message:
    plain: dict[str, Any] = {"channel": Channel.TELEGRAM, "carrier": "telegram", "own_id": f"{number}"}
    return making.message(number, address="7700000011", **(plain | more))


async def _bodies(store: Store, keyring: Keyring) -> list[dict[str, Any]]:
    rows = [row for row in await making.rows(store, tables.parts) if row.kind == "utterance"]
    return [content.open_part(keyring, row) for row in sorted(rows, key=lambda row: row.at)]


async def _told(store: Store, keyring: Keyring, now: datetime, *messages: Message, desk: Desk = Desk.GENERAL) -> str:
    """A report made by the first message; the others are said after it, a second apart."""
    file = making.filing(desk=desk)
    await making.say(store, keyring, messages[0], making.decision(file), now=now)
    for number, one in enumerate(messages[1:], start=1):
        await making.say(store, keyring, one, making.decision(Append(file.report)), now=now + number * SECOND)
    return file.report


async def test_what_a_message_is_beside_its_words_is_kept_with_them(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    said = (
        _message(1, own_id=""),
        _message(2, forwarded=True, behalf=True),
        _message(3, text="", gesture=Gesture.STICKER),
        _message(4, own_id="", fragment=Fragment("ref-77", 2, 3)),
        _message(5, own_id="", fragment=Fragment("ref-77", 1, 3)),
    )
    await _told(store, keyring, now, *said)
    plain, forwarded, sticker, second, first = await _bodies(store, keyring)
    assert set(plain) == {"text", "point", "media", "edit", "album"}
    assert (forwarded["forwarded"], forwarded["behalf"]) == (True, True)
    assert sticker["gesture"] == "sticker"
    assert [(part["fragment"]["index"], part["fragment"]["total"]) for part in (second, first)] == [(2, 3), (1, 3)]
    assert second["fragment"]["of"] == first["fragment"]["of"] != "ref-77"


async def test_revisions_of_one_message_have_a_name_in_common_that_is_not_the_carriers(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 9."""
    said = (_message(7), _message(8), _message(9, own_id="7", edit=True, text="غير"))
    await _told(store, keyring, now, *said)
    first, other, edited = await _bodies(store, keyring)
    assert first["own"] == edited["own"] != other["own"]
    assert first["own"] != "7"
    assert (edited["edit"], edited["text"]) == (True, "غير")


async def test_an_edit_that_changes_nothing_is_no_part(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 9."""
    same = _message(8, own_id="7", edit=True)
    again = _message(9, own_id="7", edit=True, text="غير")
    twice = _message(10, own_id="7", edit=True, text="غير")
    await _told(store, keyring, now, _message(7), same, again, twice)
    assert [body["text"] for body in await _bodies(store, keyring)] == [making.TEXT, "غير"]


def _photo(handle: str, unique: str) -> dict[str, Any]:
    return {"media": (Medium(MediumKind.PHOTO, handle, "image/jpeg", 9, unique),)}


@pytest.mark.parametrize("text", ["الباب", ""])
async def test_another_photo_in_place_of_the_first_is_a_revision_and_fetched(
    store: Store, keyring: Keyring, now: datetime, text: str
) -> None:
    """Group 9: the same file under another handle, and the same edit told once more, are none."""
    said = [_photo("h1", "a"), _photo("h2", "a"), _photo("h3", "b"), _photo("h4", "b"), _photo("h5", "a")]
    edits = [_message(7 + n, own_id="7", edit=n > 0, text=text, **file) for n, file in enumerate(said)]
    await _told(store, keyring, now, *edits)
    bodies = await _bodies(store, keyring)
    assert [body["marks"] for body in bodies] == [bodies[0]["marks"], bodies[1]["marks"], bodies[0]["marks"]]
    assert bodies[0]["marks"] != bodies[1]["marks"]
    assert {"a", "b"}.isdisjoint(mark for body in bodies for mark in body["marks"])
    later = now + 9 * SECOND
    fetched = await store.write(lambda c: media.claim(c, keyring, owner="t", now=later, limit=9, lease=SECOND))
    assert {fetch.ref for fetch in fetched} == {"h1", "h3", "h5"}


async def test_without_a_name_for_the_file_itself_another_handle_is_another_file(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    said = [_photo("h1", ""), _photo("h1", ""), _photo("h2", "")]
    await _told(store, keyring, now, *(_message(7 + n, own_id="7", edit=n > 0, **f) for n, f in enumerate(said)))
    assert len(await _bodies(store, keyring)) == 2


async def test_an_edit_of_a_message_that_is_not_there_is_kept(store: Store, keyring: Keyring, now: datetime) -> None:
    """Group 9."""
    await _told(store, keyring, now, _message(1), _message(2, own_id="77", edit=True))
    assert len(await _bodies(store, keyring)) == 2


@on_sqlite_mostly
@pytest.mark.parametrize("desk", [Desk.GENERAL, Desk.WOMEN])
async def test_a_pin_that_moves_is_one_part_with_its_last_place(
    store: Store, keyring: Keyring, now: datetime, desk: Desk
) -> None:
    """Group 9: a live location of minutes is hundreds of edits."""
    pins = [
        _message(2 + number, own_id="2", text="", live=True, edit=number > 0, point=Point(33.30 + number / 1e4, 44.36))
        for number in range(30)
    ]
    words = _message(90, text="هو هنا")
    await _told(store, keyring, now, _message(1), *pins[:15], words, *pins[15:], desk=desk)
    bodies = await _bodies(store, keyring)
    assert [body["text"] for body in bodies] == [making.TEXT, "", "هو هنا"]
    assert bodies[1]["point"] == {"lat": 33.30 + 29 / 1e4, "lon": 44.36}
    assert content.said_at(bodies[1], now) == now + 31 * SECOND
    assert await making.count(store, tables.traces) == 3


async def test_another_pin_is_another_part(store: Store, keyring: Keyring, now: datetime) -> None:
    pins = [_message(n, text="", live=True, point=Point(33.3, 44.3 + n)) for n in (2, 3)]
    still = _message(4, own_id="2", text="", point=Point(33.3, 44.9), edit=True)
    await _told(store, keyring, now, _message(1), *pins, still)
    assert len([body for body in await _bodies(store, keyring) if body["point"]]) == 3


async def test_whoever_typed_it_for_a_caller_stands_in_the_audit_and_beside_the_report_and_nowhere_else(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    who = await making.add_staff(store, "typist", office=making.OFFICE, desk=Desk.GENERAL, now=now)
    typed = making.message(1, address="", entered_by=who, behalf=True)
    code = "4829136500277410"
    await making.say(store, keyring, typed, making.decision(making.filing(code=code)), now=now)
    (row,) = (row for row in await making.rows(store, tables.audit) if row.action == "settle")
    assert row.data == {"effects": ["file"], "entered_by": who}
    (body,) = await _bodies(store, keyring)
    assert who not in repr(body)
    assert [event.kind for event in await making.rows(store, tables.events) if event.actor == who] == ["entered"]
    tables_without = (tables.reports, tables.outbox, tables.codes)
    elsewhere = [await making.rows(store, table) for table in tables_without]
    assert who not in repr(elsewhere)
    (kept,) = await making.rows(store, tables.codes)
    assert kept.scope == "anywhere"
