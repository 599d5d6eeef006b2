"""Counts the corpus and writes the tables of docs/corpus.md between their marks.

    .venv/bin/python -m tools.corpus_card [--check]

Run it when messages were added. With --check nothing is written, and 1 is the answer where the card is out of date.
"""

import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.nlp.corpus import Example, read
from bot.vocabulary import Category, Language, Urgency

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "docs" / "corpus.md"
CORPUS = ROOT / "bot" / "nlp" / "data" / "corpus"
_TABLES = re.compile(r"(<!-- tables -->\n).*(<!-- end of tables -->)", re.DOTALL)

Examples = Sequence[Example]


def tables(train: Examples, test: Examples) -> str:
    """The card's tables in Markdown."""
    parts = (train, test, (*train, *test))
    return "\n".join(
        ("", _parts(*parts), _categories(*parts), _languages(*parts), _urgencies(*parts), _lengths(*parts))
    )


def filled(card: str) -> str:
    """The card with tables of the corpus as it is now."""
    made = tables(read(CORPUS / "train"), read(CORPUS / "test"))
    return _TABLES.sub(lambda found: found[1] + made + found[2], card)


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def _share(part: Examples, holds: Callable[[Example], bool]) -> str:
    return f"{100 * sum(map(holds, part)) / max(1, len(part)):.1f} %"


def _parts(*parts: Examples) -> str:
    rows: tuple[tuple[str, Callable[[Example], bool]], ...] = (
        ("without the category's obvious words", lambda example: not example.plain),
        ("name a place", lambda example: bool(example.place)),
        ("sensitive", lambda example: example.sensitive),
        ("a second concern", lambda example: example.also is not None),
    )
    return _table(
        ("", "train", "test", "both"),
        (
            ("messages", *(f"{len(part):,}" for part in parts)),
            ("authors (files)", *(len({example.author for example in part}) for part in parts)),
            *((name, *(_share(part, holds) for part in parts)) for name, holds in rows),
        ),
    )


def _categories(*parts: Examples) -> str:
    counts = [Counter(example.category for example in part) for part in parts]
    both = parts[-1]
    return _table(
        ("category", "train", "test", "both", "without obvious words"),
        (
            (
                each.value,
                *(count[each] for count in counts),
                _share([example for example in both if example.category is each], lambda example: not example.plain),
            )
            for each in sorted(Category, key=lambda category: category.value)
        ),
    )


def _languages(*parts: Examples) -> str:
    present = {example.language for part in parts for example in part}
    return _table(
        ("language", "train", "test", "both", "share"),
        (
            (
                each.value,
                *(sum(example.language is each for example in part) for part in parts),
                _share(parts[-1], lambda example, each=each: example.language is each),  # type: ignore[misc]
            )
            for each in Language
            if each in present
        ),
    )


def _urgencies(*parts: Examples) -> str:
    return _table(
        ("urgency", "train", "test", "both"),
        (
            (each.name.lower(), *(sum(example.urgency is each for example in part) for part in parts))
            for each in sorted(Urgency, reverse=True)
        ),
    )


def _lengths(*parts: Examples) -> str:
    def quantiles(part: Examples) -> tuple[int, ...]:
        lengths = [len(example.text.split()) for example in part]
        cuts = statistics.quantiles(lengths, n=20, method="inclusive")
        return min(lengths), *(round(cuts[at]) for at in (0, 4, 9, 14, 18)), max(lengths)

    return _table(
        ("words in a message", "least", "5 %", "25 %", "median", "75 %", "95 %", "most"),
        ((name, *quantiles(part)) for name, part in zip(("train", "test", "both"), parts, strict=True)),
    )


def main(arguments: Sequence[str]) -> int:
    """Fills the card in, or says whether it is out of date."""
    card = CARD.read_text(encoding="utf-8")
    now = filled(card)
    if arguments == ["--check"]:
        return int(card != now)
    CARD.write_text(now, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
