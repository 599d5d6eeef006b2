"""What Telegram is told at start: once, by one replica, only where it differs; and what it refuses stops nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.wiring import Wiring
from api.workers.announce import announce
from bot.handlers.telegram import KINDS
from storage.keys import Keyring
from tests.api.workers.replicas import Clock, replica
from tests.carriers.telegram import TOKEN, FakeTelegram, Fault

SECRET = "s3cret_of_the_hook"
URL = "https://muntada.example"
Starting = Callable[..., Wiring]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(speed=100) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def start(keyring: Keyring, telegram: FakeTelegram, now: datetime) -> AsyncIterator[Starting]:
    """Starts a process on a database: with a webhook, unless told otherwise."""
    started: list[Wiring] = []
    with ExitStack() as stack:

        def begin(url: str, **more: Any) -> Wiring:
            hook = {"telegram_mode": "webhook", "telegram_secret": SecretStr(SECRET), "public_url": URL}
            started.append(stack.enter_context(replica(url, keyring, telegram, Clock(now), **(hook | more))))
            return started[-1]

        yield begin
        for wiring in started:
            if wiring.telegram:
                await wiring.telegram.close()


async def _announce(wiring: Wiring) -> None:
    assert wiring.telegram
    async with asyncio.timeout(60):
        await announce(wiring, wiring.telegram, again_s=0.05)


def _called(telegram: FakeTelegram, method: str) -> list[Any]:
    return [call.params for call in telegram.calls if call.method == method and call.status == 200]


# ── The webhook ──


async def test_the_webhook_is_set_once_and_the_next_start_changes_nothing(
    start: Starting, telegram: FakeTelegram, database_url: str
) -> None:
    for _ in range(3):
        await _announce(start(database_url))
    (params,) = _called(telegram, "setWebhook")
    assert (params["url"], params["secret_token"]) == (f"{URL}/hooks/telegram", SECRET)
    assert json.loads(params["allowed_updates"]) == list(KINDS)
    assert _called(telegram, "deleteWebhook") == []


async def test_of_replicas_that_start_together_one_sets_it(
    start: Starting, telegram: FakeTelegram, postgresql_url: str
) -> None:
    await asyncio.gather(*(_announce(start(postgresql_url)) for _ in range(3)))
    assert len(_called(telegram, "setWebhook")) == 1
    assert len(_called(telegram, "setMyCommands")) == 3  # a language each


async def test_a_webhook_is_set_anew_where_it_differs(start: Starting, telegram: FakeTelegram, sqlite_url: str) -> None:
    await _announce(start(sqlite_url))
    changes: list[dict[str, Any]] = [
        {"telegram_secret": SecretStr("another_one_of_it")},
        {"public_url": "https://b.example"},
    ]
    for change in changes:
        await _announce(start(sqlite_url, **change))
    telegram.allowed = frozenset({"message"})
    await _announce(start(sqlite_url, **changes[1]))
    telegram.hooked.end()
    await _announce(start(sqlite_url, **changes[1]))
    assert [params["url"] for params in _called(telegram, "setWebhook")] == [
        f"{URL}/hooks/telegram",
        f"{URL}/hooks/telegram",
        *["https://b.example/hooks/telegram"] * 3,
    ]


async def test_polling_takes_a_webhook_away_and_else_touches_nothing(
    start: Starting, telegram: FakeTelegram, sqlite_url: str
) -> None:
    """Group 57."""
    await _announce(start(sqlite_url, telegram_mode="polling"))
    assert _called(telegram, "deleteWebhook") == []
    await _announce(start(sqlite_url))
    await _announce(start(sqlite_url, telegram_mode="polling"))
    (params,) = _called(telegram, "deleteWebhook")
    assert "drop_pending_updates" not in params
    assert telegram.hooked.hook is None


# ── The menu ──


async def test_every_language_gets_its_menu_and_its_pages(
    start: Starting, telegram: FakeTelegram, sqlite_url: str
) -> None:
    await _announce(start(sqlite_url))
    menus = {language: telegram.profiles["commands", language] for language in ("", "ku", "en")}
    for menu in menus.values():
        assert [each["command"] for each in menu] == ["start", "new", "status", "behalf", "help", "language", "wipe"]
    assert menus[""][2]["description"] == "هل وصل رد؟"
    assert menus["ku"][2]["description"] == "وەڵام هاتووە؟"
    assert menus["en"][2]["description"] == "Is there an answer?"
    assert {part for part, _ in telegram.profiles} == {"commands", "description", "short_description"}
    assert len(telegram.profiles) == 9


@pytest.mark.parametrize("status", [400, 0, *(pytest.param(each, marks=pytest.mark.slow) for each in (404, 429, 500))])
async def test_what_telegram_refuses_of_them_stops_nothing_and_is_logged_without_a_secret(
    start: Starting, telegram: FakeTelegram, sqlite_url: str, status: int
) -> None:
    for method in ("setMyCommands", "setMyDescription", "getMyShortDescription"):
        telegram.fault(Fault(method, status, f"{TOKEN} {SECRET}", {"retry_after": 86_400}, times=3))
    with capture_logs() as lines:
        await _announce(start(sqlite_url))
    assert len([line for line in lines if line["event"] == "not_presented"]) == 9
    assert TOKEN not in str(lines)
    assert SECRET not in str(lines)
    assert telegram.hooked.hook
    await _announce(start(sqlite_url))
    assert len(telegram.profiles) == 9


# ── A Telegram that is not there, or lacks something ──


async def test_it_goes_on_asking_while_telegram_is_away(
    start: Starting, telegram: FakeTelegram, sqlite_url: str
) -> None:
    telegram.fault(Fault("getWebhookInfo", 502))
    telegram.fault(Fault("setWebhook", 429, "Too Many Requests", {"retry_after": 0.1}))
    with capture_logs() as lines:
        await _announce(start(sqlite_url))
    assert [line["reason"] for line in lines] == ["carrier_down", "throttled"]
    assert telegram.hooked.hook


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_server_that_cannot_say_how_it_delivers_is_told_each_time(
    start: Starting, telegram: FakeTelegram, sqlite_url: str, mode: str
) -> None:
    telegram.fault(Fault("getWebhookInfo", 404, times=2))
    for _ in range(2):
        await _announce(start(sqlite_url, telegram_mode=mode))
    assert len(_called(telegram, "setWebhook" if mode == "webhook" else "deleteWebhook")) == 2


async def test_it_survives_a_database_that_is_not_there_yet(
    start: Starting, telegram: FakeTelegram, empty_postgresql_url: str
) -> None:
    wiring = start(empty_postgresql_url)
    assert wiring.telegram
    with capture_logs() as lines:
        announcing = asyncio.create_task(announce(wiring, wiring.telegram, again_s=0.01))
        await asyncio.sleep(0.2)
        assert not announcing.done()
        announcing.cancel()
        await asyncio.gather(announcing, return_exceptions=True)
    assert {line["event"] for line in lines} == {"announce_stumbled"}
    assert telegram.calls == []
