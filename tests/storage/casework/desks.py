"""A town's desks, and short ways to what is asked of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage.casework import opening, paging
from storage.casework.paging import Wanted
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit
from tests.staffing import KARRADA, Filed, file, hire


class Desks:
    """A store with a town, and short ways to what the tests ask."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now

    async def hire(self, name: str, role: Role, *, office: str = KARRADA, desks: tuple[Desk, ...] = ()) -> str:
        """A new member of staff."""
        return await self.store.write(
            lambda c: hire(c, self.keyring, name, role, office=office, desks=desks, now=self.now)
        )

    async def file(self, *filed: Filed) -> None:
        """New reports."""
        await self.store.write(lambda c: [file(c, self.keyring, what, now=self.now) for what in filed])

    async def numbers(self, person: str, wanted: Wanted | None = None) -> list[str]:
        """The numbers on a person's list, in its order."""
        return [row.number for row in (await self.page(person, wanted)).rows]

    async def page(self, person: str, wanted: Wanted | None = None) -> paging.Page:
        """A person's list."""
        return await self.store.write(
            lambda c: paging.listing(c, self.keyring, staff=person, now=self.now, wanted=wanted), staff=person
        )

    async def audited(self, *actions: str) -> list[Any]:
        """The audit rows of these actions, by action and time."""
        wanted = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.action.desc(), audit.c.at)
        return await self.store.read(lambda c: list(c.execute(wanted).all()))

    async def one(self, person: str, number: str) -> opening.Opened | None:
        """One report as a person opens it."""
        return await self.store.write(
            lambda c: opening.one(c, self.keyring, staff=person, number=number, now=self.now), staff=person
        )
