"""Messages with personal data planted by hand, and how much of it is found: read by test_personal_spans.

`personal_spans.tsv` marks each span as {text>KIND}; a message without a mark holds none, only what looks like some.
Half A was looked at while the patterns were written; half B, of another sitting, only after its first measurement.
`python -m tests.bot.nlp.planted A` prints what is missed and what is wrongly masked in a half.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.nlp.normalise import clean
from bot.nlp.personal import spans
from bot.vocabulary import Span

_MARK: Final = re.compile(r"\{([^{}>]+)>([A-Z]+)\}")
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Planted:
    """One clean message and the spans of it that must be masked."""

    text: str
    language: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was found: spans planted, found and called by their own kind, for each kind; words and messages too many."""

    planted: Counter[str]
    found: Counter[str]
    named: Counter[str]
    words: int
    false_words: int
    harmless: int
    false_messages: int
    misses: tuple[str, ...]

    def recall(self, kinds: Iterable[str]) -> float:
        """The share of planted spans of these kinds that is masked from end to end."""
        kinds = tuple(kinds)
        return sum(self.found[kind] for kind in kinds) / sum(self.planted[kind] for kind in kinds)


def unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    """A marked message as clean text and its spans."""
    text, at, found = "", 0, []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        found.append(Span(len(text), len(text) + len(mark[1]), f"[{mark[2]}]"))
        text += mark[1]
        at = mark.end()
    text += marked[at:]
    if clean(text) != text:
        raise ValueError("a planted message must be clean, or its offsets mean nothing")
    return text, tuple(found)


def load(half: str) -> tuple[Planted, ...]:
    """The messages of half "A" or "B"."""
    with Path(__file__).with_name("personal_spans.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["half"] == half]
    return tuple(Planted(text, row["language"], marks) for row in rows for text, marks in (unmark(row["text"]),))


def _covered(text: str, spans: Iterable[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end) if text[at].isalnum()}


def measure(messages: Iterable[Planted]) -> Measure:
    """How much of what was planted is masked, and how much of the rest."""
    planted, found, named = Counter[str](), Counter[str](), Counter[str]()
    words = false_words = harmless = false_messages = 0
    misses: list[str] = []
    for message in messages:
        text, seen = message.text, spans(message.text)
        hidden, private = _covered(text, seen), _covered(text, message.spans)
        for span in message.spans:
            own = _covered(text, (span,))
            planted[span.token] += 1
            found[span.token] += own <= hidden
            named[span.token] += any(other.token == span.token and own & _covered(text, (other,)) for other in seen)
            if not own <= hidden:
                misses.append(f"MISS {span.token} {text[span.start : span.end]} | {text}")
        for word in _WORD.finditer(text):
            own = {at for at in range(*word.span()) if text[at].isalnum()}
            if own and not own & private:
                words += 1
                if own & hidden:
                    false_words += 1
                    misses.append(f"FALSE {word[0]} | {text}")
        if not message.spans:
            harmless += 1
            false_messages += bool(seen)
    return Measure(planted, found, named, words, false_words, harmless, false_messages, tuple(misses))


if __name__ == "__main__":
    result = measure(load(sys.argv[1]))
    shown = [] if "-q" in sys.argv else list(result.misses)
    shown += [
        f"{kind} {n} found {result.found[kind]} as itself {result.named[kind]}" for kind, n in result.planted.items()
    ]
    shown.append(f"words {result.words} false {result.false_words} harmless {result.harmless} {result.false_messages}")
    sys.stdout.write("\n".join((*shown, "")))
