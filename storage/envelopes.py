"""The sealed bytes of a message between door and settling, with what is remembered of how it waited.

The marks are sealed with it: who puts sealed bytes back into a row cannot have their words carried for ever, nor a
private reporter's message settled as anybody's. So is the hour in which it came: by its row, which no seal binds, it
would have come whenever somebody writes there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from storage.keys import Domain, Key, Keyring
from storage.sealing import seal, unseal
from storage.tables import inbound

_HEAD: Final = 2
_HOUR: Final = len("2026-01-01T00")
_AN_HOUR: Final = timedelta(hours=1)
_HELD: Final = 1
_PRIVATE: Final = 2
_LOOKED: Final = 4


@dataclass(frozen=True, slots=True)
class Marks:
    """carried: into so many watches, 0 to 255. held: the list of its desk did not verify when it was to be settled.

    hour: in which it came (UTC): since when it waits, no row tells otherwise. private: it was told in private before it
    was held, or waited. looked: whether it was could still be known when that was written down.
    """

    hour: datetime
    carried: int = 0
    held: bool = False
    private: bool = False
    looked: bool = False

    def came(self, said: datetime) -> datetime:
        """When it came: as its row says, but within its hour."""
        return min(max(said, self.hour), self.hour + _AN_HOUR)


def new(now: datetime) -> Marks:
    """Of what comes now."""
    return Marks(now.replace(minute=0, second=0, microsecond=0))


def sealed(key: Key, dedup: bytes, raw: bytes, marks: Marks) -> bytes:
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
    return bytes((marks.carried, how)) + f"{marks.hour:%Y-%m-%dT%H}".encode("ascii") + raw


def parted(plain: bytes) -> tuple[Marks, bytes]:
    """The same in two. Raises ValueError."""
    if len(plain) < _HEAD + _HOUR:
        raise ValueError("a message without its marks")
    (carried, how), rest = plain[:_HEAD], plain[_HEAD:]
    hour = datetime.fromisoformat(rest[:_HOUR].decode("ascii")).replace(tzinfo=UTC)
    return Marks(hour, carried, bool(how & _HELD), bool(how & _PRIVATE), bool(how & _LOOKED)), rest[_HOUR:]
