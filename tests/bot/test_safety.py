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
