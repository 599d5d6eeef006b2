"""Replies that somebody recorded, for people who do not read: files of the deployment's own, held in memory.

A recording lies at DATA_DIR/prompts/<locale>/<key>.ogg; <key> is the reply's name in locales/, as in "filed.ogg". It
cannot say a code or a place, so it says what surrounds them, and the written words go with it. None need be there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import structlog

from bot.vocabulary import Locale, Stub

MOST_BYTES: Final = 300_000  # about two minutes of speech; all of them stay in memory

_PAGE, _PAGE_HEADER = b"OggS", 28  # RFC 3533: the first page holds one packet, so one byte of segment table
_OPUS: Final = b"OpusHead"  # RFC 7845, 5.1: how that packet begins

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Prompts:
    """Ogg Opus by locale and reply."""

    recorded: Mapping[tuple[Locale | Stub, str], bytes]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads <locale>/<key>.ogg; nothing where there is no such folder.

        A file that is unreadable, too large or no Ogg Opus is left out with a line in the log: for want of a recording
        no report may wait. Nothing is read later, so that a new recording is heard after the next start.
        """
        return cls({(locale, path.stem): voice for locale, path in _files(folder) if (voice := _voice(locale, path))})

    def voice(self, key: str, locale: Locale | Stub) -> bytes:
        """The recorded reply; b"" where none is."""
        return self.recorded.get((locale, key), b"")


def _files(folder: Path) -> Iterator[tuple[Locale | Stub, Path]]:
    tongues: tuple[Locale | Stub, ...] = (*Locale, *Stub)
    return ((locale, path) for locale in tongues for path in sorted((folder / locale.value).glob("*.ogg")))


def _voice(locale: Locale | Stub, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            voice = file.read(MOST_BYTES + 1)
    except OSError:
        return _refused(locale, path, "unreadable")
    if len(voice) > MOST_BYTES:
        return _refused(locale, path, "too_large")
    if not (voice.startswith(_PAGE) and voice.startswith(_OPUS, _PAGE_HEADER)):
        return _refused(locale, path, "no_ogg_opus")
    return voice


def _refused(locale: Locale | Stub, path: Path, reason: str) -> bytes:
    log.warning("prompt_left_out", locale=locale.value, key=path.stem, reason=reason)
    return b""
