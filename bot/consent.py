"""The question whether another body may receive a report, the same wherever it is put, and what answers it."""

from typing import Final

from bot.vocabulary import Locale, Option, Reply

CHOICES: Final = "v1:consent:"
_ROOM: Final = 24  # letters of a name that leave the question in one SMS


def choice(consent: str, *, given: bool) -> str:
    """What stands for a yes or a no to this question."""
    return f"{CHOICES}{'yes' if given else 'no'}:{consent}"


def question(consent: str, body: str, *, police: bool, locale: Locale | None = None) -> Reply:
    """body: who would receive it, cut where it is long. police: they sit there. locale: None for the reporter's own."""
    short = body if len(body) <= _ROOM else f"{body[: _ROOM - 1]}…"
    options = (
        Option(choice(consent, given=True), "choice.yes"),
        Option(choice(consent, given=False), "choice.no"),
    )
    return Reply("consent.ask.police" if police else "consent.ask", {"body": short}, options, locale)
