"""A report whose reporter can be asked, and its coordinator who asks."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.vocabulary import Asked, Channel, Desk, Locale, Role
from storage import tables
from storage.casework.acts import Act
from storage.consent import answering, asking, consents, explaining
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Store
from storage.keys import Keyring
from tests.staffing import ADHAMIYA, Filed, file, hire, town

N = "BG-00001"
DAYS = timedelta(days=30)
URGENT = To(ADHAMIYA, Desk.URGENT)


class Town:
    """A report at a forum's desk, its coordinator, and another forum."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime, person: str, report: str) -> None:
        self.store, self.keyring, self.now, self.person, self.report = store, keyring, now, person, report
        self.version = 1

    async def ask(self, to: To = URGENT, *, lasts: timedelta = DAYS, person: str = "") -> str:
        """Asks, and returns the consent's id."""
        act = Act(person or self.person, N, self.version, self.now)
        wanted = Wanted(to, Scope.WORDS, lasts, Locale.AR)
        self.version = await self.store.write(lambda c: asking.ask(c, self.keyring, act, wanted))
        (made,) = await self.states()
        return made.id

    async def states(self) -> tuple[consents.Standing, ...]:
        """What stands, as its staff see it."""
        return tuple(
            await self.store.read(lambda c: consents.of(c, self.keyring, staff=self.person, number=N, now=self.now))
        )

    async def heard(self, *, at: datetime | None = None, report: str = "", private: bool = False) -> Asked:
        """What the talk knows of the question when its reporter speaks, at a moment."""
        report, then = report or self.report, at or self.now
        contact = await self.contact(report)

        def read(conn: Connection) -> Asked:
            asked = consents.asked(conn, self.keyring, report, self.now)
            assert asked is not None
            return explaining.told(conn, self.keyring, asked, contact=contact, private=private, at=then)

        return await self.store.read(read)

    async def contact(self, report: str = "") -> str:
        """Where its reporter is answered."""
        whose = select(tables.report_contacts.c.contact).where(
            tables.report_contacts.c.report == (report or self.report)
        )
        return str(await self.store.read(lambda c: c.execute(whose).scalar_one()))

    async def answer(self, consent: str, *, given: bool) -> bool:
        """The reporter's word."""
        return await self.store.write(lambda c: answering.answer(c, self.keyring, consent, given=given, now=self.now))

    async def sent(self, at: datetime) -> None:
        """Instead of the delivery loop: all that waits has reached its carrier."""
        gone = tables.outbox.update().where(tables.outbox.c.state == "pending")
        await self.store.write(lambda c: c.execute(gone.values(state="sent", sealed=None, sent_at=at)) and None)


async def build(store: Store, keyring: Keyring, now: datetime, *, channel: Channel = Channel.TELEGRAM) -> Town:
    """A town with one report, that came by this channel."""
    await store.write(town)
    person = await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, now=now))
    report = await store.write(lambda c: file(c, keyring, Filed(N, channel=channel), now=now))
    return Town(store, keyring, now, person, report)
