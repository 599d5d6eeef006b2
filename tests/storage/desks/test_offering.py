"""A focal point's key before it counts: made by herself, founded with a colleague's, slowed when it is guessed at."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Desk, Role
from storage.database.engine import Connection, Store
from storage.desks import ceremonies, offering, unlocking
from storage.keys import Keyring
from storage.people import logins, services, sessions, staff
from storage.sealed import keypairs, recipients
from storage.sealed.recipients import Refused
from storage.tables import audit
from storage.tables import recipients as table
from storage.tables import sessions as begun
from tests.staffing import ADHAMIYA, KARRADA, hire, town

PHRASE = "خمس كلمات لا يعرفها أحد"
PLACE = (KARRADA, Desk.WOMEN)
SERVICES = "kind,name_ar,governorate,verified_on\nshelter,دار الأمان,IQ-BG,2026-11-01\n"


def _hired(conn: Connection, keyring: Keyring, now: datetime, *names: str) -> list[str]:
    town(conn)
    return [hire(conn, keyring, name, Role.FOCAL_POINT, office=KARRADA, now=now) for name in names]


def _offered(conn: Connection, keyring: Keyring, person: str, now: datetime, phrase: str = PHRASE) -> list[str]:
    made = offering.make(offering.own(conn, keyring, person=person, now=now), phrase)
    offering.keep(conn, keyring, person=person, made=made, now=now)
    return [each.pair.recipient for each in made]


async def test_a_desk_opens_with_two_keys_a_recovery_key_and_somewhere_to_send_her(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def ceremony(conn: Connection) -> list[str]:
        huda, suad = _hired(conn, keyring, now, "هدى", "سعاد")
        wanting = [offering.missing(conn, keyring, PLACE, now=now)]
        ceremonies.make_recovery(conn, keyring, by="machine:test", now=now)
        wanting.append(offering.missing(conn, keyring, PLACE, now=now))
        services.replace(conn, keyring, services.parse(SERVICES), now=now)
        ids = _offered(conn, keyring, huda, now)
        wanting.append(offering.missing(conn, keyring, PLACE, now=now))
        ids += _offered(conn, keyring, suad, now)
        wanting.append(offering.missing(conn, keyring, PLACE, now=now))
        assert recipients.people(conn, keyring, KARRADA, "women", now) == ()
        offering.found(conn, keyring, PLACE, ids=ids, by="machine:test", now=now)
        stand = {each.id for each in recipients.people(conn, keyring, KARRADA, "women", now)}
        assert stand == set(ids)
        assert ceremonies.unlock(conn, keyring, staff=huda, phrase=f" {PHRASE} ", now=now).recipient == ids[0]
        return wanting

    assert await store.write(ceremony) == ["desk.recovery", "desk.services", "desk.two", ""]


async def test_a_desk_does_not_open_with_one_person_twice_or_with_one_who_works_there_no_longer(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def ceremony(conn: Connection) -> None:
        huda, suad = _hired(conn, keyring, now, "هدى", "سعاد")
        ceremonies.make_recovery(conn, keyring, by="machine:test", now=now)
        services.replace(conn, keyring, services.parse(SERVICES), now=now)
        (one,) = _offered(conn, keyring, huda, now)
        (two,) = _offered(conn, keyring, suad, now)
        with pytest.raises(Refused, match=r"desk\.two"):
            offering.found(conn, keyring, PLACE, ids=[one, one], by="machine:test", now=now)
        staff.deactivate(conn, keyring, person=suad, now=now)
        with pytest.raises(Refused, match=r"desk\.two"):
            offering.found(conn, keyring, PLACE, ids=[one, two], by="machine:test", now=now)

    await store.write(ceremony)


async def test_one_phrase_opens_a_persons_every_desk_and_another_adds_none(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    def try_it(conn: Connection) -> None:
        (huda,) = _hired(conn, keyring, now, "هدى")
        _offered(conn, keyring, huda, now)
        more = staff.Grant(ADHAMIYA, Desk.WOMEN, Role.FOCAL_POINT)
        staff.grant(conn, keyring, person=huda, new=more, now=now)
        has = offering.own(conn, keyring, person=huda, now=now)
        assert has.places == ((ADHAMIYA, Desk.WOMEN),)
        with pytest.raises(keypairs.WrongPhrase):
            offering.make(has, "كلمات أخرى غير تلك تماما")
        _offered(conn, keyring, huda, now)
        keys = conn.execute(select(table.c.public_key).where(table.c.staff == huda)).scalars().all()
        assert len(keys) == 2
        assert len(set(keys)) == 1
        assert offering.withdraw(conn, keyring, person=huda, now=now) == 2
        assert len(offering.own(conn, keyring, person=huda, now=now).places) == 2

    await sqlite_store.write(try_it)


@pytest.mark.parametrize("phrase", ["", "قصيرة", "a b c d", "thirteen sign"])
def test_a_phrase_that_is_too_short_is_refused(phrase: str) -> None:
    has = offering.Own((), (), (), None)
    with pytest.raises(Refused, match=r"phrase\.short"):
        offering.checked(phrase, has)


@pytest.mark.parametrize("password", ["correct horse battery", "correct  horse battery "])
@pytest.mark.parametrize("phrase", ["correct horse battery", " correct horse\u00a0battery"])
def test_the_password_is_no_pass_phrase_however_it_is_typed(password: str, phrase: str) -> None:
    """What opens a key is taken without its spaces: the password must not open it with one more or less."""
    hashed = logins.hash_password(password)
    with pytest.raises(Refused, match=r"phrase\.password"):
        offering.checked(phrase, offering.Own((), (), (), hashed))
    assert offering.checked(PHRASE, offering.Own((), (), (), hashed)) == PHRASE


# ── While it is open ─────────────────────────────────────────────────────────────────────────────────────────
async def test_wrong_phrases_wait_longer_and_longer_whatever_the_session(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    (huda, suad) = await store.write(lambda c: _hired(c, keyring, now, "هدى", "سعاد"))

    async def may(after_s: float, person: str = huda) -> bool:
        at = now + timedelta(seconds=after_s)
        return await store.write(lambda c: unlocking.may_try(c, keyring, person=person, now=at))

    assert [await may(0), await may(0.5), await may(1)] == [True, False, True]
    assert [await may(2.9), await may(3)] == [False, True]
    assert await may(3, suad)
    assert await may(3 + 3600 + 1)
    tries = select(audit.c.id).where(audit.c.action == "key.try", audit.c.actor == huda)
    assert len(await store.read(lambda c: c.execute(tries).all())) == 4


async def test_a_key_opens_with_both_halves_only_and_for_half_an_hour(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def ceremony(conn: Connection) -> tuple[str, str, str]:
        huda, suad = _hired(conn, keyring, now, "هدى", "سعاد")
        ceremonies.make_recovery(conn, keyring, by="machine:test", now=now)
        services.replace(conn, keyring, services.parse(SERVICES), now=now)
        ids = _offered(conn, keyring, huda, now) + _offered(conn, keyring, suad, now)
        offering.found(conn, keyring, PLACE, ids=ids, by="machine:test", now=now)
        token = logins.log_in(conn, keyring, tried=logins.Attempt(huda, ""), now=now, entropy=bytes(range(64)))
        key = ceremonies.unlock(conn, keyring, staff=huda, phrase=PHRASE, now=now)
        return token, unlocking.keep(conn, keyring, token=token, person=huda, key=key, now=now), huda

    token, cookie, huda = await store.write(ceremony)

    async def opens(given: str, later: timedelta = timedelta(), person: str = huda) -> bool:
        signed = await store.read(lambda c: sessions.signed_in(c, token=token, now=now + later))
        assert signed is not None
        found = await store.read(
            lambda c: unlocking.opened(c, keyring, person=person, half=signed.key_half, cookie=given, now=now + later)
        )
        return found is not None

    assert await opens(cookie)
    assert not await opens("")
    assert not await opens(("B" if cookie[0] == "A" else "A") + cookie[1:])  # the last letter bears few bits of it
    assert not await opens("é" * 43)
    assert not await opens(cookie, person="0" * 32)
    assert await opens(cookie, timedelta(minutes=29))
    assert not await opens(cookie, timedelta(minutes=30))


async def test_locking_takes_the_half_away_and_a_removed_key_opens_nothing(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    def try_it(conn: Connection) -> None:
        huda, suad = _hired(conn, keyring, now, "هدى", "سعاد")
        ceremonies.make_recovery(conn, keyring, by="machine:test", now=now)
        services.replace(conn, keyring, services.parse(SERVICES), now=now)
        ids = _offered(conn, keyring, huda, now) + _offered(conn, keyring, suad, now)
        offering.found(conn, keyring, PLACE, ids=ids, by="machine:test", now=now)
        token = logins.log_in(conn, keyring, tried=logins.Attempt(huda, ""), now=now, entropy=bytes(range(64)))
        key = ceremonies.unlock(conn, keyring, staff=huda, phrase=PHRASE, now=now)
        cookie = unlocking.keep(conn, keyring, token=token, person=huda, key=key, now=now)
        half = conn.execute(select(begun.c.key_half)).scalar()

        def opened() -> bool:
            found = unlocking.opened(conn, keyring, person=huda, half=half, cookie=cookie, now=now)
            return found is not None

        assert opened()
        conn.execute(update(table).where(table.c.id == ids[0]).values(effective_at=now - timedelta(1)))
        assert not opened(), "a row that somebody changed does not verify"
        unlocking.lock(conn, keyring, token=token, person=huda, now=now)
        assert conn.execute(select(begun.c.key_half)).scalar() is None

    await sqlite_store.write(try_it)
