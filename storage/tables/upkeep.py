"""What the house keeps for its own running: which keys exist, what is due, which replica does it, drills."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.tables.columns import ID, Instant, metadata

# The keys themselves are files outside the database; here only which exist, and how to tell a wrong one.
keys = Table(
    "keys",
    metadata,
    Column("domain", String(16), nullable=False),
    Column("epoch", String(13), nullable=False),
    Column("check_value", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
    PrimaryKeyConstraint("domain", "epoch"),  # one key an epoch, whichever replica was first
)

timers = Table(
    "timers",
    metadata,
    Column("id", ID, primary_key=True),
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
    Column("id", ID, primary_key=True),
    Column("kind", String(8), nullable=False),  # backup | restore | drill
    Column("at", Instant, nullable=False, index=True),
    Column("took_ms", Integer, nullable=False),
    Column("well", Boolean, nullable=False),
    Column("data", JSON, nullable=False),  # counts and codes
)
