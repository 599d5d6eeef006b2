"""The words of a text side by side: as names are compared and as they were written, with the ends of phrases."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.nlp.sounds import LATIN_ARTICLES, sounded

_MARKS: Final = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_JOINT: Final = "['’‘`´]"
_TOKEN: Final = re.compile(rf"[^\W_](?:[{_MARKS}]|[^\W_]|{_JOINT}(?=[^\W\d_]))*")
_SILENT: Final = re.compile(rf"[ء\u0640{_MARKS}'’‘`´]+")
_STRETCH: Final = re.compile(rf"[\u0640{_MARKS}]")
_BREAK: Final = re.compile(r"[^\w\s'’‘`´\-/@#&]|\n|_")
_WRITTEN_ARTICLES: Final = frozenset(("al", "el", "il"))
_SIGN: Final = "emo"  # bot.nlp.normalise.key puts a word of such a beginning for a sign that decides something


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as names are looked for in it.

    words: of its key. tokens: the same words as written, one for one, or () when the two cannot be laid side by side.
    breaks: ascending, the words before which a phrase ends (punctuation, a sign, a new line), with 0 and len(words).
    """

    words: Sequence[str]
    tokens: Sequence[str]
    breaks: Sequence[int]

    def span(self, start: int, size: int, *, cut: int = 0, tail: int = 0) -> str:
        """The words [start, start + size) as written, without the first `cut` and the last `tail` letters."""
        kept = [_STRETCH.sub("", token) for token in self.tokens[start : start + size]]
        if not kept:
            return ""
        kept[0] = kept[0][cut:]
        kept[-1] = kept[-1][: len(kept[-1]) - tail]
        return " ".join(kept)


def wording(words: Sequence[str], clean: str) -> Wording:
    """The words of a key beside the clean text that it was made of."""
    tokens: list[str] = []
    ends: set[int] = set()
    last = 0
    for match in _TOKEN.finditer(clean):
        token = match.group()
        if _SILENT.fullmatch(token):
            continue
        if _BREAK.search(clean, last, match.start()):
            ends.add(len(tokens))
        tokens.append(token)
        last = match.end()
    plain = [at for at, word in enumerate(words) if not word.startswith(_SIGN)]
    if len(plain) != len(tokens):
        return Wording(words, (), (0, len(words)))
    beside = [""] * len(words)
    for at, token in zip(plain, tokens, strict=True):
        beside[at] = token
    breaks = {plain[at] for at in ends} | {0, len(words)}
    for at, word in enumerate(words):
        if word.startswith(_SIGN):
            breaks |= {at, at + 1}
    return Wording(words, beside, sorted(breaks))


def latin_wording(clean: str) -> Wording:
    """The Latin-lettered words of a text, spelt by sound and without articles."""
    words: list[str] = []
    tokens: list[str] = []
    breaks = {0}
    last = 0
    article = -1
    for sound, start, end in sounded(clean):
        if _BREAK.search(clean, last, start):
            breaks.add(len(words))
            article = -1
        last = end
        if sound in LATIN_ARTICLES:
            article = start if clean[start:end].lower() in _WRITTEN_ARTICLES or clean[end : end + 1] == "-" else -1
            continue
        words.append(sound)
        tokens.append(clean[article if article >= 0 else start : end])
        article = -1
    if _BREAK.search(clean, last) is None and any(letter.isalpha() for letter in clean[last:]):
        breaks.discard(len(words))
    return Wording(words, tokens, sorted(breaks | {len(words)}))
