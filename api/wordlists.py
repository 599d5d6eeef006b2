"""A deployment's own words as a TSV file, from one deployment to another."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.console import words as spoken
from api.people import Mistake
from api.settings import Settings
from bot.vocabulary import Category, Locale, Urgency
from storage import audit, keys, terms
from storage.casework.acts import Refused
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.terms import By, Kind, Term

COLUMNS: Final = ("kind", "phrase", "target", "urgency", "sensitive", "weight")
_LOCALES: Final = Path(__file__).resolve().parent.parent / "locales"
_THERE: Final = "words.there"


async def export(settings: Settings) -> str:
    """Every standing danger phrase, word and further name of a place. Places themselves go by `places import`."""
    store, keyring, now = Store.open(settings.database), Keyring.open(settings.keys_dir), datetime.now(UTC)

    def read(conn: Connection) -> tuple[Term, ...]:
        keys.register(conn, keyring, now)
        found = terms.standing(conn)
        data = {"count": sum(term.kind is not Kind.PLACE for term in found)}
        audit.write(conn, keyring, at=now, actor="machine:terminal", action="term.export", data=data)
        return found

    try:
        found = await store.write(read)
    finally:
        store.close()
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
    table.writerow(COLUMNS)
    for term in found:
        if term.kind is not Kind.PLACE:
            urgency = "" if term.urgency is None else term.urgency.name.lower()
            weight = "" if term.weight is None else f"{term.weight:g}"
            table.writerow((term.kind, term.phrase, term.target, urgency, int(term.sensitive), weight))
    return out.getvalue().rstrip("\n")


async def load(settings: Settings, file: Path) -> str:
    """Adds what is not there yet, and says how many. Raises Mistake for the first row that cannot be, and adds none."""
    rows = _rows(file)
    store, keyring, by = Store.open(settings.database), Keyring.open(settings.keys_dir), By(None, datetime.now(UTC))

    def write(conn: Connection) -> int:
        keys.register(conn, keyring, by.now)
        return sum(_add(conn, keyring, by, number, row) for number, row in enumerate(rows, start=2))

    try:
        count = await store.write(write)
    finally:
        store.close()
    return f"{count} words added, {len(rows) - count} were there"


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Mistake(f"{file.name} is not there") from None
    except OSError as error:
        raise Mistake(f"{file.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Mistake(f"{file.name} is not UTF-8 text") from None
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE, restval=""))
    except csv.Error:
        raise Mistake(f"{file.name} has a row with more than {csv.field_size_limit()} characters in a column") from None
    if rows and (absent := [name for name in COLUMNS if name not in rows[0]]):
        raise Mistake(f"{file.name} has no column {', '.join(absent)}")
    return rows


def _add(conn: Connection, keyring: Keyring, by: By, number: int, row: Mapping[str, str]) -> bool:
    try:
        match Kind(row["kind"]):
            case Kind.DANGER:
                urgency, sensitive = Urgency[row["urgency"].upper()], row["sensitive"] == "1"
                terms.add_danger(
                    conn, keyring, by, phrase=row["phrase"], urgency=urgency, sensitive=sensitive, shipped=_never
                )
            case Kind.WORD:
                category, weight = Category(row["target"]), float(row["weight"])
                terms.add_word(
                    conn, keyring, by, phrase=row["phrase"], category=category, weight=weight, shipped=_never
                )
            case Kind.ALIAS:
                terms.add_alias(conn, keyring, by, phrase=row["phrase"], place=row["target"], shipped=_never)
            case Kind.PLACE:
                raise Mistake(f"row {number}: places come by `muntada places import`")
    except Refused as refused:
        if refused.key == _THERE:
            return False
        raise Mistake(f"row {number}: {spoken.load(_LOCALES)[Locale.EN].text(refused.key)}") from None
    except (ValueError, KeyError):
        raise Mistake(f"row {number}: kind, target, urgency or weight is not one of ours") from None
    return True


def _never(_phrase: str) -> bool:
    return False
