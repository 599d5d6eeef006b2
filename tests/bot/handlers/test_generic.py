"""Any gateway, by its field map: what it brings is read, what we hand over is put as it wants it."""

import hmac
import itertools
import json
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.gateways import content_id
from bot.handlers.generic import GenericCarrier, load, ready
from bot.handlers.provider import Ack, Request
from bot.vocabulary import Channel, Delivery, Fragment, Message, Receipt, Rendered, SendFailed, Sent
from tests.carriers.generic import FakeGateway, jasmin
from tests.carriers.http import Answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DOOR = "https://forum.example/hooks/sms/generic"
SECRET = "made-up-secret-of-the-gateway"
TO = "+9647700000012"
SAID = "إطلاق نار قرب المدرسة"
SIMPLE = ready("simple")
JSON = """
[door]
kind = "json"
[proof]
header = "X-Signature"
how = "hmac-sha256"
prefix = "sha256="
[message]
each = "results"
from = "sender.number"
text = "words.0"
time = "at"
part_ref = "part.ref"
part_index = "part.n"
part_total = "part.of"
[send]
kind = "json"
ok_path = "messages.0.status"
ok_values = ["0", "queued"]
id_path = "messages.0.id"
[send.headers]
Authorization = "Bearer {secret}"
[send.fields]
source = "{from}"
flash = false
messages = [{ recipients = ["{to}"], body = "{text}" }]
[report]
each = "results"
id = "id"
status = "state"
delivered = ["DELIVERED"]
failed = ["EXPIRED"]
"""


def _carrier(text: str = SIMPLE, url: str = "http://127.0.0.1:9") -> GenericCarrier:
    names = itertools.count(1)
    status = f"{DOOR}/status"
    return GenericCarrier(
        load(text), url, "4444", secret=SECRET, status_url=status, fresh=lambda: f"piece{next(names)}"
    )


def _form(**given: str) -> bytes:
    return urlencode({"from": TO, "text": SAID, "id": "g-1", "time": "1795324376", "to": "4444"} | given).encode()


def _read(body: bytes, text: str = SIMPLE, url: str = DOOR) -> list[Message]:
    query = body if 'kind = "query"' in text else b""
    told = _carrier(text).parse(Request("POST", url, {}, query, body), sequence=7, now=NOW)
    assert told is not None
    return [item for item in told if isinstance(item, Message)]


# ── Reading ──


def test_a_message_is_read_by_the_names_of_its_map() -> None:
    assert _read(_form(note="ignored")) == [
        Message(
            channel=Channel.SMS,
            carrier="generic",
            account="4444",
            external_id="g-1",
            address=TO,
            sequence=7,
            text=SAID,
            sent_at=datetime(2026, 11, 22, 5, 12, 56, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize(
    "written",
    [
        "1795324376", "1795324376000", "1795324376000000", "2026-11-22T05:12:56Z", "2026-11-22 05:12:56",
        "2026-11-22T08:12:56+03:00",
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(written: str) -> None:
    assert _read(_form(time=written))[0].sent_at == datetime(2026, 11, 22, 5, 12, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "0", "99999999999999999999", "9999999999999", "1795324376x", "-5"]
)
def test_a_time_that_cannot_be_is_no_time(written: str) -> None:
    assert _read(_form(time=written))[0].sent_at is None


def test_the_same_words_at_another_time_are_another_report() -> None:
    # Group 49: a name made of the words alone would swallow the second "they are here again".
    first, again, later = (_read(_form(id="", time=time))[0] for time in ("1795324376", "1795324376", "1795324400"))
    assert first.external_id == again.external_id != later.external_id
    other = _read(_form(id="", **{"from": "+9647700000013"}))[0]
    assert other.external_id != first.external_id


def test_a_name_made_of_parts_keeps_them_apart() -> None:
    assert content_id("a", "bc") == content_id("a", "bc") != content_id("ab", "c")
    assert len(content_id("\ud83d")) == 32


def test_without_a_name_and_a_time_nothing_is_taken_for_a_repetition() -> None:
    body = _form(id="", time="")
    told = [_carrier().parse(Request("POST", DOOR, {}, b"", body), sequence=n, now=NOW) for n in (1, 2)]
    assert told[0] != told[1]
    assert len({item.external_id for items in told for item in items or ()}) == 2


def test_a_name_too_long_to_keep_is_still_one_message() -> None:
    long = [_read(_form(id="x" * 300 + end))[0].external_id for end in ("a", "a", "b")]
    assert long[0] == long[1] != long[2]
    assert all(len(name) <= 128 for name in long)


@pytest.mark.parametrize(
    ("coding", "raw", "text"),
    [
        (b"\x08", SAID.encode("utf-16-be"), SAID),
        (b"8", SAID.encode("utf-16-be"), SAID),
        (b"\x00", b"hello", "hello"),
        (b"0", b"hello", "hello"),
        (b"\x03", b"caf\xe9", "café"),
        (b"", b"", ""),
    ],
)
def test_jasmin_says_the_alphabet_in_one_raw_byte(coding: bytes, raw: bytes, text: str) -> None:
    # Group 50, as Jasmin 0.11 posts it: `coding` is a byte, `content` raw, `binary` the same in digits.
    given = {"id": b"j-1", "from": b"9647700000012", "to": b"4444", "coding": coding, "content": raw}
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in given.items()) + f"&binary={raw.hex()}"
    (message,) = _read(body.encode(), ready("jasmin"))
    assert (message.text, message.address, message.external_id) == (text, TO, "j-1")


def test_jasmin_hears_the_words_it_waits_for() -> None:
    assert _carrier(ready("jasmin")).ack() == Ack(200, b"ACK/Jasmin")


@pytest.mark.parametrize(
    ("carried", "charset", "value"),
    [
        ("hex", "utf-16be", SAID.encode("utf-16-be").hex().upper()),
        ("base64", "utf-8", b64encode(SAID.encode()).decode()),
        ("text", "utf-8", SAID),
        ("text", "windows-1256", SAID),
    ],
)
def test_a_text_is_read_however_it_is_carried(carried: str, charset: str, value: str) -> None:
    map_ = SIMPLE.replace('carried = "text"', f'carried = "{carried}"').replace('"utf-8"', f'"{charset}"')
    body = urlencode({"from": TO, "text": value, "id": "1"}, encoding="cp1256" if "125" in charset else "utf-8")
    assert _read(body.encode(), map_)[0].text == SAID


def test_a_query_is_read_where_the_gateway_only_knows_that() -> None:
    map_ = SIMPLE.replace('method = "POST" # or GET\nkind = "form"   #', 'method = "GET"\nkind = "query" #')
    assert _carrier(map_).caps.methods == {"GET"}
    assert _carrier(map_).caps.kinds == frozenset()
    assert _read(_form(), map_)[0].text == SAID


def _json(*results: object) -> bytes:
    return json.dumps({"results": list(results)}).encode()


def test_several_messages_in_json_are_all_read() -> None:
    one = {"sender": {"number": 9647700000012}, "words": [SAID], "at": 1795324376}
    two = one | {"words": ["ثانية \ud83d"], "part": {"ref": 77, "n": "2", "of": "3"}}
    first, second = _read(_json(one, two), JSON)
    assert (first.address, first.text, first.fragment) == (TO, SAID, None)
    assert (second.text, second.fragment) == ("ثانية \ufffd", Fragment("77", 2, 3))
    assert first.external_id != second.external_id
    assert (first.sequence, second.sequence) == (7, 8)
    assert not _carrier(JSON).caps.joins


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b"{}", b'{"results": {}}', b"[" * 100_000, b'{"results": [{"words": []}]}',
        b'{"results": [{"words": [{"a": 1}]}]}', b'{"results": [3]}', b'{"results": [{"words": [true]}]}',
    ],
)  # fmt: skip
def test_json_without_words_is_a_dead_letter(body: bytes) -> None:
    assert _carrier(JSON).parse(Request("POST", DOOR, {}, b"", body), sequence=1, now=NOW) is None


def test_one_unreadable_message_does_not_lose_the_others() -> None:
    whole = {"words": [SAID], "at": 1}
    assert _carrier(JSON).parse(Request("POST", DOOR, {}, b"", _json(whole, {})), sequence=1, now=NOW) is None


@pytest.mark.parametrize(("carried", "value"), [("hex", "0g"), ("hex", "123"), ("base64", "!"), ("base64", "abc")])
def test_digits_that_are_none_are_a_dead_letter(carried: str, value: str) -> None:
    map_ = SIMPLE.replace('carried = "text"', f'carried = "{carried}"')
    body = urlencode({"text": value, "id": "1"}).encode()
    assert _carrier(map_).parse(Request("POST", DOOR, {}, b"", body), sequence=1, now=NOW) is None


@given(st.binary(max_size=200), st.sampled_from([SIMPLE, JSON, ready("jasmin")]), st.sampled_from(["", "/status"]))
def test_whatever_comes_is_read_or_refused_without_an_error(body: bytes, map_: str, path: str) -> None:
    request = Request("POST", DOOR + path, {"x-signature": "é" * 50, "x-gateway-secret": "é"}, b"", body)
    carrier = _carrier(map_)
    assert not carrier.authentic(request)
    told = carrier.parse(request, sequence=1, now=NOW)
    assert told is None or isinstance(told, tuple)


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "\n\t", "🚨🚨", "؟؟؟", "112", "٤٨٢٩١٣", "۴۸۲۹۱۳", "\u200f", "\u202e\u2066", "\u200d", "\u200c",
        "سـ" + "ـ" * 200, "ب" + "\u064b" * 3000, "\u202e482913\u202c تم", "@{}[]~€", "ێ ڕ ۆ", "3ndna moshkla",
    ],
)  # fmt: skip
def test_odd_words_are_kept_as_they_are(said: str) -> None:
    # Groups 38, 39 and 40: what is odd is for the understanding to weigh and for the screens to show safely.
    (by_form,) = _read(urlencode({"text": said, "id": "1"}).encode())
    (by_json,) = _read(_json({"words": [said], "at": 1}), JSON)
    jasmin_body = urlencode({"id": "1", "coding": "\x08", "binary": said.encode("utf-16-be").hex()}).encode()
    (by_jasmin,) = _read(jasmin_body, ready("jasmin"))
    assert by_form.text == by_json.text == by_jasmin.text == said
    assert by_form.address == ""


# ── Proof ──


def _proven(proof: str, value: str, body: bytes = b"body") -> bool:
    map_ = SIMPLE.replace('header = "X-Gateway-Secret"\nhow = "equal"', f'header = "Authorization"\nhow = "{proof}"')
    carrier = _carrier(map_)
    request = Request("POST", DOOR, {"authorization": value}, b"", body)
    if carrier.authentic(request):
        assert carrier.plausible(Request("POST", DOOR, {"authorization": value}, b"", b""))
        return True
    return False


def test_whoever_shows_the_secret_is_the_gateway() -> None:
    assert _proven("equal", SECRET)
    assert _proven("basic", f"Basic {b64encode(f'anyone:{SECRET}'.encode()).decode()}")
    digest = hmac.digest(SECRET.encode(), b"body", "sha256")
    assert _proven("hmac-sha256", digest.hex())
    assert _proven("hmac-sha256", digest.hex().upper())
    assert _proven("hmac-sha256", b64encode(digest).decode())


@pytest.mark.parametrize("proof", ["equal", "basic", "hmac-sha256"])
@pytest.mark.parametrize("value", ["", "x", SECRET[:-1], f"Basic {SECRET}", "0" * 64, "ÿ" * 64])
def test_nobody_else_is(proof: str, value: str) -> None:
    assert not _proven(proof, value)
    assert not _carrier().authentic(Request("POST", DOOR, {}, b"", b""))


def test_a_signature_covers_every_byte_of_the_body() -> None:
    digest = hmac.digest(SECRET.encode(), b"body", "sha256").hex()
    assert not _proven("hmac-sha256", digest, b"bodY")
    carrier = _carrier(JSON)
    assert not carrier.authentic(Request("POST", DOOR, {"x-signature": digest}, b"", b"body"))  # no "sha256="
    assert not carrier.authentic(Request("POST", DOOR, {"x-signature": f"sha999={digest}"}, b"", b"body"))
    assert carrier.authentic(Request("POST", DOOR, {"x-signature": f"sha256={digest}"}, b"", b"body"))
    assert not carrier.plausible(Request("POST", DOOR, {}, b"", b""))


def test_a_signature_covers_the_query_where_that_is_read() -> None:
    map_ = SIMPLE.replace('how = "equal"', 'how = "hmac-sha256"').replace('kind = "form"', 'kind = "query"')
    carrier, query = _carrier(map_), b"id=1&from=%2B9647700000012&text=a"
    for signed, proven in ((b"", False), (query, True)):
        shown = hmac.digest(SECRET.encode(), signed, "sha256").hex()
        assert carrier.authentic(Request("POST", DOOR, {"x-gateway-secret": shown}, query, b"")) is proven


def test_a_gateway_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        GenericCarrier(load(SIMPLE), "http://127.0.0.1:9", "4444", secret="", status_url="", fresh=str)


# ── Receipts ──


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("queued", Delivery.QUEUED),
        ("SENT", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("Expired", Delivery.FAILED),
    ],
)
def test_a_report_is_read_by_the_words_of_its_map(status: str, delivery: Delivery) -> None:
    body = urlencode({"id": "piece1", "status": status}).encode()
    told = _carrier().parse(Request("POST", f"{DOOR}/status", {}, b"", body), sequence=1, now=NOW)
    assert told is not None
    (receipt,) = told
    assert isinstance(receipt, Receipt)
    assert (receipt.carrier, receipt.external_id, receipt.delivery) == ("generic", "piece1", delivery)
    assert (receipt.failure is not None) == (delivery is Delivery.FAILED)


@pytest.mark.parametrize("body", [b"", b"id=1", b"status=sent", b"id=1&status=dancing"])
def test_a_report_that_moves_nothing_is_passed_over(body: bytes) -> None:
    assert _carrier().parse(Request("POST", f"{DOOR}/status", {}, b"", body), sequence=1, now=NOW) == ()


def test_several_reports_in_json_are_all_read() -> None:
    body = _json({"id": "a", "state": "DELIVERED"}, {"id": "b", "state": "?"}, {"id": "c", "state": "expired"})
    told = _carrier(JSON).parse(Request("POST", f"{DOOR}/status?x", {}, b"", body), sequence=1, now=NOW)
    assert [(item.external_id) for item in told or ()] == ["a", "c"]


# ── Sending ──


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    """A gateway that takes everything."""
    with FakeGateway() as fake:
        yield fake


@pytest.fixture
async def carrier(gateway: FakeGateway) -> AsyncIterator[GenericCarrier]:
    """Our carrier, pointed at it."""
    carrier = _carrier(SIMPLE, gateway.url)
    yield carrier
    await carrier.close()


async def _failure(carrier: GenericCarrier, to: str = TO) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send(to, Rendered(SAID))
    shown = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in (SECRET, TO, SAID) if secret in shown]
    return caught.value


async def test_words_are_put_into_the_fields_of_the_map(carrier: GenericCarrier, gateway: FakeGateway) -> None:
    said = f"{SAID} {{to}} {{secret}} & = +"  # what looks like a placeholder in the words stays what it is
    assert await carrier.send(TO, Rendered(said)) == Sent(("piece1",))
    (asked,) = gateway.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/send", "")
    assert asked.headers["x-gateway-secret"] == SECRET
    assert dict(parse_qsl(asked.body.decode())) == {"to": TO, "from": "4444", "text": said, "id": "piece1"}


async def test_a_long_answer_goes_in_several_messages(carrier: GenericCarrier, gateway: FakeGateway) -> None:
    said = "كلمة " * 300
    assert (await carrier.send(TO, Rendered(said))).ids == ("piece1", "piece2")
    texts = [parse_qs(asked.body.decode())["text"][0] for asked in gateway.asked]
    assert "".join(texts) == said
    assert max(map(len, texts)) <= 1000


async def test_jasmin_is_given_utf16_in_digits_and_names_the_message() -> None:
    with jasmin() as gateway:
        carrier = _carrier(ready("jasmin"), gateway.url)
        assert await carrier.send(TO, Rendered(SAID)) == Sent(("07033084-5cfd-4812-90a4-e4d24ffb6e3d",))
        await carrier.close()
        given = dict(parse_qsl(gateway.asked[0].body.decode()))
    assert bytes.fromhex(given["hex-content"]).decode("utf-16-be") == SAID
    assert (given["to"], given["coding"], given["password"]) == (TO[1:], "8", SECRET)
    assert given["dlr-url"] == f"{DOOR}/status"


async def test_json_is_filled_to_its_depths_and_its_answer_read() -> None:
    with FakeGateway(Answer(200, b'{"messages": [{"status": 0, "id": 77}]}')) as gateway:
        carrier = _carrier(JSON, gateway.url)
        assert await carrier.send(TO, Rendered(SAID)) == Sent(("77",))
        await carrier.close()
        asked = gateway.asked[0]
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert json.loads(asked.body) == {
        "source": "4444",
        "flash": False,
        "messages": [{"recipients": [TO], "body": SAID}],
    }


async def test_a_gateway_that_only_knows_addresses_gets_one(gateway: FakeGateway) -> None:
    map_ = SIMPLE.replace(
        'method = "POST" # or GET\nkind = "form"   # or json', 'method = "GET"\nkind = "query" # or json'
    )
    carrier = _carrier(map_, f"{gateway.url}?account=7")
    await carrier.send(TO, Rendered(SAID))
    await carrier.close()
    (asked,) = gateway.asked
    assert asked.method == "GET"
    assert dict(parse_qsl(asked.query)) == {
        "account": "7",
        "to": TO,
        "from": "4444",
        "text": SAID,
        "id": "piece1",
    }


@pytest.mark.parametrize(
    ("map_", "status", "body", "reason", "retryable"),
    [
        (SIMPLE, 200, "<!DOCTYPE html><title>Login</title>", "unexpected_answer", True),
        (SIMPLE, 200, "\n<HTML>", "unexpected_answer", True),
        (SIMPLE, 302, "", "misconfigured", True),
        (SIMPLE, 401, "", "misconfigured", True),
        (SIMPLE, 429, "", "throttled", True),
        (SIMPLE, 502, "", "carrier_down", True),
        (SIMPLE, 400, "", "refused", False),
        (ready("jasmin"), 200, 'Error "No route found"', "unexpected_answer", True),
        (ready("jasmin"), 412, 'Error "No route found"', "refused", False),
        (JSON, 200, '{"messages": [{"status": 9}]}', "unexpected_answer", True),
        (JSON, 200, '{"error": "no credit"}', "unexpected_answer", True),
        (JSON, 200, "", "unexpected_answer", True),
    ],
)
async def test_what_is_no_yes_is_a_no(map_: str, status: int, body: str, reason: str, *, retryable: bool) -> None:
    # Group 47.
    with FakeGateway(Answer(status, body.encode(), {"location": "/login"})) as gateway:
        carrier = _carrier(map_, gateway.url)
        failed = await _failure(carrier)
        await carrier.close()
        assert (failed.reason, failed.retryable, failed.unreachable) == (reason, retryable, False)
        assert len(gateway.asked) == 1


async def test_an_answer_that_names_no_message_leaves_it_our_name() -> None:
    with jasmin("Success") as gateway:
        carrier = _carrier(ready("jasmin"), gateway.url)
        assert await carrier.send(TO, Rendered(SAID)) == Sent(("piece1",))
        await carrier.close()


@pytest.mark.parametrize("address", ["", "6999", "AsiaCell"])
async def test_who_has_no_number_cannot_be_answered(carrier: GenericCarrier, address: str) -> None:
    failed = await _failure(carrier, address)
    assert (failed.reason, failed.retryable, failed.unreachable) == ("no_address", False, True)


async def test_nobody_there_is_a_network_that_is_down() -> None:
    carrier = _carrier()
    assert (await _failure(carrier)).reason == "network"
    await carrier.close()


async def test_it_lists_nothing_and_has_nothing_to_forget() -> None:
    carrier = _carrier()
    assert [message async for message in carrier.fetch_since(NOW)] == []
    await carrier.redact("g-1")
