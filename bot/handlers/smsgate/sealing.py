"""What the telephone seals with a passphrase, so that its server sees neither words nor numbers.

The form is the application's own: "$aes-256-cbc/pbkdf2-sha1$i=ROUNDS$SALT$SEALED", salt (which is the IV, too) and
sealed bytes in base64. Source: android-sms-gateway, encryption.py. It keeps secrets; who altered them it cannot tell,
which the webhook's own signature does.
"""

from base64 import b64decode, b64encode
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

_MARK: Final = "$aes-256-cbc/pbkdf2-sha1$"
_ROUNDS: Final = 75_000
_MOST_ROUNDS: Final = 1_000_000  # a quarter of a second; no telephone asks for more
_SALT: Final = 16
_BLOCK_BITS: Final = 128


def sealed(text: str, passphrase: str, salt: bytes) -> str:
    """The text under the passphrase. salt: 16 random bytes, never used twice."""
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = _cipher(passphrase, salt, _ROUNDS).encryptor()
    hidden = encryptor.update(padded) + encryptor.finalize()
    return f"{_MARK}i={_ROUNDS}${b64encode(salt).decode()}${b64encode(hidden).decode()}"


def opened(text: str, passphrase: str) -> str:
    """What was sealed; a text that was not, as it is. Raises ValueError when it does not open."""
    if not text.startswith(_MARK):
        return text
    rounds, salt, hidden = _parts(text.removeprefix(_MARK))
    if not passphrase:
        raise ValueError("sealed, and there is no passphrase")
    decryptor = _cipher(passphrase, salt, rounds).decryptor()
    padded = decryptor.update(hidden) + decryptor.finalize()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    return (unpadder.update(padded) + unpadder.finalize()).decode()


def _parts(given: str) -> tuple[int, bytes, bytes]:
    settings, salt, hidden = given.split("$")
    rounds = next(
        (value for name, _, value in (pair.partition("=") for pair in settings.split(",")) if name == "i"), ""
    )
    if not (rounds.isascii() and rounds.isdigit() and 0 < int(rounds[:9]) <= _MOST_ROUNDS):
        raise ValueError("rounds")
    decoded = b64decode(salt, validate=True)
    if len(decoded) != _SALT:
        raise ValueError("salt")
    return int(rounds), decoded, b64decode(hidden, validate=True)


def _cipher(passphrase: str, salt: bytes, rounds: int) -> Cipher[modes.CBC]:
    key = PBKDF2HMAC(SHA1(), length=32, salt=salt, iterations=rounds).derive(passphrase.encode())  # noqa: S303 - theirs
    return Cipher(algorithms.AES(key), modes.CBC(salt))
