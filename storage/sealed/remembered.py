"""What a code of sixteen digits opens of its report, sealed to it as answers are: no server opens it without the code.

Who comes back by it, from any phone, is then advised, and asked, as somebody whose conversation we remember.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from bot.vocabulary import Coded
from storage import encoding, ties
from storage.keys import Domain, KeyGone, Keyring
from storage.sealed import keypairs
from storage.sealed.keypairs import CodeKey
from storage.sealing import Tampered, seal, unseal
from storage.tables import codes

_ROOM: Final = 1000  # bytes: as long for every kind of concern
_LONG: Final = select(codes).where(codes.c.report == bindparam("of"), codes.c.scope == "anywhere")


def keep(conn: Connection, keyring: Keyring, report: str, coded: Coded, *, now: datetime) -> None:
    """Seals it to each of the report's codes of sixteen digits, in place of what stood there."""
    for row in conn.execute(_LONG, {"of": report}).all():
        if row.public_key is None or not ties.code_holds(keyring, row):
            continue
        code = bytes(row.hash)
        plain = encoding.coded_to_bytes(coded).ljust(_ROOM)
        sealed = keypairs.seal_to(bytes(row.public_key), plain, "FACTS", code.hex())
        epoch = keyring.current(Domain.CONTENT, now)
        # Bound as storage.keycare.rewrapping opens it: table, column, primary key, epoch.
        anew = {"facts": seal(epoch.secret, sealed, codes.name, "facts", code.hex(), epoch.epoch), "epoch": epoch.epoch}
        conn.execute(update(codes).where(codes.c.hash == row.hash).values(**anew))


def opened(keyring: Keyring, row: Any, key: CodeKey) -> Coded | None:
    """What stands in a row of `codes`; None where nothing does, or it does not open."""
    if row.facts is None or row.epoch is None:
        return None
    code = key.hash.hex()
    try:
        under = keyring.at(Domain.CONTENT, row.epoch)
        sealed = unseal(under, bytes(row.facts), codes.name, "facts", code, row.epoch)
        return encoding.coded_from_bytes(keypairs.open_with(key.private, sealed, "FACTS", code))
    except (KeyGone, Tampered):
        return None
