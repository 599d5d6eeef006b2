"""A newcomer on a sealed desk's list: signed by one who stands there, three days before she takes her seat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage import tables
from storage.desks import membership
from storage.desks.ceremonies import WrongPhrase
from storage.sealed import keypairs, recipients
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Refused
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import PLACE, WORDS, House
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import DAY, HOUR

pytestmark = sqlite_mostly


async def test_whoever_is_invited_reads_what_comes_three_days_later(house: House) -> None:
    old = await house.tell(1)
    noor = await gathering.join(house, "نور", by="هدى")
    assert noor.recipient not in await house.standing(house.now + 72 * HOUR - timedelta(seconds=1))
    assert noor.recipient in await house.standing(house.now + 72 * HOUR)
    early = await house.tell(2)
    await house.later(3 * DAY)
    late = await house.tell(3)
    assert [await house.texts(file, noor, "نور") for file in (old, early, late)] == [[], [], [WORDS]]
    assert await gathering.grant(house, house.keys["سلمى"], noor.recipient) == 6
    assert await gathering.grant(house, house.keys["سلمى"], noor.recipient) == 0
    assert [await house.texts(file, noor, "نور") for file in (old, early, late)] == [[WORDS]] * 3


async def test_her_own_phrase_makes_a_key_that_counts_for_nothing_yet(house: House) -> None:
    (id,) = await house.store.write(gathering.made(house, "نور"))
    assert id not in await house.standing(house.now + 9 * DAY)
    with pytest.raises(WrongPhrase):
        await house.store.read(gathering.unlock(house, "نور", "عبارة ثالثة طويلة"))
    (row,) = [row for row in await making.rows(house.store, tables.recipients) if row.id == id]
    letters = keypairs.fingerprint(row.public_key, row.signing_key)

    async def invited(by: Unlocked, fingerprint: str) -> str:
        return await gathering.refused(
            house,
            lambda c: membership.invite(c, house.keyring, by=by, recipient=id, fingerprint=fingerprint, now=house.now),
        )

    assert await invited(keypairs.new("x"), letters) == "recipient.not_standing"
    assert await invited(house.keys["هدى"], "AAAAA AAAAA AAAAA AAAAA") == "recipient.fingerprint"


async def test_one_who_is_not_in_effect_yet_signs_nobody(house: House) -> None:
    noor = await gathering.join(house, "نور", by="هدى")
    house.keys["نور"] = noor
    house.people["رابعة"] = house.people["نور"]
    with pytest.raises(Refused, match=r"recipient\.not_standing"):
        await gathering.join(house, "رابعة", by="نور")


@pytest.mark.parametrize("column", ["signed_by", "signature", "effective_at", "public_key", "desk"])
async def test_an_invitation_that_was_changed_counts_for_nothing(house: House, column: str) -> None:
    noor = await gathering.join(house, "نور", by="هدى")
    new: dict[str, Any] = {"signed_by": house.keys["سلمى"].recipient, "signature": b"0" * 64, "desk": "child"}
    new |= {"effective_at": house.now, "public_key": keypairs.new("x").public}
    mine = tables.recipients.c.id == noor.recipient
    change = update(tables.recipients).where(mine).values({column: new[column]})
    await house.store.write(lambda c: c.execute(change) and None)
    assert noor.recipient not in await house.standing(house.now + 9 * DAY)


async def test_nobody_joins_sooner_even_by_the_hand_of_one_who_stands(house: House) -> None:
    her, friend = house.keys["هدى"], keypairs.new("f" * 32)
    row = recipients.Row(
        friend.recipient,
        *PLACE,
        house.people["نور"],
        friend.public,
        friend.signing_public,
        house.now,
        house.now + 3 * DAY - HOUR,
        signed_by=her.recipient,
    )
    signature = keypairs.sign(her, recipients.invitation(row))
    values = {name: getattr(row, name) for name in recipients.Row.__slots__} | {"signature": signature}
    await house.store.write(lambda c: c.execute(tables.recipients.insert().values(**values)) and None)
    assert friend.recipient not in await house.standing(house.now + 9 * DAY)
