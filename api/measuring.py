"""Measures the model in use on labelled messages: the software's frozen test, or a file of one's own."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from api import understood
from api.people import Mistake
from api.settings import Settings
from api.training import CORPUS
from bot.nlp import corpus, score
from bot.nlp.analyse import analyse
from bot.nlp.corpus import Example
from bot.nlp.score import Judged
from bot.taxonomy import RULES
from bot.vocabulary import Analysis, Category, Language, Urgency

# The columns of a labelled file; "|" parts what counts as right too.
COLUMNS: Final = ("lang", "category", "urgency", "governorate", "place", "text")
_NO_KEYWORDS: Final = "keyword_free_accuracy"  # such a file does not say which messages avoid the obvious words


def evaluate(settings: Settings, file: Path | None) -> str:
    """The table of scores, with the model that was measured above it. Raises Mistake for a file that cannot be read."""
    rows = None if file is None else labelled(file)  # before a model is loaded, which takes a second
    understanding, line = understood.in_use(settings.data_dir)
    head = f"model {line}"
    if rows is None:
        return f"{head}\n{score.table(score.measure(understanding, corpus.read(CORPUS / 'test')))}"
    judged = [_judged(row, analyse(understanding, row["text"])) for row in rows]
    table = score.table(score.scores(judged)).splitlines()
    return "\n".join((head, *(line for line in table if not line.startswith(_NO_KEYWORDS))))


def labelled(file: Path) -> Sequence[Mapping[str, str]]:
    """The rows of a labelled TSV with the columns COLUMNS. Raises Mistake, naming the row and never its words."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            named, rows = table.fieldnames or (), list(table)
    except FileNotFoundError:
        raise Mistake(f"{file.name} is not there") from None
    except OSError as error:
        raise Mistake(f"{file.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Mistake(f"{file.name} is not UTF-8 text") from None
    except csv.Error:
        raise Mistake(f"{file.name} has a row with more than {csv.field_size_limit()} characters in a column") from None
    if absent := [name for name in COLUMNS if name not in named]:
        raise Mistake(f"{file.name} has no column {', '.join(absent)}; it needs {', '.join(COLUMNS)}")
    if not rows:
        raise Mistake(f"{file.name} has no rows")
    for number, row in enumerate(rows, start=2):
        _check(number, row)
    return rows


def _check(number: int, row: Mapping[str, str]) -> None:
    if any(row.get(name) is None for name in COLUMNS):
        raise Mistake(f"row {number} has too few columns")
    if set(row["category"].split("|")) - {category.value for category in Category}:
        raise Mistake(f"row {number}, column category: a code of the taxonomy is wanted")
    if row["urgency"].upper() not in Urgency.__members__:
        raise Mistake(f"row {number}, column urgency: emergency, high or normal is wanted")


def _judged(row: Mapping[str, str], analysis: Analysis) -> Judged:
    """A row beside what was understood of it. Of several right answers the one that was given counts, or the first."""
    categories = [Category(code) for code in row["category"].split("|")]
    guessed = next((guess.category for guess in analysis.guesses if guess.category in categories), categories[0])
    place = analysis.place
    names = {place.name_ar, place.name_ckb, place.name_en, place.written} if place else set()
    example = Example(
        text=row["text"],
        category=guessed,
        urgency=Urgency[row["urgency"].upper()],
        language=_language(row["lang"]),
        sensitive=RULES[categories[0]].sensitive,
        place=_one_of(row["place"], names),
        governorate=_one_of(row["governorate"], {place.governorate} if place else set()),
    )
    return Judged(example, analysis)


def _one_of(right: str, given: set[str]) -> str:
    answers = right.split("|")
    return next((answer for answer in answers if answer in given), answers[0])


def _language(code: str) -> Language:
    try:
        return Language(code)
    except ValueError:
        return Language.UNKNOWN
