"""The fakes of SMS keep their carriers' rules: what a telephone repeats, and what Twilio's log shows and refuses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from tests.carriers.http import Answer, Request, Server
from tests.carriers.smsgate import PASSWORD, USER, FakePhone
from tests.carriers.twilio import NUMBER, SID, TOKEN, FakeTwilio, Fault

FROM = "+9647700000012"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Hook:
    """A program that takes deliveries and answers what it is told to."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answers: list[Answer] = []
        self.server = Server(self._handle)

    async def _handle(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.answers.pop(0) if self.answers else Answer(200)


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    hook.server.start()
    yield hook
    hook.server.close()


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    with FakePhone(speed=10_000_000) as fake:
        yield fake


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        fake.clock = lambda: NOW
        yield fake


# ── The telephone ──


def test_a_telephone_signs_each_try_anew_and_repeats_until_it_is_heard(phone: FakePhone, hook: Hook) -> None:
    hook.answers = [Answer(503), Answer(302), Answer(403)]
    body = phone.said(FROM, "باگو")
    assert phone.do(phone.deliver(body, hook.server.url)) == [503, 302, 403, 200]
    assert {request.body for request in hook.seen} == {body}
    times = [int(request.headers["x-timestamp"]) for request in hook.seen]
    assert [after - before for before, after in pairwise(times)] == [10, 20, 40]
    assert len({request.headers["x-signature"] for request in hook.seen}) == 4


def test_after_two_days_a_telephone_gives_up(phone: FakePhone, hook: Hook) -> None:
    hook.answers = [Answer(500)] * 100
    assert phone.do(phone.deliver(phone.said(FROM, "a"), hook.server.url)) == [500] * 15
    first, last = (int(hook.seen[n].headers["x-timestamp"]) for n in (0, -1))
    assert timedelta(days=1) < timedelta(seconds=last - first) < timedelta(days=2)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"phoneNumbers": [FROM], "textMessage": {"text": "a"}}, 202),
        ({"phoneNumbers": [FROM], "textMessage": {"text": ""}}, 400),
        ({"phoneNumbers": [], "textMessage": {"text": "a"}}, 400),
        ({"phoneNumbers": [FROM], "textMessage": {"text": "a"}, "id": "x" * 37}, 400),
    ],
)
def test_its_server_takes_what_it_can_send(phone: FakePhone, given: dict[str, object], status: int) -> None:
    answer = httpx.post(verify=False, url=f"{phone.url}/messages", json=given, auth=(USER, PASSWORD))
    assert answer.status_code == status
    assert len(phone.messages) == (status == 202)


def test_its_server_knows_a_name_and_a_stranger(phone: FakePhone) -> None:
    given = {"phoneNumbers": [FROM], "textMessage": {"text": "a"}, "id": "n1"}
    statuses = [
        httpx.post(verify=False, url=f"{phone.url}/messages", json=given, auth=(USER, PASSWORD)).status_code
        for _ in range(2)
    ]
    assert statuses == [202, 409]
    assert httpx.post(verify=False, url=f"{phone.url}/messages", json=given, auth=(USER, "wrong")).status_code == 401
    assert httpx.get(verify=False, url=f"{phone.url}/messages/n2", auth=(USER, PASSWORD)).status_code == 404


def test_it_notices_what_its_server_would_not_understand(phone: FakePhone) -> None:
    given = {"phoneNumbers": [FROM], "textMessage": {"text": "a"}, "simNumber": True, "colour": "red"}
    httpx.post(verify=False, url=f"{phone.url}/messages", json=given, auth=(USER, PASSWORD))
    assert len(phone.violations) == 2


# ── Twilio's log ──


def _ask(twilio: FakeTwilio, method: str, path: str, **params: str) -> httpx.Response:
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/{path}"
    return httpx.request(method, url, params=params or None, auth=(SID, TOKEN))


def test_its_log_shows_the_newest_first_in_pages(twilio: FakeTwilio) -> None:
    for n in range(5):
        twilio.form(FROM, str(n))
    page = _ask(twilio, "GET", "Messages.json", To=NUMBER, PageSize="2").json()
    seen = [message["body"] for message in page["messages"]]
    while page["next_page_uri"]:
        page = httpx.get(verify=False, url=twilio.url + page["next_page_uri"], auth=(SID, TOKEN)).json()
        seen += [message["body"] for message in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]
    assert twilio.violations == []
    _ask(twilio, "GET", "Messages.json", Colour="red")
    assert twilio.violations == ["unknown filter Colour"]


def test_its_log_begins_where_it_is_told_to(twilio: FakeTwilio) -> None:
    for hours in (3, 1):
        twilio.clock = lambda hours=hours: NOW - timedelta(hours=hours)  # type: ignore[misc]
        twilio.form(FROM, str(hours))
    since = (NOW - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    page = _ask(twilio, "GET", "Messages.json", **{"DateSent>": since}).json()
    assert [message["body"] for message in page["messages"]] == ["1"]


def test_one_message_is_in_the_log_once_however_often_it_is_brought(twilio: FakeTwilio, hook: Hook) -> None:
    params = twilio.form(FROM, "a", MessageSid="SM1")
    assert twilio.form(FROM, "a", MessageSid="SM1") == params
    assert twilio.do(twilio.deliver(params, hook.server.url)) == [200]
    assert len(twilio.inbound) == 1


def test_words_can_be_taken_out_but_not_put_in(twilio: FakeTwilio) -> None:
    sid = dict(twilio.form(FROM, "a"))["MessageSid"]
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages/{sid}.json"
    assert httpx.post(verify=False, url=url, data={"Body": ""}, auth=(SID, TOKEN)).json()["body"] == ""
    assert twilio.violations == []
    httpx.post(verify=False, url=url, data={"Body": "other"}, auth=(SID, TOKEN))
    assert twilio.violations
    assert httpx.delete(url, auth=(SID, TOKEN)).status_code == 204
    assert httpx.get(verify=False, url=url, auth=(SID, TOKEN)).status_code == 404


def test_a_wish_to_wait_stands_in_the_header(twilio: FakeTwilio) -> None:
    twilio.fault(Fault(20429, 429, retry_after="35"))
    data = {"To": FROM, "From": NUMBER, "Body": "a"}
    answer = httpx.post(
        verify=False, url=f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json", data=data, auth=(SID, TOKEN)
    )
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (429, "35", 20429)


def test_what_became_of_a_message_may_be_told_in_any_order(twilio: FakeTwilio, hook: Hook) -> None:  # group 45
    data = {"To": FROM, "From": NUMBER, "Body": "a", "StatusCallback": hook.server.url}
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json"
    sid = json.loads(httpx.post(verify=False, url=url, data=data, auth=(SID, TOKEN)).content)["sid"]
    for status in ("delivered", "sent", "queued"):
        assert twilio.do(twilio.report(sid, status)) == [200]
    assert [dict(httpx.QueryParams(request.body.decode()))["MessageStatus"] for request in hook.seen] == [
        "delivered",
        "sent",
        "queued",
    ]
