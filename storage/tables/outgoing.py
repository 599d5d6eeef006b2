"""What leaves the house, and what carriers say of it."""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.tables.columns import ID, Instant, metadata, tie

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("once", String(80), nullable=False, unique=True),  # the same reply is never queued twice
    Column("kind", String(8), nullable=False),  # reply | answer | alert | digest
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), index=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(12), nullable=False),
    tie(),  # of an answer: the one of report_contacts, for whoever puts it here knows no contact
    Column("bound", LargeBinary),  # of an answer: ties it to its report
    Column("sealed", LargeBinary),  # under the outbox key of `epoch`, a watch; gone when sent or dead
    Column("epoch", String(13), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(8), nullable=False, default="pending"),  # pending | sending | sent | dead
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(32)),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("delivery", Integer, nullable=False, default=0),  # bot.vocabulary.Delivery; receipts move it forward only
    Column("reason", String(40)),
    Column("carrier_ids", LargeBinary),  # under the intake key of `epoch`, a day; cleared after 48 h
    CheckConstraint("state NOT IN ('sent', 'dead') OR sealed IS NULL", name="ended_is_empty"),
)
Index(
    "ix_outbox_waiting",
    outbox.c.due_at,
    sqlite_where=outbox.c.state.in_(("pending", "sending")),
    postgresql_where=outbox.c.state.in_(("pending", "sending")),
)

# Which parcel a carrier's receipt is about, by a keyed hash of the carrier's id; it goes with its parcel.
receipts = Table(
    "receipts",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("outbox", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
)

# The carrier's names of messages in a chat, ours and theirs, for 48 hours: to delete them there, and to know what a
# reply replies to. sealed: the name, under the intake key of `epoch`; hash: keyed, to be found by.
traces = Table(
    "traces",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("report", ForeignKey("reports.id", ondelete="SET NULL"), index=True),
    tie(),
    Column("at", Instant, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False),
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
