"""What complains of oversight, a women's department or the national office is read by none of the offices it names."""

import pytest

from bot.decide import ours
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Desk, OfficeKind
from tests.bot.nlp.routed import demonstration, filed, worked_at
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("موظف بالرقابة في الوسط ببغداد ياخذ رشوة من الناس", {"IQ-oversight-centre"}),
        ("شكوى على مكتب الرقابة بالوسط بالكرادة طمسوا شكواي", {"IQ-oversight-centre"}),
        ("قسم الرقابة ببغداد باعوا شكوتي للضابط", {"IQ-oversight", "IQ-oversight-centre"}),
        ("الي بالرقابة خبّر الضابط عن شكواي بالكرادة", {"IQ-oversight", "IQ-oversight-centre"}),
        ("مدير الرقابة الوطنية اخوي وهو يهددني", {"IQ-oversight"}),
        ("مدير الرقابة طمس شكواي", {"IQ-oversight"}),
        ("فەرمانبەرێکی چاودێریی ناوەڕاست بەرتیل وەردەگرێت", {"IQ-oversight-centre"}),
        ("my uncle works at National Oversight in Baghdad and takes bribes", {"IQ-oversight", "IQ-oversight-centre"}),
        ("the oversight officer in Basra sold my complaint", {"IQ-oversight", "IQ-oversight-south"}),
        ("اخت زوجي تشتغل بقسم النساء في الوسط وزوجي يضربني بالكرادة", {"IQ-women-centre"}),
        ("موظفة بالقسم الوطني للنساء كشفت سري لزوجي", {"IQ-women"}),
        ("رئيس المكتب الوطني للشرطة المجتمعية تحرش بيه", {"IQ"}),
    ],
)
def test_an_office_of_ours_that_is_named_anywhere_is_kept_apart(text: str, apart: set[str]) -> None:
    report = filed(text)
    assert apart <= set(report.facts.apart)
    assert report.to.office not in report.facts.apart


def test_what_an_oversight_chief_extorts_is_sealed_and_kept_from_him() -> None:
    report = filed("مدير الرقابة الوطنية ببغداد يبتز الناس وياخذ فلوس")
    assert report.facts.insider
    assert {"IQ-oversight", "IQ-oversight-centre"} <= set(report.facts.apart)
    assert report.to.desk in SEALED_DESKS | {Desk.OVERSIGHT}


@pytest.mark.parametrize(
    "text",
    [
        "ضابط بالشعلة ضربني واريد الرقابة تعرف",
        "وصلوا شكواي للرقابة ضابط بالشعلة ياخذ رشوة",
        "الرقابة الصحية ما اجت للمطعم بالكرادة",
        "ماكو رقابة على الاسعار بالكرادة",
        "please tell oversight that an officer hit me",
        "it was an oversight, the street lamp is broken",
        "کامێرای چاودێری شکاوە لە شەقام",
    ],
)
def test_who_asks_for_oversight_or_means_another_names_none_of_ours(text: str) -> None:
    assert OfficeKind.OVERSIGHT not in ours.kinds(analyse(shipped(), text))
    watchers = {code for code, office in demonstration().offices.items() if office.kind is OfficeKind.OVERSIGHT}
    assert not watchers & set(filed(text).facts.apart)


_HER_READERS = worked_at(("IQ-women", Desk.WOMEN), ("IQ-women-centre", Desk.WOMEN), ("BG-karrada", Desk.WOMEN))


@pytest.mark.parametrize(
    "text",
    [
        "الموظفة الي تستلم رسايل النساء عدكم هي اخت زوجي وتوصله كلشي",
        "المتطوعه الي تجاوب عدكم هي اخت زوجي",
        "ضابطة بقسم شؤون النساء تفشي اسراري لزوجي",
        "الشرطية الي حجت وياي من قسم حماية الاسرة كالت لزوجي كلشي وضربني",
        "مسؤولة قسم النساء بالرصافة صديقة حماتي وسربت شكوتي عن ضرب زوجي",
        "الي قرت رسالتي عن ابتزازي صارت تبتزني هي هم",
        "وحدة من مكتبكم النسوي بنت عم رجلي وتعلمه وين اني",
        "رجلي يعرف ضابطه بقسم النساء عدكم وكل شي توصله",
        "مرت ابوي موظفه بحماية الاسره بالكراده وتعذبني",
        "the woman who answers your messages is my husband's sister and tells him everything",
        "the officer at the women's desk told my husband where I hide",
        "افسرەکەی بەشی ژنانی ئێوە خوشکی مێردمە و هەموو شتێکی پێ دەڵێت",
    ],
)
def test_who_complains_of_who_reads_what_women_write_is_read_by_none_of_them_though_others_have_nobody(
    text: str,
) -> None:
    report = filed(text, among=_HER_READERS)
    women = {code for code, office in demonstration().offices.items() if office.kind is OfficeKind.WOMEN}
    assert women <= set(report.facts.apart)
    assert demonstration().offices[report.to.office].kind is OfficeKind.OVERSIGHT
    assert report.to.desk in SEALED_DESKS


@pytest.mark.parametrize(
    "text",
    [
        "شكرا لقسم شؤون النساء ساعدوني وية زوجي",
        "اخوي الي قرا رسالتي بتلفوني ضربني بالكرادة",
        "زوجي ضابط ويضربني واريد احجي ويه قسم شؤون النساء",
        "زوجي هو الي فتح رسايلي بموبايلي ويهددني",
    ],
)
def test_who_thanks_or_asks_for_women_or_whose_phone_was_read_names_no_womens_office(text: str) -> None:
    assert OfficeKind.WOMEN not in ours.kinds(analyse(shipped(), text))
