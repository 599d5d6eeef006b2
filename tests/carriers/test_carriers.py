"""The fakes keep the carriers' rules: a fake that forgives would let a fault of ours pass."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.carriers import botapi, updates
from tests.carriers.deliveries import storm
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import FakeTelegram, Fault
from tests.carriers.twilio import SID, TOKEN, FakeTwilio

_LONG = {"text": "a", "callback_data": "ب" * 33}  # 66 bytes


class Hook:
    """A program that takes deliveries and answers what it is told to."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answers: list[Answer] = []
        self.server = Server(self._handle)

    async def _handle(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.answers.pop(0) if self.answers else Answer(200)

    def texts(self) -> list[str]:
        """The words of the messages that came, in order."""
        return [json.loads(request.body)["message"]["text"] for request in self.seen]


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    hook.server.start()
    yield hook
    hook.server.close()


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(speed=100) as fake:
        yield fake


def _call(telegram: FakeTelegram, method: str, **params: object) -> httpx.Response:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    return httpx.post(verify=False, url=f"{telegram.url}/bot{telegram.token}/{method}", data=texts, trust_env=False)


def _hook_up(telegram: FakeTelegram, hook: Hook) -> None:
    assert _call(telegram, "setWebhook", url=hook.server.url, secret_token="s3cret").json()["result"]


# ── Telegram ──


def test_it_is_up_in_a_moment() -> None:
    started = time.perf_counter()
    with FakeTelegram() as telegram:
        assert _call(telegram, "getMe").json()["result"]["is_bot"]
    assert time.perf_counter() - started < 20  # a hundredth of that, on a machine that does nothing else


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": "a"}, "chat_id is missing"),
        ("sendMessage", {"chat_id": 1, "text": " \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": "👮" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 1, "text": "a", "colour": "red"}, "unknown parameter colour"),
        ("sendMessage", {"chat_id": 1, "text": "a", "protect_content": "yes"}, "protect_content is of another type"),
        ("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": "{"}, "reply_markup is of another type"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[_LONG]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [{"text": "a", "callback_data": "b"}]}},
            "reply_markup is of another type",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
        ("setWebhook", {"url": "x", "secret_token": "with blank"}, "unallowed characters"),
    ],
)  # fmt: skip
def test_a_call_that_the_api_does_not_know_is_refused(
    telegram: FakeTelegram, method: str, params: dict[str, object], words: str
) -> None:
    answer = _call(telegram, method, **params)
    assert answer.status_code == 400
    assert words in answer.json()["description"]


def test_wrong_tokens_and_methods_are_refused(telegram: FakeTelegram) -> None:
    assert httpx.post(verify=False, url=f"{telegram.url}/bot1:x/getMe").status_code == 401
    assert httpx.post(verify=False, url=f"{telegram.url}/getMe").status_code == 404
    assert _call(telegram, "sendEverything").status_code == 404


def test_a_negative_offset_forgets_all_but_the_last(telegram: FakeTelegram) -> None:
    ids = telegram.push(*(updates.said(42, str(n)) for n in range(5)))
    result = _call(telegram, "getUpdates", offset=-2).json()["result"]
    assert [update["update_id"] for update in result] == ids[3:]
    assert telegram.waiting() == ids[3:]


def test_a_poll_brings_no_more_than_its_limit(telegram: FakeTelegram) -> None:
    telegram.push(*(updates.said(42, str(n)) for n in range(150)))
    assert len(_call(telegram, "getUpdates", limit=3).json()["result"]) == 3
    assert len(_call(telegram, "getUpdates").json()["result"]) == 100


def test_a_fault_strikes_as_often_and_where_it_is_told_to(telegram: FakeTelegram) -> None:
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 3}, chat="42", times=2))
    codes = [_call(telegram, "sendMessage", chat_id=chat, text="a").status_code for chat in (42, 43, 42, 42)]
    assert codes == [429, 200, 429, 200]
    assert telegram.texts(42) == ["a"]


def test_a_webhook_gets_each_chat_in_order_and_again_until_it_takes_it(telegram: FakeTelegram, hook: Hook) -> None:
    hook.answers = [Answer(503), Answer(500), Answer(503, b"", {"retry-after": "1"})]
    telegram.push(updates.said(42, "0"))  # before the webhook: it waits
    _hook_up(telegram, hook)
    telegram.push(updates.said(42, "1"), updates.said(42, "2"))
    assert telegram.until(lambda: not telegram.waiting())
    assert hook.texts() == ["0", "0", "0", "0", "1", "2"]
    assert {request.headers["x-telegram-bot-api-secret-token"] for request in hook.seen} == {"s3cret"}
    assert [status for _, status in telegram.deliveries] == [503, 500, 503, 200, 200, 200]


def test_one_chat_that_is_not_taken_holds_up_no_other(telegram: FakeTelegram, hook: Hook) -> None:
    hook.answers = [Answer(503, b"", {"retry-after": "3600"})]
    _hook_up(telegram, hook)
    telegram.push(updates.said(42, "stuck"))
    assert telegram.until(lambda: len(hook.seen) == 1)
    telegram.push(updates.said(43, "free"), updates.tapped(42, "v1:cmd:new", "9"))
    assert telegram.until(lambda: len(telegram.waiting()) == 1)
    assert len(hook.seen) == 3


def test_what_a_webhook_did_not_take_comes_by_polling_afterwards(telegram: FakeTelegram) -> None:
    _call(telegram, "setWebhook", url="http://127.0.0.1:9/")
    telegram.push(updates.said(42, "a"))
    assert telegram.until(lambda: bool(telegram.deliveries))
    assert _call(telegram, "getWebhookInfo").json()["result"]["pending_update_count"] == 1
    _call(telegram, "deleteWebhook")
    assert len(_call(telegram, "getUpdates").json()["result"]) == 1


async def test_a_storm_brings_every_update_as_often_as_told(hook: Hook) -> None:
    sent = [{"update_id": n, **updates.said(42, str(n))} for n in range(20)]
    assert await storm(hook.server.url, "s3cret", sent, copies=5, seed=1) == [200] * 100
    assert sorted(hook.texts()) == sorted(str(n) for n in range(20) for _ in range(5))
    assert hook.texts() != sorted(hook.texts())


def test_our_own_table_agrees_with_the_reference() -> None:
    reference = botapi.reference()
    if reference is None:
        pytest.skip("MUNTADA_REFERENCE_DIR is not set")
    for name, ours in botapi.own_table()["methods"].items():
        theirs = {field["name"]: field for field in reference["methods"][name].get("fields", [])}
        for field in ours["fields"]:
            assert field["required"] == theirs[field["name"]]["required"], name
            assert set(field["types"]) & {*theirs[field["name"]]["types"], "InlineKeyboardMarkup"}, name


# ── Twilio ──


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"From": "+9647700000099", "Body": "a"}, 21604),
        ({"To": "07700000012", "From": "+9647700000099", "Body": "a"}, 21211),
        ({"To": "+9647700000012", "Body": "a"}, 21603),
        ({"To": "+9647700000012", "From": "Muntada", "Body": "a"}, 21212),
        ({"To": "+9647700000012", "From": "+9647700000099"}, 21602),
        ({"To": "+9647700000012", "From": "+9647700000099", "Body": "a" * 1601}, 21617),
    ],
)
def test_a_message_twilio_would_not_take_is_refused(twilio: FakeTwilio, params: dict[str, str], code: int) -> None:
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json"
    answer = httpx.post(verify=False, url=url, data=params, auth=(SID, TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert httpx.post(verify=False, url=url, data=params).json()["code"] == 20003


def test_a_plain_test_may_deliver_too(twilio: FakeTwilio, hook: Hook) -> None:
    assert twilio.do(twilio.receive("+9647700000012", "a", hook.server.url)) == [200]
    hook.answers = [Answer(500)] * 2
    assert twilio.do(twilio.receive("+9647700000012", "a", hook.server.url)) == [500]  # by default Twilio gives up


# ── In another process ──


def test_both_run_on_their_own_and_are_steered_over_http(hook: Hook) -> None:
    for name, check in (("telegram", _steer_telegram), ("twilio", _steer_twilio)):
        with subprocess.Popen([sys.executable, "-m", f"tests.carriers.{name}"], stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout
                check(json.loads(process.stdout.readline()), hook)
            finally:
                process.terminate()
        assert process.returncode == 0


def _steer_telegram(told: dict[str, str], _: Hook) -> None:
    control = f"{told['url']}/control"
    (update,) = httpx.post(verify=False, url=f"{control}/push", json=updates.said(42, "a")).json()
    assert httpx.get(verify=False, url=f"{control}/waiting").json() == [update]
    httpx.post(verify=False, url=f"{control}/fault", json={"method": "sendMessage", "status": 500})
    bot = f"{told['url']}/bot{told['token']}"
    codes = [
        httpx.post(verify=False, url=f"{bot}/sendMessage", json={"chat_id": 42, "text": "b"}).status_code
        for _ in range(2)
    ]
    assert codes == [500, 200]
    assert [call["status"] for call in httpx.get(verify=False, url=f"{control}/calls").json()] == [500, 200]


def _steer_twilio(told: dict[str, str], hook: Hook) -> None:
    control = f"{told['url']}/control"
    given = {"sender": "+9647700000012", "body": "a", "url": hook.server.url}
    assert httpx.post(verify=False, url=f"{control}/receive", json=given).json() == [200]
    assert httpx.get(verify=False, url=f"{control}/sent").json() == []
