"""A town with one coordinator who has a password, and how she comes in."""

import secrets
from datetime import datetime

from bot.vocabulary import Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import devices, logins, sessions
from storage.people.logins import Attempt
from storage.people.sessions import SignedIn
from tests.staffing import hire, town

PASSWORD = "correct horse battery"
HASHED = logins.hash_password(PASSWORD)


class House:
    """A store with a town and one coordinator who has a password."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime, zainab: str) -> None:
        self.store, self.keyring, self.now, self.zainab = store, keyring, now, zainab

    async def attempt(self, name: str, password: str, *, at: datetime) -> bool:
        """One try to log in, as the console makes it; logs in when it fits."""
        tried = await self.store.write(lambda c: logins.attempt(c, self.keyring, name=name, now=at))
        if not logins.fits(tried, password):
            return False
        await self.log_in(tried, at=at)
        return True

    async def from_browser(self, device: str, password: str, *, at: datetime) -> str | None:
        """A try from a browser that holds this token: the token it holds afterwards, None when it was not let in."""
        tried = await self.store.write(lambda c: logins.attempt(c, self.keyring, name="زينب", now=at, device=device))
        if not logins.fits(tried, password):
            return None
        await self.log_in(tried, at=at)
        entropy = secrets.token_bytes(32)
        return await self.store.write(
            lambda c: devices.remember(c, token=device, person=self.zainab, now=at, entropy=entropy)
        )

    async def log_in(self, tried: Attempt, *, at: datetime) -> str:
        """A session's token."""
        entropy = secrets.token_bytes(64)
        return await self.store.write(lambda c: logins.log_in(c, self.keyring, tried=tried, now=at, entropy=entropy))

    async def session(self, token: str, *, at: datetime) -> SignedIn | None:
        """Who holds a session."""
        return await self.store.read(lambda c: sessions.signed_in(c, token=token, now=at))


async def build(store: Store, keyring: Keyring, now: datetime) -> House:
    """A house over a fresh store."""
    await store.write(town)
    zainab = await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, now=now))
    await store.write(lambda c: logins.set_password(c, keyring, person=zainab, password_hash=HASHED, now=now))
    return House(store, keyring, now, zainab)
