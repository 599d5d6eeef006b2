"""Consent in the console: who was asked for and what stands, asking a reporter, and carrying out their yes.

All as the worker: the second wall shows consents to nobody, and a copy is written at another's desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api.access import Base
from bot.vocabulary import Desk
from storage.casework import acts
from storage.casework.acts import Act, Refused, Right
from storage.casework.opening import Opened
from storage.consent import consents, receivers, sharing
from storage.consent.consents import LONGEST, Scope, Standing, To
from storage.consent.receivers import Receiver
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.people.sessions import SignedIn
from storage.sealed.keypairs import Unlocked

DAYS: Final = 30
_MOST_DIGITS: Final = 3
_SERVICE: Final = "service"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report's page tells of consent. can: this role may ask. locked: a key must be open before one can.

    until: this report is itself a copy, which stays till then; None for any other.
    """

    can: bool = False
    standing: tuple[Standing, ...] = ()
    choices: tuple[tuple[str, Receiver], ...] = ()
    locked: bool = False
    until: datetime | None = None
    longest: int = LONGEST.days
    days: int = DAYS
    scopes: tuple[Scope, ...] = tuple(Scope)

    @property
    def waiting(self) -> Standing | None:
        """The question that has no answer yet."""
        return next((each for each in self.standing if each.state in {"waiting", "unread"}), None)


async def shown(base: Base, signed: SignedIn, opened: Opened, opener: Unlocked | None) -> Shown:
    """What stands, of a report that this person was just shown, and whom its reporter can be asked about."""
    report, now = opened.report, base.clock()
    copy = opened.card is not None and bool(opened.card.shared)
    can = Right.REFER in acts.rights(report.role) and not report.erased
    if not can and not copy:
        return Shown()

    def read(conn: Connection) -> Shown:
        until = consents.copied(conn, report.id) if copy else None
        who: dict[str, Any] = {"staff": signed.person.id, "number": report.number, "now": now}
        stand = tuple(consents.of(conn, base.keyring, **who)) if can else ()
        if not can or report.reachable == "no":
            return Shown(can, stand, until=until)
        try:
            found = receivers.listed(conn, base.keyring, opener=opener, **who)
        except Refused:
            return Shown(can, stand, locked=True, until=until)
        return Shown(can, stand, tuple((_value(each.to), each) for each in found), until=until)

    return await base.store.read(read)


def ask(conn: Connection, keyring: Keyring, act: Act, form: Mapping[str, str]) -> int:
    """Asks, as the form says."""
    try:
        scope = Scope(form.get("scope", ""))
    except ValueError:
        raise Refused("consent.scope") from None
    to, days = _to(form.get("to", "")), form.get("days", "").strip()
    if not (days.isdecimal() and len(days) <= _MOST_DIGITS):
        raise Refused("consent.lasts")
    return receivers.ask(conn, keyring, act, to, scope=scope, lasts=timedelta(days=int(days)))


def share(conn: Connection, keyring: Keyring, act: Act, form: Mapping[str, str]) -> int:
    """Carries a yes out, as the form says."""
    return sharing.share(conn, keyring, act, form.get("consent", ""), summary=form.get("summary", ""))


def _value(to: To) -> str:
    return f"{_SERVICE}/{to.service}" if to.desk is None else f"{to.office}/{to.desk.value}"


def _to(value: str) -> To:
    first, _, last = value.rpartition("/")
    if first == _SERVICE:
        return To(service=last)
    try:
        return To(first, Desk(last))
    except ValueError:
        raise Refused("consent.to") from None
