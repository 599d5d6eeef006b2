"""The one spelling of a telephone number, and what a sender of SMS is filed under."""

import re
import unicodedata
from typing import Final

import phonenumbers

from bot.handlers.channel import legible
from bot.vocabulary import SendFailed

_HOME: Final = "IQ"
_LONGEST: Final = 64
_SEPARATORS: Final = re.compile(r"[\s().,/\-]+")
_DIALLED: Final = re.compile(r"\+?[0-9]{5,20}")
# Spellings of "we will not tell you": networks', Android's (-1 unknown, -2 private, -3 a payphone), and absent values.
_HIDDEN: Final = frozenset(
    {
        "-1", "-2", "-3", "anonymous", "blocked", "caller id blocked", "hidden", "n/a", "no caller id", "no number",
        "none", "null", "payphone", "private", "private number", "restricted", "unavailable", "undefined", "unknown",
        "unknown number", "withheld", "مجهول", "رقم خاص", "غير معروف", "رقم غير معروف", "نەزانراو",
    }
)  # fmt: skip
_CALLABLE: Final = re.compile(r"\+[0-9]{5,15}")


def callable_number(address: str) -> str:
    """The address, if an SMS can go there. Raises SendFailed for a short code, a name or nobody."""
    if not _CALLABLE.fullmatch(address):
        raise SendFailed("no_address", retryable=False, unreachable=True)
    return address


def e164(text: str) -> str:
    """The number in international spelling, such as "+9647700000001"; "" when the text is no telephone number.

    0770…, 770…, 964770… and 00964770… are Iraq's; a number that begins with another country's code stays that
    country's, with its "+" or without. Digits of any script, separators and invisible signs are understood. Short
    codes are no numbers: they have no international spelling. Never raises.
    """
    return _number(_clean(text))


def sender(text: str) -> str:
    """What a sender is filed under: a number in E.164; a short code or a name as it stands; "" when it is hidden.

    At most 64 characters, none of them invisible. Only a number can be answered. Never raises.
    """
    plain = _clean(text)
    if plain.casefold() in _HIDDEN or not any(letter.isalnum() for letter in plain):
        return ""
    return _number(plain) or plain


def _clean(text: str) -> str:
    seen = (" " if letter.isspace() else letter for letter in legible(text) if letter.isspace() or _shows(letter))
    return " ".join("".join(seen).split())[:_LONGEST].strip()


def _shows(letter: str) -> bool:
    # Cc, Cf: control signs and the invisible ones that keep a number upright in Arabic text; Co, Cn: nobody's letters.
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cn", "Co", "Cs"}


def _number(plain: str) -> str:
    dialled = _SEPARATORS.sub("", "".join(map(_ascii, plain)))
    if not _DIALLED.fullmatch(dialled):
        return ""
    if dialled.startswith(("+", "0")):
        return _spelt(dialled, sure=False)
    # Digits alone are somebody's number only if a numbering plan knows them: a short code must not become one.
    return _spelt(dialled, sure=True) or _spelt(f"+{dialled}", sure=True)


def _ascii(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if letter == "＋":
        return "+"
    return "-" if unicodedata.category(letter) == "Pd" or letter == "\u2212" else letter


def _spelt(dialled: str, *, sure: bool) -> str:
    try:
        parsed = phonenumbers.parse(dialled, _HOME)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    if sure and not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
