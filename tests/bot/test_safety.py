import pytest

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
    ],
)
def test_a_phone_that_another_reads_is_recognised(text: str) -> None:
    assert safety.watched(text)


@pytest.mark.parametrize(
    "text",
    [
        "واحد باك موبايلي",
        "اخوي فتح محل موبايلات",
        "the police reads my report",
        "زوجي يضربني",
        "",
        "ا" * 2000,
        "he came in and reads the messages",
    ],
)
def test_a_phone_in_a_tale_is_not(text: str) -> None:
    assert not safety.watched(text)
