"""Sixteen digits open a report to whoever holds them: so nobody who reads a report may find them in it."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot import cuts, tickets
from bot.cuts import LONG, Secrets
from storage.keys import Domain, Keyring
from storage.sealed import keypairs
from storage.tables import codes

_MOST: Final = 4  # looked up in one text: each takes 40 ms
_OPENS: Final = select(codes.c.hash).where(codes.c.hash.in_(bindparam("each", expanding=True, type_=codes.c.hash.type)))


def cut(conn: Connection, keyring: Keyring, text: str) -> str:
    """A text without them."""
    return cuts.cut(text, Secrets(numbers=codes_in(conn, keyring, text)))


def codes_in(conn: Connection, keyring: Keyring, text: str) -> frozenset[str]:
    """Those in a text: what stands as a code does, and what may be a bank card's, or two numbers, where it opens."""
    each = list(cuts.numbers(text))
    surely = {one.digits for one in each if cuts.looks_like_a_code(text, one)}
    maybe = [one.digits for one in sorted(each, key=lambda one: not one.grouped) if len(one.digits) == LONG]
    maybe += [code for code in tickets.codes_in(text) if tickets.is_long(code)]
    likely = [code for code in dict.fromkeys(maybe) if code not in surely]
    return frozenset(surely) | opening(conn, keyring, b"", likely[:_MOST])


def opens(conn: Connection, keyring: Keyring, said: Collection[str]) -> bool:
    """Whether one of these codes opens a report to anybody."""
    return bool(opening(conn, keyring, b"", [code for code in said if tickets.is_long(code)][:_MOST]))


def opening(conn: Connection, keyring: Keyring, who: bytes, each: Collection[str]) -> frozenset[str]:
    """Those of these codes that open a report to this sender. who: as in storage.reporting.reporters."""
    pepper = keyring.at(Domain.CODE, "all")
    hashes = {keypairs.from_code(pepper, code, who).hash: code for code in each}
    found = conn.execute(_OPENS, {"each": list(hashes)}).scalars() if hashes else ()
    return frozenset(hashes[bytes(one)] for one in found)
