"""To whom a reporter can be asked to show their report: desks of offices nearby, and bodies of the service directory.

Never an office that the report names, by its row or by its card. At a desk that is sealed to people only a key tells
which those are, so whoever has none open is offered nothing and asks for nothing. Run it as the worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from bot.replies import locale_of
from bot.vocabulary import SEALED_DESKS, Category, Desk, Locale, OfficeKind
from storage.casework import apart, threads
from storage.casework.acts import Act, Refused, Right, Unseen, permitted, still_open
from storage.casework.landing import POLICE_DESKS
from storage.casework.queues import visible
from storage.casework.threads import Card, Names
from storage.consent import asking
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.keys import Keyring
from storage.people import services
from storage.sealed.keypairs import Unlocked
from storage.tables import desks, offices, reports
from storage.words import content

_ABOVE: Final = 4  # offices up the chain of parents; no deployment has more
# Whoever complains about an office is not sent back to it, and a tip about extremism is for no civilian.
_OF_COMPLAINTS: Final = SEALED_DESKS | {Desk.OVERSIGHT}
_OF_TIPS: Final = frozenset({Desk.SECURITY, Desk.OVERSIGHT})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who may be asked for. names: of the office or the body."""

    to: To
    names: Names


@dataclass(frozen=True, slots=True)
class _Report:
    row: Row[Any]
    card: Card | None
    apart: frozenset[str]

    @property
    def is_tip(self) -> bool:
        """About extremism."""
        return Category.EXTREMISM.value in (self.row.category, self.card.category if self.card else None)


def listed(
    conn: Connection, keyring: Keyring, *, staff: str, number: str, now: datetime, opener: Unlocked | None = None
) -> tuple[Receiver, ...]:
    """Everybody whom this report's reporter can be asked about. Raises Unseen; Refused ("case.locked")."""
    row = conn.execute(select(reports).where(reports.c.number == number, visible(staff, now))).first()
    if row is None:
        raise Unseen
    report = _read(conn, keyring, row, opener)
    if apart.is_of(conn, staff, report.apart, now):
        raise Unseen
    return _of(conn, report, now)


def ask(conn: Connection, keyring: Keyring, act: Act, to: To, *, scope: Scope, lasts: timedelta) -> int:
    """Asks the reporter, in the language that they write; returns the report's new version.

    Refused: what storage.consent.asking.ask refuses, consent.to for whoever is not `listed`, and case.locked.
    """
    row = permitted(Right.REFER, conn, keyring, act)
    still_open(row)
    report = _read(conn, keyring, row, act.opener)
    if row.reachable != "no" and not any(each.to == to for each in _of(conn, report, act.now)):
        raise Refused("consent.to")
    spoken = row.language or (report.card.language if report.card else "")
    return asking.ask(conn, keyring, act, Wanted(to, scope, lasts, locale_of(spoken), report.apart))


def _read(conn: Connection, keyring: Keyring, row: Row[Any], opener: Unlocked | None) -> _Report:
    card = threads.card(conn, keyring, row.id, opener)
    if card is None and content.is_locked(conn, row.id):
        raise Refused("case.locked")
    parts = apart.joined(conn, keyring, row.id, opener)
    return _Report(row, card, frozenset({*(row.apart or ()), *(card.apart if card else ()), *parts}))


def _of(conn: Connection, report: _Report, now: datetime) -> tuple[Receiver, ...]:
    here = conn.execute(select(offices).where(offices.c.code == report.row.office)).one()
    return (*_desks(conn, report, here), *_bodies(conn, report, here, now))


def _desks(conn: Connection, report: _Report, here: Row[Any]) -> Sequence[Receiver]:
    """Those of offices above, beside, without a governorate, and for oversight; at its own office the police alone.

    Its own office's other people are the same office to whoever is asked, and may be given it by moving it.
    """
    row = report.row
    near = [
        offices.c.code.in_(_above(conn, here.parent)),
        offices.c.kind == OfficeKind.OVERSIGHT.value,
        offices.c.governorate.is_(None),
        offices.c.governorate == "",
        and_(offices.c.governorate == here.governorate, offices.c.code != here.code),
        and_(offices.c.code == here.code, desks.c.desk.in_(sorted(desk.value for desk in POLICE_DESKS))),
    ]
    found = conn.execute(
        select(offices, desks.c.desk, desks.c.sealed_at)
        .join(desks, desks.c.office == offices.c.code)
        .where(offices.c.active, or_(*near))
        .where(~and_(offices.c.code == row.office, desks.c.desk == row.desk))
        .order_by(offices.c.name_ar, offices.c.code, desks.c.desk)
    ).all()
    # What people can read goes to no sealed desk that is off, where only the officers of the recovery key could.
    on = conn.execute(select(desks.c.sealed_at).where(desks.c.office == row.office, desks.c.desk == row.desk)).scalar()
    stand = (each for each in found if on is None or each.sealed_at is not None or Desk(each.desk) not in SEALED_DESKS)
    return [
        Receiver(To(each.code, Desk(each.desk)), Names(each.name_ar, each.name_ckb, each.name_en))
        for each in stand
        if each.code not in report.apart and _may_receive(report, Desk(each.desk))
    ]


def _bodies(conn: Connection, report: _Report, here: Row[Any], now: datetime) -> Sequence[Receiver]:
    if report.is_tip:
        return ()
    desk = Desk(report.row.desk)
    if desk in SEALED_DESKS:
        found = services.serving(conn, office=here.code, desk=desk, now=now)
    else:
        listed = services.listed(conn, governorate=here.governorate or "")
        found = tuple(each for each in listed if each.verified_on > now - services.FRESH)
    return [
        Receiver(To(service=each.id), Names(each.names[Locale.AR], each.names[Locale.CKB], each.names[Locale.EN]))
        for each in found
    ]


def _may_receive(report: _Report, there: Desk) -> bool:
    if report.is_tip:
        return there in _OF_TIPS
    return report.row.desk != Desk.OVERSIGHT.value or there in _OF_COMPLAINTS


def _above(conn: Connection, parent: str | None) -> list[str]:
    chain: list[str] = []
    while parent and len(chain) < _ABOVE:
        chain.append(parent)
        parent = conn.execute(select(offices.c.parent).where(offices.c.code == parent)).scalar()
    return chain
