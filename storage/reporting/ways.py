"""Which ways lead from reports to one address: also those under the names of months that are over."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import Channel
from storage.contacts import is_same, opened
from storage.keys import KeyGone, Keyring
from storage.sealing import Tampered
from storage.tables import contacts, report_contacts

_LED: Final = (
    select(contacts, report_contacts.c.report)
    .join(report_contacts, report_contacts.c.contact == contacts.c.id)
    .where(contacts.c.staff.is_(None))
    .order_by(contacts.c.created_at.desc(), contacts.c.id, report_contacts.c.report)
)


def leading(
    conn: Connection,
    keyring: Keyring,
    channel: Channel,
    address: str,
    *,
    contact: str | None,
    only: Collection[str] | None = None,
) -> Mapping[str, str]:
    """Of each report that leads to this address its contact, the newest contact first. only: of these reports.

    contact: one that is theirs whatever can be read of it. Without `only` all addresses of a channel are opened (of a
    thousand it takes some 20 ms), for no name outlives its month: for rare wishes, not for every message.
    """
    which = contacts.c.channel == channel.value
    rows = conn.execute(_LED.where(which if only is None else which & report_contacts.c.report.in_(only))).all()
    each = {row.id: row for row in rows}
    theirs = {one for one, row in each.items() if one == contact or _is(keyring, row, address)}
    return {row.report: row.id for row in rows if row.id in theirs}


def without(conn: Connection, reports: Collection[str]) -> frozenset[str]:
    """Those of these reports that lead to nobody any more."""
    led = select(report_contacts.c.report).where(report_contacts.c.report.in_(reports))
    return frozenset(reports) - frozenset(conn.execute(led).scalars())


def _is(keyring: Keyring, row: object, address: str) -> bool:
    try:
        return is_same(opened(keyring, row).address, address)
    except (KeyGone, Tampered):
        return False  # nobody is reached by it
