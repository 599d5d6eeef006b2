"""What was said and sent, each part and each file with a data key of its own."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from storage.tables.columns import ID, Instant, metadata, sealed

# What was said, each with its own data key. kind: utterance | card | reply | note.
# At a desk that is sealed to people `wrapped` is NULL: the data key is in part_seals, for each recipient.
parts = Table(
    "parts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", ForeignKey("staff.id")),
    Column("inbound", BigInteger, unique=True),  # one message is one part of one report, never two
    *sealed(nullable=True),  # NULL once erased
    Index("ix_parts_report_at", "report", "at"),
)

media = Table(
    "media",
    metadata,
    Column("id", ID, primary_key=True),
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("content_type", String(80), nullable=False, default=""),
    Column("size", Integer, nullable=False, default=0),
    Column("state", String(8), nullable=False, default="waiting"),  # waiting | kept | failed
    *sealed(nullable=True),  # the carrier's handle while waiting; then the key of the sealed file
    Column("path", String(80)),
    Column("reason", String(24), nullable=False, default=""),  # why it failed
    # False: what it tells beside its picture or sound (where it was taken, say) could not be taken out.
    Column("stripped", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant, index=True),
    Column("owner", String(32)),
    Column("lease_until", Instant),
)
