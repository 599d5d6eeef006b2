"""How a report's code is kept, and what it yields when it is given."""

from typing import Any

from storage.keys import Domain, Keyring
from storage.reporting.reporters import Who
from storage.sealed import keypairs
from storage.sealed.keypairs import CodeKey
from storage.ties import Tie, made


def row(keyring: Keyring, who: Who, code: str, report: str) -> dict[str, Any]:
    """How a report's code is kept: six digits serve their sender only, sixteen from anywhere.

    Its hash, and the public key that it yields: answers of a desk that is sealed to people are sealed to it.
    """
    scope = "anywhere" if len(code) >= keypairs.ANYWHERE_DIGITS else "sender"
    yields = key(keyring, who, code)
    tie = made(keyring, Tie.CODE, yields.hash, report, scope, yields.public)
    return {"hash": yields.hash, "report": report, "scope": scope, "public_key": yields.public, "tie": tie}


def key(keyring: Keyring, who: Who, code: str) -> CodeKey:
    """What a code yields when this sender gives it. Of sixteen digits it takes some 40 ms."""
    # The sender's lasting hash, not the month's pseudonym: a code is often used weeks later.
    return keypairs.from_code(keyring.at(Domain.CODE, "all"), code, who.hash)
