"""A focal point's key in the console: made, opened for half an hour, and what is read with it and without."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import select, update

from api.console.render import LANGUAGE_COOKIE
from bot.vocabulary import Desk, Locale, Role
from storage.database.engine import Store
from storage.desks import lists, offering
from storage.keys import Keyring
from storage.people import logins, staff
from storage.sealed import keypairs
from storage.sealed import recipients as sealed
from storage.tables import audit, recipients, sessions
from tests.api.house import HASHED, ORIGIN, PASSWORD, House, build
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA, held, offered
from tests.databases import on_sqlite_mostly, sqlite_mostly
from tests.staffing import Filed

pytestmark = sqlite_mostly

N = "BG-4F7K2"
SAID = "زوجي يحبسني بالبيت"
LOCKED = "مقفل بمفاتيح القسم"
LETTERS = re.compile(r'class="code"><bdi dir="ltr">([0-9A-Z ]{23})<')
OTHER = "عبارة اللص التي لا يعرفها أحد"
BARE = re.compile(r"\b[a-z_]{3,}\.[a-z_]{2,}\b")


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


@dataclass(slots=True)
class Seat:
    """A person at her desk: her session, and the browser's half of her key while that is open."""

    house: House
    person: str
    token: str
    form_token: str
    half: str = ""

    def later(self, delay: timedelta) -> "Seat":
        """The same browser, some time on."""
        return Seat(self.house.later(delay), self.person, self.token, self.form_token, self.half)

    async def get(self, path: str, **cookies: str) -> tuple[int, str]:
        """Looks at a page."""
        async with self._browser(cookies) as http:
            given = await http.get(path)
        return given.status_code, given.text

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Sends a form; gives the status, and the page or where it leads. Keeps the key's half as a browser does."""
        async with self._browser({}) as http:
            given = await http.post(path, data={"form_token": self.form_token, "version": "1", **fields})
        for header in given.headers.get_list("set-cookie"):
            if (kept := SimpleCookie(header).get("__Host-key")) is not None:
                self.half = kept.value
        return given.status_code, given.headers.get("location", given.text)

    async def unlock(self, phrase: str = PHRASE, **fields: str) -> tuple[int, str]:
        """Opens the key."""
        return await self.post("/key/unlock", phrase=phrase, **fields)

    def _browser(self, cookies: dict[str, str]) -> httpx.AsyncClient:
        held = {"__Host-sid": self.token} | ({"__Host-key": self.half} if self.half else {}) | cookies
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.house.app),
            base_url=ORIGIN,
            cookies=held,
            headers={"Sec-Fetch-Site": "same-origin"},
        )


async def seat(house: House, name: str, role: Role = Role.FOCAL_POINT) -> Seat:
    """Somebody who has logged in."""
    person = await house.hire(name, role)
    token = await house.session(person)
    return Seat(house, person, token, await house.form_token(token))


async def opened(house: House, *more: str) -> tuple[Seat, ...]:
    """Huda and Suad, whose desk is on; and others, who have no key yet."""
    seats = [await seat(house, name) for name in ("هدى", "سعاد", *more)]
    founders = [each.person for each in seats[:2]]
    before = house.now - timedelta(hours=1)
    await house.store.write(lambda c: held(c, house.keyring, founders, now=before))
    return tuple(seats)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_sealed_report_is_read_after_the_pass_phrase_and_not_before(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, category="domestic_violence", said=(SAID,)))
    status, page = await huda.get(f"/reports/{N}")
    assert status == 200
    assert SAID not in page
    assert LOCKED in page
    assert f'href="/key?back=/reports/{N}"' in page
    assert "مفتاحك مقفل" in (await huda.get("/key"))[1]
    assert await huda.unlock(back=f"/reports/{N}") == (303, f"/reports/{N}")
    assert SAID in (await huda.get(f"/reports/{N}"))[1]
    _, listed = await huda.get("/")
    assert LOCKED not in listed
    assert await huda.post("/key/lock") == (303, "/key?done=locked#main")
    assert SAID not in (await huda.get(f"/reports/{N}"))[1]


async def test_nobody_else_reads_it_whatever_they_may_elsewhere(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    for role in set(Role) - {Role.FOCAL_POINT}:
        other = await seat(house, f"أحد {role.value}", role)
        other.half = huda.half
        assert (await other.get(f"/reports/{N}"))[0] == 404
    headers = await house.bearer(huda.person)
    await huda.unlock()
    async with house.client(huda.token) as http:
        http.cookies.set("__Host-key", huda.half)
        whole = (await http.get(f"/v1/reports/{N}", headers=headers)).json()
    assert whole["report"]["locked"]
    assert SAID not in str(whole)


async def test_the_key_stays_open_for_half_an_hour_in_one_browser_and_ends_with_the_session(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await huda.unlock()
    elsewhere = await house.session(huda.person)
    other = Seat(house, huda.person, elsewhere, await house.form_token(elsewhere), huda.half)
    assert SAID not in (await other.get(f"/reports/{N}"))[1]
    without = Seat(house, huda.person, huda.token, huda.form_token)
    assert SAID not in (await without.get(f"/reports/{N}"))[1]
    assert SAID in (await huda.later(timedelta(minutes=29)).get(f"/reports/{N}"))[1]
    late = huda.later(timedelta(minutes=31))
    assert (await late.get(f"/reports/{N}"))[0] == 200
    assert SAID not in (await late.get(f"/reports/{N}"))[1]
    await huda.later(timedelta(minutes=29)).post("/logout")
    halves = await house.store.read(lambda c: c.execute(select(sessions.c.key_half)).scalars().all())
    assert halves == [None, None], "hers is gone with its session; the others never had one"


async def test_the_cookie_is_for_this_host_and_for_no_script(small_house: House) -> None:
    huda, _ = await opened(small_house)
    async with small_house.client(huda.token) as http:
        given = await http.post("/key/unlock", data={"form_token": huda.form_token, "phrase": PHRASE})
    (cookie,) = given.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-key=")
    for word in ("HttpOnly", "Path=/", "SameSite=strict", "Secure", "Max-Age=1800"):
        assert word in cookie
    assert "Domain" not in cookie


async def test_wrong_phrases_are_refused_slowed_and_noted(house: House) -> None:
    huda, _ = await opened(house)
    status, page = await huda.unlock("not her phrase at all")
    assert status == 422
    assert "عبارة السر غير صحيحة" in page
    assert "انتظر دقيقة" in (await huda.unlock())[1]
    assert (await huda.later(timedelta(seconds=2)).unlock())[0] == 303
    steps = ("key.try", "key.unlock", "key.lock")
    tries = select(audit.c.action).where(audit.c.actor == huda.person, audit.c.action.in_(steps))
    found = await house.store.read(lambda c: sorted(c.execute(tries).scalars()))
    assert found == ["key.try", "key.try", "key.unlock"]


# ── With a locked key ────────────────────────────────────────────────────────────────────────────────────────
FORMS = ("reply", "note", "status", "correct", "assign", "refer", "close", "consent", "claim")


async def _waits(house: House) -> Seat:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    return huda


async def test_a_locked_report_offers_one_thing_to_unlock_first(house: House) -> None:
    huda = await _waits(house)
    _, page = await huda.get(f"/reports/{N}")
    assert not re.findall(rf'action="/reports/{N}/', page)
    assert page.count(f'href="/key?back=/reports/{N}"') == 1
    assert "افتح مفتاحك أولاً" in page
    await huda.unlock()
    _, page = await huda.get(f"/reports/{N}")
    assert {name for name in FORMS if f'action="/reports/{N}/{name}' in page} == set(FORMS)
    assert "افتح مفتاحك أولاً" not in page


TYPED = "كلام طويل كتبته ولا أريد أن أكتبه مرتين"


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("reply", {"text": TYPED, "stage": "preview"}),
        ("reply", {"text": TYPED, "stage": "send"}),
        ("note", {"text": TYPED}),
        ("refer", {"body": "الكهرباء", "text": TYPED}),
    ],
)
@on_sqlite_mostly
async def test_nothing_typed_is_lost_when_the_key_locked_itself_meanwhile(
    house: House, step: str, fields: dict[str, str]
) -> None:
    huda = await _waits(house)
    await huda.unlock()
    assert SAID in (await huda.later(timedelta(minutes=20)).get(f"/reports/{N}"))[1]  # the session goes on
    late = huda.later(timedelta(minutes=31))
    status, page = await late.post(f"/reports/{N}/{step}", **fields)
    assert status == 422
    assert page.count(TYPED) == 1
    assert set(re.findall(rf'action="/reports/{N}/(\w+)', page)) == {step}
    # In a tab of its own, so that going there does not take the page away.
    assert re.search(rf'href="/key\?back=/reports/{N}" target="_blank" rel="noopener"', page)
    assert "ما كتبته باقٍ هنا" in page
    await late.unlock()
    status, page = await late.post(f"/reports/{N}/{step}", **fields)
    # From a sealed desk nothing is referred before its reporter agreed; that is said beside what was typed.
    assert status == (422 if step == "refer" else 200 if fields.get("stage") == "preview" else 303), page
    assert status == 303 or TYPED in page


async def test_nothing_typed_is_lost_when_the_session_ended_meanwhile(small_house: House) -> None:
    huda = await _waits(small_house)
    late = huda.later(timedelta(minutes=31))
    status, page = await late.post(f"/reports/{N}/note", text=f"{TYPED} <b>")
    assert status == 401
    assert f"{TYPED} &lt;b&gt;" in page
    assert SAID not in page
    assert await late.post("/key/unlock", phrase=PHRASE) == (303, "/login")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(small_house.app), base_url=ORIGIN) as elsewhere:
        given = await elsewhere.post(f"/reports/{N}/note", data={"text": TYPED})
    assert (given.status_code, given.headers["location"]) == (303, "/login"), "no other site has it shown"


async def test_a_part_that_is_older_than_her_key_offers_no_form_and_no_key_to_open(house: House) -> None:
    huda = await _waits(house)
    mona = await seat(house, "منى")  # she has no key yet
    _, page = await mona.get(f"/reports/{N}")
    assert 'action="/reports/' not in page
    status, page = await mona.post(f"/reports/{N}/note", text=TYPED)
    assert status == 422
    assert TYPED in page
    assert huda.person != mona.person


# ── Making ───────────────────────────────────────────────────────────────────────────────────────────────────
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
    assert LETTERS.findall(page) == [(await _letters(house, huda.person))[1]]


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
    recipient, _ = await _letters(house, mona.person)
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


# ── Looking after the list ───────────────────────────────────────────────────────────────────────────────────
async def _letters(house: House, person: str) -> tuple[str, str]:
    """The id of a key that waits, and the letters that its owner reads out."""
    place, now = WOMEN_OF_KARRADA, house.now
    listed = await house.store.read(lambda c: lists.listed(c, house.keyring, place, person=person, now=now))
    (one,) = (each for each in listed.waiting if each.mine)
    return one.id, one.fingerprint


async def test_a_colleague_is_signed_on_told_to_all_and_reads_old_parts_when_they_are_handed_on(house: House) -> None:
    huda, suad, mona = await opened(house, "منى")
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await mona.post("/key/make", phrase=PHRASE, again=PHRASE)
    recipient, letters = await _letters(house, mona.person)
    assert "افتح مفتاحك أولاً" in (await huda.post("/key/sign", recipient=recipient, fingerprint=letters))[1]
    await huda.unlock()
    wrong = await huda.post("/key/sign", recipient=recipient, fingerprint="0" * 20)
    assert wrong[0] == 422
    assert "الحروف لا تطابق" in wrong[1]
    assert await huda.post("/key/sign", recipient=recipient, fingerprint=letters.lower()) == (
        303,
        "/key?done=signed#main",
    )
    assert "منى" in (await suad.get("/"))[1]
    assert "تنضم إلى من يقرأ" in (await suad.get("/"))[1]
    assert (await mona.unlock())[0] == 422, "her 72 hours are not over"
    third_day = timedelta(hours=72)
    token = await house.later(third_day).session(huda.person)
    again = Seat(house.later(third_day), huda.person, token, await house.later(third_day).form_token(token))
    await again.unlock()
    assert "لا تقرؤه" in (await again.get("/key"))[1]
    assert "تنضم إلى من يقرأ" not in (await again.get("/"))[1]
    newcomer = await house.later(third_day).session(mona.person)
    mona = Seat(house.later(third_day), mona.person, newcomer, await house.later(third_day).form_token(newcomer))
    assert (await mona.unlock())[0] == 303
    _, page = await mona.get(f"/reports/{N}")
    assert SAID not in page
    assert "بعضه أقدم من مفتاحك" in page
    assert await again.post("/key/grant", recipient=recipient) == (303, "/key?done=granted#main")
    assert SAID in (await mona.get(f"/reports/{N}"))[1]
    noted = select(audit.c.action).where(audit.c.actor == huda.person, audit.c.subject == recipient)
    assert await house.store.read(lambda c: sorted(c.execute(noted).scalars())) == [
        "recipient.grant",
        "recipient.invite",
    ]


async def test_of_two_none_is_taken_off_but_another_takes_her_place(house: House) -> None:
    huda, suad, mona = await opened(house, "منى")
    await huda.unlock()
    await suad.unlock()
    recipient = await _own(house, suad.person)
    assert (await huda.post("/key/remove", recipient=recipient))[0] == 422
    refused = await huda.post("/key/remove", recipient=recipient, sure="1")
    assert refused[0] == 422
    assert "سمّ أخرى أولا" in refused[1]
    await mona.post("/key/make", phrase=PHRASE, again=PHRASE)
    waits, letters = await _letters(house, mona.person)
    both = {"recipient": waits, "lost": recipient, "fingerprint": letters}
    assert (await huda.post("/key/replace", **both))[0] == 422  # not said that she is sure
    assert await huda.post("/key/replace", **both, sure="1") == (303, "/key?done=replaced#main")
    admin = await seat(house, "المدير", Role.ADMINISTRATOR)
    assert "استبدال ينتظر: 1" in (await admin.get("/desks"))[1]
    for each in (huda, suad):
        assert "تأخذ مكان \u2068سعاد\u2069" in (await each.get("/"))[1]
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    assert SAID in (await suad.get(f"/reports/{N}"))[1]
    assert SAID in (await huda.get(f"/reports/{N}"))[1]
    assert await suad.post("/key/remove", recipient=waits, sure="1") == (303, "/key?done=taken_off#main")
    assert "استبدال ينتظر" not in (await admin.get("/desks"))[1]


async def test_whoever_forgot_her_phrase_is_put_in_her_own_place_at_a_desk_of_two(house: House) -> None:
    huda, suad = await opened(house)
    old = await _own(house, suad.person)
    assert "نسيت عبارة مفتاحي" in (await suad.get("/key"))[1]
    status, _ = await suad.post("/key/make", phrase=OTHER, again=OTHER, forgot="1")
    assert status == 200
    waits, letters = await _letters(house, suad.person)
    await huda.unlock()
    both = {"recipient": waits, "lost": old, "fingerprint": letters, "sure": "1"}
    assert await huda.post("/key/replace", **both) == (303, "/key?done=replaced#main")
    assert (await suad.later(timedelta(minutes=2)).unlock(OTHER))[0] == 422  # her 72 hours are not over
    standing = await house.store.read(
        lambda c: sealed.standing(c, house.keyring, *WOMEN_OF_KARRADA, house.now + timedelta(hours=73))
    )
    assert waits in {each.id for each in standing}
    assert old not in {each.id for each in standing}


async def test_two_keys_of_one_person_are_not_two_people(house: House) -> None:
    huda, suad = await opened(house)
    old = await _own(house, suad.person)
    await suad.post("/key/make", phrase=OTHER, again=OTHER, forgot="1")
    waits, letters = await _letters(house, suad.person)
    await huda.unlock()
    assert (await huda.post("/key/sign", recipient=waits, fingerprint=letters))[0] == 303
    mine = await _own(house, huda.person)
    refused = await huda.post("/key/remove", recipient=mine, sure="1")
    assert refused[0] == 422
    assert "سمّ أخرى أولا" in refused[1]
    # Nor is her old one taken off before the new one counts: the other would read alone for three days.
    assert (await huda.post("/key/remove", recipient=old, sure="1"))[0] == 422


async def test_a_desk_with_one_left_says_so_to_her_and_to_every_page_of_an_administrator(house: House) -> None:
    huda, suad = await opened(house)
    admin = await seat(house, "المدير", Role.ADMINISTRATOR)
    for page in ("/", "/desks"):
        assert "قسم مختوم أقل من اثنتين" not in (await admin.get(page))[1]
    assert "أقل من اثنتين تعملان" not in (await huda.get("/key"))[1]
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=suad.person, now=house.now))
    for page in ("/", "/desks", "/leaving"):
        assert "قسم مختوم أقل من اثنتين" in (await admin.get(page))[1], page
    assert "سمّ أخرى" in (await admin.get("/desks"))[1]
    assert "أقل من اثنتين تعملان" in (await huda.get("/key"))[1]


async def _own(house: House, person: str) -> str:
    mine = select(recipients.c.id).where(recipients.c.staff == person)
    return await house.store.read(lambda c: str(c.execute(mine).scalar_one()))


# ── Who may look ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", list(Role))
async def test_only_focal_points_have_keys_and_only_administrators_see_how_far_each_desk_is(
    small_house: House, role: Role
) -> None:
    person = await seat(small_house, "أحد", role)
    focal = role is Role.FOCAL_POINT
    assert (await person.get("/key"))[0] == (200 if focal else 404)
    assert (await person.get("/desks"))[0] == (200 if role is Role.ADMINISTRATOR else 404)
    for step in ("make", "letters", "anew", "unlock", "lock", "sign", "remove", "replace", "grant"):
        status, _ = await person.post(f"/key/{step}", phrase=PHRASE, again="", recipient="0" * 32, fingerprint="")
        assert (status != 404) is focal, step
    assert await small_house.store.read(lambda c: c.execute(select(recipients.c.id)).all()) == []


async def test_an_administrator_is_told_what_is_missing_and_how_many_wait_unread(house: House) -> None:
    admin = await seat(house, "مدير", Role.ADMINISTRATOR)
    assert "محمية بالصلاحيات وحدها" in (await admin.get("/"))[1]
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)), Filed("BG-2", desk=Desk.WOMEN))
    _, page = await admin.get("/desks")
    assert "ينقصه مفتاح الاسترجاع" in page
    row = page[page.index("forum-karrada women") :]
    assert "<strong>2</strong>" in row[: row.index("</tr>")]
    assert N not in page
    await opened(house)
    _, page = await admin.get("/desks")
    row = page[page.index("forum-karrada women") :]
    assert "محمي بالمفاتيح منذ" in row[: row.index("</tr>")]
    assert "<strong>" not in row[: row.index("</tr>")]
    assert "محمية بالصلاحيات وحدها" not in (await admin.get("/"))[1]


async def test_one_who_left_is_named_to_her_colleagues_and_counted_to_an_administrator(house: House) -> None:
    huda, suad = await opened(house)
    admin = await seat(house, "مدير", Role.ADMINISTRATOR)
    assert "لم تعد تعمل" not in (await huda.get("/key"))[1] + (await admin.get("/desks"))[1]
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=suad.person, now=house.now))
    assert "لم تعد تعمل هنا. أخرجها" in (await huda.get("/key"))[1]
    assert "واحدة لم تعد تعمل فيه" in (await admin.get("/desks"))[1]


async def test_a_supervisor_is_told_how_many_wait_unread_and_no_more(house: House) -> None:
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)), Filed("BG-00002", desk=Desk.WOMEN))
    _, page = await (await seat(house, "مشرف", Role.SUPERVISOR)).get("/")
    assert "بلاغان ينتظران في قسم لم يُفتح بالمفاتيح بعد" in page
    assert N not in page
    _, page = await (await seat(house, "منسق", Role.COORDINATOR)).get("/")
    assert "لم يُفتح بالمفاتيح" not in page


@pytest.mark.parametrize("locale", list(Locale))
async def test_no_word_is_missing_in_any_language(small_house: House, locale: Locale) -> None:
    huda, _, mona = await opened(small_house, "منى")
    admin = await seat(small_house, "مدير", Role.ADMINISTRATOR)
    await small_house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await small_house.store.write(lambda c: offered(c, small_house.keyring, mona.person, now=small_house.now))
    cookie = {LANGUAGE_COOKIE: locale.value}
    pages = [await mona.get("/key", **cookie), await huda.get(f"/reports/{N}", **cookie)]
    await huda.unlock()
    pages += [await huda.get(path, **cookie) for path in ("/key", "/key?done=granted", f"/reports/{N}", "/")]
    pages.append(await admin.get("/desks", **cookie))
    for status, page in pages:
        assert status == 200
        assert not BARE.findall(re.sub(r"<[^>]*>|docs/[a-z-]+\.md", " ", page))


@pytest.mark.parametrize("back", ["https://evil.test", "//evil.test", "/reports/../key\r\nX: y", "/logout"])
async def test_unlocking_leads_to_a_report_or_to_the_keys_own_page(small_house: House, back: str) -> None:
    huda, _ = await opened(small_house)
    assert await huda.unlock(back=back) == (303, "/key?done=unlocked#main")
