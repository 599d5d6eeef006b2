"""What a row says of whose it is, authenticated: whoever can only write SQL ties nothing to anything.

A tie is a keyed hash (HMAC-SHA256) over every field of a row that leads somewhere: a code to its report, a report to
its reporter, a parcel to its contact. Its key is derived (HKDF) from the lasting key of codes, for this alone. It is
written where the row is written and checked wherever the row is believed; one whose tie does not hold counts as absent.

A tie proves who wrote a row, not that it is the last one written: whoever kept a copy of a row can bring it back.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.keys import Domain, Keyring
from storage.sealing import KEY_BYTES

_PURPOSE: Final = b"muntada ties 1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Of a row of `consents`; one that ended has no tie.
_CONSENT: Final = (
    *("id", "report", "office", "desk", "service", "scope", "asked_by", "asked_at"),
    *("answer", "answered_at", "until_at", "put_at", "revoked_at", "copy", "told_at"),
)

_HOLD: Final = (
    *("id", "report", "reason", "reference", "asked_by", "asked_at", "confirmed_by", "confirmed_at"),
    *("until_at", "ended_at"),
)

Field = str | bytes | bool | datetime | None


class Tie(StrEnum):
    """What is tied, and of which fields, in this order."""

    CODE = "code"  # hash, report, scope, public key
    LINK = "link"  # report, contact, whether hidden, whether silent: who may be answered, and how (`Told`)
    JOINED = "joined"  # report, the one that it was joined into
    SENDER = "sender"  # pseudonym, contact
    TRACE = "trace"  # hash of a message's name, report
    PARCEL = "parcel"  # id, kind, channel, contact, report
    ANSWER = "answer"  # id of a parcel, report
    QUESTION = "question"  # id of a parcel, consent: the parcel's name, where that may lead to no report
    HOLD = "hold"  # _HOLD: who asked, who said yes, why and until when
    HELD = "held"  # report, until when it is held, until when against its reporter's wish
    CONSENT = "consent"  # _CONSENT, and the parts that stood


@dataclass(frozen=True, slots=True)
class Told:
    """How a reporter wishes to be told, as it stands at their report's link: also where its own row was taken away.

    hidden: that something waits, and not what. silent: nothing. veiled: it is hidden, and no word of the phone's opens
    it, but the code of what is veiled alone; where it is, hidden is too.
    """

    hidden: bool = False
    silent: bool = False
    veiled: bool = False

    def by_code_alone(self, *, has_word: bool) -> bool:
        """Whether nothing shows it but its own code. has_word: their phone has a word, which opens what is hidden."""
        return self.veiled or (self.hidden and not has_word)


_HIDDEN: Final = ((False, False), (True, False), (True, True))
_TOLD: Final = tuple(Told(hidden, silent, veiled) for hidden, veiled in _HIDDEN for silent in (False, True))


def made(keyring: Keyring, what: Tie, *fields: Field) -> bytes:
    """The tie of these fields, 32 bytes. Raises KeyGone, KeyMissing."""
    words = b"".join(_word(field) for field in fields)
    return hmac.digest(_key(keyring), _word(what.value) + words, "sha256")


def holds(keyring: Keyring, tie: Any, what: Tie, *fields: Field) -> bool:
    """Whether a tie, as a row has it, is the one of these fields."""
    return tie is not None and hmac.compare_digest(bytes(tie), made(keyring, what, *fields))


def code_holds(keyring: Keyring, row: Any) -> bool:
    """Whether a row of `codes` (hash, report, scope, public_key, tie) is ours."""
    return holds(keyring, row.tie, Tie.CODE, row.hash, row.report, row.scope, row.public_key)


def joined_holds(keyring: Keyring, row: Any) -> bool:
    """Whether a row of `reports` (id, joined, joined_tie) was joined by us into the one that it names."""
    return row.joined is not None and holds(keyring, row.joined_tie, Tie.JOINED, row.id, row.joined)


def parcel(keyring: Keyring, id: str, kind: str, *, channel: str, contact: str, report: str | None) -> bytes:
    """The tie of a parcel put by whoever knows its contact."""
    return made(keyring, Tie.PARCEL, id, kind, channel, contact, report)


def link(keyring: Keyring, report: str, contact: str, told: Told) -> bytes:
    """The tie of a report to whoever may be answered."""
    return made(keyring, Tie.LINK, report, contact, *_flags(told))


def told(keyring: Keyring, row: Any) -> Told | None:
    """How whoever a row (report, contact, tie) leads to is told; None where it was not us who led it there."""
    to = (Tie.LINK, row.report, row.contact)
    return next((one for one in _TOLD if holds(keyring, row.tie, *to, *_flags(one))), None)


def _flags(one: Told) -> tuple[bool, bool, bool]:
    return one.hidden, one.silent, one.veiled


def parcel_holds(keyring: Keyring, row: Any) -> bool:
    """Whether a row of `outbox` goes where it was to go when it was put there."""
    return parcel_told(keyring, row) is not None


def parcel_told(keyring: Keyring, row: Any) -> Told | None:
    """How the contact of a parcel that goes where it was to go is told; None for any other parcel.

    An answer is tied to its report by whoever wrote it, and the report to a contact by its own tie; none is put for
    whoever wishes silence.
    """
    if holds(keyring, row.tie, Tie.PARCEL, row.id, row.kind, row.channel, row.contact, row.report):
        return Told()
    answers = row.kind == "answer" and row.report is not None
    if not answers or not holds(keyring, row.bound, Tie.ANSWER, row.id, row.report):
        return None
    one = told(keyring, row)
    return None if one is None or one.silent else one


def consent(keyring: Keyring, row: Mapping[str, Any]) -> bytes:
    """The tie of a consent, as its row is to be: whom it names, what of it, until when, and what was answered.

    row: what is not in it is empty.
    """
    return made(keyring, Tie.CONSENT, *(row.get(name) for name in _CONSENT), _stood(row.get("stood")))


def consent_holds(keyring: Keyring, row: Any) -> bool:
    """Whether a row of `consents` says what we wrote there."""
    return holds(keyring, row.tie, Tie.CONSENT, *(getattr(row, name) for name in _CONSENT), _stood(row.stood))


def keyed(keyring: Keyring, occasion: str) -> str:
    """A `once` of a parcel or a timer that nobody foresees who has no key; at most 80 characters.

    Else a row put there before, as if it were done, would keep the words from being sent and the alarm from ringing.
    Nor does it tell what they are about. occasion: of any length.
    """
    return f"keyed:{hmac.digest(keyring.at(Domain.DEDUP, 'all'), occasion.encode(), 'sha256').hex()}"


def ladder(keyring: Keyring, report: str, version: int) -> str:
    """The `once` of the timer that rings for a report as it stands in this version."""
    return keyed(keyring, f"ladder:{report}:{version}")


def hold(keyring: Keyring, row: Mapping[str, Any]) -> bytes:
    """The tie of a legal hold, as its row is to be; what is not in it is empty."""
    return made(keyring, Tie.HOLD, *(row.get(name) for name in _HOLD))


def hold_holds(keyring: Keyring, row: Any) -> bool:
    """Whether a row of `holds` says what we wrote there."""
    return holds(keyring, row.tie, Tie.HOLD, *(getattr(row, name) for name in _HOLD))


def _stood(parts: Sequence[str] | None) -> str:
    return " ".join(sorted(parts or ()))


def _key(keyring: Keyring) -> bytes:
    lasting = keyring.at(Domain.CODE, "all")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(lasting)


def _word(field: Field) -> bytes:
    """With its kind and its length before it: no two lists of fields read the same, and None is no empty word."""
    match field:
        case None:
            return b"-"
        case bool():
            kind, plain = b"?", bytes([field])
        case str():
            kind, plain = b"s", field.encode()
        case datetime():
            kind, plain = b"t", ((field - _EPOCH) // _MICROSECOND).to_bytes(8, signed=True)
        case _:
            kind, plain = b"b", bytes(field)
    return kind + len(plain).to_bytes(4) + plain
