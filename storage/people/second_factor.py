"""Staff's second factor: six digits that an app on their phone tells, and codes on paper for when it is lost.

The digits are RFC 6238's as every such app has them: SHA-1, half a minute, 160 bits of secret. The secret lies sealed
like what reporters said. Each code serves once: a half minute that was used, and any before it, serve no more.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from pyotp import TOTP
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import Connection, delete, select, update

from storage import audit, promises
from storage.keys import Domain, KeyGone, Keyring
from storage.people import hashing
from storage.promises import Kind
from storage.rows import Wrapped, open_row, unwrap, wrap
from storage.sealed import paper
from storage.sealing import Tampered
from storage.tables import recovery_codes, second_factors

SECRET_BYTES: Final = 20
CODES: Final = 10
CODE_BYTES: Final = 8  # the entropy of one
_DIGITS: Final = 6
_RECOVERY_DIGITS: Final = 16  # the first is the slot; digits only, for they are typed on every keyboard
_WINDOW: Final = 1  # half minutes by which a phone's clock may be wrong
_LONGEST: Final = 40  # signs that are looked at
_LONGEST_WAIT_S: Final = 3600
_ISSUER: Final = "Muntada"
OFFERED_FOR: Final = timedelta(minutes=30)
_TIME_BYTES: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NOBODYS: Final = bytes(SECRET_BYTES)


class Spent(Exception):
    """Another log-in used this code meanwhile, or the second factor was replaced."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of somebody beside a password, as it stood when their try was counted. since: None for nothing.

    secret: None where it cannot be opened: then only a code on paper lets in. waits: too many codes were wrong lately.
    """

    since: datetime | None = None
    last_step: int = 0
    secret: bytes | None = field(default=None, repr=False)
    hashes: Mapping[int, str] = field(default_factory=dict, repr=False)
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that was right. step: the half minute it is of; slot: of a recovery code. One of them."""

    step: int | None = None
    slot: int | None = None


NOTHING: Final = Asked()


# ── Codes ────────────────────────────────────────────────────────────────────────────────────────────────────
def link(secret: bytes, name: str) -> str:
    """What an app reads from the QR code. name: whose it is, as the app lists it."""
    # As TOTP.provisioning_uri writes it, but for what every app takes for granted: so the QR code stays coarse.
    return f"otpauth://totp/{_ISSUER}:{quote(name)}?secret={_base32(secret)}&issuer={_ISSUER}"


def spelled(secret: bytes) -> str:
    """The secret in groups of four letters, to be typed into an app."""
    return _in_fours(_base32(secret))


def step_of(secret: bytes, typed: str, now: datetime) -> int | None:
    """The half minute, counted from 1970, whose code this is: now's or one beside it; None for no such code."""
    code = _plain(typed)
    if not _is_digits(code, _DIGITS):
        return None
    try:
        return TOTP(_base32(secret)).verify_and_get_timecode(code, for_time=now, valid_window=_WINDOW)
    except OTPVerificationError:
        return None


def check(asked: Asked, typed: str, now: datetime) -> Proof | None:
    """How a code proves who typed it; None when it does not.

    The work depends on how a code is written, never on whose it is: a slow hash for what looks like a recovery code.
    """
    code = _plain(typed)
    if _is_digits(code, _RECOVERY_DIGITS):
        slot = int(code[0])
        right = hashing.fits(code[1:], asked.hashes.get(slot, hashing.NOBODYS))
        found = Proof(slot=slot) if right and slot in asked.hashes else None
    else:
        step = step_of(asked.secret or _NOBODYS, typed, now)
        fresh = step is not None and asked.secret is not None and step > asked.last_step
        found = Proof(step=step) if fresh else None
    return None if asked.since is None or asked.waits else found


def recovery(entropy: bytes) -> tuple[str, ...]:
    """Ten recovery codes of 49 bits as they are written down. entropy: CODES times CODE_BYTES random bytes."""
    if len(entropy) != CODES * CODE_BYTES:
        raise ValueError("a recovery code takes eight random bytes")
    lots = [entropy[at : at + CODE_BYTES] for at in range(0, len(entropy), CODE_BYTES)]
    width = _RECOVERY_DIGITS - 1
    codes = [f"{slot}{int.from_bytes(lot) % 10**width:0{width}}" for slot, lot in enumerate(lots)]
    return tuple(_in_fours(code) for code in codes)


def hashed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The slow hash of each, some 80 ms each: not within a transaction."""
    return tuple(hashing.made(_plain(code)[1:]) for code in codes)


def _plain(typed: str) -> str:
    return paper.folded(typed[:_LONGEST])


def _is_digits(code: str, length: int) -> bool:
    return len(code) == length and code.isascii() and code.isdecimal()


def _in_fours(signs: str) -> str:
    return " ".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


# ── What is offered ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that somebody is shown and has not confirmed. instead: since when the one stands that it replaces."""

    secret: bytes = field(repr=False)
    instead: datetime | None


def offer(keyring: Keyring, *, person: str, new: Offer, now: datetime) -> str:
    """An offer as the form carries it: nobody reads it, nobody else's page takes it, and in half an hour none does."""
    times = (_micros(now + OFFERED_FOR), 0 if new.instead is None else _micros(new.instead))
    plain = new.secret + b"".join(time.to_bytes(_TIME_BYTES) for time in times)
    wrapped = wrap(keyring, Domain.CONTENT, (second_factors.name, "offer", person), plain, now=now)
    return f"{wrapped.epoch}.{base64.urlsafe_b64encode(wrapped.blob).decode()}"


def offered(keyring: Keyring, *, person: str, given: str, now: datetime) -> Offer | None:
    """What `offer` was given; None when it is too old, or of no making of ours."""
    epoch, _, blob = given.partition(".")
    try:
        wrapped = Wrapped(base64.urlsafe_b64decode(blob), epoch)
        plain = unwrap(keyring, Domain.CONTENT, (second_factors.name, "offer", person), wrapped)
    except (Tampered, KeyGone, ValueError):
        return None
    secret, times = plain[:SECRET_BYTES], plain[SECRET_BYTES:]
    until, instead = (int.from_bytes(times[at : at + _TIME_BYTES]) for at in (0, _TIME_BYTES))
    return None if _micros(now) > until else Offer(secret, _EPOCH + instead * _MICROSECOND if instead else None)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


# ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────
def asked(conn: Connection, keyring: Keyring, *, person: str, now: datetime, stranger: bool) -> Asked:
    """What is asked of this person. stranger: their try comes from a browser that is not known as theirs."""
    row = conn.execute(select(second_factors).where(second_factors.c.staff == person)).first()
    if row is None:
        return NOTHING
    try:
        secret = open_row(keyring, Domain.CONTENT, (second_factors.name, person), row)
    except (Tampered, KeyGone):
        secret = None
    hashes = conn.execute(select(recovery_codes.c.slot, recovery_codes.c.hash).where(recovery_codes.c.staff == person))
    waits = stranger and row.next_code_at is not None and row.next_code_at > now
    return Asked(row.created_at, row.last_step, secret, {each.slot: each.hash for each in hashes}, waits=waits)


def spend(conn: Connection, keyring: Keyring, *, person: str, of: Asked, proof: Proof, now: datetime) -> None:
    """Uses a code up, in the transaction that does what it allows. Raises Spent when another was first."""
    mine = second_factors.c
    stands = (mine.staff == person, mine.created_at == of.since)
    if proof.step is not None:
        newer = update(second_factors).where(*stands, mine.last_step < proof.step).values(last_step=proof.step)
        if conn.execute(newer).rowcount != 1:
            raise Spent
        return
    if conn.execute(select(mine.staff).where(*stands).with_for_update()).first() is None:
        raise Spent
    slot, one = proof.slot or 0, recovery_codes.c
    used = of.hashes[slot]
    gone = delete(recovery_codes).where(one.staff == person, one.slot == slot, one.hash == used)
    if conn.execute(gone).rowcount != 1:
        raise Spent
    promises.note(keyring, Kind.RECOVERY, f"{person} {slot}", now=now, hash=used)
    left = {"left": len(of.hashes) - 1}
    audit.write(conn, keyring, at=now, actor=person, action="factor.recovery", subject=person, data=left)


def wrong(conn: Connection, *, person: str, now: datetime) -> None:
    """After the right password and a wrong code in a strange browser: the next is checked later, after up to an hour.

    Whoever has the password and guesses six digits must not have two thousand guesses a day.
    """
    mine = second_factors.c
    count = conn.execute(select(mine.wrong_codes).where(mine.staff == person).with_for_update()).scalar()
    if count is not None:
        wait = timedelta(seconds=min(_LONGEST_WAIT_S, 2 ** min(count, 12)))
        values = {"wrong_codes": count + 1, "next_code_at": now + wait}
        conn.execute(update(second_factors).where(mine.staff == person).values(**values))


def forgive(conn: Connection, *, person: str) -> None:
    """After a log-in from a strange browser: wrong codes are counted anew."""
    mine = second_factors.c
    counted = (mine.staff == person, mine.wrong_codes > 0)
    conn.execute(update(second_factors).where(*counted).values(wrong_codes=0, next_code_at=None))
