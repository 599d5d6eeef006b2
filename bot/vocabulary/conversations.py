"""What is known of a reporter, and what is open between us, when a message comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.vocabulary.analysis import Guess
from bot.vocabulary.offices import Destination
from bot.vocabulary.words import Category, Desk, Explained, Flight, Locale, Mode, Stage, Status, Teller, Urgency


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing needs to know of a report. lineage: from its place up to the governorate, () when unknown.

    minor: a person under 18 speaks or is harmed. no_reply: its reporter asked not to be written to; staff must know.
    origin: the office whose poster or link it came by; it decides only where the place does not. apart: the codes of
    offices whose staff must never see it, because it names them or theirs. insider: it names an officer or an office,
    so that the chain of the local forum is in doubt. flight: see Flight; whom others look for is safe first, and found
    only then. any_officer: its reporter was asked whom they would rather talk to, and said anybody. teller: see Teller;
    no desk depends on it, only what its reporter is advised.
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
    teller: Teller = Teller.NONE


@dataclass(frozen=True, slots=True)
class Ongoing:
    """The report a conversation is about, as far as the conversation may remember it.

    code: "" where they did not tell it in this talk, which began with what was said of it since (bot.decide.resuming).
    """

    report: str
    number: str
    code: str
    facts: Facts
    office: str
    desk: Desk
    filed_at: datetime


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
class Question:
    """What was asked of a report by buttons before something else was told: a tap on them still says where it was."""

    ongoing: Ongoing
    options: tuple[str, ...]
    tries: int


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
    kinds: what its words were taken for, best first, the chances in hundredths. gist: what they are about (see Sequel).
    mode: see Mode; of a private one nothing is kept longer than 30 minutes. locked: the report in which is kept what
    comes while a discreet reporter's word was not said, None while there is none, or none that is open any more.
    woman_officer: they wish that a woman hears them, for this and for whatever they tell next. overtaken: the question
    whose buttons still stand in the chat though another report was filed since. agreed: the report and the consent
    of the yes that they said last, and when: within minutes a bare no takes it back. said: in private, short hashes of
    the carrier's names of the messages that became the ongoing report, by which an edit of one is known; else ().
    asked_at: when the question that the talk is at was put, or what is offered; None for neither. passed: we said
    something else since a question whose yes nobody undoes. erasing: at the
    question "erase?" the reports that one yes erases with the one that it names; after it those that remain, of which
    they may ask it next. read: the report that a code, said alone, asked about last; read_at: when.
    waits: the report that an office asked about, where only thanks or an edit came since.
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
    kinds: tuple[Guess, ...] = ()
    gist: tuple[float, ...] = ()
    mode: Mode = Mode.NORMAL
    locked: Ongoing | None = None
    woman_officer: bool = False
    overtaken: Question | None = None
    agreed: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    asked_at: datetime | None = None
    passed: bool = False
    erasing: tuple[str, ...] = ()
    read: str = ""
    read_at: datetime | None = None
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """What a report's own code of sixteen digits opens of it, and nothing else: as a conversation would remember it.

    asks: they wrote by the web form and may still be asked there whom they would rather talk to. hers: only women, and
    who is trained for children, read it.
    """

    facts: Facts
    asks: bool = False
    hers: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What storage tells of a report whose code this reporter gave, or whose conversation this is.

    office, desk: where it lies. coded: see Coded; None without that code, and where the report was joined into another.
    facts: what its cards tell, of its place the id alone; told only of a case that a message itself points to, and None
    where its cards are sealed to people. code: the digits in the message that found it, "" for none.
    """

    report: str
    number: str
    status: Status
    opened_at: datetime
    answers: int = 0
    last_answer: str = ""
    office: str = ""
    desk: Desk = Desk.GENERAL
    coded: Coded | None = None
    facts: Facts | None = None
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Discretion:
    """The sender asked for discretion. said: their word stands in this message. open: it was said minutes ago, too.

    report, to: the case that they report in and its desk, for the alarm; "" and None once it is erased. others: more
    cases of theirs. beside: something came while the word was not said. Both only where said or open. late: the word
    was said so long ago that its minutes are over: it is theirs that came with it, but another may hold the phone now.
    only: no word was said but the code of this report, which it opens alone and which `report` then is; else "".
    without: in the minutes after that code, how it stands as if nobody had said it; else None.
    """

    said: bool
    open: bool
    report: str = ""
    to: Destination | None = None
    others: tuple[str, ...] = ()
    beside: bool = False
    late: bool = False
    only: str = ""
    without: "Discretion | None" = None

    @property
    def by_word(self) -> bool:
        """Whether all that their word opens is open now."""
        return (self.said or self.open) and not self.only


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for consent that waits for this reporter's answer.

    body: who would receive it, as the reporter is told, by locale. extent: summary, words or all. days: for how long.
    police: it is for police who sit at that office; outside: for a body that is told by word of mouth; the question
    says so. offered: the one line that goes by SMS, "send 1 to read", was sent to them, and no answer of staff after
    it. replied: after that line came something from the talk itself, so that a bare word may be meant for either.
    explained: what was put to them and what came after it; a yes in words counts for the last thing that we said.
    coded: its report is at a desk that is sealed, so that only whoever knows the code is told of it, or agrees.
    late: it waits no longer, silence was a no; an answer changes nothing and is told so.
    """

    consent: str
    report: str
    body: Mapping[Locale, str]
    extent: str = "words"
    days: int = 30
    police: bool = False
    outside: bool = False
    offered: bool = False
    replied: bool = False
    explained: Explained = Explained.NO
    coded: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Alerted:
    """The sender is a member of staff whom we alerted to a report that nobody has claimed yet."""

    report: str
    number: str
    staff: str


@dataclass(frozen=True, slots=True)
class Known:
    """What storage knows when a message is settled.

    by_code: the case whose code stands in the message, or whose discreet reporter's own word. latest: the case that
    the conversation is about. replied: the case that the message which this one replies to was about (known for 48
    hours); replied_at: since when that message is known. edited: the case that the message of which this is an edit
    became part of (for as long); None in private, and where nobody knows.
    by_short: what by_code names was found by six digits or a word, which serve this sender; else by sixteen digits.
    muted: this sender asked for silence. alert: see Alerted. discretion: None for whoever did not ask for it. asked:
    a consent that waits for their answer. consents: the reports about which a yes of theirs stands, only the one whose
    code stands in the message if there is one. untold: those of them that are about what its own code alone shows here:
    they end as the others do, and nobody is told so. held: a legal hold keeps the report that they were asked about,
    "erase it?". lately_private: within the day they told something in a private talk, which is over. overtaken: the
    case of the question that was overtaken, when a button is tapped. told_at: when they were last told what no message
    of theirs had asked for; None for never. came_at: when this message came, which may have been long before it is
    weighed; None where it is not known. theirs: all reports that stand and lead to this sender, newest first, without
    what was joined into another; in private none but to erase beside a code, and of what only a word or a code may tell
    none before it was said. veiled: they wished discretion, and some of these are told of only as waiting, or what they
    tell next is to be discreet. unveils: by_code is one of what is veiled
    (`Veil`), so it is she who writes. also: the cases of further codes in a message that asks to erase. resumes: in no
    talk about another report, the case of which the office spoke to them last, in the open, or whose code they said.
    """

    conversation: Conversation
    by_code: Case | None = None
    by_short: bool = False
    latest: Case | None = None
    replied: Case | None = None
    replied_at: datetime | None = None
    edited: Case | None = None
    muted: bool = False
    alert: Alerted | None = None
    discretion: Discretion | None = None
    asked: Asked | None = None
    consents: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    held: bool = False
    lately_private: bool = False
    overtaken: Case | None = None
    told_at: datetime | None = None
    came_at: datetime | None = None
    theirs: tuple[str, ...] = ()
    veiled: bool = False
    unveils: bool = False
    also: tuple[Case, ...] = ()
    resumes: Case | None = None
