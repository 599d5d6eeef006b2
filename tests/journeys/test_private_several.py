"""Several things told in one private talk: what belongs together stays so, and each code is told as what it is."""

import re

from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import reports, says

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
    assert [row.erased_at is None for row in await reports(town)] == [False, True]


def _code(said: str) -> str:
    found = re.search(r"\d{16}", said)
    assert found
    return found[0]
