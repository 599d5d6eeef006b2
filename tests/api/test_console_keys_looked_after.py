"""Who comes onto the list of a sealed desk, who is replaced, and who is told how far it is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage.people import staff
from storage.sealed import recipients as sealed
from storage.tables import audit, recipients
from tests.api.house import House
from tests.api.seats import OTHER, SAID, N, Seat, house, letters_of, opened, seat, small_house
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA
from tests.databases import sqlite_mostly
from tests.staffing import Filed

__all__ = ["house", "small_house"]

pytestmark = sqlite_mostly


async def test_a_colleague_is_signed_on_told_to_all_and_reads_old_parts_when_they_are_handed_on(house: House) -> None:
    huda, suad, mona = await opened(house, "منى")
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await mona.post("/key/make", phrase=PHRASE, again=PHRASE)
    recipient, letters = await letters_of(house, mona.person)
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
    waits, letters = await letters_of(house, mona.person)
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
    waits, letters = await letters_of(house, suad.person)
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
    waits, letters = await letters_of(house, suad.person)
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
