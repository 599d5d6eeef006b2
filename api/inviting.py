"""What `muntada offices invite` does: prints an office's link and writes its QR code and its poster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api import invitations
from api.console import words
from api.invitations import Invitation, NoInvitation
from api.people import Mistake
from api.settings import Settings
from api.wiring import ROOT
from bot.handlers import numbers
from bot.vocabulary import Office
from storage.database.engine import Store
from storage.people import directory


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. bot: its username. sms: the number to print, "" for our own. Files: None for none."""

    code: str
    bot: str
    sms: str = ""
    out: Path | None = None
    poster: Path | None = None


async def invite(settings: Settings, wanted: Wanted) -> str:
    """Writes the files, and says the link, the line for SMS and what was written. Raises Mistake."""
    files = _kinds(wanted)
    number = _number(wanted.sms) if wanted.sms else settings.sms_number
    try:
        invited = invitations.invitation(await _office(settings, wanted.code), wanted.bot, number=number)
    except NoInvitation as why:
        raise Mistake(str(why)) from None
    said = [f"Telegram: {invited.link}"]
    if number:
        said.append(f"SMS: send your message to {number}")
    elif settings.sms:
        said.append("SMS: the settings know no number to print; give it by --sms")
    for path, kind in files.items():
        _write(path, _made(kind, invited))
        said.append(f"written: {path}")
    return "\n".join(said)


def _kinds(wanted: Wanted) -> Mapping[Path, str]:
    files = {}
    for path, allowed in ((wanted.out, (".svg", ".png")), (wanted.poster, (".html",))):
        if path is not None and path.suffix.lower() not in allowed:
            raise Mistake(f"{path.name}: the file's name must end in {' or '.join(allowed)}")
        if path is not None:
            files[path] = path.suffix.lower()
    return files


def _made(kind: str, invited: Invitation) -> bytes:
    if kind == ".svg":
        return invitations.svg(invited.link)
    if kind == ".png":
        return invitations.png(invited.link)
    return invitations.poster(invited, words.load(ROOT / "locales")).encode()


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Mistake(f"{path.name} cannot be written: {error.strerror}") from None


async def _office(settings: Settings, code: str) -> Office:
    store = Store.open(settings.database)
    try:
        offices = (await store.read(lambda conn: directory.read(conn, datetime.now(UTC)))).offices
    finally:
        store.close()
    if code not in offices:
        raise Mistake(f"no office has the code {code}")
    return offices[code]


def _number(given: str) -> str:
    """In the spelling that every phone can dial; a short code as it stands."""
    short = given if given.isascii() and given.isdigit() and 3 <= len(given) <= 6 else ""  # noqa: PLR2004 - short codes
    number = numbers.e164(given) or short
    if not number:
        raise Mistake("--sms is not a number that a phone could dial; write it like +964770… or 0770…, or a short code")
    return number
