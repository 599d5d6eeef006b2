"""WhatsApp and SMS of one number are one phone: what is wished by the one holds for the other."""

import pytest

from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN
from tests.journeys.phone import answered, code_in, days, reports, said_of, says

BY_APP = f"whatsapp:{WOMAN}"
BEATEN = "زوجي يضربني كل يوم بالكرادة"
QUESTION = "هل ما زال يضربك؟"


@pytest.mark.parametrize("wish", ["يفتشون موبايلي", "STOP"])
@on_sqlite_mostly
async def test_what_is_wished_by_sms_holds_for_what_was_told_by_whatsapp(town: Town, wish: str) -> None:
    await says(town, BEATEN, who=BY_APP)
    (told,) = await reports(town)
    await days(town, 4)
    await says(town, wish)
    shown = [*await answered(town, told, QUESTION), *await answered(town, told, QUESTION, who=BY_APP)]
    assert not any(QUESTION in each for each in shown)


@on_sqlite_mostly
async def test_who_told_by_whatsapp_goes_on_by_sms_and_is_answered_there(town: Town) -> None:
    code = code_in(await says(town, BEATEN, who=BY_APP))
    (told,) = await reports(town)
    await says(town, f"{code} هسه هم ضربني")
    assert await said_of(town, told.id) == 2
    assert any(QUESTION in each for each in await answered(town, told, QUESTION))
