"""The promise that a form makes: the same code for the same words of the same form, before any of it is on disk.

A form carries a token of its own, with the time it was made and a MAC. The code follows from the token and from what
was said: pressing twice, reloading, or sending again after an error gives one report and one code. Other words on the
same form are another report with another code; nothing that was sent is ever taken for a repetition of something else.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from storage.keys import Domain, Keyring

ENTROPY_BYTES: Final = 16
LIFE: Final = timedelta(hours=24)
DIGITS: Final = 16
_MAC_BYTES: Final = 16
_TIME_BYTES: Final = 4  # with the others 36 bytes: 48 letters of base64, none of them half used
_TOKEN_LETTERS: Final = 48
_CODES: Final = range(10 ** (DIGITS - 1), 10**DIGITS)  # no leading zero: some people drop it


def token(keyring: Keyring, *, now: datetime, entropy: bytes) -> str:
    """What a new form carries. entropy: 16 random bytes. KeyMissing when the keys are not there."""
    own = int(now.timestamp()).to_bytes(_TIME_BYTES) + entropy[:ENTROPY_BYTES]
    return base64.urlsafe_b64encode(own + _mac(keyring, b"token", own)).decode()


def holds(keyring: Keyring, token: str, *, now: datetime) -> bool:
    """Whether this is a token of ours, at most a day old."""
    if not token.isascii() or len(token) != _TOKEN_LETTERS:
        return False
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        return False
    own, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(own) != _TIME_BYTES + ENTROPY_BYTES or not hmac.compare_digest(mac, _mac(keyring, b"token", own)):
        return False
    made = datetime.fromtimestamp(int.from_bytes(own[:_TIME_BYTES]), UTC)
    return made - timedelta(minutes=5) <= now <= made + LIFE


def name(token: str, said: str) -> str:
    """What a message of this form is called: its dedup key."""
    return hashlib.sha256(f"{token}\0{said}".encode("utf-8", "surrogatepass")).hexdigest()


def code(keyring: Keyring, name: str) -> str:
    """The sixteen digits promised for a message of this name: 53 bits, known to nobody without the key."""
    drawn = int.from_bytes(_mac(keyring, b"code", name.encode()))
    return str(_CODES[drawn % len(_CODES)])  # 128 bits modulo 2^53: no bias that counts


def grouped(code: str) -> str:
    """For the eye and for reading aloud: 1234 5678 9012 3456."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(text: str) -> str:
    """The sixteen digits of what somebody typed, in any script, whatever stands between them; "" when it is no code."""
    digits = "".join(str(int(sign)) for sign in text[:200] if sign.isdecimal())
    return digits if len(digits) == DIGITS else ""


def _mac(keyring: Keyring, purpose: bytes, data: bytes) -> bytes:
    # A code's own hash begins with its digits, so nothing made here is one.
    key = keyring.at(Domain.CODE, "all")
    return hmac.digest(key, b"promise 1 " + purpose + b"\0" + data, "sha256")[:_MAC_BYTES]
