"""Slow hashes of the secrets that people type: a password, a recovery code."""

from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# The Argon2id hash of 32 random bytes that nobody kept: what is worked on where there is nothing to compare with.
NOBODYS: Final = "$argon2id$v=19$m=47104,t=2,p=1$PMKeKtA+CsR8Na08TZGBlw$w0pM/PvMyfxR0md1XPKsecoHnrfQcGyZ+ndhbIGx51M"
# 46 MiB and two passes: about 80 ms on the machine this was measured on; OWASP's floor is 19 MiB and two.
_MEMORY_KIB: Final = 46 * 1024
_PASSES: Final = 2


def made(words: str) -> str:
    """Argon2id with a salt of its own, about 80 ms."""
    return _hasher().hash(words)


def fits(words: str, hashed: str) -> bool:
    """Whether these words were hashed: about 80 ms of work whatever the answer."""
    return _hasher().verify(words, hashed)


def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1),))
