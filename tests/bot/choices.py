"""How many SMS a text may cost with all that it offers, as the catalogues state it, and whether one keeps to it."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from bot.handlers.segments import count
from bot.vocabulary import Locale, Rendered, Reply, Stub

_LOCALES = Path(__file__).resolve().parents[2] / "locales"
_STATES, _ALONE = "sms with choices: ", "sms: "
# What a digit by SMS may stand for; a kind of concern ("category.") would name what was told.
_LABELS = ("choice.", "menu.", "language.")


def stated(locale: Locale) -> dict[str, int]:
    """The most parts of each text that states them with choices, by its key."""
    return _numbers(locale, _STATES)


@cache
def _numbers(locale: Locale, before: str) -> dict[str, int]:
    """What stands after this word in the comments. That of the wording for SMS counts, where there is one."""
    with (_LOCALES / locale / "bot.po").open("rb") as file:
        messages = sorted(read_po(file, locale=locale.value), key=lambda message: message.context == "sms")
    return {
        message.id if isinstance(message.id, str) else message.id[0]: int(comment.removeprefix(before))
        for message in messages
        for comment in message.auto_comments
        if comment.startswith(before)
    }


def keep_to(reply: Reply, sent: Rendered, locale: Locale | Stub) -> None:
    """Fails where a reply by SMS costs more with its choices than it states, or offers what is no label.

    What states nothing of choices has room for them: a first answer, below which a digit brings advice.
    """
    if not isinstance(locale, Locale) or not any(option.typed for option in reply.options):
        return
    allowed = (_numbers(locale, _ALONE) | stated(locale))[reply.key]
    assert count(sent.text).parts <= allowed, (reply.key, locale)
    keys = [option.label for option in reply.options if option.typed and not option.literal]
    assert [label for label in keys if not label.startswith(_LABELS)] == [], reply.key
