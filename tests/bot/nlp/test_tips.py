"""What only goes on with a tip, by the words of data/wordlists/tips.tsv."""

import pytest

from bot.nlp import normalise, tips

_WAS = """جان ضابط قبل
هو شرطي سابق
كان يشتغل بالاستخبارات ايام صدام
منتسب بالداخلية وفصلوه
متقاعد من الشرطة
پێشتر ئەفسەر بوو
ئەفسەرێکی خانەنشینە
he was an officer once
formerly with the police
jan dhabit gabul"""
_ARMS = """ابنه الصغير يتدرب على السلاح
عنده ولد صغير يعلمه يرمي
جاب اطفال ودربهم على الرمي
منداڵەکان فێری چەک دەکات
his little son trains with weapons
he gives rifles to teenagers"""
_WHO = """ساكن يم المدرسة وعنده خمس جهال
اسمه ابو بكر وسيارته بيضة
ناوی ئەحمەدە
he lives behind the mosque
his car is a white toyota"""
_MORE = """رجلي شرطي سابق ويضربني بالعصا
والدي ضابط سابق ويربطني بالسلسلة
zawji shurti sabiq w y6rubni bil 3asa
جان ضابط ويتحرش بالبنات
he used to be a soldier and he rapes his daughter
باوکم پۆلیس بوو و ئازارم دەدات
ابنه بالشارع
ضابط المركز يدري بيه وساكت
ابنه يضرب ابني بالسلاح
جان ضابط ويريد ينام وياي
ساكن يمنا ويهدد الناس
پێشتر پۆلیس بوو و ژنەکەی دەکوتێت
پێشتر پۆلیس بوو و لێی دەدات"""


@pytest.mark.parametrize("text", _WAS.splitlines())
def test_what_he_was_and_is_not_any_more_is_heard(text: str) -> None:
    assert tips.was_of_them(normalise.key(text))


@pytest.mark.parametrize("text", _ARMS.splitlines())
def test_who_arms_the_young_is_heard(text: str) -> None:
    assert tips.arms_the_young(normalise.key(text))


@pytest.mark.parametrize("text", _WHO.splitlines())
def test_who_he_is_and_where_is_heard(text: str) -> None:
    assert tips.says_who(normalise.key(text))


@pytest.mark.parametrize("text", _MORE.splitlines())
def test_where_anybody_is_hurt_or_ones_own_are_told_of_nothing_is(text: str) -> None:
    key = normalise.key(text)
    assert not (tips.was_of_them(key))
    assert not (tips.arms_the_young(key))
    assert not (tips.says_who(key))
