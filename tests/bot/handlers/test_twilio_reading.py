"""Twilio's signatures, and what we keep of its webhooks."""

import hmac
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.twilio import authentic, form, is_status, read, read_receipt
from bot.vocabulary import Channel, Delivery, Medium, MediumKind, Message, Point, Receipt
from tests.carriers import twilio as fake
from tests.carriers.twilio import FakeTwilio

Params = list[tuple[str, str]]

# The library's own published vectors (twilio-python, tests/unit/test_request_validator.py), whose token is "12345".
_TOKEN = "12345"
_CALL = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]
_TWICE = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
_PAGE = "mycompany.com/myapp.php?foo=1&bar=2"
_PORT = "mycompany.com:{}/myapp.php?foo=1&bar=2"

_ANY = st.text(st.characters(codec=None), max_size=12)
_NAMES = st.sampled_from(["MessageSid", "From", "Body", "MediaUrl0", "MediaContentType0", "Latitude", "Longitude"])


def _read(**fields: str) -> Message:
    message = read([("MessageSid", "SM1"), ("AccountSid", "AC1"), *fields.items()])
    assert message
    return message


# ── Signatures ──


@pytest.mark.parametrize(
    ("url", "params", "signature"),
    [
        (f"https://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (f"https://{_PORT.format(443)}", _CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (f"http://{_PORT.format(80)}", _CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (f"http://{_PORT.format(1234)}", _CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (f"https://{_PAGE}", _TWICE, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_the_published_vectors_hold(url: str, params: Params, signature: str) -> None:
    assert authentic(url=url, params=params, signature=signature, tokens=[_TOKEN])
    assert authentic(url=url, params=params[::-1], signature=signature, tokens=["being replaced", _TOKEN])
    assert fake.signature(_TOKEN, url, params) == signature


@pytest.mark.parametrize(
    ("url", "params", "signature", "tokens"),
    [
        (f"https://{_PAGE}", _CALL, None, [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "", [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8", [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "é" * 28, [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "\udcff" * 28, [_TOKEN]),
        (f"https://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", []),
        (f"https://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", ["", "other"]),
        (f"https://{_PAGE}", [*_CALL, ("Body", "")], "RSOYDt4T1cUTdK1PDd93/VVr8B8=", ["other"]),
        (f"https://{_PAGE}", [*_CALL, ("Body", "x")], "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        (f"http://{_PAGE}", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        (f"https://{_PAGE}/", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        ("https://host:port/", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        ("https://[::1", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        ("\ud83d", _CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
        ("", [], "RSOYDt4T1cUTdK1PDd93/VVr8B8=", [_TOKEN]),
    ],
)
def test_what_is_not_exactly_signed_is_not_authentic(
    url: str, params: Params, signature: str | None, tokens: list[str]
) -> None:
    assert authentic(url=url, params=params, signature=signature, tokens=tokens) is False


@pytest.mark.parametrize(
    "url",
    [
        "http://forum.example/hooks/sms/twilio?a=%D8%A7",  # another scheme
        "https://evil.example/hooks/sms/twilio?a=%D8%A7",
        "https://forum.example/hooks/sms/twilio/?a=%D8%A7",
        "https://forum.example/hooks/sms/twilio?a=%d8%a7",  # the same letter, written otherwise
        "https://forum.example/hooks/sms/twilio?a=ا",
        "https://forum.example/hooks/sms/twilio",
    ],
)
def test_a_signature_holds_for_one_address_only(url: str) -> None:  # group 31
    right = "https://forum.example/hooks/sms/twilio?a=%D8%A7"
    signature = fake.signature(_TOKEN, right, _CALL)
    assert authentic(url=right, params=_CALL, signature=signature, tokens=[_TOKEN])
    for port in ("443", "8443"):  # Twilio signs with the port or without it
        ported = right.replace(".example/", f".example:{port}/")
        assert authentic(url=ported, params=_CALL, signature=signature, tokens=[_TOKEN])
    assert not authentic(url=url, params=_CALL, signature=signature, tokens=[_TOKEN])


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (b"Body=a+b", [("Body", "a b")]),
        (b"Body=a%20b", [("Body", "a b")]),
        (b"Body=+a+", [("Body", " a ")]),
        (b"Body=", [("Body", "")]),
        (b"Body=1&Body=1&Body=2", [("Body", "1"), ("Body", "1"), ("Body", "2")]),
        (b"Body=%2B9647700000012", [("Body", "+9647700000012")]),
    ],
)
def test_a_form_is_signed_as_it_was_meant(sent: bytes, read_as: Params) -> None:  # group 31
    assert form(sent) == read_as
    signature = fake.signature(_TOKEN, "https://forum.example/", read_as)
    assert authentic(url="https://forum.example/", params=form(sent), signature=signature, tokens=[_TOKEN])


def test_a_signature_by_another_algorithm_is_none() -> None:  # group 32
    signed = f"https://{_PAGE}" + "".join(name + value for name, value in sorted(_CALL))
    sha256 = b64encode(hmac.digest(_TOKEN.encode(), signed.encode(), "sha256")).decode()
    for signature in (sha256, sha256[:28], b64encode(hmac.digest(b"", signed.encode(), "sha1")).decode()):
        assert not authentic(url=f"https://{_PAGE}", params=_CALL, signature=signature, tokens=[_TOKEN])


def test_an_empty_secret_signs_nothing() -> None:
    assert not authentic(url="https://a", params=[], signature=fake.signature("", "https://a", []), tokens=[""])


@given(st.lists(st.tuples(_NAMES | st.text(max_size=6), st.text(max_size=12)), max_size=8), st.text(min_size=1))
def test_every_form_that_twilio_signs_is_authentic(params: Params, token: str) -> None:
    url = "https://muntada.example/hooks/sms/twilio?a=%D8%A7"
    signature = fake.signature(token, url, params)
    assert authentic(url=url, params=params, signature=signature, tokens=[token])
    changed = [*params, ("NumMedia", "1")]
    assert not authentic(url=url, params=changed, signature=signature, tokens=[token])


@given(_ANY, st.lists(st.tuples(_ANY, _ANY), max_size=4), _ANY | st.none(), st.lists(_ANY, max_size=2))
def test_authenticating_never_raises(url: str, params: Params, signature: str | None, tokens: list[str]) -> None:
    assert authentic(url=url, params=params, signature=signature, tokens=tokens) is False


# ── Messages ──


def test_words_are_kept_and_nothing_else_that_twilio_knows() -> None:
    twilio = FakeTwilio()
    params = twilio.form("+9647700000012", "انباك ماطوري بالشعلة", ProfileName="Kanarienvogel", WaId="9647700000012")
    assert read(params, sequence=5) == Message(
        channel=Channel.SMS,
        carrier="twilio",
        account=twilio.sid,
        external_id=dict(params)["MessageSid"],
        address="+9647700000012",
        sequence=5,
        text="انباك ماطوري بالشعلة",
        own_id=dict(params)["MessageSid"],
    )


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("+9647700000012", "+9647700000012"),
        ("9647700000012", "+9647700000012"),
        (" 9647700000012", "+9647700000012"),  # a plus that a form turned into a blank
        ("009647700000012", "+9647700000012"),
        ("07700000012", "+9647700000012"),
        ("7700000012", "+9647700000012"),
        ("0770 000 0012", "+9647700000012"),
        ("٠٧٧٠٠٠٠٠٠١٢", "+9647700000012"),
        ("whatsapp:+9647700000012", "whatsapp:+9647700000012"),
        ("6999", "6999"),
        ("69999", "69999"),
        ("Asiacell", "Asiacell"),
        ("Zain IQ", "Zain IQ"),
        ("", ""),
        ("+", ""),
        ("-----", ""),
        ("\ud83d", ""),
    ],
)
def test_a_sender_is_one_address_however_it_is_written(sender: str, address: str) -> None:
    assert _read(From=sender).address == address


def test_a_hidden_sender_is_heard() -> None:
    assert (_read(Body="a").address, _read(Body="a").text) == ("", "a")


def test_media_and_a_place_are_kept() -> None:
    twilio = FakeTwilio()
    urls = [f"https://api.twilio.com/m/{n}" for n in range(4)]
    types = ["image/jpeg", "audio/amr", "VIDEO/3gpp", "application/pdf"]
    params = twilio.form(
        "+9647700000012", "", media=list(zip(urls, types, strict=True)), Latitude="33.3", Longitude="44.4"
    )
    message = read(params)
    assert message
    kinds = [MediumKind.PHOTO, MediumKind.VOICE, MediumKind.VIDEO, MediumKind.DOCUMENT]
    assert message.media == tuple(
        Medium(kind, url, content_type.lower()) for kind, url, content_type in zip(kinds, urls, types, strict=True)
    )
    assert message.point == Point(33.3, 44.4)


@pytest.mark.parametrize(("lat", "lon"), [("91", "0"), ("nan", "0"), ("0", "inf"), ("x", "0"), ("", "")])
def test_a_place_off_the_globe_is_none(lat: str, lon: str) -> None:
    assert _read(Latitude=lat, Longitude=lon).point is None


def test_letters_that_no_database_takes_are_replaced() -> None:
    assert _read(Body="a\0b\ud83d").text == "a\ufffdb\ufffd"


def test_the_first_of_a_repeated_name_counts() -> None:
    message = read([("MessageSid", "SM1"), ("Body", "first"), ("Body", "second")])
    assert message
    assert message.text == "first"


@pytest.mark.parametrize("sid", ["", "S", "SM 1", "SM\0", "x" * 65, "سم"])
def test_without_a_usable_message_sid_it_is_unreadable(sid: str) -> None:
    assert read([("MessageSid", sid), ("Body", "a")]) is None
    assert read([("Body", "a")]) is None


@given(st.lists(st.tuples(_NAMES | _ANY, _ANY), max_size=8))
def test_reading_never_raises(params: Params) -> None:
    message = read([*params, ("MessageSid", "SM1")])
    if message:
        (message.text + message.address + message.account + repr(message.media)).encode()
    read_receipt(params)
    is_status(params)


@pytest.mark.parametrize(
    "text",
    [
        "انباك ماطوري من الشعلة قرب الجامع الكبير البارحة بالليل",
        "اكو حريق",  # the shortest that is worth joining
        "there is a fire in the old market, please come",
    ],
)
def test_a_long_sms_that_comes_as_base64_is_read_as_words(text: str) -> None:  # group 37
    blob = b64encode(text.encode()).decode()
    assert _read(Body=blob).text == text
    lines = "\r\n".join(blob[n : n + 76] for n in range(0, len(blob), 76))
    assert _read(Body=lines).text == text


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "helphelphelphelp",
        "SGVscG1lcGxlYXNl",  # letters and no blank: it may be somebody's password, not words
        b64encode(bytes(range(48))).decode(),
        b64encode("باگو".encode("utf-16")).decode() * 4,
        "A" * 64,
        "482913482913482913482913",
        b64encode("هلو".encode()).decode() + " شلونك",
    ],
)
def test_what_only_looks_like_base64_is_left_alone(text: str) -> None:  # group 37
    assert _read(Body=text).text == text


@given(st.text(max_size=60))
def test_words_are_never_lost_to_base64(text: str) -> None:
    assert _read(Body=text).text == text.replace("\0", "\ufffd")


@pytest.mark.parametrize(
    ("body", "asked", "text"),
    [
        ("ايقاف", "STOP", "STOP"),
        ("ABMELDEN", "STOP", "STOP"),  # a word of the account's own list that ours does not know
        ("اشتراك", "START", "START"),
        ("HELP", "HELP", "HELP"),
        ("help me he has a knife", "HELP", "help me he has a knife"),
        ("stop the shooting in my street", "STOP", "stop the shooting in my street"),
        ("ايقاف", "", "ايقاف"),
        ("ايقاف", "SOMETHING", "ايقاف"),
    ],
)
def test_a_word_that_twilio_obeyed_means_the_same_to_us_and_a_report_stays_one(
    body: str, asked: str, text: str
) -> None:  # group 43
    assert _read(Body=body, OptOutType=asked).text == text


def test_another_account_and_number_are_kept_if_our_token_signed_them() -> None:  # group 35
    message = read([("MessageSid", "SM1"), ("AccountSid", "AC" + "9" * 32), ("To", "+9647700000088"), ("Body", "باگو")])
    assert message
    assert (message.account, message.text) == ("AC" + "9" * 32, "باگو")


@pytest.mark.parametrize("body", ["", " ", "\u200f\u202e\u2066", "؟؟؟", "٤٨٢٩١٣", "👮" * 50, "ا" + "\u064b" * 3000])
def test_no_text_is_too_odd_to_be_kept(body: str) -> None:  # group 38
    assert _read(Body=body).text == body


def test_an_empty_text_with_a_picture_is_a_picture() -> None:  # group 38
    message = _read(Body="", MediaUrl0="https://api.twilio.com/m/0", MediaContentType0="image/jpeg")
    assert [medium.kind for medium in message.media] == [MediumKind.PHOTO]


def test_whatsapp_tells_what_is_forwarded_and_what_is_answered() -> None:
    message = _read(Body="a", Forwarded="true", OriginalRepliedMessageSid="SM7")
    assert (message.forwarded, message.reply_to) == (True, "SM7")
    assert _read(Body="a", OriginalRepliedMessageSid="../7").reply_to == ""


# ── What became of ours ──


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("accepted", Delivery.ACCEPTED),
        ("scheduled", Delivery.ACCEPTED),
        ("queued", Delivery.QUEUED),
        ("sending", Delivery.SENDING),
        ("sent", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
    ],
)
def test_a_status_is_how_far_a_message_has_come(status: str, delivery: Delivery) -> None:
    params = [("MessageSid", "SM1"), ("MessageStatus", status)]
    assert is_status(params)
    assert read_receipt(params) == (Receipt("twilio", "SM1", delivery),)


@pytest.mark.parametrize(
    ("status", "code", "reason", "unreachable"),
    [
        ("undelivered", "30003", "carrier_down", False),
        ("undelivered", "30005", "unreachable", True),
        ("failed", "21610", "stopped", True),  # group 45: that they opted out is told only now
        ("failed", "", "refused", False),
        ("canceled", "x", "refused", False),
    ],
)
def test_a_failure_comes_with_its_policy(status: str, code: str, reason: str, *, unreachable: bool) -> None:
    params = [("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", code)]
    (receipt,) = read_receipt(params) or ()
    assert receipt.delivery is Delivery.FAILED
    assert receipt.failure
    assert (receipt.failure.reason, receipt.failure.unreachable) == (reason, unreachable)


def test_a_status_that_says_nothing_is_no_news_and_one_without_a_name_unreadable() -> None:
    assert read_receipt([("MessageSid", "SM1"), ("MessageStatus", "partially_delivered")]) == ()
    assert read_receipt([("MessageSid", "SM 1"), ("MessageStatus", "sent")]) is None
    assert read_receipt([]) is None


def test_a_message_is_no_status_though_twilio_gives_it_one() -> None:
    assert not is_status(FakeTwilio().form("+9647700000012", "a"))
    assert not is_status([("MessageStatus", "received")])
