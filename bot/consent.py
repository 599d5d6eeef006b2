"""The question whether another body may receive a report, the same wherever it is put, and what answers it.

It names who would receive what, and for how many days. Its words are those of the extent: a summary, what was said, or
all; police are named as police, and of a body outside it is said that it is told by word of mouth.
"""

from typing import Final

from bot.vocabulary import Asked, Locale, Option, Reply

CHOICES: Final = "v1:consent:"


def choice(consent: str, *, given: bool) -> str:
    """What stands for a yes or a no to this question."""
    return f"{CHOICES}{'yes' if given else 'no'}:{consent}"


def question(asked: Asked, locale: Locale, *, fixed: bool = False) -> Reply:
    """The question in a language. fixed: it is sent in that one; else in the reporter's own.

    Values: body, the whole name, by SMS too, however many parts it takes: of two offices that begin alike, a name cut
    short may be either. count: the days.
    """
    options = (
        Option(choice(asked.consent, given=True), "choice.yes"),
        Option(choice(asked.consent, given=False), "choice.no"),
    )
    values = {"body": asked.body[locale], "count": str(asked.days)}
    return Reply(f"consent.ask.{asked.extent}{_whose(asked)}", values, options, locale if fixed else None)


def _whose(asked: Asked) -> str:
    if asked.police:
        return ".police"
    return ".outside" if asked.outside else ""
