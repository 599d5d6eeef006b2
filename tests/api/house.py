"""The staff side as an application of its own, over a real store, for tests."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

import httpx
from fastapi import FastAPI

from api import console, headers, limits, problems, v1
from api.intake import Intake
from api.settings import SecondFactor
from api.wire import Receive, Scope, Send
from bot.nlp.analyse import Understanding
from bot.replies import Catalogue
from bot.vocabulary import Desk, Directory, Locale, Message, Office, OfficeKind, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins, sessions
from tests.asked import Asked
from tests.shipped import shipped
from tests.staffing import KARRADA, Filed, file, hire, town

LOCALES = Path(__file__).resolve().parents[2] / "locales"
PASSWORD = "correct horse battery"
HASHED = logins.hash_password(PASSWORD)
ORIGIN = "https://console.test"


@dataclass(frozen=True, slots=True, repr=False)
class House:
    """What the staff side needs of whatever runs it (api.access.Base), and short ways for tests."""

    store: Store
    keyring: Keyring
    catalogue: Catalogue
    now: datetime
    public_url: str = ORIGIN
    production: bool = True
    second_factor: SecondFactor = SecondFactor.OFFERED
    media_dir: Path = Path("no such folder")
    served: "Served | None" = None
    reached_by: tuple[str, str] = ("", "")

    @property
    def understanding(self) -> Understanding:
        """The shipped one."""
        return shipped()

    def words_changed(self) -> None:
        """Nothing is kept here that could be old."""

    def clock(self) -> datetime:
        """The time of the test."""
        return self.now

    async def keep(self, message: Message) -> None:
        """On disk, as the doors keep it."""
        await Intake(self.store, self.keyring, self.clock).keep(message)

    async def directory(self) -> Directory:
        """Two offices' names."""
        names = {Locale.AR: "منتدى الكرادة"}
        office = Office(code=KARRADA, kind=OfficeKind.FORUM, names=names, desks=frozenset(Desk))
        return Directory(offices={KARRADA: office})

    def later(self, delay: timedelta) -> "House":
        """The same house, some time on."""
        return replace(self, now=self.now + delay)

    def apart(self) -> "House":
        """The same house with an application to itself: for who fills the lane where pass phrases are checked."""
        return replace(self, served=Served())

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application over this house."""
        await (self.served or _shared()).answer(self, scope, receive, send)

    async def hire(self, name: str, role: Role, *, office: str = KARRADA, desks: tuple[Desk, ...] = ()) -> str:
        """A new member of staff."""
        return await self.store.write(
            lambda c: hire(c, self.keyring, name, role, office=office, desks=desks, now=self.now)
        )

    async def file(self, *filed: Filed) -> None:
        """New reports."""
        await self.store.write(lambda c: [file(c, self.keyring, what, now=self.now) for what in filed])

    async def session(self, person: str) -> str:
        """A session's token."""
        tried = logins.Attempt(person, HASHED)
        entropy = secrets.token_bytes(64)
        return await self.store.write(
            lambda c: logins.log_in(c, self.keyring, tried=tried, now=self.now, entropy=entropy)
        )

    async def form_token(self, token: str) -> str:
        """What the forms of a session carry."""
        signed = await self.store.read(lambda c: sessions.signed_in(c, token=token, now=self.now))
        assert signed is not None
        return signed.form_token

    async def bearer(self, person: str) -> dict[str, str]:
        """The headers of an API client."""
        entropy = secrets.token_bytes(32)
        token = await self.store.write(
            lambda c: sessions.make_token(c, self.keyring, person=person, now=self.now, entropy=entropy)
        )
        return {"Authorization": f"Bearer {token}"}

    @asynccontextmanager
    async def client(self, token: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A browser of our own pages; with a session's token it is signed in."""
        cookies = {"__Host-sid": token} if token else {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=ORIGIN,
            cookies=cookies,
            headers={"Sec-Fetch-Site": "same-origin"},
        ) as client:
            yield client


class Served(Asked):
    """The staff side over whichever house is asked: making it takes 150 ms, and it keeps nothing between requests."""

    def __init__(self) -> None:
        self._asked: list[House] = []
        super().__init__(lambda: self._asked[-1])
        self.keyring = Asked(lambda: self._asked[-1].keyring)  # the API takes it while it is made
        self._app = application(cast(House, self))

    async def answer(self, house: House, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Those under way at once are for one house."""
        assert all(other is house for other in self._asked), "another house is asked: take one apart"
        self._asked.append(house)
        try:
            await self._app(scope, receive, send)
        finally:
            self._asked.remove(house)


def application(base: House) -> FastAPI:
    """The staff side."""
    app = FastAPI(telemetry={"tracing": False, "logs": False, "metrics": False})
    problems.install(app)
    app.include_router(console.router(base))
    app.include_router(v1.router(base))
    app.add_middleware(limits.BodyLimit, page=console.too_large(base))
    app.add_middleware(headers.SecurityHeaders, https=True)
    return app


@cache
def _shared() -> Served:
    return Served()


async def build(store: Store, keyring: Keyring, now: datetime) -> House:
    """A house over a fresh store, with a town."""
    await store.write(town)
    return House(store, keyring, Catalogue.load(LOCALES), now)
