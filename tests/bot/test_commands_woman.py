"""Whoever says nothing but that a woman shall hear them wishes for one, however they put it; whoever tells, tells."""

import time

import pytest

from bot import commands
from bot.commands import Intent
from bot.nlp.analyse import analyse
from tests.shipped import shipped


@pytest.mark.parametrize(
    "text",
    [
        # Iraqi Arabic, as it is typed
        "أريد ضابطة امرأة من فضلكم",
        "ممكن تحچي وياي مرة",
        "اريد وحدة بنية",
        "اكو موظفة عدكم؟",
        "اريد موظفة تحچي وياي",
        "اريد احچي ويه ظابطة",
        "محتاجة موضفة تسمعني",
        "الله يخليكم اريد وحدة مرة تساعدني",
        "هلو، اكدر احجي مع بنية؟",
        "لو سمحتوا ضابط مرة",
        "افضل امرأة تقرأ رسالتي",
        "عدكم شرطه نسائيه؟",
        "اگدر احچي ويا شرطيه",
        "دزولي شرطية بليز",
        "رجاءً حولوني على موظفة",
        "السلام عليكم ممكن باحثة اجتماعية",
        "اريد سيدة تتواصل معي مو رجل",
        "ممكن محققة؟",
        "اريد مرة موظفة احجي وياي مو زلمة",
        # as Mosul says it
        "اغيد شغطية",
        "اغيد احكي مع مغا",
        "اقدغ احكي مع موظفة",
        # in Latin letters
        "areed a7chi wya shur6iya",
        "momkin mwadhafa law sama7to",
        "arid mara",
        "areed dhabita",
        "aku shurtiya",
        # Sorani
        "ئەفسەرێکی ژنم دەوێت",
        "ژنێکم دەوێت",
        "پۆلیسی ژنم دەوێت",
        "کارمەندێکی ژنم دەوێت",
        "ئافرەتێکم دەوێت قسەی لەگەڵ بکەم",
        "پۆلیسی ئافرەت تکایە",
        "دەکرێت لەگەڵ ژنێک قسە بکەم؟",
        "ئەمەوێ لەگەڵ ئافرەتێک بدوێم",
        "تکایە فەرمانبەرێکی ژن",
        "پێم باشترە ئافرەت بێت",
        # Badini
        "من ژنەک دڤێت",
        "ئەز دخوازم دگەل ژنەکێ باخڤم",
        "هیڤی دکەم پۆلیسا ژن",
        # English
        "I'd like a lady officer",
        "do you have a female officer?",
        "can I talk to a woman please",
        "I would prefer to speak with a policewoman",
        "is there a woman I can talk to",
        "only a female officer please",
        "I need a woman cop",
        "could you send a lady police officer",
        "I would be more comfortable with a female officer",
        # no man shall read it, or only women
        "ما اريد رجال يشوف رسالتي",
        "لا تخلون رجال يقرا رسالتي",
        "بس نساء يقرن رسالتي",
        "اكو شرطة نسائية يمكم",
        "اكو بنات يشتغلن يمكم؟",
        "اريد وحدة مو واحد",
        "لا اريد ان يقرأ رسالتي رجل",
        "ما اريد احد من الرجال يقرا",
        "ممنوع رجال يقرون رسالتي",
        "لا تخلي زلمة يشوف كلامي",
        "فقط النساء يقرأن رسالتي رجاء",
        "no man should read this",
        "please don't let any man read this",
        "نامەوێت پیاو نامەکەم بخوێنێتەوە",
        "تەنها ژن نامەکەم بخوێنێتەوە",
        "هیچ پیاوێک نەیبینێت",
        # longer than other commands are
        "السلام عليكم رجاءا اريد احجي ويه موظفة امراة تسمعني تكون بنية مو رجل",
    ],
)
def test_nothing_but_the_wish_is_the_wish(text: str) -> None:
    assert commands.intent(text, "") is Intent.WOMAN
    # Nor is it passed over beside other words.
    assert commands.speaks_of_a_woman(text)
    assert commands.speaks_of_a_woman(f"سري و{text} وسري")


@pytest.mark.parametrize(
    "text",
    [
        "اكو مرة انضربت بالشارع",
        "شرطية ضربتني",
        "شرطية سبتني بالسيطرة",
        "موظفة بالبلدية تريد رشوة",
        "مرة ثانية",
        "اريد مرة ثانية",
        "اول مرة احجي",
        "كل مرة اريد احجي",
        "ممكن فد مرة",
        "اريد احجي مرة وحدة",
        "مرة",
        "بنت",
        "وحدة",
        "هلو مرة",
        "بنت اختي مخطوفة",
        "مرة الضابط باعت سيارتي",
        "مرتي ضربها ضابط",
        "زوجة ضابط تهددني",
        "اريد ابلغ عن مرة",
        "اريد اشتكي على موظفة",
        "اريد شرطية رجلي يضربني",
        "ممكن موظفة اخذت فلوسي",
        "بنية ضايعة بالكرادة",
        "اريد بنتي",
        "ضابط",
        "ژنێک لێدرا",
        "ژنێک هەیە",
        "ژنەکەم دەوێت",
        "پۆلیسێکی ژن سووکایەتی پێکردم",
        "ژنی ئەفسەرێک هەڕەشەم لێدەکات",
        "دەمەوێت سکاڵا لە ژنێک بکەم",
        "ئافرەتێک کوژرا",
        "ژنەک هاتە کوشتن",
        "کچێک ون بووە",
        "I want to report a woman",
        "a woman was beaten",
        "there is a woman",
        "I can see a woman",
        "a policewoman insulted me",
        "an officer's wife threatens me",
        "a lady officer took a bribe",
        "she is a woman",
        "a woman needs help",
        "my woman left",
        "areed mara thania",
        "ما اريد رجلي يقرا رسالتي",
        "ما اريد ابوي يشوف رسالتي",
        "لا تخلون رجال الشرطة يدخلون",
        "اكو بنات يشتغلن بالملهى",
        "رجال يشوفون البنات من الشباك",
        "هیچ پیاوێک نەهات",
        "don't let the men hit us",
        "awal mara a7chi",
    ],
)
def test_a_woman_in_a_tale_is_no_wish(text: str) -> None:
    assert commands.intent(text, "") is None


@pytest.mark.parametrize("words", ["وحدة مرة ", "woman police officer can i ", "پۆلیسێکی ژنم دەوێت ", "اريد "])
def test_words_of_a_wish_without_end_cost_no_time(words: str) -> None:
    began = time.process_time()
    for more in range(1, 30):
        commands.intent(words * more + "x", "")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "انباك موبايلي بالكرادة وما اريد رجال يقرا رسالتي",
        "زوجي يضربني بس نساء يقرن رسالتي",
        "my phone was stolen, please don't let any man read this",
        "مۆبایلم دزرا، با پیاو نەیخوێنێتەوە",
    ],
)
def test_a_wish_that_no_man_read_it_is_heard_beside_what_is_told(text: str) -> None:
    assert analyse(shipped(), text).woman_officer


def test_a_man_in_a_tale_is_no_such_wish() -> None:
    assert not analyse(shipped(), "ما اريد رجال يضربون ابني").woman_officer
