"""Reports, who may be answered, their reporters' codes, and what happened to a case."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.tables.columns import ID, Codes, Instant, metadata, tie

reports = Table(
    "reports",
    metadata,
    Column("id", ID, primary_key=True),
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
    # What cannot be read there keeps it from all but oversight. NULL at a sealed desk.
    Column("apart", Codes),
    # It lies or lay at a sealed desk; never unset. It goes to no police and no mediators (storage.casework.landing).
    Column("sealed_once", Boolean, nullable=False, default=False),
    Column("held_until", Instant),  # a legal hold of two persons (table holds): not purged before
    Column("bound_until", Instant),  # a court's or a prosecutor's: not erased before, though its reporter wishes it
    Column("held_tie", LargeBinary),
    Column("shown_until", Instant),  # a copy by consent: seen by nobody from then on, and erased within the hour
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
    tie(),
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
    tie(),
    Column("facts", LargeBinary),  # of a code of sixteen digits
    Column("epoch", String(13)),
)

# What happened to a case. data holds codes and ids only, never words that a person wrote.
events = Table(
    "events",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("actor", ForeignKey("staff.id")),  # NULL: the machine
    Column("data", JSON, nullable=False),
    Index("ix_events_report_at", "report", "at"),
)

# Who was alerted to what, so that a bare "1" from a duty officer's phone claims the right report.
alerts = Table(
    "alerts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rung", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)
