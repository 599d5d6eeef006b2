"""Seals bytes with AES-256-GCM, bound to where they belong: moved to another row, column or epoch they do not open.

A sealed value is one version byte, a random nonce of 12 bytes, and ciphertext with its tag. Nonces are random: a data
key seals a handful of values, and an epoch's key fewer than 2^32 in its month or day (NIST SP 800-38D, §8.3).
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE: Final = 12
_TAG: Final = 16
_LENGTH: Final = 4

# Steps of padding: fine for what is short (an address, a word), coarse for texts, whose length tells more.
_FINE: Final = 32
_COARSE: Final = 256


class Tampered(Exception):
    """Sealed bytes do not open: changed, cut, moved, or sealed under another key. Says nothing of the content."""


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, *context: str) -> bytes:
    """Pads and seals. context: table, column, row, epoch: exactly the same words open it again."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, pad(plain), _bound(context))


def unseal(key: bytes, blob: bytes, *context: str) -> bytes:
    """What was sealed with this key for this context; Tampered in every other case."""
    if len(blob) < len(_VERSION) + _NONCE + _TAG or blob[:1] != _VERSION:
        raise Tampered
    try:
        padded = AESGCM(key).decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], _bound(context))
    except InvalidTag:
        raise Tampered from None
    return _unpad(padded)


def pad(plain: bytes) -> bytes:
    """The length in 4 bytes, the bytes, and zeros up to a step: 32 bytes below 256, 256 bytes above."""
    whole = _LENGTH + len(plain)
    step = _FINE if whole <= _COARSE else _COARSE
    return len(plain).to_bytes(_LENGTH) + plain + bytes(-whole % step)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH])
    if len(padded) < _LENGTH + length:
        raise Tampered
    return padded[_LENGTH : _LENGTH + length]


def _bound(context: tuple[str, ...]) -> bytes:
    # Each word with its length before it, so that no two contexts run together.
    words = [word.encode() for word in context]
    return b"".join(len(word).to_bytes(2) + word for word in words)
