"""Several things told in one private talk: what belongs together stays so, and each code is told as what it is."""

import re

from bot.vocabulary import Role
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import seated
from tests.journeys.phone import answered, led, reports, says

pytestmark = on_sqlite_mostly


async def test_a_private_talk_is_no_row_of_strangers_and_its_first_code_stays_the_way_to_it(town: Town) -> None:
    (first,) = await says(town, "سري: جارنا يبيع مخدرات بالكرادة قرب المدرسة")
    assert "رمزك الوحيد" in first
    for more in ("عنده مسدس", "اني خايفة", "عادي"):
        await says(town, more)
    assert len(await reports(town)) == 1
    (other,) = await says(town, "والضابط كرار بمركز شرطة الكرادة ياخذ رشوة منه")
    assert "الوحيد" not in other
    assert "الأول" in other
    assert len(await reports(town)) == 2
    assert _code(first) != _code(other)
    await says(town, f"حذف {_code(first)}", who="+9647700000077")
    await says(town, "نعم", who="+9647700000077")
    # Both tell the same hour, so nothing tells which came first; but the complaint lies at oversight.
    assert [row.desk for row in await reports(town) if row.erased_at is None] == ["oversight"]


async def test_an_answer_to_the_office_amid_a_private_talk_is_told_how_it_comes_to_who_asked(town: Town) -> None:
    found = re.search(r"\d{6}", (await says(town, "سرقوا دراجتي الهوائية من باب المحل بالشعلة"))[0])
    assert found
    (stolen,) = await reports(town)
    await says(town, "سري: جارنا يبيع مخدرات قرب مدرسة الكرادة")
    await answered(town, stolen, "ما لون الدراجة وبأي ساعة سرقوها؟")
    answer = "الدراجة حمراء وسرقوها الساعة اربعة من باب محل ابو كرار"
    (said,) = await says(town, answer)
    assert "سؤالنا" in said
    assert len(await reports(town)) == 3
    await says(town, f"{found[0]} {answer}")
    assert len(await reports(town)) == 3
    assert await led(town) == {stolen.id}
    async with seated(town, Role.COORDINATOR, stolen.office, stolen.desk) as officer:
        assert "ابو كرار" in await officer.page(stolen.number)


def _code(said: str) -> str:
    found = re.search(r"\d{16}", said)
    assert found
    return found[0]
