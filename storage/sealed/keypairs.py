"""Key pairs of people: of focal points under their pass phrases, of two officers on paper, of a reporter in their code.

Pure: knows no database, file or clock. A pair is X25519, to which data keys are sealed (HPKE, RFC 9180), and Ed25519,
which signs who joins a desk's list. What a server keeps of a private key opens only with what a person brings.
"""

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storage.sealed import paper
from storage.sealing import KEY_BYTES, Tampered, seal, unseal

SHORTEST: Final = 12  # signs of a pass phrase
ANYWHERE_DIGITS: Final = 16
_SALT: Final = 16
# What a guess costs. The tests lower all three (tests/quick.py), and test these figures once.
_MEMORY_KIB: Final = 64 * 1024
_PASSES: Final = 3
_CODE_ROUNDS: Final = 2**14
_PURPOSE: Final = b"muntada people 1 "


class WrongPhrase(Exception):
    """The pass phrase does not open this key, or the key was changed."""


class ShortPhrase(ValueError):
    """The pass phrase has fewer than SHORTEST signs."""


class WrongHalf(Exception):
    """These halves do not belong together."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A person's private keys while they are open. recipient: the id of a row of `recipients`."""

    recipient: str
    private: bytes = field(repr=False)  # X25519, 32 bytes
    signing: bytes = field(repr=False)  # Ed25519, 32 bytes

    @property
    def public(self) -> bytes:
        """What data keys are sealed to, 32 bytes."""
        return public_of(self.private)

    @property
    def signing_public(self) -> bytes:
        """What this person's signatures are verified with, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()


def new(recipient: str) -> Unlocked:
    """A new pair."""
    return Unlocked(recipient, os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))


def public_of(private: bytes) -> bytes:
    """The public key of an X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes, signing_public: bytes) -> str:
    """Four groups of five letters that name a pair's public keys (100 bits), to be compared by two people."""
    told = hashlib.sha256(_PURPOSE + b"fingerprint " + public + signing_public).digest()
    return paper.grouped(paper.letters(int.from_bytes(told) >> 156, 20))


# ── Under a pass phrase ──────────────────────────────────────────────────────────────────────────────────────
def lock(pair: Unlocked, phrase: str) -> bytes:
    """Both private keys under a pass phrase (Argon2id, 64 MiB, some 200 ms), bound to their recipient's row.

    Raises ShortPhrase.
    """
    if len(typed(phrase)) < SHORTEST:
        raise ShortPhrase
    salt = os.urandom(_SALT)
    return salt + seal(_stretched(phrase, salt), pair.private + pair.signing, "recipients", "private", pair.recipient)


def unlock(recipient: str, locked: bytes, phrase: str) -> Unlocked:
    """What `lock` was given; WrongPhrase in every other case."""
    salt, blob = locked[:_SALT], locked[_SALT:]
    if len(salt) < _SALT:
        raise WrongPhrase
    try:
        both = unseal(_stretched(phrase, salt), blob, "recipients", "private", recipient)
    except Tampered:
        raise WrongPhrase from None
    return Unlocked(recipient, both[:KEY_BYTES], both[KEY_BYTES:])


def _stretched(phrase: str, salt: bytes) -> bytes:
    derive = Argon2id(salt=salt, length=KEY_BYTES, iterations=_PASSES, lanes=1, memory_cost=_MEMORY_KIB)
    return derive.derive(typed(phrase).encode("utf-8", "replace"))


def typed(words: str) -> str:
    """What a person meant by a pass phrase or a password as they typed it.

    Two keyboards write the same letters in two ways, and a phone adds a space at the end.
    """
    return " ".join(unicodedata.normalize("NFKC", words).split())


# ── Between a cookie and a session's row ─────────────────────────────────────────────────────────────────────
def halves(pair: Unlocked) -> tuple[bytes, bytes]:
    """An unlocked pair in two: 32 bytes for the browser's cookie, and what they open for the session's row.

    Either alone tells nothing.
    """
    key = os.urandom(KEY_BYTES)
    return key, seal(key, pair.private + pair.signing, "sessions", "key_half", pair.recipient)


def join(recipient: str, cookie: bytes, row: bytes) -> Unlocked:
    """What `halves` was given; WrongHalf in every other case."""
    if len(cookie) != KEY_BYTES:
        raise WrongHalf
    try:
        both = unseal(cookie, row, "sessions", "key_half", recipient)
    except Tampered:
        raise WrongHalf from None
    return Unlocked(recipient, both[:KEY_BYTES], both[KEY_BYTES:])


# ── Between two officers, on paper ───────────────────────────────────────────────────────────────────────────
def from_seed(recipient: str, seed: bytes) -> Unlocked:
    """The pair that 32 random bytes yield: the recovery key's, of which only these bytes are written down."""
    return Unlocked(recipient, _derived(seed, b"recovery private"), _derived(seed, b"recovery signing"))


def _derived(seed: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE + purpose).derive(seed)


def split(seed: bytes) -> tuple[bytes, bytes]:
    """Two halves of which neither alone tells anything: a random pad, and the seed under it."""
    pad = os.urandom(len(seed))
    return pad, bytes(one ^ other for one, other in zip(seed, pad, strict=True))


def joined(one: bytes, other: bytes) -> bytes:
    """The seed of which these are the halves; WrongHalf when they cannot be."""
    if len(one) != len(other):
        raise WrongHalf
    return bytes(first ^ second for first, second in zip(one, other, strict=True))


# ── Sealed to a person ───────────────────────────────────────────────────────────────────────────────────────
def seal_to(public: bytes, key: bytes, *context: str) -> bytes:
    """Seals a data key to whoever holds the private key. context: table, row and recipient, which open it again."""
    return _suite().encrypt(key, X25519PublicKey.from_public_bytes(public), _bound(context))


def open_with(private: bytes, sealed: bytes, *context: str) -> bytes:
    """What was sealed to this key for this context; Tampered in every other case."""
    try:
        return bytes(_suite().decrypt(sealed, X25519PrivateKey.from_private_bytes(private), _bound(context)))
    except (InvalidTag, ValueError):
        raise Tampered from None


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _bound(context: tuple[str, ...]) -> bytes:
    words = [word.encode() for word in context]
    return _PURPOSE + b"seal " + b"".join(len(word).to_bytes(2) + word for word in words)


# ── Signed by a person ───────────────────────────────────────────────────────────────────────────────────────
def sign(pair: Unlocked, statement: bytes) -> bytes:
    """A signature of 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(pair.signing).sign(statement)


def signed(signing_public: bytes, signature: bytes, statement: bytes) -> bool:
    """Whether the holder of this key signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(signing_public).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


# ── In a reporter's code ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class CodeKey:
    """What a reporter's code yields. hash: by which its row is found; private: what opens answers sealed to it."""

    hash: bytes
    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """What answers are sealed to."""
        return public_of(self.private)


def from_code(pepper: bytes, code: str, sender: bytes) -> CodeKey:
    """The key of a code of ASCII digits. pepper: the CODE key. sender: their lasting hash.

    Sixteen digits serve from anywhere: a slow hash (scrypt, some 40 ms) of 53 bits. With every key of the server a
    guess at one code takes some million years of one core, at any of ten thousand codes some centuries. Fewer digits
    serve their sender only, and are a keyed hash: *weak* against whoever holds the CODE key and knows the sender, for
    a million guesses take seconds. They keep an answer from a thief of the database, not from one of the whole server.
    """
    if len(code) < ANYWHERE_DIGITS:
        both = hmac.digest(pepper, code.encode() + b"\x00" + sender, "sha512")
    else:
        salt = hmac.digest(pepper, _PURPOSE + b"code", "sha256")
        both = Scrypt(salt=salt, length=2 * KEY_BYTES, n=_CODE_ROUNDS, r=8, p=1).derive(code.encode())
    return CodeKey(hash=both[:KEY_BYTES], private=both[KEY_BYTES:])
