"""Somebody with the whole database and the telephone numbers, but no key, who asks whether one person wrote twice.

Every feature is a function of two reports to a score; the higher, the likelier it says "one person".
"""

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from storage import tables
from tests.storage import hands

Row = Mapping[str, Any]
Feature = Callable[["Loot", str, str], float]
_TELLING: Final = 6  # bytes or letters of a value that may tell two rows from the rest


@dataclass(frozen=True, slots=True)
class Loot:
    """Every row of every table, with its place in the file ("" where the database tells none).

    of: each report's own rows, by table, and their values. seen: in how many reports' rows a value stands. near: the
    rows of nobody in which it stands. hands: which reports hang together (`one_hand`). order: how far down in its table
    a place is, from 0 to 1.
    """

    rows: Mapping[str, Sequence[Row]]
    of: Mapping[str, Sequence[tuple[str, Row]]]
    values: Mapping[str, frozenset[object]]
    seen: Mapping[object, int]
    near: Mapping[object, frozenset[int]]
    hands: Mapping[str, int]
    order: Mapping[tuple[str, tuple[int, ...]], float]


def steal(conn: Connection) -> Loot:
    """Copies all there is, as whoever owns the file or the server reads it."""
    sqlite = conn.dialect.name == "sqlite"
    hidden = "ctid::text AS _place, xmin::text::bigint AS _written, xmax::text::bigint AS _held"
    place = "rowid AS _place" if sqlite else hidden
    rows = {
        table.name: [dict(row) for row in conn.exec_driver_sql(f'SELECT {place}, * FROM "{table.name}"').mappings()]
        for table in tables.metadata.sorted_tables
    }
    parts = {row["id"]: row["report"] for row in rows["parts"]}
    files = {row["id"]: parts.get(row["part"]) for row in rows["media"]}
    of: dict[str, list[tuple[str, Row]]] = {row["id"]: [("reports", row)] for row in rows["reports"]}
    for name, held in rows.items():
        for row in held:
            hangs = parts.get(row.get("part")) or files.get(row.get("medium"))
            report = row.get("report") or hangs or row.get("subject")
            if name != "reports" and report in of:
                of[report].append((name, row))
    values = {report: _values(of[report]) for report in of}
    seen = Counter(value for held in values.values() for value in held)
    own = {id(row) for held in of.values() for _, row in held}
    near: dict[object, set[int]] = {}
    for name, others in rows.items():
        for row in (row for row in others if id(row) not in own):
            for value in _values([(name, row)]) & seen.keys():
                near.setdefault(value, set()).add(id(row))
    # What stands everywhere is a word of the schema's, a month or an office.
    telling = {value: frozenset(found) for value, found in near.items() if seen[value] < len(of) / 3}
    return Loot(rows, of, values, seen, telling, hands.together(rows, of), _order(rows))


def _order(rows: Mapping[str, Sequence[Row]]) -> dict[tuple[str, tuple[int, ...]], float]:
    """For each place in a table how far down it is, from 0 to 1."""
    found: dict[tuple[str, tuple[int, ...]], float] = {}
    for name, held in rows.items():
        for rank, place in enumerate(sorted(_place(row) for row in held)):
            found[name, place] = rank / len(held)
    return found


def _values(rows: Iterable[tuple[str, Row]]) -> frozenset[object]:
    """What might be compared: no place, no small number, no time (`close_in_time` looks at those).

    Nor `data`, which holds codes of the schema: that two are emergencies at one desk names nobody.
    """
    found: set[object] = set()
    for name, row in rows:
        for column, value in row.items():
            if column.startswith("_") or column in ("at", "data") or column.endswith("_at"):
                continue
            if isinstance(value, bytes | memoryview | str) and len(value) >= _TELLING:
                found.add(bytes(value) if isinstance(value, memoryview) else value)
            elif isinstance(value, int) and abs(value) > 1000:
                found.add((name, column, value))
    return frozenset(found)


# ── Features ─────────────────────────────────────────────────────────────────────────────────────────────────
def shared_values(loot: Loot, one: str, other: str) -> float:
    """Values that stand in both; a rare one counts more."""
    both = loot.values[one] & loot.values[other]
    return sum(1 / loot.seen[value] for value in both if loot.seen[value] < len(loot.of) / 3)


def shared_neighbours(loot: Loot, one: str, other: str) -> float:
    """Rows of other tables that name something of each: a contact, a message, a chat."""
    mine, theirs = (
        frozenset[int]().union(*(loot.near.get(value, ()) for value in loot.values[report])) for report in (one, other)
    )
    return len(mine & theirs)


def same_person_of_intake(loot: Loot, one: str, other: str) -> float:
    """By the order of rows, where the n-th report is of the n-th message: are those two alike."""
    messages = sorted((row for row in loot.rows["inbound"] if row["sequence"] == 0), key=lambda row: row["id"])
    ranks = _ranks(loot)
    if max(ranks[one], ranks[other]) >= len(messages):
        return 0.0
    mine, theirs = messages[ranks[one]], messages[ranks[other]]
    return float(mine["pseudonym"] == theirs["pseudonym"] != b"") - abs(ranks[one] - ranks[other]) / len(ranks)


def same_contact_by_order(loot: Loot, one: str, other: str) -> float:
    """By the order of rows: which contact and which talk were made with it."""
    ranks, score = _ranks(loot), 0.0
    for name in ("contacts", "talks", "senders", "conversations"):
        made = sorted(loot.rows[name], key=_place)
        if made:
            nearest = [round(ranks[report] * (len(made) - 1) / max(1, len(ranks) - 1)) for report in (one, other)]
            score += nearest[0] == nearest[1]
    return score


def close_in_the_file(loot: Loot, one: str, other: str) -> float:
    """How near the rows of both lie, in every table that has rows of both."""
    score = 0.0
    mine, theirs = (first_places(loot, report) for report in (one, other))
    for name in mine.keys() & theirs.keys():
        score -= math.log1p(sum(abs(a - b) for a, b in zip(mine[name], theirs[name], strict=True)))
    return score


def alike_in_order(loot: Loot, one: str, other: str) -> float:
    """How near both come in the order of the rows of each table, whatever lies between."""
    mine, theirs = (first_places(loot, report) for report in (one, other))
    both = mine.keys() & theirs.keys()
    return -sum(abs(loot.order[name, mine[name]] - loot.order[name, theirs[name]]) for name in both)


def first_places(loot: Loot, report: str) -> dict[str, tuple[int, ...]]:
    """Where the first row of a report lies in each table that has one."""
    found: dict[str, tuple[int, ...]] = {}
    for name, row in loot.of[report]:
        found[name] = min(_place(row), found.get(name, _place(row)))
    return found


def written_together(loot: Loot, one: str, other: str) -> float:
    """PostgreSQL tells which transaction wrote a row, and so the order of all that were written."""
    mine, theirs = ([row.get("_written", 0) for _, row in loot.of[report]] for report in (one, other))
    return -float(min(abs(a - b) for a in mine for b in theirs))


def one_hand(loot: Loot, one: str, other: str) -> float:
    """Whether a chain of ids, hashes and transactions leads from one to the other."""
    return float(loot.hands[one] == loot.hands[other])


def close_in_time(loot: Loot, one: str, other: str) -> float:
    """How near the latest times of both are, to the microsecond."""
    times = ("at", "opened_at", "due_at", "created_at", "done_at")
    mine, theirs = ([row.get(name) or 0 for _, row in loot.of[report] for name in times] for report in (one, other))
    return -float(abs(max(mine) - max(theirs)))


def alike_in_length(loot: Loot, one: str, other: str) -> float:
    """How near the lengths of what is sealed are."""
    mine, theirs = (sum(len(row.get("sealed") or b"") for _, row in loot.of[report]) for report in (one, other))
    return -abs(mine - theirs)


def alike_in_name(_loot: Loot, one: str, other: str) -> float:
    """Whether ids and numbers are drawn from something that a person has: the bits that they share."""
    same = int(one, 16) ^ int(other, 16)
    return -same.bit_count()


FEATURES: Final[Mapping[str, Feature]] = {
    feature.__name__: feature
    for feature in (
        shared_values,
        shared_neighbours,
        same_person_of_intake,
        same_contact_by_order,
        close_in_the_file,
        alike_in_order,
        written_together,
        one_hand,
        close_in_time,
        alike_in_length,
        alike_in_name,
    )
}
# What holds while the talk goes on, too: no value and no row leads from one report to the other.
LINKS: Final = ("shared_values", "shared_neighbours", "one_hand")


def know_the_number(loot: Loot, phones: Iterable[str]) -> list[str]:
    """The tables in which a number or a chat stands, or a hash of it that needs no key."""
    needles = {needle for phone in phones for needle in _guesses(phone)}
    hits = []
    for name, rows in loot.rows.items():
        cells = (value for row in rows for value in row.values())
        raw = b"\n".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in cells)
        hits += [name for needle in needles if needle in raw]
    return hits


def _guesses(phone: str) -> Iterable[bytes]:
    """Clear, in other writings, and hashed as somebody might who had no key; whole and cut to half."""
    forms = (phone, phone.removeprefix("+"), f"sms\x00{phone}", f"telegram\x00{phone}")
    spellings = [form.encode(code) for form in forms for code in ("utf-8", "utf-16-le")]
    spellings += [int(phone).to_bytes(8, order) for order in ("big", "little")]
    yield from spellings
    for spelt in spellings:
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            digest = hashlib.new(name, spelt).digest()
            yield from (digest, digest[:16], digest.hex().encode())
        for key in (b"", b"\x00" * 32, b"muntada", spelt):
            digest = hmac.digest(key, spelt, "sha256")
            yield from (digest, digest[:16], digest.hex().encode())


def _ranks(loot: Loot) -> Mapping[str, int]:
    """Private reports in the order of their places."""
    private = [row for row in loot.rows["reports"] if row["reachable"] == "pull"]
    return {row["id"]: rank for rank, row in enumerate(sorted(private, key=_place))}


def _place(row: Row) -> tuple[int, ...]:
    """A rowid; or page and item of PostgreSQL's ctid."""
    place = row["_place"]
    return (place,) if isinstance(place, int) else tuple(int(part) for part in place.strip("()").split(","))


# ── How good a guess is ──────────────────────────────────────────────────────────────────────────────────────
def auc(same: Sequence[float], different: Sequence[float]) -> float:
    """The chance that a pair of one person scores higher than a pair of two; ties count half."""
    ranked = sorted([(score, True) for score in same] + [(score, False) for score in different])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        total += sum(mine for _, mine in ranked[at:end]) * (at + 1 + end) / 2
        at = end
    return float((total - len(same) * (len(same) + 1) / 2) / (len(same) * len(different)))


def combined(same: Sequence[Sequence[float]], different: Sequence[Sequence[float]]) -> float:
    """All features at once: weights learnt from every second pair, judged by the others."""
    learn = (same[::2], different[::2])
    weights = []
    for column in zip(*same, *different, strict=True):
        mean = sum(column) / len(column)
        spread = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
        weights.append((mean, spread))
    signs = [auc([row[n] for row in learn[0]], [row[n] for row in learn[1]]) - 0.5 for n in range(len(weights))]

    def score(row: Sequence[float]) -> float:
        parts = (sign * (one - mean) / spread for one, sign, (mean, spread) in zip(row, signs, weights, strict=True))
        return float(sum(parts))

    return auc([score(row) for row in same[1::2]], [score(row) for row in different[1::2]])
