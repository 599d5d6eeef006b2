"""How long each table's rows stay and why: what docs/retention.md prints, and what a test holds the purge to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Periods:
    """What a deployment may shorten, never lengthen; the defaults are the longest.

    contact: how somebody is reached, after their case is closed. silence: the same, when neither side says anything.
    content: what was said, after closing. sealed: the same at a women's or child desk. report: the row without words,
    after closing. dead_letter: what could not be read.
    """

    contact: timedelta = 14 * DAY
    silence: timedelta = 60 * DAY
    content: timedelta = 90 * DAY
    sealed: timedelta = 30 * DAY
    report: timedelta = 730 * DAY
    dead_letter: timedelta = 90 * DAY


@dataclass(frozen=True, slots=True)
class Stays:
    """For how long rows of some tables stay, in words, and why. rules: those of `retention` that end them."""

    tables: tuple[str, ...]
    long: str
    why: str
    rules: tuple[str, ...] = ()


SCHEDULE: Final = (
    Stays(
        ("inbound",),
        "until settled; then 30 days, empty",
        "The keyed hash by which a second delivery is known. It outlives even an erasure: a late delivery must not "
        "bring back what was erased. What waits to be settled is never taken: words and the number they came from, for "
        "hours as a rule. What cannot be settled because its desk's list does not verify is held so for up to 32 days; "
        "what was told in private, after 20 hours without the number, whatever it waits for; what waits otherwise, for "
        "a week at most. Then no key opens it.",
        ("inbound",),
    ),
    Stays(
        ("talks",),
        "30 minutes from its beginning; a day, that privacy was chosen",
        "A private reporter's conversation, until the code is written down. What they tell within the day is private "
        "again, by a hash under the day's key, with no talk and no report beside it.",
        ("talks",),
    ),
    Stays(
        ("conversations",),
        "72 hours after the last message",
        "So that an answer is understood as one.",
        ("conversations",),
    ),
    Stays(
        ("report_contacts", "contacts", "senders"),
        "14 days after closing, or 60 days of silence; without a report, until the conversation is over",
        "To answer, and to know the same person again within a month. A private reporter's goes with the talk, half an "
        "hour after its first word. The phone of a member of staff stays for as long as they do.",
        ("links", "contacts", "senders", "phones", "talks"),
    ),
    Stays(
        ("muted", "discreet", "veils"),
        "until they ask otherwise",
        "A promise of silence or discretion must outlive every month: a keyed hash keeps it, no address. That a word "
        "was tried or said is forgotten within two hours.",
        ("tries",),
    ),
    Stays(
        ("parts", "part_seals", "code_seals", "media", "medium_seals", "codes"),
        "90 days after closing; 30 at a women's or child desk, unless a consent of theirs runs longer",
        "To work on a case and to take it up again. Files are shredded with their words. A legal hold keeps them.",
        ("content",),
    ),
    Stays(
        ("examples",),
        "as the words that they were learnt from",
        "Nothing is learnt longer than it is known.",
        ("content", "examples"),
    ),
    Stays(
        ("reports", "events", "consents"),
        "24 months after closing",
        "Without words: number, desk, urgency, times, what was done. To count, and to answer for how it was handled.",
        ("reports",),
    ),
    Stays(
        ("holds",),
        "24 months after they end",
        "To answer for what was kept longer than it would have been.",
        ("holds",),
    ),
    Stays(
        ("alerts",),
        "90 days",
        "A bare 1 from an officer's phone claims the right report.",
        ("alerts",),
    ),
    Stays(
        ("outbox", "receipts"),
        "words until sent; the row 30 days",
        "Nothing is sent twice, and staff see what arrived. What the carrier calls it goes after 48 hours.",
        ("outbox", "carrier_ids", "contacts"),
    ),
    Stays(
        ("traces",),
        "48 hours",
        "So long a carrier lets us delete a message in a chat.",
        ("traces",),
    ),
    Stays(
        ("effaced",),
        "48 hours",
        "An edit of what its sender erased must not bring it back: so long a carrier lets somebody edit. A keyed hash "
        "of the chat and the message, beside no report and no contact; the day's key goes with it, and from then on it "
        "leads to nobody. A pin that still moves is remembered anew.",
        ("effaced",),
    ),
    Stays(
        ("timers",),
        "30 days after they rang",
        "The same alarm is never set twice.",
        ("timers",),
    ),
    Stays(
        ("guesses",),
        "25 hours",
        "How many wrong codes came, so that nobody guesses one: by a hash under the day's key, to five minutes.",
        ("guesses",),
    ),
    Stays(
        ("dead_letters",),
        "90 days",
        "For a person to look at what no program could read.",
        ("dead_letters",),
    ),
    Stays(
        ("sessions",),
        "30 minutes idle, 12 hours at most",
        "Signed in. A focal point's half of a key goes when its time is over.",
        ("sessions", "key_halves"),
    ),
    Stays(
        ("devices",), "90 days", "A browser that was let in once is not slowed by a stranger's guesses.", ("devices",)
    ),
    Stays(("tokens", "login_links"), "until they expire", "An expired one opens nothing.", ("tokens", "login_links")),
    Stays(
        ("grants",),
        "30 days after they end",
        "Whoever manages people sees what ended; the audit keeps it.",
        ("grants",),
    ),
    Stays(("duty",), "as long as the person works here", "Nobody who left is called.", ("duty",)),
    Stays(
        ("second_factors", "recovery_codes"),
        "until taken away, or the person leaves",
        "Whoever knows a password alone is not let in. A recovery code goes when it is used.",
    ),
    Stays(
        ("staff",),
        "always",
        "Cases and the audit name who did what. Whoever left keeps a name and nothing to sign in with.",
    ),
    Stays(
        ("terms",),
        "24 months after removal",
        "The audit's ids must still tell which words they were.",
        ("terms",),
    ),
    Stays(
        ("audit", "checkpoints"),
        "24 months",
        "Who did what, without a word of it. A signed checkpoint stands for what was taken.",
        ("audit",),
    ),
    Stays(("drills",), "24 months", "That backups could be restored, and how fast.", ("drills",)),
    Stays(
        ("recipients",),
        "always",
        "The chain of signatures that says to whom a sealed desk's words were sealed; public keys, mostly.",
    ),
    Stays(
        ("keys",),
        "always; of hours and days, 40 days after it ended",
        "That a key is gone, so that nobody makes another in its place; never the key.",
        ("keys_ended",),
    ),
    Stays(
        ("places", "offices", "coverage", "desks", "services"),
        "until an administrator changes them",
        "A deployment's own directory: nothing in it is about a reporter.",
    ),
    Stays(("budgets", "leases", "cursors"), "one row a name", "Where the machine stands; rewritten in place."),
)
