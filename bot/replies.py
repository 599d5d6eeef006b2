"""Puts replies into words: the catalogues of locales/, compiled in memory, and what each channel needs of a text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.vocabulary import Button, Channel, Locale, Option, Rendered, Reply, Stub

_DOMAINS: Final = ("bot", "taxonomy")
# A wording under this context is for that channel alone; a key without one has the wording of no context.
_CONTEXTS: Final[Mapping[Channel, str]] = {Channel.SMS: "sms", Channel.TELEGRAM: "telegram"}
# In which language a stub's missing words are said: the one that more of its speakers read.
_BEHIND: Final[Mapping[Stub, Locale]] = {Stub.KMR: Locale.CKB, Stub.AZB: Locale.AR, Stub.SYR: Locale.AR}
# A message with plural forms counts by this value.
_COUNT: Final = "count"
# Of a value by this name the words of a key stand there, of the same channel and language.
_KEYED: Final = "back"

# Vowel signs and the stretching line cost a unit each in an SMS and say nothing that the letters do not.
_COSTLY: Final = re.compile(r"[\u0640\u064b-\u0652\u0670\u2066-\u2069\u200e\u200f\u061c]")
_ISOLATE: Final = ("\u2068", "\u2069")

# All that may be said to a discreet reporter whose word was not said; anything else is held back from that phone.
UNREVEALING: Final = frozenset(
    {
        "decoy.hello",
        "decoy.hours",
        "decoy.order",
        "decoy.thanks",
        "decoy.unknown",
        "discreet.added.emergency",
        "discreet.added.emergency.unplaced",
        "discreet.filed",
        "discreet.filed.emergency",
        "discreet.filed.emergency.unplaced",
        "nudge.discreet",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one locale. plural: for each (context, key) that it has, whether its words depend on a number.

    behind: where a key is looked for that is not here.
    """

    translations: Translations
    plural: Mapping[tuple[str, str], bool]
    behind: "Wording | None" = None

    def template(self, key: str, context: str, values: Mapping[str, str]) -> str:
        """The words of a key for a context, else for none, placeholders unfilled. Raises KeyError for no such key."""
        own = context if (context, key) in self.plural else ""
        if (own, key) not in self.plural:
            if self.behind is not None:
                return self.behind.template(key, context, values)
            raise KeyError(f"no words for the reply {key!r}")
        context = own
        if self.plural[context, key]:
            count = int(values[_COUNT])
            forms = self.translations
            return str(forms.npgettext(context, key, key, count) if context else forms.ngettext(key, key, count))
        return str(self.translations.pgettext(context, key) if context else self.translations.gettext(key))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every reply in every locale. Making one reads files; rendering is pure."""

    wordings: Mapping[Locale | Stub, Wording]

    @classmethod
    def load(cls, locales: Path) -> "Catalogue":
        """Reads <locale>/bot.po and <locale>/taxonomy.po, of a stub bot.po alone.

        Once a process: a folder that changes is seen after a new start. Raises OSError or babel's PoFileError when
        they are bad.
        """
        return cls(_wordings(locales))

    def render(self, reply: Reply, *, channel: Channel, locale: Locale | Stub) -> Rendered:
        """The words of a reply, its options numbered from 1 below it, on screens also as buttons.

        Raises KeyError for a key or a value that is missing: a bug of the caller.
        """
        wording, context = self.wordings[locale], _CONTEXTS.get(channel, "")
        by_sms = channel is Channel.SMS
        values = dict(reply.values) if by_sms else {name: _isolated(value) for name, value in reply.values.items()}
        if _KEYED in values:
            values[_KEYED] = wording.template(reply.values[_KEYED], context, {})
        # One pass: a percent sign in a value is never a placeholder.
        body = wording.template(reply.key, context, reply.values) % values
        buttons = tuple(_buttons(wording, context, reply.options))
        text = "\n".join([body, *(f"{button.digit} {button.label}" for button in buttons if button.digit)])
        return Rendered(on_paper(text)) if by_sms else Rendered(text, buttons)


def locale_of(language: str) -> Locale:
    """In which of our languages somebody is answered who writes in this one, a code of bot.vocabulary.Language."""
    match language:
        case "ckb" | "kmr":
            return Locale.CKB
        case "en":
            return Locale.EN
        case _:
            return Locale.AR


def on_paper(text: str) -> str:
    """A text as it goes by SMS."""
    return _COSTLY.sub("", text)


def _buttons(wording: Wording, context: str, options: tuple[Option, ...]) -> Iterator[Button]:
    digits = count(1)
    for option in options:
        label = option.label if option.literal else wording.template(option.label, context, {}) % {}
        yield Button(str(next(digits)) if option.typed else "", label, option.choice)


def _isolated(value: str) -> str:
    """Keeps the order of letters around a value of another direction; numbers need no help and stay easy to copy."""
    return value if value.isdigit() else value.join(_ISOLATE)


@cache
def _wordings(locales: Path) -> Mapping[Locale | Stub, Wording]:
    read: dict[Locale | Stub, Wording] = {locale: _read(locales / locale.value, _DOMAINS) for locale in Locale}
    return read | {stub: _read(locales / stub.value, _DOMAINS[:1], behind=read[_BEHIND[stub]]) for stub in Stub}


def _read(folder: Path, domains: Sequence[str], *, behind: Wording | None = None) -> Wording:
    catalogs = [_parsed(folder / f"{domain}.po", domain) for domain in domains]
    compiled = _compiled(catalogs[0])  # its header rules the plurals; merging would not take over another's
    for catalog in catalogs[1:]:
        compiled.merge(_compiled(catalog))
    return Wording(compiled, {key: plural for catalog in catalogs for key, plural in _plural(catalog)}, behind)


def _parsed(path: Path, domain: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, domain=domain, abort_invalid=True)  # its header says its language and plurals


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
