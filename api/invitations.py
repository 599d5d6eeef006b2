"""Invitations to one office: a Telegram link, its QR code, and a poster for a wall.

Whoever comes by such a link is heard like anybody else; the office counts only where nobody knows the place. What is
printed is seen by everybody who sees a phone or a wall, so nothing on it names a kind of concern.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Final, Protocol

import segno

from bot.vocabulary import Locale, Office, OfficeKind

_BOT: Final = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{4,31})")  # Telegram's own rule for usernames
_PAYLOAD: Final = re.compile(r"f_[A-Za-z0-9_-]{1,62}")  # Telegram takes 64; bot.commands reads the same
_QUIET: Final = 4  # modules of white around the code, without which phones do not find it
# A link that carries the name of such an office would tell, on a phone that others look at, why its owner wrote.
_TELLING: Final = frozenset({OfficeKind.WOMEN, OfficeKind.OVERSIGHT})
_ON_EVERY_POSTER: Final = (Locale.AR, Locale.CKB)


class Spoken(Protocol):
    """One language's words (api.console.words.Words)."""

    @property
    def locale(self) -> Locale: ...

    @property
    def direction(self) -> str:
        """For <html dir>."""
        ...

    @property
    def text(self) -> Callable[[str], str]:
        """The words of a key."""
        ...


class NoInvitation(Exception):
    """There can be no such link; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One office's. bot: the username without "@". number: where SMS are sent; "" for none to print."""

    office: Office
    bot: str
    link: str
    number: str = ""


def invitation(office: Office, bot: str, *, number: str = "") -> Invitation:
    """The invitation of an office. Raises NoInvitation where its link could not be opened or would tell too much."""
    if not may_invite(office):
        raise NoInvitation(
            f"{office.code} gets no link of its own: whoever saw the phone would learn why its owner wrote; "
            "invite to a forum, and what is said finds this office"
        )
    return Invitation(office, _username(bot), link(bot, office.code), number)


def may_invite(office: Office) -> bool:
    """Whether an office may have a link of its own: its name on a phone that others look at tells nothing."""
    return office.kind not in _TELLING


def link(bot: str, office: str) -> str:
    """What opens the bot and tells it which office's poster was seen. Raises NoInvitation for codes that do not fit."""
    payload = f"f_{office}"
    if not _PAYLOAD.fullmatch(payload):
        raise NoInvitation(f"the code {office} does not fit a link: 1 to 62 of the letters A-Z a-z 0-9 _ - are wanted")
    return f"https://t.me/{_username(bot)}?start={payload}"


def svg(given: str) -> bytes:
    """The QR code of a link, black on white, in a file of its own that prints at any size."""
    return _drawn(given, "svg", scale=10, xmldecl=True)


def png(given: str) -> bytes:
    """The QR code of a link as pixels, 20 a module: sharp at the width of a hand."""
    return _drawn(given, "png", scale=20)


def inline(given: str) -> str:
    """The QR code of a link as SVG that stands in a page, and takes its size from there."""
    return _drawn(given, "svg", scale=1, omitsize=True, nl=False, svgns=True, xmldecl=False).decode()


def poster(invited: Invitation, words: Mapping[Locale, Spoken]) -> str:
    """A page of A5 to print, HTML that fetches nothing: Arabic and Kurdish, and English where the office speaks it."""
    spoken = (*_ON_EVERY_POSTER, *(each for each in (Locale.EN,) if each in invited.office.languages))
    said = "\n".join(_said(invited, words[locale]) for locale in spoken)
    names = " · ".join(dict.fromkeys(_named(invited.office, spoken)))
    return _PAGE.format(code=inline(invited.link), said=said, names=names, bot=escape(invited.bot))


def _said(invited: Invitation, words: Spoken) -> str:
    lines = [f"<h1>{_text(words, 'poster.title')}</h1>", f"<p>{_text(words, 'poster.telegram')}</p>"]
    if invited.number:
        # A number in Arabic text is turned around unless it is told its direction.
        number = f'<bdi dir="ltr">{escape(invited.number)}</bdi>'
        lines.append(f"<p>{_text(words, 'poster.sms') % {'number': number}}</p>")
    lines.append(f"<p>{_text(words, 'poster.promise')}</p>")
    return f'<section lang="{words.locale}" dir="{words.direction}">{"".join(lines)}</section>'


def _text(words: Spoken, key: str) -> str:
    return escape(words.text(key), quote=False)


def _named(office: Office, spoken: Sequence[Locale]) -> Sequence[str]:
    return [f"<bdi>{escape(office.names[locale])}</bdi>" for locale in spoken if office.names.get(locale)]


def _username(bot: str) -> str:
    found = _BOT.fullmatch(bot)
    if found is None:
        raise NoInvitation("a bot's username has 5 to 32 of the letters A-Z a-z 0-9 _, such as example_bot")
    return found[1]


def _drawn(given: str, kind: str, **how: object) -> bytes:
    # Level M bears 15 % of dirt or creases; where a higher one needs no more room, it is taken.
    drawn = BytesIO()
    segno.make_qr(given, error="m", boost_error=True).save(
        drawn, kind=kind, border=_QUIET, dark="#000", light="#fff", **how
    )
    return drawn.getvalue()


_PAGE: Final = """<!doctype html>
<html lang="ar" dir="rtl">
<meta charset="utf-8">
<title>@{bot}</title>
<style>
@page {{ size: A5; margin: 12mm }}
body {{ margin: 0 auto; max-width: 124mm; font: 11.5pt/1.4 "Noto Naskh Arabic", "Noto Sans Arabic", serif }}
body {{ text-align: center; color: #000; background: #fff }}
svg {{ display: block; width: 58mm; height: 58mm; margin: 0 auto }}
h1 {{ font-size: 18pt; margin: 2mm 0 0 }}
p {{ margin: 0 }}
footer {{ margin-top: 3mm; font-size: 9pt }}
</style>
{code}
<p><bdi dir="ltr">@{bot}</bdi></p>
{said}
<footer>{names}</footer>
</html>
"""
