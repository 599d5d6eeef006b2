"""Keeps in a restored database what was promised after its backup: what protects a reporter must not end with a disk.

Each line is done again by what it says alone, so that twice is no more than once; what it is about may not be there,
for it came after the backup. Nobody is given more than the backup gave them: what somebody allowed since is not done.

Where the lines cannot be trusted to be all (the backup is not among them, or one does not open), nobody is written to:
answers wait until their reporter comes for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from bot.vocabulary import Role
from storage import contacts, promises
from storage.backups import laid
from storage.casework import releasing
from storage.keys import Keyring
from storage.people import devices, enrolling, rota
from storage.promises import Kind, Promise
from storage.purging import bonds, erasing, upholding
from storage.reporting import discretion, leaving, parting, reach, veils
from storage.tables import codes, consents, grants, login_links, report_contacts, reports, sessions, staff, tokens
from storage.tables import contacts as contact_rows

# A transaction that a backup did not see may have written its line before.
_MARGIN: Final = timedelta(hours=1)
# Each may do less at a desk than the one before: invite; enter what callers tell; see what once was sealed. Of others
# each may something that another may not.
_LESS: Final = (Role.COORDINATOR, Role.DUTY_OFFICER, Role.MEDIATOR, Role.POLICE_LIAISON)


@dataclass(frozen=True, slots=True)
class Kept:
    """done: how many promises of each kind changed something. waits: reports whose answers wait, where lines lack.

    stays: reports at a desk that they had left, because only its people can read them or the backup has no desk like
    the one where they went; their answers wait too.
    """

    done: Mapping[str, int]
    waits: int = 0
    stays: int = 0


@dataclass(frozen=True, slots=True)
class _Base:
    """The restored database, in the transaction that makes it fit this day."""

    conn: Connection
    keyring: Keyring
    now: datetime


def keep(conn: Connection, keyring: Keyring, name: str, made_at: datetime, now: datetime) -> Kept:
    """Does again all that was promised since the backup of that name was made. Run it after `journal.reapply`."""
    read = promises.read(keyring, made_at - _MARGIN, backup=name)
    standing = promises.last(read.lines)
    base = _Base(conn, keyring, now)
    discretion.close_all(conn)
    done: dict[str, int] = {}
    for kind, again in _AGAIN.items():
        count = sum(again(base, one) for one in standing if one.kind is kind)
        if count:
            done[kind.value] = count
    stay = [one for one in standing if one.kind is Kind.APART and not laid.is_there(conn, one, now)]
    for one in stay:
        _wait(base, reports.c.id == one.about)
    whole = name in read.backups and not read.bad
    return Kept(done, waits=0 if whole else _wait(base), stays=len(stay))


def _wait(base: _Base, *which: ColumnElement[bool]) -> int:
    """Nobody is written to about these; how many they are. An answer goes by how its reporter's link says it."""
    conn = base.conn
    waits = (reports.c.reachable.in_(("yes", "nudge")), reports.c.erased_at.is_(None), *which)
    count = len(conn.execute(select(reports.c.id).where(*waits)).all())
    whose = select(report_contacts.c.contact).join(reports, reports.c.id == report_contacts.c.report).where(*waits)
    for contact in conn.execute(whose.distinct()).scalars().all():
        reach.lost(conn, base.keyring, contact, "pull")
    conn.execute(update(reports).where(*waits).values(reachable="pull"))
    return count


# ── Reporters ────────────────────────────────────────────────────────────────────────────────────────────────
def _discreet(base: _Base, one: Promise) -> bool:
    conn, ring, who = base.conn, base.keyring, bytes.fromhex(one.about)
    before = leaving.case_of(conn, ring, who)
    changed = leaving.again(conn, ring, who, one.data)
    # What they told last is newer than the promise.
    last = _contact(conn, leaving.case_of(conn, ring, who) or before)
    for contact in {*one.data["contacts"], last} - {None}:
        if "sealed" in one.data:
            reach.hidden(conn, ring, contact, first=False)
        else:
            reach.shown(conn, ring, contact)
    if one.data.get("unveiled"):
        reach.unveiled(conn, ring, one.data["unveiled"])
    for report in one.data["veiled"]:
        reach.veiled(conn, ring, report=report)
    if one.data["veils"] is not veils.stands(conn, who):
        veils.put(conn, who, on=one.data["veils"])
        changed = True
    return changed


def _contact(conn: Connection, report: str) -> str | None:
    found: str | None = conn.execute(
        select(report_contacts.c.contact).where(report_contacts.c.report == report)
    ).scalar()
    return found


def _muted(base: _Base, one: Promise) -> bool:
    who, contact = bytes.fromhex(one.about), one.data["contact"]
    if contacts.is_muted(base.conn, who) is one.data["on"]:
        return False
    if one.data["on"]:
        contacts.mute(base.conn, who, now=one.at)
        reach.lost(base.conn, base.keyring, contact, "pull")
    else:
        contacts.unmute(base.conn, who)
        reach.found(base.conn, base.keyring, contact, who, instead_of="pull")
    return True


def _reach(base: _Base, one: Promise) -> bool:
    found = "found" in one.data
    gone = contact_rows.c.unreachable_at
    stands = gone.is_(None) if found else gone.is_not(None)
    values = {"unreachable_at": None if found else one.at}
    if not base.conn.execute(
        update(contact_rows).where(contact_rows.c.id == one.about, ~stands).values(values)
    ).rowcount:
        return False
    if found:
        who = bytes.fromhex(one.data["found"])
        reach.found(base.conn, base.keyring, one.about, who, instead_of="no")
    else:
        reach.lost(base.conn, base.keyring, one.about, "no")
    return True


def _private(base: _Base, one: Promise) -> bool:
    return parting.again(base.conn, base.keyring, one.about, one.data, now=base.now)


def _erased(base: _Base, one: Promise) -> bool:
    """Its reporter may have been told so before the journal had it."""
    standing = (reports.c.id == one.about, reports.c.erased_at.is_(None))
    if base.conn.execute(select(reports.c.id).where(*standing)).first() is None:
        return False
    return erasing.erase(base.conn, one.about, now=base.now)


def _cut(base: _Base, one: Promise) -> bool:
    """The hold of then may be younger than the backup: until it would have ended nothing is destroyed."""
    until = datetime.fromisoformat(one.data["until"])
    standing = (reports.c.id == one.about, reports.c.erased_at.is_(None))
    if base.conn.execute(select(reports.c.id).where(*standing)).first() is not None:
        held = max(until, bonds.held(base.conn, base.keyring, one.about) or until)
        bonds.put(base.conn, base.keyring, one.about, held=held, bound=until)
    led = (exists().where(table.c.report == reports.c.id) for table in (codes, report_contacts))
    leads = or_(reports.c.reachable != "no", *led)
    if base.conn.execute(select(reports.c.id).where(*standing, leads)).first() is None:
        return False
    erasing.erase(base.conn, one.about, now=base.now, bound=until)
    return True


def _hold(base: _Base, one: Promise) -> bool:
    return upholding.again(base.conn, base.keyring, one.about, one.data, base.now)


def _consent(base: _Base, one: Promise) -> bool:
    c = consents.c
    row = base.conn.execute(select(consents).where(c.id == one.about, c.revoked_at.is_(None))).first()
    if row is None or row.answer is False:
        return False
    base.conn.execute(update(consents).where(c.id == one.about).values(revoked_at=one.at, tie=None))
    if row.copy is not None:
        erasing.erase(base.conn, row.copy, now=base.now)
    return True


def _apart(base: _Base, one: Promise) -> bool:
    return laid.again(base.conn, base.keyring, one, base.now)


# ── Staff ────────────────────────────────────────────────────────────────────────────────────────────────────
def _staff(base: _Base, one: Promise) -> bool:
    reached = rota.end(base.conn, one.about)
    active = (staff.c.id == one.about, staff.c.active)
    if not base.conn.execute(update(staff).where(*active).values(active=False)).rowcount:
        return reached
    for table in (sessions, tokens, login_links):
        base.conn.execute(delete(table).where(table.c.staff == one.about))
    devices.forget(base.conn, person=one.about)
    enrolling.erase(base.conn, person=one.about)
    releasing.of_who_left(base.conn, base.keyring, person=one.about, by="machine:restore", now=base.now)
    return True


def _grant(base: _Base, one: Promise) -> bool:
    """A grant ends when it was said to end, with the lesser of both roles; none is made, and none lasts longer.

    Where neither is surely less it ends when it was changed.
    """
    g = grants.c
    here = (g.staff == one.data["staff"], g.office == one.data["office"], g.desk == one.data["desk"])
    row = base.conn.execute(select(g.role, g.until_at).where(*here)).first()
    if row is None:
        return False
    new, old = Role(one.data["role"]), Role(row.role)
    ends = [one.data["until"] and datetime.fromisoformat(one.data["until"]), row.until_at]
    if not (new is old or _is_less(new, than=old) or _is_less(old, than=new)):
        ends.append(one.at)
    role = (new if _is_less(new, than=old) else old).value
    until = min((at for at in ends if at is not None), default=None)
    if (role, until) == (row.role, row.until_at):
        return False
    base.conn.execute(update(grants).where(*here).values(role=role, until_at=until))
    return True


def _is_less(role: Role, *, than: Role) -> bool:
    return role in _LESS and than in _LESS and _LESS.index(role) > _LESS.index(than)


def _password(base: _Base, one: Promise) -> bool:
    other = or_(staff.c.password_hash.is_(None), staff.c.password_hash != one.data["hash"])
    changed = update(staff).where(staff.c.id == one.about, other).values(password_hash=one.data["hash"])
    if not base.conn.execute(changed).rowcount:
        return False
    devices.forget(base.conn, person=one.about)
    return True


def _factor(base: _Base, one: Promise) -> bool:
    return enrolling.again(base.conn, person=one.about, since=one.data["since"], codes=one.data["codes"])


def _recovery(base: _Base, one: Promise) -> bool:
    return enrolling.used_again(base.conn, code=one.about, used=one.data["hash"])


_Again = Callable[[_Base, Promise], bool]
# In this order: who is discreet decides how others are told that they can be reached, and privacy comes over all.
_AGAIN: Final[Mapping[Kind, _Again]] = MappingProxyType(
    {
        Kind.DISCREET: _discreet,
        Kind.MUTED: _muted,
        Kind.REACH: _reach,
        Kind.PRIVATE: _private,
        Kind.ERASED: _erased,
        Kind.HOLD: _hold,
        Kind.CUT: _cut,
        Kind.APART: _apart,
        Kind.CONSENT: _consent,
        Kind.STAFF: _staff,
        Kind.GRANT: _grant,
        Kind.PASSWORD: _password,
        Kind.FACTOR: _factor,
        Kind.RECOVERY: _recovery,
    }
)
