"""Somebody comes back at the very moment in which a purge forgets them: what is theirs from now on stays."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import keys, tables
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.purging import retention
from tests.storage import making
from tests.storage.beside import Work, beside
from tests.storage.making import message

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.mark.parametrize("purged_first", [True, False])
async def test_who_writes_again_as_they_are_forgotten_is_answered_and_their_report_leads_to_them(
    store: Store, keyring: Keyring, now: datetime, *, purged_first: bool
) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    then = now + timedelta(days=4)
    await store.write(lambda c: keys.register(c, keyring, then))
    await making.keep(store, keyring, message(2), now=then)
    (waits,) = await making.waiting(store, keyring, now=then)
    filed = making.decision(making.filing(), replies=["filed"])

    def settles(conn: Connection) -> None:
        ledger.settle(conn, keyring, waits, codes=(), decide=lambda _known: filed, now=then)

    purges: Work = lambda c: retention.purge(c, keyring, then)  # noqa: E731
    await beside(store, *((purges, settles) if purged_first else (settles, purges)))
    (reply,) = await making.rows(store, tables.outbox)
    (link,) = await making.rows(store, tables.report_contacts)
    (person,) = await making.rows(store, tables.contacts)
    assert {reply.contact, link.contact} == {person.id}
    assert await making.count(store, tables.conversations) == 1
