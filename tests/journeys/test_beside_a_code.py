"""What is told beside the code of a report that lies at a sealed desk: nobody else reads it."""

import pytest

from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import BEATEN, code_in, days, reports, said_of, says, told_days_ago

AFRAID = "محد يدري دخيلكم. زوجي يضربني كل يوم بالكرادة"
PUSHED = "دفعني من الدرج ووكعت"
PISTOL = "لكيت عنده مسدس"


@on_both
@pytest.mark.parametrize("first", [BEATEN, AFRAID])
async def test_days_later_her_desk_hears_it(town: Town, first: str) -> None:
    code, told = await told_days_ago(town, 5, first)
    for heard, words in enumerate((PUSHED, PISTOL, "هسه يهددني بالسجين"), 2):
        await says(town, f"{code} {words}")
        (now,) = await reports(town)
        assert (now.office, now.desk, await said_of(town, now.id)) == (told.office, told.desk, heard)


@on_sqlite_mostly
async def test_with_sixteen_digits_too(town: Town) -> None:
    await says(town, "سري")
    code = code_in(await says(town, BEATEN), 16)
    (told,) = await reports(town)
    await days(town, 5)
    await says(town, f"{code} {PUSHED}")
    (now,) = await reports(town)
    assert (now.desk, await said_of(town, told.id)) == (told.desk, 2)


@on_sqlite_mostly
async def test_amid_a_talk_about_something_else_which_goes_on(town: Town) -> None:
    code = code_in(await says(town, BEATEN))
    await days(town, 4)
    await says(town, "مطب كبير بشارع الشعلة كسر سيارتي")
    await says(town, f"{code} {PISTOL}")
    await says(town, "صار يومين هذا المطب")
    hers, hole = await reports(town)
    assert (hers.desk, await said_of(town, hers.id), await said_of(town, hole.id)) == ("women", 2, 2)


@on_both
async def test_after_a_stop_her_word_beside_another_matter_is_answered_in_discreet_form(town: Town) -> None:
    code = code_in(await says(town, AFRAID))
    await days(town, 1)
    await says(town, "STOP")
    await days(town, 5)
    for words in ("ابن عمي يبتزني بصور", PUSHED, "الشرطي ضربني وطردني"):
        said = await says(town, f"{code} {words}")
        assert all("رقم الطلب" in text or text == "أضيفت إلى رسالتك." for text in said), said
    assert not any("رمز" in text or "حذف" in text for text in await says(town, f"{code} هسه يهددني بالسجين"))


@on_sqlite_mostly
@pytest.mark.parametrize("veiled", [False, True])
async def test_danger_beside_the_number_of_what_is_hidden_or_veiled_is_answered_as_any_service_would(
    town: Town, *, veiled: bool
) -> None:
    code = code_in(await says(town, BEATEN if veiled else AFRAID))
    await days(town, 4)
    if veiled:
        await says(town, "محد يدري")
        await days(town, 1)
    (told,) = await says(town, f"{code} هسه يهددني بالسجين")
    assert told == "شكرا لتواصلك معنا. للطوارئ 911."
    (hers,) = await reports(town)
    assert await said_of(town, hers.id) == 2


@on_sqlite_mostly
async def test_its_digits_say_nothing_of_what_the_words_beside_it_mean(town: Town) -> None:
    for phone, code in enumerate(("482913", "130330", "858560", "999481", "217704", "560032"), 10):
        await says(town, f"{code} لا هسه زين ما يضرب", who=f"+96477000000{phone}")
    told = await reports(town)
    assert len(told) == 6
    assert len({(each.office, each.desk) for each in told}) == 1
