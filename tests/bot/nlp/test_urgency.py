"""Red flags raise, what is over or a joke does not, and words of suicide always do."""

import pytest

from bot.nlp.analyse import DATA
from bot.nlp.normalise import key
from bot.nlp.urgency import Flags, alarm, hear, load, tells_of_shots, wants_to_die
from bot.vocabulary import Category, Desk, Guess, Urgency
from tests.bot.nlp.routed import sent

UNSURE = (Guess(Category.OTHER, 0.9),)


@pytest.fixture(scope="module")
def flags() -> Flags:
    return load(DATA / "red_flags.tsv")


def level(flags: Flags, text: str, *guesses: Guess) -> Urgency:
    return alarm(hear(flags, key(text)), guesses or UNSURE).level


@pytest.mark.parametrize(
    "text",
    [
        "هسه ديكسر الباب علينه",
        "الحگونا",
        "اخوية ديكتل مرته",
        "البيت ديحترگ وبيه ناس",
        "اريد انتحر",
        "ينزف وما يتنفس",
        "اكو رمي هسه بالشارع",
        "ابني عمره ٥ سنين ضاع بالسوگ",
        "مسدس بيده هسه",
        "حابسني بالغرفة هسه وراح يكتلني",
        "دەمەوێت خۆم بکوژم",
        "فریام بکەون",
        "help me he is killing me",
        "el7agoona",
        "قتلني غح يقتلني هسع",
        "دەمەوێ بمرم",
        "ئەمەوێ بمرم",
        "حماية النائب رموا علينا وابني مصاوب",
        "جماعة اطلقوا النار على بيتنا",
        "اخوي انصاب بطلق ناري",
        "صار رمي وواحد مجروح",
        "the guards of the MP shot my son",
        "they are shooting at us",
        "تەقەیان لێ کردین",
        "الشارع غرك وطفل غرك بيه",
        "واحد غركان بالنهر",
        "الولد بالشارع غرك بالمنهول",
        "الطفل بالحديقة غرك بالنافورة",
        "بالنفق غرك السايق",
        "الطالب بالمدرسة غرك بالمسبح",
        "بيتنا يغرك والجهال جوه",
    ],
)
def test_danger_now_is_an_emergency(flags: Flags, text: str) -> None:
    assert level(flags, text) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "السلام عليكم شلونكم",
        "قبل سنة انفجر بيتنا ونريد تعويض",
        "البارحة صار حريق وطفوه",
        "فريقنا قاتل قتال بالمباراة",
        "متت ضحك هههههه",
        "كلبي محروك عليج احبك موت",
        "شارعنا ظلمة من شهر",
        "اريد اعرف وين مقركم",
        "القوة الجوية خطفها بالدقيقة الاخيرة",
        "رمي بالهوا بالعرس",
        "كل خميس رمي بالعرس ومحد يحاسبهم",
        "رموا علينا جكليت بالعرس",
        "جيراننا يرمون علينا الزبالة كل يوم",
        "رموا علينا تهمة ما سويناها",
        "ابني مصاب بالسكر ونحتاج علاج",
        "يرمون النفايات وابني مصاب بالحساسية",
        "يضرب اخوتي لحد يغمى عليهم",
        "قبل سنة انصاب اخوي بطلق",
        "they shot a film in our street",
        "الشارع غرك من المطر والسيارات توكف",
        "الفلم كلش حلو رهينة",
        "بالشتا شارعنه يغرك كله",
    ],
)
def test_what_is_over_or_play_is_no_emergency(flags: Flags, text: str) -> None:
    assert level(flags, text) is not Urgency.EMERGENCY


@pytest.mark.parametrize("text", ["صاحب المحل يحط بضاعته عالرصيف", "البائع باع بضاعه تالفه", "بضاعتهم للجهال مكدسه"])
def test_goods_are_no_lost_child(flags: Flags, text: str) -> None:
    assert hear(flags, key(text)).spoke == ()


def test_a_child_is_lost_whatever_is_glued_before_it(flags: Flags) -> None:
    assert hear(flags, key("راح للسوك وضاع")).spoke


def test_words_of_suicide_count_even_among_laughter(flags: Flags) -> None:
    assert level(flags, "هههههه اريد انتحر") is Urgency.EMERGENCY


def test_a_category_gives_its_own_least_urgency_when_it_is_sure(flags: Flags) -> None:
    assert level(flags, "شي", Guess(Category.KIDNAPPING, 0.9)) is Urgency.HIGH
    assert level(flags, "شي", Guess(Category.KIDNAPPING, 0.05)) is Urgency.NORMAL
    assert level(flags, "شي", Guess(Category.THEFT, 0.9)) is Urgency.NORMAL
    assert level(flags, "شي", Guess(Category.DOMESTIC_VIOLENCE, 0.9)) is Urgency.HIGH


def test_self_harm_as_second_guess_is_enough(flags: Flags) -> None:
    assert level(flags, "شي", Guess(Category.OTHER, 0.5), Guess(Category.SELF_HARM, 0.4)) is Urgency.EMERGENCY


def test_a_fire_of_last_year_stays_below_emergency(flags: Flags) -> None:
    assert level(flags, "احترق محلنا قبل سنة", Guess(Category.FIRE_MEDICAL, 0.9)) is Urgency.HIGH


def test_the_rules_that_spoke_are_named(flags: Flags) -> None:
    assert "self" in alarm(hear(flags, key("اريد انتحر")), UNSURE).reasons


def test_the_model_raises_and_never_lowers(flags: Flags) -> None:
    heard = hear(flags, key("شي صار"))
    assert alarm(heard, UNSURE, emergency=0.9).level is Urgency.EMERGENCY
    assert alarm(heard, UNSURE, high=0.9).level is Urgency.HIGH
    assert alarm(hear(flags, key("اريد انتحر")), UNSURE, emergency=0.0, high=0.0).level is Urgency.EMERGENCY


def test_the_model_makes_no_emergency_of_what_is_long_over(flags: Flags) -> None:
    assert alarm(hear(flags, key("احترق محلنا قبل سنة")), UNSURE, emergency=0.9).level is Urgency.HIGH
    assert alarm(hear(flags, key("البارحة صارت حريقة")), UNSURE, emergency=0.4).level is Urgency.NORMAL
    assert alarm(hear(flags, key("البارحة خطفوه")), UNSURE, emergency=0.9).level is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "انباك ماطوري بالشعلة واريد ضابطة",
        "عدكم موظفة؟ زوجي يضربني",
        "اغيد احكي مع مغا، ابوي يضغبني",
        "ژنێکم دەوێت قسەی لەگەڵ بکەم مێردم لێم دەدات",
        "کارمەندێکی ژنم دەوێت براکەم هەڕەشەم لێدەکات",
        "پۆلیسی ئافرەت تکایە، کوڕێک دوام دەکەوێت",
        "دڤێت دگەل ژنەکێ باخڤم، زەلامێ من ل من ددەت",
        "I'd like a lady, my husband beats me",
        "my brother hits me, I want to speak to a woman",
        "abooy yudhrubni areed a7chi wya shur6iya",
    ],
)
def test_a_wish_for_a_woman_beside_a_story_is_heard(flags: Flags, text: str) -> None:
    assert flags.woman_officer.search(key(text))


@pytest.mark.parametrize(
    "text",
    [
        "اريد ابلغ عن مرة تبيع حبوب",
        "اريد اكولكم مرة ثانية عن الحفرة",
        "احجي ضد موظفة تاخذ رشوة",
        "شەڕم لەگەڵ ژنەکەم بوو",
        "ژنێک لێدرا",
        "I want to report a woman",
        "he treats me like a woman",
        "a woman was beaten",
    ],
)
def test_a_woman_in_a_story_is_no_wish_for_one(flags: Flags, text: str) -> None:
    assert not flags.woman_officer.search(key(text))


@pytest.mark.parametrize(
    ("text", "seals"),
    [
        ("مثلي واهلي يهددوني", Category.DOMESTIC_VIOLENCE),
        ("امي تبيع اختي", Category.HUMAN_TRAFFICKING),
        ("تعرضت لاعتداء من ابن عمي", Category.DOMESTIC_VIOLENCE),
        ("بنت اخوي يهددوها بالفصلية وعشيرتنا دكة عشائرية", Category.DOMESTIC_VIOLENCE),
        ("ابوي يجبرني اعوف المدرسة", Category.DOMESTIC_VIOLENCE),
        ("واحد مثلي يشتغل بالسوك يهدد الناس", None),
        ("ابوي يبيع تلفونات اختي تشتغل وياه", None),
    ],
)
def test_what_kin_do_and_whom_they_threaten_for_love_is_sealed(flags: Flags, text: str, seals: Category | None) -> None:
    assert hear(flags, key(text)).private is seals


@pytest.mark.parametrize(
    "text",
    ["هسه اكو رمي وجرحى", "اكو رمي وجرحى", "رمي وجريح واحد", "رمي عشوائي وطفل انصاب", "جرحى وقتلى"],
)
def test_shots_with_wounded_are_an_emergency_and_no_suicide(flags: Flags, text: str) -> None:
    heard = hear(flags, key(text))
    assert (alarm(heard, UNSURE).level, wants_to_die(heard), tells_of_shots(heard)) == (Urgency.EMERGENCY, False, True)
    assert sent(text).desk is Desk.URGENT


def test_stones_of_a_pilgrimage_and_waste_are_no_shots(flags: Flags) -> None:
    for text in ("رمي جمرات وواحد وكع", "رمي نفايات والناس مصابة بالربو", "رمي السهام رياضة حلوة"):
        assert not tells_of_shots(hear(flags, key(text))), text


@pytest.mark.parametrize(
    "text",
    [
        "انهارت بنايه بالكراده داخل واكو عوائل تحت الانقاض",
        "انهدم سكف المدرسه على الطلاب",
        "طاح الحايط على ولدين",
        "السقف وكع علينه بالمدرسه",
        "the roof fell on the kids at school",
        "احتجزونا بالمطعم ومعاهم مسدسات",
        "ماسكين الموظفين رهائن بالمصرف",
        "محتجزين عائله ببيتهم ومعاهم سلاح",
        "رموا رمانه على بيتنه",
        "هجموا على بيتنه بالار بي جي",
        "مسدس براسي ويريد فلوس",
        "رصاص رصاص بالمنطقه",
        "ضرب نار بين عشيرتين",
        "وكعت رافعة على عمال البناء",
        "سقط السياج على جهال الروضة",
        "a wall collapsed and two workers are under it",
        "دیوارەکە ڕووخا بەسەر منداڵەکان",
        "drone hit a house in our street",
        "قاذفة ضربت دارنا",
    ],
)
def test_what_fell_on_people_who_is_held_and_what_is_thrown_at_houses_ring_at_once(flags: Flags, text: str) -> None:
    assert level(flags, text) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "سقف المدرسة بيه رطوبة وراح يطيح",
        "وكع سعر الدولار على الناس",
        "انهار جارنا من الخبر",
        "شفت فلم عن رهائن",
        "اشتريت رمانة من السوك وطاحت",
        "الشرطة احتجزت دراجتي بدون سبب",
        "انهارت علاقتنا ويه الجيران",
        "صار حادث قبل سنة وانهدم سياج البيت على السيارة",
        "my landlord is holding my passport hostage",
        "the crane is blocking the school road",
    ],
)
def test_what_may_fall_once_fell_or_is_a_manner_of_speaking_rings_nobody(flags: Flags, text: str) -> None:
    assert level(flags, text) is not Urgency.EMERGENCY
