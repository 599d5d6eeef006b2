"""What is remembered of a reporter: addresses (for storage.contacts only), promises, conversations, wrong codes."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from storage.tables.columns import ID, Instant, metadata, sealed, tie

contacts = Table(
    "contacts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("carrier", String(16), nullable=False),
    *sealed(),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE")),  # set: a staff member's own phone, for alerts
    # Set with `staff` only: whose phone a bare "1" comes from, by a keyed hash that outlives the month.
    Column("sender_hash", LargeBinary, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("unreachable_at", Instant),
    Column("next_at", Instant),  # nothing is sent there before: carriers allow one chat about a message a second
    # A private reporter's: known by no pseudonym, named by no report, and gone by then with all that waits for it.
    Column("until_at", Instant, index=True),
)

# "The same person again", by a keyed hash whose pepper changes monthly.
senders = Table(
    "senders",
    metadata,
    Column("pseudonym", LargeBinary, primary_key=True),
    Column("epoch", String(13), nullable=False, index=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    tie(),
)

# Those who asked for silence, by a keyed hash that outlives the month: a promise must.
muted = Table(
    "muted",
    metadata,
    Column("sender_hash", LargeBinary, primary_key=True),
    Column("since_at", Instant, nullable=False),
)

# Those who asked for it where no word could be told them: what they tell next is discreet, too.
veils = Table(
    "veils",
    metadata,
    Column("sender_hash", LargeBinary, primary_key=True),
)

# Those who asked for discretion, by a keyed hash that outlives the month. sealed (CONTACT keys): keyed hashes of the
# words that open, and their case with its desk. Whoever guesses is slowed by tries, counted since tries_since.
discreet = Table(
    "discreet",
    metadata,
    Column("sender_hash", LargeBinary, primary_key=True),
    *sealed(),
    Column("since_at", Instant, nullable=False),
    Column("open_until", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("tries_since", Instant),
)

# Conversations of private reporters: under a random id, found by a hash under the day's intake key, over by until_at.
# What is left of each for a day is a mark that says only that privacy was chosen: sealed is empty, until_at an hour.
# chosen: whether it was; else somebody only came back with a code, and nothing is left.
talks = Table(
    "talks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("found_by", LargeBinary, nullable=False, unique=True),
    Column("contact", ForeignKey("contacts.id", ondelete="SET NULL")),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False, index=True),
    Column("until_at", Instant, nullable=False, index=True),
    Column("chosen", Boolean, nullable=False, default=True),
)

# Codes that were wrong, in slots of five minutes, by a hash under a key of the day (storage.guessing). crowd: of many
# people at once, whom nothing tells apart.
guesses = Table(
    "guesses",
    metadata,
    Column("source", LargeBinary, nullable=False),
    Column("slot_at", Instant, nullable=False, index=True),
    Column("crowd", Boolean, nullable=False),
    Column("wrong", Integer, nullable=False),  # looked up, and no case's
    # Six-digit numbers amid words that were looked up; or, of another source, what was spent on a discreet word.
    Column("amid", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # not looked up
    PrimaryKeyConstraint("source", "slot_at"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("pseudonym", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False, index=True),
    Column("updated_at", Instant, nullable=False, index=True),
)
