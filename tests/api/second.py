"""Colleagues with a second factor, for tests of the pages."""

import secrets
from datetime import timedelta

from bot.vocabulary import Role
from storage.database.engine import Connection
from storage.people import enrolling, logins, second_factor
from tests.api.house import HASHED, House

CODES = second_factor.recovery(bytes(range(80)))
_HASHES = second_factor.hashed(CODES)


async def hire(house: House, name: str = "زينب", role: Role = Role.COORDINATOR) -> str:
    """A member of staff with the password of the house."""
    person = await house.hire(name, role)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )
    return person


async def enrol(house: House, person: str) -> bytes:
    """They have a second factor, since an hour; returns its secret. CODES are on their paper."""
    secret, since = secrets.token_bytes(20), house.now - timedelta(hours=1)

    def keep(conn: Connection) -> None:
        enrolling.enrol(
            conn, house.keyring, person=person, secret=secret, step=1, hashes=_HASHES, instead=None, now=since
        )

    await house.store.write(keep)
    return secret
