"""Kannel: what it brings is read byte by byte, and what we hand over arrives as it was meant."""

import itertools
import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.kannel import KannelCarrier
from bot.handlers.provider import Ack, Request
from bot.vocabulary import Channel, Delivery, Fragment, Message, Receipt, Rendered, SendFailed, Sent
from tests.carriers import kannel
from tests.carriers.kannel import PASSWORD, SECRET, USER, FakeKannel

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DOOR = "http://127.0.0.1:9/hooks/sms/kannel"
TO = "+9647700000012"
SAID = "إطلاق نار قرب المدرسة"


def _carrier(url: str = "http://127.0.0.1:9") -> KannelCarrier:
    numbers = itertools.count(1)
    login, status = (USER, PASSWORD), f"{DOOR}/status"
    return KannelCarrier(url, login, "4444", secret=SECRET, status_url=status, fresh=lambda: f"piece{next(numbers)}")


def _request(asked: httpx.Request) -> Request:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in asked.headers.raw}
    return Request(asked.method, str(asked.url), headers, asked.url.query, asked.content)


def _read(asked: httpx.Request) -> Message:
    told = _carrier().parse(_request(asked), sequence=7, now=NOW)
    assert told is not None
    (message,) = told
    assert isinstance(message, Message)
    return message


# ── Reading ──


@pytest.mark.parametrize("by", ["get-url", "post-url"])
def test_a_message_is_read_from_raw_utf16(by: str) -> None:
    given = kannel.service(DOOR, TO, SAID.encode("utf-16-be"), by=by, id=b"fdad3f73-fff9")  # type: ignore[arg-type]
    assert _read(given) == Message(
        channel=Channel.SMS,
        carrier="kannel",
        account="4444",
        external_id="zain:fdad3f73-fff9",
        address=TO,
        sequence=7,
        text=SAID,
        sent_at=datetime(2026, 11, 22, 5, 12, 56, tzinfo=UTC),
    )


def test_the_query_of_the_real_program_is_read() -> None:
    # Taken down from Kannel 1.4.5: a quote and a newline as bytes of UTF-16BE, then U+0600, U+000A and "&".
    query = (
        b"from=%2B9647700000001&to=4444&text=%06E%061%06-%06(%06'%0A%00%06%00%00%0A%00%26&coding=2&charset=UTF-16BE"
        b"&id=023b46dc-5422-47f3-bca8-b76896d49e1f&smsc=zain&time=1795324376&udh="
    )
    told = _carrier().parse(Request("GET", f"{DOOR}?{query.decode()}", {}, query, b""), sequence=1, now=NOW)
    assert told is not None
    (message,) = told
    assert isinstance(message, Message)
    assert message.text == "مرحبا\u0a00\u0600\n&"
    assert message.address == "+9647700000001"


def test_zeros_newlines_and_the_case_of_hex_digits_do_not_matter() -> None:
    # Group 48: "بF\n" has bytes 06 28 00 46 00 0a.
    for query in (b"text=%06%28%00%46%00%0A", b"text=%06%28%00F%00%0a", b"text=%06(%00%46%00%0A"):
        told = _carrier().parse(Request("GET", DOOR, {}, query + b"&coding=2&id=1", b""), sequence=1, now=NOW)
        assert [item.text for item in told or () if isinstance(item, Message)] == ["بF\n"]


def test_a_second_try_carries_the_same_name() -> None:
    first, second = (_read(kannel.service(DOOR, TO, b"", id=b"023b46dc")) for _ in range(2))
    other = _read(kannel.service(DOOR, TO, b"", id=b"023b46dc", smsc=b"korek"))
    assert first.external_id == second.external_id != other.external_id


def test_without_a_name_the_same_words_at_another_time_are_another_message() -> None:
    said = SAID.encode("utf-16-be")
    at = [
        _read(kannel.service(DOOR, TO, said, id=b"", time=time)).external_id for time in (b"1795324376", b"1795324377")
    ]
    again = _read(kannel.service(DOOR, TO, said, id=b"", time=b"1795324376")).external_id
    assert at[0] == again != at[1]


@pytest.mark.parametrize(
    ("raw", "charset", "coding", "text"),
    [
        (b"caf\xe9", b"ISO-8859-1", b"0", "café"),
        ("a {@} €".encode(), b"UTF-8", b"0", "a {@} €"),
        (SAID.encode(), b"UTF-8", b"0", SAID),
        (SAID.encode("cp1256"), b"WINDOWS-1256", b"0", SAID),
        (SAID.encode("utf-16-be"), b"", b"2", SAID),
        (SAID.encode("utf-16-be"), b"", b"1", SAID),
        (SAID.encode("utf-16-le"), b"UTF-16BE", b"2", SAID),
        (SAID.encode(), b"UTF-16BE", b"2", SAID),
        (b"", b"UTF-8", b"0", ""),
        (b"\0\0", b"UTF-16BE", b"2", "\ufffd"),
    ],
)
def test_every_alphabet_is_read(raw: bytes, charset: bytes, coding: bytes, text: str) -> None:
    for by in ("get-url", "post-url"):
        asked = kannel.service(DOOR, TO, raw, by=by, charset=charset, coding=coding)
        assert _read(asked).text == text


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "🚨",
        "؟؟؟",
        "٤٨٢٩١٣",
        "\u200f",
        "\u202e\u2066",
        "\u200d",
        "ب" + "\u064b" * 3000,
        "\u202e482913\u202c تم",
    ],
)
def test_odd_words_are_kept_as_they_are(said: str) -> None:
    # Groups 38 and 39.
    assert _read(kannel.service(DOOR, TO, said.encode("utf-16-be"))).text == said
    assert _read(kannel.service(DOOR, TO, said.encode("utf-16-be"), by="get-url")).text == said


@pytest.mark.parametrize(
    ("called", "address"),
    [("AsiaCell", "AsiaCell"), ("6999", "6999"), ("07700000012", TO), ("anonymous", ""), ("", "")],
)
def test_every_sender_is_filed(called: str, address: str) -> None:
    assert _read(kannel.service(DOOR, called, "رصيدك 250 دينار".encode("utf-16-be"))).address == address


@pytest.mark.parametrize(
    ("udh", "part"),
    [
        (b"\x05\x00\x03\x07\x02\x01", Fragment("07", 1, 2)),
        (b"\x06\x08\x04\x01\x07\x03\x03", Fragment("0107", 3, 3)),
        (b"", None),
        (b"\x05\x00\x03\x07\x02\x03", None),
    ],
)
def test_a_part_that_came_alone_says_which_it_is(udh: bytes, part: Fragment | None) -> None:
    # Group 36.
    assert _read(kannel.service(DOOR, TO, SAID.encode("utf-16-be"), udh=udh)).fragment == part


def test_what_has_no_text_at_all_is_a_dead_letter() -> None:
    assert _carrier().parse(Request("GET", DOOR, {}, b"from=1", b""), sequence=1, now=NOW) is None


@given(st.binary(max_size=200), st.binary(max_size=100), st.sampled_from(["GET", "POST"]))
def test_whatever_comes_is_read_or_refused_without_an_error(query: bytes, body: bytes, method: str) -> None:
    request = Request(method, DOOR, {"authorization": query.decode("latin-1"), "x-kannel-from": "\xd9"}, query, body)
    carrier = _carrier()
    assert not carrier.authentic(request)
    told = carrier.parse(request, sequence=1, now=NOW)
    assert told is not None or method == "GET"


# ── Proof ──


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer x", kannel.authorised("made-up-secret-of-the-doo")["Authorization"], "Basic ÿ"],
)
def test_who_does_not_know_the_secret_is_not_kannel(header: str) -> None:
    for headers in ({"authorization": header}, {}):
        request = Request("GET", DOOR, headers, b"text=x", b"")
        assert not _carrier().plausible(request)
        assert not _carrier().authentic(request)
    assert _carrier().authentic(Request("GET", DOOR, {"authorization": kannel.authorised()["Authorization"]}, b"", b""))


def test_a_secret_that_an_address_cannot_hold_is_refused_and_not_shown() -> None:
    for secret in ("", "short", "with space and % and @ signs"):
        with pytest.raises(ValueError, match="16 to 128") as caught:
            KannelCarrier(DOOR, (USER, PASSWORD), "4444", secret=secret, status_url="", fresh=str)
        assert not secret or secret not in str(caught.value)


def test_what_is_acknowledged_is_acknowledged_without_a_word() -> None:
    assert _carrier().ack() == Ack(200, b"")


# ── Receipts ──


@pytest.mark.parametrize(
    ("kind", "delivery", "reason"),
    [
        (1, Delivery.DELIVERED, ""),
        (2, Delivery.FAILED, "undelivered"),
        (4, Delivery.QUEUED, ""),
        (8, Delivery.SENT, ""),
        (16, Delivery.FAILED, "refused"),
    ],
)
def test_a_receipt_tells_how_far_a_message_has_come(kind: int, delivery: Delivery, reason: str) -> None:
    request = Request("GET", DOOR, {}, f"receipt=piece1&type={kind}".encode(), b"")
    told = _carrier().parse(request, sequence=1, now=NOW)
    assert told is not None
    (receipt,) = told
    assert isinstance(receipt, Receipt)
    assert (receipt.carrier, receipt.external_id, receipt.delivery) == ("kannel", "piece1", delivery)
    assert (receipt.failure.reason if receipt.failure else "") == reason


@pytest.mark.parametrize(
    "query", [b"receipt=piece1&type=32", b"receipt=piece1", b"receipt=&type=1", b"receipt=%ff&type=1"]
)
def test_a_report_that_moves_nothing_is_passed_over(query: bytes) -> None:
    assert _carrier().parse(Request("GET", DOOR, {}, query, b""), sequence=1, now=NOW) == ()


# ── Sending ──


@pytest.fixture
def smsbox() -> Iterator[FakeKannel]:
    """An smsbox."""
    with FakeKannel() as fake:
        yield fake


@pytest.fixture
async def carrier(smsbox: FakeKannel) -> AsyncIterator[KannelCarrier]:
    """Our carrier, pointed at it."""
    carrier = _carrier(smsbox.url)
    yield carrier
    await carrier.close()


async def _failure(carrier: KannelCarrier, to: str = TO) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send(to, Rendered(SAID))
    shown = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in (PASSWORD, SECRET, TO, SAID) if secret in shown]
    return caught.value


async def test_words_go_out_in_the_alphabet_they_need(carrier: KannelCarrier, smsbox: FakeKannel) -> None:
    assert await carrier.send(TO, Rendered(SAID)) == Sent(("piece1",))
    assert await carrier.send(TO, Rendered("code {482913} @ €")) == Sent(("piece2",))
    assert [(sent.to, sent.sender, sent.coding, sent.text) for sent in smsbox.sent] == [
        (TO, "4444", 2, SAID),
        (TO, "4444", 0, "code {482913} @ €"),
    ]


async def test_a_report_comes_back_under_the_name_that_was_sent(carrier: KannelCarrier, smsbox: FakeKannel) -> None:
    sent = await carrier.send(TO, Rendered(SAID))
    assert smsbox.sent[0].receipt_mask == 31
    request = _request(kannel.report(smsbox.sent[0], 1))
    assert SECRET not in request.url
    assert carrier.authentic(request)
    assert carrier.parse(request, sequence=1, now=NOW) == (Receipt("kannel", sent.ids[0], Delivery.DELIVERED),)


async def test_a_percent_sign_in_our_address_stays_one(smsbox: FakeKannel) -> None:
    # Kannel fills in what a percent sign announces.
    status = f"{DOOR}/%D8%A7/status"
    carrier = KannelCarrier(smsbox.url, (USER, PASSWORD), "4444", secret=SECRET, status_url=status, fresh=lambda: "p1")
    await carrier.send(TO, Rendered(SAID))
    await carrier.close()
    assert "/%%D8%%A7/status?receipt=p1&type=%d" in smsbox.sent[0].receipt_url
    assert kannel.report(smsbox.sent[0], 8).url.raw_path == b"/hooks/sms/kannel/%D8%A7/status?receipt=p1&type=8"


async def test_a_long_answer_goes_in_pieces_of_ten_parts(carrier: KannelCarrier, smsbox: FakeKannel) -> None:
    said = "كلمة " * 300
    sent = await carrier.send(TO, Rendered(said))
    assert sent.ids == ("piece1", "piece2", "piece3")
    assert "".join(piece.text for piece in smsbox.sent) == said
    assert all(len(piece.text) <= 660 for piece in smsbox.sent)


@pytest.mark.parametrize(
    ("status", "body", "reason", "retryable"),
    [
        (403, "Authorization failed for sendsms", "misconfigured", True),
        (400, "Sender missing and no global set, rejected", "misconfigured", True),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", "refused", False),
        (404, "", "misconfigured", True),
        (503, "Temporal failure, try again later.", "carrier_down", True),
        (500, "", "carrier_down", True),
        (429, "", "throttled", True),
        (302, "", "misconfigured", True),
        (200, "<html><body>Please log in</body></html>", "unexpected_answer", True),
        (202, "", "unexpected_answer", True),
        (200, "4: refused", "unexpected_answer", True),
    ],
)
async def test_what_is_no_yes_is_a_no(
    carrier: KannelCarrier, smsbox: FakeKannel, status: int, body: str, reason: str, *, retryable: bool
) -> None:
    # Group 47.
    smsbox.refuse(status, body, location="http://127.0.0.1:9/login")
    failed = await _failure(carrier)
    assert (failed.reason, failed.retryable, failed.unreachable) == (reason, retryable, False)
    assert smsbox.sent == []


async def test_queued_is_taken(carrier: KannelCarrier, smsbox: FakeKannel) -> None:
    smsbox.refuse(202, "3: Queued for later delivery")
    assert await carrier.send(TO, Rendered(SAID)) == Sent(("piece1",))


async def test_without_a_number_of_ours_kannel_uses_its_own(smsbox: FakeKannel) -> None:
    carrier = KannelCarrier(smsbox.url, (USER, PASSWORD), "", secret=SECRET, status_url="", fresh=lambda: "piece1")
    assert (await _failure(carrier)).reason == "misconfigured"  # this one has none
    await carrier.close()


async def test_it_says_when_it_is_to_be_asked_again(carrier: KannelCarrier, smsbox: FakeKannel) -> None:
    smsbox.refuse(503, "", **{"retry-after": "30"})
    assert (await _failure(carrier)).retry_after_s == 30


@pytest.mark.parametrize("address", ["", "6999", "AsiaCell", "whatsapp:+9647700000012", "+964770000001x"])
async def test_who_has_no_number_cannot_be_answered(carrier: KannelCarrier, address: str) -> None:
    failed = await _failure(carrier, address)
    assert (failed.reason, failed.retryable, failed.unreachable) == ("no_address", False, True)


async def test_nobody_there_is_a_network_that_is_down() -> None:
    carrier = _carrier("http://127.0.0.1:9")
    assert (await _failure(carrier)).reason == "network"
    await carrier.close()
    await carrier.close()


async def test_it_lists_nothing_and_has_nothing_to_forget() -> None:
    carrier = _carrier()
    assert [message async for message in carrier.fetch_since(NOW)] == []
    await carrier.redact("zain:1")
