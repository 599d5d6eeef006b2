import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import safety


@pytest.mark.parametrize(
    "text", ["زوجي يضربني", "موضوع الابتزاز", "والتحرش", "self-harm", "your husband", "توندوتیژی", "لهُ طِفل", "خۆکوشتن"]
)
def test_words_that_name_a_concern_are_found_behind_prefixes_and_marks(text: str) -> None:
    assert safety.telling(text)


@pytest.mark.parametrize(
    "text", ["وصلت رسالتك. رمزها 482913", "", "Received, code 482913", "نامەکەت گەیشت", "أمر شخصي أو عائلي"]
)
def test_neutral_words_are_let_through(text: str) -> None:
    assert safety.telling(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "رجلي يفتش الموبايل ويضربني",
        "ابوي يشوف رسائلي",
        "he reads my messages",
        "مێردەکەم مۆبایلەکەم دەپشکنێت",
        "رجلي يضربني كل يوم ويقرا تلفوني",
        "my husband beats me and checks my phone",
        "اخوي ديفتش تلفوني",
        "ابوية ياخذ تلفوني",
        "رجلي جاي يقرا رسائلي",
        "موبايلي بيد رجلي",
        "رجلي عنده رمز موبايلي",
        "تلفوني يشوفوه اهلي",
        "رجلي لكه الرسالة مالتكم",
        "هذا تلفون رجلي",
        "شكرا بس زوجي شاف رسالتكم",
        "زوجي شاف رسائلي باكر يرجع",
        "ديبتزني واحد هسه زوجي شاف رسائلي",
        "my husband goes through my phone",
        "my brother goes through my messages every night",
        "my husband is checking my phone",
        "my dad went through my phone",
        "my father keeps reading my messages",
        "he has been reading my texts",
        "my husband spies on my phone",
        "he monitors my phone",
        "my husband will see my messages",
        "مێردەکەم سەیری مۆبایلەکەم دەکات",
        "براکەم نامەکانم دەخوێنێتەوە",
        "خێزانەکەم مۆبایلەکەم دەپشکنن",
        "رجلي يدور بموبايلي",
        "اهلي يقرون رسائلي",
        "اخويه ياخذ تلفوني ويقراه",
        "رجلي ديطلع على رسائلي",
        "زوجي يبحوش بتلفوني",
        "ابوية يشوف واتسابي",
        "رجلي يقره الواتساب مالي",
        "عمامي يراقبون تلفوني",
        "التلفون مشترك ويا رجلي",
        "موبايلي يقرونه اهلي",
        "رجلي يفحص تلفوني",
        "جوالي يتفتش",
        "رجلي يقرى رسائلي",
        "بعلي يقرا رسائلي",
        "والدي ديفتش جوالي كل يوم",
        "طليقي يشوف رسائلي",
        "هو يقرا رسايلي",
        "اخوي ديشوف شنو اكتب",
        "مێردم نامەکانم دەخوێنێتەوە",
        "هاوسەرم پەیامەکانم ئەخوێنێتەوە",
        "my hubsand reads my mesages",
        "my mom checks my phone",
        "my ex sees my whatsapp messages",
        "zawji yiftah mobayli",
    ],
)
def test_a_phone_that_another_reads_is_recognised(text: str) -> None:
    assert safety.watched(text)


@pytest.mark.parametrize(
    "text",
    [
        "واحد باك موبايلي",
        "police checked my phone at the checkpoint",
        "my husband fixes phones",
        "the officer went through my phone",
        "my brother is looking for my phone",
        "my brother checked the phone of the thief",
        "he was reading the news on my phone",
        "my father went through the checkpoint without a phone",
        "my husband went through the messages of the bank",
        "my father checked the messages from the school",
        "a man is going through the bins at night",
        "he searched my car and took my phone",
        "مێردەکەم مۆبایل چاک دەکاتەوە",
        "پۆلیس مۆبایلەکەمی پشکنی",
        "اخوي فتح محل موبايلات",
        "the police reads my report",
        "زوجي يضربني",
        "",
        "ا" * 2000,
        "he came in and reads the messages",
        "موبايلي عند المصلح",
        "انسرق تلفون امي من الجنطة",
        "انسرق موبايل ابني",
        "تلفوني مو عندي انسرق البارحة",
        "هذا رقم امي",
        "موبايلي عند امي بالبيت",
        "ابني شاف رسائل ابتزاز بالموبايل",
        "امي شافت ردكم وتشكركم",
        "اخوي لكه تلفون بالشارع",
        "ابن عمي شاف رسائلي ويهددني",
        "امي لكت موبايلي",
        "ابني قرا رسالتكم",
        "هذا رقم رجلي الي هرب",
        "اخوي اخذ سيارتي وكسر التلفون",
        "رجلي يدور موبايله الضايع",
        "اهلي يقرون رسالتكم ويشكروكم",
        "ابوي يفتح محل تلفونات",
        "زوجي يراقب الشارع لان اكو حرامية",
        "اهلي يقرون القران",
        "ابني يلعب بموبايلي",
        "الحرامي هو فتح موبايلي",
        "اخوي شاف منو باك موبايلي",
        "رجلي يشوف شنو تكتبون عنه",
        "باوکم نامەی دەوێت",
        "my husband sees my mother every day",
        "اخوي شرطي يمكم",
    ],
)
def test_a_phone_in_a_tale_is_not(text: str) -> None:
    assert not safety.watched(text)


@pytest.mark.parametrize(
    "text",
    [
        "محد يدري",
        "رجلي يضربني ومحد يدري بيه",
        "لا تگولون اسمي",
        "لا تكولون لأحد",
        "لا تخبرون زوجي",
        "لا تجيبون طاري اسمي",
        "ما اريد اهلي يعرفون",
        "بس لا احد يعرف",
        "لا تفضحوني",
        "بسرية تامة رجاء",
        "خلوها بيناتنا",
        "استروا عليه",
        "لا يوصل الخبر لاهلي",
        "اذا عرف رجلي يكتلني",
        "تکایە کەس نەزانێت",
        "ناوم مەڵێن",
        "nobody must know",
        "please don't tell anyone",
        "keep it secret",
        "la tgolon ismi l7ad",
        "ماريد احد يعرف",
        "مااريد احد يعرف",
        "محد لازم يعرف",
        "لا يدري زوجي",
        "ابوي لا يدري",
        "بس لا يعرفون اهلي",
        "لو يدري ابوي يذبحني",
        "اذا يعرف اخوي يكتلني",
        "ارجو السرية",
        "ارجو عدم ذكر اسمي",
        "خلوها سر",
        "ئەگەر باوکم بزانێت دەمکوژێت",
        "my husband must not know",
        "if my brother finds out he will kill me",
        "please don't let my father know",
        "لحد يدري اني بلغت، اكو عبوة بالشارع",
        "keep my name out of it, theft in Shula",
    ],
)
def test_whoever_says_that_nobody_must_know_is_heard(text: str) -> None:
    assert safety.secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "ابني ضايع ومحد يدري وينه",
        "محد يعرف شصار",
        "لا احد يعرف عن الموضوع شي",
        "اخاف يصير حادث بالشارع",
        "لا تجون بسيارة شرطة",
        "nobody knows where he is",
        "i am afraid of the dog",
        "الكهرباء مقطوعة",
        "ابوي ما يدري وين ابني",
        "زوجي لا يعرف القراءة",
        "ننتظر لحد هسه ومحد اجه",
        "he can't keep out of trouble",
        "",
    ],
)
def test_what_nobody_knows_or_somebody_fears_is_no_secret(text: str) -> None:
    assert not safety.secret(text)


def test_a_plea_is_heard_as_a_plea() -> None:
    assert safety.pleads("دخيلكم رجلي يضربني")
    assert not safety.pleads("دخل حرامي للبيت")


@pytest.mark.parametrize(
    "text",
    [
        "محد يدري",
        "لا تگولون اسمي",
        "دخيلكم",
        "دخيلكم محد يدري",
        "nobody must know",
        "Nobody must know I wrote, please",
        "کەس نەزانێت",
        "السلام عليكم، رجاءا لا تخبرون زوجي",
    ],
)
def test_fear_alone_tells_nothing(text: str) -> None:
    assert safety.is_only_fear(text)


@pytest.mark.parametrize(
    "text", ["زوجي يضربني ومحد يدري", "دخيلكم ساعدوني", "اذا عرف رجلي يكتلني", "رجاء", "", "محد يدري " * 20]
)
def test_fear_beside_anything_else_and_the_fear_of_death_tell_something(text: str) -> None:
    assert not safety.is_only_fear(text)


@pytest.mark.parametrize(
    "text", ["اريد ابقى سري", "واحب اظل مجهولة رجاء", "privately please", "I want to stay anonymous", "با نەناسراو بم"]
)
def test_the_wish_to_stay_unknown_is_heard_in_a_sentence(text: str) -> None:
    assert safety.is_only_nameless(text)
    assert safety.nameless(f"انباك ماطوري بالشعلة، {text}")
    assert not safety.is_only_nameless(f"انباك ماطوري بالشعلة، {text}")


@pytest.mark.parametrize("text", ["وصلتني رسالة من رقم مجهول", "a private car hit me", "", "اريد احجي عن ملف سري"])
def test_what_else_is_secret_or_unknown_is_no_such_wish(text: str) -> None:
    assert not safety.nameless(text)


@given(st.text(max_size=200))
def test_no_text_keeps_the_look_out_busy_or_breaks_it(text: str) -> None:
    assert safety.secret(text) in {True, False}
    assert safety.pleads(text) in {True, False}
    assert safety.nameless(text) in {True, False}
    assert safety.is_only_fear(text) in {True, False}
