"""Processes of one deployment that share a database: what the workers of carriers need of each, and no more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api.intake import Intake
from api.settings import Settings
from api.wiring import ROOT, Wiring
from bot.handlers.telegram import TelegramCarrier
from bot.replies import Catalogue
from storage.database.engine import Store
from storage.keys import Keyring
from tests.carriers.telegram import FakeTelegram


class Clock:
    """A clock that a test moves; one for all replicas."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Later."""
        self.now += timedelta(seconds=seconds)


@contextmanager
def replica(
    url: str, keyring: Keyring, telegram: FakeTelegram, clock: Callable[[], datetime], **more: Any
) -> Iterator[Wiring]:
    """One process's wiring without what it understands with, which takes two seconds to load. more: settings."""
    settings = Settings(
        data_dir=Path("/nowhere/data"),
        keys_dir=Path("/nowhere/keys"),
        database_url=SecretStr(url),
        telegram_token=SecretStr(telegram.token),
        telegram_api_url=telegram.url,
        **more,
    )
    store = Store.open(url)
    carrier = TelegramCarrier(telegram.token, telegram.url)
    needed: dict[str, Any] = {field.name: None for field in fields(Wiring) if _is_needed(field)}
    known = {
        "settings": settings,
        "store": store,
        "keyring": keyring,
        "catalogue": Catalogue.load(ROOT / "locales"),
        "carriers": {},
        "intake": Intake(store, keyring, clock),
        "owner": f"{id(store):032x}",
        "clock": clock,
        "telegram": carrier,
    }
    yield Wiring(**(needed | known))
    store.close()


def _is_needed(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
