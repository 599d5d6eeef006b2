"""Puts replies into words: the catalogues of locales/, compiled in memory, and what each channel needs of a text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.vocabulary import Button, Channel, Locale, Option, Rendered, Reply

_DOMAINS: Final = ("bot", "taxonomy")
# A wording under this context is for that channel alone; a key without one has the wording of no context.
_CONTEXTS: Final[Mapping[Channel, str]] = {Channel.SMS: "sms", Channel.TELEGRAM: "telegram"}
# A message with plural forms counts by this value.
_COUNT: Final = "count"

# Vowel signs and the stretching line cost a unit each in an SMS and say nothing that the letters do not.
_COSTLY: Final = re.compile(r"[\u0640\u064b-\u0652\u0670\u2066-\u2069\u200e\u200f\u061c]")
_ISOLATE: Final = ("\u2068", "\u2069")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one locale. plural: for each (context, key) that it has, whether its words depend on a number."""

    translations: Translations
    plural: Mapping[tuple[str, str], bool]

    def template(self, key: str, context: str, values: Mapping[str, str]) -> str:
        """The words of a key for a context, else for none, placeholders unfilled. Raises KeyError for no such key."""
        context = context if (context, key) in self.plural else ""
        if (context, key) not in self.plural:
            raise KeyError(f"no words for the reply {key!r}")
        if self.plural[context, key]:
            count = int(values[_COUNT])
            forms = self.translations
            return str(forms.npgettext(context, key, key, count) if context else forms.ngettext(key, key, count))
        return str(self.translations.pgettext(context, key) if context else self.translations.gettext(key))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every reply in every locale. Making one reads files; rendering is pure."""

    wordings: Mapping[Locale, Wording]

    @classmethod
    def load(cls, locales: Path) -> "Catalogue":
        """Reads <locale>/bot.po and <locale>/taxonomy.po. Raises OSError or babel's PoFileError when they are bad."""
        return cls({locale: _read(locales / locale.value, locale) for locale in Locale})

    def render(self, reply: Reply, *, channel: Channel, locale: Locale) -> Rendered:
        """The words of a reply, its options numbered from 1 below it, on screens also as buttons.

        Raises KeyError for a key or a value that is missing: a bug of the caller.
        """
        wording, context = self.wordings[locale], _CONTEXTS.get(channel, "")
        on_paper = channel is Channel.SMS
        values = reply.values if on_paper else {name: _isolated(value) for name, value in reply.values.items()}
        # One pass: a percent sign in a value is never a placeholder.
        body = wording.template(reply.key, context, reply.values) % values
        buttons = tuple(_buttons(wording, context, reply.options))
        text = "\n".join([body, *(f"{button.digit} {button.label}" for button in buttons)])
        return Rendered(_COSTLY.sub("", text)) if on_paper else Rendered(text, buttons)


def _buttons(wording: Wording, context: str, options: tuple[Option, ...]) -> Iterator[Button]:
    for digit, option in enumerate(options, start=1):
        label = option.label if option.literal else wording.template(option.label, context, {}) % {}
        yield Button(str(digit), label, option.choice)


def _isolated(value: str) -> str:
    """Keeps the order of letters around a value of another direction; numbers need no help and stay easy to copy."""
    return value if value.isdigit() else value.join(_ISOLATE)


def _read(folder: Path, locale: Locale) -> Wording:
    catalogs = [_parsed(folder / f"{domain}.po", locale, domain) for domain in _DOMAINS]
    compiled = _compiled(catalogs[0])  # its header rules the plurals; merging would not take over another's
    for catalog in catalogs[1:]:
        compiled.merge(_compiled(catalog))
    return Wording(compiled, {key: plural for catalog in catalogs for key, plural in _plural(catalog)})


def _parsed(path: Path, locale: Locale, domain: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale.value, domain=domain, abort_invalid=True)


def _plural(catalog: Catalog) -> Iterator[tuple[tuple[str, str], bool]]:
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and message.string and not message.fuzzy:
            yield (message.context or "", key), message.pluralizable


def _compiled(catalog: Catalog) -> Translations:
    file = BytesIO()
    write_mo(file, catalog)
    file.seek(0)
    return Translations(file)
