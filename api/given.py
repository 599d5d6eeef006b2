"""What the value of a setting may look like."""

import re
import shlex
import shutil
from base64 import b64decode
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_WEBHOOK_BYTES: Final = 24  # Standard Webhooks' least


def is_loopback(url: str) -> bool:
    """An address of this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_database(given: str) -> bool:
    """A database that we can use: PostgreSQL, or a file of SQLite."""
    scheme, _, rest = given.partition("://")
    if scheme == "sqlite":
        return len(rest) > 1 and rest != "/:memory:"
    return bool(re.fullmatch(r"postgres|postgresql(\+\w+)?", scheme, re.ASCII)) and bool(rest)


def is_address(given: str) -> bool:
    """The address of a server, without a login in it."""
    try:
        parts = urlsplit(given)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and not (parts.username or parts.password)
    except ValueError:
        return False


def is_sender(given: str) -> bool:
    """What SMS can come from: a number, a short code, a name, a Messaging Service."""
    # A name (at most 11 letters) can only send, but in Iraq that may be all there is to be had.
    return bool(
        re.fullmatch(r"MG[0-9A-Za-z]{32}|\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[0-9A-Za-z ]{1,11}", given)
    )


def transcriber(command: str) -> tuple[str, ...]:
    """The program and its arguments, as a shell would split them; () when there is no such program."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ()
    program = shutil.which(words[0]) if words else None
    return (program, *words[1:]) if program else ()


def is_webhook_secret(given: str) -> bool:
    """A secret of Standard Webhooks, with at least 24 bytes."""
    try:
        return len(b64decode(given.removeprefix("whsec_"), validate=True)) >= _WEBHOOK_BYTES
    except ValueError:
        return False
