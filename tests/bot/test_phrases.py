"""The files of words that command: what a native reader may change in them, and what then still holds."""

from dataclasses import fields

import pytest

from bot import commands
from bot.commands import Intent, phrases
from bot.commands.folding import LONGEST, alternatives, folded, listed
from bot.commands.phrases.lists import Phrases

_LISTS = [field.name for field in fields(Phrases) if field.name != "alone"]
_ALONE = [
    (phrase, intent) for spoken in phrases.LANGUAGES for intent, said in spoken.alone.items() for phrase in listed(said)
]


def test_phrases_stand_between_bars_or_on_lines_of_their_own() -> None:
    written = """
        من انتم | منو انتم |
        help
    """
    assert listed(written) == ["من انتم", "منو انتم", "help"]
    assert alternatives("أهلا|hello there\nاهلا") == r"hello\ there|اهلا"


def test_every_phrase_commands_what_it_is_listed_under_and_nothing_else() -> None:
    assert [phrase for phrase, intent in _ALONE if commands.intent(phrase, "") is not intent] == []


@pytest.mark.parametrize("name", _LISTS)
def test_no_list_is_empty_in_every_language_for_then_it_would_fit_everything(name: str) -> None:
    assert folded(phrases.every(lambda spoken: str(getattr(spoken, name))))


def test_no_phrase_is_longer_than_what_is_looked_at() -> None:
    every = [str(getattr(spoken, name)) for spoken in phrases.LANGUAGES for name in _LISTS]
    said = [phrase for written in every for phrase in listed(written)] + [phrase for phrase, _ in _ALONE]
    assert max(map(len, said)) <= LONGEST
    assert all(map(folded, said))


def test_only_what_is_tapped_strung_together_or_a_sign_has_no_phrase_that_commands_alone() -> None:
    unsaid = {intent for intent in Intent if not phrases.alone(intent)}
    assert unsaid == {Intent.START, Intent.GREETING, Intent.THANKS, Intent.NOD}
