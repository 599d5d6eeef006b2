"""Kept messages until they are settled, and those that a person must look at."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, String, Table

from storage.tables.columns import ID, SERIAL, Instant, metadata, sealed

inbound = Table(
    "inbound",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("dedup", LargeBinary, nullable=False, unique=True),  # a repeated delivery changes nothing, for ever atomic
    Column("channel", String(12), nullable=False),
    Column("pseudonym", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("sealed", LargeBinary),  # under the door's key of `epoch`; gone when settled
    Column("epoch", String(13), nullable=False),
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

# Messages whose sender erased what they became, for 48 hours, so that an edit of one brings nothing back. hash: under
# the intake key of `epoch`, a day, of carrier, account, chat and the message's name; no row tells more.
effaced = Table(
    "effaced",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("epoch", String(13), nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

# Authentic but unreadable, or a message that could not be settled: kept for a person.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", ID, primary_key=True),
    Column("dedup", LargeBinary, nullable=False, unique=True),
    Column("channel", String(12), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reason", String(40), nullable=False),
    *sealed(),
)
