"""What the JSON API answers with: a report, a page of them, a step that was taken."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from bot.vocabulary import Desk, Role, Status
from storage.consent.consents import Scope
from storage.outgoing.fates import Arrival, Why

Level = Literal["normal", "high", "emergency"]


class Named(BaseModel):
    """A name in each language, "" where none is known."""

    ar: str
    ckb: str
    en: str


class Row(BaseModel):
    """A report in a list. At a sealed desk category, place, language and channel come from what its reader may open.

    There `excerpt` is null in lists: what was said is read by opening the report. behalf: told for someone else.
    locked: its words are sealed to focal points; this API never opens them, only the console does, with their key.
    speaker: the language whose speaker is needed to read it. unsaid: it came while a discreet reporter's word was not
    said, so perhaps from somebody else. reachable: "pull", they come for an answer; "nudge", they are told that one
    waits.
    """

    number: str
    version: int
    office: str
    office_names: Named
    desk: Desk
    urgency: Level
    status: Status
    category: str | None
    place: Named | None
    language: str | None
    channel: str | None
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed_by: str | None
    mine: bool
    reachable: Literal["yes", "no", "pull", "nudge"]
    closed_at: datetime | None
    close_reason: str | None
    erased: bool
    role: Role
    excerpt: str | None
    behalf: bool
    speaker: str | None
    unsaid: bool
    locked: bool


class Rows(BaseModel):
    """One page; `next` is the cursor of the one after, null at the end."""

    reports: list[Row]
    next: str | None


class Guessed(BaseModel):
    """A category and how sure the machine is, 0 to 1."""

    category: str
    confidence: float


class Understood(BaseModel):
    """The machine's suggestion, and the words that decided. corrected: category and urgency are a person's word.

    flight: "sought": others look for who may have fled violence; make sure first that she is safe. "own": she fled.
    """

    category: str
    corrected: bool
    guesses: list[Guessed]
    urgency: Level
    language: str
    channel: str
    place: Named | None
    landmark: str
    why: list[str]
    flight: str = ""


class Pin(BaseModel):
    """WGS 84 degrees."""

    lat: float
    lon: float


class Attached(BaseModel):
    """A file that came with a message. reason: why it failed. transcript: what a machine wrote down of a voice note.

    may_leave: /v1/reports/{number}/files/{id} gives it; what could not be cleaned stays at the desk.
    """

    id: str
    kind: str
    state: Literal["waiting", "kept", "failed"]
    size: int
    content_type: str
    may_leave: bool
    reason: str
    transcript: str


class Earlier(BaseModel):
    """What an edited message said before, and when, with the pin and the files that it had."""

    at: datetime
    text: str | None
    point: Pin | None
    files: list[Attached]


class Pieces(BaseModel):
    """Of a long SMS, how many parts of how many have arrived."""

    came: int
    total: int


class Line(BaseModel):
    """A part (text) or an event (data) of a thread.

    report: the number of the report that it was said in, where that was joined to this one. gesture: what it was, when
    it said nothing in words. times, last_at: how often the same was said. arrival: how far an answer has come; null
    also while it waits for its reporter to come back with the code. why: it did not arrive. locked: sealed to people,
    not opened here.
    """

    kind: str
    at: datetime
    author: str | None
    text: str | None
    referred_to: str | None
    point: Pin | None
    edit: bool
    files: list[Attached]
    data: dict[str, Any] | None
    report: str | None
    earlier: list[Earlier]
    gesture: str | None
    forwarded: bool
    live: bool
    pieces: Pieces | None
    times: int
    last_at: datetime | None
    arrival: Arrival | None
    why: Why | None
    locked: bool


class Agreed(BaseModel):
    """What a reporter was asked to agree to, and what they said. silent: never answered, which is a no.

    unread: they were told that a question waits, and were not put it yet.
    shared: carried out: a copy was made, which goes when this ends, or a body outside was told, at told_at.
    state "gone": who would receive it is there no more, so it is neither asked nor shared.
    state "changed": somebody else than this program wrote it; nothing may be shared by it.
    """

    id: str
    office: str | None
    desk: Desk | None
    service: str | None
    scope: Scope
    state: Literal["unread", "waiting", "silent", "no", "yes", "ended", "changed", "gone"]
    asked_at: datetime
    until_at: datetime
    shared: bool
    told_at: datetime | None


class Whole(BaseModel):
    """A report with its thread. `understood` is null for auditors and once it is erased.

    elder: the report that this one was joined to; joined: those that were joined to this one, in whose thread they are.
    """

    report: Row
    understood: Understood | None
    thread: list[Line]
    elder: str | None
    joined: list[str]
    consents: list[Agreed]


class Done(BaseModel):
    """A step was taken; `version` is what the next If-Match must carry."""

    number: str
    version: int


class Access(BaseModel):
    """One desk that this token opens."""

    office: str
    desk: Desk
    role: Role
    until: datetime | None


class Me(BaseModel):
    """Whose token this is."""

    name: str
    grants: list[Access]
