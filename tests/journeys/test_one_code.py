"""On a phone that a word locks one report's code was just said, and somebody else may write now."""

import pytest

from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import HOLE, code_in, days, reports, said_of, says
from tests.journeys.test_days_later import ADDED

AFRAID = "محد يدري دخيلكم. اخوي يهددني بالقتل"
HURT = "الدكتورة كالت عندي كسر بايدي"


async def _opened(town: Town) -> str:
    """A pothole is told; four days later she, with her word; a day later the pothole's code is said: that code."""
    code = code_in(await says(town, HOLE))
    await days(town, 4)
    await says(town, AFRAID)
    await days(town, 1)
    await says(town, code)
    return code


@on_both
async def test_what_sounds_hers_is_kept_as_without_that_code_and_what_follows_beside_it(town: Town) -> None:
    code = await _opened(town)
    assert all(word not in text for text in await says(town, HURT) for word in (ADDED, "911", "رقم الطلب"))
    hole, hers, kept = await reports(town)
    assert (await said_of(town, hole.id), hole.desk) == (1, "general")
    assert (await said_of(town, kept.id), kept.office, kept.desk) == (1, hers.office, hers.desk)
    await says(town, "هو بالشغل تعالوا")
    assert (await said_of(town, hole.id), await said_of(town, kept.id)) == (1, 2)
    await says(town, code)
    await says(town, "قرب المدرسة")
    assert (await said_of(town, hole.id), len(await reports(town))) == (2, 3)


@on_sqlite_mostly
async def test_what_goes_on_with_it_plainly_is_added(town: Town) -> None:
    await _opened(town)
    for heard, words in enumerate(("قرب المدرسة", "بعدها الحفرة مفتوحة"), 2):
        await says(town, words)
        assert await said_of(town, (await reports(town))[0].id) == heard
    assert len(await reports(town)) == 2


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("words", ["اخوي يهددني بالقتل", "اريد اطلع من البيت وما اعرف وين"])
async def test_of_what_would_be_a_report_of_its_own_no_number_is_told(town: Town, words: str) -> None:
    await _opened(town)
    assert not any(sign.isdecimal() for text in await says(town, words) for sign in text.replace("1،", ""))
    *_, hers, kept = await reports(town)
    assert (kept.office, kept.desk, kept.reachable) == (hers.office, hers.desk, "no")
