"""The console's words in each language, and how it writes times, spans and names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.core import Locale as Babel
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.vocabulary import Locale

BAGHDAD: Final = timezone(timedelta(hours=3), "Asia/Baghdad")  # no summer time since 2008

# Iraqi month names (تشرين الثاني) come with ar_IQ; plain `ar` would say نوفمبر.
_BABEL: Final = {Locale.AR: "ar_IQ", Locale.CKB: "ckb_IQ", Locale.EN: "en_GB"}
_DOMAINS: Final = ("taxonomy", "console")

# What steers the direction of text or shows nothing: a report must not turn the page around it. ZWNJ stays (Kurdish).
_UNSEEN: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """One language. text(key) and count(key, key, n) are what the templates' i18n extension calls."""

    locale: Locale
    text: Callable[[str], str]
    count: Callable[[str, str, int], str]

    @property
    def direction(self) -> str:
        """For <html dir>."""
        return "ltr" if self.locale is Locale.EN else "rtl"

    def time(self, at: datetime, now: datetime) -> str:
        """Local time in Baghdad: the hour for today, the day before it otherwise; the year only when it is another."""
        there, today = at.astimezone(BAGHDAD), now.astimezone(BAGHDAD)
        clock = f"{there:%H:%M}"
        if there.date() == today.date():
            return f"{self.text('time.today')} {clock}"
        pattern = "d MMMM" if there.year == today.year else "d MMMM y"
        return f"{format_date(there.date(), pattern, locale=Babel.parse(_BABEL[self.locale]))} {clock}"

    def span(self, length: timedelta) -> str:
        """A length of time in its largest whole unit: minutes, hours or days."""
        minutes = max(0, int(abs(length).total_seconds() // 60))
        if minutes < 1:
            return self.text("time.moment")
        if minutes < 60:  # noqa: PLR2004
            unit, n = "time.minutes", minutes
        elif minutes < 24 * 60:
            unit, n = "time.hours", minutes // 60
        else:
            unit, n = "time.days", minutes // (24 * 60)
        return self.count(unit, unit, n) % {"num": n}


@cache
def load(folder: Path, *, domains: tuple[str, ...] = _DOMAINS) -> Mapping[Locale, Words]:
    """Every language, read from folder/<locale>/<domain>.po and compiled in memory; the last domain goes first.

    Read once a process: a folder that changes is seen after a new start.
    """
    return {locale: _words(folder, locale, domains) for locale in Locale}


def _words(folder: Path, locale: Locale, domains: tuple[str, ...]) -> Words:
    merged = Translations()
    for domain in domains:
        path = folder / locale.value / f"{domain}.po"
        if path.exists():
            compiled = BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file, locale=locale.value))
            compiled.seek(0)
            merged = _onto(merged, Translations(compiled))
    return Words(locale=locale, text=merged.gettext, count=merged.ngettext)


def _onto(first: Translations, then: Translations) -> Translations:
    then.add_fallback(first)
    return then


def shown(text: str) -> str:
    """Words of a stranger, without what would steer the page's direction."""
    return _UNSEEN.sub("", text)
