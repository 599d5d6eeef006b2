"""The sealed bytes of a message between door and settling, with what is remembered of how it waited.

The marks are sealed with it: who puts sealed bytes back into a row cannot have their words carried for ever, nor a
private reporter's message settled as anybody's.
"""

from dataclasses import dataclass
from typing import Any, Final

from storage.keys import Domain, Key, Keyring
from storage.sealing import seal, unseal
from storage.tables import inbound

_MARKS: Final = 2
_HELD: Final = 1
_PRIVATE: Final = 2
_LOOKED: Final = 4


@dataclass(frozen=True, slots=True)
class Marks:
    """carried: into so many watches, 0 to 255. held: the list of its desk did not verify when it was to be settled.

    private: it was told in private before it was held, or waited. looked: whether it was could still be known when that
    was written down.
    """

    carried: int = 0
    held: bool = False
    private: bool = False
    looked: bool = False


NONE: Final = Marks()


def sealed(key: Key, dedup: bytes, raw: bytes, marks: Marks = NONE) -> bytes:
    """A message's bytes under the door's key, bound to its row."""
    return seal(key.secret, joined(marks, raw), inbound.name, "sealed", dedup.hex(), key.epoch)


def opened(keyring: Keyring, row: Any) -> tuple[Marks, bytes]:
    """What is remembered of a row's message, and its bytes. Raises KeyGone, Tampered."""
    key = keyring.at(Domain.DOOR, row.epoch)
    plain = unseal(key, row.sealed, inbound.name, "sealed", row.dedup.hex(), row.epoch)
    return parted(plain)


def joined(marks: Marks, raw: bytes) -> bytes:
    """The marks, then a message's bytes: what is sealed of one, also as a dead letter."""
    how = _HELD * marks.held | _PRIVATE * marks.private | _LOOKED * marks.looked
    return bytes((marks.carried, how)) + raw


def parted(plain: bytes) -> tuple[Marks, bytes]:
    """The same in two. Raises ValueError."""
    if len(plain) < _MARKS:
        raise ValueError("a message without its marks")
    carried, how = plain[:_MARKS]
    return Marks(carried, bool(how & _HELD), bool(how & _PRIVATE), bool(how & _LOOKED)), plain[_MARKS:]
