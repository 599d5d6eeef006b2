"""Where a clean text holds addresses of the net: e-mail (also spelt with "at" and "dot"), links, handles."""

import re
from collections.abc import Iterator
from typing import Final

from bot.nlp.normalise import alike


def _folding(pattern: str) -> re.Pattern[str]:
    """A pattern for texts as `alike` leaves them: written here in ordinary spelling."""
    return re.compile(alike(pattern), re.IGNORECASE)


_AT: Final = r"(?:\s{0,2}[\[(]\s?(?:at|آت|ات)\s?[\])]\s{0,2}|\s{1,2}(?:at|آت|ات)\s{1,2})"
_DOT: Final = r"(?:\s{0,2}[\[(]\s?(?:dot|دوت|نقطة)\s?[\])]\s{0,2}|\s{1,2}(?:dot|دوت|نقطة)\s{1,2}|\.)"
_EMAIL: Final = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_SPELT_EMAIL: Final = _folding(
    rf"(?<![\w.+\-])[\w.+\-]{{1,64}}(?:\s(?:dot|دوت)\s[\w\-]{{1,40}}){{0,2}}{_AT}(?!the\b)[\w\-]{{1,63}}(?:{_DOT}[a-z]{{2,24}}){{1,2}}(?!\w)"
    r"|(?<![\w.+\-])[\w.+\-]{1,64}\((?:at|@)\)[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}"
)
_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|(?<![\w@.\-])(?:[\w\-]{1,63}\.){1,4}(?:com|net|org|iq|me|io|info|link|ly|gl|be|gle|co|krd|app|tv|cc|xyz|online"
    r"|site|top|shop)(?:/[^\s<>]*)?(?![\w@])",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@])@\w[\w.]{1,63}")
_CUE: Final = (
    r"(?:ال)?(?:انستا(?:غرام)?|انستغرام|انستكرام|سناب(?:ه|ها|جات|ي)?|تلكرام|تلگرام|تليكرام|تيك ?توك"
    r"|فيس(?:بوك)?|يوزر(?:ه|ها|ي)?|حساب(?:ه|ها)|معرف(?:ه|ها)"
    r"|اسم الحساب|ئینستا(?:گرام)?|insta(?:gram)?|snap(?:chat)?|tik ?tok|telegram|user(?:name)?|account)"
)
_HANDLE_CUE: Final = _folding(
    rf"(?<!\w){_CUE}(?:\s{{1,2}}(?:is|malta|malha|مالته|مالتها|مال|اسمه|name|انستا|سناب)){{0,2}}\s{{0,2}}[:=]?\s{{0,2}}(?<!\w)([a-z][\w.]{{3,40}})"
)
_LOOKS_MADE_UP: Final = re.compile(r"[\d_]|\w\.\w")
_ANY_SCRIPT: Final = re.compile(r"[^\x00-\x7f]")
_NOT_HANDLES: Final = frozenset(
    "account page name user post with from that about malta story was hacked group fake link have profile wants "
    "sells video photo photos "
    "channel number they this their password live reels direct messages chat".split()
)


def emails(plain: str) -> Iterator[tuple[int, int]]:
    """E-mail addresses, also "name at example dot com"."""
    yield from (match.span() for match in _EMAIL.finditer(plain))
    yield from (match.span() for match in _SPELT_EMAIL.finditer(plain))


def links(plain: str) -> Iterator[tuple[int, int]]:
    """Links with a scheme, and names of sites without one (t.me/abc)."""
    yield from (match.span() for match in _LINK.finditer(plain))


def handles(plain: str) -> Iterator[tuple[int, int]]:
    """Names of accounts: after @, or after the name of a network.

    After an English or Arabizi cue a plain word is more often the sentence's own, so there it must look made up.
    """
    yield from (match.span() for match in _HANDLE.finditer(plain))
    for match in _HANDLE_CUE.finditer(plain):
        made_up = _LOOKS_MADE_UP.search(match[1]) is not None
        arabic = _ANY_SCRIPT.match(match[0]) is not None
        if made_up or (arabic and match[1].lower() not in _NOT_HANDLES):
            yield match.span(1)
