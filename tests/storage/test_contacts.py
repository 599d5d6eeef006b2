"""The same person is found again for a month and 72 hours; where they are is read by one module only."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from bot.vocabulary import Channel, Locale
from storage import contacts, keys, tables
from storage.contacts import Address
from storage.database.engine import Store
from storage.keys import Domain, KeyMissing, Keyring
from storage.sealing import Tampered
from tests.storage import making
from tests.storage.making import OTHER_PHONE, PHONE

pytestmark = pytest.mark.usefixtures("prepared")

NEW_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


async def _find(store: Store, keyring: Keyring, at: datetime, address: str = PHONE) -> str:
    def work(conn: Connection) -> str:
        keys.register(conn, keyring, at)
        return contacts.find_or_add(
            conn, keyring, channel=Channel.SMS, carrier="twilio", address=address, locale=Locale.AR, now=at
        )

    return await store.write(work)


async def test_an_address_comes_back_as_it_was_given(store: Store, keyring: Keyring, now: datetime) -> None:
    contact = await _find(store, keyring, now)
    place = await store.read(lambda conn: contacts.address(conn, keyring, contact))
    assert place == Address(Channel.SMS, "twilio", PHONE, Locale.AR)
    assert PHONE not in repr(place)


async def test_the_same_address_is_the_same_contact_within_a_month(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    first = await _find(store, keyring, now)
    assert await _find(store, keyring, now + timedelta(days=9)) == first
    assert await _find(store, keyring, now, OTHER_PHONE) != first


@pytest.mark.parametrize(
    ("after", "same"), [(timedelta(), True), (timedelta(hours=71, minutes=59), True), (timedelta(hours=72), False)]
)
async def test_last_months_pepper_looks_back_72_hours(
    store: Store, keyring: Keyring, now: datetime, after: timedelta, *, same: bool
) -> None:
    first = await _find(store, keyring, now)
    assert (await _find(store, keyring, NEW_MONTH + after) == first) is same
    if same:
        # The name under the old pepper is gone, and the new one holds to the month's end.
        assert [row.epoch for row in await making.rows(store, tables.senders)] == ["2026-12"]
        assert await _find(store, keyring, NEW_MONTH + timedelta(days=30)) == first


def test_channels_do_not_mix(keyring: Keyring, now: datetime) -> None:
    names = {contacts.pseudonym(keyring, channel, "9647700000011", now) for channel in Channel}
    assert len(names) == len(Channel)


def test_a_number_is_one_person_by_sms_and_by_whatsapp(keyring: Keyring, now: datetime) -> None:
    by_app = f"whatsapp:{PHONE}"
    assert contacts.pseudonym(keyring, Channel.SMS, by_app, now) == contacts.pseudonym(keyring, Channel.SMS, PHONE, now)
    assert contacts.sender_hash(keyring, Channel.SMS, by_app) == contacts.sender_hash(keyring, Channel.SMS, PHONE)
    assert contacts.is_same(by_app, PHONE)
    assert not contacts.is_same(by_app, f"{PHONE}0")


def test_a_pseudonym_changes_with_the_month_and_the_lasting_hash_does_not(keyring: Keyring, now: datetime) -> None:
    later = now + timedelta(days=12)
    assert contacts.pseudonym(keyring, Channel.SMS, PHONE, now) != contacts.pseudonym(
        keyring, Channel.SMS, PHONE, later
    )
    assert contacts.previous(keyring, Channel.SMS, PHONE, NEW_MONTH) == contacts.pseudonym(
        keyring, Channel.SMS, PHONE, now
    )
    assert contacts.sender_hash(keyring, Channel.SMS, PHONE) == contacts.sender_hash(keyring, Channel.SMS, PHONE)


@pytest.mark.parametrize(
    ("channel", "address", "hidden"),
    [
        (Channel.SMS, PHONE, False),
        (Channel.SMS, "911", False),
        (Channel.SMS, "Zain", True),
        (Channel.SMS, "٠٧٧٠", True),
        (Channel.SMS, "", True),
        (Channel.TELEGRAM, "", True),
        (Channel.TELEGRAM, "-100123", False),
        (Channel.CONSOLE, "sim:1", False),
    ],
)
def test_who_hides_is_told_from_who_does_not(channel: Channel, address: str, *, hidden: bool) -> None:
    assert contacts.is_hidden(channel, address) is hidden


async def test_without_the_contact_keys_nobody_opens_an_address(store: Store, keyring: Keyring, now: datetime) -> None:
    contact = await _find(store, keyring, now)
    console = Keyring.open(keyring._folder, domains=frozenset(Domain) - {Domain.CONTACT})
    with pytest.raises(KeyMissing):
        await store.read(lambda conn: contacts.address(conn, console, contact))


async def test_an_address_moved_to_another_row_does_not_open(store: Store, keyring: Keyring, now: datetime) -> None:
    first, second = await _find(store, keyring, now), await _find(store, keyring, now, OTHER_PHONE)
    rows = {row.id: row for row in await making.rows(store, tables.contacts)}
    moved = {name: getattr(rows[first], name) for name in ("sealed", "wrapped", "epoch")}
    swap = update(tables.contacts).where(tables.contacts.c.id == second).values(**moved)
    await store.write(lambda conn: conn.execute(swap) and None)
    with pytest.raises(Tampered):
        await store.read(lambda conn: contacts.address(conn, keyring, second))


async def test_an_unknown_contact_is_a_lookup_error(store: Store, keyring: Keyring) -> None:
    with pytest.raises(LookupError):
        await store.read(lambda conn: contacts.address(conn, keyring, "0" * 32))


async def test_silence_outlives_the_month(store: Store, keyring: Keyring, now: datetime) -> None:
    who = contacts.sender_hash(keyring, Channel.SMS, PHONE)
    for _ in range(2):
        await store.write(lambda conn: contacts.mute(conn, who, now=now))
    contact = await _find(store, keyring, now + timedelta(days=40))
    assert (await store.read(lambda conn: contacts.address(conn, keyring, contact))).muted
    await store.write(lambda conn: contacts.unmute(conn, who))
    assert not (await store.read(lambda conn: contacts.address(conn, keyring, contact))).muted


async def test_a_member_of_staff_has_one_phone_a_channel_and_a_phone_one_owner(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    ali = await making.add_staff(store, "علي", office=making.OFFICE, desk=making.DESK, now=now)
    sara = await making.add_staff(store, "سارة", office=making.OFFICE, desk=making.DESK, now=now)

    async def give(staff: str, channel: Channel, address: str) -> None:
        await store.write(
            lambda conn: contacts.add_staff_contact(
                conn, keyring, staff=staff, channel=channel, carrier="x", address=address, locale=Locale.AR, now=now
            )
        )

    await give(ali, Channel.SMS, PHONE)
    await give(ali, Channel.TELEGRAM, "770000011")
    await give(ali, Channel.SMS, OTHER_PHONE)
    await give(sara, Channel.SMS, OTHER_PHONE)
    owned = {(row.staff, row.channel) for row in await making.rows(store, tables.contacts)}
    assert owned == {(ali, "telegram"), (sara, "sms")}
