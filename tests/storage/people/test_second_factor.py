"""Six digits beside the password: which of them fit, once, and how guessing them is slowed."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from bot.vocabulary import Role
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import devices, enrolling, logins, second_factor, staff
from storage.people.logins import Attempt
from storage.people.second_factor import Offer, Spent
from tests.authenticator import digits
from tests.staffing import hire
from tests.storage.people.house import PASSWORD, House, build

SECRET = b"12345678901234567890"  # of the RFC's own table
STEP = timedelta(seconds=30)
CODES = second_factor.recovery(bytes(range(80)))
HASHES = second_factor.hashed(CODES)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await _enrolled(await build(store, keyring, now))


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await _enrolled(await build(sqlite_store, keyring, now))


async def _enrolled(house: House, *, instead: datetime | None = None, secret: bytes = SECRET) -> House:
    """The coordinator of the house has a second factor, since ten minutes."""
    since = house.now - timedelta(minutes=10)

    def enrol(conn: Connection) -> None:
        what = {"secret": secret, "step": 1, "hashes": HASHES, "instead": instead}
        enrolling.enrol(conn, house.keyring, person=house.zainab, now=since, **what)  # type: ignore[arg-type]

    await house.store.write(enrol)
    return house


async def _tried(house: House, at: datetime, device: str = "") -> Attempt:
    return await house.store.write(lambda c: logins.attempt(c, house.keyring, name="زينب", now=at, device=device))


async def _enters(house: House, code: str, *, at: datetime, tried: Attempt | None = None) -> bool:
    """A try with the right password, as the console makes it."""
    tried = tried or await _tried(house, at)
    proof = second_factor.check(tried.asked, code, at)
    if not logins.fits(tried, PASSWORD):
        return False
    if proof is None:
        await house.store.write(
            lambda c: logins.failed(c, house.keyring, tried=tried, right=True, guessed=bool(code), now=at)
        )
        return False
    try:
        await house.store.write(
            lambda c: logins.log_in(c, house.keyring, tried=tried, proof=proof, now=at, entropy=secrets.token_bytes(64))
        )
    except Spent:
        return False
    return True


# ── Which digits fit ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_digits_are_those_of_the_rfc(at: int, code: str) -> None:
    moment = datetime.fromtimestamp(at, UTC)
    assert second_factor.step_of(SECRET, code, moment) == at // 30
    assert digits(SECRET, moment) == code


@given(st.binary(min_size=20, max_size=20), st.integers(0, 2**31), st.integers(-4, 4))
def test_a_phone_may_be_half_a_minute_wrong_and_no_more(secret: bytes, at: int, off: int) -> None:
    now = datetime.fromtimestamp(at + 300, UTC)
    found = second_factor.step_of(secret, digits(secret, now + off * STEP), now)
    if abs(off) <= 1:
        assert found is not None
    elif found is not None:  # one in some hundred thousand tells the same digits again
        assert digits(secret, datetime.fromtimestamp(found * 30, UTC)) == digits(secret, now + off * STEP)


@pytest.mark.parametrize("typed", ["287 082", " 287082 ", "٢٨٧٠٨٢", "۲۸۷۰۸۲", "287-082"])
def test_digits_are_understood_as_keyboards_write_them(typed: str) -> None:
    assert second_factor.step_of(SECRET, typed, datetime.fromtimestamp(59, UTC)) == 1


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_answer_and_no_error(typed: str) -> None:
    second_factor.step_of(SECRET, typed, datetime.fromtimestamp(59, UTC))
    assert second_factor.check(second_factor.NOTHING, typed, datetime.fromtimestamp(59, UTC)) is None


def test_an_app_reads_the_secret_from_the_link_and_a_person_from_the_page() -> None:
    link = second_factor.link(SECRET, "زينب")
    spelled = second_factor.spelled(SECRET)
    assert link.isascii()
    assert link.startswith("otpauth://totp/Muntada:")
    assert f"secret={spelled.replace(' ', '')}&issuer=Muntada" in link
    assert digits(spelled, datetime.fromtimestamp(59, UTC)) == "287082"


# ── Once ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_who_has_one_does_not_get_in_without(house: House) -> None:
    tried = await _tried(house, house.now)
    assert logins.fits(tried, PASSWORD)
    with pytest.raises(ValueError, match="nobody"):
        await house.log_in(tried, at=house.now)


async def test_a_code_is_used_once_and_none_before_it_serves_any_more(house: House) -> None:
    code, before = digits(SECRET, house.now), digits(SECRET, house.now - STEP)
    assert await _enters(house, code, at=house.now)
    for n, old in enumerate((code, before, code), start=1):
        assert not await _enters(house, old, at=house.now + timedelta(seconds=5 * n))
    later = house.now + 2 * STEP
    assert await _enters(house, digits(SECRET, later), at=later)


async def test_of_two_at_the_same_moment_one_gets_in(house: House) -> None:
    """Both were told that the code fits before either used it."""
    first = await _tried(house, house.now)
    second = await _tried(house, house.now + timedelta(seconds=2))
    for code in (digits(SECRET, house.now), CODES[3]):
        got = await asyncio.gather(*(_enters(house, code, at=house.now, tried=each) for each in (first, second)))
        assert sorted(got) == [False, True]


async def test_a_code_on_paper_lets_in_once_and_leaves_a_row(house: House) -> None:
    at = house.now
    assert await _enters(house, CODES[7], at=at)
    assert not await _enters(house, CODES[7], at=at + timedelta(seconds=5))
    assert await _enters(house, CODES[0].replace(" ", ""), at=at + timedelta(seconds=20))
    standing = await house.store.read(lambda c: enrolling.standing(c, person=house.zainab))
    assert standing is not None
    assert standing.codes == 8
    rows = select(tables.audit.c.data).where(tables.audit.c.action == "factor.recovery")
    left = await house.store.read(lambda c: c.execute(rows.order_by(tables.audit.c.at)).scalars().all())
    assert left == [{"left": 9}, {"left": 8}]


async def test_a_code_of_the_phone_before_is_worth_nothing(house: House) -> None:
    tried = await _tried(house, house.now)
    other = b"another secret of 20"
    await _enrolled(house, instead=house.now - timedelta(minutes=10), secret=other)
    for code in (digits(SECRET, house.now), CODES[1]):
        assert not await _enters(house, code, at=house.now, tried=tried)
    at = house.now + timedelta(minutes=1)
    assert not await _enters(house, digits(SECRET, at), at=at)
    assert await _enters(house, digits(other, at + STEP), at=at + STEP)


def test_ten_codes_on_paper_are_ten_and_differ() -> None:
    assert len(set(CODES)) == len(CODES) == 10
    assert all(len(code.replace(" ", "")) == 16 and code.replace(" ", "").isdecimal() for code in CODES)
    assert all(hashed.startswith("$argon2id$") for hashed in HASHES)


# ── Guessing ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_has_the_password_guesses_codes_more_and_more_slowly(small_house: House) -> None:
    """Whoever tries at each first chance has some forty wrong codes checked on the first day, not two thousand."""
    at, checked = small_house.now, 0
    waits = select(tables.staff.c.next_login_at, tables.second_factors.c.next_code_at).join_from(
        tables.staff, tables.second_factors
    )
    while at < small_house.now + timedelta(days=1):
        tried = await _tried(small_house, at)
        assert tried.staff is not None
        assert not tried.asked.waits
        checked += 1
        assert not await _enters(small_house, "000000", at=at, tried=tried)
        at = max(await small_house.store.read(lambda c: c.execute(waits).one()))
    assert 24 <= checked <= 40


async def test_in_ones_own_browser_one_gets_in_meanwhile(small_house: House) -> None:
    at = small_house.now
    device = await small_house.store.write(
        lambda c: devices.remember(c, token="", person=small_house.zainab, now=at, entropy=bytes(32))
    )
    for n in range(1, 12):
        await _enters(small_house, "000000", at=at + n * timedelta(hours=2))
    at += timedelta(hours=22, minutes=1)
    strange = await _tried(small_house, at)
    assert strange.asked.waits
    assert not await _enters(small_house, digits(SECRET, at), at=at, tried=strange)
    at += timedelta(minutes=1)
    own = await _tried(small_house, at, device)
    assert await _enters(small_house, digits(SECRET, at), at=at, tried=own)


async def test_a_slip_costs_a_second(house: House) -> None:
    assert not await _enters(house, "000000", at=house.now)
    at = house.now + timedelta(seconds=1)
    assert await _enters(house, digits(SECRET, at), at=at)


# ── What lies in the database ────────────────────────────────────────────────────────────────────────────────
async def test_neither_the_secret_nor_a_code_lies_in_the_database_as_it_is(house: House) -> None:
    rows = [
        *await house.store.read(lambda c: c.execute(select(tables.second_factors)).all()),
        *await house.store.read(lambda c: c.execute(select(tables.recovery_codes)).all()),
    ]
    told = repr(rows)
    assert len(rows) == 11
    for word in (SECRET.decode(), second_factor.spelled(SECRET).replace(" ", ""), *CODES):
        assert word not in told
        assert word.replace(" ", "") not in told


async def test_a_secret_in_a_colleagues_row_is_no_secret(house: House) -> None:
    """Whoever writes SQL and copies their own row into another's cannot log in there with their own phone."""
    huda = await house.store.write(lambda c: hire(c, house.keyring, "هدى", Role.FOCAL_POINT, now=house.now))
    what = tables.second_factors

    def swap(conn: Connection) -> None:
        enrolling.enrol(
            conn, house.keyring, person=huda, secret=b"h" * 20, step=1, hashes=HASHES, instead=None, now=house.now
        )
        row = conn.execute(select(what).where(what.c.staff == huda)).one()
        sealed = {"sealed": row.sealed, "wrapped": row.wrapped, "epoch": row.epoch}
        conn.execute(update(what).where(what.c.staff == house.zainab).values(**sealed))

    await house.store.write(swap)
    for n, secret in enumerate((b"h" * 20, SECRET, bytes(20))):
        at = house.now + timedelta(minutes=n)
        assert not await _enters(house, digits(secret, at), at=at)
    at = house.now + timedelta(hours=1)
    assert await _enters(house, CODES[2], at=at)


async def test_who_leaves_takes_it_along(house: House) -> None:
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=house.zainab, now=house.now))
    for table in (tables.second_factors, tables.recovery_codes):
        assert await house.store.read(lambda c, table=table: c.execute(select(table)).all()) == []  # type: ignore[misc]


# ── What is offered ──────────────────────────────────────────────────────────────────────────────────────────
async def test_an_offer_is_for_one_person_and_half_an_hour_and_nobody_reads_it(small_house: House) -> None:
    ring, now = small_house.keyring, small_house.now
    new = Offer(SECRET, instead=now)
    text = second_factor.offer(ring, person="me", new=new, now=now)
    assert second_factor.offered(ring, person="me", given=text, now=now + timedelta(minutes=30)) == new
    assert second_factor.offered(ring, person="me", given=text, now=now + timedelta(minutes=30, seconds=1)) is None
    assert second_factor.offered(ring, person="you", given=text, now=now) is None
    for spoilt in ("", ".", "2026-11", "../../etc.AA", "2026-11.x", text[:-4] + "AAAA", text.replace("2026-11", "all")):
        assert second_factor.offered(ring, person="me", given=spoilt, now=now) is None
    assert SECRET.hex() not in repr(new) + text
