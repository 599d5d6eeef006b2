"""The question whether another body may receive a report, the same wherever it is put, and what answers it.

It names who would receive what, and for how many days. Its words are those of the extent: a summary, what was said, or
all; police are named as police, and of a body outside it is said that it is told by word of mouth.

By SMS it is put in two steps. First goes one line, one part, which says nothing of what it is about: 1 reads on, 2 is a
no. The question itself follows on that 1, and its yes is another digit, 3: so a 1 that was sent twice, or comes late,
reads again and agrees to nothing.
"""

from collections.abc import Iterable
from typing import Final

from bot.vocabulary import Asked, Locale, Option, Reply, Stub

# How a yes is taken back, keys: by a word, with the code by whom their phone does not name, and on the page of a case.
BACK: Final = "consent.back"
BACK_BY_CODE: Final = "consent.back.code"
BACK_ON_PAGE: Final = "consent.back.page"
CHOICES: Final = "v1:consent:"
QUESTION: Final = "consent.ask."  # the keys of its words begin so


def choice(consent: str, *, given: bool) -> str:
    """What stands for a yes or a no to this question."""
    return f"{CHOICES}{'yes' if given else 'no'}:{consent}"


def reading(consent: str) -> str:
    """What stands for the wish to read this question."""
    return f"{CHOICES}read:{consent}"


def offer(locale: Locale | Stub | None = None) -> Reply:
    """The line that goes by SMS before the question. locale: None for the reporter's own."""
    return Reply("consent.offer", locale=locale)


def offered(consent: str) -> tuple[str, ...]:
    """What the digits of the line stand for."""
    return reading(consent), choice(consent, given=False)


def question(asked: Asked, locale: Locale, *, fixed: bool = False, back: str = BACK) -> Reply:
    """The question in a language, on a screen. fixed: it is sent in that one; else in the reporter's own.

    Values: body, the whole name, by SMS too, however many parts it takes: of two offices that begin alike, a name cut
    short may be either. count: the days. back: how its yes is taken back.
    """
    yes, no = answers(asked.consent)
    options = (Option(yes, "choice.yes"), Option(no, "choice.no"))
    return Reply(_key(asked), _values(asked, locale, back), options, locale if fixed else None)


def answers(consent: str) -> tuple[str, str]:
    """What the two buttons of the question stand for, and the digits 1 and 2."""
    return choice(consent, given=True), choice(consent, given=False)


def explanation(asked: Asked, locale: Locale, *, back: str = BACK) -> Reply:
    """The question by SMS, for whoever chose to read it. Its words say which digits answer it (`explained`)."""
    return Reply(_key(asked), _values(asked, locale, back))


def explained(consent: str) -> tuple[str, ...]:
    """What the digits of the question stand for, by SMS."""
    return *offered(consent), choice(consent, given=True)


def named(options: Iterable[str]) -> str:
    """The consent that some of these choices answer; "" for none."""
    return next((one.rpartition(":")[2] for one in options if one.startswith(CHOICES)), "")


def _key(asked: Asked) -> str:
    whose = ".police" if asked.police else ".outside" if asked.outside else ""
    return f"{QUESTION}{asked.extent}{whose}"


def _values(asked: Asked, locale: Locale, back: str) -> dict[str, str]:
    return {"body": asked.body[locale], "count": str(asked.days), "back": back}
