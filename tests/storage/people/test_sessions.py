"""How sessions, tokens and one-time links end, and what of them is kept."""

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import sessions
from storage.people.logins import Attempt
from storage.people.staff import Invalid
from tests.storage.people.house import HASHED, House, build


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def test_a_session_ends_after_half_an_hour_unused(house: House) -> None:
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    used = house.now + timedelta(minutes=29)
    signed = await house.session(token, at=used)
    assert signed is not None
    assert signed.to_touch
    await house.store.write(lambda c: sessions.touch(c, token=token, now=used))
    assert await house.session(token, at=used + timedelta(minutes=29)) is not None
    assert await house.session(token, at=used + timedelta(minutes=31)) is None


async def test_a_session_ends_after_twelve_hours_however_busy(small_house: House) -> None:
    token = await small_house.log_in(Attempt(small_house.zainab, HASHED), at=small_house.now)
    for minutes in range(0, 12 * 60 + 1, 20):
        at = small_house.now + timedelta(minutes=minutes)
        assert await small_house.session(token, at=at) is not None
        await small_house.store.write(lambda c, at=at: sessions.touch(c, token=token, now=at))  # type: ignore[misc]
    assert await small_house.session(token, at=small_house.now + timedelta(hours=12, minutes=1)) is None


async def test_logging_out_ends_the_session_for_ever(house: House) -> None:
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    for _ in range(2):
        await house.store.write(lambda c: sessions.log_out(c, house.keyring, token=token, now=house.now))
    assert await house.session(token, at=house.now) is None


async def test_a_token_ends_within_ninety_days(house: House) -> None:
    token = await house.store.write(
        lambda c: sessions.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    assert token.startswith("mun_")
    last = house.now + timedelta(days=90)
    early = await house.store.read(lambda c: sessions.by_token(c, token=token, now=last - timedelta(seconds=1)))
    assert early is not None
    assert await house.store.read(lambda c: sessions.by_token(c, token=token, now=last)) is None
    with pytest.raises(Invalid, match="90 days"):
        await house.store.write(
            lambda c: sessions.make_token(
                c,
                house.keyring,
                person=house.zainab,
                now=house.now,
                entropy=secrets.token_bytes(32),
                life=timedelta(days=91),
            )
        )


async def test_a_link_lets_in_once(house: House) -> None:
    link = await house.store.write(
        lambda c: sessions.make_link(c, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32))
    )
    tokens_given = [
        await house.store.write(
            lambda c: sessions.follow_link(c, house.keyring, token=link, now=house.now, entropy=secrets.token_bytes(64))
        )
        for _ in range(2)
    ]
    assert tokens_given[0] is not None
    assert tokens_given[1] is None
    assert await house.session(tokens_given[0], at=house.now) is not None


async def test_no_secret_lies_in_the_database_as_it_is(house: House) -> None:
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    link = await house.store.write(
        lambda c: sessions.make_link(c, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32))
    )
    bearer = await house.store.write(
        lambda c: sessions.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    for table, secret in ((tables.sessions, token), (tables.login_links, link), (tables.tokens, bearer)):
        rows = await house.store.read(lambda c, table=table: c.execute(select(table)).all())  # type: ignore[misc]
        assert rows
        assert secret not in repr(rows)
