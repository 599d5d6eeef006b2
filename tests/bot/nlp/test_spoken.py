"""A telephone number told aloud is found in its groups, and prices, ages, dates and houses stay as they are."""

import time

import pytest

from bot.nlp.normalise import clean
from bot.nlp.personal import redact, spans

TOLD = (
    ("رقمي ", "صفر سبعمية وسبعين مية وثلاثة وعشرين خمسة واربعين سبعة وستين", ""),
    ("خابروني على ", "صفر سبعمية وسبعين ميتين وثلاثة ثلاثين اربعين", " رجاء"),
    ("رقم اخوي ", "زيرو سبعمية وثمانين خمسمية واثنين احدعش اثنين وعشرين", " وهو خايف"),
    ("موبايلها ", "سبعمية وسبعين صفر صفر صفر صفر صفر ستين", ""),
    ("تلفونه ", "صفر سبعة سبعين صفر صفر صفر صفر واحد واربعين", " بس لا تدكون بالليل"),
    ("اتصلوا بيه ", "صفر سبعمئة وخمسين، مئة وعشرين، ثلاثة وثلاثين، خمسة وخمسين", ""),
    ("اتصلو بينا على ", "صفر سبع مية وسبعين مية وثلاثة وعشرين خمسطعش سطعش", ""),
    ("الرقم مالتي ", "صفر سبعميه وسبعين ثلثميه وعشرة ثنعش ثلطعش", " سجلوه"),
    ("هاتف البيت ", "صفر واحد سبعمية واثنعش خمسة وثلاثين ستة وستين", ""),
    ("رقمه ", "سبعمية وتسعين ، مية وواحد ، عشرين ، ثلاثين", ""),
    ("", "صفر سبعمية وسبعين بعدين مية وثلاثة وعشرين بعدين خمسة واربعين سبعة وستين", " هذا رقم جارنا"),
    ("هو يرد على ", "سبعمية وسبعين مية وثلاثة وعشرين خمسة واربعين سبعة وستين", " العصر"),
    ("رقمي ", "0770 مية وثلاثة وعشرين خمسة واربعين 67", ""),
    ("خابر ", "صفر سبعمائة وسبعين تسعمائة وتسعين ثمنطعش تسعطعش", " وقل له"),
    ("واتساب ", "صفر صفر تسعمية واربعة وستين سبعمية وسبعين مية وثلاثة خمسين ستين", ""),
    ("خطي ", "سبعمية وسبعين تمنمية وتمنين تمانية تسعة صفر صفر", ""),
    ("ژمارەکەم ", "سفر حەوت سەد و حەفتا سەد و بیست و سێ چل و پێنج شەست و حەوت", ""),
    ("مۆبایلەکەی ", "سفر حەوسەد و پەنجا چوارسەد و دوازدە سی و یەک هەشتا", " تکایە"),
    ("پەیوەندی بکەن بە ", "حەوتسەد و حەفتا دووسەد و ده بیست و دوو چل", ""),
    ("تەلەفۆنم ", "سفر حەوت سەد و حەفتا، پێنج سەد، شەست، هەشتا و سێ", ""),
    ("call me on ", "zero seven seven zero, zero zero zero, zero zero one two", ""),
    ("My number is ", "Zero seven seventy, zero zero zero, zero zero, twelve", ""),
    ("they ring from ", "oh seven seven oh triple zero double zero twelve", " at night"),
    ("his brother is on ", "077 zero zero zero zero zero twelve", ""),
    ("his brother is on ", "zero double seven zero, zero zero zero, double zero, forty-one", " most days"),
    ("", "seven seventy, zero zero zero, zero zero, thirty one", " is hers"),
    ("phone: ", "seven hundred and seventy, triple zero, double zero, fifty", ""),
    ("WhatsApp plus ", "nine six four seven seven zero zero zero zero zero zero sixty two", ""),
    ("reach us at ", "double zero nine six four, seven seventy, triple zero, zero zero ninety nine", ""),
    ("رقمي ", "zero seven seven zero zero zero zero zero zero one two", " خابروني"),
)
NEAR = (
    "طلب مني سبعمية وخمسين الف ومية وثلاثة وعشرين دولار",
    "اتصل وكال اريد خمسة ملايين وسبعمية وخمسين الف دينار",
    "خابرني وطلب مليون ومية وخمسة وعشرين الف",
    "دفعت سبعمية وسبعين دولار وبعدين مية وثلاثة وعشرين دولار",
    "السعر صار مية وخمسة وعشرين بعدين مية وخمسين بعدين ميتين",
    "رقم البيت خمسة وعشرين محلة ستمية واثنين زقاق ثلاثين",
    "رقم الدار مية وثلاثة وعشرين شارع سبعين",
    "محلة تسعمية وثلاثة زقاق واحد وعشرين دار خمسطعش",
    "رقم القضية سبعمية وثلاثة وعشرين",
    "رقم الغرفة مية واثنين بالطابق الثالث",
    "اعمارهم سبعة وتسعة واحدعش وثلطعش وخمسطعش وعشرين",
    "اتصلت امي واعمار اطفالها سبعة، تسعة، احدعش، ثلطعش، خمسطعش",
    "عمري خمسة وثلاثين سنة وزوجي خمسة واربعين",
    "عنده ستة وعشرين سنة وبنته ثلاث سنين",
    "صار الحادث بخمسة وعشرين تسعة الفين وثلاثة وعشرين",
    "من سنة الفين واربعطعش والى الفين وسبعطعش",
    "الساعة خمسة وعشرين دقيقة",
    "اتصلت بيهم الساعة سبعة وثلاثين دقيقة وما ردوا",
    "اتصلنا ثلاث مرات وما رد احد",
    "خابرتهم خمسة وعشرين مرة خلال يومين",
    "اخذوا خمسمية وثلاثين راس غنم",
    "صفر سبعة حي العامل",
    "احنا سبعين نفر بالقاعة وخمسة وعشرين طفل برة",
    "رقم الباص سبعة وثلاثين ويوقف كدام الجامع",
    "اتصل بيه واحد وكال راح ناخذ منك ميتين وخمسين ورقة",
    "الخط الواصل لبيتنا مقطوع من خمسة وعشرين يوم",
    "رجعت من السفر بعد خمسة واربعين يوم",
    "تەمەنم بیست و پێنج ساڵە و مێردم چل و سێ",
    "پێنج سەد هەزار دیناریان لێ سەندم و دوو سەد و پەنجا دۆلار",
    "ژمارەی ماڵ بیست و سێ کۆڵان چل و پێنج گەڕەک شەش سەد و دوو",
    "He called and wanted seven hundred and fifty thousand dinars",
    "I paid one hundred twenty five, then two hundred fifty, then three hundred dollars",
    "my children are two, five, seven, eleven, thirteen and fifteen years old",
    "They call me between seven thirty and eight forty five in the morning",
    "he called two or three times, then four, then twenty five times",
    "the number of the house is twenty three, street forty five, district six hundred and two",
    "It happened on the twenty one of nine, two thousand twenty three",
    "zero seven men came in two cars",
    "seven seventy year old men sat there",
)


def _shown(text: str) -> str:
    cleaned = clean(text)
    return redact(cleaned, spans(cleaned))


@pytest.mark.parametrize(("before", "number", "after"), TOLD)
def test_a_number_told_in_groups_is_masked_whole(before: str, number: str, after: str) -> None:
    assert _shown(before + number + after) == clean(before) + ("" if not before else " ") + "[PHONE]" + after


@pytest.mark.parametrize("text", NEAR)
def test_numbers_that_are_no_telephones_stay(text: str) -> None:
    assert _shown(text) == clean(text)


def test_enough_of_both_is_tried() -> None:
    assert len(set(TOLD)) >= 20
    assert len(set(NEAR)) >= 30


@pytest.mark.parametrize("unit", ["صفر بعدين ", "سبعمية و", "رقمي ", "مية وثلاثة ", "1 و ", "و "])
def test_however_many_words_it_takes_no_long_time(unit: str) -> None:
    began = time.process_time()
    spans(unit * (10_000 // len(unit)))
    assert time.process_time() - began < 1.0
