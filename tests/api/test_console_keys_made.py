"""A key is made in the console, waits, tells its letters and is withdrawn."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.desks import offering
from storage.people import logins
from storage.sealed import keypairs
from storage.tables import audit, recipients
from tests.api.house import HASHED, PASSWORD, House
from tests.api.seats import OTHER, Seat, house, letters_of, opened, seat, small_house
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA, offered
from tests.databases import sqlite_mostly

__all__ = ["house", "small_house"]

pytestmark = sqlite_mostly
LETTERS = re.compile(r'class="code"><bdi dir="ltr">([0-9A-Z ]{23})<')


async def test_a_first_key_is_made_and_waits_and_tells_its_letters_once(house: House) -> None:
    huda = await seat(house, "هدى")
    _, page = await huda.get("/key")
    assert "اصنع مفتاحك" in page
    assert 'action="/key/unlock' not in page
    for phrase, again, says in (
        ("قصيرة", "قصيرة", "العبارة قصيرة"),
        (PHRASE, f"{PHRASE} x", "العبارتان مختلفتان"),
    ):
        status, page = await huda.post("/key/make", phrase=phrase, again=again)
        assert status == 422
        assert says in page
        assert f'"{phrase}"' not in page, "what was typed is not sent back"
    status, page = await huda.post("/key/make", phrase=PHRASE, again=PHRASE)
    assert status == 200
    assert "على ورقة الآن" in page
    (row,) = await house.store.read(lambda c: offering.waiting(c, house.keyring, WOMEN_OF_KARRADA))
    assert LETTERS.findall(page) == [keypairs.fingerprint(row.public_key, row.signing_key)]
    assert not LETTERS.search((await huda.get("/key"))[1]), "a page opened later tells none"
    assert row.staff == huda.person
    assert (await huda.unlock())[0] == 422, "what waits opens nothing"


async def test_a_key_that_waits_is_withdrawn_by_its_phrase_or_by_a_word_that_is_written_down(house: House) -> None:
    async def noted() -> list[str]:
        hers = select(audit.c.action).where(audit.c.actor == huda.person, audit.c.action.like("recipient.%"))
        return await house.store.read(lambda c: sorted(c.execute(hers).scalars()))

    huda = await seat(house, "هدى")
    await _offered(house, huda)
    assert (await huda.post("/key/anew"))[0] == 422
    assert (await huda.later(timedelta(seconds=5)).post("/key/anew", phrase=OTHER))[0] == 422
    assert await noted() == ["recipient.offer"]
    assert await huda.later(timedelta(minutes=1)).post("/key/anew", phrase=PHRASE) == (303, "/key?done=anew#main")
    assert await noted() == ["recipient.offer", "recipient.withdraw"]
    await _offered(house, huda)
    assert await huda.post("/key/anew", forgot="1") == (303, "/key?done=anew#main")
    assert await noted() == ["recipient.forgot", "recipient.offer", "recipient.offer", "recipient.withdraw"]
    assert await house.store.read(lambda c: offering.waiting(c, house.keyring, WOMEN_OF_KARRADA)) == ()


async def _offered(house: House, who: Seat) -> str:
    """She makes her key; the id of its row."""
    (id,) = await house.store.write(lambda c: offered(c, house.keyring, who.person, now=house.now))
    return id


async def test_letters_are_told_again_to_whoever_knows_the_phrase_and_to_nobody_else(house: House) -> None:
    huda = await seat(house, "هدى")
    status, page = await huda.post("/key/letters", phrase=PHRASE)
    assert status == 422, "there is no key yet"
    await _offered(house, huda)
    status, page = await huda.later(timedelta(seconds=5)).post("/key/letters", phrase=OTHER)
    assert status == 422
    assert "لا تفتح المفتاح المنتظر" in page
    assert not LETTERS.search(page)
    status, page = await huda.later(timedelta(minutes=1)).post("/key/letters", phrase=PHRASE)
    assert status == 200
    assert LETTERS.findall(page) == [(await letters_of(house, huda.person))[1]]


@pytest.mark.parametrize("column", ["public_key", "signing_key"])
async def test_a_key_that_somebody_changed_is_said_to_be_and_its_letters_are_not_told(
    house: House, column: str
) -> None:
    huda = await seat(house, "هدى")
    id = await _offered(house, huda)
    thief = keypairs.new(id)
    put = {"public_key": thief.public, "signing_key": thief.signing_public}[column]
    await house.store.write(lambda c: c.execute(update(recipients).where(recipients.c.id == id).values({column: put})))
    status, page = await huda.post("/key/letters", phrase=PHRASE)
    assert status == 422
    assert "خطر: تغيّر مفتاحك" in page
    assert not LETTERS.search(page)
    noted = select(audit.c.actor).where(audit.c.action == "recipient.changed")
    assert await house.store.read(lambda c: c.execute(noted).scalars().all()) == [huda.person]


async def test_letters_on_paper_refuse_the_signature_of_a_row_that_was_swapped(house: House) -> None:
    huda, _, mona = await opened(house, "منى")
    (paper,) = LETTERS.findall((await mona.post("/key/make", phrase=PHRASE, again=PHRASE))[1])
    recipient, _ = await letters_of(house, mona.person)
    thief = keypairs.new(recipient)
    swapped = {
        "public_key": thief.public,
        "signing_key": thief.signing_public,
        "private_sealed": keypairs.lock(thief, OTHER),
    }
    await house.store.write(lambda c: c.execute(update(recipients).where(recipients.c.id == recipient).values(swapped)))
    shown = keypairs.fingerprint(thief.public, thief.signing_public)
    assert shown not in (await mona.get("/key"))[1]
    assert shown not in (await mona.post("/key/letters", phrase=PHRASE))[1]
    await huda.unlock()
    assert shown not in (await huda.get("/key"))[1]
    status, page = await huda.post("/key/sign", recipient=recipient, fingerprint=paper)
    assert status == 422
    assert "الحروف لا تطابق" in page


async def test_the_password_is_refused_as_a_pass_phrase(small_house: House) -> None:
    huda = await seat(small_house, "هدى")
    ring, now = small_house.keyring, small_house.now
    await small_house.store.write(
        lambda c: logins.set_password(c, ring, person=huda.person, password_hash=HASHED, now=now)
    )
    token = await small_house.session(huda.person)
    again = Seat(small_house, huda.person, token, await small_house.form_token(token))
    status, page = await again.post("/key/make", phrase=PASSWORD, again=PASSWORD)
    assert status == 422
    assert "هذه كلمة مرورك" in page
