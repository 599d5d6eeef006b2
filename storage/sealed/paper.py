"""Keys written on paper: groups of letters and digits, each with a check sign, so that a typo is told where it is.

Pure. A half of a key is 15 groups of five signs. The fifth of each group checks the other four and the group's place;
the last 36 of the 300 bits in those fours check the whole.
"""

import hashlib
import unicodedata
from typing import Final

HALF_BYTES: Final = 32
_GROUPS: Final = 15
_DATA: Final = 4  # signs of a group before its check sign
_GROUP: Final = _DATA + 1
_SIGN_BITS: Final = 5
_CHECK_BITS: Final = _GROUPS * _DATA * _SIGN_BITS - 8 * (1 + HALF_BYTES)

# Without I, L, O and U, which are read as other signs (Crockford's base 32).
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans("ILO", "110")


class Typo(ValueError):
    """What was typed is not what was written. group: which group is wrong, from 1; 0 where that is not known."""

    def __init__(self, group: int) -> None:
        super().__init__("typo")
        self.group = group


def written(which: int, half: bytes) -> str:
    """A half of a key as it is written down. which: 1 or 2. half: 32 bytes."""
    body = bytes([which]) + half
    value = int.from_bytes(body) << _CHECK_BITS | _check(body)
    signs = letters(value, _GROUPS * _DATA)
    fours = [signs[at : at + _DATA] for at in range(0, len(signs), _DATA)]
    return " ".join(four + _check_sign(place, four) for place, four in enumerate(fours))


def read(typed: str) -> tuple[int, bytes]:
    """Which half it is, 1 or 2, and its 32 bytes. Small letters, other digits and any spacing are understood.

    Raises Typo.
    """
    signs = folded(typed)
    groups = [signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP)]
    for place, group in enumerate(groups[:_GROUPS]):
        if len(group) < _GROUP or not set(group) <= set(_SIGNS) or _check_sign(place, group[:_DATA]) != group[_DATA]:
            raise Typo(place + 1)
    if len(groups) != _GROUPS:
        raise Typo(len(groups) + 1 if len(groups) < _GROUPS else 0)
    value = 0
    for sign in "".join(group[:_DATA] for group in groups):
        value = value << _SIGN_BITS | _SIGNS.index(sign)
    body = (value >> _CHECK_BITS).to_bytes(1 + HALF_BYTES)
    if value & (1 << _CHECK_BITS) - 1 != _check(body) or body[0] not in (1, 2):
        raise Typo(0)
    return body[0], body[1:]


def letters(value: int, length: int) -> str:
    """A number in signs that are told apart on paper, most significant first."""
    return "".join(_SIGNS[value >> _SIGN_BITS * place & 31] for place in reversed(range(length)))


def grouped(signs: str) -> str:
    """In groups of five."""
    return " ".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def folded(typed: str) -> str:
    """What was typed, in these signs as far as it can be: capitals, plain digits, and nothing between them."""
    digits = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in typed.upper())
    plain = "".join(digits).translate(_READ_AS)
    return "".join(sign for sign in plain if sign.isalnum())


def _check(body: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"muntada paper 1 " + body).digest()) >> 256 - _CHECK_BITS


def _check_sign(place: int, four: str) -> str:
    return _SIGNS[hashlib.sha256(f"{place}:{four}".encode()).digest()[0] & 31]
