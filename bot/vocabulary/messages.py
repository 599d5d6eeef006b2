"""What arrives from a reporter, whatever carried it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.vocabulary.words import Channel, Locale


class MediumKind(StrEnum):
    """What sort of file came with a message."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Point:
    """A pin on the map, WGS 84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Medium:
    """A file named by a carrier. `ref` is the carrier's own handle (file id or URL) and is secret.

    unique: what the carrier calls the file itself, the same whenever it names it (`ref` may differ); fetches nothing,
    secret all the same; "" where it tells none.
    """

    kind: MediumKind
    ref: str
    content_type: str = ""
    size: int = 0
    unique: str = ""


class Gesture(StrEnum):
    """What a message is when it says nothing in words; a poll does. CONTACT: somebody's card; none of it is read."""

    NONE = ""
    STICKER = "sticker"
    CONTACT = "contact"
    GAME = "game"
    STORY = "story"
    OTHER = "other"


class Presence(StrEnum):
    """News of a chat itself. BLOCKED: we may not write there any more. BACK: now we may. GROUP: we were put in one."""

    NONE = ""
    BLOCKED = "blocked"
    BACK = "back"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Fragment:
    """Which part of a long SMS this is, where its carrier did not join them. ref: names the whole, for one sender.

    index: from 1 to total.
    """

    ref: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class Message:
    """What a door read, and all that it kept: no name, no username, no language code, no contact.

    external_id: the carrier's own id, unique within `carrier` and `account`; a second delivery carries the same.
    account: whose inbox it came to (bot id, Twilio account); part of the dedup key.
    address: chat id or E.164 number as text; secret; "" when the carrier hid it.
    sequence: carrier's order for this sender (Telegram update_id; else receipt in microseconds).
    choice: the opaque data of a tapped button, "" when none was tapped.
    callback: the carrier's id of that tap, to be answered soon; "" when none.
    edit: the text replaces one said before. live: a pin that moves on; only its last place counts.
    own_id: what the carrier calls this message within its chat (to reply to it, to delete it); "" where it has no name.
    reply_to: the own_id of the message, theirs or ours, that this one answers. album: names pictures sent together.
    forwarded: somebody else's words; whose, is never read.
    code: the reporter's secret that the door promised already (web form, call taker); "" when decide makes it.
    entered_by: id of the member of staff who typed it for a caller or visitor; "" for a reporter's own message.
    behalf: it is told for someone else. locale: the language that the door was spoken to in, None where unknown.
    about: the code of the case that the door was given with it (web form): what is said belongs there.
    """

    channel: Channel
    carrier: str
    account: str
    external_id: str
    address: str
    sequence: int
    text: str = ""
    choice: str = ""
    callback: str = ""
    media: tuple[Medium, ...] = ()
    point: Point | None = None
    edit: bool = False
    sent_at: datetime | None = None
    own_id: str = ""
    reply_to: str = ""
    album: str = ""
    gesture: Gesture = Gesture.NONE
    presence: Presence = Presence.NONE
    fragment: Fragment | None = None
    live: bool = False
    forwarded: bool = False
    code: str = ""
    entered_by: str = ""
    behalf: bool = False
    locale: Locale | None = None
    about: str = ""
