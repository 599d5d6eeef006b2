"""The composition root: builds from the settings everything that runs, and nothing else does."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api import carriers, understood
from api.intake import Intake
from api.prompts import Prompts
from api.settings import SecondFactor, Settings
from api.understood import Basis
from bot import hotlines
from bot.decide import words
from bot.handlers.channel import Sender
from bot.handlers.console import ConsoleCarrier
from bot.handlers.provider import SmsProvider
from bot.handlers.telegram import TelegramCarrier
from bot.handlers.webhook import WebhookCarrier
from bot.nlp.analyse import Understanding
from bot.replies import Catalogue
from bot.vocabulary import Directory, Hotline, Message
from storage import keyfiles, keys
from storage.database.engine import Store
from storage.keys import DemoKeys, Keyring
from storage.people import directory

ROOT: Final = Path(__file__).resolve().parent.parent
_UNDERSTOOD_AGE_S: Final = 30.0  # how long words that an administrator changed may go unheard
_DIRECTORY_AGE_S: Final = 5.0  # how long a changed rota or office may go unseen


@dataclass(slots=True)
class _Cached:
    read_at: float = float("-inf")
    value: Directory = field(default_factory=lambda: Directory(offices={}))


@dataclass(slots=True)
class _Understood:
    """What texts are understood with, and what that was built from when it was last looked at."""

    value: Understanding
    basis: Basis
    looked_at: float


@dataclass(frozen=True, slots=True, repr=False)
class Wiring:
    """What every part that runs is given. owner: this process, for leases. carriers: by name; sms: those of SMS."""

    settings: Settings
    store: Store
    keyring: Keyring
    catalogue: Catalogue
    prompts: Prompts
    hotlines: tuple[Hotline, ...]
    carriers: Mapping[str, Sender]
    intake: Intake
    owner: str
    clock: Callable[[], datetime]
    _understood: _Understood
    telegram: TelegramCarrier | None = None
    sms: Mapping[str, SmsProvider] = field(default_factory=dict)
    simulated: ConsoleCarrier | None = None
    to_deliver: asyncio.Event = field(default_factory=asyncio.Event)
    _directory: _Cached = field(default_factory=_Cached)

    @property
    def public_url(self) -> str:
        """Where the world reaches us."""
        return self.settings.url

    @property
    def media_dir(self) -> Path:
        """Where sealed files lie."""
        return self.settings.media_dir

    @property
    def reached_by(self) -> tuple[str, str]:
        """The bot's username and the number for SMS, to print."""
        return self.settings.telegram_bot, self.settings.sms_number

    @property
    def production(self) -> bool:
        """Demo data, /sim and login links are refused."""
        return self.settings.production

    @property
    def second_factor(self) -> SecondFactor:
        """Whether staff show a code beside their password."""
        return self.settings.second_factor_asked

    @property
    def understanding(self) -> Understanding:
        """What texts are understood with now."""
        return self._understood.value

    def words_changed(self) -> None:
        """The next `understand` looks anew at what it is built from."""
        self._understood.looked_at = float("-inf")

    async def understand(self) -> Understanding:
        """What texts are understood with, at most half a minute behind what administrators and training changed."""
        kept = self._understood
        if time.monotonic() - kept.looked_at > _UNDERSTOOD_AGE_S:
            kept.looked_at = time.monotonic()
            basis = await understood.basis(self.store, self.settings.data_dir)
            if basis != kept.basis:
                kept.basis = basis  # also when it does not load: not tried again until it changes
                anew = await asyncio.to_thread(understood.loaded, basis)
                kept.value = kept.value if anew is None else anew
        return kept.value

    async def directory(self) -> Directory:
        """The offices, at most a few seconds old."""
        if time.monotonic() - self._directory.read_at > _DIRECTORY_AGE_S:
            await self.refresh()
        return self._directory.value

    async def refresh(self) -> None:
        """Reads the offices anew."""
        self._directory.value = await self.store.read(lambda conn: directory.read(conn, self.clock()))
        self._directory.read_at = time.monotonic()

    async def keep(self, message: Message) -> None:
        """Returns once a message is on disk, to be settled; raises what the database raised if it is not."""
        await self.intake.keep(message)

    async def close(self) -> None:
        """Lets go of carriers and database."""
        for carrier in self.carriers.values():
            await carrier.close()
        self.store.close()


def prepare(settings: Settings) -> None:
    """Makes what is missing of the data folder and the key folder."""
    for folder in (settings.data_dir, settings.keys_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def refuse_demo_keys(settings: Settings) -> None:
    """Raises DemoKeys where real reports could come and the key folder is a demonstration's."""
    if settings.reaches_people and keyfiles.is_demo(settings.keys_dir):
        raise DemoKeys


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


async def build(settings: Settings, *, demo: bool = False, clock: Callable[[], datetime] = utc_now) -> Wiring:
    """Everything that runs, ready to keep messages. Raises storage's named errors when keys or schema do not fit."""
    refuse_demo_keys(settings)
    if demo and not settings.reaches_people:
        keyfiles.mark_demo(settings.keys_dir)
    store = Store.open(settings.database)
    keyring = Keyring.open(settings.keys_dir)
    await store.write(lambda connection: keys.register(connection, keyring, clock()))
    looked_at, basis = time.monotonic(), await understood.basis(store, settings.data_dir)
    understanding = await asyncio.to_thread(understood.load, basis)
    words.load()
    telegram, sms = _telegram(settings), carriers.sms(settings)
    simulated = ConsoleCarrier() if demo and not settings.production else None
    return Wiring(
        settings=settings,
        store=store,
        keyring=keyring,
        catalogue=Catalogue.load(ROOT / "locales"),
        prompts=Prompts.load(settings.data_dir / "prompts"),
        hotlines=hotlines.load(ROOT / "bot" / "data" / "hotlines.csv"),
        carriers=_carriers(settings, telegram, sms, simulated),
        intake=Intake(store, keyring, clock),
        owner=secrets.token_hex(16),
        clock=clock,
        _understood=_Understood(understanding, basis, looked_at),
        telegram=telegram,
        sms=sms,
        simulated=simulated,
    )


def _telegram(settings: Settings) -> TelegramCarrier | None:
    if not settings.telegram_on:
        return None
    return TelegramCarrier(settings.telegram_token.get_secret_value(), settings.telegram_api_url)


def _carriers(
    settings: Settings,
    telegram: TelegramCarrier | None,
    sms: Mapping[str, SmsProvider],
    simulated: ConsoleCarrier | None,
) -> Mapping[str, Sender]:
    by_name: dict[str, Sender] = {**sms}
    if telegram:
        by_name["telegram"] = telegram
    if settings.webhook_secret.get_secret_value():
        secret, loopback = settings.webhook_secret.get_secret_value(), not settings.production
        by_name["webhook"] = WebhookCarrier(secret, allow_loopback=loopback)
    if simulated:
        by_name["console"] = simulated
    return by_name
