"""A report that is shared with another desk by consent, and who works on it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.vocabulary import Desk, Locale, Role
from storage import tables
from storage.casework import opening, paging, summaries
from storage.casework.acts import Act
from storage.consent import answering, asking, sharing
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import cards, content
from tests.staffing import ADHAMIYA, KARRADA, WOMEN, Filed, file, hire, town

N = "BG-00001"
SAID = ("جاري يهددني كل ليلة", "عنده سلاح بالسيارة")
POLICE = To(ADHAMIYA, Desk.URGENT)
DAYS = timedelta(days=30)


class Town:
    """A report, the person who works on it, and the desk that it may be shared with."""

    def __init__(self, store: Store, keyring: Keyring, now: Any) -> None:
        self.store, self.keyring, self.now = store, keyring, now
        self.version, self.person, self.other, self.report = 1, "", "", ""

    async def asks(self, scope: Scope, to: To = POLICE) -> str:
        """Asks; returns the consent."""
        wanted = Wanted(to, scope, DAYS, Locale.AR)
        self.version = await self.store.write(lambda c: asking.ask(c, self.keyring, self._act(), wanted))
        find = select(tables.consents.c.id).where(tables.consents.c.answer.is_(None))
        consent: str = await self.store.read(lambda c: c.execute(find).scalar_one())
        return consent

    async def says(self, consent: str, *, given: bool = True) -> None:
        """Its reporter's word."""
        await self.store.write(lambda c: answering.answer(c, self.keyring, consent, given=given, now=self.now))

    async def agreed(self, scope: Scope, *, given: bool = True) -> str:
        """Asks and is answered; returns the consent."""
        consent = await self.asks(scope)
        await self.says(consent, given=given)
        return consent

    async def share(self, consent: str, *, summary: str = "") -> None:
        """Carries it out."""
        self.version = await self.store.write(
            lambda c: sharing.share(c, self.keyring, self._act(), consent, summary=summary)
        )

    async def copies(self, person: str) -> list[summaries.Summary]:
        """What somebody at the other desk sees in the list."""
        page = await self.store.write(lambda c: paging.listing(c, self.keyring, staff=person, now=self.now))
        return list(page.rows)

    async def read(self, person: str, number: str) -> list[str | None]:
        """The words that somebody at the other desk reads."""
        opened = await self.store.write(
            lambda c: opening.one(c, self.keyring, staff=person, number=number, now=self.now)
        )
        assert opened is not None
        return [entry.text for entry in opened.thread if entry.said]

    async def names(self, office: str) -> None:
        """Its reporter goes on, and what they say is understood to name an office."""
        card = cards.heard({"category": "threats_extortion", "guesses": [], "apart": [office]})
        await self.store.write(
            lambda c: content.add_part(c, self.keyring, report=self.report, kind="card", body=card, at=self.now)
        )

    def _act(self) -> Act:
        return Act(self.person, N, self.version, self.now)


async def build(store: Store, keyring: Keyring, now: datetime, desk: Desk) -> Town:
    """A town with a report at such a desk."""
    made = Town(store, keyring, now)
    office, role = (KARRADA, Role.COORDINATOR) if desk is Desk.GENERAL else (WOMEN, Role.FOCAL_POINT)

    def people(conn: Connection) -> tuple[str, str, str]:
        town(conn)
        mine = hire(conn, keyring, "هدى", role, office=office, desks=(desk,), now=now)
        theirs = hire(conn, keyring, "علي", Role.DUTY_OFFICER, office=ADHAMIYA, desks=(Desk.URGENT,), now=now)
        filed = Filed(N, office=office, desk=desk, category="threats_extortion", said=SAID)
        return mine, theirs, file(conn, keyring, filed, now=now)

    made.person, made.other, made.report = await store.write(people)
    return made
