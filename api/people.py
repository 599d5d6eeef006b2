"""What an administrator does from the terminal: staff, tokens, phones, rotas, imports; each leaves an audit row."""

import re
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import typer

from api.settings import Settings
from bot.handlers import numbers
from bot.routing import has_oversight
from bot.vocabulary import Channel, Desk, Locale, Role
from storage import audit, contacts, keys
from storage.casework import apart
from storage.database.engine import Connection, Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.people import directory, enrolling, importing, logins, sessions, staff, unproven

T = TypeVar("T")
_DAY = 24 * 60
_ACTOR = "machine:terminal"  # whoever sits there; the machine's own log knows who that was
_NO_OVERSIGHT = "no oversight office: what names an officer or an office is heard by the national one"


class Mistake(Exception):
    """What was asked cannot be done; the words say why and what to do."""


async def add(settings: Settings, name: str, *, role: str, office: str, desks: tuple[str, ...]) -> str:
    """Makes the person, and says the password that was set: nobody new has a key that it could open."""
    chosen = _one_of(Role, role)
    wanted = tuple(_one_of(Desk, desk) for desk in desks)
    given = typer.prompt("password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else ""
    password = given or secrets.token_urlsafe(12)
    hashed = logins.hash_password(password)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> None:
        person = staff.add(connection, keyring, name=name, role=chosen, office=office, desks=wanted, now=now)
        logins.set_password(connection, keyring, person=person, password_hash=hashed, now=now)

    await with_store(settings, write)
    return f"{name} may log in" + ("" if given else f" with the password {password}")


async def token(settings: Settings, name: str) -> str:
    """A new API token."""
    entropy = secrets.token_bytes(32)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> str:
        return sessions.make_token(connection, keyring, person=staff.id_of(connection, name), now=now, entropy=entropy)

    return await with_store(settings, write)


async def enrolling_code(settings: Settings, name: str) -> str:
    """The code that this person brings to set a second factor up, after a restore."""

    def write(connection: Connection, keyring: Keyring, now: datetime) -> str:
        person = staff.id_of(connection, name)
        return unproven.make_code(connection, keyring, person=person, by=_ACTOR, now=now)

    try:
        return await with_store(settings, write)
    except unproven.NotWanted:
        raise Mistake(f"{name} needs no code: they set a second factor up with their password") from None


async def reset_factor(settings: Settings, name: str) -> str:
    """Takes a person's second factor away: for the last administrator, whom no colleague can help."""

    def write(connection: Connection, keyring: Keyring, now: datetime) -> None:
        person = staff.id_of(connection, name)
        try:
            enrolling.reset(connection, keyring, person=person, by=_ACTOR, now=now)
        except enrolling.Stale:
            raise Mistake(f"{name} has no second factor") from None

    await with_store(settings, write)
    return f"{name} is logged out everywhere and sets a new second factor up after the next log-in"


async def phone(settings: Settings, name: str, *, channel: str, carrier: str, address: str) -> str:
    """Sets where a person is alerted."""
    chosen = _one_of(Channel, channel)
    if not address:
        raise Mistake("no address was given on standard input")
    reached = _reachable(chosen, address)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> None:
        person = staff.id_of(connection, name)
        contacts.add_staff_contact(
            connection,
            keyring,
            staff=person,
            channel=chosen,
            carrier=carrier or _carrier(settings, chosen),
            address=reached,
            locale=Locale.AR,
            now=now,
        )
        data = {"channel": chosen.value}
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="staff.phone", subject=person, data=data)

    await with_store(settings, write)
    return f"{name} will be alerted by {chosen.value}"


async def duty(settings: Settings, name: str, *, office: str, desk: str, rank: int, hours: tuple[str, str]) -> str:
    """Puts a person on a rota."""
    chosen = _one_of(Desk, desk)
    since, to = (_minute(hour) for hour in hours)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> None:
        person = staff.id_of(connection, name)
        directory.add_duty(
            connection, office=office, desk=chosen, staff=person, rank=rank, since_minute=since, to_minute=to
        )
        data = {"office": office, "desk": chosen.value, "rank": rank, "since": since, "to": to}
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="staff.duty", subject=person, data=data)

    await with_store(settings, write)
    return f"{name} is on duty at {office}, {chosen.value}"


async def import_offices(settings: Settings, file: Path) -> str:
    """Loads offices; says how many, and warns where none is outside every chain."""
    rows = parsed(importing.parse_offices, file)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> str:
        count = directory.import_offices(connection, rows)
        data = {"offices": [row.code for row in rows]}
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="offices.import", data=data)
        offices = directory.read(connection, now)
        freed = apart.free(connection, keyring, offices, now=now)
        said = [f"{count} offices", f"{freed} reports that nobody could see have an office now" if freed else ""]
        return "\n".join(line for line in (*said, "" if has_oversight(offices) else _NO_OVERSIGHT) if line)

    return await with_store(settings, write)


async def import_places(settings: Settings, file: Path) -> str:
    """Loads places; says how many."""
    rows = parsed(importing.parse_places, file)

    def write(connection: Connection, keyring: Keyring, now: datetime) -> int:
        count = directory.import_places(connection, rows)
        data = {"count": count}
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="places.import", data=data)
        return count

    return f"{await with_store(settings, write)} places"


async def with_store(settings: Settings, write: Callable[[Connection, Keyring, datetime], T]) -> T:
    """One transaction over the deployment's database and keys. Raises Mistake for what an administrator can mend."""
    store = Store.open(settings.database)
    try:
        keyring = Keyring.open(settings.keys_dir)
        now = datetime.now(UTC)

        def work(connection: Connection) -> T:
            keys.register(connection, keyring, now)
            return write(connection, keyring, now)

        return await store.write(work)
    except (importing.ImportWrong, staff.Invalid) as wrong:
        raise Mistake(str(wrong)) from None
    finally:
        store.close()


def _carrier(settings: Settings, channel: Channel) -> str:
    """The channel's own carrier; of those of SMS the first that is on."""
    if channel is Channel.SMS:
        return next(iter(settings.sms), "twilio")
    return channel.value


def _reachable(channel: Channel, address: str) -> str:
    """The address as its carrier spells it; otherwise the first alert at night would be the first to fail."""
    match channel:
        case Channel.SMS:
            number = numbers.e164(address)
            if not number:
                raise Mistake("this is not a telephone number; write it like +964770… or 0770…")
            return number
        case Channel.TELEGRAM:
            if not re.fullmatch(r"\d{1,20}", address, re.ASCII):
                raise Mistake("a Telegram address is the number of a private chat, digits only")
        case Channel.WEBHOOK:
            if not address.startswith("https://"):
                raise Mistake("a webhook's address begins with https://")
        case Channel.WEB | Channel.CONSOLE:
            raise Mistake("staff are alerted by telegram, sms or webhook")
    return address


async def letters(settings: Settings) -> str:
    """Lets messages that could not be settled be tried again."""

    def write(connection: Connection, keyring: Keyring, now: datetime) -> int:
        count = ledger.revive(connection, keyring, now=now)
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="letters.retry", data={"count": count})
        return count

    return f"{await with_store(settings, write)} messages will be tried again"


def parsed(parse: Callable[[str], T], file: Path) -> T:
    """What a file of UTF-8 text says. Raises Mistake."""
    try:
        return parse(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Mistake(f"{file.name} is not there") from None
    except UnicodeDecodeError:
        raise Mistake(f"{file.name} is not UTF-8 text") from None
    except importing.ImportWrong as wrong:
        raise Mistake(str(wrong)) from None


def _one_of(kind: Callable[[str], T], given: str) -> T:
    try:
        return kind(given)
    except ValueError:
        names = ", ".join(item.value for item in kind)  # type: ignore[attr-defined]
        raise Mistake(f"{given} is not one of: {names}") from None


def _minute(hour: str) -> int:
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", hour)
    minute = int(found[1]) * 60 + int(found[2]) if found else _DAY + 1
    if minute > _DAY:
        raise Mistake(f"{hour} is not a time of day like 20:00")
    return minute
