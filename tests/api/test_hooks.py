"""The carriers' doors: what is forged, malformed, too large or repeated gets exactly the contract's answer."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from api import wire
from api.demo.loopback import twilio_signature
from api.hooks import Doors, Hooks
from api.intake import Intake
from api.wire import MAX_BODY, Receive, Scope, Send
from bot.handlers.twilio import Account, TwilioCarrier
from bot.vocabulary import Channel, Receipt
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.outgoing import receipts
from storage.purging import figures

URL = "https://forum.example"
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "right", "Content-Type": "application/json"}


@pytest.fixture
async def door(store: Store, keyring: Keyring, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    async def bury(channel: Channel, raw: bytes, reason: str) -> None:
        await store.write(lambda c: ledger.keep_dead(c, keyring, channel=channel, raw=raw, reason=reason, now=now))

    async def arrive(receipt: Receipt) -> None:
        await store.write(lambda c: receipts.arrive(c, keyring, receipt, now=now))

    async def inner(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    doors = Doors(
        intake=Intake(store, keyring, lambda: now),
        bury=bury,
        arrive=arrive,
        clock=lambda: now,
        public_url=URL,
        telegram_account="770",
        telegram_secret="right",
        providers=(TwilioCarrier(Account("AC" + "0" * 32, "12345", "+9647700000099")),),
    )
    transport = httpx.ASGITransport(app=Hooks(doors, inner))
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


async def _figures(store: Store) -> dict[str, Any]:
    return await store.read(figures.read)


def _update(number: int = 1, text: str = "باگو ماطوري") -> dict[str, Any]:
    sender = {"id": 7700001, "is_bot": False, "first_name": "x"}
    chat = {"id": 7700001, "type": "private"}
    message = {"message_id": number, "date": 1_763_750_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": message}


async def test_a_message_is_kept_before_it_is_acknowledged(door: httpx.AsyncClient, store: Store) -> None:
    answer = await door.post("/hooks/telegram", json=_update(), headers=SECRET)
    assert answer.status_code == 200
    assert (await _figures(store))["kept"] == 1


async def test_a_repeated_delivery_is_acknowledged_and_changes_nothing(door: httpx.AsyncClient, store: Store) -> None:
    for _ in range(5):
        assert (await door.post("/hooks/telegram", json=_update(), headers=SECRET)).status_code == 200
    assert (await _figures(store))["kept"] == 1


@pytest.mark.parametrize("secret", ["wrong", "", "righ", "right ", "ri\u0661ht".encode(), b"\xff\xfe"])
async def test_a_forged_telegram_delivery_is_refused_and_nothing_is_kept(
    door: httpx.AsyncClient, store: Store, secret: str | bytes
) -> None:
    given = secret if isinstance(secret, bytes) else secret.encode()
    headers = [(b"X-Telegram-Bot-Api-Secret-Token", given), (b"Content-Type", b"application/json")]
    assert (await door.post("/hooks/telegram", json=_update(), headers=headers)).status_code == 403
    assert (await _figures(store))["kept"] == 0


async def test_a_missing_or_doubled_secret_is_refused(door: httpx.AsyncClient) -> None:
    name, kind = "X-Telegram-Bot-Api-Secret-Token", ("Content-Type", "application/json")
    assert (await door.post("/hooks/telegram", json=_update())).status_code == 403
    doubled = [(name, "right"), (name, "right"), kind]
    assert (await door.post("/hooks/telegram", content=b"{}", headers=doubled)).status_code == 403


async def test_a_wrong_method_or_content_type_is_told_so(door: httpx.AsyncClient) -> None:
    assert (await door.get("/hooks/telegram", headers=SECRET)).status_code == 405
    assert (await door.put("/hooks/sms/twilio")).status_code == 405
    as_text = {**SECRET, "Content-Type": "text/plain"}
    assert (await door.post("/hooks/telegram", content=b"{}", headers=as_text)).status_code == 415
    assert (await door.post("/hooks/sms/twilio", json={})).status_code == 415


async def test_a_body_of_fifty_megabytes_is_refused_without_being_read_to_its_end(door: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 1_000_000
            yield b"x" * 1_000_000

    answer = await door.post("/hooks/telegram", content=endless(), headers=SECRET)
    assert answer.status_code == 413
    declared = {**SECRET, "Content-Length": "50000000"}
    assert (await door.post("/hooks/telegram", content=b"{}", headers=declared)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[1, 2]",
        b"{}",
        b"null",
        b'{"update_id": "seven"}',
        b"[" * 200_000,
        b"\xff\xfe\x00",
        b"",
        b"x" * MAX_BODY,
    ],
)
async def test_what_is_authentic_but_unreadable_becomes_a_dead_letter_once(
    door: httpx.AsyncClient, store: Store, body: bytes
) -> None:
    for _ in range(2):
        assert (await door.post("/hooks/telegram", content=body, headers=SECRET)).status_code == 200
    found = await _figures(store)
    assert (found["kept"], found["dead_letters"]) == (0, 1)


async def test_a_body_that_is_packed_is_a_dead_letter_and_no_fault(door: httpx.AsyncClient, store: Store) -> None:
    packed = gzip.compress(json.dumps(_update()).encode())  # group 29: no carrier of ours packs
    answer = await door.post("/hooks/telegram", content=packed, headers={**SECRET, "Content-Encoding": "gzip"})
    assert answer.status_code == 200
    assert (await _figures(store))["dead_letters"] == 1


async def test_a_body_without_a_length_is_read_to_its_end(door: httpx.AsyncClient, store: Store) -> None:
    body = json.dumps(_update()).encode()

    async def in_chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    assert (await door.post("/hooks/telegram", content=in_chunks(), headers=SECRET)).status_code == 200  # group 29
    assert (await _figures(store))["kept"] == 1


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "1_000", "٥", "9" * 400])
async def test_a_length_that_is_none_is_refused(door: httpx.AsyncClient, length: str) -> None:  # group 29
    headers = [
        *((name.encode(), value.encode()) for name, value in SECRET.items()),
        (b"content-length", length.encode()),
    ]
    assert (await door.post("/hooks/telegram", content=b"{}", headers=headers)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b'{"update_id": 1, "update_id": 2, "message": {"message_id": 1, "date": 1, "chat": {"id": 7}, "text": "a"}}',
        b'{"update_id": NaN}',
        b'{"update_id": 99999999999999999999999999}',
        b'{"update_id": 1, "message": {"date": 1e400}}',
    ],
)
async def test_odd_numbers_and_repeated_keys_are_never_a_fault(door: httpx.AsyncClient, body: bytes) -> None:
    assert (await door.post("/hooks/telegram", content=body, headers=SECRET)).status_code == 200  # group 28


@pytest.mark.parametrize("text", ["\\ud83d", "a\\u0000b", "\\ud83d\\ude00 \\udc00 باگو"])
async def test_a_lone_surrogate_or_a_nul_is_still_a_report(door: httpx.AsyncClient, store: Store, text: str) -> None:
    body = json.dumps(_update(text="@@")).replace("@@", text).encode()
    assert (await door.post("/hooks/telegram", content=body, headers=SECRET)).status_code == 200
    found = await _figures(store)
    assert (found["kept"], found["dead_letters"]) == (1, 0)


def _form(**more: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + "0" * 32,
        "AccountSid": "AC" + "0" * 32,
        "From": "+9647700000001",
        "To": "+9647700000099",
        "Body": "باگو ماطوري",
        "Unknown": "",
        **more,
    }


def _signed(form: dict[str, str], path: str = "/hooks/sms/twilio") -> dict[str, str]:
    return {"X-Twilio-Signature": twilio_signature("12345", URL + path, list(form.items()))}


async def test_a_signed_sms_is_kept_once_and_answered_with_empty_twiml(door: httpx.AsyncClient, store: Store) -> None:
    for _ in range(5):
        answer = await door.post("/hooks/sms/twilio", data=_form(), headers=_signed(_form()))
        assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml"
    assert answer.text.endswith("<Response/>")
    assert (await _figures(store))["kept"] == 1


async def test_the_signature_covers_the_query_that_the_carrier_was_given(door: httpx.AsyncClient) -> None:
    path = "/hooks/sms/twilio?a=1%2F2"
    assert (await door.post(path, data=_form(), headers=_signed(_form(), path))).status_code == 200


@pytest.mark.parametrize("signature", [None, "", "AAAA", "é", "a" * 10_000])
async def test_a_forged_or_missing_twilio_signature_is_refused(
    door: httpx.AsyncClient, store: Store, signature: str | None
) -> None:
    headers = [] if signature is None else [(b"X-Twilio-Signature", signature.encode())]
    assert (await door.post("/hooks/sms/twilio", data=_form(), headers=headers)).status_code == 403
    assert (await _figures(store))["kept"] == 0


async def test_without_a_signature_the_body_is_not_even_taken_in(door: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"Body=" + b"x" * 10_000

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await door.post("/hooks/sms/twilio", content=endless(), headers=kind)).status_code == 403
    assert taken <= 1


async def test_a_body_that_trickles_is_given_up_and_the_next_is_heard(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_PATIENCE_S", 0.05)

    async def trickling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    assert (await door.post("/hooks/telegram", content=trickling(), headers=SECRET)).status_code == 408
    assert (await door.post("/hooks/telegram", json=_update(), headers=SECRET)).status_code == 200


async def test_a_tampered_sms_is_refused(door: httpx.AsyncClient, store: Store) -> None:
    tampered = _form(Body="كلشي زين")
    assert (await door.post("/hooks/sms/twilio", data=tampered, headers=_signed(_form()))).status_code == 403
    assert (await _figures(store))["kept"] == 0


async def test_a_closed_door_is_not_there_and_other_paths_go_on_to_the_application(door: httpx.AsyncClient) -> None:
    assert (await door.post("/hooks/sms/kannel", content=b"")).status_code == 404
    assert (await door.get("/healthz")).status_code == 299


async def test_while_the_database_is_gone_the_carrier_is_told_to_come_back(
    door: httpx.AsyncClient, store: Store
) -> None:
    store.close()
    answer = await door.post("/hooks/telegram", json=_update(), headers=SECRET)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
