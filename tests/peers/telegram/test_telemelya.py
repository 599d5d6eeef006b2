"""A Bot API server that others wrote: from a phone to a coordinator and back, and what it lacks does no harm."""

import json
import logging
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.vocabulary import Desk, Rendered, Role
from storage.purging import figures
from tests.carriers.telegram import TOKEN
from tests.peers.telegram.conftest import CHAT, SECRET, Phone

# The first run installs the programs.
pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]

THEFT = "باگو ماطوري البارحة بالليل"


def _choices(seen: dict[str, Any]) -> list[str]:
    rows = (seen["reply_markup"] or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


async def _tap(phone: Phone, choice: str, *, taps: int) -> None:
    """A button is tapped, where it stands; this is tap number `taps`, and each is answered."""
    shown = next(one for one in await phone.seen() if choice in _choices(one))
    tapped = await phone.do(callback_data=choice, callback_message_id=shown["message_id"])
    answered = await phone.until(lambda seen: len(seen) == taps, "answerCallbackQuery")
    assert answered["callback_query_id"] == tapped["callback_query"]["id"]


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (320, 240), (10, 120, 40)).save(file, "JPEG")
    return file.getvalue()


async def test_a_report_a_tap_and_a_picture_travel_in_and_the_consoles_answer_travels_out(phone: Phone) -> None:
    await phone.do(command="/start")
    welcome = await phone.until(lambda seen: len(seen) == 1)
    assert welcome["chat_id"] == CHAT
    assert welcome["raw"]["protect_content"] is True

    await phone.do(text=THEFT)
    await phone.until(lambda seen: len(seen) == 2)
    # Under the first message, while a report has been filed since.
    await _tap(phone, "v1:cmd:language", taps=1)
    await phone.until(lambda seen: len(seen) == 3)
    await _tap(phone, "v1:lang:ar", taps=2)
    await phone.until(lambda seen: len(seen) == 4)

    picture = _picture()
    ref = await phone.upload(picture)
    await phone.do(photo_file_id=ref, photo_caption="هذا هو الماطور")
    await phone.town.settled()
    carrier = phone.town.wiring.telegram
    assert carrier
    assert b"".join([piece async for piece in carrier.stream(ref)]) == picture

    report_number, office, desk = await phone.town.newest()
    role = {"general": Role.COORDINATOR, "urgent": Role.DUTY_OFFICER}[desk]
    token = await phone.town.member(role, office, desks=(Desk(desk),))
    report = await phone.town.http.get(f"/v1/reports/{report_number}", headers=token)
    assert THEFT in json.dumps(report.json(), ensure_ascii=False)
    assert "هذا هو الماطور" in json.dumps(report.json(), ensure_ascii=False)
    sent = await phone.town.http.post(
        f"/v1/reports/{report_number}/reply",
        json={"text": "وصل الفريق إليكم"},
        headers={**token, "If-Match": report.headers["ETag"]},
    )
    assert sent.is_success, sent.text
    phone.town.clock.let_an_answer_out()
    answer = await phone.until(lambda seen: "وصل الفريق إليكم" in str(seen[-1]["text"]))
    assert answer["chat_id"] == CHAT
    assert set(phone.proxy.statuses) == {200}


async def test_what_comes_twice_is_one_and_what_is_forged_is_none(phone: Phone) -> None:
    """Groups 1 and 30."""
    delivered = await phone.do(text=THEFT)
    async with httpx.AsyncClient(base_url=phone.proxy.url, trust_env=False) as http:
        assert [(await http.post("/hooks/telegram", json=delivered)).status_code for _ in range(3)] == [200] * 3
        for secret in ("", "another"):
            phone.proxy.secret = secret
            forged = {"update_id": 1, **{key: value for key, value in delivered.items() if key != "update_id"}}
            assert (await http.post("/hooks/telegram", json=forged)).status_code == 403
    await phone.town.settled()
    found = await phone.town.wiring.store.read(figures.read)
    assert (found["kept"], found["reports"]) == (1, 1)


async def test_what_this_server_lacks_disables_nothing(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    """It knows no setMyCommands, deleteMessages, sendVoice, leaveChat: 404, as for a wrong token."""
    carrier = phone.town.wiring.telegram
    assert carrier
    await phone.do(text=THEFT)
    await phone.until(lambda seen: len(seen) >= 1)
    told = await phone.town.settled()
    with caplog.at_level(logging.INFO):
        sent = await carrier.send(str(CHAT), Rendered("مسموعة", (), b"OggS" + bytes(100)))
        assert len(sent.ids) == 1
        await carrier.delete(str(CHAT), [*sent.ids, "1"])
    deleted = await phone.until(lambda seen: len(seen) == 2, "deleteMessage")
    assert [one["message_id"] for one in await phone.seen("deleteMessage")] == [int(sent.ids[0]), 1], deleted
    assert told["outbox"]["dead"] == 0
    await phone.do(text="بالشعلة")
    assert (await phone.town.settled())["outbox"]["dead"] == 0
    assert not [secret for secret in (TOKEN, SECRET, THEFT) if secret in caplog.text]


async def test_a_file_that_is_not_there_is_told_apart_from_a_broken_server(phone: Phone) -> None:
    """Group 23: it answers 200 and not ok, as some servers do."""
    carrier = phone.town.wiring.telegram
    assert carrier
    with pytest.raises(Exception, match="refused"):
        [piece async for piece in carrier.stream("no-such-file")]
