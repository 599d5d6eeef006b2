"""Data keys sealed to people: each to every recipient (HPKE), and that wrapped again under the month's content key.

So adding needs public keys only, and destroying a month's key shreds what was sealed in it also for its recipients.
Who opens gives private keys; which of her rows a seal names is found by her public key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Table, bindparam, delete, func, insert, or_, select

from storage import ties
from storage.keys import Domain, KeyGone, Keyring
from storage.sealed import keypairs
from storage.sealed.keypairs import CodeKey, Unlocked
from storage.sealed.recipients import Recipient
from storage.sealing import Tampered, seal, unseal
from storage.tables import code_seals, codes, medium_seals, part_seals, recipients, reports

_LOT: Final = 500  # ids in one statement
_LEADS: Final = (codes.c.hash, codes.c.report, codes.c.scope, codes.c.public_key, codes.c.tie)
_CODES: Final = (
    select(*_LEADS, reports.c.joined_tie)
    .join(reports, reports.c.id == codes.c.report)
    .where(or_(reports.c.id == bindparam("about"), reports.c.joined == bindparam("about")))
)
# The console sees no code, only whom an answer of its own is sealed to.
_CODES_WALLED: Final = select(
    func.muntada_code_keys(bindparam("about")).table_valued(
        *(Column(each.name, each.type) for each in (*_LEADS, reports.c.joined_tie))
    )
)


class Kind(Enum):
    """What a data key is of. to: the table of its seals; name: that table's column which names it."""

    PART = ("part", part_seals)
    MEDIUM = ("medium", medium_seals)

    @property
    def column(self) -> str:
        """The seals' column that holds the id."""
        return self.value[0]

    @property
    def table(self) -> Table:
        """Where the seals are."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """Whoever has a report's code. hash: of `codes`."""

    hash: bytes
    public_key: bytes = field(repr=False)


# ── Sealing ──────────────────────────────────────────────────────────────────────────────────────────────────
def to_people(
    keyring: Keyring, kind: Kind, id: str, key: bytes, people: Iterable[Recipient], *, now: datetime
) -> list[dict[str, Any]]:
    """Rows for the table of the seals: the data key of this part or file, sealed to each of them."""
    return [
        {kind.column: id, "recipient": each.id}
        | _wrapped(
            keyring, kind.table, (id, each.id), keypairs.seal_to(each.public_key, key, kind.name, id, each.id), now
        )
        for each in people
    ]


def to_codes(
    keyring: Keyring, part: str, key: bytes, holders: Iterable[CodeHolder], *, now: datetime
) -> list[dict[str, Any]]:
    """Rows for `code_seals`: the data key of an answer, sealed to each code of its report."""
    rows = []
    for each in holders:
        code = each.hash.hex()
        sealed = keypairs.seal_to(each.public_key, key, "CODE", part, code)
        rows.append({"part": part, "code": each.hash, **_wrapped(keyring, code_seals, (part, code), sealed, now)})
    return rows


def holders(conn: Connection, keyring: Keyring, report: str) -> tuple[CodeHolder, ...]:
    """Whoever may come for a report's answers: with its code, or with that of a report that was joined into it.

    Only whom we tied to it ourselves (storage.ties): a code that SQL alone points here is nobody's.
    """
    rows = (row for row in _codes(conn, report) if row.public_key is not None and _is_ours(keyring, row, report))
    return tuple(CodeHolder(bytes(row.hash), bytes(row.public_key)) for row in rows)


def has_strangers(conn: Connection, keyring: Keyring, report: str) -> bool:
    """Whether a code stands at a report that we did not tie to it: somebody changed a row."""
    return not all(_is_ours(keyring, row, report) for row in _codes(conn, report))


def _codes(conn: Connection, report: str) -> Sequence[Row[Any]]:
    statement = _CODES_WALLED if conn.dialect.name == "postgresql" else _CODES
    return conn.execute(statement, {"about": report}).all()


def _is_ours(keyring: Keyring, row: Row[Any], report: str) -> bool:
    joined = row.report == report or ties.holds(keyring, row.joined_tie, ties.Tie.JOINED, row.report, report)
    return joined and ties.code_holds(keyring, row)


def add(conn: Connection, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps what `to_people` made."""
    if rows:
        conn.execute(insert(kind.table), rows)


def add_codes(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps what `to_codes` made."""
    if rows:
        conn.execute(insert(code_seals), rows)


def hand_on(conn: Connection, keyring: Keyring, old: CodeKey, new: CodeHolder, *, now: datetime) -> None:
    """Seals to a reporter's new code what is sealed to their old one, as far as that opens: the keys, and no word."""
    its = conn.execute(select(code_seals.c.part).where(code_seals.c.code == old.hash)).scalars().all()
    there = set(conn.execute(select(code_seals.c.part).where(code_seals.c.code == new.hash)).scalars())
    for part, key in opened_by_code(conn, keyring, [one for one in its if one not in there], old).items():
        add_codes(conn, to_codes(keyring, part, key, [new], now=now))


def remove(conn: Connection, kind: Kind, ids: Iterable[str]) -> None:
    """Takes away every seal of these parts or files."""
    for lot in _lots(ids):
        conn.execute(delete(kind.table).where(kind.table.c[kind.column].in_(lot)))
        if kind is Kind.PART:
            conn.execute(delete(code_seals).where(code_seals.c.part.in_(lot)))


def _wrapped(keyring: Keyring, table: Table, ids: tuple[str, str], sealed: bytes, now: datetime) -> dict[str, Any]:
    # Bound as storage.keycare.rewrapping opens it: table, column, primary key, epoch.
    epoch = keyring.current(Domain.CONTENT, now)
    return {
        "sealed": seal(epoch.secret, sealed, table.name, "sealed", ":".join(ids), epoch.epoch),
        "epoch": epoch.epoch,
    }


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────────
def opened(
    conn: Connection, keyring: Keyring, kind: Kind, ids: Iterable[str], opener: Unlocked | None
) -> dict[str, bytes]:
    """The data keys of these parts or files that open to this person; what does not is not there."""
    if opener is None:
        return {}
    found: dict[str, bytes] = {}
    name = kind.table.c[kind.column]
    for lot in _lots(ids):
        mine = (
            select(kind.table, name.label("id"))
            .join(recipients, recipients.c.id == kind.table.c.recipient)
            .where(name.in_(lot), recipients.c.public_key == opener.public)
        )
        for row in conn.execute(mine):
            key = _key(keyring, kind, row, opener)
            found |= {} if key is None else {row.id: key}
    return found


def opened_by_code(conn: Connection, keyring: Keyring, ids: Iterable[str], code: CodeKey) -> dict[str, bytes]:
    """The data keys of these answers that open to whoever gave this code."""
    found: dict[str, bytes] = {}
    for lot in _lots(ids):
        mine = select(code_seals).where(code_seals.c.part.in_(lot), code_seals.c.code == code.hash)
        for row in conn.execute(mine):
            words = (row.part, code.hash.hex())
            try:
                sealed = _unwrapped(keyring, code_seals, words, row)
                found[row.part] = keypairs.open_with(code.private, sealed, "CODE", *words)
            except (KeyGone, Tampered):
                continue
    return found


def sealed_to(conn: Connection, kind: Kind, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """To which recipients each of these parts or files is sealed; those that are sealed to nobody are not there."""
    found: dict[str, set[str]] = {}
    name = kind.table.c[kind.column]
    for lot in _lots(ids):
        for id, recipient in conn.execute(select(name, kind.table.c.recipient).where(name.in_(lot))):
            found.setdefault(id, set()).add(recipient)
    return {id: frozenset(people) for id, people in found.items()}


def _key(keyring: Keyring, kind: Kind, row: Row[Any], opener: Unlocked) -> bytes | None:
    try:
        sealed = _unwrapped(keyring, kind.table, (row.id, row.recipient), row)
        return keypairs.open_with(opener.private, sealed, kind.name, row.id, row.recipient)
    except (KeyGone, Tampered):
        return None


def _unwrapped(keyring: Keyring, table: Table, ids: tuple[str, str], row: Row[Any]) -> bytes:
    key = keyring.at(Domain.CONTENT, row.epoch)
    return unseal(key, bytes(row.sealed), table.name, "sealed", ":".join(ids), row.epoch)


def _lots(ids: Iterable[str]) -> Iterable[list[str]]:
    whole = list(ids)
    return (whole[at : at + _LOT] for at in range(0, len(whole), _LOT))
