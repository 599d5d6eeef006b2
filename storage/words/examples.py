"""What a person's corrections teach: masked words with the right label, kept as long as their report and no longer.

One example a report, sealed like what was said; only the worker may read it. Purging, erasing, and a move to a sealed
desk take it away.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, or_, select

from bot.nlp import masked
from bot.nlp.gazetteer import Gazetteer
from bot.taxonomy import RULES
from bot.vocabulary import SEALED_DESKS, Category, Desk, Language, Urgency
from storage import keys
from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealing import Tampered
from storage.tables import events, examples, report_contacts, reports

KEPT: Final = timedelta(days=90)  # after its case was closed; what was said there is kept no longer either
LONGEST: Final = 4_096  # code points; no more of a text teaches anything
_FEWEST_WORDS: Final = 2  # one word is no example of anything


@dataclass(frozen=True, slots=True)
class Example:
    """Masked words (bot.nlp.masked) that a person labelled. report: the random id of their case.

    who: an opaque id that every case of one reporter has in common; "" where nobody was read or can be answered.
    """

    report: str
    text: str
    category: Category
    urgency: Urgency
    language: Language
    who: str = ""


def may_learn(desk: Desk, categories: Iterable[Category], card: Mapping[str, Any], *, consented: bool = False) -> bool:
    """Whether anything may be learnt from a report.

    desk: where it is. categories: what it was taken for, and what it is. card: what the machine understood of it; its
    flags `private`, `sensitive` and `minor` each forbid it. consented: its reporter said yes to being learnt from; as
    long as nothing records that, nobody may pass it. Sensitive matters are never learnt from, consent or not; nor are
    tips of extremism, for whoever trains a model reads them.
    """
    if desk is Desk.SECURITY or Category.EXTREMISM in categories:
        return False
    if any(RULES[category].sensitive for category in categories) or card.get("sensitive") or card.get("minor"):
        return False
    return consented or not (desk in SEALED_DESKS or card.get("private"))


def was_sealed(conn: Connection, report: str) -> bool:
    """Whether a report ever was at a sealed desk."""
    moved = select(events.c.data).where(events.c.report == report, events.c.kind == "move")
    way = (data.get(end) for data in conn.execute(moved).scalars() for end in ("desk", "from_desk"))
    return any(desk in SEALED_DESKS for desk in way)


def remember(conn: Connection, keyring: Keyring, example: Example, gazetteer: Gazetteer, *, now: datetime) -> bool:
    """Keeps an example instead of the one that its report had. example.text: as said; it is masked here.

    False, and nothing kept, when too little is left to learn from.
    """
    forget(conn, example.report)
    text = masked.masked(example.text[:LONGEST], gazetteer)
    if len(masked.seen(text).split()) < _FEWEST_WORDS:
        return False
    id = secrets.token_hex(16)
    body = {
        "text": text,
        "category": example.category,
        "urgency": example.urgency.value,
        "language": example.language,
    }
    sealed = seal_row(keyring, Domain.CONTENT, (examples.name, id), dumps(body), now=now)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    conn.execute(insert(examples).values(id=id, report=example.report, at=day, **sealed.columns()))
    return True


def forget(conn: Connection, report: str) -> None:
    """Takes away what was learnt from a report."""
    conn.execute(delete(examples).where(examples.c.report == report))


def read(conn: Connection, keyring: Keyring) -> tuple[Example, ...]:
    """Every example that may be learnt from now, by report; those that do not open any more are left out."""
    standing = (
        select(examples, func.coalesce(report_contacts.c.contact, "").label("who"))
        .join(reports, reports.c.id == examples.c.report)
        .outerjoin(report_contacts, report_contacts.c.report == examples.c.report)
        .where(~_unlearnable())
    )
    opened = (_open(keyring, row) for row in conn.execute(standing.order_by(examples.c.report)))
    return tuple(example for example in opened if example is not None)


def count(conn: Connection) -> int:
    """How many there are."""
    return int(conn.execute(select(func.count()).select_from(examples)).scalar_one())


def purge(conn: Connection, now: datetime) -> int:
    """Deletes those whose report was erased, sealed, or closed KEPT ago, or whose key is no more; says how many."""
    over = and_(reports.c.closed_at.is_not(None), reports.c.closed_at < now - KEPT)
    ended = exists().where(reports.c.id == examples.c.report, or_(_unlearnable(), over))
    shredded = examples.c.epoch.in_(keys.destroyed(conn, Domain.CONTENT))
    return int(conn.execute(delete(examples).where(or_(ended, shredded))).rowcount)


def _unlearnable() -> Any:
    return or_(reports.c.erased_at.is_not(None), reports.c.desk.in_(sorted(desk.value for desk in SEALED_DESKS)))


def _open(keyring: Keyring, row: Row[Any]) -> Example | None:
    try:
        body = loads(open_row(keyring, Domain.CONTENT, (examples.name, row.id), row))
        return Example(
            report=row.report,
            text=body["text"],
            category=Category(body["category"]),
            urgency=Urgency(body["urgency"]),
            language=Language(body["language"]),
            who=row.who,
        )
    except (KeyGone, Tampered, ValueError):  # the last: a label of a taxonomy that was
        return None
