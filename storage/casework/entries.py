"""The values that a thread is made of, as a screen shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.files import may_leave
from bot.vocabulary import MediumKind, Point
from storage.outgoing.fates import Arrival, Why


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of a long SMS this is: index from 1 to total; `of` names the whole within its report."""

    of: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message. state: waiting, kept or failed; reason: why it failed.

    stripped: nothing is left in it but what is seen or heard. transcript: what a machine wrote down of a voice.
    """

    id: str
    kind: str
    state: str
    size: int
    content_type: str = ""
    stripped: bool = False
    reason: str = ""
    transcript: str = ""

    @property
    def picture(self) -> bool:
        """It may be shown in a page: we drew it ourselves."""
        return self.state == "kept" and self.stripped and self.kind == MediumKind.PHOTO.value

    @property
    def sound(self) -> bool:
        """It can be played in a page."""
        return self.state == "kept" and self.kind == MediumKind.VOICE.value

    @property
    def may_leave(self) -> bool:
        """Whether it may go anywhere but to the screen of who works on its report."""
        return may_leave(state=self.state, stripped=self.stripped)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a thread. kind: utterance, reply, note (a part), or an event's kind.

    text None: erased, or its reader may not read bodies. author None: the reporter or the machine. data: an event's
    codes. edit: the text replaces one said before; earlier: those before it, oldest first. referred_to: a note that
    names an outside body. lost: it is there, but its key is gone or it was tampered with. locked: it is sealed to
    people, and its reader's key is not open or is none of theirs. number: of the report that it was said in, where that
    was joined to this one; else "". own: the same in every revision of a message. marks: what each of its files is.
    came, total: of a long SMS, how many parts of how many are here; 0 of any other. times, last_at: how often the same
    was said, and when last. live: a pin that moved, at its last place. arrival: how far an answer has come; None where
    it was never queued, because it waits for the reporter to come back with the code. why: it did not arrive. album:
    names pictures sent together.
    """

    id: str
    kind: str
    at: datetime
    author: str | None = None
    text: str | None = None
    point: Point | None = None
    edit: bool = False
    lost: bool = False
    locked: bool = False
    referred_to: str = ""
    files: tuple[File, ...] = ()
    data: Mapping[str, Any] | None = None
    number: str = ""
    own: str = ""
    marks: tuple[str, ...] = ()
    album: str = ""
    earlier: "tuple[Entry, ...]" = ()
    gesture: str = ""
    forwarded: bool = False
    live: bool = False
    piece: Piece | None = None
    came: int = 0
    total: int = 0
    times: int = 1
    last_at: datetime | None = None
    arrival: Arrival | None = None
    why: Why | None = None

    @property
    def said(self) -> bool:
        """It is a part (words), not an event."""
        return self.data is None
