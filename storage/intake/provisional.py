"""Reports that are not there yet, because their words wait until a desk's list verifies (storage.intake.holding).

The talk goes on meanwhile as if they stood: they can be asked about and erased. Whatever is to come into one waits too.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from bot import tickets
from bot.decide import held
from bot.vocabulary import Case, Conversation, Decision, Erase, Join, Known, Mode, Status
from storage import envelopes, inbound, waits
from storage.encoding import message_from_bytes
from storage.inbound import Waiting
from storage.intake import coding
from storage.keys import KeyGone, Keyring
from storage.reporting import traces
from storage.reporting.reporters import Reporter, Standing, Who
from storage.sealed.recipients import Unverified
from storage.sealing import Tampered
from storage.tables import codes
from storage.tables import inbound as rows

_MOST_CODES: Final = 4  # looked up in one message that waits

_THEIRS: Final = (
    select(rows.c.id, rows.c.received_at)
    .where(
        rows.c.pseudonym.in_(bindparam("names", expanding=True, type_=rows.c.pseudonym.type)),
        rows.c.settled_at.is_(None),
        inbound.held(rows.c),
    )
    .order_by(rows.c.sequence, rows.c.id)
)
_WHOLE: Final = _THEIRS.with_only_columns(rows)
_CODED: Final = select(codes.c.report).where(
    codes.c.hash.in_(bindparam("each", expanding=True, type_=codes.c.hash.type))
)


def recalled(conn: Connection, reporter: Reporter, standing: Standing) -> Reporter:
    """Whoever wrote, without what is not there where this is the message that was waited for, or nothing waits more."""
    if standing.held or not conn.execute(_THEIRS, _names(reporter.who)).first():
        ongoing, before = reporter.conversation.ongoing, reporter.conversation.before
        named = {each.report for each in (ongoing, before) if each is not None}
        if standing.held or held.NAME in named:
            return replace(reporter, conversation=held.without(reporter.conversation))
    return reporter


def beside(conn: Connection, knows: Known, reporter: Reporter, standing: Standing) -> Known:
    """What is known, with the report that waits as the one they talk about, where they talk about no other."""
    if standing.held or knows.latest is not None or standing.discreet:
        return knows
    first = conn.execute(_THEIRS, _names(reporter.who)).first()
    about = knows.conversation.ongoing
    if first is None or (about is not None and about.report != held.NAME):
        return knows
    opened = about.filed_at if about is not None else first.received_at
    number = about.number if about is not None else ""
    return replace(knows, latest=Case(held.NAME, number, Status.NEW, opened))


def may_be_of_it(conn: Connection, knows: Known, waiting: Waiting, reporter: Reporter, standing: Standing) -> bool:
    """Whether it is an edit, of we do not know what, by somebody of whom something waits: perhaps of that."""
    edit = waiting.message.edit and knows.edited is None and not standing.held
    return edit and conn.execute(_THEIRS, _names(reporter.who)).first() is not None


def there(decision: Decision, *, unsure: bool = False) -> Decision:
    """The decision, where all that it is about is there. Raises Unverified where it is not: then it waits.

    To be erased it need not be there. A private talk remembers nothing of it. unsure: nobody knows whether it is
    (`may_be_of_it`).
    """
    if unsure:
        raise Unverified
    for effect in decision.effects:
        about = {getattr(effect, "report", ""), effect.into if isinstance(effect, Join) else ""}
        if held.NAME in about and not isinstance(effect, Erase):
            raise Unverified
    if decision.conversation.mode is Mode.PRIVATE:
        return replace(decision, conversation=_private(decision))
    return decision


def _private(decision: Decision) -> Conversation:
    ongoing = decision.conversation.ongoing
    return held.without(decision.conversation) if ongoing and ongoing.report == held.NAME else decision.conversation


def part(conn: Connection, keyring: Keyring, reporter: Reporter, *, now: datetime) -> None:
    """Somebody we know becomes private: what waits of them is theirs no longer, where the talk is about it."""
    so_far = reporter.conversation
    if held.NAME in {each.report for each in (so_far.ongoing, so_far.before) if each is not None}:
        theirs = [row.id for row in conn.execute(_THEIRS, _names(reporter.who)).all()]
        waits.make_private(conn, keyring, theirs, now=now)


def erase(conn: Connection, keyring: Keyring, reporter: Reporter, report: str, *, now: datetime) -> bool:
    """Forgets what waits to come into a report: its words are gone, and it is never filed. Whether anything waited.

    All that waits of them, where that is the report; of one that stands what was said to it, and nothing else.
    """
    waits = conn.execute(_WHOLE, _names(reporter.who)).all()
    gone = [row for row in waits if report == held.NAME or _is_of(conn, keyring, reporter, row, report)]
    for row in gone:
        inbound.mark_settled(conn, row.id, now=now, private=True)
    return bool(gone)


def _is_of(conn: Connection, keyring: Keyring, reporter: Reporter, row: Row[Any], report: str) -> bool:
    """Whether it was said to this report: in the talk about it, with its code, or of a message that is part of it.

    In private and where somebody is discreet the talk does not know of what waits: it may be another matter, and stays.
    """
    talk = reporter.conversation
    about = talk.ongoing if talk.mode is Mode.NORMAL and not reporter.private else None
    if about is not None and about.report == report and row.received_at >= about.filed_at:
        return True
    try:
        message = message_from_bytes(envelopes.opened(keyring, row)[1])
    except (KeyGone, Tampered, ValueError, KeyError, TypeError):
        return False
    keys = [coding.key(keyring, reporter.who, code).hash for code in tickets.codes_in(message.text)[:_MOST_CODES]]
    coded = conn.execute(_CODED, {"each": keys}).scalars().all() if keys else ()
    names = (message.own_id if message.edit else "", message.reply_to)
    contact = reporter.contact
    named = [traces.about(conn, keyring, contact=contact, own_id=one) for one in names if one and contact is not None]
    return report in {*coded, *named}


def _names(who: Who) -> dict[str, list[bytes]]:
    return {"names": list(who.names)}
