"""The frozen values and enums that every other module shares. Imports nothing of ours, does nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Final


class Channel(StrEnum):
    """How a person is reached. WEBHOOK reaches staff only (alerts), never a reporter."""

    TELEGRAM = "telegram"
    SMS = "sms"
    WEB = "web"
    CONSOLE = "console"
    WEBHOOK = "webhook"


class Locale(StrEnum):
    """A language we answer in."""

    AR = "ar"
    CKB = "ckb"
    EN = "en"


class Stub(StrEnum):
    """A language in which we have a few words only, to say that what they wrote arrived; the rest is said in another.

    KMR: Badini, the Kurmanji of Duhok, in its Arabic letters. AZB: Iraqi Turkmen, which has no code of its own; ISO
    639-3 counts it to South Azerbaijani; in the Latin letters that its schools teach. SYR: Syriac, as its macrolanguage
    is called, because Sureth and its sisters share its letters.
    """

    KMR = "kmr"
    AZB = "azb"
    SYR = "syr"


class Language(StrEnum):
    """A language a person writes in. Codes of ISO 639, the shortest that there is; see Stub for azb and syr."""

    AR = "ar"
    ARABIZI = "arabizi"
    CKB = "ckb"
    KMR = "kmr"
    EN = "en"
    TR = "tr"
    TURKMEN = "azb"
    FA = "fa"
    SYRIAC = "syr"
    UNKNOWN = "und"


class Urgency(IntEnum):
    """How fast a person must act; ordered, so that `max` raises and never lowers."""

    NORMAL = 0
    HIGH = 1
    EMERGENCY = 2


class Desk(StrEnum):
    """An office's queue."""

    GENERAL = "general"
    WOMEN = "women"
    CHILD = "child"
    MEDIATION = "mediation"
    URGENT = "urgent"
    SECURITY = "security"
    OVERSIGHT = "oversight"


SEALED_DESKS = frozenset({Desk.WOMEN, Desk.CHILD})


class OfficeKind(StrEnum):
    """What sort of body an office is. OVERSIGHT offices have no parent: they sit outside every chain."""

    FORUM = "forum"
    GOVERNORATE = "governorate"
    NATIONAL = "national"
    WOMEN = "women"
    OVERSIGHT = "oversight"


class Role(StrEnum):
    """What a person may do where a grant lets them in."""

    COORDINATOR = "coordinator"
    FOCAL_POINT = "focal_point"
    DUTY_OFFICER = "duty_officer"
    MEDIATOR = "mediator"
    POLICE_LIAISON = "police_liaison"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    REFERRED = "referred"
    CLOSED = "closed"


class Mode(StrEnum):
    """How little of a reporter may show.

    DISCREET: whoever holds their phone learns nothing from us. PRIVATE: nothing that leads back to them is kept; only
    their code of sixteen digits finds the report again.
    """

    NORMAL = "normal"
    DISCREET = "discreet"
    PRIVATE = "private"


class Stage(StrEnum):
    """What the conversation waits for. IDLE waits for nothing: whatever comes is heard on its own.

    PIN: is this the place that the pin shows? BELONGS: is what was just filed part of the report before it? CONSENT:
    may another body receive what they told? OFFICER: a woman, or any officer? WORD: which word of their own shall open?
    """

    IDLE = "idle"
    PLACE = "place"
    CATEGORY = "category"
    LANGUAGE = "language"
    ERASE = "erase"
    PIN = "pin"
    BELONGS = "belongs"
    CONSENT = "consent"
    OFFICER = "officer"
    WORD = "word"


class Category(StrEnum):
    """The 24 kinds of concern; rules for each are in bot.taxonomy, names in locales/."""

    ELECTRONIC_BLACKMAIL = "electronic_blackmail"
    DOMESTIC_VIOLENCE = "domestic_violence"
    HARASSMENT = "harassment"
    CHILD_PROTECTION = "child_protection"
    MISSING_PERSON = "missing_person"
    KIDNAPPING = "kidnapping"
    THEFT = "theft"
    DRUGS = "drugs"
    ASSAULT = "assault"
    WEAPONS_GUNFIRE = "weapons_gunfire"
    TRIBAL_DISPUTE = "tribal_dispute"
    COMMUNITY_TENSION = "community_tension"
    PROPERTY_DISPUTE = "property_dispute"
    EXPLOSIVE_HAZARD = "explosive_hazard"
    TRAFFIC_SAFETY = "traffic_safety"
    PUBLIC_INFRASTRUCTURE = "public_infrastructure"
    PUBLIC_NUISANCE = "public_nuisance"
    THREATS_EXTORTION = "threats_extortion"
    POLICE_MISCONDUCT = "police_misconduct"
    EXTREMISM = "extremism"
    FIRE_MEDICAL = "fire_medical"
    SELF_HARM = "self_harm"
    HUMAN_TRAFFICKING = "human_trafficking"
    OTHER = "other"


class Flight(StrEnum):
    """Whether somebody left home of her own will. SOUGHT: others look for her. OWN: she says it of herself."""

    NONE = ""
    SOUGHT = "sought"
    OWN = "own"


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
    """A file named by a carrier. `ref` is the carrier's own handle (file id or URL) and is secret."""

    kind: MediumKind
    ref: str
    content_type: str = ""
    size: int = 0


class Gesture(StrEnum):
    """What a message is when it says nothing in words. CONTACT: somebody's card; none of it is read."""

    NONE = ""
    STICKER = "sticker"
    POLL = "poll"
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


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. `lineage` runs from itself up to its governorate, ids only.

    written: the words of the message that name it, without prepositions glued to them; "" when none does.
    """

    id: str
    level: str
    name_ar: str
    name_ckb: str
    name_en: str
    governorate: str
    lineage: tuple[str, ...]
    written: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A category and how sure we are, a probability in [0, 1]."""

    category: Category
    confidence: float


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data in a text: [start, end) in code points, and its token, such as "[PHONE]"."""

    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the software understood of one text.

    clean: for a person to read (invisible and spoofing characters gone). key: for matching only.
    guesses: best first, never empty. places: candidates best first; `place` is set only when one is sure.
    why: the words that decided. about_police: it complains about the forum or its police.
    woman_officer: she asks for a woman. fear: words of fear ("nobody must know"). no_reply: they ask not to be written
    to. minor: a person under 18 speaks or is harmed. flagged: a red-flag rule spoke, not only the model. also: a second
    concern that is nearly as likely, so that a person looks whether there are two. insiders: the words, folded like
    `key`, that name an officer, a rank, a police station or an office: whoever works there may be a party. flight: see
    Flight; of a small child, or of who was taken, NONE.
    """

    clean: str
    key: str
    language: Language
    guesses: tuple[Guess, ...]
    urgency: Urgency
    sensitive: bool
    place: Place | None = None
    places: tuple[Place, ...] = ()
    spans: tuple[Span, ...] = ()
    why: tuple[str, ...] = ()
    landmark: str = ""
    about_police: bool = False
    woman_officer: bool = False
    fear: bool = False
    no_reply: bool = False
    minor: bool = False
    flagged: bool = False
    also: Category | None = None
    insiders: tuple[str, ...] = ()
    flight: Flight = Flight.NONE

    @property
    def category(self) -> Category:
        """The best guess."""
        return self.guesses[0].category

    @property
    def confidence(self) -> float:
        """How sure the best guess is."""
        return self.guesses[0].confidence


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's place in a desk's duty rota. Minutes are of the local day; to < since runs past midnight."""

    staff: str
    rank: int
    weekdays: frozenset[int] = frozenset(range(7))
    since_minute: int = 0
    to_minute: int = 24 * 60


@dataclass(frozen=True, slots=True)
class Office:
    """A body with desks. coverage: ids of places it serves. duty: rota by desk, lowest rank first."""

    code: str
    kind: OfficeKind
    names: Mapping[Locale, str]
    desks: frozenset[Desk]
    coverage: frozenset[str] = frozenset()
    parent: str | None = None
    governorate: str = ""
    opens_minute: int = 8 * 60
    closes_minute: int = 16 * 60
    languages: frozenset[Locale] = frozenset({Locale.AR})
    duty: Mapping[Desk, tuple[Shift, ...]] = field(default_factory=dict)
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """Every active office by code, as it stood when it was read."""

    offices: Mapping[str, Office]


HELD: Final = "held"  # the rule of a report that stays where somebody works on it already


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a report goes, and the rule that sent it there (for the audit, never for the reporter)."""

    office: str
    desk: Desk
    rule: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing needs to know of a report. lineage: from its place up to the governorate, () when unknown.

    minor: a person under 18 speaks or is harmed. no_reply: its reporter asked not to be written to; staff must know.
    origin: the office whose poster or link it came by; it decides only where the place does not. apart: the codes of
    offices whose staff must never see it, because it names them or theirs. insider: it names an officer or an office,
    so that the chain of the local forum is in doubt. flight: see Flight; whom others look for is safe first, and found
    only then. any_officer: its reporter was asked whom they would rather talk to, and said anybody.
    """

    category: Category
    urgency: Urgency
    sensitive: bool
    lineage: tuple[str, ...] = ()
    about_police: bool = False
    woman_officer: bool = False
    minor: bool = False
    no_reply: bool = False
    origin: str = ""
    apart: tuple[str, ...] = ()
    insider: bool = False
    flight: Flight = Flight.NONE
    any_officer: bool = False


@dataclass(frozen=True, slots=True)
class Ongoing:
    """The report a conversation is about, as far as the conversation may remember it."""

    report: str
    number: str
    code: str
    facts: Facts
    office: str
    desk: Desk
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """What we remember between two messages of one reporter; forgotten after its time.

    options: what the digits 1..n stand for in the last question, as choices. tries: how often the place was asked.
    later: the choices of a question that waits until this one is answered. thanked_at: when we last said "added".
    helped_at: when we last said who reads this. words: what was said of a young report, to be understood as one.
    before: the report before the ongoing one, while it is asked whether both are one. origin: the office whose poster
    or link brought them here, a hint for as long as the place is unknown. behalf: they tell it for someone else.
    spoken, spoken_since: how many replies we have sent since when, so that two machines do not answer each other.
    echo: a hash of the text said last, by which a repetition is known. bundle: the album or the long SMS
    that was heard last. topic: short hashes of the report's words, which show that others speak of the same.
    mode: see Mode; of a private one nothing is kept longer than 30 minutes. locked: the report in which is kept what
    comes while a discreet reporter's word was not said, "" while there is none, or none that is open any more.
    woman_officer: they asked for a woman before they told anything.
    """

    stage: Stage = Stage.IDLE
    locale: Locale | None = None
    ongoing: Ongoing | None = None
    options: tuple[str, ...] = ()
    tries: int = 0
    introduced: bool = False
    later: tuple[str, ...] = ()
    thanked_at: datetime | None = None
    helped_at: datetime | None = None
    words: str = ""
    before: Ongoing | None = None
    origin: str = ""
    behalf: bool = False
    spoken: int = 0
    spoken_since: datetime | None = None
    echo: str = ""
    bundle: str = ""
    topic: tuple[str, ...] = ()
    mode: Mode = Mode.NORMAL
    locked: str = ""
    woman_officer: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What storage tells of a report whose code this reporter gave, or whose conversation this is."""

    report: str
    number: str
    status: Status
    opened_at: datetime
    answers: int = 0
    last_answer: str = ""


@dataclass(frozen=True, slots=True)
class Discretion:
    """The sender asked for discretion. said: their word stands in this message. open: it was said minutes ago, too.

    report, to: the case that they report in and its desk, for the alarm; "" and None once it is erased.
    """

    said: bool
    open: bool
    report: str = ""
    to: Destination | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for consent that waits for this reporter's answer.

    body: who would receive it, as the reporter is told, by locale. police: it is for police who sit at that office, and
    the question says so. plain: it was sent to them lately and nothing of ours after it, so that a bare word may be its
    answer.
    """

    consent: str
    report: str
    body: Mapping[Locale, str]
    police: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Alerted:
    """The sender is a member of staff whom we alerted to a report that nobody has claimed yet."""

    report: str
    number: str
    staff: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a reporter may tap or type as a digit. choice: opaque data, at most 64 bytes of ASCII.

    label: a catalogue key ("menu.status"); or, with `literal`, text as it stands (a place's name). typed: False for a
    button that no digit stands for, so that a digit that answers something else never presses it.
    """

    choice: str
    label: str
    literal: bool = False
    typed: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to tell a reporter: a catalogue key and its values, put into words only when it is sent.

    locale: None for the reporter's own; another where theirs is not known and several are tried.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    locale: Locale | Stub | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Effect: a new report. `code` is the reporter's secret; storage keeps only a keyed hash of it.

    behalf: told for someone else. speaker: the language whose speaker staff need, None where we answer in it
    (bot.nlp.speakers). mode: how its reporter is answered. locked: it came while a discreet reporter's word was not
    said: perhaps not from them; it has neither code nor reporter.
    """

    report: str
    number: str
    code: str
    to: Destination
    facts: Facts
    place: Place | None
    analysis: Analysis
    behalf: bool = False
    speaker: Language | None = None
    mode: Mode = Mode.NORMAL
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Append:
    """Effect: this message is a further part of a report."""

    report: str


@dataclass(frozen=True, slots=True)
class Reroute:
    """Effect: a report is better understood now; it moves where these facts send it (perhaps nowhere)."""

    report: str
    to: Destination
    facts: Facts
    place: Place | None


@dataclass(frozen=True, slots=True)
class Erase:
    """Effect: a report and all that was said in it are destroyed, at its reporter's wish."""

    report: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Effect: we send this reporter nothing more until they write again of their own will."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Effect: answers may be sent again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Effect: a member of staff, alerted on their own phone, takes the report from there."""

    report: str
    staff: str


@dataclass(frozen=True, slots=True)
class Join:
    """Effect: a report is part of an earlier one of the same reporter, by their own word.

    Its words stay where they are sealed; at one and the same desk its thread is shown in the earlier one's and it is
    closed. At different desks nothing moves and nothing is shown: what is sealed stays so.
    """

    report: str
    into: str


@dataclass(frozen=True, slots=True)
class Wipe:
    """Effect: what we and this reporter wrote to each other is deleted at the carrier, as far as it can be.

    theirs: only what they wrote. later: not now but in ten minutes, so that they can note down what we told them.
    """

    theirs: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Hide:
    """Effect: from now on this reporter is discreet; nothing but one of these words lets us speak of the report.

    words: as they will be said (a code's digits, a word of their own), secret; storage keeps a keyed hash of each.
    """

    report: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """Effect: this reporter wants to be discreet no longer."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """Effect: a discreet reporter said their word; for ten minutes we answer as we answer anybody."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Effect: those minutes end now."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Effect: something grave was said while a discreet reporter's word was not: their desk is alerted in silence.

    report: what was filed or added to then, so that whoever is alerted finds it.
    """

    report: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Effect: the answer to a question for consent; whatever is not a clear yes is no answer and makes no effect."""

    consent: str
    given: bool


@dataclass(frozen=True, slots=True)
class Revoke:
    """Effect: every consent that was given about this report is taken back, at once."""

    report: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Effect: we go out of the group that we were put in."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Effect: this reporter has blocked us; nothing more can be sent until they come back."""


Effect = (
    File
    | Append
    | Reroute
    | Erase
    | Mute
    | Unmute
    | Claim
    | Join
    | Wipe
    | Leave
    | Gone
    | Hide
    | Show
    | Unlock
    | Lock
    | Alarm
    | Consent
    | Revoke
)


@dataclass(frozen=True, slots=True)
class Decision:
    """All that follows from one message."""

    conversation: Conversation
    locale: Locale
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What storage knows when a message is settled.

    by_code: the case whose code stands in the message, or whose discreet reporter's own word. latest: the case that
    the conversation is about. replied: the case that the message which this one replies to was about (known for 48
    hours).
    muted: this sender asked for silence. alert: see Alerted. discretion: None for whoever did not ask for it. asked:
    a consent that waits for their answer. consents: the reports about which a yes of theirs stands, only the one whose
    code stands in the message if there is one. held: a legal hold keeps the report that they were asked about,
    "erase it?".
    """

    conversation: Conversation
    by_code: Case | None = None
    latest: Case | None = None
    replied: Case | None = None
    muted: bool = False
    alert: Alerted | None = None
    discretion: Discretion | None = None
    asked: Asked | None = None
    consents: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Hotline:
    """A verified emergency number. governorates: where it is confirmed. categories: () for every emergency."""

    number: str
    governorates: frozenset[str]
    categories: frozenset[Category]
    verified_on: date


@dataclass(frozen=True, slots=True)
class Button:
    """An option as it will be shown: `digit` is what may be typed instead of tapping it, "" for nothing."""

    digit: str
    label: str
    choice: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words ready to be sent on one channel. voice: the same words spoken (Ogg Opus), where they were recorded.

    quiet: the phone neither rings nor lights up. veiled: they show only when touched. Both where a channel can.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    voice: bytes = b""
    quiet: bool = False
    veiled: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A carrier took it. ids: the carrier's own ids of what it made."""

    ids: tuple[str, ...] = ()


class Delivery(IntEnum):
    """How far a message that we sent has come; a receipt only moves it forward. FAILED ends it short of DELIVERED."""

    ACCEPTED = 0
    QUEUED = 1
    SENDING = 2
    SENT = 3
    FAILED = 4
    DELIVERED = 5
    READ = 6


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier tells of a message that we sent. external_id: the carrier's own, one of Sent.ids.

    failure: why it did not arrive, with the policy that follows; None unless FAILED.
    """

    carrier: str
    external_id: str
    delivery: Delivery
    failure: "SendFailed | None" = None


class SendFailed(Exception):
    """A carrier did not take it. The policy travels with the failure, so that no caller knows a carrier.

    reason: a short code of ours ("blocked", "throttled"), never a carrier's words. retry_after_s: its wish.
    unreachable: this address will not work again. moved_to: the address changed (Telegram group migration).
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        retry_after_s: float | None = None,
        unreachable: bool = False,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.unreachable = unreachable
        self.moved_to = moved_to
