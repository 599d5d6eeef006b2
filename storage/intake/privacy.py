"""Whom a message leaves behind: a reporter whom we know again, or, in private, a talk that is soon forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from bot import conversation as talking
from bot.vocabulary import Case, Coded, Decision, File, Lock, Mode, Ongoing
from storage import contacts
from storage.consent import explaining
from storage.contacts import Address
from storage.inbound import Waiting
from storage.intake import coding
from storage.keys import Keyring
from storage.purging import joined
from storage.reporting import hidden, leaving, parting, reporters, talks, ways
from storage.reporting.reporters import Reporter
from storage.reporting.turns import Turn
from storage.sealed import remembered
from storage.sealed.keypairs import CodeKey

_LONG_CODE: Final = 16


def met(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    decision: Decision,
    waiting: Waiting,
    *,
    coded: Case | None,
    now: datetime,
) -> Reporter:
    """Makes sure of a contact to answer: under this month's name, or in private under none.

    coded: the case whose code stands in the message.
    """
    if decision.conversation.mode is not Mode.PRIVATE:
        there = _returned(conn, keyring, reporter, now) if reporter.private else reporter
        return reporters.meet(conn, keyring, there, waiting, locale=decision.locale, now=now)
    if reporter.who.hidden:
        return reporter
    message = waiting.message
    place = Address(message.channel, message.carrier, message.address, decision.locale)
    contact = reporter.contact
    if contact is not None and not reporter.private:
        contact = _parted(conn, keyring, reporter, decision, place, contact, coded=coded, now=now)
    elif coded is not None:
        _part_besides(conn, keyring, reporter, decision, place, coded=coded, now=now)
    if contact is None:
        contact = contacts.add_brief(conn, keyring, place, until=now + talks.LIFE, now=now)
    elif reporter.place != place or reporter.unreachable:
        contacts.reseal(conn, keyring, contact, place, now=now)
    return replace(reporter, contact=contact, place=place, private=True)


def _returned(conn: Connection, keyring: Keyring, reporter: Reporter, now: datetime) -> Reporter:
    """They want to be private no longer: whoever they were before, or someone new."""
    talks.drop(conn, reporter.who.talk)
    return replace(reporters.load(conn, keyring, reporter.who, now), conversation=reporter.conversation)


def _part_besides(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    decision: Decision,
    place: Address,
    *,
    coded: Case,
    now: datetime,
) -> None:
    """In a private talk, or where no name of theirs is left, they name by its code what they told in the open.

    That becomes private, too, under whatever name it was told.
    """
    ongoing = decision.conversation.ongoing
    if ongoing is None or ongoing.report != coded.report or len(coded.code) == _LONG_CODE:
        return
    if len(ongoing.code) == _LONG_CODE:  # a code of sixteen digits took the place of theirs
        known_as = reporters.load(conn, keyring, reporter.who, now) if reporter.private else reporter
        _part(conn, keyring, known_as, decision, place, coded=coded, now=now)


def _parted(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    decision: Decision,
    place: Address,
    contact: str,
    *,
    coded: Case | None,
    now: datetime,
) -> str:
    """Somebody we know becomes private: what the talk is about is theirs no longer."""
    about, briefs = _part(conn, keyring, reporter, decision, place, coded=coded, now=now)
    return briefs.get(contact) or _cut_off(conn, keyring, contact, place, about=about, now=now)


def _part(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    decision: Decision,
    place: Address,
    *,
    coded: Case | None,
    now: datetime,
) -> tuple[Collection[str], Mapping[str, str]]:
    """Cuts off what the talk is about, whichever of their contacts it leads to; by then nothing else finds it.

    Returns what that was, and of each contact that it led to the one that takes its place for this talk.
    """
    filed = {effect.report for effect in decision.effects if isinstance(effect, File)}
    ongoing, before = decision.conversation.ongoing, decision.conversation.before
    about = {one.report for one in (ongoing, before) if one is not None} - filed
    each = {*about, *(row.id for one in about for row in joined.tied(conn, keyring, one))}
    # By the code of what was joined into it, too, it would be found.
    led = ways.leading(conn, keyring, place.channel, place.address, contact=reporter.contact, only=each)
    about |= led.keys()
    leaving.leave(conn, keyring, reporter.who.hash, about, now=now)
    codes: dict[str, Mapping[str, Any]] = {}
    for one in (ongoing, before):
        if one is None or one.report not in about or len(one.code) != _LONG_CODE:
            continue
        if hidden.case(conn, one.report) is not None:  # not erased meanwhile
            codes[one.report] = coding.row(keyring, reporter.who, one.code, one.report)
            old = _code_of(keyring, reporter, one.report, coded)
            parting.only_by_long_code(conn, keyring, codes[one.report], old=old, now=now)
            if _is_understood(reporter, one, coded):
                remembered.keep(conn, keyring, one.report, Coded(one.facts), now=now)
    for report in sorted(about):
        parting.promise(keyring, report, codes.get(report, {}), now=now)
    for report in sorted(ways.without(conn, each)):
        parting.cut(conn, report)
    so_far = reporter.conversation
    if reporter.contact and about & {one.report for one in (so_far.ongoing, so_far.before) if one is not None}:
        parting.forget_talk(conn, reporter.contact)
    contacts_of = sorted(set(led.values()))
    return about, {one: _cut_off(conn, keyring, one, place, about=about, now=now) for one in contacts_of}


def _cut_off(
    conn: Connection, keyring: Keyring, contact: str, place: Address, *, about: Collection[str], now: datetime
) -> str:
    brief = parting.take_over(conn, keyring, contact, about=about, now=now)
    brief = brief or parting.hand_over(conn, keyring, contact, place, about=about, now=now)
    explaining.hide(conn, keyring, brief)
    return brief


def _is_understood(reporter: Reporter, one: Ongoing, coded: Case | None) -> bool:
    """Whether its facts are known: of one that is named by its code alone they may be sealed to people."""
    talk = reporter.conversation
    told = {each.report for each in (talk.ongoing, talk.before) if each is not None}
    return coded is None or one.report != coded.report or one.report in told or coded.facts is not None


def _code_of(keyring: Keyring, reporter: Reporter, report: str, coded: Case | None) -> CodeKey | None:
    """What the code yields that they had until now: the talk knows it, or it stands beside the wish for privacy."""
    talk = reporter.conversation
    code = next((one.code for one in (talk.ongoing, talk.before) if one is not None and one.report == report), "")
    if not code and coded is not None and coded.report == report:
        code = coded.code
    return coding.key(keyring, reporter.who, code) if code else None


def save(turn: Turn, decision: Decision, *, before: Reporter, codes: Sequence[str]) -> None:
    """Keeps the conversation. codes: those in the message.

    before: whom we knew when the message was read; their private reports are not kept.
    """
    conn, keyring, reporter = turn.conn, turn.keyring, turn.reporter
    conversation = decision.conversation
    if turn.private:
        if any(isinstance(effect, Lock) for effect in decision.effects):
            talks.close(conn, reporter.who.talk)
        elif not reporter.who.hidden:
            begins = reporter.until is None and not any(len(code) == _LONG_CODE for code in codes)
            chosen = begins or any(isinstance(effect, File) for effect in decision.effects)
            ends = talks.Ends(reporter.contact, reporter.until, chosen)
            talks.save(conn, keyring, reporter.who.talk, conversation, ends, now=turn.now)
        return
    said = before.conversation.ongoing if before.private else None
    if said is not None and conversation.ongoing is not None and conversation.ongoing.report == said.report:
        conversation = talking.forgotten(conversation)
    reporters.save(conn, keyring, reporter, conversation, now=turn.now)
