"""Twilio's own client and a server that answers as Twilio does: what arrives there, and what each code means to us."""

import logging
import traceback

import pytest

from bot.handlers.twilio import Account, TwilioCarrier, authentic, failure, form, is_status, read, read_receipt
from bot.vocabulary import Button, Delivery, Rendered, SendFailed, Sent
from tests.carriers.http import Answer, Request, Server, silence
from tests.carriers.twilio import NUMBER, SID, TOKEN, FakeTwilio, Fault

TO = "+9647700000012"
WORDS = Rendered("وصل بلاغك 482913")


async def _failure(carrier: TwilioCarrier, to: str = TO) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send(to, WORDS)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    shown = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in (SID, TOKEN, TO, WORDS.text) if secret in shown]
    return caught.value


async def _fetched(carrier: TwilioCarrier, url: str) -> bytes:
    return b"".join([chunk async for chunk in carrier.stream(url)])


# ── Saying ──


async def test_words_arrive_from_our_number(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    sent = await sms.send(TO, Rendered("1. اي\n2. لا", (Button("1", "اي", "v1:cmd:yes"),)))
    (message,) = twilio.messages
    assert (message["to"], message["from"], message["body"]) == (TO, NUMBER, "1. اي\n2. لا")
    assert sent == Sent((message["sid"],))


async def test_whatsapp_is_answered_on_whatsapp(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    await sms.send(f"whatsapp:{TO}", WORDS)
    assert twilio.messages[0]["from"] == f"whatsapp:{NUMBER}"


async def test_a_messaging_service_may_send(twilio: FakeTwilio) -> None:
    carrier = TwilioCarrier(Account(twilio.sid, twilio.token, "MG" + "1" * 32, twilio.url))
    await carrier.send(TO, WORDS)
    assert twilio.messages[0]["messaging_service_sid"] == "MG" + "1" * 32
    await carrier.close()


async def test_a_text_over_1600_characters_goes_in_pieces(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    text = "كلمة 👮 " * 300
    sent = await sms.send(TO, Rendered(text))
    assert "".join(twilio.texts(TO)) == text
    assert len(sent.ids) == 2


@pytest.mark.parametrize("address", ["", "6999", "Asiacell", "whatsapp:", "07700000012", "+", "tel:+9647700000012"])
async def test_who_cannot_be_called_is_not_tried(twilio: FakeTwilio, sms: TwilioCarrier, address: str) -> None:
    refused = await _failure(sms, address)
    assert (refused.reason, refused.retryable, refused.unreachable) == ("no_address", False, True)
    assert twilio.messages == []


# ── Refusals ──


@pytest.mark.parametrize(
    ("code", "status", "policy"),
    [
        (21610, 400, ("stopped", False, True)),
        (21211, 400, ("unreachable", False, True)),
        (21614, 400, ("unreachable", False, True)),
        (21612, 400, ("unreachable", False, True)),
        (21408, 403, ("misconfigured", False, False)),
        (21606, 400, ("misconfigured", False, False)),
        (20003, 401, ("misconfigured", True, False)),
        (20404, 404, ("misconfigured", True, False)),
        (21611, 400, ("throttled", True, False)),
        (20429, 429, ("throttled", True, False)),
        (20500, 500, ("carrier_down", True, False)),
        (20503, 503, ("carrier_down", True, False)),
        (30001, 400, ("throttled", True, False)),
        (63016, 400, ("window_closed", False, False)),
        (21619, 400, ("refused", False, False)),
    ],
)
async def test_each_refusal_carries_its_policy(
    twilio: FakeTwilio,
    sms: TwilioCarrier,
    code: int,
    status: int,
    policy: tuple[str, bool, bool],
) -> None:
    twilio.fault(Fault(code, status))
    refused = await _failure(sms)
    assert (refused.reason, refused.retryable, refused.unreachable) == policy
    await sms.send(TO, WORDS)


@pytest.mark.parametrize(
    ("code", "policy"),
    [
        (21610, ("stopped", False, True)),
        (30003, ("carrier_down", True, False)),
        (30004, ("blocked", False, False)),
        (30005, ("unreachable", False, True)),
        (30006, ("unreachable", False, True)),
        (30007, ("filtered", False, False)),
        (30008, ("carrier_down", True, False)),
        (30002, ("misconfigured", False, False)),
    ],
)
def test_a_code_of_a_status_callback_has_the_same_policy(
    code: int,
    policy: tuple[str, bool, bool],
) -> None:
    refused = failure(0, code)
    assert (refused.reason, refused.retryable, refused.unreachable) == policy


@pytest.mark.parametrize(
    ("code", "status", "wish", "heard"),
    [
        (20429, 429, "35", 35.0),
        (20503, 503, "120", 120.0),
        (20429, 429, "99999", 3600.0),
        (20429, 429, "Sun, 22 Nov 2026 09:00:00 GMT", None),
        (20429, 429, "-1", None),
        (20429, 429, "", None),
        (21211, 400, "35", None),
    ],
)
async def test_twilios_wish_to_wait_is_heard(
    twilio: FakeTwilio, sms: TwilioCarrier, code: int, status: int, wish: str, heard: float | None
) -> None:
    twilio.fault(Fault(code, status, retry_after=wish))
    assert (await _failure(sms)).retry_after_s == heard


async def test_where_twilio_shall_keep_nothing_it_is_told_so(twilio: FakeTwilio) -> None:
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, twilio.url, discard=True))
    await carrier.send(TO, WORDS)
    assert twilio.given[-1]["ContentRetention"] == "discard"
    assert twilio.given[-1]["AddressRetention"] == "obfuscate"
    await carrier.close()


async def test_an_account_that_may_not_discard_sends_all_the_same(twilio: FakeTwilio) -> None:
    twilio.redaction = False
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, twilio.url, discard=True))
    await carrier.send(TO, WORDS)
    await carrier.send(TO, WORDS)
    assert twilio.texts(TO) == [WORDS.text] * 2
    assert len(twilio.given) == 3  # asked once, and not for each message
    await carrier.close()


async def test_by_default_twilio_is_asked_for_nothing_special(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    await sms.send(TO, WORDS)
    assert set(twilio.given[-1]) == {"To", "From", "Body", "StatusCallback"}


async def test_who_opted_out_at_twilio_is_unreachable(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    twilio.opted_out.add(TO)
    assert (await _failure(sms)).reason == "stopped"


async def test_a_connection_lost_after_the_words_were_taken_is_tried_again(
    twilio: FakeTwilio, sms: TwilioCarrier
) -> None:
    twilio.fault(Fault(0))
    refused = await _failure(sms)
    assert (refused.reason, refused.retryable) == ("network", True)
    assert twilio.texts(TO) == [WORDS.text]


async def test_an_absent_twilio_is_tried_again() -> None:
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, "http://127.0.0.1:9"))
    await carrier.close()
    assert (await _failure(carrier)).retryable
    await carrier.close()


async def test_a_twilio_that_never_answers_is_tried_again() -> None:
    server = Server(silence).start()
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, server.url), timeout_s=0.05)
    try:
        refused = await _failure(carrier)
        assert (refused.reason, refused.retryable) == ("timeout", True)
    finally:
        await carrier.close()
        server.close()


async def test_a_wrong_token_is_a_fault_of_ours(twilio: FakeTwilio) -> None:
    carrier = TwilioCarrier(Account(twilio.sid, "wrong", NUMBER, twilio.url))
    refused = await _failure(carrier)
    assert (refused.reason, refused.retryable) == ("misconfigured", True)
    await carrier.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, b"<html>log in</html>"), "unexpected_answer"),
        (Answer(201, b"{}"), "unexpected_answer"),
        (Answer(201, b"[]"), "unexpected_answer"),
        (Answer(302, b"", {"location": "https://example.org/login"}), "misconfigured"),
        (Answer(503, b"<html>down</html>"), "carrier_down"),
        (Answer(429, b""), "throttled"),
        (Answer(400, b'{"type": "t", "title": "t", "status": 400, "code": 21211}'), "unreachable"),
    ],
)
async def test_an_answer_of_another_shape_is_a_failure(answer: Answer, reason: str) -> None:
    async def handle(_: Request) -> Answer:
        return answer

    server = Server(handle).start()
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, server.url))
    try:
        assert (await _failure(carrier)).reason == reason
    finally:
        await carrier.close()
        server.close()


# ── Media ──


async def test_a_medium_is_fetched_with_our_credentials(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    twilio.media["/2010-04-01/Accounts/x/Messages/y/Media/z"] = bytes(range(256))
    assert await _fetched(sms, f"{twilio.url}/2010-04-01/Accounts/x/Messages/y/Media/z") == bytes(range(256))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x",
        "http://api.twilio.com/x",
        "https://eviltwilio.com/x",
        "https://api.twilio.com.example.org/x",
        "https://user@api.twilio.com:x/",
        "http://127.0.0.1:1/x",
        "file:///etc/hostname",
        "https://[",
        "",
    ],
)
async def test_a_medium_is_fetched_from_nowhere_else(sms: TwilioCarrier, url: str) -> None:
    with pytest.raises(SendFailed) as caught:
        await _fetched(sms, url)
    assert not caught.value.retryable or caught.value.reason == "network"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(307, b"", {"location": "http://127.0.0.1:1/private"}), "unfetchable"),
        (Answer(307, b"", {"location": "/again"}), "unfetchable"),
        (Answer(200, bytes(20 * 1024 * 1024 + 1)), "too_large"),
        (Answer(404), "misconfigured"),
    ],
)
async def test_a_medium_that_leads_elsewhere_or_is_too_large_is_not_fetched(answer: Answer, reason: str) -> None:
    async def handle(_: Request) -> Answer:
        return answer

    server = Server(handle).start()
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, server.url))
    try:
        with pytest.raises(SendFailed, match=reason):
            await _fetched(carrier, f"{server.url}/x")
    finally:
        await carrier.close()
        server.close()


# ── From Twilio to us ──


async def test_what_twilio_delivers_is_authentic_and_repeated_until_it_is_taken(twilio: FakeTwilio) -> None:
    seen: list[Request] = []

    async def handle(request: Request) -> Answer:
        seen.append(request)
        return Answer(503 if len(seen) < 3 else 200)

    server = Server(handle).start()
    url = f"{server.url}/hooks/sms/twilio"
    assert await twilio.receive(TO, "صار حادث & +", url + "#rc=5&rp=all&tt=15000") == [503, 503, 200]
    assert await twilio.receive(TO, "a", "http://127.0.0.1:9/x") == [0, 0]
    server.close()
    params = form(seen[0].body)
    signature = seen[0].headers["x-twilio-signature"]
    assert authentic(url=url, params=params, signature=signature, tokens=[twilio.token])
    message = read(params)
    assert message
    assert (message.text, message.address) == ("صار حادث & +", TO)


async def test_what_became_of_a_message_is_told_to_the_status_url(twilio: FakeTwilio) -> None:
    seen: list[Request] = []

    async def handle(request: Request) -> Answer:
        seen.append(request)
        return Answer(200)

    server = Server(handle).start()
    carrier = TwilioCarrier(Account(twilio.sid, twilio.token, NUMBER, twilio.url, f"{server.url}/status"))
    sid = (await carrier.send(TO, WORDS)).ids[0]
    assert await twilio.report(sid, "failed", "30003") == [200]
    params = form(seen[0].body)
    assert is_status(params)
    (receipt,) = read_receipt(params) or ()
    assert (receipt.external_id, receipt.delivery) == (sid, Delivery.FAILED)
    assert receipt.failure
    assert receipt.failure.reason == "carrier_down"
    await carrier.close()
    server.close()


async def test_no_log_line_holds_words_number_or_account(
    twilio: FakeTwilio, sms: TwilioCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("httpx", "httpcore"):  # as api/logs.py does: they write the URL, which holds the account
        caplog.set_level(logging.WARNING, logger=name)
    with caplog.at_level(logging.DEBUG, logger="twilio"):
        await sms.send(TO, WORDS)
        twilio.fault(Fault(21610))
        await _failure(sms)
    assert caplog.text == ""
