"""What a private talk leaves on the rows of those whom we know besides."""

from datetime import datetime

import pytest
from sqlalchemy import text

from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import reporters
from tests.storage import making
from tests.storage.making import message

pytestmark = pytest.mark.usefixtures("prepared")
_HOLDS = text("SELECT xmax::text FROM contacts")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_looking_for_whom_we_know_besides_a_private_talk_leaves_no_number_on_their_contact(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    await making.keep(store, keyring, message(2), now=now)
    (waits,) = await making.waiting(store, keyring, now=now)
    who = reporters.who(keyring, waits, now)
    before = await store.read(lambda c: c.execute(_HOLDS).scalar_one())
    found = await store.write(lambda c: reporters.linked(c, keyring, who))
    assert found is not None
    assert await store.read(lambda c: c.execute(_HOLDS).scalar_one()) == before
