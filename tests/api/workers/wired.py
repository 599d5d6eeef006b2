"""What delivers and reconciles, wired without the understanding of texts, which takes two seconds to load."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from api.intake import Intake
from api.prompts import Prompts
from api.settings import Settings
from api.wiring import ROOT, Wiring
from bot.handlers.channel import Sender
from bot.handlers.provider import SmsProvider
from bot.replies import Catalogue
from storage.database.engine import Store
from storage.keys import Keyring


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def wiring(
    folder: Path,
    store: Store,
    keyring: Keyring,
    clock: Callable[[], datetime],
    *,
    carriers: Mapping[str, Sender],
    sms: Mapping[str, SmsProvider] | None = None,
    prompts: Prompts | None = None,
    owner: str = "me",
) -> Wiring:
    """Everything real but the model: nothing here reads a text."""
    return Wiring(
        settings=Settings(data_dir=folder / "data", keys_dir=folder / "keys"),
        store=store,
        keyring=keyring,
        catalogue=Catalogue.load(ROOT / "locales"),
        prompts=prompts or Prompts({}),
        hotlines=(),
        carriers=carriers,
        intake=Intake(store, keyring, clock),
        owner=owner,
        clock=clock,
        _understood=cast(Any, None),
        sms=sms or {},
        to_deliver=asyncio.Event(),
    )
