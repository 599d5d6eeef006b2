"""What is to be done after a message: one value for each thing, and the decision that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.vocabulary.analysis import Analysis, Place
from bot.vocabulary.conversations import Conversation, Facts, Option
from bot.vocabulary.offices import Destination
from bot.vocabulary.words import Language, Locale, Mode, Stub


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
    said: perhaps not from them; it has neither code nor reporter. asks: see Coded.
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
    asks: bool = False


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
class Veil:
    """Effect: of all that this reporter told before, their phone is told no more unasked than that something waits.

    For whoever wishes discretion where no word could be told them: nothing is locked, and their codes open as ever.
    Only such a code ends it, for anybody may hold the phone by then. What they tell next is discreet.

    report: of this one alone, which was told or hidden beside the code of another, where a word locks the phone.
    """

    report: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """Effect: this reporter wants to be discreet no longer.

    unveiled: of a report that was veiled (`Veil`) and whose code was said, and of nothing else; "" for all that their
    word opens.
    """

    unveiled: str = ""


@dataclass(frozen=True, slots=True)
class Unlock:
    """Effect: a discreet reporter said their word; for ten minutes we answer as we answer anybody.

    only: it was the code of this report, and we answer about nothing else that was told before.
    """

    only: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """Effect: those minutes end now."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Effect: the desk of a report is alerted, whoever holds it, and nobody else is told.

    Something grave was said while a discreet reporter's word was not; or what somebody works on became an emergency.
    report: what was filed or added to then, so that whoever is alerted finds it. again: it was an emergency before,
    and danger is told once more; whoever has it is alerted first, and others where they do not look.
    """

    report: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """Effect: the answer to a question for consent; whatever is not a clear yes is no answer and makes no effect."""

    consent: str
    given: bool


@dataclass(frozen=True, slots=True)
class Put:
    """Effect: the question for this consent was put to its reporter, in words; from the first time it waits a day."""

    consent: str


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
    | Veil
    | Show
    | Unlock
    | Lock
    | Alarm
    | Consent
    | Put
    | Revoke
)


@dataclass(frozen=True, slots=True)
class Decision:
    """All that follows from one message."""

    conversation: Conversation
    locale: Locale
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
