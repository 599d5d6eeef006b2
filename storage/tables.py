"""The schema: every table from the first migration, with the reason of each constraint beside it.

Times are UTC microseconds since the epoch (type `Instant`): the same number on SQLite and PostgreSQL, so that
due times compare without time zones. Ids that leave a process are random hex of 128 bits, never time-ordered.
"Sealed" columns hold bytes made by storage.sealing only, "tie" columns what storage.ties makes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to microseconds; a naive one is a bug and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Microseconds to aware UTC datetime."""
        return None if value is None else _EPOCH + int(value) * _MICROSECOND


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A row number that is ours alone: BIGINT on PostgreSQL, and INTEGER on SQLite because only that auto-increments.
_Serial = BigInteger().with_variant(Integer, "sqlite")
_ID = String(32)


def _sealed(*, nullable: bool = False) -> list[Column[Any]]:
    """The three columns of a sealed value: bytes under a data key, that key wrapped, and the epoch that wrapped it."""
    return [
        Column("sealed", LargeBinary, nullable=nullable),
        Column("wrapped", LargeBinary, nullable=nullable),
        Column("epoch", String(10), nullable=nullable),
    ]


def _tie() -> Column[Any]:
    """What says that a row ties what it does by our own hand; NULL or another's: then it ties nothing."""
    return Column("tie", LargeBinary)


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────
# The keys themselves are files outside the database; here only which exist, and how to tell a wrong one.
keys = Table(
    "keys",
    metadata,
    Column("domain", String(16), nullable=False),
    Column("epoch", String(10), nullable=False),
    Column("check_value", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
    PrimaryKeyConstraint("domain", "epoch"),  # one key an epoch, whichever replica was first
)

# ── Directory ────────────────────────────────────────────────────────────────────────────────────────────────
places = Table(
    "places",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("level", String(16), nullable=False),
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("variants", JSON, nullable=False),
    Column("parent", String(40)),
    Column("governorate", String(5), nullable=False),
)

offices = Table(
    "offices",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("parent", ForeignKey("offices.code")),
    Column("governorate", String(5), nullable=False, default=""),
    Column("opens_minute", Integer, nullable=False, default=8 * 60),
    Column("closes_minute", Integer, nullable=False, default=16 * 60),
    Column("languages", JSON, nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
    Column("active", Boolean, nullable=False, default=True),
    # Oversight sits outside every chain, so that nobody complained about is above it.
    CheckConstraint("kind <> 'oversight' OR parent IS NULL", name="oversight_has_no_parent"),
)

coverage = Table(
    "coverage",
    metadata,
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("place", String(40), nullable=False, index=True),
    PrimaryKeyConstraint("office", "place"),
)

desks = Table(
    "desks",
    metadata,
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("sealed_at", Instant),  # when its focal points' keys took over (the ceremony)
    PrimaryKeyConstraint("office", "desk"),
)

# ── Staff ────────────────────────────────────────────────────────────────────────────────────────────────────
staff = Table(
    "staff",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),  # what one types to log in
    Column("password_hash", String(200)),
    Column("locale", String(3), nullable=False, default="ar"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("next_login_at", Instant),
    Column("factor_reset_at", Instant),  # when a colleague took their second factor away, until they have seen that
)

# What an app on a member of staff's phone shares with us, so that both know the same six digits.
second_factors = Table(
    "second_factors",
    metadata,
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    *_sealed(),
    Column("created_at", Instant, nullable=False),
    Column("codes_at", Instant, nullable=False),  # when its recovery codes were made
    Column("last_step", BigInteger, nullable=False),  # the newest half minute whose code was used: none older serves
    # Tries in strange browsers with the right password and a wrong code since one was right, and until when all wait.
    Column("wrong_codes", Integer, nullable=False, default=0),
    Column("next_code_at", Instant),
)

# What stands in for a phone that is lost: slow hashes, each gone once it was used.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", ForeignKey("second_factors.staff", ondelete="CASCADE"), nullable=False),
    Column("slot", Integer, nullable=False),  # the code's first sign: so a try costs one slow hash, not ten
    Column("hash", String(200), nullable=False),
    PrimaryKeyConstraint("staff", "slot"),
)

# A person, an office, one desk, until when: the only thing that lets anyone see a report.
grants = Table(
    "grants",
    metadata,
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("role", String(16), nullable=False),
    Column("until_at", Instant),
    PrimaryKeyConstraint("staff", "office", "desk"),
    Index("ix_grants_office_desk", "office", "desk"),
    # A sealed desk is its focal points' alone, and the security desk its vetted liaisons': no role slips in by mistake.
    CheckConstraint("desk NOT IN ('women', 'child') OR role = 'focal_point'", name="sealed_desk_focal_points_only"),
    CheckConstraint("desk <> 'security' OR role = 'police_liaison'", name="security_desk_liaisons_only"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("form_token", String(43), nullable=False),  # against cross-site requests; one a session
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # Half of a focal point's unlocked key; the other half is in her browser's cookie only. Both gone after key_until.
    Column("key_half", LargeBinary),
    Column("key_until", Instant),
)

# Browsers that somebody logged in from: their tries have a counter of their own, which no stranger's guess touches.
devices = Table(
    "devices",
    metadata,
    Column("token_hash", LargeBinary, nullable=False),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("next_login_at", Instant),
    PrimaryKeyConstraint("token_hash", "staff"),  # colleagues may share a browser
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One-time login links (demo only), kept as hashes.
login_links = Table(
    "login_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

duty = Table(
    "duty",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("rank", Integer, nullable=False, default=0),
    Column("weekdays", Integer, nullable=False, default=127),  # bit 0 = Monday
    Column("since_minute", Integer, nullable=False, default=0),
    Column("to_minute", Integer, nullable=False, default=1440),
    Index("ix_duty_office_desk", "office", "desk"),
)

# ── Addresses (storage.contacts only) ────────────────────────────────────────────────────────────────────────
contacts = Table(
    "contacts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("carrier", String(16), nullable=False),
    *_sealed(),
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
    Column("epoch", String(10), nullable=False, index=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    _tie(),
)

# Those who asked for silence, by a keyed hash that outlives the month: a promise must.
muted = Table(
    "muted",
    metadata,
    Column("sender_hash", LargeBinary, primary_key=True),
    Column("since_at", Instant, nullable=False),
)

# Those who asked for discretion, by a keyed hash that outlives the month. sealed (CONTACT keys): keyed hashes of the
# words that open, and their case with its desk. Whoever guesses is slowed by tries, counted since tries_since.
discreet = Table(
    "discreet",
    metadata,
    Column("sender_hash", LargeBinary, primary_key=True),
    *_sealed(),
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
    Column("id", _ID, primary_key=True),
    Column("found_by", LargeBinary, nullable=False, unique=True),
    Column("contact", ForeignKey("contacts.id", ondelete="SET NULL")),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False, index=True),
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
    Column("amid", Integer, nullable=False),  # six-digit numbers amid words that were looked up
    Column("refused", Integer, nullable=False),  # not looked up
    PrimaryKeyConstraint("source", "slot_at"),
)

# ── Intake ───────────────────────────────────────────────────────────────────────────────────────────────────
inbound = Table(
    "inbound",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("dedup", LargeBinary, nullable=False, unique=True),  # a repeated delivery changes nothing, for ever atomic
    Column("channel", String(12), nullable=False),
    Column("pseudonym", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("sealed", LargeBinary),  # under the intake key of `epoch`; gone when settled
    Column("epoch", String(10), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant),
    # Settled means that the raw text is gone from here.
    CheckConstraint("settled_at IS NULL OR sealed IS NULL", name="settled_is_empty"),
)
Index(
    "ix_inbound_unsettled",
    inbound.c.pseudonym,
    inbound.c.sequence,
    sqlite_where=inbound.c.settled_at.is_(None),
    postgresql_where=inbound.c.settled_at.is_(None),
)

# What waits is found without walking through the hashes of a month.
Index(
    "ix_inbound_waiting",
    inbound.c.received_at,
    inbound.c.id,
    sqlite_where=inbound.c.settled_at.is_(None),
    postgresql_where=inbound.c.settled_at.is_(None),
)

# Authentic but unreadable, or a message that could not be settled: kept for a person.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("dedup", LargeBinary, nullable=False, unique=True),
    Column("channel", String(12), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reason", String(40), nullable=False),
    *_sealed(),
)

conversations = Table(
    "conversations",
    metadata,
    Column("pseudonym", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False, index=True),
    Column("updated_at", Instant, nullable=False, index=True),
)

# ── Reports ──────────────────────────────────────────────────────────────────────────────────────────────────
reports = Table(
    "reports",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("number", String(12), nullable=False, unique=True),
    Column("office", ForeignKey("offices.code"), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("status", String(16), nullable=False, default="new"),
    # These four stay NULL at a sealed desk: there the card part alone knows them.
    Column("category", String(24)),
    Column("place", String(40)),
    Column("language", String(8)),
    Column("channel", String(12)),
    # yes | no | pull (they come for it with their code) | nudge (discreet: told that something waits, not what)
    Column("reachable", String(5), nullable=False, default="yes"),
    Column("opened_at", Instant, nullable=False),  # at a sealed desk only the hour
    Column("due_at", Instant),
    Column("claimed_by", ForeignKey("staff.id")),
    Column("claimed_at", Instant),
    Column("closed_at", Instant),
    Column("close_reason", String(24)),
    Column("erased_at", Instant),
    Column("version", Integer, nullable=False, default=1),  # two coordinators at once: the later is told
    # Codes of offices that it names, or people of theirs: never theirs to see (storage.casework.apart).
    # NULL at a sealed desk.
    Column("apart", JSON(none_as_null=True)),
    # It lies or lay at a sealed desk; never unset. It goes to no police and no mediators (storage.casework.landing).
    Column("sealed_once", Boolean, nullable=False, default=False),
    Column("held_until", Instant),  # a legal hold of two persons (table holds): not purged before
    # Its reporter said that it is part of this earlier one, at the same desk: there its thread is shown.
    Column("joined", ForeignKey("reports.id"), index=True),
    Column("joined_tie", LargeBinary),
    Index("ix_reports_office_desk_status", "office", "desk", "status"),
    CheckConstraint(
        "desk NOT IN ('women', 'child') OR "
        "(category IS NULL AND place IS NULL AND language IS NULL AND channel IS NULL AND apart IS NULL)",
        name="sealed_desk_tells_nothing",
    ),
    CheckConstraint("desk NOT IN ('women', 'child') OR sealed_once", name="sealed_desk_leaves_its_mark"),
    CheckConstraint(
        "NOT sealed_once OR desk NOT IN ('urgent', 'security', 'mediation')", name="once_sealed_never_for_police"
    ),
    CheckConstraint("status <> 'closed' OR closed_at IS NOT NULL", name="closed_has_a_time"),
)

# Who may be answered, apart from the report so that no screen can join it.
report_contacts = Table(
    "report_contacts",
    metadata,
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    _tie(),
)

# The reporter's secret, as a keyed hash. scope: "sender" (6 digits, hashed with the pseudonym) | "anywhere" (16).
# public_key: of the key pair that the code itself yields; an answer sealed to it opens to whoever gives the code.
codes = Table(
    "codes",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scope", String(8), nullable=False),
    Column("public_key", LargeBinary),
    _tie(),
)

# What was said, each with its own data key. kind: utterance | card | reply | note.
# At a desk that is sealed to people `wrapped` is NULL: the data key is in part_seals, for each recipient.
parts = Table(
    "parts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", ForeignKey("staff.id")),
    Column("inbound", BigInteger, unique=True),  # one message is one part of one report, never two
    *_sealed(nullable=True),  # NULL once erased
    Index("ix_parts_report_at", "report", "at"),
)

# Whose public keys a sealed desk's parts are sealed to. office and desk "": the recovery key of the deployment, split
# between two officers. A row counts only when its signature leads back to the founding rows, whose digest is kept
# beside the keys and not here: whoever can only write SQL adds nobody.
recipients = Table(
    "recipients",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("staff", ForeignKey("staff.id")),  # NULL: the recovery key
    Column("public_key", LargeBinary, nullable=False),  # X25519, 32 bytes
    Column("signing_key", LargeBinary, nullable=False),  # Ed25519, 32 bytes: what she signs later members with
    Column("private_sealed", LargeBinary),  # both private keys under her pass phrase; NULL: the recovery key
    Column("signed_by", ForeignKey("recipients.id")),  # NULL: founding
    Column("signature", LargeBinary),
    Column("added_at", Instant, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", ForeignKey("recipients.id")),
    Column("revocation", LargeBinary),
    Index("ix_recipients_office_desk", "office", "desk"),
)

# The data key of a part, sealed (HPKE) to one recipient, and that wrapped again by the epoch's content key.
part_seals = Table(
    "part_seals",
    metadata,
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", ForeignKey("recipients.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False),
    PrimaryKeyConstraint("part", "recipient"),
)

# An answer's data key, sealed likewise to the key that its reporter's code yields.
code_seals = Table(
    "code_seals",
    metadata,
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False),
    Column("code", ForeignKey("codes.hash", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False),
    PrimaryKeyConstraint("part", "code"),
)

media = Table(
    "media",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("content_type", String(80), nullable=False, default=""),
    Column("size", Integer, nullable=False, default=0),
    Column("state", String(8), nullable=False, default="waiting"),  # waiting | kept | failed
    *_sealed(nullable=True),  # the carrier's handle while waiting; then the key of the sealed file
    Column("path", String(80)),
    Column("reason", String(24), nullable=False, default=""),  # why it failed
    # False: what it tells beside its picture or sound (where it was taken, say) could not be taken out.
    Column("stripped", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant, index=True),
    Column("owner", String(32)),
    Column("lease_until", Instant),
)

# The key of a file at a sealed desk, as in part_seals.
medium_seals = Table(
    "medium_seals",
    metadata,
    Column("medium", ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", ForeignKey("recipients.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False),
    PrimaryKeyConstraint("medium", "recipient"),
)

# Who may receive what of a report, by its reporter's own yes. answer NULL: asked, and silence is no. scope: what of it:
# "summary" (what staff wrote for it) | "words" (what they said) | "all" (their files too). copy: the report made of it.
consents = Table(
    "consents",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("office", ForeignKey("offices.code")),  # an office and its desk, or
    Column("desk", String(12)),
    Column("service", ForeignKey("services.id")),  # a body of the service directory
    Column("scope", String(8), nullable=False),
    Column("asked_by", ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Boolean),
    Column("answered_at", Instant),
    Column("until_at", Instant, nullable=False),
    Column("put_at", Instant),  # when its reporter was put the question first: from then on it waits a day
    Column("stood", JSON, nullable=False, default=list),  # ids of the parts that stood when staff asked: no others go
    Column("revoked_at", Instant),
    Column("copy", ForeignKey("reports.id", ondelete="SET NULL"), index=True),
    Column("told_at", Instant),  # a body outside was told: by word of mouth, and nothing takes it back
    _tie(),
    CheckConstraint("(office IS NULL) <> (service IS NULL)", name="one_recipient"),
    CheckConstraint("copy IS NULL OR answer", name="copied_only_after_yes"),
    CheckConstraint("told_at IS NULL OR (answer AND service IS NOT NULL)", name="told_outside_only_after_yes"),
)

# Where a reporter can be helped: shelters, clinics, lawyers. A women's or child desk is not switched on without them.
services = Table(
    "services",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # shelter | health | legal | psychosocial | child | safety
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("governorate", String(5), nullable=False, default=""),  # "": the whole country
    Column("phone", String(24), nullable=False, default=""),  # its public number
    Column("languages", JSON, nullable=False),
    Column("women_only", Boolean, nullable=False, default=False),
    Column("verified_on", Instant, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)

# A legal hold: asked by one person and confirmed by another; at most 180 days, renewable by two again.
holds = Table(
    "holds",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reason", String(24), nullable=False),
    Column("asked_by", ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("confirmed_by", ForeignKey("staff.id")),
    Column("confirmed_at", Instant),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
)

# What happened to a case. data holds codes and ids only, never words that a person wrote.
events = Table(
    "events",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("actor", ForeignKey("staff.id")),  # NULL: the machine
    Column("data", JSON, nullable=False),
    Index("ix_events_report_at", "report", "at"),
)

# ── Leaving the house ────────────────────────────────────────────────────────────────────────────────────────
outbox = Table(
    "outbox",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("once", String(80), nullable=False, unique=True),  # the same reply is never queued twice
    Column("kind", String(8), nullable=False),  # reply | answer | alert | digest
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), index=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(12), nullable=False),
    _tie(),  # of an answer: the one of report_contacts, for whoever puts it here knows no contact
    Column("bound", LargeBinary),  # of an answer: ties it to its report
    Column("sealed", LargeBinary),  # under the outbox key of `epoch`; gone when sent or dead
    Column("epoch", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(8), nullable=False, default="pending"),  # pending | sending | sent | dead
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(32)),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("delivery", Integer, nullable=False, default=0),  # bot.vocabulary.Delivery; receipts move it forward only
    Column("reason", String(40)),
    Column("carrier_ids", LargeBinary),  # sealed like the body; cleared after 48 h, when nothing can be deleted
    CheckConstraint("state NOT IN ('sent', 'dead') OR sealed IS NULL", name="ended_is_empty"),
)
Index(
    "ix_outbox_waiting",
    outbox.c.due_at,
    sqlite_where=outbox.c.state.in_(("pending", "sending")),
    postgresql_where=outbox.c.state.in_(("pending", "sending")),
)

timers = Table(
    "timers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("once", String(80), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE")),
    Column("data", JSON, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(32)),
    Column("lease_until", Instant),
    Column("done_at", Instant),
)

# Which parcel a carrier's receipt is about, by a keyed hash of the carrier's id; it goes with its parcel.
receipts = Table(
    "receipts",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("outbox", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
)

# The carrier's names of messages in a chat, ours and theirs, for 48 hours: to delete them there, and to know what a
# reply replies to. sealed: the name, under the outbox key of `epoch`; hash: keyed, to be found by.
traces = Table(
    "traces",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("report", ForeignKey("reports.id", ondelete="SET NULL"), index=True),
    _tie(),
    Column("at", Instant, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(10), nullable=False),
    Index("ix_traces_contact_hash", "contact", "hash"),
)

# How much each carrier may be sent now, over all replicas: a bucket that fills with time.
budgets = Table(
    "budgets",
    metadata,
    Column("carrier", String(16), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Instant, nullable=False),  # when `tokens` was true
    Column("halted_until", Instant),  # the carrier asked for a pause
)

# Who was alerted to what, so that a bare "1" from a duty officer's phone claims the right report.
alerts = Table(
    "alerts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rung", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

# ── Learning ─────────────────────────────────────────────────────────────────────────────────────────────────
# What a person's correction teaches: masked words and the right label, sealed together. It goes with its report.
examples = Table(
    "examples",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, unique=True),  # the last one counts
    Column("at", Instant, nullable=False),  # the day
    *_sealed(),
)

# A deployment's own words, on top of those that come with the software. kind: danger | word | alias | place.
terms = Table(
    "terms",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("phrase", String(120), nullable=False),  # as typed
    Column("key", String(120), nullable=False),  # folded: how texts are searched for it
    Column("target", String(40), nullable=False, default=""),  # a word's category; the place that is named
    Column("urgency", Integer),
    Column("sensitive", Boolean, nullable=False, default=False),
    Column("weight", Float),
    Column("added_by", ForeignKey("staff.id")),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant),  # the row stays, so that the audit's ids still tell which words they were
    CheckConstraint("kind <> 'danger' OR urgency IS NOT NULL", name="danger_has_an_urgency"),
    CheckConstraint("kind = 'danger' OR target <> ''", name="others_have_a_target"),
    CheckConstraint("kind <> 'word' OR weight IS NOT NULL", name="word_has_a_weight"),
)
# Said once, as long as it stands.
Index(
    "uq_terms_standing",
    terms.c.kind,
    terms.c.key,
    terms.c.target,
    unique=True,
    sqlite_where=terms.c.removed_at.is_(None),
    postgresql_where=terms.c.removed_at.is_(None),
)

# ── Audit ────────────────────────────────────────────────────────────────────────────────────────────────────
audit = Table(
    "audit",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(40), nullable=False),  # staff id, or "machine:<part>"
    Column("action", String(40), nullable=False),
    Column("subject", String(40), nullable=False, default=""),  # a random id, never an address or a number
    Column("data", JSON, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    # Written by the sealer, in commit order: the row's place in the chain, and the chain's value there.
    Column("seq", BigInteger, unique=True),
    Column("chain", LargeBinary),
)

# What the chain said up to a row that was purged after its time: verifying goes on from here.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("chain", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),  # rows before this time were taken
    Column("rows", BigInteger, nullable=False),  # how many rows were taken away at this purge
    Column("mac", LargeBinary, nullable=False),
)

# ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────
leases = Table(
    "leases",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("until_at", Instant, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Backups, restores and drills: what was done when, how long it took, and whether it went well.
drills = Table(
    "drills",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(8), nullable=False),  # backup | restore | drill
    Column("at", Instant, nullable=False, index=True),
    Column("took_ms", Integer, nullable=False),
    Column("well", Boolean, nullable=False),
    Column("data", JSON, nullable=False),  # counts and codes
)
