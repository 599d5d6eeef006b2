"""Personal data is found in every spelling, and what is none is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.normalise import clean, key
from bot.nlp.personal import mask, redact, spans


def redacted(text: str) -> str:
    return redact(text, spans(text))


@pytest.mark.parametrize(
    "phone",
    [
        "07700000012",
        "0770 000 0012",
        "0770-000-0012",
        "+964 770 000 0012",
        "00964 770 000 0012",
        "9647700000012",
        "+964 (0) 770 000 0012",
        "7700000012",
        "٠٧٧٠٠٠٠٠٠١٢",
        "۰۷۷۰ ۰۰۰ ۰۰۱۲",
        "+964.770.000.00.12",
    ],
)
def test_a_phone_is_masked_however_it_is_written(phone: str) -> None:
    assert redacted(f"اتصلوا {phone} رجاء") == "اتصلوا [PHONE] رجاء"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ارسل الى a.b-c@example.com هسه", "ارسل الى [EMAIL] هسه"),
        ("الرابط https://t.me/abc/1?x=2 شوفوه", "الرابط [LINK] شوفوه"),
        ("صفحة t.me/abc و facebook.com/x", "صفحة [LINK] و [LINK]"),
        ("حسابه @bad_guy.99 ع التلكرام", "حسابه [HANDLE] ع التلكرام"),
        ("انستا: bad_guy", "انستا: [HANDLE]"),
        ("هويتي 199012345678", "هويتي [ID]"),
        ("جواز A12345678", "جواز [ID]"),
        ("بطاقتي 4111 1111 1111 1111 انباكت", "بطاقتي [CARD] انباكت"),
        ("سيارة ٢١ أ ١٢٣٤٥ بيضة", "سيارة [PLATE] بيضة"),
        ("تاهو رقمها 12345", "تاهو رقمها [PLATE]"),
        ("بغداد 45678 سايبا", "[PLATE] سايبا"),
        ("اسمي علي حسين واسكن بالحلة", "اسمي [NAME] واسكن بالحلة"),
        ("اسمها فاطمة", "اسمها [NAME]"),
        ("الضابط احمد طلب فلوس", "الضابط [NAME] طلب فلوس"),
        ("ابو حسين جارنا", "[NAME] جارنا"),
        ("ناوم ئازادە", "ناوم [NAME]"),
        ("my name is Ali Hassan please", "my name is [NAME] please"),
    ],
)
def test_personal_data_is_masked(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "اتصل 911 او 104 او 119",
        "لا تكولون اسمي ينعرف",
        "اسمه ما اعرفه",
        "القرية اسمها الشعلة",
        "اخذوا 500000 دينار و ٢٥ الف الساعة 10:30",
        "من سنة 2003 و2014",
        "حي 17 تموز",
        "my instagram account was hacked",
        "123456",
        "1234 5678 9012 3456",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "بعدين: شفتهم",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert redacted(text) == text


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789٠٧+-@./ :اسمي")), max_size=80))
def test_spans_lie_in_the_text_in_order_and_apart(raw: str) -> None:
    text = clean(raw)
    found = spans(text)
    edges = [edge for span in found for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert redact(text, ()) == text


def test_a_mask_survives_folding_and_is_no_word() -> None:
    text = "رقمي 0770 000 0012"
    assert key(mask(text, spans(text))) == "ركمي piiphone"


@pytest.mark.parametrize("unit", ["7", "1 ", "a.", "@a", "رقمها ", "اسمي ", "07 ", ": a", "insta ", "12 -", "ا"])
@pytest.mark.timeout(60)
def test_no_text_takes_long(unit: str) -> None:
    spans(unit * (4096 // len(unit)))
