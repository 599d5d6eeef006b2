"""An app on a phone that tells six digits: RFC 6238, written from its text and not from the library that we use."""

import base64
import hashlib
import hmac
from datetime import datetime


def digits(secret: bytes | str, at: datetime) -> str:
    """The six digits of this half minute. secret: its bytes, or its letters as the page shows them."""
    key = base64.b32decode(secret.replace(" ", "")) if isinstance(secret, str) else secret
    told = hmac.digest(key, (int(at.timestamp()) // 30).to_bytes(8), hashlib.sha1)
    place = told[-1] % 16
    return f"{(int.from_bytes(told[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06}"
