"""With both halves of the recovery key: another focal point is signed on, or takes the place of one who is lost."""

from datetime import datetime

from api.ceremony.opening import is_hers
from api.ceremony.recovery import hand_on, recovered
from api.ceremony.steps import place_of, shown_at, step
from api.people import Mistake
from api.settings import Settings
from storage.database.engine import Connection
from storage.desks import lists, membership
from storage.desks.lists import DeskList, Waiting
from storage.keys import Keyring


async def recover(settings: Settings, office: str, desk: str, name: str) -> str:
    """With both halves: signs a new focal point onto a list, and once her 72 hours are over hands the old parts on."""
    place = place_of(office, desk)
    listed = await step(settings, lambda c, k, now: lists.listed(c, k, place, now=now))
    seat = next((each for each in listed.seats if each.name == name), None)
    if seat is None:
        return await _sign(settings, listed, name)
    if not seat.stands:
        raise Mistake(f"{name} is signed; her key takes effect at {shown_at(seat.since)}: come back then")
    await hand_on(settings, await recovered(settings), [seat.id])
    return f"{name} can read what {office} {desk} holds"


async def _sign(settings: Settings, listed: DeskList, name: str) -> str:
    waits = _waiting(listed, name)
    key = await recovered(settings)

    def invite(conn: Connection, keyring: Keyring, now: datetime) -> datetime:
        letters = waits.fingerprint
        return membership.invite(conn, keyring, by=key, recipient=waits.id, fingerprint=letters, now=now)

    at = await step(settings, invite)
    return f"{name} is signed. {_hand_on_after(at)}"


async def replace_one(settings: Settings, office: str, desk: str, who: tuple[str, str]) -> str:
    """With both halves: takes the first of two off a list, and signs the second in her place, in one act."""
    place, (lost, name) = place_of(office, desk), who
    listed = await step(settings, lambda c, k, now: lists.listed(c, k, place, now=now))
    seat = _seat(listed, lost)
    if any(each.name == name and each.replaces == lost for each in listed.seats):
        await _off(settings, seat)
        return f"{lost} is off the list at once; {name} was named in her place already"
    waits = _waiting(listed, name)
    key = await recovered(settings)

    def both(conn: Connection, keyring: Keyring, now: datetime) -> datetime:
        who = {"lost": seat, "recipient": waits.id, "fingerprint": waits.fingerprint}
        return membership.replace_one(conn, keyring, by=key, now=now, **who)

    at = await step(settings, both)
    return f"{lost} is off the list, {name} takes her place. {_hand_on_after(at)}"


async def off(settings: Settings, office: str, desk: str, lost: str) -> str:
    """With both halves: takes one off a list at once; two who work there stay."""
    place = place_of(office, desk)
    listed = await step(settings, lambda c, k, now: lists.listed(c, k, place, now=now))
    await _off(settings, _seat(listed, lost))
    return f"{lost} is off the list at once"


async def _off(settings: Settings, seat: str) -> None:
    key = await recovered(settings)
    await step(settings, lambda c, k, now: membership.revoke(c, k, by=key, recipient=seat, now=now))


def _seat(listed: DeskList, lost: str) -> str:
    """The recipient of one on the list, or of one whose seat vanished: by name, or as `status` calls it."""
    for id, name in (*listed.vanished.items(), *((each.id, each.name) for each in listed.seats)):
        if lost in (name, id):
            return id
    raise Mistake(f"{lost} is not on the list")


def _waiting(listed: DeskList, name: str) -> Waiting:
    """The key that waits under this name, once its letters were read from paper."""
    waits = next((each for each in listed.waiting if each.name == name), None)
    if waits is None:
        raise Mistake(f"{name} has made no key for this desk: she does so in the console, page /key")
    if not is_hers(waits):
        raise Mistake("nobody was signed")
    return waits


def _hand_on_after(at: datetime) -> str:
    return f"Run `muntada desks recover` after {shown_at(at)} to hand the old parts on to her"
