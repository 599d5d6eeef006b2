"""Whoever is named minutes later, or answered, keeps nothing of what was told before, whatever she answers."""

import html

import pytest

from bot.vocabulary import Desk, Role
from tests.carriers import updates
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys import phone
from tests.journeys.conftest import Town
from tests.journeys.desk import seated

BEATEN = "زوجي يضربني بالكرادة كل يوم"
OFFICER = "زوجي ضابط بمركز شرطة الكرادة"


async def _offices(town: Town) -> list[str]:
    return [report.office for report in await phone.reports(town)]


async def _reads(town: Town, desk: str, *texts: str) -> bool:
    """Whether anything of these stands on a page that somebody of this desk of Karrada opens."""
    async with seated(town, Role.FOCAL_POINT, "BG-karrada", desk) as reader:
        pages = [
            html.unescape((await reader.http.get(f"/reports/{each.number}")).text) for each in await phone.reports(town)
        ]
    return any(text in page for text in texts for page in pages)


@on_both
async def test_the_first_leaves_his_office_though_nobody_answers_whether_both_are_one(town: Town) -> None:
    await town.on_duty("BG-karrada", Desk.WOMEN, Role.FOCAL_POINT, 7_700_091)
    await phone.says(town, BEATEN)
    assert await _offices(town) == ["BG-karrada"]
    assert "1 نعم" in (await phone.says(town, OFFICER))[0]
    assert len(await phone.reports(town)) == 2
    assert "BG-karrada" not in await _offices(town)
    assert not await _reads(town, "women", BEATEN, OFFICER)


@pytest.mark.parametrize("answer", ["1", "2"])
async def test_nor_does_her_answer_bring_it_back(town: Town, answer: str) -> None:
    for text in (BEATEN, OFFICER, answer):
        await phone.says(town, text)
    assert "BG-karrada" not in await _offices(town)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("طليقي يبتزني بصوري بالكرادة", "طليقي ملازم بمركز شرطة الكرادة"),
        ("عمي يتحرش بيه بالكرادة", "عمي مدير مركز شرطة الكرادة"),
        ("my husband beats me in Karrada", "my husband is an officer at the Karrada police station"),
    ],
)
async def test_whatever_he_does_and_whoever_he_is(town: Town, first: str, then: str) -> None:
    await phone.says(town, first)
    assert await _offices(town) == ["BG-karrada"]
    await phone.says(town, then)
    assert "BG-karrada" not in await _offices(town)


@on_sqlite_mostly
@pytest.mark.parametrize("then", ["هو يشتغل وياكم", "he is your colleague"])
async def test_the_first_leaves_those_of_whom_he_is_said_to_be(town: Town, then: str) -> None:
    await town.on_duty("BG-karrada", Desk.WOMEN, Role.FOCAL_POINT, 7_700_091)
    await phone.says(town, BEATEN)
    assert await _offices(town) == ["BG-karrada"]
    await phone.says(town, then)
    assert "BG-karrada" not in await _offices(town)
    assert not await _reads(town, "women", BEATEN, then)


@pytest.mark.slow
@pytest.mark.parametrize(
    "then",
    ["هو زميلكم", "صديقكم هو", "شغله بنفس بنايتكم", "هو نفسه الي يرد عليكم", "هاوکارتانە", "hwa wyakm yshtghl"],
)
async def test_in_whatever_words(town: Town, then: str) -> None:
    await phone.says(town, BEATEN)
    await phone.says(town, then)
    assert {office.split("-")[1] for office in await _offices(town)} == {"women"}


async def test_so_it_does_where_her_words_are_replaced_by_them(town: Town) -> None:
    chat = 7_700_000_062
    await town.update(updates.said(chat, BEATEN, 71))
    await phone.quiet(town)
    assert await _offices(town) == ["BG-karrada"]
    await town.update(updates.edited(chat, "هو يشتغل وياكم", 71))
    await phone.quiet(town)
    assert await _offices(town) == ["IQ-women-centre"]


async def test_nothing_that_is_told_next_takes_a_tip_to_civilians(town: Town) -> None:
    await phone.says(town, "واحد يجند شباب لداعش بالكرادة")
    for then in ("اليوم جمعهم بالسرداب", "ابوه يدري وساكت عليه", "هو جارنا ابو عمر بيته يم الجامع"):
        await phone.says(town, then)
    assert {report.desk for report in await phone.reports(town)} == {"security"}


async def test_who_is_told_of_next_to_have_fled_is_hidden_where_she_was_told_of_first(town: Town) -> None:
    await phone.says(town, "زميلتي بالدوام طكت من بيت رجلها وجابت جنطتها ويانه بالشقة بالدورة شسويلها")
    await phone.says(town, "هربت من ضربه ورجلها يدور عليها ويكول يذبحها")
    assert {report.desk for report in await phone.reports(town)} == {"women"}


async def test_who_complains_of_who_reads_what_women_write_is_read_by_none_of_them(town: Town) -> None:
    text = "الموظفة الي تستلم رسايل النساء عدكم هي اخت زوجي وتوصله كلشي"
    await town.on_duty("IQ-women-centre", Desk.WOMEN, Role.FOCAL_POINT, 7_700_092)
    await phone.says(town, text)
    (report,) = await phone.reports(town)
    assert (report.office, report.desk) == ("IQ-oversight", "women")


async def test_whoever_answered_keeps_nothing_of_her_who_says_what_was_done_with_her_words(town: Town) -> None:
    await phone.says(town, BEATEN)
    await phone.answered(town, (await phone.reports(town))[0], "وصلت رسالتك")
    await phone.says(town, "غيرو الموظفة هاي صديقة حماتي وتوصلها كلشي")
    assert {office.split("-")[1] for office in await _offices(town)} == {"oversight"}


async def test_a_tip_leaves_whoever_answered_it_and_told_it_on(town: Town) -> None:
    tip = "جاري يبيع كرستال بالكرادة"
    await phone.says(town, tip)
    await phone.answered(town, (await phone.reports(town))[0], "وصلت رسالتك")
    await phone.says(town, "صاحب الرسالة الي جاوبني صديق جاري وراح كاله")
    assert {office.split("-")[1] for office in await _offices(town)} == {"oversight"}
