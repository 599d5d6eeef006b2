"""What people really write who write in none of our languages: nobody is answered as if we had understood."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from bot.handlers.segments import count
from bot.nlp import normalise
from bot.nlp.analyse import analyse
from bot.nlp.language import language
from bot.vocabulary import Category, Channel, Language, Locale, Stage, Stub, Urgency
from tests.bot.said import HOUR, KIDNAPPED
from tests.bot.story import PLAIN, THEFT, Story, meaning, place
from tests.shipped import shipped

GUESTS = (
    "ወንድሜን ገደሉት ትናንት ማታ በስለት ወጉት",  # Amharic
    "ወንድሜን ገደሉት ትናንት help",
    "আমার মালিক আমাকে মারে পাসপোর্ট কেড়ে নিয়েছে সাহায্য করুন",  # Bengali
    "Мою машину украли вчера вечером",  # Russian
    "ඔහු මට ගහනවා උදව් කරන්න",  # Sinhala
    "मेरा मालिक मुझे मारता है मदद करो",  # Hindi
    "மாலிக் என்னை அடிக்கிறார் உதவி செய்யுங்கள்",  # Tamil
    "我的车昨晚被偷了",  # Chinese
    "مجھے کل رات لوٹ لیا گیا میرا موبائل چھین لیا",  # Urdu
    "مجھے بچاؤ",
    "زه ويرېږم ما سره مرسته وکړئ زما پاسپورټ يې اخيستی",  # Pashto
    "On a volé ma voiture devant la maison hier soir",  # French
    "Quelqu'un a tiré des coups de feu dans notre rue",
    "ayuda por favor me estan pegando",  # Spanish
    "Mein Auto wurde gestern Abend vor dem Haus gestohlen",  # German
    "tulungan nyo po ako sinasaktan ako ng amo ko",  # Tagalog
    "Ninakaw ang cellphone ko kahapon sa palengke",
    "Majikan saya memukul saya dan tidak membayar gaji",  # Indonesian
    "Mwajiri wangu ananipiga na hanilipi mshahara",  # Swahili
    "mera malik mujhe maarta hai passport le liya",  # Hindi in Latin letters
    "Ghaflada waxaan ka waayey walaalkay on shalay",  # Somali: of no list, but "on" is no English
    "این خانه را به من بدهید لطفا",  # Persian
)
DATA = Path(__file__).parents[2] / "bot" / "nlp" / "data" / "corpus"
OURS = {"ar": Language.AR, "ckb": Language.CKB, "kmr": Language.KMR, "arabizi": Language.ARABIZI, "en": Language.EN}


def told(text: str) -> Story:
    story = Story(Channel.TELEGRAM)
    story.say(text, analyse(shipped(), text))
    return story


@pytest.mark.parametrize("text", GUESTS)
def test_whoever_writes_in_none_of_our_languages_is_told_so_in_three_and_staff_are_told(text: str) -> None:
    story = told(text)
    assert story.last is not None
    assert [reply.locale for reply in story.last.replies] == list(Locale)
    assert story.filed[0].speaker in {Language.UNKNOWN, Language.FA}
    assert story.filed[0].facts.urgency >= Urgency.HIGH  # as grave as a voice that nobody has heard
    assert story.conversation.locale is None


@pytest.mark.parametrize("text", GUESTS)
def test_what_we_cannot_read_is_never_taken_for_idle_words(text: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    analysis = replace(analyse(shipped(), text), urgency=THEFT.urgency)
    assert story.say(f"بلاغ جديد: {text}", analysis) != ("filed",)
    assert story.filed[-1].speaker is not None


@pytest.mark.parametrize(
    ("text", "needed", "stub", "behind"),
    [
        ("ئەز ژ دهۆکێ مە، دزەکێ ترومبێلا من بر", Language.KMR, Stub.KMR, Locale.CKB),
        ("Birayê min ji duh ve winda ye", Language.KMR, Stub.KMR, Locale.CKB),
        ("Arabamı çaldılar dün gece evimin önünden", Language.TURKMEN, Stub.AZB, Locale.AR),
        ("Qardaşım dünenden beri yoxtu", Language.TURKMEN, Stub.AZB, Locale.AR),
        ("ܒܪܘܢܝ ܛܠܝܩܐ ܝܠܗ ܡܢ ܬܡܠ", Language.SYRIAC, Stub.SYR, Locale.AR),
    ],
)
def test_of_whose_language_we_have_a_few_words_these_come_first(
    text: str, needed: Language, stub: Stub, behind: Locale
) -> None:
    story = told(text)
    assert story.last is not None
    assert story.last.replies[0].key == "speaker.wanted"
    assert [reply.locale for reply in story.last.replies][:2] == [stub, None]
    assert story.last.locale is behind
    assert story.filed[0].speaker is needed


@pytest.mark.parametrize(
    "text",
    [
        "بيتنا انباك البارحة وايميلي هو noor.of.the.river.2000@example.org",
        "thief took my bike from outside the café in Karrada",
        "Open well without cover beside kindergarten in Khabur road",
        "la yreed el flous w ma3a sikkina",
        "ئەم ل گوندێ مە ھەمی شەڤ دترسین، دزا ترومبێلا مە بر",
    ],
)
def test_a_foreign_word_sign_or_address_in_one_of_our_languages_makes_it_no_strange_one(text: str) -> None:
    assert language(text) in OURS.values()


@pytest.mark.slow
def test_of_our_own_corpora_hardly_a_text_is_taken_for_a_strange_language() -> None:
    texts: list[tuple[str, str]] = []
    for path in sorted(DATA.glob("*/*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            texts += [(row["language"], row["text"]) for row in rows]
    own = [text for spoken, text in texts if spoken in OURS and len(text.split()) > 3]
    heard = [(language(normalise.clean(text)), text) for text in own]
    strange = [text for spoken, text in heard if spoken is Language.UNKNOWN]
    neighbours = [text for spoken, text in heard if spoken in {Language.TURKMEN, Language.FA}]
    assert len(own) > 15_000
    assert len(strange) <= 5, strange
    assert len(neighbours) <= len(own) // 1_000, neighbours


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("昨天晚上有人偷了我的车", "speaker.wanted.all"),
        ("مجھے کل رات لوٹ لیا گیا میرا موبائل چھین لیا", "speaker.wanted.all"),
        ("این خانه را به من بدهید لطفا", "speaker.wanted.all"),
        ("Мою машину украли вчера вечером, الشعلة", "speaker.wanted.all.emergency"),
        ("Мою машину украли вчера вечером", "speaker.wanted.all.unplaced"),
        ("Мою машину украли вчера вечером, عينكاوة", "speaker.wanted.all"),  # no number is confirmed there
    ],
)
def test_by_sms_whoever_writes_in_none_of_our_languages_reads_all_three_in_one_part(text: str, key: str) -> None:
    story, analysis = Story(Channel.SMS), analyse(shipped(), text)
    grave = text.startswith("Мою")
    story.say(text, replace(analysis, urgency=Urgency.EMERGENCY) if grave else analysis)
    assert story.last is not None
    assert [reply.key for reply in story.last.replies] == [key]
    (told,) = story.shown()
    code = story.filed[0].code
    assert code in told.text
    assert all(word in told.text for word in ("وصلت", "گەیشت", "Received", "حذف", "سڕینەوە", "DELETE"))
    assert count(told.text).parts == 1
    assert told.text.startswith("911") == (key != "speaker.wanted.all")
    assert story.filed[0].speaker is not None


def test_an_unknown_language_is_answered_in_three_and_staff_are_told() -> None:
    story = Story(Channel.TELEGRAM)
    french = meaning(Category.OTHER, 0.3, language=Language.UNKNOWN)
    assert story.say("on a volé ma moto hier soir", french) == ("speaker.wanted",) * 3
    assert story.last is not None
    assert [reply.locale for reply in story.last.replies] == list(Locale)
    assert story.filed[0].speaker is Language.UNKNOWN
    assert story.conversation.locale is None
    assert story.conversation.stage is Stage.IDLE
    for reply in story.last.replies:
        assert reply.values == {"code": story.filed[0].code}
    assert story.say("انباك ماطوري بالشعلة", THEFT, after=HOUR) in {("added",), ("filed",), ("filed.belongs",), ()}


def test_in_an_emergency_in_an_unknown_language_the_number_is_said_in_three() -> None:
    story = Story(Channel.TELEGRAM)
    grave = replace(KIDNAPPED, language=Language.FA)
    assert story.say("کمک کنید دزد در خانه است", grave) == ("filed.emergency",) * 3


ALL_THREE = ("speaker.wanted.all", "speaker.wanted.all.emergency")


@pytest.mark.parametrize(
    ("text", "language", "keys", "locale"),
    [
        ("on a volé ma moto hier soir", Language.UNKNOWN, ALL_THREE, Locale.EN),
        ("कोई मेरी बाइक ले गया", Language.UNKNOWN, ALL_THREE, Locale.EN),
        ("دزد موتور من را برد", Language.FA, ALL_THREE, Locale.AR),
        ("Motorumu çaldılar dün gece", Language.TR, ("speaker.wanted.place", "filed.emergency"), Stub.AZB),
        ("ܓܢܒܘ ܡܢܝ", Language.SYRIAC, ("speaker.wanted.place", "filed.emergency"), Stub.SYR),
        ("دزەکێ ماتۆرا من بر", Language.KMR, ("filed.place", "filed.emergency"), None),
    ],
)
def test_by_sms_they_are_answered_in_one_message(
    text: str, language: Language, keys: tuple[str, str], locale: Locale | Stub | None
) -> None:
    theft = meaning(Category.THEFT, language=language)
    for analysis, key in ((theft, keys[0]), (replace(KIDNAPPED, language=language), keys[1])):
        story = Story()
        assert story.say(text, analysis) == (key,)
        assert story.last is not None
        (reply,) = story.last.replies
        own = key != "filed.emergency" or locale is Locale.EN or locale is Locale.AR
        assert reply.locale == (locale if own else None)
        assert count(story.shown()[0].text).parts == 1
    story = Story()
    story.say(text, theft)
    assert story.say("بغداد الشعلة", replace(PLAIN, place=place("IQ-BG-shula"))) == ("place.noted",)


@pytest.mark.parametrize(
    ("language", "stub", "needed"),
    [
        (Language.TURKMEN, Stub.AZB, Language.TURKMEN),
        (Language.TR, Stub.AZB, Language.TURKMEN),
        (Language.SYRIAC, Stub.SYR, Language.SYRIAC),
        (Language.KMR, Stub.KMR, Language.KMR),
    ],
)
def test_of_whose_language_we_have_words_is_answered_in_it_and_in_what_they_read(
    language: Language, stub: Stub, needed: Language
) -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("ماطوريمى ئوغرلادیلر", meaning(Category.THEFT, language=language)) == (
        "speaker.wanted",
        "filed.place",
    )
    assert story.last is not None
    assert [reply.locale for reply in story.last.replies] == [stub, None]
    assert story.last.locale is (Locale.CKB if stub is Stub.KMR else Locale.AR)
    assert story.filed[0].speaker is needed


@pytest.mark.parametrize("language", [Language.AR, Language.ARABIZI, Language.CKB, Language.EN])
def test_of_our_own_languages_no_speaker_is_needed(language: Language) -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", replace(THEFT, language=language)) == ("filed",)
    assert story.filed[0].speaker is None


def test_whoever_writes_badini_goes_on_in_sorani_whatever_they_answer_with() -> None:
    story = Story()
    story.say("ئەز ژ دهۆکێ مە، دزەکێ ترومبێلا من بر", meaning(Category.THEFT, language=Language.KMR))
    assert story.conversation.locale is Locale.CKB
    story.say("Karrada", meaning(Category.OTHER, 0.4, at="IQ-BG-karrada", language=Language.UNKNOWN))
    assert story.last is not None
    assert story.last.locale is Locale.CKB


def test_names_alone_are_no_unknown_language() -> None:
    story = Story()
    story.say("Karrada Baghdad", meaning(Category.OTHER, 0.4, language=Language.UNKNOWN))
    assert story.filed[0].speaker is None
