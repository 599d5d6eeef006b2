"""Checks the catalogues in locales/: every key in every language, with the same placeholders, none empty or fuzzy.

Prints one line for each fault and exits with 1 when there is one. A catalogue is locales/LOCALE/DOMAIN.po; its keys
may have a second, shorter wording under a msgctxt (such as "sms"), which may leave placeholders out but adds none.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
# CLDR's rules as gettext writes them. Babel's own Arabic rule swaps "many" and "other", so each header states it.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "ckb": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
}
_NAMED = re.compile(r"%\((\w+)\)")
_ENTRY = re.compile(r"^msgid ", re.MULTILINE)
_HEADER = re.compile(r'Plural-Forms:\s*(.*?)\\n"', re.DOTALL)

Key = tuple[str, str | None]

# The remark beside a wording that no screen shows: by SMS one message says what a screen shows in several.
_ONLY_BY_SMS = "only by SMS"

# What may stand for a longer value in a wording of its own: an office by at most twenty letters.
_SHORT_FOR = {"short": "body"}


def faults(locales: Path) -> Iterator[str]:
    """A line for each fault of the catalogues in this folder."""
    domains = sorted({path.name for path in locales.glob("*/*.po")})
    if not domains:
        yield f"{locales.name}: no catalogue"
    for domain in domains:
        entries: dict[str, dict[Key, Message]] = {}
        for locale in PLURALS:
            path = locales / locale / domain
            where = f"{locale}/{domain}"
            if not path.exists():
                yield f"{where}: missing"
                continue
            try:
                catalogue = _read(path, locale)
            except (PoFileError, ValueError) as error:
                yield f"{where}: unreadable: {error}"
                continue
            entries[locale] = {(_key(message), message.context): message for message in catalogue if message.id}
            yield from _lone(where, path, catalogue, entries[locale])
        yield from _together(domain, entries)


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> Sequence[str]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _names(message: Message) -> frozenset[str]:
    """The placeholders of all forms together: "two reports" needs no number, "%(n)s reports" does."""
    return frozenset(name for form in _forms(message) for name in _NAMED.findall(form))


def _lone(where: str, path: Path, catalogue: Catalog, entries: Mapping[Key, Message]) -> Iterator[str]:
    """Faults that one catalogue has by itself."""
    source = path.read_text(encoding="utf-8")
    stated = _HEADER.search(source)
    # A long header may be broken over lines, and spaces mean nothing in it.
    rule = re.sub(r'["\s]', "", stated.group(1)) if stated else ""
    if rule.rstrip(";") != re.sub(r"\s", "", PLURALS[path.parent.name]).rstrip(";"):
        yield f'{where}: the header must say "Plural-Forms: {PLURALS[path.parent.name]}"'
    if len(_ENTRY.findall(source)) != len(entries) + 1:  # and the header's own
        yield f"{where}: a key stands there twice"
    if catalogue.obsolete:
        yield f"{where}: has obsolete entries"
    for (key, context), message in entries.items():
        label = f"{where}: {key}" + (f" [{context}]" if context else "")
        if message.fuzzy:
            yield f"{label}: fuzzy"
        yield from _worded(label, message, entries.get((key, None)), plurals=catalogue.num_plurals)


def _worded(label: str, message: Message, base: Message | None, *, plurals: int) -> Iterator[str]:
    """Faults of one wording; base: the same key without context."""
    forms = _forms(message)
    if message.pluralizable and len(forms) != plurals:
        yield f"{label}: has {len(forms)} plural forms, not {plurals}"
    if not all(form.strip() for form in forms):
        yield f"{label}: empty"
    if base is None:
        if _ONLY_BY_SMS not in message.auto_comments:
            yield f"{label}: has no wording without a context"
    elif added := {_SHORT_FOR.get(name, name) for name in _names(message)} - _names(base):
        yield f"{label}: adds placeholders {sorted(added)}"
    values = dict.fromkeys(_names(message), "x")
    for form in forms:
        try:
            form % values
        except (KeyError, TypeError, ValueError):
            yield f"{label}: a percent sign is neither %(name)s nor %%"


def _together(domain: str, entries: Mapping[str, Mapping[Key, Message]]) -> Iterator[str]:
    """Faults between the languages of one domain."""
    keys = sorted({key for each in entries.values() for key, context in each if context is None})
    for key in keys:
        for locale in sorted(set(entries) - {name for name, each in entries.items() if (key, None) in each}):
            yield f"{locale}/{domain}: {key}: missing"
        names = {locale: _names(each[key, None]) for locale, each in entries.items() if (key, None) in each}
        if len(set(names.values())) > 1:
            told = ", ".join(f"{locale} {sorted(found)}" for locale, found in sorted(names.items()))
            yield f"{domain}: {key}: placeholders differ: {told}"


def main() -> int:
    """Prints the faults of this project's catalogues; 1 when there is one."""
    found = list(faults(ROOT / "locales"))
    for fault in found:
        print(fault)
    print(f"{len(found)} faults" if found else "the catalogues are whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
