import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.commands import Intent, folding, phrases
from bot.vocabulary import Channel, Locale, Option, Reply
from tests.bot.story import catalogue


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("حالة", Intent.STATUS),
        (" حَالَة! ", Intent.STATUS),
        ("الحاله", Intent.STATUS),
        ("STATUS", Intent.STATUS),
        ("دۆخ", Intent.STATUS),
        ("مساعدة", Intent.HELP),
        ("یارمەتی", Intent.HELP),
        ("/help@muntada_bot", Intent.HELP),
        ("/start f_NI", Intent.START),
        ("start", Intent.RESUME),
        ("إيقاف", Intent.STOP),
        ("ڕاگرتن", Intent.STOP),
        ("إلغاء", Intent.CANCEL),
        ("استئناف", Intent.RESUME),
        ("حذف", Intent.ERASE),
        ("Delete.", Intent.ERASE),
        ("سڕینەوە", Intent.ERASE),
        ("بلاغ جديد", Intent.NEW),
        ("اضافة", Intent.ADD),
        ("لغة", Intent.LANGUAGE),
        ("كوردي", Intent.KURDISH),
        ("English", Intent.ENGLISH),
        ("السلام عليكم ورحمة الله وبركاته", Intent.GREETING),
        ("هلو شلونكم صباح الخير", Intent.GREETING),
        ("سڵاو", Intent.GREETING),
        ("شكرا جزيلا", Intent.THANKS),
        ("سوپاس", Intent.THANKS),
        ("نعم", Intent.YES),
        ("لا", Intent.NO),
        ("بەڵێ", Intent.YES),
        ("استلمت", Intent.CLAIM),
        ("وين صار بلاغي", Intent.STATUS),
        ("صار شي؟", Intent.STATUS),
        ("any news?", Intent.STATUS),
        ("شنو جاوبتوا", Intent.STATUS),
        ("شنو كان جوابكم على بلاغي", Intent.STATUS),
        ("what was your answer", Intent.STATUS),
        ("what did you reply to me?", Intent.STATUS),
        ("وەڵامتان چی بوو", Intent.STATUS),
        ("رمزي", Intent.STATUS),
        ("لا تردون", Intent.HUSH),
        ("don’t reply", Intent.HUSH),
        ("وەڵام مەدەنەوە", Intent.HUSH),
        ("تعرفون رقمي؟", Intent.ASK),
        ("silav, hûn kî ne?", Intent.HELP),
        ("الوووو", Intent.GREETING),
        ("جمعة مباركة عليكم وعلى اهلكم", Intent.GREETING),
        ("الله يوفقكم ويحفظكم", Intent.THANKS),
        ("سرّي", Intent.PRIVATE),
        ("سري؟", Intent.ASK),
        ("خصوصي", Intent.PRIVATE),
        ("نهێنی", Intent.PRIVATE),
        ("/private", Intent.PRIVATE),
        ("كتمان", Intent.DISCREET),
        ("غيري يفتح هاتفي", Intent.DISCREET),
        ("وضع عادي", Intent.ORDINARY),
        ("قفل", Intent.LOCK),
        ("كلمتي", Intent.WORD),
        ("اريد شرطية", Intent.WOMAN),
        ("ممكن احجي ويه موظفة مو رجل", Intent.WOMAN),
        ("وحدة مره رجاء", Intent.WOMAN),
        ("دەمەوێت لەگەڵ پۆلیسی ژن قسە بکەم", Intent.WOMAN),
        ("I want to speak with a woman officer please", Intent.WOMAN),
        ("بهدوء", Intent.DISCREET),
        ("بێدەنگ", Intent.DISCREET),
        ("اريد اقدم بلاغ سري", Intent.PRIVATE),
        ("بلاغ مجهول", Intent.PRIVATE),
        ("i want to make an anonymous report", Intent.PRIVATE),
    ],
)
def test_a_command_typed_alone_is_understood(text: str, meant: Intent) -> None:
    assert commands.intent(text, "") is meant


@pytest.mark.parametrize(
    "text",
    [
        "اريد حذف صوري من صفحته",
        "السلام عليكم انباك ماطوري",
        "لا تگولون اسمي",
        "ساعدوني",
        "help me",
        "النجدة",
        "شكرا بس بعدهم واگفين بالباب",
        "",
        "/",
        "؟؟؟",
        "كافي",
        "صار شي",
        "لا تردون علي ابوي يعتدي علي",
        "شرطية ضربتني",
        "بنت",
        "مرة",
        "اريد مرة ثانية",
        "امراة تصرخ",
        "a woman is screaming",
        "كلمتي زيتون",
        "سري للغاية انباك ماطوري",
    ],
)
def test_a_command_inside_a_sentence_is_a_concern(text: str) -> None:
    assert commands.intent(text, "") is None


def test_every_command_can_be_tapped() -> None:
    assert {commands.intent("", f"v1:cmd:{each}") for each in Intent} == set(Intent)


@pytest.mark.parametrize("choice", ["v2:cmd:help", "v1:cmd:", "v1:cmd:nonsense", "v1:place:IQ-BG", "🤷", "v1"])
def test_a_tap_that_is_no_command_commands_nothing(choice: str) -> None:
    assert commands.intent("حذف", choice) is None


@pytest.mark.parametrize("text", ["2", "٢", "۲", " 2. ", "2️⃣", "(2)", "\u200f٢"])
def test_a_digit_of_any_script_is_a_choice(text: str) -> None:
    assert commands.digit(text) == 2


@pytest.mark.parametrize("text", ["", "2a", "2 3", "482913", "²", "اثنين", "-"])
def test_what_is_not_one_small_number_is_no_choice(text: str) -> None:
    assert commands.digit(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ما اريد رجال يقرا رسالتي",
        "ما اريد رجل يقراها",
        "لا يقراها رجال",
        "ما احجي ويه رجال",
        "نامەوێت پیاو بیخوێنێتەوە",
        "نامەوێت پیاو",
        "no men please",
        "not a man please",
        "no man should read it",
        "I want a woman to read it",
    ],
)
def test_who_wants_no_man_to_read_it_wants_a_woman(text: str) -> None:
    assert commands.intent(text, "") is Intent.WOMAN


@pytest.mark.parametrize("text", ["ضربني رجل", "رجال يطلقون نار", "a man followed me", "no water", "ما اريد مشاكل"])
def test_a_man_in_a_tale_is_no_wish(text: str) -> None:
    assert commands.intent(text, "") is None


@pytest.mark.parametrize("locale", [Locale.AR, Locale.CKB, Locale.EN])
def test_each_choice_typed_as_its_label_reads_does_what_its_button_does(locale: Locale) -> None:
    options = tuple(Option(f"v1:cmd:{name}", f"choice.{name}") for name in ("private", "discreet", "woman"))
    shown = catalogue().render(Reply("added", options=options), channel=Channel.TELEGRAM, locale=locale)
    for button in shown.buttons:
        assert commands.intent(button.label, "") is commands.intent("", button.choice), button.label
    assert len(shown.buttons) == len(options)


@pytest.mark.parametrize(
    "text",
    [
        "سري: انباك ماطوري",
        "سري جدا رجلي يضربني",
        "private: my brother beats me",
        "بدون اسم، اكو ناس",
        "بلاغ مجهول اكو ناس",
    ],
)
def test_a_text_may_begin_with_the_wish_to_be_private_and_go_on(text: str) -> None:
    assert commands.opens_private(text)


@pytest.mark.parametrize("text", ["سري", "مستشفى خاص: ماكو دوه", "خاص بالشرطة: اكو", "هذا سري: لا", "", ":"])
def test_a_text_without_that_wish_at_its_beginning_does_not(text: str) -> None:
    assert not commands.opens_private(text)


def test_a_text_may_announce_a_new_report_and_go_on() -> None:
    assert commands.opens_new("بلاغ جديد: انباك ماطوري")
    assert not commands.opens_new("بلاغ جديد")
    assert not commands.opens_new("اريد اسوي بلاغ جديد")


@pytest.mark.parametrize(
    "text",
    [
        "امسحوا الرسالة بسرعة",
        "رجاءا احذفوها",
        "ممكن تحذفون البلاغ",
        "please delete everything",
        "تکایە بیسڕنەوە",
        "الغوا بلاغي",
        "اريد الغي البلاغ",
        "امسحو كلشي",
        "cancel my report",
        "اسحب شكواي",
    ],
)
def test_a_short_sentence_may_ask_to_erase(text: str) -> None:
    assert commands.asks_to_erase(text)


@pytest.mark.parametrize(
    "text",
    [
        "اريد حذف الصور من صفحته",
        "هو حذف الرسائل من تلفوني وهددني وكسر الموبايل",
        "مسحوا رقم السيارة",
        "الغوا السيطرة مال الشارع",
        "سحب الرمل من الشارع",
        "cancel the checkpoint",
        "he will not delete the photos",
        "",
    ],
)
def test_a_tale_about_erasing_asks_for_nothing(text: str) -> None:
    assert not commands.asks_to_erase(text)


@pytest.mark.parametrize("text", ["ما اعرف", "مادري!", "لا", "I don't know", "نازانم", "ما اريد اكول وين اخاف"])
def test_some_answers_to_where_say_that_there_is_none(text: str) -> None:
    assert commands.declines(text)


@pytest.mark.parametrize("text", ["الشعلة", "ما اعرف شسوي وهو يضربني", "لا مو الشعلة بالحرية", ""])
def test_other_answers_do_not(text: str) -> None:
    assert not commands.declines(text)


def test_three_of_a_letter_are_one_and_two_are_two() -> None:
    assert commands.fold("هلوووو") == commands.fold("هلو")
    assert commands.fold("hello") == "hello"
    assert commands.fold("الله") == "الله"
    assert commands.fold("1000") == "1000"


@given(st.text())
def test_any_text_is_weighed_without_an_error(text: str) -> None:
    commands.intent(text, "")
    commands.intent("", text)
    commands.digit(text)
    commands.opens_new(text)
    commands.asks_to_erase(text)
    commands.declines(text)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = commands.fold(text)
    assert commands.fold(once) == once


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("إِيقَاف", Intent.STOP),
        ("ٳيقاف", Intent.STOP),
        ("أوقف", Intent.STOP),
        ("تَوقّف!", Intent.STOP),
        ("الغاء الإشتراك", Intent.STOP),
        ("STOPALL", Intent.STOP),
        ("ڕایبگرە", Intent.STOP),
        ("إلغاء", Intent.CANCEL),
        ("اشتراك", Intent.RESUME),
        ("إبدأ", Intent.RESUME),
        ("كافي", None),
        ("stop the shooting in my street", None),
        ("اوقفوا الرمي", None),
        ("اريد ايقاف المولدة", None),
    ],
)
def test_opting_out_is_one_of_a_few_words_alone_however_it_is_pointed(text: str, meant: Intent | None) -> None:
    """Group 43."""
    assert commands.intent(text, "") is meant


@pytest.mark.parametrize(
    "text", ["/wipe", "/مسح", "/امسح", "/clear", "امسح المحادثة", "مسح الدردشة", "Delete chat", "سڕینەوەی چات"]
)
def test_wiping_is_not_erasing(text: str) -> None:
    """Group 56."""
    assert commands.intent(text, "") is Intent.WIPE


@pytest.mark.parametrize("text", ["مسح", "امسح", "delete", "سڕینەوە", "/delete", "/erase"])
def test_erasing_is_not_wiping(text: str) -> None:
    assert commands.intent(text, "") is Intent.ERASE


@pytest.mark.parametrize("text", ["/help انباك ماطوري", "/start انباك ماطوري", "/stop the shooting", "/ help", "/"])
def test_a_slash_before_words_commands_nothing(text: str) -> None:
    assert commands.intent(text, "") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/start f_BG-shula", "BG-shula"),
        ("/start@muntada_bot f_BG-shula ", "BG-shula"),
        ("/start f_" + "a" * 62, "a" * 62),
        ("/start f_" + "a" * 63, ""),
        ("/start f_", ""),
        ("/start", ""),
        ("/start BG-shula", ""),
        ("/start f_بغداد", ""),
        ("f_BG-shula", ""),
        ("/start f_a b", ""),
    ],
)
def test_a_link_names_an_office_in_at_most_64_plain_letters(text: str, named: str) -> None:
    """Group 52."""
    assert commands.origin(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "شصار ببلاغي",
        "شنو الرد على رسالتي",
        "شصار بالشكوى مالتي",
        "شنو الجواب على شكواي؟",
        "وين الرد",
        "اكو جديد؟",
        "السلام عليكم وين وصل بلاغي",
        "any update on my report?",
        "did you get my message",
        "shsar b balaghi",
        "نامەکەم گەیشت؟",
    ],
)
def test_asking_how_it_stands_is_asking_however_it_is_put(text: str) -> None:
    assert commands.intent(text, "") is Intent.STATUS


@pytest.mark.parametrize(
    "text", ["وصلت سيارة غريبة يم بيتنا", "صار شي", "what happened to my sister is terrible", "شصار"[:3] + "وا علينا"]
)
def test_what_only_begins_like_that_tells_something(text: str) -> None:
    assert commands.intent(text, "") is not Intent.STATUS


@given(st.text())
def test_any_text_has_an_origin_and_a_meaning_or_none(text: str) -> None:
    commands.intent(text, "")
    commands.intent(f"/{text}", "")
    assert len(commands.origin(f"/start {text}")) <= 62


@pytest.mark.parametrize(
    ("text", "word"),
    [("كلمتي زيتون", "زيتون"), ("كلمة السر: ورد", "ورد"), ("my word is olive", "olive"), ("وشەکەم گوڵ", "گوڵ")],
)
def test_a_word_of_ones_own_is_one_word(text: str, word: str) -> None:
    assert commands.own_word(text) == commands.fold(word)


@pytest.mark.parametrize("text", ["كلمتي", "كلمتي ما تنسمع عند احد", "زيتون", "my word against his"])
def test_what_names_none_or_several_words_names_none(text: str) -> None:
    assert commands.own_word(text) == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *[(text, Intent.STOP) for text in ("ڕاگرتن", "راگرتن", "وەستان", "وهستان", "بوەستە", "بوهسته", "ڕایبگره")],
        *[(text, Intent.ERASE) for text in ("سڕینەوە", "سڕینه‌وه", "سرينهوه", "سرینەوە", "بیسرەوە", "بيسرهوه")],
        *[(text, Intent.HELP) for text in ("یارمەتی", "یارمهتی", "يارمهتي", "یارمەتى")],
        *[(text, Intent.STATUS) for text in ("دۆخ", "دوخ", "دۆخى", "نامهكهم به كوي گهيشت", "چی بوو بە سکاڵاکەم")],
        *[(text, Intent.RESUME) for text in ("دەستپێکردنەوە", "دهستپیکردنهوه", "دهستپێکردنهوه")],
        *[(text, Intent.WIPE) for text in ("چاتەکە بسڕەوە", "چاتهكه بسرهوه")],
        *[(text, Intent.YES) for text in ("بەڵێ", "بهلي")],
        *[(text, Intent.NO) for text in ("نەخێر", "نهخير")],
        *[(text, Intent.GREETING) for text in ("سڵاو", "سلاو")],
        *[(text, Intent.THANKS) for text in ("زۆر سوپاس", "زور سوپاس", "دهستخوش")],
        ("ڕاپۆرتی نوێ", Intent.NEW),
        ("راپورتي نوي", Intent.NEW),
        ("/راگرتن", Intent.STOP),
    ],
)
def test_a_kurdish_word_commands_on_whatever_keyboard_it_is_typed(text: str, meant: Intent) -> None:
    assert commands.intent(text, "") is meant


def test_kurdish_sentences_of_an_arabic_keyboard_are_heard_as_those_of_a_kurdish_one() -> None:
    assert commands.asks_to_erase("نامهكهم بسرهوه")
    assert commands.starts_with_answer("بهلي ئهوهيه")
    assert commands.opens_new("راپورتي نوي دزيك هاته ماله‌كه‌مان")


@pytest.mark.parametrize(
    "text",
    ["وقفوا الرمي بشارعنا", "stop the shooting in my street", "راگرتن نيه خو اكو رمي", "دزێک ڕاگرتن کرا لە گەڕەک"],
)
def test_a_sentence_with_a_word_of_command_in_any_spelling_is_a_concern(text: str) -> None:
    assert commands.intent(text, "") is None


def test_no_two_commands_become_one_when_letters_are_taken_for_each_other() -> None:
    meant: dict[str, Intent] = {}
    for intent in Intent:
        for phrase in folding.listed(phrases.alone(intent)):
            assert meant.setdefault(commands.loose(commands.fold(phrase)), intent) is intent, phrase


@given(st.text())
def test_arabic_is_compared_letter_by_letter_as_before(text: str) -> None:
    folded = commands.fold(text)
    assert commands.loose(folded) == folded or set("ڕڵۆێە") & set(folded)


@pytest.mark.parametrize(
    "text",
    [
        "شنو جاوبتوا رجلي من سالكم",
        "رديتوا عليه بالضرب",
        "what was your answer to my husband",
        "the answer is that he hits me",
        "وەڵامی باوکم چی بوو",
    ],
)
def test_what_tells_more_than_a_question_for_the_answer_commands_nothing(text: str) -> None:
    assert commands.intent(text, "") is None
