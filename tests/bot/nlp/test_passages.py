"""A long text is heard to its end: each sign at letter 9,000 of the 10,000 that the web form takes.

And a plain letter of some 600 letters is what it is about. letters.tsv: split "audit" was read while the bounds were
chosen, "held" was not.
"""

import csv
import re
import time
from pathlib import Path
from typing import Final

import pytest

from bot.nlp.analyse import LIMIT, analyse
from bot.nlp.passages import LONG, WHOLE, cut
from bot.vocabulary import SEALED_DESKS, UNNAMED, Category, Desk, Flight, Urgency
from tests.bot.nlp.routed import filed
from tests.shipped import shipped

_CHATTER: Final = (
    "كعدت الصبح من وكت وطبخت الريوك وبعدين اجو خطار من البصرة وسولفنا على الكهرباء والحر والاسعار والدوام. "
    "بعدها طلعت اشتري خضرة من السوك ولكيت الطماطة غالية كلش والناس ملتمة على محل اللحم، ورجعت تعبانة ونمت شوية. "
)
_ALL: Final = 10_000


def _letters(*splits: str) -> list[str]:
    with (Path(__file__).parent / "letters.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["split"] in splits]


def _is_lost(letter: str) -> bool:
    """Whether a plain letter does not reach those who work on such matters, or rings for nothing."""
    report = filed(letter)
    plain = report.to.desk in {Desk.GENERAL, Desk.MEDIATION, Desk.URGENT}
    return not plain or report.facts.urgency is Urgency.EMERGENCY


def _with(letter: str, sign: str) -> str:
    """The letter with a sentence more, behind its middle."""
    at = letter.rfind(". ", 0, len(letter) * 3 // 4) + 2
    return f"{letter[:at]}{sign} {letter[at:]}"


def _at(letter: int, sign: str, *, of: int = _ALL) -> str:
    chatter = _CHATTER * (of // len(_CHATTER) + 1)
    return f"{chatter[:letter]}. {sign}. {chatter[letter:of]}"[:of]


@pytest.mark.parametrize(
    "sign",
    [
        "وزوجي يضربني كل يوم",
        "كان خالي يجي لغرفتي بالليل واني زغيرة",
        "مێردەکەم هەموو ڕۆژێک لێم دەدات",
        *(
            pytest.param(sign, marks=pytest.mark.slow)
            for sign in (
                "ابن عمي يتحرش بيه من زمان",
                "واحد يبتزني بصوري ويريد فلوس",
                "اخذوا جوازي وما يخلوني اطلع من الشغل",
                "هربت من اهلي واهلي يدورون علي",
                "مرتي طلعت من البيت وما رجعت رجعوها",
                "my husband beats me every day",
            )
        ),
    ],
)
def test_what_is_hers_is_sealed_though_it_stands_at_letter_9000(sign: str) -> None:
    report = filed(_at(9_000, sign))
    assert (report.facts.sensitive, report.to.desk in SEALED_DESKS) == (True, True)


def test_an_emergency_at_letter_9000_rings_an_urgent_desk() -> None:
    report = filed(_at(9_000, "هسه رمي قوي وجرحى الحقونا بسرعة"))
    assert (report.facts.urgency, report.to.desk) == (Urgency.EMERGENCY, Desk.URGENT)


@pytest.mark.parametrize(
    "account",
    [
        "باص انكلب بالطريق السريع والركاب محشورين جوه وما يطلعون والسيارات واكفة والناس تحاول تكسر الجام حتى يطلعون",
        "سيارة دعست طفل وهربت وهو ما يتحرك والسايق ما وكف وراح بسرعة والطفل ممدد بالشارع والسيارات تفوت من يمه",
    ],
)
def test_an_emergency_that_no_word_but_a_model_hears_is_one_behind_the_first_passage(account: str) -> None:
    said = analyse(shipped(), account)
    assert (said.flagged, said.urgency) == (False, Urgency.EMERGENCY)
    assert analyse(shipped(), _at(WHOLE + 100, account, of=WHOLE + 900)).urgency is Urgency.EMERGENCY


def test_who_wants_to_die_and_says_so_at_letter_9000_is_heard() -> None:
    assert analyse(shipped(), _at(9_000, "ما اريد اعيش بعد راح انهي حياتي")).category is Category.SELF_HARM


def test_an_officer_named_at_letter_9000_is_kept_from_the_report() -> None:
    text = _at(9_000, "الحرامي ضابط بمركز شرطة الكرادة")
    report = filed(f"انباك موبايلي بالكرادة. {text}"[:_ALL])
    assert analyse(shipped(), text).insiders
    assert "BG-karrada" in report.facts.apart
    assert report.to.office not in report.facts.apart


@pytest.mark.slow
def test_a_tip_at_letter_9000_is_for_vetted_liaisons_unless_something_of_hers_stands_beside_it() -> None:
    assert filed(_at(9_000, "جارنا داعشي ويجمع شباب للتنظيم")).to.desk is Desk.SECURITY
    both = analyse(shipped(), f"وزوجي يضربني كل يوم. {_at(9_000, 'جارنا داعشي ويجمع شباب للتنظيم')}")
    assert both.category is Category.DOMESTIC_VIOLENCE
    assert UNNAMED in both.insiders


def test_fear_is_heard_at_letter_9000() -> None:
    assert analyse(shipped(), _at(9_000, "لا تكولون اسمي لاحد")).fear


@pytest.mark.slow
def test_so_are_a_wish_an_age_and_flight() -> None:
    assert analyse(shipped(), _at(9_000, "اريد ضابطة تحجي وياي")).woman_officer
    assert analyse(shipped(), _at(9_000, "بنتي عمرها 12 وابوها يريد يزوجها")).minor
    assert analyse(shipped(), _at(9_000, "هربت من اهلي واهلي يدورون علي")).flight is Flight.OWN


@pytest.mark.parametrize(
    "wish",
    ["أريد امرأة تقرأ هذه الرسالة.", pytest.param("I want a woman to read this.", marks=pytest.mark.slow)],
)
def test_the_place_and_the_wish_that_a_form_adds_are_heard_after_any_length(wish: str) -> None:
    told = f"انباك موبايلي. {_at(9_000, '')}\nالمكان: الكرادة، بغداد\n{wish}"
    report = filed(told)
    assert (report.facts.woman_officer, report.to.office) == (True, "BG-karrada")
    assert report.to.desk in SEALED_DESKS


@pytest.mark.slow
def test_personal_data_at_letter_9000_is_masked_where_it_stands() -> None:
    found = analyse(shipped(), _at(9_000, "رقمي 07700000012 انباك ماطوري"))
    assert "0012" not in found.key
    assert any(found.clean[span.start : span.end] == "07700000012" for span in found.spans)


def test_every_word_of_a_long_text_is_in_a_whole_passage_and_in_a_short_one() -> None:
    words = [f"كلمة{number}" for number in range(2_000)]
    for text in (" ".join(words), " ".join(words)[: WHOLE - 1], "ه" * 9_000):
        passages = cut(text)
        assert all(len(each) <= WHOLE for each in passages.whole)
        for kind in (passages.whole, passages.short):
            assert {word for word in text.split() if len(word) < LONG} <= {one for each in kind for one in each.split()}


def test_a_text_as_long_as_most_is_read_as_it_stands() -> None:
    assert cut("ه" * LONG).short == ()
    assert cut("ه" * LONG).whole == ("ه" * LONG,)


def test_each_sentence_of_the_longest_real_text_is_read_alone() -> None:
    text = " ".join(_letters("audit", "held"))[:_ALL]
    read = cut(f"{text}. وهاي اخر جملة بالرسالة كلها").sentences
    assert len(text) > _ALL * 0.9
    assert "وهاي اخر جملة بالرسالة كلها" in read
    assert not any(sign in each for each in read for sign in ".؟،")


@pytest.mark.parametrize("number", [1, 2, 5, 10])
def test_a_plain_letter_is_what_it_is_about_whatever_half_a_sentence_of_it_sounds_like(number: int) -> None:
    assert not _is_lost(_letters("audit")[number])


@pytest.mark.slow
def test_of_plain_letters_few_go_astray() -> None:
    assert len(_letters("audit", "held")) == 24
    assert sum(map(_is_lost, _letters("audit"))) <= 4
    assert sum(map(_is_lost, _letters("held"))) <= 5


@pytest.mark.parametrize("number", [2, 14])
def test_what_is_hers_in_a_plain_letter_is_sealed(number: int) -> None:
    letter = _letters("audit", "held")[number]
    assert filed(_with(letter, "وكل هذا وزوجي يضربني كل يوم وما احد يدري.")).to.desk in SEALED_DESKS
    assert filed(_with(letter, "والحرامي هو ضابط بمركز شرطة الكرادة.")).facts.insider
    assert filed(_with(letter, "واخوي منتسب بالمركز ويعرف كلشي ويهددني.")).facts.insider


@pytest.mark.slow
@pytest.mark.parametrize(
    "sign",
    [
        "وهم اكو واحد يبتزني بصوري ويريد فلوس.",
        "وابن عمي يتحرش بيه من زمان وما اعرف لمن احجي.",
        "and besides all this my husband beats me when he is drunk.",
        "واخوي حالف يكتلني اذا طلعت من البيت.",
        "وبنت اختي هاربة من اهلها ونايمة عدنا بالغرفة الفوكانية.",
        "واني هربت من اهلي واهلي يدورون علي.",
        "وابوي يريد يزوجني غصب من ابن عمي.",
    ],
)
def test_hardly_anything_of_hers_in_a_plain_letter_is_missed(sign: str) -> None:
    told = [filed(_with(letter, sign)).to.desk for letter in _letters("audit", "held")[::3]]
    assert sum(desk not in SEALED_DESKS for desk in told) <= 1


@pytest.mark.parametrize("number", [2, 14])
@pytest.mark.parametrize(
    ("sign", "category"),
    [
        ("وابن الجيران يجمع شباب ويحجيلهم عن داعش والجهاد.", Category.EXTREMISM),
        ("واكو استاذ يلمس الطلاب الصغار بالصف.", Category.CHILD_PROTECTION),
        ("واكو واحد يبتزني بصوري ويهددني ينشرها.", Category.ELECTRONIC_BLACKMAIL),
        ("وقبل شوي خطفوا ابن جيراننا بسياره بيضه.", Category.KIDNAPPING),
    ],
)
def test_what_a_sentence_alone_almost_surely_tells_is_heard_in_a_plain_letter(
    number: int, sign: str, category: Category
) -> None:
    alone, among = (analyse(shipped(), text) for text in (sign, _with(_letters("audit", "held")[number], sign)))
    assert (alone.category, among.category) == (category, category)
    assert (among.urgency, among.sensitive) >= (alone.urgency, alone.sensitive)


def _dictated(letter: str) -> str:
    """The letter as a telephone writes it down that is spoken to: without a stop."""
    return " ".join(re.sub(r"[.،؟؛!?\n]", " ", letter).split())


@pytest.mark.parametrize("number", [2, 14])
@pytest.mark.parametrize(
    ("sign", "category"),
    [
        ("واكو ملا يخلي الولد الزغار يكعدون بحضنه ويبوسهم", Category.CHILD_PROTECTION),
        ("واكو واحد ماخذ صوري ويريد فلوس لو ينشرهن", Category.ELECTRONIC_BLACKMAIL),
        ("وهسه خطفوا ابن جارنا بسياره بيضه", Category.KIDNAPPING),
        ("وجاري يجند شباب لداعش بالسرداب", Category.EXTREMISM),
    ],
)
def test_it_is_heard_in_a_letter_that_was_dictated_without_a_stop(number: int, sign: str, category: Category) -> None:
    letter = _with(_letters("audit", "held")[number], sign)
    assert analyse(shipped(), _dictated(letter)).category is category


def test_one_of_kin_beside_it_makes_sure_what_a_sentence_alone_is_less_sure_of() -> None:
    letter = _with(_letters("audit", "held")[2], "وخالي يجيلي بالليل للفراش من عمري عشر سنين.")
    assert filed(letter).to.desk in SEALED_DESKS


@pytest.mark.slow
def test_of_plain_letters_hardly_more_go_astray_without_their_stops() -> None:
    astray = [_is_lost(letter) for letter in _letters("audit", "held")]
    assert sum(_is_lost(_dictated(letter)) for letter in _letters("audit", "held")) <= sum(astray) + 1


@pytest.mark.parametrize("length", [900, 2_500, _ALL, LIMIT])
def test_every_word_without_stops_is_in_a_piece_and_there_are_300_at_most(length: int) -> None:
    words = [f"كلمة{number}" for number in range(length // 9)]
    read = cut(" ".join(words)).pieces
    assert {word for each in read for word in each.split()} == set(words)
    assert len(read) <= 300


def test_chatter_alone_raises_nothing() -> None:
    found = analyse(shipped(), _at(9_000, ""))
    assert (found.urgency, found.sensitive, found.insiders, found.flight) == (Urgency.NORMAL, False, (), Flight.NONE)


@pytest.mark.slow
def test_the_longest_text_takes_a_few_seconds_at_most_on_a_busy_machine() -> None:
    began = time.process_time()
    analyse(shipped(), _at(0, "", of=LIMIT))
    assert time.process_time() - began < 10
